"""What `lunch` keeps, for whom, and how long unless the school says otherwise.

Requests until close of day, then counts, which are about nobody. Duties a school year after the mentor left, and how
they felt to the end of the term.
"""

from mentoring.basics.data_map import LEADS, PUBLIC_TASK, SAFEGUARDING, AreaData, DataClass, Period, Table, Unit, Whom

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
        data="Which drop-in, when the mentor came and went",
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
        data="How a duty was, as one of three faces",
    ),
)

TABLES = (
    Table(
        "help_requests",
        "requests",
        "Today's requests",
        kept="Today's requests name mentors by number until close of day, when all of them are wiped anyway",
        withheld="Today's requests are the pupils', and are wiped at close of day: a copy of them would outlive that",
    ),
    Table(
        "attendance_corrections",
        "attendance",
        "What the lead put right about a drop-in",
        mentor=("delete from attendance_corrections where mentor_id = :id",),
    ),
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
    Table("self_tests", "checks", "What the box found when it looked for traces of requests"),
)

ABOUT_NOBODY = {
    "visits": "how many asked on a drop-in: a count",
    "topics": "how many asked about a topic in a half term: a count",
    "stretches": "half terms that topics are told by",
    "blocks": "how many asked on several drop-ins together: a count",
    "cameras": "the kiosk's cameras by name and state",
    "camera_code": "the code that opens the choice of a camera, hashed",
}

DATA = AreaData(CLASSES, TABLES, ABOUT_NOBODY)
