"""Cover and swaps: "I can't make Thursday", who could come instead, and the lead's yes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from sqlite3 import Row

from sqlite_utils import Database

from mentoring import availability, clock, duty, journal, people, rota, school_year
from mentoring.availability import Availability
from mentoring.database import insert, row, rows, write
from mentoring.people import Fault, Mentor
from mentoring.rota import Broken
from mentoring.school_year import DropIn

# words

OFFERED = 5
# While no half term is known, asking counts for this long before and after a drop-in.
_ABOUT_A_HALF_TERM = timedelta(weeks=6)


class Kind(StrEnum):
    """Why somebody cannot come. It is kept with the request and never in the journal: `ill` is about health."""

    EXAM = "exam"
    ILL = "ill"
    TRIP = "trip"
    OTHER = "other"


class State(StrEnum):
    """A request waits for somebody, was taken and waits for the lead, is approved, or was taken back."""

    OPEN = "open"
    TAKEN = "taken"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Code(StrEnum):
    """What became of a tap. The last six changed nothing."""

    ASKED = "asked"
    TAKEN = "taken"
    PASSED = "passed"
    OPEN_AGAIN = "open_again"
    WITHDRAWN = "withdrawn"
    GONE = "gone"  # somebody was first, or it was taken back
    NOT_DUE = "not_due"
    TOO_LATE = "too_late"
    NOT_FIT = "not_fit"
    FORBIDDEN = "forbidden"  # what no reason helps; `fault` says what
    WARNED = "warned"  # it breaks a rule, and nobody gave a reason; `broken` says which


@dataclass(frozen=True)
class Request:
    """One mentor who cannot come to one drop-in. `back` is what the taker gives in a swap, else None."""

    id: int
    drop_in: DropIn
    mentor: Mentor
    kind: Kind
    asked: datetime
    state: State
    taken_by: Mentor | None
    back: DropIn | None

    @property
    def is_swap(self) -> bool:
        """Whether two mentors give each other a drop-in: two covers at once."""
        return self.back is not None


@dataclass(frozen=True)
class Answer:
    """The outcome of a tap, with the request as it is after it."""

    code: Code
    request: Request | None = None
    fault: Fault | None = None
    broken: tuple[Broken, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """Somebody who could come, and how often they were asked this half term, the last time at `last`."""

    mentor: Mentor
    times: int = 0
    last: datetime | None = None


# rules


def in_turn(candidates: Iterable[Candidate], *, partners: Sequence[Mentor]) -> list[Mentor]:
    """Whom to ask, least asked first, then whoever was asked longest ago, then by id.

    When no partner is experienced, only experienced mentors are asked, as long as there is one.
    """
    known = sorted(candidates, key=lambda each: (each.times, each.last is not None, each.last, each.mentor.id))
    experienced = [each.mentor for each in known if each.mentor.experienced]
    if experienced and not any(partner.experienced for partner in partners):
        return experienced
    return [each.mentor for each in known]


def is_free(drop_in: DropIn, *, said: Availability, letter: str, duties: int, partners: Iterable[int]) -> bool:
    """Whether nothing the mentor or the lead said speaks against one more duty there. `duties`: that week's so far."""
    return (
        availability.not_free_because(said.entries, drop_in.date, letter=letter) is None
        and duties < said.cap
        and said.apart.isdisjoint(partners)
    )


def after_undo(request: Request, mentor_id: int) -> State | None:
    """What a request becomes when one of its two takes it back; None when it is not theirs to take back any more.

    Whoever cannot come takes the whole of it back; whoever took a cover gives it back; a swap ends for both.
    """
    if request.state is State.OPEN and mentor_id == request.mentor.id:
        return State.WITHDRAWN
    if request.state is not State.TAKEN or request.taken_by is None:
        return None
    if mentor_id == request.taken_by.id:
        return State.WITHDRAWN if request.is_swap else State.OPEN
    return State.WITHDRAWN if mentor_id == request.mentor.id else None


# memory


def _request(db: Database, found: Row) -> Request:
    mentor, taker = people.mentor(db, found["mentor_id"]), found["taken_by"]
    assert mentor is not None  # noqa: S101 # a foreign key keeps it
    return Request(
        id=found["id"],
        drop_in=school_year.by_id(db, found["drop_in_id"]),
        mentor=mentor,
        kind=Kind(found["kind"]),
        asked=clock.from_text(found["asked"]),
        state=State(found["state"]),
        taken_by=people.mentor(db, taker) if taker else None,
        back=school_year.by_id(db, found["back_drop_in_id"]) if found["back_drop_in_id"] else None,
    )


