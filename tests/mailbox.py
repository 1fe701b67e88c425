"""A mail server on loopback that speaks enough SMTP to be written to, and keeps what arrives."""

import base64
import os
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

# Where this process's mail servers listen: below the ports that the system gives out, and not another process's.
_FIRST = 20_000 + os.getpid() % 500 * 20
MAIL_PORTS = tuple(range(_FIRST, _FIRST + 20))
NOBODYS = MAIL_PORTS[-1]  # nobody listens there


@dataclass(frozen=True)
class Mail:
    """One message: who sent it, to whom, and what it says."""

    sender: str
    to: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        assert self.message.get_content_type() == "text/plain"
        return str(self.message.get_content()).strip().replace("\r\n", "\n")


@dataclass
class Mailbox:
    """What arrived. `refuses` answers a command with this line instead; `silent` never answers at all."""

    port: int = 0
    mails: list[Mail] = field(default_factory=list)
    tries: int = 0
    refuses: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    password: str = ""
    offers: tuple[str, ...] = ()
    closing: threading.Event = field(default_factory=threading.Event)

    def answer(self, command: str, usual: str) -> str:
        return self.refuses.get(command, usual)


class _Speaker(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box: Mailbox = self.server.box  # type: ignore[attr-defined]
        box.tries += 1
        if box.silent:
            box.closing.wait(60)
            return
        self._say(box.answer("CONNECT", "220 mail.harbour.example ESMTP"))
        sender = to = ""
        while line := self.rfile.readline():
            words = line.decode().strip()
            command = words.split()[0].upper() if words else ""
            if command == "EHLO":
                for each in ("250-mail.harbour.example", *(f"250-{offer}" for offer in box.offers), "250 SIZE 100000"):
                    self._say(each)
            elif command == "AUTH":
                self._say("235 2.7.0 welcome" if self._is_right(words, box) else "535 5.7.8 no such user or password")
            elif command == "MAIL":
                sender = words.partition("<")[2].partition(">")[0]
                self._say(box.answer("MAIL", "250 ok"))
            elif command == "RCPT":
                to = words.partition("<")[2].partition(">")[0]
                self._say(box.answer("RCPT", "250 ok"))
            elif command == "DATA":
                self._say(box.answer("DATA", "354 go on"))
                if "DATA" not in box.refuses:
                    content = b"".join(iter(self.rfile.readline, b".\r\n"))
                    mail = BytesParser(policy=default).parsebytes(content)
                    assert isinstance(mail, EmailMessage)
                    box.mails.append(Mail(sender, to, mail))
                    self._say("250 kept")
            elif command == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _is_right(self, words: str, box: Mailbox) -> bool:
        given = base64.b64decode(words.rsplit(maxsplit=1)[-1]).decode().split("\0")
        return given[-1] == box.password

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up in the middle of a sentence is no fault of ours."""


def _listening() -> _Server:
    """A server at the first of our ports that is free."""
    for port in MAIL_PORTS[:-1]:
        with suppress(OSError):
            return _Server(("127.0.0.1", port), _Speaker)
    raise OSError("each of our ports is in use")


@contextmanager
def mailbox(**given: Any) -> Iterator[Mailbox]:
    """A mail server that runs until the block ends."""
    box = Mailbox(**given)
    with _listening() as server:
        server.box = box  # type: ignore[attr-defined]
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield box
        finally:
            box.closing.set()
            server.shutdown()
            thread.join()
