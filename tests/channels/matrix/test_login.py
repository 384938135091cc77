from __future__ import annotations

import asyncio
import json
import stat
from pathlib import Path
from typing import Any

import nio
import pytest

from bot.channels.matrix.homeserver import MatrixError
from bot.channels.matrix.login import Credentials, Login, forget, log_in, store_name
from bot.domain.delivery import Sent
from bot.domain.errors import ConfigurationError
from bot.domain.inbound import Opened, TextMessage
from bot.service.ports import Health
from tests.channels.matrix.conftest import Bot, Drawer, eventually
from tests.emulators.matrix_newcomer import Newcomer
from tests.emulators.synapse import Synapse


async def with_token(bot: Bot, synapse: Synapse) -> None:
    registered = await asyncio.to_thread(synapse.register, f"t{id(bot)}", "password")
    bot.user = registered["user_id"]
    bot.credentials = {"token": registered["access_token"]}
    await bot.start()


@pytest.mark.synapse
async def test_the_first_login_is_kept(bot: Bot) -> None:
    await bot.start()
    first = (await bot.channel.status()).facts["device"]
    await bot.stop()
    bot.credentials = {"password": "changed meanwhile"}
    await bot.start()
    assert (await bot.channel.status()).facts["device"] == first
    folder = bot.folder / "matrix"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    on_disk = b"".join(path.read_bytes() for path in folder.iterdir())
    token = bot.drawer.values["matrix-login"]
    assert b"access_token" not in on_disk
    assert token.split(b'"token": "')[1].split(b'"')[0] not in on_disk


@pytest.mark.synapse
async def test_a_token_brings_its_device(bot: Bot, person: Newcomer, synapse: Synapse) -> None:
    login = await asyncio.to_thread(
        synapse.call,
        "POST",
        "/_matrix/client/v3/login",
        {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": bot.user},
            "password": "password",
        },
    )
    bot.credentials = {"token": login["access_token"]}
    await bot.start()
    status = await bot.channel.status()
    assert status.facts["device"] == login["device_id"]
    assert "matrix-login" not in bot.drawer.values
    room = await person.invite(bot.user, encrypted=True)
    await person.joined(room, bot.user)
    await person.say(room, "hello")
    await bot.door.gets(room, TextMessage(text="hello"))
    await bot.stop()
    await bot.start()
    await person.say(room, "again")
    await bot.door.gets(room, TextMessage(text="again"))


@pytest.mark.synapse
async def test_a_token_without_its_crypto_store_is_refused(bot: Bot, synapse: Synapse) -> None:
    await with_token(bot, synapse)
    await bot.stop()
    for path in (bot.folder / "matrix").iterdir():
        path.unlink()
    with pytest.raises(ConfigurationError, match="other encryption keys"):
        await bot.start()


@pytest.mark.synapse
async def test_a_crypto_store_of_another_database_is_refused(bot: Bot, synapse: Synapse) -> None:
    await with_token(bot, synapse)
    await bot.stop()
    bot.drawer.values.clear()
    with pytest.raises(ConfigurationError, match="crypto store"):
        await bot.start()


@pytest.mark.synapse
async def test_a_lost_crypto_store_makes_a_new_device(bot: Bot, person: Newcomer) -> None:
    await bot.start()
    first = (await bot.channel.status()).facts["device"]
    await bot.stop()
    for path in (bot.folder / "matrix").iterdir():
        path.unlink()
    await bot.start()
    status = await bot.channel.status()
    assert status.facts["device"] != first
    assert status.facts["cross-signed"] == "yes"
    room = await person.invite(bot.user, encrypted=True)
    await person.joined(room, bot.user)
    await person.say(room, "hello")
    await bot.door.gets(room, TextMessage(text="hello"))


@pytest.mark.synapse
async def test_a_device_that_was_removed_is_replaced(
    bot: Bot, person: Newcomer, synapse: Synapse
) -> None:
    await bot.start()
    first = (await bot.channel.status()).facts["device"]
    live = bot.channel._live
    assert live is not None
    await asyncio.to_thread(
        synapse.call, "POST", "/_matrix/client/v3/logout", {}, token=live.client.homeserver.token
    )
    await eventually(
        lambda: bot.channel._live is not None and bot.channel._live.client.device != first
    )
    await eventually(bot.channel._up.is_set)
    room = await person.invite(bot.user)
    await bot.door.gets(room, Opened())


