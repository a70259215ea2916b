"""Objects that explain themselves: what `kubectl wait`, kstatus tools and a person reading them learn; and the
examples of docs/, run as they are written there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from associations import Associations
from eips import Eips
from enis import Enis, private_ips, subnet_of
from ground import Ground, Operator
from objects import DEADLINE, Json, Objects

pytestmark = pytest.mark.usefixtures("operator")
DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture
def all_kinds(eips: Eips, enis: Enis, associations: Associations) -> list[tuple[Objects, str]]:
    """One ready object of each kind."""
    enis.pod("web")
    enis.apply("my-eni", "web")
    eips.apply("my-eip")
    associations.apply(podName="web")
    return [(eips, "my-eip"), (enis, "my-eni"), (associations, "my-association")]


def test_kubectl_waits_for_all_kinds_with_one_command(all_kinds: list[tuple[Objects, str]], namespace: str, ground: Ground) -> None:
    """As soon as they are applied: nothing says yet that they are ready."""
    for objects, name in all_kinds:
        objects.kubectl_wait(name)
    said = ground.kubectl(
        "-n", namespace, "wait", "eips,enis,eipassociations", "--all", "--for=condition=Ready", "--timeout=60s"
    )
    assert said.count("condition met") == 3


def test_every_condition_has_a_reason_that_is_documented(all_kinds: list[tuple[Objects, str]]) -> None:
    documented = set(re.findall(r"`([A-Z][A-Za-z0-9]+)`", (DOCS / "reasons.md").read_text()))
    types = {"EIP": {"Allocated", "Assigned"}, "ENI": {"Created", "Attached"}, "EIPAssociation": {"Bound"}}
    for objects, name in all_kinds:
        objects.kubectl_wait(name)
        conditions = objects.get(name)["status"]["conditions"]
        assert types[objects.KIND] | {"Ready"} <= {entry["type"] for entry in conditions}
        for entry in conditions:
            assert entry["status"] in ("True", "False") and entry["reason"] in documented, entry
            assert entry["lastTransitionTime"] and "message" in entry


def test_what_is_seen_has_the_generation_that_it_is_about(all_kinds: list[tuple[Objects, str]], ground: Ground) -> None:
    """As kstatus reads it: below metadata.generation, the rest of the status speaks of an earlier spec."""
    edits: dict[str, Json] = {
        "EIP": {"tags": {"a": "b"}},
        "ENI": {"description": "changed"},
        "EIPAssociation": {"assignment": {"podName": "other"}},
    }
    for objects, name in all_kinds:
        objects.kubectl_wait(name)
        before = objects.get(name)
        assert before["status"]["observedGeneration"] == before["metadata"]["generation"]
        objects.patch(name, {"spec": edits[objects.KIND]})

        def seen() -> bool:
            now = objects.get(name)
            generation = now["metadata"]["generation"]
            assert generation > before["metadata"]["generation"]
            assert now["status"]["observedGeneration"] == generation, now["status"]
            return all(entry["observedGeneration"] == generation for entry in now["status"]["conditions"])

        ground.wait(seen, DEADLINE, f"generation of {objects.KIND} {name} seen")


def test_nobody_has_looked_at_what_is_new(
    operator: Operator, eips: Eips, enis: Enis, associations: Associations
) -> None:
    operator.stop()
    eips.apply("my-eip")
    enis.apply("my-eni")
    associations.apply(podName="web")
    for objects, name in ((eips, "my-eip"), (enis, "my-eni"), (associations, "my-association")):
        assert objects.get(name)["status"] == {"observedGeneration": -1}
    operator.start()
    eips.wait("my-eip", "assigning")
    enis.wait_created()
    associations.wait_reason("my-association", "Bound", kind="Bound")


def test_a_person_reads_in_describe_what_goes_on(enis: Enis, eips: Eips, associations: Associations) -> None:
    enis.apply("my-eni", "web")
    enis.wait_reason("my-eni", "PodNotFound")
    eips.apply("my-eip", assignment={"eni": "no-such-eni"})
    eips.wait_reason("my-eip", "ENINotFound")
    associations.apply(eip="no-such-eip", podName="web")
    associations.wait_unbound("my-association", "EIPNotFound")
    for kind, name, words in (
        ("eni", "my-eni", ("PodNotFound", "web")),
        ("eip", "my-eip", ("ENINotFound", "no-such-eni")),
        ("eipassociation", "my-association", ("EIPNotFound", "no-such-eip")),
    ):
        described = eips.kubectl("describe", kind, name)
        assert all(word in described for word in words), described


# The examples of docs/


def example(ground: Ground, name: str) -> str:
    """As it is written, but for the two ids that stand for real ones."""
    text = (DOCS / "examples" / name).read_text()
    text = text.replace("subnet-0123456789abcdef0", subnet_of(ground, ground.nodes[0]))
    return text.replace("sg-0123456789abcdef0", ground.network.security_group)


def test_the_example_of_an_eni(enis: Enis, ground: Ground) -> None:
    enis.kubectl("apply", "-f", "-", input=example(ground, "eni.yaml"))
    enis.wait_reason("my-eni", "PodNotFound")
    enis.pod("my-pod")
    enis.kubectl_wait("my-eni")
    enis.wait_attached("my-eni", "my-pod")
    enis.check_on("my-eni", ground.nodes[0])
    enis.kubectl("delete", "-f", "-", input=example(ground, "eni.yaml"))
    assert not enis.interfaces()


@pytest.mark.only_on("double", reason="moto associates with the primary address of an interface alone")
def test_the_example_of_an_eni_with_eips(enis: Enis, eips: Eips, ground: Ground) -> None:
    enis.kubectl("apply", "-f", "-", input=example(ground, "eni-eip.yaml"))
    for name in ("public-eni-0", "public-eni-1"):
        eips.kubectl_wait(name)
    enis.wait_created("public-eni")
    interface = enis.check("public-eni")
    assert [eips.address(f"public-eni-{index}")["PrivateIpAddress"] for index in (0, 1)] == private_ips(interface)
    enis.kubectl("delete", "-f", "-", input=example(ground, "eni-eip.yaml"))
    assert not enis.interfaces() and not eips.addresses()


def test_the_example_of_an_association(associations: Associations, eips: Eips, ground: Ground) -> None:
    ip = eips.pod("my-pod")
    eips.kubectl("apply", "-f", "-", input=example(ground, "eipassociation.yaml"))
    associations.kubectl_wait("my-eip-to-my-pod")
    eips.check_on("my-eip", ip)
    eips.kubectl("delete", "-f", "-", input=example(ground, "eipassociation.yaml"))
    assert not eips.addresses()


def test_the_example_of_rights_for_associations_alone(associations: Associations, eips: Eips, ground: Ground) -> None:
    """Alice assigns the EIP, and can change nothing about it."""
    ip = eips.pod("my-pod")
    eips.allocated()
    text = example(ground, "eipassociation-rbac.yaml").replace("namespace: default", f"namespace: {eips.namespace}")
    eips.kubectl("apply", "-f", "-", input=text)

    def may(verb: str, what: str) -> bool:
        return eips.kubectl("auth", "can-i", verb, what, as_user="alice", check=False).strip().endswith("yes")

    assert may("create", "eipassociations.aws.k8s.logmein.com") and may("delete", "eipassociations.aws.k8s.logmein.com")
    assert not any(may(verb, "eips.aws.k8s.logmein.com") for verb in ("create", "patch", "update", "delete"))
    associations.kubectl(
        "apply", "-f", "-", as_user="alice", input=associations.manifest("hers", "my-eip", podName="my-pod")
    )
    associations.wait_ready("hers")
    eips.check_on("my-eip", ip)
