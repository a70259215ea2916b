"""An ENI can be deleted whatever state it is in: detached, awaited and deleted in EC2, and nothing is left."""

from __future__ import annotations

import pytest

from account import FurtherNode, effects
from eips import Eips, mutations, wait_reads
from enis import Enis, LooseInterface, detach_by_hand
from ground import Double, Ground, Operator
from objects import DEADLINE

pytestmark = pytest.mark.usefixtures("impatient")  # before the namespace, so that it cleans up as well
takes_time = pytest.mark.only_on("double", reason="moto attaches, detaches and creates at once")


def delete_and_check(enis: Enis, timeout: float = DEADLINE) -> None:
    enis.kubectl("delete", "eni", "my-eni", f"--timeout={timeout:.0f}s")
    assert not enis.interfaces()


def test_one_that_is_attached(enis: Enis, ground: Ground) -> None:
    enis.pod("web")
    enis.attached()
    since = ground.proxy.mark()
    delete_and_check(enis)
    assert mutations(ground, since) == ["DetachNetworkInterface", "DeleteNetworkInterface"]
    (detach,) = ground.proxy.calls("DetachNetworkInterface", since)
    assert detach.params.get("Force", "false") == "false"


def test_one_whose_pod_is_terminating(enis: Enis, ground: Ground) -> None:
    enis.pod("web", hold_delete=True)
    enis.attached()
    enis.kubectl("delete", "pod", "web", "--wait=false")
    delete_and_check(enis)
    ground.release_delete("web", enis.namespace)


def test_one_that_waits_for_its_pod(enis: Enis) -> None:
    enis.apply("my-eni", "web")
    enis.wait_reason("my-eni", "PodNotFound")
    delete_and_check(enis)


@takes_time
def test_one_that_is_being_created(enis: Enis, ground: Ground, double: Double) -> None:
    double.settings(interface_create_ms=3000)
    enis.apply("my-eni")
    enis.wait_interface("my-eni", "pending", lambda found: found["Status"] == "pending")
    delete_and_check(enis)


def test_one_whose_creation_is_under_way(enis: Enis, ground: Ground) -> None:
    held = ground.proxy.rule("CreateNetworkInterface", do="hold", times=1)
    uid = enis.apply("my-eni")
    held.wait_hit(DEADLINE)
    enis.delete("my-eni")
    held.release()
    enis.wait_gone("my-eni")
    assert not enis.owned(uid)


@takes_time
def test_one_that_is_being_attached(enis: Enis, ground: Ground, double: Double) -> None:
    double.settings(attach_ms=3000, detach_ms=1000)
    enis.pod("web")
    enis.apply("my-eni", "web")
    enis.wait_interface("my-eni", "attaching", lambda found: found["Attachment"]["Status"] == "attaching")
    since = double.mark()
    delete_and_check(enis)
    assert effects(ground, since) == ["DetachNetworkInterface", "DeleteNetworkInterface"]


@takes_time
def test_one_that_is_being_detached(enis: Enis, ground: Ground, double: Double) -> None:
    enis.pod("web")
    enis.attached()
    double.settings(detach_ms=4000)
    enis.delete_pod()
    enis.wait_interface("my-eni", "detaching", lambda found: found["Attachment"]["Status"] == "detaching")
    since = double.mark()
    enis.delete("my-eni")
    enis.wait_reason("my-eni", "Detaching", "Deleting")
    enis.wait_gone("my-eni")
    assert not enis.interfaces()
    assert effects(ground, since) == ["DeleteNetworkInterface"]


@takes_time
def test_many_at_once_that_take_their_time(enis: Enis, ground: Ground, double: Double) -> None:
    """They are awaited together, not one after the other."""
    enis.pod("web")
    names = [f"eni-{number}" for number in range(6)]
    enis.apply_bodies(enis.manifest(name, "web") for name in names)
    for name in names:
        enis.wait_attached(name)
    double.settings(detach_ms=5000)
    since = double.mark()
    enis.kubectl("delete", "enis", "--all", "--wait=false")
    enis.wait_none()
    detached = [call["at_ms"] for call in double.calls("DetachNetworkInterface", since)]
    assert len(detached) == 6 and max(detached) - min(detached) < 5000


@pytest.mark.only_on("double", reason="moto leaves an address on an interface that is gone")
def test_one_with_an_eip_on_it(enis: Enis, eips: Eips, ground: Ground) -> None:
    enis.pod("web")
    enis.attached()
    eips.apply("my-eip", assignment={"eni": "my-eni"})
    before = eips.wait("my-eip", "assigned")
    delete_and_check(enis)
    eips.wait_reason("my-eip", "ENINotFound")
    eips.wait("my-eip", "assigning")
    eips.check_free("my-eip")
    assert eips.status()["publicIPAddress"] == before["publicIPAddress"]


