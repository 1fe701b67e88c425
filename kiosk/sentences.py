"""The kiosk's sentences: all text that depends on what happened, in words a nine-year-old reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from badges import code
from mentoring.access.staff import Staff
from mentoring.basics import clock
from mentoring.basics.data_map import Unit
from mentoring.lunch.cameras import State as CameraState
from mentoring.lunch.close_of_day import SelfTest
from mentoring.lunch.duty import Room, RoomState, Scan, ScanCode
from mentoring.lunch.help_requests import Ended, Outcome, Topic, is_passed_on
from mentoring.people.mentors import Mentor
from mentoring.planning.cover import Answer, Code, Kind, Request, State
from mentoring.privacy.retention import Kept
from mentoring.safeguarding.alerts import About, Alert, Level, is_unseen
from mentoring.school.school_year import DropIn

TOPICS = {
    Topic.SCHOOLWORK: ("Schoolwork", "book-open"),
    Topic.FRIENDSHIPS: ("Friendships", "users"),
    Topic.PEER_PRESSURE: ("Peer pressure", "megaphone"),
    Topic.FAMILY: ("Family", "house-heart"),
    Topic.BULLYING: ("Bullying", "shield"),
    Topic.COMPANY: ("Just some company", "sofa"),
    Topic.SOMETHING_ELSE: ("Something else", "sparkles"),
    Topic.RATHER_NOT_SAY: ("Rather not say", "circle-dashed"),
}

ABOUT = {
    About.BULLYING: "Bullying",
    About.SELF_HARM: "Self-harm",
    About.EATING_DISORDER: "Eating",
    About.ABUSE: "Being hurt or abused",
    About.ANYTHING_ELSE: "Anything else that worries me",
}

# Whom an alert has been passed to when nobody answered.
PASSED_TO = {Level.DEPUTY: "the deputy", Level.EVERYONE: "all staff"}

OUTCOMES = {
    Outcome.TALKED: ("We talked", "messages-square"),
    Outcome.COMING_BACK: ("They are coming back", "undo-2"),
    Outcome.TOLD_STAFF: ("I told a member of staff myself", "shield-check"),
    Outcome.OTHER: ("Something else", "circle-dashed"),
}

# From 1 (hard) to 5 (good), as the store keeps them.
MOODS = (
    (1, "Hard", "face-1"),
    (2, "A bit hard", "face-2"),
    (3, "All right", "face-3"),
    (4, "Good", "face-4"),
    (5, "Really good", "face-5"),
)

# How many wait; further ones in digits.
COUNTED = ("Nobody", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")

# Why a mentor cannot come: one tap; the lead, the deputy and the safeguarding lead see it.
KINDS = {
    Kind.EXAM: ("An exam or a test", "graduation-cap"),
    Kind.ILL: ("I am not well", "house-heart"),
    Kind.TRIP: ("A trip", "map-pin"),
    Kind.OTHER: ("Something else", "circle-dashed"),
}

SCANNER_SENT = "The scanner sent something that is not a badge."
SCAN_CUT = "Only a part of that scan came through. Scan it once more."
OTHER_BADGE = "Now the other mentor shows their badge."
OWN_BADGE = "That is your own badge. Now the other mentor shows theirs."
NOT_A_BADGE = "That is not a mentor badge. Now the other mentor shows theirs."
NO_GOOD_BADGE = "This badge cannot swap. {lead} can help."

# What the box knows of whoever asks; the last self-test's result is the fifth.
FACTS = (
    "It does not know who you are: it never asks for a name, and the camera only looks for badges.",
    "It remembers your word, such as Blue Turtle, and what you tapped it was about, until the end of lunch.",
    "It keeps nothing of what you say to a mentor.",
    "After lunch all of it becomes two numbers, how many came and what about, and the rest is wiped.",
)

# What each column of a help request means, in a child's words; an empty text needs no telling of its own.
KEPT = {
    "id": "A number for your ticket, made up by chance",
    "key": "A second number, so that tapping twice counts once",
    "drop_in_id": "Which lunch it is",
    "place": "Whose turn comes before yours",
    "ticket": "Your word, such as Blue Turtle",
    "topic": "What you tapped it was about",
    "wish": "Which mentor you asked for, if you did",
    "state": "Whether you are still waiting",
    "outcome": "How the talk ended, as the mentor tapped it",
    "taken_by": "Which mentor called you",
    "missed": "Whether you were called and not found",
    "spent": "Whether your ticket's page was closed",
}
NEVER_KEPT = (
    "Your name or your year",
    "Your face: the camera only looks for badges",
    "The time you came",
    "What you say to a mentor",
)

# What the page says of a camera that shows no badge, by its state; the other ways in are always named.
_OTHER_WAYS = "Type the code under the square, or use the scanner."
CAMERA = {
    CameraState.GONE: f"The camera is not there. {_OTHER_WAYS}",
    CameraState.SHUT: f"The camera will not open. {_OTHER_WAYS}",
    CameraState.SILENT: f"The camera sends no picture. {_OTHER_WAYS}",
    CameraState.DARK: f"The camera sees only black. Is something in front of it? {_OTHER_WAYS}",
    CameraState.STILL: f"The camera's picture has stopped. {_OTHER_WAYS}",
    CameraState.INFRARED: f"This camera cannot see badges. {_OTHER_WAYS}",
}
CAMERA_CHOSEN = ("Thank you. This camera will be used from now on.", "Hold a badge up to try it.")
CAMERA_NOT_CHOSEN = ("That code has been used.", "Nothing was changed. Staff: make another code on The box.")

NOT_SET_UP = 0
TIME_UNSURE = 1
NO_BADGE_KEY = 2
TROUBLES = {
    TIME_UNSURE: (
        "This screen does not know what time it is.",
        "Please find a mentor or any adult in the room. Staff: set the box's clock, or look at Today.",
    ),
    NOT_SET_UP: ("This drop-in is not set up yet.", "Staff: open the staff pages on this box to begin."),
    NO_BADGE_KEY: (
        "No badge can be read just now.",
        "It is not your fault. Pupils can ask all the same. Mentors: please tell any adult.",
    ),
    400: ("That did not work.", "Nothing was saved. Please go back and try again, or find any adult."),
    403: ("That did not come from this screen.", "Nothing was saved. Please go back and try again."),
    404: ("There is nothing here.", "Please go back to the first page."),
    405: ("There is nothing here.", "Please go back to the first page."),
    413: ("That picture is too large.", "Please hold your badge up again, or type its code."),
    429: ("That was too quick.", "Please wait a moment and type the code again, or hold the badge to the camera."),
    500: ("Something went wrong here.", "If you need somebody now, find any adult. Mentors are still here to listen."),
    503: ("This screen cannot remember anything right now.", "Please find a mentor or any adult in the room."),
}


def when(drop_in: DropIn, *, now: datetime, zone: str) -> str:
    """`today at 12:30`, `tomorrow at 12:30`, `on Thursday at 12:30`, `on Thursday 14 January at 12:30`."""
    days = (drop_in.date - clock.school_day(now, zone)).days
    hour = clock.hour(drop_in.starts, zone)
    if days == 0:
        return f"today at {hour}"
    if days == 1:
        return f"tomorrow at {hour}"
    return f"on {_day(drop_in.date, near=days < 7)} at {hour}"


def _day(day: date, *, near: bool) -> str:
    return f"{day:%A}" if near else f"{day:%A} {day.day} {day:%B}"


def scanned(scan: Scan, *, zone: str, adult: str, next_time: str) -> str:
    """One sentence or two; never a reason that a friend should not read over a shoulder."""
    name = scan.mentor.display_name.rstrip(".") if scan.mentor else ""
    # Mentors always see their own name; the partner's only if the partner agreed to it (P12).
    partner = next((each.display_name for each in scan.partners if each.shows_name), "your partner")
    if scan.code in (ScanCode.ON_DUTY, ScanCode.WAITING_FOR_PAIR, ScanCode.ALREADY_ON) and scan.room:
        starts, ends = clock.hour(scan.room.drop_in.starts, zone), clock.end(scan.room.drop_in.ends, zone)
        if scan.code is ScanCode.WAITING_FOR_PAIR:
            return f"Hello {name}. Waiting for {partner}: the room opens when you are both here."
        if scan.code is ScanCode.ALREADY_ON:
            return f"Hello {name}. You are already in, since {clock.hour(scan.since, zone) if scan.since else starts}."
        if scan.room.state is RoomState.OPENING:
            return f"Hello {name}. You are on duty with {partner}. The room opens at {starts}."
        return f"Hello {name}. You are on duty with {partner} until {ends}."
    return {
        ScanCode.MENU: f"Hello {name}.",
        ScanCode.NO_DROP_IN: f"There is no drop-in right now. {next_time}".strip(),
        ScanCode.SEE_LEAD: f"Hello {name}. Please see {adult} before you start today.",
        ScanCode.NOT_DUE: f"This badge is not for today. {adult} can help.",
        ScanCode.NOT_VALID: f"This badge is not for today. {adult} can help.",
        ScanCode.NOT_A_BADGE: "That is not a mentor badge. Please hold up your badge.",
        ScanCode.UNREADABLE: "Hold your badge flat inside the frame.",
    }[scan.code]


def mistyped(text: str) -> str:
    """What is wrong with a code that was typed and is no badge; `text` as `code.typed` gives it."""
    if not text:
        return "Type the code first. It begins with PM."
    if not code.has_shape(text):
        return "A code begins with PM and has ten letters and digits."
    return "That code is not right. Please compare it with your badge."


def checked(last: SelfTest | None, *, is_waiting: bool, now: datetime, zone: str) -> str:
    """What the last self-test found, as the box tells it to a child.

    `is_waiting`: a lunch is over and not closed yet. That says nothing of whether anybody asked at it.
    """
    if is_waiting:
        return "A lunch is over and not wiped yet. The box does that soon after it ends."
    if last is None:
        return "The first lunch has not ended yet."
    day, today = clock.school_day(last.at, zone), clock.school_day(now, zone)
    whose = {0: "Today's lunch", 1: "Yesterday's lunch"}.get(
        (today - day).days, f"The lunch of {day:%A} {day.day} {day:%B}"
    )
    if last.traces:
        return f"{whose} left something over, which the box found. Staff have been told to mend it."
    if last.looked is None:
        return f"{whose} was wiped. The box was switched off before it could look."
    return f"{whose} was wiped. The box looked through everything and found nothing left."


def kept_for(kept: Kept) -> str:
    """How long something about a mentor is kept, in a child's words, as the school has settled it."""
    if kept.held:
        return "kept longer for now, because an adult has to"
    period = kept.period
    if period is None:
        return "as long as there is a drop-in"
    if period.unit is Unit.DAYS:
        return f"for {period.count} {'day' if period.count == 1 else 'days'}"
    one = "term" if period.unit is Unit.TERMS else "school year"
    end = f"until the {one} {'you leave in ' if kept.data_class.leavers else ''}is over"
    more = f"one more {one}" if period.count == 1 else f"{period.count} more {one}s"
    return f"{end}, and {more}" if period.count else end


