"""What `safeguarding` keeps, for whom, and how long unless the school says otherwise.

Calls for an adult, a school year; drills, three; concerns, sealed, until they are handed over; a channel's address,
until it is ended.
"""

from mentoring.basics.data_map import ACCOUNTABLE, LEADS, SAFEGUARDING, AreaData, DataClass, Period, Table, Unit, Whom

# An alert is kept whole while whoever raised it, was told of it or went is under a legal hold.
_OLD_ALERTS = """
    select id from alerts
     where raised < :before
       and coalesce(mentor_id, 0) not in (select id from held_mentors)
       and coalesce(acknowledged_by, 0) not in (select id from held_staff)
       and coalesce(told_to, 0) not in (select id from held_staff)
       and id not in (select alert_id from alert_going where staff_id in (select id from held_staff))
       and id not in (select alert_id from concerns where alert_id is not null)
       and id not in (select alert_id from concern_drafts where alert_id is not null)"""
_WRITER = "Who wrote or handed over a concern stays as a number; its words are sealed and the child's"
_SEALED = "Concerns are about a child, and sealed: the safeguarding lead answers for them"

CLASSES = (
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
)

TABLES = (
    Table(
        "alerts",
        "alerts",
        "Calls for an adult",
        mentor=("update alerts set mentor_id = null where mentor_id = :id",),
        kept="That an adult was called and one came stays; who called is gone, who was told or came is a bare number",
        held_back=("key",),
    ),
    Table("alert_steps", "alerts", "To whom a call for an adult was passed on"),
    Table("alert_going", "alerts", "Who said “I am going”", kept="Who went stays as a number without a name"),
    Table("messages", "alerts", "Messages beyond the screens", kept="Who was said to be going stays as a number"),
    Table("channels", "channels", "Channels for messages", held_back=("url",)),
    Table("drills", "drills", "Drills, with their figures", kept="Who held or answered a drill stays as a number"),
    Table("drill_screens", "drills", "On whose screen a drill was shown", kept="Whose screen it was stays as a number"),
    Table("concerns", "concerns", "Concerns, by number and state", kept=_WRITER, withheld=_SEALED),
    Table("concern_entries", "concerns", "What was written, sealed", kept=_WRITER, withheld=_SEALED),
    Table("concern_drafts", "concerns", "Drafts of concerns, sealed", kept=_WRITER, withheld=_SEALED),
    Table("concern_hand_overs", "concerns", "What was handed over", kept=_WRITER, withheld=_SEALED),
    Table("concern_receipts", "concerns", "Receipts, sealed", kept=_WRITER, withheld=_SEALED),
    Table("concern_links", "concerns", "Which concerns belong together"),
    Table("concern_handed", "concerns", "Which concerns went with a hand-over"),
)

ABOUT_NOBODY = {"trusted_screens": "which browsers show the staff room's screen; who marked them is in the journal"}

DATA = AreaData(CLASSES, TABLES, ABOUT_NOBODY)
