"""CreateNetworkInterface, ModifyNetworkInterfaceAttribute and DeleteNetworkInterface."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from expect import by, refused
from marks import moto_differs, source, unconfirmed
from scene import UNKNOWN_GROUP, UNKNOWN_INTERFACE, UNKNOWN_SUBNET, ZONE, Scene, secondary_ips
from sources import ERRORS, IDEMPOTENCY, INTERFACES, PREFIXES, QUOTAS, SUBNETS, api, issue, measured
from stand_ins import ACCOUNT, StandIn

RESERVED = ("10.0.16.0", "10.0.16.1", "10.0.16.2", "10.0.16.3", "10.0.16.255")


def prefixes(interface: dict[str, Any]) -> list[str]:
    return [item["Ipv4Prefix"] for item in interface.get("Ipv4Prefixes", [])]


@source(api("NetworkInterface"))
def test_an_interface_shows_where_it_is(scene: Scene) -> None:
    """A new interface shows subnet, VPC, zone, owner, MAC address, and its primary private address in both places."""
    made = scene.interface(Description="one")
    for shown in (made, scene.see_interface(made)):
        assert (shown["SubnetId"], shown["VpcId"], shown["AvailabilityZone"]) == (scene.subnet, scene.vpc, ZONE)
        assert (shown["OwnerId"], shown["Description"]) == (ACCOUNT, "one")
        assert len(shown["MacAddress"].split(":")) == 6
        assert shown["SourceDestCheck"] is True and shown["RequesterManaged"] is False
        assert shown["PrivateIpAddress"] == made["PrivateIpAddresses"][0]["PrivateIpAddress"]
        assert shown["PrivateIpAddresses"][0]["Primary"] is True
        assert not shown.get("Attachment") and not shown.get("Association")
    assert scene.see_interface(made)["Status"] == "available"


@source(measured("api/test_network_interfaces"))
def test_an_interface_has_the_default_group_of_its_vpc(scene: Scene) -> None:
    """Without groups a new interface has the VPC's group named default."""
    assert [group["GroupName"] for group in scene.interface()["Groups"]] == ["default"]


@source(api("CreateNetworkInterface"))
def test_an_interface_has_the_groups_that_are_named(scene: Scene) -> None:
    """Groups are the interface's security groups."""
    groups = [scene.group, scene.new_group("two")]
    made = scene.interface(Groups=groups)
    assert [group["GroupId"] for group in made["Groups"]] == groups


@source(api("CreateNetworkInterface"))
def test_ec2_chooses_a_private_address_of_the_subnet(scene: Scene) -> None:
    """Without an address EC2 chooses the primary one from the subnet's range."""
    made = scene.interface_with()
    assert ipaddress.ip_address(made["PrivateIpAddress"]) in ipaddress.ip_network("10.0.16.0/24")


