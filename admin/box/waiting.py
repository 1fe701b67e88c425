"""What the server adds to *Waiting for you*."""

from collections.abc import Callable

from flask import url_for

from admin.box.sentences import CAMERAS, PARTS, STEPS
from admin.frame.area import Urgency, Waiting
from admin.frame.reading import Reading
from admin.frame.sentences import backup_trouble
from admin.people.waiting import everybody
from mentoring.box import backups, finish_line, remembered_head
from mentoring.box.backups import Trouble
from mentoring.box.finish_line import Facts, Part, Step
from mentoring.lunch import cameras
from mentoring.people import badge_register


def finish_line_of(reading: Reading) -> tuple[Facts, tuple[Step, ...]]:
    """The facts of set-up, and its steps."""
    facts = finish_line.facts(
        reading.db, reading.settings, school=reading.programme, known=reading.once(everybody), now=reading.now
    )
    return facts, finish_line.steps_of(facts)


def set_up(reading: Reading, may: Callable[[str], bool]) -> list[Waiting]:
    """A line for each part of the finish line of which something is missing."""
    if not may("programme_page.show"):
        return []
    _, steps = reading.once(finish_line_of)
    missing = {part: [each for each in steps if each.part is part and not each.done] for part in Part}
    return [
        Waiting(
            Urgency.SOON,
            "circle-dashed",
            f"{PARTS[part]}: {len(found)} {'step is' if len(found) == 1 else 'steps are'} still to do",
            small=", ".join(STEPS[each.code].name for each in found),
            address=url_for("programme_page.show"),
            link="To the finish line",
        )
        for part, found in missing.items()
        if found
    ]


def older_copy(reading: Reading, may: Callable[[str], bool]) -> list[Waiting]:
    """A line when somebody put an older copy of the database in its place."""
    if not may("backups_page.show") or not remembered_head.fault(reading.db, reading.settings.data):
        return []
    return [
        Waiting(
            Urgency.NOW,
            "triangle-alert",
            "The programme's file is an older copy than the one this box wrote last",
            small="What was done since is missing. The newest backup brings it back.",
            address=url_for("backups_page.show"),
            link="Restore a backup",
        )
    ]


def badge_key(reading: Reading, may: Callable[[str], bool]) -> list[Waiting]:
    """A line when the badge key is not there although badges were made, such as after a restore without it."""
    if not may("backups_page.show") or reading.settings.badge_key.exists() or not badge_register.any_issued(reading.db):
        return []
    return [
        Waiting(
            Urgency.NOW,
            "triangle-alert",
            "The badge key is missing: no printed badge can be read, and none can be printed",
            small="Whoever looks after the box fetches it from beside a backup.",
            address=url_for("backups_page.technical"),
            link="What to do",
        )
    ]


def backup(reading: Reading, may: Callable[[str], bool]) -> list[Waiting]:
    """A line that says what is wrong with the backups; none while all is well."""
    if not may("backups_page.show"):
        return []
    settings = reading.settings
    found = backups.standing(reading.db, folder=settings.backups, second=settings.second_backups, now=reading.now)
    if found.trouble is None:
        return []
    wants_key = found.trouble is Trouble.NO_KEY and may("recovery_key_page.show")
    return [
        Waiting(
            Urgency.SOON,
            "triangle-alert",
            backup_trouble(found.trouble, found.place),
            small="A backup is what is left when the box breaks.",
            address=url_for("recovery_key_page.show" if wants_key else "backups_page.show"),
            link="Make the key" if wants_key else "See the box",
        )
    ]


def camera(reading: Reading, may: Callable[[str], bool]) -> list[Waiting]:
    """A line when no camera of the kiosk reads badges; none while one does or none was ever there."""
    trouble = cameras.trouble(cameras.known(reading.db))
    if trouble is None or not may("backups_page.show"):
        return []
    return [
        Waiting(
            Urgency.SOON,
            "triangle-alert",
            f"The kiosk's camera {CAMERAS[trouble]}",
            small="Badges can be scanned or typed there meanwhile.",
            address=url_for("backups_page.show", _anchor="cameras"),
            link="See its cameras",
        )
    ]
