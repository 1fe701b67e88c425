"""What a box is made of: units, the browser's policy, limits, and the scripts that put them there and take them off."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from mentoring.basics.settings import Settings
from tests.deploy.conftest import ROOT

DEPLOY = ROOT / "deploy"
UNITS = ["dropin.service", "dropin-kiosk.service", "dropin-limits.service", "caddy.service"]
SCRIPTS = sorted(DEPLOY.glob("*.sh"))
KIOSK = "http://127.0.0.1:8000"


def run(*command: str | Path, root: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """A script with nothing of ours around it, its files under `root`."""
    given = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", **environment}
    given |= {"DESTDIR": str(root)} if root else {}
    return subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=60, env=given, check=False)


def install(root: Path, *names: str) -> None:
    """Put the files of /etc in place under another root."""
    done = run("sh", DEPLOY / "install.sh", "--files-only", *_named(names), root=root)
    assert (done.returncode, done.stderr) == (0, "")


def _named(names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        yield from ("--name", name)


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def unit(name: str) -> dict[str, list[str]]:
    """A unit's lines; a key may come several times."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / name).read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


# The units


@pytest.mark.parametrize(
    ("name", "promised"),
    [
        (
            "dropin.service",
            {
                "User": "dropin",
                "ProtectSystem": "strict",
                "StateDirectory": "drop-in",
                "StateDirectoryMode": "0700",
                "NoNewPrivileges": "yes",
                "CapabilityBoundingSet": "",
                "MemoryMax": "1G",
                "MemorySwapMax": "0",  # no byte of a lunch on the disk (P8)
                "LimitCORE": "0",
                "Restart": "always",
                "KillMode": "mixed",
                "LogNamespace": "dropin",
                "IPAddressDeny": "any",  # nothing leaves the box (P14)
                "IPAddressAllow": "localhost",
                "PrivateDevices": "yes",
            },
        ),
        (
            "dropin-kiosk.service",
            {
                "User": "dropin-kiosk",
                "PAMName": "login",
                "TTYPath": "/dev/tty1",
                "StandardError": "null",
                "MemorySwapMax": "0",
                "LimitCORE": "0",
                "IPAddressDeny": "any",
                "IPAddressAllow": "localhost",
                "InaccessiblePaths": "/var/lib/drop-in",
                "Restart": "always",
                "RestartSec": "1",
            },
        ),
        (
            "caddy.conf",
            {
                "LimitNOFILE": "4096",
                "MemoryMax": "256M",
                "TasksMax": "128",
                "CapabilityBoundingSet": "CAP_NET_BIND_SERVICE",
                "InaccessiblePaths": "-/var/lib/drop-in",
                "LogNamespace": "dropin",
                "Restart": "always",
            },
        ),
        ("journald.conf", {"Storage": "volatile", "ForwardToSyslog": "no"}),
    ],
)
def test_a_unit_keeps_its_promises(name: str, promised: dict[str, str]):
    lines = unit(name)
    assert {key: lines.get(key) for key in promised} == {key: [value] for key, value in promised.items()}


def test_a_stop_is_longer_than_the_keeper_takes():
    [seconds] = unit("dropin.service")["TimeoutStopSec"]
    assert int(seconds) >= 15  # five for each door, and what the keeper itself needs


def test_systemd_has_no_complaint_about_the_units(tmp_path: Path):
    """Where the machine has systemd, as every box has: the units as they are installed, beside Debian's own."""
    install(tmp_path, "box")
    promised = [path for path in (tmp_path / "etc/systemd/system").rglob("*") if path.is_file()]
    assert {path.name for path in promised} == {*UNITS[:3], "drop-in.conf"}
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        return  # the lines above and the table before them are what can be said without it
    for command in ("opt/drop-in/current/.venv/bin/dropin", "opt/drop-in/current/deploy/kiosk.sh", "usr/sbin/nft"):
        (tmp_path / command).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / command).write_text("#!/bin/sh\n")
        (tmp_path / command).chmod(0o755)
    (tmp_path / "usr/bin").mkdir()
    shutil.copy("/usr/bin/caddy", tmp_path / "usr/bin")
    shutil.copytree("/lib/systemd/system", tmp_path / "lib/systemd/system", symlinks=True)
    told = run(analyze, "verify", "--man=no", "--recursive-errors=no", f"--root={tmp_path}", *UNITS)
    assert (told.returncode, told.stderr) == (0, "")


