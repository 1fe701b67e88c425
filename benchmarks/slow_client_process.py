"""Many slow clients in one process: requests half sent, a byte every few seconds, answers never read.

`python -m benchmarks.slow_client_process HOST PORT CALLERS SECONDS [NAME]`: with a NAME they use TLS. Whoever is
disconnected connects again at once. Prints one JSON line: how many are connected at the end, and how often they were
disconnected.
"""

import asyncio
import contextlib
import json
import socket
import ssl
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

PAUSE = 2.0
LARGE = "/static/fonts/AtkinsonHyperlegibleNext-latin.woff2"
SMALL_BUFFER = 4096
TRUSTS_ALL = ssl._create_unverified_context()  # the client does not check the certificate

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Target:
    """Where the clients connect, until when; and the counts."""

    host: str
    port: int
    name: str
    ends: float
    connected: int = 0
    cuts: int = 0
    refused: int = 0

    async def connect(self, *, tls: bool = True) -> Connection:
        """A connection with a small receive buffer."""
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        raw.settimeout(0)
        try:
            await asyncio.get_running_loop().sock_connect(raw, (self.host, self.port))
            if not (self.name and tls):
                return await asyncio.open_connection(sock=raw, limit=SMALL_BUFFER)
            return await asyncio.open_connection(
                sock=raw, limit=SMALL_BUFFER, ssl=TRUSTS_ALL, server_hostname=self.name
            )
        except BaseException:
            raw.close()
            raise


async def silent(target: Target) -> None:
    """Connects and sends nothing."""
    await _stay(target, await target.connect(tls=False), b"", drip=False)


async def half_headers(target: Target) -> None:
    """Sends headers that never end."""
    await _stay(
        target, await target.connect(), f"GET / HTTP/1.1\r\nHost: {target.name}\r\nX-Slow: ".encode(), drip=True
    )


async def half_body(target: Target) -> None:
    """Sends a form that never ends."""
    form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000"
    head = f"POST /log-in HTTP/1.1\r\nHost: {target.name or 'localhost'}\r\n{form}\r\n\r\nemail="
    await _stay(target, await target.connect(), head.encode(), drip=True)


async def never_reading(target: Target) -> None:
    """Requests a large file again and again, and never reads."""
    ask = f"GET {LARGE} HTTP/1.1\r\nHost: {target.name or 'localhost'}\r\n\r\n".encode()
    await _stay(target, await target.connect(), ask * 40, drip=False)


KINDS: tuple[Callable[[Target], Awaitable[None]], ...] = (silent, half_headers, half_body, never_reading)


async def _stay(target: Target, connection: Connection, data: bytes, *, drip: bool) -> None:
    """Keep the connection until it is closed or until time is up."""
    _, writer = connection
    target.connected += 1
    try:
        writer.write(data)
        while time.monotonic() < target.ends:
            await asyncio.sleep(PAUSE)
            if drip:
                writer.write(b"x")
            if writer.transport.is_closing() or _is_over(connection):
                target.cuts += 1
                return
    finally:
        target.connected -= 1
        writer.transport.abort()


def _is_over(connection: Connection) -> bool:
    """Whether the server closed the connection or answered: then it no longer occupies the server."""
    return connection[0].at_eof() or connection[0].exception() is not None


async def call(target: Target, kind: Callable[[Target], Awaitable[None]]) -> None:
    """Run one client until time is up."""
    while time.monotonic() < target.ends:
        try:
            await asyncio.wait_for(kind(target), max(0.1, target.ends - time.monotonic()))
        except TimeoutError:
            return
        except OSError:
            target.refused += 1
            await asyncio.sleep(0.2)


async def call_all(target: Target, callers: int) -> int:
    """Run all clients, every kind alike; returns how many were connected a second before the end."""
    calls = [asyncio.create_task(call(target, KINDS[each % len(KINDS)])) for each in range(callers)]
    await asyncio.sleep(max(0.0, target.ends - time.monotonic() - 1))
    connected = target.connected
    await asyncio.gather(*calls)
    return connected


def main() -> None:
    """Run the clients and print the counts."""
    host, port, callers, seconds, *name = sys.argv[1:]
    target = Target(host, int(port), name[0] if name else "", time.monotonic() + float(seconds))
    with contextlib.suppress(KeyboardInterrupt):
        connected = asyncio.run(call_all(target, int(callers)))
        print(json.dumps({"connected": connected, "cuts": target.cuts, "refused": target.refused}))


if __name__ == "__main__":
    main()
