"""Fixtures of the live tests: one ground per run, a namespace per test, a shared operator and operators of a test's own."""

from __future__ import annotations

import itertools
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "ground"))

from associations import Associations  # noqa: E402
from eips import IMPATIENT, Eips  # noqa: E402
from enis import Enis  # noqa: E402
from ground import Double, Ground, GroundError, Operator  # noqa: E402
from ground.ec2 import POD_ADDRESSES, STAND_INS, choose  # noqa: E402
from objects import GROUP, tags_of  # noqa: E402

KINDS = tuple(f"{kind}.{GROUP}" for kind in ("eipassociations", "eips", "enis"))
_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--ec2", choices=STAND_INS, help="the stand-in for EC2 (default: $GROUND_EC2, else moto)")
    parser.addoption(
        "--pod-addresses", choices=POD_ADDRESSES,
        help="how EC2 knows the addresses of pods (default: $GROUND_POD_ADDRESSES, else eni, on the double secondary)",
    )  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    # In the environment, so that a ground that a test starts itself is of the same kind.
    try:
        chosen = choose(config.getoption("--ec2"), config.getoption("--pod-addresses"))
    except GroundError as error:
        raise pytest.UsageError(str(error)) from None
    os.environ["GROUND_EC2"], os.environ["GROUND_POD_ADDRESSES"] = chosen
    config.addinivalue_line(
        "markers", "only_on(*kinds, reason): runs where EC2's stand-in, or the way of pod addresses, is one of these"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=_may_take, reverse=True)  # a long one that begins last is waited for
    here = {os.environ["GROUND_EC2"], os.environ["GROUND_POD_ADDRESSES"]}
    for item in items:
        for mark in item.iter_markers("only_on"):
            unknown = set(mark.args) - {*STAND_INS, *POD_ADDRESSES}
            assert mark.args and not unknown, f"{item.nodeid}: only_on{mark.args}"
            if not here & set(mark.args):
                item.add_marker(pytest.mark.skip(reason=mark.kwargs["reason"]))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from shares import Shares  # there is no need of xdist without its hooks

    return Shares(config, log)


def _may_take(item: pytest.Item) -> float:
    mark = item.get_closest_marker("timeout")
    return mark.args[0] if mark else 0.0


class Shared:
    """The operator that most tests use. It is started by the first test that asks for it."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.operator: Operator | None = None
        self.installed = False

    def install(self) -> None:
        if not self.installed:
            self.ground.install_operator()
            self.installed = True

    def start(self) -> Operator:
        self.install()
        if self.operator is None:
            self.operator = self.ground.operator(name="operator")
        elif not self.operator.running:
            self.operator.start()
        return self.operator


_grounds: list[Ground] = []


@pytest.fixture(scope="session")
def ground() -> Iterator[Ground]:
    with Ground() as started:
        _grounds.append(started)
        yield started
        _grounds.remove(started)


@pytest.fixture(scope="session")
def _shared(ground: Ground) -> Iterator[Shared]:
    shared = Shared(ground)
    yield shared
    if shared.operator is None:
        return
    # The end of the run: when all objects are deleted and the operator has done its work, EC2 holds no address and no
    # network interface of ours.
    ground.proxy.clear_rules()
    shared.start()
    # An object whose allocation was cut off is not let go before the operator's settle time of two minutes.
    _delete_objects(ground, None, timeout=180)
    code = shared.operator.stop()
    left = [address["PublicIp"] for address in ground.addresses()]
    left += [found["NetworkInterfaceId"] for found in ground.ec2().describe_network_interfaces()["NetworkInterfaces"]
             if any(key.startswith(f"{GROUP}/") for key in tags_of(found))]  # fmt: skip
    assert not left, f"leaked: {left}\n{ground.proxy.log_tail()}\n{shared.operator.log_tail()}"
    assert code == 0, f"the operator ended with {code}\n{shared.operator.log_tail()}"


@pytest.fixture(scope="session")
def _operator(_shared: Shared) -> Operator:
    return _shared.start()


@pytest.fixture
def operator(_operator: Operator, _shared: Shared) -> Operator:
    """The shared operator, running (also when the test before killed it)."""
    return _shared.start()


@pytest.fixture
def own_operator(_shared: Shared) -> Iterator[Callable[..., Operator]]:
    """`own_operator(flags=..., env=...)` starts one of the test's own; the shared one rests until the test is over."""
    was_running = _shared.operator is not None and _shared.operator.running
    if was_running:
        _shared.operator.stop()
    _shared.install()
    started: list[Operator] = []

    def start(**arguments: Any) -> Operator:
        created = _shared.ground.operator(**arguments)
        started.append(created)
        return created

    already_there = len(_shared.ground.operators)
    yield start
    _shared.ground.proxy.clear_rules()
    # Also those that did not get ready, which `start` never returned.
    for created in _shared.ground.operators[already_there:]:
        if created is not _shared.operator:
            created.stop()
    # What the test left behind is for the shared operator to clean up.
    _shared.start()


