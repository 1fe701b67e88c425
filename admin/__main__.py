"""`python -m admin`: the process that serves the staff pages and the duty board."""

import os

from admin.app import create_app
from doors.serving import serve
from mentoring.basics.settings import read_settings


def main() -> None:
    """Serve the staff pages until SIGTERM, or until the parent process ends."""
    settings = read_settings()
    parent_pipe = os.environ.get("DROPIN_PARENT_PIPE")
    serve(
        create_app(settings),
        host=settings.admin_host,
        port=settings.admin_port,
        parent_pipe=int(parent_pipe) if parent_pipe else None,
    )


main()
