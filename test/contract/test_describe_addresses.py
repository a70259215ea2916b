"""DescribeAddresses: by ids, by filters, and what it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from expect import by, refused
from marks import BROKEN, moto_differs, source, unconfirmed
from scene import UNKNOWN_ADDRESS, Scene
from sources import ELASTIC_IPS, ERRORS, FILTERS, api, issue, measured
from stand_ins import ACCOUNT, REGION


def ips(ec2: Any, **arguments: Any) -> list[str]:
    return sorted(address["PublicIp"] for address in ec2.describe_addresses(**arguments)["Addresses"])


@dataclass
class Pair:
    """Two addresses: one on an attached interface and tagged, and one on an interface that is not attached."""

    on: dict[str, Any]
    interface: dict[str, Any]
    instance: dict[str, Any]
    association: str
    other: dict[str, Any]


@pytest.fixture
def pair(scene: Scene) -> Pair:
    tags = [{"ResourceType": "elastic-ip", "Tags": [{"Key": "owner", "Value": "one"}]}]
    on, other = scene.address(TagSpecifications=tags), scene.address()
    interface, instance = scene.interface(), scene.instance()
    scene.attach(interface, instance)
    association = scene.associate(on, interface)
    scene.associate(other, scene.interface())
    return Pair(on, interface, instance, association, other)


@source(api("DescribeAddresses"), measured("api/test_addresses"))
def test_addresses_are_described_by_id_by_ip_or_all(ec2: Any) -> None:
    """AllocationIds and PublicIps choose addresses; without either all are shown."""
    one, two = ec2.allocate_address(Domain="vpc"), ec2.allocate_address(Domain="vpc")
    assert ips(ec2, AllocationIds=[one["AllocationId"]]) == [one["PublicIp"]]
    assert ips(ec2, PublicIps=[two["PublicIp"]]) == [two["PublicIp"]]
    assert ips(ec2) == sorted([one["PublicIp"], two["PublicIp"]])


@source(measured("api/test_addresses"))
@moto_differs("looks for the ips among the ids alone", "InvalidAddress.NotFound")
def test_ids_and_ips_add_up(ec2: Any) -> None:
    """AllocationIds and PublicIps together show the addresses of both."""
    one, two = ec2.allocate_address(Domain="vpc"), ec2.allocate_address(Domain="vpc")
    found = ips(ec2, AllocationIds=[one["AllocationId"]], PublicIps=[two["PublicIp"]])
    assert found == sorted([one["PublicIp"], two["PublicIp"]])


@source(ERRORS, measured("api/test_addresses"))
def test_one_unknown_id_fails_the_call(ec2: Any) -> None:
    """An unknown id among known ones fails the whole call."""
    made = ec2.allocate_address(Domain="vpc")
    with refused("InvalidAllocationID.NotFound"):
        ec2.describe_addresses(AllocationIds=[made["AllocationId"], UNKNOWN_ADDRESS])


@source(ERRORS)
def test_one_unknown_ip_fails_the_call(ec2: Any) -> None:
    """An unknown public address among known ones fails the whole call."""
    made = ec2.allocate_address(Domain="vpc")
    with refused("InvalidAddress.NotFound"):
        ec2.describe_addresses(PublicIps=[made["PublicIp"], "198.18.7.7"])


@source(ERRORS, measured("api/test_addresses"))
@unconfirmed("which of the two codes: the list has the second, the first was measured")
@moto_differs("says that it is not found", r"refused with \(InvalidAddress.NotFound\)")
def test_a_malformed_ip_is_refused(ec2: Any) -> None:
    """What is no IPv4 address is refused as such."""
    with refused("InvalidParameterValue", "InvalidAddress.Malformed"):
        ec2.describe_addresses(PublicIps=["invalidIp"])


@source(api("DescribeAddresses"))
def test_a_filter_that_fits_nothing_finds_nothing(ec2: Any) -> None:
    """A filter is no lookup: what it does not find is not an error."""
    ec2.allocate_address(Domain="vpc")
    assert ips(ec2, Filters=by("allocation-id", UNKNOWN_ADDRESS)) == []


@source(api("Address"))
def test_an_address_that_is_nowhere_shows_no_association(ec2: Any) -> None:
    """An address that is not associated has no association, interface or private address; an empty element is none."""
    made = ec2.allocate_address(Domain="vpc")
    shown = ec2.describe_addresses(AllocationIds=[made["AllocationId"]])["Addresses"][0]
    for name in ("AssociationId", "InstanceId", "NetworkInterfaceId", "PrivateIpAddress", "NetworkInterfaceOwnerId"):
        assert not shown.get(name), name


@source(api("Address"))
def test_an_associated_address_shows_where_it_is(scene: Scene, pair: Pair) -> None:
    """An associated address shows association, interface, its owner and the private address."""
    shown = scene.see_address(pair.on)
    assert shown["AssociationId"] == pair.association
    assert shown["NetworkInterfaceId"] == pair.interface["NetworkInterfaceId"]
    assert shown["NetworkInterfaceOwnerId"] == ACCOUNT
    assert shown["PrivateIpAddress"] == pair.interface["PrivateIpAddress"]


@source(api("Address"))
@moto_differs("leaves it empty", "no instance")
def test_an_associated_address_shows_the_instance_of_its_interface(scene: Scene, pair: Pair) -> None:
    """The instance is shown also when the address was associated by its network interface."""
    assert scene.see_address(pair.on).get("InstanceId") == pair.instance["InstanceId"], "no instance"


@source(api("Address"))
@moto_differs("shows neither", "KeyError: 'PublicIpv4Pool'")
def test_an_address_shows_its_pool_and_its_border_group(scene: Scene) -> None:
    """Amazon's own pool is called amazon, and the default network border group is the Region."""
    shown = scene.see_address(scene.address())
    assert (shown["PublicIpv4Pool"], shown["NetworkBorderGroup"]) == ("amazon", REGION)


