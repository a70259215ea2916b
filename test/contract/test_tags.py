"""CreateTags and DeleteTags."""

from __future__ import annotations

from typing import Any

import pytest

from expect import by, refused
from marks import BROKEN, moto_differs, source, unconfirmed
from scene import UNKNOWN_ADDRESS, UNKNOWN_INTERFACE, Scene
from sources import ERRORS, TAGS, api, issue


def tags_of(ec2: Any, address: dict[str, Any]) -> dict[str, str]:
    shown = ec2.describe_addresses(AllocationIds=[address["AllocationId"]])["Addresses"][0]
    return {tag["Key"]: tag["Value"] for tag in shown.get("Tags", [])}


def put(ec2: Any, address: dict[str, Any], **tags: str) -> None:
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    ec2.create_tags(Resources=[address["AllocationId"]], Tags=pairs)


def delete(ec2: Any, address: dict[str, Any], *tags: dict[str, str]) -> None:
    ec2.delete_tags(Resources=[address["AllocationId"]], Tags=list(tags))


@source(api("CreateTags"))
def test_tags_are_added_and_overwritten(scene: Scene) -> None:
    """CreateTags adds tags, overwrites those of the same key, and leaves the others."""
    address = scene.address()
    put(scene.ec2, address, owner="one", keep="this")
    put(scene.ec2, address, owner="two", more="")
    assert tags_of(scene.ec2, address) == {"owner": "two", "keep": "this", "more": ""}


@source(TAGS)
def test_tag_keys_are_case_sensitive(scene: Scene) -> None:
    """Keys that differ in case are different keys."""
    address = scene.address()
    put(scene.ec2, address, owner="one", Owner="two")
    assert tags_of(scene.ec2, address) == {"owner": "one", "Owner": "two"}


@source(TAGS)
def test_tags_are_unicode(scene: Scene) -> None:
    """Keys and values are any Unicode text."""
    address = scene.address()
    put(scene.ec2, address, **{"a/b-c.d:e@f+g=h _": "grün & <rot> \"blau\" '%41'", "日本": "語"})
    assert tags_of(scene.ec2, address) == {"a/b-c.d:e@f+g=h _": "grün & <rot> \"blau\" '%41'", "日本": "語"}


@source(api("CreateTags"))
def test_several_resources_get_the_same_tags(scene: Scene) -> None:
    """CreateTags and DeleteTags take several resources, of different kinds."""
    address, interface = scene.address(), scene.interface()
    resources = [address["AllocationId"], interface["NetworkInterfaceId"]]
    scene.ec2.create_tags(Resources=resources, Tags=[{"Key": "owner", "Value": "one"}])
    assert tags_of(scene.ec2, address) == {"owner": "one"}
    assert scene.see_interface(interface)["TagSet"] == [{"Key": "owner", "Value": "one"}]
    scene.ec2.delete_tags(Resources=resources, Tags=[{"Key": "owner"}])
    assert tags_of(scene.ec2, address) == {}
    assert not scene.see_interface(interface)["TagSet"]


@source(api("CreateTags"))
@moto_differs("fails with status 500", BROKEN)
def test_a_tag_without_a_value_has_an_empty_one(scene: Scene) -> None:
    """The value of a tag may be left out; it is empty then."""
    address = scene.address()
    scene.ec2.create_tags(Resources=[address["AllocationId"]], Tags=[{"Key": "owner"}])
    assert tags_of(scene.ec2, address) == {"owner": ""}


@source(api("DeleteTags"))
def test_a_tag_is_deleted_by_its_key(scene: Scene) -> None:
    """A key without a value deletes the tag whatever its value is; the others stay."""
    address = scene.address()
    put(scene.ec2, address, owner="one", keep="this")
    delete(scene.ec2, address, {"Key": "owner"})
    assert tags_of(scene.ec2, address) == {"keep": "this"}


@source(api("DeleteTags"))
def test_a_tag_is_deleted_only_with_the_value_that_is_named(scene: Scene) -> None:
    """A key with a value deletes the tag only if it has that value."""
    address = scene.address()
    put(scene.ec2, address, owner="one", keep="this")
    delete(scene.ec2, address, {"Key": "owner", "Value": "two"}, {"Key": "keep", "Value": "this"})
    assert tags_of(scene.ec2, address) == {"owner": "one"}


@source(api("DeleteTags"))
def test_an_empty_value_deletes_only_an_empty_tag(scene: Scene) -> None:
    """A key with an empty value deletes the tag only if its value is empty."""
    address = scene.address()
    put(scene.ec2, address, owner="one", empty="")
    delete(scene.ec2, address, {"Key": "owner", "Value": ""}, {"Key": "empty", "Value": ""})
    assert tags_of(scene.ec2, address) == {"owner": "one"}


