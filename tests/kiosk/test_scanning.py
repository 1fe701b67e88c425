"""One badge, typed or held to the camera, to exactly one outcome; and nothing else gets in."""

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import cv2
import numpy as np
import pytest
import qrcode
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

import kiosk.app
from badges import code
from doors.headers import LARGEST_BODY
from kiosk.sentences import SCAN_CUT, SCANNER_SENT
from mentoring.basics.settings import Settings
from mentoring.people import badge_register
from mentoring.school import kiosk_screen
from tests.both_doors import JSON, KEY, Scan, Wall, picture
from tests.conftest import THURSDAY, Cast, at
from tests.walking import Finger, inline, page

PROMISED = {"outcome", "say", "mentor", "room"}
REASONS = ("revoked", "replaced", "paused", "stepping", "left", "invalid", "expired")


def show(door: FlaskClient, content: bytes, kind: str = "image/jpeg") -> dict[str, str]:
    answer = door.post("/scan", data=content, content_type=kind, headers=JSON)
    assert answer.status_code == 200
    return answer.get_json()


def qr(text: str) -> np.ndarray:
    made = qrcode.QRCode(border=4, box_size=8)
    made.add_data(text)
    return np.array(made.make_image().convert("L"))


# What each scan means


def test_the_first_of_a_pair_waits_and_the_second_opens_the_room(scan: Scan, cast: Cast):
    first, second = scan(cast.amira), scan(cast.ben)
    assert first.keys() >= PROMISED
    assert (first["outcome"], first["mentor"], first["room"]) == ("waiting_for_pair", "Amira", "opening")
    assert (second["outcome"], second["mentor"], second["room"]) == ("on_duty", "Ben O.", "open")
    assert second["say"].endswith("You are on duty with Amira until 13:15.")


def test_a_partner_who_did_not_agree_is_not_named(scan: Scan, cast: Cast):
    assert scan(cast.amira)["say"] == "Hello Amira. Waiting for your partner: the room opens when you are both here."


def test_a_name_that_ends_with_a_full_stop_gets_no_second(scan: Scan, cast: Cast):
    assert scan(cast.ben)["say"].startswith("Hello Ben O. Waiting for Amira:")


@pytest.mark.parametrize(
    ("hour", "outcome", "room"),
    [
        ("12:14:59", "no_drop_in", "closed"),
        ("12:15", "waiting_for_pair", "opening"),
        ("12:30", "waiting_for_pair", "opening"),
        ("13:14:59", "waiting_for_pair", "opening"),
        ("13:15", "no_drop_in", "closed"),
    ],
)
def test_a_scan_counts_from_15_minutes_before_the_start_to_the_end(
    scan: Scan, wall: Wall, cast: Cast, db: Database, hour: str, outcome: str, room: str
):
    wall.shows(hour)
    answer = scan(cast.amira)
    assert (answer["outcome"], answer["room"]) == (outcome, room)
    assert db["duties"].count == (outcome == "waiting_for_pair")


def test_a_pair_before_the_start_is_told_when_the_room_opens(scan: Scan, wall: Wall, cast: Cast):
    wall.shows("12:20")
    scan(cast.amira)
    answer = scan(cast.ben)
    assert (answer["outcome"], answer["room"]) == ("on_duty", "opening")
    assert "The room opens at 12:30." in answer["say"]


def test_a_second_scan_within_a_minute_is_already_on_and_later_the_menu(
    scan: Scan, wall: Wall, cast: Cast, db: Database
):
    scan(cast.amira)
    wall.passes(59)
    assert scan(cast.amira)["outcome"] == "already_on"
    wall.passes(1)
    menu = scan(cast.amira)
    assert (menu["outcome"], menu["mentor"]) == ("menu", "Amira")
    assert db["duties"].count == 1


