"""Every usage of the original README, with the manifests as they are written there."""

from __future__ import annotations

import re

import pytest

from eips import DEADLINE, Eips, mutations, originals, original, tags_of
from ground import Ground, Operator

pytestmark = pytest.mark.usefixtures("operator")
POOL = "ipv4pool-ec2-0123456789abcdef0"


def apply(eips: Eips, manifest: str) -> str:
    return eips.kubectl("apply", "-f", "-", input=manifest).strip()


def filled(fragment: str) -> str:
    """The README leaves out the metadata of some manifests."""
    return fragment.replace("# ...\n", "metadata:\n  name: my-eip\n", 1)


def table(text: str) -> list[list[str]]:
    """The cells of a printed table. The columns of a row stand below those of the headings."""
    lines = text.rstrip("\n").splitlines()
    starts = [found.start() for found in re.finditer(r"(?:^|(?<=  ))\S", lines[0])]
    ends = [*starts[1:], None]
    return [[line[start:end].strip() for start, end in zip(starts, ends)] for line in lines]


def test_an_eip_is_allocated(eips: Eips) -> None:
    said = apply(eips, original("Allocate an EIP"))
    assert said == "eip.aws.k8s.logmein.com/my-eip created"
    status = eips.wait("my-eip", "allocated")
    address = eips.check_free("my-eip")
    assert (address["PublicIp"], address["AllocationId"]) == (status["publicIPAddress"], status["allocationId"])
    assert tags_of(address)["owner"] == "My team"


def test_an_allocated_eip_is_ready(eips: Eips) -> None:
    apply(eips, original("Allocate an EIP"))
    eips.wait("my-eip", "allocated")
    said = {kind: eips.condition("my-eip", kind) for kind in ("Allocated", "Assigned", "Ready", "Stalled")}
    assert {kind: found.get("status") for kind, found in said.items() if kind != "Stalled"} == {
        "Allocated": "True",
        "Assigned": "False",
        "Ready": "True",
    }
    assert said["Assigned"]["reason"] == "NotRequested"
    assert said["Stalled"].get("status", "False") == "False"
    eips.kubectl("wait", "eip/my-eip", "--for=condition=Ready", "--timeout=30s")


def test_an_address_comes_from_the_pool_that_is_named(eips: Eips, ground: Ground) -> None:
    ground.offer_pool(POOL, first_address="203.0.113.0", count=16)
    since = ground.proxy.mark()
    apply(eips, filled(originals("Using BYOIP and requesting a specific address")[0]).replace("<your pool ID here>", POOL))
    eips.wait("my-eip", "allocated")
    calls = ground.proxy.calls("AllocateAddress", since)
    assert [call.params.get("PublicIpv4Pool") for call in calls] == [POOL]
    assert "Address" not in calls[0].params


@pytest.mark.parametrize("field", ["publicIPv4Address", "publicIPAddress"])
def test_an_exact_address_is_allocated_by_either_name_of_the_field(eips: Eips, ground: Ground, field: str) -> None:
    ground.offer_address("12.34.56.78")
    since = ground.proxy.mark()
    manifest = filled(originals("Using BYOIP and requesting a specific address")[1])
    assert "  publicIPv4Address: 12.34.56.78\n" in manifest
    apply(eips, manifest.replace("publicIPv4Address", field))
    assert eips.wait("my-eip", "allocated")["publicIPAddress"] == "12.34.56.78"
    assert eips.address()["PublicIp"] == "12.34.56.78"
    calls = ground.proxy.calls("AllocateAddress", since)
    assert [call.params.get("Address") for call in calls] == ["12.34.56.78"]
    assert "PublicIpv4Pool" not in calls[0].params


def test_an_eip_is_assigned_by_editing_its_manifest(eips: Eips) -> None:
    apply(eips, original("Allocate an EIP"))
    before = eips.wait("my-eip", "allocated")
    ip = eips.pod("some-pod")
    assert apply(eips, original("Assign the EIP to a pod")) == "eip.aws.k8s.logmein.com/my-eip configured"
    after = eips.wait("my-eip", "assigned")
    assert after["publicIPAddress"] == before["publicIPAddress"]
    assert after["assignment"] == {
        "podName": "some-pod",
        "podUID": eips.ground.get("pod", "some-pod", eips.namespace)["metadata"]["uid"],
        "privateIPAddress": ip,
    }
    eips.check_on("my-eip", ip)
    assert eips.condition("my-eip", "Ready")["status"] == "True"
    assert eips.get("my-eip")["spec"]["assignment"] == {"podName": "some-pod"}  # the wish stays the user's


def test_an_eip_is_allocated_and_assigned_in_one_step(eips: Eips) -> None:
    ip = eips.pod("some-pod")
    assert apply(eips, original("Assign the EIP to a pod")).endswith("created")
    eips.wait("my-eip", "assigned")
    assert tags_of(eips.check_on("my-eip", ip))["owner"] == "My team"


def test_an_eip_that_comes_before_its_pod_waits_for_it(eips: Eips) -> None:
    apply(eips, original("Assign the EIP to a pod"))
    eips.wait("my-eip", "assigning")
    eips.wait_reason("my-eip", "PodNotFound")
    assert eips.condition("my-eip", "Stalled").get("status", "False") == "False"
    ip = eips.pod("some-pod")
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)