@source(api("DeleteTags"))
@moto_differs("deletes nothing", "still there")
def test_without_tags_all_are_deleted(scene: Scene) -> None:
    """DeleteTags without any tag deletes all tags of the user."""
    address = scene.address()
    put(scene.ec2, address, owner="one", keep="this")
    scene.ec2.delete_tags(Resources=[address["AllocationId"]])
    assert tags_of(scene.ec2, address) == {}, "still there"


@unconfirmed("that a key that is not there is no error")
def test_a_tag_that_is_not_there_can_be_deleted(scene: Scene) -> None:
    """To delete a tag that the resource does not have changes nothing."""
    address = scene.address()
    put(scene.ec2, address, keep="this")
    delete(scene.ec2, address, {"Key": "owner"})
    assert tags_of(scene.ec2, address) == {"keep": "this"}


@source(ERRORS, issue("hashicorp/terraform-provider-aws", 11060))
@pytest.mark.parametrize(
    ("unknown", "code"),
    [(UNKNOWN_ADDRESS, "InvalidElasticIpID.NotFound"), (UNKNOWN_INTERFACE, "InvalidNetworkInterfaceID.NotFound")],
    ids=["address", "interface"],
)
@moto_differs("tags any id of that form", "not refused")
@unconfirmed("that the code is that of the kind of resource")
def test_an_unknown_resource_gets_no_tags(scene: Scene, unknown: str, code: str) -> None:
    """An unknown resource is not found, and no resource of the call gets the tags."""
    address = scene.address()
    with refused(code):
        scene.ec2.create_tags(Resources=[address["AllocationId"], unknown], Tags=[{"Key": "a", "Value": "b"}])
    assert tags_of(scene.ec2, address) == {}


@source(ERRORS)
def test_what_is_no_id_gets_no_tags(ec2: Any) -> None:
    """What has the form of no id is refused."""
    with refused("InvalidID"):
        ec2.create_tags(Resources=["something"], Tags=[{"Key": "a", "Value": "b"}])


@source(ERRORS, TAGS)
@unconfirmed("which of the codes: the list has the first")
@moto_differs("takes it", "not refused")
def test_keys_that_begin_with_aws_are_reserved(scene: Scene) -> None:
    """Keys that begin with aws: are refused."""
    with refused("InvalidTagKey.Malformed", "InvalidParameterValue"):
        put(scene.ec2, scene.address(), **{"aws:owner": "one"})


@source(ERRORS)
@unconfirmed("which of the codes: the list has the first")
@moto_differs("takes it", "not refused")
def test_an_empty_key_is_refused(scene: Scene) -> None:
    """The key of a tag can't be empty."""
    with refused("InvalidTagKey.Malformed", "InvalidParameterValue", "MissingParameter"):
        put(scene.ec2, scene.address(), **{"": "one"})


@source(TAGS)
@unconfirmed("the code InvalidParameterValue")
@pytest.mark.parametrize(
    ("key", "value"),
    [("k" * 129, "v"), ("k", "v" * 257)],
    ids=["key", "value"],
)
@moto_differs("takes it", "not refused")
def test_a_key_has_128_characters_and_a_value_256(scene: Scene, key: str, value: str) -> None:
    """Longer keys and values are refused; the longest are taken."""
    address = scene.address()
    put(scene.ec2, address, **{"k" * 127: "v" * 256})
    with refused("InvalidParameterValue"):
        put(scene.ec2, address, **{key: value})
    assert tags_of(scene.ec2, address) == {"k" * 127: "v" * 256}


@source(api("CreateTags"), ERRORS)
def test_a_resource_has_at_most_fifty_tags(scene: Scene) -> None:
    """The 51st tag is refused; an existing one can still be overwritten."""
    address = scene.address()
    put(scene.ec2, address, **{f"k{number}": "v" for number in range(50)})
    put(scene.ec2, address, k7="w")
    with refused("TagLimitExceeded"):
        put(scene.ec2, address, one_more="v")
    assert len(tags_of(scene.ec2, address)) == 50


@source(api("TagDescription"))
@moto_differs("calls the type vpc-elastic-ip", "vpc-elastic-ip")
def test_tags_are_listed_by_resource(scene: Scene) -> None:
    """DescribeTags shows key, value, resource and its type, and filters by resource."""
    address, other = scene.address(), scene.address()
    put(scene.ec2, address, owner="one")
    put(scene.ec2, other, owner="two")
    shown = scene.ec2.describe_tags(Filters=by("resource-id", address["AllocationId"]))["Tags"]
    assert [(tag["Key"], tag["Value"], tag["ResourceId"]) for tag in shown] == [
        ("owner", "one", address["AllocationId"])
    ]
    assert shown[0]["ResourceType"] == "elastic-ip"
