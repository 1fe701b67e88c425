"""The page about the server's health, its backups and how to restore one."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.box import sentences
from admin.frame.sentences import backup_trouble
from badges import code
from mentoring.access import keys
from mentoring.basics import clock
from mentoring.box import backups, doctor
from mentoring.box.backups import CannotKeep, NoRecoveryKey, TracesLeft, Trouble
from mentoring.lunch import cameras
from mentoring.school import kiosk_screen, school_year
from mentoring.store import journal

pages = Blueprint("backups_page", __name__)

SHOWN = 12


@pages.get("/box")
def show() -> str:
    """Show the health checks, the newest backups with the paper trail's end in each, and how to restore."""
    return _page()


@pages.get("/box/technical")
def technical() -> str:
    """Show whoever looks after the server what to do there: each check's steps, restoring, and the rest by command."""
    last = backups.newest_of(g.settings.backups, g.settings.second_backups, now=g.now)
    return render_template(
        "admin/box/technical.html",
        checks=[each for each in doctor.examine(g.settings, now=g.now) if each.technical],
        newest=f"The newest backup is of {doctor.said_time(last.made, school_year.zone(g.db))}" if last else "",
        command=backups.restore_command(last.path if last else None, data=g.settings.data),
        data=g.settings.data.absolute(),
        second=g.settings.backup_dir,
        name=g.settings.own_name,
    )


@pages.post("/box/backup")
def back_up() -> Response | tuple[str, int]:
    """Make a backup in both folders now. Two requests within one minute write one file."""
    folder, second = g.settings.backups, g.settings.second_backups
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        made = backups.make(g.db, folder=folder, badge_key=g.settings.badge_key, now=g.now)
        if second is not None:
            backups.copy(made, second)
    except NoRecoveryKey:
        return _page(backup_trouble(Trouble.NO_KEY, folder)), 422
    except CannotKeep as error:
        return _page(backup_trouble(error.why, error.place)), 503
    except OSError:
        return _page(backup_trouble(Trouble.READ_ONLY, folder)), 503
    except TracesLeft:
        return _page("Traces of requests were left in the backup, so it was thrown away."), 500
    return redirect(url_for("backups_page.show", said="backed_up"), 303)


@pages.post("/box/kiosk")
def kiosk() -> Response:
    """Set how large the kiosk shows its pages, and whether it reads them aloud."""
    kiosk_screen.change(g.db, request.form, by=journal.staff(g.me.id), now=g.now)
    return redirect(url_for("backups_page.show", said="kiosk"), 303)


@pages.post("/box/camera-code")
def camera_code() -> str:
    """Make a code that opens the choice of a camera at the kiosk once, and show it this once."""
    made = code.typed_once()
    cameras.open_choice(g.db, made, by=journal.staff(g.me.id), now=g.now)
    return _page(camera_code=code.grouped(made))


def _page(trouble: str = "", *, camera_code: str = "") -> str:
    zone = school_year.zone(g.db)
    there = [
        (each, clock.wall(each.made, zone), backups.head_of(each), each.path.stat().st_size)
        for each in reversed(backups.listed(g.settings.backups)[-SHOWN:])
    ]
    return render_template(
        "admin/box/box.html",
        checks=doctor.examine(g.settings, now=g.now),
        there=there,
        count=len(backups.listed(g.settings.backups)),
        places=g.settings.backup_places,
        paper=keys.on_paper(g.db),
        trouble=trouble,
        cameras=[(each, sentences.CAMERAS[each.state]) for each in cameras.known(g.db)],
        camera_code=camera_code,
        size=doctor.size,
        zooms=kiosk_screen.ZOOMS,
        kiosk_as_shown=kiosk_screen.form_of(
            g.reading.programme.kiosk_zoom, screen_reader=g.reading.programme.has_screen_reader
        ),
        odd_scan=kiosk_screen.hint(kiosk_screen.odd_scan(g.db), today=clock.school_day(g.now, zone)),
    )
