"""Settings of the box from the environment, each with a default and a sentence.

Settings of the school (its name, its hours) are in the database: `mentoring/school/programme.py`.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class WrongSetting(Exception):
    """A setting has a value that cannot be used; the message names it and says what it takes."""


class Settings(BaseSettings):
    """Read once at the start from `DROPIN_...` in the environment, passed down, never changed."""

    model_config = SettingsConfigDict(env_prefix="DROPIN_", frozen=True)

    data: Path = Field(Path("data"), description="the folder that holds everything the programme remembers")
    kiosk_port: int = Field(8000, ge=0, le=65535, description="the kiosk's port on 127.0.0.1")
    admin_port: int = Field(8001, ge=0, le=65535, description="the staff pages' and the board's port")
    admin_host: str = Field("127.0.0.1", description="the address the staff pages listen on")
    admin_names: str = Field("", description="further host names the staff pages answer to, by commas")
    proxy: bool = Field(default=False, description="a proxy with TLS stands on this box before the staff pages (1)")
    idle_warn_seconds: int = Field(20, ge=3, le=120, description="a kiosk page says that it will close after this")
    idle_home_seconds: int = Field(40, ge=5, le=300, description="a kiosk page goes home after this")
    idle_mentor_seconds: int = Field(20, ge=5, le=300, description="a mentor's screen at the kiosk closes after this")
    scan_early_minutes: int = Field(15, ge=0, le=60, description="a scan counts this long before the start")
    menu_after_seconds: int = Field(60, ge=1, le=600, description="a second scan opens the menu after this")
    no_pair_minutes: int = Field(10, ge=1, le=60, description="the lead is told when no pair has formed after this")
    close_after_minutes: int = Field(10, ge=0, le=120, description="the day is closed this long after its last drop-in")
    longest_rest_days: int = Field(
        150, ge=60, le=366, description="an adult confirms the clock after a rest longer than this"
    )
    log_in_idle_minutes: int = Field(15, ge=1, le=60, description="a log-in without a click ends after this")
    log_in_hours: int = Field(8, ge=1, le=24, description="a log-in ends after this, whatever happens")
    mail_ports: str = Field(
        "25,465,587", pattern=r"^\d{1,5}(,\d{1,5})*$", description="ports of a mail server on this box, by commas"
    )

    backup_dir: str = Field("", description="a second place for backups, such as a USB stick; it must be there")
    backup_days: int = Field(366, ge=1, le=366, description="no backup is kept longer than this, but the newest")

    @model_validator(mode="after")
    def _warns_before_it_goes(self) -> Self:
        if self.idle_warn_seconds >= self.idle_home_seconds:
            raise ValueError("DROPIN_IDLE_WARN_SECONDS must be less than DROPIN_IDLE_HOME_SECONDS")
        return self

    @property
    def database(self) -> Path:
        """The programme's one database file."""
        return self.data / "programme.db"

    @property
    def longest_rest(self) -> timedelta:
        """How long nothing may be written before an adult must confirm the clock: longer than a school's summer."""
        return timedelta(days=self.longest_rest_days)

    @property
    def badge_key(self) -> Path:
        """The key that makes badge codes: a file of its own, so that a stolen database prints no badge (P20)."""
        return self.data / "badge.key"

    @property
    def backups(self) -> Path:
        """Where backups are kept on the box itself."""
        return self.data / "backups"

    @property
    def second_backups(self) -> Path | None:
        """The second place for backups, or None."""
        return Path(self.backup_dir) if self.backup_dir.strip() else None

    @property
    def backup_places(self) -> list[Path]:
        """Everywhere backups are kept."""
        return [self.backups, *([self.second_backups] if self.second_backups else [])]

    @property
    def own_mail_ports(self) -> tuple[int, ...]:
        """The ports of this box to which e-mail may be sent; nothing else is sent to this box."""
        return tuple(int(each) for each in self.mail_ports.split(","))

    @property
    def own_name(self) -> str:
        """The name by which other computers reach the staff pages: the first further name; empty without one."""
        return next((name.strip() for name in self.admin_names.split(",") if name.strip()), "")

    @property
    def own_address(self) -> str:
        """The proxy's address with TLS, such as `https://drop-in.school.example`; empty where none is named."""
        return f"https://{self.own_name}" if self.proxy and self.own_name else ""

    @property
    def host_names(self) -> frozenset[str]:
        """The further host names, lower case."""
        return frozenset(name.strip().lower() for name in self.admin_names.split(",") if name.strip())


def read_settings(**given: Any) -> Settings:
    """The settings from the environment, with what the command line gave on top. Raises `WrongSetting`."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"]:
            raise WrongSetting(f"{first['msg'].removeprefix('Value error, ')}.") from error
        name = str(first["loc"][0])
        meaning = Settings.model_fields[name].description if name in Settings.model_fields else "unknown"
        raise WrongSetting(f"DROPIN_{name.upper()} ({meaning}): {first['msg']}.") from error
