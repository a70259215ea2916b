"""DescribeNetworkInterfaces: ids, filters and pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from expect import by, refused
from marks import BROKEN, moto_differs, source, unconfirmed
from scene import UNKNOWN_INTERFACE, ZONE, Scene, secondary_ips
from sources import ERRORS, FILTERS, PREFIXES, THROTTLING, api, issue
from stand_ins import ACCOUNT


def ids(ec2: Any, **arguments: Any) -> list[str]:
    shown = ec2.describe_network_interfaces(**arguments)["NetworkInterfaces"]
    return sorted(interface["NetworkInterfaceId"] for interface in shown)


@dataclass
class Found:
    """An interface that is attached, tagged, and has an address on a secondary private address; and one that is not."""

    interface: dict[str, Any]
    instance: dict[str, Any]
    attachment: str
    primary_address: dict[str, Any]
    address: dict[str, Any]
    association: str
    vpc: str
    group: str

    @property
    def id(self) -> str:
        return str(self.interface["NetworkInterfaceId"])


@pytest.fixture
def found(scene: Scene) -> Found:
    tags = [{"ResourceType": "network-interface", "Tags": [{"Key": "owner", "Value": "one"}]}]
    interface = scene.interface(secondary=1, Groups=[scene.group], Description="the one", TagSpecifications=tags)
    instance = scene.instance(scene.subnet)
    attachment = scene.attach(interface, instance)
    primary, address = scene.address(), scene.address()
    scene.associate(primary, interface, interface["PrivateIpAddress"])
    association = scene.associate(address, interface, secondary_ips(interface)[0])
    other_vpc = scene.new_vpc()
    scene.interface(scene.new_subnet(other_vpc, "10.0.20.0/24", "us-east-1b"))
    return Found(interface, instance, attachment, primary, address, association, scene.vpc, scene.group)


@source(api("DescribeNetworkInterfaces"))
def test_interfaces_are_described_by_id_or_all(scene: Scene) -> None:
    """NetworkInterfaceIds chooses interfaces; without it all are shown."""
    one, two = (scene.interface()["NetworkInterfaceId"] for _ in range(2))
    assert ids(scene.ec2, NetworkInterfaceIds=[two]) == [two]
    assert ids(scene.ec2, NetworkInterfaceIds=[two, one]) == sorted([one, two])
    assert ids(scene.ec2) == sorted([one, two])


@source(ERRORS)
def test_one_unknown_id_fails_the_call(scene: Scene) -> None:
    """An unknown id among known ones fails the whole call."""
    with refused("InvalidNetworkInterfaceID.NotFound"):
        ids(scene.ec2, NetworkInterfaceIds=[scene.interface()["NetworkInterfaceId"], UNKNOWN_INTERFACE])


@source(ERRORS)
@unconfirmed("the spelling ...Id.Malformed, which the list of codes has, against ...ID.Malformed")
@moto_differs("says that it is not found", "NotFound")
def test_a_malformed_id_is_refused(ec2: Any) -> None:
    """What has not the form of an interface's id is refused as such."""
    with refused("InvalidNetworkInterfaceId.Malformed", "InvalidNetworkInterfaceID.Malformed"):
        ids(ec2, NetworkInterfaceIds=["interface-1"])


# Each fits the one interface alone, or it and the primary interface of the instance ("instance").
FILTERS_OF_ONE: dict[str, Callable[[Found], str]] = {
    "network-interface-id": lambda found: found.id,
    "group-id": lambda found: found.group,
    "mac-address": lambda found: str(found.interface["MacAddress"]),
    "description": lambda found: "the one",
    "attachment.attachment-id": lambda found: found.attachment,
    "private-ip-address": lambda found: str(found.interface["PrivateIpAddress"]),
    "addresses.private-ip-address": lambda found: str(found.interface["PrivateIpAddress"]),
    "tag:owner": lambda found: "one",
    "tag-key": lambda found: "owner",
}
FILTERS_THAT_MOTO_LACKS: dict[str, Callable[[Found], str]] = {
    "association.allocation-id": lambda found: str(found.primary_address["AllocationId"]),
    "association.public-ip": lambda found: str(found.primary_address["PublicIp"]),
    "addresses.association.public-ip": lambda found: str(found.address["PublicIp"]),
    "attachment.device-index": lambda found: "1",
}


