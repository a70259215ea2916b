"""An ENI is a network interface in EC2: made as its spec says, told in its status, changed with its spec, gone with it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from eips import mutations, wait_reads
from enis import NO_MANAGE, Enis, group_ids, new_group, private_ips, subnet_of, tag_by_hand
from ground import Ground, Operator
from objects import DEADLINE, GROUP, own_tags, sent_tags, tags_of

# Made


@pytest.mark.usefixtures("operator")
def test_an_eni_is_created_as_its_spec_says(enis: Enis, ground: Ground) -> None:
    since = ground.proxy.mark()
    uid = enis.apply(
        "my-eni", tags={"owner": "My team", "empty": ""}, description="for web-0", secondaryPrivateIPAddressCount=2
    )
    status = enis.wait_created()
    interface = enis.check_free()
    assert interface["SubnetId"] == subnet_of(ground, ground.nodes[0])
    assert group_ids(interface) == [ground.network.security_group]
    assert interface["Description"] == "for web-0"
    assert len(private_ips(interface)) == len(set(private_ips(interface))) == 3
    assert status["privateIPAddresses"][0] == private_ips(interface)[0]
    expected = {"owner": "My team", "empty": "", **NO_MANAGE, **own_tags(ground, enis.namespace, "my-eni", uid)}
    assert tags_of(interface) == expected
    # All of it went with the one call.
    assert mutations(ground, since) == ["CreateNetworkInterface"]
    (call,) = ground.proxy.calls("CreateNetworkInterface", since)
    assert sent_tags(call) == expected
    assert call.params["SecondaryPrivateIpAddressCount"] == "2" and call.params["Description"] == "for web-0"


@pytest.mark.usefixtures("operator")
def test_the_smallest_spec_makes_an_interface_with_one_address(enis: Enis, ground: Ground) -> None:
    status = enis.created()
    interface = enis.check_free()
    assert status["privateIPAddresses"] == private_ips(interface) and len(private_ips(interface)) == 1
    assert tags_of(interface) == enis.own_tags()


def test_default_tags_go_with_the_creation_and_those_of_the_spec_win(
    own_operator: Callable[..., Operator], enis: Enis, ground: Ground
) -> None:
    own_operator(flags=["-default-tags=team=network,stage=test"])
    since = ground.proxy.mark()
    enis.created(tags={"stage": "production"})
    enis.wait_tags({"stage": "production", "team": "network"})
    (call,) = ground.proxy.calls("CreateNetworkInterface", since)
    assert sent_tags(call) == {**enis.own_tags(), "stage": "production", "team": "network"}
    mine = enis.status()["networkInterfaceID"]
    assert not ground.proxy.calls("CreateTags", since, match=lambda tagged: mine in tagged.params.values())
    assert {"stage", "team"} <= set(enis.status()["tagKeys"])


@pytest.mark.usefixtures("operator")
def test_the_client_token_is_the_uid_and_a_number(enis: Enis, ground: Ground) -> None:
    since = ground.proxy.mark()
    uid = enis.apply("my-eni")
    status = enis.wait_created()
    (call,) = ground.proxy.calls("CreateNetworkInterface", since)
    token = call.params["ClientToken"]
    assert token.startswith(uid) and len(token) <= 64 and token.isascii()
    assert re.findall(r"\d+", token[len(uid) :]) == [str(status["clientTokenSequence"])]
    assert "intent" not in status


@pytest.mark.usefixtures("operator")
def test_the_intent_is_in_the_status_before_the_call(enis: Enis, ground: Ground) -> None:
    """With the parameters, so that whoever comes next can make the same call."""
    held = ground.proxy.rule("CreateNetworkInterface", do="hold", times=1)
    enis.apply("my-eni", description="first", tags={"a": "b"}, secondaryPrivateIPAddressCount=1)
    call = held.wait_hit(DEADLINE)
    status = enis.status()
    intent = status["intent"]
    assert intent["action"] == "Create" and intent["recordedAt"]
    assert intent["subnetID"] == call.params["SubnetId"]
    assert intent["securityGroupIDs"] == [ground.network.security_group]
    assert (intent["description"], intent["secondaryPrivateIPAddressCount"]) == ("first", 1)
    assert intent["tags"] == sent_tags(call)
    assert str(status["clientTokenSequence"]) in call.params["ClientToken"]
    held.release()
    assert "intent" not in enis.wait_created()


@pytest.mark.usefixtures("operator")
def test_security_groups_by_id_and_by_name(enis: Enis, ground: Ground) -> None:
    """Names are those of the subnet's VPC; one of the same name elsewhere is another group."""
    name = f"group-of-{enis.namespace[-20:]}"
    here, by_id = new_group(ground, name), new_group(ground)
    other_vpc = ground.ec2().create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    ground.ec2().create_security_group(GroupName=name, Description="elsewhere", VpcId=other_vpc)
    enis.created(securityGroups=[name, by_id])
    assert group_ids(enis.check_free()) == sorted([here, by_id])


