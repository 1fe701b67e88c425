"""What the box remembers of cover: the requests, who was asked, and who could come."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from sqlite3 import Row

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.people import fitness, mentors
from mentoring.people.mentors import Mentor
from mentoring.planning import availability, rota
from mentoring.planning.availability import Availability
from mentoring.planning.cover.rules import exchanged, in_turn, is_free
from mentoring.planning.cover.words import ABOUT_A_HALF_TERM, OFFERED, Candidate, Kind, Request, State
from mentoring.school import school_year
from mentoring.school.school_year import DropIn, HalfTerm, Timetable
from mentoring.store.database import insert, row, rows

# memory


def _requests(db: Database, found: Sequence[Row]) -> list[Request]:
    """Requests from their rows, with their mentors and drop-ins read together; foreign keys keep all of them."""
    if not found:
        return []
    people = mentors.by_ids(db, _named(found, "mentor_id", "taken_by"))
    drop_ins = school_year.by_ids(db, _named(found, "drop_in_id", "back_drop_in_id"))
    return [
        Request(
            id=each["id"],
            drop_in=drop_ins[each["drop_in_id"]],
            mentor=people[each["mentor_id"]],
            kind=Kind(each["kind"]),
            asked=clock.from_text(each["asked"]),
            state=State(each["state"]),
            taken_by=people[each["taken_by"]] if each["taken_by"] else None,
            back=drop_ins[each["back_drop_in_id"]] if each["back_drop_in_id"] else None,
        )
        for each in found
    ]


def _named(found: Iterable[Row], *columns: str) -> set[int]:
    return {each[column] for each in found for column in columns if each[column]}


def _request(db: Database, found: Row | None) -> Request | None:
    return _requests(db, [found])[0] if found else None


def by_id(db: Database, request_id: int) -> Request | None:
    """One request, or None."""
    return _request(db, row(db, "select * from cover_requests where id = :id", id=request_id))


def live(db: Database, *, now: datetime) -> list[Request]:
    """The requests that wait for somebody or for the lead, of drop-ins that are not over, soonest first."""
    found = rows(
        db,
        """
        select cover_requests.* from cover_requests
          join taking_place on taking_place.id = cover_requests.drop_in_id
          join due on due.drop_in_id = cover_requests.drop_in_id and due.mentor_id = cover_requests.mentor_id
         where state in ('open', 'taken') and taking_place.ends > :now
         order by taking_place.starts, cover_requests.id""",
        now=clock.to_text(now),
    )
    return _requests(db, found)


def of_mentor(db: Database, mentor_id: int, *, now: datetime) -> list[Request]:
    """The live requests this mentor made or took."""
    return [
        each
        for each in live(db, now=now)
        if mentor_id == each.mentor.id or (each.taken_by is not None and mentor_id == each.taken_by.id)
    ]


def unsettled(db: Database, mentor_id: int, *, now: datetime) -> list[Request]:
    """The requests this mentor made or took that wait for somebody or for the lead, of drop-ins that are not over.

    Unlike `of_mentor` it finds those of drop-ins that are closed, too.
    """
    found = rows(
        db,
        """
        select cover_requests.* from cover_requests
          join drop_ins on drop_ins.id = cover_requests.drop_in_id
         where state in ('open', 'taken') and :mentor in (mentor_id, coalesce(taken_by, 0)) and drop_ins.ends > :now
         order by drop_ins.starts, cover_requests.id""",
        mentor=mentor_id,
        now=clock.to_text(now),
    )
    return _requests(db, found)


def open_to(db: Database, mentor_id: int, *, now: datetime) -> list[Request]:
    """The open requests of others that this mentor could take, soonest first."""
    others = [each for each in live(db, now=now) if each.state is State.OPEN and mentor_id != each.mentor.id]
    could = who_could_each(db, [(each.drop_in, {each.mentor.id}) for each in others])
    return [each for each, who in zip(others, could, strict=True) if mentor_id in {mentor.id for mentor in who}]


def offers(db: Database, request: Request, *, most: int = OFFERED) -> list[Mentor]:
    """Whom to ask to cover, in order: fit, free, under their cap, and not kept apart from the partner."""
    return who_could(db, request.drop_in, leaving={request.mentor.id})[:most]


def who_could(db: Database, drop_in: DropIn, *, leaving: Iterable[int] = ()) -> list[Mentor]:
    """Everybody who could come to one drop-in with those due on it except `leaving`, in the order to ask them."""
    return who_could_each(db, [(drop_in, set(leaving))])[0]


def who_could_each(
    db: Database, leaving: Sequence[tuple[DropIn, Collection[int]]], *, year: Timetable | None = None
) -> list[list[Mentor]]:
    """`who_could` for several drop-ins, each with whoever leaves it, in their order; what all need is read once."""
    if not leaving:
        return []
    year = year or school_year.timetable(db)
    everybody, known = mentors.mentors(db), availability.everyone(db)
    days = [drop_in.date for drop_in, _ in leaving]
    letter_of = school_year.letters(db, days, year=year)
    written = rota.written_in_weeks(db, min(days), max(days))
    asked = {half: _asked(db, half, everybody) for half in {_around(day, year.half_terms) for day in days}}
    found = []
    for drop_in, gone in leaving:
        due = {each.mentor_id for each in written if each.is_on(drop_in)}
        busy = {each.mentor_id for each in written if each.is_while(drop_in)}
        could = _could_come(
            drop_in,
            [each for each in everybody if each.id not in {*due, *gone, *busy}],
            partners=[each for each in everybody if each.id in due and each.id not in gone],
            known=known,
            letter=letter_of[drop_in.date],
            duties=Counter(each.mentor_id for each in written if each.is_in_the_week_of(drop_in)),
            asked=asked[_around(drop_in.date, year.half_terms)],
        )
        found.append(could)
    return found


def _could_come(
    drop_in: DropIn,
    free: Iterable[Mentor],
    *,
    partners: Sequence[Mentor],
    known: Mapping[int, Availability],
    letter: str,
    duties: Mapping[int, int],
    asked: Mapping[int, Candidate],
) -> list[Mentor]:
    ids = {partner.id for partner in partners}
    return in_turn(
        (
            asked.get(mentor.id, Candidate(mentor))
            for mentor in free
            if fitness.is_fit(mentor)
            and is_free(drop_in, said=known[mentor.id], letter=letter, duties=duties[mentor.id], partners=ids)
        ),
        partners=partners,
    )


def _around(day: date, half_terms: Sequence[HalfTerm]) -> tuple[date, date]:
    """The first and last day of that day's half term, or of about as long around it while none is known."""
    half = school_year.half_term_of(day, half_terms)
    return (half.starts, half.ends) if half else (day - ABOUT_A_HALF_TERM, day + ABOUT_A_HALF_TERM)


