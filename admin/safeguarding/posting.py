"""Sends messages to staff: runs the messenger's child process, and looks every second for messages that are due.

Each batch has a child process of its own, so a channel that hangs delays no other, and none runs while there is nothing
to send.
"""

import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from admin.frame.sentences import since
from admin.safeguarding.sentences import call_message, going_message
from badges.child import Child, ChildDied, TookTooLong
from mentoring.access import staff
from mentoring.basics import clock
from mentoring.safeguarding import channels, drills
from mentoring.safeguarding.channels import Due, Outcome
from mentoring.school import programme
from mentoring.school.programme import NotSetUp
from mentoring.store.database import DatabaseTrouble, open_database

MEMORY = 1 << 30  # bytes of address space; a messenger uses about fifty million
SECONDS = 20.0  # the most that a batch may take
PATIENCE = 8.0  # seconds for one answer of a server; two fit into SECONDS
LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class Letter:
    """One message and the URL to send it to."""

    id: int
    url: str = field(repr=False)
    title: str
    body: str


@dataclass(frozen=True)
class Answer:
    """The result of one message."""

    id: int
    outcome: Outcome


@dataclass(frozen=True)
class Errand:
    """A request to the messenger: messages to send or, with `is_check`, URLs to check only.

    `mail_ports`: the ports of this box to which e-mail may be sent; nothing else is sent to this box.
    """

    letters: tuple[Letter, ...]
    mail_ports: tuple[int, ...]
    patience: float = PATIENCE
    is_check: bool = False


ERRAND = TypeAdapter(Errand)
ANSWER = TypeAdapter(Answer)


def messenger(*, seconds: float = SECONDS) -> Child:
    """A messenger's child process, not started."""
    return Child("admin.safeguarding.messenger_child", seconds=seconds, memory=MEMORY)


def run(child: Child, errand: Errand, heard: Callable[[Answer], None]) -> None:
    """Run an errand. `heard` is called once for each message when its result is known, also if the child fails."""
    left = {each.id for each in errand.letters}

    def hear(word: bytes) -> None:
        answer = ANSWER.validate_json(word)
        left.discard(answer.id)
        heard(answer)

    try:
        child.ask(ERRAND.dump_json(errand), hear)
    except TookTooLong:
        outcome = Outcome.TOO_SLOW
    except (ChildDied, OSError):
        outcome = Outcome.BROKEN
    else:
        outcome = Outcome.BROKEN
    for each in sorted(left):
        heard(Answer(each, outcome))


def try_one(url: str, *, title: str, body: str, mail_ports: tuple[int, ...], is_check: bool = False) -> Outcome:
    """Send one message and wait for the result. `mail_ports` as in `Errand`."""
    ended: list[Outcome] = []
    with messenger() as child:
        run(
            child,
            Errand((Letter(1, url, title, body),), mail_ports, is_check=is_check),
            lambda answer: ended.append(answer.outcome),
        )
    return ended[0]


def words(due: Due, *, school: str, zone: str, now: datetime) -> tuple[str, str]:
    """The title and body of a message: a room and a time, nothing about a pupil (P14)."""
    if due.answer:
        return going_message(due, school=school)
    return call_message(due, school=school, since=since(due.raised, zone=zone, now=now))


class Post:
    """Sends due messages on threads of its own, so that the supervisor never waits."""

    def __init__(self, database: Path, *, mail_ports: tuple[int, ...]) -> None:
        self._database, self._mail_ports = database, mail_ports
        self._over = threading.Event()
        self._change = threading.Lock()
        self._busy: set[int] = set()
        self._children: set[Child] = set()
        self._thread: threading.Thread | None = None

    def tend(self) -> None:
        """Start the thread that looks for due messages, if it is not running. Call it again and again."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._watch, daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop looking, and kill the messengers that are running."""
        self._over.set()
        with self._change:
            pids = [child.pid for child in self._children]
        for pid in pids:
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
        if self._thread is not None:
            self._thread.join()

    def look(self) -> list[threading.Thread]:
        """Start to send what is due; returns the threads that send."""
        now = clock.now()
        with closing(open_database(self._database)) as db:
            if not staff.is_set_up(db):
                return []
            drills.settle(db, now=now)
            with self._change:
                busy = frozenset(self._busy)
            due = channels.due(db, busy=busy, now=now)
            if not due:
                return []
            channels.begin(db, due, now=now)
            known = programme.load(db)
        letters = [
            Letter(number, each.url, *words(each, school=known.school, zone=known.zone, now=now))
            for number, each in enumerate(due)
        ]
        with self._change:
            self._busy |= {each.channel_id for each in due}
        sending = threading.Thread(target=self._send, args=(due, tuple(letters)), daemon=True)
        sending.start()
        return [sending]

    def _watch(self) -> None:
        said = ""
        while not self._over.wait(LOOK_SECONDS):
            try:
                self.look()
            except (DatabaseTrouble, NotSetUp, sqlite3.Error, OSError) as error:
                said, before = str(error), said
                if said != before:  # once, not at each look
                    _say(f"Messages to staff wait: {said.removesuffix('.')}.")
            else:
                said = ""

    def _send(self, due: Sequence[Due], letters: tuple[Letter, ...]) -> None:
        left = [each.channel_id for each in due]

        def heard(answer: Answer) -> None:
            channel_id = due[answer.id].channel_id
            try:
                with closing(open_database(self._database)) as db:
                    channels.finish(db, due[answer.id], answer.outcome, now=clock.now())
            except (DatabaseTrouble, sqlite3.Error, OSError) as error:
                _say(f"How a message ended could not be kept: {error}.")
            left.remove(channel_id)
            if channel_id not in left:
                with self._change:
                    self._busy.discard(channel_id)

        with messenger() as child:
            with self._change:
                self._children.add(child)
            try:
                if not self._over.is_set():
                    run(child, Errand(letters, self._mail_ports, patience=PATIENCE), heard)
            finally:
                with self._change:
                    self._children.discard(child)
                    self._busy -= set(left)


def _say(words: str) -> None:
    print(words, file=sys.stderr)  # noqa: T201 # output of the supervisor
