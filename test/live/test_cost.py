"""What the operator costs: calls to EC2 counted at the proxy, requests to Kubernetes in the audit log."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from eips import DEADLINE, WRITES, Eips, mutations, reads, wait_audit
from ground import Ground, Operator

Start = Callable[..., Operator]


@pytest.fixture(autouse=True)
def alone(request: pytest.FixtureRequest, ground: Ground) -> None:
    """What an earlier test left to the next operator is cleaned up before anything is counted."""
    if "operator" in request.fixturenames:
        request.getfixturevalue("operator")
        ground.wait(lambda: not ground.addresses(), DEADLINE * 2, "nothing left of earlier tests")


def pods(eips: Eips, names: Sequence[str]) -> None:
    for number, name in enumerate(names):
        node = eips.ground.nodes[number % len(eips.ground.nodes)]
        eips.ground.create_pod(name, eips.namespace, node=node)
    for name in names:
        eips.ground.wait_pod_ip(name, eips.namespace)


def test_an_eip_for_a_running_pod_costs_two_calls_three_writes_and_one_event(
    operator: Operator, eips: Eips, ground: Ground
) -> None:
    eips.pod("web")
    calls, log = ground.proxy.mark(), ground.audit_log.mark()
    eips.assigned()
    # Until another one is through, whatever comes late for the first one is there as well.
    eips.pod("other")
    eips.assigned("other", "other")
    wait_audit(ground, eips.namespace)

    assert Counter(mutations(ground, calls)) == {"AllocateAddress": 2, "AssociateAddress": 2}
    writes = ground.audit(operator.user, WRITES, "eips", eips.namespace, "my-eip", since=log)
    assert 1 <= len(writes) <= 4, writes
    associate = ground.proxy.calls("AssociateAddress", calls)[0]
    allocate = ground.proxy.calls("AllocateAddress", calls)[0]
    if associate.time - allocate.time < 1:
        assert len(writes) <= 3, [(record.verb, record.subresource, record.code) for record in writes]
    assert all(record.code < 300 for record in writes), writes
    assert len(eips.events("my-eip")) <= 1


def test_an_eip_costs_one_event_in_each_transition_and_no_more(operator: Operator, eips: Eips, ground: Ground) -> None:
    log = ground.audit_log.mark()
    eips.pod("web")
    eips.assigned()
    ground.wait(lambda: eips.events("my-eip"), DEADLINE, "an event")
    wait_audit(ground, eips.namespace)
    sent = ground.audit(operator.user, WRITES, "events", eips.namespace, since=log)
    assert len(sent) == 1 and sent[0].group == "events.k8s.io"
    (event,) = eips.events("my-eip")
    assert event["type"] == "Normal" and eips.status()["publicIPAddress"] in event["message"]


def test_many_eips_created_at_once_share_their_reads(operator: Operator, eips: Eips, ground: Ground) -> None:
    count = 30
    names = [f"web-{number}" for number in range(count)]
    pods(eips, names)
    calls, log = ground.proxy.mark(), ground.audit_log.mark()
    eips.apply_many({name: name for name in names})
    eips.wait_all("assigned", count)
    wait_audit(ground, eips.namespace)
    assert Counter(mutations(ground, calls)) == {"AllocateAddress": count, "AssociateAddress": count}
    looked = reads(ground, calls)
    assert len(looked) <= 15, Counter(looked)
    writes = Counter(record.name for record in ground.audit(operator.user, WRITES, "eips", eips.namespace, since=log))
    assert len(writes) == count and max(writes.values()) <= 4
    for name in names:
        assert len(eips.owned(eips.uid(name))) == 1


def test_deleting_many_eips_at_once_shares_the_reads(operator: Operator, eips: Eips, ground: Ground) -> None:
    count = 30
    eips.apply_many(dict.fromkeys(f"eip-{number}" for number in range(count)))
    eips.wait_all("allocated", count)
    calls = ground.proxy.mark()
    eips.kubectl("delete", "eips", "--all")
    assert mutations(ground, calls) == ["ReleaseAddress"] * count
    looked = reads(ground, calls)
    assert len(looked) <= 15, Counter(looked)
    assert not eips.addresses()


def test_two_hundred_settled_eips_cost_a_handful_of_reads_per_resync_and_no_write(
    own_operator: Start, eips: Eips, ground: Ground
) -> None:
    count, resync, rounds = 200, 5, 4
    operator = own_operator(flags=[f"-resync={resync}s", "-ec2-rate-factor=10"])
    try:
        eips.apply_many(dict.fromkeys(f"eip-{number}" for number in range(count)))
        eips.wait_all("allocated", count, timeout=DEADLINE * 2)
        assert len(eips.addresses()) == count
        eips.wait_events_sent()
        wait_audit(ground, eips.namespace)
        calls, log, start = ground.proxy.mark(), ground.audit_log.mark(), time.monotonic()
        # A span of time, not a deadline: what is counted is set against it.
        ground.wait(lambda: time.monotonic() - start > resync * rounds, resync * rounds * 3, f"{rounds} resyncs")
        looked, passed = reads(ground, calls), (time.monotonic() - start) / resync
        wait_audit(ground, eips.namespace)
        assert not mutations(ground, calls)
        written = ground.audit(operator.user, WRITES, since=log)
        assert not [record.uri for record in written]
        assert looked, "no resync looked at EC2"
        assert len(looked) <= 5 * (passed + 1), (Counter(looked), passed)
    finally:
        eips.kubectl("delete", "eips", "--all", "--wait=false")
        ground.wait(lambda: not eips.addresses(), DEADLINE * 2, "all addresses released")
        ground.wait(lambda: not list(eips.list()), DEADLINE, "all objects gone")