@source(SUBNETS, ERRORS)
@moto_differs("gives out reserved and used addresses", "others than the free ones")
def test_a_subnet_has_five_addresses_less(scene: Scene) -> None:
    """Of 16 addresses of a subnet 11 are given out, each once: the first four and the last are EC2's own."""
    subnet = scene.new_subnet(scene.vpc, "10.0.18.0/28")
    made = [scene.ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"] for _ in range(11)]
    given = {interface["PrivateIpAddress"] for interface in made}
    assert given == {f"10.0.18.{number}" for number in range(4, 15)}, "others than the free ones"
    with refused("InsufficientFreeAddressesInSubnet"):
        scene.ec2.create_network_interface(SubnetId=subnet)


@source(ERRORS)
@moto_differs("gives it out twice", "not refused")
def test_a_private_address_that_is_in_use_is_refused(scene: Scene) -> None:
    """A private address that another interface has, as primary or secondary one, is refused."""
    used = scene.interface(secondary=1)
    for private_ip in (used["PrivateIpAddress"], secondary_ips(used)[0]):
        with refused("InvalidIPAddress.InUse"):
            scene.interface_with(PrivateIpAddress=private_ip)


@source(SUBNETS)
@unconfirmed("the code InvalidParameterValue")
@pytest.mark.parametrize("private_ip", ["10.0.17.9", *RESERVED])
@moto_differs("takes any address", "not refused")
def test_a_private_address_must_be_of_the_subnet(scene: Scene, private_ip: str) -> None:
    """An address outside of the subnet, or one that EC2 keeps for itself, is refused."""
    with refused("InvalidParameterValue"):
        scene.interface_with(PrivateIpAddress=private_ip)


@source(api("CreateNetworkInterface"))
def test_secondary_addresses_can_be_named(scene: Scene) -> None:
    """PrivateIpAddresses names primary and secondary addresses."""
    made = scene.interface(secondary=2)
    assert [item["Primary"] for item in made["PrivateIpAddresses"]] == [True, False, False]
    assert scene.see_interface(made)["PrivateIpAddress"] == made["PrivateIpAddresses"][0]["PrivateIpAddress"]


@source(api("CreateNetworkInterface"))
def test_secondary_addresses_can_be_counted(scene: Scene) -> None:
    """SecondaryPrivateIpAddressCount lets EC2 choose so many secondary addresses of the subnet."""
    found = secondary_ips(scene.interface_with(SecondaryPrivateIpAddressCount=3))
    assert len(found) == 3
    assert all(ipaddress.ip_address(ip) in ipaddress.ip_network("10.0.16.0/24") for ip in found)


@source(api("CreateNetworkInterface"))
@unconfirmed("the code InvalidParameterCombination")
@moto_differs("takes both", "not refused")
def test_secondary_addresses_are_either_named_or_counted(scene: Scene) -> None:
    """Several private addresses and a count of them can't be given both."""
    with refused("InvalidParameterCombination"):
        scene.interface(secondary=1, SecondaryPrivateIpAddressCount=1)


@source(api("CreateNetworkInterface"), PREFIXES)
@moto_differs("ignores prefixes", "no prefix")
def test_a_prefix_can_be_named_or_counted(scene: Scene) -> None:
    """Ipv4Prefixes names /28 blocks of the subnet; Ipv4PrefixCount lets EC2 choose. Their addresses are not listed."""
    named = scene.interface_with(Ipv4Prefixes=[{"Ipv4Prefix": "10.0.16.64/28"}])
    assert prefixes(scene.see_interface(named)) == ["10.0.16.64/28"], "no prefix"
    assert len(named["PrivateIpAddresses"]) == 1
    [chosen] = prefixes(scene.interface_with(Ipv4PrefixCount=1))
    block = ipaddress.ip_network(chosen)
    assert block.prefixlen == 28 and block.subnet_of(ipaddress.ip_network("10.0.16.0/24"))
    assert chosen != "10.0.16.64/28"


@source(PREFIXES)
@unconfirmed("the code InvalidIPAddress.InUse")
@moto_differs("ignores prefixes", "not refused")
def test_a_prefix_needs_a_free_block(scene: Scene) -> None:
    """A block of which an address is in use, or that is a prefix already, is refused."""
    scene.interface_with(PrivateIpAddress="10.0.16.70")
    with refused("InvalidIPAddress.InUse"):
        scene.interface_with(Ipv4Prefixes=[{"Ipv4Prefix": "10.0.16.64/28"}])
    scene.interface_with(Ipv4Prefixes=[{"Ipv4Prefix": "10.0.16.80/28"}])
    with refused("InvalidIPAddress.InUse"):
        scene.interface_with(Ipv4Prefixes=[{"Ipv4Prefix": "10.0.16.80/28"}])


@source(PREFIXES)
@moto_differs("ignores prefixes", "not refused")
def test_a_private_address_in_a_prefix_is_in_use(scene: Scene) -> None:
    """No other interface gets an address out of a prefix."""
    scene.interface_with(Ipv4Prefixes=[{"Ipv4Prefix": "10.0.16.64/28"}])
    with refused("InvalidIPAddress.InUse"):
        scene.interface_with(PrivateIpAddress="10.0.16.70")


@source(api("CreateNetworkInterface"))
@unconfirmed("the code InvalidParameterCombination")
@moto_differs("ignores prefixes", "not refused")
def test_prefixes_exclude_secondary_addresses(scene: Scene) -> None:
    """Prefixes and secondary addresses can't be given both at the creation."""
    with refused("InvalidParameterCombination"):
        scene.interface_with(Ipv4PrefixCount=1, SecondaryPrivateIpAddressCount=1)


@source(ERRORS)
def test_an_interface_needs_a_subnet_that_exists(ec2: Any) -> None:
    """An unknown subnet is not found."""
    with refused("InvalidSubnetID.NotFound"):
        ec2.create_network_interface(SubnetId=UNKNOWN_SUBNET)


@source(ERRORS)
@unconfirmed("which of the codes")
@moto_differs("makes the group", "not refused")
def test_an_interface_needs_groups_that_exist(scene: Scene) -> None:
    """An unknown security group is not found."""
    with refused("InvalidGroup.NotFound", "InvalidSecurityGroupID.NotFound"):
        scene.interface(Groups=[UNKNOWN_GROUP])


@source(ERRORS, QUOTAS)
@moto_differs("has no limit", "not refused")
def test_an_interface_has_at_most_five_groups(scene: Scene) -> None:
    """The sixth security group is refused."""
    groups = [scene.new_group(f"group-{number}") for number in range(6)]
    scene.interface(Groups=groups[:5])
    with refused("SecurityGroupsPerInterfaceLimitExceeded"):
        scene.interface(Groups=groups)


@source(ERRORS, QUOTAS)
@moto_differs("has no quota", "not refused")
def test_a_region_has_a_quota_of_interfaces(scene: Scene, stand_in: StandIn) -> None:
    """More interfaces than the quota are refused."""
    stand_in.settings(quotas={"network_interfaces": 2})
    scene.interface()
    scene.interface()
    with refused("NetworkInterfaceLimitExceeded"):
        scene.interface()


@source(api("CreateNetworkInterface"))
@moto_differs("has it available at once", "assert 'available' == 'pending'")
def test_an_interface_is_pending_at_first(scene: Scene, stand_in: StandIn) -> None:
    """A new interface is pending before it is available, as in the reference's own example."""
    stand_in.settings(interface_create_ms=600_000)
    assert scene.interface()["Status"] == "pending"


@source(api("CreateNetworkInterface"))
def test_an_interface_is_tagged_at_its_creation(scene: Scene) -> None:
    """TagSpecifications tag the new interface."""
    tags = [{"Key": "owner", "Value": "one"}]
    made = scene.interface(TagSpecifications=[{"ResourceType": "network-interface", "Tags": tags}])
    assert made["TagSet"] == tags
    assert scene.see_interface(made)["TagSet"] == tags


@source(IDEMPOTENCY, api("CreateNetworkInterface"))
@moto_differs("makes a second interface", "another interface")
def test_a_client_token_makes_one_interface(scene: Scene) -> None:
    """The same request with the same client token makes nothing more, and gets the same answer."""
    request = {"SubnetId": scene.subnet, "PrivateIpAddress": "10.0.16.77", "ClientToken": "token-1"}
    first = scene.ec2.create_network_interface(**request)
    second = scene.ec2.create_network_interface(**request)
    ids = [answer["NetworkInterface"]["NetworkInterfaceId"] for answer in (first, second)]
    assert ids[0] == ids[1], "another interface"
    assert first["ClientToken"] == "token-1"


@source(IDEMPOTENCY, ERRORS)
@moto_differs("ignores client tokens", "not refused")
def test_a_client_token_is_for_one_request(scene: Scene) -> None:
    """The same client token with other parameters is refused."""
    scene.interface(ClientToken="token-1", Description="one")
    with refused("IdempotentParameterMismatch"):
        scene.interface(ClientToken="token-1", Description="two")


@source(api("ModifyNetworkInterfaceAttribute"))
def test_attributes_are_modified_one_at_a_time(scene: Scene) -> None:
    """Description, source/destination check and groups can be changed; the groups that are named replace the others."""
    made, other = scene.interface(Groups=[scene.group]), scene.new_group("two")
    modify, eni = scene.ec2.modify_network_interface_attribute, made["NetworkInterfaceId"]
    modify(NetworkInterfaceId=eni, Description={"Value": "changed"})
    modify(NetworkInterfaceId=eni, SourceDestCheck={"Value": False})
    modify(NetworkInterfaceId=eni, Groups=[other])
    shown = scene.see_interface(made)
    assert (shown["Description"], shown["SourceDestCheck"]) == ("changed", False)
    assert [group["GroupId"] for group in shown["Groups"]] == [other]


@source(api("ModifyNetworkInterfaceAttribute"))
@unconfirmed("the code InvalidParameterCombination")
@moto_differs("changes one of them", "not refused")
def test_two_attributes_at_once_are_refused(scene: Scene) -> None:
    """Only one attribute can be named."""
    eni = scene.interface()["NetworkInterfaceId"]
    with refused("InvalidParameterCombination"):
        scene.ec2.modify_network_interface_attribute(
            NetworkInterfaceId=eni, Description={"Value": "changed"}, SourceDestCheck={"Value": False}
        )


@source(ERRORS)
@unconfirmed("which of the codes")
@moto_differs("takes it", "not refused")
def test_an_interface_is_not_changed_to_unknown_groups(scene: Scene) -> None:
    """An unknown security group is not found, and the groups stay."""
    made = scene.interface(Groups=[scene.group])
    with refused("InvalidGroup.NotFound", "InvalidSecurityGroupID.NotFound"):
        scene.ec2.modify_network_interface_attribute(
            NetworkInterfaceId=made["NetworkInterfaceId"], Groups=[UNKNOWN_GROUP]
        )
    assert [group["GroupId"] for group in scene.see_interface(made)["Groups"]] == [scene.group]


@source(api("DeleteNetworkInterface"), measured("api/test_network_interfaces"))
def test_a_deleted_interface_is_gone(scene: Scene) -> None:
    """After its deletion an interface is not found; nor is it when it is deleted once more."""
    eni = scene.interface()["NetworkInterfaceId"]
    scene.ec2.delete_network_interface(NetworkInterfaceId=eni)
    with refused("InvalidNetworkInterfaceID.NotFound"):
        scene.ec2.describe_network_interfaces(NetworkInterfaceIds=[eni])
    assert not scene.ec2.describe_network_interfaces(Filters=by("network-interface-id", eni))["NetworkInterfaces"]
    with refused("InvalidNetworkInterfaceID.NotFound"):
        scene.ec2.delete_network_interface(NetworkInterfaceId=eni)


@source(ERRORS)
def test_an_unknown_interface_can_not_be_deleted(ec2: Any) -> None:
    """An unknown interface is not found."""
    with refused("InvalidNetworkInterfaceID.NotFound"):
        ec2.delete_network_interface(NetworkInterfaceId=UNKNOWN_INTERFACE)


@source(measured("api/test_network_interfaces"), issue("aws/amazon-vpc-cni-k8s", 1399), ERRORS)
@moto_differs("deletes it", "not refused")
def test_an_attached_interface_is_not_deleted(scene: Scene) -> None:
    """An interface in use can't be deleted. (The list of codes has InvalidNetworkInterface.InUse too.)"""
    interface = scene.interface()
    scene.attach(interface, scene.instance())
    with refused("InvalidParameterValue", "InvalidNetworkInterface.InUse"):
        scene.ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])


@source(INTERFACES)
@moto_differs("leaves the address on the interface that is gone", "still there")
def test_the_address_of_a_deleted_interface_is_free(scene: Scene) -> None:
    """When an interface is deleted its addresses are disassociated, and stay allocated."""
    address, interface = scene.address(), scene.interface()
    scene.associate(address, interface)
    scene.ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    shown = scene.see_address(address)
    assert not shown.get("AssociationId") and not shown.get("NetworkInterfaceId"), "still there"


@source(INTERFACES)
def test_the_private_addresses_of_a_deleted_interface_are_free(scene: Scene) -> None:
    """When an interface is deleted another one can have its private addresses."""
    interface = scene.interface()
    scene.ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    again = scene.interface_with(PrivateIpAddress=interface["PrivateIpAddress"])
    assert again["PrivateIpAddress"] == interface["PrivateIpAddress"]
