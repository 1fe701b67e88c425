"""What each step of the reader is for: a square that only it can read, and none where there is none."""

from dataclasses import replace
from itertools import product

import cv2
import numpy as np
import pytest
import qrcode

from badges.card import matrix
from badges.reader import engines, finding, mending, sampling, stages, steps
from badges.reader.__main__ import Answering
from badges.reader.budget import Budget
from badges.reader.squares import BENT, STILL, half_hidden, scene, squares
from badges.reader.steps import LIVE_STEPS, Session, read_still

TEXT = "PM00A12345"


def badge(scale: int = 8, text: str = TEXT) -> np.ndarray:
    """A badge's square in the middle of a grey answering."""
    modules = np.pad(np.where(np.array(matrix(text)), 20, 235).astype(np.uint8), 4, constant_values=235)
    paper = np.kron(modules, np.ones((scale, scale), np.uint8))
    frame = np.full((480, 640), 120, np.uint8)
    top, left = (480 - len(paper)) // 2, (640 - len(paper)) // 2
    frame[top : top + len(paper), left : left + len(paper)] = paper
    return frame


def tilted(frame: np.ndarray) -> np.ndarray:
    seen = np.array([(60, 80), (560, 10), (600, 460), (30, 400)], np.float32)
    whole = np.array([(0, 0), (640, 0), (640, 480), (0, 480)], np.float32)
    return cv2.warpPerspective(frame, cv2.getPerspectiveTransform(whole, seen), (640, 480), borderValue=120)


def on_cloth(frame: np.ndarray) -> np.ndarray:
    """Folded: the grid lies up to a module beside where its corners say."""
    y, x = np.mgrid[0:480, 0:640].astype(np.float32)
    away = ((x - 320) / 75) ** 2 + ((y - 240) / 75) ** 2
    return cv2.remap(frame, x + 9 * np.exp(-away), y - 9 * np.exp(-away), cv2.INTER_LINEAR)


def whole_eye_alone() -> np.ndarray:
    """One finder pattern on a answering, and nothing else of its square."""
    frame = np.full((480, 640), 200, np.uint8)
    for size, grey in ((28, 20), (20, 200), (12, 20)):
        frame[240 - size : 240 + size, 320 - size : 320 + size] = grey
    return frame


def empty(seed: int = 1) -> np.ndarray:
    grain = np.random.default_rng(seed).normal(128, 60, (480, 640)).astype(np.float32)
    return np.clip(cv2.GaussianBlur(grain, (0, 0), 2) * 2 - 128, 0, 255).astype(np.uint8)


def texts(found: list[engines.Found]) -> list[str]:
    return engines.in_order(found)


def finders_of(frame: np.ndarray) -> list[finding.FinderPattern]:
    return finding.finders(finding.black_and_white(frame))


@pytest.mark.parametrize("turn", [0, 30, 45, 77, 180])
def test_the_three_eyes_are_found_however_the_square_is_turned(turn: int):
    place = cv2.getRotationMatrix2D((319.5, 239.5), turn, 1)
    frame = cv2.warpAffine(badge(), place, (640, 480), borderValue=120)
    corner = (480 - 29 * 8) / 2 + (4 + 3.5) * 8
    expected = [(x, y) for x, y in ((corner + 80, corner), (corner + 192, corner), (corner + 80, corner + 112))]
    for at in expected:
        x, y = place @ (*at, 1)
        assert any(np.hypot(finder.x - x, finder.y - y) < 4 for finder in finders_of(frame))


def test_noise_has_no_whole_eye():
    for seed in range(5):
        assert not scene(empty(seed)).promising
    assert scene(badge()).promising


def test_a_tilted_square_is_laid_flat():
    frame = tilted(badge())
    dark = finding.black_and_white(frame)
    flat = sampling.lay_flat(frame, finding.triples(finding.finders(dark), dark, 1)[0], 1)[0]
    assert flat.modules == 21
    read = next(sampling.decisions(sampling.levels(flat)))
    assert np.count_nonzero(read != np.array(matrix(TEXT))) <= 2


