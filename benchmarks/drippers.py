"""Many callers who keep a door waiting: words half sent, a byte every few seconds, answers never read; one process.

`python -m benchmarks.drippers HOST PORT CALLERS SECONDS [NAME]`: with a NAME they come over TLS. Whoever is cut off
dials again at once. Prints one JSON line: how many are connected at the end, and how often they were cut off.
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
TRUSTS_ALL = ssl._create_unverified_context()  # who drips does not ask whom

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Target:
    """Whom they call, until when; and what came of it."""

    host: str
    port: int
    name: str
    ends: float
    connected: int = 0
    cuts: int = 0
    refused: int = 0

    async def dial(self, *, tls: bool = True) -> Line:
        """A connection with little room for what is not read."""
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
    """Dials and says nothing at all."""
    await _hang_on(target, await target.dial(tls=False), b"", drip=False)


async def half_head(target: Target) -> None:
    """A head that never ends."""
    await _hang_on(
        target, await target.dial(), f"GET / HTTP/1.1\r\nHost: {target.name}\r\nX-Slow: ".encode(), drip=True
    )


async def half_body(target: Target) -> None:
    """A form that never ends."""
    form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000"
    head = f"POST /log-in HTTP/1.1\r\nHost: {target.name or 'localhost'}\r\n{form}\r\n\r\nemail="
    await _hang_on(target, await target.dial(), head.encode(), drip=True)


async def deaf(target: Target) -> None:
    """Asks for something large, again and again, and never reads."""
    ask = f"GET {LARGE} HTTP/1.1\r\nHost: {target.name or 'localhost'}\r\n\r\n".encode()
    await _hang_on(target, await target.dial(), ask * 40, drip=False)


KINDS: tuple[Callable[[Target], Awaitable[None]], ...] = (silent, half_head, half_body, deaf)


async def _hang_on(target: Target, line: Line, words: bytes, *, drip: bool) -> None:
    """Stay until cut off or until time is up."""
    _, writer = line
    target.connected += 1
    try:
        writer.write(words)
        while time.monotonic() < target.ends:
            await asyncio.sleep(PAUSE)
            if drip:
                writer.write(b"x")
            if writer.transport.is_closing() or _is_over(line):
                target.cuts += 1
                return
    finally:
        target.connected -= 1
        writer.transport.abort()


def _is_over(line: Line) -> bool:
    """Whether the other end hung up or answered: either way this caller's place is free again."""
    return line[0].at_eof() or line[0].exception() is not None


async def call(target: Target, kind: Callable[[Target], Awaitable[None]]) -> None:
    """One caller's life."""
    while time.monotonic() < target.ends:
        try:
            await asyncio.wait_for(kind(target), max(0.1, target.ends - time.monotonic()))
        except TimeoutError:
            return
        except OSError:
            target.refused += 1
            await asyncio.sleep(0.2)


async def call_all(target: Target, callers: int) -> int:
    """All of them, every kind alike; how many were connected a second before the end."""
    calls = [asyncio.create_task(call(target, KINDS[each % len(KINDS)])) for each in range(callers)]
    await asyncio.sleep(max(0.0, target.ends - time.monotonic() - 1))
    connected = target.connected
    await asyncio.gather(*calls)
    return connected


def main() -> None:
    """Call, and say what came of it."""
    host, port, callers, seconds, *name = sys.argv[1:]
    target = Target(host, int(port), name[0] if name else "", time.monotonic() + float(seconds))
    with contextlib.suppress(KeyboardInterrupt):
        connected = asyncio.run(call_all(target, int(callers)))
        print(json.dumps({"connected": connected, "cuts": target.cuts, "refused": target.refused}))


if __name__ == "__main__":
    main()
