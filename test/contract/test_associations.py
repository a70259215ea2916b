"""AssociateAddress and DisassociateAddress."""

from __future__ import annotations

import re
from typing import Any

import pytest

from expect import by, refused
from marks import moto_differs, source, unconfirmed
from scene import (
    UNKNOWN_ADDRESS, UNKNOWN_ASSOCIATION, UNKNOWN_INSTANCE, UNKNOWN_INTERFACE, Scene, association_of, secondary_ips
)  # fmt: skip
from sources import ELASTIC_IPS, ERRORS, INTERFACES, PREFIXES, SECONDARY_ADDRESSES, api, issue, measured
from stand_ins import ACCOUNT, StandIn

IGNORES_PRIVATE_IP = "ignores PrivateIpAddress: the primary one is taken"


@source(api("AssociateAddress"))
def test_an_address_goes_to_the_primary_private_address(scene: Scene) -> None:
    """Without PrivateIpAddress the address is associated with the interface's primary private address."""
    address, interface = scene.address(), scene.interface(secondary=1)
    association = scene.associate(address, interface)
    assert re.fullmatch(r"eipassoc-[0-9a-f]{17}", association)
    shown = scene.see_address(address)
    assert shown["AssociationId"] == association
    assert shown["NetworkInterfaceId"] == interface["NetworkInterfaceId"]
    assert shown["PrivateIpAddress"] == interface["PrivateIpAddress"]


@source(api("AssociateAddress"))
@moto_differs(IGNORES_PRIVATE_IP, "the primary one")
def test_an_address_goes_to_the_private_address_that_is_named(scene: Scene) -> None:
    """With PrivateIpAddress the address is associated with that secondary address."""
    address, interface = scene.address(), scene.interface(secondary=2)
    wanted = secondary_ips(interface)[1]
    scene.associate(address, interface, wanted)
    assert scene.see_address(address)["PrivateIpAddress"] == wanted, "the primary one"


@source(SECONDARY_ADDRESSES, INTERFACES)
@moto_differs(IGNORES_PRIVATE_IP, "the primary one")
def test_each_private_address_has_an_address_of_its_own(scene: Scene) -> None:
    """Each private address of an interface can have one address, side by side with the others."""
    interface = scene.interface(secondary=2)
    private_ips = [interface["PrivateIpAddress"], *secondary_ips(interface)]
    addresses = [scene.address() for _ in private_ips]
    for address, private_ip in zip(addresses, private_ips, strict=True):
        scene.associate(address, interface, private_ip)
    shown = [scene.see_address(address)["PrivateIpAddress"] for address in addresses]
    assert shown == private_ips, "all on the primary one"


@source(api("NetworkInterfacePrivateIpAddress"))
@moto_differs("shows no association per private address", "KeyError: 'AllocationId'")
def test_an_interface_shows_the_association_of_each_private_address(scene: Scene) -> None:
    """Each item of privateIpAddressesSet shows the association of that private address, and of no other."""
    address, interface = scene.address(), scene.interface(secondary=1)
    private_ip = secondary_ips(interface)[0]
    association = scene.associate(address, interface, private_ip)
    shown = scene.see_interface(interface)
    found = association_of(shown, private_ip)
    assert found["AllocationId"] == address["AllocationId"]
    assert found["AssociationId"] == association
    assert found["PublicIp"] == address["PublicIp"]
    assert found["IpOwnerId"] == ACCOUNT
    assert not association_of(shown, interface["PrivateIpAddress"])


@source(api("NetworkInterface"))
def test_an_interface_shows_the_association_of_its_primary_address(scene: Scene) -> None:
    """The association of the interface itself is that of its primary private address."""
    address, interface = scene.address(), scene.interface()
    assert not scene.see_interface(interface).get("Association")
    scene.associate(address, interface)
    assert scene.see_interface(interface)["Association"]["PublicIp"] == address["PublicIp"]
    assert scene.see_interface(interface)["Association"]["AllocationId"] == address["AllocationId"]


