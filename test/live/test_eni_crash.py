"""The operator is killed, or loses an answer, at each call to EC2 of an ENI: no interface is leaked and none doubled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from account import FurtherNode
from eips import is_read, mutates
from enis import Enis, private_ips
from ground import Ground, Operator, Rule
from kills import kill_at, stop_call
from objects import DEADLINE

pytestmark = pytest.mark.usefixtures("impatient")  # before the namespace, so that it cleans up as well
tokens_work = pytest.mark.only_on("double", reason="moto ignores client tokens, so that a repeated call makes a spare")


def attached_to(enis: Enis, uid: str) -> list[str]:
    return [found["Attachment"]["InstanceId"] for found in enis.owned(uid) if found.get("Attachment")]


def check_attached(enis: Enis, ground: Ground, pod: str = "web") -> None:
    enis.wait_attached("my-eni", pod, DEADLINE * 2)
    ground.wait(lambda: len(enis.interfaces()) == 1, DEADLINE, "one interface, no more")
    ground.wait(lambda: "intent" not in enis.status(), DEADLINE, "the end of the intent")
    enis.wait_attached("my-eni", pod)
    enis.check_on("my-eni", enis.node_of(pod))


def check_gone(enis: Enis, uid: str) -> None:
    enis.wait_gone("my-eni", DEADLINE * 2)
    assert not enis.owned(uid) and not enis.interfaces()


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("action", ["CreateNetworkInterface", "AttachNetworkInterface"])
def test_killed_at_a_call_of_a_create(
    impatient: Operator, enis: Enis, ground: Ground, action: str, moment: str
) -> None:
    enis.pod("web")
    rule = stop_call(ground, action, moment)
    uid = enis.apply("my-eni", "web", secondaryPrivateIPAddressCount=1)
    had: Callable[[], Any] = {
        "CreateNetworkInterface": lambda: enis.owned(uid),
        "AttachNetworkInterface": lambda: attached_to(enis, uid),
    }[action]
    kill_at(impatient, rule, had if moment == "after" else None)
    impatient.start()
    check_attached(enis, ground)
    enis.kubectl("delete", "eni", "my-eni")
    check_gone(enis, uid)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("action", ["DetachNetworkInterface", "DeleteNetworkInterface"])
def test_killed_at_a_call_of_a_delete(
    impatient: Operator, enis: Enis, ground: Ground, action: str, moment: str
) -> None:
    enis.pod("web")
    enis.attached()
    uid = enis.uid("my-eni")
    rule = stop_call(ground, action, moment)
    enis.delete("my-eni")
    had: Callable[[], Any] = {
        "DetachNetworkInterface": lambda: not attached_to(enis, uid),
        "DeleteNetworkInterface": lambda: not enis.owned(uid),
    }[action]
    kill_at(impatient, rule, had if moment == "after" else None)
    assert "deletionTimestamp" in enis.get("my-eni")["metadata"]
    impatient.start()
    check_gone(enis, uid)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("action", ["DetachNetworkInterface", "AttachNetworkInterface"])
def test_killed_at_a_call_of_a_move(
    impatient: Operator, enis: Enis, ground: Ground, action: str, moment: str
) -> None:
    with FurtherNode(ground) as first:
        second = ground.nodes[1]
        enis.pod("web", node=first)
        enis.pod("other", node=second)
        before = enis.attached()
        uid = enis.uid("my-eni")
        rule = stop_call(ground, action, moment)
        enis.apply("my-eni", "other")
        had: Callable[[], Any] = {
            "DetachNetworkInterface": lambda: not attached_to(enis, uid),
            "AttachNetworkInterface": lambda: attached_to(enis, uid) == [second.instance_id],
        }[action]
        kill_at(impatient, rule, had if moment == "after" else None)
        impatient.start()
        check_attached(enis, ground, "other")
        assert enis.status()["networkInterfaceID"] == before["networkInterfaceID"]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    "action", ["ModifyNetworkInterfaceAttribute", "AssignPrivateIpAddresses", "UnassignPrivateIpAddresses"]
)
def test_killed_at_a_call_of_a_change(
    impatient: Operator, enis: Enis, ground: Ground, action: str, moment: str
) -> None:
    """An address more is asked for once, though the answer was lost: they come out of the subnet's."""
    before = enis.created(secondaryPrivateIPAddressCount=2)
    rule = stop_call(ground, action, moment)
    count = {"AssignPrivateIpAddresses": 4, "UnassignPrivateIpAddresses": 1}.get(action, 2)
    description = "changed" if action.startswith("Modify") else ""
    enis.apply("my-eni", secondaryPrivateIPAddressCount=count, description=description)
    had: Callable[[], Any] = lambda: (  # noqa: E731
        len(private_ips(enis.interface())) == count + 1 and enis.interface()["Description"] == description
    )
    kill_at(impatient, rule, had if moment == "after" else None)
    impatient.start()
    after = enis.wait_created(timeout=DEADLINE * 2)
    enis.check_free()
    assert had()
    kept = min(len(before["privateIPAddresses"]), count + 1)
    assert after["privateIPAddresses"][:kept] == before["privateIPAddresses"][:kept]