def test_a_mentor_of_another_day_is_not_due(scan: Scan, cast: Cast, db: Database, wall: Wall):
    answer = scan(cast.chidi)
    assert answer["outcome"] == "not_due"
    assert answer["say"] == "This badge is not for today. Mr Adeyemi can help."
    assert db["duties"].count == 0
    wall.shows("12:40", THURSDAY)
    assert scan(cast.chidi)["outcome"] == "waiting_for_pair"


@pytest.mark.parametrize("how", ["replaced", "revoked"])
def test_a_dead_badge_is_refused_in_kind_words(scan: Scan, cast: Cast, db: Database, how: str, wall: Wall):
    if how == "replaced":
        badge_register.replace(db, cast.amira, number=cast.numbers[cast.amira], by="staff 1", now=wall.moment)
    else:
        badge_register.revoke(db, cast.amira, by="staff 1", now=wall.moment)
    answer = scan(cast.amira)
    assert answer["outcome"] == "not_valid"
    assert [word for word in REASONS if word in answer["say"].lower()] == []
    assert db["duties"].count == 0


def test_a_mentor_who_steps_back_gets_kind_words_and_never_the_reason(scan: Scan, cast: Cast, db: Database):
    db["mentors"].update(cast.amira, {"state": "paused"})
    answer = scan(cast.amira)
    assert answer["outcome"] == "see_lead"
    assert answer["say"] == "Hello Amira. Please see Mr Adeyemi before you start today."
    assert [word for word in REASONS if word in answer["page"].lower()] == []
    assert db["duties"].count == 0


def test_a_scan_after_the_own_duty_starts_it_again(kiosk_door: FlaskClient, scan: Scan, cast: Cast, wall: Wall):
    scan(cast.amira)
    wall.passes(60)
    finger = Finger(kiosk_door)
    finger.open("/scan")
    finger.press("Go", code=code.make(cast.numbers[cast.amira], KEY))
    finger.press("End my duty")
    finger.press("Yes, end my duty")
    wall.passes(60)
    assert scan(cast.amira)["outcome"] == "waiting_for_pair"


# What was typed


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        code.grouped,
        lambda text: f"  {text}\r\n",
        lambda text: "-".join(text),
        lambda text: text.replace("0", "O").replace("1", "l"),
    ],
)
def test_a_code_is_read_as_a_hand_or_a_scanner_types_it(
    kiosk_door: FlaskClient, cast: Cast, codes: Mapping[int, str], typed: Callable[[str], str]
):
    answer = kiosk_door.post("/scan", data={"code": typed(codes[cast.amira])}, headers=JSON)
    assert answer.get_json()["outcome"] == "waiting_for_pair"


def test_of_the_readings_of_one_scan_the_one_made_here_counts(
    kiosk_door: FlaskClient, cast: Cast, codes: Mapping[int, str], db: Database
):
    others = [codes[cast.amira][:-1] + letter for letter in "ABCDE" if letter != codes[cast.amira][-1]][:4]
    for _ in range(30):  # what was read beside a good code is no guess, so nobody is told and nothing is slowed
        answer = kiosk_door.post("/scan", data={"code": [others[0], codes[cast.amira]]}, headers=JSON).get_json()
        assert answer["outcome"] in ("waiting_for_pair", "already_on")
    assert told(db) == []
    fifth = [*others, codes[cast.amira]]
    assert kiosk_door.post("/scan", data={"code": fifth}, headers=JSON).get_json()["outcome"] == "not_a_badge"


def test_what_is_not_a_badge_is_answered_in_words_and_leaves_a_day_for_staff(
    kiosk_door: FlaskClient, db: Database, wall: Wall
):
    before = db["journal"].count
    assert SCANNER_SENT in page(kiosk_door.post("/scanner")).text
    wall.passes(60)
    assert kiosk_door.post("/scanner", headers=JSON).get_json() == {"say": SCANNER_SENT}
    assert kiosk_screen.odd_scan(db) == wall.moment.date()
    assert db["journal"].count == before
    assert told(db) == []


