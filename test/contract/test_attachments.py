"""AttachNetworkInterface and DetachNetworkInterface."""

from __future__ import annotations

import re
from typing import Any

import pytest

from expect import refused
from marks import moto_differs, source, unconfirmed
from scene import UNKNOWN_ATTACHMENT, UNKNOWN_INSTANCE, UNKNOWN_INTERFACE, Scene
from sources import ERRORS, INTERFACES, SECONDARY_ADDRESSES, api, measured
from stand_ins import StandIn


def detach(scene: Scene, attachment: str) -> None:
    scene.ec2.detach_network_interface(AttachmentId=attachment)


def interfaces_of(scene: Scene, instance: dict[str, Any]) -> dict[int, str]:
    """The interfaces that DescribeInstances shows, by device index."""
    shown = scene.see_instance(instance)["NetworkInterfaces"]
    return {item["Attachment"]["DeviceIndex"]: item["NetworkInterfaceId"] for item in shown}


@source(api("NetworkInterfaceAttachment"))
def test_an_attached_interface_is_in_use(scene: Scene) -> None:
    """An attached interface is in-use and shows attachment, instance and device index."""
    interface, instance = scene.interface(), scene.instance()
    attachment = scene.attach(interface, instance, 2)
    assert re.fullmatch(r"eni-attach-[0-9a-f]{8,17}", attachment)
    shown = scene.see_interface(interface)
    assert shown["Status"] == "in-use"
    assert shown["Attachment"]["AttachmentId"] == attachment
    assert shown["Attachment"]["InstanceId"] == instance["InstanceId"]
    assert shown["Attachment"]["DeviceIndex"] == 2
    assert shown["Attachment"]["Status"] == "attached"


@source(api("InstanceNetworkInterface"))
def test_an_instance_shows_its_interfaces(scene: Scene) -> None:
    """DescribeInstances shows the interfaces of an instance with their device indexes."""
    interface, instance = scene.interface(), scene.instance()
    scene.attach(interface, instance, 2)
    primary = instance["NetworkInterfaces"][0]["NetworkInterfaceId"]
    assert interfaces_of(scene, instance) == {0: primary, 2: interface["NetworkInterfaceId"]}


@source(INTERFACES)
def test_what_is_attached_survives_its_instance_by_default(scene: Scene) -> None:
    """An interface that is attached later is not deleted with the instance, unless that is set."""
    interface, instance = scene.interface(), scene.instance()
    scene.attach(interface, instance)
    assert scene.see_interface(interface)["Attachment"]["DeleteOnTermination"] is False


@source(measured("api/test_network_interfaces"))
@moto_differs("overwrites what is there", "not refused")
@pytest.mark.parametrize("index", [0, 1])
def test_a_device_index_is_given_once(scene: Scene, index: int) -> None:
    """A device index of the instance that is taken is refused."""
    instance = scene.instance()
    scene.attach(scene.interface(), instance, 1)
    with refused("InvalidParameterValue"):
        scene.attach(scene.interface(), instance, index)


@source(ERRORS)
@moto_differs("attaches it twice", "not refused")
def test_an_interface_is_attached_once(scene: Scene) -> None:
    """An interface that is attached can't be attached to another instance."""
    interface = scene.interface()
    scene.attach(interface, scene.instance())
    with refused("InvalidNetworkInterface.InUse", "InvalidParameterValue"):
        scene.attach(interface, scene.instance())


@source(ERRORS, INTERFACES)
@moto_differs("has no limits", "not refused")
def test_the_type_of_the_instance_limits_its_interfaces(scene: Scene) -> None:
    """An m5.large has 3 interfaces, the primary one included."""
    instance = scene.instance()
    scene.attach(scene.interface(), instance, 1)
    scene.attach(scene.interface(), instance, 2)
    with refused("AttachmentLimitExceeded"):
        scene.attach(scene.interface(), instance, 3)


@source(ERRORS, INTERFACES)
@unconfirmed("that too many addresses are refused with this code when the interface is attached")
@moto_differs("has no limits", "not refused")
def test_an_interface_with_too_many_addresses_is_not_attached(scene: Scene) -> None:
    """An interface with more addresses than the type of the instance has per interface is refused."""
    with refused("InvalidInterface.IpAddressLimitExceeded", "PrivateIpAddressLimitExceeded"):
        scene.attach(scene.interface(secondary=10), scene.instance())


