"""The part of STS that the operator asks: who am I, and credentials for a web identity."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from expect import refused
from marks import moto_differs, source
from sources import sts as sts_page
from stand_ins import ACCOUNT, StandIn

ROLE = f"arn:aws:iam::{ACCOUNT}:role/eip"


def assume(stand_in: StandIn, **arguments: Any) -> dict[str, Any]:
    arguments = {"RoleArn": ROLE, "RoleSessionName": "one", "WebIdentityToken": "head.payload.signature", **arguments}
    answer: dict[str, Any] = stand_in.sts.assume_role_with_web_identity(**arguments)
    return answer


@source(sts_page("GetCallerIdentity"))
def test_the_caller_is_known(sts: Any) -> None:
    """GetCallerIdentity shows account, ARN and user id."""
    shown = sts.get_caller_identity()
    assert shown["Account"] == ACCOUNT
    assert shown["Arn"].startswith("arn:aws:") and ACCOUNT in shown["Arn"]
    assert shown["UserId"]


@source(sts_page("AssumeRoleWithWebIdentity"))
def test_a_web_identity_gets_credentials_for_an_hour(fresh: StandIn) -> None:
    """AssumeRoleWithWebIdentity is not signed, and gives temporary credentials, by default for one hour."""
    credentials = assume(fresh)["Credentials"]
    assert credentials["AccessKeyId"].startswith("ASIA")
    assert credentials["SecretAccessKey"] and credentials["SessionToken"]
    left = credentials["Expiration"] - datetime.now(timezone.utc)
    assert timedelta(minutes=55) < left < timedelta(minutes=65)


@source(sts_page("AssumeRoleWithWebIdentity"))
def test_the_session_has_the_name_that_is_given(fresh: StandIn) -> None:
    """The assumed role's ARN ends with role and session name."""
    assert assume(fresh)["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/eip/one"


@source(sts_page("AssumeRoleWithWebIdentity"))
@pytest.mark.parametrize("missing", ["RoleArn", "WebIdentityToken"])
@moto_differs("takes it", "not refused")
def test_a_request_needs_role_and_token(fresh: StandIn, missing: str) -> None:
    """Without role or token the request is refused."""
    with refused("ValidationError", "MissingParameter"):
        assume(fresh, **{missing: ""})