def test_killed_at_each_read_of_a_create_and_of_a_delete(impatient: Operator, enis: Enis, ground: Ground) -> None:
    enis.pod("web")
    for number in range(1, 16):
        since = ground.proxy.mark()
        rule = ground.proxy.rule(do="cut_before", delay=DEADLINE * 2, nth=number, match=is_read)
        uid = enis.apply("my-eni", "web")
        ground.wait(lambda: rule.hits or is_attached(enis), DEADLINE * 2, f"read number {number} or the end")
        restart_if_hit(impatient, rule)
        check_attached(enis, ground)
        rule = ground.proxy.rule(do="cut_before", delay=DEADLINE * 2, nth=number, match=is_read)
        enis.delete("my-eni")
        ground.wait(lambda: rule.hits or not list(enis.list()), DEADLINE * 2, f"read number {number} or the end")
        restart_if_hit(impatient, rule)
        check_gone(enis, uid)
        if not any(call.rule for call in ground.proxy.calls(since=since)):
            return


def is_attached(enis: Enis) -> bool:
    return enis.condition("my-eni", "Ready").get("reason") == "Attached"


def restart_if_hit(operator: Operator, rule: Rule) -> None:
    if rule.hits:
        kill_at(operator, rule, None)
        operator.start()
    rule.remove()


@tokens_work
def test_a_creation_that_takes_effect_only_after_the_restart_makes_one_interface(
    impatient: Operator, enis: Enis, ground: Ground
) -> None:
    """The next process makes the same call, with the same token."""
    rule = ground.proxy.rule("CreateNetworkInterface", do="hold", times=1)
    uid = enis.apply("my-eni")
    first = rule.wait_hit(DEADLINE)
    impatient.kill9()
    since = ground.proxy.mark()
    impatient.start()
    ground.wait(lambda: ground.proxy.calls("DescribeNetworkInterfaces", since), DEADLINE, "a look for the interface")
    rule.release()
    enis.wait_created()
    assert len(enis.owned(uid)) == 1
    again = ground.proxy.calls("CreateNetworkInterface", since)
    assert all(call.params["ClientToken"] == first.params["ClientToken"] for call in again)


@pytest.mark.parametrize("edited", ["no", "edited"])
def test_an_eni_deleted_while_its_creation_is_in_doubt_leaks_nothing(
    impatient: Operator, enis: Enis, ground: Ground, edited: str
) -> None:
    """Killed during the creation, deleted while no operator is there, and only then the call takes effect."""
    rule = ground.proxy.rule("CreateNetworkInterface", do="hold", times=1)
    uid = enis.apply("my-eni")
    rule.wait_hit(DEADLINE)
    impatient.kill9()
    if edited == "edited":
        enis.apply("my-eni", description="other", secondaryPrivateIPAddressCount=2, tags={"a": "b"})
    enis.delete("my-eni")
    since = ground.proxy.mark()
    impatient.start()
    ground.wait(lambda: ground.proxy.calls("DescribeNetworkInterfaces", since), DEADLINE, "a look for the interface")
    rule.release()
    check_gone(enis, uid)


