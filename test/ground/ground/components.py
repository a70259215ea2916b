"""The command lines of the control plane and of the EC2 stand-in."""

from __future__ import annotations

import http.client
import json
import ssl
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from . import audit, double, stages
from .pki import write_kubeconfig
from .ports import free_port
from .process import MARKER, Component

if TYPE_CHECKING:
    from .cluster import Ground

# In the order of the start. Torn down from the end: an apiserver without etcd would hang.
ORDER = ("ec2", "etcd", "kube-apiserver", "kube-scheduler", "kube-controller-manager", "kwok")


def _answers(port: int, path: str, tls: bool) -> Callable[[], bool]:
    def check() -> bool:
        if tls:
            # Readiness only: these components sign their own certificates.
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                "127.0.0.1", port, timeout=5, context=ssl._create_unverified_context()
            )
        else:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        finally:
            connection.close()

    return check


class Factory:
    """Makes the components of one ground. Ports and directories are chosen once, so a restart finds its data."""

    def __init__(self, ground: "Ground") -> None:
        self.ground = ground
        self.directory = ground.directory
        self.logs = ground.directory / "logs"
        self.logs.mkdir(exist_ok=True)
        self.etcd_port, self.etcd_peer_port = free_port(), free_port()
        self.api_port, self.ec2_port = free_port(), free_port()

    def _component(self, name: str, argv: list[str], port: int, path: str, tls: bool = False) -> Component:
        env = {"PATH": "/usr/bin:/bin", "HOME": str(self.directory), MARKER: self.ground.id}
        return Component(name, argv, self.logs / f"{name}.log", env, _answers(port, path, tls), cwd=self.directory)

    def _kubeconfig(self, user: str) -> str:
        pki = self.ground.pki
        path = self.directory / f"{user}.kubeconfig"
        return str(write_kubeconfig(path, self.ground.server, pki.ca, client=pki.client(user)))

    def ec2(self) -> Component:
        if self.ground.stand_in == "double":
            seed = self.directory / "ec2-seed.json"
            seed.write_text(json.dumps(double.SEED))
            argv = [str(double.find_binary()), "--port", str(self.ec2_port), "--seed", str(seed)]
            return self._component("ec2", argv, self.ec2_port, "/_double/health")
        # Without -P the modules beside the program would stand before those of Python.
        program = [sys.executable, "-P", str(Path(__file__).with_name("moto_server.py")), double.MANY_INTERFACES]
        argv = [*program, "-H", "127.0.0.1", "-p", str(self.ec2_port)]
        return self._component("ec2", argv, self.ec2_port, "/moto-api/")

    def etcd(self) -> Component:
        client, peer = f"http://127.0.0.1:{self.etcd_port}", f"http://127.0.0.1:{self.etcd_peer_port}"
        argv = [
            str(self.ground.programs["etcd"]),
            f"--data-dir={self.directory}/etcd",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=default={peer}",
            "--unsafe-no-fsync",  # its data ends with the ground
            "--log-level=warn",
        ]
        return self._component("etcd", argv, self.etcd_port, "/health")

    def apiserver(self, extra: tuple[str, ...]) -> Component:
        pki = self.ground.pki
        policy = self.directory / "audit-policy.yaml"
        policy.write_text(audit.POLICY)
        argv = [
            str(self.ground.programs["kube-apiserver"]),
            f"--etcd-servers=http://127.0.0.1:{self.etcd_port}",
            "--bind-address=127.0.0.1",
            f"--secure-port={self.api_port}",
            "--advertise-address=127.0.0.1",
            "--endpoint-reconciler-type=none",
            f"--cert-dir={self.directory}/pki",
            f"--tls-cert-file={pki.server_cert}",
            f"--tls-private-key-file={pki.server_key}",
            f"--client-ca-file={pki.ca}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={pki.service_account_public}",
            f"--service-account-signing-key-file={pki.service_account_key}",
            "--service-cluster-ip-range=10.96.0.0/24",
            "--authorization-mode=RBAC",
            "--allow-privileged=true",
            "--profiling=false",
            "--shutdown-watch-termination-grace-period=1s",
            f"--audit-policy-file={policy}",
            f"--audit-log-path={self.directory}/audit.log",
            *extra,
        ]
        return self._component("kube-apiserver", argv, self.api_port, "/readyz", tls=True)

    def _controller(self, name: str, extra: list[str], path: str) -> Component:
        port, config = free_port(), self._kubeconfig(name)
        argv = [
            str(self.ground.programs[name]),
            f"--kubeconfig={config}",
            f"--authentication-kubeconfig={config}",
            f"--authorization-kubeconfig={config}",
            "--bind-address=127.0.0.1",
            f"--secure-port={port}",
            f"--cert-dir={self.directory}/{name}",
            "--leader-elect=false",
            *extra,
        ]
        return self._component(name, argv, port, path, tls=True)

    def controller_manager(self) -> Component:
        pki = self.ground.pki
        extra = [
            f"--service-account-private-key-file={pki.service_account_key}",
            f"--root-ca-file={pki.ca}",
        ]
        return self._controller("kube-controller-manager", extra, "/healthz")

    def scheduler(self) -> Component:
        return self._controller("kube-scheduler", [], "/readyz")

    def kwok(self) -> Component:
        port = free_port()
        config: Path = stages.write_stages(self.directory / "stages.yaml")
        argv = [
            str(self.ground.programs["kwok"]),
            f"--kubeconfig={self._kubeconfig('kwok')}",
            f"--config={config}",
            "--manage-all-nodes=true",
            "--node-lease-duration-seconds=40",
            f"--server-address=127.0.0.1:{port}",
        ]
        return self._component("kwok", argv, port, "/healthz")
