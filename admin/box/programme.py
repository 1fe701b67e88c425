"""The programme page: the steps of set-up, the school's hours, and the secret addresses of screens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.box import waiting
from admin.box.sentences import PARTS, STEPS, step_place, step_words
from admin.frame import links
from admin.frame.rights import may
from admin.frame.said import said
from admin.safeguarding import staff_room
from admin.safeguarding.answering import going_said
from mentoring.basics import forms
from mentoring.basics.forms import Fault
from mentoring.box.finish_line import Facts, Part, Step
from mentoring.safeguarding import trusted_screens
from mentoring.school import clock_doubt, programme
from mentoring.school.programme import DAYS
from mentoring.store import journal

pages = Blueprint("programme_page", __name__)


@pages.get("/programme")
def show() -> str:
    """Show the steps of set-up, which are missing, and the links of the board and other screens."""
    return _page()


@pages.post("/programme/school")
def school() -> Response | tuple[str, int]:
    """Save the names of the school and the programme and the hours in which an adult watches.

    What this page did not change stays as it is stored; the days are one field.
    """
    given = {**dict(request.form.items()), "staffed_days": ",".join(request.form.getlist("staffed_days"))}
    if faults := programme.change(g.db, given, by=journal.staff(g.me.id), now=g.now):
        shown = forms.as_changed(given, programme.school_form(g.reading.programme))
        return _page(faults=faults, given=shown), 422
    return redirect(url_for("programme_page.show", said="saved", _anchor="school"), 303)


@pages.post("/programme/clock")
def clock_is_right() -> Response:
    """Confirm that the server's clock is right, although it was in doubt."""
    clock_doubt.confirm(g.db, by=journal.staff(g.me.id), now=g.now)
    return redirect(url_for("today.today"), 303)


@pages.post("/programme/board-link")
def replace_board_link() -> Response:
    """Replace the board's link; the old one stops working."""
    programme.replace_board_link(g.db, request.form.get("old", ""), by=journal.staff(g.me.id), now=g.now)
    return redirect(url_for("programme_page.show", said="link", _anchor="board"), 303)


@pages.post("/programme/passing-on")
def passing_on() -> Response | tuple[str, int]:
    """Set after how many minutes an unanswered alert goes to the deputy, and then to all staff."""
    if faults := programme.change_passing_on(g.db, request.form, by=journal.staff(g.me.id), now=g.now):
        shown = forms.as_changed(request.form, programme.minutes_form(g.reading.programme))
        return _page(faults=faults, given=shown), 422
    return redirect(url_for("programme_page.show", said="saved", _anchor="passing-on"), 303)


@pages.post("/programme/staff-room")
def give_staff_room_link() -> Response:
    """Give the staff room's screen a new link; an earlier one stops working."""
    old = request.form.get("old", "")
    programme.give_staff_room_link(g.db, old, by=journal.staff(g.me.id), now=g.now)
    given = "staff_room_anew" if old else "staff_room"
    return redirect(url_for("programme_page.show", said=given, _anchor="staff-room"), 303)


@pages.post("/programme/staff-room/end")
def end_staff_room_link() -> Response:
    """Revoke the staff room's link: alerts are then shown only after a log-in."""
    programme.end_staff_room_link(g.db, request.form.get("old", ""), by=journal.staff(g.me.id), now=g.now)
    return redirect(url_for("programme_page.show", said="staff_room_ended", _anchor="staff-room"), 303)


@pages.post("/programme/staff-room/trust")
def trust_screen() -> Response:
    """Mark the browser that sends this as a trusted screen of the staff room."""
    link = g.reading.programme.staff_room_link or abort(404)
    token = trusted_screens.trust(g.db, link, by=journal.staff(g.me.id), now=g.now)
    answer = redirect(url_for("programme_page.show", said="screen_trusted", _anchor="staff-room"), 303)
    answer.set_cookie(
        staff_room.COOKIE,
        token,
        path=staff_room.COOKIE_PATH,
        max_age=staff_room.COOKIE_SECONDS,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )
    return answer


@pages.post("/programme/staff-room/trust/<int:screen_id>/end")
def end_trust(screen_id: int) -> Response:
    """Trust a screen no more: names that are tapped there have to be confirmed."""
    trusted_screens.end(g.db, screen_id, by=journal.staff(g.me.id), now=g.now)
    return redirect(url_for("programme_page.show", said="trust_ended", _anchor="staff-room"), 303)


@dataclass(frozen=True)
class ShownStep:
    """One step as the page shows it. `address` is empty when it is done, or for a reader who cannot do it."""

    name: str
    words: str
    done: bool
    address: str


def _parts() -> dict[str, list[ShownStep]]:
    """The steps by part, with the part's heading."""
    facts, steps = g.reading.once(waiting.finish_line_of)
    shown = {part: [_shown(each, facts) for each in steps if each.part is part] for part in Part}
    return {_heading(part, sum(not each.done for each in found)): found for part, found in shown.items()}


def _heading(part: Part, missing: int) -> str:
    if not missing:
        return f"{PARTS[part]}: finished"
    return f"{PARTS[part]}: {missing} {'step' if missing == 1 else 'steps'} to the finish line"


def _shown(step: Step, facts: Facts) -> ShownStep:
    endpoint, anchor = step_place(step.code, facts)
    address = url_for(endpoint, _anchor=anchor) if not step.done and may(endpoint) else ""
    return ShownStep(STEPS[step.code].name, step_words(step.code, facts, done=step.done), step.done, address)


def _page(*, faults: Sequence[Fault] = (), given: Mapping[str, str] | None = None) -> str:
    address = links.calendar(None)
    return render_template(
        "admin/box/programme.html",
        calendar_address=address,
        calendar_square=links.square_of(address),
        parts=_parts(),
        trusted=trusted_screens.in_use(g.db, g.reading.programme.staff_room_link),
        days=DAYS,
        faults=faults,
        given=given or {},
        school_as_shown=programme.school_form(g.reading.programme),
        minutes_as_shown=programme.minutes_form(g.reading.programme),
        said=going_said() or said(),
    )
