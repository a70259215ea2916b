"""EC2's limits: the quota of addresses, and the rate of requests that it takes from an account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

import pytest

from account import TrueEips, calls_of_operator, edit
from eips import DEADLINE, IMPATIENT
from ground import Double, Ground, Operator

pytestmark = pytest.mark.only_on(
    "secondary", reason="moto has no limits; how pods get their addresses is no matter here"
)
Start = Callable[..., Operator]


@pytest.fixture
def eips(ground: Ground, namespace: str) -> TrueEips:
    return TrueEips(ground, namespace)


# The quota


def leave_room(double: Double, count: int) -> None:
    """The quota is so large that so many more addresses can be had. Those of own pools do not count."""
    held = [row for row in double.world()["addresses"] if row["public_ipv4_pool"] == "amazon"]
    double.settings(quotas={"addresses": len(held) + count})


def limit_reached(ground: Ground, since: int) -> int:
    calls = calls_of_operator(ground, since, "AllocateAddress")
    return [call["error"] for call in calls].count("AddressLimitExceeded")


def test_a_quota_that_is_used_up_stops_only_those_that_need_more(
    impatient: Operator, eips: TrueEips, ground: Ground, double: Double
) -> None:
    ip = eips.pod()
    eips.allocated("first")
    leave_room(double, 1)
    since = double.mark()
    eips.allocated("second")
    waiting = ["third", "fourth"]
    eips.apply_many(dict.fromkeys(waiting))
    for name in waiting:
        assert "AddressLimitExceeded" in eips.wait_reason(name, "AddressLimitExceeded")["message"]
        assert eips.condition(name, "Stalled")["status"] == "True"
        eips.wait(name, "allocating")
    # All else goes on meanwhile.
    eips.patch("first", {"spec": {"assignment": {"podName": "web"}}})
    eips.wait("first", "assigned")
    eips.check_on("first", ip)
    # A place that becomes free is not taken by those two at once: only a person tells them.
    eips.kubectl("delete", "eip", "second")
    edit(eips, "fourth")
    eips.wait("fourth", "allocated")
    assert len(eips.addresses()) == 2
    # Once the quota grows the other one goes on by itself; it has not asked again and again.
    leave_room(double, 5)
    eips.wait("third", "allocated", DEADLINE * 2)
    assert eips.condition("third", "Stalled")["status"] == "False"
    assert len(eips.addresses()) == 3
    assert limit_reached(ground, since) <= 6


# The rate

COUNT = 90  # well beyond the 50 calls that EC2 takes at once of one kind that changes something


def full_buckets(double: Double) -> None:
    """The published limits from now on, none of it used up. Between operators only: what is not in the dump is lost."""
    double.reset(double.world())
    double.settings(rate_limits=1)


def private_targets(ground: Ground, count: int) -> dict[str, str]:
    """Names of EIPs, each with a private address of a node's interfaces."""
    for node in ground.nodes:
        ground.ensure_addresses(node, count // len(ground.nodes) + 1)
    return {
        f"eip-{number}": ground.nodes[number % len(ground.nodes)].pod_ip(1 + number // len(ground.nodes))
        for number in range(count)
    }


def apply_all(eips: TrueEips, places: Mapping[str, str]) -> None:
    items = [eips.manifest(name, assignment={"privateIPAddress": ip}) for name, ip in places.items()]
    eips.kubectl("apply", "-f", "-", input={"apiVersion": "v1", "kind": "List", "items": items})


def refusals(ground: Ground, since: int) -> Counter[str]:
    """How often EC2 has refused a call of the operator for its rate, by action."""
    calls = calls_of_operator(ground, since)
    return Counter(call["action"] for call in calls if call["error"] == "RequestLimitExceeded")


def test_many_at_once_stay_within_the_rate_that_ec2_allows(
    own_operator: Start, namespace: str, eips: TrueEips, ground: Ground, double: Double
) -> None:
    places = private_targets(ground, COUNT)
    full_buckets(double)
    own_operator(flags=IMPATIENT)
    since = double.mark()
    apply_all(eips, places)
    eips.wait_each_on(places, DEADLINE * 3)
    eips.kubectl("delete", "eips", "--all", "--wait=false")
    eips.wait_none(DEADLINE * 3)
    done = Counter(call["action"] for call in calls_of_operator(ground, since) if call["effect"])
    effects = ("AllocateAddress", "AssociateAddress", "DisassociateAddress", "ReleaseAddress")
    assert {action: done[action] for action in effects} == dict.fromkeys(effects, COUNT)
    assert not refusals(ground, since)


def test_another_tenant_who_uses_up_the_rate_only_slows_everything_down(
    own_operator: Start, namespace: str, eips: TrueEips, ground: Ground, double: Double
) -> None:
    """Neither is anything made twice, nor lost, nor does the operator join in the storm."""
    count = 30
    places = private_targets(ground, count)
    full_buckets(double)
    own_operator(flags=IMPATIENT)
    since = double.mark()

    def drain_until(reached: Callable[[], bool], what: str) -> None:
        drained = 0

        def step() -> bool:
            nonlocal drained
            # Again and again, as long as the operator has not noticed it often enough.
            if drained < 12:
                double.drain()
                drained += 1
            return reached()

        ground.wait(step, DEADLINE * 3, what)

    apply_all(eips, places)
    drain_until(lambda: len(eips.addresses()) >= count // 2, "half of the addresses")
    eips.wait_each_on(places, DEADLINE * 3)
    drain_until(lambda: bool(refusals(ground, since)), "a refusal")
    eips.kubectl("delete", "eips", "--all", "--wait=false")
    drain_until(lambda: len(eips.addresses()) <= count // 2, "half of the addresses gone")
    eips.wait_none(DEADLINE * 3)
    refused = refusals(ground, since)
    assert refused and sum(refused.values()) <= 2 * count, refused
    done = Counter(call["action"] for call in calls_of_operator(ground, since) if call["effect"])
    assert done["AllocateAddress"] == done["ReleaseAddress"] == count, done
