"""Turns journal rows into sentences. Rows store ids; names are looked up here."""

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
    "staff-room screen": "The staff room's link",
    "trusted screen": "The staff room's trusted screen",
}


class Names:
    """Names for ids. An id without a name (erased, or hidden from the reader) becomes `mentor 7` or `drop-in 7`."""

    def __init__(
        self, mentors: Mapping[int, str], staff: Mapping[int, str], drop_in: Callable[[int], str | None]
    ) -> None:
        self._people = {"mentor": mentors, "staff": staff}
        self._drop_in = drop_in

    def person(self, kind: str, who: object) -> str:
        """The name of one person."""
        known = self._people[kind].get(who) if isinstance(who, int) else None
        return known or (f"staff member {who}" if kind == "staff" else f"mentor {who}")

    def people(self, who: object) -> str:
        """The names of several mentors, joined with commas and `and`."""
        told = [self.person("mentor", each) for each in who] if isinstance(who, list) else []
        return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told) or "nobody"

    def drop_in(self, which: object) -> str:
        """A drop-in by its date and room."""
        return (self._drop_in(which) if isinstance(which, int) else None) or f"drop-in {which}"

    def actor(self, actor: str) -> str:
        """The name of the actor of a row."""
        kind, _, which = actor.partition(" ")
        if kind in self._people and which.isdecimal() and len(which) < 18:
            return self.person(kind, int(which))
        return _ACTORS.get(actor, actor)


def sentence(entry: Entry, names: Names, sentences: Mapping[str, str]) -> str:
    """The row as a sentence: who did what to whom. `sentences` maps kinds to templates (`Area.trail`).

    A kind without a template is shown by its code.
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
    """A kind of row as words for a list: `badge: printed`."""
    return what.replace(".", ": ", 1).replace("_", " ")


def cells(entry: Entry, said: str, at: str) -> list[Any]:
    """The cells of one row for a spreadsheet; none can start a formula (P23)."""
    return [entry.id, at, disarmed(said), disarmed(entry.what)]
