"""What the staff pages say where the words depend on what happened."""

from datetime import date, datetime, timedelta
from pathlib import Path

from mentoring.basics import clock
from mentoring.box.backups import Trouble
from mentoring.lunch.attendance import Attended
from mentoring.lunch.close_of_day import SelfTest
from mentoring.lunch.help_requests import Topic
from mentoring.people.mentors import Fault
from mentoring.planning.availability import ApartWhy, Why
from mentoring.planning.cover import Answer, Code, Kind
from mentoring.safeguarding import alerts
from mentoring.safeguarding.alerts import About, Call, Level
from mentoring.safeguarding.channels import MOST_TRIES, Channel, Due, Outcome
from mentoring.safeguarding.concerns import Kind as ConcernKind
from mentoring.safeguarding.concerns import Stands
from mentoring.safeguarding.concerns import State as ConcernState

TROUBLES = {
    400: ("That request could not be understood.", "Nothing was changed. Go back and try again."),
    403: (
        "This page is out of date, or not yours to use.",
        "Nothing was changed. Open it again, or ask the lead to.",
    ),
    404: ("There is nothing at this address.", "It may have been replaced. Start again from Today."),
    405: ("There is nothing at this address.", "Start again from Today."),
    413: ("That is too large.", "Nothing was changed. Send something smaller than 4 MB."),
    429: (
        "Too many tries.",
        "Wait one minute, then try again. Your password still works. "
        "If this stays, somebody guesses from elsewhere: log in on your usual computer, or at the box itself.",
    ),
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

PRACTICE = "DRILL: this is practice. "
PASSED_TO = {Level.DEPUTY: "passed to the deputy", Level.EVERYONE: "passed to all staff"}

TOPICS = {
    Topic.SCHOOLWORK: "Schoolwork",
    Topic.FRIENDSHIPS: "Friendships",
    Topic.PEER_PRESSURE: "Peer pressure",
    Topic.FAMILY: "Family",
    Topic.BULLYING: "Bullying",
    Topic.COMPANY: "Just some company",
    Topic.SOMETHING_ELSE: "Something else",
    Topic.RATHER_NOT_SAY: "Rather not say",
}

MOODS = {5: "really good", 4: "good", 3: "all right", 2: "a bit hard", 1: "hard"}

KINDS = {Kind.EXAM: "an exam", Kind.ILL: "not well", Kind.TRIP: "a trip", Kind.OTHER: "something else"}
ATTENDED = {
    Attended.CAME: "came",
    Attended.LATE: "came late",
    Attended.EXCUSED: "excused",
    Attended.NO_SHOW: "did not come",
}
WHYS = {Why.UNSAID: "not said", Why.EXAM: "an exam", Why.TRIP: "a trip", Why.OTHER: "something else"}
APART = {ApartWhy.KIN: "family", ApartWhy.CONFLICT: "do not get on", ApartWhy.OTHER: "something else"}

SAID = {
    "added": "Added.",
    "saved": "Saved.",
    "ended": "Ended. What has already happened stays on record.",
    "revoked": "The badge is revoked. Its square is dead.",
    "moved": "Moved.",
    "undone": "Your last change is taken back.",
    "pinned": "Pinned: no plan moves this mentor from there.",
    "unpinned": "Unpinned: a plan may move this mentor.",
    "planned": "The plan is the rota now. You can take it back as one change.",
    "brought": "The file is the rota now. You can take it back as one change.",
    "imported": "Everybody in the file is on the list now. Print their badges next.",
    "asked": "Noted. The place waits for somebody else.",
    "noted": "Noted. Next time others are asked first.",
    "passed": "Done. The rota has changed.",
    "refused": "Said no. The place waits for somebody else.",
    "taken_back": "Taken back. All is as it was before.",
    "stepped_in": "Put in. They can scan in now.",
    "closed_days": "Closed. Nobody is due on these days; who was is kept, in case you take it back.",
    "called_off": "Called off. The board, the kiosk and the calendars say so; who was due is kept.",
    "held_again": "Held after all. Whoever was due is due again.",
    "year_ended": "The year is ended. Leavers' badges are dead, the others have moved up, and all totals stay.",
    "backed_up": "Backed up.",
    "on_paper": "Good: the paper and the key agree. Now seal it in an envelope and lock it away.",
    "period": "Kept. It holds from the next time the box forgets, once a day.",
    "held": "Held. Nothing of it is forgotten or erased until somebody here ends the hold.",
    "hold_ended": "Ended. What has had its time meanwhile goes at the next run.",
    "forgotten": "Done. What has had its time is forgotten, and its bytes are gone.",
    "still_read": "Forgotten. A screen still reads the old bytes; the box wipes them by itself in a moment.",
    "signed": "Signed. This page says so until something it rests on changes.",
    "locked": "The concerns are locked.",
    "dropped": "Thrown away. Nothing of it is kept.",
    "taken_over": "Taken over, word for word. Add what is missing.",
    "sealed_anew": "Everything is sealed to today's owners again.",
    "shredded": "Shredded. The numbers, the days, the hashes and the receipt stay.",
    "first": "Somebody was first, or it was sealed to others. Look at the list as it is now.",
    "account_ended": "The account is ended. Their log-ins are gone; their name stays in what has happened.",
    "role": "Changed. They log in anew.",
    "lead": "The lead is handed over.",
    "password": "Your new password holds. Log in with it.",
    "password_mine": "Your new password holds. All other log-ins of yours are ended.",
    "others_ended": "All other log-ins of yours are ended.",
    "factor_off": "Your log-in asks for no code any more.",
    "all_codes": "Saved. Whoever has no code yet is led to set it up first.",
    "channel_added": "Added. Send a test message before you rely on it.",
    "channel_ended": "Ended. Nothing is sent there any more, and its address and password are wiped.",
    "drill_stopped": "Stopped. What happened until then is kept below.",
    "smallest": "Saved. What is told from now on keeps to it.",
    "link": "The board has a new address. The old one shows nothing now.",
    "staff_room": "The staff room's screen has a new address. One from before shows nothing now.",
    "staff_room_ended": "The staff room's screen shows nothing from now on.",
    "handed_back": "Taken back. The kiosk does not name them any more.",
}

CONCERN_KINDS = {
    ConcernKind.FIRST: "First account",
    ConcernKind.ADDED: "Added",
    ConcernKind.CORRECTION: "Correction",
    ConcernKind.DECISION: "Decision",
    ConcernKind.OUTCOME: "Outcome",
    ConcernKind.PASSED_ON: "Passed on",
    ConcernKind.LINK: "Linked",
}
CONCERN_STATES = {
    ConcernState.OPEN: "Open",
    ConcernState.CLOSED: "Closed",
    ConcernState.HANDED_OVER: "Handed over, and shredded here",
}
CONCERN_STANDS = {
    Stands.NO_RECEIPT: "there is no receipt from the other system yet",
    Stands.HELD: "it is under legal hold",
    Stands.NOT_CLOSED: "it has no outcome yet: close it first",
    Stands.ADDED_SINCE: "something was added since these papers were drawn: draw them again",
    Stands.DRAFT: "an unfinished account belongs to it: take it over or throw it away",
}

# What a fault of the rota speaks of, where its words do not name somebody themselves.
ROTA_SUBJECTS = {"mentor": "A mentor", "drop_in": "This drop-in", "change": "This change", "plan": "The plan"}
_VERBS = ("is", "are", "was", "has", "can", "began")


def rota_fault(fault: Fault) -> str:
    """What stands in the way of a change of the rota, and the remedy, as one sentence."""
    what, where = fault.what, ""
    if what.startswith("on ") and ", " in what:
        where, _, what = what.partition(", ")
    if what.split(" ", 1)[0] in _VERBS:
        subject = ROTA_SUBJECTS.get(fault.field, "The reason")
        what = f"{subject[0].lower() if where else subject[0]}{subject[1:]} {what}"
    said = f"{where}, {what}" if where else what
    return f"{said[0].upper()}{said[1:]}: {fault.remedy}."


def short_day(value: date) -> str:
    """`12 Jan`."""
    return f"{value.day} {value:%b}"


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
        return f"{when} requests were forgotten, but traces of them were found. Ask whoever looks after the box."
    if last.looked is None:
        return (
            f"{when} requests were forgotten at {clock.hour(last.at, zone)}; the box was struck before it could check."
        )
    return f"{when} requests were forgotten at {clock.hour(last.at, zone)}, checked."


def backup_trouble(why: Trouble, place: Path) -> str:
    """What is wrong with backups, and what puts it right; each heals by itself when its cause goes."""
    return {
        Trouble.NO_KEY: "No backup yet: make the recovery key first.",
        Trouble.NONE_YET: "No backup yet: the first is made within the hour.",
        Trouble.MISSING: f"No backup can be written: {place} is not there. Plug the stick in, or make the folder.",
        Trouble.READ_ONLY: f"No backup can be written to {place}: it takes no new file.",
        Trouble.FULL: f"No backup can be written: {place} is full.",
        Trouble.LATE: "The last backup is too old. Ask whoever looks after the box.",
    }[why]


def called(call: Call, *, zone: str) -> str:
    """One line for the bar: what, where, when, and which mentor says so. Many taps in one room are one line."""
    what = [
        f"{ALERT_ABOUT[each.about]}{f', told by {each.raised_by}' if each.raised_by else ''}" for each in call.alerts
    ]
    first, hour = call.first, clock.hour(call.first.raised, zone)
    practice = PRACTICE if first.drill else ""
    if len(what) == 1:
        told_by = f", told by {first.raised_by}" if first.raised_by else ""
        return f"{practice}{ALERT_ABOUT[first.about]}. {first.room}, {hour}{told_by}"
    return f"{practice}{len(what)} calls from {first.room}, first {hour}. {'. '.join(dict.fromkeys(what))}"


def passed_on(call: Call, *, now: datetime) -> str:
    """What has become of a call that nobody answered: who was told next, or who cannot go after all."""
    said = []
    if call.first.cannot_come:
        said.append(f"{call.first.cannot_come} cannot go after all.")
    if call.level in PASSED_TO:
        minutes = int(max(timedelta(minutes=1), now - call.first.waits_since).total_seconds() // 60)
        waited = "more than an hour" if minutes > 60 else "1 minute" if minutes == 1 else f"{minutes} minutes"
        said.append(f"Not answered for {waited}: {PASSED_TO[call.level]}.")
    return " ".join(said)


def going_told(answer: alerts.Answer, *, zone: str) -> str:
    """What an adult reads after "I am going"."""
    if answer.is_first:
        return f"You are going to {answer.room}. The kiosk there says that you are coming."
    return f"{answer.coming} went first at {clock.hour(answer.since, zone)}; you are down as going too."


def cover_trouble(answer: Answer) -> str:
    """Why cover could not be done, for the lead."""
    if answer.fault:
        return f"That cannot be: {answer.fault.what}. Remedy: {answer.fault.remedy}."
    return {
        Code.GONE: "Somebody was first, or it was taken back. Look at it as it is now.",
        Code.NOT_DUE: "Somebody is not due there any more. Look at it as it is now.",
        Code.TOO_LATE: "That drop-in has begun or is closed. On Today you can put somebody in.",
        Code.NOT_FIT: "That mentor is not fit for duty. Their page says why.",
    }.get(answer.code, "Nothing was changed. Look at it as it is now.")


OUTCOMES = {
    Outcome.SENT: "it was taken",
    Outcome.PASSWORD: "the server refused the user name, password or token",
    Outcome.ADDRESS: "the server refused the address it goes to, or the one it comes from",
    Outcome.REFUSED: "the server refused the message",
    Outcome.NO_SUCH_SERVER: "no server of that name was found",
    Outcome.UNREACHABLE: "the server did not answer",
    Outcome.TOO_SLOW: "the server took too long",
    Outcome.NOT_SECURE: "the server does not offer the security that was chosen, or its certificate is not trusted",
    Outcome.NOT_UNDERSTOOD: "its address is not understood",
    Outcome.BROKEN: "the sending broke off on this box",
}
REACHED = {
    Level.FIRST: "as soon as an adult is needed",
    Level.DEPUTY: "when it goes on to the deputy",
    Level.EVERYONE: "when it goes on to all staff",
}


def since(moment: datetime, *, zone: str, now: datetime) -> str:
    """`12:41`, or with its day when that was another."""
    on = clock.school_day(moment, zone)
    hour = clock.hour(moment, zone)
    return hour if on == clock.school_day(now, zone) else f"{day(on)}, {hour}"


def call_message(due: Due, *, school: str, since: str) -> tuple[str, str]:
    """The title and text of a message that calls for an adult: a room and a time, nothing of who or what (P14)."""
    practice = PRACTICE if due.drill else ""
    again = "" if due.level is Level.FIRST else "Nobody has said yet that they are going. "
    return (
        f"{practice}An adult is needed in {due.room}",
        f"{practice}An adult is needed in {due.room}, since {since}. {again}"
        f"Please look at the Drop-in staff page.\n{school}",
    )


def going_message(due: Due, *, school: str) -> tuple[str, str]:
    """The title and text of the message that says who is going, or cannot go after all."""
    practice = PRACTICE if due.drill else ""
    if due.is_back:
        again = f"{practice}{due.going} cannot go after all. An adult is still needed in {due.room}"
        return again, f"{again}. Please look at the Drop-in staff page.\n{school}"
    told = f"{practice}{due.going} is going to {due.room}"
    return told, f"{told}.\n{school}"


def test_message(*, school: str) -> tuple[str, str]:
    """What a test sends."""
    return "A test from Drop-in", f"This is a test. Nobody is needed anywhere.\n{school}"


def channel_trouble(channel: Channel, *, zone: str, now: datetime) -> str:
    """Since when a channel has failed, and why, in words; empty while it works."""
    if channel.failing is None or channel.fault is None:
        return ""
    began = since(channel.failing, zone=zone, now=now)
    given_up = f" It was given up after {MOST_TRIES} tries." if channel.gave_up else ""
    return f"{channel.name} could not be sent since {began}: {OUTCOMES[channel.fault]}.{given_up}"
