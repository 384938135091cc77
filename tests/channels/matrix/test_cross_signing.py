from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.channels.matrix import cross_signing
from bot.channels.matrix.cross_signing import Signed, canonical
from bot.channels.matrix.homeserver import MatrixError
from bot.service.ports import Health
from tests.channels.matrix.conftest import Bot, Drawer
from tests.emulators.synapse import Synapse


def verify(value: dict[str, Any], user: str, key_id: str, public: str) -> None:
    signature = value["signatures"][user][key_id]
    bare = {k: v for k, v in value.items() if k not in {"signatures", "unsigned"}}
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public + "="))
    key.verify(base64.b64decode(signature + "=="), canonical(bare))


async def keys_of(bot: Bot, synapse: Synapse) -> dict[str, Any]:
    live = bot.channel._live
    assert live is not None
    return await asyncio.to_thread(
        synapse.call,
        "POST",
        "/_matrix/client/v3/keys/query",
        {"device_keys": {bot.user: []}},
        token=live.client.homeserver.token,
    )


@pytest.mark.synapse
async def test_the_owner_vouches_for_the_device(bot: Bot, synapse: Synapse) -> None:
    await bot.start()
    found = await keys_of(bot, synapse)
    master = found["master_keys"][bot.user]
    signing = found["self_signing_keys"][bot.user]
    device = found["device_keys"][bot.user][(await bot.channel.status()).facts["device"]]
    ((master_id, master_key),) = master["keys"].items()
    ((signing_id, signing_key),) = signing["keys"].items()
    verify(signing, bot.user, master_id, master_key)
    verify(device, bot.user, signing_id, signing_key)
    await bot.stop()
    await bot.start()
    assert (await keys_of(bot, synapse))["master_keys"] == found["master_keys"]


@pytest.mark.synapse
async def test_keys_of_somebody_else_stay(bot: Bot, synapse: Synapse) -> None:
    await bot.start()
    found = await keys_of(bot, synapse)
    await bot.stop()
    del bot.drawer.values["matrix-cross-signing"]
    await bot.start()
    assert (await keys_of(bot, synapse))["master_keys"] == found["master_keys"]
    status = await bot.channel.status()
    assert status.health is Health.DEGRADED
    assert status.facts["cross-signed"] == "foreign"
    assert "Verify this device" in status.hint


class Strict:
    """A homeserver that wants a password before it takes cross-signing keys."""

    def __init__(self, *, right: str = "password") -> None:
        self.right = right
        self.keys: dict[str, Any] = {}
        self.device: dict[str, Any] = {"keys": {"ed25519:DEV": "key"}, "signatures": {}}

    async def call(self, method: str, where: str, body: Any = None) -> dict[str, Any]:
        assert method == "POST"
        if where.endswith("/keys/query"):
            return {
                "device_keys": {"@a:b": {"DEV": self.device}},
                "master_keys": {"@a:b": self.keys["master_key"]} if self.keys else {},
            }
        if where.endswith("/device_signing/upload"):
            auth = body.get("auth")
            if auth is None:
                raise MatrixError("http_401", status=401, session="s1")
            assert auth["session"] == "s1"
            if auth["password"] != self.right:
                raise MatrixError("M_FORBIDDEN", status=401, session="s1")
            self.keys = body
            return {}
        assert where.endswith("/signatures/upload")
        self.device = body["@a:b"]["DEV"]
        return {"failures": {}}


async def sign(server: Any, drawer: Drawer, password: str | None) -> Signed:
    return await cross_signing.sign(
        server, user="@a:b", device="DEV", device_key="key", password=password, secrets=drawer
    )


async def test_without_a_password_it_goes_on_unsigned_and_later_signs() -> None:
    server, drawer = Strict(), Drawer()
    assert await sign(server, drawer, None) is Signed.PASSWORD
    assert await sign(server, drawer, "wrong") is Signed.NO
    seeds = json.loads(drawer.values["matrix-cross-signing"])
    assert await sign(server, drawer, "password") is Signed.YES
    assert json.loads(drawer.values["matrix-cross-signing"]) == seeds
    assert len(server.device["signatures"]["@a:b"]) == 1
    assert await sign(server, drawer, None) is Signed.YES
