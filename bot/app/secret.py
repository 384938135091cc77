"""Where the secret key comes from: the environment, a file, or made once and kept beside the data.

A made key is accepted only while the web is bound to loopback: on a public address the
administrator must hold the key herself, or a backup of the data folder would hold lock and key
together.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
from pathlib import Path

from bot.domain.errors import ConfigurationError
from bot.settings import Settings

KEY_BYTES = 32
FILE = "secret.key"
MAKE = (
    "python3 -c 'import base64,secrets;"
    "print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())'"
)
HOW = f"Make one with: {MAKE}"

_KEY = re.compile(r"([A-Za-z0-9_-]{43})=?")


def secret_key(settings: Settings) -> bytes:
    """Return the 32 bytes that wrap all keys; makes and keeps them on loopback where none are set.

    Raises:
        ConfigurationError: the key is not 32 bytes of base64url, or missing on a public address.
    """
    if settings.secret_key is not None and settings.secret_key_file is not None:
        raise ConfigurationError(
            "LOTSE_SECRET_KEY and LOTSE_SECRET_KEY_FILE are both set: keep one of them, the one "
            f"that the database was made with. If there is no database yet: {HOW}"
        )
    if settings.secret_key is not None:
        return _decode(settings.secret_key.get_secret_value(), "LOTSE_SECRET_KEY")
    if settings.secret_key_file is not None:
        return _read(settings.secret_key_file, "LOTSE_SECRET_KEY_FILE")
    if settings.public:
        raise ConfigurationError(
            "LOTSE_SECRET_KEY or LOTSE_SECRET_KEY_FILE must be set on a public address "
            "(LOTSE_WEB_HOST or LOTSE_PUBLIC_URL reach beyond this machine). If Lotse ran here "
            f"before, its key is in {settings.data_dir / FILE}. {HOW}"
        )
    path = settings.data_dir / FILE
    try:
        if not path.exists():
            _make(path)
    except OSError as error:
        raise ConfigurationError(
            f"LOTSE_DATA_DIR: {path} cannot be written ({error.strerror}). Let the user who runs "
            f"Lotse own the folder, or set LOTSE_SECRET_KEY. {HOW}"
        ) from None
    return _read(path, str(path))


def _make(path: Path) -> None:
    """Write a new key that only its owner can read; if another process was faster, its key
    stays.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES))
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def _read(path: Path, name: str) -> bytes:
    try:
        return _decode(path.read_text("ascii", "replace"), name)
    except OSError as error:
        raise ConfigurationError(
            f"{name}: the key file {path} cannot be read ({error.strerror}). {HOW}"
        ) from None


def _decode(text: str, name: str) -> bytes:
    """Decode base64url (RFC 4648, section 5), with or without padding."""
    match = _KEY.fullmatch(text.strip())
    if match is None:
        raise ConfigurationError(f"{name} must be {KEY_BYTES} random bytes in base64url. {HOW}")
    key = base64.urlsafe_b64decode(match[1] + "=")
    if len(set(key)) < KEY_BYTES // 4:
        raise ConfigurationError(f"{name} is not random: anybody could guess it. {HOW}")
    return key
