"""The actions of cover: ask, take, swap, undo, approve; the same one from both doors at once takes effect once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from mentoring.basics import clock, forms
from mentoring.basics.forms import Fault
from mentoring.people import fitness, mentors
from mentoring.people.mentors import MentorState
from mentoring.planning import rota
from mentoring.planning.cover.memory import (
    afterwards,
    by_id,
    live_of,
    new_request,
    same_swap,
    set_state,
    unsettled,
)
from mentoring.planning.cover.rules import after_undo
from mentoring.planning.cover.words import Answer, Code, Earlier, Kind, Request, State
from mentoring.school import school_year
from mentoring.store import journal
from mentoring.store.database import write

# actions


def ask(db: Database, drop_in_id: int, mentor_id: int, kind: Kind, *, by: str, now: datetime) -> Answer:
    """Say that a mentor cannot come to a drop-in that has not begun: they are excused, and the place needs cover."""
    with write(db):
        drop_in = school_year.by_id(db, drop_in_id)
        if now >= drop_in.starts or drop_in.closed:
            return Answer(Code.TOO_LATE)
        if mentor_id not in rota.placed(db, drop_in_id):
            return Answer(Code.NOT_DUE)
        if known := live_of(db, drop_in_id, mentor_id):
            return Answer(Code.ASKED if known.state is State.OPEN else Code.TAKEN, known)
        request_id = new_request(db, drop_in_id, mentor_id, kind, now=now)
        journal.note(db, "cover.asked", actor=by, now=now, request=request_id, drop_in=drop_in_id, mentor=mentor_id)
        return Answer(Code.ASKED, by_id(db, request_id))


def note_asked(db: Database, request_id: int, mentor_ids: Iterable[int], *, by: str, now: datetime) -> None:
    """Remember who was asked to cover: others are asked first next time. Asking twice for one request counts once."""
    with write(db):
        asked = []
        for mentor_id in mentor_ids:
            new = db.execute(
                """
                insert into cover_asked (request_id, mentor_id, at) values (:request, :mentor, :now)
                on conflict do nothing""",
                {"request": request_id, "mentor": mentor_id, "now": clock.to_text(now)},
            )
            asked += [mentor_id] if new.rowcount else []
        if asked:
            journal.note(db, "cover.offered", actor=by, now=now, request=request_id, mentors=asked)


def take(db: Database, request_id: int, mentor_id: int, *, by: str, now: datetime) -> Answer:
    """Take another's place. Of two who tap at the same time one gets it; the other is told that it is taken."""
    with write(db):
        request, mentor = by_id(db, request_id), mentors.mentor(db, mentor_id)
        if request is None or mentor is None or mentor_id == request.mentor.id:
            return Answer(Code.GONE, request)
        if request.taken_by is not None and request.taken_by.id == mentor_id and request.state is not State.WITHDRAWN:
            return Answer(Code.PASSED if request.state is State.APPROVED else Code.TAKEN, request)
        if request.state is not State.OPEN:
            return Answer(Code.GONE, request)
        if now >= request.drop_in.ends or request.drop_in.closed:
            return Answer(Code.TOO_LATE, request)
        if not fitness.is_fit(mentor):
            return Answer(Code.NOT_FIT, request)
        return _agree(db, request, mentor_id, back=None, by=by, now=now)


