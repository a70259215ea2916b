"""Requests are signed as botocore signs the same bytes: neither moto nor the double checks a signature, AWS does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from eips import Eips
from ground import Call, Ground, Operator

pytestmark = pytest.mark.only_on("moto", reason="the bytes of a request are the same on each stand-in")

# What is in no word of AWS's alphabet of keys would be escaped wrongly, if anything is.
KEY = Credentials("AKIAIOSFODNN7EXAMPLE", "test/secret+with=signs", "session/token+==")


def signature(text: str) -> tuple[list[str], str]:
    """The signed headers and the signature that an Authorization header names."""
    fields = dict(part.strip().split("=", 1) for part in text.removeprefix("AWS4-HMAC-SHA256 ").split(","))
    return fields["SignedHeaders"].split(";"), fields["Signature"]


def by_botocore(call: Call, ground: Ground) -> str:
    """The signature that botocore makes of this request at the time that the request names."""
    headers = {name.lower(): value for name, value in call.headers.items()}
    signed, _ = signature(headers["authorization"])
    request = AWSRequest("POST", ground.proxy.url + "/", {name: headers[name] for name in signed}, call.sent)
    request.context["timestamp"] = headers["x-amz-date"]
    auth = SigV4Auth(KEY, call.service, "us-east-1")
    return auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)


def test_calls_are_signed_as_botocore_signs_them(
    own_operator: Callable[..., Operator], eips: Eips, ground: Ground
) -> None:
    since = ground.proxy.mark()
    own_operator(
        env={
            "AWS_ACCESS_KEY_ID": KEY.access_key,
            "AWS_SECRET_ACCESS_KEY": KEY.secret_key,
            "AWS_SESSION_TOKEN": KEY.token,
        }
    )
    eips.allocated(tags={"a name": "Ünïcode & = + / %20"})
    eips.delete("my-eip")
    eips.wait_gone("my-eip")
    calls = [call for call in ground.proxy.calls(since=since) if call.service in ("ec2", "sts")]
    for call in calls:
        signed, made = signature(call.headers["Authorization"])
        assert {"host", "x-amz-date", "x-amz-security-token"} <= set(signed), (call, signed)
        assert made == by_botocore(call, ground), (call, signed)
    assert {"AllocateAddress", "DescribeAddresses", "ReleaseAddress", "GetCallerIdentity"} <= {
        call.action for call in calls
    }