@tokens_work
@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_eni_edited_while_its_creation_is_in_doubt_becomes_one_interface(
    impatient: Operator, enis: Enis, ground: Ground, moment: str
) -> None:
    """The same token with other parameters would be refused."""
    rule = stop_call(ground, "CreateNetworkInterface", moment)
    uid = enis.apply("my-eni", description="first")
    kill_at(impatient, rule, (lambda: enis.owned(uid)) if moment == "after" else None)
    enis.apply("my-eni", description="second", secondaryPrivateIPAddressCount=1, tags={"a": "b"})
    since = ground.proxy.mark()
    impatient.start()
    enis.wait_created(timeout=DEADLINE * 2)
    interface = enis.check_free()
    assert interface["Description"] == "second" and len(private_ips(interface)) == 2
    enis.wait_tags({"a": "b"})
    assert len(enis.interfaces()) == 1
    refused = [call.error_code for call in ground.proxy.calls("CreateNetworkInterface", since) if call.error_code]
    assert not refused, refused


@pytest.mark.parametrize("do", ["cut_before", "cut_after"])
@pytest.mark.parametrize("action", ["CreateNetworkInterface", "AttachNetworkInterface"])
def test_a_create_whose_call_is_cut_off(enis: Enis, ground: Ground, action: str, do: str) -> None:
    enis.pod("web")
    rule = ground.proxy.rule(action, do=do, times=1)
    enis.apply("my-eni", "web")
    rule.wait_hit(DEADLINE)
    check_attached(enis, ground)


@pytest.mark.parametrize("do", ["cut_before", "cut_after"])
@pytest.mark.parametrize("action", ["DetachNetworkInterface", "DeleteNetworkInterface"])
def test_a_delete_whose_call_is_cut_off(enis: Enis, ground: Ground, action: str, do: str) -> None:
    enis.pod("web")
    enis.attached()
    uid = enis.uid("my-eni")
    rule = ground.proxy.rule(action, do=do, times=1)
    enis.delete("my-eni")
    rule.wait_hit(DEADLINE)
    check_gone(enis, uid)


def test_killed_again_and_again_while_six_enis_live(impatient: Operator, enis: Enis, ground: Ground) -> None:
    """Each time at a later one of the calls that change something; then while they are deleted."""
    enis.pod("web")
    names = [f"eni-{number}" for number in range(6)]
    for number in range(1, 5):
        rule = ground.proxy.rule(do="cut_after", nth=2 * number, times=100, match=mutates)
        if number == 1:
            enis.apply_bodies(enis.manifest(name, "web") for name in names)
        ground.wait(lambda: rule.hits or all_attached(enis), DEADLINE, "a call to be killed at, or the end")
        impatient.kill9()
        rule.remove()
        impatient.start()
    for name in names:
        enis.wait_attached(name, timeout=DEADLINE * 2)
    ground.wait(lambda: len(enis.interfaces()) == 6, DEADLINE, "six interfaces, no more")
    for name in names:
        enis.check_on(name, ground.nodes[0])
    rule = ground.proxy.rule(do="cut_after", nth=4, times=100, match=mutates)
    enis.kubectl("delete", "enis", "--all", "--wait=false")
    rule.wait_hit(DEADLINE)
    impatient.kill9()
    rule.remove()
    impatient.start()
    enis.wait_none(DEADLINE * 2)


def all_attached(enis: Enis) -> bool:
    ready = [entry for item in enis.list() for entry in item.get("status", {}).get("conditions", [])
             if entry["type"] == "Ready"]  # fmt: skip
    return len(ready) == 6 and all(entry["reason"] == "Attached" for entry in ready)
