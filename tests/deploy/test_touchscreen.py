"""The touchscreen as a box has it: `kiosk.sh` with Cage, Chromium and its policy, on a display that Xvfb pretends.

Real keys come from xdotool. As root only: the policy is put where Chromium looks for it, in a mount namespace of the
test's own, and Cage runs as somebody else.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

from badges import code
from tests.conftest import until
from tests.deploy.conftest import ROOT
from tests.journeys.conftest import Lunch, example_school

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a policy for the browser")

NOBODY = 65534
PATIENCE = 90  # a busy machine is no fault of the screen's
IN_PLACE = 'mount --bind "$POLICIES" /etc/chromium && exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"'
# Whatever opens a tab, a window, a menu, a page of the browser's own, or takes the kiosk's away.
CHORDS = (
    *("ctrl+j", "ctrl+t", "ctrl+n", "ctrl+shift+n", "ctrl+w", "ctrl+shift+w", "ctrl+h", "ctrl+o", "ctrl+p", "ctrl+s"),
    *(
        "ctrl+u",
        "ctrl+l",
        "ctrl+d",
        "ctrl+f",
        "ctrl+r",
        "ctrl+Tab",
        "ctrl+shift+t",
        "ctrl+shift+i",
        "ctrl+shift+Delete",
    ),
    *("F1", "F3", "F5", "F6", "F7", "F10", "F11", "F12", "alt+Escape", "alt+d", "alt+f", "alt+Left", "alt+F4", "alt"),
    *(
        "shift+Escape",
        "shift+F10",
        "Menu",
        "super",
        "ctrl+plus",
        "ctrl+alt+Delete",
        "alt+Escape",
        "XF86Back",
        "XF86WWW",
    ),
)


@dataclass(frozen=True)
class Touchscreen:
    """`folder` holds the browser's profile; `keeper` is the process that holds its namespaces."""

    lunch: Lunch
    folder: Path
    environment: dict[str, str]
    keeper: int

    def strike(self, *keys: str) -> None:
        """Press and release each of these keys or chords, 10 ms apart."""
        command = ["xdotool", "key", "--delay", "10", *keys]
        subprocess.run(command, check=True, env=self.environment, timeout=PATIENCE, capture_output=True)

    def says(self) -> str:
        """What the door says of the screen."""
        with urlopen(f"{self.lunch.kiosk}/shown", timeout=PATIENCE) as answer:  # our own address
            return str(answer.read().decode()).strip()

    def browser(self) -> str:
        """Chromium's own mark of this start, another one as soon as it was started again; empty while there is none."""
        mark = self.folder / "profile/browser/SingletonCookie"
        return str(mark.readlink()) if mark.is_symlink() else ""

    def is_whole(self) -> bool:
        """Whether the kiosk is shown, and has been for longer than the door believes it."""
        return bool(self.browser()) and self.says() == "shown"


