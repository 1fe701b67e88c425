"""Mentors: the list, a page for each, adding and changing."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask import Response as FileResponse
from werkzeug.wrappers import Response

from admin.frame import links
from admin.people.sentences import APART, ATTENDED, KINDS, MOODS, WHYS
from badges.sheet import PictureTrouble, checked_picture
from mentoring.access import staff
from mentoring.basics import forms
from mentoring.basics.forms import Fault
from mentoring.lunch import attendance, duty
from mentoring.people import badge_register, consent, fitness, mentors, photos
from mentoring.people.mentors import Consent, Mentor, MentorState, NewMentor
from mentoring.planning import availability, leaving, rota
from mentoring.privacy import erasure
from mentoring.privacy.tombstones import Whose
from mentoring.school.programme import DAY_NAMES
from mentoring.store import journal
from mentoring.training import what_to_say

pages = Blueprint("mentors", __name__, url_prefix="/mentors")

PAST = 12
ASK_FIRST = "Ask first: tick that the mentor agrees, then choose the picture."
ATTENDANCE_SHOWN = timedelta(weeks=12)


@pages.get("")
def all_mentors() -> str:
    """The list of mentors, active ones first. Erased mentors are left out."""
    return _list()


@pages.post("")
def record_consent() -> str | Response | tuple[str, int]:
    """Write down whose name may be shown: the ticks of the list, as far as nobody has changed them since."""
    late = consent.record(
        g.db,
        _shown(request.form.getlist("listed")),
        agreed={forms.number(each) for each in request.form.getlist("agreed")},
        all_asked="all_asked" in request.form,
        by=_me(),
        now=g.now,
    )
    if late:
        return _list(late), 409
    return redirect(url_for("mentors.all_mentors", said="names"), 303)


@pages.get("/new")
def new() -> str:
    """The form to add a mentor."""
    return render_template("admin/people/mentor_new.html", faults=[], given={})


@pages.post("/new")
def add() -> str | Response | tuple[str, int]:
    """Add one mentor."""
    checked = mentors.new_mentor(request.form)
    outcome = mentors.add(g.db, checked, by=_me(), now=g.now) if isinstance(checked, NewMentor) else checked
    if isinstance(outcome, int):
        return redirect(url_for("mentors.one", mentor_id=outcome, said="added"), 303)
    faults = outcome if isinstance(outcome, list) else [outcome]
    return render_template("admin/people/mentor_new.html", faults=faults, given=request.form), 422


@pages.get("/what-to-say")
def training_card() -> str:
    """A card to print for training and for the room: what to say, and what not."""
    return render_template(
        "admin/training/what_to_say.html", say=what_to_say.SAY, do_not=what_to_say.DO_NOT, staff=staff.everyone(g.db)
    )


@pages.get("/<int:mentor_id>")
def one(mentor_id: int) -> str:
    """The page of one mentor."""
    return page(mentor_or_404(mentor_id), faults=[])


@pages.post("/<int:mentor_id>")
def change(mentor_id: int) -> str | Response | tuple[str, int]:
    """Change a mentor's data, as far as this page changed it. The form of one who has left has no state."""
    mentor = mentor_or_404(mentor_id)
    if request.form.get("state") not in (None, MentorState.ACTIVE, MentorState.PAUSED):
        abort(400)
    if faults := mentors.edit(g.db, mentor_id, request.form, by=_me(), now=g.now):
        return page(mentor, faults=faults, given=forms.as_changed(request.form, mentors.form_of(mentor))), 422
    return redirect(url_for("mentors.one", mentor_id=mentor_id, said="saved"), 303)


@pages.post("/<int:mentor_id>/badge/revoke")
def revoke_badge(mentor_id: int) -> Response:
    """Revoke the mentor's valid badge."""
    badge_register.revoke(g.db, mentor_or_404(mentor_id).id, by=_me(), now=g.now)
    return redirect(url_for("mentors.one", mentor_id=mentor_id, said="revoked"), 303)


