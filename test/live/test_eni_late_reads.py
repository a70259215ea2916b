"""EC2's reads lag seconds behind its writes, and attachments take their time: one interface per ENI all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from account import FurtherNode, TrueEips, calls_of_operator, effects
from enis import TrueEnis, private_ips
from ground import Double, Ground, Operator
from objects import DEADLINE, Json

pytestmark = [
    pytest.mark.only_on("double", reason="moto shows everything at once"),
    pytest.mark.usefixtures("patient"),  # before the namespace, so that it cleans up as well
    pytest.mark.timeout(600),
]
LAG = 3000  # milliseconds
NAMES = [f"eni-{number}" for number in range(4)]


@pytest.fixture
def patient(own_operator: Callable[..., Operator]) -> Operator:
    """Compares with EC2 every second, and waits several times the lag for what may not be shown yet."""
    return own_operator(flags=["-resync=1s", "-settle-time=12s"])


@pytest.fixture
def enis(ground: Ground, namespace: str) -> TrueEnis:
    return TrueEnis(ground, namespace)


@pytest.fixture
def lagging(enis: TrueEnis, double: Double) -> Iterator[Double]:
    """Pods and nodes of the test that are there before it begins are seen at once."""
    enis.pod("web")
    double.settings(visibility_ms=LAG, attach_ms=1000, detach_ms=1000, interface_create_ms=500)
    yield double


def check(enis: TrueEnis, count: int, instance: str | None) -> bool:
    """So many interfaces, one for each ENI, each attached there or to nothing; and the ENIs say so."""
    found = list(enis.interfaces())
    assert len(found) == count, f"{len(found)} for {count}"
    for item in enis.list():
        mine = enis.owned(item["metadata"]["uid"])
        assert len(mine) == 1
        attachment: Json = mine[0].get("Attachment", {})
        assert attachment.get("InstanceId") == instance and attachment.get("Status") == (instance and "attached")
        status = item["status"]
        assert status["networkInterfaceID"] == mine[0]["NetworkInterfaceId"]
        assert sorted(status["privateIPAddresses"]) == sorted(private_ips(mine[0]))
        assert status.get("attachment", {}).get("instanceID") == instance
        assert "intent" not in status
    return True


def asked_for(ground: Ground, since: int) -> int:
    """How many interfaces: a call that is repeated with its token makes no second one."""
    calls = calls_of_operator(ground, since, "CreateNetworkInterface")
    return len({call["parameters"]["ClientToken"] for call in calls if call["effect"]})


def wait_all(enis: TrueEnis, instance: str | None, timeout: float = DEADLINE * 2) -> None:
    enis.ground.wait(lambda: check(enis, len(NAMES), instance), timeout, f"each ENI on {instance}")


def apply_all(enis: TrueEnis, pod: str | None, **spec: int | str) -> None:
    enis.apply_bodies(enis.manifest(name, pod, **spec) for name in NAMES)


def test_a_life_while_reads_lag(enis: TrueEnis, lagging: Double, ground: Ground) -> None:
    """Created, changed, attached, detached and deleted, each as soon as the step before is said to be done."""
    instance, since = ground.nodes[0].instance_id, lagging.mark()
    apply_all(enis, None, secondaryPrivateIPAddressCount=1)
    wait_all(enis, None)
    apply_all(enis, "web", secondaryPrivateIPAddressCount=3, description="changed")
    wait_all(enis, instance)
    for name in NAMES:
        enis.wait_attached(name)
    assert {len(private_ips(found)) for found in enis.interfaces()} == {4}
    apply_all(enis, "web", secondaryPrivateIPAddressCount=2, description="changed")
    ground.wait(lambda: {len(private_ips(found)) for found in enis.interfaces()} == {3}, DEADLINE, "an address less")
    wait_all(enis, instance)
    apply_all(enis, None, secondaryPrivateIPAddressCount=2, description="changed")
    wait_all(enis, None)
    enis.kubectl("delete", "enis", "--all", "--wait=false")
    enis.wait_none(DEADLINE * 2)
    done = effects(ground, since)
    assert {action: done.count(action) for action in sorted(set(done))} == {
        "AssignPrivateIpAddresses": 4,
        "AttachNetworkInterface": 4,
        "CreateNetworkInterface": 4,
        "DeleteNetworkInterface": 4,
        "DetachNetworkInterface": 4,
        "ModifyNetworkInterfaceAttribute": 4,
        "UnassignPrivateIpAddresses": 4,
    }


def test_a_move_while_reads_lag(enis: TrueEnis, double: Double, ground: Ground) -> None:
    with FurtherNode(ground) as first:
        second = ground.nodes[1]
        enis.pod("web", node=first)
        enis.pod("other", node=second)
        double.settings(visibility_ms=LAG, attach_ms=1000, detach_ms=1000)
        since = double.mark()
        apply_all(enis, "web")
        wait_all(enis, first.instance_id)
        apply_all(enis, "other")
        wait_all(enis, second.instance_id)
        done = effects(ground, since)
        assert (done.count("CreateNetworkInterface"), done.count("DetachNetworkInterface")) == (4, 4)
        assert done.count("AttachNetworkInterface") == 8
        enis.kubectl("delete", "enis", "--all", "--wait=false")
        enis.wait_none(DEADLINE * 2)
        double.settings(visibility_ms=0)


def test_edits_that_come_faster_than_reads(enis: TrueEnis, lagging: Double, ground: Ground) -> None:
    """The wish changes before anything of the one before can be seen; the last one counts."""
    since = lagging.mark()
    for pod in ("web", None, "web", None, "web"):
        apply_all(enis, pod)
    wait_all(enis, ground.nodes[0].instance_id)
    assert effects(ground, since).count("CreateNetworkInterface") == len(NAMES)


def test_edits_that_come_as_soon_as_the_one_before_is_done(
    enis: TrueEnis, lagging: Double, ground: Ground
) -> None:
    """Done, but not to be seen yet: what the next edit undoes is known from the call alone."""
    since = lagging.mark()
    for pod, action in (("web", "Attach"), (None, "Detach"), ("web", "Attach"), (None, "Detach"), ("web", "Attach")):
        wanted = effects(ground, since).count(f"{action}NetworkInterface") + len(NAMES)
        apply_all(enis, pod)
        ground.wait(
            lambda: effects(ground, since).count(f"{action}NetworkInterface") == wanted, DEADLINE, f"{action} of each"
        )
    wait_all(enis, ground.nodes[0].instance_id)
    assert effects(ground, since).count("CreateNetworkInterface") == len(NAMES)


@pytest.mark.parametrize(
    "action", ["CreateNetworkInterface", "AttachNetworkInterface", "DetachNetworkInterface", "DeleteNetworkInterface"]
)
def test_killed_at_a_call_whose_effect_is_not_seen_yet(
    patient: Operator, enis: TrueEnis, lagging: Double, ground: Ground, action: str
) -> None:
    """The next process begins with reads from before the call."""
    instance, since = ground.nodes[0].instance_id, lagging.mark()
    at_the_end = action in ("DetachNetworkInterface", "DeleteNetworkInterface")
    rule = ground.proxy.rule(action, do="hold_after")
    apply_all(enis, "web")
    if at_the_end:
        wait_all(enis, instance)
        enis.kubectl("delete", "enis", "--all", "--wait=false")
    rule.wait_hit(DEADLINE, count=2)
    ground.wait(lambda: action in effects(ground, since), DEADLINE, "the effect of the call")
    patient.kill9()
    rule.remove()
    patient.start()
    if not at_the_end:
        wait_all(enis, instance)
        enis.kubectl("delete", "enis", "--all", "--wait=false")
    enis.wait_none(DEADLINE * 2)
    assert asked_for(ground, since) == len(NAMES)
    assert not [call for call in calls_of_operator(ground, since) if call["parameters"].get("Force") == "true"]


def test_an_eip_on_each_address_while_reads_lag(enis: TrueEnis, lagging: Double, ground: Ground) -> None:
    eips = TrueEips(ground, enis.namespace)
    since = lagging.mark()
    enis.apply("my-eni", "web", secondaryPrivateIPAddressCount=2)
    eips.apply_bodies(
        eips.manifest(f"eip-{index}", assignment={"eni": "my-eni", "eniPrivateIPAddressIndex": index})
        for index in range(3)
    )
    enis.wait_attached("my-eni", timeout=DEADLINE * 2)
    ips = enis.status("my-eni")["privateIPAddresses"]
    eips.wait_each_on({f"eip-{index}": ip for index, ip in enumerate(ips)}, DEADLINE * 2)
    enis.kubectl("delete", "enis,eips", "--all", "--wait=false")
    enis.wait_none(DEADLINE * 2)
    eips.wait_none(DEADLINE * 2)
    done = effects(ground, since)
    assert (done.count("CreateNetworkInterface"), done.count("AllocateAddress")) == (1, 3)


# Each fault of EC2 at each call, one after the other

FAULTS: dict[str, Json] = {
    "hang": {},
    "reset_before": {},
    "reset_after": {},
    "truncate": {},
    "garble": {},
    "error": {"code": "InternalError", "status": 500},
    "error_after": {"code": "Unavailable", "status": 503},
    "throttle": {},
}


@pytest.mark.only_on("secondary", reason="how pods get their addresses is no matter here")
@pytest.mark.parametrize(
    "action",
    [
        "CreateNetworkInterface", "AttachNetworkInterface", "DetachNetworkInterface", "DeleteNetworkInterface",
        "AssignPrivateIpAddresses", "UnassignPrivateIpAddresses", "ModifyNetworkInterfaceAttribute",
    ],
)  # fmt: skip
def test_each_fault_at_a_call(enis: TrueEnis, ground: Ground, double: Double, action: str) -> None:
    """As many ENIs as there are faults go through it together; each call of one meets another fault."""
    enis.pod("web")
    names = [f"eni-{number}" for number in range(len(FAULTS))]
    since = double.mark()
    for number, (fault, how) in enumerate(FAULTS.items(), start=1):
        double.rule(action, fault, nth=number, **how)

    def apply(pod: str | None, count: int, description: str) -> None:
        enis.apply_bodies(
            enis.manifest(name, pod, secondaryPrivateIPAddressCount=count, description=description) for name in names
        )
        where = ground.nodes[0].instance_id if pod else None

        def reached() -> bool:
            assert check(enis, len(names), where)
            assert {len(private_ips(found)) for found in enis.interfaces()} == {count + 1}
            assert {found["Description"] for found in enis.interfaces()} == {description}
            return True

        ground.wait(reached, DEADLINE * 3, f"all ENIs on {where}, with {count} secondary addresses")

    apply("web", 1, "first")
    apply("web", 2, "second")
    apply(None, 0, "third")
    enis.kubectl("delete", "enis", "--all", "--wait=false")
    enis.wait_none(DEADLINE * 3)
    unmet = [(rule["action"], rule["act"]) for rule in double.rules() if not rule["hits"]]
    assert not unmet
    assert asked_for(ground, since) == effects(ground, since).count("DeleteNetworkInterface") == len(names)
