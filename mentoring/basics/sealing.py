"""Encrypts records and backups in age's format to several keys, and writes keys as words for paper (P15).

Knows no database and no clock. The stock `age -d` decrypts what is sealed here, with any of its keys.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import bech32
import pyrage
from argon2.low_level import Type, hash_secret_raw
from mnemonic import Mnemonic

from mentoring.basics import forms

# words

_PREFIX = "age-secret-key-"
_LINE = "agesecretkey1"  # how the line begins without its dashes
_WORDS = Mnemonic("english")  # BIP-39's list: 2,048 words, no two alike in their first four letters, with a checksum
_SALT = 16
# Three times the cost of OWASP's second choice for Argon2id: a stolen file must resist guessing.
_PASSES, _KIBIBYTES = 3, 65536
SMALLEST = 4096


class WrongKey(Exception):
    """This key, password or paper does not open it; the message says so in words for a person."""


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; none at the end."""


class Writable(Protocol):
    """What bytes are written to."""

    def write(self, content: bytes, /) -> object:
        """Take all of these bytes, or raise."""


@dataclass(frozen=True)
class Key:
    """A key pair: `private` opens what was sealed to `public`. Its repr does not show the private half."""

    private: str = field(repr=False)
    public: str

    @property
    def words(self) -> str:
        """The private half as twenty-four words, for paper."""
        _, five_bits = bech32.bech32_decode(self.private.lower())
        return str(_WORDS.to_mnemonic(_regrouped(five_bits, 5, 8)))


# rules


def _regrouped(values: Iterable[int] | None, width: int, to: int) -> bytes:
    """Regroup bits from one width to another, as in BIP-39; an incomplete last byte is dropped."""
    return bytes(bech32.convertbits(values or [], width, to, pad=to < width) or [])


def new_key() -> Key:
    """A new key pair, from the system's random number generator."""
    identity = pyrage.x25519.Identity.generate()
    return Key(str(identity), str(identity.to_public()))


def key_of(private: str) -> Key:
    """The pair this private half belongs to. Raises `WrongKey`."""
    try:
        identity = pyrage.x25519.Identity.from_str(private.strip().upper())
    except pyrage.IdentityError as error:
        raise WrongKey("That is not a key: it begins with AGE-SECRET-KEY-1 and has 74 letters and digits.") from error
    return Key(str(identity), str(identity.to_public()))


def is_line(text: str) -> bool:
    """Whether this is the line under the square, and not the twenty-four words."""
    return forms.code(text).lower().startswith(_LINE)


def key_from_paper(text: str) -> Key:
    """The pair that stands on paper, as twenty-four words or as the line under the square. Raises `WrongKey`."""
    if is_line(text):
        return key_of(f"{_PREFIX}1{forms.code(text)[len(_LINE) :]}")
    words = forms.words(text)
    if len(words) != 24:
        raise WrongKey(f"The recovery key has 24 words; these are {len(words)}.")
    known = set(_WORDS.wordlist)
    if strange := [f"word {place} ({word})" for place, word in enumerate(words, 1) if word not in known]:
        raise WrongKey(f"Not a word of any recovery key: {', '.join(strange)}. Look at the paper again.")
    try:
        return _key_from_bytes(bytes(_WORDS.to_entropy(words)))
    except ValueError as error:
        raise WrongKey("All are words of the list, but not in this order: one is wrong or two are swapped.") from error


def _key_from_bytes(raw: bytes) -> Key:
    return key_of(bech32.bech32_encode(_PREFIX, _regrouped(raw, 8, 5)))


def padded(text: str) -> bytes:
    """The text as UTF-8 with spaces after it, up to 4, 8, 16, 32 ... KiB, so that a sealed record's length says little.

    Spaces, because a person who opens it with the stock tool then sees only the text.
    """
    content, size = text.encode(), SMALLEST
    while size < len(content):
        size *= 2
    return content.ljust(size)


def seal(content: bytes, to: Sequence[str]) -> bytes:
    """Encrypt in age's format to each of these public keys. Raises `ValueError` when there is none."""
    if not to:
        raise ValueError("nothing is sealed to nobody")
    sealed: bytes = pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(each) for each in to])
    return sealed


def unseal(sealed: bytes, key: Key) -> bytes:
    """Decrypt. Raises `WrongKey` when it was sealed to other keys, or was changed."""
    try:
        content: bytes = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(key.private)])
    except pyrage.DecryptError as error:
        raise WrongKey("This key does not open it.") from error
    return content


class _Noted:
    """A file that keeps the error of a failed call: the library passes it on in its own words, or not at all."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> Any:
        return self._noted(self._file.read, size)

    def write(self, content: bytes) -> int:
        self._noted(self._file.write, content)
        return len(content)

    def flush(self) -> None:
        """Nothing: whoever owns the file flushes it."""

    def _noted(self, call: Callable[..., Any], given: object) -> Any:
        try:
            return call(given)
        except BaseException as error:
            self.error = self.error or error
            raise


def seal_stream(plain: Readable, sealed: Writable, to: Sequence[str]) -> None:
    """Encrypt as `seal` does, piece by piece, so that memory does not grow with the content.

    Raises what reading or writing raises, and `ValueError` when there is no key.
    """
    if not to:
        raise ValueError("nothing is sealed to nobody")
    source, target = _Noted(plain), _Noted(sealed)
    try:
        pyrage.encrypt_io(source, target, [pyrage.x25519.Recipient.from_str(each) for each in to])
    except (pyrage.EncryptError, OSError) as error:
        raise source.error or target.error or error from None
    if known := source.error or target.error:
        raise known


def unseal_stream(sealed: Readable, plain: Writable, key: Key) -> None:
    """Decrypt as `unseal` does, piece by piece. What was written before an error must not be used.

    Raises `WrongKey` when it was sealed to other keys or was changed, and what reading or writing raises.
    """
    source, target = _Noted(sealed), _Noted(plain)
    try:
        pyrage.decrypt_io(source, target, [pyrage.x25519.Identity.from_str(key.private)])
    except (pyrage.DecryptError, OSError) as error:
        if known := source.error or target.error:
            raise known from None
        raise WrongKey("This key does not open it.") from error
    if known := source.error or target.error:
        raise known


def lock(key: Key, password: str) -> bytes:
    """The private half encrypted with a key derived from this password (Argon2id)."""
    salt = secrets.token_bytes(_SALT)
    return salt + seal(key.private.encode(), [_made_by(password, salt).public])


def unlock(locked: bytes, password: str) -> Key:
    """The key pair. Raises `WrongKey` for any other password."""
    opener = _made_by(password, locked[:_SALT])
    return key_of(unseal(locked[_SALT:], opener).decode())


def _made_by(password: str, salt: bytes) -> Key:
    raw = hash_secret_raw(password.encode(), salt, _PASSES, _KIBIBYTES, parallelism=1, hash_len=32, type=Type.ID)
    return _key_from_bytes(raw)
