"""Canary against time: whenever and in whatever order pupils ask, a closed lunch leaves the same bytes (P7, P8)."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from mentoring.basics.settings import Settings
from mentoring.lunch import close_of_day
from mentoring.store.database import open_database
from tests.both_doors import JSON, KEY, Wall
from tests.conftest import Cast, at
from tests.walking import Finger

# When each pupil asks and what about, and when Amira calls the next one. Nothing here is passed on to an adult: such a
# call is a record of its own, with its time (P5).
SLOW = ([("12:34", "family"), ("12:50", "family"), ("12:52", "company"), ("13:09", "schoolwork")], "13:10")
QUICK = ([("12:36", "schoolwork"), ("12:37", "company"), ("12:38", "family"), ("12:39", "family")], "12:41")


def a_copy(data: Path, name: str) -> Settings:
    """The same box once more."""
    folder = data.parent / name
    folder.mkdir()
    (folder / "programme.db").write_bytes((data / "programme.db").read_bytes())
    (folder / "badge.key").write_text(KEY.hex() + "\n", encoding="ascii")
    return Settings(data=folder)


def lunch(door: FlaskClient, wall: Wall, badges: Sequence[str], asked: Sequence[tuple[str, str]], calls: str) -> None:
    """A pair scans in, pupils ask, and a mentor calls one of them, talks and finishes."""
    for hour, badge in zip(("12:28", "12:29"), badges, strict=True):
        wall.shows(hour)
        door.post("/scan", data={"code": badge}, headers=JSON)
    for hour, topic in asked:
        wall.shows(hour)
        answer = door.post("/ask", data={"topic": topic, "mentor": "anyone", "key": f"pupil-{hour}"})
        assert answer.status_code == 303
        door.post(f"{answer.headers['Location']}/done")
    wall.shows(calls)
    mentor = Finger(door)
    mentor.open("/scan")
    mentor.press("Go", code=badges[0])
    mentor.press("Call next")
    mentor.press("We talked")


def left(box: Settings) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in the order in which it lies there."""
    with closing(open_database(box.database)) as db:
        return {
            name: [tuple(each) for each in db.execute(f"select * from {name}").fetchall()]
            for name in db.table_names()
            if name != "sqlite_sequence"
        }


def test_a_closed_lunch_holds_nothing_of_when_and_in_which_order_pupils_asked(
    data: Path, open_kiosk: Callable[[Settings], Flask], wall: Wall, cast: Cast, codes: Mapping[int, str]
):
    badges = [codes[cast.amira], codes[cast.ben]]
    found = []
    for name, (asked, calls) in {"slow": SLOW, "quick": QUICK, "slow again": SLOW}.items():
        box = a_copy(data, name)
        wall.moment = at("12:20")
        lunch(open_kiosk(box).test_client(), wall, badges, asked, calls)
        with closing(open_database(box.database)) as db:
            states = [each["state"] for each in db.execute("select state from help_requests").fetchall()]
            assert sorted(states) == ["asked", "asked", "asked", "done"]
            outcome = close_of_day.close(db, folder=box.data, now=at("13:25"))
        assert outcome is not None
        assert outcome.traces == 0
        found.append((left(box), box.database.read_bytes(), sorted(each.name for each in box.data.iterdir())))
    slow, quick, again = found
    assert slow == again, "the same lunch twice is the same: else this test could see nothing"
    assert slow[0] == quick[0]
    assert slow[1] == quick[1], "not a byte of the file differs"
    assert slow[2] == quick[2]
