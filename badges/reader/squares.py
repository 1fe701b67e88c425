"""From the eyes in a picture to texts: each square laid flat, pulled straight, read module by module, mended."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from badges.reader.engines import Found, drawn_anew
from badges.reader.finding import Eye, Triple, black_and_white, eyes, pairs, triples
from badges.reader.mending import mended
from badges.reader.pictures import Grey
from badges.reader.sampling import Flat, Floats, decisions, drawn, lay_flat, levels, unbent

_LIKE_ENOUGH = 0.25  # below this likeness nothing was ever read
_MENDABLE = 0.5  # mending trusts the grid: only where the marks that every square has are seen
_PAIR_LEAST = 0.3  # two eyes say less: more of the other marks must be seen
_PAIR_MENDABLE = 0.5
_SPREADS = (2.5, 1.3)  # modules; a smooth bend first, then its details


@dataclass(frozen=True)
class Effort:
    """How much is tried: how many triples of eyes, and how many sizes for each; how many pairs of eyes."""

    triples: int
    sizes: int
    pairs: int


LIVE = Effort(triples=2, sizes=1, pairs=1)
STILL = Effort(triples=6, sizes=3, pairs=4)


@dataclass(frozen=True)
class Seen:
    """What one square in one frame showed: the grey of each module, how much it looks like a square, and its text."""

    level: Floats
    likeness: float
    middle: tuple[float, float]
    reach: float
    text: str | None

    def found(self, text: str) -> Found:
        """The square with this text, as the engines answer."""
        return Found(*self.middle, text, self.reach)


@dataclass(frozen=True)
class Scene:
    """A picture with the eyes in it: found once, looked at in more than one way."""

    grey: Grey
    dark: Grey
    eyes: list[Eye]


def scene(grey: Grey) -> Scene:
    """The picture and its eyes."""
    dark = black_and_white(grey)
    return Scene(grey, dark, eyes(dark))


def squares(scene: Scene, effort: Effort, known: Iterable[Found] = ()) -> Iterator[Seen]:
    """Each square that is not among the `known` ones, read or not."""
    taken = list(known)
    for triple in triples(scene.eyes, scene.dark, effort.triples):
        if any(_overlap(triple, other) for other in taken):
            continue
        best = _best(list(_tried(scene.grey, triple, effort)))
        if best is not None:
            yield best
            if best.text:
                taken.append(best.found(best.text))


def half_hidden(scene: Scene, effort: Effort) -> Found | None:
    """A square with one of its eyes hidden: of 23 cards under a thumb that nothing else reads, 11
    are read so."""
    flats = []
    for triple in pairs(scene.eyes, scene.dark, effort.pairs):
        flats += [(flat, triple) for flat in lay_flat(scene.grey, triple, 1, least=_PAIR_LEAST)]
    flats.sort(key=lambda each: -each[0].likeness)
    for flat, triple in flats[: effort.triples]:
        for each in _straightened(flat):
            text = text_of(levels(each), mend=each.likeness > _PAIR_MENDABLE)
            if text:
                return Found(*triple.middle, text, triple.reach)
    return None


def text_of(level: Floats, *, mend: bool) -> str | None:
    """The text in a square of which each module's grey is known; `mend` allows guessing at what is not seen."""
    for dark in decisions(level):
        for found in drawn_anew(drawn(dark)):
            return found.text
    if mend:
        dark = next(decisions(level))
        whole = mended(level, dark)
        if whole is not None:
            return next((found.text for found in drawn_anew(drawn(whole))), None)
    return None


def _overlap(triple: Triple, other: Found) -> bool:
    """Whether they are one square, or one lies in the other: a square drawn in a square is no second badge."""
    near = max(triple.reach, other.reach)
    return abs(other.x - triple.middle[0]) < near and abs(other.y - triple.middle[1]) < near


def _tried(grey: Grey, triple: Triple, effort: Effort) -> Iterator[Seen]:
    """The square in each size it may have, as it lies and then pulled straight, until one has a text."""
    middle, reach = triple.middle, triple.reach
    for flat in lay_flat(grey, triple, effort.sizes):
        if flat.likeness < _LIKE_ENOUGH:
            continue
        for each in _straightened(flat):
            level = levels(each)
            text = text_of(level, mend=each.likeness > _MENDABLE)
            yield Seen(level, each.likeness, middle, reach, text)
            if text:
                return


def _straightened(flat: Flat) -> Iterator[Flat]:
    yield flat
    for spread in _SPREADS:
        flat = unbent(flat, spread)
        yield flat


def _best(tried: list[Seen]) -> Seen | None:
    """The one that has a text, else the likeliest."""
    return max(tried, key=lambda each: (each.text is not None, each.likeness), default=None)
