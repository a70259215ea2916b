"""Associations and copies in the specs of EIPs that version 1.4.1 left behind; kills in the middle of associations."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from associations import Associations
from eips import IMPATIENT, WRITES, Eips, mutations, on_nothing, wait_reads
from enis import Enis
from ground import Ground, Operator
from kills import kill_at, stop_call
from objects import DEADLINE, Json

Start = Callable[..., Operator]


@pytest.fixture
def later(own_operator: Start) -> Callable[[], Operator]:
    """Starts an impatient operator, when all is as another one left it."""
    return lambda: own_operator(flags=IMPATIENT)


@pytest.fixture
def left(eips: Eips, associations: Associations, ground: Ground) -> Callable[..., str]:
    """An EIP that 1.4.1 has assigned to pod web because of an association; its private address."""

    def make(name: str = "my-eip", association: str = "my-association", **how: Any) -> str:
        ip = eips.pod()
        address = ground.ec2().allocate_address(Domain="vpc")
        made = ground.ec2().associate_address(
            AllocationId=address["AllocationId"], NetworkInterfaceId=ground.eni_of(ip), PrivateIpAddress=ip
        )["AssociationId"]
        copy = how.get("copy", {"podName": "web", "privateIPAddress": ip})
        status = {
            "state": "assigned", "allocationId": address["AllocationId"], "publicIPAddress": address["PublicIp"],
            "associationId": made, "assignment": copy,
        }  # fmt: skip
        eips.left_by_1_4_1(name, status, assignment=copy)
        if association:
            associations.create_left_by_1_4_1(associations.manifest(association, name, podName="web"))
        return ip

    return make


def spec_of(eips: Eips, name: str = "my-eip") -> Json:
    return eips.get(name)["spec"]


def spec_writes(operator: Operator, ground: Ground, eips: Eips, since: int) -> list[str]:
    """Writes of the operator to EIPs themselves, which are finalizers or specs, and not to their status."""
    records = ground.audit(operator.user, WRITES, "eips", eips.namespace, since=since)
    return [record.verb for record in records if not record.subresource]


def test_finalizers_of_1_4_1_are_removed(
    later: Callable[[], Operator], associations: Associations, ground: Ground
) -> None:
    """Also from one that is being deleted already, and from one whose EIP does not exist."""
    for name in ("lives", "doomed"):
        associations.create_left_by_1_4_1(associations.manifest(name, "no-such-eip", podName="web"))
    associations.delete("doomed")
    assert associations.get("doomed")["metadata"]["finalizers"]
    later()
    associations.wait_gone("doomed")
    ground.wait(
        lambda: not associations.get("lives")["metadata"].get("finalizers"), DEADLINE, "the end of the finalizer"
    )
    associations.wait_unbound("lives", "EIPNotFound")


def test_what_1_4_1_assigned_by_an_association_stays_so(
    later: Callable[[], Operator], left: Callable[..., str], associations: Associations, eips: Eips, ground: Ground
) -> None:
    """The copy in the spec is no assignment of the EIP's own; as long as the association is there it stays as it is."""
    ip = left()
    copy = spec_of(eips)["assignment"]
    since = ground.proxy.mark()
    later()
    associations.wait_ready()
    eips.wait_pod_uid("my-eip", "web")
    # The status tells what is believed of the address before its tags are written.
    ground.wait(lambda: eips.owned(eips.uid("my-eip")), 30, "the tags on the address")
    eips.check_on("my-eip", ip)
    wait_reads(ground, 2)
    assert set(mutations(ground, since)) == {"CreateTags"}
    assert spec_of(eips)["assignment"] == copy
    assert eips.status()["assignedBy"] == {"association": "my-association", "copy": copy}


def test_the_copy_goes_with_the_association(
    later: Callable[[], Operator], left: Callable[..., str], associations: Associations, eips: Eips, ground: Ground
) -> None:
    ip = left()
    later()
    associations.wait_ready()
    associations.kubectl("delete", "eipassociation", "my-association", "--timeout=20s")
    eips.wait("my-eip", "allocated")
    assert "assignment" not in spec_of(eips)
    eips.check_free("my-eip")
    assert ground.address_of(ip) is None


