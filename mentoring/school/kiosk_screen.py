"""The kiosk's screen as staff set it, its size and its screen reader; and what they read of its scanner."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlite_utils import Database

from mentoring.basics import forms
from mentoring.school import programme
from mentoring.store import journal
from mentoring.store.database import row, write

# words

ZOOMS = (100, 125, 150, 200)  # percent
HINT_LASTS = timedelta(days=14)

# rules


def zoom(text: str) -> int:
    """The size that a form names, in percent; 100 for any that there is not."""
    return next((each for each in ZOOMS if str(each) == text), ZOOMS[0])


def form_of(zoom: int, *, screen_reader: bool) -> dict[str, str]:
    """What the form of the kiosk's screen shows, by field."""
    return {"zoom": str(zoom), "screen_reader": "yes" if screen_reader else ""}


def hint(odd_scan: date | None, *, today: date) -> date | None:
    """The last day on which the scanner sent what is no badge, while staff should still read of it."""
    return odd_scan if odd_scan and today - odd_scan < HINT_LASTS else None


# memory


def odd_scan(db: Database) -> date | None:
    """The last day on which a scanner sent something that is not a badge."""
    found = row(db, "select odd_scan from programme")
    return date.fromisoformat(found["odd_scan"]) if found and found["odd_scan"] else None


# actions


def change(db: Database, given: Mapping[str, str], *, by: str, now: datetime) -> None:
    """Set how large the kiosk shows its pages, and whether it reads them aloud, as far as a form's page changed it."""
    with write(db):
        known = programme.load(db)
        merged = forms.as_changed(given, form_of(known.kiosk_zoom, screen_reader=known.has_screen_reader))
        size, is_read = zoom(merged.get("zoom", "")), merged.get("screen_reader") == "yes"
        db.execute("update programme set kiosk_zoom = :zoom, kiosk_reader = :reader", {"zoom": size, "reader": is_read})
        journal.note(db, "programme.kiosk", actor=by, now=now, zoom=size, screen_reader="on" if is_read else "off")


def note_odd_scan(db: Database, *, today: date) -> None:
    """Remember the day on which the scanner sent something that is not a badge; written once a day, without a time."""
    if odd_scan(db) == today:
        return
    with write(db):
        db.execute("update programme set odd_scan = :day", {"day": today.isoformat()})