FILTERS_OF_ONE: dict[str, Callable[[Pair], str]] = {
    "allocation-id": lambda pair: pair.on["AllocationId"],
    "public-ip": lambda pair: pair.on["PublicIp"],
    "association-id": lambda pair: pair.association,
    "network-interface-id": lambda pair: pair.interface["NetworkInterfaceId"],
    "private-ip-address": lambda pair: pair.interface["PrivateIpAddress"],
    "tag:owner": lambda pair: "one",
    "tag-key": lambda pair: "owner",
}


@source(api("DescribeAddresses"))
@pytest.mark.parametrize("name", FILTERS_OF_ONE)
def test_a_filter_finds_one_address(ec2: Any, pair: Pair, name: str) -> None:
    """DescribeAddresses has filters by id, address, association, interface, private address and tags."""
    assert ips(ec2, Filters=by(name, FILTERS_OF_ONE[name](pair))) == [pair.on["PublicIp"]]


@source(api("DescribeAddresses"))
@moto_differs("finds only what was associated by instance", r"assert \[\] ==")
def test_the_filter_by_instance_finds_one_address(ec2: Any, pair: Pair) -> None:
    """The filter instance-id finds addresses on the interfaces of the instance."""
    assert ips(ec2, Filters=by("instance-id", pair.instance["InstanceId"])) == [pair.on["PublicIp"]]


@source(api("DescribeAddresses"))
@pytest.mark.parametrize(("name", "value"), [("network-border-group", REGION), ("network-interface-owner-id", ACCOUNT)])
@moto_differs("fails with status 500", BROKEN)
def test_a_filter_finds_both_addresses(ec2: Any, pair: Pair, name: str, value: str) -> None:
    """DescribeAddresses has filters by network border group and by the owner of the interface."""
    assert ips(ec2, Filters=by(name, value)) == sorted([pair.on["PublicIp"], pair.other["PublicIp"]])
    assert ips(ec2, Filters=by(name, "other")) == []


@source(FILTERS)
def test_filters_are_anded_and_their_values_ored(ec2: Any, pair: Pair) -> None:
    """An address fits a filter if one value fits, and is shown if all filters fit."""
    both = by("public-ip", pair.on["PublicIp"], pair.other["PublicIp"])
    assert ips(ec2, Filters=both) == sorted([pair.on["PublicIp"], pair.other["PublicIp"]])
    assert ips(ec2, Filters=both + by("tag:owner", "one")) == [pair.on["PublicIp"]]
    assert ips(ec2, Filters=both + by("tag:owner", "two")) == []


@source(api("DescribeAddresses"))
@pytest.mark.usefixtures("pair")
def test_filter_values_are_case_sensitive(ec2: Any) -> None:
    """Names and values of filters are case-sensitive."""
    assert ips(ec2, Filters=by("tag:owner", "One")) == []
    assert ips(ec2, Filters=by("tag:Owner", "one")) == []


def tagged(scene: Scene, *values: str) -> None:
    for value in values:
        tags = [{"ResourceType": "elastic-ip", "Tags": [{"Key": "k", "Value": value}]}]
        scene.address(TagSpecifications=tags)


