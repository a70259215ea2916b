"""A TCP forwarder before a port of this machine, whose connections can go silent as after a lost conntrack entry."""

from __future__ import annotations

import contextlib
import socket
import threading


class _Link:
    """One connection and its continuation to the target."""

    def __init__(self, near: socket.socket, far: socket.socket) -> None:
        self.near, self.far = near, far
        self.silent = False
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not self.silent:
                    sink.sendall(data)
            if not self.silent:  # else neither side learns that the other is gone
                sink.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.near.close()
        self.far.close()


class Forwarder:
    def __init__(self, target_port: int) -> None:
        self._target = ("127.0.0.1", target_port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._links: list[_Link] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                near, _ = self._listener.accept()
                self._links.append(_Link(near, socket.create_connection(self._target)))

    @property
    def accepted(self) -> int:
        """Connections so far."""
        return len(self._links)

    def silence(self) -> int:
        """From now on the connections that are open pass nothing and do not end; new ones work. How many it meets."""
        met = [link for link in self._links if not link.silent]
        for link in met:
            link.silent = True
        return len(met)

    def close(self) -> None:
        self._listener.close()
        for link in self._links:
            link.close()