def test_the_copy_goes_with_an_association_that_was_deleted_meanwhile(
    later: Callable[[], Operator], left: Callable[..., str], associations: Associations, eips: Eips, ground: Ground
) -> None:
    """While the operator was away, after it had seen both."""
    left()
    operator = later()
    associations.wait_ready()
    ground.wait(
        lambda: not associations.get("my-association")["metadata"].get("finalizers"), DEADLINE, "no finalizer"
    )
    operator.kill9()
    associations.kubectl("delete", "eipassociation", "my-association", "--timeout=20s")
    operator.start()
    eips.wait("my-eip", "allocated")
    assert "assignment" not in spec_of(eips)
    eips.check_free("my-eip")


def test_the_copy_goes_with_an_association_that_is_being_deleted_at_the_start(
    later: Callable[[], Operator], left: Callable[..., str], associations: Associations, eips: Eips
) -> None:
    """1.4.1's finalizer keeps it until we look."""
    left()
    associations.delete("my-association")
    later()
    associations.wait_gone("my-association")
    eips.wait("my-eip", "allocated")
    assert "assignment" not in spec_of(eips)
    eips.check_free("my-eip")


def test_an_edit_of_the_association_moves_the_address_in_spite_of_the_copy(
    later: Callable[[], Operator], left: Callable[..., str], associations: Associations, eips: Eips, ground: Ground
) -> None:
    ip = left()
    other = eips.pod("other")
    later()
    associations.wait_ready()
    associations.apply(podName="other")
    associations.wait_ready()
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", other)
    assert ground.address_of(ip) is None
    assert spec_of(eips).get("assignment", {}).get("podName") != "web"


def test_an_assignment_of_the_users_own_is_not_taken_for_a_copy(
    later: Callable[[], Operator], left: Callable[..., str], associations: Associations, eips: Eips, ground: Ground
) -> None:
    """Without the mark, a privateIPAddress beside podName or eni, it is the user's, and it stays when the association goes."""
    ip = left(copy={"podName": "web"})
    operator = later()
    associations.wait_unbound("my-association", "AssignedBySpec")
    since = ground.audit_log.mark()
    associations.kubectl("delete", "eipassociation", "my-association", "--timeout=20s")
    eips.patch("my-eip", {"spec": {"tags": {"looked": "at"}}})
    ground.wait(lambda: "looked" in str(eips.address()["Tags"]), DEADLINE, "a look")
    assert spec_of(eips)["assignment"] == {"podName": "web"}
    eips.check_on("my-eip", ip)
    assert not spec_writes(operator, ground, eips, since)


def test_an_assignment_with_the_mark_but_without_an_association_is_the_users_own(
    later: Callable[[], Operator], left: Callable[..., str], eips: Eips, ground: Ground
) -> None:
    """1.4.1 marked the specs of all EIPs that it assigned."""
    ip = left(association="")
    copy = spec_of(eips)["assignment"]
    later()
    eips.wait_pod_uid("my-eip", "web")
    wait_reads(ground, 3)
    assert spec_of(eips)["assignment"] == copy
    eips.check_on("my-eip", ip)
    assert "assignedBy" not in eips.status()


def test_an_assignment_with_the_mark_to_another_target_than_the_associations_is_the_users_own(
    later: Callable[[], Operator], left: Callable[..., str], associations: Associations, eips: Eips, ground: Ground
) -> None:
    ip = left(association="")
    associations.create_left_by_1_4_1(associations.manifest("my-association", podName="other"))
    later()
    associations.wait_unbound("my-association", "AssignedBySpec")
    associations.kubectl("delete", "eipassociation", "my-association", "--timeout=20s")
    eips.patch("my-eip", {"spec": {"tags": {"looked": "at"}}})
    ground.wait(lambda: "looked" in str(eips.address()["Tags"]), DEADLINE, "a look")
    assert spec_of(eips)["assignment"]["podName"] == "web"
    eips.check_on("my-eip", ip)