@source(api("DescribeNetworkInterfaces"))
@pytest.mark.parametrize("name", FILTERS_OF_ONE)
def test_a_filter_finds_one_interface(ec2: Any, found: Found, name: str) -> None:
    """There are filters by id, group, MAC address, description, attachment, private address and tags."""
    assert ids(ec2, Filters=by(name, FILTERS_OF_ONE[name](found))) == [found.id]


@source(api("DescribeNetworkInterfaces"))
@pytest.mark.parametrize("name", FILTERS_THAT_MOTO_LACKS)
@moto_differs("fails with status 500", BROKEN)
def test_a_filter_by_association_or_index_finds_one_interface(ec2: Any, found: Found, name: str) -> None:
    """There are filters by association, of the primary or of each private address, and by device index."""
    assert ids(ec2, Filters=by(name, FILTERS_THAT_MOTO_LACKS[name](found))) == [found.id]


@source(api("DescribeNetworkInterfaces"))
@pytest.mark.parametrize("name", ["private-ip-address", "addresses.private-ip-address"])
@moto_differs("knows the primary one alone", "not found")
def test_a_filter_finds_secondary_addresses(ec2: Any, found: Found, name: str) -> None:
    """Both filters by private address find secondary ones too."""
    assert ids(ec2, Filters=by(name, secondary_ips(found.interface)[0])) == [found.id], "not found"


@unconfirmed("whether an address inside of a prefix is found by these filters; the double does not")
@pytest.mark.parametrize("name", ["private-ip-address", "addresses.private-ip-address"])
def test_a_filter_does_not_find_addresses_in_a_prefix(scene: Scene, name: str) -> None:
    """The addresses of a prefix are not listed with the interface, and not found by the filters."""
    interface = scene.interface_with(Ipv4Prefixes=[{"Ipv4Prefix": "10.0.16.64/28"}])
    # moto ignores the prefix and draws a primary address that may lie inside of it.
    inside = next(ip for ip in ("10.0.16.70", "10.0.16.71") if ip != interface["PrivateIpAddress"])
    assert interface["NetworkInterfaceId"] not in ids(scene.ec2, Filters=by(name, inside))


