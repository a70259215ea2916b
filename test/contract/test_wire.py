"""The form of answers, below boto3: envelopes, codes, statuses, request ids, DryRun."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

import pytest

from expect import refused
from marks import double_differs, moto_differs, source, unconfirmed
from scene import UNKNOWN_ADDRESS, Scene
from sources import ERRORS, REQUESTS, api, issue
from sources import sts as sts_page
from stand_ins import Answer, StandIn

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def call(stand_in: StandIn, action: str, **parameters: str) -> Answer:
    return stand_in.post("ec2", {"Action": action, "Version": "2016-11-15", **parameters})


def text(element: Element, path: str) -> str:
    found = element.find(path)
    assert found is not None, f"no {path}"
    return found.text or ""


@source(REQUESTS)
def test_an_answer_is_named_for_its_action(fresh: StandIn) -> None:
    """The root is ActionResponse in EC2's namespace, with a requestId and lists of items."""
    call(fresh, "AllocateAddress", Domain="vpc")
    answer = call(fresh, "DescribeAddresses")
    root = answer.xml()
    assert answer.status == 200
    assert root.tag == "DescribeAddressesResponse"
    assert re.search(r'xmlns="http://ec2\.amazonaws\.com/doc/2016-11-15/?"', answer.body)
    assert text(root, "requestId")
    assert text(root, "addressesSet/item/allocationId").startswith("eipalloc-")


@source(REQUESTS)
@moto_differs("always says request-id", "request-id")
def test_each_answer_has_a_request_id_of_its_own(fresh: StandIn) -> None:
    """Request ids are UUIDs, and differ from request to request."""
    ids = [text(call(fresh, "DescribeAddresses").xml(), "requestId") for _ in range(2)]
    assert all(re.fullmatch(UUID, one) for one in ids), ids
    assert ids[0] != ids[1]


@source(ERRORS)
def test_an_error_has_its_own_envelope(fresh: StandIn) -> None:
    """An error is a Response with Errors, Code and Message, and a RequestID that is written so."""
    answer = call(fresh, "DisassociateAddress", AssociationId="eipassoc-0aaaaaaaaaaaaaaaa")
    root = answer.xml()
    assert (answer.status, root.tag) == (400, "Response")
    assert text(root, "Errors/Error/Code") == "InvalidAssociationID.NotFound"
    assert "eipassoc-0aaaaaaaaaaaaaaaa" in text(root, "Errors/Error/Message")
    assert text(root, "RequestID")


@source(REQUESTS)
def test_answers_are_xml(fresh: StandIn) -> None:
    """The content type is text/xml, for errors too."""
    for answer in (call(fresh, "DescribeAddresses"), call(fresh, "DescribeAddresses", **{"AllocationId.1": "x"})):
        assert answer.headers["Content-Type"].startswith("text/xml")


@unconfirmed("the element, which is known of EC2 and not in its model")
@moto_differs("answers with a request id alone", "no return")
def test_an_action_without_a_result_returns_true(fresh: StandIn) -> None:
    """What has no result answers with an element named return, with true in it."""
    made = text(call(fresh, "AllocateAddress", Domain="vpc").xml(), "allocationId")
    assert text(call(fresh, "ReleaseAddress", AllocationId=made).xml(), "return") == "true"


@source(ERRORS)
@moto_differs("fails with a web page", "ParseError")
def test_an_unknown_action_is_refused(fresh: StandIn) -> None:
    """An action that EC2 does not have is refused."""
    answer = call(fresh, "AllocateMoon")
    assert text(answer.xml(), "Errors/Error/Code") == "InvalidAction"
    assert answer.status == 400


@source(ERRORS)
@unconfirmed("the status")
@moto_differs("fails with a web page", "ParseError")
def test_a_request_without_an_action_is_refused(fresh: StandIn) -> None:
    """A request that names no action is refused."""
    answer = fresh.post("ec2", {"Version": "2016-11-15"})
    assert text(answer.xml(), "Errors/Error/Code") == "MissingAction"
    assert answer.status == 400


@source(ERRORS)
@moto_differs("takes any version", "no Errors")
@double_differs("takes any version", "no Errors")
def test_an_unknown_version_is_refused(fresh: StandIn) -> None:
    """A version of the API that does not exist is refused."""
    answer = fresh.post("ec2", {"Action": "DescribeAddresses", "Version": "2001-01-01"})
    assert text(answer.xml(), "Errors/Error/Code") == "NoSuchVersion"
    assert answer.status == 400


@source(issue("aws/aws-sdk-js", 54), issue("cloudyr/aws.ec2", 24), ERRORS)
@moto_differs("ignores it", "no Errors")
@double_differs("ignores it", "no Errors")
def test_an_unknown_parameter_is_refused(fresh: StandIn) -> None:
    """A parameter that the action does not have is refused."""
    answer = call(fresh, "DescribeInstances", Colour="red")
    assert text(answer.xml(), "Errors/Error/Code") == "UnknownParameter"
    assert answer.status == 400


MISSING = {
    "AttachNetworkInterface": "InstanceId",
    "CreateNetworkInterface": "SubnetId",
    "DeleteNetworkInterface": "NetworkInterfaceId",
    "DetachNetworkInterface": "AttachmentId",
    "UnassignPrivateIpAddresses": "NetworkInterfaceId",
}


