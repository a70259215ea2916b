"""The ground: everything started together, and what a test does with it."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from . import operator as operator_module
from . import toolcache
from .api import Api
from .audit import AuditLog, AuditRecord
from .components import ORDER, Factory
from .ec2 import Ec2Helpers, Objects, choose, instance_type
from .errors import GroundError, KubectlError
from .network import REGION, Network, Node, plan
from .operator import Operator
from .pki import Pki, write_kubeconfig
from .pods import PodHelpers
from .ports import free_port
from .process import MARKER, Component, Watcher, tail
from .proxy import Proxy
from .wait import wait_for

T = TypeVar("T")
# Named here, as Objects is, since inside of the class `list` is a method.
Records = list[AuditRecord]


def _exit_on_sigterm(_number: int, _frame: Any) -> None:
    raise SystemExit(143)


class Ground(PodHelpers, Ec2Helpers):
    """A context manager; `start` and `stop` may be called by hand as well. Several grounds run side by side.

    `ec2` is "moto" or "double", `pod_addresses` "eni", "secondary" or "prefix"; without them `ec2.choose` decides.
    """

    def __init__(
        self,
        nodes: int = 3,
        addresses_per_node: int = 16,
        apiserver_flags: Sequence[str] = (),
        keep_directory: bool = False,
        ec2: str | None = None,
        pod_addresses: str | None = None,
    ) -> None:
        self.id = secrets.token_hex(8)
        self.stand_in, self.pod_addresses = choose(ec2, pod_addresses)
        self.nodes: list[Node] = plan(nodes, instance_type(self.stand_in, self.pod_addresses))
        self.components: dict[str, Component] = {}
        self.operators: list[Operator] = []
        self._addresses_per_node = addresses_per_node
        self._apiserver_flags = tuple(apiserver_flags)
        self._keep_directory = keep_directory
        self._cleanups: list[Callable[[], Any]] = []
        self._started = False
        self._down_on_purpose: set[str] = set()

    # Start and stop

    def __enter__(self) -> "Ground":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> "Ground":
        try:
            self.programs = toolcache.programs()
        except toolcache.MissingTools as error:
            raise GroundError(str(error)) from None
        self.directory = Path(tempfile.mkdtemp(prefix="ground-"))
        self._watcher = Watcher(self.id, self.directory)
        self._started = True
        atexit.register(self.stop)
        # The default of SIGTERM ends Python without any clean-up. A handler of the caller's own stays.
        in_main = threading.current_thread() is threading.main_thread()
        if in_main and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, _exit_on_sigterm)
        try:
            self._start_all()
        except BaseException:
            self.stop()
            raise
        return self

    def _start_all(self) -> None:
        factory = Factory(self)
        self.server = f"https://127.0.0.1:{factory.api_port}"
        self.ec2_port = factory.ec2_port
        self.ec2_url = f"http://127.0.0.1:{self.ec2_port}"
        with ThreadPoolExecutor(max_workers=1) as pool:
            # The stand-in needs as long as the control plane; both at once halve the wait.
            self._add(factory.ec2())
            self._add(factory.etcd())
            network = pool.submit(self._start_network)
            self.pki = Pki(self.directory / "pki")
            self.admin = self.pki.client("admin")
            self.kubeconfig = write_kubeconfig(
                self.directory / "admin.kubeconfig", self.server, self.pki.ca, client=self.admin
            )
            self.api = Api(factory.api_port, self.pki.ca, self.admin)
            self.audit_log = AuditLog(self.directory / "audit.log")
            self.components["etcd"].wait_ready()
            self._add(factory.apiserver(self._apiserver_flags)).wait_ready()
            late = [self._add(factory.scheduler()), self._add(factory.controller_manager())]
            network.result()
            for node in self.nodes:
                self._create_node(node)
            late.append(self._add(factory.kwok()))
            for component in late:
                component.wait_ready()
        self.proxy = Proxy(free_port(), ("127.0.0.1", self.ec2_port)).start()
        self.wait(lambda: self.get("serviceaccount", "default", "default"), 30, "serviceaccount default/default")
        self.wait(self._nodes_ready, 30, "nodes ready")

    def _add(self, component: Component) -> Component:
        self.components[component.name] = component
        return component.start()

    def _start_network(self) -> None:
        self.components["ec2"].wait_ready()
        self.network = Network(self.ec2(), self.nodes, self.pod_addresses)
        self.network.create(self._addresses_per_node)

    def _create_node(self, node: Node) -> None:
        status, answer = self.api.request("POST", "/api/v1/nodes", node.manifest())
        if status != 201:
            raise GroundError(f"node {node.name}: {status} {answer}")

    def _nodes_ready(self) -> bool:
        conditions = [
            condition
            for item in self.list("nodes")
            for condition in item["status"].get("conditions", [])
            if condition["type"] == "Ready" and condition["status"] == "True"
        ]
        return len(conditions) == len(self.nodes)

    def stop(self) -> None:
        if not self._started:
            return
        self._started = False
        atexit.unregister(self.stop)
        for cleanup in reversed(self._cleanups):
            with contextlib.suppress(Exception):
                cleanup()
        for running in self.operators:
            running.stop(timeout=5)
        for name in reversed(ORDER):
            component = self.components.get(name)
            if component is None:
                continue
            if name == "ec2" and hasattr(self, "proxy"):
                self.proxy.stop()
            etcd = self.components.get("etcd")
            if name == "kube-apiserver" and (etcd is None or not etcd.running or etcd.frozen):
                component.kill9()  # without etcd it would not end by itself
            component.stop(timeout=10)
        if not self._keep_directory:
            shutil.rmtree(self.directory, ignore_errors=True)
        self._watcher.dismiss()

    def on_stop(self, cleanup: Callable[[], Any]) -> None:
        """Call this first when the ground stops."""
        self._cleanups.append(cleanup)

    def check(self) -> None:
        """Raise a ComponentError when a component is gone that should run."""
        for name, component in self.components.items():
            if name not in self._down_on_purpose:
                component.check_alive()

    def wait(self, predicate: Callable[[], T], timeout: float = 30.0, what: str = "") -> T:
        """`wait_for` that ends at once, naming the component, when a part of the ground dies meanwhile."""
        return wait_for(predicate, timeout, what, alive=self.check)

    # Faults

    def kill_apiserver(self) -> None:
        self._down_on_purpose.add("kube-apiserver")
        self.components["kube-apiserver"].kill9()

    def start_apiserver(self) -> None:
        """Same port, same data. Watches that resume from an old version then get 410."""
        self.components["kube-apiserver"].start().wait_ready()
        self._down_on_purpose.discard("kube-apiserver")

    def freeze(self, component: str) -> None:
        """SIGSTOP. Names: ec2, etcd, kube-apiserver, kube-scheduler, kube-controller-manager, kwok."""
        self.components[component].freeze()

    def thaw(self, component: str) -> None:
        self.components[component].thaw()

    # The cluster

    def kubectl(
        self,
        *args: str,
        input: str | bytes | Mapping[str, Any] | None = None,
        check: bool = True,
        as_user: str | None = None,
        kubeconfig: Path | str | None = None,
        timeout: float = 120.0,
    ) -> str:
        """Run kubectl; returns stdout. With `check=False` an error is not raised and stderr comes after stdout.

        `input` may be an object, which is passed as JSON. `as_user` impersonates
        ("system:serviceaccount:NAMESPACE:NAME" brings that account's groups).
        """
        result = self.run_kubectl(*args, input=input, as_user=as_user, kubeconfig=kubeconfig, timeout=timeout)
        if check and result.returncode:
            raise KubectlError(list(args), result.returncode, result.stdout, result.stderr)
        return result.stdout if check else result.stdout + result.stderr

    def run_kubectl(
        self,
        *args: str,
        input: str | bytes | Mapping[str, Any] | None = None,
        as_user: str | None = None,
        kubeconfig: Path | str | None = None,
        timeout: float = 120.0,
    ) -> "subprocess.CompletedProcess[str]":
        """The same with the whole result: `returncode`, `stdout`, `stderr`."""
        argv = [str(self.programs["kubectl"]), f"--kubeconfig={kubeconfig or self.kubeconfig}"]
        if as_user:
            argv.append(f"--as={as_user}")
        if isinstance(input, bytes):
            input = input.decode()
        elif isinstance(input, Mapping):
            input = json.dumps(input)
        return subprocess.run(
            [*argv, *args], input=input, stdin=None if input is not None else subprocess.DEVNULL,
            capture_output=True, text=True, env=self.environment(), timeout=timeout, check=False,
        )  # fmt: skip

    def environment(self) -> dict[str, str]:
        """For programs that the test starts: kubectl and helm in the PATH, KUBECONFIG, AWS_ENDPOINT_URL."""
        tools = {str(self.programs[name].parent) for name in ("kubectl", "helm")}
        return {
            "PATH": ":".join([*sorted(tools), os.environ.get("PATH", "/usr/bin:/bin")]),
            "HOME": str(self.directory),
            "KUBECONFIG": str(self.kubeconfig),
            "KUBECACHEDIR": str(self.directory / "kubectl-cache"),
            "AWS_ENDPOINT_URL": self.proxy.url if hasattr(self, "proxy") else self.ec2_url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            MARKER: self.id,
        }

    def apply(self, manifest: str | Mapping[str, Any], namespace: str | None = None) -> str:
        return self.kubectl(*(["-n", namespace] if namespace else []), "apply", "-f", "-", input=manifest)

    # Read from the API server itself: tests poll, and the start of a kubectl costs more than all that it then does.

    def get(self, kind: str, name: str, namespace: str | None = None) -> dict[str, Any] | None:
        """The object, or None when there is none; without a namespace that of the namespace default."""
        return self.api.get(kind, name, namespace or "default")

    def list(self, kind: str, namespace: str | None = None) -> Objects:
        return self.api.list(kind, namespace)

    def audit(
        self,
        user: str | None = None,
        verbs: Iterable[str] | str | None = None,
        resource: str | None = None,
        namespace: str | None = None,
        name: str | None = None,
        subresource: str | None = None,
        since: int = 0,
    ) -> Records:
        """Finished requests; `audit_log.mark()` gives a number for `since`."""
        return self.audit_log.select(user, verbs, resource, namespace, name, subresource, since)

    # The operator

    def install_operator(self) -> None:
        operator_module.install(self)

    def operator(
        self,
        flags: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        binary: str | Path | None = None,
        service_account: str | None = operator_module.SERVICE_ACCOUNT,
        name: str = "",
        start: bool = True,
    ) -> Operator:
        """A running operator, ready unless `start=False`; the ground stops it at its end."""
        name = name or f"operator-{len(self.operators) + 1}"
        created = Operator(self, flags, env, binary, service_account, name)
        self.operators.append(created)
        return created.start() if start else created

    def log_tail(self, component: str, lines: int = 40) -> str:
        return tail(self.components[component].log, lines)
