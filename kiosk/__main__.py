"""`python -m kiosk`: the kiosk's own process. It listens on loopback, whatever it is told."""

import os

from doors.serving import serve
from kiosk.app import create_app
from mentoring.basics.settings import read_settings


def main() -> None:
    """Serve the kiosk until stopped, or until the parent that gave us a lifeline is gone."""
    settings = read_settings()
    lifeline = os.environ.get("DROPIN_LIFELINE")
    serve(
        create_app(settings),
        host="127.0.0.1",
        port=settings.kiosk_port,
        lifeline=int(lifeline) if lifeline else None,
    )


main()
