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
        return await _sign(homeserver, user, device, device_key, password, secrets)
    except MatrixError as error:
        if error.final:
            return Signed.NO
        raise


async def _sign(
    homeserver: Homeserver,
    user: str,
    device: str,
    device_key: str,
    password: str | None,
    secrets: Secrets,
) -> Signed:
    own = await _own_keys(homeserver, user)
    published = own["device_keys"].get(device)
    check_device(published, device, device_key)
    if published is None:
        raise MatrixError("keys_not_published", certain=True)
    seeds = await _seeds(secrets)
    master = own["master"]
    if master is None:
        keys = seeds or await _new_seeds(secrets)
        outcome = await _upload(homeserver, user, keys, password)
        if outcome is not Signed.YES:
            return outcome
    elif seeds is None or _public(seeds.master) not in master.get("keys", {}).values():
        return Signed.FOREIGN
    else:
        keys = seeds
    key_id = f"ed25519:{_public(keys.self_signing)}"
    if key_id in published.get("signatures", {}).get(user, {}):
        return Signed.YES
    signed = _signed(published, user, keys.self_signing)
    answer = await homeserver.call(
        "POST", path("keys", "signatures", "upload"), {user: {device: signed}}
    )
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
    found: dict[str, Any] | None = (await _own_keys(homeserver, user))["device_keys"].get(device)
    return found


def canonical(value: object) -> bytes:
    """Return canonical JSON (appendices, "Canonical JSON"): the form that is signed."""
    return json.dumps(
        value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False
    ).encode()


async def _own_keys(homeserver: Homeserver, user: str) -> dict[str, Any]:
    found = await homeserver.call("POST", path("keys", "query"), {"device_keys": {user: []}})
    return {
        "device_keys": found.get("device_keys", {}).get(user, {}),
        "master": found.get("master_keys", {}).get(user),
    }


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
