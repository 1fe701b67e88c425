"""Telling staff: adding, testing and ending a channel, what is shown of it, and what went wrong (P5, P14)."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.safeguarding import alerts, channels
from mentoring.safeguarding.alerts import About, Level
from mentoring.safeguarding.channels import Outcome
from mentoring.store.database import rows
from tests.admin.safeguarding.routes import CHANNEL
from tests.both_doors import Wall, form_key, log_in
from tests.conftest import ADEYEMI_EMAIL, Cast, at
from tests.mailbox import mailbox
from tests.walking import page

pytestmark = pytest.mark.usefixtures("warm_messenger")

SECRET = "hunter2"


def _add(lead: FlaskClient, **given: str) -> tuple[int, str]:
    answer = lead.post("/channels", data={**CHANNEL, **given, "form_key": form_key(lead)})
    return answer.status_code, page(answer).text


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "address", "url": "json://127.0.0.1:8000/alert"},
        {"server": "localhost", "port": "8000", "security": "insecure"},
        {"server": "0177.0.0.1", "port": "8000", "security": "insecure"},
    ],
)
def test_an_address_that_leads_to_the_box_is_refused_in_words(lead: FlaskClient, db: Database, given: dict[str, str]):
    status, shown = _add(lead, **given)
    assert status == 422
    assert "leads to this box itself: give a server elsewhere; only e-mail may go to a mail server on this box" in shown
    assert db["channels"].count == 0


def test_a_channel_to_the_box_from_before_sends_nothing_and_says_why(lead: FlaskClient, db: Database):
    url = "json://127.0.0.1:8000/alert"
    channels.add(db, name="Office", url=url, level=Level.FIRST, by="staff 1", now=at("09:00"))
    sent = lead.post("/channels/1/test", data={"form_key": form_key(lead)})
    shown = page(lead.get(sent.headers["Location"])).text
    assert "could not be sent: its address leads to this box itself, where no message is sent." in shown


def _failing(db: Database, wall: Wall) -> None:
    """A channel whose server has refused the password five times, from 12:40 on."""
    channels.add(db, name="Office", url="json://a", level=Level.FIRST, by="staff 1", now=at("09:00"))
    alerts.call_an_adult(db, key="k", room="Library 2", about=About.RED_TILE, mentor_id=None, now=wall.moment)
    for minute in (0, 1, 3, 6, 12):
        now = wall.moment + timedelta(minutes=minute)
        due = channels.due(db, now=now)
        channels.begin(db, due, now=now)
        channels.finish(db, due[0], Outcome.PASSWORD, now=now)


def test_before_there_is_a_channel_the_page_says_what_that_means(lead: FlaskClient):
    shown = page(lead.get("/channels")).text
    assert "No channel yet." in shown
    assert "An adult is needed in Library 2, since 12:40. Please look at the Drop-in staff page." in shown
    assert "Never who asked, what about, or which mentor told." in shown


def test_an_e_mail_channel_is_added_by_its_form_tested_and_ended(lead: FlaskClient, db: Database):
    with mailbox() as box:
        server = {"server": "127.0.0.1", "port": str(box.port), "security": "insecure"}
        assert _add(lead, **server)[0] == 303
        before = page(lead.get("/channels")).text
        assert "office@harbour.example, through 127.0.0.1" in before
        assert "Not tried yet" in before
        sent = lead.post("/channels/1/test", data={"form_key": form_key(lead)})
        assert sent.status_code == 303
        assert "The test to Office was taken." in page(lead.get(sent.headers["Location"])).text
    assert [mail.text for mail in box.mails] == ["This is a test. Nobody is needed anywhere.\nHarbour School"]
    assert "Worked last on Tue 12 January, 12:40" in page(lead.get("/channels")).text
    refused = lead.post("/channels/1/test", data={"form_key": form_key(lead)})
    assert (
        "The test to Office could not be sent: the server did not answer."
        in page(lead.get(refused.headers["Location"])).text
    )
    assert "Office could not be sent since 12:40: the server did not answer." in page(lead.get("/channels")).text
    lead.post("/channels/1/end", data={"form_key": form_key(lead)})
    assert "No channel yet." in page(lead.get("/channels")).text
    trail = [each["what"] for each in rows(db, "select what from journal where what like 'channel.%' order by id")]
    assert trail == ["channel.added", "channel.tested", "channel.tested", "channel.ended"]


def test_a_secret_is_never_shown_again(lead: FlaskClient, db: Database):
    assert _add(lead, user="box", email_password=SECRET)[0] == 303
    assert _add(lead, kind="address", url=f"ntfys://{SECRET}")[0] == 303
    assert db["channels"].count == 2
    for path in ("/channels", "/", "/channels?said=channel_added"):
        assert SECRET not in lead.get(path).get_data(as_text=True)
    status, _ = _add(lead, user="box", email_password=SECRET, to="nobody")
    answer = lead.post(
        "/channels", data={**CHANNEL, "email_password": SECRET, "user": "box", "to": "x", "form_key": form_key(lead)}
    )
    assert (status, answer.status_code) == (422, 422)
    assert SECRET not in answer.get_data(as_text=True)
    assert SECRET not in "".join(each["about"] for each in rows(db, "select about from journal"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": ""}, "This is missing or longer than 60 letters: call it as staff do, such as Office."),
        ({"to": "office"}, "This is not an e-mail address: write one such as office@school.example."),
        ({"server": "not a server"}, "This is not a server's name"),
        ({"port": "99999"}, "This is not a port"),
        ({"user": "box"}, "This and the user name belong together: give both, or neither."),
        ({"level": "nobody"}, "This is not on the list: choose one."),
        (
            {"security": "insecure", "user": "box", "email_password": SECRET},
            "This would let others read the password: choose STARTTLS or TLS.",
        ),
        ({"kind": "address", "url": "office"}, "This is not an Apprise address"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(
    lead: FlaskClient, db: Database, given: dict[str, str], words: str
):
    answer = lead.post("/channels", data={**CHANNEL, **given, "form_key": form_key(lead)})
    assert answer.status_code == 422
    shown = page(answer)
    assert words in shown.text
    if "kind" not in given:
        for name in ("name", "to", "sender", "server", "port", "user"):
            assert {**CHANNEL, "user": "", **given}[name] in shown.fields(name)
    assert db["channels"].count == 0


def test_an_address_nobody_understands_is_refused_before_it_is_kept(lead: FlaskClient, db: Database):
    status, words = _add(lead, kind="address", url="nonsense://staff")
    assert status == 422
    assert "This is not an address Apprise understands: look at its page for that service." in words
    assert db["channels"].count == 0


@pytest.mark.parametrize("email", ["", ADEYEMI_EMAIL], ids=["the lead", "a helper"])
def test_today_says_which_channel_fails_and_why(
    lead: FlaskClient, staff_app: Flask, db: Database, wall: Wall, cast: Cast, email: str
):
    _failing(db, wall)
    door = log_in(staff_app.test_client(), email) if email else lead
    told = "Office could not be sent since 12:40: the server refused the user name, password or token."
    shown = page(door.get("/"))
    assert f"{told} It was given up after 5 tries." in shown.text
    assert ("/channels" in {each["href"] for each in shown.all("a") if "href" in each}) is (email == "")


def test_today_looks_again_when_a_channel_fails_or_works_again(lead: FlaskClient, db: Database, wall: Wall):
    def mark() -> str:
        return str(lead.get("/now.json").get_json()["today"])

    quiet = mark()
    _failing(db, wall)
    failing = mark()
    channels.tested(db, 1, Outcome.SENT, by="staff 1", now=wall.moment)
    assert (failing != quiet, mark() == quiet) == (True, True)


def test_a_result_that_nobody_had_is_not_shown(lead: FlaskClient):
    for query in ("tested=9&outcome=sent", "tested=1&outcome=nonsense", "tested=x&outcome=sent"):
        assert "The test to" not in page(lead.get(f"/channels?{query}")).text
