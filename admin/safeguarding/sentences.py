"""The texts of the staff pages about alerts, channels, drills and concerns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from admin.frame.faults import Known, listed
from admin.frame.sentences import ROLE_WORDS, since
from mentoring.access.staff import Staff
from mentoring.basics import clock
from mentoring.safeguarding import alerts, channels, concerns, drills
from mentoring.safeguarding.alerts import About, Alert, Call, Level
from mentoring.safeguarding.channels import MOST_TRIES, Channel, Due, Outcome, Said
from mentoring.safeguarding.concerns import Kind as ConcernKind
from mentoring.safeguarding.concerns import Stands
from mentoring.safeguarding.concerns import State as ConcernState

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
    Outcome.ON_THE_BOX: "its address leads to this box itself, where no message is sent",
    Outcome.BROKEN: "the sending broke off on this box",
}
REACHED = {
    Level.FIRST: "as soon as an adult is needed",
    Level.DEPUTY: "when it goes on to the deputy",
    Level.EVERYONE: "when it goes on to all staff",
}


FAULTS: Known = {
    drills.Wrong.NO_ROOM: ("{subject} is missing or longer than {most} letters", "choose where the practice is"),
    channels.Wrong.NO_MAILBOX: ("{subject} is not an e-mail address", "write one such as office@school.example"),
    channels.Wrong.NO_SERVER: ("{subject} is not a server's name", "write it as in smtp.school.example"),
    channels.Wrong.NO_PORT: (
        "{subject} is not a port",
        "the server's help page says which: often 587, 465 or 25",
    ),
    channels.Wrong.NO_SECURITY: ("{subject} is not on the list", "choose one"),
    channels.Wrong.LETTERS: (
        "{subject} or the user name has letters no mail server takes",
        "use A to Z and digits",
    ),
    channels.Wrong.HALF_A_LOG_IN: ("{subject} and the user name belong together", "give both, or neither"),
    channels.Wrong.READABLE: ("{subject} would let others read the password", "choose STARTTLS or TLS"),
    channels.Wrong.NAME: (
        "{subject} is missing or longer than {most} letters",
        "call it as staff do, such as Office",
    ),
    channels.Wrong.NO_LEVEL: ("{subject} is not on the list", "choose one"),
    channels.Wrong.NO_ADDRESS: (
        "{subject} is not an Apprise address",
        "it begins with a word and ://, such as ntfys://",
    ),
    channels.Wrong.NOT_UNDERSTOOD: (
        "{subject} is not an address Apprise understands",
        "look at its page for that service",
    ),
    channels.Wrong.ON_THE_BOX: (
        "{subject} leads to this box itself",
        "give a server elsewhere; only e-mail may go to a mail server on this box, on a port such as 25 or 587",
    ),
    channels.Wrong.NOT_CHECKED: ("{subject} could not be checked just now", "try again"),
    concerns.Wrong.EMPTY: ("{subject} is missing", "write it"),
    concerns.Wrong.LONG: ("{subject} is longer than {most:,} letters", "put the rest in a further entry"),
    concerns.Wrong.NO_CHILD: ("{subject} is missing", "write the name, or tick that it is not known"),
    concerns.Wrong.NO_ACCOUNT: ("{subject} is missing", "write what you saw or heard, or the child's own words"),
    concerns.Wrong.HANDED_OVER: ("{subject} cannot be added: the record is handed over", "begin a new one"),
    concerns.Wrong.NO_OTHER_RECORD: ("{subject} is no other record's number", "look at the list of records"),
    concerns.Wrong.NO_ENTRY: ("{subject} is no entry of this record", "choose one of its entries"),
    concerns.Wrong.NOT_ON_RECEIPT: ("{subject} is missing", "write it as their receipt has it"),
    concerns.Wrong.NO_PAST_DAY: (
        "{subject} is no day up to today",
        "write it as 2027-01-13: shredding rests on it",
    ),
}


class NotUnlocked(StrEnum):
    """Why the records were not unlocked."""

    TOO_MANY_TRIES = "too_many_tries"
    WRONG = "wrong"
    EARLIER_PASSWORD = "earlier_password"  # noqa: S105 # a code, not a password


NOT_UNLOCKED = {
    NotUnlocked.TOO_MANY_TRIES: "Too many tries. Wait one minute, then try again.",
    NotUnlocked.WRONG: (
        "That password and code do not go together. A code from the app is good for half a minute and once. "
        "If your phone is lost, a printed recovery code stands in for it."
    ),
    NotUnlocked.EARLIER_PASSWORD: "Your key was locked with an earlier password. Read “If a key is lost” below.",
}


@dataclass(frozen=True)
class CallWords:
    """A room's call in the bar: two short lines, for all its alerts together, and what its button takes."""

    what: str
    where: str
    go: str


def called(call: Call, *, zone: str, in_full: bool) -> CallWords:
    """What, where and when. `in_full`: for a reader who may see what it is about and which mentor raised it."""
    first, hour = call.first, clock.hour(call.first.raised, zone)
    practice = PRACTICE if first.drill else ""
    where, go = f"{first.room}, {hour}", f"I am going to {first.room}"
    if not in_full:
        return CallWords(f"{practice}An adult is needed", where, go)
    if len(call.alerts) == 1:
        return CallWords(f"{practice}{ALERT_ABOUT[first.about]}", f"{where}{_told_by(first)}", go)
    what = dict.fromkeys(f"{ALERT_ABOUT[each.about]}{_told_by(each)}" for each in call.alerts)
    return CallWords(f"{practice}{'. '.join(what)}", f"{first.room}, {len(call.alerts)} calls since {hour}", go)


