"""Settings: a wrong value stops the start with a sentence about the field."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from mentoring.basics.settings import Settings, WrongSetting, read_settings


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"DROPIN_{name.upper()}", raising=False)


def test_every_setting_has_a_default_and_a_sentence():
    assert read_settings() == Settings()
    assert all(field.description for field in Settings.model_fields.values())


def test_the_promised_limits_are_the_defaults():
    settings = read_settings()
    assert (settings.kiosk_port, settings.admin_port, settings.admin_host) == (8000, 8001, "127.0.0.1")
    assert (settings.idle_warn_seconds, settings.idle_home_seconds, settings.idle_mentor_seconds) == (20, 40, 20)
    assert (settings.scan_early_minutes, settings.menu_after_seconds) == (15, 60)
    assert (settings.log_in_idle_minutes, settings.log_in_hours) == (15, 8)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kiosk_port", "eight"),
        ("kiosk_port", "65536"),
        ("kiosk_port", "-1"),
        ("admin_port", ""),
        ("idle_warn_seconds", "0"),
        ("idle_home_seconds", "1e9"),
        ("idle_mentor_seconds", "4"),
        ("scan_early_minutes", "61"),
        ("menu_after_seconds", "0"),
        ("log_in_idle_minutes", "0"),
        ("log_in_hours", "25"),
    ],
)
def test_a_wrong_value_is_a_sentence_that_names_the_setting(monkeypatch: pytest.MonkeyPatch, name: str, value: str):
    monkeypatch.setenv(f"DROPIN_{name.upper()}", value)
    with pytest.raises(WrongSetting) as wrong:
        read_settings()
    sentence = str(wrong.value)
    assert sentence.startswith(f"DROPIN_{name.upper()} ({Settings.model_fields[name].description}): ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_an_unknown_setting_is_a_sentence_too():
    with pytest.raises(WrongSetting, match="DROPIN_COLOUR"):
        read_settings(colour="red")


def test_the_command_line_wins_over_the_environment_and_silence_does_not(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DROPIN_KIOSK_PORT", "9000")
    assert read_settings(kiosk_port=9001).kiosk_port == 9001
    assert read_settings(kiosk_port=None).kiosk_port == 9000


def test_settings_never_change():
    with pytest.raises(ValidationError):
        read_settings().kiosk_port = 1  # type: ignore[misc]


def test_the_folder_holds_the_database_and_the_badges_key_apart():
    settings = read_settings(data=Path("school"))
    assert (settings.database, settings.badge_key) == (Path("school/programme.db"), Path("school/badge.key"))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("", set()),
        ("dropin.harbour.example", {"dropin.harbour.example"}),
        (" A.example , ,b.example,", {"a.example", "b.example"}),
    ],
)
def test_further_host_names_are_told_apart_by_commas(names: str, expected: set[str]):
    assert read_settings(admin_names=names).host_names == expected
