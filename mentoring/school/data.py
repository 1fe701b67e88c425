"""What `school` keeps, for whom, and how long unless the school says otherwise.

The timetable with its adults within call, as long as the programme runs.
"""

from mentoring.basics.data_map import PUBLIC_TASK, AreaData, DataClass, Table, Whom

CLASSES = (
    DataClass(
        "timetable",
        "The timetable, and which adult was within call",
        Whom.STAFF,
        "To hold drop-ins with an adult within call",
        PUBLIC_TASK,
        "All staff; pupils and the hallway see room and time",
        "As long as the programme runs: an erased person is an id without a name",
    ),
)

TABLES = (
    Table("slots", "timetable", "Weekly slots, each with its adult within call", kept="The slot keeps a number"),
    Table("drop_ins", "timetable", "Drop-ins, each with its adult within call", kept="The drop-in keeps a number"),
)

ABOUT_NOBODY = {
    "programme": "the school's name and hours, the addresses of its own screens, how the kiosk shows its pages",
    "half_terms": "term dates",
    "closures": "closed days",
}

DATA = AreaData(CLASSES, TABLES, ABOUT_NOBODY)
