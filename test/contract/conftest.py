"""Fixtures of the contract: each case that asks for `ec2`, `sts` or `scene` runs on moto and on the double."""

from __future__ import annotations

import contextlib
import secrets
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "ground"))

import marks  # noqa: E402
from ground.process import Watcher, tail  # noqa: E402
from scene import Scene  # noqa: E402
from stand_ins import Moto, OurDouble, StandIn, start  # noqa: E402

KINDS: dict[str, type[StandIn]] = {"moto": Moto, "double": OurDouble}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--on", choices=list(KINDS), help="run the cases on this stand-in alone")


def pytest_configure(config: pytest.Config) -> None:
    marks.register(config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "stand_in" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--on")
        metafunc.parametrize("stand_in", [chosen] if chosen else KINDS, indirect=True, scope="session")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.timeout(120))  # a stand-in that hangs is found by name
        if "stand_in" in getattr(item, "fixturenames", ()):
            marks.check(item)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
    stand_in = pyfuncitem.funcargs.get("stand_in")
    if stand_in is None:
        return (yield)
    return (yield from marks.run(pyfuncitem, stand_in.name))


@pytest.fixture(scope="session")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("contract")


@pytest.fixture(scope="session")
def _marker(directory: Path) -> Iterator[str]:
    """What the servers carry, so that they end with this process in whatever way it ends."""
    marker = secrets.token_hex(8)
    watcher = Watcher(marker, directory)
    yield marker
    watcher.dismiss()


@pytest.fixture(scope="session")
def _moto(directory: Path, _marker: str) -> Iterator[StandIn]:
    component, stand_in = start(Moto, directory, _marker)
    yield stand_in
    component.stop()


@pytest.fixture(scope="session")
def _double(directory: Path, _marker: str) -> Iterator[StandIn]:
    component, stand_in = start(OurDouble, directory, _marker)
    yield stand_in
    code = component.stop()
    assert code == 0, f"the double ended with {code}\n{tail(component.log)}"


@pytest.fixture(scope="session")
def stand_in(request: pytest.FixtureRequest) -> StandIn:
    """The server that this run of the case is on."""
    running: StandIn = request.getfixturevalue(f"_{request.param}")
    return running


@pytest.fixture
def fresh(stand_in: StandIn) -> StandIn:
    """The server, as at its start."""
    stand_in.reset()
    return stand_in


@pytest.fixture
def ec2(fresh: StandIn) -> Any:
    return fresh.ec2


@pytest.fixture
def sts(fresh: StandIn) -> Any:
    return fresh.sts


@pytest.fixture
def scene(ec2: Any) -> Scene:
    return Scene(ec2)


@pytest.fixture
def double(_double: OurDouble) -> OurDouble:
    """The double alone, as at its start: for what only it can do."""
    _double.reset()
    return _double


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """A failure on the double shows the last calls that it got."""
    report = yield
    stand_in = getattr(item, "funcargs", {}).get("stand_in") or getattr(item, "funcargs", {}).get("double")
    if report.failed and isinstance(stand_in, OurDouble):
        with contextlib.suppress(OSError):  # it may be what died
            calls = [str(call) for call in stand_in.control.calls()[-12:]]
            report.sections.append(("last calls", "\n".join(calls)))
    return report
