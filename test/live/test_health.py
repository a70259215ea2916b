"""docs/health.md: how other tools tell that an object is ready. kubectl and Helm (with kstatus) against the API server, and the health
check for Argo CD under a Lua interpreter of its kind. No operator runs: the test writes the status."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from crds import NAMESPACE, ONCE, PLURALS, Json, bare_ground, create, install, patch, patch_status
from ground import Ground

pytestmark = ONCE
ARGO_CD = Path(__file__).resolve().parents[2] / "docs/examples/argocd-cm.yaml"
KEY = "resource.customizations.health.aws.k8s.logmein.com_"
SPECS: dict[str, Json] = {
    "EIP": {},
    "ENI": {"subnetID": "subnet-1", "securityGroups": ["sg-1"]},
    "EIPAssociation": {"eipName": "a", "assignment": {"podName": "b"}},
}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Ground]:
    with bare_ground() as started:
        install(started)
        yield started


def condition(type_: str, holds: bool, reason: str, generation: int = 1) -> Json:
    return {
        "type": type_, "status": str(holds), "reason": reason, "message": f"that is {reason}", "observedGeneration": generation,
        "lastTransitionTime": "2026-01-02T03:04:05Z",
    }  # fmt: skip


def status(ready: bool, reason: str, stalled: bool = False, generation: int = 1) -> Json:
    conditions = [condition("Ready", ready, reason, generation), condition("Stalled", stalled, reason, generation)]
    return {"observedGeneration": generation, "conditions": conditions}


READY = status(True, "Allocated")
WAITING = status(False, "PodNotFound")
STALLED = status(False, "AddressLimitExceeded", stalled=True)


# kubectl


@pytest.mark.parametrize("kind", PLURALS)
def test_kubectl_waits_for_the_condition_of_this_generation(cluster: Ground, kind: str) -> None:
    name = create(cluster, kind, SPECS[kind])

    def waits(timeout: str) -> bool:
        result = cluster.run_kubectl(
            "-n", NAMESPACE, "wait", "--for=condition=Ready", f"{kind}/{name}", f"--timeout={timeout}"
        )
        return result.returncode == 0

    assert not waits("0s")
    patch_status(cluster, kind, name, WAITING)
    assert not waits("0s")
    patch_status(cluster, kind, name, READY)
    assert waits("20s")
    assert patch(cluster, kind, name, {"spec": {"assignment": {"privateIPAddress": "10.0.0.1"}, "description": "new"}}) == ""
    assert not waits("0s")
    patch_status(cluster, kind, name, status(True, "Assigned", generation=2))
    assert waits("20s")


# Helm 4, whose --wait is kstatus


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    """A chart with an EIP."""
    (tmp_path / "Chart.yaml").write_text("apiVersion: v2\nname: app\nversion: 1.0.0\n")
    manifest = {"apiVersion": "aws.k8s.logmein.com/v1alpha1", "kind": "EIP", "metadata": {"name": "{{ .Release.Name }}"}}
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/eip.yaml").write_text(yaml.safe_dump(manifest))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "written", "succeeds"), [("ready", READY, True), ("waiting", WAITING, False), ("stalled", STALLED, False)]
)
def test_helm_waits_until_the_object_is_ready(
    cluster: Ground, chart: Path, name: str, written: Json, succeeds: bool
) -> None:
    """A stalled object ends the wait long before its time is over."""
    timeout = 10 if name == "waiting" else 300
    command = ["helm", "install", name, str(chart), "--namespace", NAMESPACE, "--wait", f"--timeout={timeout}s"]
    began = time.monotonic()
    with subprocess.Popen(
        command, env=cluster.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as helm:
        cluster.wait(lambda: cluster.get("EIP", name, NAMESPACE), 60, "the EIP of the chart")
        assert helm.poll() is None, "Helm takes an object that nobody has looked at for ready"
        patch_status(cluster, "EIP", name, written)
        output, _ = helm.communicate(timeout=200)
    assert (helm.returncode == 0) == succeeds, output
    assert (time.monotonic() - began > timeout) == (name == "waiting"), output


# Argo CD

SAMPLES: dict[str, tuple[Json, str, str]] = {
    "no status": ({}, "Progressing", "has not looked"),
    "nobody has looked": ({"status": {"observedGeneration": -1}}, "Progressing", "has not looked"),
    "of version 1.4.1": ({"status": {"state": "assigned"}}, "Progressing", "has not looked"),
    "no conditions yet": ({"status": {"observedGeneration": 1, "conditions": []}}, "Progressing", ""),
    "of the spec before": ({"metadata": {"generation": 2}, "status": READY}, "Progressing", "has not looked"),
    "ready": ({"status": READY}, "Healthy", "Allocated: that is Allocated"),
    "waiting": ({"status": WAITING}, "Progressing", "PodNotFound: that is PodNotFound"),
    "stalled": ({"status": STALLED}, "Degraded", "AddressLimitExceeded: that is AddressLimitExceeded"),
    "stalled all the same": (
        {"status": status(True, "Assigned", stalled=True)}, "Degraded", "Assigned: that is Assigned"
    ),
    "an association, which never stalls": (
        {"status": {"observedGeneration": 1, "conditions": [condition("Bound", True, "Bound"), condition("Ready", True, "Assigned")]}},
        "Healthy", "Assigned: that is Assigned",
    ),
}  # fmt: skip


def as_lua(value: Any) -> str:
    """A table as Argo CD makes it of an object."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"[{as_lua(key)}] = {as_lua(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "{" + ", ".join(map(as_lua, value)) + "}"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value).lower()


@pytest.mark.parametrize("kind", PLURALS)
@pytest.mark.parametrize("case", SAMPLES)
def test_health_in_argo_cd(kind: str, case: str) -> None:
    """Argo CD's Lua is 5.1."""
    sample, health, message = SAMPLES[case]
    obj = {"kind": kind, **sample, "metadata": {"name": "x", "generation": 1, **sample.get("metadata", {})}}
    script = yaml.safe_load(ARGO_CD.read_text())["data"][KEY + kind]
    program = f"obj = {as_lua(obj)}\nlocal health = (function()\n{script}\nend)()\nprint(health.status, health.message)\n"
    lua = shutil.which("lua5.1")
    assert lua, "lua5.1 is missing: make packages"
    result = subprocess.run([lua, "-"], input=program, capture_output=True, text=True, check=False, timeout=20)
    assert result.returncode == 0, result.stderr
    said = result.stdout.rstrip("\n").split("\t")
    assert said[0] == health
    assert message in said[1]


def test_argo_cd_checks_every_kind() -> None:
    assert {f"{KEY}{kind}" for kind in PLURALS} == set(yaml.safe_load(ARGO_CD.read_text())["data"])
