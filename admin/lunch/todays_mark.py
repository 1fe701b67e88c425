"""A hash that changes when Today would look different, computed with few queries.

A change by a person writes a journal row, so the newest row of the kinds that Today shows stands for all of them. What
changes without a row, such as by time, is put into the hash itself.
"""

import hashlib
from datetime import timedelta

from admin.frame.reading import Reading
from admin.lunch.room_readings import drop_ins_today, last_self_test, rooms
from admin.safeguarding.answering import answered, said_for
from admin.safeguarding.sentences import channel_trouble
from admin.safeguarding.waiting import failing
from mentoring.box import backups
from mentoring.lunch import attendance
from mentoring.planning import rota
from mentoring.school.school_year import DropIn
from mentoring.store import journal

# Kinds of journal rows that do not change Today, or whose effect is in the hash in another way. A kind that is missing
# here only causes a needless refresh.
NOT_SHOWN = frozenset(
    {
        "alert.acknowledged",
        "alert.answered_for",
        "alert.clock_set_back",
        "alert.going_too",
        "alert.handed_back",
        "alert.raised",
        "alert.said_for",
        "alert.step",
        "alert.taken_back",
        "alert.told",
        "badge.sheet",
        "calendar.ended",
        "calendar.given",
        "calendar.good_again",
        "channel.added",
        "channel.ended",
        "channel.tested",
        "concern.draft_viewed",
        "concern.listed",
        "concern.receipt",
        "concern.sealed_anew",
        "concern.unlocked",
        "concern.viewed",
        "drill.seen",
        "drill.settled",
        "drill.stopped",
        "logo.changed",
        "message.failed",
        "message.sent",
        "photo.kept",
        "photo.removed",
        "printer.forgotten",
        "printer.measured",
        "privacy.handed_over",
        "staff.code_printed",
        "staff.factor_off",
        "staff.factor_on",
        "staff.logged_in",
        "staff.others_ended",
        "staff.password",
        "staff.recovery_code",
        "staff.recovery_codes",
    }
)


def today_mark(reading: Reading) -> str:
    """A hash of everything that Today shows."""
    changed = journal.newest_but(reading.db, NOT_SHOWN)
    closed = reading.once(last_self_test)
    calls = [*reading.once(answered), *reading.once(said_for)]
    going = [(call.first.id, len(call.alerts), each) for call, each in calls]
    has_key = reading.settings.badge_key.exists()
    looks = (reading.today, changed, closed, going, _by_time(reading), _backups(reading), has_key, _failing(reading))
    return hashlib.sha256(repr(looks).encode()).hexdigest()[:16]


def _by_time(reading: Reading) -> list[object]:
    """The stage of each of today's drop-ins and the state of each room; both change with the time."""
    ahead = [each for each in reading.once(drop_ins_today) if reading.now < each.starts]
    before = timedelta(minutes=rota.limits(reading.db).gaps_before) if ahead else timedelta()
    return [
        [_stage(each, reading=reading, before=before) for each in reading.once(drop_ins_today)],
        [(each.drop_in.slot_id, each.state) for each in reading.once(rooms)],
    ]


def _stage(drop_in: DropIn, *, reading: Reading, before: timedelta) -> tuple[bool, bool, bool]:
    now = reading.now
    return attendance.is_soon(drop_in, now=now, before=before), drop_in.starts <= now, drop_in.ends <= now


def _backups(reading: Reading) -> object:
    """The state of the backups from their folders. The database is read only if the newest backup is old."""
    folder, second, now = reading.settings.backups, reading.settings.second_backups, reading.now
    found = backups.standing_of_files(folder=folder, second=second, now=now)
    if backups.is_old(found, now=now):
        found = backups.standing(reading.db, folder=folder, second=second, now=now)
    return found.trouble, found.place


def _failing(reading: Reading) -> list[str]:
    found = reading.once(failing)
    return [channel_trouble(each, zone=reading.year.zone, now=reading.now) for each in found]
