"""The scan page (K7) and its outcome (K8)."""

from datetime import timedelta

from flask import Blueprint, abort, current_app, g, render_template, request
from werkzeug.wrappers import Response

from badges import code
from badges.held_up import held_up
from kiosk import cameras, mentor_screen, sentences
from kiosk.in_memory import WrongCodes
from kiosk.room import Place, the_room
from mentoring.basics import clock
from mentoring.lunch import cameras as lunch_cameras
from mentoring.lunch import duty
from mentoring.lunch.duty import RoomState, Scan, ScanCode
from mentoring.school import kiosk_screen, school_year
from mentoring.school.school_year import Timetable

pages = Blueprint("scanning", __name__)

PICTURES = ("image/jpeg", "image/png")
MOST_READINGS = 4  # of one scan: as typed, and in the layouts of static/js/keys.js
STARTED = (ScanCode.ON_DUTY, ScanCode.WAITING_FOR_PAIR)
# Several badges in one picture give one answer: the first of these, in order of precedence.
PRECEDENCE = (
    ScanCode.ON_DUTY,
    ScanCode.WAITING_FOR_PAIR,
    ScanCode.MENU,
    ScanCode.ALREADY_ON,
    ScanCode.SEE_LEAD,
    ScanCode.NOT_DUE,
    ScanCode.NO_DROP_IN,
    ScanCode.NOT_VALID,
    ScanCode.NOT_A_BADGE,
    ScanCode.UNREADABLE,
)
NO_BADGE = (ScanCode.NOT_A_BADGE, ScanCode.UNREADABLE)
HAS_SCREEN = (ScanCode.ON_DUTY, ScanCode.WAITING_FOR_PAIR, ScanCode.ALREADY_ON, ScanCode.MENU)


@pages.get("/scan")
def look() -> str:
    """The page with the live picture; the camera runs only while it is open (P11)."""
    return _look()


def _look(typed: str = "", wrong: str = "") -> str:
    """The scan page; `typed` is what was typed on it and is `wrong`, in words."""
    current_app.extensions["reader"].start()
    values = {"alphabet": code.ALPHABET, "typed": typed, "wrong": wrong, **cameras.of_the_page()}
    return render_template("kiosk/scan.html", **values)


@pages.post("/scanner")
def not_a_badge() -> str | dict[str, str]:
    """A scanner sent something that is not a badge. The page does not send what it was; *The box* has a hint.

    With `cut` only the end of it came, because the page had just been opened: no fault of the scanner's.
    """
    if "cut" in request.form:
        return {"say": sentences.SCAN_CUT}
    kiosk_screen.note_odd_scan(g.db, today=clock.school_day(g.now, g.programme.zone))
    if request.accept_mimetypes.best == "application/json":
        return {"say": sentences.SCANNER_SENT}
    return render_template("kiosk/scanner.html", say=sentences.SCANNER_SENT)


@pages.post("/scan")
def scan() -> str | dict[str, str | bool | None] | Response:
    """Scan the badges in one posted picture, or one typed code; answers as JSON or as a page."""
    texts, as_json = texts_shown(), request.accept_mimetypes.best == "application/json"
    opening = [] if as_json else [each for each in texts if lunch_cameras.is_open(g.db, each, now=g.now)]
    if opening:
        return cameras.choice(opening[0])
    year = school_year.timetable(g.db)
    scans = _scans(texts, year)
    outcome = min(scans, key=lambda each: PRECEDENCE.index(each.code))
    place = the_room(g.db, known=g.programme, now=g.now, settings=g.settings, year=year, running=scans[-1].running)
    say = _say(scans, outcome, place)
    if not as_json and outcome.code in NO_BADGE and "here" in request.form:
        return _look(request.form.get("code", ""), sentences.mistyped(texts[0] if texts else ""))
    if not as_json:
        return _page(outcome, say)
    return {
        "outcome": outcome.code,
        "say": say,
        "mentor": outcome.mentor.display_name if outcome.mentor else None,
        "room": place.room.state if place.room else RoomState.CLOSED,
        "held": g.get("held", False),
        "page": _page(outcome, say) if outcome.code not in NO_BADGE else None,
    }


