"""Version 0.2: the whole schema as it stood then."""

from sqlite_utils import Database

from mentoring.store.database import run
from mentoring.store.schema import access, lunch, people, planning, privacy, safeguarding, school, store, year


def migrate(db: Database) -> None:
    """Make every table, index, trigger and view of version 0.2 in an empty file."""
    for area in (store, school, access, safeguarding, people, planning, lunch, year, privacy):
        run(db, area.SCHEMA)