def swap(
    db: Database,
    *,
    mentor_id: int,
    gives: int,
    other_id: int,
    other_gives: int,
    kind: Kind = Kind.OTHER,
    by: str,
    now: datetime,
) -> Answer:
    """Two mentors, both of whom have scanned, give each other a drop-in each (by id) that has not begun.

    If one of them had asked for cover for that drop-in, the swap fills the place. The same swap sent twice counts once.
    """
    with write(db):
        drop_ins = [school_year.by_id(db, each) for each in (gives, other_gives)]
        two = [mentors.mentor(db, each) for each in (mentor_id, other_id)]
        is_due = mentor_id in rota.placed(db, gives) and other_id in rota.placed(db, other_gives)
        if (same := same_swap(db, gives, mentor_id, other_id, other_gives)) and (
            same.state is State.TAKEN or not is_due
        ):
            return Answer(Code.TAKEN if same.state is State.TAKEN else Code.PASSED, same)
        if any(now >= each.starts or each.closed for each in drop_ins):
            return Answer(Code.TOO_LATE)
        if not is_due or mentor_id == other_id or gives == other_gives:
            return Answer(Code.NOT_DUE)
        if any(each is None or not fitness.is_fit(each) for each in two):
            return Answer(Code.NOT_FIT)
        mine, theirs = live_of(db, gives, mentor_id), live_of(db, other_gives, other_id)
        if taken := next((each for each in (mine, theirs) if each and each.state is State.TAKEN), None):
            return Answer(Code.GONE, taken)
        request_id = mine.id if mine else new_request(db, gives, mentor_id, kind, now=now)
        request = by_id(db, request_id)
        assert request is not None  # noqa: S101 # just written
        answer = _agree(db, request, other_id, back=other_gives, by=by, now=now)
        if answer.code in (Code.TAKEN, Code.PASSED):
            if theirs:
                _end(db, theirs, by=by, now=now)
        elif mine is None:
            db.execute("delete from cover_requests where id = :id", {"id": request_id})
        return answer


def undo(db: Database, request_id: int, mentor_id: int, *, by: str, now: datetime) -> Answer:
    """Take a request back for one of its two mentors, as long as it is not approved."""
    with write(db):
        request = by_id(db, request_id)
        state = after_undo(request, mentor_id) if request else None
        if request is None or state is None:
            return Answer(Code.GONE, request)
        return _back_to(db, request, state, by=by, now=now)


def refuse(db: Database, request_id: int, *, by: str, now: datetime) -> Answer:
    """The lead refuses the mentor who took a request: a cover waits for somebody else, a swap ends."""
    with write(db):
        request = by_id(db, request_id)
        if request is None or request.state is not State.TAKEN:
            return Answer(Code.GONE, request)
        return _back_to(db, request, State.WITHDRAWN if request.is_swap else State.OPEN, by=by, now=now)


def approve(db: Database, request_id: int, *, despite: str = "", by: str, now: datetime) -> Answer:
    """The lead approves: the rota changes now. A reason is needed if a rule is broken. Approving twice counts once."""
    with write(db):
        request = by_id(db, request_id)
        if request is None or request.state is State.APPROVED:
            return Answer(Code.PASSED if request else Code.GONE, request)
        if request.state is not State.TAKEN:
            return Answer(Code.GONE, request)
        if now >= request.drop_in.ends or (request.back is not None and now >= request.back.ends):
            return Answer(Code.TOO_LATE, request)
        wanted = afterwards(db, request)
        if wanted is None:
            return Answer(Code.NOT_DUE, request)
        found = rota.check(db, wanted)
        if isinstance(found, Fault):
            return Answer(Code.FORBIDDEN, request, fault=found)
        if found and not forms.tidy(despite):
            return Answer(Code.WARNED, request, broken=found)
        if found and request.drop_in.id is not None:
            rota.override(db, request.drop_in.id, found, despite, by=by, now=now)
        return _pass(db, request, wanted, by=by, now=now)


def end_all_of(db: Database, mentor_id: int, *, by: str, now: datetime) -> list[Earlier]:
    """A mentor leaves, inside a change: what they asked for ends, what they took waits for somebody else again.

    Returns how each request was before.
    """
    earlier = []
    for request in unsettled(db, mentor_id, now=now):
        ended_as = State.WITHDRAWN if request.mentor.id == mentor_id or request.is_swap else State.OPEN
        taker, back = request.taken_by, request.back
        earlier.append(
            Earlier(request.id, request.state, ended_as, taker.id if taker else None, back.id if back else None)
        )
        _back_to(db, request, ended_as, by=by, now=now)
    return earlier


