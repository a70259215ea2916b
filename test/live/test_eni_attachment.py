"""An ENI is where its pod is: attached to the instance that the pod runs on, and moved and taken off with it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from account import FurtherNode, calls_of_operator
from eips import mutations
from enis import Enis, LooseInterface, device_indices
from ground import Double, Ground, Operator
from objects import DEADLINE

pytestmark = pytest.mark.usefixtures("operator")
takes_time = pytest.mark.only_on("double", reason="moto attaches and detaches at once")


def free_index(ground: Ground, number: int) -> int:
    taken = device_indices(ground, ground.nodes[number])
    return next(index for index in range(1, 300) if index not in taken)


def never_forced(ground: Ground, since: int) -> bool:
    return all(call.params.get("Force", "false") == "false" for call in ground.proxy.calls("DetachNetworkInterface", since))


def test_an_eni_is_attached_to_the_instance_of_its_pod(enis: Enis, ground: Ground) -> None:
    node, expected = ground.nodes[1], free_index(ground, 1)
    enis.pod("web", node=node)
    since = ground.proxy.mark()
    status = enis.attached(node=node)
    interface = enis.check_on("my-eni", node)
    assert interface["Attachment"]["DeviceIndex"] == status["attachment"]["deviceIndex"] == expected
    assert mutations(ground, since) == ["CreateNetworkInterface", "AttachNetworkInterface"]
    (call,) = ground.proxy.calls("AttachNetworkInterface", since)
    assert call.params.get("NetworkCardIndex", "0") == "0"
    enis.kubectl_wait("my-eni")
    enis.kubectl_wait("my-eni", "Attached")


@pytest.fixture
def gap(ground: Ground, namespace: str) -> Iterator[int]:
    """On the third node the lowest free index lies between others."""
    first = free_index(ground, 2)
    with contextlib.ExitStack() as stack:
        for index in (first, first + 2):
            stack.enter_context(LooseInterface(ground, ground.nodes[2])).attach(index)
        yield first + 1


def test_the_lowest_free_device_index_is_taken(enis: Enis, ground: Ground, gap: int) -> None:
    node = ground.nodes[2]
    enis.pod("web", node=node)
    enis.attached("first", node=node)
    assert enis.check_on("first", node)["Attachment"]["DeviceIndex"] == gap
    beyond = free_index(ground, 2)
    enis.attached("second", node=node)
    assert enis.check_on("second", node)["Attachment"]["DeviceIndex"] == beyond > gap + 1


def test_many_enis_of_one_instance_get_an_index_each(enis: Enis, ground: Ground) -> None:
    node = ground.nodes[0]
    enis.pod("web", node=node)
    names = [f"eni-{number}" for number in range(6)]
    enis.apply_bodies(enis.manifest(name, "web", node) for name in names)
    for name in names:
        enis.wait_attached(name, timeout=DEADLINE * 2)
    indices = [enis.check_on(name, node)["Attachment"]["DeviceIndex"] for name in names]
    assert len(set(indices)) == len(names)


def test_an_eni_that_comes_before_its_pod_waits_for_it(enis: Enis, ground: Ground) -> None:
    enis.apply("my-eni", "web")
    assert enis.wait_reason("my-eni", "PodNotFound")["status"] == "False"
    assert enis.condition("my-eni", "Created")["status"] == "True"
    assert enis.condition("my-eni", "Attached")["status"] == "False"
    assert enis.condition("my-eni", "Stalled").get("status", "False") == "False"
    enis.check_free()
    enis.pod("web", node=ground.nodes[0])
    enis.wait_attached()
    enis.check_on("my-eni", ground.nodes[0])


def test_it_is_attached_as_soon_as_the_pod_is_on_a_node(enis: Enis, ground: Ground) -> None:
    """The pod may need it before it can have an IP."""
    ground.create_pod("web", enis.namespace, node=ground.nodes[0], late_ip=True)
    enis.attached()
    enis.check_on("my-eni", ground.nodes[0])
    assert not ground.get("pod", "web", enis.namespace)["status"].get("podIP")


def test_a_pod_that_is_on_no_node_yet_is_waited_for(enis: Enis, ground: Ground) -> None:
    ground.create_pod("web", enis.namespace, node="no-such-node")
    enis.apply("my-eni", "web")
    enis.wait_reason("my-eni", "PodNotScheduled")
    enis.check_free()
    enis.kubectl("delete", "pod", "web", "--now")
    enis.pod("web", node=ground.nodes[0])
    enis.wait_attached()


@pytest.mark.parametrize("how", ["added", "in one step with the rest"])
def test_an_eni_is_attached_by_editing_its_manifest(enis: Enis, ground: Ground, how: str) -> None:
    before = enis.created()
    enis.pod("web")
    more = {} if how == "added" else {"description": "now", "tags": {"a": "b"}}
    enis.apply("my-eni", "web", **more)
    after = enis.wait_attached()
    assert after["networkInterfaceID"] == before["networkInterfaceID"]
    assert enis.check_on("my-eni", ground.nodes[0])["Description"] == more.get("description", "")


def test_an_eni_is_detached_by_removing_the_section(enis: Enis, ground: Ground) -> None:
    enis.pod("web", node=ground.nodes[0])
    before = enis.attached()
    enis.apply("my-eni")
    after = enis.wait_created()
    enis.check_free()
    assert after["networkInterfaceID"] == before["networkInterfaceID"]
    assert enis.condition("my-eni", "Attached")["reason"] == "NotRequested"


# It follows


def test_it_follows_to_the_instance_of_another_pod_that_is_named(enis: Enis, ground: Ground) -> None:
    """Of the same instance: nothing is to be done, and that is said."""
    enis.pod("web", node=ground.nodes[0])
    enis.pod("other", node=ground.nodes[0])
    enis.attached()
    since = ground.proxy.mark()
    enis.apply("my-eni", "other")
    enis.wait_attached("my-eni", "other")
    assert not mutations(ground, since)


def test_it_follows_its_pod_to_another_node(enis: Enis, ground: Ground) -> None:
    with FurtherNode(ground) as first:
        second = ground.nodes[1]
        enis.pod("web", node=first)
        before = enis.attached()
        enis.check_on("my-eni", first)
        since = ground.proxy.mark()
        enis.delete_pod()
        enis.pod("web", node=second)
        after = enis.wait_attached()
        enis.check_on("my-eni", second)
        assert after["networkInterfaceID"] == before["networkInterfaceID"]
        assert after["privateIPAddresses"] == before["privateIPAddresses"]
        assert mutations(ground, since) == ["DetachNetworkInterface", "AttachNetworkInterface"]
        assert never_forced(ground, since)


@takes_time
def test_it_is_awaited_between_two_nodes(enis: Enis, ground: Ground, double: Double) -> None:
    """EC2 would refuse to attach what is still attached."""
    with FurtherNode(ground) as first:
        second = ground.nodes[1]
        enis.pod("web", node=first)
        enis.pod("other", node=second)
        enis.attached()
        double.settings(attach_ms=1500, detach_ms=3000)
        since = double.mark()
        enis.apply("my-eni", "other")
        enis.wait_reason("my-eni", "Detaching")
        enis.wait_attached("my-eni", "other")
        enis.check_on("my-eni", second)
        double.settings(attach_ms=0, detach_ms=0)
        assert [(call["action"], call["error"]) for call in calls_of_operator(ground, since) if
                not call["action"].startswith("Describe")] == [
            ("DetachNetworkInterface", ""), ("AttachNetworkInterface", "")
        ]  # fmt: skip


def test_it_leaves_an_instance_that_is_terminated_and_follows_the_next_pod(enis: Enis, ground: Ground) -> None:
    with FurtherNode(ground) as first:
        enis.pod("web", node=first)
        before = enis.attached()
        enis.kubectl("delete", "pod", "web", "--force", "--grace-period=0")
    enis.pod("web")
    after = enis.wait_attached()
    assert after["networkInterfaceID"] == before["networkInterfaceID"]
    enis.check_on("my-eni", ground.nodes[0])


def test_an_attachment_that_went_with_its_instance_a_moment_after_it_was_made_holds_nothing_up(
    enis: Enis, ground: Ground
) -> None:
    """EC2 knows no such attachment: that it does not know it yet, a look rules out."""
    with FurtherNode(ground) as first:
        enis.pod("web", node=first)
        enis.attached()
    enis.kubectl("delete", "pod", "web", "--force", "--grace-period=0")
    enis.pod("web")
    enis.wait_attached()
    enis.check_on("my-eni", ground.nodes[0])


# It leaves


def test_it_is_detached_when_its_pod_is_gone(enis: Enis, ground: Ground) -> None:
    enis.pod("web", node=ground.nodes[0])
    before = enis.attached()
    since = ground.proxy.mark()
    enis.delete_pod()
    enis.wait_interface("my-eni", "on nothing", lambda found: not found.get("Attachment"))
    enis.wait_reason("my-eni", "PodNotFound")
    ground.wait(lambda: "attachment" not in enis.status(), DEADLINE, "the end of the attachment in the status")
    enis.check_free()
    assert enis.status()["networkInterfaceID"] == before["networkInterfaceID"]
    assert mutations(ground, since) == ["DetachNetworkInterface"] and never_forced(ground, since)


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_it_is_detached_when_its_pod_has_finished(enis: Enis, ground: Ground, phase: str) -> None:
    enis.pod("web", node=ground.nodes[0])
    enis.attached()
    ground.finish_pod("web", enis.namespace, phase)
    enis.wait_reason("my-eni", "PodFinished")
    enis.wait_interface("my-eni", "on nothing", lambda found: not found.get("Attachment"))
    ground.wait(lambda: "attachment" not in enis.status(), DEADLINE, "the end of the attachment in the status")
    enis.check_free()


def test_it_is_not_attached_for_a_pod_that_has_finished(enis: Enis, ground: Ground) -> None:
    enis.pod("web", node=ground.nodes[0])
    ground.finish_pod("web", enis.namespace)
    enis.apply("my-eni", "web")
    enis.wait_reason("my-eni", "PodFinished")
    enis.check_free()


def test_a_terminating_pod_keeps_it_and_its_successor_gets_it(enis: Enis, ground: Ground) -> None:
    enis.pod("web", node=ground.nodes[0], hold_delete=True)
    before = enis.attached()
    since = ground.proxy.mark()
    enis.kubectl("delete", "pod", "web", "--wait=false")
    enis.apply("my-eni", "web", description="looked at")  # the operator has looked after that
    enis.wait_interface("my-eni", "the new description", lambda found: found["Description"] == "looked at")
    assert enis.check_on("my-eni", ground.nodes[0])["Attachment"]["AttachmentId"] == before["attachment"]["attachmentID"]
    assert mutations(ground, since) == ["ModifyNetworkInterfaceAttribute"]
    ground.release_delete("web", enis.namespace)
    enis.wait_interface("my-eni", "on nothing", lambda found: not found.get("Attachment"))
    enis.pod("web", node=ground.nodes[0])
    enis.wait_attached()


def test_a_terminating_pod_gets_no_interface(enis: Enis, ground: Ground) -> None:
    enis.pod("web", node=ground.nodes[0], hold_delete=True)
    enis.kubectl("delete", "pod", "web", "--wait=false")
    enis.apply("my-eni", "web")
    enis.wait_reason("my-eni", "PodTerminating")
    enis.check_free()
    ground.release_delete("web", enis.namespace)
    enis.wait_reason("my-eni", "PodNotFound")


def test_the_next_pod_of_the_name_on_the_same_node_has_it_at_the_end(enis: Enis, ground: Ground) -> None:
    """Whether it stayed meanwhile, or came off and back, it is on the instance, and the status names the new pod."""
    enis.pod("web", node=ground.nodes[0])
    before = enis.attached()
    since = ground.proxy.mark()
    enis.delete_pod()
    enis.pod("web", node=ground.nodes[0])
    after = enis.wait_attached()
    assert after["attachment"]["podUID"] != before["attachment"]["podUID"]
    enis.check_on("my-eni", ground.nodes[0])
    done = mutations(ground, since)
    assert done in ([], ["DetachNetworkInterface", "AttachNetworkInterface"]), done


# It takes its time


@takes_time
def test_attaching_and_detaching_are_states_in_which_the_operator_waits(
    enis: Enis, ground: Ground, double: Double
) -> None:
    """Neither does it poll in a tight loop, nor is another object kept waiting."""
    double.settings(attach_ms=6000, detach_ms=6000)
    node = ground.nodes[0]
    enis.pod("web", node=node)
    since = double.mark()
    enis.apply("my-eni", "web")
    enis.wait_reason("my-eni", "Attaching")
    assert enis.condition("my-eni", "Attached")["status"] == "False"
    enis.created("other")
    assert enis.interface()["Attachment"]["Status"] == "attaching"
    enis.wait_attached()
    enis.check_on("my-eni", node)
    enis.delete_pod()
    enis.wait_interface("my-eni", "detaching", lambda found: found["Attachment"]["Status"] == "detaching")
    enis.wait_interface("my-eni", "on nothing", lambda found: not found.get("Attachment"))
    ground.wait(lambda: "attachment" not in enis.status(), DEADLINE, "the end of the attachment in the status")
    done = [call["action"] for call in calls_of_operator(ground, since) if not call["action"].startswith("Describe")]
    assert sorted(done) == sorted(
        ["CreateNetworkInterface", "CreateNetworkInterface", "AttachNetworkInterface", "DetachNetworkInterface"]
    )
    looked = calls_of_operator(ground, since, "DescribeNetworkInterfaces")
    assert len(looked) <= 25, len(looked)  # about 1 + 2 + 4 s, twice, and what leads to each call


@takes_time
def test_a_pod_that_comes_back_while_it_is_being_detached_gets_it_again(
    enis: Enis, ground: Ground, double: Double
) -> None:
    node = ground.nodes[0]
    enis.pod("web", node=node)
    enis.attached()
    double.settings(attach_ms=1500, detach_ms=4000)
    since = ground.proxy.mark()
    enis.delete_pod()
    enis.wait_interface("my-eni", "detaching", lambda found: found["Attachment"]["Status"] == "detaching")
    enis.pod("web", node=node)
    enis.wait_attached()
    enis.check_on("my-eni", node)
    assert mutations(ground, since) == ["DetachNetworkInterface", "AttachNetworkInterface"]
    assert never_forced(ground, since)


@takes_time
def test_a_pod_that_goes_while_it_is_being_attached_loses_it(enis: Enis, ground: Ground, double: Double) -> None:
    double.settings(attach_ms=4000, detach_ms=1500)
    enis.pod("web", node=ground.nodes[0])
    enis.apply("my-eni", "web")
    enis.wait_interface("my-eni", "attaching", lambda found: found.get("Attachment"))
    enis.delete_pod()
    enis.wait_reason("my-eni", "PodNotFound", timeout=DEADLINE * 2)
    enis.wait_interface("my-eni", "on nothing", lambda found: not found.get("Attachment"))
    ground.wait(lambda: "attachment" not in enis.status(), DEADLINE, "the end of the attachment in the status")
    enis.check_free()


def test_a_wish_that_changes_while_the_call_is_under_way_is_what_counts(enis: Enis, ground: Ground) -> None:
    held = ground.proxy.rule("AttachNetworkInterface", do="hold", times=1)
    enis.pod("web", node=ground.nodes[0])
    enis.apply("my-eni", "web")
    held.wait_hit(DEADLINE)
    enis.apply("my-eni")
    held.release()
    enis.wait_created(timeout=DEADLINE * 2)
    enis.check_free()
