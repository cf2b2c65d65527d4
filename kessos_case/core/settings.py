"""Every setting of the program, read once from config/default.toml, the office's own file and the environment.

A key that is not in `Settings` is refused: a mistyped setting that is silently ignored is found on the worst day.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

CONFIG_DIR = Path(os.environ.get("KESSOS_CONFIG_DIR") or Path(__file__).parents[2] / "config")

# Names that hosting platforms set by custom, beside our own prefix.
_CUSTOMARY = {"DATABASE_URL": "database_url", "REDIS_URL": "redis_url"}
# Read where they are used, because they change while the program runs or before settings exist.
_NOT_SETTINGS = {"KESSOS_CONFIG", "KESSOS_CONFIG_DIR", "KESSOS_NOW"}


class SettingsError(ValueError):
    """A setting that is unknown or has the wrong type; the text names it."""


@dataclass(frozen=True)
class Settings:
    """What config/default.toml explains, key by key."""

    environment: str
    database_url: str
    database_owner_url: str
    redis_url: str
    data_dir: str
    keys_file: str
    audit_key_file: str
    host: str
    port: int
    trusted_proxies: int
    tls: bool
    web_processes: int
    web_threads: int
    worker_processes: int
    database_pool: int
    statement_timeout: int
    job_statement_timeout: int
    stop_grace_seconds: int
    session_idle_minutes: int
    session_hours: int
    token_days: int
    second_factor: str
    password_kib: int
    sign_in_tries_account: int
    sign_in_tries_address: int
    requests_per_minute: int
    max_body_bytes: int
    import_bytes: int
    photo_pixels: int
    paper_pixels: int
    attachment_bytes: int
    case_attachments_bytes: int
    idempotency_days: int
    relay_seconds: float
    job_attempts: int
    log_level: str
    log_format: str
    public_address: str
    questions_address: str
    smtp_host: str
    smtp_port: int
    smtp_security: str
    smtp_user: str
    smtp_password: str = field(repr=False)
    smtp_from: str
    smtp_timeout: int
    message_gateway: str
    digest_at: str
    webhook_timeout: int
    webhook_private_allowed: bool
    webhook_ca_file: str

    @property
    def data_path(self) -> Path:
        """The data folder, absolute: a worker may be started from another folder."""
        return Path(self.data_dir).absolute()

    @property
    def is_production(self) -> bool:
        """True where real people's data are held."""
        return self.environment == "production"


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings. Raises SettingsError naming the key that is unknown, missing or of the wrong type."""
    values = _from_file(CONFIG_DIR / "default.toml")
    if own_file := environ.get("KESSOS_CONFIG"):
        values |= _from_file(Path(own_file))
    values |= _from_environment(environ)
    missing = {field.name for field in fields(Settings)} - values.keys()
    if missing:
        raise SettingsError(f"config/default.toml lacks {', '.join(sorted(missing))}")
    return Settings(**values)


@cache
def settings() -> Settings:
    """The settings of this process."""
    return load_settings()


def _from_file(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    return {key: _typed(key, value, str(path)) for key, value in values.items()}


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    named = {key: name for key, name in _CUSTOMARY.items() if environ.get(key)}
    named |= {
        key: key.removeprefix("KESSOS_").lower()
        for key in environ
        if key.startswith("KESSOS_") and key not in _NOT_SETTINGS
    }
    return {name: _typed(name, environ[key], key) for key, name in named.items()}


def _typed(name: str, value: Any, where: str) -> Any:
    kinds = {field.name: field.type for field in fields(Settings)}
    if name not in kinds:
        raise SettingsError(f"{where}: there is no setting {name!r}")
    kind = kinds[name]
    if isinstance(value, str) and kind is not str:
        value = _parsed(name, value, kind, where)
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise SettingsError(f"{where}: {name} must be {getattr(kind, '__name__', kind)}, not {value!r}")
    return value


def _parsed(name: str, text: str, kind: Any, where: str) -> Any:
    if kind is bool and text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        return kind(text) if kind is not bool else text
    except ValueError as error:
        raise SettingsError(f"{where}: {name} must be {kind.__name__}, not {text!r}") from error
