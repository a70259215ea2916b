"""deploy/, iam/ and the image, as the API server and their readers understand them. The ground is this module's own, since an
older deploy/ folder is applied to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ground import Ground

ROOT = Path(__file__).resolve().parents[2]
OLDER = Path(__file__).parent / "data/deploy-older.yaml"
NAME = "k8s-aws-operator"
NAMESPACE = "kube-system"
ACCOUNT = f"system:serviceaccount:{NAMESPACE}:{NAME}"
pytestmark = pytest.mark.only_on("moto", reason="EC2 plays no part here: once is enough")
KINDS = ("deployment", "serviceaccount", "role", "rolebinding", "clusterrole", "clusterrolebinding")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Ground]:
    with Ground(nodes=1, addresses_per_node=1) as started:
        started.kubectl("apply", "-f", str(ROOT / "config/crd/bases"))
        yield started


def remove(ground: Ground) -> None:
    for kind in KINDS:
        ground.kubectl("-n", NAMESPACE, "delete", kind, NAME, "--ignore-not-found")


def deployment() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "deploy/deployment.yaml").read_text())


def test_ours_replaces_an_older_folder(cluster: Ground) -> None:
    remove(cluster)
    cluster.kubectl("apply", "-f", str(OLDER))
    old = cluster.get("deployment", NAME, NAMESPACE)["spec"]
    assert (old["replicas"], old["strategy"]["type"]) == (2, "RollingUpdate")
    cluster.kubectl("apply", "-f", str(ROOT / "deploy"))
    new = cluster.get("deployment", NAME, NAMESPACE)["spec"]
    assert (new["replicas"], new["strategy"]) == (1, {"type": "Recreate"})
    (container,) = new["template"]["spec"]["containers"]
    assert container["name"] == NAME
    assert "args" not in container
    assert "cpu" not in container["resources"]["limits"]
    role = cluster.get("role", NAME, NAMESPACE)
    assert {resource for rule in role["rules"] for resource in rule["resources"]} == {"leases"}
    assert not [rule for rule in cluster.get("clusterrole", NAME)["rules"] if "*" in rule["verbs"]]


def test_applying_again_changes_nothing(cluster: Ground) -> None:
    for folder in ("config/crd/bases", "deploy"):
        cluster.kubectl("apply", "-f", str(ROOT / folder))
        again = cluster.kubectl("apply", "-f", str(ROOT / folder)).splitlines()
        assert [line for line in again if not line.endswith(" unchanged")] == []


def test_the_server_can_apply_ours(cluster: Ground) -> None:
    """As Helm 4 and GitOps tools do. (Over an older RollingUpdate Deployment the API server refuses that: its defaulted
    rollingUpdate belongs to nobody whom our manifest could take it from.)"""
    remove(cluster)
    for _ in range(2):
        cluster.kubectl("apply", "--server-side", "-f", str(ROOT / "deploy"))
    assert cluster.get("deployment", NAME, NAMESPACE)["spec"]["strategy"] == {"type": "Recreate"}


def test_pod_security_restricted_admits_the_pod(cluster: Ground) -> None:
    namespace = "restricted"
    cluster.kubectl("create", "namespace", namespace)
    cluster.kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted")
    cluster.kubectl("-n", namespace, "create", "serviceaccount", NAME)
    pod = {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x", "namespace": namespace},
        "spec": deployment()["spec"]["template"]["spec"],
    }  # fmt: skip
    result = cluster.run_kubectl("create", "--dry-run=server", "--validate=strict", "-f", "-", input=pod)
    assert (result.returncode, result.stderr) == (0, "")


OURS = [f"{kind}.aws.k8s.logmein.com" for kind in ("eips", "enis", "eipassociations")]
MAY = [
    "get nodes", "list nodes", "watch nodes", "get pods -n default", "list pods -A", "watch pods -A",
    *(f"{verb} {kind} -A" for kind in OURS for verb in ("get", "list", "watch", "patch")),
    *(f"patch {kind} --subresource=status -A" for kind in OURS),
    "create events.events.k8s.io -A", "patch events.events.k8s.io -A", "get namespace/kube-system",
    "create leases.coordination.k8s.io -n kube-system", f"get leases.coordination.k8s.io/{NAME} -n kube-system",
    f"update leases.coordination.k8s.io/{NAME} -n kube-system",
]  # fmt: skip
MAY_NOT = [
    "get secrets -n kube-system", "create pods -n default", "patch pods -n default", "patch nodes", "delete pods -n default",
    *(f"{verb} {kind} -A" for kind in OURS for verb in ("create", "update", "delete", "deletecollection")),
    *(f"update {kind} --subresource={part} -A" for kind in OURS for part in ("status", "finalizers")),
    "get namespace/default", "list namespaces", "create leases.coordination.k8s.io -n default",
    "update leases.coordination.k8s.io/kube-scheduler -n kube-system", "get configmaps -n kube-system",
]  # fmt: skip


@pytest.mark.parametrize(("asked", "answer"), [*((a, "yes") for a in MAY), *((a, "no") for a in MAY_NOT)])
def test_rights_of_the_service_account(cluster: Ground, asked: str, answer: str) -> None:
    cluster.kubectl("apply", "-f", str(ROOT / "deploy"))
    result = cluster.run_kubectl("auth", "can-i", *asked.split(), as_user=ACCOUNT)
    assert result.stdout.strip() == answer, result.stderr


def test_probes_and_metrics_name_ports_that_exist() -> None:
    (container,) = deployment()["spec"]["template"]["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert ports == {"metrics": 8080, "health": 8081}
    assert container["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": "health"}
    assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "health"}


def test_image_has_the_version_of_the_program() -> None:
    (container,) = deployment()["spec"]["template"]["spec"]["containers"]
    assert container["image"] == f"ghcr.io/{NAME}/{NAME}:{(ROOT / 'VERSION').read_text().strip()}"


def test_policy_permits_what_is_called_and_nothing_else() -> None:
    policy = json.loads((ROOT / "iam/policy.json").read_text())
    assert policy["Version"] == "2012-10-17"
    permitted = [action for statement in policy["Statement"] for action in statement["Action"]]
    assert len(set(permitted)) == len(permitted)
    source = (ROOT / "src/aws/ec2.cpp").read_text()
    called = set(re.findall(r'case Action::\w+:\s*return "(\w+)"', source))
    # The two calls to STS need no permission.
    assert set(permitted) == {f"ec2:{action}" for action in called - {"GetCallerIdentity", "AssumeRoleWithWebIdentity"}}


def test_package_lists_are_those_of_the_dockerfile() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    for name in ("build", "runtime"):
        assert f"packages-{name}.txt" in dockerfile
    for path in (ROOT / "tools").glob("packages-*.txt"):
        lines = path.read_text().split("\n")
        assert lines.pop() == "" and lines == sorted(set(lines)) and all(re.fullmatch(r"[a-z0-9+.-]+", line) for line in lines)