def test_the_end_of_a_scan_is_no_fault_of_the_scanners(kiosk_door: FlaskClient, db: Database):
    assert kiosk_door.post("/scanner", data={"cut": "yes"}, headers=JSON).get_json() == {"say": SCAN_CUT}
    assert kiosk_screen.odd_scan(db) is None


@pytest.mark.parametrize(
    "typed",
    ["", "hello", "PM", "https://example.test/PM", "X" * 5_000, "\x00", "ＰＭ", "'; drop table badges", "🐢"],
)
def test_anything_else_that_is_typed_is_no_badge(kiosk_door: FlaskClient, db: Database, typed: str):
    answer = kiosk_door.post("/scan", data={"code": typed}, headers=JSON).get_json()
    assert (answer["outcome"], answer["mentor"], answer["room"]) == ("not_a_badge", None, "opening")
    assert db["duties"].count == 0


def test_a_code_made_elsewhere_or_changed_by_a_letter_is_no_badge(
    kiosk_door: FlaskClient, cast: Cast, codes: Mapping[int, str]
):
    ours = codes[cast.amira]
    changed = [ours[:place] + ("A" if ours[place] != "A" else "B") + ours[place + 1 :] for place in range(10)]
    for forged in (code.make(cast.numbers[cast.amira], bytes(32)), *changed, ours + "A", ours[:-1]):
        answer = kiosk_door.post("/scan", data={"code": forged}, headers=JSON)
        assert answer.get_json()["outcome"] == "not_a_badge"


def test_a_number_that_was_never_issued_is_not_valid(kiosk_door: FlaskClient, cast: Cast):
    stranger = next(number for number in range(9) if number not in cast.numbers.values())
    answer = kiosk_door.post("/scan", data={"code": code.make(stranger, KEY)}, headers=JSON).get_json()
    assert (answer["outcome"], answer["mentor"]) == ("not_valid", None)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Type the code first. It begins with PM."),
        (" - ", "Type the code first. It begins with PM."),
        ("PM12", "A code begins with PM and has ten letters and digits."),
        ("PM0000 0000 0", "A code begins with PM and has ten letters and digits."),
        ("pmoo oooo oo", "That code is not right. Please compare it with your badge."),
        ('"><b>', "A code begins with PM and has ten letters and digits."),
    ],
)
def test_a_mistyped_code_is_told_beside_the_field_and_stays_in_it_to_be_mended(
    kiosk_door: FlaskClient, typed: str, told: str
):
    finger = Finger(kiosk_door)
    finger.open("/scan")
    again = finger.press("Go", code=typed)
    assert "Or type the code under the square" in again.text
    assert told in again.text
    assert again.fields("code") == [typed]
    assert again.all("b") == []


def test_a_scanners_code_that_is_no_badge_is_told_on_a_page_of_its_own(kiosk_door: FlaskClient):
    assert "That is not a mentor badge." in page(kiosk_door.post("/scan", data={"code": "PM00000000"})).text


# Many codes that are no badge


def types(door: FlaskClient, *texts: str) -> str:
    """What the last of these typed codes means."""
    return [door.post("/scan", data={"code": each}, headers=JSON).get_json() for each in texts][-1]["outcome"]


def guesses(first: int, last: int) -> list[str]:
    return [f"PM{number:08}" for number in range(first, last)]


def told(db: Database) -> list[str]:
    return [each["at"] for each in db["journal"].rows_where("what = 'duty.wrong_codes'")]


def test_guesses_are_slowed_to_two_a_second_and_a_good_badge_reads_within_a_second(
    kiosk_door: FlaskClient, wall: Wall, cast: Cast, codes: Mapping[int, str]
):
    types(kiosk_door, *guesses(0, 5))
    assert wall.paused == 0, "a tired hand is not slowed"
    types(kiosk_door, *guesses(5, 105))
    assert wall.paused == pytest.approx(50)
    assert types(kiosk_door, codes[cast.amira]) == "waiting_for_pair"
    assert wall.paused <= 51
    wall.passes(3_601)
    types(kiosk_door, *guesses(0, 5))
    assert wall.paused <= 51, "an hour later it is forgotten"


