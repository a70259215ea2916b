"""Objects of version 1.4.1 that are stored already, however odd, when our CRDs come over its own: they take status writes, finalizers
and deletion. And the way back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crds import (
    FINALIZER, NAMES, NAMESPACE, OLD_CRDS, ONCE, PLURALS, Json, an, await_established, bare_ground, create, install, patch,
    patch_status,
)  # fmt: skip
from ground import Ground

pytestmark = ONCE
PIP = "publicIPAddress"
V4 = "publicIPv4Address"
HELD = {"allocationId": "eipalloc-1"}
ODD_TAGS = {"aws:a": "", "aws.k8s.logmein.com/uid": "", "": "", "k" * 500: "v" * 500, **{f"k{n}": "" for n in range(60)}}
SUBNET = {"subnetID": "subnet-1", "securityGroups": ["sg-1"]}

# By kind: spec and status. (The older CRD demands subnetID and securityGroups of an ENI's spec, and no spec.)
ODD: dict[str, dict[str, tuple[Json | None, Json | None]]] = {
    "EIP": {
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
        "tags of every kind": ({"tags": ODD_TAGS}, {"state": "allocated", **HELD}),
        "many pools": ({"publicIPv4Pools": [f"p{n}" for n in range(200)]}, {"state": "reassigning", **HELD}),
        "an unknown state": ({}, {"state": "unknown", **HELD, "assignment": {"eniPrivateIPAddressIndex": -1}}),
    },
    "ENI": {
        "no spec": (None, None),
        "one without an id yet": (SUBNET, None),
        "an empty status": (SUBNET, {}),
        "an attached one": (
            {**SUBNET, "secondaryPrivateIPAddressCount": 1, "description": "d", "attachment": {"podName": "web-0"}},
            {"networkInterfaceID": "eni-1", "macAddress": "02:00:00:00:00:01", "privateIPAddresses": ["10.0.16.1", "10.0.16.2"],
             "attachment": {"podName": "web-0"}},
        ),
        "no subnet and no groups": ({"subnetID": "", "securityGroups": []}, None),
        "no subnet and an interface": ({"subnetID": "", "securityGroups": [""]}, {"networkInterfaceID": "eni-1"}),
        "empty strings": (
            {"subnetID": "a", "securityGroups": ["", ""], "description": "", "tags": {}, "attachment": {"podName": ""}},
            {"networkInterfaceID": "", "macAddress": "", "privateIPAddresses": ["", ""], "attachment": {}},
        ),
        "no attachment": ({**SUBNET, "attachment": {}}, {"networkInterfaceID": "eni-1", "attachment": {"podName": ""}}),
        "numbers without sense": ({**SUBNET, "secondaryPrivateIPAddressCount": -5}, {"networkInterfaceID": "eni-1"}),
        "numbers without end": ({**SUBNET, "secondaryPrivateIPAddressCount": 9223372036854775807}, None),
        "long strings": (
            {"subnetID": "s" * 500, "securityGroups": ["g" * 500] * 50, "description": "d" * 500, "attachment": {"podName": "x" * 500}},
            {"networkInterfaceID": "e" * 500, "macAddress": "m" * 500, "privateIPAddresses": ["p" * 500] * 2000,
             "attachment": {"podName": "x" * 500}},
        ),
        "tags of every kind": ({**SUBNET, "tags": ODD_TAGS}, {"networkInterfaceID": "eni-1"}),
    },
    "EIPAssociation": {
        "no spec": (None, None),
        "an empty spec": ({}, None),
        "a pod": ({"eipName": "a", "assignment": {"podName": "web-0"}}, None),
        "no EIP": ({"assignment": {"podName": "web-0"}}, None),
        "no target": ({"eipName": "a", "assignment": {}}, None),
        "no assignment": ({"eipName": "a"}, None),
        "every target": ({"eipName": "a", "assignment": {"podName": "a", "eni": "b", "privateIPAddress": "c"}}, None),
        "a negative index": ({"eipName": "a", "assignment": {"podName": "a", "eniPrivateIPAddressIndex": -1}}, None),
        "empty strings": ({"eipName": "", "assignment": {"podName": "", "eni": "", "privateIPAddress": ""}}, None),
        "long strings": ({"eipName": "e" * 500, "assignment": {"podName": "x" * 500, "privateIPAddress": "1" * 500}}, None),
        "a status": ({"eipName": "a", "assignment": {"eni": "b"}}, {}),
    },
}  # fmt: skip
CASES = [(kind, case) for kind, of_kind in ODD.items() for case in of_kind]
CONDITION = {
    "type": "Ready", "status": "False", "reason": "Invalid", "message": "said by the operator", "observedGeneration": 1,
    "lastTransitionTime": "2026-01-02T03:04:05Z",
}  # fmt: skip
SEEN = {"observedGeneration": 1, "conditions": [CONDITION]}
# What the operator writes one after the other: a bad value that is left alone at first, then replaced; at last what deletion brings.
WRITES: dict[str, list[Json]] = {
    "EIP": [
        SEEN,
        {"intent": {"action": "Allocate", "recordedAt": "2026-01-02T03:04:05.000006Z"}},
        {"intent": None, "state": "allocated", "allocationId": "eipalloc-2", "tagKeys": ["a"]},
        {"assignment": {"podName": "web", "podUID": "1", "eniPrivateIPAddressIndex": None}},
        {"assignedBy": {"association": "a", "copy": {"podName": "x" * 500, "privateIPAddress": "c"}}},
        {"state": "releasing", "assignment": None, "assignedBy": None},
    ],
    "ENI": [
        SEEN,
        {"clientTokenSequence": 1,
         "intent": {"action": "Create", "recordedAt": "2026-01-02T03:04:05.000006Z", "subnetID": "s" * 500,
                    "securityGroupIDs": ["g" * 500] * 50, "description": "d" * 500, "tags": ODD_TAGS}},
        {"intent": None, "networkInterfaceID": "eni-2", "macAddress": "02:00:00:00:00:02", "tagKeys": ["a"],
         "privateIPAddresses": ["10.0.0.1", "10.0.0.2"]},
        {"attachment": {"podName": "web", "podUID": "1", "instanceID": "i-1", "attachmentID": "eni-attach-1", "deviceIndex": 1}},
        {"attachment": None},
    ],
    "EIPAssociation": [SEEN, {"conditions": [{**CONDITION, "type": "Bound"}, CONDITION]}],
}  # fmt: skip


def restore_old_crds(ground: Ground) -> None:
    """Those of 1.4.1, and with them no objects."""
    ground.kubectl("delete", "crd", *NAMES, "--ignore-not-found")
    ground.kubectl("apply", "-f", str(OLD_CRDS))
    await_established(ground)


def store(ground: Ground, body: Json) -> None:
    """Under the CRD of 1.4.1: as meant, not pruned, not defaulted."""
    ground.wait(lambda: ground.run_kubectl("create", "-f", "-", input=body).returncode == 0, 30, f"stored: {body['metadata']}")
    stored = ground.get(body["kind"], body["metadata"]["name"], NAMESPACE)
    assert (stored.get("spec"), stored.get("status")) == (body.get("spec"), body.get("status"))


@pytest.fixture(scope="module")
def bare() -> Iterator[Ground]:
    with bare_ground() as started:
        yield started


@pytest.fixture(scope="module")
def taken_over(bare: Ground) -> Iterator[dict[tuple[str, str], str]]:
    """The odd objects, stored under the CRDs of 1.4.1, which ours have replaced since. Kind and case to name."""
    restore_old_crds(bare)
    names = {}
    for kind, case in CASES:
        spec, status = ODD[kind][case]
        body = an(kind, spec, finalizers=[FINALIZER])
        if status is not None:
            body["status"] = status
        store(bare, body)
        names[kind, case] = body["metadata"]["name"]
    install(bare)
    yield names
    for (kind, _), name in names.items():
        patch(bare, kind, name, {"metadata": {"finalizers": None}})


@pytest.mark.parametrize(("kind", "case"), CASES)
def test_odd_object_lives_on(bare: Ground, taken_over: dict[tuple[str, str], str], kind: str, case: str) -> None:
    name = taken_over[kind, case]
    spec, status = ODD[kind][case]
    stored = bare.get(kind, name, NAMESPACE)
    assert stored.get("spec") == spec
    assert stored["status"] == {**(status or {}), "observedGeneration": -1}
    *before, last = WRITES[kind]
    for written in before:
        patch_status(bare, kind, name, written)
    # Metadata, as a user and as the operator write it.
    change = {"metadata": {"annotations": {"note": "x"}, "finalizers": ["a.b/c", FINALIZER]}}
    assert patch(bare, kind, name, change) == ""
    assert patch(bare, kind, name, [{"op": "test", "path": "/metadata/finalizers/0", "value": "a.b/c"},
                                    {"op": "remove", "path": "/metadata/finalizers/0"}]) == ""  # fmt: skip
    # Deletion.
    bare.kubectl("-n", NAMESPACE, "delete", kind, name, "--wait=false")
    patch_status(bare, kind, name, last)
    version = bare.get(kind, name, NAMESPACE)["metadata"]["resourceVersion"]
    assert patch(bare, kind, name, {"metadata": {"resourceVersion": version, "finalizers": []}}) == ""
    assert bare.get(kind, name, NAMESPACE) is None


def test_odd_eip_can_be_put_right(bare: Ground, taken_over: dict[tuple[str, str], str]) -> None:
    """Its owner hears what is wrong with the next edit, and dropping what never counted is no change of the address."""
    restore_old_crds(bare)
    store(bare, {**an("EIP", {PIP: "1.2.3.4", "publicIPv4Pool": "p", "publicIPv4Pools": ["q"]}, "odd"), "status": HELD})
    install(bare)
    assert "at most one of an exact address" in patch(bare, "EIP", "odd", {"spec": {"tags": {"a": "b"}}})
    change = {"spec": {PIP: None, "publicIPv4Pools": None}}
    assert "the exact address (publicIPv4Address or publicIPAddress) cannot be" in patch(bare, "EIP", "odd", change)
    change = {"spec": {"publicIPv4Pool": None, "publicIPv4Pools": None, "tags": {"a": "b"}}}
    assert patch(bare, "EIP", "odd", change) == ""
    assert patch(bare, "EIP", "odd", {"spec": {PIP: None, V4: "1.2.3.4"}}) == ""


def test_the_copy_of_an_association_can_be_removed_from_an_odd_eip(bare: Ground, taken_over: dict[tuple[str, str], str]) -> None:
    """The only write of the operator to a spec: what else is wrong there is in its way, what was wrong in the copy goes with it."""
    restore_old_crds(bare)
    copy = {"podName": "web-0", "eni": "b", "privateIPAddress": "c"}
    store(bare, an("EIP", {"assignment": copy}, "copied"))
    store(bare, an("EIP", {"assignment": copy, PIP: "1.2.3.4", "publicIPv4Pool": "p"}, "odd-and-copied"))
    install(bare)
    removal = [{"op": "test", "path": "/spec/assignment", "value": copy}, {"op": "remove", "path": "/spec/assignment"}]
    assert patch(bare, "EIP", "copied", removal) == ""
    assert "at most one of an exact address" in patch(bare, "EIP", "odd-and-copied", removal)


def test_odd_others_can_be_put_right(bare: Ground, taken_over: dict[tuple[str, str], str]) -> None:
    restore_old_crds(bare)
    store(bare, an("ENI", {"subnetID": "", "securityGroups": []}, "odd"))
    store(bare, an("ENI", None, "none"))
    store(bare, an("EIPAssociation", None, "none"))
    install(bare)
    said = patch(bare, "ENI", "odd", {"spec": {"description": "d"}})
    assert "set subnetID" in said and "set securityGroups" in said
    good = {"subnetID": "subnet-1", "securityGroups": ["sg-1"]}
    for name in ("odd", "none"):
        assert patch(bare, "ENI", name, {"spec": good}) == ""
        assert "subnetID cannot be changed" in patch(bare, "ENI", name, {"spec": {"subnetID": "subnet-2"}})
        assert "an ENI needs a spec" in patch(bare, "ENI", name, {"spec": None})
    assert patch(bare, "EIPAssociation", "none", {"spec": {"eipName": "a", "assignment": {"podName": "b"}}}) == ""
    assert "an EIPAssociation needs a spec" in patch(bare, "EIPAssociation", "none", {"spec": None})


MANIFESTS: dict[str, tuple[Json, Json]] = {
    "EIP": ({PIP: "1.2.3.4", "tags": {"owner": "My team"}}, {"assignment": {"podName": "web"}}),
    "ENI": ({**SUBNET, "tags": {"owner": "My team"}}, {"attachment": {"podName": "web"}}),
    "EIPAssociation": ({"eipName": "a", "assignment": {"podName": "b"}}, {"eipName": "c"}),
}


def test_manifests_of_1_4_1_can_be_applied_again(bare: Ground, taken_over: dict[tuple[str, str], str]) -> None:
    """What kubectl applied under the old CRDs is applied under ours: unchanged, then with a change, then as before."""
    restore_old_crds(bare)
    for kind, (spec, _) in MANIFESTS.items():
        manifest = an(kind, spec, "applied")
        bare.wait(lambda: bare.run_kubectl("apply", "-f", "-", input=manifest).returncode == 0, 30, "applied")  # noqa: B023
    install(bare)
    for kind, (spec, change) in MANIFESTS.items():
        assert "unchanged" in bare.apply(an(kind, spec, "applied"))
        assert "configured" in bare.apply(an(kind, {**spec, **change}, "applied"))
        assert "configured" in bare.apply(an(kind, spec, "applied"))
        assert bare.get(kind, "applied", NAMESPACE)["spec"] == spec


def test_old_crds_come_back(bare: Ground, taken_over: dict[tuple[str, str], str]) -> None:
    """Going back to 1.4.1: its CRDs are applied over ours, and our objects keep what it knows."""
    install(bare)
    specs: dict[str, Json] = {kind: spec for kind, (spec, _) in MANIFESTS.items()}
    ids: dict[str, Json] = {"EIP": HELD, "ENI": {"networkInterfaceID": "eni-1"}, "EIPAssociation": {}}
    names = {kind: create(bare, kind, specs[kind], {**ids[kind], **SEEN}) for kind in PLURALS}
    bare.kubectl("apply", "-f", str(OLD_CRDS))

    def stored() -> bool:
        # Without the status subresource, a patch of the object reaches the status.
        patch(bare, "EIP", names["EIP"], {"status": {"state": "assigning"}})
        patch(bare, "ENI", names["ENI"], {"status": {"macAddress": "02:00:00:00:00:01"}})
        eip, eni = (bare.get(kind, names[kind], NAMESPACE)["status"] for kind in ("EIP", "ENI"))
        return eip.get("state") == "assigning" and eni.get("macAddress") == "02:00:00:00:00:01"

    bare.wait(stored, 30, "the old CRDs in force")
    for kind in PLURALS:
        kept = bare.get(kind, names[kind], NAMESPACE)
        assert kept["spec"] == specs[kind]
        assert ids[kind].items() <= kept.get("status", {}).items()
    install(bare)