def test_an_eip_is_unassigned_by_removing_the_section(eips: Eips) -> None:
    ip = eips.pod("some-pod")
    apply(eips, original("Assign the EIP to a pod"))
    before = eips.wait("my-eip", "assigned")
    assert apply(eips, original("Allocate an EIP")).endswith("configured")
    after = eips.wait("my-eip", "allocated")
    assert after["publicIPAddress"] == before["publicIPAddress"]
    eips.check_free("my-eip")
    assert eips.ground.address_of(ip) is None
    apply(eips, original("Assign the EIP to a pod"))
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)


def test_an_eip_moves_when_another_pod_is_named(eips: Eips, ground: Ground) -> None:
    first, second = eips.pod("some-pod", node=ground.nodes[0]), eips.pod("other-pod", node=ground.nodes[1])
    apply(eips, original("Assign the EIP to a pod"))
    before = eips.wait("my-eip", "assigned")
    apply(eips, original("Assign the EIP to a pod").replace("some-pod", "other-pod"))
    after = eips.wait("my-eip", "assigned")
    assert (after["assignment"]["podName"], after["publicIPAddress"]) == ("other-pod", before["publicIPAddress"])
    eips.check_on("my-eip", second)
    assert ground.address_of(first) is None


def test_an_eip_is_released_with_its_object(eips: Eips) -> None:
    apply(eips, original("Allocate an EIP"))
    eips.wait("my-eip", "allocated")
    uid = eips.uid("my-eip")
    said = eips.kubectl("delete", "eip", "my-eip")  # waits until the object is gone
    assert "my-eip" in said and "deleted" in said
    assert not eips.owned(uid)


def test_an_eip_is_unassigned_and_released_in_one_step(eips: Eips, ground: Ground) -> None:
    ip = eips.pod("some-pod")
    apply(eips, original("Assign the EIP to a pod"))
    eips.wait("my-eip", "assigned")
    uid, since = eips.uid("my-eip"), ground.proxy.mark()
    eips.kubectl("delete", "eip", "my-eip")
    assert not eips.owned(uid) and ground.address_of(ip) is None
    # EC2 refuses to release an address that is on something; moto would not.
    assert mutations(ground, since) == ["DisassociateAddress", "ReleaseAddress"]


def test_an_eip_can_be_deleted_while_it_waits_for_its_pod(eips: Eips) -> None:
    apply(eips, original("Assign the EIP to a pod"))
    eips.wait("my-eip", "assigning")
    uid = eips.uid("my-eip")
    eips.kubectl("delete", "eip", "my-eip")
    assert not eips.owned(uid)


def test_the_printed_table_is_that_of_the_readme(eips: Eips) -> None:
    apply(eips, original("Allocate an EIP"))
    public_ip = eips.wait("my-eip", "allocated")["publicIPAddress"]
    head, row = table(eips.kubectl("get", "eip", "my-eip"))
    assert head == ["NAME", "STATE", "PUBLIC IP", "POD", "AGE"]
    assert row[:4] == ["my-eip", "allocated", public_ip, ""]
    eips.pod("some-pod")
    apply(eips, original("Assign the EIP to a pod"))
    eips.wait("my-eip", "assigned")
    _, row = table(eips.kubectl("get", "eip", "my-eip"))
    assert row[:4] == ["my-eip", "assigned", public_ip, "some-pod"]


def test_the_wide_table_shows_where_the_address_is(eips: Eips, ground: Ground) -> None:
    ip = eips.pod("some-pod")
    apply(eips, original("Assign the EIP to a pod"))
    status = eips.wait("my-eip", "assigned")
    wide = eips.kubectl("get", "eip", "my-eip", "-o", "wide")
    for shown in (status["allocationId"], ip, ground.eni_of(ip)):
        assert shown in wide


def test_each_transition_leaves_an_event(eips: Eips) -> None:
    ip = eips.pod("some-pod")
    apply(eips, original("Allocate an EIP"))
    public_ip = eips.wait("my-eip", "allocated")["publicIPAddress"]
    eips.ground.wait(lambda: "Allocated" in reasons(eips), DEADLINE, "an event that it is allocated")
    apply(eips, original("Assign the EIP to a pod"))
    eips.wait("my-eip", "assigned")
    eips.ground.wait(lambda: "Assigned" in reasons(eips), DEADLINE, "an event that it is assigned")
    assert len(eips.events("my-eip")) == 2
    (event,) = [event for event in eips.events("my-eip") if event["reason"] == "Assigned"]
    assert public_ip in event["message"] and ("some-pod" in event["message"] or ip in event["message"])


def reasons(eips: Eips) -> list[str]:
    return [event["reason"] for event in eips.events("my-eip")]


def test_the_ids_and_the_account_are_in_the_status(eips: Eips) -> None:
    apply(eips, original("Allocate an EIP"))
    status = eips.wait("my-eip", "allocated")
    assert status["region"] == "us-east-1"
    assert status.get("accountID", "123456789012") == "123456789012"
    assert "intent" not in status


def test_the_operator_says_that_it_is_ready_and_counts_what_it_does(eips: Eips, operator: Operator) -> None:
    assert operator.health("/healthz") == 200 and operator.health("/readyz") == 200
    apply(eips, original("Allocate an EIP"))
    eips.wait("my-eip", "allocated")
    names = {re.split(r"[{ ]", sample)[0] for sample in operator.metrics()}
    assert {
        "controller_runtime_reconcile_total",
        "controller_runtime_reconcile_errors_total",
        "workqueue_depth",
        "workqueue_adds_total",
        "rest_client_requests_total",
    } <= names
    assert any("ec2" in name for name in names)
