"""The example school of `dropin demo`: a programme with history, and a drop-in that is running now."""

import random
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from mentoring.access import keys, second_factor, staff
from mentoring.access.accounts import needs_factor
from mentoring.access.staff import Role
from mentoring.basics import clock
from mentoring.lunch import close_of_day, duty, help_requests
from mentoring.lunch.help_requests import Topic
from mentoring.people import badge_register, mentors
from mentoring.people.mentors import Consent, NewMentor
from mentoring.planning import rota
from mentoring.planning.rota import PlannedCell
from mentoring.privacy import papers, retention
from mentoring.privacy.papers import Paper
from mentoring.school import school_year
from mentoring.school.school_year import DropIn, HalfTerm, NewSlot
from mentoring.store.database import without_fsync, write

WHO = "example school"
SIGNED = "For the example only. Your own data protection officer reads this and signs."
# The weights of the topics. Some are rare, so that the page of requests has small numbers to hide.
TOPICS = {Topic.FRIENDSHIPS: 9, Topic.SCHOOLWORK: 7, Topic.COMPANY: 6, Topic.RATHER_NOT_SAY: 4, Topic.FAMILY: 3,
          Topic.BULLYING: 3, Topic.PEER_PRESSURE: 1, Topic.SOMETHING_ELSE: 1}  # fmt: skip
EARLY, MENU_AFTER = timedelta(minutes=15), timedelta(minutes=1)

# Given name, family name, year group, experienced. The first two are due today; the first is on duty.
MENTORS = """
Amira Haddad 10 yes|Ben Whitlock 10 no|Chidi Eze 11 yes|Dana Kowalska 10 no|Ewan Fraser 9 no|Farah Siddiqui 11 yes
Gita Patel 10 no|Hugo Lambert 9 no|Ines Carvalho 11 yes|Jonah Clarke 10 no|Kezia Mensah 10 yes|Leo Marchetti 9 no
Maya Roberts 11 yes|Noor Rahman 10 no|Olek Nowak 10 yes|Priya Sharma 11 no|Quinn Delaney 9 no|Ravi Menon 10 yes
Saoirse Byrne 11 no|Tomos Pritchard 10 yes|Uma Krishnan 9 no|Viktor Petrov 11 yes|Wren Ashby 10 no|Ximena Torres 9 no
Yusuf Demir 11 yes|Zara Hussain 10 no|Alfie Barnes 9 no|Bronwen Hughes 11 yes|Caleb Osei 10 no|Daisy Thornton 9 no
Elif Yilmaz 10 yes|Finlay Grant 11 no|Grace Adeleke 10 yes|Hamza Iqbal 9 no|Isla Morrison 11 no|Jakub Zielinski 10 yes
Khadija Ali 10 no|Luca Ferrari 9 no|Megan Lloyd 11 yes|Nathaniel Brooks 10 no
"""


@dataclass(frozen=True)
class Account:
    """A member of staff of the example school, with their random password and, if the role needs one, a TOTP secret."""

    name: str
    email: str
    password: str
    role: Role
    totp_secret: str | None


def found(db: Database, *, folder: Path, now: datetime) -> list[Account]:
    """Fill an empty database: staff, mentors, badges, a term of history, and a drop-in that began 20 minutes ago."""
    today = clock.school_day(now, "Europe/London")
    halves = _half_terms(today)
    began = clock.at(halves[0].starts, "08:00", "Europe/London")
    with without_fsync(db):
        accounts = _staff(db, now=began)
        _recovery_key(db, now=began)
        _papers(db, now=began)
        adult = staff.by_email(db, "adeyemi@hillside.example") or staff.lead(db)
        mentor_ids = _mentors(db, now=began)
        numbers = badge_register.issue_missing(db, mentor_ids[:-4], by=WHO, now=began)  # the last four have none yet
        badge_register.note_printed(db, numbers, by=WHO, now=began)
        for half in halves:
            school_year.add_half_term(db, half, by=WHO, now=began)
        slots = [_slot(db, day, adult.id, begins=halves[0].starts) for day in range(5)]
        _history(db, mentor_ids, first=halves[0].starts, today=today, folder=folder)
    _lunch_now(db, mentor_ids, slots, adult.id, now=now)
    _fortnight_ahead(db, mentor_ids, now=now)
    return accounts


def due_today(db: Database, *, now: datetime) -> set[int]:
    """The ids of the mentors who are due on the drop-in that is running."""
    room = duty.current(db, now=now, early=EARLY)
    return {mentor.id for mentor in room.due} if room else set()


