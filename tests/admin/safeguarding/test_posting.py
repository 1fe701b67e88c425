"""Telling staff beyond the screens, through a real mail server on loopback: the right words, and nothing else."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import psutil
import pytest
from sqlite_utils import Database

from admin.safeguarding import posting
from admin.safeguarding.posting import Answer, Errand, Letter, Post
from mentoring.safeguarding import alerts, channels, drills
from mentoring.safeguarding.alerts import About, Level
from mentoring.safeguarding.channels import Email, Outcome, Said
from mentoring.store.database import rows
from tests.both_doors import Wall
from tests.conftest import Cast, at, until
from tests.mailbox import MAIL_PORTS, NOBODYS, Mailbox, mailbox

ROOT = Path(__file__).parents[3]
PASSWORD = "three wet/turtles?&#:@%"


def address(box: Mailbox, **given: str) -> str:
    """The channel's address, as the page's form makes it."""
    fields = {
        "server": "127.0.0.1",
        "port": str(box.port),
        "security": "insecure",
        "user": "",
        "password": "",
        "sender": "box@harbour.example",
        "to": "office@harbour.example",
    }
    return channels.email_url(Email(**{**fields, **given}))


def messengers() -> set[int]:
    """The messengers that run now."""
    found = set()
    for each in psutil.Process().children():
        with suppress(psutil.Error):  # it ended while we looked
            if "admin.safeguarding.messenger_child" in each.cmdline():
                found.add(each.pid)
    return found


@pytest.fixture
def post(db: Database, data: Path, wall: Wall) -> Iterator[Post]:
    post = Post(data / "programme.db", mail_ports=MAIL_PORTS)
    yield post
    post.close()


def add(db: Database, box: Mailbox, name: str = "Office", level: Level = Level.FIRST, **given: str) -> int:
    return channels.add(db, name=name, url=address(box, **given), level=level, by="staff 1", now=at("09:00"))


def call(db: Database, wall: Wall, cast: Cast) -> None:
    """Ben tells staff that somebody is bullied."""
    about = About.BULLYING
    alerts.call_an_adult(db, key="k", room="Library 2", about=about, mentor_id=cast.ben, now=wall.moment)


def look(post: Post) -> int:
    """One look of the keeper, to its end; how many batches it sent."""
    sending = post.look()
    for each in sending:
        each.join(60)
        assert not each.is_alive()
    return len(sending)


def outcomes(db: Database) -> list[str]:
    return [each["outcome"] for each in rows(db, "select outcome from messages order by id")]


def test_an_e_mail_arrives_with_a_room_and_a_time_and_nothing_else(db: Database, post: Post, wall: Wall, cast: Cast):
    with mailbox() as box:
        add(db, box)
        assert look(post) == 0
        call(db, wall, cast)
        assert look(post) == 1
        wall.passes(180)
        alerts.take_steps(db, now=wall.moment)
        assert look(post) == 1
        alerts.acknowledge(db, 1, by=cast.adeyemi, now=wall.moment)
        assert look(post) == 1
        assert look(post) == 0
    said = [(each.sender, each.to, each.subject, each.text) for each in box.mails]
    whom = ("box@harbour.example", "office@harbour.example")
    needed = "An adult is needed in Library 2"
    please = "Please look at the Drop-in staff page.\nHarbour School"
    assert said == [
        (*whom, needed, f"{needed}, since 12:40. {please}"),
        (*whom, needed, f"{needed}, since 12:40. Nobody has said yet that they are going. {please}"),
        (*whom, "Mr Adeyemi is going to Library 2", "Mr Adeyemi is going to Library 2.\nHarbour School"),
    ]
    whole = "".join(each.message.as_string() for each in box.mails)
    for word in ("Ben", "Osei", "ullying", "pprise", "github", "mentor"):
        assert word not in whole
    assert messengers() == set()


def test_a_drill_says_so_in_its_title_and_its_text(db: Database, post: Post, wall: Wall, cast: Cast):
    with mailbox() as box:
        add(db, box)
        drills.start(db, room="Library 2", by=cast.okafor, now=wall.moment)
        look(post)
        alerts.acknowledge(db, 1, by=cast.adeyemi, now=wall.moment)
        look(post)
    assert len(box.mails) == 2
    assert all(mail.subject.startswith("DRILL: this is practice. ") for mail in box.mails)
    assert all(mail.text.startswith("DRILL: this is practice. ") for mail in box.mails)


@pytest.mark.parametrize(
    ("given", "title", "body"),
    [
        (
            {"answer": Said.SAID_FOR, "going": "Ms Okafor"},
            "Somebody in the staff room, for Ms Okafor, is going to Library 2",
            "Somebody in the staff room, for Ms Okafor, is going to Library 2. It is passed on until Ms Okafor confirms"
            " it: with “I am going” on the Drop-in staff page, logged in, on a computer or a phone.\nHarbour School",
        ),
        (
            {"level": Level.DEPUTY, "said_for": ("Ms Okafor", "Mr Adeyemi", "Miss Farrow")},
            "An adult is needed in Library 2",
            "An adult is needed in Library 2, since 12:40. Somebody in the staff room, for Ms Okafor, Mr Adeyemi and"
            " others, said “I am going”, but it is not confirmed. Please look at the Drop-in staff page."
            "\nHarbour School",
        ),
    ],
)
def test_a_message_says_for_whom_the_staff_rooms_link_spoke(given: dict[str, object], title: str, body: str):
    due = replace(channels.Due(1, "", "Library 2", at("12:40"), drill=False), **given)
    assert posting.words(due, school="Harbour School", zone="Europe/London", now=at("12:43")) == (title, body)


def test_whoever_refuses_is_quoted_in_our_own_words_and_keeps_nobody_else_waiting(
    db: Database, post: Post, wall: Wall, cast: Cast
):
    """Six channels in one batch, of which one works; no password is in what they leave behind."""
    with ExitStack() as open_until_the_end:

        def server(**given: object) -> Mailbox:
            return open_until_the_end.enter_context(mailbox(**given))

        good = server(offers=("AUTH PLAIN",), password=PASSWORD)
        add(db, good, user="okafor@harbour.example", password=PASSWORD)
        add(db, server(offers=("AUTH PLAIN",), password="another"), user="okafor", password=PASSWORD)
        add(db, server(refuses={"RCPT": "550 5.1.1 no such mailbox"}))
        add(db, server(refuses={"DATA": "554 5.7.1 not today"}))
        add(db, server(), security="starttls")
        add(db, Mailbox(port=NOBODYS))
        call(db, wall, cast)
        look(post)
    assert outcomes(db) == ["sent", "password", "address", "refused", "not_secure", "unreachable"]
    assert len(good.mails) == 1
    assert channels.in_use(db)[0].fault is None
    assert len(channels.failing(db)) == 5


def test_a_server_that_hangs_keeps_nobody_else_waiting_and_ends_with_the_keeper(
    db: Database, post: Post, wall: Wall, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(posting, "PATIENCE", 60.0)
    with mailbox(silent=True) as hung, mailbox() as good:
        add(db, hung)
        add(db, good, "Phones")
        call(db, wall, cast)
        [batch] = post.look()
        assert until(lambda: outcomes(db) == ["", "sent"])
        alerts.call_an_adult(db, key="b", room="Room 7", about=About.RED_TILE, mentor_id=None, now=wall.moment)
        [second] = post.look()  # while the first still waits for the server that hangs
        second.join(60)
        assert [mail.subject.split(" in ")[1] for mail in good.mails] == ["Library 2", "Room 7"]
        assert hung.tries == 1, "whoever is still being tried is not tried a second time"
        post.close()
        batch.join(60)
    assert not batch.is_alive()
    assert outcomes(db)[0] == Outcome.BROKEN
    assert messengers() == set()


def test_a_server_that_is_down_is_tried_again_and_told_when_it_is_back(
    db: Database, post: Post, wall: Wall, cast: Cast
):
    with mailbox() as first:
        add(db, first)
    call(db, wall, cast)
    look(post)
    assert outcomes(db) == ["unreachable"]
    wall.passes(29)
    assert look(post) == 0
    with mailbox() as back:
        url = address(back)
        db.execute("update channels set url = ?", [url])
        wall.passes(1)
        assert look(post) == 1
        assert [mail.text.split(".")[0] for mail in back.mails] == ["An adult is needed in Library 2, since 12:40"]
    assert channels.failing(db) == []


def test_a_batch_that_takes_too_long_or_dies_is_said_for_whatever_was_not_answered():
    heard: list[Answer] = []
    with mailbox(silent=True) as box:
        errand = Errand((Letter(7, address(box), "", "x"), Letter(8, "nonsense", "", "x")), MAIL_PORTS, patience=300.0)
        with posting.messenger(seconds=2.0) as child:
            posting.run(child, errand, heard.append)
        assert heard == [Answer(8, Outcome.NOT_UNDERSTOOD), Answer(7, Outcome.TOO_SLOW)]
        heard.clear()
        with posting.messenger() as child:
            posting.run(child, replace(errand, patience=0.5), heard.append)
        assert heard == [Answer(8, Outcome.NOT_UNDERSTOOD), Answer(7, Outcome.TOO_SLOW)]
        heard.clear()
        with posting.messenger() as child:

            def kill(answer: Answer) -> None:
                heard.append(answer)
                if answer.id == 8 and child.pid:
                    os.kill(child.pid, signal.SIGKILL)

            posting.run(child, errand, kill)
        assert heard == [Answer(8, Outcome.NOT_UNDERSTOOD), Answer(7, Outcome.BROKEN)]
    assert messengers() == set()


def test_a_check_sends_nothing_and_knows_what_cannot_be_sent_to():
    with mailbox() as box:
        urls = [address(box), "ntfys://ntfy.harbour.example/staff", "syslog://", "nonsense://x", "mailto://", "http"]
        heard: dict[int, Outcome] = {}
        with posting.messenger() as child:
            letters = tuple(Letter(number, url, "", "") for number, url in enumerate(urls))
            posting.run(
                child, Errand(letters, MAIL_PORTS, is_check=True), lambda each: heard.update({each.id: each.outcome})
            )
        assert box.tries == 0
    assert [heard[number] for number in range(6)] == [Outcome.SENT] * 2 + [Outcome.NOT_UNDERSTOOD] * 4


# The box itself

OURS = (
    *("127.0.0.1", "127.9.9.9", "2130706433", "0177.0.0.1", "0x7f.1", "127.1", "localhost", "0.0.0.0"),
    *("[::1]", "[::ffff:127.0.0.1]", "[::]", "169.254.169.254", "[fe80::1]", "[::ffff:169.254.1.1]"),
)


class _Door(BaseHTTPRequestHandler):
    """A door of the box that notes whatever comes."""

    came: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        self.came.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@pytest.fixture
def door() -> Iterator[int]:
    """The port of a real HTTP server on loopback, which no message may reach."""
    _Door.came.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Door) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()
    assert _Door.came == []


def outcomes_of(*urls: str, ports: tuple[int, ...] = (), is_check: bool = False) -> list[Outcome]:
    """What becomes of a message to each of these, in one messenger."""
    heard: dict[int, Outcome] = {}
    letters = tuple(Letter(number, url, "", "x") for number, url in enumerate(urls))
    with posting.messenger() as child:
        errand = Errand(letters, ports, patience=2.0, is_check=is_check)
        posting.run(child, errand, lambda each: heard.update({each.id: each.outcome}))
    return [heard[number] for number in range(len(urls))]


@pytest.mark.parametrize("is_check", [True, False])
def test_no_message_reaches_the_box_itself_however_its_address_is_written(door: int, *, is_check: bool):
    """Apprise does not understand some of the spellings in a web address; in an e-mail's server each is looked up."""
    web = [f"json://{host}:{door}/" for host in OURS]
    mail = [address(Mailbox(port=door), server=host.strip("[]")) for host in OURS]
    found = dict(zip((*web, *mail), outcomes_of(*web, *mail, ports=(NOBODYS,), is_check=is_check), strict=True))
    assert {found[each] for each in mail} == {Outcome.ON_THE_BOX}
    assert {found[each] for each in web} == {Outcome.ON_THE_BOX, Outcome.NOT_UNDERSTOOD}
    assert found[web[0]] == Outcome.ON_THE_BOX