def by_id(db: Database, request_id: int) -> Request | None:
    """One request, or None."""
    found = row(db, "select * from cover_requests where id = :id", id=request_id)
    return _request(db, found) if found else None


def live(db: Database, *, now: datetime) -> list[Request]:
    """The requests that wait for somebody or for the lead, of drop-ins that are not over, soonest first."""
    found = rows(
        db,
        """
        select cover_requests.* from cover_requests
          join held_drop_ins on held_drop_ins.id = cover_requests.drop_in_id
          join due on due.drop_in_id = cover_requests.drop_in_id and due.mentor_id = cover_requests.mentor_id
         where state in ('open', 'taken') and held_drop_ins.ends > :now
         order by held_drop_ins.starts, cover_requests.id""",
        now=clock.to_text(now),
    )
    return [_request(db, each) for each in found]


def of_mentor(db: Database, mentor_id: int, *, now: datetime) -> list[Request]:
    """The live requests this mentor made or took."""
    return [
        each
        for each in live(db, now=now)
        if mentor_id == each.mentor.id or (each.taken_by is not None and mentor_id == each.taken_by.id)
    ]


def open_to(db: Database, mentor_id: int, *, now: datetime) -> list[Request]:
    """The open requests of others that this mentor could take, soonest first."""
    return [
        each
        for each in live(db, now=now)
        if each.state is State.OPEN
        and mentor_id != each.mentor.id
        and mentor_id in {mentor.id for mentor in who_could(db, each.drop_in, leaving={each.mentor.id})}
    ]


def offers(db: Database, request: Request, *, most: int = OFFERED) -> list[Mentor]:
    """Whom to ask to cover, in turn: fit, free, under their cap, and not kept apart from the partner."""
    return who_could(db, request.drop_in, leaving={request.mentor.id})[:most]


def who_could(db: Database, drop_in: DropIn, *, leaving: Iterable[int] = ()) -> list[Mentor]:
    """Everybody who could come to one drop-in beside those due on it without `leaving`, whose turn it is first."""
    gone = set(leaving)
    written = rota.placed(db, drop_in.id) if drop_in.id is not None else {}
    partners = [mentor for each in written if each not in gone and (mentor := people.mentor(db, each))]
    own = () if drop_in.id is None else (drop_in.id,)
    known, letter = availability.everyone(db), school_year.letters(db, [drop_in.date])[drop_in.date]
    duties, busy = rota.week_counts(db, drop_in.date, but=own), rota.at_that_time(db, drop_in)
    asked = _asked(db, drop_in.date)
    ids = {partner.id for partner in partners}
    return in_turn(
        (
            asked.get(mentor.id, Candidate(mentor))
            for mentor in people.mentors(db)
            if mentor.id not in written
            and mentor.id not in gone
            and mentor.id not in busy
            and duty.is_fit(mentor)
            and is_free(drop_in, said=known[mentor.id], letter=letter, duties=duties[mentor.id], partners=ids)
        ),
        partners=partners,
    )


def _asked(db: Database, day: date) -> dict[int, Candidate]:
    """How often each mentor was asked to cover, or did, in that day's half term."""
    half = school_year.half_term_of(day, school_year.half_terms(db))
    found = rows(
        db,
        """
        select tried.mentor_id, count(distinct tried.request_id) as times, max(tried.at) as last
          from (select request_id, mentor_id, at from cover_asked
                 union all
                select id, taken_by, asked from cover_requests where taken_by is not null) as tried
          join cover_requests on cover_requests.id = tried.request_id
          join drop_ins on drop_ins.id = cover_requests.drop_in_id
         where drop_ins.date between :first and :last
         group by tried.mentor_id""",
        first=(half.starts if half else day - _ABOUT_A_HALF_TERM).isoformat(),
        last=(half.ends if half else day + _ABOUT_A_HALF_TERM).isoformat(),
    )
    return {
        each["mentor_id"]: Candidate(mentor, each["times"], clock.from_text(each["last"]))
        for each in found
        if (mentor := people.mentor(db, each["mentor_id"]))
    }


def _live_of(db: Database, drop_in_id: int, mentor_id: int) -> Request | None:
    """The live request in which this mentor gives this drop-in away, as who asked or as who swaps."""
    found = row(
        db,
        """
        select * from cover_requests
         where state in ('open', 'taken')
           and ((drop_in_id = :drop_in and mentor_id = :mentor)
                or (back_drop_in_id = :drop_in and taken_by = :mentor))""",
        drop_in=drop_in_id,
        mentor=mentor_id,
    )
    return _request(db, found) if found else None


