"""The independent check: another client, another crypto library, only cross-signed devices."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.inbound import TextMessage
from tests.channels.matrix.conftest import Bot
from tests.emulators import matrix_js
from tests.emulators.matrix_js import JsPerson
from tests.emulators.synapse import Synapse

pytestmark = [pytest.mark.synapse, pytest.mark.slow]


async def test_a_client_that_trusts_only_signed_devices_talks_with_the_bot(
    synapse: Synapse, bot: Bot
) -> None:
    where = matrix_js.folder()
    if where is None:
        pytest.skip(matrix_js.MISSING)
    bot.door.answer = bot.echo
    await bot.start()
    status = await bot.channel.status()
    assert status.facts["cross-signed"] == "yes"
    user = (await asyncio.to_thread(synapse.register, "jsperson", "password"))["user_id"]
    person = await JsPerson.arrive(where, synapse.url, user, "password")
    try:
        room = (await person.ask("invite", other=bot.user))["room"]
        await person.until(lambda found: bot.user in found["joined"], "members", room=room)
        device = await person.ask("device", other=bot.user, device=status.facts["device"])
        assert device == {"id": device["id"], "known": [status.facts["device"]], "signed": True}
        await person.ask("say", room=room, text="Привіт")
        await bot.door.gets(room, TextMessage(text="Привіт"))
        found = await person.until(
            lambda found: any(each["sender"] == bot.user for each in found["events"]),
            "heard",
            room=room,
        )
        answer = next(each for each in found["events"] if each["sender"] == bot.user)
        assert (answer["body"], answer["encrypted"], answer["failure"]) == (
            "echo Привіт",
            True,
            None,
        )
    finally:
        await person.leave_town()