def test_a_mail_server_on_the_box_is_written_to_on_its_port_alone_and_by_e_mail_alone():
    with mailbox() as box:
        elsewhere = address(box, port=str(box.port))
        assert outcomes_of(elsewhere, is_check=True) == outcomes_of(elsewhere) == [Outcome.ON_THE_BOX]
        web = f"json://127.0.0.1:{box.port}/"
        assert outcomes_of(elsewhere, web, ports=(box.port,)) == [Outcome.SENT, Outcome.ON_THE_BOX]
    assert len(box.mails) == 1
    assert box.tries == 1


# What a library may do to reach the box; the first two look up a name that has another address by then, and follow a
# redirect.
CONNECTS = [
    "session.get(f'http://elsewhere.example:{port}/')",
    "session.get('http://elsewhere.example/')",
    "socket.create_connection(('localhost', port))",
    "socket.socket().connect(('127.0.0.1', port))",
    "socket.socket().connect_ex(('127.0.0.1', port))",
    "socket.socket(socket.AF_INET6).connect(('::ffff:127.0.0.1', port))",
    "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', port))",
    "socket.socket(socket.AF_UNIX).connect('/run/dbus/system_bus_socket')",
]


def test_whatever_a_library_connects_to_is_checked_after_the_name_was_looked_up(door: int):
    """The audit hook alone, in a process of its own."""
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _HOOKED.format(codes=CONNECTS, port=door)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert told.stdout.split() == ["on_the_box"] * len(CONNECTS)


