"""What the staff pages say where the words depend on what happened."""

from datetime import date, datetime
from pathlib import Path

from mentoring.basics import clock
from mentoring.box.backups import Trouble

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


def since(moment: datetime, *, zone: str, now: datetime) -> str:
    """`12:41`, or with its day when that was another."""
    on = clock.school_day(moment, zone)
    hour = clock.hour(moment, zone)
    return hour if on == clock.school_day(now, zone) else f"{day(on)}, {hour}"