def _staff(db: Database, *, now: datetime) -> list[Account]:
    members = [
        ("Ms Okafor", "okafor", Role.LEAD, "Room 4", ""),
        ("Mr Adeyemi", "adeyemi", Role.DEPUTY, "Room 12", "01632 960012"),
        ("Mrs Lindqvist", "lindqvist", Role.SAFEGUARDING_LEAD, "the Head's corridor", "01632 960045"),
        ("Miss Farrow", "farrow", Role.HELPER, "Library 2", ""),
        ("Mr Sato", "sato", Role.IT, "the server room", "01632 960077"),
    ]
    accounts = []
    for name, address, role, room, phone in members:
        email, password = f"{address}@hillside.example", secrets.token_urlsafe(9)
        known = {"name": name, "email": email, "password": password, "room": room}
        if role is Role.LEAD:
            staff.set_up(db, school="Hillside School", **known, by=WHO, now=now)
        else:
            staff.add(db, **known, role=role, phone=phone, by=WHO, now=now)
        accounts.append(Account(name, email, password, role, _factor(db, email, role, now=now)))
    return accounts


def _recovery_key(db: Database, *, now: datetime) -> None:
    """Make and confirm a recovery key that nobody keeps, so that backups can be made."""
    words = keys.make_recovery(db, by=WHO, now=now).words.split()
    keys.confirm_recovery(db, [words[place - 1] for place in keys.ASKED_WORDS], by=WHO, now=now)


def _papers(db: Database, *, now: datetime) -> None:
    """Look at the periods and sign the privacy papers. The signature says that it is only an example."""
    in_a_year = clock.wall(now, school_year.zone(db)).date() + timedelta(days=365)
    retention.confirm_proposals(db, review=in_a_year.isoformat(), by=WHO, now=now)
    for paper in Paper:
        papers.sign(db, paper, SIGNED, seen=papers.mark(db), by=WHO, now=now)


def _factor(db: Database, email: str, role: Role, *, now: datetime) -> str | None:
    """Turn the second factor on where the role needs one; returns the TOTP secret."""
    member = staff.by_email(db, email)
    if member is None or not needs_factor(role, all_need_one=False):
        return None
    secret = second_factor.begin(db, member.id)
    second_factor.confirm(db, member.id, second_factor.code_at(secret, now=now), now=now)
    return secret


def _mentors(db: Database, *, now: datetime) -> list[int]:
    ids = []
    for index, line in enumerate(MENTORS.replace("\n", "|").strip("|").split("|")):
        given_name, family_name, year_group, experienced = line.split()
        new = NewMentor(
            given_name=given_name,
            family_name=family_name,
            year_group=year_group,
            display_name=given_name,
            experienced=experienced == "yes",
            consent=Consent.REFUSED if index % 9 == 7 else Consent.AGREED,  # a few do not want their name on a screen
        )
        added = mentors.add(db, new, by=WHO, now=now)
        if isinstance(added, int):
            ids.append(added)
    return ids


def _half_terms(today: date) -> list[HalfTerm]:
    """Two half terms with one week of holiday between them. Today is in the second."""
    monday = today - timedelta(days=today.weekday())
    starts = (monday - timedelta(weeks=12), monday - timedelta(weeks=4))
    ends = (monday - timedelta(weeks=6) + timedelta(days=4), monday + timedelta(weeks=2, days=4))
    halves: list[HalfTerm] = []
    for first, last in zip(starts, ends, strict=True):
        season = ("Spring", "Summer", "Autumn")[(first.month >= 4) + (first.month >= 8)]
        part = 2 if halves and halves[0].name.startswith(season) else 1
        halves.append(HalfTerm(0, f"{season} {part}", first, last))
    return halves


def _slot(db: Database, day: int, adult_id: int, *, begins: date) -> int:
    with write(db):
        lunch = NewSlot(day, "12:30", "13:15", "Library 2", "")
        return school_year.insert_slot(db, lunch, adult_id=adult_id, begins=begins)


def _pair(mentor_ids: list[int], turn: int) -> list[int]:
    """The pair of a turn, in rotation through all mentors but the last four, who are in training."""
    trained = mentor_ids[:-4]
    return [trained[2 * turn % len(trained)], trained[(2 * turn + 1) % len(trained)]]


