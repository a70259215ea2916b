"""What AWS services manage is not touched, and what EC2 itself takes away is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from account import Foreign, FurtherNode, OwnInterface, calls_of_operator, effects
from eips import DEADLINE, Eips, tags_of, wait_reads
from ground import Ground, Operator
from ground.network import Node

pytestmark = [
    pytest.mark.only_on("secondary", reason="moto has no services; the tests bring their own network interfaces"),
    pytest.mark.usefixtures("impatient"),  # before the namespace, so that it cleans up as well
]


# Services


def manage(ground: Ground, allocation_id: str, service: str) -> None:
    """From now on the address is managed by this service; by none if it is empty."""
    ground.double.seed({"addresses": [{"id": allocation_id, "service_managed": service}]})


def test_an_address_that_a_service_manages_is_left_to_it(eips: Eips, ground: Ground) -> None:
    """Say, someone has given the EIP's address to a load balancer."""
    ip = eips.pod()
    before = eips.allocated()
    manage(ground, before["allocationId"], "nlb")
    wait_reads(ground, 2)
    since = ground.double.mark()
    try:
        eips.patch("my-eip", {"spec": {"assignment": {"podName": "web"}, "tags": {"more": "tags"}}})
        assert "nlb" in eips.wait_reason("my-eip", "InUseByService")["message"]
        assert eips.condition("my-eip", "Stalled")["status"] == "True"
        eips.delete("my-eip")
        wait_reads(ground, 4)
        eips.wait_reason("my-eip", "InUseByService")
        assert not changing_calls(ground, since)
        assert "more" not in tags_of(eips.address())
    finally:
        manage(ground, before["allocationId"], "")
    eips.wait_gone("my-eip")
    assert not eips.addresses() and ground.address_of(ip) is None


def changing_calls(ground: Ground, since: int) -> list[str]:
    calls = calls_of_operator(ground, since)
    return [call["action"] for call in calls if not call["action"].startswith(("Describe", "Get"))]


def test_an_address_of_a_service_that_a_status_names_is_not_taken_over(
    impatient: Operator, eips: Eips, ground: Ground
) -> None:
    impatient.stop()
    with Foreign(ground) as foreign:
        manage(ground, foreign.id, "alb")
        status = {"state": "allocated", "allocationId": foreign.id, "publicIPAddress": foreign.public_ip}
        eips.left_by_1_4_1("my-eip", status)
        since = ground.double.mark()
        impatient.start()
        assert "alb" in eips.wait_reason("my-eip", "AddressNotOurs")["message"]
        eips.kubectl("delete", "eip", "my-eip", "--timeout=60s")
        assert not changing_calls(ground, since) and not tags_of(foreign.shown())
        manage(ground, foreign.id, "")


@pytest.mark.parametrize("managed", ["requester_managed", "operator_managed"])
def test_an_interface_that_a_service_manages_gets_no_address(eips: Eips, ground: Ground, managed: str) -> None:
    """Say, that of a NAT gateway, or of an instance that EKS manages by itself."""
    with OwnInterface(ground, ground.nodes[0]) as interface:
        ground.double.seed({"network_interfaces": [{"id": interface.id, managed: True}]})
        since = ground.double.mark()
        try:
            eips.apply("my-eip", assignment={"privateIPAddress": interface.private_ip})
            assert interface.id in eips.wait_reason("my-eip", "Unsupported")["message"]
            assert eips.condition("my-eip", "Stalled")["status"] == "True"
            wait_reads(ground, 4)
            assert changing_calls(ground, since) == ["AllocateAddress"]
            eips.check_free("my-eip")
        finally:
            ground.double.seed({"network_interfaces": [{"id": interface.id, managed: False}]})
        eips.wait("my-eip", "assigned")
        eips.check_on("my-eip", interface.private_ip)
        eips.kubectl("delete", "eip", "my-eip")


def test_a_services_address_on_the_target_stays(eips: Eips, ground: Ground) -> None:
    ip = eips.pod()
    with Foreign(ground) as foreign:
        foreign.put_on(ip)
        manage(ground, foreign.id, "rds")
        eips.apply("my-eip", "web")
        eips.wait_reason("my-eip", "TargetInUse")
        wait_reads(ground, 2)
        assert ground.address_of(ip)["AllocationId"] == foreign.id
        manage(ground, foreign.id, "")


# Instances and interfaces that go


