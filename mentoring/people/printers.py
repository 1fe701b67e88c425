"""Printing of badges: measured printers, the last choice, and the school's logo."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from sqlite3 import Row

from sqlite_utils import Database

from mentoring.basics.forms import Fault, tidy
from mentoring.store import journal
from mentoring.store.database import insert, row, rows, write

# words

# The lengths on the calibration page of an exact printer, and how far from them a measurement may be before it is taken
# for a mistake: 15 mm of shift, 5 % of stretch.
MEANT = {"left": 20.0, "top": 20.0, "across": 170.0, "down": 257.0}
_ALLOWED = {"left": 15.0, "top": 15.0, "across": 8.5, "down": 12.85}
_LONGEST_NAME = 40


class Wrong(StrEnum):
    """What can be wrong with a measured printer."""

    NAME = "printer.name"
    NO_LENGTH = "printer.no_length"
    FAR_FROM_MEANT = "printer.far_from_meant"


@dataclass(frozen=True)
class MeasuredPrinter:
    """A printer, and the four lengths measured on its calibration page, in millimetres."""

    id: int
    name: str
    left: float
    top: float
    across: float
    down: float


@dataclass(frozen=True)
class Choice:
    """The sheet badges were printed on last, whether on both sides, and on which printer (None: an exact one)."""

    sheet: str
    two_sided: bool
    printer_id: int | None


# rules


def measured(given: Mapping[str, str]) -> MeasuredPrinter | list[Fault]:
    """A printer from a form, or all that is wrong with it."""
    name = tidy(given.get("name") or "")
    faults = [] if 0 < len(name) <= _LONGEST_NAME else [Fault("name", Wrong.NAME, {"most": _LONGEST_NAME})]
    lengths = {}
    for field, meant in MEANT.items():
        text = tidy(given.get(field) or "").replace(",", ".").removesuffix("mm").strip()
        try:
            lengths[field] = float(text)
        except ValueError:
            faults.append(Fault(field, Wrong.NO_LENGTH, {"given": text[:20], "meant": meant}))
            continue
        if not abs(lengths[field] - meant) <= _ALLOWED[field]:
            faults.append(Fault(field, Wrong.FAR_FROM_MEANT, {"given": lengths[field], "meant": meant}))
    return faults or MeasuredPrinter(0, name, **lengths)


# memory


def _printer(found: Row) -> MeasuredPrinter:
    return MeasuredPrinter(found["id"], found["name"], found["left"], found["top"], found["across"], found["down"])


def printers(db: Database) -> list[MeasuredPrinter]:
    """The printers that were measured, by name."""
    return [_printer(each) for each in rows(db, "select * from printers order by name")]


def printer(db: Database, printer_id: int) -> MeasuredPrinter | None:
    """One measured printer, or None."""
    found = row(db, "select * from printers where id = :id", id=printer_id)
    return _printer(found) if found else None


def last_choice(db: Database) -> Choice | None:
    """What badges were printed on last, or None."""
    found = row(db, "select * from printing_choice")
    return Choice(found["sheet"], bool(found["two_sided"]), found["printer_id"]) if found else None


def logo(db: Database) -> bytes:
    """The school's logo as a PNG, or nothing."""
    found = row(db, "select picture from logo")
    return bytes(found["picture"]) if found else b""


# actions


def keep(db: Database, new: MeasuredPrinter, *, by: str, now: datetime) -> int:
    """Remember a printer, in place of what was measured under its name. Returns its id."""
    lengths = {"name": new.name, "left": new.left, "top": new.top, "across": new.across, "down": new.down}
    with write(db):
        known = row(db, "select id from printers where name = :name", name=new.name)
        printer_id = known["id"] if known else insert(db, "printers", lengths)
        db.execute(
            "update printers set left = :left, top = :top, across = :across, down = :down where name = :name", lengths
        )
        journal.note(db, "printer.measured", actor=by, now=now, printer=printer_id)
    return int(printer_id)


def forget(db: Database, printer_id: int, *, by: str, now: datetime) -> None:
    """Forget one printer; a second time forgets nothing more."""
    with write(db):
        db.execute("update printing_choice set printer_id = null where printer_id = :id", {"id": printer_id})
        if db.execute("delete from printers where id = :id", {"id": printer_id}).rowcount:
            journal.note(db, "printer.forgotten", actor=by, now=now, printer=printer_id)


def choose(db: Database, choice: Choice) -> None:
    """Remember what badges are printed on, for the next time."""
    values = {"sheet": choice.sheet, "two_sided": int(choice.two_sided), "printer": choice.printer_id}
    with write(db):
        db.execute(
            """
            insert into printing_choice (id, sheet, two_sided, printer_id) values (1, :sheet, :two_sided, :printer)
            on conflict (id) do update set sheet = :sheet, two_sided = :two_sided, printer_id = :printer""",
            values,
        )


def set_logo(db: Database, picture: bytes, *, by: str, now: datetime) -> None:
    """The school's logo from now on, which the caller has checked and re-encoded; empty bytes remove it."""
    with write(db):
        db.execute("delete from logo")
        if picture:
            db.execute("insert into logo (id, picture) values (1, :picture)", {"picture": picture})
        journal.note(db, "logo.changed", actor=by, now=now, there=bool(picture))
