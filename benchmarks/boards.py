"""Many duty boards at once: each asks for board.json once a second, as static/js/board.js does; one process for all.

`python -m benchmarks.boards URL BOARDS SECONDS` prints one JSON connection: latencies in milliseconds, errors, answers.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PATIENCE = 5.0


@dataclass
class Seen:
    """What all boards together saw."""

    milliseconds: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    errors: int = 0


@dataclass
class Board:
    """One board on one keep-alive connection, as a browser has it."""

    host: str
    port: int
    path: str
    tag: str = ""
    connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def look(self) -> str:
        """Send one request; returns the status."""
        if self.connection is None:
            self.connection = await asyncio.open_connection(self.host, self.port)
        reader, writer = self.connection
        mark = f"If-None-Match: {self.tag}\r\n" if self.tag else ""
        writer.write(f"GET {self.path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n{mark}\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        fields = {name.lower(): value for name, _, value in (each.partition(": ") for each in head.split("\r\n")[1:])}
        await reader.readexactly(int(fields.get("content-length") or 0))
        self.tag = fields.get("etag", self.tag)
        if fields.get("connection", "").lower() == "close":
            self.disconnect()
        return head.split()[1]

    def disconnect(self) -> None:
        """Close the connection; the next request opens another."""
        if self.connection:
            self.connection[1].close()
        self.connection = None


async def watch(board: Board, seen: Seen, *, begins: float, ends: float) -> None:
    """Poll as one board, with a second between an answer and the next request."""
    await asyncio.sleep(begins)
    while time.monotonic() < ends:
        asked = time.monotonic()
        try:
            status = await asyncio.wait_for(board.look(), PATIENCE)
            seen.statuses[status] = seen.statuses.get(status, 0) + 1
            seen.milliseconds.append(1000 * (time.monotonic() - asked))
        except (OSError, EOFError, TimeoutError):
            seen.errors += 1
            board.disconnect()
        await asyncio.sleep(1)
    board.disconnect()


async def watch_all(url: str, boards: int, seconds: float) -> Seen:
    """All boards, begun evenly over the first second."""
    parts, seen = urlsplit(url), Seen()
    ends = time.monotonic() + seconds
    watching = (
        watch(Board(parts.hostname or "", parts.port or 80, parts.path), seen, begins=each / boards, ends=ends)
        for each in range(boards)
    )
    await asyncio.gather(*watching)
    return seen


if __name__ == "__main__":
    found = asyncio.run(watch_all(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
    print(json.dumps({"ms": found.milliseconds, "statuses": found.statuses, "errors": found.errors}))
