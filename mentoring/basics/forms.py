"""Parses what a form sends: text, numbers, the idempotency key of a change; and the type of a fault."""

import dataclasses
import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

# words

LONGEST_NAME = 60
JOINERS = "\u200c\u200d"
# For comparing names: how people and programs write an apostrophe and a dash, and letters that Unicode takes not apart.
_APOSTROPHES = "'’‘ʼ`´ʻ′＇"  # noqa: RUF001
_DASHES = "-‐‑‒–—−_."  # noqa: RUF001
_APART = {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"}  # noqa: RUF001
_ALIKE = str.maketrans(dict.fromkeys(_APOSTROPHES, "") | dict.fromkeys(_DASHES, " ") | _APART)
_MARKS = range(0x0300, 0x0370)  # combining marks of Latin letters; the vowel signs of other scripts count
WAS = "was_"  # before the name of a field: the hidden field with what the page showed in it
MOST_MARKS = 30  # combining marks after one letter, as in the stream-safe text format of Unicode (UAX 15)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in what was given: the field, and a code with its named values such as names and limits.

    The noun that finds it declares the code in an enum `Wrong`. The words for a code stand in the `FAULTS` of an area
    of admin; none are made here, so that nothing can depend on them.
    """

    field: str
    code: StrEnum
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))


NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
UNBROKEN_LETTERS = 16

# rules


def tidy(text: str) -> str:
    """Normalised text: NFC, single spaces, no invisible characters.

    The zero-width joiner and non-joiner stay: some scripts need them. A text with nothing visible becomes empty.
    """
    plain = unicodedata.normalize("NFC", text if text.isascii() else _few_marks(text))
    visible = "".join(_seen(letter) for letter in plain)
    return " ".join(visible.split()) if visible.strip(JOINERS + " ") else ""


def unbroken(name: str) -> str:
    """A name that no line ends inside; one that is too long for a narrow line stays as it is."""
    return name.replace(" ", NO_BREAK_SPACE) if len(name) <= UNBROKEN_LETTERS else name


def code(text: str) -> str:
    """A code as it is compared: its letters and digits in their plain forms.

    Spaces, dashes of every length, dots and invisible marks are what a printer, a message or a keyboard added.
    """
    return "".join(each for each in unicodedata.normalize("NFKC", _few_marks(text)) if each.isalnum())


def words(text: str) -> list[str]:
    """The words in a text, lower case, whatever stands between them; digits, such as those of a list, are left out."""
    seen = unicodedata.normalize("NFKC", _few_marks(text)).lower()
    kept = "".join(each for each in seen if unicodedata.category(each) != "Cf")
    return re.findall(r"[^\W\d_]+", kept)


def _few_marks(text: str) -> str:
    """The text without any combining mark after the first MOST_MARKS in a row.

    To normalise a run of marks takes time that grows with the square of its length.
    """
    marks, kept = 0, []
    for letter in text:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks <= MOST_MARKS:
            kept.append(letter)
    return "".join(kept)


def _seen(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    return "" if kind in ("Cf", "Cs", "Co", "Cn") and letter not in JOINERS else letter


def folded(name: str) -> str:
    """A name for comparing: without case, apostrophes and accents, and with a space for each dash."""
    apart = unicodedata.normalize("NFKD", _few_marks(name).casefold().translate(_ALIKE))
    return " ".join("".join(each for each in apart if ord(each) not in _MARKS).split())


def as_changed(given: Mapping[str, str], stored: Mapping[str, str]) -> dict[str, str]:
    """What a form says, with the stored value of each field that still has what its page showed.

    So a page that was open while another was saved changes its own fields only. `was_NAME` in `given` is what the page
    showed in the field NAME; a field without it counts as changed, and one that is not sent is an empty tick.
    """
    same = {name: value for name, value in stored.items() if given.get(WAS + name) == given.get(name, "")}
    return {**dict(given.items()), **same}


def number(text: str) -> int:
    """The number in this text; 0, which is no id, for anything else and for too many digits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def browser_key(text: str) -> str:
    """The idempotency key that a page made for one change, hashed to a fixed length."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