@source(ERRORS)
@pytest.mark.parametrize("action", MISSING)
@moto_differs("looks for the id None", r"assert '.*NotFound' == 'MissingParameter'")
def test_a_missing_parameter_is_named(fresh: StandIn, action: str) -> None:
    """A required parameter that is missing is refused, and the message names it."""
    answer = call(fresh, action)
    assert text(answer.xml(), "Errors/Error/Code") == "MissingParameter"
    assert answer.status == 400


@source(ERRORS)
@unconfirmed("the code InvalidParameterValue")
@pytest.mark.parametrize("name", ["AllowReassociation", "DryRun"])
@moto_differs("takes it for false", "no Errors")
def test_a_boolean_is_true_or_false(scene: Scene, stand_in: StandIn, name: str) -> None:
    """What is neither true nor false is refused."""
    address, interface = scene.address(), scene.interface()
    parameters = {
        "AllocationId": address["AllocationId"], "NetworkInterfaceId": interface["NetworkInterfaceId"], name: "maybe"
    }  # fmt: skip
    answer = call(stand_in, "AssociateAddress", **parameters)
    assert text(answer.xml(), "Errors/Error/Code") == "InvalidParameterValue"
    assert not scene.see_address(address).get("AssociationId")


@source(REQUESTS)
def test_special_characters_come_back(scene: Scene) -> None:
    """Characters that XML or forms reserve come back as they were given."""
    words = "a&b <c> \"d\" 'e' + % = ; ü 日本 \\ /"
    assert scene.see_interface(scene.interface(Description=words))["Description"] == words


# What the action would change, and what must not have happened.
DRY: dict[str, Callable[[Scene], tuple[Callable[..., Any], dict[str, Any]]]] = {
    "AllocateAddress": lambda scene: (scene.ec2.allocate_address, {"Domain": "vpc"}),
    "ReleaseAddress": lambda scene: (
        scene.ec2.release_address, {"AllocationId": scene.address()["AllocationId"]}
    ),
    "AssociateAddress": lambda scene: (
        scene.ec2.associate_address,
        {
            "AllocationId": scene.address()["AllocationId"],
            "NetworkInterfaceId": scene.interface()["NetworkInterfaceId"],
        },
    ),
    "CreateNetworkInterface": lambda scene: (scene.ec2.create_network_interface, {"SubnetId": scene.subnet}),
    "CreateTags": lambda scene: (
        scene.ec2.create_tags,
        {"Resources": [scene.address()["AllocationId"]], "Tags": [{"Key": "a", "Value": "b"}]},
    ),
    "DescribeAddresses": lambda scene: (scene.ec2.describe_addresses, {}),
}  # fmt: skip


def state(ec2: Any) -> Any:
    addresses = ec2.describe_addresses()["Addresses"]
    return addresses, [item["NetworkInterfaceId"] for item in ec2.describe_network_interfaces()["NetworkInterfaces"]]


@source(ERRORS, api("AllocateAddress"))
@unconfirmed("the status 412")
@pytest.mark.parametrize("action", DRY)
def test_a_dry_run_changes_nothing(scene: Scene, action: str) -> None:
    """With DryRun a request that would have succeeded ends with DryRunOperation, without effect."""
    method, arguments = DRY[action](scene)
    before = state(scene.ec2)
    with refused("DryRunOperation", status=412):
        method(**arguments, DryRun=True)
    assert state(scene.ec2) == before


@unconfirmed("how far a dry run looks at the parameters; the error is documented for what would have succeeded")
@moto_differs("does not look at the parameters", "DryRunOperation")
def test_a_dry_run_of_what_is_refused_is_refused(ec2: Any) -> None:
    """With DryRun an unknown address is not found either."""
    with refused("InvalidAllocationID.NotFound"):
        ec2.release_address(AllocationId=UNKNOWN_ADDRESS, DryRun=True)


@source(ERRORS)
@unconfirmed("the status")
@moto_differs("takes it for a request to S3", "no Errors")
def test_a_request_that_is_not_signed_is_refused(fresh: StandIn) -> None:
    """A request without credentials is refused."""
    answer = fresh.post("ec2", {"Action": "DescribeAddresses", "Version": "2016-11-15"}, signed=False)
    assert text(answer.xml(), "Errors/Error/Code") == "MissingAuthenticationToken"
    assert answer.status in (401, 403)


@source(issue("aws/aws-sdk-java", 519), issue("boto/boto3", 3321))
@moto_differs("does not look at the time", "no Errors")
def test_a_request_from_a_clock_that_is_off_is_refused(fresh: StandIn) -> None:
    """A request that was signed more than five minutes from now is refused with status 401, or as expired."""
    for minutes, expected in ((8, ("AuthFailure", 401)), (-8, ("AuthFailure", 401)), (-20, ("RequestExpired", 400))):
        answer = fresh.post(
            "ec2", {"Action": "DescribeAddresses", "Version": "2016-11-15"}, at=time.time() + 60 * minutes
        )
        assert (text(answer.xml(), "Errors/Error/Code"), answer.status) == expected, minutes


@source(sts_page("GetCallerIdentity"))
def test_sts_wraps_its_results(fresh: StandIn) -> None:
    """An answer of STS has a result of its own within, and the request id in ResponseMetadata."""
    root = fresh.post("sts", {"Action": "GetCallerIdentity", "Version": "2011-06-15"}).xml()
    assert root.tag == "GetCallerIdentityResponse"
    assert text(root, "GetCallerIdentityResult/Account")
    assert text(root, "ResponseMetadata/RequestId")
