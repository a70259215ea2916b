"""One EIP for each pod of a Deployment or StatefulSet, made by an init container: the script of the original README as
its author meant it, and the documented ones exactly as a kubelet runs them."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from eips import DEADLINE, Eips, original, tags_of
from ground import Ground, Operator, run_init_container

pytestmark = pytest.mark.usefixtures("operator")
EXAMPLES = Path(__file__).resolve().parents[2] / "docs/examples"
Json = dict[str, Any]


def apply(eips: Eips, documents: Iterable[Json]) -> None:
    eips.kubectl("apply", "-f", "-", input={"apiVersion": "v1", "kind": "List", "items": list(documents)})


def original_documents(kind: str, replicas: int) -> list[Json]:
    """The manifests of the README with what it leaves out ("# ...") filled in."""
    *rights, workload = yaml.safe_load_all(original("EIP creation"))
    workload["kind"] = kind
    workload["metadata"] = {"name": "web"}
    workload["spec"].update(replicas=replicas, selector={"matchLabels": {"app": "web"}})
    if kind == "StatefulSet":
        workload["spec"]["serviceName"] = "web"
    template = workload["spec"]["template"]
    template["metadata"] = {"labels": {"app": "web"}}
    template["spec"]["containers"] = [{"name": "web", "image": "registry.invalid/web:1"}]
    return [*rights, workload]


def as_meant(pod: Json) -> Json:
    """The pod with every $(VARIABLE) in its script replaced, also those that a kubelet leaves."""
    changed = copy.deepcopy(pod)
    command = changed["spec"]["initContainers"][0]["command"]
    for name, value in (("MY_POD_NAME", pod["metadata"]["name"]), ("MY_POD_NAMESPACE", pod["metadata"]["namespace"])):
        command[:] = [part.replace(f"$({name})", value) for part in command]
    return changed


def running(eips: Eips, count: int, other_than: Iterable[str] = ()) -> dict[str, Json]:
    """The pods of the workload by name, when there are `count` with an address and none is going."""
    former = set(other_than)

    def found() -> list[Json]:
        pods = eips.ground.list("pods", eips.namespace)
        assert len(pods) == count, [pod["metadata"]["name"] for pod in pods]
        for pod in pods:
            assert "deletionTimestamp" not in pod["metadata"] and pod["status"]["podIP"]
            assert pod["metadata"]["uid"] not in former
        return pods

    pods = eips.ground.wait(found, DEADLINE, f"{count} pods")
    for pod in pods:
        eips.ground.wait_pod_ip(pod["metadata"]["name"], eips.namespace)
    return {pod["metadata"]["name"]: pod for pod in pods}


def uids(pods: dict[str, Json]) -> list[str]:
    return [pod["metadata"]["uid"] for pod in pods.values()]


def run_all(eips: Eips, pods: Iterable[Json]) -> None:
    """Their init containers, all at once, as kubelets do."""
    runs = [run_init_container(eips.ground, pod) for pod in pods]
    for run in runs:
        assert run.wait(DEADLINE) == 0, run.output()


def check(eips: Eips, pods: dict[str, Json]) -> dict[str, str]:
    """Each pod has the EIP of its name; the public addresses by name."""
    found = {}
    for name, pod in pods.items():
        status = eips.status(name)
        assert (status["state"], status["assignment"]["podUID"]) == ("assigned", pod["metadata"]["uid"])
        tags = tags_of(eips.check_on(name, pod["status"]["podIP"]))
        assert (tags["owner"], tags["pod"], tags["namespace"]) == ("My team", name, eips.namespace)
        found[name] = status["publicIPAddress"]
    return found


def wait_addresses(eips: Eips, public: Iterable[str]) -> None:
    wanted = sorted(public)
    eips.ground.wait(
        lambda: sorted(address["PublicIp"] for address in eips.addresses()) == wanted, DEADLINE, f"only {wanted} in EC2"
    )


# The script of the original README


def test_the_original_script_gives_each_pod_of_a_deployment_its_address(eips: Eips) -> None:
    apply(eips, original_documents("Deployment", replicas=2))
    pods = running(eips, 2)
    run_all(eips, map(as_meant, pods.values()))
    for name in pods:
        eips.wait(name, "assigned")
    assert len(set(check(eips, pods).values())) == 2


def test_the_original_script_works_again_when_a_pod_of_a_statefulset_restarts(eips: Eips) -> None:
    apply(eips, original_documents("StatefulSet", replicas=1))
    pods = running(eips, 1)
    run_all(eips, map(as_meant, pods.values()))
    first = check(eips, pods)
    eips.delete_pod("web-0")
    pods = running(eips, 1, other_than=uids(pods))
    run_all(eips, map(as_meant, pods.values()))
    eips.wait_pod_uid("web-0", "web-0")
    assert check(eips, pods) == first


def test_the_original_script_never_ends_as_a_kubelet_expands_it(eips: Eips) -> None:
    """Why the documentation has another one: the inner $(MY_POD_NAME) stays, and is no command."""
    apply(eips, original_documents("Deployment", replicas=1))
    (pod,) = running(eips, 1).values()
    run = run_init_container(eips.ground, pod)
    eips.wait(pod["metadata"]["name"], "assigned")
    missed = run.output().count("MY_POD_NAME: not found")
    eips.ground.wait(lambda: run.output().count("MY_POD_NAME: not found") >= missed + 2, DEADLINE, "two more rounds")
    assert run.poll() is None
    run.kill()


# The documented ones


def example(name: str) -> list[Json]:
    return list(yaml.safe_load_all((EXAMPLES / name).read_text()))


def test_the_examples_are_accepted_as_they_are(eips: Eips) -> None:
    for name in ("deployment.yaml", "statefulset.yaml"):
        said = eips.kubectl("apply", "--dry-run=server", "--validate=strict", "-f", str(EXAMPLES / name))
        assert "web created (server dry run)" in said


def test_a_rollout_of_the_documented_deployment_leaves_no_address_behind(eips: Eips) -> None:
    eips.kubectl("apply", "-f", str(EXAMPLES / "deployment.yaml"))
    pods = running(eips, 2)
    run_all(eips, pods.values())
    first = check(eips, pods)
    wait_addresses(eips, first.values())
    eips.kubectl("rollout", "restart", "deployment/web")
    pods = running(eips, 2, other_than=uids(pods))
    run_all(eips, pods.values())
    second = check(eips, pods)
    wait_addresses(eips, second.values())
    eips.kubectl("delete", "deployment", "web")
    wait_addresses(eips, [])
    eips.ground.wait(lambda: not list(eips.list()), DEADLINE, "no EIPs")


def test_a_restarted_pod_of_the_documented_statefulset_keeps_its_address(eips: Eips) -> None:
    eips.kubectl("apply", "-f", str(EXAMPLES / "statefulset.yaml"))
    pods = running(eips, 2)
    run_all(eips, pods.values())
    first = check(eips, pods)
    former = pods["web-0"]["metadata"]["uid"]
    eips.delete_pod("web-0")
    pods = running(eips, 2, other_than=[former])
    run_all(eips, [pods["web-0"]])
    assert check(eips, pods) == first
    eips.kubectl("scale", "statefulset", "web", "--replicas=1")
    eips.wait_reason("web-1", "PodNotFound")
    eips.wait("web-1", "assigning")
    assert eips.check_free("web-1")["PublicIp"] == first["web-1"]
    assert eips.status("web-0")["state"] == "assigned"


def test_the_documented_script_does_not_take_the_state_of_the_former_pod_for_its_own(
    eips: Eips, ground: Ground, operator: Operator
) -> None:
    """While the operator is away the status says "assigned", of a pod that is gone."""
    eips.kubectl("apply", "-f", str(EXAMPLES / "statefulset.yaml"))
    pods = running(eips, 2)
    run_all(eips, pods.values())
    former = pods["web-0"]["metadata"]["uid"]
    operator.stop()
    eips.delete_pod("web-0")
    pods = running(eips, 2, other_than=[former])
    run = run_init_container(ground, pods["web-0"])
    ground.wait(lambda: run.output().count("web-0") >= 3, DEADLINE, "three rounds of the script")
    assert run.poll() is None
    assert eips.status("web-0")["state"] == "assigned"
    assert eips.status("web-0")["assignment"]["podUID"] == former
    operator.start()
    assert run.wait(DEADLINE) == 0, run.output()
    check(eips, pods)


def test_an_init_container_may_do_no_more_than_it_needs(eips: Eips) -> None:
    eips.kubectl("apply", "-f", str(EXAMPLES / "deployment.yaml"))
    user = f"system:serviceaccount:{eips.namespace}:eip-user"
    allowed = {
        verb: eips.kubectl("auth", "can-i", verb, "eips", as_user=user, check=False).strip().endswith("yes")
        for verb in ("get", "create", "patch", "delete", "list")
    }
    assert allowed == {"get": True, "create": True, "patch": True, "delete": False, "list": False}
