"""What a form gives: tidy text, numbers, the key a browser made for one change, and what is wrong with it."""

import dataclasses
import hashlib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

# words

LONGEST_NAME = 60
JOINERS = "\u200c\u200d"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in what was given: the field, and a code with its named values such as names and limits.

    The noun that finds it declares the code in an enum `Wrong`. The words for a code stand in the `FAULTS` of an area
    of admin; none are made here, so that nothing can depend on them.
    """

    field: str
    code: StrEnum | str
    values: Any = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.values, str):
            object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    @property
    def what(self) -> str:
        """Until every noun has its codes: the words themselves."""
        return str(self.code)

    @property
    def remedy(self) -> str:
        """Until every noun has its codes: the words themselves."""
        return str(self.values)


# rules


def tidy(text: str) -> str:
    """Text as a person meant it: one form of each letter, single spaces, nothing that only a machine can see.

    The two joiners stay: some scripts cannot write a name without them. A text of nothing visible is empty.
    """
    plain = unicodedata.normalize("NFC", text)
    visible = "".join(_seen(letter) for letter in plain)
    return " ".join(visible.split()) if visible.strip(JOINERS + " ") else ""


def _seen(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    return "" if kind in ("Cf", "Cs", "Co", "Cn") and letter not in JOINERS else letter


def number(text: str) -> int:
    """The number that a form or an address names; 0, which is nobody's, for anything else and for too many digits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def browser_key(text: str) -> str:
    """The key a page made for one change, as the store keeps it: any text, always of one shape."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
