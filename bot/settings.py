"""Settings from the environment and `.env`. Names are the interface: see README.

Wrong values end the program with exit code 2 and a sentence; secrets never appear in a repr.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_MAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
_ROOM = re.compile(r"![^\s/]+|#[^\s:]+:[^\s/]+")
_USER_ID = re.compile(r"@[^\s:@]+:[^\s@/]+")


def _is_address(value: str) -> bool:
    """True for http(s)://host[:port][/path] without user, password, query and fragment."""
    try:
        parts = urlsplit(value)
        number = parts.port
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    known = parts.scheme in {"http", "https"} and bool(parts.hostname) and number != 0
    return plain and known and value.isprintable() and " " not in value


def _is_smtp(value: str) -> bool:
    """True for smtp(s)://[user:password@]host[:port]?from=address and nothing else."""
    try:
        parts = urlsplit(value)
        number = parts.port
        query = parse_qs(parts.query, strict_parsing=True)
    except ValueError:
        return False
    sender = query.get("from", [])
    plain = not (parts.path.strip("/") or parts.fragment) and set(query) == {"from"}
    named = len(sender) == 1 and bool(_MAIL.fullmatch(sender[0]))
    known = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and number != 0
    return plain and named and known


class Settings(BaseSettings):
    """All settings. Empty strings count as unset."""

    model_config = SettingsConfigDict(
        env_prefix="LOTSE_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: SecretStr | None = None
    content_dir: Path = Path("content")
    locales_dir: Path = Path("locales")
    data_dir: Path = Path("var")
    secret_key: SecretStr | None = None
    secret_key_file: Path | None = None
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8080, ge=0, le=65535)
    public_url: str | None = None
    trusted_proxies: str = ""
    telegram_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr | None = None
    telegram_staff_chat: int | None = Field(default=None, lt=0)
    matrix_homeserver: str | None = None
    matrix_user: str | None = None
    matrix_password: SecretStr | None = None
    matrix_token: SecretStr | None = None
    matrix_staff_room: str | None = None
    translate_url: str | None = None
    translate_key: SecretStr | None = None
    deepl_key: SecretStr | None = None
    smtp_url: SecretStr | None = None
    caldav_url: str | None = None
    caldav_user: str | None = None
    caldav_password: SecretStr | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    log: Literal["text", "json"] | None = None
    clock_offset: timedelta = timedelta(0)

    @field_validator("public_url", "matrix_homeserver", "telegram_api_url", "translate_url")
    @classmethod
    def _is_http(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not _is_address(value):
            message = "must be an address such as https://lotse.example"
            raise ValueError(message)
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _is_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _is_smtp(value.get_secret_value()):
            message = "must be smtp://user:password@host:587?from=address, or smtps://"
            raise ValueError(message)
        return value

    @field_validator("public_url")
    @classmethod
    def _has_no_path(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).path:
            message = "must be an address without a path: the chat is at the root of its host"
            raise ValueError(message)
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _is_issuer(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value) if _is_address(value) else None
        if parts is None or (parts.scheme != "https" and parts.hostname not in LOOPBACK):
            message = "must be the issuer's https address as it names itself"
            raise ValueError(message)
        return value.rstrip("/")

    @field_validator("caldav_url")
    @classmethod
    def _is_private(cls, value: str | None) -> str | None:
        """A password goes there."""
        if value is None:
            return None
        parts = urlsplit(value) if _is_address(value) else None
        if parts is None or (parts.scheme != "https" and parts.hostname not in LOOPBACK):
            message = "must be an https address such as https://cloud.example/remote.php/dav"
            raise ValueError(message)
        return value

    @field_validator("telegram_token")
    @classmethod
    def _is_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            message = "must be a token as @BotFather gives it: digits, a colon, letters"
            raise ValueError(message)
        return value

    @field_validator("matrix_user")
    @classmethod
    def _is_user_id(cls, value: str | None) -> str | None:
        if value is not None and not _USER_ID.fullmatch(value):
            message = "must be a whole user id such as @lotse:matrix.example"
            raise ValueError(message)
        return value

    @field_validator("matrix_staff_room")
    @classmethod
    def _is_room(cls, value: str | None) -> str | None:
        """Room ids of version 12 have no server part; aliases always have one."""
        if value is not None and not _ROOM.fullmatch(value):
            message = "must be a room id such as !abc:matrix.example, or an alias #team:..."
            raise ValueError(message)
        return value

    @field_validator("clock_offset", mode="before")
    @classmethod
    def _is_duration(cls, value: object) -> object:
        if isinstance(value, str) and not value.lstrip("+-").startswith("P"):
            message = "must be an ISO 8601 duration such as P30D or -PT2H"
            raise ValueError(message)
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _is_header_safe(cls, value: SecretStr | None) -> SecretStr | None:
        """Telegram Bot API, setWebhook: 1-256 characters of A-Z a-z 0-9 _ -."""
        if value is not None:
            text = value.get_secret_value()
            if not (
                1 <= len(text) <= 256
                and all(c.isascii() and (c.isalnum() or c in "_-") for c in text)
            ):
                message = "must be 1 to 256 characters out of A-Z a-z 0-9 _ -"
                raise ValueError(message)
        return value

    @property
    def public(self) -> bool:
        """True when strangers can reach the web server."""
        beyond = self.web_host not in LOOPBACK
        host = urlsplit(self.public_url).hostname if self.public_url else None
        return beyond or (host is not None and host not in LOOPBACK)

    @property
    def without_login(self) -> bool:
        """True when pages without login may exist: only this machine reaches the web server, and no
        public address leads to it. Every request is still held against its headers.
        """
        return self.web_host in LOOPBACK and self.public_url is None

    @property
    def address(self) -> str:
        """The address that people use: the public one, else where the web server listens."""
        host = f"[{self.web_host}]" if ":" in self.web_host else self.web_host
        return self.public_url or f"http://{host}:{self.web_port}"

    @property
    def database(self) -> str:
        """The database address for SQLAlchemy."""
        if self.database_url is not None:
            url = self.database_url.get_secret_value()
            return url.replace("postgresql://", "postgresql+psycopg://", 1)
        return f"sqlite:///{self.data_dir / 'lotse.db'}"

    @property
    def is_postgresql(self) -> bool:
        """True when the database is PostgreSQL."""
        return self.database.startswith("postgresql")

    @property
    def database_words(self) -> str:
        """The database as an administrator knows it, without user and password."""
        return "PostgreSQL" if self.is_postgresql else f"SQLite in {self.database[10:]}"

    @property
    def secure_cookies(self) -> bool:
        """True when the public address is https."""
        return self.public_url is not None and self.public_url.startswith("https://")
