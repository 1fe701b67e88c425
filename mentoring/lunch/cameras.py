"""The kiosk's cameras: by name and state, which one is opened first, and the one-use code that opens their choice.

No picture is kept and no time: the page that looks for badges says what it found (P11).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.store import journal
from mentoring.store.database import row, rows, write

# words

MOST = 8  # cameras that are kept
LONGEST_NAME = 120
CODE_LASTS = timedelta(minutes=15)


class State(StrEnum):
    """What the kiosk's page last found of a camera."""

    SEES = "sees"
    UNTRIED = "untried"
    DARK = "dark"
    STILL = "still"
    SILENT = "silent"
    SHUT = "shut"
    GONE = "gone"
    INFRARED = "infrared"


@dataclass(frozen=True)
class Camera:
    """One camera by the name that the browser gives it. `kept`: it is opened first."""

    name: str
    state: State
    kept: bool = False


# rules


def found_again(known: Sequence[Camera], found: Mapping[str, str]) -> list[Camera]:
    """The cameras after the page said which there are, `found` by name with their states; the kept one stays kept.

    A state that is none of ours, a name that is too long and all after the first MOST are left out. A camera that is
    not there any more is gone: it is remembered if it was kept, or if no camera is there. One that is not tried this
    time has the state it was last found in.
    """
    states = {each.value: each for each in State}
    ours = [(name, states[each]) for name, each in found.items() if each in states and 0 < len(name) <= LONGEST_NAME]
    before = {each.name: each.state for each in known if each.state is not State.GONE}
    there = {name: before.get(name, state) if state is State.UNTRIED else state for name, state in ours[:MOST]}
    kept = next((each.name for each in known if each.kept), None)
    gone = [each.name for each in known if each.name not in there and (each.name == kept or not there)]
    states_now = {**there, **dict.fromkeys(gone, State.GONE)}
    return [Camera(name, state, name == kept) for name, state in sorted(states_now.items())]


def trouble(cameras: Iterable[Camera]) -> State | None:
    """Why no camera of the kiosk reads badges: the state of the one opened first. None while one sees, is not tried yet
    or none was ever there."""
    usable = sorted((each for each in cameras if each.state is not State.INFRARED), key=lambda each: not each.kept)
    if not usable or any(each.state in (State.SEES, State.UNTRIED) for each in usable):
        return None
    return usable[0].state


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


# memory


def known(db: Database) -> list[Camera]:
    """The kiosk's cameras, by name."""
    found = rows(db, "select name, state, kept from cameras order by name")
    return [Camera(each["name"], State(each["state"]), bool(each["kept"])) for each in found]


def kept(db: Database) -> str:
    """The name of the camera that is opened first; empty where none is kept."""
    found = row(db, "select name from cameras where kept = 1")
    return str(found["name"]) if found else ""


def is_open(db: Database, code: str, *, now: datetime) -> bool:
    """Whether this is the code that opens the choice of a camera, not used and not expired."""
    sql = "select 1 from camera_code where hash = :hash and until > :now"
    return row(db, sql, hash=_hash(code), now=clock.to_text(now)) is not None


def _remember(db: Database, cameras: list[Camera]) -> None:
    db.execute("delete from cameras")
    for each in cameras:
        values = {"name": each.name, "state": each.state, "kept": int(each.kept)}
        db.execute("insert into cameras (name, state, kept) values (:name, :state, :kept)", values)


# actions


def note_found(db: Database, found: Mapping[str, str], *, read_by: str = "") -> None:
    """Remember what the kiosk's page found; `read_by` names the camera that just read a badge: it is kept from now on.

    Writes nothing where nothing has changed. The page's last two reports may be heard at once: what is written follows
    from what is known inside the change, so that the later one loses nothing of the other.
    """
    before = known(db)
    if _noted(before, found, read_by) != before:
        with write(db):
            _remember(db, _noted(known(db), found, read_by))


def _noted(before: Sequence[Camera], found: Mapping[str, str], read_by: str) -> list[Camera]:
    after = found_again(before, found)
    if not any(each.name == read_by for each in after):
        return after
    return [Camera(each.name, each.state, each.name == read_by) for each in after]


def open_choice(db: Database, code: str, *, by: str, now: datetime) -> None:
    """Let this code open the choice of a camera at the kiosk once, within CODE_LASTS. An earlier code is void."""
    with write(db):
        db.execute(
            "insert or replace into camera_code (id, hash, until) values (1, :hash, :until)",
            {"hash": _hash(code), "until": clock.to_text(now + CODE_LASTS)},
        )
        journal.note(db, "camera.code", actor=by, now=now)


def choose(db: Database, code: str, name: str, *, now: datetime) -> bool:
    """Keep the camera of this name and spend the code. False where the code is spent or the camera not known.

    The same choice again is a retry after a lost answer, and true (P26).
    """
    cameras = known(db)
    if all(each.name != name for each in cameras):
        return False
    if not is_open(db, code, now=now):
        return kept(db) == name
    with write(db):
        _remember(db, [Camera(each.name, each.state, each.name == name) for each in cameras])
        db.execute("delete from camera_code")
        journal.note(db, "camera.chosen", actor=journal.KIOSK, now=now)
    return True