def together(mentors: list[Mentor], *, room: Room, zone: str) -> str:
    """The sentence for two badges in one picture; names only of those who agreed (P12)."""
    starts, ends = clock.hour(room.drop_in.starts, zone), clock.end(room.drop_in.ends, zone)
    all_agreed = all(each.shows_name for each in mentors)
    names = " and ".join(each.display_name for each in mentors).rstrip(".") if all_agreed else "both of you"
    hello = f"Hello {names}. You are on duty together"
    return f"{hello}. The room opens at {starts}." if room.state is RoomState.OPENING else f"{hello} until {ends}."


def named(mentor: Mentor) -> str:
    """Another mentor's name in the middle of a sentence, if they agreed to be named (P12)."""
    return mentor.display_name.rstrip(".") if mentor.shows_name else "another mentor"


def cover_state(asked: Request, *, me: int, lead: str) -> str:
    """The state of an open request, for one of its two mentors; never the reason."""
    if asked.state is State.OPEN or asked.taken_by is None:
        return "You asked for somebody to come instead. Nobody has said yes yet."
    if asked.is_swap:
        other = asked.taken_by if me == asked.mentor.id else asked.mentor
        return f"You will swap with {named(other)} once {lead} says yes."
    if me == asked.mentor.id:
        name = named(asked.taken_by)
        return f"{name[0].upper()}{name[1:]} will come instead of you once {lead} says yes."
    return f"You will come instead of {named(asked.mentor)} once {lead} says yes."


