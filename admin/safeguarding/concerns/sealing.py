"""Encrypt the concerns again for today's owners, and what to do when a key is lost."""

from flask import Blueprint, g, redirect, render_template, request, url_for

from admin.safeguarding.concerns.reader import Answer, is_owner, my_key
from admin.safeguarding.concerns.records import list_page, waits
from mentoring.access import keys, staff
from mentoring.basics import sealing
from mentoring.basics.sealing import WrongKey
from mentoring.safeguarding import concerns

pages = Blueprint("concern_sealing", __name__, url_prefix="/concerns")


AT_ONCE = 50  # entries encrypted again in one transaction


@pages.post("/seal-anew")
def seal_anew() -> Answer | dict[str, int]:
    """Encrypt the next entries again for today's owners. 409 if these are not the owners shown on the page."""
    key = my_key()
    if key is None or not keys.recovery(g.db):
        return redirect(url_for("concerns_page.show", said="locked"), 303)
    if request.form.get("readers") != keys.fingerprint(keys.recipients(g.db)):
        return list_page(key, trouble="The readers have changed since this page was shown. Look who they are now."), 409
    done = concerns.seal_anew(g.db, key=key, by=g.me, now=g.now, most=AT_ONCE)
    if request.accept_mimetypes.best == "application/json":
        return {"done": done.done, "waiting": done.waiting, "closed": done.closed}
    return redirect(url_for("concerns_page.show"), 303)


@pages.get("/lost")
def lost() -> str:
    """The page that says what a lost key means and how to use the recovery key."""
    return _lost_page()


@pages.post("/lost")
def open_with_paper() -> Answer:
    """Encrypt everything again for today's owners with the recovery key from its paper. The key is not stored."""
    if my_key() is None:
        return _lost_page(trouble="Unlock the concerns first: the recovery key works together with an owner."), 409
    try:
        paper = sealing.key_from_paper(request.form.get("paper", ""))
    except WrongKey as wrong:
        return _lost_page(trouble=str(wrong)), 422
    if not keys.recovery(g.db):
        return _lost_page(trouble="There is no recovery key on this box yet."), 409
    found = concerns.seal_anew(g.db, key=paper, by=g.me, now=g.now, most=AT_ONCE)
    while found.done and found.waiting > found.closed:
        found = concerns.seal_anew(g.db, key=paper, by=g.me, now=g.now, most=AT_ONCE)
    if found.closed:
        trouble = (
            f"{found.closed} texts were sealed to other keys than this one: an earlier recovery key may open them."
        )
        return _lost_page(trouble=trouble), 422
    return redirect(url_for("concerns_page.show", said="sealed_anew"), 303)


def _lost_page(*, trouble: str = "") -> str:
    owners = [each for each in staff.everyone(g.db) if each.role in keys.OWNERS]
    return render_template(
        "admin/safeguarding/concerns/concerns_lost.html",
        owners=[(each, keys.public_of(g.db, each.id) is not None) for each in owners],
        recovery=keys.recovery(g.db),
        unlocked=my_key() is not None,
        trouble=trouble,
        waits=waits(),
        owner=is_owner(),
    )
