"""An EIPAssociation assigns an EIP for somebody who may not edit the EIP itself."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from associations import Associations
from eips import Eips, mutations, wait_reads
from enis import Enis
from ground import Ground, Operator
from objects import API_VERSION, DEADLINE

pytestmark = pytest.mark.usefixtures("operator")


# Assigned by it


def test_an_association_assigns_an_eip_to_a_pod(associations: Associations, eips: Eips, ground: Ground) -> None:
    ip = eips.pod()
    before = eips.allocated()
    since = ground.proxy.mark()
    associations.apply(podName="web")
    after = eips.wait_pod_uid("my-eip", "web")
    eips.check_on("my-eip", ip)
    assert after["publicIPAddress"] == before["publicIPAddress"]
    associations.wait_ready()
    associations.kubectl_wait("my-association")
    associations.kubectl_wait("my-association", "Bound")
    assert mutations(ground, since) == ["AssociateAddress"]
    # The operator writes no spec.
    assert "assignment" not in eips.get("my-eip")["spec"]
    assert associations.get("my-association")["spec"] == {"eipName": "my-eip", "assignment": {"podName": "web"}}
    assert not associations.get("my-association")["metadata"].get("finalizers")
    assert eips.status()["assignedBy"] == {"association": "my-association"}


def test_an_association_works_before_its_eip_exists(associations: Associations, eips: Eips) -> None:
    ip = eips.pod()
    associations.apply(podName="web")
    associations.wait_unbound("my-association", "EIPNotFound")
    eips.apply("my-eip")
    associations.wait_ready()
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)


def test_an_association_works_before_its_pod_exists(associations: Associations, eips: Eips) -> None:
    eips.allocated()
    associations.apply(podName="web")
    # Bound, and not ready yet for the reason that the EIP gives.
    associations.wait_reason("my-association", "Bound", kind="Bound")
    assert associations.wait_reason("my-association", "PodNotFound")["status"] == "False"
    eips.wait("my-eip", "assigning")
    ip = eips.pod()
    associations.wait_ready()
    eips.check_on("my-eip", ip)
    eips.delete_pod()
    assert associations.wait_reason("my-association", "PodNotFound")["status"] == "False"
    eips.wait("my-eip", "assigning")
    eips.check_free("my-eip")


def test_an_association_to_a_private_address(associations: Associations, eips: Eips, ground: Ground) -> None:
    ip = ground.nodes[1].pod_ip(205)
    ground.network.ensure_eni(ground.nodes[1], ip)
    eips.allocated()
    associations.apply(privateIPAddress=ip)
    associations.wait_ready()
    assert eips.wait("my-eip", "assigned")["assignment"] == {"privateIPAddress": ip}
    eips.check_on("my-eip", ip)


def test_an_association_to_an_eni(associations: Associations, eips: Eips, enis: Enis) -> None:
    status = enis.created()
    eips.allocated()
    associations.apply(eni="my-eni")
    associations.wait_ready()
    assert eips.address()["NetworkInterfaceId"] == status["networkInterfaceID"]
    assert eips.wait("my-eip", "assigned")["assignment"]["eni"] == "my-eni"


@pytest.mark.only_on("double", reason="moto associates with the primary address of an interface alone")
def test_an_association_to_an_address_of_an_eni(associations: Associations, eips: Eips, enis: Enis) -> None:
    ips = enis.created(secondaryPrivateIPAddressCount=2)["privateIPAddresses"]
    eips.allocated()
    associations.apply(eni="my-eni", eniPrivateIPAddressIndex=2)
    associations.wait_ready()
    assert eips.address()["PrivateIpAddress"] == ips[2]
    associations.apply(eni="my-eni", eniPrivateIPAddressIndex=1)
    associations.wait_ready()
    assert eips.address()["PrivateIpAddress"] == ips[1]


# Edited


def test_editing_the_association_moves_the_address(associations: Associations, eips: Eips, ground: Ground) -> None:
    first, second = eips.pod("web", node=ground.nodes[0]), eips.pod("other", node=ground.nodes[1])
    eips.allocated()
    associations.apply(podName="web")
    associations.wait_ready()
    before = eips.check_on("my-eip", first)
    associations.apply(podName="other")
    associations.wait_ready()
    assert eips.check_on("my-eip", second)["AllocationId"] == before["AllocationId"]
    assert ground.address_of(first) is None


def test_an_association_that_names_another_eip_takes_that_one(associations: Associations, eips: Eips) -> None:
    ip = eips.pod()
    eips.apply_many({"one": None, "two": None})
    eips.wait_all("allocated", 2)
    associations.apply(eip="one", podName="web")
    associations.wait_ready()
    eips.check_on("one", ip)
    associations.apply(eip="two", podName="web")
    associations.wait_ready()
    eips.check_on("two", ip)
    eips.wait("one", "allocated")
    eips.check_free("one")


# Deleted


def test_deleting_the_association_unassigns(associations: Associations, eips: Eips, ground: Ground) -> None:
    ip = eips.pod()
    before = eips.allocated()
    associations.apply(podName="web")
    associations.wait_ready()
    since = ground.proxy.mark()
    associations.kubectl("delete", "eipassociation", "my-association", "--timeout=20s")
    after = eips.wait("my-eip", "allocated")
    eips.check_free("my-eip")
    assert ground.address_of(ip) is None
    assert after["publicIPAddress"] == before["publicIPAddress"] and "assignedBy" not in after
    assert mutations(ground, since) == ["DisassociateAddress"]


def test_deleting_the_association_changes_nothing_if_the_eip_is_assigned_otherwise(
    associations: Associations, eips: Eips, ground: Ground
) -> None:
    """Be it to the same pod."""
    ip = eips.pod()
    eips.assigned()
    for target in ("web", "other"):
        associations.apply(podName=target)
        associations.wait_unbound("my-association", "AssignedBySpec")
        since = ground.proxy.mark()
        associations.kubectl("delete", "eipassociation", "my-association", "--timeout=20s")
        eips.patch("my-eip", {"spec": {"tags": {"looked-at": target}}})
        ground.wait(lambda: target in str(eips.address()["Tags"]), DEADLINE, "a look at the EIP")
        eips.wait("my-eip", "assigned")
        eips.check_on("my-eip", ip)
        assert set(mutations(ground, since)) == {"CreateTags"}


def test_deleting_never_hangs_while_no_operator_runs(
    associations: Associations, eips: Eips, operator: Operator, ground: Ground
) -> None:
    ip = eips.pod()
    eips.allocated()
    associations.apply(podName="web")
    associations.wait_ready()
    operator.stop()
    associations.kubectl("delete", "eipassociation", "my-association", "--timeout=20s")
    assert ground.address_of(ip)
    operator.start()
    eips.wait("my-eip", "allocated")
    eips.check_free("my-eip")


@pytest.mark.parametrize("state", ["bound", "no EIP", "EIP held up", "held by another"])
def test_deleting_never_hangs(associations: Associations, eips: Eips, ground: Ground, state: str) -> None:
    eips.pod()
    if state != "no EIP":
        eips.allocated()
    if state == "held by another":
        associations.apply("older", podName="web")
        associations.wait_ready("older")
        associations.wait_younger("older")
    held = ground.proxy.rule("AssociateAddress", do="hold") if state == "EIP held up" else None
    associations.apply(podName="web")
    if held:
        held.wait_hit(DEADLINE)
    else:
        associations.wait_reason("my-association", "Bound", "EIPNotFound", "HeldByAnother", kind="Bound")
    associations.kubectl("delete", "eipassociation", "my-association", "--timeout=20s")
    if held:
        since = ground.proxy.mark()
        held.remove()
        ended = lambda: ground.proxy.calls("DisassociateAddress", since)  # noqa: E731
        ground.wait(ended, DEADLINE, "the end of what the held call did")
        eips.wait("my-eip", "allocated")
        eips.check_free("my-eip")


def test_the_eip_is_deleted_together_with_its_association(associations: Associations, eips: Eips) -> None:
    eips.pod()
    eips.allocated()
    associations.apply(podName="web")
    associations.wait_ready()
    eips.kubectl("delete", "eip", "my-eip", "--timeout=60s")
    assert not eips.addresses()
    associations.wait_unbound("my-association", "EIPNotFound")


def test_an_association_of_an_eip_that_is_being_deleted(associations: Associations, eips: Eips, ground: Ground) -> None:
    eips.allocated()
    held = ground.proxy.rule("ReleaseAddress", do="hold")
    eips.delete("my-eip")
    held.wait_hit(DEADLINE)
    associations.apply(podName="web")
    associations.wait_unbound("my-association", "EIPDeleting")
    held.remove()
    associations.wait_unbound("my-association", "EIPNotFound")


# Several


def test_of_several_associations_the_oldest_holds_the_eip(associations: Associations, eips: Eips, ground: Ground) -> None:
    pods = {name: eips.pod(name) for name in ("first", "second", "third")}
    eips.allocated()
    for name in pods:
        associations.apply(name, podName=name)
        if name != "third":
            associations.wait_younger(name)
    associations.wait_ready("first")
    for name in ("second", "third"):
        assert "first" in associations.wait_unbound(name, "HeldByAnother")["message"]
    eips.check_on("my-eip", pods["first"])
    # The next in line.
    associations.delete("first")
    associations.wait_ready("second")
    assert "second" in associations.wait_unbound("third", "HeldByAnother")["message"]
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", pods["second"])
    assert ground.address_of(pods["first"]) is None
    # The last one of them goes, and one that did not hold it.
    since = ground.proxy.mark()
    associations.kubectl("delete", "eipassociation", "third")
    associations.kubectl("delete", "eipassociation", "second")
    eips.wait("my-eip", "allocated")
    assert mutations(ground, since) == ["DisassociateAddress"]


def test_the_assignment_of_the_eip_itself_comes_first(associations: Associations, eips: Eips, ground: Ground) -> None:
    own, wanted = eips.pod("own"), eips.pod("wanted")
    eips.allocated()
    associations.apply(podName="wanted")
    associations.wait_ready()
    eips.check_on("my-eip", wanted)
    eips.patch("my-eip", {"spec": {"assignment": {"podName": "own"}}})
    associations.wait_unbound("my-association", "AssignedBySpec")
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", own)
    assert ground.address_of(wanted) is None
    eips.patch("my-eip", {"spec": {"assignment": None}})
    associations.wait_ready()
    eips.check_on("my-eip", wanted)


def test_two_eips_are_wanted_on_one_pod(associations: Associations, eips: Eips, ground: Ground) -> None:
    """The rules for targets are those of EIPs: the holder keeps it, the other one waits and says so."""
    ip = eips.pod()
    eips.assigned("holder")
    eips.allocated()
    associations.apply(podName="web")
    associations.wait_reason("my-association", "TargetTaken")
    eips.check_on("holder", ip)
    eips.kubectl("delete", "eip", "holder")
    associations.wait_ready()
    eips.check_on("my-eip", ip)


# Told


def test_the_printed_columns(associations: Associations, eips: Eips) -> None:
    eips.pod()
    eips.allocated()
    associations.apply(podName="web")
    associations.wait_ready()
    header, row = associations.kubectl("get", "eipassociation", "my-association").splitlines()
    assert re.split(r"\s{2,}", header.strip()) == ["NAME", "POD NAME", "EIP NAME", "BOUND", "READY", "AGE"]
    assert row.split()[:5] == ["my-association", "web", "my-eip", "True", "True"]


def test_an_association_settles_and_writes_nothing_more(
    own_operator: Callable[..., Operator], associations: Associations, eips: Eips, ground: Ground
) -> None:
    own_operator(flags=["-resync=1s", "-settle-time=4s"])
    eips.pod()
    eips.allocated()
    associations.apply(podName="web")
    associations.wait_ready()
    eips.wait("my-eip", "assigned")
    versions = [found["metadata"]["resourceVersion"] for found in (*associations.list(), *eips.list())]
    since = ground.proxy.mark()
    wait_reads(ground, 4)
    assert [found["metadata"]["resourceVersion"] for found in (*associations.list(), *eips.list())] == versions
    assert not mutations(ground, since)


def test_an_association_leaves_one_event(associations: Associations, eips: Eips, ground: Ground) -> None:
    eips.pod()
    eips.allocated()
    associations.apply(podName="web")
    associations.wait_ready()
    ground.wait(lambda: associations.events("my-association"), DEADLINE, "an event")
    assert [event["reason"] for event in associations.events("my-association")] == ["Bound"]


def test_an_association_without_a_target_is_refused_with_a_reason(associations: Associations) -> None:
    for spec in ({"eipName": "my-eip"}, {"eipName": "my-eip", "assignment": {}}, {"assignment": {"podName": "web"}}):
        said = associations.kubectl("apply", "-f", "-", input=associations.body("bad", spec), check=False)
        assert "invalid" in said.lower(), (spec, said)


# Whose rights


ASSIGNER = """
apiVersion: v1
kind: ServiceAccount
metadata: {name: assigner}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: assigner}
rules:
- apiGroups: [aws.k8s.logmein.com]
  resources: [eipassociations]
  verbs: [get, list, watch, create, update, patch, delete]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: assigner}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: assigner}
