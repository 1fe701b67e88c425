"""Cover and swaps on the mentor's screen (K9): my next duties, places to take, a swap by two badges.

No reason and no "not with" pair is ever shown here, because others in the room see this screen.
"""

from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, abort, current_app, g, request

from badges import code
from kiosk import cameras, sentences
from kiosk.in_memory import Offer, PageToken
from kiosk.mentor_screen import is_here, render, scan_again, use_token
from kiosk.scanning import PICTURES, badge_numbers, texts_shown
from mentoring.access import staff
from mentoring.basics.forms import unbroken
from mentoring.lunch import duty
from mentoring.people import badge_register, fitness, mentors
from mentoring.people.mentors import Mentor
from mentoring.planning import cover, rota
from mentoring.planning.cover import Answer, Code, Kind, Request, State
from mentoring.school import school_year
from mentoring.school.school_year import DropIn
from mentoring.store import journal

pages = Blueprint("swapping", __name__, url_prefix="/mentor")

SHOWN = 6
NOTHING = "nothing"  # the other mentor takes the duty and gives none in return
CHANGED = Answer(Code.NOT_DUE)


@pages.post("/duties")
def duties() -> str:
    """The mentor's next duties, and those they offered to take; each opens with one tap."""
    token = use_token("duties")
    if token is None:
        return scan_again()
    mine = rota.next_duties(g.db, token.mentor_id, now=g.now, most=SHOWN)
    live = cover.of_mentor(g.db, token.mentor_id, now=g.now)
    coming = [_comes_to(each, token.mentor_id) for each in live]
    shown = sorted({each.id: each for each in (*mine, *coming) if each}.values(), key=lambda each: each.starts)
    rows = [(each, _when(each), _state_words(_about(live, each), token.mentor_id)) for each in shown[:SHOWN]]
    return _render("kiosk/duties.html", token, rows=rows)


@pages.post("/duty")
def one() -> str:
    """One duty: say "I cannot come", swap it, or take an earlier request back."""
    drop_in_id = _number("drop_in")
    token = use_token(f"duty {drop_in_id}")
    if token is None:
        return scan_again()
    live = cover.of_mentor(g.db, token.mentor_id, now=g.now)
    asked = next((each for each in live if drop_in_id in (each.drop_in.id, each.back.id if each.back else None)), None)
    mine = _my_duty(token.mentor_id, drop_in_id)
    if mine is None and asked is None:
        return _told(token, CHANGED)
    drop_in = school_year.by_id(g.db, drop_in_id)
    return _render(
        "kiosk/duty.html",
        token,
        drop_in=drop_in,
        when=_when(drop_in),
        room=unbroken(drop_in.room),
        request=asked,
        words=_state_words(asked, token.mentor_id),
        may_swap=mine is not None and (asked is None or (asked.state is State.OPEN)),
    )


@pages.post("/away")
def away() -> str:
    """Ask for cover for one duty: the mentor taps a reason, which lead, deputy and safeguarding lead see."""
    drop_in_id, kind = _number("drop_in"), request.form.get("kind", "")
    token = use_token(f"away {drop_in_id} {kind}")
    if token is None:
        return scan_again()
    if kind and kind not in {each.value for each in Kind}:
        abort(400)
    drop_in = _my_duty(token.mentor_id, drop_in_id)
    if drop_in is None:
        return _told(token, CHANGED)
    if not kind:
        return _render("kiosk/away.html", token, drop_in=drop_in, when=_when(drop_in), kinds=sentences.KINDS)
    return _told(token, cover.ask(g.db, drop_in_id, token.mentor_id, Kind(kind), by=_by(token), now=g.now))


@pages.post("/places")
def places() -> str:
    """The places that wait for somebody and that this mentor could take."""
    token = use_token("places")
    if token is None:
        return scan_again()
    found = cover.open_to(g.db, token.mentor_id, now=g.now)[:SHOWN]
    rows = [(each, _when(each.drop_in), sentences.named(each.mentor)) for each in found]
    return _render("kiosk/places.html", token, rows=rows)


@pages.post("/take")
def take() -> str:
    """Take another mentor's place. Of two who tap at the same time, one gets it."""
    request_id = _number("request")
    token = use_token(f"take {request_id}")
    if token is None:
        return scan_again()
    return _told(token, cover.take(g.db, request_id, token.mentor_id, by=_by(token), now=g.now))


