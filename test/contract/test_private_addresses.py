"""AssignPrivateIpAddresses and UnassignPrivateIpAddresses, and what they mean for Elastic IPs."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from expect import refused
from marks import moto_differs, source, unconfirmed
from scene import UNKNOWN_INTERFACE, Scene, association_of, secondary_ips
from sources import ERRORS, INTERFACES, PREFIXES, SECONDARY_ADDRESSES, api, issue, measured

SUBNET = ipaddress.ip_network("10.0.16.0/24")


def assign(scene: Scene, interface: dict[str, Any], *private_ips: str, **arguments: Any) -> dict[str, Any]:
    if private_ips:
        arguments["PrivateIpAddresses"] = list(private_ips)
    eni = interface["NetworkInterfaceId"]
    answer: dict[str, Any] = scene.ec2.assign_private_ip_addresses(NetworkInterfaceId=eni, **arguments)
    return answer


def assigned(answer: dict[str, Any]) -> list[str]:
    return [item["PrivateIpAddress"] for item in answer["AssignedPrivateIpAddresses"]]


def unassign(scene: Scene, interface: dict[str, Any], *private_ips: str) -> None:
    scene.ec2.unassign_private_ip_addresses(
        NetworkInterfaceId=interface["NetworkInterfaceId"], PrivateIpAddresses=list(private_ips)
    )


@source(api("AssignPrivateIpAddresses"))
def test_secondary_addresses_are_assigned_by_name(scene: Scene) -> None:
    """The private addresses that are named become secondary ones of the interface."""
    interface = scene.interface()
    assign(scene, interface, "10.0.16.50", "10.0.16.51")
    assert secondary_ips(scene.see_interface(interface)) == ["10.0.16.50", "10.0.16.51"]


@source(api("AssignPrivateIpAddresses"), measured("api/test_network_interfaces"))
def test_secondary_addresses_are_assigned_by_count(scene: Scene) -> None:
    """With a count EC2 chooses addresses of the subnet."""
    interface = scene.interface()
    assign(scene, interface, SecondaryPrivateIpAddressCount=2)
    found = secondary_ips(scene.see_interface(interface))
    assert len(found) == 2
    assert all(ipaddress.ip_address(ip) in SUBNET for ip in found)


@source(api("AssignedPrivateIpAddress"))
@moto_differs("lists all addresses of the interface", "assert \\[.*10.0.16.50.*\\] == \\['10.0.16.50'\\]")
def test_the_answer_lists_what_was_assigned(scene: Scene) -> None:
    """The answer has the new addresses, and not those that the interface had before."""
    assert assigned(assign(scene, scene.interface(secondary=1), "10.0.16.50")) == ["10.0.16.50"]


@source(api("AssignPrivateIpAddresses"))
@unconfirmed("the code InvalidParameterCombination")
@moto_differs("takes one of them", "not refused")
def test_addresses_are_either_named_or_counted(scene: Scene) -> None:
    """Names and a count can't be given both."""
    with refused("InvalidParameterCombination"):
        assign(scene, scene.interface(), "10.0.16.50", SecondaryPrivateIpAddressCount=1)


@source(api("AssignPrivateIpAddresses"))
@unconfirmed("which of the codes")
@moto_differs("assigns nothing", "not refused")
def test_either_names_or_a_count_are_needed(scene: Scene) -> None:
    """Without names, count or prefixes the call is refused."""
    with refused("MissingParameter", "InvalidParameterCombination", "InvalidParameterValue"):
        assign(scene, scene.interface())


@source(issue("aws/aws-sdk-go", 2864))
@pytest.mark.parametrize("private_ip", ["10.0.17.9", "10.0.16.1"])
@moto_differs("takes any address", "not refused")
def test_an_address_must_be_of_the_subnet(scene: Scene, private_ip: str) -> None:
    """An address outside of the interface's subnet, or one that EC2 keeps for itself, is refused."""
    with refused("InvalidParameterValue"):
        assign(scene, scene.interface(), private_ip)


