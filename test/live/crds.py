"""What the tests of the CRDs share: objects of the three kinds, and the API server's word on them. No operator runs and EC2
plays no part; each module has a ground of its own, since some change the CRDs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from ground import Ground

CRD_FOLDER = Path(__file__).resolve().parents[2] / "config/crd/bases"
OLD_CRDS = Path(__file__).parent / "data/crd-1.4.1.yaml"
NAMESPACE = "crd"
FINALIZER = "aws.k8s.logmein.com"
PLURALS = {"EIP": "eips", "ENI": "enis", "EIPAssociation": "eipassociations"}
NAMES = [f"{plural}.{FINALIZER}" for plural in PLURALS.values()]
ONCE = pytest.mark.only_on("moto", reason="EC2 plays no part here: once is enough")
Json = dict[str, Any]
_numbers = itertools.count(1)

# A message of our CRDs alone, and what brings it up.
_OURS: dict[str, tuple[Json, str]] = {
    "EIP": ({"assignment": {}}, "set exactly one of"),
    "ENI": ({"subnetID": "", "securityGroups": []}, "set subnetID"),
    "EIPAssociation": ({"assignment": {}}, "set eipName"),
}


@contextmanager
def bare_ground() -> Iterator[Ground]:
    with Ground(nodes=1, addresses_per_node=1) as started:
        started.kubectl("create", "namespace", NAMESPACE)
        yield started


def await_established(ground: Ground) -> None:
    ground.kubectl("wait", "--for=condition=Established", "--timeout=30s", *(f"crd/{name}" for name in NAMES))


def install(ground: Ground) -> None:
    """Our CRDs are applied, and in force."""
    ground.kubectl("apply", "-f", str(CRD_FOLDER))
    await_established(ground)

    def in_force(kind: str) -> bool:
        spec, message = _OURS[kind]
        return message in complaint(ground, an(kind, spec))

    for kind in PLURALS:
        ground.wait(lambda: in_force(kind), 30, f"our CRD of {kind} in force")  # noqa: B023


def schema(kind: str) -> Json:
    crd = yaml.safe_load((CRD_FOLDER / f"aws.k8s.logmein.com_{PLURALS[kind]}.yaml").read_text())
    return crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]


def an(kind: str, spec: Json | None, name: str | None = None, **metadata: Any) -> Json:
    body: Json = {
        "apiVersion": "aws.k8s.logmein.com/v1alpha1",
        "kind": kind,
        "metadata": {"name": name or f"{kind.lower()}-{next(_numbers)}", "namespace": NAMESPACE, **metadata},
    }
    return body if spec is None else {**body, "spec": spec}


def _path(kind: str, *rest: str) -> str:
    return "/".join((f"/apis/aws.k8s.logmein.com/v1alpha1/namespaces/{NAMESPACE}/{PLURALS[kind]}", *rest))


def _complaint(answer: tuple[int, Any]) -> str:
    code, body = answer
    return "" if code in (200, 201) else body["message"]


def complaint(ground: Ground, body: Json) -> str:
    """What the API server says against the object, or nothing. It is not stored."""
    path = _path(body["kind"]) + "?dryRun=All&fieldValidation=Strict"
    return _complaint(ground.api.request("POST", path, body))


def create(ground: Ground, kind: str, spec: Json | None, status: Json | None = None) -> str:
    body = an(kind, spec)
    assert _complaint(ground.api.request("POST", _path(kind), body)) == ""
    name = body["metadata"]["name"]
    if status is not None:
        patch_status(ground, kind, name, status)
    return name


def patch(ground: Ground, kind: str, name: str, change: Any, *subresource: str) -> str:
    """The complaint of the API server, or nothing."""
    how = "json-patch" if isinstance(change, list) else "merge-patch"
    answer = ground.api.request("PATCH", _path(kind, name, *subresource), change, f"application/{how}+json")
    return _complaint(answer)


def patch_status(ground: Ground, kind: str, name: str, status: Json) -> None:
    assert patch(ground, kind, name, {"status": status}, "status") == ""
