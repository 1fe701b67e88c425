"""Mentors: the list, one page each, adding and changing."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import calendar_door
from admin.sentences import APART, ATTENDED, KINDS, MOODS, SAID, WHYS
from mentoring import attendance, availability, badge_register, duty, journal, people, rota
from mentoring.people import Fault, Mentor, MentorState, NewMentor
from mentoring.programme import DAY_NAMES

pages = Blueprint("mentors", __name__, url_prefix="/mentors")

PAST = 12
ATTENDANCE_SHOWN = timedelta(weeks=12)


@pages.get("")
def all_mentors() -> str:
    """The list, active ones first."""
    return render_template(
        "admin/mentors.html", mentors=people.mentors(g.db), said=SAID.get(request.args.get("said", ""))
    )


@pages.get("/new")
def new() -> str:
    """An empty form."""
    return render_template("admin/mentor_new.html", faults=[], given={})


@pages.post("/new")
def add() -> str | Response | tuple[str, int]:
    """Add one mentor."""
    checked = people.new_mentor(request.form)
    outcome = people.add(g.db, checked, by=_me(), now=g.now) if isinstance(checked, NewMentor) else checked
    if isinstance(outcome, int):
        return redirect(url_for("mentors.one", mentor_id=outcome, said="added"), 303)
    faults = outcome if isinstance(outcome, list) else [outcome]
    return render_template("admin/mentor_new.html", faults=faults, given=request.form), 422


@pages.get("/<int:mentor_id>")
def one(mentor_id: int) -> str:
    """A person's one page."""
    return page(_mentor(mentor_id), faults=[])


@pages.post("/<int:mentor_id>")
def change(mentor_id: int) -> str | Response | tuple[str, int]:
    """Change what is known of a mentor."""
    mentor, checked = _mentor(mentor_id), people.new_mentor(request.form)
    try:
        state = MentorState(request.form.get("state", ""))
    except ValueError:
        abort(400)
    if isinstance(checked, NewMentor):
        fault = people.edit(g.db, mentor_id, checked, state, by=_me(), now=g.now)
        if fault is None:
            return redirect(url_for("mentors.one", mentor_id=mentor_id, said="saved"), 303)
        checked = [fault]
    return page(mentor, faults=checked), 422


@pages.post("/<int:mentor_id>/badge/revoke")
def revoke_badge(mentor_id: int) -> Response:
    """End the good badge."""
    badge_register.revoke(g.db, _mentor(mentor_id).id, by=_me(), now=g.now)
    return redirect(url_for("mentors.one", mentor_id=mentor_id, said="revoked"), 303)


def _mentor(mentor_id: int) -> Mentor:
    return people.mentor(g.db, mentor_id) or abort(404)


def _me() -> str:
    return journal.staff(g.me.id)


def page(mentor: Mentor, *, faults: list[Fault], availability_faults: Sequence[Fault] = ()) -> str:
    """The mentor's one page; a form that had faults comes back as it was typed."""
    others = {each.id: each for each in people.mentors(g.db)}
    apart = [each for each in availability.apart(g.db) if mentor.id in (each.mentor_id, each.other_id)]
    address = calendar_door.address(mentor.id)
    return render_template(
        "admin/mentor.html",
        calendar_address=address,
        calendar_square=calendar_door.square_of(address),
        mentor=mentor,
        faults=faults,
        given=request.form if faults else {},
        badge_printed=badge_register.printed(g.db, [mentor.id]).get(mentor.id),
        badge_number=badge_register.good_number(g.db, mentor.id),
        unfit=people.unfit_because(state=mentor.state, badge_good=mentor.has_badge),
        next_duties=rota.next_duties(g.db, mentor.id, now=g.now),
        past=duty.past(g.db, mentor.id, most=PAST),
        moods=MOODS,
        said_of_days=availability.entries(g.db, mentor.id),
        cap=availability.everyone(g.db)[mentor.id].cap,
        usual_cap=availability.usual_cap(g.db),
        apart=[
            (others[each.other_id if each.mentor_id == mentor.id else each.mentor_id], APART[each.why])
            for each in apart
        ],
        may_be_apart=[each for each in others.values() if each.id != mentor.id and each.state is not MentorState.LEFT],
        days=DAY_NAMES,
        whys=WHYS,
        apart_whys=APART,
        availability_faults=availability_faults,
        typed=request.form if availability_faults else {},
        attended=attendance.of_mentor(g.db, mentor.id, since=g.now - ATTENDANCE_SHOWN, now=g.now)[:PAST],
        outcomes=ATTENDED,
        kinds=KINDS,
        said=SAID.get(request.args.get("said", "")),
    )