def _same_swap(db: Database, drop_in_id: int, mentor_id: int, taker_id: int, back_id: int) -> Request | None:
    found = row(
        db,
        """
        select * from cover_requests
         where drop_in_id = :drop_in and mentor_id = :mentor and taken_by = :taker and back_drop_in_id = :back
           and state in ('taken', 'approved')
         order by id desc limit 1""",
        drop_in=drop_in_id,
        mentor=mentor_id,
        taker=taker_id,
        back=back_id,
    )
    return _request(db, found) if found else None


def _insert(db: Database, drop_in_id: int, mentor_id: int, kind: Kind, *, now: datetime) -> int:
    values = {
        "drop_in_id": drop_in_id,
        "mentor_id": mentor_id,
        "kind": kind,
        "asked": clock.to_text(now),
        "state": State.OPEN,
    }
    return insert(db, "cover_requests", values)


def _set_state(
    db: Database, request_id: int, state: State, *, taken_by: int | None, back: int | None, by: str, now: datetime
) -> None:
    db.execute(
        """
        update cover_requests
           set state = :state, taken_by = :taken_by, back_drop_in_id = :back, decided = :now, decided_by = :by
         where id = :id""",
        {
            "state": state,
            "taken_by": taken_by,
            "back": back,
            "now": clock.to_text(now),
            "by": by,
            "id": request_id,
        },
    )


def _afterwards(db: Database, request: Request) -> dict[int, dict[int, bool]] | None:
    """Who is due once a taken request is approved, by drop-in id; None when one of the two is no longer due.

    What two mentors agreed on is pinned: a plan does not undo it.
    """
    drop_in_id, taker = request.drop_in.id, request.taken_by
    if drop_in_id is None or taker is None:
        return None
    given = _exchanged(rota.placed(db, drop_in_id), leaves=request.mentor.id, comes=taker.id)
    if request.back is None or request.back.id is None or given is None:
        return None if given is None else {drop_in_id: given}
    back = _exchanged(rota.placed(db, request.back.id), leaves=taker.id, comes=request.mentor.id)
    return None if back is None else {drop_in_id: given, request.back.id: back}


def _exchanged(written: dict[int, bool], *, leaves: int, comes: int) -> dict[int, bool] | None:
    if leaves not in written or comes in written:
        return None
    return {**{each: pinned for each, pinned in written.items() if each != leaves}, comes: True}


# actions


def ask(db: Database, drop_in_id: int, mentor_id: int, kind: Kind, *, by: str, now: datetime) -> Answer:
    """Say that a mentor cannot come to a drop-in that has not begun: they are excused, and a place wants cover."""
    with write(db):
        drop_in = school_year.by_id(db, drop_in_id)
        if now >= drop_in.starts or drop_in.closed:
            return Answer(Code.TOO_LATE)
        if mentor_id not in rota.placed(db, drop_in_id):
            return Answer(Code.NOT_DUE)
        if known := _live_of(db, drop_in_id, mentor_id):
            return Answer(Code.ASKED if known.state is State.OPEN else Code.TAKEN, known)
        request_id = _insert(db, drop_in_id, mentor_id, kind, now=now)
        journal.note(db, "cover.asked", actor=by, now=now, request=request_id, drop_in=drop_in_id, mentor=mentor_id)
        return Answer(Code.ASKED, by_id(db, request_id))


