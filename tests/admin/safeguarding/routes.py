"""The rows of the table of routes that are of this area."""

from admin.frame.rights import ALL, CARERS, LUNCH
from mentoring.access.keys import OWNERS
from tests.admin.rows import LOG_IN_PAGE, Row

CHANNEL = {
    "kind": "email",
    "name": "Office",
    "level": "first",
    "to": "office@harbour.example",
    "sender": "box@harbour.example",
    "server": "smtp.harbour.example",
    "port": "587",
    "security": "starttls",
}
CONCERN = {"key": "a-page", "kind": "first", "child": "Priya Nair", "what": "Crying by the lockers."}
ROUTES: list[Row] = [
    ("GET", "/staff-room/<staff_room_link>", {}, 200, 200, ALL),
    ("GET", "/staff-room/<staff_room_link>.json", {}, 200, 200, ALL),
    ("POST", "/staff-room/<staff_room_link>/going", {"alert": "1", "staff": "2"}, 200, 200, ALL),
    ("POST", "/staff-room/<staff_room_link>/not-going", {"alert": "1"}, 400, 400, ALL),
    ("POST", "/alerts/<int:alert_id>/going", {}, LOG_IN_PAGE, 303, ALL),
    ("POST", "/alerts/<int:alert_id>/not-going", {}, LOG_IN_PAGE, 303, ALL),
    ("POST", "/alerts/<int:alert_id>/dealt-with", {}, LOG_IN_PAGE, 303, ALL),
    ("GET", "/channels", {}, LOG_IN_PAGE, 200, CARERS),
    ("POST", "/channels", CHANNEL, LOG_IN_PAGE, 303, CARERS),
    ("POST", "/channels/<int:channel_id>/test", {}, LOG_IN_PAGE, 303, CARERS),
    ("POST", "/channels/<int:channel_id>/end", {}, LOG_IN_PAGE, 303, CARERS),
    ("GET", "/drill", {}, LOG_IN_PAGE, 200, CARERS),
    ("GET", "/drill.json", {}, LOG_IN_PAGE, 200, CARERS),
    ("GET", "/drill/drills.csv", {}, LOG_IN_PAGE, 200, CARERS),
    ("POST", "/drill", {"room": "Library 2"}, LOG_IN_PAGE, 303, CARERS),
    ("POST", "/drill/<int:drill_id>/stop", {}, LOG_IN_PAGE, 303, CARERS),
    ("GET", "/concerns", {}, LOG_IN_PAGE, 200, LUNCH),
    ("GET", "/concerns/new", {}, LOG_IN_PAGE, 200, LUNCH),
    ("POST", "/concerns/new", CONCERN, LOG_IN_PAGE, 303, LUNCH),
    ("GET", "/concerns/<int:concern_id>/receipt", {}, LOG_IN_PAGE, 404, LUNCH),
    ("POST", "/concerns/draft", CONCERN, LOG_IN_PAGE, 204, LUNCH),
    ("POST", "/concerns/draft/drop", CONCERN, LOG_IN_PAGE, 303, LUNCH),
    ("GET", "/concerns/lost", {}, LOG_IN_PAGE, 200, CARERS),
    ("POST", "/concerns/lost", {"paper": "24 words"}, LOG_IN_PAGE, 409, OWNERS),
    ("POST", "/concerns/unlock", {"password": "a guess", "code": "123456"}, LOG_IN_PAGE, 422, OWNERS),
    ("POST", "/concerns/lock", {}, LOG_IN_PAGE, 303, OWNERS),
    ("POST", "/concerns/seal-anew", {}, LOG_IN_PAGE, 303, OWNERS),
    ("GET", "/concerns/<int:concern_id>", {}, LOG_IN_PAGE, 303, OWNERS),
    ("POST", "/concerns/<int:concern_id>", {"kind": "added", "what": "More"}, LOG_IN_PAGE, 404, OWNERS),
    ("POST", "/concerns/<int:concern_id>/hold", {"held": "yes"}, LOG_IN_PAGE, 303, OWNERS),
    ("GET", "/concerns/drafts/<int:draft_id>", {}, LOG_IN_PAGE, 303, OWNERS),
    ("POST", "/concerns/drafts/<int:draft_id>/take-over", {}, LOG_IN_PAGE, 303, OWNERS),
    ("POST", "/concerns/drafts/<int:draft_id>/discard", {}, LOG_IN_PAGE, 303, OWNERS),
    ("GET", "/concerns/hand-over", {}, LOG_IN_PAGE, 303, OWNERS),
    ("POST", "/concerns/hand-over", {"concern": "1"}, LOG_IN_PAGE, 303, OWNERS),
    ("GET", "/concerns/hand-over/<int:hand_over_id>", {}, LOG_IN_PAGE, 303, OWNERS),
    ("GET", "/concerns/hand-over/<int:hand_over_id>.<any(pdf, csv, zip):kind>", {}, LOG_IN_PAGE, 303, OWNERS),
    ("POST", "/concerns/hand-over/<int:hand_over_id>/receipt", {"system": "x"}, LOG_IN_PAGE, 303, OWNERS),
    ("POST", "/concerns/hand-over/<int:hand_over_id>/shred", {}, LOG_IN_PAGE, 303, OWNERS),
]
