"""kill -9 at random moments while counsellors work at the desk: no message, note, claim or draft
that was acknowledged is lost, and none is done twice.

Counsellors' browsers send a form again under its own key until it is answered; so do these here.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bot.app.database import open_database, upgrade_database
from bot.domain.staff import Role
from bot.service.cases.entries import Note, Reply, load
from bot.settings import Settings
from bot.storage import audit, case_entries, cases, conversations, drafts
from bot.storage.database import Database
from bot.storage.transaction import Tx
from tests.app.visitor import Visitor
from tests.kill.bot_process import BotProcess
from tests.web import desk_client
from tests.web.desk_client import COOKIE, Signed

FULL = os.environ.get("LOTSE_TEST_KILLS") == "full"
KILLS = 60 if FULL else 4
PEOPLE = 3
TEAM = ("jana", "mirek", "nina")
POOL = KILLS * 2
"""Cases that everybody of the team tries to take at once."""
AGAIN = 0.1
NUMBER = re.compile(r"(?:hers|reply)-\d+")

pytestmark = pytest.mark.kill


@dataclass
class Books:
    """What was acknowledged, case by case."""

    words: dict[int, list[str]] = field(default_factory=dict)
    replies: dict[int, list[str]] = field(default_factory=dict)
    notes: dict[int, list[str]] = field(default_factory=dict)
    drafts: dict[tuple[int, str], str] = field(default_factory=dict)
    taken: dict[int, list[str]] = field(default_factory=dict)
    repeated: int = 0
    """Requests that were cut and sent again."""


@dataclass
class Counsellor:
    """Somebody at the desk, with a browser that does not give up."""

    name: str
    client: httpx.AsyncClient
    csrf: str
    books: Books

    async def post(self, case: int, act: str, **form: str) -> httpx.Response:
        """Send a form until it is answered."""
        path, body = f"/desk/cases/{case}/{act}", {"csrf": self.csrf, **form}
        while True:
            try:
                return await self.client.post(path, data=body)
            except httpx.TransportError:
                self.books.repeated += 1
                await asyncio.sleep(AGAIN)

    async def done(self, case: int, act: str, **form: str) -> None:
        """Send a form that nothing may refuse."""
        response = await self.post(case, act, **form)
        assert response.status_code in {200, 303}, (act, response.status_code)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Database]:
    database = open_database(Settings(_env_file=None, data_dir=folder / "var"))
    yield database
    await database.close()


async def hired(folder: Path) -> dict[str, Signed]:
    """Make the database with a team that is signed in."""
    upgrade_database(Settings(_env_file=None, data_dir=folder / "var"))
    now = datetime.now(UTC)
    async with opened(folder) as database:
        return {
            name: await desk_client.signed(database, name, Role.COUNSELLOR, now=now)
            for name in TEAM
        }


async def arrived(stack: AsyncExitStack, url: str) -> Visitor:
    """Somebody in the web chat who asks for a human."""
    client = await stack.enter_async_context(httpx.AsyncClient(base_url=url))
    await client.get("/")
    visitor = Visitor(client)
    german = next(
        one for one in (await visitor.history())[-1]["choices"] if one["label"] == "Deutsch"
    )
    assert (await visitor.post(choice=german["id"])).status_code == 202
    assert (await visitor.post(text="/human")).status_code == 202
    return visitor


async def write_on(visitor: Visitor, words: list[str], stop: asyncio.Event) -> None:
    """Write numbered words, each under one id until it is taken."""
    dice = random.Random(1)
    while not stop.is_set():
        text = f"hers-{len(words)}"
        words.append(text)
        body = {"id": text, "text": text}
        while True:
            try:
                response = await visitor.client.post("/chat/messages", json=body)
            except httpx.TransportError:
                await asyncio.sleep(AGAIN)
                continue
            if response.status_code == 202:
                break
            assert response.status_code in {429, 503}, response.status_code
            await asyncio.sleep(1)
        await asyncio.sleep(dice.uniform(0.3, 0.8))


async def work_on(who: Counsellor, case: int, stop: asyncio.Event) -> None:
    """Answer, note and type in one case, without rest."""
    books, dice = who.books, random.Random(case)
    replies, notes = books.replies.setdefault(case, []), books.notes.setdefault(case, [])
    while not stop.is_set():
        number = len(replies)
        replies.append(f"reply-{number}")
        notes.append(f"note-{number}")
        await who.done(case, "reply", text=replies[-1], key=f"r{number}")
        await who.done(case, "note", text=notes[-1], key=f"n{number}")
        await who.done(case, "draft", text=f"draft-{number}")
        books.drafts[case, who.name] = f"draft-{number}"
        await asyncio.sleep(dice.uniform(0.0, 0.1))


async def take_all(who: Counsellor, pool: Iterator[int], stop: asyncio.Event) -> None:
    """Try to take case after case, as the others do at the same time."""
    dice = random.Random(who.name)
    for case in pool:
        response = await who.post(case, "claim")
        assert response.status_code in {303, 409}, response.status_code
        if response.status_code == 303:
            who.books.taken.setdefault(case, []).append(who.name)
        else:
            assert "hat diesen Fall vor Ihnen genommen" in response.text
        if not stop.is_set():
            await asyncio.sleep(dice.uniform(0.1, 0.4))


async def test_nothing_done_at_the_desk_is_lost(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    signed, books, dice = await hired(tmp_path), Books(), random.Random(23)
    bot = BotProcess(tmp_path)
    await bot.start()
    async with AsyncExitStack() as stack:
        visitors = [await arrived(stack, bot.url) for _ in range(PEOPLE)]
        mine = await open_cases(tmp_path)
        for _ in range(POOL):
            await arrived(stack, bot.url)
        pool = [case for case in await open_cases(tmp_path) if case not in mine]
        assert (len(mine), len(pool)) == (PEOPLE, POOL)
        team = [await at_the_desk(stack, bot.url, name, signed[name], books) for name in TEAM]
        for who, case in zip(team, mine, strict=True):
            await who.done(case, "claim")
            books.taken[case] = [who.name]
        stop = asyncio.Event()
        writing = [
            asyncio.create_task(write_on(each, books.words.setdefault(case, []), stop))
            for each, case in zip(visitors, mine, strict=True)
        ]
        working = [
            asyncio.create_task(work_on(who, case, stop))
            for who, case in zip(team, mine, strict=True)
        ]
        taking = [asyncio.create_task(take_all(who, iter(pool), stop)) for who in team]
        for _ in range(KILLS):
            await asyncio.sleep(dice.uniform(0.2, 1.2))
            await bot.kill()
            await bot.start()
        stop.set()
        await asyncio.gather(*writing, *working, *taking)
        for case, visitor in zip(mine, visitors, strict=True):
            talk = await visitor.history()
            asked = [one["text"] for one in talk if one["from"] == "me"]
            assert [each for each in asked if NUMBER.fullmatch(each)] == books.words[case]
            heard = [one["html"] for one in talk if one["from"] == "human"]
            assert [found for each in heard for found in NUMBER.findall(each)] == (
                books.replies[case]
            ), "what reached her"
        assert await bot.stop() == 0
    assert sorted(books.taken) == sorted([*mine, *pool])
    assert {len(names) for names in books.taken.values()} == {1}, "one gets it"
    async with opened(tmp_path) as database:
        await database.read(lambda tx: compare(tx, books, signed))
    print(  # noqa: T201  # the figures of the run
        f"\ndesk: {KILLS} kills, {sum(map(len, books.replies.values()))} answers and as many notes"
        f" and drafts, {len(pool)} cases taken by one of {len(TEAM)}, {books.repeated} requests"
        " sent again, lost 0, doubled 0"
    )


async def at_the_desk(
    stack: AsyncExitStack, url: str, name: str, signed: Signed, books: Books
) -> Counsellor:
    """Give somebody of the team a browser."""
    headers = {"Origin": url, "Accept-Language": "de"}
    client = await stack.enter_async_context(httpx.AsyncClient(base_url=url, headers=headers))
    desk_client.plant(client, COOKIE, signed.token)
    assert (await client.get("/desk")).status_code == 200
    return Counsellor(name, client, signed.csrf, books)


async def open_cases(folder: Path) -> list[int]:
    async with opened(folder) as database:
        return sorted(case.id for case in await database.read(cases.queue))


def compare(tx: Tx, books: Books, signed: Mapping[str, Signed]) -> None:
    """Hold what was acknowledged against what the database has."""
    for number, (name,) in books.taken.items():
        case = cases.get(tx, number)
        assert case is not None
        assert case.assignee == signed[name].staff_id
        hers = conversations.by_id(tx, case.conversation_id)
        assert hers is not None
        kept = [load(entry) for entry in case_entries.of_case(tx, hers, number)]
        replies = [each.text for each in kept if isinstance(each, Reply)]
        notes = [each.text for each in kept if isinstance(each, Note)]
        assert replies == books.replies.get(number, [])
        assert notes == books.notes.get(number, [])
        log = [row.action for row in audit.read(tx, case_id=number, limit=100_000)]
        assert log.count("case.claim") == 1
        assert log.count("case.reply") == len(replies)
        assert log.count("case.note") == len(notes)
        if number in books.replies:
            draft = drafts.get(tx, hers, number, signed[name].staff_id)
            assert draft is not None
            assert draft.body.decode() == books.drafts[number, name]
