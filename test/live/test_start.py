"""The process: its flags, what it refuses to start with and how it says so, and how it ends."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from eips import DEADLINE, Eips, wait_exit
from ground import Ground, Operator
from ground.operator import find_binary

pytestmark = pytest.mark.only_on("moto", reason="EC2 plays no part here: once is enough")
Start = Callable[..., Operator]
REPOSITORY = Path(__file__).resolve().parents[2]


def run(*flags: str) -> "subprocess.CompletedProcess[str]":
    """The program alone, with nothing in its environment."""
    return subprocess.run(
        [str(find_binary()), *flags], env={}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )


def refused(own_operator: Start, flags: Sequence[str] = (), env: Mapping[str, str] | None = None, lines: int = 1) -> str:
    """What an operator says that ends by itself with an exit code of 2."""
    operator = own_operator(flags=flags, env=env, start=False)
    operator.start(wait=False)
    code = wait_exit(operator)
    assert (code, len(operator.logs().splitlines())) == (2, lines), operator.logs()
    return operator.logs()


# Flags


@pytest.mark.parametrize(
    "flags",
    [["-no-such-flag"], ["--no-such-flag=1"], ["-res=1m"], ["-Region=us-east-1"], ["surplus"], ["-region=x", "surplus"]],
)
def test_what_is_no_flag_is_refused_in_one_line(flags: list[str]) -> None:
    result = run(*flags)
    assert result.returncode == 2
    assert len((result.stdout + result.stderr).splitlines()) == 1
    assert flags[-1].split("=")[0].lstrip("-") in result.stderr


@pytest.mark.parametrize(
    "flag",
    [
        "-resync=often",
        "-resync=5",
        "-resync=0s",
        "-resync=-5m",
        "-resync=",
        "-settle-time=1s",
        "-settle-time=x",
        "-log-format=xml",
        "-log-level=loud",
        "-default-tags=owner",
        "-default-tags==x",
        "-default-tags=aws:x=1",
        "-default-tags=aws.k8s.logmein.com/uid=1",
        "-ec2-rate-factor=0",
        "-ec2-rate-factor=fast",
        "-ec2-rate-limits=AllocateAddress",
        "-ec2-rate-limits=AllocateAddress=x/y",
        "-metrics-addr=nowhere",
        "-health-addr=:99999",
    ],
)
def test_a_bad_value_is_refused_in_one_line_that_names_the_flag(flag: str) -> None:
    result = run("-region=us-east-1", flag)
    assert result.returncode == 2
    assert len((result.stdout + result.stderr).splitlines()) == 1
    assert flag.split("=")[0].lstrip("-") in result.stderr


def test_a_flag_without_its_value_is_refused() -> None:
    result = run("-resync")
    assert result.returncode == 2
    assert "resync" in result.stderr and len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("flag", ["-help", "--help", "-h"])
def test_help_names_every_flag_with_its_default(flag: str) -> None:
    result = run(flag)
    assert result.returncode == 0 and not (result.stdout and result.stderr)
    text = result.stdout + result.stderr
    for name in (
        "metrics-addr", "region", "leader-election-id", "leader-election-namespace", "default-tags", "kubeconfig",
        "zap-log-level", "zap-encoder", "namespace", "cluster-name", "vpc-id", "health-addr", "log-level", "log-format",
        "resync", "settle-time", "ec2-rate-factor", "ec2-rate-limits", "version", "help",
    ):  # fmt: skip
        assert re.search(rf"^\s*--?{name}\b", text, re.M), name
    for default in (":8080", ":8081", "5m", "2m", "k8s-aws-operator"):
        assert default in text


@pytest.mark.parametrize("flag", ["-version", "--version"])
def test_the_version_is_that_of_the_repository(flag: str) -> None:
    result = run(flag)
    assert result.returncode == 0
    assert (REPOSITORY / "VERSION").read_text().strip() in result.stdout
    assert len(result.stdout.splitlines()) == 1


def test_flags_are_written_as_go_takes_them(own_operator: Start, eips: Eips) -> None:
    flags = ["--resync", "1m30s", "-settle-time=2m0s", "--default-tags=a=1,b=2", "-log-format", "json", "-log-level=debug"]
    operator = own_operator(flags=flags)
    eips.allocated()
    lines = operator.logs().splitlines()
    assert lines and all(isinstance(json.loads(line), dict) for line in lines)
    assert {"Key": "b", "Value": "2"} in eips.address()["Tags"]


def test_the_flags_of_1_4_1_are_accepted(own_operator: Start, eips: Eips) -> None:
    operator = own_operator(
        flags=[
            "-region=us-east-1", "-leader-election-id=k8s-aws-operator", "-leader-election-namespace=kube-system",
            "-zap-devel", "-zap-encoder=json", "-zap-log-level=debug", "-zap-stacktrace-level=error",
            "-zap-time-encoding=iso8601",
        ]
    )  # fmt: skip
    eips.allocated()
    assert all(line.startswith("{") for line in operator.logs().splitlines())


def test_only_the_namespace_that_is_named_is_watched(own_operator: Start, eips: Eips, ground: Ground) -> None:
    other = Eips(ground, f"{eips.namespace}-b")
    ground.kubectl("create", "namespace", other.namespace)
    own_operator(flags=[f"-namespace={other.namespace}"])
    eips.apply("my-eip")
    other.allocated()
    assert eips.status().get("state") is None and not eips.addresses()
    other.kubectl("delete", "eip", "my-eip")
    ground.kubectl("delete", "namespace", other.namespace, "--wait=false")


# What it cannot start with


def test_without_a_region_it_says_so_and_ends(own_operator: Start) -> None:
    said = refused(own_operator, env={"AWS_REGION": "", "AWS_EC2_METADATA_DISABLED": "true"})
    assert "region" in said.lower()


def test_the_region_is_found_in_the_metadata_of_the_instance(own_operator: Start, eips: Eips) -> None:
    own_operator(env={"AWS_REGION": ""})
    assert eips.allocated()["region"] == "us-east-1"


def test_the_flag_goes_before_the_environment(own_operator: Start, eips: Eips, ground: Ground) -> None:
    own_operator(flags=["-region=us-east-1"], env={"AWS_REGION": "eu-west-1"})
    assert eips.allocated()["region"] == "us-east-1"
    eips.address()


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (None, "kubeconfig"),
        ("{ this is: [not YAML", "kubeconfig"),
        ("", "kubeconfig"),
        ("apiVersion: v1\nkind: Config\n", "kubeconfig"),
        ("apiVersion: v1\nkind: Config\ncurrent-context: missing\ncontexts: []\n", "missing"),
        ("just a word", "kubeconfig"),
    ],
)
def test_an_unusable_kubeconfig_is_refused_in_one_line(
    own_operator: Start, tmp_path: Path, content: str | None, hint: str
) -> None:
    path = tmp_path / "kubeconfig"
    if content is not None:
        path.write_text(content)
    said = refused(own_operator, flags=[f"-kubeconfig={path}"])
    assert hint in said


def test_outside_of_a_cluster_without_a_kubeconfig_it_says_so() -> None:
    result = run("-region=us-east-1")
    assert result.returncode == 2
    assert len((result.stdout + result.stderr).splitlines()) == 1
    assert "kubeconfig" in result.stderr.lower()


def test_an_address_that_is_taken_is_said(own_operator: Start, ground: Ground) -> None:
    said = refused(own_operator, flags=[f"-metrics-addr=127.0.0.1:{ground.proxy.port}"])
    assert str(ground.proxy.port) in said


# What it lives with


def test_it_waits_for_an_apiserver_that_is_not_there_yet(own_operator: Start, eips: Eips, ground: Ground) -> None:
    operator = own_operator(flags=["-cluster-name=test"], start=False)
    ground.kill_apiserver()
    operator.start(wait=False)
    ground.wait(lambda: operator.health("/healthz") == 200, DEADLINE, "the process")
    assert operator.health("/readyz") != 200
    ground.start_apiserver()
    operator.wait_ready(DEADLINE)
    eips.allocated()


def test_a_token_that_is_renewed_in_its_file_is_used(own_operator: Start, eips: Eips, ground: Ground) -> None:
    """The first token is bound to a pod and ends with it."""
    ground.create_pod("bound", "kube-system", serviceAccountName="k8s-aws-operator")
    operator = own_operator(start=False)
    token = ground.kubectl(
        "-n", "kube-system", "create", "token", "k8s-aws-operator", "--bound-object-kind=Pod", "--bound-object-name=bound"
    )
    operator.token_file.write_text(token)
    operator.start()
    eips.allocated("first")
    ground.kubectl("-n", "kube-system", "delete", "pod", "bound")
    ground.wait(
        lambda: "Unauthorized" in ground.kubectl("get", "eips", "-A", kubeconfig=operator.kubeconfig, check=False)
        or "logged in" in ground.kubectl("get", "eips", "-A", kubeconfig=operator.kubeconfig, check=False),
        DEADLINE, "the end of the old token",
    )  # fmt: skip
    operator.renew_token()
    eips.allocated("second")


# How it ends


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_0_when_asked_to(own_operator: Start, eips: Eips, number: signal.Signals) -> None:
    operator = own_operator()
    eips.allocated()
    operator.signal(number)
    assert wait_exit(operator) == 0


def test_it_ends_with_0_also_before_it_is_ready(own_operator: Start, ground: Ground) -> None:
    operator = own_operator(flags=["-cluster-name=test"], start=False)
    ground.kill_apiserver()
    try:
        operator.start(wait=False)
        ground.wait(lambda: operator.health("/healthz") == 200, DEADLINE, "the process")
        operator.signal(signal.SIGTERM)
        assert wait_exit(operator) == 0
    finally:
        ground.start_apiserver()
