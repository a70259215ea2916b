"""Our own stand-in for EC2 (test/ec2_double): its program, and a client of its control interface."""

from __future__ import annotations

import http.client
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import GroundError
from .toolcache import REPOSITORY

# Room for an ENI per pod address, which no type of EC2's has.
MANY_INTERFACES = "ground.300eni"
SEED = {
    "settings": {"quotas": {"addresses": 5000}},  # tests hold hundreds
    "instance_types": [
        {
            "id": MANY_INTERFACES,
            "maximum_network_interfaces": 300,
            "ipv4_addresses_per_interface": 50,
            "network_cards": [300],
        },
        # https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html
        {
            "id": "m5.24xlarge",
            "maximum_network_interfaces": 15,
            "ipv4_addresses_per_interface": 50,
            "network_cards": [15],
        },
    ],
}


def find_binary() -> Path:
    path = Path(os.environ.get("EC2_DOUBLE_BINARY") or REPOSITORY / "build/test/test/ec2_double/ec2-double")
    if not path.is_file():
        raise GroundError(f"no stand-in for EC2 at {path}; `make double` builds it, or name one in EC2_DOUBLE_BINARY")
    return path.absolute()


class Double:
    """What a test says to the double itself; names and values: test/ec2_double/control.hpp, dump.hpp."""

    def __init__(self, port: int) -> None:
        self.port = port

    def world(self) -> dict[str, Any]:
        """All that the account holds, and how this EC2 behaves."""
        return self._request("GET", "world")

    def seed(self, part: Mapping[str, Any]) -> None:
        """Merge this part of a world into the present one: rows by their id, with the fields that are named."""
        self._request("PUT", "world", part)

    def settings(self, **settings: Any) -> None:
        """settings(visibility_ms=3000, quotas={"addresses": 2})"""
        self._request("PUT", "settings", settings)

    def rule(self, action: str = "", do: str = "error", **more: Any) -> str:
        """A fault of EC2 itself (`proxy.rule`: one on the way): rule("AssociateAddress", "hang", nth=2). Its id."""
        return self._request("POST", "rules", {"action": action, "act": do, **more})["id"]

    def rules(self) -> list[dict[str, Any]]:
        """With `seen`, the calls that fitted, and `hits`, those that it did something to."""
        return self._request("GET", "rules")

    def remove_rule(self, rule: str) -> None:
        self._request("DELETE", f"rules/{rule}")

    def clear_rules(self) -> None:
        self._request("DELETE", "rules")

    def drain(self, action: str = "") -> None:
        """Someone else in the account uses up the rate limit of an action, or of all."""
        self._request("POST", "drain", {"action": action})

    def calls(self, action: str | None = None, since: int | None = None) -> list[dict[str, Any]]:
        """Calls with a number above `since`; the log forgets, and says so if it does not go back so far."""
        query = "" if since is None else f"?since={since}"
        return [call for call in self._request("GET", f"calls{query}") if action in (None, call["action"])]

    def mark(self) -> int:
        """The number of the last call so far."""
        number: int = self._request("GET", "health")["calls"]
        return number

    def reset(self, world: Mapping[str, Any] | None = None) -> None:
        """Everything as at the start, or this world; no rules, no calls, full rate limits."""
        self._request("POST", "reset", world)

    def _request(self, method: str, what: str, body: Any = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, f"/_double/{what}", None if body is None else json.dumps(body))
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        if response.status >= 300:
            raise GroundError(f"the double refuses {method} {what}: {response.status} {text.strip()}")
        return json.loads(text)