@source(api("AssignPrivateIpAddresses"), ERRORS)
@unconfirmed("which of the codes: the list has the first")
@moto_differs("assigns it twice", "not refused")
def test_an_address_of_another_interface_is_refused(scene: Scene) -> None:
    """An address that another interface has is refused, unless AllowReassignment is given."""
    holder, interface = scene.interface(secondary=1), scene.interface()
    private_ip = secondary_ips(holder)[0]
    with refused("Resource.AlreadyAssigned", "InvalidParameterValue", "InvalidIPAddress.InUse"):
        assign(scene, interface, private_ip)
    assert secondary_ips(scene.see_interface(holder)) == [private_ip]
    assert secondary_ips(scene.see_interface(interface)) == []


@source(api("AssignPrivateIpAddresses"))
@moto_differs("leaves it on the other interface too", "still there")
def test_an_address_can_be_reassigned(scene: Scene) -> None:
    """With AllowReassignment a secondary address moves from the other interface."""
    holder, interface = scene.interface(secondary=1), scene.interface()
    private_ip = secondary_ips(holder)[0]
    assign(scene, interface, private_ip, AllowReassignment=True)
    assert secondary_ips(scene.see_interface(interface)) == [private_ip]
    assert secondary_ips(scene.see_interface(holder)) == [], "still there"


@source(SECONDARY_ADDRESSES, api("AssignPrivateIpAddresses"))
@moto_differs("leaves the address on the interface", "stayed behind")
def test_an_elastic_ip_moves_with_its_private_address(scene: Scene) -> None:
    """The Elastic IP of a private address that is reassigned goes with it to the other interface."""
    address, holder, interface = scene.address(), scene.interface(secondary=1), scene.interface()
    private_ip = secondary_ips(holder)[0]
    scene.associate(address, holder, private_ip)
    assign(scene, interface, private_ip, AllowReassignment=True)
    shown = scene.see_address(address)
    assert shown["NetworkInterfaceId"] == interface["NetworkInterfaceId"], "stayed behind"
    assert shown["PrivateIpAddress"] == private_ip
    assert association_of(scene.see_interface(interface), private_ip)["PublicIp"] == address["PublicIp"]


@source(SECONDARY_ADDRESSES)
@unconfirmed("the code InvalidIPAddress.InUse")
@moto_differs("assigns it twice", "not refused")
def test_a_primary_address_is_not_reassigned(scene: Scene) -> None:
    """The primary address of another interface stays there, also with AllowReassignment."""
    holder = scene.interface()
    with refused("InvalidIPAddress.InUse"):
        assign(scene, scene.interface(), holder["PrivateIpAddress"], AllowReassignment=True)


@source(api("AssignPrivateIpAddresses"))
@unconfirmed("that it is all or nothing")
@moto_differs("takes any address", "not refused")
def test_all_addresses_are_assigned_or_none(scene: Scene) -> None:
    """If one of the addresses is refused, none is assigned."""
    interface = scene.interface()
    with refused("InvalidParameterValue"):
        assign(scene, interface, "10.0.16.50", "10.0.17.9")
    assert secondary_ips(scene.see_interface(interface)) == []


@source(ERRORS, INTERFACES, issue("aws/amazon-vpc-cni-k8s", 989), issue("cilium/cilium", 36428))
@moto_differs("has no limits", "not refused")
def test_the_type_of_the_instance_limits_the_addresses_of_an_interface(scene: Scene) -> None:
    """An interface of an m5.large has 10 IPv4 addresses, the primary one included."""
    interface = scene.interface()
    scene.attach(interface, scene.instance())
    assign(scene, interface, SecondaryPrivateIpAddressCount=9)
    with refused("PrivateIpAddressLimitExceeded"):
        assign(scene, interface, SecondaryPrivateIpAddressCount=1)


@source(ERRORS)
@moto_differs("has no limits", "not refused")
def test_a_subnet_can_be_used_up(scene: Scene) -> None:
    """More addresses than the subnet has are refused."""
    subnet = scene.new_subnet(scene.vpc, "10.0.18.0/28")
    interface = scene.interface(subnet)
    assign(scene, interface, SecondaryPrivateIpAddressCount=10)
    with refused("InsufficientFreeAddressesInSubnet"):
        assign(scene, interface, SecondaryPrivateIpAddressCount=1)


@source(ERRORS)
def test_an_unknown_interface_is_refused(scene: Scene) -> None:
    """An unknown interface is not found."""
    with refused("InvalidNetworkInterfaceID.NotFound"):
        assign(scene, {"NetworkInterfaceId": UNKNOWN_INTERFACE}, "10.0.16.50")


