"""Each fault of EC2 at each call of create, move and delete: the end is the same as without.

As many EIPs as there are faults go through it together. Of calls that change something each EIP makes its own, so
that each meets another fault. Reads are shared between EIPs and tried again: there the faults come one after the other.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from account import TrueEips, calls_of_operator, effects
from eips import DEADLINE
from ground import Double, Ground, Operator

pytestmark = [
    pytest.mark.only_on("secondary", reason="moto has no faults; how pods get their addresses is no matter here"),
    pytest.mark.usefixtures("reads_when_needed"),  # before the namespace, so that it cleans up as well
    pytest.mark.timeout(600),
]

# The one that lets a read succeed comes last.
FAULTS: dict[str, dict[str, Any]] = {
    "hang": {},
    "reset_before": {},
    "reset_after": {},
    "truncate": {},
    "garble": {},
    "error": {"code": "InternalError", "status": 500},
    "error_after": {"code": "Unavailable", "status": 503},
    "throttle": {},
    "expire": {},
    "skew": {"skew_ms": 20 * 60 * 1000},
    "latency": {"latency_ms": 1500},
}
COUNT = len(FAULTS)
BELIEVED = 5000  # milliseconds for which the operator acts on what it has read
_places = itertools.cycle(range(120, 250))  # beyond those of pods
_edits = itertools.count(1)


@pytest.fixture
def reads_when_needed(own_operator: Callable[..., Operator]) -> Operator:
    """Resyncs are rare, so that each read is one that a phase needs; a lost call is given up after 4 s."""
    return own_operator(flags=["-settle-time=4s"])


class Life:
    """EIPs from create over move to delete; each step waits for its end."""

    def __init__(self, ground: Ground, namespace: str) -> None:
        self.ground = ground
        self.eips = TrueEips(ground, namespace)
        self.spec: dict[str, Any] = {}

    def create(self) -> None:
        self._wish_new_places()

    def create_from_a_pool(self) -> None:
        self.ground.offer_pool("ipv4pool-ec2-00000000000000abc", "192.0.2.0", 2 * COUNT)
        self.spec = {"publicIPv4Pools": ["ipv4pool-ec2-00000000000000abc"]}
        self._wish_new_places()

    def move(self) -> None:
        self._wish_new_places()

    def delete(self) -> None:
        self.eips.kubectl("delete", "eips", "--all", "--wait=false")
        self._wait(self._none_left, "the end of all EIPs")

    def _none_left(self) -> bool:
        if list(self.eips.list()):
            self._try_stalled_again()
            return False
        assert not self.eips.addresses()
        return True

    def _wish_new_places(self) -> None:
        """Private addresses that the operator has not asked for before."""
        places = {}
        for number in range(COUNT):
            node = self.ground.nodes[number % len(self.ground.nodes)]
            ip = node.pod_ip(next(_places))
            self.ground.network.ensure_eni(node, ip)
            places[f"eip-{number}"] = ip
        items = [
            self.eips.manifest(name, assignment={"privateIPAddress": ip}, **self.spec) for name, ip in places.items()
        ]
        self.eips.kubectl("apply", "-f", "-", input={"apiVersion": "v1", "kind": "List", "items": items})

        def in_place() -> bool:
            self._try_stalled_again()
            return self.eips.check_each_on(places)

        self._wait(in_place, "each address in its place")

    def _wait(self, reached: Callable[[], bool], what: str) -> None:
        self.ground.wait(reached, DEADLINE * 4, what)

    def _try_stalled_again(self) -> None:
        """Credentials that EC2 does not accept take a person, and his edit is a reason to try again at once."""
        for item in self.eips.list():
            conditions = {entry["type"]: entry for entry in item.get("status", {}).get("conditions", [])}
            if conditions.get("Stalled", {}).get("status") == "True":
                assert conditions["Ready"]["reason"] == "CredentialsRejected", conditions
                self.eips.patch(item["metadata"]["name"], {"spec": {"tags": {"edit": str(next(_edits))}}})


@pytest.fixture
def life(ground: Ground, namespace: str) -> Life:
    return Life(ground, namespace)


def spoil(double: Double, action: str) -> None:
    """The first call of the action meets the first fault, the second one the second, and so on."""
    for number, (fault, how) in enumerate(FAULTS.items(), start=1):
        double.rule(action, fault, nth=number, **how)


def unmet(double: Double) -> Sequence[tuple[str, str]]:
    return [(rule["action"], rule["act"]) for rule in double.rules() if not rule["hits"]]


def wait_too_old(ground: Ground) -> None:
    """Until the operator has to read again before it acts."""
    (last,) = ground.double.calls(since=ground.double.mark() - 1)
    ground.wait(lambda: time.time() * 1000 > last["at_ms"] + BELIEVED, DEADLINE, "the age of what was read")


def check_released(ground: Ground, since: int) -> None:
    """No address more was allocated than there were EIPs, and all are back."""
    done = effects(ground, since)
    assert done.count("AllocateAddress") == done.count("ReleaseAddress") == COUNT, done


# What is called in which phase. Each row is a test, in which each of these actions meets all faults.
CALLS = [
    ("create", ["AllocateAddress"]),
    ("create", ["AssociateAddress"]),
    ("create", ["DescribeNetworkInterfaces"]),
    ("create_from_a_pool", ["DescribePublicIpv4Pools"]),
    ("create_from_a_pool", ["DescribeAddresses"]),
    ("move", ["AssociateAddress"]),
    ("move", ["DescribeNetworkInterfaces", "DescribeAddresses"]),
    ("delete", ["DescribeAddresses"]),
    ("delete", ["DisassociateAddress"]),
    ("delete", ["ReleaseAddress"]),
]


@pytest.mark.parametrize(("phase", "actions"), CALLS, ids=lambda value: value if isinstance(value, str) else value[0])
def test_each_fault_at_a_call(life: Life, ground: Ground, double: Double, phase: str, actions: list[str]) -> None:
    since = double.mark()
    before = [] if phase.startswith("create") else ["create"]
    for step in dict.fromkeys([*before, phase, "delete"]):
        if step == phase:
            wait_too_old(ground)
            for action in actions:
                spoil(double, action)
        getattr(life, step)()
        if step == phase:
            assert not unmet(double)
            double.clear_rules()
    check_released(ground, since)


def test_no_call_is_left_out_above(life: Life, ground: Ground, double: Double) -> None:
    since = double.mark()
    life.create_from_a_pool()
    wait_too_old(ground)
    life.move()
    wait_too_old(ground)
    life.delete()
    called = {call["action"] for call in calls_of_operator(ground, since)}
    assert called == {action for _, actions in CALLS for action in actions}
