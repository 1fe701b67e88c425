"""The `Area` of the drop-in on its day: its pages, rights and texts."""

from types import MappingProxyType

from admin.frame.area import Area, Group, RailLine
from admin.frame.rights import ALL, CARERS, LEADS, LUNCH, Right
from admin.lunch import board, now, on_duty, requests, today, waiting

RIGHTS = (
    Right("See and answer an alert", ALL, ("now.now",)),
    Right("See Today and print its sheet", LUNCH, ("today.today", "today.sheet")),
    Right("See who is on duty", LUNCH, ("on_duty.show", "on_duty.now", "on_duty.week")),
    Right("Name the adult within call for today", CARERS, ("today.adult",)),
    Right("Change and plan the rota", LEADS, ("today.step_in",)),
    Right(
        "See how often pupils asked, and what about",
        CARERS,
        (
            "requests_page.show",
            "requests_page.visits_chart",
            "requests_page.topics_chart",
            "requests_page.visits_file",
            "requests_page.topics_file",
        ),
    ),
    Right("Set the smallest number that is told", LEADS, ("requests_page.set_smallest",)),
)
RAIL = (
    RailLine(Group.TODAY, 1, "Today", "house", "today.today", ("today",)),
    RailLine(Group.LUNCH, 3, "On duty", "door-open", "on_duty.show", ("on_duty",)),
    RailLine(Group.LUNCH, 4, "Requests", "messages-square", "requests_page.show", ("requests_page",)),
)
# The sentences of the paper trail. Their subject is the person who acted; `{...}` is filled from the journal row.
TRAIL = MappingProxyType(
    {
        "attendance.corrected": "corrected whether {mentor} came to {drop_in}",
        "attendance.uncorrected": "took back a correction of whether {mentor} came to {drop_in}",
        "counts.half_term_over": "opened the counts of a half term that is over",
        "counts.threshold": "set from which number on counts are shown",
        "drop_in.closed_early": "took back the closing of drop-ins that are still to come",
        "drop_in.closed": "closed {drop_in} and made counts of its requests",
        "duty.ended": "ended the duty of {mentor} at {drop_in}",
        "duty.refused": "refused a badge (badge {badge}: {code})",
        "duty.wrong_codes": "was given many codes that are no badge",
        "duty.started": "scanned {mentor} in for {drop_in}",
    }
)
# The message shown after a change, by the value of `said` in the page's address.
SAID = MappingProxyType(
    {
        "stepped_in": "Put in. They can scan in now.",
        "smallest": "Saved. What is told from now on keeps to it.",
    }
)
# Where the guide explains each page: the anchor of a heading, by blueprint or endpoint.
GUIDE = MappingProxyType(
    {
        "today": "thursday-the-first-lunch",
        "today.sheet": "todays-sheet",
        "on_duty": "on-duty-in-the-staff-room",
        "requests_page": "friday-what-is-left-of-the-lunches",
    }
)
AREA = Area(
    pages=(
        board.pages,
        now.pages,
        on_duty.pages,
        requests.pages,
        today.pages,
    ),
    rights=RIGHTS,
    rail=RAIL,
    waiting=(waiting.wrong_codes, waiting.refusals),
    trail=TRAIL,
    said=SAID,
    by_link=("today.healthz", "board.board", "board.board_json"),
    alerts=("now.now",),
    polled=("on_duty.now",),
    guide=GUIDE,
)
