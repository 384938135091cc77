"""kill -9 at random moments with a staff group: no word of hers and no answer of a counsellor is
lost, in order, and no act is done twice.

As everywhere on Telegram, what was being sent at the moment of a kill may come twice.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app.database import open_database, upgrade_database
from bot.app.secret import secret_key
from bot.domain.case import CaseStatus
from bot.service import staff as team
from bot.settings import Settings
from bot.storage import case_entries, cases, conversations
from bot.storage import staff as accounts
from bot.storage.database import Database
from bot.storage.transaction import Tx
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.state import Message, Topic
from tests.emulators.telegram.user import Group, User
from tests.kill.bot_process import BotProcess

FULL = os.environ.get("LOTSE_TEST_KILLS") == "full"
KILLS = 50 if FULL else 4
NUMBER = re.compile(r"(?:xq|yz)-\d+")

pytestmark = pytest.mark.kill


async def linked(folder: Path) -> str:
    """Make the database with one counsellor; return the code that links her."""
    settings = Settings(_env_file=None, data_dir=folder / "var")
    upgrade_database(settings)
    database = open_database(settings)

    def add(tx: Tx) -> str:
        now = datetime.now(UTC)
        person = accounts.add(
            tx, name="jana", shown_name="Jana", roles={"counsellor"}, languages=("de",), now=now
        )
        return team.link_code(tx, person.id, now)

    code = await database.write(add)
    await database.close()
    return code


async def entries(folder: Path) -> tuple[list[str], list[CaseStatus]]:
    """The kinds of what was written down in all cases, and where they stand."""
    database = Database.open(
        f"sqlite:///{folder / 'var' / 'lotse.db'}", secret=await asyncio.to_thread(_key, folder)
    )

    def read(tx: Tx) -> tuple[list[str], list[CaseStatus]]:
        kinds, states = [], []
        for case in cases.queue(tx):
            hers = conversations.by_id(tx, case.conversation_id)
            assert hers is not None
            kinds += [entry.kind for entry in case_entries.of_case(tx, hers, case.id)]
            states.append(case.status)
        return kinds, states

    found = await database.read(read)
    await database.close()
    return found


def _key(folder: Path) -> bytes:
    return secret_key(Settings(_env_file=None, data_dir=folder / "var"))


async def test_nothing_is_lost_between_her_and_the_team(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    code = await linked(tmp_path)
    dice = random.Random(11)
    async with TelegramEmulator() as emulator:
        chief = emulator.user("Chef", language_code="de")
        group = emulator.group("Beratung", chief, forum=True)
        bot = BotProcess(
            tmp_path,
            LOTSE_TELEGRAM_TOKEN=emulator.token,
            LOTSE_TELEGRAM_API_URL=emulator.url,
            LOTSE_TELEGRAM_STAFF_CHAT=str(group.id),
        )
        await bot.start()
        jana, olena = emulator.user("Jana"), emulator.user(language_code="de")
        jana.say(f"/link {code}", group=group)
        await jana.wait_for("Sie sind hier Jana", group=group, timeout=20)
        olena.say("/start")
        await olena.wait_for(lambda m: "Deutsch" in m.labels, timeout=20)
        olena.press("Deutsch")
        await olena.wait_for(lambda m: "Notfall" in m.labels, timeout=20)
        olena.say("/human")
        topic = await the_topic(emulator, group)
        asked: list[str] = []
        answered: list[str] = []
        stop = asyncio.Event()
        writers = [
            asyncio.create_task(write_on(olena, "xq", asked, stop)),
            asyncio.create_task(write_on(jana, "yz", answered, stop, group, topic)),
        ]
        for _ in range(KILLS):
            await asyncio.sleep(dice.uniform(0.3, 1.5))
            await bot.kill()
            await bot.start()
        stop.set()
        await asyncio.gather(*writers)
        program = emulator.state.bot

        def there() -> bool:
            in_topic = [one for one in group.in_topic(topic) if one.sender is program]
            return set(numbers(in_topic)) >= set(asked) and set(numbers(olena.answers)) >= set(
                answered
            )

        await emulator.wait_until(there, timeout=120)
        posts = [one for one in group.in_topic(topic) if one.sender is program]
        assert await bot.stop() == 0
    hers, theirs = numbers(posts), numbers(olena.answers)
    assert list(dict.fromkeys(hers)) == asked
    assert list(dict.fromkeys(theirs)) == answered
    doubled = sum(hers.count(each) > 1 for each in asked)
    assert doubled <= KILLS * 10  # a joined message comes twice as a whole
    assert sum(theirs.count(each) > 1 for each in answered) <= KILLS
    kinds, states = await entries(tmp_path)
    assert kinds.count("reply") == len(answered), "each answer is one act"
    assert states == [CaseStatus.WITH_COUNSELLOR]


def numbers(messages: list[Message]) -> list[str]:
    return [each for one in messages for each in NUMBER.findall(one.text)]


async def the_topic(emulator: TelegramEmulator, group: Group) -> Topic:
    def found() -> Topic | None:
        return next((one for one in group.chat.topics.values() if group.in_topic(one)), None)

    topic: Topic = await emulator.wait_until(found, timeout=20)
    return topic


async def write_on(  # noqa: PLR0917 - who, what, where to, until when
    user: User,
    mark: str,
    written: list[str],
    stop: asyncio.Event,
    group: Group | None = None,
    topic: Topic | None = None,
) -> None:
    """Write numbered words, never twice the same, in an uneven rhythm."""
    dice = random.Random(mark)
    while not stop.is_set():
        words = f"{mark}-{len(written)}"
        written.append(words)
        user.say(words, group=group, thread_id=topic.id if topic is not None else None)
        await asyncio.sleep(dice.uniform(0.1, 0.5))
