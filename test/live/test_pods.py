"""The address goes where its pod is, and leaves when the pod does."""

from __future__ import annotations

import pytest

from eips import DEADLINE, Eips, mutates, mutations
from ground import Ground, Operator

pytestmark = pytest.mark.usefixtures("operator")


def uid_of(eips: Eips, pod: str = "web") -> str:
    return eips.ground.get("pod", pod, eips.namespace)["metadata"]["uid"]


def looked_at(eips: Eips, name: str) -> None:
    """Make the operator look at the EIP once more, and wait until it has."""
    number = eips.get(name)["metadata"]["generation"]
    eips.patch(name, {"spec": {"tags": {"looked-at": str(number)}}})
    eips.ground.wait(
        lambda: {"Key": "looked-at", "Value": str(number)} in eips.address(name)["Tags"], DEADLINE, "the tag"
    )


def test_the_address_follows_a_pod_to_another_node(eips: Eips, ground: Ground) -> None:
    old = eips.pod("web", node=ground.nodes[0])
    before = eips.assigned()
    eips.delete_pod()
    eips.wait_reason("my-eip", "PodNotFound")
    new = eips.pod("web", node=ground.nodes[1])
    assert new != old
    after = eips.wait_pod_uid("my-eip", "web")
    assert after["publicIPAddress"] == before["publicIPAddress"]
    eips.check_on("my-eip", new)
    assert ground.address_of(old) is None


def test_the_address_goes_to_the_next_pod_of_the_name_with_another_ip(eips: Eips, ground: Ground) -> None:
    node = ground.nodes[2]
    old = eips.pod("web", node=node)
    before = eips.assigned()
    eips.delete_pod()
    ground.create_pod("web", eips.namespace, node=node, late_ip=True)
    eips.wait_reason("my-eip", "PodHasNoIP")
    new = ground.give_ip("web", eips.namespace, node.pod_ip(204))
    assert eips.wait_pod_uid("my-eip", "web")["publicIPAddress"] == before["publicIPAddress"]
    eips.check_on("my-eip", new)
    assert ground.address_of(old) is None


def test_the_next_pod_of_the_name_may_have_the_same_ip(eips: Eips, ground: Ground) -> None:
    node = ground.nodes[0]
    ip = eips.pod("web", node=node)
    before = eips.assigned()
    eips.delete_pod()
    ground.create_pod("web", eips.namespace, node=node, late_ip=True)
    ground.give_ip("web", eips.namespace, ip)
    after = eips.wait_pod_uid("my-eip", "web")
    assert after["assignment"]["podUID"] != before["assignment"]["podUID"]
    eips.check_on("my-eip", ip)


def test_the_status_leaves_assigned_before_ec2_is_called(eips: Eips, ground: Ground) -> None:
    eips.pod("web")
    eips.assigned()
    first = ground.proxy.rule(do="hold", match=mutates)
    eips.delete_pod()
    first.wait_hit(DEADLINE)
    assert eips.status()["state"] != "assigned"
    assert eips.condition("my-eip", "Ready")["status"] == "False"
    first.remove()
    eips.wait("my-eip", "assigning")
    eips.check_free("my-eip")


def test_an_ip_that_another_pod_gets_at_once_loses_the_address(eips: Eips, ground: Ground) -> None:
    node = ground.nodes[1]
    ip = eips.pod("web", node=node)
    eips.assigned()
    ground.create_pod("stranger", eips.namespace, node=node, late_ip=True)
    eips.delete_pod()
    assert ground.give_ip("stranger", eips.namespace, ip) == ip
    eips.wait("my-eip", "assigning")
    eips.check_free("my-eip")
    assert ground.address_of(ip) is None


def test_an_ip_that_was_recycled_while_the_operator_was_away_loses_the_address(
    eips: Eips, ground: Ground, operator: Operator
) -> None:
    node = ground.nodes[1]
    ip = eips.pod("web", node=node)
    eips.assigned()
    ground.create_pod("stranger", eips.namespace, node=node, late_ip=True)
    operator.kill9()
    eips.delete_pod()
    ground.give_ip("stranger", eips.namespace, ip)
    assert ground.address_of(ip)
    operator.start()
    eips.wait("my-eip", "assigning")
    assert ground.address_of(ip) is None


def test_a_recycled_ip_goes_over_to_the_eip_of_the_pod_that_has_it_now(eips: Eips, ground: Ground) -> None:
    node = ground.nodes[2]
    ip = eips.pod("web", node=node)
    eips.assigned("of-web", "web")
    eips.apply("of-next", "next")
    eips.wait("of-next", "assigning")
    ground.create_pod("next", eips.namespace, node=node, late_ip=True)
    eips.delete_pod()
    ground.give_ip("next", eips.namespace, ip)
    eips.wait("of-next", "assigned")
    eips.wait("of-web", "assigning")
    eips.check_on("of-next", ip)
    eips.check_free("of-web")


def test_a_pod_that_changes_its_ip_takes_the_address_along(eips: Eips, ground: Ground) -> None:
    node = ground.nodes[0]
    old = eips.pod("web", node=node)
    eips.assigned()
    new = node.pod_ip(201)
    ground.change_ip("web", eips.namespace, new)
    ground.wait(lambda: ground.address_of(new), DEADLINE, "the address on the new IP")
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", new)
    assert ground.address_of(old) is None


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_a_finished_pod_loses_its_address(eips: Eips, ground: Ground, phase: str) -> None:
    ip = eips.pod("web")
    eips.assigned()
    ground.finish_pod("web", eips.namespace, phase)
    eips.wait("my-eip", "assigning")
    eips.wait_reason("my-eip", "PodFinished")
    eips.check_free("my-eip")
    assert ground.address_of(ip) is None


