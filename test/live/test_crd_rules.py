"""What the API server accepts and refuses, of all three kinds: every rule and bound of the CRDs with a good and a bad object,
and the message that a user gets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from crds import ONCE, PLURALS, Json, an, bare_ground, complaint, create, install, patch, schema
from ground import Ground

pytestmark = ONCE


@pytest.fixture(scope="module")
def cluster() -> Iterator[Ground]:
    with bare_ground() as started:
        install(started)
        yield started


V4 = "publicIPv4Address"
PIP = "publicIPAddress"
LONG_NAME = "x" * 253
TAGS = {"owner": "My team", "empty": "", "a b:c/d=e+f-g@h": "ä" * 256, "k" * 127: "", "x-aws:": "v"}


def an_eni(**more: object) -> Json:
    return {"subnetID": "subnet-0123456789abcdef0", "securityGroups": ["sg-1"], **more}


def an_association(assignment: Json) -> Json:
    return {"eipName": "my-eip", "assignment": assignment}


# What an assignment may be, in an EIP and in an EIPAssociation.
ASSIGNMENTS: dict[str, Json] = {
    "a pod": {"podName": "some-pod"},
    "a pod with a long name": {"podName": LONG_NAME},
    "an ENI": {"eni": "my-eni"},
    "an ENI with a long name": {"eni": LONG_NAME},
    "an address of an ENI": {"eni": "my-eni", "eniPrivateIPAddressIndex": 2},
    "the first address of an ENI": {"eni": "my-eni", "eniPrivateIPAddressIndex": 0},
    "the last index": {"eni": "my-eni", "eniPrivateIPAddressIndex": 1000},
    "a private address": {"privateIPAddress": "10.0.16.1"},
    "a pod as 1.4.1 writes it": {"podName": "web-0", "privateIPAddress": "10.0.16.1"},
    "an ENI as 1.4.1 writes it": {"eni": "e", "eniPrivateIPAddressIndex": 1, "privateIPAddress": "10.0.16.1"},
    "targets that a template left empty": {"podName": "web", "eni": "", "privateIPAddress": ""},
}

ACCEPTED: dict[str, dict[str, Json | None]] = {
    "EIP": {
        "nothing at all": None,
        "an empty spec": {},
        "tags": {"tags": TAGS},
        "forty tags": {"tags": {f"key-{n}": "v" for n in range(40)}},
        "a pool": {"publicIPv4Pool": "ipv4pool-ec2-0123456789abcdef0"},
        "a pool with a long id": {"publicIPv4Pool": "p" * 128},
        "pools": {"publicIPv4Pools": ["ipv4pool-ec2-1", "ipv4pool-ec2-2", "ipv4pool-ec2-1"]},
        "a hundred pools": {"publicIPv4Pools": ["p" * 128] * 100},
        "an exact address": {V4: "12.34.56.78"},
        "an exact address by its other name": {PIP: "255.249.199.0"},
        "an exact address by both names": {V4: "1.2.3.4", PIP: "1.2.3.4"},
        "empty strings and lists that a template left": {V4: "", PIP: "", "publicIPv4Pool": "p", "publicIPv4Pools": []},
        **{case: {"assignment": assignment} for case, assignment in ASSIGNMENTS.items()},
    },
    "ENI": {
        "what it needs": an_eni(),
        "groups by id and name": an_eni(securityGroups=["sg-0123456789abcdef0", "My group (web)", "n" * 255]),
        "sixteen groups": an_eni(securityGroups=[f"sg-{n}" for n in range(16)]),
        "an old id": an_eni(subnetID="subnet-1a2b3c4d"),
        "no secondary address": an_eni(secondaryPrivateIPAddressCount=0),
        "many secondary addresses": an_eni(secondaryPrivateIPAddressCount=255),
        "a description": an_eni(description="d" * 255),
        "no description": an_eni(description=""),
        "tags": an_eni(tags=TAGS),
        "forty tags": an_eni(tags={f"key-{n}": "v" for n in range(40)}),
        "the tag that keeps the VPC CNI away": an_eni(tags={"node.k8s.amazonaws.com/no_manage": "true"}),
        "a pod": an_eni(attachment={"podName": LONG_NAME}),
    },
    "EIPAssociation": {
        "an EIP with a long name": {"eipName": LONG_NAME, "assignment": {"podName": "a"}},
        **{case: an_association(assignment) for case, assignment in ASSIGNMENTS.items()},
    },
}

ONE_SOURCE = "at most one of an exact address (publicIPv4Address or publicIPAddress), publicIPv4Pool and publicIPv4Pools"
IPV4 = "must be an IPv4 address such as 203.0.113.7"
ONE_TARGET = "set exactly one of podName, eni and privateIPAddress; to unassign the EIP "
SUBNET_ID = "spec.subnetID: Invalid value: {}: must be the id of a subnet such as subnet-0123456789abcdef0"
NO_SUBNET = "spec.subnetID: Required value: set subnetID to the id of the subnet that the network interface is to be in"
NO_GROUPS = "spec.securityGroups: Required value: set securityGroups to at least one security group, by id or by name"
NO_POD = "spec.attachment.podName: Required value: set podName; to detach the network interface remove the whole attachment"


def bad_tags(owner: str) -> dict[str, tuple[Json, str]]:
    return {
        "too many tags": ({f"key-{n}": "v" for n in range(41)}, "spec.tags: Too many: 41: must have at most 40 items"),
        "a long value": ({"key": "v" * 257}, "spec.tags.key: Too long: may not be more than 256"),
        "a long key": ({"k" * 128: "v"}, "the key of a tag has 1 to 127 characters"),
        "an empty key": ({"": "v"}, "the key of a tag has 1 to 127 characters"),
        "a key of AWS": ({"aws:name": "v"}, 'no tag key may start with "aws:", AWS reserves these'),
        "a key of AWS in capitals": ({"AwS:name": "v"}, 'no tag key may start with "aws:", AWS reserves these'),
        "a key of ours": (
            {"aws.k8s.logmein.com/uid": "v"},
            f'no tag key may start with "aws.k8s.logmein.com/", the operator marks its {owner} with these',
        ),
        "a value that is no string": ({"number": 5}, 'spec.tags.number in body must be of type string: "integer"'),
    }


def bad_assignments(to_unassign: str) -> dict[str, tuple[Json, str]]:
    index = "spec.assignment.eniPrivateIPAddressIndex in body should be "
    return {
        "a private address that is none": ({"privateIPAddress": "10.0.0.300"}, IPV4),
        "an address that is none beside a pod": ({"podName": "a", "privateIPAddress": "b"}, IPV4),
        "an empty assignment": ({}, ONE_TARGET + to_unassign),
        "an assignment of empty strings": ({"podName": "", "eni": ""}, ONE_TARGET + to_unassign),
        "a pod and an ENI": ({"podName": "a", "eni": "b"}, "podName and eni exclude each other, an EIP has one target"),
        "an index without an ENI": (
            {"podName": "a", "eniPrivateIPAddressIndex": 1},
            "eniPrivateIPAddressIndex says which address of an ENI is meant, so it needs eni beside it",
        ),
        "a negative index": ({"eni": "a", "eniPrivateIPAddressIndex": -1}, index + "greater than or equal to 0"),
        "an index without end": ({"eni": "a", "eniPrivateIPAddressIndex": 1001}, index + "less than or equal to 1000"),
        "a pod name without end": ({"podName": "x" * 254}, "podName: Too long"),
    }


REFUSED: dict[str, dict[str, tuple[Json | None, str]]] = {
    "EIP": {
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
        "an empty pool among several": ({"publicIPv4Pools": [""]}, "publicIPv4Pools[0]"),
        "a pool id without end": ({"publicIPv4Pool": "p" * 129}, "publicIPv4Pool: Too long"),
        "pools without end": ({"publicIPv4Pools": [f"p{n}" for n in range(101)]}, "publicIPv4Pools: Too many: 101"),
        **{case: ({"tags": tags}, message) for case, (tags, message) in bad_tags("addresses").items()},
        **{
            case: ({"assignment": assignment}, message)
            for case, (assignment, message) in bad_assignments("remove the whole assignment section").items()
        },
    },
    "ENI": {
        "nothing at all": (None, "spec: Required value: an ENI needs a spec with subnetID and securityGroups"),
        "an empty spec": ({}, NO_SUBNET),
        "no subnet": ({"securityGroups": ["sg-1"]}, NO_SUBNET),
        "an empty subnet": (an_eni(subnetID=""), NO_SUBNET),
        "the name of a subnet": (an_eni(subnetID="public-a"), SUBNET_ID.format('"public-a"')),
        "an id of something else": (an_eni(subnetID="vpc-0123456789abcdef0"), SUBNET_ID.format('"vpc-0123456789abcdef0"')),
        "a subnet without end": (an_eni(subnetID="subnet-" + "a" * 122), "spec.subnetID: Too long"),
        "no groups": ({"subnetID": "subnet-1"}, NO_GROUPS),
        "an empty list of groups": (an_eni(securityGroups=[]), NO_GROUPS),
        "an empty group": (an_eni(securityGroups=["sg-1", ""]), "spec.securityGroups[1]"),
        "a group name without end": (an_eni(securityGroups=["n" * 256]), "spec.securityGroups[0]: Too long"),
        "groups without end": (an_eni(securityGroups=[f"sg-{n}" for n in range(17)]), "spec.securityGroups: Too many: 17"),
        "a negative number of addresses": (
            an_eni(secondaryPrivateIPAddressCount=-1),
            "spec.secondaryPrivateIPAddressCount in body should be greater than or equal to 0",
        ),
        "addresses without end": (
            an_eni(secondaryPrivateIPAddressCount=256),
            "spec.secondaryPrivateIPAddressCount in body should be less than or equal to 255",
        ),
        "a description without end": (an_eni(description="d" * 256), "spec.description: Too long"),
        "an empty attachment": (an_eni(attachment={}), NO_POD),
        "an attachment to an empty name": (an_eni(attachment={"podName": ""}), NO_POD),
        "a pod name without end": (an_eni(attachment={"podName": "x" * 254}), "spec.attachment.podName: Too long"),
        **{case: (an_eni(tags=tags), message) for case, (tags, message) in bad_tags("network interfaces").items()},
    },
    "EIPAssociation": {
        "nothing at all": (None, "spec: Required value: an EIPAssociation needs a spec with eipName and assignment"),
        "no EIP": (
            {"assignment": {"podName": "a"}}, "spec.eipName: Required value: set eipName to the name of an EIP in this namespace"
        ),
        "an empty name of an EIP": ({"eipName": "", "assignment": {"podName": "a"}}, "spec.eipName: Required value"),
        "an EIP name without end": ({"eipName": "x" * 254, "assignment": {"podName": "a"}}, "spec.eipName: Too long"),
        "no assignment": (
            {"eipName": "a"}, "spec.assignment: Required value: set assignment to the target that the EIP is to be assigned to"
        ),
        **{
            case: (an_association(assignment), message)
            for case, (assignment, message) in bad_assignments("delete the EIPAssociation").items()
        },
    },
}  # fmt: skip


def cases(table: dict[str, dict[str, object]]) -> list[tuple[str, str]]:
    return [(kind, case) for kind, of_kind in table.items() for case in of_kind]


@pytest.mark.parametrize(("kind", "case"), cases(ACCEPTED))
def test_accepted(cluster: Ground, kind: str, case: str) -> None:
    assert complaint(cluster, an(kind, ACCEPTED[kind][case])) == ""


@pytest.mark.parametrize(("kind", "case"), cases(REFUSED))
def test_refused_with_a_reason(cluster: Ground, kind: str, case: str) -> None:
    spec, message = REFUSED[kind][case]
    assert message in complaint(cluster, an(kind, spec))


def rules(node: Json) -> Iterator[str]:
    """The messages of all rules that judge an object alone, not a change."""
    for rule in node.get("x-kubernetes-validations", []):
        if "oldSelf" not in rule["rule"] or rule.get("optionalOldSelf"):
            yield rule["message"]
    for child in (*node.get("properties", {}).values(), node.get("items"), node.get("additionalProperties")):
        if isinstance(child, dict):
            yield from rules(child)


@pytest.mark.parametrize("kind", PLURALS)
def test_every_rule_has_a_bad_object_above(kind: str) -> None:
    messages = [message for _, message in REFUSED[kind].values()]
    found = list(rules(schema(kind)))
    assert found
    for rule in found:
        assert any(message in rule or rule[:40] in message for message in messages), rule


BEYOND = {
    "minLength": lambda bound: "x" * (bound - 1),
    "maxLength": lambda bound: "x" * (bound + 1),
    "maxItems": lambda bound: ["x"] * (bound + 1),
    "maxProperties": lambda bound: {f"key-{n}": "" for n in range(bound + 1)},
    "minimum": lambda bound: bound - 1,
    "maximum": lambda bound: bound + 1,
}


def beyond(node: Json, path: str, wrap: Callable[[Any], Any]) -> Iterator[tuple[str, str, Any]]:
    """For every bound of a spec: its name, the path, and a spec that is beyond it."""
    for bound, value in BEYOND.items():
        if bound in node:
            yield bound, path, wrap(value(node[bound]))
    for name, child in node.get("properties", {}).items():
        yield from beyond(child, f"{path}.{name}", lambda value, name=name: wrap({name: value}))
    if "items" in node:
        yield from beyond(node["items"], f"{path}[0]", lambda value: wrap([value]))
    if isinstance(node.get("additionalProperties"), dict):
        yield from beyond(node["additionalProperties"], f"{path}.key", lambda value: wrap({"key": value}))


BOUNDS = [
    (kind, bound, path, spec)
    for kind in PLURALS
    for bound, path, spec in beyond(schema(kind)["properties"]["spec"], "spec", lambda value: value)
]


@pytest.mark.parametrize(("kind", "bound", "path", "spec"), BOUNDS, ids=[f"{k}-{p}-{b}" for k, b, p, _ in BOUNDS])
def test_every_bound_is_kept(cluster: Ground, kind: str, bound: str, path: str, spec: Json) -> None:
    said = complaint(cluster, an(kind, spec))
    assert f"{path}: " in said
    assert re.search(r"Too long|Too many|should be (greater|less) than or equal|should be at least 1 chars long", said)


@pytest.mark.parametrize(
    ("kind", "spec", "unknown"),
    [
        ("EIP", {"assignment": {"pod": "some-pod"}}, "spec.assignment.pod"),
        ("ENI", an_eni(subnet="subnet-1"), "spec.subnet"),
        ("EIPAssociation", {"eip": "my-eip"}, "spec.eip"),
    ],
)
def test_unknown_fields_are_named(cluster: Ground, kind: str, spec: Json, unknown: str) -> None:
    result = cluster.run_kubectl("apply", "-f", "-", input=an(kind, spec))
    assert result.returncode == 1
    assert f'unknown field "{unknown}"' in result.stderr


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
    name = create(cluster, "EIP", spec, status)
    said = patch(cluster, "EIP", name, {"spec": change})
    assert message in said
    assert bool(message) == bool(said)


@pytest.mark.parametrize("case", CHANGES)
@pytest.mark.parametrize("status", [None, {"state": "allocating", "allocationId": ""}], ids=["unseen", "without-id"])
def test_everything_may_change_before(cluster: Ground, case: str, status: Json | None) -> None:
    spec, change, _ = CHANGES[case]
    assert patch(cluster, "EIP", create(cluster, "EIP", spec, status), {"spec": change}) == ""


SUBNET = "spec.subnetID: Forbidden: subnetID cannot be changed or removed, a network interface stays in its subnet; delete"
CHANGES_OF_OTHERS: dict[str, tuple[str, Json, Json | None, str]] = {
    "another subnet": ("ENI", an_eni(), {"subnetID": "subnet-1"}, SUBNET),
    "no subnet any more": ("ENI", an_eni(), {"subnetID": None}, SUBNET),
    "an empty subnet": ("ENI", an_eni(), {"subnetID": ""}, SUBNET),
    "no spec any more": ("ENI", an_eni(), None, SUBNET),
    "no groups any more": ("ENI", an_eni(), {"securityGroups": None}, NO_GROUPS),
    "all that may change": (
        "ENI", an_eni(secondaryPrivateIPAddressCount=2, attachment={"podName": "a"}),
        {"securityGroups": ["web"], "secondaryPrivateIPAddressCount": 1, "description": "x", "tags": {"a": "b"},
         "attachment": {"podName": "b"}}, "",
    ),
    "no attachment any more": ("ENI", an_eni(attachment={"podName": "a"}), {"attachment": None}, ""),
    "another EIP": ("EIPAssociation", an_association({"podName": "a"}), {"eipName": "b"}, ""),
    "another target": (
        "EIPAssociation", an_association({"podName": "a"}), {"assignment": {"podName": None, "privateIPAddress": "10.0.0.1"}}, ""
    ),
    "no assignment any more": ("EIPAssociation", an_association({"podName": "a"}), {"assignment": None}, "spec.assignment: Req"),
    "no association any more": ("EIPAssociation", an_association({"podName": "a"}), None, "spec: Required value"),
}  # fmt: skip


@pytest.mark.parametrize("case", CHANGES_OF_OTHERS)
@pytest.mark.parametrize("seen", [False, True], ids=["unseen", "seen"])
def test_change_of_an_eni_or_an_association(cluster: Ground, case: str, seen: bool) -> None:
    kind, spec, change, message = CHANGES_OF_OTHERS[case]
    name = create(cluster, kind, spec, {"observedGeneration": 1} if seen else None)
    said = patch(cluster, kind, name, {"spec": change})
    assert message in said
    assert bool(message) == bool(said)
