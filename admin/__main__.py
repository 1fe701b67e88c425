"""`python -m admin`: the staff pages' and the board's own process."""

import os

from admin.app import create_app
from doors.serving import serve
from mentoring.basics.settings import read_settings


def main() -> None:
    """Serve the staff pages until stopped, or until the parent that gave us a lifeline is gone."""
    settings = read_settings()
    lifeline = os.environ.get("DROPIN_LIFELINE")
    serve(
        create_app(settings),
        host=settings.admin_host,
        port=settings.admin_port,
        lifeline=int(lifeline) if lifeline else None,
    )


main()