# Told


@pytest.mark.usefixtures("operator")
def test_a_created_eni_says_so(enis: Enis) -> None:
    status = enis.created()
    enis.kubectl_wait("my-eni")
    said = {entry["type"]: (entry["status"], entry["reason"]) for entry in status["conditions"]}
    assert said["Created"][0] == "True"
    assert said["Attached"] == ("False", "NotRequested")
    assert said["Ready"] == ("True", "Created")
    assert said.get("Stalled", ("False",))[0] == "False"
    assert all(entry["observedGeneration"] == status["observedGeneration"] for entry in status["conditions"])
    assert status["region"] == "us-east-1" and status.get("accountID", "123456789012") == "123456789012"


@pytest.mark.usefixtures("operator")
def test_the_printed_columns(enis: Enis, ground: Ground) -> None:
    enis.pod("web", node=ground.nodes[1])
    status = enis.attached(node=ground.nodes[1], secondaryPrivateIPAddressCount=1)
    header, row = enis.kubectl("get", "eni", "my-eni").splitlines()
    assert re.split(r"\s{2,}", header.strip()) == ["NAME", "POD", "PRIVATE IP ADDRESSES", "AGE"]
    assert row.split()[:2] == ["my-eni", "web"]
    assert all(ip in row for ip in status["privateIPAddresses"])
    wide = enis.kubectl("get", "eni", "my-eni", "-o", "wide")
    for shown in (status["networkInterfaceID"], status["macAddress"], ground.nodes[1].instance_id):
        assert shown in wide


@pytest.mark.usefixtures("operator")
def test_each_transition_leaves_one_event(enis: Enis, ground: Ground) -> None:
    enis.pod("web")
    enis.attached()
    enis.delete_pod()
    enis.wait_reason("my-eni", "PodNotFound")
    enis.wait_interface("my-eni", "on nothing", lambda found: not found.get("Attachment"))

    def reached() -> bool:
        said = sorted(event["reason"] for event in enis.events("my-eni"))
        assert said == ["Attached", "Created", "Detached"], said
        return True

    ground.wait(reached, DEADLINE, "one event of each transition")
    assert enis.status()["networkInterfaceID"] in "".join(event["message"] for event in enis.events("my-eni"))


def test_the_operator_settles_and_writes_nothing_more(impatient: Operator, enis: Enis, ground: Ground) -> None:
    enis.pod("web")
    enis.attached(secondaryPrivateIPAddressCount=1, description="still", tags={"a": "b"})
    version = enis.get("my-eni")["metadata"]["resourceVersion"]
    since = ground.proxy.mark()
    wait_reads(ground, 4, "DescribeNetworkInterfaces")
    assert not mutations(ground, since)
    assert enis.get("my-eni")["metadata"]["resourceVersion"] == version


# Changed


def test_security_groups_can_be_changed(impatient: Operator, enis: Enis, ground: Ground) -> None:
    one, two = new_group(ground), new_group(ground)
    enis.created(securityGroups=[one])
    since = ground.proxy.mark()
    enis.apply("my-eni", securityGroups=[two, ground.network.security_group])
    enis.wait_created()
    assert group_ids(enis.check_free()) == sorted([two, ground.network.security_group])
    assert mutations(ground, since) == ["ModifyNetworkInterfaceAttribute"]


def test_the_description_can_be_changed(impatient: Operator, enis: Enis) -> None:
    enis.created(description="before")
    enis.apply("my-eni", description="after")
    enis.wait_created()
    assert enis.check_free()["Description"] == "after"


@pytest.mark.only_on("double", reason="moto takes an empty description for none")
def test_the_description_can_be_removed(impatient: Operator, enis: Enis) -> None:
    enis.created(description="before")
    enis.apply("my-eni")
    enis.wait_created()
    assert enis.check_free()["Description"] == ""