@pages.post("/undo")
def undo() -> str:
    """Take back what this mentor asked for, took or swapped, until the lead has approved it."""
    request_id = _number("request")
    token = use_token(f"undo {request_id}")
    if token is None:
        return scan_again()
    if token.done is None:
        token.done = cover.undo(g.db, request_id, token.mentor_id, by=_by(token), now=g.now)
    return _told(token, token.done)


@pages.post("/swap")
def swap() -> str:
    """Begin a swap of this duty: the other mentor shows their badge next."""
    drop_in_id = _number("drop_in")
    token = use_token(f"swap {drop_in_id}")
    if token is None:
        return scan_again()
    if _my_duty(token.mentor_id, drop_in_id) is None:
        return _told(token, CHANGED)
    return _ask_for_badge(token, Offer(drop_in_id))


@pages.post("/swap/badge")
def swap_badge() -> str | dict[str, str | bool | None]:
    """The other mentor's badge, as a camera frame or typed. Frames without a badge do not use the token."""
    if request.mimetype in PICTURES:
        return _swap_frame(request.headers.get("X-Token", ""))
    token = use_token("swap badge")
    if token is None or token.offer is None:
        return scan_again()
    other, wrong = _other_mentor(token.mentor_id, texts_shown())
    return _choose(token, token.offer, other) if other else _ask_for_badge(token, token.offer, wrong)


def _swap_frame(token: str) -> dict[str, str | bool | None]:
    tokens = current_app.extensions["page_tokens"]
    seen: PageToken | None = tokens.look(token)
    if seen is None or seen.offer is None or not is_here(seen):
        return {"outcome": "closed", "say": "", "page": scan_again()}
    texts = texts_shown()
    if not texts:
        return {"outcome": "unreadable", "say": sentences.OTHER_BADGE, "held": g.get("held", False), "page": None}
    other, say = _other_mentor(seen.mentor_id, texts)
    if other is None:
        return {"outcome": "not_a_badge", "say": say, "held": True, "page": None}
    used: PageToken | None = tokens.take(token, "swap badge")
    page = _choose(used, used.offer, other) if used and used.offer else scan_again()
    return {"outcome": "menu", "say": "", "page": page}


@pages.post("/swap/choose")
def swap_choose() -> str:
    """Take the other mentor's choice of a duty to give, or none, and show the swap to both to agree."""
    chosen = request.form.get("other_gives", "")
    token = use_token(f"swap choose {chosen}")
    if token is None or token.offer is None or token.offer.other_id is None:
        return scan_again()
    mine = school_year.by_id(g.db, token.offer.gives)
    theirs = None if chosen == NOTHING else _my_duty(token.offer.other_id, _number("other_gives"))
    if chosen != NOTHING and theirs is None:
        return _told(token, CHANGED)
    other = mentors.mentor(g.db, token.offer.other_id) or abort(400)
    return _render(
        "kiosk/swap_agree.html",
        token,
        offer=replace(token.offer, other_gives=theirs.id if theirs else None),
        other=sentences.named(other),
        mine=_when(mine),
        theirs=_when(theirs) if theirs else "",
    )


@pages.post("/swap/agree")
def swap_agree() -> str:
    """Both agree: make the swap, or leave it for the lead to approve."""
    token = use_token("swap agree")
    if token is None or token.offer is None or token.offer.other_id is None:
        return scan_again()
    if token.done is None:
        token.done = _agree(token, token.offer, token.offer.other_id)
    return _told(token, token.done)


def _agree(token: PageToken, offer: Offer, other_id: int) -> Answer:
    if offer.other_gives is not None:
        return cover.swap(
            g.db,
            mentor_id=token.mentor_id,
            gives=offer.gives,
            other_id=other_id,
            other_gives=offer.other_gives,
            by=_by(token),
            now=g.now,
        )
    live = cover.of_mentor(g.db, token.mentor_id, now=g.now)
    had_asked = any((each.mentor.id, each.drop_in.id) == (token.mentor_id, offer.gives) for each in live)
    asked = cover.ask(g.db, offer.gives, token.mentor_id, Kind.OTHER, by=_by(token), now=g.now)
    if asked.request is None:
        return asked
    taken = cover.take(g.db, asked.request.id, other_id, by=journal.mentor(other_id), now=g.now)
    if taken.code not in (Code.TAKEN, Code.PASSED) and not had_asked:
        # The request was made only for this mentor to take, so it is withdrawn again.
        cover.undo(g.db, asked.request.id, token.mentor_id, by=_by(token), now=g.now)
    return taken


