"""The map of what is kept: every table of the store in one class, whose it is, why, who sees it, and for how long.

A test compares it with the live schema: a table nobody has classed fails the build. Retention, erasure, subject access
and the privacy papers all read this one map, so that none of them can know less than another.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from mentoring.people import photos

# words


class Whom(StrEnum):
    """Whom a class of data is about."""

    PUPIL = "pupils who ask"
    MENTOR = "mentors"
    STAFF = "staff"
    SEVERAL = "mentors and staff"
    CHILD = "children an adult is worried about"


class Unit(StrEnum):
    """What a period is counted in. Terms and school years are counted from the end of the one it happened in."""

    DAYS = "days"
    TERMS = "terms"
    YEARS = "school years"


@dataclass(frozen=True)
class Period:
    """How long something is kept: so many days; or to the end of its term or school year, and so many more."""

    unit: Unit
    count: int


@dataclass(frozen=True)
class DataClass:
    """One class of data, in the words of the papers.

    `forget` are the statements that forget what happened before `:before`, a date; `leavers`: the class runs from a
    person's leaving, and what each of its tables does about that person is in `TABLES`. `columns` are single columns
    (`table.column`) of tables that belong to another class. Without a `default` the words in `runs_from` say it all.
    """

    code: str
    name: str
    whom: Whom
    purpose: str
    basis: str
    sees: str
    runs_from: str
    default: Period | None = None
    least: int = 0
    most: int = 0
    source: str = ""
    forget: tuple[str, ...] = ()
    leavers: bool = False
    columns: tuple[str, ...] = ()
    child: str = ""
    can_be_held: bool = True


@dataclass(frozen=True)
class Table:
    """One table: its class, what it holds, and what erasing one mentor or one member of staff (`:id`) does in it.

    `kept` says what stays after an erasure, and why. `held_back` columns are not given to the person concerned:
    keys, and texts that an adult must read first because they may mention others. `mentions` finds rows about somebody
    (`:id`, and `:whose`: mentor or staff) that no column refers to. `withheld`: why no row of it is ever given out.
    """

    name: str
    in_class: str
    holds: str
    mentor: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    kept: str = ""
    held_back: tuple[str, ...] = ()
    mentions: str = ""
    withheld: str = ""


PUBLIC_TASK = "Public task (UK GDPR art 6(1)(e)): the school's duty to promote pupils' welfare"
SAFEGUARDING = (
    "Public task (art 6(1)(e)); for what touches health or safety, substantial public interest (art 9(2)(g), "
    "Data Protection Act 2018 Sch 1 para 18, safeguarding of children)"
)
CONSENT = "Consent (art 6(1)(a)), asked of the mentor, and of a parent where the school's policy says so"
ACCOUNTABLE = "Public task (art 6(1)(e)) and accountability (art 5(2))"
LEADS = "The lead, the deputy and the safeguarding lead"

FORMER = "A former mentor"
FORMER_STAFF = "A member of staff"
# A hash that no password matches; checking it takes as long as any other.
_NO_PASSWORD = "$argon2id$v=19$m=19456,t=2,p=1$" + "A" * 22 + "$" + "A" * 43
PHOTO_DAYS = photos.AGREED_FOR // timedelta(days=1)

# An alert stays whole while whoever raised it, or went, is held.
_OLD_ALERTS = """
    select id from alerts
     where raised < :before
       and coalesce(mentor_id, 0) not in (select id from held_mentors)
       and coalesce(acknowledged_by, 0) not in (select id from held_staff)
       and id not in (select alert_id from alert_going where staff_id in (select id from held_staff))
       and id not in (select alert_id from concerns where alert_id is not null)
       and id not in (select alert_id from concern_drafts where alert_id is not null)"""

CLASSES = (
    DataClass(
        "requests",
        "What a pupil asks at the kiosk",
        Whom.PUPIL,
        "To call pupils in turn to the mentor they wish for",
        PUBLIC_TASK + ". No name, year, text, device or time is kept, so that nobody can be told from it",
        "The two mentors on duty: the ticket word and the topic. Staff see no single request",
        "Close of day, the same day: only counts remain, visits by drop-in and topics by half term, never crossed",
        can_be_held=False,
    ),
    DataClass(
        "mentors",
        "Mentors: who they are, and their badges",
        Whom.MENTOR,
        "To know who is a trained mentor, and to print their badges",
        PUBLIC_TASK,
        f"{LEADS}; a helper the names only; the hallway the first names of those who agreed",
        "The end of the school year in which the mentor left",
        Period(Unit.YEARS, 1),
        least=0,
        most=6,
        source="IRMS toolkit for schools: pupils' activity records; Duke of Edinburgh's Award evidence is handed over",
        leavers=True,
        child="Your name, your year and your badge",
    ),
    DataClass(
        "availability",
        "Mentors: when they can come, and with whom never",
        Whom.MENTOR,
        "To plan a rota that each mentor can keep",
        SAFEGUARDING,
        LEADS,
        "The mentor's leaving, at once; an entry for certain dates: the end of its term",
        Period(Unit.TERMS, 0),
        most=3,
        source="Kept while the rota needs it (art 5(1)(e))",
        forget=(
            """
            delete from availability
             where ends < :before and mentor_id not in (select id from held_mentors)""",
            """
            delete from availability
             where mentor_id in (select id from mentors where state = 'left')
               and mentor_id not in (select id from held_mentors)""",
            """
            delete from caps
             where mentor_id in (select id from mentors where state = 'left')
               and mentor_id not in (select id from held_mentors)""",
            """
            delete from apart
             where (mentor_id in (select id from mentors where state = 'left')
                    or other_id in (select id from mentors where state = 'left'))
               and mentor_id not in (select id from held_mentors)
               and other_id not in (select id from held_mentors)""",
        ),
        child="When you can come, and why not if you said so",
    ),
    DataClass(
        "duties",
        "Mentors: the duties they did",
        Whom.MENTOR,
        "To know who was in the room, and to give mentors the hours they served",
        PUBLIC_TASK,
        f"{LEADS}; staff see who is on duty now",
        "The end of the school year in which the mentor left",
        Period(Unit.YEARS, 1),
        least=0,
        most=6,
        source="Hours are evidence for the Duke of Edinburgh's Award and UCAS; hand them over first",
        leavers=True,
        child="When you were on duty",
    ),
    DataClass(
        "moods",
        "Mentors: how a duty was for them",
        Whom.MENTOR,
        "To look after mentors' own welfare",
        SAFEGUARDING,
        LEADS,
        "The end of the term of the duty",
        Period(Unit.TERMS, 0),
        most=3,
        source="Welfare notes about children: short (ICO children's code, best interests)",
        forget=(
            """
            update duties set mood = null
             where mood is not null and started < :before and mentor_id not in (select id from held_mentors)""",
        ),
        columns=("duties.mood",),
        child="How a duty was for you",
    ),
    DataClass(
        "attendance",
        "Mentors: who was due, excuses, covers and corrections",
        Whom.MENTOR,
        "To find cover, to share duties evenly, and to see a mentor who struggles",
        PUBLIC_TASK,
        f"{LEADS}; the two mentors of a cover each other's name",
        "The end of the school year of the drop-in",
        Period(Unit.YEARS, 1),
        least=1,
        most=3,
        source="Conduct records: to the end of the year, and one for whoever was away at its end",
        forget=(
            """
            delete from cover_asked
             where mentor_id not in (select id from held_mentors)
               and request_id in (
                   select cover_requests.id from cover_requests
                     join drop_ins on drop_ins.id = cover_requests.drop_in_id
                    where date < :before
                      and mentor_id not in (select id from held_mentors)
                      and coalesce(taken_by, 0) not in (select id from held_mentors))""",
            """
            delete from cover_requests
             where drop_in_id in (select id from drop_ins where date < :before)
               and id not in (select request_id from cover_asked)
               and mentor_id not in (select id from held_mentors)
               and coalesce(taken_by, 0) not in (select id from held_mentors)""",
            """
            delete from attendance_corrections
             where drop_in_id in (select id from drop_ins where date < :before)
               and mentor_id not in (select id from held_mentors)""",
            """
            delete from once_due
             where drop_in_id in (select id from drop_ins where date < :before)
               and mentor_id not in (select id from held_mentors)""",
            """
            delete from due
             where drop_in_id in (select id from drop_ins where date < :before)
               and mentor_id not in (select id from held_mentors)""",
        ),
        child="When you were due, and who came instead",
    ),
    DataClass(
        "cover_reasons",
        "Mentors: why somebody asked for cover",
        Whom.MENTOR,
        "To know whether an absence is excused",
        SAFEGUARDING,
        LEADS,
        "That there was a reason stays; which one: the end of the term of the drop-in",
        Period(Unit.TERMS, 0),
        most=3,
        source="“Not well” is data about health: no longer than needed (art 9)",
        forget=(
            """
            update cover_requests set kind = 'other'
             where kind <> 'other' and drop_in_id in (select id from drop_ins where date < :before)
               and mentor_id not in (select id from held_mentors)""",
        ),
        columns=("cover_requests.kind",),
        child="Why you asked for cover",
    ),
    DataClass(
        "overrides",
        "Why a rule of the rota was broken on purpose",
        Whom.MENTOR,
        "To answer for a decision about a pair",
        PUBLIC_TASK,
        LEADS,
        "Which rules were broken stays; the reason: the end of the school year of the decision",
        Period(Unit.YEARS, 0),
        most=3,
        source="Kept while the decision can be asked about",
        child="Why a rule of the rota was broken, such as three duties in a week",
        forget=(
            """
            update overrides set reason = ''
             where reason <> '' and at < :before
               and drop_in_id not in (
                   select drop_in_id from due where mentor_id in (select id from held_mentors)
                    union select drop_in_id from duties where mentor_id in (select id from held_mentors))""",
        ),
    ),
    DataClass(
        "undo",
        "How the rota was before its last changes",
        Whom.MENTOR,
        "To take back a change of the rota",
        PUBLIC_TASK,
        "Whoever made the change",
        "The end of the term of the change",
        Period(Unit.TERMS, 0),
        most=3,
        source="Of no use once the term is over",
        child="How the rota was before it was changed",
        forget=(
            """
            delete from rota_changes
             where at < :before
               and id not in (
                   select change_id from earlier_due, json_each(earlier_due.due) as each_due
                    where json_extract(each_due.value, '$[0]') in (select id from held_mentors))""",
        ),
    ),
    DataClass(
        "leavings",
        "What a mentor's leaving ended, for the day on which it can be taken back",
        Whom.MENTOR,
        "To put right a mistake of the same day: the lead takes back that somebody has left",
        PUBLIC_TASK,
        "Nobody: the box reads it when the leaving is taken back",
        "the day the mentor left",
        Period(Unit.DAYS, 1),
        least=1,
        most=1,
        source="Of no use once the day is over",
        forget=("delete from leavings where day <= :before and mentor_id not in (select id from held_mentors)",),
        child="What ended when you left, for one day, in case it was a mistake",
    ),
    DataClass(
        "photos",
        "Mentors: photographs for the staff room",
        Whom.MENTOR,
        "So that staff know who is on duty",
        CONSENT,
        "Staff, on the page On duty alone",
        "the day the mentor agreed; at once when they leave or say no",
        Period(Unit.DAYS, PHOTO_DAYS),
        least=30,
        most=PHOTO_DAYS,
        source="ICO on taking photographs in schools: consent that is asked for again",
        forget=(
            """
            delete from photos
             where (agreed < :before or mentor_id in (select id from mentors where state = 'left'))
               and mentor_id not in (select id from held_mentors)""",
        ),
        child="A photo for the staff room, only if you agreed",
    ),
    DataClass(
        "calendars",
        "Secret calendar addresses",
        Whom.MENTOR,
        "To show each mentor their own duties in a calendar",
        PUBLIC_TASK,
        "Whoever has the address: the mentor",
        "the day the address was ended",
        Period(Unit.DAYS, 30),
        least=0,
        most=365,
        source="An ended address is of no use",
        forget=(
            """
            delete from calendar_links
             where ended < :before and coalesce(mentor_id, 0) not in (select id from held_mentors)""",
        ),
        child="A calendar's secret address that was ended",
    ),
    DataClass(
        "staff",
        "Staff: their accounts",
        Whom.STAFF,
        "To let the right adults in, and to tell pupils whom to find",
        PUBLIC_TASK,
        "Lead, deputy, safeguarding lead and IT; pupils see name and room of who can help",
        "The end of the school year in which the person left",
        Period(Unit.YEARS, 1),
        least=0,
        most=6,
        source="IRMS toolkit for schools: user accounts",
        leavers=True,
    ),
    DataClass(
        "keys",
        "Keys of those who may open concerns",
        Whom.STAFF,
        "To seal what only its readers may open",
        SAFEGUARDING,
        "Nobody: a private half opens with its owner's password alone",
        "As long as the owner's account; then the lock is gone and the public half stays",
    ),
    DataClass(
        "log_ins",
        "Staff: log-ins that stand",
        Whom.STAFF,
        "To know which browser belongs to whom",
        PUBLIC_TASK,
        "Nobody: only a hash is kept",
        "the log-in's beginning",
        Period(Unit.DAYS, 2),
        least=1,
        most=2,
        source="A log-in ends after a working day",
        forget=("delete from log_ins where started < :before",),
        can_be_held=False,
    ),
    DataClass(
        "alerts",
        "Calls for an adult: when, which room, who went",
        Whom.SEVERAL,
        "To get an adult to a child, and to show afterwards that one came",
        SAFEGUARDING,
        "All staff, while it is open; then lead, deputy and safeguarding lead",
        "A call that a concern began from stays with it; the others: the end of the school year of the call",
        Period(Unit.YEARS, 1),
        least=1,
        most=6,
        source="No child is named in them; what happened stands in the school's child-protection file",
        forget=(
            f"delete from alert_steps where alert_id in ({_OLD_ALERTS})",  # noqa: S608 # a text of our own
            f"delete from alert_going where alert_id in ({_OLD_ALERTS})",  # noqa: S608
            f"delete from alerts where id in ({_OLD_ALERTS})",  # noqa: S608
        ),
        child="That you called an adult",
    ),
    DataClass(
        "concerns",
        "Concerns that adults wrote, sealed",
        Whom.CHILD,
        "To pass on that a child may be at risk, and to show what was done",
        SAFEGUARDING,
        "The safeguarding lead and the deputy alone, with their own keys; a writer's draft its writer",
        "Handed over to the school's own child-protection file, with a receipt; then the text is shredded here. A "
        "number, its state and the receipt stay. A concern has a hold of its own",
        can_be_held=False,
    ),
    DataClass(
        "channels",
        "Where messages go beyond the screens",
        Whom.STAFF,
        "To reach staff who are not before a screen",
        SAFEGUARDING,
        f"{LEADS}: the name of the channel; its address and passwords are shown to nobody again",
        "The day the channel is ended: its address and passwords are wiped at once",
    ),
    DataClass(
        "drills",
        "Drills: who answered, and how soon",
        Whom.STAFF,
        "To show that an adult would come",
        ACCOUNTABLE,
        LEADS,
        "The end of the school year of the drill",
        Period(Unit.YEARS, 3),
        least=1,
        most=6,
        source="Evidence for governors and inspectors: the last inspection's interval",
        forget=(
            """
            delete from drills
             where started < :before and started_by not in (select id from held_staff)
               and coalesce(answered_by, 0) not in (select id from held_staff)
               and coalesce(stopped_by, 0) not in (select id from held_staff)
               and id not in (select drill_id from drill_screens where staff_id in (select id from held_staff))""",
        ),
    ),
    DataClass(
        "timetable",
        "The timetable, and which adult was within call",
        Whom.STAFF,
        "To hold drop-ins with an adult within call",
        PUBLIC_TASK,
        "All staff; pupils and the hallway see room and time",
        "As long as the programme runs: an erased person is an id without a name",
    ),
    DataClass(
        "journal",
        "The paper trail: what changed, by whom, when, in ids alone",
        Whom.SEVERAL,
        "To answer for what was done, and to notice tampering",
        ACCOUNTABLE,
        "Lead, deputy, safeguarding lead and IT",
        "The end of the school year it was written in; then the year's chain goes whole",
        Period(Unit.YEARS, 6),
        least=3,
        most=10,
        source="Limitation Act 1980: six years",
        child="That you did something, such as scanning in: a number, not your name",
    ),
    DataClass(
        "decisions",
        "Decisions about data: holds, erasures, sign-offs",
        Whom.SEVERAL,
        "To show that data were kept, held and erased as they should be",
        ACCOUNTABLE,
        f"{LEADS}; IT may read",
        "Who was erased: a number, for good. A hold that has ended: the end of that school year",
        Period(Unit.YEARS, 6),
        least=1,
        most=10,
        source="Limitation Act 1980: six years",
        forget=("delete from holds where ended < :before",),
        child="That your data had to be kept longer, if somebody asked for that",
    ),
    DataClass(
        "checks",
        "The box's own checks",
        Whom.STAFF,
        "To show that the box forgets by itself",
        ACCOUNTABLE,
        "All staff",
        "the day of the check",
        Period(Unit.DAYS, 400),
        least=30,
        most=2000,
        source="A school year, and a bit",
        forget=(
            "delete from self_tests where at < :before and traces is not null",
            "delete from retention_runs where day < :before",
            "delete from wipes where at < :before and done is not null",
        ),
    ),
)
BY_CODE = {each.code: each for each in CLASSES}

_WRITER = "Who wrote or handed over a concern stays as a number; its words are sealed and the child's"
_SEALED = "Concerns are about a child, and sealed: the safeguarding lead answers for them"
# In the order in which an erasure goes through them: what looks up who was due comes before that is forgotten.
TABLES = (
    Table(
        "help_requests",
        "requests",
        "Today's requests",
        kept="Today's requests name mentors by number until close of day, when all of them are wiped anyway",
        withheld="Today's requests are the pupils', and are wiped at close of day: a copy of them would outlive that",
    ),
    Table(
        "overrides",
        "overrides",
        "Rules of the rota broken on purpose, with the reason",
        mentor=(
            """
            update overrides set reason = ''
             where reason <> '' and drop_in_id in (
                   select drop_in_id from due where mentor_id = :id
                    union select drop_in_id from once_due where mentor_id = :id
                    union select drop_in_id from duties where mentor_id = :id)""",
        ),
        held_back=("reason",),
        mentions="""
            :whose = 'mentor' and drop_in_id in (
                           select drop_in_id from due where mentor_id = :id
                            union select drop_in_id from once_due where mentor_id = :id
                            union select drop_in_id from duties where mentor_id = :id)""",
    ),
    Table(
        "rota_changes",
        "undo",
        "Changes of the rota that can be taken back",
        mentor=(
            """
            delete from rota_changes where id in (
                   select change_id from earlier_due, json_each(earlier_due.due) as each_due
                    where json_extract(each_due.value, '$[0]') = :id)""",
        ),
    ),
    Table(
        "earlier_due",
        "undo",
        "Who was due before a change, by number",
        held_back=("due",),
        mentions="""
            :whose = 'mentor' and exists (select 1 from json_each(earlier_due.due) as each_due
                     where json_extract(each_due.value, '$[0]') = :id)""",
    ),
    Table(
        "availability",
        "availability",
        "When the mentor can and cannot come, with the reason if one was given",
        mentor=("delete from availability where mentor_id = :id",),
    ),
    Table(
        "caps",
        "availability",
        "The most duties a week the mentor takes",
        mentor=("delete from caps where mentor_id = :id",),
    ),
    Table(
        "apart",
        "availability",
        "With whom the mentor is never a pair",
        mentor=("delete from apart where :id in (mentor_id, other_id)",),
    ),
    Table(
        "cover_asked",
        "attendance",
        "Who was asked to cover",
        mentor=(
            """
            delete from cover_asked
             where mentor_id = :id or request_id in (select id from cover_requests where mentor_id = :id)""",
        ),
    ),
    Table(
        "cover_requests",
        "attendance",
        "Cover and swaps asked for, and who took them",
        mentor=(
            "delete from cover_requests where mentor_id = :id",
            """
            update cover_requests
               set state = case when back_drop_in_id is null then 'open' else 'withdrawn' end,
                   taken_by = null, back_drop_in_id = null
             where taken_by = :id and state = 'taken'""",
        ),
        kept="That another mentor's place was taken stays with that mentor; by whom is a number without a name",
    ),
    Table(
        "attendance_corrections",
        "attendance",
        "What the lead put right about a drop-in",
        mentor=("delete from attendance_corrections where mentor_id = :id",),
    ),
    Table("due", "attendance", "Who is or was due", mentor=("delete from due where mentor_id = :id",)),
    Table("once_due", "attendance", "Who was due once", mentor=("delete from once_due where mentor_id = :id",)),
    Table(
        "duties",
        "duties",
        "Duties done, with scan-in and scan-out, and how they felt",
        mentor=(
            """
            update duties
               set mood = null, assumed = 1,
                   started = (select starts from drop_ins where id = duties.drop_in_id),
                   ended = (select ends from drop_ins where id = duties.drop_in_id)
             where mentor_id = :id
               and (mood is not null or assumed = 0 or ended is null
                    or started <> (select starts from drop_ins where id = duties.drop_in_id))""",
        ),
        kept="That somebody was on duty stays counted, with the drop-in's own times; when exactly and who are gone",
    ),
    Table(
        "leavings",
        "leavings",
        "What ended when a mentor left, until the next day",
        mentor=(
            """
            delete from leavings
             where mentor_id = :id
                or exists (select 1 from json_each(leavings.ended, '$.others') as other where other.value = :id)""",
        ),
        held_back=("ended",),
        mentions="""
            :whose = 'mentor'
            and exists (select 1 from json_each(leavings.ended, '$.others') as other where other.value = :id)""",
    ),
    Table(
        "photos", "photos", "The photograph for the staff room", mentor=("delete from photos where mentor_id = :id",)
    ),
    Table(
        "calendar_links",
        "calendars",
        "Secret calendar addresses",
        mentor=("delete from calendar_links where mentor_id = :id",),
        held_back=("link",),
    ),
    Table(
        "badges",
        "mentors",
        "Badges issued, printed and ended",
        mentor=("update badges set printed = null where mentor_id = :id and printed is not null",),
        kept="The numbers of ended badges stay, so that no other badge ever gets one of them",
        held_back=("number",),
    ),
    Table(
        "alerts",
        "alerts",
        "Calls for an adult",
        mentor=("update alerts set mentor_id = null where mentor_id = :id",),
        kept="That an adult was called and one came stays; who called is gone, who came is a number without a name",
        held_back=("key",),
    ),
    Table("alert_steps", "alerts", "To whom a call for an adult was passed on"),
    Table("alert_going", "alerts", "Who said “I am going”", kept="Who went stays as a number without a name"),
    Table("messages", "alerts", "Messages beyond the screens", kept="Who was said to be going stays as a number"),
    Table("channels", "channels", "Channels for messages", held_back=("url",)),
    Table("drills", "drills", "Drills, with their figures", kept="Who held or answered a drill stays as a number"),
    Table("drill_screens", "drills", "On whose screen a drill was shown", kept="Whose screen it was stays as a number"),
    Table(
        "log_ins",
        "log_ins",
        "Log-ins that stand",
        staff=("delete from log_ins where staff_id = :id",),
        held_back=("token_hash",),
    ),
    Table(
        "known_browsers",
        "staff",
        "Browsers this person has logged in from, as hashes",
        staff=("delete from known_browsers where staff_id = :id",),
        held_back=("token_hash",),
    ),
    Table(
        "second_factors",
        "staff",
        "The second factor of the log-in",
        staff=("delete from second_factors where staff_id = :id",),
        held_back=("secret", "last_step"),
    ),
    Table(
        "recovery_codes",
        "staff",
        "Recovery codes, as hashes, and which were used",
        staff=("delete from recovery_codes where staff_id = :id",),
        held_back=("code_hash",),
    ),
    Table(
        "printed_codes",
        "staff",
        "Printed codes that let this person in once, as hashes",
        staff=("delete from printed_codes where staff_id = :id",),
        held_back=("code_hash",),
    ),
    Table(
        "keys",
        "keys",
        "Keys of those who may open concerns: the public half, and the private half locked with their password",
        staff=(
            """
            update keys set locked = null, ended = coalesce(ended, :now)
             where staff_id = :id and (locked is not null or ended is null)""",
        ),
        kept="The public half of a key stays, because it says to whom a record was sealed; its lock is gone",
        held_back=("public", "locked"),
    ),
    Table("concerns", "concerns", "Concerns, by number and state", kept=_WRITER, withheld=_SEALED),
    Table("concern_entries", "concerns", "What was written, sealed", kept=_WRITER, withheld=_SEALED),
    Table("concern_drafts", "concerns", "Drafts of concerns, sealed", kept=_WRITER, withheld=_SEALED),
    Table("concern_hand_overs", "concerns", "What was handed over", kept=_WRITER, withheld=_SEALED),
    Table("concern_receipts", "concerns", "Receipts, sealed", kept=_WRITER, withheld=_SEALED),
    Table("concern_links", "concerns", "Which concerns belong together"),
    Table("concern_handed", "concerns", "Which concerns went with a hand-over"),
    Table(
        "holds",
        "decisions",
        "Legal holds, with the reason",
        mentor=(
            "update holds set ended = coalesce(ended, :now), reason = '' where mentor_id = :id "
            "and (reason <> '' or ended is null)",
        ),
        staff=(
            "update holds set ended = coalesce(ended, :now), reason = '' where staff_id = :id "
            "and (reason <> '' or ended is null)",
        ),
        kept="That there was a hold stays; its reason is gone",
        held_back=("reason",),
    ),
    Table(
        "leavers",
        "decisions",
        "Since when somebody is no longer here, by number",
        mentions="whom = :whose and person_id = :id",
    ),
    Table("erased", "decisions", "Who was erased, by number, so that no older backup brings them back"),
    Table("retention_periods", "decisions", "The periods the school chose"),
    Table("sign_offs", "decisions", "Who signed which paper, and what it rested on"),
    Table("journal_drops", "decisions", "Which years of the journal went when their time was over"),
    Table("retention_runs", "checks", "The days on which the box went through the periods"),
    Table("wipes", "checks", "When the file was rewritten after something was forgotten"),
    Table("self_tests", "checks", "What the box found when it looked for traces of requests"),
    Table("slots", "timetable", "Weekly slots, each with its adult within call", kept="The slot keeps a number"),
    Table("drop_ins", "timetable", "Drop-ins, each with its adult within call", kept="The drop-in keeps a number"),
    Table("year_ends", "timetable", "When each school year was ended, and by whom"),
    Table(
        "journal",
        "journal",
        "What changed, by whom, when: ids alone",
        kept="The journal holds numbers, never a name; it cannot be changed without being seen, and goes by its year",
        held_back=("hash", "previous", "about"),
    ),
    Table(
        "mentors",
        "mentors",
        "Name, year group, address, state",
        mentor=(
            """
            update mentors
               set given_name = 'A former', family_name = 'mentor', display_name = 'A former mentor', year_group = '',
                   email = '', experienced = 0, shows_name = 0, state = 'left'
             where id = :id""",
        ),
        kept="A number without a name stays, so that counts stay right and the number is never given again",
    ),
    Table(
        "staff",
        "staff",
        "Name, address, role, room, telephone",
        staff=(
            f"""
            update staff
               set name = '{FORMER_STAFF}', email = 'nobody-' || id || '@gone.invalid', password = '{_NO_PASSWORD}',
                   role = 'helper', room = '', phone = '', ended = coalesce(ended, :now)
             where id = :id""",  # noqa: S608 # two texts of our own
        ),
        kept="A number without a name stays, so that the trail stays whole and the number is never given again",
        held_back=("password",),
    ),
)
BY_NAME = {each.name: each for each in TABLES}

# Tables that are not about any person, each with why not.
NOT_ABOUT_A_PERSON = {
    "programme": "the school's name and hours, and the addresses of its own screens",
    "half_terms": "term dates",
    "closures": "closed days",
    "visits": "how many asked on a drop-in: a count",
    "topics": "how many asked about a topic in a half term: a count",
    "stretches": "half terms that topics are told by",
    "blocks": "how many asked on several drop-ins together: a count",
    "printers": "measures of printers",
    "printing_choice": "how badges were printed last",
    "logo": "the school's picture",
    "_sqlite_migrations": "which version of the store this is",
    "sqlite_sequence": "the store's own numbering",
    "sqlite_stat1": "the store's own statistics",
}