def cover_told(answer: Answer, *, me: int, lead: str, now: datetime, zone: str) -> tuple[str, str]:
    """What a tap about cover did, and what happens next; never a reason that others should not read."""
    asked = answer.request
    at = when(asked.drop_in, now=now, zone=zone) if asked else ""
    if answer.code is Code.ASKED:
        return (
            "Thank you for saying so. That is all right.",
            f"Others can now offer to come {at}. {lead} can see it too.",
        )
    if answer.code is Code.PASSED and asked:
        return "Done. Thank you both." if asked.is_swap else "Done. Thank you.", _comes(asked, me=me, at=at)
    if answer.code is Code.TAKEN and asked:
        return "Thank you.", f"{cover_state(asked, me=me, lead=lead)} Until then nothing changes."
    if answer.code is Code.OPEN_AGAIN:
        return "Taken back. That is all right.", f"Others can offer to come {at}. {lead} can see it too."
    if answer.code is Code.WITHDRAWN:
        return "Taken back.", "Everything is as it was before."
    return {
        Code.GONE: ("Somebody else was first.", "That place has been taken. Thank you all the same."),
        Code.TOO_LATE: ("It is too late for that here.", f"Please tell {lead}, or any adult."),
        Code.NOT_DUE: ("That has changed in the meantime.", "Please look at your next duties again."),
    }.get(answer.code, ("That does not work here.", f"{lead} can help."))


