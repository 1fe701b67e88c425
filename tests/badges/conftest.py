"""What the badge tests share: the school's key, its cards, and one reader that is warm."""

from collections.abc import Iterator

import pytest

from badges import code
from badges.reader import Reader
from badges.sheet import Card

SENTENCE = "Mentors listen. They cannot keep secrets about someone's safety."


@pytest.fixture(scope="session")
def key() -> bytes:
    return bytes(range(32))


@pytest.fixture(scope="session")
def cards(key: bytes) -> list[Card]:
    """A page of ten, Amira and Ben first, and names that are hard to set."""
    names = [
        "Amira Khan",
        "Ben O.",
        "Chidi Okonkwo",
        "Zoë",
        "Siân Llŷr-Ŵyn",
        "Nguyễn Thị Minh Châu",
        "<b>Bobby</b> & Sons",
        "Wolfeschlegelsteinhausenbergerdorff",
        "Maximiliana Alexandrovna Konstantinopolskaya-Featherstonehaugh III",
        "W" * 500,
    ]
    return [
        Card(name, "Harbour School Peer Mentoring", code.make(1_000 + number, key), SENTENCE)
        for number, name in enumerate(names)
    ]


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    with Reader(seconds=10) as reader:
        yield reader
