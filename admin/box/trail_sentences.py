"""What the trail says: each journal row as a sentence of its area. Names are joined in here, never stored."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from mentoring.basics.spreadsheets import disarmed
from mentoring.box.trail import Entry

_ACTORS = {
    "kiosk": "The kiosk",
    "command line": "The command line",
    "set-up": "Set-up",
    "close of day": "The box",
    "keeper": "The box",
}


class Names:
    """Whom ids stand for, as far as whoever reads may know; `mentor 7` where they may not, or where nobody is left."""

    def __init__(
        self, mentors: Mapping[int, str], staff: Mapping[int, str], drop_in: Callable[[int], str | None]
    ) -> None:
        self._people = {"mentor": mentors, "staff": staff}
        self._drop_in = drop_in

    def person(self, kind: str, who: object) -> str:
        """One person."""
        known = self._people[kind].get(who) if isinstance(who, int) else None
        return known or (f"staff member {who}" if kind == "staff" else f"mentor {who}")

    def people(self, who: object) -> str:
        """Several mentors."""
        told = [self.person("mentor", each) for each in who] if isinstance(who, list) else []
        return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told) or "nobody"

    def drop_in(self, which: object) -> str:
        """One drop-in, by its day and room."""
        return (self._drop_in(which) if isinstance(which, int) else None) or f"drop-in {which}"

    def actor(self, actor: str) -> str:
        """Whoever did it."""
        kind, _, which = actor.partition(" ")
        if kind in self._people and which.isdecimal() and len(which) < 18:
            return self.person(kind, int(which))
        return _ACTORS.get(actor, actor)


def sentence(entry: Entry, names: Names, sentences: Mapping[str, str]) -> str:
    """The row as a person reads it: who did what to whom. `sentences` are the areas', by kind (`Area.trail`).

    A kind without one is shown as it is noted.
    """
    about = entry.about
    told = defaultdict(lambda: "?", {name: str(value) for name, value in about.items()})
    told["mentor"] = names.person("mentor", about.get("mentor"))
    told["mentors"] = names.people(about.get("mentors"))
    told["staff"] = names.person("staff", about.get("staff"))
    told["drop_in"] = names.drop_in(about.get("drop_in"))
    told["left"], told["moved"] = names.people(about.get("left")), names.people(about.get("moved"))
    told["mentor_or_programme"] = told["mentor"] if about.get("mentor") else "the programme"
    told["staff_or_paper"] = told["staff"] if about.get("staff") else "the recovery key's paper"
    what = sentences.get(entry.what, entry.what)
    said = f"{names.actor(entry.actor)} {what.format_map(told)}."
    return said[0].upper() + said[1:]


def kind_words(what: str) -> str:
    """A kind of thing, for a list to choose from: `badge: printed`."""
    return what.replace(".", ": ", 1).replace("_", " ")


def cells(entry: Entry, said: str, at: str) -> list[Any]:
    """One row for a spreadsheet, with nothing in it that begins a formula."""
    return [entry.id, at, disarmed(said), disarmed(entry.what)]
