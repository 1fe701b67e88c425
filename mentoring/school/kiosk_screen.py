"""The kiosk's screen as staff set it, its size and its screen reader; and what they read of its scanner."""

from datetime import date, datetime, timedelta

from sqlite_utils import Database

from mentoring.store import journal
from mentoring.store.database import row, write

# words

ZOOMS = (100, 125, 150, 200)  # percent
HINT_LASTS = timedelta(days=14)

# rules


def zoom(text: str) -> int:
    """The size that a form names, in percent; 100 for any that there is not."""
    return next((each for each in ZOOMS if str(each) == text), ZOOMS[0])


def hint(odd_scan: date | None, *, today: date) -> date | None:
    """The last day on which the scanner sent what is no badge, while staff should still read of it."""
    return odd_scan if odd_scan and today - odd_scan < HINT_LASTS else None


# memory


def odd_scan(db: Database) -> date | None:
    """The last day on which a scanner sent something that is not a badge."""
    found = row(db, "select odd_scan from programme")
    return date.fromisoformat(found["odd_scan"]) if found and found["odd_scan"] else None


# actions


def change(db: Database, *, zoom: int, screen_reader: bool, by: str, now: datetime) -> None:
    """Set how large the kiosk shows its pages, in percent, and whether it reads them aloud."""
    with write(db):
        db.execute(
            "update programme set kiosk_zoom = :zoom, kiosk_reader = :reader",
            {"zoom": zoom, "reader": int(screen_reader)},
        )
        journal.note(
            db, "programme.kiosk", actor=by, now=now, zoom=zoom, screen_reader="on" if screen_reader else "off"
        )


def note_odd_scan(db: Database, *, today: date) -> None:
    """Remember the day on which the scanner sent something that is not a badge; written once a day, without a time."""
    if odd_scan(db) == today:
        return
    with write(db):
        db.execute("update programme set odd_scan = :day", {"day": today.isoformat()})
