"""An appointment in an encrypted Matrix room, in Arabic, by numbers alone: booked, its calendar
file, moved and cancelled.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import App
from bot.domain import texts_booking as said
from bot.domain.appointment import AppointmentStatus
from bot.domain.texts import Text
from bot.storage import appointments
from tests.app.booking_site import beginning, plain, running
from tests.emulators import synapse as homeserver
from tests.emulators.matrix_newcomer import Event, Newcomer
from tests.emulators.synapse import Synapse

pytestmark = [
    pytest.mark.synapse,
    pytest.mark.slow,
    pytest.mark.skipif(homeserver.python() is None, reason=homeserver.MISSING),
]
CODE = re.compile(r"\b[A-Z2-9]{4}\b")


@pytest.fixture
def synapse(tmp_path: Path) -> Iterator[Synapse]:
    interpreter = homeserver.python()
    assert interpreter is not None
    server = Synapse(tmp_path / "synapse", interpreter)
    server.start()
    yield server
    server.remove()


class Karim:
    """Answers with the number that stands before a label."""

    def __init__(self, app: App, person: Newcomer, room: str) -> None:
        self.app, self.person, self.room = app, person, room
        self.shown = ""

    async def hears(self, wanted: str, since: int = 0) -> str:
        """Wait for words; keep what stands there."""

        def fits(event: Event) -> bool:
            content = event["content"]
            return wanted in plain(str(content.get("body"))) and "m.new_content" not in content

        event = await self.person.hears(self.room, fits, since=since)
        self.shown = plain(str(event["content"]["body"]))
        return self.shown

    def number(self, label: str) -> str:
        """The number before a label."""
        found = re.search(rf"(\d+)\W+{re.escape(label)}", self.shown)
        assert found is not None, (label, self.shown)
        return found[1]

    async def answers(self, number: str, wanted: Text | str) -> str:
        since = self.person.mark(self.room)
        await self.person.say(self.room, number)
        words = wanted if isinstance(wanted, str) else beginning(self.app, wanted, "ar")
        return await self.hears(words, since)

    def words(self, text: Text) -> str:
        return plain(self.app.catalogue().words(text, "ar"))


async def test_by_numbers_alone(tmp_path: Path, synapse: Synapse) -> None:
    bot = await asyncio.to_thread(synapse.register, "lotse", "password")
    settings = {
        "matrix_homeserver": synapse.url,
        "matrix_user": bot["user_id"],
        "matrix_password": "password",
    }
    person = await Newcomer.arrive(synapse, "karim", tmp_path / "karim")
    try:
        async with running(tmp_path / "var", **settings) as (app, _):
            room = await person.invite(bot["user_id"], encrypted=True)
            karim = Karim(app, person, room)
            await books(karim)
            await moves_and_cancels(karim)
            assert not person.unreadable.get(room)
    finally:
        await person.leave_town()


async def books(karim: Karim) -> None:
    await karim.hears("العربية")
    await karim.answers(karim.number("العربية"), karim.words(said.BOOK))
    await karim.answers(karim.number(karim.words(said.BOOK)), said.SERVICE)
    for question in (said.PLACE, said.LANGUAGE, said.DAY, said.TIME, said.CHECK):
        await karim.answers("1", question)
    since = karim.person.mark(karim.room)
    done = await karim.answers("1", said.DONE)
    code = CODE.findall(done)[-1]
    await karim.hears(beginning(karim.app, said.ASK_REMINDERS, "ar"), since)
    await karim.answers("1", said.REMINDED)
    since = karim.person.mark(karim.room)
    await karim.person.say(karim.room, karim.number(karim.words(said.FILE)))
    file = await karim.person.hears(
        karim.room, lambda event: event["content"].get("msgtype") == "m.file", since=since
    )
    assert file["content"]["body"] == f"{code}.ics"
    assert "url" not in file["content"], "the file is encrypted"
    await karim.hears(beginning(karim.app, said.FILE_HERE, "ar"), since)


async def moves_and_cancels(karim: Karim) -> None:
    await karim.answers(karim.number(karim.words(said.MOVE)), said.BETTER)
    await karim.answers("1", said.CHECK)
    moved = await karim.answers(karim.number(karim.words(said.MOVE_CONFIRM)), said.MOVED)
    code = CODE.findall(moved)[-1]
    booked = await karim.app.database.read(lambda tx: appointments.by_code(tx, code))
    assert booked is not None
    assert booked.status is AppointmentStatus.BOOKED
    await karim.answers(karim.number(karim.words(said.CANCEL)), said.CANCEL_SURE)
    await karim.answers(karim.number(karim.words(said.CANCEL_YES)), said.CANCELLED)
    now = await karim.app.database.read(lambda tx: appointments.get(tx, booked.id))
    assert now is not None
    assert now.status is AppointmentStatus.CANCELLED
