"""Cross-signing of the bot's own device, which nio cannot do.

Clients that leave out unsigned devices would give the bot no keys. So the account gets three
Ed25519 keys (master, self-signing, user-signing) and the self-signing key signs the device:
Client-Server API, "Cross-signing", and appendices, "Signing JSON". Keys that the account has from
elsewhere are never overwritten: a person made them. The seeds are secrets and lie sealed.

Users cannot compare emoji with the bot: nio lacks that kind of verification.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.channels.matrix.homeserver import Homeserver, MatrixError, path
from bot.domain.errors import ConfigurationError
from bot.service.ports import Secrets

_SEEDS = "matrix-cross-signing"
_USAGES = ("master", "self_signing", "user_signing")


class Signed(StrEnum):
    """What became of it."""

    YES = "yes"
    FOREIGN = "foreign"  # the account has keys whose seeds are not ours
    PASSWORD = "password"  # noqa: S105  the homeserver wants one and none is set
    NO = "no"  # the homeserver refused


@dataclass(frozen=True, slots=True)
class _Keys:
    master: Ed25519PrivateKey
    self_signing: Ed25519PrivateKey
    user_signing: Ed25519PrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    """What the homeserver knows of this account's keys."""

    user: str
    devices: dict[str, Any]
    master: dict[str, Any] | None

    def device(self, device: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.devices.get(device)
        return found

    def has(self, keys: _Keys) -> bool:
        """True if the account's master key is ours."""
        return self.master is not None and _public(keys.master) in self.master["keys"].values()

    def signs(self, published: dict[str, Any], keys: _Keys) -> bool:
        """True if our self-signing key has signed this device."""
        signatures = published.get("signatures", {}).get(self.user, {})
        return f"ed25519:{_public(keys.self_signing)}" in signatures


async def sign(
    homeserver: Homeserver,
    *,
    user: str,
    device: str,
    device_key: str,
    password: str | None,
    secrets: Secrets,
) -> Signed:
    """See to it that the owner's keys vouch for this device; repeat it as often as you like.

    Raises:
        MatrixError: the homeserver did not answer.
        ConfigurationError: another program uses the same device with other keys.
    """
    try:
        own = await _own_keys(homeserver, user)
        check_device(own.device(device), device, device_key)
        return await _sign(homeserver, own, device, password, secrets)
    except MatrixError as error:
        if error.final:
            return Signed.NO
        raise


async def look(
    homeserver: Homeserver, *, user: str, device: str, password: str | None, secrets: Secrets
) -> Signed:
    """Say how it stands, changing nothing.

    Raises:
        MatrixError: the homeserver did not answer.
    """
    own = await _own_keys(homeserver, user)
    seeds, published = await _seeds(secrets), own.device(device)
    if own.master is None:
        return Signed.PASSWORD if password is None else Signed.NO
    if seeds is None or not own.has(seeds):
        return Signed.FOREIGN
    return Signed.YES if published is not None and own.signs(published, seeds) else Signed.NO


async def _sign(
    homeserver: Homeserver, own: _Own, device: str, password: str | None, secrets: Secrets
) -> Signed:
    published = own.device(device)
    if published is None:
        raise MatrixError("keys_not_published")
    keys = await _seeds(secrets)
    if own.master is None:
        keys = keys or await _new_seeds(secrets)
        outcome = await _upload(homeserver, own.user, keys, password)
        if outcome is not Signed.YES:
            return outcome
    elif keys is None or not own.has(keys):
        return Signed.FOREIGN
    if own.signs(published, keys):
        return Signed.YES
    signed = _signed(published, own.user, keys.self_signing)
    where = path("keys", "signatures", "upload")
    answer = await homeserver.call("POST", where, {own.user: {device: signed}})
    return Signed.NO if answer.get("failures") else Signed.YES


def check_device(published: dict[str, Any] | None, device: str, key: str) -> None:
    """Raise ConfigurationError if the homeserver knows this device with another key."""
    if published is not None and published.get("keys", {}).get(f"ed25519:{device}") != key:
        raise ConfigurationError(
            "Matrix: this device already has other encryption keys: its crypto store is lost, or "
            "another program uses the same token. Make a token by a new login."
        )


async def published_device(homeserver: Homeserver, user: str, device: str) -> dict[str, Any] | None:
    """Return the keys of a device as the homeserver knows them."""
    return (await _own_keys(homeserver, user)).device(device)


def canonical(value: object) -> bytes:
    """Return canonical JSON (appendices, "Canonical JSON"): the form that is signed."""
    return json.dumps(
        value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False
    ).encode()


async def _own_keys(homeserver: Homeserver, user: str) -> _Own:
    found = await homeserver.call("POST", path("keys", "query"), {"device_keys": {user: []}})
    return _Own(
        user=user,
        devices=found.get("device_keys", {}).get(user, {}),
        master=found.get("master_keys", {}).get(user),
    )


async def _seeds(secrets: Secrets) -> _Keys | None:
    raw = await secrets.get(_SEEDS)
    if not raw:
        return None
    found = json.loads(raw)
    return _Keys(
        *[Ed25519PrivateKey.from_private_bytes(base64.b64decode(found[usage])) for usage in _USAGES]
    )


async def _new_seeds(secrets: Secrets) -> _Keys:
    keys = _Keys(*[Ed25519PrivateKey.generate() for _ in _USAGES])
    value = {
        usage: base64.b64encode(getattr(keys, usage).private_bytes_raw()).decode()
        for usage in _USAGES
    }
    await secrets.put(_SEEDS, json.dumps(value).encode())  # kept before anybody sees the keys
    return keys


async def _upload(homeserver: Homeserver, user: str, keys: _Keys, password: str | None) -> Signed:
    body: dict[str, Any] = {}
    for usage in _USAGES:
        public = _public(getattr(keys, usage))
        key = {"user_id": user, "usage": [usage], "keys": {f"ed25519:{public}": public}}
        body[f"{usage}_key"] = key if usage == "master" else _signed(key, user, keys.master)
    where = path("keys", "device_signing", "upload")
    try:
        await homeserver.call("POST", where, body)
    except MatrixError as error:
        if error.session is None:
            raise
        if password is None:
            return Signed.PASSWORD
        body["auth"] = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": user},
            "password": password,
            "session": error.session,
        }
    else:
        return Signed.YES
    await homeserver.call("POST", where, body)
    return Signed.YES


def _public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode().rstrip("=")


def _signed(value: dict[str, Any], user: str, key: Ed25519PrivateKey) -> dict[str, Any]:
    """Return `value` with one more signature; what is unsigned stays outside."""
    bare = {name: part for name, part in value.items() if name not in {"signatures", "unsigned"}}
    signature = base64.b64encode(key.sign(canonical(bare))).decode().rstrip("=")
    signatures = {name: dict(each) for name, each in value.get("signatures", {}).items()}
    signatures.setdefault(user, {})[f"ed25519:{_public(key)}"] = signature
    return {**bare, "signatures": signatures}