def values_found(ec2: Any, *patterns: str) -> list[str]:
    found = ec2.describe_addresses(Filters=by("tag:k", *patterns))["Addresses"]
    return sorted(address["Tags"][0]["Value"] for address in found)


@source(FILTERS)
def test_a_star_stands_for_any_text_and_a_question_mark_for_one_character(scene: Scene) -> None:
    """* in a value stands for any number of characters, ? for exactly one."""
    tagged(scene, "cat", "cats", "dog")
    assert values_found(scene.ec2, "ca*") == ["cat", "cats"]
    assert values_found(scene.ec2, "*t*") == ["cat", "cats"]
    assert values_found(scene.ec2, "ca?") == ["cat"]
    assert values_found(scene.ec2, "?o?", "*s") == ["cats", "dog"]


@source(FILTERS)
@moto_differs("reads the value as a regular expression", "no literal star")
def test_a_backslash_takes_the_meaning_from_a_wildcard(scene: Scene) -> None:
    r"""\* and \? in a value are the characters themselves, and \\ is a backslash."""
    tagged(scene, "a*b", "axb", "a?b", "a\\b")
    assert values_found(scene.ec2, r"a\*b") == ["a*b"], "no literal star"
    assert values_found(scene.ec2, r"a\?b") == ["a?b"]
    assert values_found(scene.ec2, r"a\\b") == ["a\\b"]


@source(FILTERS)
@moto_differs("reads the value as a regular expression", "no literal bracket")
def test_other_characters_of_a_filter_value_are_plain(scene: Scene) -> None:
    """Dots, brackets and the like are not special in a value."""
    tagged(scene, "a.b", "axb", "[x]", "x", "(a|b)$")
    assert values_found(scene.ec2, "a.b") == ["a.b"]
    assert values_found(scene.ec2, "[x]") == ["[x]"], "no literal bracket"
    assert values_found(scene.ec2, "(a|b)$") == ["(a|b)$"]


@source(issue("boto/boto3", 1299), issue("aws/aws-cli", 7225))
@moto_differs("fails with status 500", BROKEN)
def test_an_unknown_filter_is_refused(ec2: Any) -> None:
    """A filter that the action does not have is refused."""
    ec2.allocate_address(Domain="vpc")
    with refused("InvalidParameterValue"):
        ec2.describe_addresses(Filters=by("colour", "red"))


@unconfirmed("that the result is empty, and not an error")
def test_ids_and_filters_must_both_fit(ec2: Any) -> None:
    """Of the addresses that are named by id, only those are shown that fit the filters."""
    one, two = ec2.allocate_address(Domain="vpc"), ec2.allocate_address(Domain="vpc")
    ids = [one["AllocationId"], two["AllocationId"]]
    assert ips(ec2, AllocationIds=ids, Filters=by("public-ip", one["PublicIp"])) == [one["PublicIp"]]
    assert ips(ec2, AllocationIds=ids, Filters=by("public-ip", "198.18.7.7")) == []


@source(issue("gjbae1212/gossm", 31), ERRORS)
@moto_differs("has no limit", "not refused")
def test_a_call_has_at_most_200_filter_values(ec2: Any) -> None:
    """All filters of a call together have at most 200 values."""
    numbers = [f"198.18.{number}.1" for number in range(200)]
    assert ips(ec2, Filters=by("public-ip", *numbers)) == []
    with refused("FilterLimitExceeded"):
        ec2.describe_addresses(Filters=by("public-ip", *numbers[:100]) + by("private-ip-address", *numbers[:101]))


@source(ELASTIC_IPS)
def test_two_vpcs_may_have_the_same_private_address(scene: Scene) -> None:
    """The filter private-ip-address finds the addresses of all VPCs that have it."""
    other_vpc = scene.new_vpc()
    scene.new_gateway(other_vpc)
    twin = scene.new_subnet(other_vpc, "10.0.16.0/24")
    one, two = scene.address(), scene.address()
    interfaces = scene.interface(), scene.interface(twin)
    assert interfaces[0]["PrivateIpAddress"] == interfaces[1]["PrivateIpAddress"]
    scene.associate(one, interfaces[0])
    scene.associate(two, interfaces[1])
    found = scene.ec2.describe_addresses(Filters=by("private-ip-address", interfaces[0]["PrivateIpAddress"]))
    assert {address["NetworkInterfaceId"] for address in found["Addresses"]} == {
        interface["NetworkInterfaceId"] for interface in interfaces
    }
