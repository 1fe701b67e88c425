"""The `Area` of planning: its pages, rights and texts."""

from types import MappingProxyType

from admin.frame.area import Area, Group, RailLine
from admin.frame.rights import LEADS, LUNCH, Right
from admin.planning import availability, calendars, cover, leaving, plan, rota, rota_papers, waiting

RIGHTS = (
    Right(
        "Look at the rota, print its poster and slips",
        LUNCH,
        ("rota_page.rota_by_hand", "rota_page.drop_in", "rota_papers.poster", "rota_papers.slips"),
    ),
    Right(
        "Change and plan the rota",
        LEADS,
        (
            "rota_page.due",
            "rota_page.move",
            "rota_page.pin",
            "rota_page.undo",
            "rota_plan.choose",
            "rota_plan.begin",
            "rota_plan.plan",
            "rota_plan.plan_json",
            "rota_plan.stop",
            "rota_plan.use",
            "rota_papers.as_csv",
            "rota_papers.choose_file",
            "rota_papers.dry_run",
            "rota_papers.use",
        ),
    ),
    Right(
        "Find cover, decide swaps, correct attendance",
        LEADS,
        (
            "cover_page.show",
            "cover_page.ask",
            "cover_page.swap",
            "cover_page.take",
            "cover_page.asked",
            "cover_page.approve",
            "cover_page.refuse",
            "cover_page.withdraw",
            "cover_page.limits",
            "cover_page.attended",
            "cover_page.undo_attended",
        ),
    ),
    Right(
        "Add, import and change mentors, their days and their photos",
        LEADS,
        (
            "availability_page.add",
            "availability_page.remove",
            "availability_page.cap",
            "availability_page.keep_apart",
            "availability_page.let_together",
            "calendar_door.mentors",
            "leaving_page.show",
            "leaving_page.leave",
            "leaving_page.take_back",
            "leaving_page.put_back",
        ),
    ),
    Right("Name the school and its staffed hours", LEADS, ("calendar_door.programmes",)),
)
RAIL = (
    RailLine(
        Group.LUNCH, 1, "Rota", "calendar-days", "rota_page.rota_by_hand", ("rota_page", "rota_plan", "rota_papers")
    ),
    RailLine(Group.LUNCH, 2, "Cover", "handshake", "cover_page.show", ("cover_page",)),
)
# The sentences of the paper trail. Their subject is the person who acted; `{...}` is filled from the journal row.
TRAIL = MappingProxyType(
    {
        "availability.added": "wrote down when {mentor} can or cannot come",
        "availability.apart": "noted that {mentors} are not to be paired",
        "availability.cap": "set how often {mentor} comes in a week",
        "availability.removed": "took out when {mentor} can or cannot come",
        "availability.together": "took back that {mentors} are not to be paired",
        "calendar.ended": "ended the calendar address of {mentor_or_programme}",
        "calendar.given": "gave a calendar address to {mentor_or_programme}",
        "calendar.good_again": "let the ended calendar address of {mentor_or_programme} lead there again",
        "cover.approved": "said yes to cover {request}",
        "cover.asked": "noted that {mentor} cannot come to {drop_in}",
        "cover.offered": "asked {mentors} for cover {request}",
        "cover.open_again": "opened cover {request} again",
        "cover.taken": "took cover {request}",
        "cover.withdrawn": "took back cover {request}",
        "mentor.came_back": "put {mentor}, who had left, back on the list",
        "mentor.left": "noted that {mentor} has left",
        "rota.due": "said who is due at {drop_in}: {mentors}",
        "rota.limits": "changed what holds for everybody on the rota",
        "rota.override": "broke a rule at {drop_in} with a reason ({rules})",
        "rota.undone": "took back a change of the rota",
    }
)
# The message shown after a change, by the value of `said` in the page's address.
SAID = MappingProxyType(
    {
        "moved": "Moved.",
        "undone": "Your last change is taken back.",
        "pinned": "Pinned: no plan moves this mentor from there.",
        "unpinned": "Unpinned: a plan may move this mentor.",
        "planned": "The plan is the rota now. You can take it back as one change.",
        "brought": "The file is the rota now. You can take it back as one change.",
        "asked": "Noted. The place waits for somebody else.",
        "noted": "Noted. Next time others are asked first.",
        "passed": "Done. The rota has changed.",
        "refused": "Said no. The place waits for somebody else.",
        "taken_back": "Taken back. All is as it was before.",
        "has_left": "Noted. The badge and any calendar have ended, and coming drop-ins are free.",
        "on_the_list": "On the list again. Print a new badge; days and duties are set anew.",
    }
)
# Where the guide explains each page: the anchor of a heading, by blueprint or endpoint.
GUIDE = MappingProxyType(
    {
        "leaving_page": "a-mentor-leaves",
        "rota_page": "the-rota",
        "rota_plan": "the-rota",
        "rota_papers": "the-rota",
        "cover_page": "when-somebody-cannot-come",
    }
)
AREA = Area(
    pages=(
        availability.pages,
        calendars.pages,
        cover.pages,
        leaving.pages,
        plan.pages,
        rota.pages,
        rota_papers.pages,
    ),
    rights=RIGHTS,
    rail=RAIL,
    waiting=(
        waiting.gaps,
        waiting.covers,
    ),
    trail=TRAIL,
    said=SAID,
    by_link=("calendar_door.calendar",),
    guide=GUIDE,
)
