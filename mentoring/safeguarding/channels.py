"""Channels: how staff are told beyond the screens, what was sent on each, and what to do when one fails (P5).

Nothing else leaves the box (P14). Messages go where the school chose, and say nothing about a pupil.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network
from sqlite3 import Row
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.basics.forms import LONGEST_NAME, Fault, tidy
from mentoring.safeguarding import alerts
from mentoring.safeguarding.alerts import LEVELS, Level
from mentoring.school import programme, school_year
from mentoring.store import journal
from mentoring.store.database import insert, row, rows, write

# words

LONGEST_URL = 1000
MOST_TRIES = 5
# The pauses after the first try, the second, and so on; tries end when an adult is going.
PAUSES = (timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=5))
# A thousand taps in one room are one message, and one more a minute while nobody has said "I am going".
HOLD = timedelta(minutes=1)
GOING_TOLD = timedelta(hours=1)
_THIS_HOST = ip_network("0.0.0.0/8")


class Wrong(StrEnum):
    """What can be wrong with a channel that staff add."""

    NO_MAILBOX = "channel.no_mailbox"
    NO_SERVER = "channel.no_server"
    NO_PORT = "channel.no_port"
    NO_SECURITY = "channel.no_security"
    LETTERS = "channel.letters"
    HALF_A_LOG_IN = "channel.half_a_log_in"
    READABLE = "channel.readable"
    NAME = "channel.name"
    NO_LEVEL = "channel.no_level"
    NO_ADDRESS = "channel.no_address"
    NOT_UNDERSTOOD = "channel.not_understood"
    NOT_CHECKED = "channel.not_checked"
    ON_THE_BOX = "channel.on_the_box"


class Outcome(StrEnum):
    """How one try to send ended."""

    SENT = "sent"
    PASSWORD = "password"  # noqa: S105 # a word for an outcome, not a password
    ADDRESS = "address"
    REFUSED = "refused"
    NO_SUCH_SERVER = "no_such_server"
    UNREACHABLE = "unreachable"
    TOO_SLOW = "too_slow"
    NOT_SECURE = "not_secure"
    NOT_UNDERSTOOD = "not_understood"
    ON_THE_BOX = "on_the_box"
    BROKEN = "broken"


class Said(StrEnum):
    """What a message about an adult says: they are going, cannot go after all, or it was said for them by the link."""

    GOING = "going"
    BACK = "back"
    SAID_FOR = "said_for"


class Security(StrEnum):
    """How the connection to an e-mail server is encrypted."""

    STARTTLS = "starttls"
    SSL = "ssl"
    NONE = "insecure"


@dataclass(frozen=True)
class Channel:
    """One way to reach staff. Its address holds passwords: it is printed nowhere, `shown` is.

    `failing` is since when no try has worked, and `fault` how the last one ended.
    """

    id: int
    name: str
    url: str = field(repr=False)
    level: Level
    made: datetime
    worked: datetime | None
    failing: datetime | None
    fault: Outcome | None
    gave_up: bool

    @property
    def works(self) -> bool:
        """Whether the last message on it, or a test, was taken."""
        return self.worked is not None and self.failing is None

    @property
    def shown(self) -> str:
        """What may be shown of its address."""
        return masked(self.url)


@dataclass(frozen=True)
class Email:
    """An e-mail server as its provider's help page names it, and who is written to."""

    server: str
    port: str
    security: str
    user: str
    password: str = field(repr=False)
    sender: str
    to: str


@dataclass(frozen=True)
class Due:
    """One message that is due on one channel: all calls from one room that wait, or the answer of an adult.

    `going` names that adult, and `answer` is what is said of them. `said_for` names, with calls that wait, for whom
    somebody said by the staff room's link that they are going.
    """

    channel_id: int
    url: str = field(repr=False)
    room: str
    raised: datetime
    drill: bool
    level: Level | None = None
    going: str = ""
    going_id: int | None = None
    answer: Said | None = None
    said: str | None = None
    said_for: tuple[str, ...] = ()
    alert_ids: tuple[int, ...] = ()
    step_ids: tuple[int, ...] = ()


# rules


