"""The server of the double alone: connections, metadata, flags and its end. Needs no cluster.

What it answers as EC2 is for test/contract.
"""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ground import Double, wait_for
from ground.double import find_binary
from ground.ports import free_port
from ground.process import Component

Start = Callable[..., Double]
REFUSED = "<Code>MissingAuthenticationToken</Code>"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """`start(*flags)` starts a double; its process is `double.process`."""
    running: list[Component] = []

    def started(*flags: str) -> Double:
        double = Double(free_port())
        argv = [str(find_binary()), "--port", str(double.port), *flags]
        double.process = Component("ec2-double", argv, tmp_path / "log", {}, lambda: double.rules() == [])
        running.append(double.process)
        double.process.start().wait_ready()
        return double

    yield started
    for process in running:
        process.stop()


@pytest.fixture
def double(start: Start) -> Double:
    return start()


class Client:
    """One connection, without what boto3 does on its own. Its calls are not signed, hence refused."""

    def __init__(self, double: Double, timeout: float = 60) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", double.port, timeout=timeout)

    def call(self, action: str) -> str:
        self.connection.request("POST", "/", f"Action={action}")
        return self.connection.getresponse().read().decode()

    def get(self, path: str, method: str = "GET") -> tuple[int, str]:
        self.connection.request(method, path)
        response = self.connection.getresponse()
        return response.status, response.read().decode()


def test_a_connection_is_kept(double: Double) -> None:
    client = Client(double)
    assert REFUSED in client.call("DescribeAddresses")
    socket = client.connection.sock
    assert REFUSED in client.call("DescribeAddresses")
    assert socket is not None and client.connection.sock is socket


@pytest.mark.parametrize("fault", [("latency", {"latency_ms": 3_600_000}), ("hang", {})])
def test_a_call_that_is_not_answered_keeps_no_other_waiting(double: Double, fault: tuple[str, dict[str, int]]) -> None:
    double.rule("DescribeAddresses", fault[0], **fault[1])
    ended = threading.Event()

    def slow() -> None:
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            Client(double).call("DescribeAddresses")
        ended.set()

    thread = threading.Thread(target=slow, daemon=True)
    thread.start()
    wait_for(lambda: double.calls("DescribeAddresses"), 30, "the call")
    assert REFUSED in Client(double).call("DescribeAddresses")
    assert not ended.is_set()
    # It does not keep the server from its end either.
    assert double.process.stop() == 0
    assert ended.wait(30)


def test_a_client_that_no_longer_waits_for_a_hanging_call_is_let_go(double: Double) -> None:
    double.rule("DescribeAddresses", "hang")
    client = Client(double, timeout=0.1)
    with pytest.raises(TimeoutError):
        client.call("DescribeAddresses")
    client.connection.close()
    wait_for(lambda: not established(double), 30, "the end of the connection")
    assert REFUSED in Client(double).call("DescribeAddresses")


def established(double: Double) -> list[str]:
    """The other ends of the connections that the server has not closed: established, or closed by the client alone."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [row[2] for row in rows if row[1] == f"0100007F:{double.port:04X}" and row[3] in ("01", "08")]


def test_answers_break_off_as_told(double: Double) -> None:
    for fault, ending in (
        ("truncate", http.client.IncompleteRead),
        ("reset_before", ConnectionResetError),
        ("reset_after", ConnectionResetError),
    ):
        double.rule("DescribeAddresses", fault)
        with pytest.raises(ending):
            Client(double).call("DescribeAddresses")
        assert double.calls()[-1]["fault"] == fault


def test_credentials_and_region_are_in_the_metadata(double: Double) -> None:
    client = Client(double)
    assert client.get("/latest/api/token", "PUT")[0] == 200
    path = "/latest/meta-data/iam/security-credentials/"
    status, role = client.get(path)
    assert status == 200
    assert json.loads(client.get(path + role)[1])["Code"] == "Success"
    assert client.get("/latest/meta-data/placement/region") == (200, "us-east-1")
    assert client.get("/latest/meta-data/hostname")[0] == 404
    assert client.get("/")[0] == 404


def test_the_same_random_seed_gives_the_same_ids(start: Start) -> None:
    def drawn_from(seed: str) -> int:
        return start("--random-seed", seed).world()["sequence"]

    assert drawn_from("5") == drawn_from("5") != drawn_from("6")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_0_when_asked_to(double: Double, number: signal.Signals) -> None:
    process = double.process.process
    assert process is not None
    process.send_signal(number)
    assert process.wait(30) == 0


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--port"], "--port"),
        (["--port", "70000"], "70000"),
        (["--random-seed", "x"], "--random-seed"),
        (["--colour", "red"], "--colour: unknown"),
        (["--seed", "/nowhere/seed.json"], "/nowhere/seed.json"),
    ],
)
def test_it_says_what_it_cannot_start_with(flags: list[str], said: str) -> None:
    assert said in refused(*flags)


def refused(*flags: str) -> str:
    result = subprocess.run([str(find_binary()), *flags], capture_output=True, text=True, timeout=30, check=False)
    assert (result.returncode, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)
    return result.stderr


def test_a_port_that_is_taken_is_said(double: Double) -> None:
    assert "in use" in refused("--port", str(double.port))


def test_a_seed_that_it_does_not_understand_is_refused(tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text('{"pools": [{"id": "ipv4pool-ec2-1", "colour": "red"}]}')
    assert "pools[0].colour: unknown" in refused("--seed", str(seed))
    seed.write_text("{")
    assert "no JSON" in refused("--seed", str(seed))
