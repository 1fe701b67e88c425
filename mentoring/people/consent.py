"""Whose name screens in rooms and hallways may show: asked of each mentor, and written down for many at once (P12)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlite_utils import Database

from mentoring.people import mentors
from mentoring.people.mentors import Consent, Mentor, MentorState
from mentoring.store.database import write

# words

OPEN = (Consent.NOT_ASKED, Consent.PROPOSED)

# rules


def not_settled(known: Iterable[Mentor]) -> list[Mentor]:
    """The active mentors of whom nobody has said whether their name may be shown, or has confirmed what a file says."""
    return [each for each in known if each.state is MentorState.ACTIVE and each.consent in OPEN]


def answer_of(shown: Consent, *, ticked: bool, all_asked: bool) -> Consent:
    """What one row of the list says. An empty tick of somebody who was not asked says no only with `all_asked`."""
    if ticked:
        return Consent.AGREED
    if shown is Consent.AGREED or all_asked:
        return Consent.REFUSED
    return Consent.NOT_ASKED if shown is Consent.PROPOSED else shown


# actions


def record(
    db: Database, shown: Mapping[int, Consent], *, agreed: Collection[int], all_asked: bool, by: str, now: datetime
) -> tuple[Mentor, ...]:
    """Write down who agreed, from a list that showed these mentors with these consents. Twice counts once.

    Rows that say what the list showed change nothing. Whoever was changed since the list was made, or has left, stays
    as they are and is returned, unless the list says the same.
    """
    with write(db):
        known = mentors.by_ids(db, shown)
        said = {
            mentor_id: answer_of(was, ticked=mentor_id in agreed, all_asked=all_asked)
            for mentor_id, was in shown.items()
            if mentor_id in known
        }
        wanted = {each: consent for each, consent in said.items() if consent is not known[each].consent}
        late = {each for each in wanted if known[each].consent is not shown[each]}
        late |= {each for each in wanted if known[each].state is MentorState.LEFT}
        new = {each: consent for each, consent in wanted.items() if each not in late}
        for mentor_id, consent in new.items():
            mentors.set_consent(db, mentor_id, consent)
        mentors.note_consent(db, new, by=by, now=now)
    return tuple(known[each] for each in sorted(late) if said[each] is not shown[each])