@source(api("DescribeNetworkInterfaces"))
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("attachment.instance-id", lambda found: found.instance["InstanceId"]),
        ("vpc-id", lambda found: found.vpc),
        ("subnet-id", lambda found: found.interface["SubnetId"]),
        ("availability-zone", lambda found: ZONE),
        ("status", lambda found: "in-use"),
        pytest.param("attachment.status", lambda found: "attached", marks=moto_differs("has no such filter", BROKEN)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_filter_finds_the_interfaces_of_an_instance(
    ec2: Any, found: Found, name: str, value: Callable[[Found], str]
) -> None:
    """There are filters by instance, VPC, subnet, zone, status and status of the attachment."""
    primary = found.instance["NetworkInterfaces"][0]["NetworkInterfaceId"]
    assert ids(ec2, Filters=by(name, value(found))) == sorted([found.id, primary])


@source(api("DescribeNetworkInterfaces"))
@pytest.mark.parametrize(("name", "value"), [("owner-id", ACCOUNT), ("requester-managed", "false")])
@pytest.mark.usefixtures("found")
def test_a_filter_finds_all_interfaces(ec2: Any, name: str, value: str) -> None:
    """There are filters by owner, and by whether a service manages the interface."""
    assert len(ids(ec2, Filters=by(name, value))) == 3
    assert ids(ec2, Filters=by(name, "other")) == []


@source(FILTERS)
def test_filters_are_anded_their_values_ored_and_wildcards_known(ec2: Any, found: Found) -> None:
    """An interface fits a filter if one value fits, and is shown if all filters fit; * and ? are wildcards."""
    assert ids(ec2, Filters=by("tag:owner", "two", "o?e") + by("description", "the*")) == [found.id]
    assert ids(ec2, Filters=by("tag:owner", "one") + by("description", "x*")) == []


@source(issue("boto/boto3", 1299), issue("aws/aws-cli", 7225))
@moto_differs("fails with status 500", BROKEN)
def test_an_unknown_filter_is_refused(scene: Scene) -> None:
    """A filter that the action does not have is refused."""
    scene.interface()
    with refused("InvalidParameterValue"):
        ids(scene.ec2, Filters=by("colour", "red"))


@source(issue("gjbae1212/gossm", 31), ERRORS)
@moto_differs("has no limit", "not refused")
def test_a_call_has_at_most_200_filter_values(ec2: Any) -> None:
    """All filters of a call together have at most 200 values."""
    values = [f"10.0.16.{number}" for number in range(200)]
    assert ids(ec2, Filters=by("private-ip-address", *values)) == []
    with refused("FilterLimitExceeded"):
        ids(ec2, Filters=by("private-ip-address", *values) + by("status", "in-use"))


@source(api("DescribeNetworkInterfaces"))
@moto_differs("shows everything at once", "assert 12 == 5")
def test_interfaces_come_in_pages(scene: Scene) -> None:
    """MaxResults and NextToken lead through all interfaces, each once; the last page has no token."""
    made = sorted(scene.interface()["NetworkInterfaceId"] for _ in range(12))
    pages, token = [], {}
    while True:
        answer = scene.ec2.describe_network_interfaces(MaxResults=5, **token)
        assert len(answer["NetworkInterfaces"]) == (5 if len(pages) < 2 else 2)
        pages.append([interface["NetworkInterfaceId"] for interface in answer["NetworkInterfaces"]])
        if not answer.get("NextToken"):
            break
        token = {"NextToken": answer["NextToken"]}
    assert sorted(sum(pages, [])) == made and len(pages) == 3


@source(api("DescribeNetworkInterfaces"))
@moto_differs("ignores MaxResults", "no next page")
def test_pages_are_of_what_the_filters_leave(scene: Scene) -> None:
    """Filters and pages go together."""
    for _ in range(6):
        scene.interface(Description="shown")
    scene.interface(Description="hidden")
    first = scene.ec2.describe_network_interfaces(MaxResults=5, Filters=by("description", "shown"))
    assert first.get("NextToken"), "no next page"
    second = ids(scene.ec2, MaxResults=5, Filters=by("description", "shown"), NextToken=first["NextToken"])
    assert (len(first["NetworkInterfaces"]), len(second)) == (5, 1)


@source(api("DescribeNetworkInterfaces"))
@unconfirmed("the code InvalidParameterCombination, which DescribeInstances is known to have for it")
@moto_differs("ignores MaxResults", "not refused")
def test_ids_and_pages_exclude_each_other(scene: Scene) -> None:
    """MaxResults can't be given together with ids."""
    with refused("InvalidParameterCombination"):
        ids(scene.ec2, NetworkInterfaceIds=[scene.interface()["NetworkInterfaceId"]], MaxResults=5)


@source(api("DescribeNetworkInterfaces"), ERRORS)
@unconfirmed("which of the codes")
@pytest.mark.parametrize("size", [4, 1001])
@moto_differs("ignores MaxResults", "not refused")
def test_a_page_has_5_to_1000_interfaces(ec2: Any, size: int) -> None:
    """MaxResults is 5 to 1000."""
    with refused("InvalidParameterValue", "InvalidMaxResults"):
        ids(ec2, MaxResults=size)


@source(ERRORS)
@unconfirmed("which of the codes")
@moto_differs("ignores NextToken", "not refused")
def test_a_token_that_is_none_is_refused(ec2: Any) -> None:
    """A NextToken that was not given out is refused."""
    with refused("InvalidNextToken", "InvalidPaginationToken", "InvalidParameterValue"):
        ids(ec2, MaxResults=5, NextToken="next")


@unconfirmed("the whole: EC2 fails 'a large number' of interfaces without pages, this double never does")
@source(api("DescribeNetworkInterfaces"), THROTTLING)
def test_a_list_without_pages_is_complete(scene: Scene) -> None:
    """Without MaxResults all interfaces come at once."""
    assert len({scene.interface()["NetworkInterfaceId"] for _ in range(12)}) == len(ids(scene.ec2)) == 12


@source(PREFIXES)
@moto_differs("ignores prefixes", "KeyError: 'Ipv4Prefixes'")
def test_the_addresses_of_a_prefix_are_not_listed(scene: Scene) -> None:
    """An interface shows its prefixes; their addresses are not among its private addresses."""
    made = scene.interface_with(Ipv4Prefixes=[{"Ipv4Prefix": "10.0.16.64/28"}])
    shown = scene.see_interface(made)
    assert shown["Ipv4Prefixes"] == [{"Ipv4Prefix": "10.0.16.64/28"}]
    assert len(shown["PrivateIpAddresses"]) == 1
