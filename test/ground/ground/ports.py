"""Ports for the servers of grounds, of which several may run on one machine."""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

# Below the range from which the kernel gives ports to outgoing connections, since one of those could otherwise take the
# port before the server listens on it. Each process has a part for itself: between the choice of a port and the server
# that listens on it another process must not choose it too.
_FIRST, _SIZE, _PARTS = 12000, 500, 40
_held: list[IO[str]] = []  # the lock files of our parts; the kernel unlocks them at the end of the process
_lock = threading.Lock()


def _take_part() -> range:
    directory = Path(tempfile.gettempdir()) / f"ground-ports-{os.getuid()}"
    directory.mkdir(mode=0o700, exist_ok=True)
    for number in random.sample(range(_PARTS), _PARTS):  # seldom one whose servers have just ended
        file = (directory / str(number)).open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            continue
        _held.append(file)
        return range(_FIRST + number * _SIZE, _FIRST + (number + 1) * _SIZE)
    raise RuntimeError("no free ports: too many processes with grounds")


def _free_ports() -> Iterator[int]:
    while True:
        for port in _take_part():
            with socket.socket() as probe:
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    continue
            yield port


_ports = _free_ports()


def free_port() -> int:
    """A TCP port of the loopback interface that is free, and that no ground chooses again."""
    with _lock:
        return next(_ports)