# The browser


def test_the_browser_opens_the_kiosk_and_nothing_else():
    policy = json.loads((DEPLOY / "chromium-policy.json").read_text(encoding="utf-8"))
    assert (policy["URLBlocklist"][:2], policy["URLAllowlist"]) == (["*", "chrome://*"], [KIOSK])
    assert (policy["VideoCaptureAllowed"], policy["VideoCaptureAllowedUrls"]) == (False, [KIOSK])
    off = [
        "AudioCaptureAllowed",
        "PrintingEnabled",
        "TranslateEnabled",
        "PasswordManagerEnabled",
        "SearchSuggestEnabled",
    ]
    off += ["MetricsReportingEnabled", "AutofillAddressEnabled", "AllowFileSelectionDialogs", "ComponentUpdatesEnabled"]
    assert [each for each in off if policy[each] is not False] == []
    assert (policy["DownloadRestrictions"], policy["DeveloperToolsAvailability"]) == (3, 2)
    assert (policy["IncognitoModeAvailability"], policy["DefaultCookiesSetting"]) == (2, 2)


def test_the_browser_starts_as_the_kiosk_needs_it():
    words = (DEPLOY / "kiosk.sh").read_text(encoding="utf-8").split()
    assert {"--kiosk", "--incognito", "--disable-back-forward-cache", "--disable-background-networking"} <= set(words)
    assert Settings.model_fields["kiosk_port"].default == 8000
    assert "--no-sandbox" not in words


def test_the_browsers_compositor_comes_with_what_it_does_not_start_without():
    script = (DEPLOY / "install.sh").read_text(encoding="utf-8")
    [wanted] = re.findall(r'kiosk = no \] \|\| wanted="\$wanted (.*?)"', script)
    assert {"cage", "xwayland"} <= set(wanted.split())


# The proxy's limits


def test_the_proxy_is_told_of_no_kiosk():
    directives = re.sub(r"#.*", "", (DEPLOY / "Caddyfile").read_text(encoding="utf-8"))
    assert "8000" not in directives
    assert "KIOSK" not in directives
    assert re.findall(r"reverse_proxy (\S+)", directives) == ["127.0.0.1:{$DROPIN_ADMIN_PORT:8001}"]
    assert not re.search(r"^\s*(log|output) (file|net|stdout)", directives, re.M)


def test_limits_are_counted_by_address_and_replaced_whole():
    rules = (DEPLOY / "limits.nft").read_text(encoding="utf-8")
    assert "ip saddr ct count over 100" in rules
    assert "ip6 saddr & ffff:ffff:ffff:ffff:: ct count over 100" in rules
    assert rules.index("delete table inet dropin") < rules.index("table inet dropin {")


# The scripts


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_stops_at_its_first_fault_and_reads_as_its_shell_does(script: Path):
    first, *rest = script.read_text(encoding="utf-8").splitlines()
    assert "set -eu" in rest
    assert run(first.removeprefix("#!"), "-n", script).returncode == 0


