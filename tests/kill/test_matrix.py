"""kill -9 at random moments, over encrypted Matrix rooms: nothing is lost, nothing comes twice.

The homeserver knows a transaction id that it has seen, so here no answer may arrive twice.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.emulators import synapse as emulator
from tests.emulators.matrix_newcomer import Newcomer
from tests.emulators.synapse import Synapse
from tests.kill import ledger
from tests.kill.bot_process import BotProcess

FULL = os.environ.get("LOTSE_TEST_KILLS") == "full"
KILLS = 50 if FULL else 8
PEOPLE = 3
NONE = "Darauf habe ich noch keine Antwort"

pytestmark = [pytest.mark.kill, pytest.mark.synapse]


@pytest.fixture(scope="module")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    interpreter = emulator.python()
    if interpreter is None:
        pytest.skip(emulator.MISSING)
    server = Synapse(tmp_path_factory.mktemp("synapse"), interpreter)
    server.start()
    yield server
    server.remove()


@pytest.fixture
async def people(synapse: Synapse, tmp_path: Path) -> AsyncIterator[list[Newcomer]]:
    found = [
        await Newcomer.arrive(synapse, f"killed{number}", tmp_path / f"person{number}")
        for number in range(PEOPLE)
    ]
    yield found
    for person in found:
        await person.leave_town()


async def write_on(
    person: Newcomer, room: str, name: str, written: list[str], stop: asyncio.Event
) -> None:
    """Write numbered words, never twice the same, in an uneven rhythm."""
    dice = random.Random(name)
    for number in itertools.count():
        if stop.is_set():
            return
        words = f"xq{name}-{number}"
        await person.say(room, words)
        written.append(words)
        await asyncio.sleep(dice.uniform(0.3, 1.2))


async def test_nothing_is_lost_and_nothing_comes_twice(
    synapse: Synapse, people: list[Newcomer], tmp_path: Path
) -> None:
    user = (await asyncio.to_thread(synapse.register, "killedbot", "password"))["user_id"]
    bot = BotProcess(
        tmp_path,
        LOTSE_MATRIX_HOMESERVER=synapse.url,
        LOTSE_MATRIX_USER=user,
        LOTSE_MATRIX_PASSWORD="password",
    )
    try:
        await bot.start()
        rooms, written = await kill(bot, user, people)
        await all_answered(people, rooms, written)
        assert await bot.stop() == 0
    finally:
        await bot.kill()

    books = await ledger.read(tmp_path, f"matrix:{user}", rooms)
    for person, room, words in zip(people, rooms, written, strict=True):
        asked = [w for w in books.words[room] if w.startswith("xq")]
        assert asked == words, "lost, doubled or reordered turns"
        assert set(books.answers[room][-len(asked) :]) == {1}, "every turn has one answer"
        assert answers(person, room) == len(words), "lost or doubled answers"
        assert not person.unreadable.get(room)
    assert books.open_rows == {}
    assert books.quarantined == 0
    turns = sum(len(words) for words in written)
    print(  # noqa: T201  # the figures of the run
        f"\nmatrix: {KILLS} kills, {turns} turns, lost 0, lost answers 0, doubled turns 0, "
        f"doubled sends 0, repeated safely {bot.count('delivery.repeated')}"
    )


async def kill(
    bot: BotProcess, user: str, people: list[Newcomer]
) -> tuple[list[str], list[list[str]]]:
    """Let the people write while the bot is killed; return their rooms and what they wrote."""
    dice = random.Random(11)
    rooms = [await person.invite(user, encrypted=True) for person in people]
    for person, room in zip(people, rooms, strict=True):
        await person.hears(room, "Deutsch")
        mark = person.mark(room)
        await person.say(room, "Deutsch")
        await person.hears(room, "Notfall", since=mark)
    stop = asyncio.Event()
    written: list[list[str]] = [[] for _ in people]
    writers = [
        asyncio.create_task(write_on(person, room, str(number), written[number], stop))
        for number, (person, room) in enumerate(zip(people, rooms, strict=True))
    ]
    for _ in range(KILLS):
        await asyncio.sleep(dice.uniform(0.2, 2.5))
        await bot.kill()
        await bot.start()
    stop.set()
    await asyncio.gather(*writers)
    return rooms, written


def answers(person: Newcomer, room: str) -> int:
    """Return how many answers the person sees in her room."""
    return sum(
        NONE in str(event["content"].get("body", "")) and "m.new_content" not in event["content"]
        for event in person.heard[room]
        if event["sender"] != person.user
    )


async def all_answered(people: list[Newcomer], rooms: list[str], written: list[list[str]]) -> None:
    """Wait until every word has been answered, and a moment longer for what comes twice."""
    for person, room, words in zip(people, rooms, written, strict=True):
        await person.until(
            lambda person=person, room=room, words=words: answers(person, room) >= len(words),
            patience=60.0,
        )
    await asyncio.sleep(1.0)
