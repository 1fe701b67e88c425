"""Reed-Solomon error and erasure correction (GF(256), ISO/IEC 18004), for modules under a thumb or a glare.

Correcting a wrong codeword at an unknown place costs two spare codewords, an erasure at a known place only one.
Off-the-shelf decoders get black or white and know no erasures. Here each module has a sureness, so the least sure
codewords are taken as erasures, and the corrected square goes to the decoder.
"""

from collections.abc import Iterator
from functools import cache
from itertools import islice

import cv2
import numpy as np
import numpy.typing as npt
from qrcode import util
from qrcode.base import rs_blocks

from badges.reader.sampling import Floats, pattern

Modules = npt.NDArray[np.bool_]

SPARE = 3  # codewords that must remain to prove a corrected block: of noise at most one square in 10^7 passes
_LARGEST = 57  # modules a side; more would take longer than a frame has

_FIELD = 0x11D
EXP = [1] * 512
for _power in range(1, 512):
    EXP[_power] = EXP[_power - 1] << 1 ^ (_FIELD if EXP[_power - 1] & 0x80 else 0)
LOG = {EXP[power]: power for power in range(255)}


def mended(level: Floats, dark: Modules) -> Modules | None:
    """The square as it was drawn, or None where too little of it is seen. `level` is each module's grey."""
    modules = len(dark)
    if modules > _LARGEST:
        return None
    sure = sureness(level, dark)
    correction, mask = _format(dark, sure)
    rows, columns = _path(modules)
    hidden = _mask(mask, rows, columns)
    bits = (dark[rows, columns] ^ hidden)[: len(rows) // 8 * 8].reshape(-1, 8)
    words = np.packbits(bits, axis=1).ravel()
    doubt = sure[rows, columns][: bits.size].reshape(-1, 8).min(1)
    new = words.copy()
    for places, spare in _blocks(modules, correction):
        block = _block(words[places].tolist(), doubt[places], spare)
        if block is None:
            return None
        new[places] = block
    whole = dark.copy()
    whole[rows[: bits.size], columns[: bits.size]] = np.unpackbits(new).astype(bool) ^ hidden[: bits.size]
    _write_format(whole, correction, mask)
    return whole


def sureness(level: Floats, dark: Modules) -> Floats:
    """How clearly each module is dark or light, 0 to 1; low for a grey in between, or among modules that are alike."""
    black = float(np.median(level[dark])) if dark.any() else 0.0
    white = float(np.median(level[~dark])) if not dark.all() else 255.0
    contrast = max(1.0, white - black)
    edge = np.abs(level - cv2.GaussianBlur(level, (0, 0), 3)) / contrast * 2
    kernel = np.ones((3, 3), np.uint8)
    lively = (cv2.dilate(level, kernel) - cv2.erode(level, kernel)) / contrast
    lively = cv2.blur(lively, (3, 3))
    return np.asarray(np.clip(edge, 0, 1) * np.clip(lively, 0, 1), np.float32)


def corrected(word: list[int], spare: int, unseen: list[int]) -> list[int] | None:
    """A block of codewords, the last `spare` of them there for correction, without its errors; None where it cannot be.

    `unseen` are places whose value is not to be trusted. Berlekamp-Massey, started with the erasure locator.
    """
    syndromes = [_value(word, power) for power in range(spare)]
    if not any(syndromes):
        return word
    length = len(word)
    locator = [1]
    for place in unseen:
        locator = _times(locator, [1, EXP[length - 1 - place]])
    before, degree = locator, len(unseen)
    for step in range(len(unseen), spare):
        gap = 0
        for index, factor in enumerate(locator[: step + 1]):
            gap ^= _product(factor, syndromes[step - index])
        before = [0, *before]
        if gap:
            grown = _plus(locator, [_product(gap, factor) for factor in before])
            if 2 * degree <= step + len(unseen):
                before = [_product(factor, EXP[255 - LOG[gap]]) for factor in locator]
                degree = step + 1 + len(unseen) - degree
            locator = grown
    while locator and not locator[-1]:
        locator.pop()
    errors = len(locator) - 1
    if errors + (errors - len(unseen)) + (SPARE if unseen else 0) > spare:
        return None
    return _filled(word, spare, locator, _times(syndromes, locator)[:spare])


def _filled(word: list[int], spare: int, locator: list[int], evaluator: list[int]) -> list[int] | None:
    """The block with each error at the locator's roots put right (Forney's formula)."""
    right = list(word)
    slope = [factor if index % 2 else 0 for index, factor in enumerate(locator)][1:]
    roots = 0
    for place in range(len(word)):
        power = len(word) - 1 - place
        inverse = (255 - power) % 255
        if _value(locator[::-1], inverse):
            continue
        roots += 1
        below = _value(slope[::-1], inverse)
        if not below:
            return None
        amount = _product(_value(evaluator[::-1], inverse), EXP[255 - LOG[below]])
        right[place] ^= _product(amount, EXP[power])
    if roots != len(locator) - 1 or any(_value(right, power) for power in range(spare)):
        return None
    return right


def _block(word: list[int], doubt: npt.NDArray[np.float32], spare: int) -> list[int] | None:
    """The block corrected with no erasures, then with more and more of the least sure codewords as erasures."""
    order = np.argsort(doubt).tolist()
    for count in dict.fromkeys((0, spare // 4, spare // 2, 3 * spare // 4, spare - SPARE)):
        if 0 <= count <= spare - SPARE and (right := corrected(word, spare, order[:count])) is not None:
            return right
    return None


def _product(one: int, other: int) -> int:
    return EXP[LOG[one] + LOG[other]] if one and other else 0


def _plus(one: list[int], other: list[int]) -> list[int]:
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    return [a ^ b for a, b in zip(longer, shorter, strict=False)] + longer[len(shorter) :]


def _times(one: list[int], other: list[int]) -> list[int]:
    total = [0] * (len(one) + len(other) - 1)
    for shift, factor in enumerate(other):
        for index, each in enumerate(one):
            total[index + shift] ^= _product(each, factor)
    return total


def _value(factors: list[int], power: int) -> int:
    """A polynomial (highest coefficient first) evaluated at the generator raised to `power`."""
    value = 0
    for factor in factors:
        value = (EXP[LOG[value] + power] if value else 0) ^ factor
    return value


@cache
def _path(modules: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Rows and columns of the modules that carry codewords, in their order: up and down in pairs of columns."""
    taken = pattern(modules)[1].copy()
    taken[:9, :9] = taken[:9, modules - 8 :] = taken[modules - 8 :, :9] = True
    if modules >= 45:
        taken[:6, modules - 11 :] = taken[modules - 11 :, :6] = True
    places = []
    for turn, right in enumerate([each for each in range(modules - 1, 0, -2) if each > 6] + [5, 3, 1]):
        for step in range(modules):
            row = step if turn % 2 else modules - 1 - step
            places += [(row, column) for column in (right, right - 1) if not taken[row, column]]
    rows, columns = zip(*places, strict=True)
    return np.array(rows), np.array(columns)


@cache
def _blocks(modules: int, correction: int) -> list[tuple[npt.NDArray[np.intp], int]]:
    """Which codewords, in the square's order, make each block, and how many of them are there for correction."""
    blocks = rs_blocks((modules - 17) // 4, correction)
    places: list[list[int]] = [[] for _ in blocks]
    counter = iter(range(sum(block.total_count for block in blocks)))
    for kind in ([each.data_count for each in blocks], [each.total_count - each.data_count for each in blocks]):
        for index in range(max(kind)):
            for block, count in enumerate(kind):
                if index < count:
                    places[block] += islice(counter, 1)
    return [(np.array(at), each.total_count - each.data_count) for at, each in zip(places, blocks, strict=True)]


def _mask(mask: int, row: npt.NDArray[np.intp], column: npt.NDArray[np.intp]) -> Modules:
    """Which modules one of the eight masks inverts."""
    both = row * column
    turned = (
        (row + column) % 2,
        row % 2,
        column % 3,
        (row + column) % 3,
        (row // 2 + column // 3) % 2,
        both % 2 + both % 3,
        (both % 2 + both % 3) % 2,
        (both % 3 + (row + column) % 2) % 2,
    )[mask]
    return np.asarray(turned == 0)


def _format_places(modules: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """Each bit of the format, twice, with its row and column."""
    for bit in range(15):
        yield bit, (bit if bit < 6 else bit + 1 if bit < 8 else modules - 15 + bit, 8)
        yield bit, (8, modules - 1 - bit if bit < 8 else 7 if bit == 8 else 14 - bit)


def _format(dark: Modules, sure: Floats) -> tuple[int, int]:
    """Correction level and mask: of the 32 format words, the one nearest to what is seen, weighted by sureness."""
    votes = np.zeros(15)
    for bit, place in _format_places(len(dark)):
        votes[bit] += (1 if dark[place] else -1) * (0.1 + sure[place])
    best = max(range(32), key=lambda each: float(votes @ _format_signs(each)))
    return best >> 3, best & 7


@cache
def _format_signs(kind: int) -> npt.NDArray[np.float64]:
    bits = util.BCH_type_info(kind)
    return np.array([1.0 if bits >> bit & 1 else -1.0 for bit in range(15)])


def _write_format(dark: Modules, correction: int, mask: int) -> None:
    bits = util.BCH_type_info(correction << 3 | mask)
    for bit, place in _format_places(len(dark)):
        dark[place] = bool(bits >> bit & 1)
    dark[len(dark) - 8, 8] = True
