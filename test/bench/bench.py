"""Measures the operator on a real control plane. Prints figures; judges nothing.

Times are of this machine at this moment: compare ratios and counts within one run, not figures of two runs.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "live"))

from eips import Eips  # noqa: E402
from ground import Ground, Operator  # noqa: E402

MANY = 50
MOVES = 15
READS = ("DescribeAddresses", "DescribeNetworkInterfaces", "DescribePublicIpv4Pools", "GetCallerIdentity")


def line(what: str, figure: str) -> None:
    print(f"  {what:<66} {figure:>16}", flush=True)


def memory(operator: Operator) -> tuple[float, float]:
    """Resident and private memory in MiB."""
    fields = {}
    for row in Path(f"/proc/{operator.pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, value = row.split(":")
        fields[name] = int(value.split()[0]) / 1024
    return fields["Rss"], fields["Private_Dirty"] + fields["Private_Clean"]


def cpu(operator: Operator) -> float:
    """Seconds of CPU so far."""
    fields = Path(f"/proc/{operator.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def bench_idle(operator: Operator) -> None:
    rss, private = memory(operator)
    line("idle, nothing to do: resident memory", f"{rss:.1f} MiB")
    line("idle, nothing to do: of it private", f"{private:.1f} MiB")


def bench_create(ground: Ground, eips: Eips, operator: Operator) -> None:
    names = [f"load-{i}" for i in range(MANY)]
    for node in ground.nodes:
        ground.ensure_addresses(node, MANY)
    for name in names:
        ground.create_pod(name, eips.namespace)
    ground.wait(lambda: all(ground.get("pod", n, eips.namespace)["status"].get("podIP") for n in (names[0], names[-1])), 120, "pods")
    mark = ground.proxy.mark()
    before = cpu(operator)
    began = time.monotonic()
    eips.apply_many({name: name for name in names})
    ground.wait(lambda: all((e.get("status") or {}).get("state") == "assigned" for e in ground.list("eip", eips.namespace)), 300,
                "all assigned")
    took = time.monotonic() - began
    calls = ground.proxy.calls(since=mark)
    reads = sum(c.action in READS for c in calls)
    line(f"{MANY} EIPs with running pods: from apply to all assigned", f"{took:.2f} s")
    line("... EC2 calls that change something, for each", f"{(len(calls) - reads) / MANY:.2f}")
    line("... EC2 reads, in all", str(reads))
    line("... CPU of the operator, for each", f"{(cpu(operator) - before) * 1000 / MANY:.1f} ms")


def bench_moves(ground: Ground, eips: Eips) -> None:
    """From the moment that EC2 could know (the pod has its IP) to the call that moves the address."""
    name = "mover"
    eips.apply(name, name)
    waits = []
    for i in range(MOVES):
        node = ground.nodes[i % len(ground.nodes)]
        ground.create_pod(name, eips.namespace, node=node, late_ip=True)
        ip = node.pod_ip(40 + i)
        ground.ensure_addresses(node, 41 + i)
        mark = ground.proxy.mark()
        given = time.monotonic()
        ground.give_ip(name, eips.namespace, ip)
        ground.wait(lambda: ground.proxy.calls("AssociateAddress", since=mark), 60, "the address on the pod")
        waits.append(ground.proxy.calls("AssociateAddress", since=mark)[0].time - given)
        ground.kubectl("-n", eips.namespace, "delete", "pod", name, "--wait=true", "--grace-period=0", "--force")
    waits.sort()
    line("pod gets its IP: until AssociateAddress is sent, median", f"{statistics.median(waits) * 1000:.0f} ms")
    line("... slowest of " + str(MOVES) + " (kwok's own delay is in it)", f"{waits[-1] * 1000:.0f} ms")


def main() -> int:
    print("starting the control plane ...", flush=True)
    with Ground(addresses_per_node=4) as ground:
        ground.install_operator()
        operator = ground.operator(flags=("-resync=1h",))
        ground.kubectl("create", "namespace", "bench")
        eips = Eips(ground, "bench")
        print("\nfigures of this machine at this moment\n")
        bench_idle(operator)
        bench_create(ground, eips, operator)
        bench_moves(ground, eips)
        rss, private = memory(operator)
        line(f"with {MANY} settled EIPs: resident memory", f"{rss:.1f} MiB")
        line("... of it private", f"{private:.1f} MiB")
        ground.kubectl("-n", "bench", "delete", "eip", "--all", "--timeout=120s")
        operator.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
