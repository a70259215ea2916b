"""The CRD as the API server understands it: its rules and their messages, its documentation, and the objects of version
1.4.1 that are stored already. No operator runs; the ground is this module's own, since the CRD changes below."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from ground import Ground

CRD_FOLDER = Path(__file__).resolve().parents[2] / "config/crd/bases"
OLD_CRD = Path(__file__).parent / "data/crd-1.4.1.yaml"
NAME = "eips.aws.k8s.logmein.com"
NAMESPACE = "crd"
pytestmark = pytest.mark.only_on("moto", reason="EC2 plays no part here: once is enough")
Json = dict[str, Any]
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def bare() -> Iterator[Ground]:
    with Ground(nodes=1, addresses_per_node=1) as started:
        started.kubectl("create", "namespace", NAMESPACE)
        yield started


@pytest.fixture(scope="module")
def cluster(bare: Ground) -> Ground:
    """With our CRD in force."""
    install(bare)
    return bare


def install(ground: Ground) -> None:
    ground.kubectl("apply", "-f", str(CRD_FOLDER))
    ground.kubectl("wait", "--for=condition=Established", "--timeout=30s", f"crd/{NAME}")

    def in_force() -> bool:
        result = ground.run_kubectl("create", "--dry-run=server", "-f", "-", input=eip({"assignment": {}}))
        return "set exactly one of" in result.stderr

    ground.wait(in_force, 30, "our CRD in force")


def schema() -> Json:
    crd = yaml.safe_load((CRD_FOLDER / "aws.k8s.logmein.com_eips.yaml").read_text())
    return crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]


def eip(spec: Json | None, name: str | None = None, **metadata: Any) -> Json:
    body: Json = {
        "apiVersion": "aws.k8s.logmein.com/v1alpha1",
        "kind": "EIP",
        "metadata": {"name": name or f"eip-{next(_numbers)}", "namespace": NAMESPACE, **metadata},
    }
    return body if spec is None else {**body, "spec": spec}


def create(ground: Ground, spec: Json | None, status: Json | None = None, **metadata: Any) -> str:
    body = eip(spec, **metadata)
    ground.kubectl("create", "-f", "-", input=body)
    name = body["metadata"]["name"]
    if status is not None:
        patch_status(ground, name, status)
    return name


def patch(ground: Ground, name: str, change: Any, *more: str) -> str:
    """The complaint of the API server, or nothing."""
    kind = "json" if isinstance(change, list) else "merge"
    result = ground.run_kubectl(
        "-n", NAMESPACE, "patch", "eip", name, f"--type={kind}", "-p", json.dumps(change), *more
    )
    return result.stderr if result.returncode else ""


def patch_status(ground: Ground, name: str, status: Json) -> None:
    assert patch(ground, name, {"status": status}, "--subresource=status") == ""


# What may be written

V4 = "publicIPv4Address"
PIP = "publicIPAddress"
LONG_NAME = "x" * 253

ACCEPTED: dict[str, Json | None] = {
    "nothing at all": None,
    "an empty spec": {},
    "tags": {"tags": {"owner": "My team", "empty": "", "a b:c/d=e+f-g@h": "ä" * 256, "k" * 127: "", "x-aws:": "v"}},
    "forty tags": {"tags": {f"key-{n}": "v" for n in range(40)}},
    "a pool": {"publicIPv4Pool": "ipv4pool-ec2-0123456789abcdef0"},
    "pools": {"publicIPv4Pools": ["ipv4pool-ec2-1", "ipv4pool-ec2-2", "ipv4pool-ec2-1"]},
    "an exact address": {V4: "12.34.56.78"},
    "an exact address by its other name": {PIP: "255.249.199.0"},
    "an exact address by both names": {V4: "1.2.3.4", PIP: "1.2.3.4"},
    "empty strings and lists that a template left": {V4: "", PIP: "", "publicIPv4Pool": "p", "publicIPv4Pools": []},
    "a pod": {"assignment": {"podName": "some-pod"}},
    "a pod with a long name": {"assignment": {"podName": LONG_NAME}},
    "an ENI": {"assignment": {"eni": "my-eni"}},
    "an address of an ENI": {"assignment": {"eni": "my-eni", "eniPrivateIPAddressIndex": 2}},
    "the first address of an ENI": {"assignment": {"eni": "my-eni", "eniPrivateIPAddressIndex": 0}},
    "a private address": {"assignment": {"privateIPAddress": "10.0.16.1"}},
    "a pod as 1.4.1 writes it": {"assignment": {"podName": "web-0", "privateIPAddress": "10.0.16.1"}},
    "an ENI as 1.4.1 writes it": {
        "assignment": {"eni": "e", "eniPrivateIPAddressIndex": 1, "privateIPAddress": "10.0.16.1"}
    },
    "targets that a template left empty": {"assignment": {"podName": "web", "eni": "", "privateIPAddress": ""}},
}

ONE_SOURCE = "at most one of an exact address (publicIPv4Address or publicIPAddress), publicIPv4Pool and publicIPv4Pools"
IPV4 = "must be an IPv4 address such as 203.0.113.7"
ONE_TARGET = "set exactly one of podName, eni and privateIPAddress; to unassign the EIP remove the whole assignment section"
REFUSED: dict[str, tuple[Json, str]] = {
    "two names, two addresses": ({V4: "1.2.3.4", PIP: "1.2.3.5"}, "are two names of one field; set one of them, or both"),
    "address and pool": ({V4: "1.2.3.4", "publicIPv4Pool": "p"}, ONE_SOURCE),
    "address by the other name and pools": ({PIP: "1.2.3.4", "publicIPv4Pools": ["p"]}, ONE_SOURCE),
    "pool and pools": ({"publicIPv4Pool": "p", "publicIPv4Pools": ["q"]}, ONE_SOURCE),
    "no address": ({V4: "my-address"}, f"{V4}: Invalid value: \"my-address\": {IPV4}"),
    "three numbers": ({PIP: "1.2.3"}, IPV4),
    "five numbers": ({PIP: "1.2.3.4.5"}, IPV4),
    "a number too large": ({V4: "1.2.3.256"}, IPV4),
    "leading zeros": ({V4: "1.2.3.04"}, IPV4),
    "a space": ({V4: "1.2.3.4 "}, IPV4),
    "a network": ({V4: "1.2.3.0/24"}, IPV4),
    "IPv6": ({V4: "2001:db8::1"}, IPV4),
    "a private address that is none": ({"assignment": {"privateIPAddress": "10.0.0.300"}}, IPV4),
    "an empty assignment": ({"assignment": {}}, ONE_TARGET),
    "an assignment of empty strings": ({"assignment": {"podName": "", "eni": ""}}, ONE_TARGET),
    "a pod and an ENI": ({"assignment": {"podName": "a", "eni": "b"}}, "podName and eni exclude each other"),
    "an index without an ENI": (
        {"assignment": {"podName": "a", "eniPrivateIPAddressIndex": 1}},
        "eniPrivateIPAddressIndex says which address of an ENI is meant, so it needs eni beside it",
    ),
    "a negative index": (
        {"assignment": {"eni": "a", "eniPrivateIPAddressIndex": -1}},
        "eniPrivateIPAddressIndex: Invalid value: -1: spec.assignment.eniPrivateIPAddressIndex in body should be greater "
        "than or equal to 0",
    ),
    "too many tags": ({"tags": {f"key-{n}": "v" for n in range(41)}}, "spec.tags: Too many: 41: must have at most 40 items"),
    "a long value": ({"tags": {"key": "v" * 257}}, "spec.tags.key: Too long: may not be more than 256"),
    "a long key": ({"tags": {"k" * 128: "v"}}, "the key of a tag has 1 to 127 characters"),
    "an empty key": ({"tags": {"": "v"}}, "the key of a tag has 1 to 127 characters"),
    "a key of AWS": ({"tags": {"aws:name": "v"}}, 'no tag key may start with "aws:", AWS reserves these'),
    "a key of AWS in capitals": ({"tags": {"AwS:name": "v"}}, 'no tag key may start with "aws:", AWS reserves these'),
    "a key of ours": (
        {"tags": {"aws.k8s.logmein.com/uid": "v"}},
        'no tag key may start with "aws.k8s.logmein.com/", the operator marks its addresses with these',
    ),
    "a value that is no string": ({"tags": {"number": 5}}, 'spec.tags.number in body must be of type string: "integer"'),
    "an empty pool among several": ({"publicIPv4Pools": [""]}, "publicIPv4Pools[0]"),
    "a pool id without end": ({"publicIPv4Pool": "p" * 129}, "publicIPv4Pool: Too long"),
    "pools without end": ({"publicIPv4Pools": [f"p{n}" for n in range(101)]}, "publicIPv4Pools: Too many: 101"),
    "a pod name without end": ({"assignment": {"podName": "x" * 254}}, "podName: Too long"),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_accepted(cluster: Ground, case: str) -> None:
    cluster.kubectl("create", "--dry-run=server", "-f", "-", input=eip(ACCEPTED[case]))


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_a_reason(cluster: Ground, case: str) -> None:
    spec, message = REFUSED[case]
    result = cluster.run_kubectl("apply", "-f", "-", input=eip(spec))
    assert result.returncode == 1, result.stdout
    assert message in result.stderr


def test_unknown_fields_are_named(cluster: Ground) -> None:
    result = cluster.run_kubectl("apply", "-f", "-", input=eip({"assignment": {"pod": "some-pod"}}))
    assert 'unknown field "spec.assignment.pod"' in result.stderr


# What may not change any more

HELD = {"allocationId": "eipalloc-1"}
WANTED = {"intent": {"action": "Allocate", "recordedAt": "2026-01-02T03:04:05.000006Z"}}
ADDRESS = "the exact address (publicIPv4Address or publicIPAddress) cannot be added, changed or removed once"
POOL = "publicIPv4Pool cannot be added, changed or removed once"
POOLS = "publicIPv4Pools cannot be added, changed or removed once"
# the spec, the change, and what is said about it
CHANGES: dict[str, tuple[Json, Json, str]] = {
    "another address": ({V4: "1.2.3.4"}, {V4: "1.2.3.5"}, ADDRESS),
    "another address, renamed as well": ({V4: "1.2.3.4"}, {V4: None, PIP: "1.2.3.5"}, ADDRESS),
    "no address any more": ({PIP: "1.2.3.4"}, {PIP: None}, ADDRESS),
    "an address now": ({}, {V4: "1.2.3.4"}, ADDRESS),
    "an address instead of a pool": ({"publicIPv4Pool": "p"}, {"publicIPv4Pool": None, V4: "1.2.3.4"}, ADDRESS),
    "a pool instead of an address": ({V4: "1.2.3.4"}, {V4: None, "publicIPv4Pool": "p"}, ADDRESS),
    "another pool": ({"publicIPv4Pool": "p"}, {"publicIPv4Pool": "q"}, POOL),
    "no pool any more": ({"publicIPv4Pool": "p"}, {"publicIPv4Pool": None}, POOL),
    "a pool now": ({}, {"publicIPv4Pool": "p"}, POOL),
    "pools instead of a pool": (
        {"publicIPv4Pool": "p"}, {"publicIPv4Pool": None, "publicIPv4Pools": ["p"]}, POOL
    ),
    "pools now": ({}, {"publicIPv4Pools": ["p"]}, POOLS),
    "a pool more": ({"publicIPv4Pools": ["p"]}, {"publicIPv4Pools": ["p", "q"]}, POOLS),
    "pools in another order": ({"publicIPv4Pools": ["p", "q"]}, {"publicIPv4Pools": ["q", "p"]}, POOLS),
    "no spec any more": ({V4: "1.2.3.4"}, None, ADDRESS),  # type: ignore[dict-item]
    "the other name": ({V4: "1.2.3.4"}, {V4: None, PIP: "1.2.3.4"}, ""),
    "the first name": ({PIP: "1.2.3.4"}, {PIP: None, V4: "1.2.3.4"}, ""),
    "both names": ({PIP: "1.2.3.4"}, {V4: "1.2.3.4"}, ""),
    "an empty string for nothing": ({}, {V4: "", "publicIPv4Pool": "", "publicIPv4Pools": []}, ""),
    "tags": ({V4: "1.2.3.4"}, {"tags": {"a": "b"}}, ""),
    "a target": ({"publicIPv4Pools": ["p", "q"]}, {"assignment": {"podName": "web"}}, ""),
}  # fmt: skip


@pytest.mark.parametrize("status", [HELD, WANTED], ids=["held", "intended"])
@pytest.mark.parametrize("case", CHANGES)
def test_change_once_an_address_is_held_or_intended(cluster: Ground, case: str, status: Json) -> None:
    spec, change, message = CHANGES[case]
    name = create(cluster, spec, status)
    complaint = patch(cluster, name, {"spec": change})
    assert message in complaint
    assert bool(message) == bool(complaint)


@pytest.mark.parametrize("case", CHANGES)
@pytest.mark.parametrize("status", [None, {"state": "allocating", "allocationId": ""}], ids=["unseen", "without-id"])
def test_everything_may_change_before(cluster: Ground, case: str, status: Json | None) -> None:
    spec, change, _ = CHANGES[case]
    assert patch(cluster, create(cluster, spec, status), {"spec": change}) == ""


# Documentation


def fields(node: Json, path: str = "eip") -> Iterator[tuple[str, Json]]:
    """Every node of the schema below the root, with a name that kubectl explain takes (items and values: None)."""
    for name, child in node.get("properties", {}).items():
        yield f"{path}.{name}", child
        if name != "metadata":
            yield from fields(child, f"{path}.{name}")
    if "items" in node:
        yield f"{path}[]", node["items"]
        yield from fields(node["items"], path)
    if isinstance(node.get("additionalProperties"), dict):
        yield f"{path}{{}}", node["additionalProperties"]


def test_every_field_is_described_and_bounded() -> None:
    found = dict(fields(schema()))
    assert len(found) >= 45
    for path, node in found.items():
        if path in ("eip.metadata", "eip.apiVersion", "eip.kind"):
            continue
        assert re.search(r"[A-Z].*\.$", node.get("description", ""), re.S), f"{path} has no description"
        bounds = {
            "string": ("maxLength", "enum", "format"), "array": ("maxItems",), "integer": ("format",), "boolean": ("type",),
            "object": ("properties", "maxProperties"),
        }[node["type"]]  # fmt: skip
        assert any(bound in node for bound in bounds), f"{path} has no bound"
    for path, node in [("eip", schema()), *found.items()]:
        for rule in node.get("x-kubernetes-validations", []):
            assert rule.get("message"), f"a rule of {path} has no message"


def test_kubectl_explain_knows_every_field(cluster: Ground) -> None:
    def explained(path: str) -> tuple[str, str]:
        return path, cluster.kubectl("explain", path)

    paths = [path for path, _ in fields(schema()) if path[-1] not in "]}"]
    with ThreadPoolExecutor(4) as pool:
        for path, text in pool.map(explained, ["eip", *paths]):
            description = re.search(r"DESCRIPTION:\s+(\S.*)", text)
            assert description and "<empty>" not in description[1], text


def test_columns(cluster: Ground) -> None:
    condition = {
        "type": "Ready", "status": "False", "reason": "PodNotFound", "message": "",
        "lastTransitionTime": "2026-01-02T03:04:05Z",
    }  # fmt: skip
    status = {
        "state": "assigned", "publicIPAddress": "34.228.250.93", "allocationId": "eipalloc-1", "networkInterfaceId": "eni-1",
        "assignment": {"podName": "my-pod", "privateIPAddress": "10.0.16.1"}, "conditions": [condition],
    }  # fmt: skip
    name = create(cluster, {}, status)
    header, row = cluster.kubectl("-n", NAMESPACE, "get", "eip", name).splitlines()
    assert re.split(r"\s{2,}", header.strip()) == ["NAME", "STATE", "PUBLIC IP", "POD", "AGE"]
    assert row.split()[:4] == [name, "assigned", "34.228.250.93", "my-pod"]
    header, row = cluster.kubectl("-n", NAMESPACE, "get", "eip", name, "-o", "wide").splitlines()
    assert re.split(r"\s{2,}", header.strip())[5:] == ["PRIVATE IP", "ENI", "ALLOCATION ID", "READY REASON"]
    assert row.split()[5:] == ["10.0.16.1", "eni-1", "eipalloc-1", "PodNotFound"]


# Status


def test_a_new_object_says_that_nobody_has_looked_yet(cluster: Ground) -> None:
    """To whoever creates it, gets it, lists it or watches it, and also when the creator sends a status of its own."""
    path = f"/apis/aws.k8s.logmein.com/v1alpha1/namespaces/{NAMESPACE}/eips"
    for sent in (None, {"state": "assigned", "observedGeneration": 1}):
        body = eip({}) if sent is None else {**eip({}), "status": sent}
        created = json.loads(cluster.kubectl("create", "-f", "-", "-o", "json", input=body))
        assert created["status"] == {"observedGeneration": -1}
        name = body["metadata"]["name"]
        assert cluster.get("eip", name, NAMESPACE)["status"] == {"observedGeneration": -1}
        listed = cluster.api.request("GET", path)[1]["items"]
        assert {"observedGeneration": -1} in [item["status"] for item in listed if item["metadata"]["name"] == name]
        waited = cluster.run_kubectl("-n", NAMESPACE, "wait", f"eip/{name}", "--for=jsonpath={.status.observedGeneration}=-1",
                                     "--timeout=5s")  # fmt: skip
        assert waited.returncode == 0, waited.stderr


def test_spec_and_status_are_written_apart(cluster: Ground) -> None:
    name = create(cluster, {"tags": {"a": "b"}}, {"state": "allocated", **HELD})
    assert patch(cluster, name, {"status": {"state": "assigned"}}) == ""
    assert patch(cluster, name, {"spec": {"tags": {"a": "c"}}}, "--subresource=status") == ""
    stored = cluster.get("eip", name, NAMESPACE)
    assert stored["status"] == {"state": "allocated", **HELD, "observedGeneration": -1}
    assert stored["spec"] == {"tags": {"a": "b"}}
    assert stored["metadata"]["generation"] == 1


# Objects of 1.4.1 that are stored already

ODD: dict[str, tuple[Json | None, Json | None]] = {
    "no spec": (None, None),
    "an empty spec and an empty status": ({}, {}),
    "a pod with its address": (
        {"assignment": {"podName": "web-0", "privateIPAddress": "10.0.16.1"}},
        {"state": "assigned", "allocationId": "eipalloc-1", "publicIPAddress": "1.2.3.4", "associationId": "eipassoc-1",
         "assignment": {"podName": "web-0", "privateIPAddress": "10.0.16.1"}},
    ),
    "two targets": ({"assignment": {"podName": "a", "eni": "b", "privateIPAddress": "c"}}, {"state": "allocated", **HELD}),
    "no target": ({"assignment": {}}, {"state": "allocated", **HELD}),
    "a negative index": ({"assignment": {"eni": "a", "eniPrivateIPAddressIndex": -1}}, {"state": "assigning", **HELD}),
    "an index without an ENI": ({"assignment": {"podName": "a", "eniPrivateIPAddressIndex": 5000}}, None),
    "every source": (
        {PIP: "1.2.3.4", "publicIPv4Pool": "p", "publicIPv4Pools": ["q"]}, {"state": "allocated", **HELD}
    ),
    "sources without an address yet": ({PIP: "1.2.3.4", "publicIPv4Pools": ["q", "q", ""]}, {"state": "allocating"}),
    "no address": ({PIP: "my-address"}, {"state": ""}),
    "empty strings": (
        {PIP: "", "publicIPv4Pool": "", "publicIPv4Pools": [], "tags": {}, "assignment": {"podName": "", "eni": ""}},
        {"state": "", "allocationId": "", "publicIPAddress": "", "associationId": "", "assignment": {}},
    ),
    "long strings": (
        {PIP: "1" * 500, "publicIPv4Pool": "p" * 500, "assignment": {"podName": "x" * 500}},
        {"state": "s" * 500, "allocationId": "a" * 500, "assignment": {"podName": "x" * 500}},
    ),
    "tags of every kind": (
        {"tags": {"aws:a": "", "aws.k8s.logmein.com/uid": "", "": "", "k" * 500: "v" * 500, **{f"k{n}": "" for n in range(60)}}},
        {"state": "allocated", **HELD},
    ),
    "many pools": ({"publicIPv4Pools": [f"p{n}" for n in range(200)]}, {"state": "reassigning", **HELD}),
    "an unknown state": ({}, {"state": "unknown", **HELD, "assignment": {"eniPrivateIPAddressIndex": -1}}),
}  # fmt: skip
CONDITION = {
    "type": "Ready", "status": "False", "reason": "Invalid", "message": "said by the operator", "observedGeneration": 1,
    "lastTransitionTime": "2026-01-02T03:04:05Z",
}  # fmt: skip


@pytest.fixture(scope="module")
def taken_over(bare: Ground) -> Iterator[dict[str, str]]:
    """The odd objects, stored under the CRD of 1.4.1, which ours has replaced since. Case to name."""
    bare.kubectl("delete", "crd", NAME, "--ignore-not-found")
    bare.kubectl("apply", "-f", str(OLD_CRD))
    bare.kubectl("wait", "--for=condition=Established", "--timeout=30s", f"crd/{NAME}")
    names = {}
    for case, (spec, status) in ODD.items():
        body = eip(spec, finalizers=["aws.k8s.logmein.com"])
        if status is not None:
            body["status"] = status
        bare.wait(lambda: bare.run_kubectl("create", "-f", "-", input=body).returncode == 0, 30, f"stored: {case}")
        names[case] = body["metadata"]["name"]
        # Stored as meant: not pruned, not defaulted.
        stored = bare.get("eip", names[case], NAMESPACE)
        assert (stored.get("spec"), stored.get("status")) == (spec, status)
    install(bare)
    yield names
    for name in names.values():
        patch(bare, name, {"metadata": {"finalizers": None}})


@pytest.mark.parametrize("case", ODD)
def test_odd_object_lives_on(bare: Ground, taken_over: dict[str, str], case: str) -> None:
    name = taken_over[case]
    spec, status = ODD[case]
    stored = bare.get("eip", name, NAMESPACE)
    assert stored.get("spec") == spec
    assert stored["status"] == {**(status or {}), "observedGeneration": -1}
    # A status of ours, step by step: a bad word that is left alone, then replaced.
    patch_status(bare, name, {"observedGeneration": 1, "conditions": [CONDITION]})
    patch_status(bare, name, WANTED)
    patch_status(bare, name, {"intent": None, "state": "allocated", "allocationId": "eipalloc-2", "tagKeys": ["a"]})
    patch_status(bare, name, {"assignment": {"podName": "web", "podUID": "1", "eniPrivateIPAddressIndex": None}})
    # Metadata, as a user and as the operator write it.
    assert patch(bare, name, {"metadata": {"annotations": {"note": "x"}, "finalizers": ["a.b/c", "aws.k8s.logmein.com"]}}) == ""
    assert patch(bare, name, [{"op": "test", "path": "/metadata/finalizers/0", "value": "a.b/c"},
                              {"op": "remove", "path": "/metadata/finalizers/0"}]) == ""  # fmt: skip
    # Deletion.
    bare.kubectl("-n", NAMESPACE, "delete", "eip", name, "--wait=false")
    patch_status(bare, name, {"state": "releasing", "assignment": None})
    version = bare.get("eip", name, NAMESPACE)["metadata"]["resourceVersion"]
    assert patch(bare, name, [{"op": "test", "path": "/metadata/resourceVersion", "value": version},
                              {"op": "remove", "path": "/metadata/finalizers"}]) == ""  # fmt: skip
    assert bare.get("eip", name, NAMESPACE) is None


def test_odd_object_can_be_put_right(bare: Ground, taken_over: dict[str, str]) -> None:
    """Its owner hears what is wrong with the next edit, and dropping what never counted is no change of the address."""
    bare.kubectl("replace", "--force", "-f", str(OLD_CRD))
    name = "odd"
    body = {**eip({PIP: "1.2.3.4", "publicIPv4Pool": "p", "publicIPv4Pools": ["q"]}, name), "status": HELD}
    bare.wait(lambda: bare.run_kubectl("create", "-f", "-", input=body).returncode == 0, 30, "stored")
    install(bare)
    assert ONE_SOURCE in patch(bare, name, {"spec": {"tags": {"a": "b"}}})
    assert ADDRESS in patch(bare, name, {"spec": {PIP: None, "publicIPv4Pools": None}})
    assert patch(bare, name, {"spec": {"publicIPv4Pool": None, "publicIPv4Pools": None, "tags": {"a": "b"}}}) == ""
    assert patch(bare, name, {"spec": {PIP: None, V4: "1.2.3.4"}}) == ""


def test_manifests_of_1_4_1_can_be_applied_again(bare: Ground, taken_over: dict[str, str]) -> None:
    """What kubectl applied under the old CRD is applied under ours: unchanged, then with a target."""
    bare.kubectl("replace", "--force", "-f", str(OLD_CRD))
    manifest = eip({PIP: "1.2.3.4", "tags": {"owner": "My team"}}, "applied")
    bare.wait(lambda: bare.run_kubectl("apply", "-f", "-", input=manifest).returncode == 0, 30, "applied")
    install(bare)
    assert "unchanged" in bare.apply(manifest)
    manifest["spec"]["assignment"] = {"podName": "web"}
    assert "configured" in bare.apply(manifest)
    del manifest["spec"]["assignment"]
    assert "configured" in bare.apply(manifest)
    assert bare.get("eip", "applied", NAMESPACE)["spec"] == manifest["spec"]


def test_old_crd_comes_back(bare: Ground, taken_over: dict[str, str]) -> None:
    """Going back to 1.4.1: its CRD is applied over ours, and our objects keep what it knows."""
    install(bare)
    name = create(bare, {PIP: "1.2.3.4"}, {"state": "allocated", **HELD})
    bare.kubectl("apply", "-f", str(OLD_CRD))

    def stored() -> bool:
        # Without the status subresource, a patch of the object reaches the status.
        patch(bare, name, {"status": {"state": "assigning"}})
        return bare.get("eip", name, NAMESPACE)["status"].get("state") == "assigning"

    bare.wait(stored, 30, "the old CRD in force")
    assert bare.get("eip", name, NAMESPACE)["status"]["allocationId"] == "eipalloc-1"
    install(bare)
