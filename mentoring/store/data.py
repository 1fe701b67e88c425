"""What `store` keeps, for whom, and how long unless the school says otherwise.

The journal, in ids alone, six school years; when the file was rewritten, 400 days.
"""

from mentoring.basics.data_map import ACCOUNTABLE, AreaData, DataClass, Period, Table, Unit, Whom

CLASSES = (
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
)

TABLES = (
    Table(
        "journal",
        "journal",
        "What changed, by whom, when: ids alone",
        kept="The journal holds numbers, never a name; it cannot be changed without being seen, and goes by its year",
        held_back=("hash", "previous", "about"),
    ),
    Table("journal_drops", "decisions", "Which years of the journal went when their time was over"),
    Table("wipes", "checks", "When the file was rewritten after something was forgotten"),
)

ABOUT_NOBODY = {
    "_sqlite_migrations": "which version of the store this is",
    "sqlite_sequence": "the store's own numbering",
    "sqlite_stat1": "the store's own statistics",
}

DATA = AreaData(CLASSES, TABLES, ABOUT_NOBODY)
