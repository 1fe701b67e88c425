"""The label inside a backup: what it is, and the signature of the box that made it.

It stands in the comment of an empty gzip member before the database, inside what is sealed: `age -d FILE | gunzip`
gives the database alone, and nobody reads or changes a label who cannot open the backup.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import BinaryIO

from mentoring.basics import signing
from mentoring.store.database import OURS

# words

CHUNK = 1 << 16
LARGEST = 1 << 30
_WHAT = "backup"
_LONGEST = 4096
# gzip (RFC 1952): magic, deflate, a comment follows, no time, no flags, unknown system; and an empty member's end.
_BEGIN = b"\x1f\x8b\x08\x10" + bytes(5) + b"\xff"
_END = b"\x00\x03\x00" + bytes(8)
_GZIP = 31  # zlib's number for the gzip format
_SQLITE = b"SQLite format 3\x00"
_HEADER = 100  # bytes of SQLite's header


class NotABackup(Exception):
    """This file cannot become the programme; the message says why."""


@dataclass(frozen=True)
class Label:
    """What is signed: of which programme and moment the database is, its version, trail's end and SHA-256.

    `badge_key` is the SHA-256 of the badge key that goes with it, or empty.
    """

    programme: str
    made: str
    version: int
    head: str
    database: str
    badge_key: str


@dataclass(frozen=True)
class Signed:
    """A label with its signature, and the fingerprint of the key that it says it was signed with."""

    label: Label
    signature: str
    by: str


@dataclass(frozen=True)
class Packed:
    """What was found in a backup beside its database: the label, if there is one, and the database's SHA-256."""

    signed: Signed | None
    database: str


# rules


def is_ours(header: bytes) -> bool:
    """Whether a file that begins so is a programme's database, and one that keeps no log beside it."""
    return header.startswith(_SQLITE) and header[18:20] == b"\x01\x01" and int.from_bytes(header[68:72]) == OURS


def sign(label: Label, key: bytes | None) -> Signed:
    """The label signed with this key; without a key the signature is empty, and fits nothing."""
    if key is None:
        return Signed(label, "", "")
    return Signed(label, signing.sign(key, _WHAT, _text(label)), signing.fingerprint(key))


def signer(packed: Packed, keys: Iterable[bytes]) -> bytes | None:
    """Which of these keys signed the label, or None; None too when the label is of another database."""
    signed = packed.signed
    if signed is None or signed.label.database != packed.database:
        return None
    return signing.signer(keys, _WHAT, _text(signed.label), signed.signature)


def _text(label: Label) -> bytes:
    return json.dumps(asdict(label), sort_keys=True).encode()


def pack(signed: Signed, database: Iterable[bytes]) -> Iterator[bytes]:
    """The label and the database as one gzip file, piece by piece."""
    told = {**asdict(signed.label), "signature": signed.signature, "by": signed.by}
    yield _BEGIN + json.dumps(told, sort_keys=True).encode("ascii") + _END
    yield from zipped(database)


def zipped(content: Iterable[bytes]) -> Iterator[bytes]:
    """Bytes as a gzip file, piece by piece."""
    zipping = zlib.compressobj(wbits=_GZIP)
    for chunk in content:
        yield zipping.compress(chunk)
    yield zipping.flush()


def _read(comment: bytes) -> Signed | None:
    """The signed label in a comment, or None."""
    try:
        told = json.loads(comment)
        label = {name: kind(told[name]) for name, kind in Label.__annotations__.items()}
        return Signed(Label(**label), str(told["signature"]), str(told["by"]))
    except (ValueError, KeyError, TypeError):
        return None


class Source:
    """A file to read from that gives what an iterator gives."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._left = chunks, b""

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes, or all that is left; none at the end."""
        while size < 0 or len(self._left) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._left += chunk
        size = len(self._left) if size < 0 else size
        given, self._left = self._left[:size], self._left[size:]
        return given


class Unpacking:
    """A file to write a gzip file to: writes the database in it to another file, and keeps label and SHA-256.

    Raises `NotABackup` as soon as it is no programme's database or larger than any, so that a small file that unpacks
    to an endless one costs nothing.
    """

    def __init__(self, database: BinaryIO) -> None:
        self._file = database
        self._zipped, self._hash = zlib.decompressobj(wbits=_GZIP), hashlib.sha256()
        self._begin, self._header, self._size = b"", b"", 0

    def write(self, content: bytes) -> None:
        """Unpack these bytes, which follow those before."""
        if len(self._begin) < _LONGEST:
            self._begin += content
        try:
            self._unpack(content)
        except zlib.error as error:
            raise NotABackup("What is sealed in this file is no backup of Drop-in.") from error

    def done(self) -> Packed:
        """What was in it, once all is written."""
        if not self._zipped.eof or self._size < _HEADER:
            raise NotABackup("What is sealed in this file is no backup of Drop-in.")
        comment = self._begin[len(_BEGIN) :].partition(b"\0")[0] if self._begin.startswith(_BEGIN) else b""
        return Packed(_read(comment), self._hash.hexdigest())

    def _unpack(self, content: bytes) -> None:
        while content:
            if self._zipped.eof:  # the next member
                self._zipped = zlib.decompressobj(wbits=_GZIP)
            self._take(piece := self._zipped.decompress(content, CHUNK))
            while len(piece) == CHUNK and not self._zipped.eof:
                self._take(piece := self._zipped.decompress(self._zipped.unconsumed_tail, CHUNK))
            content = self._zipped.unused_data

    def _take(self, piece: bytes) -> None:
        self._size += len(piece)
        if len(self._header) < _HEADER:
            self._header += piece
            if len(self._header) >= _HEADER and not is_ours(self._header):
                raise NotABackup("What is sealed in this file is no programme of Drop-in.")
        if self._size > LARGEST:
            raise NotABackup(f"What is sealed in this file is larger than any programme: {LARGEST >> 20} MB.")
        self._hash.update(piece)
        self._file.write(piece)