def first_inside(keeper: int) -> int:
    """The process with which the namespaces of this one begin, and end."""
    [inside] = Path(f"/proc/{keeper}/task/{keeper}/children").read_text().split()
    return int(inside)


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """A display that nobody sees, 1280 x 800."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        yield f":{process.stdout.readline().strip()}"
        process.terminate()


@pytest.fixture(scope="module")
def screen(display: str) -> Iterator[Touchscreen]:
    """The example school's touchscreen, once it shows the first page."""
    folder = Path(tempfile.mkdtemp(prefix="screen"))
    with example_school() as lunch:
        port = lunch.kiosk.rpartition(":")[2]
        for name in ("profile", "run", "bin"):
            (folder / name).mkdir(mode=0o700 if name == "run" else 0o755)
            os.chown(folder / name, NOBODY, NOBODY)
        folder.chmod(0o755)
        for name in ("kiosk.sh", "keyboard.xkb"):
            shutil.copy(ROOT / "deploy" / name, folder)
        shutil.copytree("/etc/chromium", folder / "chromium")
        (folder / "chromium/policies/managed").mkdir(parents=True)
        policy = (ROOT / "deploy/chromium-policy.json").read_text(encoding="utf-8").replace(":8000", f":{port}")
        (folder / "chromium/policies/managed/drop-in.json").write_text(policy)
        (folder / "bin/orca").write_text(f"#!/bin/sh\ntouch {folder}/run/reads-aloud\nexec sleep 600\n")
        (folder / "bin/orca").chmod(0o755)
        environment = {
            "DISPLAY": display,
            "DROPIN_KIOSK_PORT": port,
            "PATH": f"{folder}/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "POLICIES": str(folder / "chromium"),
            "RUNTIME_DIRECTORY": str(folder / "profile"),
            "WLR_BACKENDS": "x11",
            "WLR_RENDERER": "pixman",
            "XDG_RUNTIME_DIR": str(folder / "run"),
        }
        namespace = ["unshare", "--mount", "--pid", "--fork", "--mount-proc"]
        command = [*namespace, "sh", "-ec", IN_PLACE, "sh", "bash", str(folder / "kiosk.sh")]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdout=quiet, stderr=quiet, env=environment) as process:
            try:
                screen = Touchscreen(lunch, folder, environment, process.pid)
                assert until(lambda: bool(screen.browser()), seconds=PATIENCE)
                time.sleep(5)  # longer than the door believes what it was told before
                assert until(screen.is_whole, seconds=PATIENCE)
                yield screen
            finally:
                if process.poll() is None:
                    os.kill(first_inside(process.pid), signal.SIGKILL)  # and with it all others of its namespace
                process.wait(PATIENCE)
    shutil.rmtree(folder)


def test_no_key_leads_away_from_the_kiosk(screen: Touchscreen):
    before = screen.browser()
    for each in CHORDS:
        screen.strike(each)
    time.sleep(5)
    assert screen.is_whole()
    assert screen.browser() == before


def test_a_scanner_that_ends_with_a_line_feed_starts_a_duty_and_opens_nothing(screen: Touchscreen):
    before, key = screen.browser(), code.load_key(screen.lunch.data / "badge.key")
    ben = screen.lunch.mentor("Ben")["id"]
    with closing(sqlite3.connect(screen.lunch.data / "programme.db")) as db:
        [number] = db.execute("select number from badges where ended is null and mentor_id = ?", (ben,)).fetchone()
        screen.strike(*code.make(number, key), "ctrl+j")
        assert until(
            lambda: bool(db.execute("select 1 from duties where mentor_id = ?", (ben,)).fetchone()), seconds=PATIENCE
        )
    time.sleep(5)
    assert screen.is_whole()
    assert screen.browser() == before


def test_a_browser_that_shows_something_else_comes_back_by_itself(screen: Touchscreen):
    before = screen.browser()
    another = ["nsenter", f"--target={first_inside(screen.keeper)}", "--mount", "--pid"]
    another += ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "chromium", "--incognito"]
    another += ["--ozone-platform=wayland", f"--user-data-dir={screen.folder}/profile/browser"]
    [socket] = (screen.folder / "run").glob("wayland-?")
    environment = screen.environment | {"WAYLAND_DISPLAY": socket.name, "HOME": str(screen.folder / "profile")}
    address = f"{screen.lunch.kiosk}/static/css/kiosk.css"
    subprocess.run([*another, address], env=environment, timeout=PATIENCE, check=False)
    assert until(lambda: screen.browser() not in ("", before), seconds=PATIENCE)
    assert until(screen.is_whole, seconds=PATIENCE)


def test_the_screen_reader_is_started_when_staff_switch_it_on(screen: Touchscreen):
    before = screen.browser()
    with closing(sqlite3.connect(screen.lunch.data / "programme.db")) as db, db:
        db.execute("update programme set kiosk_reader = 1")
    assert until(lambda: (screen.folder / "run/reads-aloud").exists(), seconds=PATIENCE)
    assert screen.browser() != before
