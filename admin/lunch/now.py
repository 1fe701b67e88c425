"""What every staff page asks again and again: is an adult needed, and has what it shows changed? (P5)"""

from flask import Blueprint, g, jsonify, request
from werkzeug.wrappers import Response

from admin.lunch.today import no_pair_words, today_mark
from admin.safeguarding import answering
from admin.safeguarding.alert_bar import passed_on, shown, words

pages = Blueprint("now", __name__)


@pages.get("/now.json")
def now() -> Response:
    """The open alerts, whether this log-in has idled, and a mark of what Today shows."""
    answer = jsonify(
        alerts=[{"id": each.first.id, "words": words(each), "passed": passed_on(each)} for each in shown()],
        idle=g.idle,
        notices=_going_words() + no_pair_words(g.reading),
        today=today_mark(g.reading),
    )
    answer.add_etag()
    return answer.make_conditional(request)


def _going_words() -> list[str]:
    """Who is going where: the adult who tapped still needs the room, and the others need to know (P5)."""
    return [f"{call.first.coming} is going: {words(call)}." for call, _ in answering.answered(g.db, now=g.now)]