_HOOKED = """
import socket, sys, requests
from requests.adapters import HTTPAdapter
from admin.safeguarding import messenger_child

port, look_up = {port}, socket.getaddrinfo

class Redirects(HTTPAdapter):
    def send(self, request, **given):
        if request.url != "http://elsewhere.example/":
            return super().send(request, **given)
        answer = requests.Response()
        answer.status_code, answer.url, answer.request, answer._content = 302, request.url, request, b""
        answer.headers["Location"] = f"http://127.0.0.1:{{port}}/"
        return answer

session = requests.Session()
session.mount("http://", Redirects())
socket.getaddrinfo = lambda host, *given, **named: look_up(
    "127.0.0.1" if host == "elsewhere.example" else host, *given, **named
)
sys.addaudithook(messenger_child._GUARD.check)
for code in {codes}:
    try:
        exec(code)
        print("connected")
    except Exception as fault:
        print(messenger_child.outcome_of(fault))
"""


def test_a_messenger_says_nothing_aloud_and_has_no_secret_on_its_command_line(capfd: pytest.CaptureFixture[str]):
    seen: list[str] = []
    with mailbox(offers=("AUTH PLAIN",), password="another") as box, posting.messenger() as child:
        child.start()
        process = psutil.Process(child.pid)
        letters = (
            Letter(1, address(box, user="u", password="hunter2"), "", "x"),
            Letter(2, "json://a:hunter2@[", "", ""),
        )
        posting.run(child, Errand(letters, MAIL_PORTS), lambda answer: seen.append(answer.outcome))
        shown = " ".join(process.cmdline()) + " ".join(process.environ().values())
    told = capfd.readouterr()
    assert set(seen) == {Outcome.PASSWORD, Outcome.NOT_UNDERSTOOD}
    assert (told.out, told.err) == ("", "")
    assert "hunter2" not in shown