def test_a_copy_that_the_user_edits_in_the_last_moment_stays(
    later: Callable[[], Operator], left: Callable[..., str], associations: Associations, eips: Eips, ground: Ground
) -> None:
    """It is removed by a patch that tests it."""
    left()
    other = eips.pod("other")
    operator = later()
    associations.wait_ready()
    operator.freeze()
    associations.kubectl("delete", "eipassociation", "my-association", "--timeout=20s")
    eips.patch("my-eip", {"spec": {"assignment": {"podName": "other", "privateIPAddress": None}}})
    operator.thaw()
    eips.wait("my-eip", "assigned")
    ground.wait(lambda: ground.address_of(other), DEADLINE, "the address on the other pod")
    assert spec_of(eips)["assignment"] == {"podName": "other"}


@pytest.mark.only_on("double", reason="moto associates with the primary address of an interface alone")
def test_a_copy_by_eni_and_index(
    later: Callable[[], Operator], associations: Associations, eips: Eips, enis: Enis, ground: Ground
) -> None:
    operator = later()
    status = enis.created(secondaryPrivateIPAddressCount=1)
    operator.stop()
    ip = status["privateIPAddresses"][1]
    address = ground.ec2().allocate_address(Domain="vpc")
    ground.ec2().associate_address(
        AllocationId=address["AllocationId"], NetworkInterfaceId=status["networkInterfaceID"], PrivateIpAddress=ip
    )
    target = {"eni": "my-eni", "eniPrivateIPAddressIndex": 1}
    known = {"state": "assigned", "allocationId": address["AllocationId"], "publicIPAddress": address["PublicIp"]}
    eips.left_by_1_4_1("my-eip", known, assignment={**target, "privateIPAddress": ip})
    associations.create_left_by_1_4_1(associations.manifest("my-association", **target))
    since = ground.proxy.mark()
    operator.start()
    associations.wait_ready()
    assert set(mutations(ground, since)) <= {"CreateTags"}
    associations.kubectl("delete", "eipassociation", "my-association", "--timeout=20s")
    eips.wait("my-eip", "allocated")
    assert "assignment" not in spec_of(eips) and on_nothing(eips.address())


def test_taking_over_leaves_at_most_one_event_per_object(
    later: Callable[[], Operator], left: Callable[..., str], associations: Associations, eips: Eips, ground: Ground
) -> None:
    left()
    later()
    associations.wait_ready()
    wait_reads(ground, 3)
    assert len(associations.events("my-association")) <= 1 and len(eips.events("my-eip")) <= 1


# Killed in the middle


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("action", ["AssociateAddress", "DisassociateAddress"])
def test_killed_at_a_call_because_of_an_association(
    impatient: Operator, associations: Associations, eips: Eips, ground: Ground, action: str, moment: str
) -> None:
    ip = eips.pod()
    eips.allocated()
    if action == "DisassociateAddress":
        associations.apply(podName="web")
        associations.wait_ready()
    rule = stop_call(ground, action, moment)
    if action == "AssociateAddress":
        associations.apply(podName="web")
    else:
        associations.kubectl("delete", "eipassociation", "my-association", "--timeout=20s")
    had = (lambda: ground.address_of(ip)) if action == "AssociateAddress" else (lambda: not ground.address_of(ip))
    kill_at(impatient, rule, had if moment == "after" else None)
    impatient.start()
    if action == "AssociateAddress":
        associations.wait_ready(timeout=DEADLINE * 2)
        eips.check_on("my-eip", ip)
    else:
        eips.wait("my-eip", "allocated", DEADLINE * 2)
        eips.check_free("my-eip")
    assert len(eips.addresses()) == 1


def test_killed_while_the_copy_is_removed(
    later: Callable[[], Operator], left: Callable[..., str], associations: Associations, eips: Eips, ground: Ground
) -> None:
    """The association is gone, and what it left is known from the EIP's status alone."""
    left()
    operator = later()
    associations.wait_ready()
    held = ground.proxy.rule("DisassociateAddress", do="hold")
    associations.kubectl("delete", "eipassociation", "my-association", "--timeout=20s")
    held.wait_hit(DEADLINE)
    operator.kill9()
    held.remove()
    operator.start()
    eips.wait("my-eip", "allocated", DEADLINE * 2)
    assert "assignment" not in spec_of(eips), json.dumps(spec_of(eips))
    eips.check_free("my-eip")