def masked(url: str) -> str:
    """What may be shown of an address: an e-mail's server and recipient; of all others, only what kind it is."""
    scheme, _, _ = url.partition("://")
    if scheme not in ("mailto", "mailtos"):
        return f"{scheme}://****"
    split = urlsplit(url)
    given = parse_qs(split.query)
    to, server = given.get("to", [""])[0], given.get("smtp", [split.hostname or ""])[0]
    return f"{to}, through {server}" if to else f"{scheme}://****"


def is_on_the_box(address: str) -> bool:
    """Whether an IP address, as the resolver gives it, is loopback or link-local, in any form of either version.

    Such a message would reach a door of this box, which can call for an adult: a call that sends itself again.
    """
    given = ip_address(address.partition("%")[0])
    inner = (given.ipv4_mapped if isinstance(given, IPv6Address) else None) or given
    return inner.is_loopback or inner.is_link_local or inner.is_unspecified or inner in _THIS_HOST


def email_url(email: Email) -> str:
    """The `mailto:` or `mailtos:` URL, with its password, for an e-mail server's form."""
    secret = f"{quote(email.user, safe='')}:{quote(email.password, safe='')}@" if email.user else ""
    query = {"smtp": email.server, "from": email.sender, "to": email.to, "mode": email.security, "format": "text"}
    scheme = "mailto" if email.security == Security.NONE else "mailtos"
    return f"{scheme}://{secret}{email.server}:{email.port}?{urlencode(query, safe='')}"


def email_faults(email: Email) -> list[Fault]:
    """All that is wrong with an e-mail's form; empty when nothing is."""
    faults = [
        Fault(field, Wrong.NO_MAILBOX)
        for field, text in (("sender", email.sender), ("to", email.to))
        if not _is_address(text)
    ]
    if not email.server.isascii() or not email.server.replace(".", "").replace("-", "").isalnum():
        faults.append(Fault("server", Wrong.NO_SERVER))
    if not (email.port.isascii() and email.port.isdecimal() and 0 < int(email.port) < 65536):
        faults.append(Fault("port", Wrong.NO_PORT))
    if email.security not in list(Security):
        faults.append(Fault("security", Wrong.NO_SECURITY))
    if not (email.user + email.password).isascii():
        faults.append(Fault("password", Wrong.LETTERS))
    if bool(email.user) != bool(email.password):
        faults.append(Fault("password", Wrong.HALF_A_LOG_IN))
    if email.password and email.security == Security.NONE and email.server not in ("127.0.0.1", "localhost"):
        faults.append(Fault("security", Wrong.READABLE))
    return faults


def _is_address(text: str) -> bool:
    name, _, domain = text.rpartition("@")
    return bool(name and domain and text.isascii()) and not any(each.isspace() or each in ",;<>\"'()" for each in text)


def new_faults(*, name: str, url: str, level: str) -> list[Fault]:
    """What is wrong with a new channel before anybody tries its address; empty when nothing is."""
    faults = []
    if not 0 < len(tidy(name)) <= LONGEST_NAME:
        faults.append(Fault("name", Wrong.NAME, {"most": LONGEST_NAME}))
    if level not in list(Level):
        faults.append(Fault("level", Wrong.NO_LEVEL))
    if "://" not in url or len(url) > LONGEST_URL or not url.isprintable():
        faults.append(Fault("url", Wrong.NO_ADDRESS))
    return faults


def reaches(channel: Level, step: Level, *, staffed: bool) -> bool:
    """Whether a step is sent on a channel: once its level is reached, and outside staffed hours at once."""
    return not staffed or LEVELS.index(channel) <= LEVELS.index(step)


def is_due(*, tries: int, tried: datetime | None, now: datetime) -> bool:
    """Whether to try again: with growing pauses, a limited number of times. A try in the future had a wrong clock."""
    if tries >= MOST_TRIES:
        return False
    return tried is None or tried > now or tried + PAUSES[max(tries - 1, 0)] <= now


# memory