@source(api("AssociateAddress"))
@moto_differs("leaves both on the interface", "still there")
def test_an_address_displaces_the_one_that_is_there(scene: Scene) -> None:
    """The address that a private address has is disassociated by another one; it stays allocated."""
    first, second, interface = scene.address(), scene.address(), scene.interface()
    scene.associate(first, interface)
    scene.associate(second, interface)
    assert not scene.see_address(first).get("AssociationId"), "still there"
    assert scene.see_interface(interface)["Association"]["PublicIp"] == second["PublicIp"]


@unconfirmed("the documentation speaks of the address that moves, not of the one that is there")
@moto_differs("leaves both on the interface", "still there")
def test_reassociation_is_about_the_address_that_moves(scene: Scene) -> None:
    """AllowReassociation=false does not protect the address that is on the target."""
    first, second, interface = scene.address(), scene.address(), scene.interface()
    scene.associate(first, interface)
    scene.associate(second, interface, AllowReassociation=False)
    assert not scene.see_address(first).get("AssociationId"), "still there"


@source(api("AssociateAddress"))
@moto_differs("goes on showing the address on the interface that it left", "still on the first")
def test_an_address_moves_when_that_is_allowed(scene: Scene) -> None:
    """With AllowReassociation an address moves to the other interface, under a new association."""
    address, here, there = scene.address(), scene.interface(), scene.interface()
    first = scene.associate(address, here)
    second = scene.associate(address, there, AllowReassociation=True)
    shown = scene.see_address(address)
    assert shown["NetworkInterfaceId"] == there["NetworkInterfaceId"]
    assert shown["AssociationId"] == second != first
    assert scene.see_interface(there)["Association"]["PublicIp"] == address["PublicIp"]
    assert not scene.see_interface(here).get("Association"), "still on the first"


@source(api("AssociateAddress"))
@moto_differs("refuses it", "Resource.AlreadyAssociated")
def test_an_address_moves_by_default(scene: Scene) -> None:
    """Without AllowReassociation an address moves too (but see issue NixOS/nixops-aws#143 for accounts before 2014)."""
    address, there = scene.address(), scene.interface()
    scene.associate(address, scene.interface())
    scene.associate(address, there)
    assert scene.see_address(address)["NetworkInterfaceId"] == there["NetworkInterfaceId"]


@source(api("AssociateAddress"), ERRORS, issue("NixOS/nixops-aws", 143))
def test_an_address_does_not_move_when_that_is_forbidden(scene: Scene) -> None:
    """With AllowReassociation=false an address that is elsewhere is refused, and stays there."""
    address, here, there = scene.address(), scene.interface(), scene.interface()
    association = scene.associate(address, here)
    with refused("Resource.AlreadyAssociated"):
        scene.associate(address, there, AllowReassociation=False)
    assert scene.see_address(address)["AssociationId"] == association


@source(api("AssociateAddress"))
@moto_differs(IGNORES_PRIVATE_IP, "not refused")
def test_another_private_address_of_the_interface_is_elsewhere(scene: Scene) -> None:
    """AllowReassociation=false forbids also to move between private addresses of one interface."""
    address, interface = scene.address(), scene.interface(secondary=1)
    scene.associate(address, interface)
    with refused("Resource.AlreadyAssociated"):
        scene.associate(address, interface, secondary_ips(interface)[0], AllowReassociation=False)


@source(api("AssociateAddress"))
@pytest.mark.parametrize("allowed", [True, False])
def test_an_address_can_be_associated_again_with_what_it_is_on(scene: Scene, allowed: bool) -> None:
    """AssociateAddress is idempotent: to associate with the same private address again is no error."""
    address, interface = scene.address(), scene.interface()
    scene.associate(address, interface)
    scene.associate(address, interface, AllowReassociation=allowed)
    assert scene.see_address(address)["NetworkInterfaceId"] == interface["NetworkInterfaceId"]