@source(INTERFACES)
@unconfirmed("the code InvalidParameterCombination")
@moto_differs("does not look at the zone", "not refused")
def test_an_interface_of_another_zone_is_not_attached(scene: Scene) -> None:
    """Interface and instance must be in the same zone."""
    with refused("InvalidParameterCombination"):
        scene.attach(scene.interface(scene.other_subnet), scene.instance())


@source(ERRORS)
def test_an_unknown_instance_is_refused(scene: Scene) -> None:
    """An unknown instance is not found."""
    with refused("InvalidInstanceID.NotFound"):
        scene.attach(scene.interface(), {"InstanceId": UNKNOWN_INSTANCE})


@source(ERRORS)
def test_an_unknown_interface_is_refused(scene: Scene) -> None:
    """An unknown interface is not found."""
    with refused("InvalidNetworkInterfaceID.NotFound"):
        scene.attach({"NetworkInterfaceId": UNKNOWN_INTERFACE}, scene.instance())


@source(api("DetachNetworkInterface"))
def test_a_detached_interface_is_available(scene: Scene) -> None:
    """A detached interface is available, and its device index free for another one."""
    interface, other, instance = scene.interface(), scene.interface(), scene.instance()
    detach(scene, scene.attach(interface, instance))
    shown = scene.see_interface(interface)
    assert shown["Status"] == "available" and not shown.get("Attachment")
    scene.attach(other, instance)
    assert interfaces_of(scene, instance)[1] == other["NetworkInterfaceId"]


@source(SECONDARY_ADDRESSES)
def test_a_detached_interface_keeps_its_addresses(scene: Scene) -> None:
    """Private addresses and Elastic IPs stay with an interface that is detached."""
    address, interface = scene.address(), scene.interface(secondary=1)
    attachment = scene.attach(interface, scene.instance())
    association = scene.associate(address, interface)
    detach(scene, attachment)
    shown = scene.see_address(address)
    assert (shown["AssociationId"], shown["NetworkInterfaceId"]) == (association, interface["NetworkInterfaceId"])
    assert not shown.get("InstanceId")
    assert len(scene.see_interface(interface)["PrivateIpAddresses"]) == 2


@source(ERRORS)
def test_an_attachment_ends_once(scene: Scene) -> None:
    """To detach a second time is refused."""
    attachment = scene.attach(scene.interface(), scene.instance())
    detach(scene, attachment)
    with refused("InvalidAttachmentID.NotFound"):
        detach(scene, attachment)


@source(ERRORS)
def test_an_unknown_attachment_is_refused(scene: Scene) -> None:
    """An unknown attachment is not found."""
    with refused("InvalidAttachmentID.NotFound"):
        detach(scene, UNKNOWN_ATTACHMENT)


@source(ERRORS, INTERFACES)
@moto_differs("looks whether it is the last interface, not the primary one", "not refused")
def test_a_primary_interface_is_not_detached(scene: Scene) -> None:
    """The interface with device index 0 stays."""
    instance = scene.instance()
    scene.attach(scene.interface(), instance)
    primary = scene.see_interface(instance["NetworkInterfaces"][0])
    with refused("OperationNotPermitted"):
        detach(scene, primary["Attachment"]["AttachmentId"])


@source(api("NetworkInterfaceAttachment"))
@moto_differs("attaches at once", "assert 'attached' == 'attaching'")
def test_attaching_takes_its_time(scene: Scene, stand_in: StandIn) -> None:
    """A new attachment is attaching at first."""
    interface, instance = scene.interface(), scene.instance()
    stand_in.settings(attach_ms=600_000)
    scene.attach(interface, instance)
    assert scene.see_interface(interface)["Attachment"]["Status"] == "attaching"


@source(api("NetworkInterfaceAttachment"))
@moto_differs("detaches at once", "not in use")
def test_detaching_takes_its_time(scene: Scene, stand_in: StandIn) -> None:
    """An attachment that ends is detaching at first; until it has ended the interface is in use, and not deleted."""
    interface, instance = scene.interface(), scene.instance()
    attachment = scene.attach(interface, instance)
    stand_in.settings(detach_ms=600_000)
    detach(scene, attachment)
    shown = scene.see_interface(interface)
    assert shown["Status"] != "available", "not in use"
    assert shown["Attachment"]["Status"] == "detaching"
    with refused("InvalidParameterValue", "InvalidNetworkInterface.InUse"):
        scene.ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
