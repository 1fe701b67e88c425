"""The `Area` of the school year: its page, rights and texts."""

from types import MappingProxyType

from admin.frame.area import Area, Group, RailLine
from admin.frame.rights import LEADS, Right
from admin.school import school_year

RIGHTS = (
    Right(
        "Set slots, terms and closures, call a drop-in off, end the year",
        LEADS,
        (
            "school_year_page.show",
            "school_year_page.add_slot",
            "school_year_page.change_slot",
            "school_year_page.end_slot",
            "school_year_page.week",
            "school_year_page.closed_weeks",
            "school_year_page.add_half_term",
            "school_year_page.change_half_term",
            "school_year_page.remove_half_term",
            "school_year_page.add_closure",
            "school_year_page.remove_closure",
            "school_year_page.outside",
            "school_year_page.settle",
            "school_year_page.undo",
            "school_year_page.call_off",
            "school_year_page.reopen",
        ),
    ),
)
RAIL = (
    RailLine(
        Group.SCHOOL_AND_BOX, 1, "School year", "school", "school_year_page.show", ("school_year_page", "year_end_page")
    ),
)
# The sentences of the paper trail. Their subject is the person who acted; `{...}` is filled from the journal row.
TRAIL = MappingProxyType(
    {
        "closure.added": "closed days of the school year",
        "closure.removed": "took back closed days of the school year",
        "drop_in.adult": "named {staff} as the adult within call for {drop_in}",
        "drop_in.called_off": "called off {drop_in}",
        "drop_in.kept": "kept {drop_in}, though the weekly pattern has changed",
        "drop_in.moved": "moved the drop-in of {day} with the weekly pattern: it is now {drop_in}",
        "drop_in.reopened": "held {drop_in} after all",
        "half_term.added": "added a half term",
        "half_term.changed": "changed a half term",
        "half_term.removed": "removed a half term",
        "pattern.undone": "took back a change of the weekly pattern",
        "programme.closed_weeks": "said that weeks A and B {letters} after a week that is closed",
        "slot.added": "added a weekly slot",
        "slot.ended": "ended a weekly slot",
        "slot.changed": "set a weekly slot to {places} places, with {staff} within call",
    }
)
# The message shown after a change, by the value of `said` in the page's address.
SAID = MappingProxyType(
    {
        "closed_days": "Closed. Nobody is due on these days; who was is kept, in case you take it back.",
        "pattern_undone": "Taken back, with the drop-ins that it moved or called off.",
        "called_off": "Called off. The board, the kiosk and the calendars say so; who was due is kept.",
        "held_again": "Held after all. Whoever was due is due again.",
    }
)
# Where the guide explains each page: the anchor of a heading, by blueprint or endpoint.
GUIDE = MappingProxyType(
    {
        "school_year_page": "through-the-year",
    }
)
AREA = Area(
    pages=(school_year.pages,),
    rights=RIGHTS,
    rail=RAIL,
    trail=TRAIL,
    said=SAID,
    guide=GUIDE,
)
