"""A ground at the command line: python -m ground up | down | env [--name NAME]

up    start one in the foreground, print lines for `eval`, stay until Ctrl-C or `down`
env   print the lines of the one that runs
down  end the one that runs, and wait until it is gone
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shlex
import signal
import sys
import threading
from pathlib import Path

from .cluster import Ground
from .errors import GroundError
from .toolcache import cache_dir
from .wait import WaitTimeout, wait_for

_SHOWN = ("KUBECONFIG", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "PATH")


def _state_file(name: str) -> Path:
    return cache_dir() / "run" / f"{name}.json"


def _running(name: str) -> dict | None:
    """What `up` wrote down, when its process still is there."""
    with contextlib.suppress(OSError, ValueError):
        state = json.loads(_state_file(name).read_text())
        # The start time tells the process from another one that got its number later.
        if _start_time(state["pid"]) == state["started"]:
            return state
    return None


def _start_time(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


def _print_env(environment: dict[str, str]) -> None:
    for key in _SHOWN:
        print(f"export {key}={shlex.quote(environment[key])}", flush=True)


def up(name: str) -> int:
    if _running(name):
        print(f"a ground named {name} runs already; end it with `down`", file=sys.stderr)
        return 1
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: over.set())
    with Ground() as ground:
        state = {"pid": os.getpid(), "started": _start_time(os.getpid()), "env": ground.environment()}
        path = _state_file(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(state))
        _print_env(ground.environment())
        print("# the ground is up; Ctrl-C ends it", file=sys.stderr, flush=True)
        try:
            # A wait without end would not look for a component that died.
            while not over.wait(2):
                ground.check()
        except KeyboardInterrupt:
            pass
        finally:
            path.unlink(missing_ok=True)
    return 0


def down(name: str) -> int:
    state = _running(name)
    if state is None:
        print(f"no ground named {name} runs", file=sys.stderr)
        return 0
    os.kill(state["pid"], signal.SIGTERM)
    wait_for(lambda: _running(name) is None and not Path(f"/proc/{state['pid']}").exists(), 30, "the end of the ground")
    return 0


def env(name: str) -> int:
    state = _running(name)
    if state is None:
        print(f"no ground named {name} runs", file=sys.stderr)
        return 1
    _print_env(state["env"])
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m ground", description=__doc__.split("\n")[0])
    parser.add_argument("command", choices=("up", "down", "env"))
    parser.add_argument("--name", default="default", help="several grounds may run, each with its name")
    arguments = parser.parse_args()
    try:
        return {"up": up, "down": down, "env": env}[arguments.command](arguments.name)
    except (GroundError, WaitTimeout) as error:
        print(f"ground: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