@source(api("UnassignPrivateIpAddresses"), measured("api/test_network_interfaces"))
def test_secondary_addresses_are_unassigned(scene: Scene) -> None:
    """The addresses that are named leave the interface, the others stay."""
    interface = scene.interface(secondary=3)
    first, second, third = secondary_ips(interface)
    unassign(scene, interface, first, third)
    assert secondary_ips(scene.see_interface(interface)) == [second]


@source(SECONDARY_ADDRESSES)
@moto_differs("leaves the address on the interface", "still there")
def test_an_elastic_ip_leaves_with_its_private_address(scene: Scene) -> None:
    """The Elastic IP of a private address that is unassigned is disassociated, and stays allocated."""
    address, interface = scene.address(), scene.interface(secondary=1)
    scene.associate(address, interface, secondary_ips(interface)[0])
    unassign(scene, interface, *secondary_ips(interface))
    shown = scene.see_address(address)
    assert not shown.get("AssociationId") and not shown.get("PrivateIpAddress"), "still there"


@source(measured("api/test_network_interfaces"))
@moto_differs("takes it", "not refused")
def test_the_primary_address_is_not_unassigned(scene: Scene) -> None:
    """The primary address can't be unassigned."""
    interface = scene.interface()
    with refused("InvalidParameterValue"):
        unassign(scene, interface, interface["PrivateIpAddress"])


@unconfirmed("the code InvalidParameterValue, which programs look for")
@moto_differs("does nothing", "not refused")
def test_an_address_of_another_interface_is_not_unassigned(scene: Scene) -> None:
    """An address that the interface does not have is refused, and then the others stay too."""
    interface = scene.interface(secondary=1)
    with refused("InvalidParameterValue"):
        unassign(scene, interface, secondary_ips(interface)[0], "10.0.16.99")
    assert secondary_ips(scene.see_interface(interface)) == secondary_ips(interface)


@source(PREFIXES, api("AssignPrivateIpAddresses"))
@moto_differs("ignores prefixes", "KeyError: 'AssignedIpv4Prefixes'")
def test_prefixes_are_assigned_and_unassigned(scene: Scene) -> None:
    """Prefixes are assigned by name or by count, and unassigned by name."""
    interface = scene.interface()
    named = assign(scene, interface, Ipv4Prefixes=["10.0.16.64/28"])
    assert named["AssignedIpv4Prefixes"] == [{"Ipv4Prefix": "10.0.16.64/28"}]
    [chosen] = assign(scene, interface, Ipv4PrefixCount=1)["AssignedIpv4Prefixes"]
    shown = [item["Ipv4Prefix"] for item in scene.see_interface(interface)["Ipv4Prefixes"]]
    assert sorted(shown) == sorted(["10.0.16.64/28", chosen["Ipv4Prefix"]])
    scene.ec2.unassign_private_ip_addresses(
        NetworkInterfaceId=interface["NetworkInterfaceId"], Ipv4Prefixes=["10.0.16.64/28"]
    )
    assert scene.see_interface(interface)["Ipv4Prefixes"] == [chosen]


@source(PREFIXES, SECONDARY_ADDRESSES)
@moto_differs("ignores prefixes", "not on the private address")
def test_an_elastic_ip_leaves_with_its_prefix(scene: Scene) -> None:
    """The Elastic IP of an address inside of a prefix is disassociated when the prefix is unassigned."""
    address, interface = scene.address(), scene.interface_with(Ipv4Prefixes=[{"Ipv4Prefix": "10.0.16.64/28"}])
    scene.associate(address, interface, "10.0.16.70")
    assert scene.see_address(address)["PrivateIpAddress"] == "10.0.16.70", "not on the private address"
    scene.ec2.unassign_private_ip_addresses(
        NetworkInterfaceId=interface["NetworkInterfaceId"], Ipv4Prefixes=["10.0.16.64/28"]
    )
    assert not scene.see_address(address).get("AssociationId")


@source(PREFIXES)
@moto_differs("ignores prefixes", "not refused")
def test_a_prefix_counts_as_one_address(scene: Scene) -> None:
    """Each prefix takes the place of one address under the limit of the instance type."""
    interface = scene.interface()
    scene.attach(interface, scene.instance())
    assign(scene, interface, Ipv4PrefixCount=9)
    with refused("PrivateIpAddressLimitExceeded"):
        assign(scene, interface, SecondaryPrivateIpAddressCount=1)