def _history(db: Database, mentor_ids: list[int], *, first: date, today: date, folder: Path) -> None:
    chance = random.Random(12)  # noqa: S311 # a fixed seed: the same history each time
    turn = 1
    for ahead in range((today - first).days):
        day = first + timedelta(days=ahead)
        for drop_in in school_year.on_day(db, day):
            _past_lunch(db, drop_in, _pair(mentor_ids, turn), chance)
            turn += 1
        if ahead == (today - first).days - 1:
            close_of_day.close(db, folder=folder, now=clock.at(day, "13:25", school_year.zone(db)))


def _past_lunch(db: Database, drop_in: DropIn, pair: list[int], chance: random.Random) -> None:
    rota.set_due(db, drop_in, pair, by=WHO, now=drop_in.starts - timedelta(hours=4))
    for mentor_id in pair:
        if chance.random() > 0.04:  # sometimes a mentor is ill
            _scan_in(db, mentor_id, now=drop_in.starts + timedelta(minutes=chance.randint(-8, 3)))
    stored = school_year.find(db, drop_in.slot_id, drop_in.date)
    if stored is None or stored.id is None:
        return
    for _ in range(chance.randint(0, 7)):
        [topic] = chance.choices(list(TOPICS), weights=list(TOPICS.values()))
        help_requests.ask(db, drop_in_id=stored.id, topic=topic, wish=None, key=f"{chance.getrandbits(128):032x}")
    for mentor_id in pair:
        if chance.random() > 0.1:  # one in ten forgets to scan out
            duty.end(db, mentor_id, drop_in_id=stored.id, now=drop_in.ends - timedelta(minutes=chance.randint(0, 3)))
            duty.felt(db, mentor_id, drop_in_id=stored.id, mood=chance.choice((3, 4, 4, 5, 5)))


def _scan_in(db: Database, mentor_id: int, *, now: datetime) -> None:
    number = badge_register.good_number(db, mentor_id)
    if number is not None:
        duty.scan(db, number=number, now=now, early=EARLY, menu_after=MENU_AFTER)


def _lunch_now(db: Database, mentor_ids: list[int], slots: list[int], adult_id: int, *, now: datetime) -> None:
    """Add a drop-in that began 20 minutes ago and lasts two hours, within today, also at a weekend."""
    wall = clock.wall(now, school_year.zone(db))
    today = wall.date()
    midnight = clock.at(today, "00:00", school_year.zone(db))
    last = clock.at(today + timedelta(days=1), "00:00", school_year.zone(db))
    slot_id = slots[wall.weekday()] if wall.weekday() < 5 else _weekend_slot(db, today, adult_id)
    starts = max(midnight, now - timedelta(minutes=20))
    lunch = DropIn(None, slot_id, today, "Library 2", starts, min(last, starts + timedelta(hours=2)), adult_id)
    lunch_id = school_year.store_drop_in(db, lunch)
    stored = school_year.find(db, slot_id, today)
    if stored is None:
        raise RuntimeError("the example lunch was not kept")
    rota.set_due(db, stored, mentor_ids[:2], by=WHO, now=starts - timedelta(days=1))
    _scan_in(db, mentor_ids[0], now=max(starts, now - timedelta(minutes=12)))
    for topic, wish in ((Topic.FRIENDSHIPS, None), (Topic.SCHOOLWORK, mentor_ids[0]), (Topic.COMPANY, None)):
        help_requests.ask(db, drop_in_id=lunch_id, topic=topic, wish=wish, key=secrets.token_hex(16))


def _weekend_slot(db: Database, today: date, adult_id: int) -> int:
    lunch = NewSlot(today.weekday(), "12:30", "13:15", "Library 2", "")
    with write(db):
        return school_year.insert_slot(db, lunch, adult_id=adult_id, begins=today, ended=today + timedelta(days=1))


def _fortnight_ahead(db: Database, mentor_ids: list[int], *, now: datetime) -> None:
    """Assign pairs to the next ten drop-ins, leaving one place empty so that a gap is shown."""
    cells = []
    for turn, drop_in in enumerate(school_year.coming(db, now=now, most=10)):
        pair = _pair(mentor_ids, turn + 3)
        due = tuple(pair[:1] if turn == 3 else pair)
        cells.append(PlannedCell(drop_in.slot_id, drop_in.date, due, drop_in.version))
    if fault := rota.apply_plan(db, cells, by=WHO, now=now):
        raise RuntimeError(f"the example rota was not taken: {fault}")
