"""`python -m kiosk`: the kiosk's process. It always listens on 127.0.0.1."""

import os

from doors.serving import serve
from kiosk.app import create_app
from mentoring.basics.settings import read_settings


def main() -> None:
    """Serve the kiosk until SIGTERM, or until the parent process ends."""
    settings = read_settings()
    parent_pipe = os.environ.get("DROPIN_PARENT_PIPE")
    serve(
        create_app(settings),
        host="127.0.0.1",
        port=settings.kiosk_port,
        parent_pipe=int(parent_pipe) if parent_pipe else None,
    )


main()