@pytest.mark.parametrize("script", ["install.sh", "uninstall.sh", "wheelhouse.sh", "certificate.sh"])
def test_wrong_use_says_how(script: str, tmp_path: Path):
    done = run("sh", DEPLOY / script, "--dance", "--dance", root=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: ")
    assert files(tmp_path) == {}


def test_a_second_installation_changes_nothing_and_keeps_what_the_school_changed(tmp_path: Path):
    install(tmp_path, "drop-in.school.example", "10.1.2.3")
    settings, limits = tmp_path / "etc/drop-in/environment", tmp_path / "etc/drop-in/limits.nft"
    assert 'DROPIN_ADMIN_NAMES="drop-in.school.example, 10.1.2.3"\n' in settings.read_text()
    settings.write_text(settings.read_text() + "DROPIN_LOG_IN_HOURS=4\n")
    limits.write_text(limits.read_text().replace("over 100", "over 300"))
    before = files(tmp_path)
    install(tmp_path)
    assert files(tmp_path) == before
    install(tmp_path, "box.school.example")
    changed = {name for name, content in files(tmp_path).items() if content != before[name]}
    assert changed == {"etc/drop-in/environment"}
    assert settings.read_text().splitlines()[-1] == "DROPIN_LOG_IN_HOURS=4"


def test_the_settings_of_a_box_are_settings(tmp_path: Path):
    install(tmp_path, "drop-in.school.example")
    lines = (tmp_path / "etc/drop-in/environment").read_text().splitlines()
    given = dict(each.split("=", 1) for each in lines if each and not each.startswith("#"))
    names = {name.removeprefix("DROPIN_").lower(): value.strip('"') for name, value in given.items()}
    told = Settings(**names)
    assert (told.proxy, told.host_names) == (True, frozenset({"drop-in.school.example"}))
    assert (told.admin_host, told.data) == ("127.0.0.1", Path("/var/lib/drop-in"))


@pytest.mark.parametrize("name", ["a/b", 'a"b', "a b;c", "$(id)", "a\nb"])
def test_a_name_that_is_none_is_refused_before_anything_is_written(tmp_path: Path, name: str):
    done = run("sh", DEPLOY / "install.sh", "--files-only", "--name", name, root=tmp_path)
    assert (done.returncode, files(tmp_path)) == (1, {})
    assert "letters, digits, dots and hyphens" in done.stderr


def test_a_box_without_a_touchscreen_gets_no_browser(tmp_path: Path):
    assert run("sh", DEPLOY / "install.sh", "--files-only", "--no-kiosk", root=tmp_path).returncode == 0
    assert [name for name in files(tmp_path) if "kiosk" in name or "chromium" in name] == []


def test_taking_it_away_leaves_what_it_remembered_unless_told(tmp_path: Path):
    install(tmp_path, "box")
    for kept in ("var/lib/drop-in/programme.db", "etc/hostname", "var/lib/caddy/.local/share/caddy/pki/root.key"):
        (tmp_path / kept).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / kept).write_text("kept")
    assert "still in /var/lib/drop-in" in run("sh", DEPLOY / "uninstall.sh", root=tmp_path).stdout
    assert len(files(tmp_path)) == 3
    assert "are gone" in run("sh", DEPLOY / "uninstall.sh", "--and-data", root=tmp_path).stdout
    assert set(files(tmp_path)) == {"etc/hostname"}


def test_all_that_builds_our_wheel_is_pinned_with_its_hashes():
    [program] = re.findall(r"awk '(.*?)' requirements-dev.lock", (DEPLOY / "wheelhouse.sh").read_text(encoding="utf-8"))
    lock = run("awk", program, ROOT / "requirements-dev.lock").stdout
    pinned = re.findall(r"^([a-z-]+)==\S+ \\\n(?:    (?:--hash=sha256:\w{64}(?: \\)?|#.*)\n)+", lock, re.M)
    needed, waiting = set(), ["hatchling"]
    while waiting:
        name = waiting.pop()
        needed.add(name)
        for each in map(Requirement, requires(name) or []):
            if each.name not in needed and (each.marker is None or each.marker.evaluate({"extra": ""})):
                waiting.append(each.name)
    assert set(pinned) == needed
    assert len(re.findall(r"^\S", lock, re.M)) == len(needed)


def test_the_certificate_says_when_there_is_none_and_else_its_fingerprint(tmp_path: Path):
    root = tmp_path / "root.crt"
    told = run("sh", DEPLOY / "certificate.sh", DROPIN_ROOT_CERTIFICATE=str(root))
    assert (told.returncode, "start caddy first" in told.stderr) == (1, True)
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    assert run(*command, "-subj", "/CN=box", "-keyout", tmp_path / "key", "-out", root).returncode == 0
    told = run("sh", DEPLOY / "certificate.sh", tmp_path / "copy.crt", DROPIN_ROOT_CERTIFICATE=str(root))
    assert re.search(r"^sha256 Fingerprint=([0-9A-F]{2}:){31}[0-9A-F]{2}$", told.stdout, re.M)
    assert (tmp_path / "copy.crt").read_bytes() == root.read_bytes()
