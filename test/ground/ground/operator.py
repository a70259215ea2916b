"""Runs the operator's binary beside the cluster, with the identity that deploy/ gives it."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import GroundError
from .pki import write_kubeconfig
from .ports import free_port
from .process import MARKER, Component, tail
from .toolcache import REPOSITORY
from .wait import wait_for

if TYPE_CHECKING:
    from .cluster import Ground

NAMESPACE = "kube-system"
NAME = "k8s-aws-operator"
SERVICE_ACCOUNT = f"{NAMESPACE}/{NAME}"
# Options of a sanitizer build go through to it; nothing else of the environment does.
_PASSED = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS", "LLVM_PROFILE_FILE")
_SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*(?:\{.*\})?)\s+(\S+)(?:\s+\d+)?$")


def find_binary(binary: str | Path | None = None) -> Path:
    path = Path(binary or os.environ.get("OPERATOR_BINARY") or REPOSITORY / "build/release/k8s-aws-operator")
    if not path.is_file():
        raise GroundError(f"no operator at {path}; build it, or name one in OPERATOR_BINARY")
    return path.absolute()


class Operator:
    """One process of the operator. `user` is its name in the audit log."""

    def __init__(
        self,
        ground: "Ground",
        flags: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        binary: str | Path | None = None,
        service_account: str | None = SERVICE_ACCOUNT,
        name: str = "operator",
    ) -> None:
        """`service_account=None` runs it with all rights, for what has to run before deploy/ is installed."""
        self.ground = ground
        self.name = name
        self.binary = find_binary(binary)
        self.metrics_port, self.health_port = free_port(), free_port()
        self.home = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=ground.directory))
        self.token_file = self.home / "token"
        self.kubeconfig = self.home / "kubeconfig"
        self.service_account = service_account
        self.user = f"system:serviceaccount:{service_account.replace('/', ':')}" if service_account else "admin"
        if service_account:
            self.renew_token()
            write_kubeconfig(self.kubeconfig, ground.server, ground.pki.ca, token_file=self.token_file)
        else:
            write_kubeconfig(self.kubeconfig, ground.server, ground.pki.ca, client=ground.admin)
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.home),
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "test-secret",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL_EC2": ground.proxy.url,
            "AWS_ENDPOINT_URL_STS": ground.proxy.url,
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": ground.proxy.url,  # never the one of this machine
            MARKER: ground.id,
            **{key: value for key, value in os.environ.items() if key in _PASSED},
            **(env or {}),
        }
        argv = [
            str(self.binary),
            f"-metrics-addr=127.0.0.1:{self.metrics_port}",
            f"-health-addr=127.0.0.1:{self.health_port}",
            f"-kubeconfig={self.kubeconfig}",
            *flags,
        ]
        # An empty value takes a variable away.
        environment = {key: value for key, value in environment.items() if value != ""}
        self.component = Component(name, argv, self.home / "log", environment, self._is_ready, cwd=self.home)

    def start(self, wait: bool = True, timeout: float = 30.0) -> "Operator":
        self.component.start()
        return self.wait_ready(timeout) if wait else self

    def wait_ready(self, timeout: float = 30.0) -> "Operator":
        """Until /readyz says 200."""
        self.component.wait_ready(timeout)
        return self

    def renew_token(self, duration: str = "24h") -> None:
        """A new token in the token file, as a kubelet would put it there."""
        namespace, account = (self.service_account or SERVICE_ACCOUNT).split("/")
        token = self.ground.kubectl("-n", namespace, "create", "token", account, f"--duration={duration}")
        temporary = self.token_file.with_suffix(".new")
        temporary.write_text(token.strip())
        temporary.replace(self.token_file)

    # State

    @property
    def running(self) -> bool:
        return self.component.running

    @property
    def pid(self) -> int:
        return self.component.pid

    def _get(self, port: int, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode(errors="replace")
        finally:
            connection.close()

    def health(self, path: str = "/readyz") -> int | None:
        """The status of /healthz or /readyz; None when nothing answers."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self._get(self.health_port, path)[0]
        return None

    def _is_ready(self) -> bool:
        status, text = self._get(self.health_port, "/readyz")
        assert status == 200, text
        return True

    def logs(self) -> str:
        return self.component.log.read_text(errors="replace") if self.component.log.exists() else ""

    def log_tail(self, lines: int = 60) -> str:
        return tail(self.component.log, lines)

    def wait_log(self, text: str, timeout: float = 30.0) -> None:
        wait_for(lambda: text in self.logs(), timeout, f"{text!r} in the log of {self.name}")

    def metrics_text(self) -> str:
        return self._get(self.metrics_port, "/metrics")[1]

    def metrics(self) -> dict[str, float]:
        """Samples by their text, labels included: `name{label="x"}` -> value."""
        samples = {}
        for line in self.metrics_text().splitlines():
            found = None if line.startswith("#") else _SAMPLE.match(line)
            if found:
                samples[found.group(1)] = float(found.group(2))
        return samples

    # Ends and stalls

    def kill9(self) -> None:
        self.component.kill9()

    def stop(self, timeout: float = 30.0) -> int | None:
        """SIGTERM; returns the exit code. SIGKILL (-9) when it takes longer than `timeout`."""
        return self.component.stop(timeout)

    def restart(self, wait: bool = True) -> "Operator":
        """Start again with the same flags and ports, whatever ended it before."""
        self.stop()
        return self.start(wait)

    def freeze(self) -> None:
        self.component.freeze()

    def thaw(self) -> None:
        self.component.thaw()

    def signal(self, number: signal.Signals) -> None:
        self.component.signal(number)


def install(ground: "Ground") -> None:
    """Apply the shipped manifests. The Deployment is scaled to 0: its process runs beside the cluster, with the
    Deployment's service account and rights."""
    for folder in ("config/crd/bases", "deploy"):
        path = REPOSITORY / folder
        if not path.is_dir():
            raise GroundError(f"{folder}/ is not there yet, so the operator cannot be installed")
        if folder == "deploy":
            ground.kubectl("wait", "--for=condition=Established", "--timeout=30s", "crd", "--all")
        ground.kubectl("apply", "-f", str(path))
    ground.kubectl("-n", NAMESPACE, "scale", "deployment", NAME, "--replicas=0")
