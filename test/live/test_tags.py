"""Tags: ours are kept as written, others' are left alone, and no trouble with them touches an assignment."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eips import DEADLINE, GROUP, Eips, mutations, tags_of, wait_reads
from ground import Ground, Operator
from objects import own_tags, sent_tags


def own(eips: Eips, name: str = "my-eip") -> dict[str, str]:
    return own_tags(eips.ground, eips.namespace, name, eips.uid(name))


def wait_tags(eips: Eips, wanted: dict[str, str], name: str = "my-eip") -> None:
    """Until the address has these tags and those of the operator, and no others."""
    expected = {**own(eips, name), **wanted}

    def reached() -> bool:
        assert tags_of(eips.address(name)) == expected, tags_of(eips.address(name))
        return True

    eips.ground.wait(reached, DEADLINE, f"tags of {name}")


def by_hand(eips: Eips, **tags: str) -> None:
    eips.ground.ec2().create_tags(
        Resources=[eips.address()["AllocationId"]], Tags=[{"Key": key, "Value": value} for key, value in tags.items()]
    )


def test_all_tags_are_sent_with_the_allocation_itself(
    own_operator: Callable[..., Operator], eips: Eips, ground: Ground
) -> None:
    own_operator(flags=["-default-tags=team=network,stage=test"])
    since = ground.proxy.mark()
    eips.allocated(tags={"owner": "My team", "stage": "production", "empty": ""})
    (call,) = ground.proxy.calls("AllocateAddress", since)
    wanted = {"owner": "My team", "stage": "production", "empty": "", "team": "network"}  # those of the spec win
    assert sent_tags(call) == {**own(eips), **wanted}
    wait_tags(eips, wanted)
    # An object of an earlier test, on its way out, may get this operator's default tags.
    mine = eips.address()["AllocationId"]
    assert not ground.proxy.calls("CreateTags", since, match=lambda call: call.params["ResourceId.1"] == mine)
    assert {"owner", "stage", "empty", "team"} <= set(eips.status()["tagKeys"])


def test_the_cluster_can_be_named(own_operator: Callable[..., Operator], eips: Eips) -> None:
    own_operator(flags=["-cluster-name", "blue"])
    eips.allocated()
    assert tags_of(eips.address())[f"{GROUP}/cluster"] == "blue"


def test_changed_tags_change_and_removed_ones_go_while_the_assignment_stays(
    impatient: Operator, eips: Eips, ground: Ground
) -> None:
    ip = eips.pod()
    eips.assigned(tags={"owner": "My team", "cost": "7", "old": "x"})
    by_hand(eips, foreign="stays")
    since = ground.proxy.mark()
    eips.apply("my-eip", "web", tags={"owner": "Your team", "cost": "7", "new": "y"})
    wait_tags(eips, {"owner": "Your team", "cost": "7", "new": "y", "foreign": "stays"})
    assert set(mutations(ground, since)) <= {"CreateTags", "DeleteTags"}
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)
    assert "old" not in eips.status()["tagKeys"] and "foreign" not in eips.status()["tagKeys"]


def test_tags_edited_or_deleted_by_hand_are_repaired(impatient: Operator, eips: Eips, ground: Ground) -> None:
    before = eips.allocated(tags={"owner": "My team", "cost": "7"})
    by_hand(eips, owner="Mallory", foreign="stays")
    ground.ec2().delete_tags(Resources=[before["allocationId"]], Tags=[{"Key": "cost"}])
    wait_tags(eips, {"owner": "My team", "cost": "7", "foreign": "stays"})


def test_our_own_tags_are_repaired_too(impatient: Operator, eips: Eips, ground: Ground) -> None:
    before = eips.allocated()
    ground.ec2().delete_tags(Resources=[before["allocationId"]], Tags=[{"Key": f"{GROUP}/name"}])
    wait_tags(eips, {})


def test_a_foreign_tag_of_the_same_name_as_one_removed_before_stays(
    impatient: Operator, eips: Eips, ground: Ground
) -> None:
    """Once the key is out of our hands, it is somebody else's."""
    eips.allocated(tags={"owner": "My team"})
    eips.apply("my-eip", tags={})
    wait_tags(eips, {})
    eips.ground.wait(lambda: "owner" not in eips.status().get("tagKeys", []), DEADLINE, "the key is forgotten")
    by_hand(eips, owner="Somebody")
    wait_reads(ground, 3)
    assert tags_of(eips.address())["owner"] == "Somebody"


@pytest.mark.parametrize("code", ["UnauthorizedOperation", "TagLimitExceeded"])
def test_trouble_with_tags_does_not_touch_the_assignment(
    impatient: Operator, eips: Eips, ground: Ground, code: str
) -> None:
    ip = eips.pod()
    eips.assigned()
    since = ground.proxy.mark()
    refused = ground.proxy.rule("CreateTags", do="refuse", status=403 if "Unauth" in code else 400, code=code)
    eips.apply("my-eip", "web", tags={"late": "tag"})
    refused.wait_hit(DEADLINE)
    wait_reads(ground, 2)
    assert eips.status()["state"] == "assigned"
    eips.check_on("my-eip", ip)
    assert set(mutations(ground, since)) == {"CreateTags"}
    refused.remove()
    eips.apply("my-eip", "web", tags={"late": "tag", "and": "more"})
    wait_tags(eips, {"late": "tag", "and": "more"})


def test_trouble_with_tags_does_not_keep_a_pod_from_its_address(
    impatient: Operator, eips: Eips, ground: Ground
) -> None:
    eips.allocated()
    ip = eips.pod()
    refused = ground.proxy.rule("CreateTags", do="refuse", status=403, code="UnauthorizedOperation")
    eips.apply("my-eip", "web", tags={"late": "tag"})
    ground.wait(lambda: ground.address_of(ip), DEADLINE, "the address on the pod")
    refused.remove()
    eips.wait("my-eip", "assigned")
