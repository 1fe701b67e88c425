"""Badge codes: from a badge number to ten signed characters and back. Knows no picture and no database."""

import hashlib
import hmac
import os
import re
import secrets
import string
from pathlib import Path

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: without I, L, O (misread) and U (bad words)
NUMBERS = 2**15  # badge numbers run from 0 to one below this: three characters of five bits

_BADGE = re.compile(rf"PM[{ALPHABET}]{{8}}")
_NUMBER_CHARACTERS = 3
_CHECK_CHARACTERS = 5
_LONGEST_TYPED = 64
_KEY_BYTES = 32
_MEANING = b"drop-in badge 1:"  # the key signs badge numbers and nothing else

# A table of ASCII only: str.upper() would turn a long s (U+017F) into S.
_TIDY = str.maketrans(string.ascii_lowercase + "oOiIlL", string.ascii_uppercase + "001111")


class NotABadge(ValueError):
    """The square was read, but it is not one of ours."""


class KeyTrouble(Exception):
    """The file with the badge key is missing, damaged or already there, or cannot be read."""


class KeyLost(KeyTrouble):
    """There is no usable key in the file: it has to be brought back from a copy."""


def make(number: int, key: bytes) -> str:
    """The code of the badge with this number: PM, three characters of number, five of check (25 bits).

    Raises ValueError for a number outside 0 to NUMBERS - 1.
    """
    if not 0 <= number < NUMBERS:
        raise ValueError(f"a badge number lies between 0 and {NUMBERS - 1}, not {number}")
    digest = hmac.digest(key, _MEANING + number.to_bytes(4), hashlib.sha256)
    check = int.from_bytes(digest) >> (256 - 5 * _CHECK_CHARACTERS)
    return "PM" + _base32(number, _NUMBER_CHARACTERS) + _base32(check, _CHECK_CHARACTERS)


def read(text: str, key: bytes) -> int:
    """The number of the badge with exactly this code; raises NotABadge for any other text."""
    if not has_shape(text):
        raise NotABadge("This is not a badge code.")
    number = 0
    for character in text[2 : 2 + _NUMBER_CHARACTERS]:
        number = number * 32 + ALPHABET.index(character)
    if not hmac.compare_digest(make(number, key), text):
        raise NotABadge("This looks like a badge code, but it was not made here.")
    return number


def has_shape(text: str) -> bool:
    """Whether this looks like a badge code, made here or not."""
    return _BADGE.fullmatch(text) is not None


def typed(text: str) -> str:
    """What a person or a scanner typed, normalised for `read`: letters and digits alone, and O, I, L as 0, 1, 1.

    Letters outside ASCII are left as they are, so that they never match; a text that is too long becomes empty.
    """
    return "".join(filter(str.isalnum, text)).translate(_TIDY) if len(text) <= _LONGEST_TYPED else ""


def grouped(code: str) -> str:
    """The code in groups of four, as it is printed for typing."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def typed_once() -> str:
    """Random characters in the shape of a badge code, for a code that is typed once on the kiosk's keys."""
    return "PM" + "".join(secrets.choice(ALPHABET) for _ in range(_NUMBER_CHARACTERS + _CHECK_CHARACTERS))


def new_key() -> bytes:
    """A new random key."""
    return secrets.token_bytes(_KEY_BYTES)


def load_key(path: Path) -> bytes:
    """The key in this file; raises KeyTrouble where there is none, and never makes one.

    A key made without asking would make every printed badge unreadable.
    """
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise KeyLost(
            f"The badge key {path} is missing: no printed badge can be read, and none can be printed."
        ) from None
    except (OSError, UnicodeDecodeError) as trouble:
        raise KeyTrouble(f"The badge key {path} cannot be read ({trouble}).") from trouble
    if not re.fullmatch(rf"[0-9a-f]{{{2 * _KEY_BYTES}}}", text):
        raise KeyLost(
            f"The badge key {path} is damaged: it should be one line of {2 * _KEY_BYTES} characters, 0 to 9 and a to f."
        )
    return bytes.fromhex(text)


def create_key(path: Path) -> bytes:
    """A new key, on disk and readable by its owner alone (P20) before it is returned.

    Raises KeyTrouble where a file of that name exists, or the disk refuses.
    """
    key = new_key()
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyTrouble(f"There is a badge key at {path} already; it is never written over.") from None
    except OSError as trouble:
        raise KeyTrouble(f"The badge key {path} cannot be made ({trouble.strerror}).") from trouble
    try:
        with os.fdopen(file, "w", encoding="ascii") as page:
            page.write(key.hex() + "\n")
            page.flush()
            os.fsync(page.fileno())
        _sync_folder(path.parent)
    except OSError as trouble:
        path.unlink(missing_ok=True)  # a partly written key must not block the next try
        raise KeyTrouble(f"The badge key {path} could not be saved ({trouble.strerror}).") from trouble
    return key


def _base32(value: int, length: int) -> str:
    return "".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(length)))


def _sync_folder(folder: Path) -> None:
    """Sync the folder: without it a power cut may lose a new file's name although its bytes are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