def test_tags_change_and_foreign_ones_stay(impatient: Operator, enis: Enis, ground: Ground) -> None:
    enis.pod("web")
    before = enis.attached(tags={"owner": "My team", "cost": "7", "old": "x"})
    tag_by_hand(ground, before["networkInterfaceID"], {"foreign": "stays"})
    since = ground.proxy.mark()
    enis.apply("my-eni", "web", tags={"owner": "Your team", "cost": "7", "new": "y"})
    enis.wait_tags({"owner": "Your team", "cost": "7", "new": "y", "foreign": "stays"})
    enis.wait_attached()
    assert set(mutations(ground, since)) <= {"CreateTags", "DeleteTags"}
    assert enis.status()["attachment"] == before["attachment"]
    assert not {"old", "foreign"} & set(enis.status()["tagKeys"])


def test_the_subnet_cannot_be_changed(impatient: Operator, enis: Enis, ground: Ground) -> None:
    enis.created()
    other = subnet_of(ground, ground.nodes[1])
    said = enis.kubectl(
        "patch", "eni", "my-eni", "--type=merge", "-p", f'{{"spec":{{"subnetID":"{other}"}}}}', check=False
    )
    assert "subnetID" in said and "patched" not in said
    assert enis.get("my-eni")["spec"]["subnetID"] == subnet_of(ground, ground.nodes[0])


@pytest.mark.parametrize("code", ["UnauthorizedOperation", "TagLimitExceeded"])
def test_trouble_with_tags_keeps_no_interface_from_its_pod(
    impatient: Operator, enis: Enis, ground: Ground, code: str
) -> None:
    enis.created()
    enis.pod("web")
    status = 403 if code == "UnauthorizedOperation" else 400
    refused = ground.proxy.rule("CreateTags", do="refuse", status=status, code=code)
    enis.apply("my-eni", "web", tags={"late": "tag"})
    enis.wait_interface("my-eni", "attached", lambda found: found.get("Attachment"))
    refused.wait_hit(DEADLINE)
    refused.remove()
    enis.apply("my-eni", "web", tags={"late": "tag", "and": "more"})
    enis.wait_tags({"late": "tag", "and": "more"})
    enis.wait_attached()


# Gone with it


@pytest.mark.usefixtures("operator")
def test_an_interface_is_deleted_with_its_object(enis: Enis, ground: Ground) -> None:
    enis.created()
    since = ground.proxy.mark()
    enis.kubectl("delete", "eni", "my-eni")  # waits until the object is gone
    assert not enis.interfaces()
    assert mutations(ground, since) == ["DeleteNetworkInterface"]


@pytest.mark.usefixtures("operator")
def test_an_eni_that_never_was_an_interface_is_deleted_without_a_call(enis: Enis, ground: Ground) -> None:
    since = ground.proxy.mark()
    enis.apply("my-eni", securityGroups=["no-such-group"])
    enis.wait_reason("my-eni", "SecurityGroupNotFound")
    enis.kubectl("delete", "eni", "my-eni")
    assert not mutations(ground, since)


@pytest.mark.usefixtures("operator")
def test_a_namespace_is_deleted_with_enis_eips_and_associations_in_it(enis: Enis, ground: Ground) -> None:
    space = f"{enis.namespace[:50]}-x"
    ground.kubectl("create", "namespace", space)
    there = Enis(ground, space)
    ground.wait(lambda: ground.get("serviceaccount", "default", space), DEADLINE, "the default service account")
    there.pod("web")
    there.attached()
    there.created("loose")
    for kind, spec in (
        ("EIP", {"assignment": {"eni": "loose"}}),
        ("EIP", {}),
        ("EIPAssociation", {"eipName": "eip-1", "assignment": {"eni": "my-eni"}}),
    ):
        body = {**there.body("", spec), "kind": kind}
        del body["metadata"]["name"]
        body["metadata"]["generateName"] = f"{kind.lower()}-"
        there.kubectl("create", "-f", "-", input=body)
    ground.kubectl("delete", "namespace", space, f"--timeout={2 * DEADLINE:.0f}s")
    assert not there.interfaces()
    assert not [found for found in ground.addresses() if tags_of(found).get(f"{GROUP}/namespace") == space]
