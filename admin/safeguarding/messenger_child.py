"""The messenger's child process: reads messages as JSON and returns the result of each as soon as it is known.

`posting.py` starts it by name and nothing imports it; only it loads Apprise. Apprise's own texts are not returned,
because they may contain a secret address: only one of our outcomes is.
"""

import logging
import os
import re
import select
import signal
import smtplib
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from itertools import groupby
from typing import Any

import requests
from apprise import Apprise, AppriseAsset, NotifyFormat

from admin.safeguarding.posting import ANSWER, ERRAND, Answer, Errand, Letter
from badges.child import serve
from mentoring.safeguarding.channels import Outcome, is_on_the_box

# URL schemes that only show a message on this machine, so nobody would read it.
STAYS_HERE = frozenset({"syslog", "dbus", "kde", "qt", "glib", "gnome", "macosx", "windows"})
MAIL = frozenset({"mailto", "mailtos"})
_STATUS = re.compile(r"error\s*[=:]\s*([1-5][0-9]{2})\b")
_STACK = 512 * 1024  # bytes of a thread's stack; small, because each channel has a thread and memory is limited


class OnTheBox(OSError):
    """A connection to this box itself was refused."""


class _Guard:
    """Refuses every connection to this box, whatever name, spelling or redirect led there, but e-mail to a mail port.

    It is an audit hook: Python calls it with the address of each connection and datagram, after the name was looked up.
    """

    def __init__(self) -> None:
        self._thread = threading.local()

    def allow(self, mail_ports: tuple[int, ...]) -> None:
        """From now on this thread may connect to these ports of the box."""
        self._thread.ports = mail_ports

    def refuses(self, host: str, port: int | None) -> bool:
        """Whether a host, by name or address, is this box and the port none that this thread may use."""
        if port in getattr(self._thread, "ports", ()):
            return False
        found = socket.getaddrinfo(host, None)
        return any(is_on_the_box(str(address[0])) for *_, address in found)

    def check(self, event: str, args: tuple[Any, ...]) -> None:
        """The audit hook. Raises OnTheBox."""
        if event not in ("socket.connect", "socket.sendto", "socket.sendmsg") or args[1] is None:
            return
        is_internet = isinstance(args[1], tuple)  # else a socket file, which is on this box
        if not is_internet or self.refuses(str(args[1][0]), int(args[1][1])):
            raise OnTheBox("an address on this box")


class _FailureLog(logging.Handler):
    """A log handler that keeps each thread's last failure: an exception that Apprise logs, or an HTTP status."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._last = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        fault = sys.exc_info()[1]
        if fault is not None:
            self._last.outcome = outcome_of(fault)
        elif "was refused" in str(record.msg):  # one of several recipients was refused
            self._last.outcome = Outcome.ADDRESS
        elif status := _STATUS.search(record.getMessage()):
            self._last.outcome = outcome_of_status(int(status[1]))

    def forget(self) -> None:
        """Clear the failure of this thread before a new message."""
        self._last.outcome = None

    @property
    def outcome(self) -> Outcome:
        """The outcome of the last failure on this thread; REFUSED if none was logged."""
        return getattr(self._last, "outcome", None) or Outcome.REFUSED


def outcome_of(fault: BaseException) -> Outcome:
    """The outcome for an exception, from its type and those of its causes."""
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
    ((OnTheBox,), Outcome.ON_THE_BOX),
    ((smtplib.SMTPAuthenticationError, UnicodeError), Outcome.PASSWORD),
    ((smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused), Outcome.ADDRESS),
    ((smtplib.SMTPNotSupportedError, ssl.SSLError, requests.exceptions.SSLError), Outcome.NOT_SECURE),
    ((TimeoutError, requests.exceptions.Timeout), Outcome.TOO_SLOW),
    ((socket.gaierror,), Outcome.NO_SUCH_SERVER),
    ((smtplib.SMTPServerDisconnected,), Outcome.UNREACHABLE),
    ((smtplib.SMTPException,), Outcome.REFUSED),
    ((OSError,), Outcome.UNREACHABLE),
)


def outcome_of_status(status: int) -> Outcome:
    """The outcome for an HTTP status that is an error."""
    if status in (401, 403):
        return Outcome.PASSWORD
    return Outcome.ADDRESS if status in (404, 410) else Outcome.REFUSED


_FAILURES = _FailureLog()
_GUARD = _Guard()
_OURS = AppriseAsset(
    app_id="Drop-in", app_desc="Drop-in", app_url="", image_url_mask="", image_url_logo="", storage_mode="memory"
)


def send(letter: Letter, errand: Errand) -> Outcome:
    """Send one message, or with `is_check` only check its URL and where its server's name leads."""
    _FAILURES.forget()
    scheme = letter.url.partition("://")[0].lower()
    _GUARD.allow(errand.mail_ports if scheme in MAIL else ())
    try:
        service: Any = Apprise.instantiate(letter.url, asset=_OURS)
        if service is None or scheme in STAYS_HERE:
            return Outcome.NOT_UNDERSTOOD
        if errand.is_check:
            return _checked(service)
        service.socket_connect_timeout = service.socket_read_timeout = errand.patience
        sent = service.notify(body=letter.body, title=letter.title, body_format=NotifyFormat.TEXT)
    except Exception as fault:  # noqa: BLE001 # each service raises exceptions of its own; none may stop the others
        return outcome_of(fault)
    return Outcome.SENT if sent else _FAILURES.outcome


def _checked(service: Any) -> Outcome:
    """Whether the server that a URL names is this box. A name that cannot be looked up is checked when it is used."""
    for host in {getattr(service, name, None) for name in ("host", "smtp_host")} - {None, ""}:
        try:
            if _GUARD.refuses(str(host).strip("[]"), service.port):
                return Outcome.ON_THE_BOX
        except (OSError, UnicodeError):
            continue
    return Outcome.SENT


def answer(question: bytes, say: Callable[[bytes], None]) -> bytes:
    """Send all messages of one errand, with a thread for each address."""
    errand = ERRAND.validate_json(question)
    turn = threading.Lock()

    def carry(letters: list[Letter]) -> None:
        for each in letters:
            outcome = send(each, errand)
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
    """Kill this process when the parent has ended, also while sending: standard input is a pipe of the parent."""
    watch = select.poll()
    watch.register(0, 0)  # reports only a broken pipe
    watch.poll()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    threading.stack_size(_STACK)
    for each in ("apprise", "urllib3", "requests"):
        logging.getLogger(each).propagate = False
    logging.getLogger("apprise").addHandler(_FAILURES)
    logging.getLogger("apprise").setLevel(logging.DEBUG)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.addaudithook(_GUARD.check)
    serve(answer)
