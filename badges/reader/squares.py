"""From finder patterns to texts: each square is rectified, straightened, sampled and corrected."""

from collections.abc import Iterable
from dataclasses import dataclass

from badges.reader.bending import straightened
from badges.reader.budget import ENDLESS, Budget
from badges.reader.engines import Found, drawn_anew
from badges.reader.finding import FinderPattern, Triple, black_and_white, finders, pairs, triples, whole_finders
from badges.reader.mending import mended
from badges.reader.pictures import Grey
from badges.reader.sampling import Flat, Floats, decisions, drawn, lay_flat, levels, unbent

_LIKE_ENOUGH = 0.25  # below this likeness nothing was ever read
_MENDABLE = 0.5  # mending trusts the grid: only where the marks that every square has are seen
_PAIR_LEAST = 0.3  # two finder patterns prove less: more of the other marks must be seen
_BENDABLE = 0.35  # below this likeness hardly a bend was ever found
_SPREADS = (2.5, 1.3)  # modules


@dataclass(frozen=True)
class Effort:
    """How much is tried: how many triples of finder patterns, how many sizes for each, how many pairs; and for how many
    squares the bend is fitted, which takes 30 ms each."""

    triples: int
    sizes: int
    pairs: int
    bends: int = 0


GLANCE = Effort(triples=1, sizes=1, pairs=1)
LIVE = Effort(triples=2, sizes=1, pairs=1)
BENT = Effort(triples=1, sizes=1, pairs=0, bends=1)
STILL = Effort(triples=6, sizes=3, pairs=4, bends=2)


@dataclass(frozen=True)
class Scene:
    """A picture and its finder patterns, found once for several searches."""

    grey: Grey
    dark: Grey
    finders: list[FinderPattern]

    @property
    def promising(self) -> bool:
        """Whether any finder pattern has four corners: none of 57 rooms and textures has one."""
        return bool(whole_finders(self.finders, self.dark))


def scene(grey: Grey) -> Scene:
    """The picture and its finder patterns."""
    dark = black_and_white(grey)
    return Scene(grey, dark, finders(dark))


def squares(
    scene: Scene, effort: Effort, known: Iterable[Found] = (), budget: Budget = ENDLESS, *, seen: bool = False
) -> list[Found]:
    """Each square that is not among the `known` ones. Of 179 photographs 10 are read only so, most of them on cloth.

    With `seen` also those that surely are squares and are not read, their text empty.
    """
    read: list[Found] = []
    unread: list[tuple[Flat, Triple]] = []
    for triple in triples(scene.finders, scene.dark, effort.triples):
        if budget.over:
            return read
        if not apart(Found(*triple.middle, "", triple.reach, ()), (*known, *read)):
            continue
        flats = lay_flat(scene.grey, triple, effort.sizes)
        texts = ((flat, _text(flat, _LIKE_ENOUGH, budget)) for flat in flats)
        if found := next((_found(triple, flat, text) for flat, text in texts if text), None):
            read.append(found)
        else:
            unread += [(flat, triple) for flat in flats[:1] if flat.likeness > _BENDABLE]
    unread.sort(key=lambda each: -each[0].likeness)
    surely = [_found(triple, flat, "") for flat, triple in unread if seen and flat.likeness > _MENDABLE]
    for flat, triple in unread[: effort.bends]:
        if not budget.over and apart(_found(triple, flat, ""), read):
            flat = straightened(scene.grey, flat, budget)
            if text := _text(flat, _LIKE_ENOUGH, budget):
                read.append(_found(triple, flat, text))
    return [*read, *(each for each in surely if apart(each, read))]


def half_hidden(scene: Scene, effort: Effort, budget: Budget = ENDLESS) -> list[Found]:
    """Squares with one finder pattern hidden: of 23 cards under a thumb that nothing else reads, 11 are read so."""
    flats: list[tuple[Flat, Triple]] = []
    for triple in pairs(scene.finders, scene.dark, effort.pairs):
        if not budget.over:
            flats += [(flat, triple) for flat in lay_flat(scene.grey, triple, 1, least=_PAIR_LEAST)]
    flats.sort(key=lambda each: -each[0].likeness)
    for flat, triple in flats[: effort.triples]:
        if text := _text(flat, _PAIR_LEAST, budget):
            return [_found(triple, flat, text)]
    return []


def text_of(level: Floats, *, mend: bool) -> str | None:
    """The text in a square of which each module's grey is known; `mend` allows erasure correction."""
    for dark in decisions(level):
        for found in drawn_anew(drawn(dark)):
            return found.text
    if mend:
        dark = next(decisions(level))
        whole = mended(level, dark)
        if whole is not None:
            return next((found.text for found in drawn_anew(drawn(whole))), None)
    return None


def _found(triple: Triple, flat: Flat, text: str) -> Found:
    corners = tuple((float(x), float(y)) for x, y in flat.corners)
    return Found(*triple.middle, text, triple.reach, corners)


def apart(one: Found, others: Iterable[Found]) -> bool:
    """Whether it is none of the others, nor in one of them: a square drawn in a square is no second badge."""
    for other in others:
        near = max(one.reach, other.reach)
        if abs(other.x - one.x) < near and abs(other.y - one.y) < near:
            return False
    return True


def _text(flat: Flat, least: float, budget: Budget) -> str | None:
    """The text of a square as it is, or straightened: a smooth bend first, then its details."""
    if flat.likeness < least:
        return None
    for spread in (None, *_SPREADS):
        if budget.over:
            return None
        if spread:
            flat = unbent(flat, spread)
        if text := text_of(levels(flat), mend=flat.likeness > _MENDABLE):
            return text
    return None