def _comes(asked: Request, *, me: int, at: str) -> str:
    if asked.taken_by is None:
        return ""
    if me == asked.taken_by.id:
        return f"You are coming {at}."
    return f"You are not coming {at}: {named(asked.taken_by)} is."


@dataclass(frozen=True)
class AlertStep:
    """One line about a call for an adult: shown when it has become true, removed when it no longer is.

    `done`: it is as it should be. `warns`: the pupil should go and find somebody.
    """

    name: str
    words: str
    done: bool
    warns: bool = False


def alert_steps(alert: Alert, *, now: datetime, adults: Sequence[Staff]) -> list[AlertStep]:
    """The lines about a call on the caller's page, each by its name; one without words is not shown.

    `adults` are those to find on foot, the one within call first.
    """
    find = adults[0].where
    passed = ""
    if alert.level is not Level.FIRST and alert.told and not alert.coming:  # first a screen shows it
        yet = "Nobody is sure to come yet" if alert.said_for else "Nobody has answered yet"
        passed = f"{yet}. We have passed it to {PASSED_TO[alert.level]} too."
    unsure = ""
    if alert.said_for and not alert.coming:
        unsure = f"{_somebody_for(alert.said_for)}, says they are coming. That is not sure yet. Go and find {find}."
    elif alert.cannot_come and not alert.coming:
        unsure = f"{alert.cannot_come} cannot come after all. We are asking everybody again. Go and find {find}."
    return [
        *(_coming(alert, adults) if alert.coming else _not_yet(alert, find)),
        _told(alert, now=now, find=find),
        AlertStep("passed", passed, bool(passed)),
        AlertStep("unsure", unsure, done=False, warns=bool(unsure)),
    ]