def test_guesses_at_the_keys_do_not_hold_up_the_camera(kiosk_door: FlaskClient, wall: Wall, amiras_card: np.ndarray):
    types(kiosk_door, *guesses(0, 30))
    assert show(kiosk_door, picture(amiras_card, ".jpg"))["outcome"] == "waiting_for_pair"


def test_many_squares_before_the_camera_are_slowed_and_the_next_good_badge_reads_within_a_second(
    kiosk_door: FlaskClient, wall: Wall, amiras_card: np.ndarray
):
    outcomes = [show(kiosk_door, picture(qr(each), ".png"), "image/png")["outcome"] for each in guesses(0, 7)]
    assert outcomes == ["not_a_badge"] * 5 + ["unreadable"] * 2
    wall.passes(0.5)
    assert show(kiosk_door, picture(amiras_card, ".jpg"))["outcome"] == "waiting_for_pair"


def test_staff_are_told_of_twenty_guesses_once_an_hour_and_the_screen_says_nothing_of_it(
    kiosk_door: FlaskClient, lead: FlaskClient, wall: Wall, db: Database
):
    first = kiosk_door.post("/scan", data={"code": "no badge"}).get_data()
    types(kiosk_door, *guesses(0, 18))
    assert told(db) == []
    assert "no badge were tried" not in page(lead.get("/")).text
    assert kiosk_door.post("/scan", data={"code": "no badge"}).get_data() == first
    types(kiosk_door, *guesses(20, 60))
    assert len(told(db)) == 1
    assert "Many codes that are no badge were tried at the kiosk 12:40" in page(lead.get("/")).text
    wall.passes(3_700)
    types(kiosk_door, *guesses(0, 25))
    assert len(told(db)) == 2


def test_a_poster_in_the_cameras_view_is_one_guess(kiosk_door: FlaskClient, wall: Wall, db: Database):
    poster = picture(qr("https://example.test/menu"), ".png")
    for _ in range(25):
        wall.passes(0.5)
        assert show(kiosk_door, poster, "image/png")["outcome"] == "not_a_badge"
    assert told(db) == []


def test_who_types_while_many_wait_is_asked_to_try_again(
    kiosk_door: FlaskClient, wall: Wall, cast: Cast, codes: Mapping[int, str], monkeypatch: pytest.MonkeyPatch
):
    types(kiosk_door, *guesses(0, 6))
    waiting: list[int] = []

    def another_types(seconds: float) -> None:
        wall.pause(seconds)
        answer = kiosk_door.application.test_client().post("/scan", data={"code": "no badge"})
        waiting.append(answer.status_code)
        if answer.status_code == 429:
            assert "type the code again" in page(answer).text

    monkeypatch.setattr("mentoring.basics.clock.pause", another_types)
    assert types(kiosk_door, codes[cast.amira]) == "waiting_for_pair"
    assert waiting == [429, 200, 200, 200], "the innermost is sent away, the red tile's threads stay free"


# What was held to the camera


@pytest.mark.parametrize(("ending", "kind"), [(".jpg", "image/jpeg"), (".png", "image/png")])
def test_a_real_card_before_the_camera_is_read(
    kiosk_door: FlaskClient, amiras_card: np.ndarray, ending: str, kind: str
):
    answer = show(kiosk_door, picture(amiras_card, ending), kind)
    assert answer.keys() >= PROMISED
    assert (answer["outcome"], answer["mentor"], answer["room"]) == ("waiting_for_pair", "Amira", "opening")


def test_a_card_held_upside_down_is_read(kiosk_door: FlaskClient, amiras_card: np.ndarray):
    turned = np.ascontiguousarray(np.rot90(amiras_card, 2))
    assert show(kiosk_door, picture(turned, ".jpg"))["outcome"] == "waiting_for_pair"