def _channel(found: Row) -> Channel:
    return Channel(
        id=found["id"],
        name=found["name"],
        url=found["url"],
        level=Level(found["level"]),
        made=clock.from_text(found["made"]),
        worked=clock.from_text(found["worked"]) if found["worked"] else None,
        failing=clock.from_text(found["failing"]) if found["failing"] else None,
        fault=Outcome(found["fault"]) if found["fault"] else None,
        gave_up=bool(found["gave_up"]),
    )


_CHANNELS = f"""
    select channels.*,
           exists (select 1 from messages
                    where messages.channel_id = channels.id and messages.sent is null
                      and messages.failed >= {MOST_TRIES} and messages.tried >= channels.failing) as gave_up
      from channels
     where channels.ended is null"""  # noqa: S608 # a number of ours


def in_use(db: Database) -> list[Channel]:
    """The channels that alerts are sent on, in the order they are reached."""
    found = [_channel(each) for each in rows(db, f"{_CHANNELS} order by channels.name, channels.id")]
    return sorted(found, key=lambda each: LEVELS.index(each.level))


def by_id(db: Database, channel_id: int) -> Channel | None:
    """One channel in use, or None."""
    found = row(db, f"{_CHANNELS} and channels.id = :id", id=channel_id)
    return _channel(found) if found else None


_PENDING = f"""
    select alert_steps.id as step_id, alert_steps.level as step_level, alert_steps.at,
           alerts.id as alert_id, alerts.room, alerts.raised, alerts.drill,
           channels.id as channel_id, channels.level as channel_level, channels.url,
           coalesce(messages.failed, 0) as failed, messages.tried
      from alerts
      join alert_steps on alert_steps.alert_id = alerts.id
      join channels on channels.ended is null and channels.made <= alert_steps.at
      left join messages on messages.step_id = alert_steps.id and messages.channel_id = channels.id
     where alerts.acknowledged is null
       and messages.sent is null and coalesce(messages.failed, 0) < {MOST_TRIES}
     order by alert_steps.id"""  # noqa: S608 # a number of ours

_TOLD_LAST = """
    select messages.channel_id, alerts.room, alerts.drill, alert_steps.level, max(messages.sent) as sent
      from alerts
      join messages on messages.alert_id = alerts.id
      join alert_steps on alert_steps.id = messages.step_id
     where alerts.acknowledged is null and messages.sent > :since
     group by messages.channel_id, alerts.room, alerts.drill, alert_steps.level"""

# An adult is going, cannot go after all, or somebody said for them by the staff room's link that they go: sent once, on
# channels that got the call or, for who cannot go after all, the message that they go.
_SAID = f"""
    with told as (
        select alerts.id as alert_id, 'going' as answer, acknowledged_by as staff_id, acknowledged as said
          from alerts where acknowledged >= :since and acknowledged_by is not null
         union all
        select alert_going.alert_id, 'back', staff_id, alert_going.back
          from alert_going join alerts on alerts.id = alert_going.alert_id
         where alerts.acknowledged is null and through <> 'link' and alert_going.back >= :since
         union all
        select alert_going.alert_id, 'said_for', staff_id, alert_going.at
          from alert_going join alerts on alerts.id = alert_going.alert_id
         where alerts.acknowledged is null and through = 'link' and back is null and alert_going.at >= :since)
    select alerts.id as alert_id, alerts.room, alerts.raised, alerts.drill, told.answer, told.said,
           staff.id as going_id, staff.name as going, channels.id as channel_id, channels.url,
           coalesce(mine.failed, 0) as failed, mine.tried
      from told
      join alerts on alerts.id = told.alert_id
      join staff on staff.id = told.staff_id
      join channels on channels.ended is null
      left join messages as mine
        on mine.alert_id = alerts.id and mine.channel_id = channels.id
       and mine.going_id = staff.id and mine.answer = told.answer and mine.said = told.said
     where mine.sent is null and coalesce(mine.failed, 0) < {MOST_TRIES}
       and exists (select 1 from messages
                    where messages.alert_id = alerts.id and messages.channel_id = channels.id
                      and messages.sent is not null
                      and iif(told.answer = 'back', messages.going_id = staff.id and messages.answer = 'going',
                              messages.step_id is not null))
     order by alerts.id, told.said"""  # noqa: S608 # a number of ours


