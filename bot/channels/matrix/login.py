"""Which device of which user the bot is: the first login is kept for ever.

Device id, access token and the key of the crypto store lie together in one sealed place, the store
itself in a file named after the device. If one of them is gone the others are worth nothing: then
a password makes a new device, and a given token ends in a sentence for the administrator. A token
from the settings brings its device with it (`whoami`).
"""

from __future__ import annotations

import json
import secrets as random
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bot.channels.matrix.homeserver import LOGGED_OUT, Homeserver, MatrixError, path
from bot.domain.errors import ConfigurationError
from bot.service.ports import Secrets

_LOGIN = "matrix-login"
_STORE_KEY = "matrix-store-key"
DEVICE_NAME = "Lotse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """One device of one user. An empty token is one that has run out (soft logout)."""

    user: str
    device: str
    token: str

    def __repr__(self) -> str:
        return f"Login(device={self.device!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What the settings say. `user` is the full id, `@name:server`."""

    user: str
    password: str | None
    token: str | None

    def __repr__(self) -> str:
        return "Credentials()"


def store_name(device: str) -> str:
    """Return the file name of a device's crypto store. Device ids are opaque: quoted."""
    return f"{quote(device, safe='')}.db"


async def log_in(
    homeserver: Homeserver, credentials: Credentials, secrets: Secrets, folder: Path
) -> Login:
    """Return the login to use; a new one only if there is none.

    Raises:
        MatrixError: the homeserver did not answer.
        ConfigurationError: the settings do not lead to a login.
    """
    if credentials.token is not None:
        return await _of_token(homeserver, credentials)
    saved = await kept(secrets, credentials.user)
    if saved is not None and not (folder / store_name(saved.device)).exists():
        saved = None
    if saved is not None and saved.token:
        return saved
    if credentials.password is None:
        raise ConfigurationError(
            "Matrix: there is no login yet. Set LOTSE_MATRIX_PASSWORD or LOTSE_MATRIX_TOKEN."
        )
    found = await _by_password(homeserver, credentials, saved.device if saved else None)
    await _keep(secrets, found)
    return found


async def forget(secrets: Secrets, login: Login, *, keep_device: bool) -> None:
    """Drop a token that the homeserver no longer takes, and its device unless that lives on."""
    if keep_device:
        await _keep(secrets, Login(user=login.user, device=login.device, token=""))
    else:
        await secrets.put(_LOGIN, b"")


async def store_key(secrets: Secrets) -> str:
    """Return the key that encrypts the crypto store, made at the first call."""
    found = await secrets.get(_STORE_KEY)
    if not found:
        found = random.token_hex(32).encode()
        await secrets.put(_STORE_KEY, found)
    return found.decode()


async def _of_token(homeserver: Homeserver, credentials: Credentials) -> Login:
    homeserver.token = credentials.token
    try:
        found = await homeserver.call("GET", path("account", "whoami"))
    except MatrixError as error:
        if error.code == LOGGED_OUT:
            raise ConfigurationError(
                "Matrix: the homeserver does not take LOTSE_MATRIX_TOKEN. Make a new one."
            ) from None
        raise
    if found.get("user_id") != credentials.user:
        raise ConfigurationError("Matrix: LOTSE_MATRIX_TOKEN belongs to another LOTSE_MATRIX_USER.")
    device = found.get("device_id")
    if not isinstance(device, str) or not device:
        raise ConfigurationError(
            "Matrix: LOTSE_MATRIX_TOKEN belongs to no device, so nothing can be encrypted. "
            "Make a token by logging in."
        )
    return Login(user=credentials.user, device=device, token=credentials.token or "")


async def _by_password(
    homeserver: Homeserver, credentials: Credentials, device: str | None
) -> Login:
    homeserver.token = None
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": credentials.user},
        "password": credentials.password,
        "initial_device_display_name": DEVICE_NAME,
    }
    if device is not None:
        body["device_id"] = device
    try:
        found = await homeserver.call("POST", path("login"), body)
    except MatrixError as error:
        if error.final:
            raise ConfigurationError(
                f"Matrix: the homeserver refused the login ({error.code}). "
                "Check LOTSE_MATRIX_USER and LOTSE_MATRIX_PASSWORD."
            ) from None
        raise
    user, token, device = found.get("user_id"), found.get("access_token"), found.get("device_id")
    if user != credentials.user:
        raise ConfigurationError(
            "Matrix: LOTSE_MATRIX_USER must be the full id as the homeserver writes it: "
            "@name:server, in small letters."
        )
    if not isinstance(token, str) or not isinstance(device, str):
        raise MatrixError("not_a_login", certain=False)
    return Login(user=credentials.user, device=device, token=token)


async def kept(secrets: Secrets, user: str) -> Login | None:
    """Return the login that was made earlier for this user."""
    raw = await secrets.get(_LOGIN)
    if not raw:
        return None
    found = json.loads(raw)
    if found["user"] != user:
        return None
    return Login(user=user, device=found["device"], token=found["token"])


async def _keep(secrets: Secrets, login: Login) -> None:
    value = {"user": login.user, "device": login.device, "token": login.token}
    await secrets.put(_LOGIN, json.dumps(value).encode())
