"""The `Area` of personal data: its pages, rights and texts."""

from types import MappingProxyType

from admin.frame.area import Area, Group, RailLine
from admin.frame.rights import ACCOUNTS, CARERS, LEADS, Right
from admin.privacy import papers, person, privacy

RIGHTS = (
    Right(
        "Read the privacy papers",
        ACCOUNTS,
        (
            "privacy_page.show",
            "privacy_papers.record",
            "privacy_papers.record_csv",
            "privacy_papers.assessment",
            "privacy_papers.pupils",
        ),
    ),
    Right(
        "Choose periods, hold data, sign the privacy papers",
        CARERS,
        (
            "privacy_page.set_period",
            "privacy_page.confirm_periods",
            "privacy_page.hold",
            "privacy_page.end_hold",
            "privacy_papers.sign",
        ),
    ),
    Right(
        "Hand out what is held about a person",
        CARERS,
        ("privacy_person.find", "privacy_person.person", "privacy_person.take_along"),
    ),
    Right("Erase a person", LEADS, ("privacy_person.before_erasing", "privacy_person.erase")),
)
RAIL = (
    RailLine(
        Group.SCHOOL_AND_BOX,
        5,
        "Privacy",
        "shield",
        "privacy_page.show",
        ("privacy_page", "privacy_person", "privacy_papers"),
    ),
)
# The sentences of the paper trail. Their subject is the person who acted; `{...}` is filled from the journal row.
TRAIL = MappingProxyType(
    {
        "hold.begun": "put a legal hold (hold {hold})",
        "hold.ended": "ended a legal hold (hold {hold})",
        "privacy.handed_over": "handed somebody all that the box holds about them",
        "privacy.signed": "signed a privacy paper ({paper})",
        "retention.forgot": "forgot what was over its time ({data_class}: {rows} rows)",
        "retention.looked_at": "looked at how long something is kept, and left it ({data_class})",
        "retention.period": "changed how long something is kept ({data_class})",
    }
)
# The message shown after a change, by the value of `said` in the page's address.
SAID = MappingProxyType(
    {
        "period": "Kept. It holds from the next time the box forgets, once a day.",
        "looked_at": "Written down. Each period holds as it stands below, until you change it.",
        "held": "Held. Nothing of it is forgotten or erased until somebody here ends the hold.",
        "hold_ended": "Ended. What has had its time meanwhile goes at the next run.",
        "signed": "Signed. This page says so until something it rests on changes.",
    }
)
# Where the guide explains each page: the anchor of a heading, by blueprint or endpoint.
GUIDE = MappingProxyType(
    {
        "privacy_page": "privacy-what-is-kept-and-for-how-long",
        "privacy_papers": "privacy-what-is-kept-and-for-how-long",
        "privacy_person": "privacy-what-is-kept-and-for-how-long",
    }
)
AREA = Area(
    pages=(
        privacy.pages,
        person.pages,
        papers.pages,
    ),
    rights=RIGHTS,
    rail=RAIL,
    trail=TRAIL,
    said=SAID,
    guide=GUIDE,
)
