"""EIPs that belong to a pod: deleted with it, in all ways in which Kubernetes deletes."""

from __future__ import annotations

import pytest

from eips import DEADLINE, Eips, original
from ground import Ground

pytestmark = pytest.mark.usefixtures("operator")


def owned_eip(eips: Eips) -> str:
    """The manifest of the original README for a running pod; returns the uid of the EIP."""
    ip = eips.pod("some-pod")
    uid = eips.ground.get("pod", "some-pod", eips.namespace)["metadata"]["uid"]
    manifest = original("Cleanup").replace("uid: ... # put the UID of the pod here", f"uid: {uid}")
    assert uid in manifest
    eips.kubectl("apply", "-f", "-", input=manifest)
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)
    return eips.uid("my-eip")


def pod_is_gone(eips: Eips) -> bool:
    return eips.ground.get("pod", "some-pod", eips.namespace) is None


def test_deleting_the_pod_releases_its_address(eips: Eips) -> None:
    uid = owned_eip(eips)
    eips.kubectl("delete", "pod", "some-pod")
    eips.wait_gone("my-eip")
    assert not eips.owned(uid)


def test_foreground_deletion_keeps_the_pod_until_its_address_is_released(eips: Eips, ground: Ground) -> None:
    uid = owned_eip(eips)
    release = ground.proxy.rule("ReleaseAddress", do="hold")
    eips.kubectl("delete", "pod", "some-pod", "--cascade=foreground", "--wait=false")
    release.wait_hit(DEADLINE)
    pod = ground.get("pod", "some-pod", eips.namespace)
    assert pod is not None and "foregroundDeletion" in pod["metadata"]["finalizers"]
    assert eips.owned(uid) and "deletionTimestamp" in eips.get("my-eip")["metadata"]
    release.release()
    ground.wait(lambda: pod_is_gone(eips), DEADLINE, "the end of the pod")
    eips.wait_gone("my-eip")
    assert not eips.owned(uid)


def test_background_deletion_lets_the_pod_go_first(eips: Eips, ground: Ground) -> None:
    uid = owned_eip(eips)
    release = ground.proxy.rule("ReleaseAddress", do="hold")
    eips.kubectl("delete", "pod", "some-pod", "--cascade=background", "--wait=false")
    release.wait_hit(DEADLINE)
    ground.wait(lambda: pod_is_gone(eips), DEADLINE, "the end of the pod")
    assert eips.owned(uid) and eips.get("my-eip")
    release.release()
    eips.wait_gone("my-eip")
    assert not eips.owned(uid)


def test_orphaning_deletion_keeps_the_address(eips: Eips, ground: Ground) -> None:
    owned_eip(eips)
    eips.kubectl("delete", "pod", "some-pod", "--cascade=orphan")
    ground.wait(lambda: pod_is_gone(eips), DEADLINE, "the end of the pod")
    eips.wait_reason("my-eip", "PodNotFound")
    eips.wait("my-eip", "assigning")
    assert "ownerReferences" not in eips.get("my-eip")["metadata"]
    eips.check_free("my-eip")


def test_a_namespace_is_deleted_with_the_eips_in_it(ground: Ground, namespace: str) -> None:
    other = f"{namespace}-doomed"
    ground.kubectl("create", "namespace", other)
    ground.wait(lambda: ground.get("serviceaccount", "default", other), DEADLINE, f"the account of {other}")
    eips = Eips(ground, other)
    eips.pod("web")
    eips.apply_many({"on-a-pod": "web", "free": None, "waiting": "missing"})
    eips.wait("on-a-pod", "assigned")
    eips.wait("free", "allocated")
    eips.wait("waiting", "assigning")
    assert len(eips.addresses()) == 3
    ground.kubectl("delete", "namespace", other, "--wait=false")
    ground.wait(lambda: ground.get("namespace", other) is None, DEADLINE * 2, f"the end of {other}")
    assert not eips.addresses()
