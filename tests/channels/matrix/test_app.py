"""End to end: `lotse up` as a process, a person in an encrypted room, the shipped content."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.channels.matrix.conftest import Bot
from tests.emulators.matrix_newcomer import Newcomer
from tests.emulators.synapse import Synapse
from tests.kill.bot_process import BotProcess

pytestmark = [pytest.mark.synapse, pytest.mark.slow]


async def test_from_the_invitation_to_an_answer(
    synapse: Synapse, bot: Bot, person: Newcomer, tmp_path: Path
) -> None:
    process = BotProcess(
        tmp_path,
        LOTSE_MATRIX_HOMESERVER=synapse.url,
        LOTSE_MATRIX_USER=bot.user,
        LOTSE_MATRIX_PASSWORD="password",
    )
    await process.start()
    try:
        room = await person.invite(bot.user, encrypted=True)
        await person.hears(room, "Deutsch")
        mark = person.mark(room)
        await person.say(room, "Deutsch")
        menu = await person.hears(room, "Notfall", since=mark)
        mark = person.mark(room)
        await person.react(room, menu["event_id"], "1\ufe0f\u20e3")
        topic = await person.hears(room, "Zurück", since=mark)
        mark = person.mark(room)
        await person.reply(room, topic["event_id"], "1")
        entry = await person.hears(room, "Zurück", since=mark)
        assert entry["content"]["body"] != topic["content"]["body"]
        mark = person.mark(room)
        await person.say(room, "!menu")
        again = await person.hears(room, "Notfall", since=mark)
        assert again["content"]["body"] == menu["content"]["body"]
        await person.until(lambda: person.reads(room, menu["event_id"]) != menu["content"]["body"])
        assert not person.unreadable.get(room)
    finally:
        assert await process.stop() == 0
    log = process.log.read_text("utf-8")
    assert person.user not in log
    assert room not in log
    on_disk = b"".join(
        path.read_bytes() for path in (tmp_path / "var").rglob("*") if path.is_file()
    )
    assert b"Deutsch" not in on_disk
    assert "Traceback" not in log