_SAID_FOR_LAST = """
    select distinct messages.channel_id, alerts.room, alerts.drill
      from alerts join messages on messages.alert_id = alerts.id
     where alerts.acknowledged is null and messages.answer = 'said_for' and messages.sent > :since"""


def due(db: Database, *, busy: Collection[int] = (), now: datetime) -> list[Due]:
    """Every message that is due now, except on channels that are `busy`: one a channel and room for all its calls."""
    found = [*_calls(db, now=now), *_said(db, now=now)]
    return [each for each in found if each.channel_id not in busy]


def _is_ready(found: Row, *, now: datetime) -> bool:
    tried = clock.from_text(found["tried"]) if found["tried"] else None
    return is_due(tries=found["failed"], tried=tried, now=now)


def _calls(db: Database, *, now: datetime) -> list[Due]:
    pending = [each for each in rows(db, _PENDING) if _is_ready(each, now=now)]
    if not pending:
        return []
    told = {
        (each["channel_id"], each["room"], each["drill"], LEVELS.index(Level(each["level"])))
        for each in rows(db, _TOLD_LAST, since=clock.to_text(now - HOLD))
    }
    said_for = alerts.said_for(db, [each["alert_id"] for each in pending])
    staffed = {text: _was_staffed(db, clock.from_text(text)) for text in {each["at"] for each in pending}}
    by_room: dict[tuple[int, str, int], list[Row]] = {}
    for each in pending:
        if reaches(Level(each["channel_level"]), Level(each["step_level"]), staffed=staffed[each["at"]]):
            by_room.setdefault((each["channel_id"], each["room"], each["drill"]), []).append(each)
    found = []
    for key, calls in by_room.items():
        level = max((Level(each["step_level"]) for each in calls), key=LEVELS.index)
        if any((*key, reach) in told for reach in range(LEVELS.index(level), 3)):
            continue  # the same was sent on this channel a moment ago
        found.append(
            Due(
                channel_id=key[0],
                url=calls[0]["url"],
                room=key[1],
                raised=min(clock.from_text(each["raised"]) for each in calls),
                drill=bool(key[2]),
                level=level,
                alert_ids=tuple(each["alert_id"] for each in calls),
                step_ids=tuple(each["step_id"] for each in calls),
                said_for=tuple(dict.fromkeys(name for each in calls for name in said_for[each["alert_id"]])),
            )
        )
    return found


def _said(db: Database, *, now: datetime) -> list[Due]:
    by_room: dict[tuple[Any, ...], list[Row]] = {}
    for each in rows(db, _SAID, since=clock.to_text(now - GOING_TOLD)):
        if _is_ready(each, now=now):
            key = tuple(each[name] for name in ("channel_id", "room", "drill", "going_id", "answer", "said"))
            by_room.setdefault(key, []).append(each)
    found = [_answer(each) for each in by_room.values()]
    said_for = [each for each in found if each.answer is Said.SAID_FOR]
    return [each for each in found if each not in said_for] + _one_a_minute(db, said_for, now=now)


def _answer(told: Sequence[Row]) -> Due:
    return Due(
        channel_id=told[0]["channel_id"],
        url=told[0]["url"],
        room=told[0]["room"],
        raised=min(clock.from_text(each["raised"]) for each in told),
        drill=bool(told[0]["drill"]),
        going=told[0]["going"],
        going_id=told[0]["going_id"],
        answer=Said(told[0]["answer"]),
        said=told[0]["said"],
        alert_ids=tuple(each["alert_id"] for each in told),
    )


def _one_a_minute(db: Database, said_for: list[Due], *, now: datetime) -> list[Due]:
    """The first of these for each channel and room, unless one was sent a minute ago: anybody may have the link."""
    if not said_for:
        return []
    last = rows(db, _SAID_FOR_LAST, since=clock.to_text(now - HOLD))
    told = {(each["channel_id"], each["room"], bool(each["drill"])) for each in last}
    first = {(each.channel_id, each.room, each.drill): each for each in reversed(said_for)}
    return [each for key, each in first.items() if key not in told]