@pages.get("/<int:mentor_id>/photo.png")
def photo(mentor_id: int) -> Response:
    """The photograph this mentor agreed to, for the staff room."""
    return FileResponse(photos.picture(g.db, mentor_id, now=g.now) or abort(404), mimetype="image/png")


@pages.post("/<int:mentor_id>/photo")
def keep_photo(mentor_id: int) -> Response | tuple[str, int]:
    """Save a photograph if the mentor agrees, or remove it."""
    mentor, sent = mentor_or_404(mentor_id), request.files.get("photo")
    if "remove" in request.form:
        photos.remove(g.db, mentor.id, by=_me(), now=g.now)
    elif request.form.get("agrees") != "yes":
        return page(mentor, faults=[], photo_fault=ASK_FIRST), 422
    elif mentor.state is MentorState.LEFT:
        abort(404)
    else:
        try:
            picture = checked_picture(sent.read() if sent else b"")
        except PictureTrouble as trouble:
            return page(mentor, faults=[], photo_fault=str(trouble)), 422
        photos.keep(g.db, mentor.id, picture, by=_me(), now=g.now)
    return redirect(url_for("mentors.one", mentor_id=mentor.id, said="saved", _anchor="photo"), 303)


def mentor_or_404(mentor_id: int) -> Mentor:
    """The mentor with this id; 404 if there is none or they were erased."""
    if mentor_id in erasure.erased_on(g.db, Whose.MENTOR):
        abort(404)
    return mentors.mentor(g.db, mentor_id) or abort(404)


def _list(late: Sequence[Mentor] = ()) -> str:
    """The list, with the ticks as they are stored and as files propose them. `late`: who stays as they are."""
    gone = erasure.erased_on(g.db, Whose.MENTOR)
    known = [each for each in mentors.mentors(g.db) if each.id not in gone]
    open_ones = consent.not_settled(known)
    return render_template(
        "admin/people/mentors.html",
        mentors=known,
        late=late,
        proposed=[each for each in open_ones if each.consent is Consent.PROPOSED],
        not_asked=[each for each in open_ones if each.consent is Consent.NOT_ASKED],
        tick_all=request.args.get("tick") == "everybody",
    )


def _shown(listed: Sequence[str]) -> Mapping[int, Consent]:
    """What a list showed, from fields such as `7 refused`. Aborts with 400 if malformed."""
    try:
        return {int(mentor_id): Consent(said) for mentor_id, said in (each.split(" ") for each in listed)}
    except ValueError:
        abort(400)


def _me() -> str:
    return journal.staff(g.me.id)


def page(
    mentor: Mentor,
    *,
    faults: list[Fault],
    given: Mapping[str, str] | None = None,
    availability_faults: Sequence[Fault] = (),
    photo_fault: str = "",
) -> str:
    """The page of a mentor. A form with faults shows again what was typed: `given` for the mentor's data."""
    others = {each.id: each for each in mentors.mentors(g.db)}
    apart = [each for each in availability.apart(g.db) if mentor.id in (each.mentor_id, each.other_id)]
    address = links.calendar(mentor.id)
    return render_template(
        "admin/people/mentor.html",
        calendar_address=address,
        calendar_square=links.square_of(address),
        mentor=mentor,
        faults=faults,
        given=given or {},
        as_shown=mentors.form_of(mentor),
        badge_printed=badge_register.printed(g.db, [mentor.id]).get(mentor.id),
        badge_number=badge_register.good_number(g.db, mentor.id),
        left_today=leaving.may_be_taken_back(g.db, mentor.id, now=g.now),
        unfit=fitness.unfit_because(state=mentor.state, badge_good=mentor.has_badge),
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
        photo_fault=photo_fault,
        photo_agreed=photos.agreed(g.db, mentor.id),
        photo_shown=mentor.id in photos.shown(g.db, now=g.now),
        availability_faults=availability_faults,
        typed=request.form if availability_faults else {},
        attended=attendance.of_mentor(g.db, mentor.id, since=g.now - ATTENDANCE_SHOWN, now=g.now)[:PAST],
        outcomes=ATTENDED,
        kinds=KINDS,
    )
