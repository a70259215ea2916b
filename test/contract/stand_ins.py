"""The two servers that the cases run on: unmodified moto, and our double."""

from __future__ import annotations

import http.client
import sys
import time
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import boto3
from botocore.config import Config

from ground import Double
from ground.double import find_binary
from ground.ports import free_port
from ground.process import MARKER, Component

REGION = "us-east-1"
ACCOUNT = "123456789012"


@dataclass
class Answer:
    status: int
    body: str
    headers: dict[str, str]

    def xml(self) -> ElementTree.Element:
        """Without namespaces; an answer that is no XML fails here."""
        root = ElementTree.fromstring(self.body)
        for element in root.iter():
            element.tag = element.tag.rpartition("}")[2]
        return root


class StandIn:
    """A server, and a client of it that neither checks parameters nor tries again."""

    name: str
    health: str

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.ec2 = self.client("ec2")
        self.sts = self.client("sts")

    def client(self, service: str) -> Any:
        return boto3.client(
            service, endpoint_url=self.url, region_name=REGION,
            aws_access_key_id="test", aws_secret_access_key="test",
            config=Config(
                retries={"total_max_attempts": 1}, parameter_validation=False, read_timeout=60, proxies={}
            ),
        )  # fmt: skip

    def healthy(self) -> bool:
        return self._request("GET", self.health).status == 200

    def reset(self) -> None:
        """Everything as at the start."""
        raise NotImplementedError

    def seed(self, part: Mapping[str, Any]) -> None:
        """What no action of EC2 makes: pools, zones, what others hold. Names as in test/ec2_double/README.md."""

    def settings(self, **settings: Any) -> None:
        """How this EC2 behaves."""

    def post(self, service: str, parameters: Mapping[str, str], signed: bool = True, at: float | None = None) -> Answer:
        """A request of the query protocol without boto3 in between, signed (in form only) at this Unix time, or now."""
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        if signed:
            date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))
            scope = f"test/{date[:8]}/{REGION}/{service}/aws4_request"
            headers["X-Amz-Date"] = date
            headers["Authorization"] = (
                f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={'0' * 64}"
            )
        return self._request("POST", "/", urllib.parse.urlencode(parameters), headers)

    def _request(self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] = {}) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            return Answer(response.status, response.read().decode(), dict(response.headers))
        finally:
            connection.close()


class Moto(StandIn):
    """It can't be seeded or set: cases that ask for that have a mark."""

    name = "moto"
    health = "/moto-api/"

    def reset(self) -> None:
        assert self._request("POST", "/moto-api/reset").status == 200


class OurDouble(StandIn):
    name = "double"
    health = "/_double/health"

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.control = Double(port)

    def reset(self) -> None:
        self.control.reset()

    def seed(self, part: Mapping[str, Any]) -> None:
        self.control.seed(part)

    def settings(self, **settings: Any) -> None:
        self.control.settings(**settings)


def start(kind: type[StandIn], directory: Path, marker: str) -> tuple[Component, StandIn]:
    """A running server, ready; its log is in the directory."""
    stand_in = kind(free_port())
    port = str(stand_in.port)
    if kind is Moto:
        argv = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", port]
    else:
        argv = [str(find_binary()), "--port", port]
    environment = {
        "PATH": "/usr/bin:/bin", "HOME": str(directory), MARKER: marker,
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # nine tenths of the time of a reset; any image id does
    }  # fmt: skip
    component = Component(stand_in.name, argv, directory / f"{stand_in.name}.log", environment, stand_in.healthy)
    component.start().wait_ready()
    stand_in.ec2.describe_addresses()  # moto's first answer takes seconds
    return component, stand_in