def _told(alert: Alert, *, now: datetime, find: str) -> AlertStep:
    if alert.told or alert.coming:
        to = alert.told_to or ("the staff room" if alert.told else alert.coming)
        return AlertStep("told", f"We have told them: {to}.", done=True)
    if is_unseen(alert, now=now):
        return AlertStep("told", f"No screen has shown it yet. Go and find {find}.", done=False, warns=True)
    return AlertStep("told", "We are telling them.", done=False)


def _not_yet(alert: Alert, find: str) -> list[AlertStep]:
    """The headings, the pupil's and the mentor's, and what else may be done, while nobody is coming for sure."""
    return [
        AlertStep("heading", f"Find {find}, now, or any adult.", done=False),
        AlertStep("also", "", done=False),
        AlertStep("mentor_heading", f"Thank you, {alert.raised_by}. You did the right thing.", done=False),
        AlertStep("mentor_also", f"Stay with the pupil. You can also fetch {find}, or any adult.", done=False),
        AlertStep("coming", "", done=False),
    ]


def _coming(alert: Alert, adults: Sequence[Staff]) -> list[AlertStep]:
    """The same lines once an adult is coming; nobody is sent to where that adult is no longer."""
    comes = f"{alert.coming} is coming."
    nearest = next((each.where for each in adults if each.name != alert.coming), "")
    return [
        AlertStep("heading", f"{comes}\nStay here, or go to any adult.", done=True),
        AlertStep("also", f"You can also find {nearest}." if nearest else "", done=True),
        AlertStep("mentor_heading", f"{comes}\nStay with the pupil, or go to any adult together.", done=True),
        AlertStep("mentor_also", f"Thank you, {alert.raised_by}. You did the right thing.", done=True),
        AlertStep("coming", comes, done=True),
    ]


def _somebody_for(names: tuple[str, ...]) -> str:
    """Who says by the staff room's link that these adults are coming: nobody knows who."""
    shown = names if len(names) < 3 else (*names[:2], "others")
    return f"Somebody in the staff room, for {' and '.join(filter(None, (', '.join(shown[:-1]), shown[-1])))}"


def receipt(alert: Alert, *, to: str, zone: str) -> str:
    """What a mentor's screen says of what they passed on; never what it was."""
    return f"Passed on to {to}, at {clock.hour(alert.raised, zone)}. It is saved."


def ended(talk: Ended) -> str:
    """How a talk has just ended, beside the button that takes it back; staff who were told stay told (P3)."""
    if talk.outcome is None:
        return f"{talk.word} was not found." if talk.missed else f"{talk.word} was not found and waits again."
    words, _ = OUTCOMES[talk.outcome]
    if is_passed_on(talk.topic):
        return f"{talk.word}: “{words}”. Staff stay told."
    calls_nobody = " Noted. This calls nobody." if talk.outcome is Outcome.TOLD_STAFF else ""
    return f"{talk.word}: “{words}”.{calls_nobody}"


def ending(state: RoomState, *, stays_open: bool, waiting: int, called: str) -> str:
    """What it means when a mentor ends their duty now; `called` is the word of a pupil they have called, or empty."""
    room = ("The room stays open." if stays_open else "The room will pause.") if state is RoomState.OPEN else ""
    who = COUNTED[waiting] if waiting < len(COUNTED) else str(waiting)
    wait = f"{who} {'are' if waiting > 1 else 'is'} waiting."
    again = f"{called} will wait again." if called else ""
    return " ".join(filter(None, (room, wait, again)))


def not_saved(find: str) -> str:
    """What a call for an adult says when the box could not keep it; `find` is empty when even that is not known."""
    whom = f"{find} now, or to any adult" if find else "any adult now"
    return f"Nobody has been told. Go to {whom}."
