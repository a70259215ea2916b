"""The test ground itself: what the tests of the operator rely on. Needs no operator."""

from __future__ import annotations

import http.client
import ipaddress
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import botocore.exceptions
import pytest

from ground import (
    ComponentError,
    Double,
    Ground,
    GroundError,
    KubectlError,
    WaitTimeout,
    expand,
    run_init_container,
    wait_for,
)

GROUND_PATH = str(Path(__file__).resolve().parent.parent / "ground")


def in_background(call: Any) -> tuple[threading.Thread, list[Any]]:
    """Run `call` in a thread; its result or exception is in the list when the thread has ended."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(call())
        except Exception as error:  # noqa: BLE001
            results.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, results


@pytest.fixture
def proxied(ground: Ground) -> Any:
    """A boto3 client at the proxy, without retries. Addresses that a test leaves are released."""
    before = {address["AllocationId"] for address in ground.addresses()}
    yield ground.ec2(ground.proxy.url)
    ground.proxy.clear_rules()
    for address in ground.addresses():
        if address["AllocationId"] not in before:
            ground.ec2().release_address(AllocationId=address["AllocationId"])


# Cluster


def test_cluster_is_up(ground: Ground) -> None:
    version = ground.api.request("GET", "/version")[1]
    assert (version["gitVersion"], version["major"], version["minor"]) == ("v1.36.3", "1", "36")
    nodes = {node["metadata"]["name"]: node for node in ground.list("nodes")}
    assert len(nodes) == 3
    for node in ground.nodes:
        shown = nodes[node.name]
        assert shown["spec"]["providerID"] == f"aws:///{node.zone}/{node.instance_id}"
        assert shown["spec"]["podCIDRs"] == [node.pod_cidr]
        assert {"type": "InternalIP", "address": node.ip} in shown["status"]["addresses"]


def test_instances_run_in_ec2(ground: Ground) -> None:
    ids = [node.instance_id for node in ground.nodes]
    reservations = ground.ec2().describe_instances(InstanceIds=ids)["Reservations"]
    found = {instance["PrivateIpAddress"]: instance for entry in reservations for instance in entry["Instances"]}
    for node in ground.nodes:
        instance = found[node.ip]
        assert instance["State"]["Name"] == "running"
        assert instance["Placement"]["AvailabilityZone"] == node.zone


def test_pod_gets_an_address_with_an_eni(ground: Ground, namespace: str) -> None:
    node = ground.nodes[1]
    ground.create_pod("web", namespace, node=node)
    ip = ground.wait_pod_ip("web", namespace)
    pod = ground.get("pod", "web", namespace)
    assert pod["status"]["phase"] == "Running"
    assert pod["status"]["hostIP"] == node.ip
    (eni,) = ground.ec2().describe_network_interfaces(NetworkInterfaceIds=[ground.eni_of(ip)])["NetworkInterfaces"]
    assert ip in addresses_of(eni)
    assert eni["Attachment"]["InstanceId"] == node.instance_id
    assert eni["Attachment"]["Status"] == "attached"


def addresses_of(eni: dict[str, Any]) -> set[str]:
    """All private addresses that it holds, those of its prefixes too."""
    addresses = {entry["PrivateIpAddress"] for entry in eni["PrivateIpAddresses"]}
    for entry in eni.get("Ipv4Prefixes", []):
        addresses.update(map(str, ipaddress.ip_network(entry["Ipv4Prefix"])))
    return addresses


def test_enis_hold_the_addresses_of_many_pods(ground: Ground, namespace: str) -> None:
    node = ground.nodes[2]
    ground.ensure_addresses(node, 60)
    enis = ground.ec2().describe_network_interfaces(
        Filters=[{"Name": "attachment.instance-id", "Values": [node.instance_id]}]
    )["NetworkInterfaces"]
    held = {eni["NetworkInterfaceId"]: addresses_of(eni) for eni in enis}
    for ip in (node.ip, *(node.pod_ip(number) for number in range(1, 61))):
        assert [eni for eni, addresses in held.items() if ip in addresses] == [ground.eni_of(ip)]
    indexes = [eni["Attachment"]["DeviceIndex"] for eni in enis]
    assert len(indexes) == len(set(indexes))
    # Beside the primary one: an ENI each, or as many as hold 49 addresses each, or 49 prefixes of 16 addresses each.
    assert len(enis) - 1 >= {"eni": 60, "secondary": 2, "prefix": 1}[ground.pod_addresses]


def test_an_address_that_no_eni_holds_any_more_can_come_back(ground: Ground, namespace: str) -> None:
    node, ip = ground.nodes[2], ground.nodes[2].pod_ip(220)

    def holders() -> list[str]:
        enis = ground.ec2().describe_network_interfaces()["NetworkInterfaces"]
        return [eni["NetworkInterfaceId"] for eni in enis if ip in addresses_of(eni)]

    assert [ground.network.ensure_eni(node, ip)] == holders()
    ground.network.remove_address(node, ip)
    assert not holders()
    assert [ground.network.ensure_eni(node, ip)] == holders()


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"ec2": "aws"}, "the stand-in for EC2 can be moto, double, not aws"),
        ({"pod_addresses": "ipv6"}, "pod addresses can be eni, secondary, prefix, not ipv6"),
        ({"ec2": "moto", "pod_addresses": "secondary"}, "secondary needs the double"),
    ],
)
def test_a_ground_that_there_cannot_be_is_refused(chosen: dict[str, str], said: str) -> None:
    with pytest.raises(GroundError, match=said):
        Ground(**chosen)


def test_a_double_that_is_not_built_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EC2_DOUBLE_BINARY", "/nowhere/ec2-double")
    with pytest.raises(GroundError, match="no stand-in for EC2 at /nowhere/ec2-double; `make double` builds it"):
        Ground(ec2="double", nodes=1).start()


# The double


@pytest.mark.only_on("double", reason="moto has no control interface")
def test_the_double_does_what_it_is_told(ground: Ground, double: Double) -> None:
    ec2, since = ground.ec2(), double.mark()
    double.seed({"addresses": [{"id": "eipalloc-0000000000000a1b0", "public_ip": "203.0.113.250", "tags": {"a": "b"}}]})
    (seen,) = ec2.describe_addresses(PublicIps=["203.0.113.250"])["Addresses"]
    assert (seen["AllocationId"], seen["Tags"]) == ("eipalloc-0000000000000a1b0", [{"Key": "a", "Value": "b"}])
    (held,) = [row for row in double.world()["addresses"] if row["public_ip"] == "203.0.113.250"]
    assert held["tags"] == {"a": "b"}

    refused = double.rule("DescribeAddresses", code="TheMoonIsFull", status=418)
    with pytest.raises(botocore.exceptions.ClientError, match="TheMoonIsFull"):
        ec2.describe_addresses()
    assert [(rule["id"], rule["hits"]) for rule in double.rules()] == [(refused, 1)]
    double.rule("DescribeAddresses", "reset_after")
    with pytest.raises(botocore.exceptions.ConnectionClosedError):
        ec2.describe_addresses()
    double.rule("ReleaseAddress", "reset_after")
    with pytest.raises(botocore.exceptions.ConnectionClosedError):
        ec2.release_address(AllocationId="eipalloc-0000000000000a1b0")
    assert "203.0.113.250" not in [address["PublicIp"] for address in ec2.describe_addresses()["Addresses"]]
    calls = double.calls(since=since)
    assert [call["action"] for call in calls] == ["DescribeAddresses"] * 3 + ["ReleaseAddress", "DescribeAddresses"]
    assert [call["fault"] for call in calls] == ["", "error", "reset_after", "reset_after", ""]

    double.settings(quotas={"addresses": len(ec2.describe_addresses()["Addresses"])})
    with pytest.raises(botocore.exceptions.ClientError, match="AddressLimitExceeded"):
        ec2.allocate_address()
    with pytest.raises(GroundError, match="settings.quotas.adresses"):
        double.settings(quotas={"adresses": 1})


@pytest.mark.only_on("double", reason="moto cuts no connections")
def test_the_proxy_passes_on_what_ec2_does_to_a_connection(ground: Ground, proxied: Any, double: Double) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", ground.proxy.port, timeout=10)
    double.rule("DescribeAddresses", "reset_before")
    with pytest.raises(ConnectionResetError):
        plain_call(connection, "DescribeAddresses")
    connection.close()
    double.rule("DescribeAddresses", "truncate")
    with pytest.raises(http.client.IncompleteRead):
        plain_call(connection, "DescribeAddresses")
    connection.close()


def test_host_network_pod_has_the_primary_eni(ground: Ground, namespace: str) -> None:
    ground.create_pod("host", namespace, node=ground.nodes[0], host_network=True)
    assert ground.wait_pod_ip("host", namespace) == ground.nodes[0].ip
    assert ground.eni_of(ground.nodes[0].ip) == ground.nodes[0].primary_eni


def test_deployment_with_late_address(ground: Ground, namespace: str) -> None:
    ground.create_pod("late", namespace, node=ground.nodes[0], late_ip=True)
    ground.wait(lambda: ground.get("pod", "late", namespace)["spec"].get("nodeName"), 10, "late is scheduled")
    # A pod that came later on the same node runs, so the late one had its chance.
    ground.create_pod("other", namespace, node=ground.nodes[0])
    ground.wait_pod_ip("other", namespace)
    status = ground.get("pod", "late", namespace)["status"]
    assert status["phase"] == "Pending" and "podIP" not in status
    wanted = ground.nodes[0].pod_ip(200)
    assert ground.give_ip("late", namespace, wanted) == wanted
    assert ground.eni_of(wanted).startswith("eni-")


def test_finished_and_held_pods(ground: Ground, namespace: str) -> None:
    ground.create_pod("job", namespace)
    ip = ground.wait_pod_ip("job", namespace)
    ground.finish_pod("job", namespace, "Failed")
    status = ground.get("pod", "job", namespace)["status"]
    assert (status["phase"], status["podIP"]) == ("Failed", ip)

    ground.create_pod("held", namespace, hold_delete=True)
    ground.wait_pod_ip("held", namespace)
    ground.kubectl("-n", namespace, "delete", "pod", "held", "--wait=false")
    ground.create_pod("gone", namespace)
    ground.wait_pod_ip("gone", namespace)
    ground.kubectl("-n", namespace, "delete", "pod", "gone", "--wait=false")
    ground.wait(lambda: ground.get("pod", "gone", namespace) is None, 10, "gone is gone")
    assert "deletionTimestamp" in ground.get("pod", "held", namespace)["metadata"]
    ground.release_delete("held", namespace)
    ground.wait(lambda: ground.get("pod", "held", namespace) is None, 10, "held is gone")


def test_audit_counts_requests(ground: Ground, namespace: str) -> None:
    since = ground.audit_log.mark()
    user = f"system:serviceaccount:{namespace}:default"
    ground.kubectl("-n", namespace, "create", "configmap", "counted")
    for value in "abc":
        ground.kubectl("-n", namespace, "patch", "configmap", "counted", "-p", f'{{"data":{{"x":"{value}"}}}}')
    with pytest.raises(KubectlError, match="forbidden"):
        ground.kubectl("-n", namespace, "delete", "configmap", "counted", as_user=user)
    selected = {"resource": "configmaps", "namespace": namespace, "name": "counted", "since": since}
    ground.wait(lambda: len(ground.audit(user="admin", verbs="patch", **selected)) == 3, 5, "three patches")
    assert [record.code for record in ground.audit(verbs="create", **selected)] == [201]
    refused = ground.wait(lambda: ground.audit(verbs="delete", **selected), 5, "the refused delete")
    assert [record.code for record in refused] == [403]


def test_apiserver_comes_back_with_its_data(ground: Ground, namespace: str) -> None:
    ground.kubectl("-n", namespace, "create", "configmap", "kept")
    ground.kill_apiserver()
    with pytest.raises(KubectlError):
        ground.kubectl("get", "--raw", "/readyz", timeout=30)
    ground.check()  # it is down on purpose, which is no failure of the ground
    ground.start_apiserver()
    assert ground.get("configmap", "kept", namespace)
    ground.create_pod("after", namespace)
    ground.wait_pod_ip("after", namespace, timeout=40)


# The proxy in front of EC2


def test_proxy_records_calls(ground: Ground, proxied: Any) -> None:
    since = ground.proxy.mark()
    allocated = proxied.allocate_address(Domain="vpc")
    call = ground.proxy.calls("AllocateAddress", since)[0]
    call.done.wait(5)
    assert (call.service, call.params["Domain"], call.status) == ("ec2", "vpc", 200)
    assert allocated["AllocationId"].encode() in call.body
    assert "Boto3" in call.source
    with pytest.raises(botocore.exceptions.ClientError):
        proxied.release_address(AllocationId="eipalloc-00000000000000000")
    refused = ground.proxy.calls("ReleaseAddress", since)[0]
    wait_for(lambda: refused.error_code == "InvalidAllocationID.NotFound", 5)


@pytest.mark.parametrize(("do", "effect"), [("hold", 0), ("hold_after", 1)])
def test_proxy_holds(ground: Ground, proxied: Any, do: str, effect: int) -> None:
    before = len(ground.addresses())
    rule = ground.proxy.rule("AllocateAddress", do=do)
    thread, results = in_background(proxied.allocate_address)
    rule.wait_hit(10)
    wait_for(lambda: len(ground.addresses()) == before + effect, 5, f"the effect of {do}")
    assert not results
    rule.release()
    thread.join(10)
    assert results and "AllocationId" in results[0]


def test_proxy_refuses_the_second_call(ground: Ground, proxied: Any) -> None:
    rule = ground.proxy.rule("AllocateAddress", do="refuse", nth=2, status=503, code="RequestLimitExceeded")
    before = len(ground.addresses())
    proxied.allocate_address()
    with pytest.raises(botocore.exceptions.ClientError) as error:
        proxied.allocate_address()
    assert error.value.response["Error"]["Code"] == "RequestLimitExceeded"
    proxied.allocate_address()
    assert len(rule.hits) == 1 and not rule.hits[0].forwarded
    assert len(ground.addresses()) == before + 2


@pytest.mark.parametrize(("do", "effect"), [("cut_before", 0), ("cut_after", 1)])
def test_proxy_cuts(ground: Ground, proxied: Any, do: str, effect: int) -> None:
    before = len(ground.addresses())
    ground.proxy.rule("AllocateAddress", do=do, times=1)
    with pytest.raises(botocore.exceptions.ConnectionClosedError):
        proxied.allocate_address()
    assert len(ground.addresses()) == before + effect
    proxied.allocate_address()


def test_proxy_answers_what_it_is_told(ground: Ground, proxied: Any) -> None:
    ground.proxy.rule("DescribeAddresses", do="respond", status=502, body="<html>Bad Gateway</html>", times=1)
    with pytest.raises(botocore.exceptions.ClientError, match="502"):
        proxied.describe_addresses()
    only = ground.proxy.rule("DescribeAddresses", do="refuse", match=lambda call: "AllocationId.1" in call.params)
    proxied.describe_addresses()
    with pytest.raises(botocore.exceptions.ClientError):
        proxied.describe_addresses(AllocationIds=["eipalloc-1"])
    assert len(only.hits) == 1


def plain_call(connection: http.client.HTTPConnection, action: str) -> bytes:
    """A call without boto3, which would hide how exactly the connection ended."""
    connection.request("POST", "/", f"Action={action}", {"Content-Type": "application/x-www-form-urlencoded"})
    return connection.getresponse().read()


def test_proxy_keeps_resets_and_breaks_off_connections(ground: Ground, proxied: Any) -> None:
    ground.proxy.rule("DescribeAddresses", do="respond", body="<a/>", times=2)
    ground.proxy.rule("DescribeAddresses", do="respond", body="<Describe", length=500, nth=1, times=1)
    ground.proxy.rule("DescribeAddresses", do="cut_before", nth=1)
    connection = http.client.HTTPConnection("127.0.0.1", ground.proxy.port, timeout=10)
    assert plain_call(connection, "DescribeAddresses") == b"<a/>"
    socket = connection.sock
    assert plain_call(connection, "DescribeAddresses") == b"<a/>"
    assert socket is not None and connection.sock is socket
    with pytest.raises(http.client.IncompleteRead):
        plain_call(connection, "DescribeAddresses")
    connection.close()
    with pytest.raises(ConnectionResetError):
        plain_call(connection, "DescribeAddresses")
    connection.close()


def test_proxy_rule_that_is_never_hit(ground: Ground) -> None:
    rule = ground.proxy.rule("ReleaseAddress", do="hold")
    with pytest.raises(WaitTimeout, match="0 of 1 hits"):
        rule.wait_hit(0.1)
    rule.remove()


# The kubelet


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$(A)", "1"),
        ("$$(A)", "$(A)"),
        ("$$$(A)", "$1"),
        ("$$$$(A)", "$$(A)"),
        ("x$(A)y$(B)z", "x1y2z"),
        ("$(A)$(A)", "11"),
        ("$(MISSING)", "$(MISSING)"),
        ("$(A", "$(A"),
        ("$(A$(B)", "$(A$(B)"),  # the first parenthesis closes: the name is "A$(B", which is unknown
        ("$()", "$()"),
        ("$A ${A} $", "$A ${A} $"),
        ("$", "$"),
        ("", ""),
        ("$(NESTED)", "$(A)"),  # a value is not expanded again
        ("$(kubectl get eip $(A) -o name)", "$(kubectl get eip $(A) -o name)"),
        ("$ (A) $(A)", "$ (A) 1"),
        ("$(EMPTY)|", "|"),
    ],
)
def test_kubelet_expansion(text: str, expected: str) -> None:
    assert expand(text, {"A": "1", "B": "2", "NESTED": "$(A)", "EMPTY": ""}) == expected
    assert expand([text], {"A": "1", "B": "2", "NESTED": "$(A)", "EMPTY": ""}) == [expected]


def test_init_container_runs_with_the_rights_of_its_pod(ground: Ground, namespace: str) -> None:
    script = "\n".join(
        (
            "echo $(NAME) of $(NAMESPACE) at $(IP) greets $(GREETED)",
            "kubectl auth whoami -o jsonpath='{.status.userInfo.username}' && echo",
            "kubectl get configmaps",
        )
    )
    env = [
        {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}}
        for name, path in (("NAME", "metadata.name"), ("NAMESPACE", "metadata.namespace"), ("IP", "status.podIP"))
    ]
    init = {
        "name": "init",
        "image": "registry.invalid/kubectl:1",
        "command": ["/bin/sh", "-c", script],
        "env": [*env, {"name": "GREETED", "value": "$(NAME)s"}],
    }
    ground.create_pod("web", namespace, initContainers=[init])
    ip = ground.wait_pod_ip("web", namespace)
    run = run_init_container(ground, f"{namespace}/web")
    assert run.wait(30) == 1  # the last command is not permitted to this account
    assert f"web of {namespace} at {ip} greets webs" in run.output()
    assert f"system:serviceaccount:{namespace}:default" in run.output()
    assert "forbidden" in run.output()


# Failures of the ground


def test_death_of_a_component_is_named(ground: Ground) -> None:
    scheduler = ground.components["kube-scheduler"]
    scheduler.kill9()
    with pytest.raises(ComponentError, match="kube-scheduler: died with exit code -9"):
        ground.wait(lambda: False, 5, "nothing")
    scheduler.start().wait_ready()
    ground.check()


# Where the tests themselves run in the background of a shell, SIGINT is ignored, and children inherit that.
_CHILD = """
import signal, sys
from ground import Ground
signal.signal(signal.SIGINT, signal.default_int_handler)
ground = Ground(nodes=1, addresses_per_node=1)
ground.start()
print(ground.directory, *(component.pid for component in ground.components.values()), flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_when_the_process_ends(ground: Ground, number: signal.Signals) -> None:
    """A second ground beside the first; its process ends in three ways, and all that it started ends with it."""
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD], env={**os.environ, "PYTHONPATH": GROUND_PATH},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        directory, *pids = child.stdout.readline().split()
        assert len(pids) == 6 and Path(directory).is_dir()
        child.send_signal(number)
        child.wait(30)
    finally:
        child.kill()
        child.communicate()

    def gone(pid: str) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            return True

    wait_for(lambda: all(map(gone, pids)) and not Path(directory).exists(), 20, "the end of all that it started")
    ground.check()