def _other_mentor(mentor_id: int, texts: list[str]) -> tuple[Mentor | None, str]:
    """The other mentor whose badge was shown; or None and the sentence that says why not."""
    numbers = badge_numbers(texts)
    owners = {number: badge_register.owner(g.db, number) for number in numbers}
    for number in [each for each in numbers if owners[each] is None]:
        # A badge that was ended starts nothing; the scan tells staff that it was shown (P20).
        duty.scan(g.db, number=number, now=g.now, early=timedelta(0), menu_after=timedelta(0))
        return None, sentences.NO_GOOD_BADGE.format(lead=staff.lead(g.db).name)
    others = [owner for owner in owners.values() if owner not in (None, mentor_id)]
    other = mentors.mentor(g.db, others[0]) if others and others[0] else None
    if other is not None:
        return other, ""
    return None, sentences.OWN_BADGE if numbers else sentences.NOT_A_BADGE


def _ask_for_badge(token: PageToken, offer: Offer, wrong: str = "") -> str:
    """The page that waits for the other mentor's badge; `wrong` says what is wrong with what was typed there."""
    current_app.extensions["reader"].start()
    values = {"say": sentences.OTHER_BADGE, "alphabet": code.ALPHABET, **cameras.of_the_page()}
    return _render("kiosk/swap_badge.html", token, offer=offer, wrong=wrong, **values)


def _choose(token: PageToken, offer: Offer, other: Mentor) -> str:
    """The page on which the other mentor chooses what they give: one of their next duties, or nothing."""
    if not fitness.is_fit(other) or other.id in rota.placed(g.db, offer.gives):
        return _told(token, Answer(Code.NOT_FIT))
    theirs = [
        each
        for each in rota.next_duties(g.db, other.id, now=g.now, most=SHOWN)
        if each.id is not None and token.mentor_id not in rota.placed(g.db, each.id)
    ]
    return _render(
        "kiosk/swap_choose.html",
        token,
        offer=replace(offer, other_id=other.id),
        other=other,
        when=_when(school_year.by_id(g.db, offer.gives)),
        rows=[(each, _when(each)) for each in theirs[: SHOWN - 1]],
        nothing=NOTHING,
    )


def _told(token: PageToken, answer: Answer) -> str:
    """The page that says what a tap did, with a button to undo it where that is possible."""
    say = sentences.cover_told(answer, me=token.mentor_id, lead=staff.lead(g.db).name, now=g.now, zone=g.programme.zone)
    asked = answer.request
    may_undo = asked is not None and cover.after_undo(asked, token.mentor_id) is not None
    good = answer.code in (Code.ASKED, Code.TAKEN, Code.PASSED, Code.OPEN_AGAIN, Code.WITHDRAWN)
    return _render("kiosk/cover_told.html", token, say=say, good=good, undo=asked.id if asked and may_undo else None)


def _render(template: str, token: PageToken, *, offer: Offer | None = None, **values: object) -> str:
    return render(template, token.mentor_id, token.drop_in_id, offer=offer, **values)


def _state_words(asked: Request | None, me: int) -> str:
    return sentences.cover_state(asked, me=me, lead=staff.lead(g.db).name) if asked else ""


def _about(live: list[Request], drop_in: DropIn) -> Request | None:
    """The open request that this drop-in is part of, or None."""
    return next((each for each in live if drop_in in (each.drop_in, each.back)), None)


def _comes_to(asked: Request, mentor_id: int) -> DropIn | None:
    """The drop-in that this mentor would take if the lead agrees to the request, or None."""
    return asked.drop_in if asked.mentor.id != mentor_id else asked.back


def _my_duty(mentor_id: int, drop_in_id: int) -> DropIn | None:
    """One of this mentor's duties that have not begun, or None."""
    if mentor_id not in rota.placed(g.db, drop_in_id):
        return None
    found = school_year.by_id(g.db, drop_in_id)
    return found if g.now < found.starts and not found.closed else None


def _when(drop_in: DropIn) -> str:
    return sentences.when(drop_in, now=g.now, zone=g.programme.zone)


def _number(field: str) -> int:
    return request.form.get(field, type=int) or 0


def _by(token: PageToken) -> str:
    return journal.mentor(token.mentor_id)
