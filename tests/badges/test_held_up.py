"""Of the squares in a camera's picture only those that a person holds up count."""

import cv2
import numpy as np
import pytest

from badges.card import matrix
from badges.held_up import held_up
from badges.reader import Reader, Reading, Square
from badges.reader.steps import Session

HELD, OTHER = "PM00A12345", "PM00B12345"


def card(text: str, side: int) -> np.ndarray:
    """A badge's square of so many pixels a side, on its white paper."""
    modules = np.pad(np.where(np.array(matrix(text)), 20, 235).astype(np.uint8), 4, constant_values=235)
    whole = round(side * 29 / 21)
    return cv2.resize(np.kron(modules, np.ones((8, 8), np.uint8)), (whole, whole), interpolation=cv2.INTER_AREA)


def frame(
    *cards: tuple[np.ndarray, float, float], width: int = 1280, height: int = 720, noise: float = 2
) -> np.ndarray:
    """A camera's picture with each card's middle at these parts of its width and height."""
    room = cv2.resize(np.random.default_rng(4).uniform(60, 190, (5, 8)).astype(np.float32), (width, height))
    for paper, across, down in cards:
        left, top = round(across * width - paper.shape[1] / 2), round(down * height - paper.shape[0] / 2)
        room[top : top + paper.shape[0], left : left + paper.shape[1]] = paper
    grain = np.random.default_rng(5).normal(0, noise, room.shape)
    return np.clip(cv2.GaussianBlur(room, (0, 0), 0.8) + grain, 0, 255).astype(np.uint8)


def encoded(picture: np.ndarray) -> bytes:
    return cv2.imencode(".jpg", picture)[1].tobytes()


def texts(reader: Reader, picture: np.ndarray) -> list[str]:
    return held_up(reader.read(encoded(picture), live=True))


@pytest.mark.parametrize("side", [94, 240])
@pytest.mark.parametrize("across", [0.06, 0.94])
def test_a_badge_where_the_kiosk_shows_nothing_does_not_count(reader: Reader, side: int, across: float):
    seen = frame((card(HELD, 240), 0.5, 0.5), (card(OTHER, min(side, 100)), across, 0.5))
    assert texts(reader, seen) == [HELD]
    alone = frame((card(OTHER, min(side, 100)), across, 0.5))
    assert texts(reader, alone) == []


def test_a_small_badge_in_view_is_nobodys_act(reader: Reader):
    assert texts(reader, frame((card(HELD, 240), 0.4, 0.5), (card(OTHER, 110), 0.75, 0.5))) == [HELD]
    assert texts(reader, frame((card(OTHER, 110), 0.75, 0.5))) == [OTHER]


def test_two_badges_of_like_size_count_both(reader: Reader):
    assert texts(reader, frame((card(HELD, 240), 0.35, 0.5), (card(OTHER, 160), 0.7, 0.5))) == [HELD, OTHER]


def test_a_small_badge_beside_a_large_square_that_cannot_be_read_waits(reader: Reader):
    large = card(HELD, 280)
    cv2.circle(large, (len(large) // 2, len(large) // 2), 110, 255, -1)  # a lamp's reflection on it
    assert texts(reader, frame((large, 0.4, 0.5), (card(OTHER, 110), 0.75, 0.3), noise=0.5)) == []


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
@pytest.mark.parametrize("size", [200, 150])
def test_a_mirror_image_is_a_reflection_and_no_copy(reader: Reader, turn: int, size: int):
    mirrored = np.ascontiguousarray(np.rot90(card(HELD, size)[:, ::-1], turn))
    for ways in ((0.35, 0.7), (0.7, 0.35)):
        seen = frame((card(HELD, 200), ways[0], 0.5), (mirrored, ways[1], 0.5))
        assert texts(reader, seen) == [HELD]
        assert reader.read(encoded(seen), live=False).texts == (HELD,)


def test_a_turned_copy_stays_a_copy(reader: Reader):
    for turn in range(4):
        copy = np.ascontiguousarray(np.rot90(card(HELD, 190), turn))
        assert texts(reader, frame((card(HELD, 200), 0.35, 0.5), (copy, 0.7, 0.5))) == [HELD, HELD]


def test_a_badge_seen_only_in_a_mirror_counts(reader: Reader):
    assert texts(reader, frame((np.ascontiguousarray(card(HELD, 200)[:, ::-1]), 0.5, 0.5))) == [HELD]


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (640, 480)])
def test_places_and_sides_are_in_the_pictures_own_pixels(size: tuple[int, int]):
    width, height = size
    for blur in (0, 1):  # blurred, another step reads it
        paper = cv2.GaussianBlur(card(HELD, 63), (0, 0), 1.6 * blur) if blur else card(HELD, 63)
        (found,) = Session().look(frame((paper, 0.3, 0.6), width=width, height=height))
        assert found.side == pytest.approx(63, abs=6)
        assert (found.x, found.y) == pytest.approx((0.3 * width, 0.6 * height), abs=3)


@pytest.mark.parametrize(
    ("size", "shown", "hidden"),
    [
        ((1280, 720), (165, 360), (155, 360)),
        ((640, 480), (5, 475), (-1, 5)),
        ((1280, 800), (115, 5), (100, 5)),
        ((720, 1280), (5, 375), (5, 365)),
        ((2000, 500), (5, 5), (-1, -1)),
    ],
)
def test_what_is_shown_is_the_middle_of_the_picture_four_by_three(
    size: tuple[int, int], shown: tuple[int, int], hidden: tuple[int, int]
):
    def counts(x: int, y: int) -> bool:
        return held_up(Reading((Square(HELD, x, y, 100),), 0.0, None, *size)) == [HELD]

    assert counts(*shown)
    assert hidden[0] < 0 or not counts(*hidden)
