"""The wheel, installed outside the checkout: it holds everything, and `demo` and `badges` work from it."""

import json
import os
import signal
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pypdfium2
import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("kiosk", "admin", "doors", "badges", "mentoring", "static")
GUIDE = ("docs/guide.md", "docs/pictures/guide/*")  # what the staff pages show of the documents
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("DROPIN_", "PYTHON"))}
PATIENCE = 120  # seconds: a busy machine is no fault of the wheel's


def run(*command: str | Path, cwd: Path) -> str:
    """Run one command to its end, which must be good; its standard output."""
    done = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env=ENVIRONMENT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    [wheel] = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that knows nothing of the checkout, with the wheel in a new venv, `venv`.

    The dependencies are those of this venv: a `.pth` names its packages, and no `.pth` of theirs, so that the checkout
    stays out of reach.
    """
    folder = tmp_path_factory.mktemp("elsewhere")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    [packages] = (folder / "venv" / "lib").glob("python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", folder / "venv" / "bin" / "python"]
    run(*pip, "install", "-q", "--no-deps", "--no-index", wheel, cwd=folder)
    return folder


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path):
    with zipfile.ZipFile(wheel) as packed:
        held = {each for each in packed.namelist() if ".dist-info/" not in each}
    there = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    there |= {path.relative_to(ROOT).as_posix() for each in GUIDE for path in ROOT.glob(each)}
    assert held == there
    assert {Path(each).suffix for each in held} >= {".py", ".html", ".css", ".js", ".svg", ".ttf", ".woff2"}


def test_what_runs_is_the_wheels_own(elsewhere: Path):
    show = (
        f"import importlib, sys; print([importlib.import_module(each).__file__ for each in {PACKAGES[:-1]}], sys.path)"
    )
    told = run(elsewhere / "venv" / "bin" / "python", "-c", show, cwd=elsewhere)
    assert told.count(f"{elsewhere}/venv/lib/") >= len(PACKAGES) - 1
    read = "from admin.box import guide_text; print(guide_text.DOCS, len(guide_text.guide('').parts))"
    folder, parts = run(elsewhere / "venv" / "bin" / "python", "-c", read, cwd=elsewhere).split()
    assert folder.startswith(f"{elsewhere}/venv/lib/")
    assert int(parts) > 20
    assert f"'{ROOT}'" not in told
    assert f"{ROOT}/admin" not in told


@pytest.fixture(scope="module")
def demo(elsewhere: Path) -> Iterator[tuple[dict[str, str], subprocess.Popen[str]]]:
    """`dropin demo` from the wheel: what its first line told, and its process."""
    command = [str(elsewhere / "venv" / "bin" / "dropin"), "demo", "--kiosk-port", "0", "--admin-port", "0"]
    with subprocess.Popen(
        command, cwd=elsewhere, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=ENVIRONMENT
    ) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline()), process
        finally:
            process.kill()


def test_demo_and_badges_work_from_the_wheel_and_nothing_is_left(
    elsewhere: Path, demo: tuple[dict[str, str], subprocess.Popen[str]]
):
    told, process = demo
    for address in (
        told["kiosk"],
        f"{told['kiosk']}/static/fonts/AtkinsonHyperlegibleNext-latin.woff2",
        f"{told['admin']}/log-in",
        f"{told['admin']}/static/icons/message-circle-heart.svg",
        told["board"],
    ):
        with urlopen(address, timeout=PATIENCE) as answer:
            assert answer.status == 200, address
            assert answer.read(), address
    run(
        elsewhere / "venv" / "bin" / "dropin",
        "badges",
        "badges.pdf",
        "--mentor",
        "1",
        "--data",
        told["data"],
        cwd=elsewhere,
    )
    with pypdfium2.PdfDocument(elsewhere / "badges.pdf") as pdf:
        assert len(pdf) == 1
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(PATIENCE) == 0
    assert not Path(told["data"]).exists()
