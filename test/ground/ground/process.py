"""Processes of the ground: start, readiness, logs, signals, and their sure end.

Every process carries a marker in its environment. A small watcher process outside of the test process holds the
read end of a pipe: when the test process is gone in whatever way (SIGKILL too), the pipe ends, and the watcher
kills everything that carries the marker and removes the ground's directory.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .errors import ComponentError
from .wait import WaitTimeout, wait_for

MARKER = "K8S_AWS_OPERATOR_GROUND"


def tail(path: Path, lines: int = 30) -> str:
    """The last lines of a file, or an empty text when there is none."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - 64 * 1024))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
    return ""


class Component:
    """One child process with a log file."""

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        log: Path,
        env: Mapping[str, str],
        ready: Callable[[], bool] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.name = name
        self.argv = list(argv)
        self.log = log
        self.env = dict(env)
        self.ready = ready
        self.cwd = cwd
        self.process: subprocess.Popen[bytes] | None = None
        self.frozen = False

    def start(self) -> "Component":
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.env,
                cwd=self.cwd,
                start_new_session=True,  # Ctrl-C at the terminal is for the test process, which ends these in order
            )
        self.frozen = False
        return self

    def wait_ready(self, timeout: float = 60.0) -> "Component":
        if self.ready is None:
            return self
        try:
            wait_for(self.ready, timeout, f"{self.name} ready", interval=0.03, alive=self.check_alive)
        except WaitTimeout as error:
            raise ComponentError(self.name, f"did not get ready: {error}", tail(self.log)) from None
        return self

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        if self.process is None:
            raise ComponentError(self.name, "was never started", "")
        return self.process.pid

    @property
    def returncode(self) -> int | None:
        return None if self.process is None else self.process.poll()

    def check_alive(self) -> None:
        if self.process is not None and self.process.poll() is not None:
            raise ComponentError(self.name, f"died with exit code {self.process.returncode}", tail(self.log))

    def signal(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def freeze(self) -> None:
        self.signal(signal.SIGSTOP)
        self.frozen = True

    def thaw(self) -> None:
        self.signal(signal.SIGCONT)
        self.frozen = False

    def kill9(self) -> None:
        self.signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def stop(self, timeout: float = 5.0) -> int | None:
        """Ask with SIGTERM, then SIGKILL. Returns the exit code (negative: the signal that ended it)."""
        if self.process is None:
            return None
        if self.frozen:
            self.thaw()
        self.signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill9()
            return self.process.returncode


# The watcher: plain Python without imports from here, so that it needs nothing that may be removed meanwhile.
_WATCHER = r"""
import os, shutil, signal, sys
marker, directory = sys.argv[1].encode(), sys.argv[2]
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
word = sys.stdin.buffer.read()          # blocks until the test process closes the pipe or is gone
if word == b"done":
    sys.exit(0)
for _ in range(20):                     # again, for a process that was just being started
    found = False
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open("/proc/%s/environ" % entry, "rb") as file:
                if marker in file.read().split(b"\0"):
                    os.kill(int(entry), signal.SIGKILL)
                    found = True
        except OSError:
            pass
    if not found:
        break
shutil.rmtree(directory, ignore_errors=True)
"""


class Watcher:
    """Ends the ground's processes when the test process is no longer there to do it."""

    def __init__(self, ground_id: str, directory: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _WATCHER, f"{MARKER}={ground_id}", str(directory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin")},
            cwd="/",
            start_new_session=True,
        )

    def dismiss(self) -> None:
        """The ground was torn down in the ordinary way: nothing is left to do."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.write(b"done")
                self._process.stdin.close()
        self._process.wait()
