"""EC2's reads lag seconds behind its writes, and may step back: one address per EIP all the same, and none is lost.

https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from account import TrueEips, effects
from eips import DEADLINE, on_nothing
from ground import Double, Ground, Operator

pytestmark = [
    pytest.mark.only_on("double", reason="moto shows everything at once"),
    pytest.mark.usefixtures("patient"),  # before the namespace, so that it cleans up as well
]
LAG = 3000  # milliseconds


@pytest.fixture
def patient(own_operator: Callable[..., Operator]) -> Operator:
    """Compares with EC2 every second, and waits several times the lag for what may not be shown yet."""
    return own_operator(flags=["-resync=1s", "-settle-time=12s"])


@pytest.fixture
def eips(ground: Ground, namespace: str) -> TrueEips:
    return TrueEips(ground, namespace)


@pytest.fixture
def lagging(eips: TrueEips, double: Double) -> Iterator[Double]:
    """Pods of the test that are there before it begins are seen at once."""
    double.settings(visibility_ms=LAG)
    yield double


def pods(eips: TrueEips, count: int) -> dict[str, str]:
    """Names of pods that run, and their addresses, which are seen in EC2."""
    names = [f"web-{number}" for number in range(count)]
    for number, name in enumerate(names):
        eips.ground.create_pod(name, eips.namespace, node=eips.ground.nodes[number % 3])
    return {name: eips.ground.wait_pod_ip(name, eips.namespace) for name in names}


@pytest.fixture
def running(eips: TrueEips) -> dict[str, str]:
    return pods(eips, 4)


def test_a_life_while_reads_lag(eips: TrueEips, running: dict[str, str], lagging: Double, ground: Ground) -> None:
    """Created, assigned, moved, unassigned and deleted, each as soon as the step before is said to be done."""
    since = lagging.mark()
    for name in running:
        eips.apply(name)
    eips.wait_all("allocated", len(running))
    for name in running:
        eips.patch(name, {"spec": {"assignment": {"podName": name}}})
    eips.wait_each_on(running)
    # Each to the pod of the next one: no two of them may be on one address, and none fights.
    turned = dict(zip(running, [*list(running)[1:], list(running)[0]]))
    for name, pod in turned.items():
        eips.patch(name, {"spec": {"assignment": {"podName": pod}}})
    places = {name: running[pod] for name, pod in turned.items()}
    eips.wait_each_on(places, DEADLINE * 2)
    for name in running:
        eips.patch(name, {"spec": {"assignment": None}})
    eips.wait_all("allocated", len(running))
    ground.wait(lambda: all(map(on_nothing, eips.addresses())), DEADLINE, "all addresses on nothing")
    assert sorted(set(effects(ground, since))) == ["AllocateAddress", "AssociateAddress", "DisassociateAddress"]
    assert effects(ground, since).count("AllocateAddress") == len(running)
    eips.kubectl("delete", "eips", "--all", "--wait=false")
    eips.wait_none()
    assert effects(ground, since).count("ReleaseAddress") == len(running)


def test_an_association_that_ec2_does_not_know_yet_is_ended_all_the_same(
    own_operator: Callable[..., Operator], patient: Operator, eips: TrueEips, running: dict[str, str], ground: Ground,
    lagging: Double,
) -> None:  # fmt: skip
    """Without the help of a resync, for which the address would be on the wrong pod for minutes."""
    patient.stop()
    own_operator(flags=["-settle-time=12s"])
    eips.apply_many({name: name for name in running})
    for name, ip in running.items():
        ground.wait(lambda: in_place(eips, ip), DEADLINE, f"an address on {ip}")
        eips.patch(name, {"spec": {"assignment": None}})
    eips.wait_all("allocated", len(running))
    ground.wait(lambda: all(map(on_nothing, eips.addresses())), DEADLINE, "all addresses on nothing")


def test_edits_that_come_faster_than_reads(
    eips: TrueEips, running: dict[str, str], lagging: Double, ground: Ground
) -> None:
    """The wish changes before anything of the one before can be seen; the last one counts."""
    since = lagging.mark()
    names = list(running)
    eips.apply("my-eip", names[0])
    for pod in [*names[1:], *names]:
        seen = len(effects(ground, since))
        eips.patch("my-eip", {"spec": {"assignment": {"podName": pod}}})
        ground.wait(lambda: len(effects(ground, since)) > seen or in_place(eips, running[pod]), DEADLINE, "an effect")
    eips.wait("my-eip", "assigned")
    eips.wait_each_on({"my-eip": running[names[-1]]})
    eips.patch("my-eip", {"spec": {"assignment": None}})
    eips.delete("my-eip")
    eips.wait_none()
    assert effects(ground, since).count("AllocateAddress") == 1


def in_place(eips: TrueEips, private_ip: str) -> bool:
    return any(address.get("PrivateIpAddress") == private_ip for address in eips.addresses())


def test_an_address_that_another_hand_takes_off_comes_back(
    eips: TrueEips, running: dict[str, str], lagging: Double, ground: Ground
) -> None:
    """Just after it was put there: what reads show may be from before, from between, or from now."""
    (pod, ip), *_ = running.items()
    eips.assigned(pod=pod)
    before = eips.address()["AssociationId"]
    # Boto3 may not see yet what it is to take off.
    ground.wait(lambda: take_off(ground, before), DEADLINE, "the end of the association")
    ground.wait(lambda: eips.address().get("PrivateIpAddress") == ip, DEADLINE, "the address back on the pod")
    eips.wait("my-eip", "assigned")
    ground.wait(lambda: eips.status()["associationId"] == eips.address()["AssociationId"], DEADLINE, "the status")
    eips.check_on("my-eip", ip)


def take_off(ground: Ground, association: str) -> bool:
    ground.ec2().disassociate_address(AssociationId=association)
    return True


@pytest.mark.parametrize("action", ["AllocateAddress", "AssociateAddress", "DisassociateAddress", "ReleaseAddress"])
def test_killed_at_a_call_whose_effect_is_not_seen_yet(
    patient: Operator, eips: TrueEips, running: dict[str, str], lagging: Double, ground: Ground, action: str
) -> None:
    """The next process begins with reads from before the call."""
    since = lagging.mark()
    rule = ground.proxy.rule(action, do="hold_after")
    if action in ("DisassociateAddress", "ReleaseAddress"):
        for name in running:
            eips.apply(name, name)
        eips.wait_each_on(running)
        eips.kubectl("delete", "eips", "--all", "--wait=false")
    else:
        eips.apply_many({name: name for name in running})
    rule.wait_hit(DEADLINE, count=2)
    ground.wait(lambda: action in effects(ground, since), DEADLINE, "the effect of the call")
    patient.kill9()
    rule.remove()
    patient.start()
    if action in ("AllocateAddress", "AssociateAddress"):
        eips.wait_each_on(running, DEADLINE * 2)
        eips.kubectl("delete", "eips", "--all", "--wait=false")
    eips.wait_none(DEADLINE * 2)
    # Spares are no leak, but there was no need for any: each call is known by its intent.
    assert effects(ground, since).count("AllocateAddress") == len(running)


def test_killed_again_and_again_while_reads_lag(
    patient: Operator, eips: TrueEips, running: dict[str, str], lagging: Double, ground: Ground
) -> None:
    eips.apply_many({name: name for name in running})
    for number in range(1, 5):
        since = lagging.mark()
        reached = lambda: len(effects(ground, since)) >= number or all_assigned(eips)  # noqa: E731
        ground.wait(reached, DEADLINE, f"{number} effects, or the end")
        patient.kill9()
        patient.start()
    eips.wait_each_on(running, DEADLINE * 2)
    eips.kubectl("delete", "eips", "--all", "--wait=false")
    ground.wait(lambda: len(eips.addresses()) < len(running), DEADLINE, "a release")
    patient.kill9()
    patient.start()
    eips.wait_none(DEADLINE * 2)


def all_assigned(eips: TrueEips) -> bool:
    return all(item.get("status", {}).get("state") == "assigned" for item in eips.list())
