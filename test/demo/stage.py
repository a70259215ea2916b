"""The demo's means: the screen, and what the simulated nodes lack."""

from __future__ import annotations

import os
import sys
import textwrap
import threading
from collections.abc import Mapping
from typing import Any

from ground import Ground, run_init_container


class Broken(Exception):
    """Something is not as promised."""


class Screen:
    """What the person sees: headings, explanations, commands with their output, and EC2's view."""

    def __init__(self) -> None:
        colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self._bold, self._cyan, self._green, self._dim, self._off = (
            ("\033[1m", "\033[36m", "\033[32m", "\033[2m", "\033[0m") if colours else ("",) * 5
        )
        self._number = 0

    def heading(self, text: str) -> None:
        self._number += 1
        line = f"{self._number}. {text}"
        self._print(f"\n{self._bold}{line}\n{'=' * len(line)}{self._off}")

    def say(self, text: str) -> None:
        self._print("\n" + textwrap.fill(" ".join(text.split()), 100))

    def command(self, line: str) -> None:
        self._print(f"\n{self._cyan}$ {line}{self._off}")

    def output(self, text: str) -> None:
        self._print(text.rstrip("\n"))

    def aside(self, text: str) -> None:
        self._print(f"{self._dim}{text}{self._off}")

    def promise(self, text: str) -> None:
        self._print(f"{self._green}  as promised: {text}{self._off}")

    def _print(self, text: str) -> None:
        if text:
            print(text, flush=True)


class Kubelet(threading.Thread):
    """What the nodes of this cluster lack: each pod's address on a network interface in EC2, and init containers."""

    def __init__(self, ground: Ground) -> None:
        super().__init__(name="kubelet", daemon=True)
        self.ground = ground
        self._over = threading.Event()
        self._served: set[str] = set()

    def run(self) -> None:
        while not self._over.wait(0.5):
            try:
                for pod in self.ground.list("pods"):
                    self._look_after(pod)
            except Exception as error:  # noqa: BLE001  (the cluster may be stopping, or the pod is gone already)
                if not self._over.is_set():
                    print(f"(the demo's kubelet tries again: {error})", file=sys.stderr)

    def _look_after(self, pod: Mapping[str, Any]) -> None:
        ip, uid = pod.get("status", {}).get("podIP"), pod["metadata"]["uid"]
        if not ip or "deletionTimestamp" in pod["metadata"]:
            return
        self.ground.network.ensure_eni(self.ground.network.node_for(ip), ip)
        if pod["spec"].get("initContainers") and uid not in self._served:
            self._served.add(uid)
            run_init_container(self.ground, pod)

    def stop(self) -> None:
        self._over.set()
        if self.is_alive():
            self.join(10)
