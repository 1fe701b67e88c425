"""A lunch with a power cut at any moment: what was not synced is gone, or there in part; nothing confirmed is lost

A kill cannot show that an fsync is missing: the kernel still has what was written. So one lunch is recorded call by
call, and after each call the files are written as a power cut would leave them. Three cuts are tried: nothing after
the last sync of each file is there; half of it is (seeded, torn at sectors); and the same, with a removed file back.
"""

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from benchmarks import faults, lunch_steps

DATABASE, LOG, SAID = "programme.db", "programme.db-wal", "said"
TRACED = "pwrite64,fdatasync,fsync,ftruncate,openat,unlink,write"
SECTOR = 512
SEED = 20270112

_CALL = re.compile(r"^(\w+)\((.*)\) += (-?\d+)(.*)$")


@dataclass(frozen=True)
class Event:
    """One call on one file that changed something."""

    call: str
    name: str
    data: bytes = b""
    at: int = 0


@dataclass
class File:
    """One file: its content at the last fsync, and the calls since then."""

    synced: bytes = b""
    since: list[Event] = field(default_factory=list)
    is_there: bool = False


@dataclass(frozen=True)
class Cut:
    """One power cut: after how many events, and what is left of what was not synced."""

    after: int
    kind: str


def record(base: Path) -> list[Event]:
    """Record one lunch without a cut, call by call, with each confirmed line where it was printed."""
    with tempfile.TemporaryDirectory(prefix="power-") as name:
        folder, log = Path(name) / "data", Path(name) / "log"
        folder.mkdir()
        shutil.copy(base / DATABASE, folder)
        said = Path(name) / SAID  # not in the folder: the self-test would find the tickets in it
        paths = (folder / DATABASE, folder / LOG, said)
        files = [argument for each in paths for argument in ("-P", str(each))]
        command = ["strace", "-y", "-xx", "-s", "1000000", "-o", str(log), *files, "-e", f"trace={TRACED}"]
        driver = [sys.executable, "-m", "benchmarks.lunch_steps", str(folder)]
        with said.open("ab") as line:
            subprocess.run([*command, *driver], check=True, stdout=line)
        found = (_event(line) for line in log.read_text(encoding="ascii").splitlines())
        return [each for each in found if each is not None]


def _event(line: str) -> Event | None:
    parts = _CALL.match(line)
    if parts is None or int(parts[3]) < 0:
        return None
    call, arguments, back = parts[1], parts[2], parts[4]
    texts = [_plain(each) for each in re.findall(r'"([^"]*)"', arguments)]
    whose = re.search(r"<([^>]*)>", back if call == "openat" else arguments)
    path = texts[-1].decode() if call == "unlink" else _plain(whose[1]).decode() if whose else ""
    name = path.removesuffix(" (deleted)").rpartition("/")[2]
    if call == "openat":
        return Event("create", name) if "O_CREAT" in arguments else None
    if call == "unlink" or call in ("fdatasync", "fsync"):
        return Event("unlink" if call == "unlink" else "sync", name)
    if call == "ftruncate":
        return Event("truncate", name, at=int(arguments.rpartition(", ")[2]))
    return Event("write", name, texts[0], int(arguments.rpartition(", ")[2]) if call == "pwrite64" else 0)


def _plain(text: str) -> bytes:
    return re.sub(rb"\\x(..)", lambda found: bytes.fromhex(found[1].decode()), text.encode())


def lay_out(folder: Path, base: bytes, events: list[Event], kind: str) -> dict[str, str]:
    """Write the files as this cut leaves them; what had been confirmed by then."""
    chance = random.Random(f"{SEED} {len(events)} {kind}")
    files = {DATABASE: File(base, is_there=True), LOG: File()}
    removed, said = b"", b""
    for each in events:
        if each.name == SAID:
            said += each.data
        elif each.call == "unlink":
            removed, files[each.name] = files[each.name].synced, File()
        elif each.call == "create":
            files[each.name].is_there = True
        elif each.call == "sync":
            files[each.name] = File(_done(files[each.name], lambda _: True), is_there=True)
            removed = removed if each.name == DATABASE else b""
        else:
            files[each.name].since.append(each)
    for name, file in files.items():
        if file.is_there:
            takes = (lambda _: False) if kind == "nothing unsynced" else (lambda _: chance.random() < 0.5)
            (folder / name).write_bytes(_done(file, takes))
        elif name == LOG and removed and kind == "half, and removed files back":
            (folder / name).write_bytes(removed)
    return faults.parsed(said.decode())


def _done(file: File, takes: Callable[[int], bool]) -> bytes:
    """The content once some of what was done since the sync is there, sector by sector."""
    content = bytearray(file.synced)
    for each in file.since:
        if each.call == "truncate":
            if takes(0):
                content = content[: each.at].ljust(each.at, b"\0")
            continue
        place = 0
        while place < len(each.data):
            to_edge = SECTOR - (each.at + place) % SECTOR
            piece = each.data[place : place + to_edge]
            if takes(place):
                content.extend(bytes(max(0, each.at + place - len(content))))
                content[each.at + place : each.at + place + len(piece)] = piece
            place += len(piece)
    return bytes(content)


def cut(base: bytes, events: list[Event], each: Cut) -> tuple[str, ...]:
    """Make one cut, check; then finish the lunch, and check again."""
    with tempfile.TemporaryDirectory(prefix="power-") as name:
        folder = Path(name)
        before = lay_out(folder, base, events[: each.after], each.kind)
        return faults.check_and_finish(folder, before)


KINDS = ("nothing unsynced", "half of it, torn", "half, and removed files back")


def cuts(events: list[Event], every: int) -> Iterator[Cut]:
    """Each kind of cut after every event, or after every n-th."""
    for kind in KINDS:
        for after in range(0, len(events) + 1, every):
            yield Cut(after, kind)


def sweep(every: int = 1) -> int:
    """Cut the whole lunch, print one table; the number of violations."""
    if shutil.which("strace") is None:
        print("The power cuts need strace (apt-get install strace): left out.")
        return 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="power-") as name:
        base = Path(name)
        lunch_steps.set_up(base)
        events, content = record(base), (base / DATABASE).read_bytes()
    planned = list(cuts(events, every))
    with ProcessPoolExecutor(
        os.cpu_count(), mp_context=get_context("fork"), initializer=_remember, initargs=(content, events)
    ) as pool:
        outcomes = list(pool.map(_cut_remembered, planned, chunksize=8))
    print("| what is left of what was not synced | cuts | violations |\n|---|---|---|")
    for kind in KINDS:
        mine = [found for each, found in zip(planned, outcomes, strict=True) if each.kind == kind]
        print(f"| {kind} | {len(mine)} | {sum(bool(found) for found in mine)} |")
    bad = [(each, found) for each, found in zip(planned, outcomes, strict=True) if found]
    for each, found in bad:
        print(f"- after call {each.after} ({events[each.after - 1].call}), {each.kind}: {'; '.join(found)}")
    print(f"\n{len(planned)} cuts in {time.monotonic() - began:.0f} s, {len(bad)} violations")
    return len(bad)


_remembered: list[tuple[bytes, list[Event]]] = []


def _remember(content: bytes, events: list[Event]) -> None:
    _remembered.append((content, events))


def _cut_remembered(each: Cut) -> tuple[str, ...]:
    return cut(*_remembered[0], each)


if __name__ == "__main__":
    sys.exit(1 if sweep(int(sys.argv[1]) if len(sys.argv) > 1 else 1) else 0)
