"""A cluster in which something of the installation is missing: the operator lives, says what, and goes on when it is there.

The ground is this module's own, since the CRD and the rights come and go.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from eips import DEADLINE, Eips, wait_exit
from ground import Ground, Operator

REPOSITORY = Path(__file__).resolve().parents[2]
CRD = str(REPOSITORY / "config/crd/bases")
DEPLOY = str(REPOSITORY / "deploy")


@pytest.fixture(scope="module")
def bare() -> Iterator[Ground]:
    with Ground(nodes=1, addresses_per_node=4) as started:
        yield started


@pytest.fixture
def space(bare: Ground, request: pytest.FixtureRequest) -> Eips:
    name = f"bare-{abs(hash(request.node.name)) % 10**8}"
    bare.kubectl("create", "namespace", name)
    return Eips(bare, name)


def started(ground: Ground, *flags: str, service_account: str = "kube-system/k8s-aws-operator") -> Operator:
    operator = ground.operator(flags=["-settle-time=6s", *flags], service_account=service_account, start=False)
    return operator.start(wait=False)


def installed(ground: Ground) -> None:
    ground.kubectl("apply", "-f", CRD)
    ground.kubectl("wait", "--for=condition=Established", "--timeout=30s", "crd/eips.aws.k8s.logmein.com")


def lines_about(operator: Operator, *words: str) -> list[str]:
    return [line for line in operator.logs().splitlines() if any(word.lower() in line.lower() for word in words)]


def wait_line(operator: Operator, *words: str) -> list[str]:
    def found() -> list[str]:
        lines = lines_about(operator, *words)
        assert lines, f"no line with {' or '.join(words)}:\n{operator.log_tail(20)}"
        return lines

    return operator.ground.wait(found, DEADLINE, f"a line about {' or '.join(words)}")


def ends_well(space: Eips, operator: Operator) -> None:
    """It works now, and ends when asked to."""
    space.allocated()
    space.kubectl("delete", "eip", "my-eip")
    assert not space.addresses()
    assert operator.stop() == 0, operator.log_tail()


def test_without_the_crd_it_waits_until_it_is_installed(bare: Ground, space: Eips) -> None:
    bare.kubectl("apply", "-f", DEPLOY)
    bare.kubectl("-n", "kube-system", "scale", "deployment", "k8s-aws-operator", "--replicas=0")
    operator = started(bare)
    wait_line(operator, "crd", "CustomResourceDefinition")
    # It asks again and again and does not repeat itself.
    since = bare.audit_log.mark()
    bare.wait(lambda: len(bare.audit(operator.user, resource="eips", since=since)) >= 3, DEADLINE * 2, "three more tries")
    said = lines_about(operator, "crd", "CustomResourceDefinition")
    assert sorted(line.partition("resource=")[2].split()[0] for line in said) == ["eipassociations", "eips", "enis"], said
    assert operator.running and operator.health("/healthz") == 200 and operator.health("/readyz") != 200
    installed(bare)
    operator.wait_ready(DEADLINE * 2)
    ends_well(space, operator)


def test_the_crd_may_come_and_go(bare: Ground, space: Eips) -> None:
    installed(bare)
    operator = started(bare).wait_ready()
    space.allocated()
    space.kubectl("delete", "eip", "my-eip")
    bare.kubectl("delete", "-f", CRD)
    wait_line(operator, "crd", "CustomResourceDefinition")
    assert operator.running
    installed(bare)
    bare.wait(lambda: operator.health("/readyz") == 200, DEADLINE * 2, "ready again")
    ends_well(space, operator)


def test_without_rights_it_says_what_it_may_not_do_and_waits(bare: Ground, space: Eips) -> None:
    installed(bare)
    bare.kubectl("-n", space.namespace, "create", "serviceaccount", "nobody")
    operator = started(bare, "-cluster-name=test", service_account=f"{space.namespace}/nobody")
    wait_line(operator, "forbidden")
    said = lines_about(operator, "forbidden")
    assert any("eips" in line for line in said), said
    assert operator.running and operator.health("/healthz") == 200 and operator.health("/readyz") != 200
    bare.kubectl(
        "create", "clusterrolebinding", space.namespace, "--clusterrole=k8s-aws-operator",
        f"--serviceaccount={space.namespace}:nobody",
    )  # fmt: skip
    operator.wait_ready(DEADLINE * 2)
    ends_well(space, operator)


def test_without_the_right_to_name_the_cluster_it_ends(bare: Ground, space: Eips) -> None:
    installed(bare)
    bare.kubectl("-n", space.namespace, "create", "serviceaccount", "nobody")
    operator = started(bare, service_account=f"{space.namespace}/nobody")
    assert wait_exit(operator) == 2
    assert len(operator.logs().splitlines()) == 1, operator.logs()
    assert "-cluster-name" in operator.logs() and "kube-system" in operator.logs()


def test_rights_that_are_taken_away_are_missed_and_taken_up_again(bare: Ground, space: Eips) -> None:
    installed(bare)
    operator = started(bare).wait_ready()
    space.allocated("first")
    role = json.loads(bare.kubectl("get", "clusterrole", "k8s-aws-operator", "-o", "json"))
    bare.kubectl("patch", "clusterrole", "k8s-aws-operator", "--type=merge", "-p", '{"rules": []}')
    space.apply("second")
    wait_line(operator, "forbidden")
    assert operator.running and not [address for address in space.addresses()][1:]
    patch = json.dumps({"rules": role["rules"]})
    bare.kubectl("patch", "clusterrole", "k8s-aws-operator", "--type=merge", "-p", patch)
    space.wait("second", "allocated", DEADLINE * 2)
    space.kubectl("delete", "eips", "--all")
    assert not space.addresses()
    assert operator.stop() == 0


def test_no_address_is_left(bare: Ground) -> None:
    assert not bare.addresses()
