"""The newest picture of the board, shared by all screens that ask within one second."""

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from doors import headers
from mentoring.basics import clock
from mentoring.basics.settings import Settings
from mentoring.store.database import Changes, DatabaseTrouble

ASKED = re.compile(r"/board/([\w-]+)\.json")

UNCHANGED = [*headers.HEADERS.items(), ("Permissions-Policy", headers.NO_CAMERA)]


@dataclass(frozen=True)
class Picture:
    """What the board shows, with the mark that changes when it does."""

    shown: dict[str, Any]
    zone: str
    mark: str


class LatestPicture:
    """The newest picture, shared by all who ask within one second while nothing was written: two hundred screens that
    ask each second cost little more than one, and a scan still shows at the next look.
    """

    def __init__(self, settings: Settings) -> None:
        self._changes = Changes(settings.database)
        self._kept: tuple[tuple[str, datetime, int], Picture] | None = None

    def of(self, link: str, now: datetime, make: Callable[[], Picture]) -> Picture:
        """The picture behind this link; `make` raises where there is none."""
        asked = (link, now, self._changes.count())
        kept = self._kept
        if kept is None or kept[0] != asked:
            kept = self._kept = (asked, make())
        return kept[1]

    def still(self, link: str, now: datetime) -> Picture | None:
        """The picture that was made for this link in this second, if nothing was written since."""
        kept = self._kept
        return kept[1] if kept is not None and kept[0] == (link, now, self._changes.count()) else None


class Shortcut:
    """Answers a board that already shows the newest picture before the app is woken: 304, and nothing else.

    Two hundred boards ask two hundred times a second; without this they would cost a quarter of a core.
    """

    def __init__(self, app: Callable[..., Any], latest: LatestPicture, names: frozenset[str]) -> None:
        self._app, self._latest, self._names = app, latest, names

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        asked = ASKED.fullmatch(environ.get("PATH_INFO", ""))
        tag = environ.get("HTTP_IF_NONE_MATCH", "")
        is_ours = headers.is_ours(environ.get("HTTP_HOST", ""), names=self._names)
        if asked and tag and is_ours and environ["REQUEST_METHOD"] == "GET":
            try:
                picture = self._latest.still(asked[1], clock.now())
            except (DatabaseTrouble, sqlite3.Error):
                picture = None  # the app says what is wrong, in words
            if picture is not None and tag == f'"{picture.mark}"':
                start_response("304 NOT MODIFIED", [*UNCHANGED, ("ETag", tag)])
                return []
        return self._app(environ, start_response)