@unconfirmed("that the association's id stays")
@moto_differs("makes a new association", "another association")
def test_an_association_that_is_repeated_stays_the_same(scene: Scene) -> None:
    """To associate with the same private address again changes nothing."""
    address, interface = scene.address(), scene.interface()
    first = scene.associate(address, interface)
    assert scene.associate(address, interface, AllowReassociation=True) == first, "another association"


@source(ERRORS)
def test_an_unknown_address_is_refused(scene: Scene) -> None:
    """An unknown allocation id is not found."""
    with refused("InvalidAllocationID.NotFound"):
        scene.associate({"AllocationId": UNKNOWN_ADDRESS}, scene.interface())


@source(measured("scenario/test_vpc_addresses"))
def test_an_unknown_interface_is_refused(scene: Scene) -> None:
    """An unknown interface is not found; nothing happens to the address."""
    address = scene.address()
    with refused("InvalidNetworkInterfaceID.NotFound"):
        scene.associate(address, {"NetworkInterfaceId": UNKNOWN_INTERFACE})
    assert not scene.see_address(address).get("AssociationId")


@source(ERRORS)
@unconfirmed("the spelling ...Id.Malformed, which the list of codes has, against ...ID.Malformed")
@moto_differs("says that it is not found", "NotFound")
def test_a_malformed_interface_is_refused(scene: Scene) -> None:
    """What has not the form of an interface's id is refused as such."""
    with refused("InvalidNetworkInterfaceId.Malformed", "InvalidNetworkInterfaceID.Malformed"):
        scene.associate(scene.address(), {"NetworkInterfaceId": "interface-1"})


@source(api("AssociateAddress"))
@unconfirmed("the code InvalidParameterValue")
@moto_differs("ignores PrivateIpAddress", "not refused")
def test_a_private_address_of_another_interface_is_refused(scene: Scene) -> None:
    """A private address that the interface does not have is refused."""
    with refused("InvalidParameterValue"):
        scene.associate(scene.address(), scene.interface(), scene.free_ip())


@source(PREFIXES)
@unconfirmed("the code InvalidParameterValue for one that is outside")
@moto_differs(IGNORES_PRIVATE_IP, "the primary one")
def test_an_address_goes_to_a_private_address_in_a_prefix(scene: Scene) -> None:
    """An address can be associated with each private address inside of a prefix of the interface."""
    address = scene.address()
    interface = scene.interface_with(Ipv4Prefixes=[{"Ipv4Prefix": "10.0.16.64/28"}])
    scene.associate(address, interface, "10.0.16.70")
    assert scene.see_address(address)["PrivateIpAddress"] == "10.0.16.70", "the primary one"
    with refused("InvalidParameterValue"):
        scene.associate(address, interface, "10.0.16.80")


@source(api("AssociateAddress"))
def test_an_instance_with_one_interface_stands_for_it(scene: Scene) -> None:
    """With InstanceId the address goes to the one network interface of the instance."""
    address, instance = scene.address(), scene.instance()
    scene.ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=instance["InstanceId"])
    shown = scene.see_address(address)
    assert shown["InstanceId"] == instance["InstanceId"]
    assert shown["NetworkInterfaceId"] == instance["NetworkInterfaces"][0]["NetworkInterfaceId"]
    assert shown["PrivateIpAddress"] == instance["PrivateIpAddress"]


@source(measured("scenario/test_vpc_addresses"), ERRORS)
@moto_differs("takes one of them", "not refused")
def test_an_instance_with_two_interfaces_does_not_stand_for_one(scene: Scene) -> None:
    """With InstanceId and more than one interface the call is refused."""
    address, instance = scene.address(), scene.instance()
    scene.attach(scene.interface(), instance)
    with refused("InvalidInstanceID"):
        scene.ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=instance["InstanceId"])


