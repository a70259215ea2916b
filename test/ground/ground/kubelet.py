"""What a kubelet does to a container's command and environment, since kwok runs no containers."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .pki import write_kubeconfig
from .process import MARKER, tail
from .wait import wait_for

if TYPE_CHECKING:
    from .cluster import Ground


def _expand_one(text: str, env: Mapping[str, str]) -> str:
    result: list[str] = []
    position = 0
    while position < len(text):
        char = text[position]
        following = text[position + 1 : position + 2]
        if char != "$" or not following:
            result.append(char)
            position += 1
        elif following == "$":  # an escaped dollar
            result.append("$")
            position += 2
        elif following == "(":
            end = text.find(")", position + 2)
            if end < 0:  # never closed: stays, and the rest is read on
                result.append("$(")
                position += 2
            else:  # the first closing parenthesis ends the name, whatever the name then looks like
                name = text[position + 2 : end]
                result.append(env.get(name, f"$({name})"))
                position = end + 1
        else:
            result.append("$" + following)
            position += 2
    return "".join(result)


def expand(args: Sequence[str] | str, env: Mapping[str, str]) -> Any:
    """`$(NAME)` becomes the variable's value, `$$` a dollar; unknown names stay as they are. Not recursive."""
    if isinstance(args, str):
        return _expand_one(args, env)
    return [_expand_one(argument, env) for argument in args]


def _field(pod: Mapping[str, Any], path: str) -> str:
    keyed = re.fullmatch(r"metadata\.(labels|annotations)\['(.+)'\]", path)
    if keyed:
        return (pod["metadata"].get(keyed.group(1)) or {}).get(keyed.group(2), "")
    value: Any = pod
    for part in path.split("."):
        value = (value or {}).get(part)
    return "" if value is None else str(value)


def container_env(pod: Mapping[str, Any], container: Mapping[str, Any]) -> dict[str, str]:
    """The variables of a container. A value may refer to variables named before it, as with a kubelet."""
    env: dict[str, str] = {}
    for entry in container.get("env") or []:
        source = entry.get("valueFrom")
        if source is None:
            env[entry["name"]] = _expand_one(entry.get("value", ""), env)
        elif "fieldRef" in source:
            env[entry["name"]] = _field(pod, source["fieldRef"]["fieldPath"])
        else:
            raise NotImplementedError(f"env {entry['name']}: only value and fieldRef are emulated")
    return env


class ContainerRun:
    """A running init container: a process of this machine with the pod's identity."""

    def __init__(self, process: subprocess.Popen[bytes], home: Path, log: Path, argv: list[str]) -> None:
        self.process = process
        self.home = home
        self.log = log
        self.argv = argv

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_output(self, text: str, timeout: float = 20.0) -> str:
        """Wait until the container has printed `text`; returns all that it printed."""
        return wait_for(lambda: self.output() if text in self.output() else "", timeout, f"output with {text!r}")

    def poll(self) -> int | None:
        return self.process.poll()

    def wait(self, timeout: float = 30.0) -> int:
        """The exit code; when time runs out the message shows what the container printed."""
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"init container still runs after {timeout:g} s:\n{tail(self.log)}") from None

    def kill(self) -> None:
        """End the container with everything that it started."""
        try:
            os.killpg(self.process.pid, 9)
        except ProcessLookupError:
            pass
        self.process.wait()


def run_init_container(ground: "Ground", pod: str | Mapping[str, Any], index: int = 0) -> ContainerRun:
    """Start the init container `index` of a pod ("namespace/name" or the object) with the pod's own token.

    The token is bound to the pod, so it ends with the pod. kubectl inside takes the pod's namespace by default.
    """
    if isinstance(pod, str):
        namespace, name = pod.split("/")
        found = ground.get("pod", name, namespace)
        if found is None:
            raise ValueError(f"there is no pod {pod}")
        pod = found
    meta, spec = pod["metadata"], pod["spec"]
    container = spec["initContainers"][index]
    home = Path(tempfile.mkdtemp(prefix=f"init-{meta['name']}-", dir=ground.directory))
    token = ground.kubectl(
        "-n", meta["namespace"], "create", "token", spec.get("serviceAccountName", "default"),
        "--bound-object-kind=Pod", f"--bound-object-name={meta['name']}", f"--bound-object-uid={meta['uid']}",
    )  # fmt: skip
    token_file = home / "token"
    token_file.write_text(token.strip())
    kubeconfig = write_kubeconfig(
        home / "kubeconfig", ground.server, ground.pki.ca, token_file=token_file, namespace=meta["namespace"]
    )
    env = container_env(pod, container)
    argv = expand([*(container.get("command") or []), *(container.get("args") or [])], env)
    if not argv:
        raise ValueError("the init container names no command; there is no image to take one from")
    tools = home / "bin"
    tools.mkdir()
    (tools / "kubectl").symlink_to(ground.programs["kubectl"])
    process_env = {
        "PATH": f"{tools}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "KUBECONFIG": str(kubeconfig),
        "KUBECACHEDIR": str(home / "cache"),
        **env,
        MARKER: ground.id,
    }
    log = home / "output"
    with log.open("wb") as output:
        process = subprocess.Popen(
            argv, env=process_env, cwd=home, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
    run = ContainerRun(process, home, log, argv)
    ground.on_stop(run.kill)
    return run