@pytest.mark.parametrize(
    "content", [b"", b"x", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", bytes(range(256)) * 50, b"\x00" * 100_000]
)
@pytest.mark.parametrize("kind", ["image/jpeg", "image/png"])
def test_what_is_no_picture_is_unreadable(kiosk_door: FlaskClient, content: bytes, kind: str):
    answer = show(kiosk_door, content, kind)
    assert (answer["outcome"], answer["mentor"]) == ("unreadable", None)
    assert answer["say"] == "Hold your badge flat inside the frame."


def test_a_picture_without_a_square_is_unreadable(kiosk_door: FlaskClient):
    blank = np.full((480, 640), 230, np.uint8)
    assert show(kiosk_door, picture(blank, ".jpg"))["outcome"] == "unreadable"


@pytest.mark.parametrize("text", ["https://example.test/menu", "PM12", "PM" + "0" * 8, "WIFI:S:school;;"])
def test_a_foreign_square_is_no_badge(kiosk_door: FlaskClient, text: str):
    answer = show(kiosk_door, picture(qr(text), ".png"), "image/png")
    assert (answer["outcome"], answer["mentor"]) == ("not_a_badge", None)


def test_a_badge_beside_a_foreign_square_counts(kiosk_door: FlaskClient, amiras_card: np.ndarray):
    foreign = cv2.resize(qr("https://example.test/"), (432, 432), interpolation=cv2.INTER_NEAREST)
    both = np.hstack([foreign, amiras_card[:432]])
    assert show(kiosk_door, picture(both, ".png"), "image/png")["outcome"] == "waiting_for_pair"


def test_a_pair_held_up_together_is_on_duty_together(
    kiosk_door: FlaskClient, pairs_cards: np.ndarray, cast: Cast, db: Database
):
    answer = show(kiosk_door, picture(pairs_cards, ".png"), "image/png")
    assert (answer["outcome"], answer["room"]) == ("on_duty", "open")
    assert answer["say"].startswith("Hello both of you.")
    assert answer["say"].endswith("You are on duty together until 13:15.")
    assert sorted(each["mentor_id"] for each in db["duties"].rows) == [cast.amira, cast.ben]


def test_a_pair_held_up_together_before_the_start_is_told_when_the_room_opens(
    kiosk_door: FlaskClient, pairs_cards: np.ndarray, wall: Wall
):
    wall.shows("12:20")
    answer = show(kiosk_door, picture(pairs_cards, ".png"), "image/png")
    assert (answer["outcome"], answer["room"]) == ("on_duty", "opening")
    assert answer["say"].endswith("You are on duty together. The room opens at 12:30.")


def test_a_copy_of_a_badge_gives_no_second_duty(kiosk_door: FlaskClient, amiras_card: np.ndarray, db: Database):
    twice = np.hstack([amiras_card, amiras_card])
    answer = show(kiosk_door, picture(twice, ".png"), "image/png")
    assert answer["outcome"] == "waiting_for_pair"
    assert "copy" not in answer["say"]
    assert db["duties"].count == 1
    told = [row["about"] for row in db["journal"].rows_where("what = 'duty.refused'")]
    assert [json.loads(about)["code"] for about in told] == ["copy"]


def test_after_any_rubbish_the_next_good_badge_reads(kiosk_door: FlaskClient, amiras_card: np.ndarray):
    for rubbish in (b"", picture(amiras_card, ".jpg")[:4_000], b"\xff\xd8\xff" + b"\xff" * 90_000):
        assert show(kiosk_door, rubbish)["outcome"] == "unreadable"
    assert show(kiosk_door, picture(amiras_card, ".jpg"))["outcome"] == "waiting_for_pair"


@pytest.mark.parametrize("kind", ["image/gif", "application/pdf", "text/plain", "application/json"])
def test_another_kind_of_file_is_unreadable(kiosk_door: FlaskClient, amiras_card: np.ndarray, kind: str):
    assert show(kiosk_door, picture(amiras_card, ".jpg"), kind)["outcome"] == "unreadable"


def test_a_picture_may_have_four_mebibytes_and_no_more(kiosk_door: FlaskClient):
    assert LARGEST_BODY == 4 * 1024 * 1024
    assert show(kiosk_door, b"\xff\xd8\xff" + bytes(LARGEST_BODY - 3))["outcome"] == "unreadable"
    answer = kiosk_door.post("/scan", data=bytes(LARGEST_BODY + 1), content_type="image/jpeg", headers=JSON)
    assert answer.status_code == 413
    assert answer.get_json()["error"] == "That picture is too large. Please hold your badge up again, or type its code."


def test_a_body_that_hides_its_length_is_refused_too(kiosk_door: FlaskClient):
    answer = kiosk_door.post(
        "/scan",
        input_stream=io.BytesIO(bytes(LARGEST_BODY + 1)),
        content_type="image/jpeg",
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 413
    assert "That picture is too large." in page(answer).text


def test_a_picture_is_kept_nowhere(kiosk_door: FlaskClient, amiras_card: np.ndarray, data: Path, tmp_path: Path):
    kiosk_door.get("/")
    shot = picture(amiras_card, ".jpg")
    show(kiosk_door, shot)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in files} <= {"badge.key", *(f"programme.db{end}" for end in ("", "-wal", "-shm"))}
    assert [path.name for path in files if shot[2_000:2_200] in path.read_bytes()] == []


def test_the_reader_is_warmed_when_the_scan_page_opens_and_ends_with_the_kiosk(box: Settings):
    app: Flask = kiosk.app.create_app(box)
    reader = app.extensions["reader"]
    door = app.test_client()
    try:
        door.get("/")
        assert reader.pid is None
        door.get("/scan")
        assert reader.pid is not None
    finally:
        reader.close()
    assert reader.pid is None


# What is in the picture and not held up


def room_with(*cards: tuple[np.ndarray, int, int]) -> bytes:
    """A camera's picture, 1280 by 720, with each card's middle at this place."""
    room = cv2.resize(np.random.default_rng(4).uniform(60, 190, (5, 8)).astype(np.float32), (1280, 720))
    for card, x, y in cards:
        top, left = y - card.shape[0] // 2, x - card.shape[1] // 2
        room[top : top + card.shape[0], left : left + card.shape[1]] = card
    return picture(room.astype(np.uint8), ".jpg")


def as_wide_as(card: np.ndarray, width: int) -> np.ndarray:
    return cv2.resize(card, (width, round(width * card.shape[0] / card.shape[1])), interpolation=cv2.INTER_AREA)


@pytest.fixture
def bens_card(pairs_cards: np.ndarray) -> np.ndarray:
    return pairs_cards[:, pairs_cards.shape[1] // 2 :]


@pytest.mark.parametrize(("width", "x"), [(130, 1205), (310, 1120), (200, 250), (200, 900)])
def test_a_second_badge_at_the_edge_or_far_smaller_is_nobodys_act(
    kiosk_door: FlaskClient, amiras_card: np.ndarray, bens_card: np.ndarray, db: Database, width: int, x: int
):
    seen = room_with((as_wide_as(amiras_card, 500), 600, 260), (as_wide_as(bens_card, width), x, 600))
    answer = show(kiosk_door, seen)
    assert (answer["outcome"], answer["mentor"], answer["room"]) == ("waiting_for_pair", "Amira", "opening")
    assert db["duties"].count == 1


def test_a_dead_badge_far_smaller_is_refused_nowhere(
    kiosk_door: FlaskClient, amiras_card: np.ndarray, bens_card: np.ndarray, db: Database, cast: Cast, wall: Wall
):
    badge_register.revoke(db, cast.ben, by="staff 1", now=wall.moment)
    seen = room_with((as_wide_as(amiras_card, 500), 600, 260), (as_wide_as(bens_card, 200), 900, 600))
    assert show(kiosk_door, seen)["outcome"] == "waiting_for_pair"
    assert [*db["journal"].rows_where("what = 'duty.refused'")] == []


def test_a_pair_of_like_size_in_one_picture_is_on_duty_together(
    kiosk_door: FlaskClient, amiras_card: np.ndarray, bens_card: np.ndarray
):
    seen = room_with((as_wide_as(amiras_card, 480), 420, 200), (as_wide_as(bens_card, 330), 800, 560))
    assert show(kiosk_door, seen)["outcome"] == "on_duty"


def test_a_badge_where_the_screen_shows_nothing_is_unreadable(kiosk_door: FlaskClient, amiras_card: np.ndarray):
    answer = show(kiosk_door, room_with((as_wide_as(amiras_card, 300), 1120, 400)))
    assert (answer["outcome"], answer["say"]) == ("unreadable", "Hold your badge flat inside the frame.")


def test_a_badge_and_its_reflection_are_one_and_no_copy_is_told(
    kiosk_door: FlaskClient, amiras_card: np.ndarray, db: Database
):
    own = as_wide_as(amiras_card, 440)
    answer = show(kiosk_door, room_with((own, 500, 180), (own[:, ::-1], 760, 540)))
    assert answer["outcome"] == "waiting_for_pair"
    assert [*db["journal"].rows_where("what = 'duty.refused'")] == []


# The same in pages


def test_a_mentor_types_the_code_and_opens_their_screen(kiosk_door: FlaskClient, cast: Cast, codes: Mapping[int, str]):
    finger = Finger(kiosk_door)
    finger.open("/")
    finger.press("I am a mentor")
    outcome = finger.press("Go", code=codes[cast.amira])
    assert "Hello Amira. Waiting for " in outcome.text
    assert "Nobody is waiting." in finger.press("Open my screen").text


def test_a_menu_scan_opens_the_mentors_screen(kiosk_door: FlaskClient, scan: Scan, wall: Wall, cast: Cast, codes):
    scan(cast.amira)
    wall.passes(60)
    screen = page(kiosk_door.post("/scan", data={"code": codes[cast.amira]}))
    assert {"Tell staff now", "End my duty"} <= {each.words for each in screen.targets}
    as_data = kiosk_door.post("/scan", data={"code": codes[cast.amira]}, headers=JSON).get_json()
    assert "End my duty" in as_data["page"]


def test_a_refusal_opens_no_screen(kiosk_door: FlaskClient, cast: Cast, codes: Mapping[int, str]):
    refused = page(kiosk_door.post("/scan", data={"code": codes[cast.chidi]}))
    assert refused.fields("token") == []
    assert {each.href for each in refused.targets} >= {"/scan", "/"}


@pytest.mark.parametrize("typed", ["", "<script>alert(1)</script>"])
def test_what_is_no_badge_is_said_on_a_page(kiosk_door: FlaskClient, typed: str):
    outcome = page(kiosk_door.post("/scan", data={"code": typed}))
    assert "That is not a mentor badge. Please hold up your badge." in outcome.text
    assert inline(outcome) == []


def test_a_mentors_name_with_markup_is_shown_as_text(
    kiosk_door: FlaskClient, scan: Scan, cast: Cast, codes: Mapping[int, str], db: Database
):
    name = "<b>Bobby</b><img src=x onerror=alert(1)>"
    for mentor in (cast.amira, cast.ben):
        db["mentors"].update(mentor, {"display_name": name})
    outcome = page(kiosk_door.post("/scan", data={"code": codes[cast.amira]}))
    assert f"Hello {name}." in outcome.text
    assert outcome.all("img") == inline(outcome) == []
    assert "<img" not in scan(cast.ben)["page"]


def test_a_scan_is_on_disk_before_it_is_green(scan: Scan, cast: Cast, db: Database):
    scan(cast.amira)
    assert [(each["mentor_id"], each["started"]) for each in db["duties"].rows] == [
        (cast.amira, at("12:40").isoformat(timespec="seconds"))
    ]