@source(ERRORS)
def test_an_unknown_instance_is_refused(scene: Scene) -> None:
    """An unknown instance is not found."""
    with refused("InvalidInstanceID.NotFound"):
        scene.ec2.associate_address(AllocationId=scene.address()["AllocationId"], InstanceId=UNKNOWN_INSTANCE)


@source(api("AssociateAddress"))
@unconfirmed("the code InvalidParameterCombination")
@moto_differs("takes the instance", "not refused")
def test_instance_and_interface_exclude_each_other(scene: Scene) -> None:
    """InstanceId and NetworkInterfaceId can't be given both."""
    address, interface, instance = scene.address(), scene.interface(), scene.instance()
    with refused("InvalidParameterCombination"):
        scene.associate(address, interface, InstanceId=instance["InstanceId"])


@source(ERRORS, measured("api/test_addresses"))
@moto_differs("asks for no gateway", "not refused")
def test_a_vpc_without_internet_gateway_is_refused(scene: Scene) -> None:
    """The VPC of the interface needs an internet gateway."""
    address, subnet = scene.address(), scene.new_subnet(scene.new_vpc(), "10.0.16.0/24")
    interface = scene.interface(subnet)
    with refused("Gateway.NotAttached"):
        scene.associate(address, interface)


@source(ERRORS)
@moto_differs("has no instances that are pending", "not refused")
def test_a_pending_instance_is_refused(scene: Scene, stand_in: StandIn) -> None:
    """The interface of an instance that is still pending takes no address."""
    address = scene.address()
    stand_in.settings(instance_start_ms=600_000)
    instance = scene.instance()
    with refused("IncorrectInstanceState"):
        scene.associate(address, instance["NetworkInterfaces"][0])


@source(api("AssociateAddress"), ELASTIC_IPS)
@unconfirmed("the code OperationNotPermitted")
@moto_differs("ignores border groups", "not refused")
def test_an_address_of_another_border_group_is_refused(scene: Scene) -> None:
    """An address can't be associated with an interface in another network border group."""
    address, interface = scene.address(NetworkBorderGroup="us-east-1-bos-1"), scene.interface()
    with refused("OperationNotPermitted"):
        scene.associate(address, interface)


@source(api("DisassociateAddress"))
def test_a_disassociated_address_is_nowhere(scene: Scene) -> None:
    """After DisassociateAddress the address is allocated and on no interface."""
    address, interface = scene.address(), scene.interface()
    association = scene.associate(address, interface)
    scene.ec2.disassociate_address(AssociationId=association)
    shown = scene.see_address(address)
    assert not shown.get("AssociationId") and not shown.get("NetworkInterfaceId")
    assert not scene.see_interface(interface).get("Association")
    assert not scene.ec2.describe_addresses(Filters=by("association-id", association))["Addresses"]


@source(issue("hashicorp/terraform-provider-aws", 3653), issue("hashicorp/terraform", 2543))
def test_an_association_is_removed_once(scene: Scene) -> None:
    """The second DisassociateAddress is refused, although the API reference calls it idempotent."""
    association = scene.associate(scene.address(), scene.interface())
    scene.ec2.disassociate_address(AssociationId=association)
    with refused("InvalidAssociationID.NotFound"):
        scene.ec2.disassociate_address(AssociationId=association)


@source(ERRORS)
def test_an_unknown_association_is_refused(ec2: Any) -> None:
    """An unknown association is not found."""
    with refused("InvalidAssociationID.NotFound"):
        ec2.disassociate_address(AssociationId=UNKNOWN_ASSOCIATION)


@source(api("AssociateAddress"))
def test_an_association_ends_when_its_address_moves(scene: Scene) -> None:
    """The association that an address had before it moved is not found any more; the new one is not touched."""
    address, there = scene.address(), scene.interface()
    first = scene.associate(address, scene.interface())
    second = scene.associate(address, there, AllowReassociation=True)
    with refused("InvalidAssociationID.NotFound"):
        scene.ec2.disassociate_address(AssociationId=first)
    assert scene.see_address(address)["AssociationId"] == second