def test_a_square_on_folded_cloth_is_pulled_straight():
    frame = on_cloth(badge())
    assert texts(steps.PLAIN(frame)) == []
    assert texts(squares(scene(frame), STILL)) == [TEXT]


def test_of_several_squares_each_is_read_where_it_lies():
    frame = on_cloth(badge())
    both = np.hstack([frame, on_cloth(badge(text="PM00B12345"))])
    assert texts(squares(scene(both), STILL)) == [TEXT, "PM00B12345"]


def test_a_square_already_known_is_not_read_again():
    known = steps.PLAIN(badge())
    assert texts(known) == [TEXT]
    assert squares(scene(badge()), STILL, known) == []


def bulging(frame: np.ndarray) -> np.ndarray:
    """Round a wrist: the middle of the square lies three modules above where its corners say."""
    y, x = np.mgrid[0:480, 0:640].astype(np.float32)
    return cv2.remap(frame, x, y - 24 * np.cos((x - 320) / 65).astype(np.float32), cv2.INTER_LINEAR)


def test_a_square_that_bulges_is_read_from_where_it_bends():
    frame = bulging(badge())
    assert texts(steps.PLAIN(frame)) == []
    view = scene(frame)
    assert squares(view, replace(STILL, bends=0)) == []
    assert texts(squares(view, BENT)) == [TEXT]


def test_a_budget_that_is_over_begins_nothing():
    over = Budget(0)
    assert over.over
    assert squares(scene(bulging(badge())), STILL, budget=over) == []
    assert half_hidden(scene(badge()), STILL, over) == []
    assert not Budget(1_000).over


@pytest.mark.parametrize("corner", [(0, 0), (0, 1), (1, 0)], ids=["corner", "right", "below"])
def test_a_square_with_an_eye_under_a_thumb_is_read(corner: tuple[int, int]):
    frame = badge()
    row, column = (240 + (each * 2 - 1) * 7 * 8 for each in corner)
    cv2.circle(frame, (320 + column - 240, row), 30, 150, -1)
    assert texts(steps.PLAIN(frame)) == []
    assert texts(half_hidden(scene(frame), STILL)) == [TEXT]


@pytest.mark.parametrize(
    ("version", "correction"), [*product((1, 2, 7, 10), (qrcode.ERROR_CORRECT_M, qrcode.ERROR_CORRECT_H))]
)
def test_what_is_known_to_be_unseen_is_mended(version: int, correction: int):
    square = qrcode.QRCode(version=version, error_correction=correction, border=0)
    square.add_data("PM01234")
    square.make(fit=False)
    dark = np.array(square.modules, bool)
    level = np.where(dark, 20, 235).astype(np.float32)
    whole = mending.mended(level, dark)
    assert whole is not None
    assert (whole == dark).all()
    hidden = int(len(dark) * 0.2)
    level[-hidden:, -hidden:] = 130
    seen = next(sampling.decisions(level))
    assert texts(engines.drawn_anew(sampling.drawn(mending.mended(level, seen)))) == ["PM01234"]


def test_mending_proves_itself_or_gives_up():
    """Random modules are never mended: 3 spare codewords would let one square in 10^7 through."""
    rng = np.random.default_rng(3)
    for _ in range(60):
        level = rng.uniform(0, 255, (21, 21)).astype(np.float32)
        assert mending.mended(level, level < 128) is None


