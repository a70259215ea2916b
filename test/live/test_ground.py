"""The test ground itself: what the tests of the operator rely on. Needs no operator."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import botocore.exceptions
import pytest

from ground import ComponentError, Ground, KubectlError, WaitTimeout, expand, run_init_container, wait_for

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
    found = ground.ec2().describe_network_interfaces(
        Filters=[{"Name": "addresses.private-ip-address", "Values": [ip]}]
    )["NetworkInterfaces"]
    assert [eni["NetworkInterfaceId"] for eni in found] == [ground.eni_of(ip)]
    assert found[0]["Attachment"]["InstanceId"] == node.instance_id
    assert found[0]["Attachment"]["Status"] == "attached"


def test_many_pods_have_their_own_enis(ground: Ground, namespace: str) -> None:
    node = ground.nodes[2]
    ground.ensure_enis(node, 20)
    enis = ground.ec2().describe_network_interfaces(
        Filters=[{"Name": "attachment.instance-id", "Values": [node.instance_id]}]
    )["NetworkInterfaces"]
    addresses = {eni["PrivateIpAddress"] for eni in enis}
    assert addresses >= {node.ip, *(node.pod_ip(number) for number in range(1, 21))}
    indexes = [eni["Attachment"]["DeviceIndex"] for eni in enis]
    assert len(indexes) == len(set(indexes))


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


_CHILD = """
import sys
from ground import Ground
ground = Ground(nodes=1, enis_per_node=1)
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