subjects: [{kind: ServiceAccount, name: assigner}]
"""


def test_who_may_write_associations_alone_can_assign_an_eip(
    associations: Associations, eips: Eips, ground: Ground
) -> None:
    """A real ServiceAccount with its own token, which may neither read nor edit the EIP."""
    ip = eips.pod()
    eips.allocated()
    associations.kubectl("apply", "-f", "-", input=ASSIGNER)
    token = associations.kubectl("create", "token", "assigner").strip()

    def as_assigner(*args: str, **more: object) -> str:
        nobody = ground.directory / "nobody.kubeconfig"
        nobody.write_text("")
        access = [f"--server={ground.server}", f"--certificate-authority={ground.pki.ca}", f"--token={token}"]
        return associations.kubectl(*access, *args, kubeconfig=nobody, **more)

    assert "forbidden" in as_assigner("get", "eip", "my-eip", check=False).lower()
    patch = '{"spec":{"assignment":{"podName":"web"}}}'
    assert "forbidden" in as_assigner("patch", "eip", "my-eip", "--type=merge", "-p", patch, check=False).lower()
    manifest = f"""
        apiVersion: {API_VERSION}
        kind: EIPAssociation
        metadata: {{name: my-association}}
        spec: {{eipName: my-eip, assignment: {{podName: web}}}}
    """
    as_assigner("apply", "-f", "-", input=manifest)
    as_assigner("wait", "eipassociation/my-association", "--for=condition=Ready", f"--timeout={DEADLINE:.0f}s")
    eips.check_on("my-eip", ip)
    as_assigner("delete", "eipassociation", "my-association")
    eips.wait("my-eip", "allocated")
    eips.check_free("my-eip")