@pytest.mark.synapse
async def test_a_token_that_was_revoked_is_told(
    bot: Bot, synapse: Synapse, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_token(bot, synapse)
    token = bot.credentials["token"]
    await asyncio.to_thread(synapse.call, "POST", "/_matrix/client/v3/logout", {}, token=token)
    await eventually(lambda: bot.channel._problem == "refused")
    status = await bot.channel.status()
    assert status.health is Health.DOWN
    assert "LOTSE_MATRIX_TOKEN" in status.message
    assert bot.running is not None
    assert not bot.running.done()
    await bot.stop()
    with pytest.raises(ConfigurationError, match="LOTSE_MATRIX_TOKEN"):
        await bot.start()


@pytest.mark.synapse
async def test_a_wrong_password_ends_the_start(bot: Bot) -> None:
    bot.credentials = {"password": "wrong"}
    with pytest.raises(ConfigurationError, match="LOTSE_MATRIX_PASSWORD"):
        await bot.start()


@pytest.mark.synapse
async def test_a_token_of_somebody_else_ends_the_start(bot: Bot, synapse: Synapse) -> None:
    other = await asyncio.to_thread(synapse.register, f"other{id(bot)}", "password")
    bot.credentials = {"token": other["access_token"]}
    with pytest.raises(ConfigurationError, match="another LOTSE_MATRIX_USER"):
        await bot.start()


@pytest.mark.synapse
async def test_status_where_it_does_not_run(bot: Bot, synapse: Synapse) -> None:
    status = await bot.channel.status()
    assert status.health is Health.GOOD
    assert "first start" in status.message
    await bot.start()
    await bot.stop()
    status = await bot.new_channel().status()
    assert status.health is Health.GOOD
    assert status.facts["cross-signed"] == "yes"
    seeds = bot.drawer.values.pop("matrix-cross-signing")
    assert (await bot.new_channel().status()).facts["cross-signed"] == "foreign"
    bot.drawer.values["matrix-cross-signing"] = seeds
    token = json.loads(bot.drawer.values["matrix-login"])["token"]
    await asyncio.to_thread(synapse.call, "POST", "/_matrix/client/v3/logout", {}, token=token)
    status = await bot.new_channel().status()
    assert status.health is Health.DOWN
    assert "token" in status.message
    nowhere = bot.new_channel()
    nowhere._url = "http://127.0.0.1:9"
    status = await nowhere.status()
    assert status.health is Health.DOWN
    assert "LOTSE_MATRIX_HOMESERVER" in status.hint


@pytest.mark.synapse
async def test_the_last_words_go_out_after_the_end_of_receiving(bot: Bot, person: Newcomer) -> None:
    await bot.start()
    room = await person.invite(bot.user, encrypted=True)
    await bot.door.gets(room, Opened())
    assert bot.running is not None
    bot.running.cancel()
    await asyncio.gather(bot.running, return_exceptions=True)
    assert isinstance(await bot.say(room, "last words"), Sent)
    await person.hears(room, "last words")
    await bot.channel.close()


@pytest.mark.synapse
@pytest.mark.parametrize("user", ["lotse", "@lotse", ""])
async def test_the_user_must_be_a_full_id(bot: Bot, user: str) -> None:
    bot.user = user
    with pytest.raises(ConfigurationError, match="full Matrix id"):
        bot.new_channel()


class Accounts:
    """A homeserver that knows one password."""

    token: str | None = None

    def __init__(self) -> None:
        self.logins: list[dict[str, Any]] = []

    async def call(self, method: str, where: str, body: Any = None) -> dict[str, Any]:
        assert (method, where) == ("POST", "/_matrix/client/v3/login")
        if body["password"] != "right":
            raise MatrixError("M_FORBIDDEN", status=403)
        self.logins.append(body)
        device = body.get("device_id", f"DEV{len(self.logins)}")
        return {"user_id": "@a:b", "access_token": f"t{len(self.logins)}", "device_id": device}


async def test_a_soft_logout_keeps_the_device(tmp_path: Path) -> None:
    server: Any = Accounts()
    drawer, credentials = Drawer(), Credentials(user="@a:b", password="right", token=None)
    first = await log_in(server, credentials, drawer, tmp_path)
    (tmp_path / store_name(first.device)).touch()
    assert await log_in(server, credentials, drawer, tmp_path) == first
    await forget(drawer, first, keep_device=True)
    again = await log_in(server, credentials, drawer, tmp_path)
    assert again == Login(user="@a:b", device=first.device, token="t2")
    await forget(drawer, again, keep_device=False)
    assert (await log_in(server, credentials, drawer, tmp_path)).device == "DEV3"
    assert "t2" not in repr(again)
    assert "right" not in repr(credentials)


async def test_a_login_of_another_user_is_not_used(tmp_path: Path) -> None:
    server: Any = Accounts()
    drawer = Drawer()
    credentials = Credentials(user="@a:b", password="right", token=None)
    first = await log_in(server, credentials, drawer, tmp_path)
    (tmp_path / store_name(first.device)).touch()
    with pytest.raises(ConfigurationError, match="full id"):
        await log_in(
            server, Credentials(user="@c:d", password="right", token=None), drawer, tmp_path
        )


@pytest.mark.synapse
async def test_missing_libraries_are_told(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nio.crypto, "ENCRYPTION_ENABLED", False)
    with pytest.raises(ConfigurationError, match=r"matrix-nio\[e2e\]"):
        await bot.start()
    status = await bot.channel.status()
    assert status.health is Health.DOWN
    assert "matrix-nio[e2e]" in status.message