def _was_staffed(db: Database, moment: datetime) -> bool:
    known = programme.load(db)
    lunches = school_year.on_day(db, clock.school_day(moment, known.zone))
    running = any(each.starts <= moment < each.ends for each in lunches)
    return programme.is_staffed(known, now=moment, drop_in_running=running)


def failing(db: Database) -> list[Channel]:
    """The channels on which the last try did not work."""
    return [each for each in in_use(db) if each.failing]


# actions


def add(db: Database, *, name: str, url: str, level: Level, by: str, now: datetime) -> int:
    """Add a channel, used for every alert from now on."""
    values = {"name": tidy(name), "url": url, "level": level, "made": clock.to_text(now)}
    with write(db):
        channel_id = insert(db, "channels", values)
        journal.note(db, "channel.added", actor=by, now=now, channel=channel_id, level=level)
    return channel_id


def end(db: Database, channel_id: int, *, by: str, now: datetime) -> None:
    """Send nothing there any more; its address and the passwords in it are wiped."""
    with write(db):
        ended = db.execute(
            "update channels set ended = :now, url = '' where id = :id and ended is null",
            {"now": clock.to_text(now), "id": channel_id},
        )
        if ended.rowcount:
            journal.note(db, "channel.ended", actor=by, now=now, channel=channel_id)


def begin(db: Database, sending: Sequence[Due], *, now: datetime) -> None:
    """Count a try of each before it is made, so that after a crash it is tried again, but not in an endless loop."""
    with write(db):
        for each in sending:
            for alert_id, step_id in _parts(each):
                db.execute(
                    """
                    insert into messages (alert_id, step_id, going_id, answer, said, channel_id, tried, failed)
                    values (:alert, :step, :going, :answer, :said, :channel, :now, 1)
                    on conflict do update set tried = excluded.tried, failed = failed + 1""",
                    {
                        "alert": alert_id,
                        "step": step_id,
                        "going": each.going_id,
                        "answer": each.answer or "",
                        "said": each.said,
                        "channel": each.channel_id,
                        "now": clock.to_text(now),
                    },
                )


def finish(db: Database, sent: Due, outcome: Outcome, *, now: datetime) -> None:
    """How a try ended."""
    ended = clock.to_text(now) if outcome is Outcome.SENT else None
    with write(db):
        for alert_id, step_id in _parts(sent):
            db.execute(
                """
                update messages set sent = :sent, outcome = :outcome
                 where alert_id = :alert and step_id is :step and going_id is :going and channel_id = :channel
                   and answer = :answer and said is :said""",
                {
                    "sent": ended,
                    "outcome": outcome,
                    "alert": alert_id,
                    "step": step_id,
                    "going": sent.going_id,
                    "answer": sent.answer or "",
                    "said": sent.said,
                    "channel": sent.channel_id,
                },
            )
        _note_health(db, sent.channel_id, outcome, now=now)
        journal.note(
            db,
            "message.sent" if ended else "message.failed",
            actor=journal.KEEPER,
            now=now,
            channel=sent.channel_id,
            alerts=[*sent.alert_ids],
            steps=[*sent.step_ids],
            going=sent.going_id,
            outcome=outcome,
        )


def tested(db: Database, channel_id: int, outcome: Outcome, *, by: str, now: datetime) -> None:
    """How a test message ended."""
    with write(db):
        _note_health(db, channel_id, outcome, now=now)
        journal.note(db, "channel.tested", actor=by, now=now, channel=channel_id, outcome=outcome)


def _parts(each: Due) -> list[tuple[int, int | None]]:
    """The ids of the rows that one message covers."""
    steps: Sequence[int | None] = each.step_ids or [None] * len(each.alert_ids)
    return list(zip(each.alert_ids, steps, strict=True))


def _note_health(db: Database, channel_id: int, outcome: Outcome, *, now: datetime) -> None:
    """Store whether a channel fails: since the first try that did not work, until one does."""
    values = {"id": channel_id, "now": clock.to_text(now), "outcome": outcome}
    if outcome is Outcome.SENT:
        db.execute("update channels set worked = :now, failing = null, fault = '' where id = :id", values)
    else:
        db.execute(
            "update channels set failing = coalesce(failing, :now), fault = :outcome where id = :id",
            values,
        )
