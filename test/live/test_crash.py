"""The operator is killed, or loses an answer, at each call to EC2: nothing is leaked and nothing doubled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eips import DEADLINE, Eips, is_read, mutates, on_nothing
from ground import Ground, Operator
from kills import kill_at, stop_call

pytestmark = pytest.mark.usefixtures("impatient")  # before the namespace, so that it cleans up as well


def effect_of(action: str, eips: Eips, uid: str, ip: str) -> Callable[[], Any]:
    return {
        "AllocateAddress": lambda: eips.owned(uid),
        "AssociateAddress": lambda: eips.ground.address_of(ip),
        "DisassociateAddress": lambda: all(map(on_nothing, eips.owned(uid))),
        "ReleaseAddress": lambda: not eips.owned(uid),
    }[action]


def check_assigned(eips: Eips, ip: str) -> None:
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)
    assert len(eips.addresses()) == 1
    # It may stay until no other address can turn up.
    eips.ground.wait(lambda: "intent" not in eips.status(), DEADLINE, "the end of the intent")
    eips.check_on("my-eip", ip)


def check_released(eips: Eips, uid: str) -> None:
    eips.wait_gone("my-eip")
    assert not eips.owned(uid) and not eips.addresses()


def all_assigned(eips: Eips) -> bool:
    return all(item.get("status", {}).get("state") == "assigned" for item in eips.list())


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("action", ["AllocateAddress", "AssociateAddress"])
def test_killed_at_a_call_of_a_create(
    impatient: Operator, eips: Eips, ground: Ground, action: str, moment: str
) -> None:
    ip = eips.pod()
    rule = stop_call(ground, action, moment)
    uid = eips.apply("my-eip", "web")
    kill_at(impatient, rule, effect_of(action, eips, uid, ip) if moment == "after" else None)
    impatient.start()
    check_assigned(eips, ip)
    eips.kubectl("delete", "eip", "my-eip")
    check_released(eips, uid)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("action", ["DisassociateAddress", "ReleaseAddress"])
def test_killed_at_a_call_of_a_delete(
    impatient: Operator, eips: Eips, ground: Ground, action: str, moment: str
) -> None:
    ip = eips.pod()
    eips.assigned()
    uid = eips.uid("my-eip")
    rule = stop_call(ground, action, moment)
    eips.delete("my-eip")
    kill_at(impatient, rule, effect_of(action, eips, uid, ip) if moment == "after" else None)
    assert "deletionTimestamp" in eips.get("my-eip")["metadata"]
    impatient.start()
    check_released(eips, uid)


def test_killed_at_each_read_of_a_create_and_of_a_delete(impatient: Operator, eips: Eips, ground: Ground) -> None:
    ip = eips.pod()
    for number in range(1, 12):
        since = ground.proxy.mark()
        rule = ground.proxy.rule(do="cut_before", delay=DEADLINE * 2, nth=number, match=is_read)
        uid = eips.apply("my-eip", "web")

        ground.wait(lambda: rule.hits or all_assigned(eips), DEADLINE, f"read number {number} or the end")
        if rule.hits:
            kill_at(impatient, rule, None)
            impatient.start()
        rule.remove()
        check_assigned(eips, ip)
        rule = ground.proxy.rule(do="cut_before", delay=DEADLINE * 2, nth=number, match=is_read)
        eips.delete("my-eip")
        ground.wait(lambda: rule.hits or not list(eips.list()), DEADLINE, f"read number {number} or the end")
        was_stopped = bool(rule.hits)
        if was_stopped:
            kill_at(impatient, rule, None)
            impatient.start()
        rule.remove()
        check_released(eips, uid)
        if not was_stopped and not any(call.rule for call in ground.proxy.calls(since=since)):
            return


def test_an_allocation_that_takes_effect_only_after_the_restart_is_adopted(
    impatient: Operator, eips: Eips, ground: Ground
) -> None:
    rule = ground.proxy.rule("AllocateAddress", do="hold", times=1)
    uid = eips.apply("my-eip")
    rule.wait_hit(DEADLINE)
    impatient.kill9()
    since = ground.proxy.mark()
    impatient.start()
    ground.wait(lambda: ground.proxy.calls("DescribeAddresses", since), DEADLINE, "a look for the address")
    rule.release()
    eips.wait("my-eip", "allocated")
    assert len(eips.owned(uid)) == 1
    assert not ground.proxy.calls("AllocateAddress", since)


def test_an_eip_deleted_while_its_allocation_is_in_doubt_leaks_nothing(
    impatient: Operator, eips: Eips, ground: Ground
) -> None:
    """Killed during the allocation, deleted while no operator is there, and only then the call takes effect."""
    rule = ground.proxy.rule("AllocateAddress", do="hold", times=1)
    uid = eips.apply("my-eip")
    rule.wait_hit(DEADLINE)
    impatient.kill9()
    eips.delete("my-eip")
    since = ground.proxy.mark()
    impatient.start()
    ground.wait(lambda: ground.proxy.calls("DescribeAddresses", since), DEADLINE, "a look for the address")
    rule.release()
    check_released(eips, uid)
    assert not ground.proxy.calls("AllocateAddress", since)


@pytest.mark.parametrize("do", ["cut_before", "cut_after"])
@pytest.mark.parametrize("action", ["AllocateAddress", "AssociateAddress"])
def test_a_create_whose_call_is_cut_off(eips: Eips, ground: Ground, action: str, do: str) -> None:
    ip = eips.pod()
    rule = ground.proxy.rule(action, do=do, times=1)
    uid = eips.apply("my-eip", "web")
    rule.wait_hit(DEADLINE)
    check_assigned(eips, ip)
    assert len(eips.owned(uid)) == 1


@pytest.mark.parametrize("do", ["cut_before", "cut_after"])
@pytest.mark.parametrize("action", ["DisassociateAddress", "ReleaseAddress"])
def test_a_delete_whose_call_is_cut_off(eips: Eips, ground: Ground, action: str, do: str) -> None:
    eips.pod()
    eips.assigned()
    uid = eips.uid("my-eip")
    rule = ground.proxy.rule(action, do=do, times=1)
    eips.delete("my-eip")
    rule.wait_hit(DEADLINE)
    check_released(eips, uid)


def test_killed_while_ten_eips_are_created_at_once(impatient: Operator, eips: Eips, ground: Ground) -> None:
    """Some calls have had their effect, some not yet, and of neither the answer was seen."""
    names = [f"eip-{number}" for number in range(10)]
    held = ground.proxy.rule("AllocateAddress", do="hold_after", nth=3, times=100)
    eips.apply_many(dict.fromkeys(names))
    held.wait_hit(DEADLINE, count=3)
    impatient.kill9()
    held.remove()
    impatient.start()
    eips.wait_all("allocated", 10)
    uids = [item["metadata"]["uid"] for item in eips.list()]
    # What was released meanwhile was a spare; none may be left in the end.
    ground.wait(lambda: len(eips.addresses()) == 10, DEADLINE, "ten addresses, no more")
    assert all(len(eips.owned(uid)) == 1 for uid in uids)


def test_killed_again_and_again_while_ten_eips_are_assigned(impatient: Operator, eips: Eips, ground: Ground) -> None:
    pods = {f"eip-{number}": f"web-{number}" for number in range(10)}
    for number, pod in enumerate(pods.values()):
        ground.create_pod(pod, eips.namespace, node=ground.nodes[number % 3])
    ips = {name: ground.wait_pod_ip(pod, eips.namespace) for name, pod in pods.items()}
    # Each time at a later one of the calls that change something.
    for number in range(1, 5):
        rule = ground.proxy.rule(do="cut_after", nth=2 * number, times=100, match=mutates)
        if number == 1:
            eips.apply_many(pods)
        ground.wait(lambda: rule.hits or all_assigned(eips), DEADLINE, "a call to be killed at, or the end")
        impatient.kill9()
        rule.remove()
        impatient.start()
    eips.wait_all("assigned", 10)
    ground.wait(lambda: len(eips.addresses()) == 10, DEADLINE, "ten addresses, no more")
    for name, ip in ips.items():
        eips.check_on(name, ip)


def test_the_apiserver_goes_away_in_the_middle_of_an_allocation(
    impatient: Operator, eips: Eips, ground: Ground
) -> None:
    """The address is there, but the object cannot be written for a while."""
    ip = eips.pod()
    rule = ground.proxy.rule("AllocateAddress", do="hold_after", times=1)
    uid = eips.apply("my-eip", "web")
    rule.wait_hit(DEADLINE)
    ground.kill_apiserver()
    rule.release()
    ground.wait(lambda: eips.owned(uid), DEADLINE, "the address")
    ground.start_apiserver()
    check_assigned(eips, ip)
    assert impatient.running


def test_the_apiserver_goes_away_in_the_middle_of_a_deletion(
    impatient: Operator, eips: Eips, ground: Ground
) -> None:
    eips.pod()
    eips.assigned()
    uid = eips.uid("my-eip")
    rule = ground.proxy.rule("ReleaseAddress", do="hold_after", times=1)
    eips.delete("my-eip")
    rule.wait_hit(DEADLINE)
    ground.kill_apiserver()
    rule.release()
    ground.wait(lambda: not eips.owned(uid), DEADLINE, "the release")
    ground.start_apiserver()
    check_released(eips, uid)


def test_watches_live_on_after_the_apiserver_was_restarted(impatient: Operator, eips: Eips, ground: Ground) -> None:
    first = eips.pod("web", node=ground.nodes[0])
    eips.assigned()
    ground.kill_apiserver()
    ground.start_apiserver()
    ground.wait(lambda: impatient.health("/readyz") == 200, DEADLINE, "ready again")
    eips.pod("canary")  # the rest of the cluster has caught up as well
    eips.delete_pod()  # a pod that goes after the restart is noticed, and one that comes
    eips.wait_reason("my-eip", "PodNotFound")
    second = eips.pod("web", node=ground.nodes[1])
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", second)
    assert ground.address_of(first) is None
    eips.allocated("new-eip")


def test_the_stand_in_for_ec2_goes_away_for_a_while(impatient: Operator, eips: Eips, ground: Ground) -> None:
    ip = eips.pod()
    since = ground.proxy.mark()
    ground.freeze("ec2")
    try:
        uid = eips.apply("my-eip", "web")
        ground.wait(lambda: ground.proxy.calls(since=since), DEADLINE, "a call that is not answered")
    finally:
        ground.thaw("ec2")
    check_assigned(eips, ip)
    assert len(eips.owned(uid)) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_stop_lets_a_call_on_the_wire_come_to_its_end(
    impatient: Operator, eips: Eips, ground: Ground, moment: str
) -> None:
    rule = ground.proxy.rule("AllocateAddress", do="hold" if moment == "before" else "hold_after", times=1)
    uid = eips.apply("my-eip")
    rule.wait_hit(DEADLINE)
    impatient.component.signal(15)
    rule.release()
    process = impatient.component.process
    assert process is not None
    ground.wait(lambda: process.poll() is not None, DEADLINE, "the end of the operator")
    assert process.returncode == 0
    impatient.start()
    eips.wait("my-eip", "allocated")
    assert len(eips.owned(uid)) == 1
