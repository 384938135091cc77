"""End to end: `lotse up` as a process, a person in an encrypted room, the shipped content."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.channels.matrix.conftest import Bot
from tests.emulators.matrix_newcomer import Event, Newcomer
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
        hello = await person.hears(room, "Deutsch")
        assert not person.unreadable.get(room)
        await person.say(room, "Deutsch")
        menu = await person.hears(room, "Notfall")
        assert "<ol>" in menu["content"]["formatted_body"]
        await person.react(room, menu["event_id"], "1\ufe0f\u20e3")
        topic = await person.hears(room, after(menu, person, room))
        await person.reply(room, topic["event_id"], "1")
        entry = await person.hears(room, after(topic, person, room))
        assert entry["content"]["body"] != topic["content"]["body"]
        await person.say(room, "!menu")
        await person.hears(room, again(menu, person, room))
        assert hello["sender"] == bot.user
    finally:
        for e in person.heard.get(room,[]): print("DBG", e["type"], e["sender"], e["content"])
        assert await process.stop() == 0
    log = process.log.read_text("utf-8")
    assert person.user not in log
    assert room not in log
    on_disk = b"".join(
        path.read_bytes() for path in (tmp_path / "var").rglob("*") if path.is_file()
    )
    assert b"Deutsch" not in on_disk
    assert "Traceback" not in log


def after(event: Event, person: Newcomer, room: str):  # type: ignore[no-untyped-def]
    """Return a test for a new message of the bot after `event`."""
    seen = [e["event_id"] for e in person.heard[room]]

    def fits(found: Event) -> bool:
        return (
            found["type"] == "m.room.message"
            and "m.new_content" not in found["content"]
            and found["event_id"] not in seen
            and event["event_id"] in seen
        )

    return fits


def again(event: Event, person: Newcomer, room: str):  # type: ignore[no-untyped-def]
    """Return a test for a new message with the first line of `event`."""
    new = after(event, person, room)
    first = event["content"]["body"].split("\n")[0]

    def fits(found: Event) -> bool:
        return new(found) and str(found["content"].get("body", "")).startswith(first)

    return fits
