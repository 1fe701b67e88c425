"""The messenger's child process: letters in as JSON, and for each how it ended, as soon as it has.

Started by name (`posting.py`), imported by nobody: it alone loads Apprise. Nothing that Apprise says is passed
on, because an address may stand in it: only which of our own outcomes it was.
"""

import logging
import os
import re
import select
import signal
import smtplib
import ssl
import sys
import threading
from collections.abc import Callable
from itertools import groupby
from socket import gaierror
from typing import Any

import requests
from apprise import Apprise, AppriseAsset, NotifyFormat

from admin.safeguarding.posting import ANSWER, ERRAND, Answer, Letter
from badges.child import serve
from mentoring.safeguarding.channels import Outcome

# What would tell nobody: it stays on this box.
STAYS_HERE = frozenset({"syslog", "dbus", "kde", "qt", "glib", "gnome", "macosx", "windows"})
_STATUS = re.compile(r"error\s*[=:]\s*([1-5][0-9]{2})\b")
_STACK = 512 * 1024  # bytes of a thread's stack: a school may have many channels, and the memory is limited


class _Ear(logging.Handler):
    """Hears what goes wrong on each thread: the fault itself, which Apprise only logs, or the server's status."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._heard = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        fault = sys.exc_info()[1]
        if fault is not None:
            self._heard.outcome = outcome_of(fault)
        elif "was refused" in str(record.msg):  # one recipient of several
            self._heard.outcome = Outcome.ADDRESS
        elif status := _STATUS.search(record.getMessage()):
            self._heard.outcome = outcome_of_status(int(status[1]))

    def forget(self) -> None:
        """A new letter begins on this thread."""
        self._heard.outcome = None

    @property
    def outcome(self) -> Outcome:
        """What the last thing was that went wrong on this thread."""
        return getattr(self._heard, "outcome", None) or Outcome.REFUSED


def outcome_of(fault: BaseException) -> Outcome:
    """A fault as one of our outcomes. A fault that hides another is what it hides."""
    chain = [fault]
    while (inner := chain[-1].__cause__ or chain[-1].__context__) is not None and inner not in chain:
        chain.append(inner)
    if isinstance(fault, smtplib.SMTPNotSupportedError) and "AUTH" in str(fault):
        return Outcome.PASSWORD
    for kinds, outcome in _KINDS:
        if any(isinstance(each, kinds) for each in chain):
            return outcome
    return Outcome.BROKEN


_KINDS: tuple[tuple[tuple[type[BaseException], ...], Outcome], ...] = (
    ((smtplib.SMTPAuthenticationError, UnicodeError), Outcome.PASSWORD),
    ((smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused), Outcome.ADDRESS),
    ((smtplib.SMTPNotSupportedError, ssl.SSLError, requests.exceptions.SSLError), Outcome.NOT_SECURE),
    ((TimeoutError, requests.exceptions.Timeout), Outcome.TOO_SLOW),
    ((gaierror,), Outcome.NO_SUCH_SERVER),
    ((smtplib.SMTPServerDisconnected,), Outcome.UNREACHABLE),
    ((smtplib.SMTPException,), Outcome.REFUSED),
    ((OSError,), Outcome.UNREACHABLE),
)


def outcome_of_status(status: int) -> Outcome:
    """A web server's refusal as one of our outcomes."""
    if status in (401, 403):
        return Outcome.PASSWORD
    return Outcome.ADDRESS if status in (404, 410) else Outcome.REFUSED


_EAR = _Ear()
_OURS = AppriseAsset(
    app_id="Drop-in", app_desc="Drop-in", app_url="", image_url_mask="", image_url_logo="", storage_mode="memory"
)


def send(letter: Letter, *, patience: float, is_check: bool) -> Outcome:
    """Send one letter; how it ended."""
    _EAR.forget()
    try:
        service: Any = Apprise.instantiate(letter.url, asset=_OURS)
        if service is None or letter.url.partition("://")[0].lower() in STAYS_HERE:
            return Outcome.NOT_UNDERSTOOD
        if is_check:
            return Outcome.SENT
        service.socket_connect_timeout = service.socket_read_timeout = patience
        sent = service.notify(body=letter.body, title=letter.title, body_format=NotifyFormat.TEXT)
    except Exception as fault:  # noqa: BLE001 # a hundred services, each with faults of its own; none may stop the others
        return outcome_of(fault)
    return Outcome.SENT if sent else _EAR.outcome


def answer(question: bytes, say: Callable[[bytes], None]) -> bytes:
    """Send all letters of one errand, every address on a thread of its own."""
    errand = ERRAND.validate_json(question)
    turn = threading.Lock()

    def carry(letters: list[Letter]) -> None:
        for each in letters:
            outcome = send(each, patience=errand.patience, is_check=errand.is_check)
            with turn:
                say(ANSWER.dump_json(Answer(each.id, outcome)))

    in_order = sorted(errand.letters, key=lambda each: (each.url, each.id))
    carriers = [threading.Thread(target=carry, args=([*each],)) for _, each in groupby(in_order, lambda one: one.url)]
    for each in carriers:
        each.start()
    for each in carriers:
        each.join()
    return b""


def _end_with_parent() -> None:
    """Also in the middle of a letter: our questions come by a pipe, and it is broken when nobody can ask any more."""
    watch = select.poll()
    watch.register(0, 0)  # reports only a broken pipe
    watch.poll()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    threading.stack_size(_STACK)
    for each in ("apprise", "urllib3", "requests"):
        logging.getLogger(each).propagate = False
    logging.getLogger("apprise").addHandler(_EAR)
    logging.getLogger("apprise").setLevel(logging.DEBUG)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    serve(answer)