@pytest.fixture
def node(ground: Ground, namespace: str) -> Iterator[Node]:
    with FurtherNode(ground) as made:
        yield made


def test_an_instance_that_is_terminated_sets_the_address_free(eips: Eips, ground: Ground, node: Node) -> None:
    """The next pod of the name, on another node, gets it."""
    ip = eips.pod("web", node=node)
    goes_with_its_instance(ground, ground.eni_of(ip))
    before = eips.assigned()
    eips.check_on("my-eip", ip)
    since = ground.double.mark()
    ground.ec2().terminate_instances(InstanceIds=[node.instance_id])
    eips.wait_reason("my-eip", "PodIPNotOnENI")
    eips.wait("my-eip", "assigning")
    eips.check_free("my-eip")
    assert not effects(ground, since)
    eips.kubectl("delete", "pod", "web", "--force", "--grace-period=0")
    new = eips.pod("web", node=ground.nodes[1])
    assert eips.wait_pod_uid("my-eip", "web")["publicIPAddress"] == before["publicIPAddress"]
    eips.check_on("my-eip", new)


def goes_with_its_instance(ground: Ground, eni: str) -> None:
    """The VPC CNI marks the interfaces that it attaches so."""
    ec2 = ground.ec2()
    (shown,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[eni])["NetworkInterfaces"]
    ec2.modify_network_interface_attribute(
        NetworkInterfaceId=eni,
        Attachment={"AttachmentId": shown["Attachment"]["AttachmentId"], "DeleteOnTermination": True},
    )


def test_the_primary_address_of_an_instance_that_is_terminated(eips: Eips, ground: Ground, node: Node) -> None:
    eips.apply("my-eip", assignment={"privateIPAddress": node.ip})
    eips.wait("my-eip", "assigned")
    ground.ec2().terminate_instances(InstanceIds=[node.instance_id])
    eips.wait_reason("my-eip", "PrivateIPNotFound")
    eips.wait("my-eip", "assigning")
    eips.check_free("my-eip")
    eips.kubectl("delete", "eip", "my-eip")
    assert not eips.addresses()


def test_an_interface_that_is_deleted_sets_the_address_free(eips: Eips, ground: Ground) -> None:
    with OwnInterface(ground, ground.nodes[0]) as interface:
        eips.apply("my-eip", assignment={"privateIPAddress": interface.private_ip})
        eips.wait("my-eip", "assigned")
        since = ground.double.mark()
        interface.delete()
        eips.wait_reason("my-eip", "PrivateIPNotFound")
        eips.wait("my-eip", "assigning")
        eips.check_free("my-eip")
        assert not effects(ground, since)


def test_an_instance_that_does_not_run_yet_is_waited_for(eips: Eips, ground: Ground, node: Node) -> None:
    """EC2 associates nothing with an instance that is just starting."""
    ground.ec2().stop_instances(InstanceIds=[node.instance_id])
    ground.double.settings(instance_start_ms=4000)
    try:
        ground.ec2().start_instances(InstanceIds=[node.instance_id])
        since = ground.double.mark()
        eips.apply("my-eip", assignment={"privateIPAddress": node.ip})
        eips.wait("my-eip", "assigned", DEADLINE * 2)
        eips.check_on("my-eip", node.ip)
        assert effects(ground, since) == ["AllocateAddress", "AssociateAddress"]
    finally:
        ground.double.settings(instance_start_ms=0)


# The public address that a node has by itself


def test_a_warning_says_that_the_node_loses_its_own_public_address(eips: Eips, ground: Ground, node: Node) -> None:
    ground.double.seed(
        {"network_interfaces": [{"id": node.primary_eni, "auto_assigned_public_ip": "198.19.255.1"}]}
    )
    assert public_ip_of(ground, node) == "198.19.255.1"
    assert eips.pod("web", node=node, host_network=True) == node.ip
    status = eips.assigned()
    eips.check_on("my-eip", node.ip)
    warnings = ground.wait(lambda: eips.events("my-eip", "Warning"), DEADLINE, "a warning event")
    assert [event["reason"] for event in warnings] == ["NodeAddress"]
    assert "lost" in warnings[0]["message"]
    # EC2 has done so.
    assert public_ip_of(ground, node) == status["publicIPAddress"]


def public_ip_of(ground: Ground, node: Node) -> Any:
    (found,) = ground.ec2().describe_instances(InstanceIds=[node.instance_id])["Reservations"]
    return found["Instances"][0].get("PublicIpAddress")