def test_a_messenger_ends_with_its_parent_also_in_the_middle_of_a_letter():
    with mailbox(silent=True) as box:
        code = (
            "import sys\n"
            "from admin.safeguarding import posting\n"
            f"url, ports = {address(box)!r}, {MAIL_PORTS!r}\n"
            "child = posting.messenger(seconds=600.0)\n"
            "child.start()\n"
            "print(child.pid, flush=True)\n"
            "posting.run(child, posting.Errand((posting.Letter(1, url, '', 'x'),), ports, patience=300.0), print)\n"
        )
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", code]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as parent:
            assert parent.stdout is not None
            pid = int(parent.stdout.readline())
            assert until(lambda: box.tries == 1)
            parent.kill()
        assert until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


def test_looking_while_nothing_is_due_writes_nothing_and_starts_nobody(
    db: Database, data: Path, post: Post, wall: Wall, cast: Cast
):
    with mailbox() as box:
        add(db, box)
    files = {each: each.stat() for each in data.iterdir()}
    for _ in range(3):
        assert look(post) == 0
    assert {each: (each.stat().st_mtime_ns, each.stat().st_size) for each in data.iterdir()} == {
        each: (stat.st_mtime_ns, stat.st_size) for each, stat in files.items()
    }
    assert messengers() == set()


def test_the_post_goes_on_when_the_store_is_away_for_a_while(
    db: Database, data: Path, post: Post, wall: Wall, cast: Cast, capsys: pytest.CaptureFixture[str]
):
    with mailbox() as box:
        add(db, box)
        call(db, wall, cast)
        db.conn.execute("pragma wal_checkpoint(truncate)")
        away = data / "away.db"
        (data / "programme.db").rename(away)
        post.tend()
        assert until(lambda: "Messages to staff wait" in capsys.readouterr().err)
        away.rename(data / "programme.db")
        post.tend()
        assert until(lambda: len(box.mails) == 1)


@pytest.mark.parametrize("door", ["admin.app", "admin.command_line.keeper", "admin.command_line.main", "kiosk.app"])
def test_no_door_and_no_keeper_loads_what_sends(door: str):
    told = subprocess.run(
        [sys.executable, "-c", f"import sys, {door}\nprint(*sorted({{'apprise', 'requests'}} & set(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert re.fullmatch(r"\s*", told.stdout)
