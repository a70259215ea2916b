"""What belongs to somebody else: to a service of AWS, or to another account."""

from __future__ import annotations

from typing import Any

import pytest

from expect import by, refused
from marks import moto_differs, source, unconfirmed
from scene import UNKNOWN_INTERFACE, Scene
from sources import ERRORS, INTERFACES, api
from stand_ins import StandIn

NO_SERVICES = "has nothing that a service manages"


@pytest.fixture
def address(scene: Scene, stand_in: StandIn) -> dict[str, Any]:
    """An address that a load balancer manages."""
    made = scene.address()
    stand_in.seed({"addresses": [{"id": made["AllocationId"], "service_managed": "nlb"}]})
    return made


@pytest.fixture
def interface(scene: Scene, stand_in: StandIn) -> dict[str, Any]:
    """A network interface that a load balancer made."""
    made = scene.interface()
    stand_in.seed({"network_interfaces": [{"id": made["NetworkInterfaceId"], "requester_managed": True}]})
    return made


@source(api("Address"))
@moto_differs(NO_SERVICES, "KeyError: 'ServiceManaged'")
def test_an_address_shows_that_a_service_manages_it(scene: Scene, address: dict[str, Any]) -> None:
    """DescribeAddresses shows which service manages an address."""
    assert scene.see_address(address)["ServiceManaged"] == "nlb"


@unconfirmed("the code AuthFailure")
@moto_differs(NO_SERVICES, "not refused")
def test_an_address_of_a_service_is_not_released(scene: Scene, address: dict[str, Any]) -> None:
    """An address that a service manages can't be released by the account."""
    with refused("AuthFailure"):
        scene.ec2.release_address(AllocationId=address["AllocationId"])


@unconfirmed("the code AuthFailure")
@moto_differs(NO_SERVICES, "not refused")
def test_an_address_of_a_service_is_not_associated(scene: Scene, address: dict[str, Any]) -> None:
    """An address that a service manages can't be moved by the account."""
    with refused("AuthFailure"):
        scene.associate(address, scene.interface())


@source(api("NetworkInterface"), INTERFACES)
@moto_differs(NO_SERVICES, "assert False is True")
def test_an_interface_shows_that_a_service_manages_it(scene: Scene, interface: dict[str, Any]) -> None:
    """requesterManaged is true for an interface that a service made, and the filter of that name finds it."""
    scene.interface()
    assert scene.see_interface(interface)["RequesterManaged"] is True
    found = scene.ec2.describe_network_interfaces(Filters=by("requester-managed", "true"))["NetworkInterfaces"]
    assert [item["NetworkInterfaceId"] for item in found] == [interface["NetworkInterfaceId"]]


@source(INTERFACES)
@unconfirmed("the code AuthFailure")
@moto_differs(NO_SERVICES, "not refused")
def test_an_interface_of_a_service_is_not_changed(scene: Scene, interface: dict[str, Any]) -> None:
    """An interface that a service manages can't be modified, detached or deleted by the account."""
    eni = interface["NetworkInterfaceId"]
    with refused("AuthFailure"):
        scene.ec2.modify_network_interface_attribute(NetworkInterfaceId=eni, Description={"Value": "mine"})
    with refused("AuthFailure"):
        scene.ec2.delete_network_interface(NetworkInterfaceId=eni)


@source(ERRORS)
@unconfirmed("that this is the code for attachments of services")
@moto_differs(NO_SERVICES, "NotFound")
def test_an_attachment_of_a_service_is_not_detached(ec2: Any) -> None:
    """An attachment ela-attach-... is a service's, and can't be detached."""
    with refused("OperationNotPermitted"):
        ec2.detach_network_interface(AttachmentId="ela-attach-0123456789abcdef0")


@source(api("ReleaseAddress"))
@moto_differs("has no other accounts", "NotFound")
def test_a_released_address_that_another_account_got_is_refused(scene: Scene, stand_in: StandIn) -> None:
    """To release an address again that somebody else has got meanwhile is refused with AuthFailure."""
    made = scene.address()
    scene.ec2.release_address(AllocationId=made["AllocationId"])
    stand_in.seed({"others_addresses": [made["PublicIp"]]})
    with refused("AuthFailure"):
        scene.ec2.release_address(AllocationId=made["AllocationId"])


@source(ERRORS)
@unconfirmed("that this is the code for an interface too")
@moto_differs("has no other accounts", "NotFound")
def test_an_interface_of_another_account_is_refused(scene: Scene, stand_in: StandIn) -> None:
    """To associate an address with somebody else's interface is refused with AuthFailure, status 400."""
    stand_in.seed({"others_interfaces": [UNKNOWN_INTERFACE]})
    with refused("AuthFailure"):
        scene.associate(scene.address(), {"NetworkInterfaceId": UNKNOWN_INTERFACE})