def note_asked(db: Database, request_id: int, mentor_ids: Iterable[int], *, by: str, now: datetime) -> None:
    """Remember who was asked to cover, so that next time others are asked first. Asked twice for one is once."""
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
    """Take another's place. Of two who tap at once one has it, and the other is told that it is gone."""
    with write(db):
        request, mentor = by_id(db, request_id), people.mentor(db, mentor_id)
        if request is None or mentor is None or mentor_id == request.mentor.id:
            return Answer(Code.GONE, request)
        if request.taken_by is not None and request.taken_by.id == mentor_id and request.state is not State.WITHDRAWN:
            return Answer(Code.PASSED if request.state is State.APPROVED else Code.TAKEN, request)
        if request.state is not State.OPEN:
            return Answer(Code.GONE, request)
        if now >= request.drop_in.ends or request.drop_in.closed:
            return Answer(Code.TOO_LATE, request)
        if not duty.is_fit(mentor):
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

    A place for which one of them had asked for cover is filled by it. The same swap sent twice is one.
    """
    with write(db):
        drop_ins = [school_year.by_id(db, each) for each in (gives, other_gives)]
        two = [people.mentor(db, each) for each in (mentor_id, other_id)]
        is_due = mentor_id in rota.placed(db, gives) and other_id in rota.placed(db, other_gives)
        if (same := _same_swap(db, gives, mentor_id, other_id, other_gives)) and (
            same.state is State.TAKEN or not is_due
        ):
            return Answer(Code.TAKEN if same.state is State.TAKEN else Code.PASSED, same)
        if any(now >= each.starts or each.closed for each in drop_ins):
            return Answer(Code.TOO_LATE)
        if not is_due or mentor_id == other_id or gives == other_gives:
            return Answer(Code.NOT_DUE)
        if any(each is None or not duty.is_fit(each) for each in two):
            return Answer(Code.NOT_FIT)
        mine, theirs = _live_of(db, gives, mentor_id), _live_of(db, other_gives, other_id)
        if taken := next((each for each in (mine, theirs) if each and each.state is State.TAKEN), None):
            return Answer(Code.GONE, taken)
        request_id = mine.id if mine else _insert(db, gives, mentor_id, kind, now=now)
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
    """One of the two takes it back, until it is approved."""
    with write(db):
        request = by_id(db, request_id)
        state = after_undo(request, mentor_id) if request else None
        if request is None or state is None:
            return Answer(Code.GONE, request)
        return _back_to(db, request, state, by=by, now=now)


def refuse(db: Database, request_id: int, *, by: str, now: datetime) -> Answer:
    """The lead says no to who took it: a cover waits for somebody else, a swap ends."""
    with write(db):
        request = by_id(db, request_id)
        if request is None or request.state is not State.TAKEN:
            return Answer(Code.GONE, request)
        return _back_to(db, request, State.WITHDRAWN if request.is_swap else State.OPEN, by=by, now=now)


def approve(db: Database, request_id: int, *, despite: str = "", by: str, now: datetime) -> Answer:
    """The lead says yes: the rota changes now. What breaks a rule wants a reason. Approved twice is once."""
    with write(db):
        request = by_id(db, request_id)
        if request is None or request.state is State.APPROVED:
            return Answer(Code.PASSED if request else Code.GONE, request)
        if request.state is not State.TAKEN:
            return Answer(Code.GONE, request)
        if now >= request.drop_in.ends or (request.back is not None and now >= request.back.ends):
            return Answer(Code.TOO_LATE, request)
        wanted = _afterwards(db, request)
        if wanted is None:
            return Answer(Code.NOT_DUE, request)
        found = rota.check(db, wanted)
        if isinstance(found, Fault):
            return Answer(Code.FORBIDDEN, request, fault=found)
        if found and not people.tidy(despite):
            return Answer(Code.WARNED, request, broken=found)
        if found and request.drop_in.id is not None:
            rota.override(db, request.drop_in.id, found, despite, by=by, now=now)
        return _pass(db, request, wanted, by=by, now=now)


def _agree(db: Database, request: Request, taker_id: int, *, back: int | None, by: str, now: datetime) -> Answer:
    """Somebody takes it: it waits for the lead, or passes at once when it is small and the school says so."""
    _set_state(db, request.id, State.TAKEN, taken_by=taker_id, back=back, by=by, now=now)
    taken = by_id(db, request.id)
    wanted = _afterwards(db, taken) if taken else None
    found = rota.check(db, wanted) if wanted is not None else None
    if taken is None or wanted is None or found is None or isinstance(found, Fault):
        _set_state(db, request.id, State.OPEN, taken_by=None, back=None, by=by, now=now)
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
    _set_state(
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
    _set_state(db, request.id, State.OPEN, taken_by=None, back=None, by=by, now=now)
    journal.note(db, "cover.open_again", actor=by, now=now, request=request.id)
    return Answer(Code.OPEN_AGAIN, by_id(db, request.id))


def _end(db: Database, request: Request, *, by: str, now: datetime) -> None:
    _set_state(
        db,
        request.id,
        State.WITHDRAWN,
        taken_by=request.taken_by.id if request.taken_by else None,
        back=request.back.id if request.back else None,
        by=by,
        now=now,
    )
    journal.note(db, "cover.withdrawn", actor=by, now=now, request=request.id)