def texts_shown() -> list[str]:
    """The texts of the squares held up in the posted picture, left to right; or what was typed.

    A scanner may send one code in several readings, because it may type in the layout of another country.

    After many codes that were no badge, a typed code waits, and a picture that comes too soon is not read.
    """
    if request.mimetype in PICTURES:
        reader, picture = current_app.extensions["reader"], request.get_data(cache=False)
        if not _wrong_codes().may_look():
            return []
        reading = reader.read(picture, live=True)
        g.held = reading.promising  # somebody holds something up, whether it is read or not
        return held_up(reading)
    texts = list(dict.fromkeys(code.typed(each) for each in request.form.getlist("code")[:MOST_READINGS]))
    if texts and not _wrong_codes().wait_to_type(len(texts)):
        abort(429)
    return texts


def _scans(texts: list[str], year: Timetable) -> list[Scan]:
    """Scan each of our badges once; NOT_A_BADGE for other squares only, UNREADABLE for no square."""
    numbers = badge_numbers(texts)
    for number in {each for each in numbers if numbers.count(each) > 1}:
        duty.note_copy(g.db, number=number, now=g.now)
    early, menu_after = (
        timedelta(minutes=g.settings.scan_early_minutes),
        timedelta(seconds=g.settings.menu_after_seconds),
    )
    scans = [
        duty.scan(g.db, number=number, now=g.now, early=early, menu_after=menu_after, year=year)
        for number in dict.fromkeys(numbers)
    ]
    if scans:
        return scans
    running = duty.running(g.db, now=g.now, early=early, year=year)
    return [Scan(ScanCode.NOT_A_BADGE if texts else ScanCode.UNREADABLE, running=tuple(running))]


def badge_numbers(texts: list[str]) -> list[int]:
    """The numbers of our badges among these texts, in their order.

    What is no badge of ours is left out and counted; staff are told of many (P20).
    """
    key, numbers, wrong = code.load_key(g.settings.badge_key), [], []
    for text in texts:
        try:
            numbers.append(code.read(text, key))
        except code.NotABadge:
            wrong.append(text)
    typed = request.mimetype not in PICTURES
    if typed and numbers:
        return numbers[:1]  # the other readings were of the same code
    if wrong and _wrong_codes().note(wrong, typed=typed):
        duty.note_wrong_codes(g.db, now=g.now)
    return numbers


def _wrong_codes() -> WrongCodes:
    known: WrongCodes = current_app.extensions["wrong_codes"]
    return known


def _say(scans: list[Scan], outcome: Scan, place: Place) -> str:
    zone = g.programme.zone
    came = [each.mentor for each in scans if each.mentor and each.code in STARTED]
    if len(came) > 1 and outcome.code is ScanCode.ON_DUTY and outcome.room:
        return sentences.together(came, room=outcome.room, zone=zone)
    return sentences.scanned(outcome, zone=zone, adult=place.adult.name, next_time=place.next_time)


def _page(outcome: Scan, say: str) -> str:
    if not (outcome.code in HAS_SCREEN and outcome.mentor and outcome.room and outcome.room.drop_in.id):
        return render_template("kiosk/outcome.html", outcome=outcome, say=say, token=None, ScanCode=ScanCode)
    if outcome.code is ScanCode.MENU:
        return mentor_screen.show(outcome.mentor.id, outcome.room.drop_in.id)
    token = current_app.extensions["page_tokens"].issue(outcome.mentor.id, outcome.room.drop_in.id)
    return render_template("kiosk/outcome.html", outcome=outcome, say=say, token=token, ScanCode=ScanCode)
