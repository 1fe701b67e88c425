"""The command close-day."""

import click

from admin.command_line.command import CouldNot, with_data
from mentoring.basics import clock
from mentoring.basics.settings import Settings
from mentoring.lunch import close_of_day
from mentoring.school import clock_doubt
from mentoring.store.database import StillRead, open_database


@click.command("close-day", epilog="Example: dropin close-day")
@with_data
def close_day(settings: Settings) -> None:
    """Close every drop-in that is over: requests become counts, and their bytes are gone."""
    db = open_database(settings.database)
    try:
        now = clock.now()
        if clock_doubt.look_back(db, now=now, longest_rest=settings.longest_rest):
            raise CouldNot(
                f"Nothing is closed: the box's clock says {now:%d %B %Y, %H:%M} UTC, and that is in doubt. Set it, or"
                " say on the staff pages that it is right, then run this again."
            )
        close_of_day.take_back(db, now=now)
        left_over = close_of_day.has_left_over(db, now=now)
        found = close_of_day.close(db, folder=settings.data, now=now)
    except StillRead:
        raise CouldNot("The counts are safe, but somebody is still reading the old bytes: run it again.") from None
    db.close()
    if left_over:
        click.echo("Requests of a drop-in that had been closed before lay there: they are counted and forgotten.")
    if found is None:
        click.echo("There is nothing to close.")
    elif found.traces:
        raise CouldNot(
            f"The day is closed, but traces of requests are left in {settings.data}: take away copies that somebody"
            " made there, then run it again."
        )
    else:
        click.echo(f"The day is closed. {found.looked or 0} bytes were looked through, and nothing was found.")
