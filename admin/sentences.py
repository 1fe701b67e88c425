"""What the staff pages say where the words depend on what happened."""

from datetime import date, datetime

from mentoring import clock
from mentoring.alerts import About
from mentoring.close_of_day import SelfTest

TROUBLES = {
    400: ("That request could not be understood.", "Nothing was changed. Go back and try again."),
    403: (
        "This page is out of date, or not yours to use.",
        "Nothing was changed. Open it again, or ask the lead to.",
    ),
    404: ("There is nothing at this address.", "It may have been replaced. Start again from Today."),
    405: ("There is nothing at this address.", "Start again from Today."),
    413: ("That is too large.", "Nothing was changed. Send something smaller than 4 MB."),
    429: ("Too many tries.", "Wait one minute, then try again. Your password still works."),
    500: (
        "Something went wrong here.",
        "Nothing was half done. Try again; if it stays, ask whoever looks after the box.",
    ),
    503: ("The box cannot reach its memory.", "Run lunch from the printed sheet, and ask whoever looks after the box."),
}

ALERT_ABOUT = {
    About.RED_TILE: "A pupil asks for an adult",
    About.BULLYING: "A mentor asks for an adult: bullying",
    About.SELF_HARM: "A mentor asks for an adult: self-harm",
    About.EATING_DISORDER: "A mentor asks for an adult: an eating problem",
    About.ABUSE: "A mentor asks for an adult: somebody is hurt or abused",
    About.ANYTHING_ELSE: "A mentor is worried about a pupil",
}

MOODS = {5: "really good", 4: "good", 3: "all right", 2: "a bit hard", 1: "hard"}

SAID = {
    "added": "Added.",
    "saved": "Saved.",
    "ended": "Ended. What has already happened stays on record.",
    "revoked": "The badge is revoked. Its square is dead.",
    "imported": "Everybody in the file is on the list now. Print their badges next.",
    "closed_days": "Closed. Nobody is due on these days; who was is kept, in case you take it back.",
    "called_off": "Called off. The board, the kiosk and the calendars say so; who was due is kept.",
    "held_again": "Held after all. Whoever was due is due again.",
    "year_ended": "The year is ended. Leavers' badges are dead, the others have moved up, and all totals stay.",
    "link": "The board has a new address. The old one shows nothing now.",
}


def day(value: date) -> str:
    """`Tue 12 January`."""
    return f"{value:%a} {value.day} {value:%B}"


def long_day(value: date) -> str:
    """`Tuesday 12 January`."""
    return f"{value:%A} {value.day} {value:%B}"


def when(value: date, hour: str, *, today: date) -> str:
    """`Today 12:30`, `Tomorrow 12:30`, `Thursday 12:30`, `Thu 14 January 12:30`."""
    ahead = (value - today).days
    near = {0: "Today", 1: "Tomorrow"}
    return f"{near.get(ahead, f'{value:%A}' if ahead < 7 else day(value))} {hour}"


REFUSED = {
    "not_valid": "A badge that is not good any more was shown",
    "not_due": "Somebody who is not due showed their badge",
    "see_lead": "Somebody who is not fit for duty showed their badge",
    "no_drop_in": "A badge was shown outside the drop-in",
    "copy": "The same badge was held up twice at once: one is a copy",
}


def forgotten(last: SelfTest | None, *, now: datetime, zone: str) -> str:
    """What Today says of the last close of day."""
    if last is None:
        return "The first close of day is still to come."
    days = (clock.school_day(now, zone) - clock.school_day(last.at, zone)).days
    when = {0: "Today's", 1: "Yesterday's"}.get(days, f"{day(clock.school_day(last.at, zone))}:")
    if last.traces:
        return f"{when} requests were forgotten, but {last.traces} traces were found. Ask whoever looks after the box."
    if last.looked is None:
        return (
            f"{when} requests were forgotten at {clock.hour(last.at, zone)}; the box was struck before it could check."
        )
    return f"{when} requests were forgotten at {clock.hour(last.at, zone)}, checked."
