"""kill -9 at random moments, over Telegram: nothing she wrote is lost, every answer arrives, no
turn is done twice.

Telegram has no idempotency key, so a send that was cut may arrive twice: at most one per kill, and
counted in the log.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.user import User
from tests.kill import ledger
from tests.kill.bot_process import BotProcess

FULL = os.environ.get("LOTSE_TEST_KILLS") == "full"
KILLS = 100 if FULL else 6  # of each of the two modes
PEOPLE = 4
NONE = "Darauf habe ich noch keine Antwort"

pytestmark = pytest.mark.kill


async def write_on(user: User, written: list[str], stop: asyncio.Event) -> None:
    """Write numbered words, never twice the same, in an uneven rhythm."""
    dice = random.Random(user.id)
    while not stop.is_set():
        words = f"xq{user.id}-{len(written)}"
        written.append(words)
        user.say(words)
        await asyncio.sleep(dice.uniform(0.02, 0.25))


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_nothing_is_lost(mode: str, tmp_path: Path) -> None:
    dice = random.Random(7)
    async with TelegramEmulator() as emulator:
        settings = {
            "LOTSE_TELEGRAM_TOKEN": emulator.token,
            "LOTSE_TELEGRAM_API_URL": emulator.url,
            "LOTSE_TELEGRAM_MODE": mode,
        }
        bot = BotProcess(tmp_path, **settings)
        if mode == "webhook":
            settings["LOTSE_PUBLIC_URL"] = bot.url
            port = bot.port
            bot = BotProcess(tmp_path, **settings, LOTSE_WEB_PORT=str(port))
            bot.port = port
        await bot.start()
        people = [emulator.user(language_code="de") for _ in range(PEOPLE)]
        for user in people:
            user.say("/start")
            await user.wait_for(lambda m: "Deutsch" in m.labels, timeout=20)
            user.press("Deutsch")
            await user.wait_for(lambda m: "Notfall" in m.labels, timeout=20)
        stop = asyncio.Event()
        written: dict[int, list[str]] = {user.id: [] for user in people}
        writers = [asyncio.create_task(write_on(user, written[user.id], stop)) for user in people]
        for _ in range(KILLS):
            await asyncio.sleep(dice.uniform(0.05, 1.2))
            await bot.kill()
            await bot.start()
        stop.set()
        await asyncio.gather(*writers)
        await all_answered(emulator, people, written)
        account = f"telegram:{emulator.token.partition(':')[0]}"
        addresses = [str(user.id) for user in people]
        async with asyncio.timeout(60):  # doubled sends count as answers: look whether all is out
            while (await ledger.read(tmp_path, account, addresses)).open_rows:
                await asyncio.sleep(0.5)
        assert await bot.stop() == 0
        books = await ledger.read(tmp_path, account, addresses)
    doubled = 0
    for user in people:
        asked = [w for w in books.words[str(user.id)] if w.startswith("xq")]
        assert asked == written[user.id], "lost, doubled or reordered turns"
        answered = books.answers[str(user.id)][-len(asked) :]
        assert set(answered) == {1}, "every turn has one answer"
        arrived = sum(NONE in message.text for message in user.answers)
        assert arrived >= len(asked), "lost answers"
        doubled += arrived - len(asked)
    assert books.open_rows == {}
    assert books.quarantined == 0
    assert doubled <= KILLS, "at most one possible duplicate per kill"
    assert doubled <= bot.count("delivery.repeated"), "every possible duplicate is counted"
    turns = sum(len(words) for words in written.values())
    print(  # noqa: T201  # the figures of the run
        f"\n{mode}: {KILLS} kills, {turns} turns, lost 0, lost answers 0, doubled turns 0, "
        f"doubled sends {doubled}, counted {bot.count('delivery.repeated')}"
    )


async def all_answered(
    emulator: TelegramEmulator, people: list[User], written: dict[int, list[str]]
) -> None:
    """Wait until every word has been answered and nothing is under way."""
    async with asyncio.timeout(60):
        while True:
            counts = Counter(
                {user.id: sum(NONE in m.text for m in user.answers) for user in people}
            )
            done = all(counts[user.id] >= len(written[user.id]) for user in people)
            if done and not emulator.updates.pending:
                return
            await asyncio.sleep(0.1)
