"""What `privacy` keeps, for whom, and how long unless the school says otherwise.

Decisions about data, six school years; who was erased, for good; the box's own checks, 400 days.
"""

from mentoring.basics.data_map import ACCOUNTABLE, LEADS, AreaData, DataClass, Period, Table, Unit, Whom

CLASSES = (
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

TABLES = (
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
    Table("retention_runs", "checks", "The days on which the box went through the periods"),
)

DATA = AreaData(CLASSES, TABLES)