def test_a_finished_pod_gets_no_address(eips: Eips, ground: Ground) -> None:
    ip = eips.pod("web")
    ground.finish_pod("web", eips.namespace)
    eips.apply("my-eip", "web")
    eips.wait_reason("my-eip", "PodFinished")
    eips.wait("my-eip", "assigning")
    assert ground.address_of(ip) is None


def test_a_terminating_pod_keeps_its_address_while_it_runs(eips: Eips, ground: Ground) -> None:
    ip = eips.pod("web", hold_delete=True)
    eips.assigned()
    since = ground.proxy.mark()
    eips.kubectl("delete", "pod", "web", "--wait=false")
    looked_at(eips, "my-eip")
    assert eips.wait("my-eip", "assigned")["assignment"]["podName"] == "web"
    eips.check_on("my-eip", ip)
    assert set(mutations(ground, since)) <= {"CreateTags"}
    ground.release_delete("web", eips.namespace)
    eips.wait_reason("my-eip", "PodNotFound")
    eips.wait("my-eip", "assigning")
    eips.check_free("my-eip")


def test_a_terminating_pod_gets_no_new_address(eips: Eips, ground: Ground) -> None:
    ip = eips.pod("web", hold_delete=True)
    eips.kubectl("delete", "pod", "web", "--wait=false")
    eips.apply("my-eip", "web")
    eips.wait_reason("my-eip", "PodTerminating")
    eips.wait("my-eip", "assigning")
    assert ground.address_of(ip) is None
    ground.release_delete("web", eips.namespace)
    eips.wait_reason("my-eip", "PodNotFound")


def test_deleting_the_eip_takes_the_address_from_a_terminating_pod(eips: Eips, ground: Ground) -> None:
    ip = eips.pod("web", hold_delete=True)
    eips.assigned()
    eips.kubectl("delete", "pod", "web", "--wait=false")
    eips.kubectl("delete", "eip", "my-eip")
    assert ground.address_of(ip) is None and not eips.addresses()
    ground.release_delete("web", eips.namespace)


def test_a_pod_gets_its_address_when_its_ip_comes_late(eips: Eips, ground: Ground) -> None:
    eips.apply("my-eip", "web")
    ground.create_pod("web", eips.namespace, node=ground.nodes[0], late_ip=True)
    eips.wait_reason("my-eip", "PodHasNoIP")
    eips.wait("my-eip", "assigning")
    ip = ground.give_ip("web", eips.namespace, ground.nodes[0].pod_ip(202))
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)


def test_a_pod_in_the_network_of_its_node_gets_the_address_on_the_node(eips: Eips, ground: Ground) -> None:
    node = ground.nodes[2]
    assert eips.pod("web", node=node, host_network=True) == node.ip
    eips.assigned()
    assert eips.check_on("my-eip", node.ip)["NetworkInterfaceId"] == node.primary_eni


def test_of_two_eips_for_one_pod_the_second_waits_and_takes_over(eips: Eips, ground: Ground) -> None:
    ip = eips.pod("web")
    eips.assigned("first")
    since = ground.proxy.mark()
    eips.apply("second", "web")
    eips.wait_reason("second", "TargetTaken")
    eips.wait("second", "assigning")
    eips.check_on("first", ip)
    assert mutations(ground, since) == ["AllocateAddress"]  # they do not fight
    eips.kubectl("delete", "eip", "first")
    eips.wait("second", "assigned")
    eips.check_on("second", ip)


def test_eips_of_two_namespaces_do_not_fight_for_a_private_address(
    eips: Eips, ground: Ground, namespace: str
) -> None:
    ip = eips.pod("web")
    eips.assigned("first")
    other = f"{namespace}-b"
    ground.kubectl("create", "namespace", other)
    elsewhere = Eips(ground, other)
    elsewhere.apply("second", assignment={"privateIPAddress": ip})
    elsewhere.wait_reason("second", "TargetTaken")
    eips.check_on("first", ip)
    elsewhere.kubectl("delete", "eip", "second")
    ground.kubectl("delete", "namespace", other, "--wait=false")


def test_an_eip_is_assigned_to_a_private_address(eips: Eips, ground: Ground) -> None:
    ip = ground.nodes[1].pod_ip(203)
    ground.network.ensure_eni(ground.nodes[1], ip)
    eips.apply("my-eip", assignment={"privateIPAddress": ip})
    status = eips.wait("my-eip", "assigned")
    assert status["assignment"] == {"privateIPAddress": ip}
    eips.check_on("my-eip", ip)


def test_a_private_address_that_nobody_has_is_said(eips: Eips) -> None:
    eips.apply("my-eip", assignment={"privateIPAddress": "10.0.200.200"})
    eips.wait_reason("my-eip", "PrivateIPNotFound")
    eips.wait("my-eip", "assigning")
    eips.check_free("my-eip")


def test_an_eip_that_names_the_pod_comes_before_one_that_names_its_ip(eips: Eips, ground: Ground) -> None:
    ip = eips.pod("web")
    eips.apply("by-address", assignment={"privateIPAddress": ip})
    eips.wait("by-address", "assigned")
    eips.apply("by-name", "web")
    eips.wait("by-name", "assigned")
    eips.wait_reason("by-address", "TargetTaken")
    eips.wait("by-address", "assigning")
    eips.check_on("by-name", ip)
    eips.check_free("by-address")


def test_an_eni_object_that_is_not_there_is_said(eips: Eips) -> None:
    eips.apply("my-eip", assignment={"eni": "my-eni"})
    eips.wait_reason("my-eip", "ENINotFound")
    eips.wait("my-eip", "assigning")
    eips.check_free("my-eip")