def _objects(ground: Ground, namespace: str | None) -> list[tuple[str, str, str]]:
    """Kind, namespace and name of each."""
    return [
        (kind, item["metadata"]["namespace"], item["metadata"]["name"])
        for kind in KINDS
        if ground.api.has(kind)
        for item in ground.list(kind, namespace)
    ]


def _delete_objects(ground: Ground, namespace: str | None, timeout: float) -> None:
    for kind, space, name in _objects(ground, namespace):
        ground.api.delete(kind, name, space)

    def gone() -> bool:
        left = _objects(ground, namespace)
        assert not left, left
        return True

    ground.wait(gone, timeout, f"deletion of the objects in {namespace or 'all'}")


@pytest.fixture
def namespace(ground: Ground, request: pytest.FixtureRequest) -> Iterator[str]:
    """A new namespace; with the operator running its objects are deleted at the end, otherwise left to the next one."""
    words = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")[:40].strip("-")
    name = f"{words}-{next(_numbers)}"
    ground.api.create("namespaces", {"metadata": {"name": name}})
    ground.wait(lambda: ground.get("serviceaccount", "default", name), 20, f"default service account of {name}")
    yield name
    ground.proxy.clear_rules()
    if any(operator.running for operator in ground.operators):
        _delete_objects(ground, name, timeout=45)
    # The namespace itself stays: to delete one the controller manager asks for every kind of object that there is.
    for kind in ("deployments", "statefulsets", "pods"):
        ground.api.delete_all(kind, name)


@pytest.fixture
def double(ground: Ground) -> Iterator[Double]:
    """The control interface of the double. Afterwards it behaves as before."""
    before = ground.double.world()["settings"]
    yield ground.double
    ground.double.clear_rules()
    ground.double.settings(**before)


@pytest.fixture
def eips(ground: Ground, namespace: str) -> Eips:
    """The EIPs of the test's namespace."""
    return Eips(ground, namespace)


@pytest.fixture
def enis(ground: Ground, namespace: str) -> Enis:
    """The ENIs of the test's namespace."""
    return Enis(ground, namespace)


@pytest.fixture
def associations(ground: Ground, namespace: str) -> Associations:
    """The EIPAssociations of the test's namespace."""
    return Associations(ground, namespace)


@pytest.fixture
def impatient(own_operator: Callable[..., Operator]) -> Operator:
    """An operator that looks for drift every second and believes after 4 s that a lost call did nothing."""
    return own_operator(flags=IMPATIENT)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """A failure shows the last words of the operator and the last calls to EC2."""
    report = yield
    if report.failed:
        for ground in _grounds:
            for operator in ground.operators:
                report.sections.append((f"log of {operator.name}", operator.log_tail(60)))
            report.sections.append(("last EC2 calls", ground.proxy.log_tail(40)))
    return report