@pytest.mark.parametrize("spare", [7, 10, 13, 28])
def test_a_block_is_corrected_as_far_as_its_spare_codewords_go(spare: int):
    """Half as many wrong codewords as there are spare ones, or all but three where it is known which."""
    rng = np.random.default_rng(spare)
    block = encoded(rng.integers(0, 256, 20).tolist(), spare)
    wrong = list(block)
    for place in rng.permutation(len(block))[: spare // 2]:
        wrong[place] ^= int(rng.integers(1, 256))
    assert mending.corrected(wrong, spare, []) == block
    unseen = rng.permutation(len(block))[: spare - mending.SPARE].tolist()
    wrong = [0 if place in unseen else each for place, each in enumerate(block)]
    assert mending.corrected(wrong, spare, unseen) == block


def encoded(data: list[int], spare: int) -> list[int]:
    """A block with its spare codewords: the remainder by the generator, as the standard has it."""
    generator = [1]
    for power in range(spare):
        generator = [
            one ^ (mending.EXP[mending.LOG[other] + power] if other else 0)
            for one, other in zip([*generator, 0], [0, *generator], strict=True)
        ]
    rest = [*data, *[0] * spare]
    for place in range(len(data)):
        factor = rest[place]
        for index, each in enumerate(generator):
            if factor and each:
                rest[place + index] ^= mending.EXP[mending.LOG[factor] + mending.LOG[each]]
    return [*data, *rest[len(data) :]]


def test_what_was_just_drawn_is_read_back_without_the_reader():
    both = np.hstack([badge(scale=3), badge(scale=3, text="PM00B12345")])
    assert engines.upright(both) == [TEXT, "PM00B12345"]
    assert engines.upright(empty()) == []


def test_a_dark_picture_is_brightened_and_a_bright_one_left_alone():
    dim = (badge() * 0.06).astype(np.uint8)
    assert stages.brightened(dim).max() > 150
    assert stages.brightened(badge()) is not None
    assert (stages.brightened(badge()) == badge()).all()
    flat = np.full((480, 640), 7, np.uint8)
    assert (stages.brightened(flat) == flat).all()


def test_far_away_and_out_of_focus_wants_both():
    small = cv2.GaussianBlur(badge(scale=2), (0, 0), 1.2)
    assert texts(steps.PLAIN(small)) == []
    assert texts(steps.CRISP(small)) == [TEXT]


def test_a_large_picture_is_reduced_for_the_dear_steps():
    assert stages.reduced(np.zeros((2_000, 2_000), np.uint8)).size <= 1280 * 800
    assert stages.reduced(badge()) is not None


def test_live_and_still_read_a_turned_and_an_inverted_badge():
    for frame in (np.rot90(badge()), 255 - badge(), badge()[:, ::-1]):
        assert Session().read(np.ascontiguousarray(frame)) == [TEXT]
        assert read_still(np.ascontiguousarray(frame)) == [TEXT]


def test_every_step_has_its_turn_within_a_few_empty_frames():
    session = Session()
    tried: set[str] = set()
    for seed in range(30):
        session.read(empty(seed))
        tried |= {*session.tried}
    assert tried >= {step.name for step in LIVE_STEPS}


def test_an_empty_frame_spends_its_share_and_no_more():
    """Counted in what the steps cost by nature: a slow box counts the same."""
    session = Session()
    cost = {step.name: step.cost for step in LIVE_STEPS}
    spent = 0.0
    for seed in range(20):
        session.read(empty(seed))
        spent += sum(cost.get(name, 0) for name in session.tried)
    assert spent <= 20 * steps.LIVE_SHARE + steps.MOST_SAVED


def test_a_frame_that_shows_an_eye_gets_what_the_empty_ones_saved(monkeypatch: pytest.MonkeyPatch):
    given: list[bool] = []
    monkeypatch.setattr(Session, "_in_turn", lambda _self, _grey, _budget, *, promising: given.append(promising) or [])
    session = Session()
    for frame in (empty(1), whole_eye_alone(), empty(2)):
        session.read(frame)
    assert given == [False, True, False]


def test_a_square_the_engine_sees_and_cannot_read_is_looked_at_more_closely():
    frame = badge(scale=5)
    frame[222:262, 300:372] = 128
    session = Session()
    session.read(frame)
    assert steps.CLOSER in session.tried
    for seed in range(10):
        session.read(empty(seed))
        assert steps.CLOSER not in session.tried


def test_a_still_picture_ends_a_cameras_memory():
    def asked(kind: bytes, frame: np.ndarray) -> None:
        answering.answer(kind + cv2.imencode(".png", frame)[1].tobytes(), lambda _word: None)

    answering = Answering()
    asked(b"L", empty())
    first = answering.session
    asked(b"L", empty(2))
    assert answering.session is first
    asked(b"S", empty(3))
    assert answering.session is not first
    assert answering.session.tried == []