@pytest.mark.only_on("double", reason="moto leaves an address on an interface that is gone")
def test_one_together_with_the_eip_and_the_pod(enis: Enis, eips: Eips) -> None:
    enis.pod("web")
    enis.attached()
    eips.apply("my-eip", assignment={"eni": "my-eni"})
    eips.wait("my-eip", "assigned")
    enis.kubectl("delete", "eni/my-eni", "eip/my-eip", "pod/web", f"--timeout={DEADLINE:.0f}s")
    assert not enis.interfaces() and not eips.addresses()


@pytest.mark.only_on("double", reason="moto has no zones and no limits")
def test_one_that_is_stalled(enis: Enis, ground: Ground) -> None:
    enis.pod("web", node=ground.nodes[1])
    enis.apply("my-eni", "web")
    enis.wait_reason("my-eni", "WrongAvailabilityZone")
    delete_and_check(enis)


def test_one_whose_interface_somebody_has_deleted(enis: Enis, ground: Ground) -> None:
    status = enis.created()
    ground.ec2().delete_network_interface(NetworkInterfaceId=status["networkInterfaceID"])
    since = ground.proxy.mark()
    delete_and_check(enis)
    assert "CreateNetworkInterface" not in mutations(ground, since)


def test_one_that_somebody_has_detached_and_attached_elsewhere(enis: Enis, ground: Ground) -> None:
    """It is ours wherever it is."""
    with FurtherNode(ground) as further:
        enis.pod("web", node=ground.nodes[1])
        enis.attached()
        held = ground.proxy.rule("AttachNetworkInterface", do="hold", times=1)
        interface = enis.interface()
        detach_by_hand(ground, interface)
        enis.wait_interface("my-eni", "on nothing", lambda found: not found.get("Attachment"))
        ground.ec2().attach_network_interface(
            NetworkInterfaceId=interface["NetworkInterfaceId"], InstanceId=further.instance_id, DeviceIndex=9
        )
        enis.delete("my-eni")
        held.remove()
        enis.wait_gone("my-eni")
        assert not enis.interfaces()


def test_one_that_no_operator_has_seen(impatient: Operator, enis: Enis, ground: Ground) -> None:
    """Without our finalizer it just goes."""
    impatient.stop()
    since = ground.proxy.mark()
    enis.apply("my-eni")
    enis.kubectl("delete", "eni", "my-eni", "--timeout=20s")
    impatient.start()
    enis.created("next")
    assert mutations(ground, since) == ["CreateNetworkInterface"]


def test_one_that_is_deleted_while_the_operator_is_away(impatient: Operator, enis: Enis, ground: Ground) -> None:
    enis.pod("web")
    enis.attached()
    impatient.kill9()
    enis.delete("my-eni")
    enis.delete_pod()
    impatient.start()
    enis.wait_gone("my-eni")
    assert not enis.interfaces()


def test_a_deletion_that_ec2_refuses_is_said_and_goes_on(enis: Enis, ground: Ground) -> None:
    enis.created()
    refused = ground.proxy.rule("DeleteNetworkInterface", do="refuse", status=403, code="UnauthorizedOperation")
    enis.delete("my-eni")
    said = enis.wait_reason("my-eni", "Unauthorized")
    assert "ec2:DeleteNetworkInterface" in said["message"]
    assert len(enis.interfaces()) == 1
    refused.remove()
    enis.wait_gone("my-eni", DEADLINE * 2)
    assert not enis.interfaces()


def test_what_is_not_ours_stays_when_the_object_goes(impatient: Operator, enis: Enis, ground: Ground) -> None:
    """A status that names somebody else's interface is no claim to it."""
    impatient.stop()
    with LooseInterface(ground, Description="of a database") as loose:
        loose.tag({"aws.k8s.logmein.com/cluster": "another", "aws.k8s.logmein.com/uid": "0a0a0a0a-0000-4000-8000-0"})
        status = {"networkInterfaceID": loose.id, "privateIPAddresses": [loose.shown()["PrivateIpAddress"]]}
        enis.create_left_by_1_4_1(enis.manifest("my-eni"), status)
        before = loose.shown()
        since = ground.proxy.mark()
        impatient.start()
        enis.wait_reason("my-eni", "InterfaceNotOurs")
        wait_reads(ground, 3, "DescribeNetworkInterfaces")
        enis.kubectl("delete", "eni", "my-eni", "--timeout=60s")
        assert loose.shown() == before and not mutations(ground, since)