def _asked(db: Database, days: tuple[date, date], everybody: Iterable[Mentor]) -> dict[int, Candidate]:
    """How often each mentor was asked to cover, or did, on the drop-ins of these days."""
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
        first=days[0].isoformat(),
        last=days[1].isoformat(),
    )
    by_id = {each.id: each for each in everybody}
    return {
        each["mentor_id"]: Candidate(by_id[each["mentor_id"]], each["times"], clock.from_text(each["last"]))
        for each in found
    }


def live_of(db: Database, drop_in_id: int, mentor_id: int) -> Request | None:
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
    return _request(db, found)


def same_swap(db: Database, drop_in_id: int, mentor_id: int, taker_id: int, back_id: int) -> Request | None:
    """The newest swap of just these two and these two drop-ins that stands, or None."""
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
    return _request(db, found)


def new_request(db: Database, drop_in_id: int, mentor_id: int, kind: Kind, *, now: datetime) -> int:
    """Write one open request, inside a change that notes it; its id."""
    values = {
        "drop_in_id": drop_in_id,
        "mentor_id": mentor_id,
        "kind": kind,
        "asked": clock.to_text(now),
        "state": State.OPEN,
    }
    return insert(db, "cover_requests", values)


def set_state(
    db: Database, request_id: int, state: State, *, taken_by: int | None, back: int | None, by: str, now: datetime
) -> None:
    """Write what a request has become, and by whom; inside a change."""
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


def afterwards(db: Database, request: Request) -> dict[int, dict[int, bool]] | None:
    """Who is due once a taken request is approved, by drop-in id; None when one of the two is no longer due."""
    drop_in_id, taker = request.drop_in.id, request.taken_by
    if drop_in_id is None or taker is None:
        return None
    given = exchanged(rota.placed(db, drop_in_id), leaves=request.mentor.id, comes=taker.id)
    if request.back is None or request.back.id is None or given is None:
        return None if given is None else {drop_in_id: given}
    back = exchanged(rota.placed(db, request.back.id), leaves=taker.id, comes=request.mentor.id)
    return None if back is None else {drop_in_id: given, request.back.id: back}
