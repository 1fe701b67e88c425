"""Debian's Caddy with our own Caddyfile, for a measurement or a test: its ports and its storage are its own."""

import os
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

CADDY = "/usr/bin/caddy"
CADDYFILE = Path(__file__).resolve().parent.parent / "deploy" / "Caddyfile"
PATIENCE = 30.0  # seconds in which, even on a busy machine, a process answers


@dataclass(frozen=True)
class Proxy:
    """A running proxy: its ports with and without TLS, the box's root certificate, and where its words go."""

    port: int
    plain_port: int
    root: Path
    log: Path

    def connected(self, name: str) -> ssl.SSLSocket:
        """A connection to one of its names that trusts the box's own root certificate and nothing else."""
        raw = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as browsers do
        return self._trusting.wrap_socket(raw, server_hostname=name)

    @cached_property
    def _trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.root))


@contextmanager
def proxy_before(admin_port: int, *names: str) -> Iterator[Proxy]:
    """The proxy before a staff door on this machine, answering to these names."""
    with tempfile.TemporaryDirectory(prefix="caddy-") as folder:
        log, root = Path(folder) / "words", Path(folder) / "caddy/pki/authorities/local/root.crt"
        proxy = Proxy(free_port(), free_port(), root, log)
        told = {
            "HOME": folder,
            "XDG_DATA_HOME": folder,
            "XDG_CONFIG_HOME": folder,
            "DROPIN_ADMIN_NAMES": ", ".join(names),
            "DROPIN_ADMIN_PORT": str(admin_port),
            "DROPIN_HTTPS_PORT": str(proxy.port),
            "DROPIN_HTTP_PORT": str(proxy.plain_port),
        }
        command = [CADDY, "run", "--adapter", "caddyfile", "--config", str(CADDYFILE)]
        with (
            open(log, "wb") as words,
            subprocess.Popen(command, stdout=words, stderr=words, env={**os.environ, **told}) as caddy,
        ):
            try:
                until(lambda: all(_has_certificate(proxy, name) for name in names))
                yield proxy
            finally:
                caddy.terminate()
                try:
                    caddy.wait(15)
                finally:
                    caddy.kill()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], bool]) -> None:
    """Wait for what will come; how soon is nobody's matter here."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _has_certificate(proxy: Proxy, name: str) -> bool:
    try:
        proxy.connected(name).close()
    except OSError:  # ssl.SSLError is one
        return False
    return True
