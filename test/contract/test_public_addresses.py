"""Public addresses that EC2 assigns by itself, and what an Elastic IP does to them."""

from __future__ import annotations

from typing import Any

from marks import moto_differs, source
from scene import Scene
from sources import PUBLIC_ADDRESSES, issue


def public_instance(scene: Scene) -> dict[str, Any]:
    """An instance whose primary interface gets a public address from EC2."""
    wish = {"DeviceIndex": 0, "SubnetId": scene.subnet, "AssociatePublicIpAddress": True}
    return scene.instance_with(NetworkInterfaces=[{**wish, "PrivateIpAddress": scene.free_ip()}])


def association(scene: Scene, instance: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = scene.see_interface(instance["NetworkInterfaces"][0])
    found: dict[str, Any] = shown.get("Association", {})
    return found


@source(PUBLIC_ADDRESSES, issue("boto/boto3", 2180))
def test_an_assigned_public_address_has_no_ids(scene: Scene) -> None:
    """A public address that EC2 assigned shows as an association without allocation and association id."""
    shown = association(scene, public_instance(scene))
    assert shown["PublicIp"]
    assert not shown.get("AllocationId") and not shown.get("AssociationId")
    assert scene.ec2.describe_addresses()["Addresses"] == []


@source(PUBLIC_ADDRESSES)
def test_an_elastic_ip_takes_the_place_of_an_assigned_one(scene: Scene) -> None:
    """When an Elastic IP is associated with the primary private address, the assigned public address is given up."""
    instance, address = public_instance(scene), scene.address()
    before = association(scene, instance)["PublicIp"]
    scene.associate(address, instance["NetworkInterfaces"][0])
    assert association(scene, instance)["PublicIp"] == address["PublicIp"] != before
    assert scene.see_instance(instance)["PublicIpAddress"] == address["PublicIp"]


@source(PUBLIC_ADDRESSES)
def test_an_instance_gets_another_one_when_its_elastic_ip_leaves(scene: Scene) -> None:
    """After the disassociation an instance with one interface gets a new public address."""
    instance, address = public_instance(scene), scene.address()
    before = association(scene, instance)["PublicIp"]
    scene.ec2.disassociate_address(AssociationId=scene.associate(address, instance["NetworkInterfaces"][0]))
    assert association(scene, instance)["PublicIp"] not in (before, address["PublicIp"])


@source(PUBLIC_ADDRESSES)
@moto_differs("gives it a new one", "a new one")
def test_an_instance_with_two_interfaces_gets_none(scene: Scene) -> None:
    """After the disassociation an instance with more than one interface gets no public address."""
    instance, address = public_instance(scene), scene.address()
    scene.attach(scene.interface(), instance)
    scene.ec2.disassociate_address(AssociationId=scene.associate(address, instance["NetworkInterfaces"][0]))
    assert not association(scene, instance), "a new one"
