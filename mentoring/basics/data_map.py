"""The types of the data map. Each area states its classes of data and its tables in its `data.py`.

`mentoring/privacy/data_map.py` gathers them. The privacy papers print the texts unchanged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

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

    `forget` are the SQL statements that delete what happened before `:before`, a date. `leavers`: the period begins
    when the person leaves, and the tables of the class say how that person is erased. `columns` are single columns
    (`table.column`) of tables that belong to another class. A class without a `default` has no period: `runs_from` says
    in words how long it is kept. `data`: what it holds in plain names, such as "first name, year group"; where it is
    empty, what its tables hold says so.
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
    data: str = ""

    @property
    def is_chosen(self) -> bool:
        """Whether a school chooses how long it is kept."""
        return self.default is not None and self.least != self.most


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


@dataclass(frozen=True)
class AreaData:
    """What one area keeps; a table may be in a class of another area.

    `tables` stand in the order of an erasure. `about_nobody` names tables that are about no person, each with why.
    """

    classes: tuple[DataClass, ...] = ()
    tables: tuple[Table, ...] = ()
    about_nobody: Mapping[str, str] = field(default_factory=dict)


PUBLIC_TASK = "Public task (UK GDPR art 6(1)(e)): the school's duty to promote pupils' welfare"
SAFEGUARDING = (
    "Public task (art 6(1)(e)); for what touches health or safety, substantial public interest (art 9(2)(g), "
    "Data Protection Act 2018 Sch 1 para 18, safeguarding of children)"
)
CONSENT = "Consent (art 6(1)(a)), asked of the mentor, and of a parent where the school's policy says so"
ACCOUNTABLE = "Public task (art 6(1)(e)) and accountability (art 5(2))"
LEADS = "The lead, the deputy and the safeguarding lead"
