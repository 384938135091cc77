"""Settings from the environment and `.env`. Names are the interface: see README.

Wrong values end the program with exit code 2 and a sentence; secrets never appear in a repr.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


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
    matrix_homeserver: str | None = None
    matrix_user: str | None = None
    matrix_password: SecretStr | None = None
    matrix_token: SecretStr | None = None
    log: Literal["text", "json"] | None = None
    clock_offset: timedelta = timedelta(0)

    @field_validator("public_url", "matrix_homeserver", "telegram_api_url")
    @classmethod
    def _is_http(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            message = "must be an address such as https://lotse.example"
            raise ValueError(message)
        return value.rstrip("/")

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
    def database(self) -> str:
        """The database address for SQLAlchemy."""
        if self.database_url is not None:
            url = self.database_url.get_secret_value()
            return url.replace("postgresql://", "postgresql+psycopg://", 1)
        return f"sqlite:///{self.data_dir / 'lotse.db'}"

    @property
    def secure_cookies(self) -> bool:
        """True when the public address is https."""
        return self.public_url is not None and self.public_url.startswith("https://")
