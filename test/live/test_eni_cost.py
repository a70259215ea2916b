"""What ENIs cost: calls to EC2 counted at the proxy, requests to Kubernetes in the audit log."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import pytest

from eips import WRITES, Eips, mutations, reads, wait_audit
from enis import Enis
from ground import Ground, Operator
from objects import DEADLINE, tags_of


@pytest.fixture(autouse=True)
def alone(request: pytest.FixtureRequest, ground: Ground) -> None:
    """What an earlier test left to the next operator is cleaned up before anything is counted."""
    if "operator" in request.fixturenames:
        request.getfixturevalue("operator")
        ground.wait(lambda: not ground.addresses() and not ours(ground), DEADLINE * 2, "nothing left of earlier tests")


def ours(ground: Ground) -> list[str]:
    shown = ground.ec2().describe_network_interfaces()["NetworkInterfaces"]
    return [found["NetworkInterfaceId"] for found in shown if any("k8s.logmein" in key for key in tags_of(found))]


def wait_settled(enis: Enis, names: list[str], reason: str, timeout: float = DEADLINE * 2) -> None:
    def reached() -> bool:
        ready = {
            item["metadata"]["name"]: entry["reason"]
            for item in enis.list()
            for entry in item["status"].get("conditions", [])
            if entry["type"] == "Ready"
        }
        assert Counter(ready.values()) == {reason: len(names)}, Counter(ready.values())
        return True

    enis.ground.wait(reached, timeout, f"{len(names)} ENIs {reason}")


def test_an_eni_for_a_running_pod_costs_two_calls_and_few_writes(
    operator: Operator, enis: Enis, ground: Ground
) -> None:
    enis.pod("web")
    calls, log = ground.proxy.mark(), ground.audit_log.mark()
    enis.attached(secondaryPrivateIPAddressCount=1, tags={"a": "b"}, description="one")
    # Until another one is through, whatever comes late for the first one is there as well.
    enis.attached("other")
    assert Counter(mutations(ground, calls)) == {"CreateNetworkInterface": 2, "AttachNetworkInterface": 2}
    writes = ground.audit(operator.user, WRITES, "enis", enis.namespace, "my-eni", since=log)
    # The finalizer, the intent, that it is created, that it is attaching, that it is attached.
    assert 1 <= len(writes) <= 5, writes
    assert all(record.code < 300 for record in writes), writes


def test_many_enis_at_once_share_their_reads(operator: Operator, enis: Enis, ground: Ground) -> None:
    count = 20
    names = [f"eni-{number}" for number in range(count)]
    calls = ground.proxy.mark()
    enis.apply_bodies(enis.manifest(name) for name in names)
    wait_settled(enis, names, "Created")
    assert Counter(mutations(ground, calls)) == {"CreateNetworkInterface": count}
    looked = reads(ground, calls)
    assert len(looked) <= 20, Counter(looked)
    calls = ground.proxy.mark()
    enis.kubectl("delete", "enis", "--all", f"--timeout={2 * DEADLINE:.0f}s")
    assert Counter(mutations(ground, calls)) == {"DeleteNetworkInterface": count}
    looked = reads(ground, calls)
    assert len(looked) <= 20, Counter(looked)
    assert not enis.interfaces()


@pytest.mark.only_on("double", reason="moto attaches at once")
def test_many_that_are_being_attached_are_awaited_with_few_reads(
    own_operator: Callable[..., Operator], enis: Enis, ground: Ground
) -> None:
    """Attaching takes 10 s here; nine of them wait for it on three instances, and look after 1, 2, 4 and 8 s."""
    own_operator()
    names = []
    for number, node in enumerate(ground.nodes):
        enis.pod(f"web-{number}", node=node)
        names += [(f"eni-{number}-{more}", f"web-{number}", node) for more in range(3)]
    before = ground.double.world()["settings"]["attach_ms"]
    ground.double.settings(attach_ms=10_000)
    try:
        calls = ground.proxy.mark()
        enis.apply_bodies(enis.manifest(name, pod, node) for name, pod, node in names)
        wait_settled(enis, [name for name, *_ in names], "Attached")
        looked = Counter(reads(ground, calls))
        assert sum(looked.values()) <= 8 * len(names), looked
    finally:
        ground.double.settings(attach_ms=before)


@pytest.mark.only_on("double", reason="moto gives out a private address more than once")
def test_settled_enis_with_eips_cost_a_handful_of_reads_per_resync_and_no_write(
    own_operator: Callable[..., Operator], enis: Enis, eips: Eips, ground: Ground
) -> None:
    count, resync, rounds = 30, 5, 3
    operator = own_operator(flags=[f"-resync={resync}s", "-ec2-rate-factor=10"])
    names = [f"eni-{number}" for number in range(count)]
    enis.apply_bodies(enis.manifest(name) for name in names)
    eips.apply_bodies(eips.manifest(name, assignment={"eni": name}) for name in names)
    wait_settled(enis, names, "Created")
    eips.wait_all("assigned", count, timeout=DEADLINE * 2)
    eips.wait_events_sent()
    wait_audit(ground, eips.namespace)
    calls, log, start = ground.proxy.mark(), ground.audit_log.mark(), time.monotonic()
    # A span of time, not a deadline: what is counted is set against it.
    ground.wait(lambda: time.monotonic() - start > resync * rounds, resync * rounds * 3, f"{rounds} resyncs")
    looked, passed = reads(ground, calls), (time.monotonic() - start) / resync
    wait_audit(ground, eips.namespace)
    assert not mutations(ground, calls)
    assert not [record.uri for record in ground.audit(operator.user, WRITES, since=log)]
    assert looked, "no resync looked at EC2"
    assert len(looked) <= 6 * (passed + 1), (Counter(looked), passed)
    enis.kubectl("delete", "enis,eips", "--all", "--wait=false")
    ground.wait(lambda: not list(enis.list()) and not list(eips.list()), DEADLINE * 2, "the end of all")
