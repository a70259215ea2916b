"""The reverse DNS name of an address: DescribeAddressesAttribute, ModifyAddressAttribute, ResetAddressAttribute."""

from __future__ import annotations

from typing import Any

from expect import refused
from marks import NO_SUCH_ACTION, source, unconfirmed
from scene import UNKNOWN_ADDRESS, Scene
from sources import ELASTIC_IPS, ERRORS, api
from stand_ins import StandIn

TEN_MINUTES = 600_000
WAITERS = "https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/ec2_eip.go"


def attribute_of(ec2: Any, address: dict[str, Any]) -> dict[str, Any]:
    """What DescribeAddressesAttribute shows of one address; empty if it leaves it out."""
    shown = ec2.describe_addresses_attribute(AllocationIds=[address["AllocationId"]], Attribute="domain-name")
    return shown["Addresses"][0] if shown["Addresses"] else {}


def name(ec2: Any, address: dict[str, Any], domain: str = "mail.example.com") -> dict[str, Any]:
    changed = ec2.modify_address_attribute(AllocationId=address["AllocationId"], DomainName=domain)
    answer: dict[str, Any] = changed["Address"]
    return answer


@source(api("DescribeAddressesAttribute"), WAITERS)
def test_an_address_has_no_name_at_first(scene: Scene) -> None:
    """An address without reverse DNS has no PTR record; it may be missing from the answer."""
    shown = attribute_of(scene.ec2, scene.address())
    assert not shown.get("PtrRecord") and not shown.get("PtrRecordUpdate")


@source(api("ModifyAddressAttribute"), WAITERS)
@NO_SUCH_ACTION
def test_a_name_is_pending_at_first(scene: Scene, stand_in: StandIn) -> None:
    """A new name is an update that is PENDING, while the PTR record is still the old one."""
    stand_in.settings(reverse_dns_ms=TEN_MINUTES)
    address = scene.address()
    answer = name(scene.ec2, address)
    assert answer["AllocationId"] == address["AllocationId"]
    assert answer["PtrRecordUpdate"]["Status"] == "PENDING"
    shown = attribute_of(scene.ec2, address)
    assert shown["PtrRecordUpdate"]["Value"].rstrip(".") == "mail.example.com"
    assert not shown.get("PtrRecord")


@source(api("AddressAttribute"), WAITERS)
@unconfirmed("the dot at the end of the record")
@NO_SUCH_ACTION
def test_a_name_is_set_when_its_update_is_gone(scene: Scene) -> None:
    """When the update is no longer shown, the PTR record has the name."""
    address = scene.address()
    name(scene.ec2, address)
    shown = attribute_of(scene.ec2, address)
    assert shown["PublicIp"] == address["PublicIp"]
    assert shown["PtrRecord"] == "mail.example.com."
    assert not shown.get("PtrRecordUpdate")


@source(api("ResetAddressAttribute"))
@NO_SUCH_ACTION
def test_a_name_can_be_removed(scene: Scene) -> None:
    """ResetAddressAttribute removes the name."""
    address = scene.address()
    name(scene.ec2, address)
    scene.ec2.reset_address_attribute(AllocationId=address["AllocationId"], Attribute="domain-name")
    assert not attribute_of(scene.ec2, address).get("PtrRecord")


@source(ERRORS, ELASTIC_IPS)
@NO_SUCH_ACTION
def test_an_address_with_a_name_is_locked(scene: Scene) -> None:
    """An address that has a name can't be released until the name is removed."""
    address = scene.address()
    name(scene.ec2, address)
    with refused("InvalidAddress.Locked"):
        scene.ec2.release_address(AllocationId=address["AllocationId"])
    scene.ec2.reset_address_attribute(AllocationId=address["AllocationId"], Attribute="domain-name")
    scene.ec2.release_address(AllocationId=address["AllocationId"])


@unconfirmed("that the lock holds while the removal is pending")
@NO_SUCH_ACTION
def test_an_address_is_locked_until_its_name_is_gone(scene: Scene, stand_in: StandIn) -> None:
    """While the removal of the name is PENDING the address is still locked."""
    address = scene.address()
    name(scene.ec2, address)
    stand_in.settings(reverse_dns_ms=TEN_MINUTES)
    scene.ec2.reset_address_attribute(AllocationId=address["AllocationId"], Attribute="domain-name")
    with refused("InvalidAddress.Locked"):
        scene.ec2.release_address(AllocationId=address["AllocationId"])


@source(ERRORS)
@NO_SUCH_ACTION
def test_an_unknown_address_gets_no_name(ec2: Any) -> None:
    """An unknown address is not found."""
    with refused("InvalidAllocationID.NotFound"):
        ec2.modify_address_attribute(AllocationId=UNKNOWN_ADDRESS, DomainName="mail.example.com")


@source(api("DescribeAddressesAttribute"))
@NO_SUCH_ACTION
def test_names_come_in_pages(scene: Scene) -> None:
    """MaxResults and NextToken divide the list into pages."""
    for number in range(3):
        name(scene.ec2, scene.address(), f"mail-{number}.example.com")
    pages = [scene.ec2.describe_addresses_attribute(Attribute="domain-name", MaxResults=2)]
    token = pages[0]["NextToken"]
    pages.append(scene.ec2.describe_addresses_attribute(Attribute="domain-name", MaxResults=2, NextToken=token))
    assert [len(page["Addresses"]) for page in pages] == [2, 1]
    assert "NextToken" not in pages[1]