def _told_by(alert: Alert) -> str:
    return f", told by {alert.raised_by}" if alert.raised_by else ""


def passed_on(call: Call, *, now: datetime) -> str:
    """What was done about an unanswered call: for whom it was answered, who was told next, who cannot go after all."""
    said, names = [], call.first.said_for
    if names:
        said.append(f"{somebody_for(names)}, said “I am going”: passed on until {confirms(names)}.")
    if call.first.cannot_come:
        said.append(f"{call.first.cannot_come} cannot go after all.")
    if call.level in PASSED_TO:
        minutes = int(max(timedelta(minutes=1), now - call.first.waits_since).total_seconds() // 60)
        waited = "more than an hour" if minutes > 60 else "1 minute" if minutes == 1 else f"{minutes} minutes"
        said.append(f"Not {'confirmed' if names else 'answered'} for {waited}: {PASSED_TO[call.level]}.")
    return " ".join(said)


def somebody_for(names: Sequence[str]) -> str:
    """Who says by the staff room's link that these adults are going: nobody knows who."""
    shown = names if len(names) < 3 else (*names[:2], "others")
    return f"Somebody in the staff room, for {' and '.join(filter(None, (', '.join(shown[:-1]), shown[-1])))}"


def confirms(names: Sequence[str]) -> str:
    """What an answer by the link waits for."""
    return f"{names[0]} confirms it" if len(names) == 1 else "one of them confirms it"


def burst(taps: int) -> str:
    """What staff read when many answers came by the staff room's link."""
    return (
        f"{taps} answers came by the staff room's link within {alerts.BURST_WITHIN.seconds // 60} minutes, and nobody "
        "has confirmed them. Do not rely on them: go yourself, and ask in the staff room."
    )


def going_told(answer: alerts.Answer, *, zone: str) -> str:
    """What an adult reads after "I am going"."""
    if answer.is_first and answer.drill:
        return f"You are going to {answer.room}. This is a drill: the kiosk there shows nothing of it."
    if answer.is_first:
        return f"You are going to {answer.room}. The kiosk there says that you are coming."
    return f"{answer.coming} went first at {clock.hour(answer.since, zone)}; you are down as going too."


def call_message(due: Due, *, school: str, since: str) -> tuple[str, str]:
    """The title and body of a message that asks for an adult: a room and a time, nothing of who or why (P14)."""
    practice = PRACTICE if due.drill else ""
    again = "" if due.level is Level.FIRST else "Nobody has said yet that they are going. "
    if due.said_for:
        again = f"{somebody_for(due.said_for)}, said “I am going”, but it is not confirmed. "
    return (
        f"{practice}An adult is needed in {due.room}",
        f"{practice}An adult is needed in {due.room}, since {since}. {again}"
        f"Please look at the Drop-in staff page.\n{school}",
    )


def going_message(due: Due, *, school: str) -> tuple[str, str]:
    """The title and body of the message that says who is going, or cannot go after all."""
    practice = PRACTICE if due.drill else ""
    if due.answer is Said.SAID_FOR:
        told = f"{practice}{somebody_for([due.going])}, is going to {due.room}"
        return told, (
            f"{told}. It is passed on until {due.going} confirms it: with “I am going” on the Drop-in staff page, "
            f"logged in, on a computer or a phone.\n{school}"
        )
    if due.answer is Said.BACK:
        again = f"{practice}{due.going} cannot go after all. An adult is still needed in {due.room}"
        return again, f"{again}. Please look at the Drop-in staff page.\n{school}"
    told = f"{practice}{due.going} is going to {due.room}"
    return told, f"{told}.\n{school}"


def test_message(*, school: str) -> tuple[str, str]:
    """The title and body of a test message."""
    return "A test from Drop-in", f"This is a test. Nobody is needed anywhere.\n{school}"


def channel_trouble(channel: Channel, *, zone: str, now: datetime) -> str:
    """Since when a channel has failed, and why; empty if it works."""
    if channel.failing is None or channel.fault is None:
        return ""
    began = since(channel.failing, zone=zone, now=now)
    given_up = f" It was given up after {MOST_TRIES} tries." if channel.gave_up else ""
    return f"{channel.name} could not be sent since {began}: {OUTCOMES[channel.fault]}.{given_up}"


def told_in_person(readers: Sequence[Staff]) -> str:
    """Whom to tell of a concern: by name and role; without any with an account, the school's own safeguarding lead."""
    named = [f"{each.name} ({ROLE_WORDS[each.role].lower()})" for each in readers]
    return " or ".join(named) or "your school's safeguarding lead"


def who_opens(readers: Sequence[Staff]) -> str:
    """Who can open a concern, as one sentence."""
    if not readers:
        return "Only the recovery key on paper opens it so far."
    return f"Only {listed([each.name for each in readers])} can open it."
