"""Tombstones: whom an older backup must not bring back; a file beside the database."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from mentoring.basics import signing
from mentoring.store.atomic_files import NotAFile, read_small, write_atomically
from mentoring.store.database import DatabaseTrouble

# words

TOMBSTONES = "tombstones.json"
_WHAT = "tombstones"


class Whose(StrEnum):
    """Whose data are erased or handed out."""

    MENTOR = "mentor"
    STAFF = "staff"


class Why(StrEnum):
    """Why somebody was erased: an adult said so, their time was over, or a backup had brought them back."""

    ASKED = "asked"
    RETENTION = "retention"
    RESTORED = "restored"


@dataclass(frozen=True, order=True)
class Tombstone:
    """That this number's owner was erased on that day, in the programme with this mark."""

    whose: Whose
    id: int
    on: date
    programme: str


# rules


def merge(one: Iterable[Tombstone], other: Iterable[Tombstone]) -> tuple[Tombstone, ...]:
    """All tombstones of both, each person once, with the earlier day."""
    first: dict[tuple[str, Whose, int], Tombstone] = {}
    for each in sorted([*one, *other]):
        first.setdefault((each.programme, each.whose, each.id), each)
    return tuple(sorted(first.values()))


def to_text(tombstones: Iterable[Tombstone], *, signature: str = "") -> str:
    """Tombstones as the file holds them: one line each, so that two files are easy to compare.

    A copy beside a backup has a signature; the box's own file needs none.
    """
    lines = [
        json.dumps({"kind": each.whose, "id": each.id, "date": each.on.isoformat(), "programme": each.programme})
        for each in tombstones
    ]
    end = f', "signature": {json.dumps(signature)}' if signature else ""
    return '{"tombstones": [\n' + ",\n".join(lines) + f"\n]{end}}}\n"


def signed_text(tombstones: Iterable[Tombstone], key: bytes) -> str:
    """Tombstones as they are written beside a backup, signed."""
    told = merge(tombstones, ())
    return to_text(told, signature=signing.sign(key, _WHAT, to_text(told).encode()))


def is_signed(text: str, keys: Iterable[bytes]) -> bool:
    """Whether one of these keys signed the tombstones in a file. Raises `ValueError` for a file of anything else."""
    told, signature = merge(from_text(text), ()), json.loads(text).get("signature", "")
    return signing.signer(keys, _WHAT, to_text(told).encode(), str(signature)) is not None


def from_text(text: str) -> tuple[Tombstone, ...]:
    """The tombstones in a file; one without a programme's mark matches nobody. Raises `ValueError` for other text."""
    try:
        told = json.loads(text)["tombstones"]
        return tuple(
            Tombstone(
                Whose(each["kind"]), int(each["id"]), date.fromisoformat(each["date"]), str(each.get("programme", ""))
            )
            for each in told
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError("it does not hold tombstones") from error


# memory


def tombstones(folder: Path) -> tuple[Tombstone, ...]:
    """The tombstones beside a database; none while nobody was erased. Raises `DatabaseTrouble` for a damaged file."""
    return _in(folder)[0]


def tombstones_beside(folder: Path, keys: Iterable[bytes]) -> tuple[tuple[Tombstone, ...], bool]:
    """The tombstones beside a backup, and whether one of these keys signed them; as `tombstones` otherwise."""
    told, text = _in(folder)
    return told, is_signed(text, keys) if told else True


def _in(folder: Path) -> tuple[tuple[Tombstone, ...], str]:
    path = folder / TOMBSTONES
    try:
        text = read_small(path).decode()
        return from_text(text), text
    except FileNotFoundError:
        return (), ""
    except (OSError, NotAFile, ValueError) as error:
        raise DatabaseTrouble(
            f"{path} cannot be read: {error}. Put a copy of it from a backup in its place."
        ) from error


def keep_tombstones(folder: Path, all_of_them: Iterable[Tombstone]) -> None:
    """Write the tombstones beside a database, whole or not at all, on disk when this returns; nobody else reads it."""
    write_atomically(folder / TOMBSTONES, to_text(all_of_them).encode())