def bring_back(db: Database, earlier: Earlier, *, by: str, now: datetime) -> bool:
    """Let a request that `end_all_of` ended be as it was, inside a change; whether it could be.

    It cannot once anybody changed it, once the drop-in is over, or when one of the two is no longer due or has left.
    """
    request = by_id(db, earlier.request_id)
    if request is None or request.state is not earlier.ended_as or request.drop_in.ends <= now:
        return False
    back = school_year.by_id(db, earlier.back) if earlier.back else None
    taker = mentors.mentor(db, earlier.taken_by) if earlier.taken_by else None
    if not _stands(db, replace(request, state=earlier.state, taken_by=taker, back=back)):
        return False
    set_state(db, request.id, earlier.state, taken_by=earlier.taken_by, back=earlier.back, by=by, now=now)
    what, who = ("cover.taken", taker) if taker else ("cover.asked", request.mentor)
    journal.note(db, what, actor=by, now=now, request=request.id, drop_in=request.drop_in.id, mentor=who.id)
    return True


def _stands(db: Database, request: Request) -> bool:
    """Whether a request can be restored: both are due as it says, nobody has left, and no other request conflicts."""
    gives = [(request.drop_in, request.mentor), (request.back, request.taken_by)]
    for drop_in, mentor in gives:
        if drop_in is None or mentor is None or drop_in.id is None:
            continue
        other = live_of(db, drop_in.id, mentor.id)
        if mentor.id not in rota.placed(db, drop_in.id) or (other is not None and other.id != request.id):
            return False
    if request.taken_by is None:
        return True
    return request.taken_by.state is not MentorState.LEFT and afterwards(db, request) is not None


def _agree(db: Database, request: Request, taker_id: int, *, back: int | None, by: str, now: datetime) -> Answer:
    """Somebody takes a request: it waits for the lead, or is approved at once if small and the school allows that."""
    set_state(db, request.id, State.TAKEN, taken_by=taker_id, back=back, by=by, now=now)
    taken = by_id(db, request.id)
    wanted = afterwards(db, taken) if taken else None
    found = rota.check(db, wanted) if wanted is not None else None
    if taken is None or wanted is None or found is None or isinstance(found, Fault):
        set_state(db, request.id, State.OPEN, taken_by=None, back=None, by=by, now=now)
        fault = found if isinstance(found, Fault) else None
        return Answer(Code.FORBIDDEN if fault else Code.NOT_DUE, by_id(db, request.id), fault=fault)
    journal.note(
        db,
        "cover.taken",
        actor=by,
        now=now,
        request=request.id,
        drop_in=request.drop_in.id,
        mentor=taker_id,
        back=back,
    )
    if not found and rota.limits(db).small_swaps_pass:
        return _pass(db, taken, wanted, by=by, now=now)
    return Answer(Code.TAKEN, taken, broken=found)


def _pass(db: Database, request: Request, wanted: dict[int, dict[int, bool]], *, by: str, now: datetime) -> Answer:
    taker, back = request.taken_by, request.back
    rota.put_in_place(db, wanted, by=by, now=now)
    set_state(
        db,
        request.id,
        State.APPROVED,
        taken_by=taker.id if taker else None,
        back=back.id if back else None,
        by=by,
        now=now,
    )
    journal.note(db, "cover.approved", actor=by, now=now, request=request.id)
    return Answer(Code.PASSED, by_id(db, request.id))


def _back_to(db: Database, request: Request, state: State, *, by: str, now: datetime) -> Answer:
    if state is State.WITHDRAWN:
        _end(db, request, by=by, now=now)
        return Answer(Code.WITHDRAWN, by_id(db, request.id))
    set_state(db, request.id, State.OPEN, taken_by=None, back=None, by=by, now=now)
    journal.note(db, "cover.open_again", actor=by, now=now, request=request.id)
    return Answer(Code.OPEN_AGAIN, by_id(db, request.id))


def _end(db: Database, request: Request, *, by: str, now: datetime) -> None:
    set_state(
        db,
        request.id,
        State.WITHDRAWN,
        taken_by=request.taken_by.id if request.taken_by else None,
        back=request.back.id if request.back else None,
        by=by,
        now=now,
    )
    journal.note(db, "cover.withdrawn", actor=by, now=now, request=request.id)
