"""The CRDs of the three kinds as their readers see them: documentation, columns, status. (test_crd_rules.py has what is accepted and
refused, test_crd_takeover.py the objects of version 1.4.1 that are stored already.)"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from crds import NAMESPACE, ONCE, PLURALS, Json, an, bare_ground, create, install, patch, schema
from ground import Ground

pytestmark = ONCE
SPECS: dict[str, Json] = {
    "EIP": {"tags": {"a": "b"}},
    "ENI": {"subnetID": "subnet-1", "securityGroups": ["sg-1"], "tags": {"a": "b"}},
    "EIPAssociation": {"eipName": "a", "assignment": {"podName": "b"}},
}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Ground]:
    with bare_ground() as started:
        install(started)
        yield started


# Documentation


def fields(node: Json, path: str) -> Iterator[tuple[str, Json]]:
    """Every node of the schema below the root, with a name that kubectl explain takes (but for items and values)."""
    for name, child in node.get("properties", {}).items():
        yield f"{path}.{name}", child
        if name != "metadata":
            yield from fields(child, f"{path}.{name}")
    if "items" in node:
        yield f"{path}[]", node["items"]
        yield from fields(node["items"], path)
    if isinstance(node.get("additionalProperties"), dict):
        yield f"{path}{{}}", node["additionalProperties"]


@pytest.mark.parametrize(("kind", "at_least"), [("EIP", 50), ("ENI", 45), ("EIPAssociation", 18)])
def test_every_field_is_described_and_bounded(kind: str, at_least: int) -> None:
    root = kind.lower()
    found = dict(fields(schema(kind), root))
    assert len(found) >= at_least
    for path, node in found.items():
        if path in (f"{root}.metadata", f"{root}.apiVersion", f"{root}.kind"):
            continue
        assert re.search(r"[A-Z].*\.$", node.get("description", ""), re.S), f"{path} has no description"
        bounds = {
            "string": ("maxLength", "enum", "format"), "array": ("maxItems",), "integer": ("format",), "boolean": ("type",),
            "object": ("properties", "maxProperties"),
        }[node["type"]]  # fmt: skip
        assert any(bound in node for bound in bounds), f"{path} has no bound"
    for path, node in [(root, schema(kind)), *found.items()]:
        for rule in node.get("x-kubernetes-validations", []):
            assert rule.get("message"), f"a rule of {path} has no message"


@pytest.mark.parametrize("kind", PLURALS)
def test_kubectl_explain_knows_every_field(cluster: Ground, kind: str) -> None:
    def explained(path: str) -> tuple[str, str]:
        return path, cluster.kubectl("explain", path)

    paths = [path for path, _ in fields(schema(kind), kind.lower()) if path[-1] not in "]}"]
    with ThreadPoolExecutor(4) as pool:
        for path, text in pool.map(explained, [kind.lower(), *paths]):
            description = re.search(r"DESCRIPTION:\s+(\S.*)", text)
            assert description and "<empty>" not in description[1], f"{path}: {text}"


def bare(node: Json) -> Json:
    """Without descriptions and messages, which speak of the kind."""
    kept = {key: value for key, value in node.items() if key not in ("description", "message")}
    if "x-kubernetes-validations" in kept:
        kept["x-kubernetes-validations"] = [bare(rule) for rule in kept["x-kubernetes-validations"]]
    if "properties" in kept:
        kept["properties"] = {name: bare(child) for name, child in kept["properties"].items()}
    for part in ("items", "additionalProperties"):
        if isinstance(kept.get(part), dict):
            kept[part] = bare(kept[part])
    return kept


@pytest.mark.parametrize(
    ("part", "kinds"),
    [
        ("spec.assignment", ["EIP", "EIPAssociation"]),
        ("spec.tags", ["EIP", "ENI"]),
        *((f"status.{name}", list(PLURALS)) for name in ("conditions", "observedGeneration")),
        *((f"status.{name}", ["EIP", "ENI"]) for name in ("tagKeys", "region", "accountID")),
    ],
)
def test_kinds_share_what_is_the_same(part: str, kinds: list[str]) -> None:
    """The schemas are written by hand, so that what stands in several of them could drift apart."""
    first, *others = (bare(dict(fields(schema(kind), kind))[f"{kind}.{part}"]) for kind in kinds)
    assert others == [first] * len(others)


ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def documented() -> Iterator[tuple[str, Json]]:
    """Every manifest that the documentation shows, with its place. One without a kind is part of an EIP."""
    for page in PAGES:
        for number, block in enumerate(re.findall(r"^```yaml\n(.*?)^```", page.read_text(), re.S | re.M), 1):
            for part in yaml.safe_load_all(block):
                whole = part if "kind" in part else {**an("EIP", {}), **part}
                yield f"{page.name}-{number}", {**whole, "metadata": {"name": "shown", **whole["metadata"]}}
    for page in sorted((ROOT / "docs/examples").glob("*.yaml")):
        for number, part in enumerate(yaml.safe_load_all(page.read_text()), 1):
            yield f"{page.name}-{number}", part


SHOWN = list(documented())


@pytest.mark.parametrize("manifest", [manifest for _, manifest in SHOWN], ids=[place for place, _ in SHOWN])
def test_documented_manifests_are_accepted(cluster: Ground, manifest: Json) -> None:
    """(That they do what is said of them is for the tests of each kind.)"""
    if manifest["metadata"].get("namespace"):
        cluster.run_kubectl("create", "namespace", manifest["metadata"]["namespace"])
        where = []
    else:
        where = ["-n", NAMESPACE]
    cluster.kubectl(*where, "create", "--dry-run=server", "--validate=strict", "-f", "-", input=manifest)


def test_the_documentation_shows_every_kind() -> None:
    assert {manifest["kind"] for place, manifest in SHOWN if place.startswith("README.md")} == set(PLURALS)


# Columns

READY = {
    "type": "Ready", "status": "False", "reason": "PodNotFound", "message": "", "lastTransitionTime": "2026-01-02T03:04:05Z",
}  # fmt: skip
STATUS: dict[str, Json] = {
    "EIP": {
        "state": "assigned", "publicIPAddress": "34.228.250.93", "allocationId": "eipalloc-1", "networkInterfaceId": "eni-1",
        "assignment": {"podName": "my-pod", "privateIPAddress": "10.0.16.1"}, "conditions": [READY],
    },
    "ENI": {
        "networkInterfaceID": "eni-1", "macAddress": "02:00:00:00:00:01", "privateIPAddresses": ["10.0.16.1", "10.0.16.2"],
        "attachment": {"podName": "my-pod", "instanceID": "i-1", "deviceIndex": 1}, "conditions": [READY],
    },
    "EIPAssociation": {"conditions": [{**READY, "type": "Bound", "status": "True", "reason": "Bound"}, READY]},
}  # fmt: skip
# By kind: the headers, the row after the name; the further headers of -o wide, and what stands there.
COLUMNS: dict[str, tuple[list[str], list[str], list[str], list[str]]] = {
    "EIP": (
        ["STATE", "PUBLIC IP", "POD"], ["assigned", "34.228.250.93", "my-pod"],
        ["PRIVATE IP", "ENI", "ALLOCATION ID", "READY REASON"], ["10.0.16.1", "eni-1", "eipalloc-1", "PodNotFound"],
    ),
    "ENI": (
        ["POD", "PRIVATE IP ADDRESSES"], ["my-pod", '["10.0.16.1","10.0.16.2"]'],
        ["ENI ID", "MAC ADDRESS", "INSTANCE", "READY REASON"], ["eni-1", "02:00:00:00:00:01", "i-1", "PodNotFound"],
    ),
    "EIPAssociation": (
        ["POD NAME", "EIP NAME", "BOUND", "READY"], ["b", "a", "True", "False"],
        ["ENI", "PRIVATE IP", "READY REASON"], ["PodNotFound"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", PLURALS)
def test_columns(cluster: Ground, kind: str) -> None:
    headers, row, wide_headers, wide_row = COLUMNS[kind]
    name = create(cluster, kind, SPECS[kind], STATUS[kind])
    first, second = cluster.kubectl("-n", NAMESPACE, "get", kind, name).splitlines()
    assert re.split(r"\s{2,}", first.strip()) == ["NAME", *headers, "AGE"]
    assert second.split()[:-1] == [name, *row]
    first, second = cluster.kubectl("-n", NAMESPACE, "get", kind, name, "-o", "wide").splitlines()
    assert re.split(r"\s{2,}", first.strip()) == ["NAME", *headers, "AGE", *wide_headers]
    assert second.split()[len(row) + 2 :] == wide_row


# Status


@pytest.mark.parametrize("kind", PLURALS)
def test_a_new_object_says_that_nobody_has_looked_yet(cluster: Ground, kind: str) -> None:
    """To whoever creates it, gets it, lists it or watches it, and also when the creator sends a status of its own."""
    path = f"/apis/aws.k8s.logmein.com/v1alpha1/namespaces/{NAMESPACE}/{PLURALS[kind]}"
    for sent in (None, {**STATUS[kind], "observedGeneration": 1}):
        body = an(kind, SPECS[kind]) if sent is None else {**an(kind, SPECS[kind]), "status": sent}
        created = json.loads(cluster.kubectl("create", "-f", "-", "-o", "json", input=body))
        assert created["status"] == {"observedGeneration": -1}
        name = body["metadata"]["name"]
        assert cluster.get(kind, name, NAMESPACE)["status"] == {"observedGeneration": -1}
        listed = cluster.api.request("GET", path)[1]["items"]
        assert {"observedGeneration": -1} in [item["status"] for item in listed if item["metadata"]["name"] == name]
        waited = cluster.run_kubectl("-n", NAMESPACE, "wait", f"{kind}/{name}", "--for=jsonpath={.status.observedGeneration}=-1",
                                     "--timeout=5s")  # fmt: skip
        assert waited.returncode == 0, waited.stderr


@pytest.mark.parametrize("kind", PLURALS)
def test_spec_and_status_are_written_apart(cluster: Ground, kind: str) -> None:
    status = {**STATUS[kind], "observedGeneration": 1}
    name = create(cluster, kind, SPECS[kind], status)
    assert patch(cluster, kind, name, {"status": {"observedGeneration": 5}}) == ""
    assert patch(cluster, kind, name, {"spec": {"tags": {"a": "c"}, "eipName": "c"}}, "status") == ""
    stored = cluster.get(kind, name, NAMESPACE)
    assert stored["status"] == status
    assert stored["spec"] == SPECS[kind]
    assert stored["metadata"]["generation"] == 1


FULL_STATUS: dict[str, Json] = {
    "EIP": {
        "assignedBy": {
            "association": "my-association",
            "copy": {"podName": "web-0", "eni": "e", "eniPrivateIPAddressIndex": -1, "privateIPAddress": "p" * 1000},
        },
        "intent": {"action": "Allocate", "recordedAt": "2026-01-02T03:04:05.000006Z", "publicIPv4Pool": "p",
                   "publicIPAddress": "1.2.3.4", "recovery": True},
        "tagKeys": ["owner"], "region": "eu-west-1", "accountID": "123456789012",
    },
    "ENI": {
        "attachment": {"podName": "web-0", "podUID": "6d1e", "instanceID": "i-1", "attachmentID": "eni-attach-1", "deviceIndex": 1},
        "intent": {"action": "Create", "recordedAt": "2026-01-02T03:04:05.000006Z", "repeated": True, "subnetID": "subnet-1",
                   "securityGroupIDs": ["sg-1"], "secondaryPrivateIPAddressCount": 3, "description": "d" * 1000,
                   "tags": {f"k{n}": "v" * 300 for n in range(60)}},
        "clientTokenSequence": 7, "tagKeys": ["owner"], "region": "eu-west-1", "accountID": "123456789012",
    },
    "EIPAssociation": {},
}  # fmt: skip


@pytest.mark.parametrize("kind", PLURALS)
def test_status_holds_all_that_the_operator_writes(cluster: Ground, kind: str) -> None:
    status = {**STATUS[kind], **FULL_STATUS[kind], "observedGeneration": 1}
    name = create(cluster, kind, SPECS[kind], status)
    assert cluster.get(kind, name, NAMESPACE)["status"] == status
