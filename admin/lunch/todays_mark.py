"""The mark of Today: a short text that changes when the page would look different, worked out from little.

What people change writes a journal row, so that the newest row of a kind that Today shows stands for all of it. What
changes without such a row, by time or by itself, is in the mark as it is.
"""

import hashlib
from datetime import timedelta

from admin.frame.reading import Reading
from admin.lunch.room_readings import drop_ins_today, last_self_test, rooms
from admin.safeguarding.answering import answered
from admin.safeguarding.sentences import channel_trouble
from admin.safeguarding.waiting import failing
from mentoring.box import backups
from mentoring.lunch import attendance
from mentoring.planning import rota
from mentoring.school.school_year import DropIn
from mentoring.store import journal

# Journal rows that change nothing on Today, or what the mark holds in another way. A kind that is not here makes an
# open page look again: a new one does so until it is entered.
NOT_SHOWN = frozenset(
    {
        "alert.acknowledged",
        "alert.clock_set_back",
        "alert.going_too",
        "alert.handed_back",
        "alert.raised",
        "alert.step",
        "alert.told",
        "badge.printed",
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
    """Changes whenever Today would look different."""
    changed = journal.newest_but(reading.db, NOT_SHOWN)
    closed = reading.once(last_self_test)
    going = [(call.first.id, len(call.alerts), each) for call, each in reading.once(answered)]
    looks = (reading.today, changed, closed, going, _by_time(reading), _backups(reading), _failing(reading))
    return hashlib.sha256(repr(looks).encode()).hexdigest()[:16]


def _by_time(reading: Reading) -> list[object]:
    """How far each of today's drop-ins is, and its room's state: both change with the hour alone."""
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
    """How backups stand by their folders; the store is asked only once the newest is old enough to be late."""
    folder, second, now = reading.settings.backups, reading.settings.second_backups, reading.now
    found = backups.standing_of_files(folder=folder, second=second, now=now)
    if backups.is_old(found, now=now):
        found = backups.standing(reading.db, folder=folder, second=second, now=now)
    return found.trouble, found.place


def _failing(reading: Reading) -> list[str]:
    found = reading.once(failing)
    return [channel_trouble(each, zone=reading.year.zone, now=reading.now) for each in found]
