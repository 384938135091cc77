"""`python -m benchmarks.desk [--quick] [--url URL]`: 200 open cases and 20 desks that listen.

A newcomer writes every second; every desk is told, and fetches what its page shows. Measured: the
time until her words are on each open page, and how long pages take that are opened meanwhile. On
SQLite, or on an empty PostgreSQL database at URL.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import aiohttp
from yarl import URL

from benchmarks.processes import ROOT, Bot, free_port
from bot.domain.staff import Role
from bot.storage import cases, migrate
from bot.storage.database import Database
from tests.web import desk_client
from tests.web.desk_client import COOKIE, Signed

KEY = bytes(range(7, 39))
CASES, DESKS, HELD = 200, 20, 5
EVERY = 1.0  # seconds between two messages
PAUSE = 0.1  # seconds between two pages that somebody opens
TOGETHER = 8
PATIENCE = 30.0
MESSAGES, FEW = 180, 40


@dataclass(slots=True)
class Written:
    """One message of a newcomer, and when it was on which page."""

    mark: str
    case: int
    at: float
    missing: set[tuple[int, str]]
    shown: dict[int, float] = field(default_factory=dict)
    everywhere: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class Watched:
    """The messages that are under way to the desks."""

    under_way: dict[str, Written] = field(default_factory=dict)

    def write(self, mark: str, case: int, desks: Sequence[Desk]) -> Written:
        """Note that a message is about to be sent: which parts of which pages are to show it."""
        parts = {(desk.number, "queue") for desk in desks}
        parts |= {(desk.number, "fresh") for desk in desks if desk.case == case}
        written = Written(mark, case, time.perf_counter(), parts)
        self.under_way[mark] = written
        return written

    def look(self, desk: int, part: str, page: str) -> None:
        """Look for the messages in what a desk has fetched."""
        now = time.perf_counter()
        for written in list(self.under_way.values()):
            if (desk, part) in written.missing and written.mark in page:
                written.missing.discard((desk, part))
                written.shown[desk] = now - written.at  # the later of two parts stands
                if not written.missing:
                    del self.under_way[written.mark]
                    written.everywhere.set()


class Desk:
    """A counsellor's open page: it listens, and fetches the parts that have changed."""

    def __init__(
        self,
        number: int,
        client: aiohttp.ClientSession,
        csrf: str,
        watched: Watched,
        case: int | None,
    ) -> None:
        self.number = number
        self.client = client
        self.csrf = csrf
        self.case = case
        self.listening = asyncio.Event()
        self._watched = watched
        self._stamps: dict[str, str] = {}
        self._wanted = {"queue": asyncio.Event(), "fresh": asyncio.Event()}

    async def run(self) -> None:
        """Keep the page up to date until cancelled."""
        of_case = f"?case={self.case}" if self.case is not None else ""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(f"/desk/events{of_case}"))
            tasks.create_task(self._keep("queue", f"/desk/queue{of_case}"))
            if self.case is not None:
                tasks.create_task(self._keep("fresh", f"/desk/cases/{self.case}/fresh"))

    async def _listen(self, path: str) -> None:
        timeout = aiohttp.ClientTimeout(total=None)
        async with self.client.get(path, timeout=timeout) as stream:
            stream.raise_for_status()
            async for line in stream.content:
                if line.startswith(b"data: {") and b'"queue"' in line:
                    news = json.loads(line[6:])
                    self._take("queue", news["queue"])
                    self._take("fresh", news["case"])
                    self.listening.set()

    def _take(self, part: str, stamp: str) -> None:
        if self._stamps.get(part) != stamp:
            self._stamps[part] = stamp
            self._wanted[part].set()

    async def _keep(self, part: str, path: str) -> None:
        """Fetch a part whenever it has changed; what changes meanwhile is fetched after that."""
        while True:
            await self._wanted[part].wait()
            self._wanted[part].clear()
            async with self.client.get(path, headers={"HX-Request": "true"}) as response:
                response.raise_for_status()
                self._watched.look(self.number, part, await response.text())

    async def post(self, case: int, act: str, **form: str) -> None:
        """Send a form."""
        data = {"csrf": self.csrf, **form}
        path = f"/desk/cases/{case}/{act}"
        async with self.client.post(path, data=data, allow_redirects=False) as response:
            if response.status != 303:
                raise RuntimeError(f"{act}: {response.status}")


class Newcomer:
    """Somebody in the web chat."""

    def __init__(self, client: aiohttp.ClientSession) -> None:
        self._client = client
        self._said = 0

    @classmethod
    async def arrive(cls, client: aiohttp.ClientSession, *, words: str) -> Newcomer:
        """Ask for a human, and write."""
        newcomer = cls(client)
        async with client.get("/") as page:
            page.raise_for_status()
            await page.read()
        for text in ("Deutsch", "/human", words):
            await newcomer.say(text)
        return newcomer

    async def say(self, text: str) -> None:
        """Write a message."""
        self._said += 1
        body = {"id": f"bench {self._said}", "text": text}
        async with self._client.post("/chat/messages", json=body) as response:
            if response.status != 202:
                raise RuntimeError(f"a message was refused: {response.status}")


@dataclass(slots=True)
class Found:
    """What was measured, in seconds."""

    shown: list[float] = field(default_factory=list)
    slowest: list[float] = field(default_factory=list)
    pages: dict[str, list[float]] = field(default_factory=dict)


def quantile(values: Sequence[float], part: float) -> float:
    """Return the value below which that part of all lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


async def hire(url: str) -> list[Signed]:
    """Make the tables and a team that is signed in."""
    migrate.upgrade(url)
    database = Database.open(url, secret=KEY)
    try:
        return [
            await desk_client.signed(database, f"c{number}", Role.COUNSELLOR, now=datetime.now(UTC))
            for number in range(DESKS)
        ]
    finally:
        await database.close()


async def numbers(url: str) -> list[int]:
    """Return the open cases."""
    database = Database.open(url, secret=KEY)
    try:
        return sorted(case.id for case in await database.read(cases.queue))
    finally:
        await database.close()


@asynccontextmanager
async def serving(url: str, folder: Path) -> AsyncIterator[tuple[Bot, str]]:
    """Run Lotse with nothing but the web."""
    port = free_port()
    settings = {
        "LOTSE_CONTENT_DIR": str(ROOT / "content"),
        "LOTSE_LOCALES_DIR": str(ROOT / "locales"),
        "LOTSE_DATA_DIR": str(folder),
        "LOTSE_DATABASE_URL": url.replace("postgresql+psycopg://", "postgresql://", 1),
        "LOTSE_SECRET_KEY": base64.urlsafe_b64encode(KEY).decode(),
        "LOTSE_WEB_PORT": str(port),
    }
    bot = Bot(["-m", "bot", "up"], settings, folder)
    address = f"http://127.0.0.1:{port}"
    try:
        async with aiohttp.ClientSession(address) as client, asyncio.timeout(PATIENCE):
            while not await _answers(client):
                if not bot.alive():
                    raise RuntimeError(bot.log_tail())
                await asyncio.sleep(0.05)
        yield bot, address
    finally:
        await asyncio.to_thread(bot.stop)


async def _answers(client: aiohttp.ClientSession) -> bool:
    try:
        async with client.get("/healthz") as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


async def several(work: Sequence[Callable[[], Awaitable[object]]]) -> None:
    """Do work, a few at a time."""
    left = iter(work)

    async def some() -> None:
        for each in left:
            await each()

    await asyncio.gather(*(some() for _ in range(TOGETHER)))


class Bench:
    """One run."""

    def __init__(self, stack: AsyncExitStack, address: str, team: Sequence[Signed]) -> None:
        self._stack = stack
        self._address = address
        self._team = team
        self._watched = Watched()
        self._speakers: list[Newcomer] = []
        self._chance = random.Random(3)

    async def _client(self) -> aiohttp.ClientSession:
        jar = aiohttp.CookieJar(unsafe=True)  # addresses have cookies too
        headers = {"Origin": self._address, "Accept-Language": "de"}
        session = aiohttp.ClientSession(self._address, cookie_jar=jar, headers=headers)
        return await self._stack.enter_async_context(session)

    async def fill(self) -> None:
        """Have everybody ask for a human: first those who will write, in order."""

        async def arrive(number: int) -> Newcomer:
            words = f"Ich verstehe den Brief Nummer {number} nicht. Was soll ich damit tun?"
            return await Newcomer.arrive(await self._client(), words=words)

        for number in range(DESKS):
            self._speakers.append(await arrive(number))

        await several([partial(arrive, number) for number in range(DESKS, CASES)])

    async def open(self, open_cases: Sequence[int]) -> list[Desk]:
        """Take half of the cases, and open the desks: half of them at a case."""
        desks = []
        for number, signed in enumerate(self._team):
            client = await self._client()
            client.cookie_jar.update_cookies({COOKIE: signed.token}, URL(self._address))
            case = open_cases[number] if number % 2 else None
            desks.append(Desk(number, client, signed.csrf, self._watched, case))
        for desk in desks:
            for case in open_cases[desk.number :: DESKS][:HELD]:
                await desk.post(case, "claim")
        return desks

    async def measure(self, desks: Sequence[Desk], open_cases: Sequence[int], many: int) -> Found:
        """Let newcomers write while somebody opens pages."""
        found = Found()
        pages = asyncio.create_task(self._read_pages(desks[0].client, open_cases, found))
        for number in range(many):
            began = time.perf_counter()
            at = self._chance.randrange(len(self._speakers))
            written = self._watched.write(f"mark-{number:04}.", open_cases[at], desks)
            await self._speakers[at].say(f"Noch eine Frage, {written.mark}")
            async with asyncio.timeout(PATIENCE):
                await written.everywhere.wait()
            found.shown += written.shown.values()
            found.slowest.append(max(written.shown.values()))
            await asyncio.sleep(max(0.0, EVERY - (time.perf_counter() - began)))
        pages.cancel()
        await asyncio.gather(pages, return_exceptions=True)
        return found

    async def _read_pages(
        self, client: aiohttp.ClientSession, open_cases: Sequence[int], found: Found
    ) -> None:
        while True:
            case = self._chance.choice(open_cases)
            for name, path in (
                ("queue", "/desk"),
                ("case", f"/desk/cases/{case}"),
                ("search", "/desk/search"),
            ):
                began = time.perf_counter()
                async with client.get(path) as response:
                    response.raise_for_status()
                    await response.read()
                found.pages.setdefault(name, []).append(time.perf_counter() - began)
                await asyncio.sleep(PAUSE)


async def bench(url: str | None, folder: Path, many: int) -> None:
    """Measure everything and print it."""
    where = url or f"sqlite:///{folder / 'lotse.db'}"
    team = await hire(where)
    async with serving(where, folder) as (bot, address), AsyncExitStack() as stack:
        run = Bench(stack, address, team)
        say(f"{CASES} newcomers ask for a human")
        await run.fill()
        open_cases = await numbers(where)
        if len(open_cases) != CASES:
            raise RuntimeError(f"{len(open_cases)} open cases: the database was not empty")
        desks = await run.open(open_cases)
        living = [asyncio.create_task(desk.run()) for desk in desks]
        await asyncio.gather(*(desk.listening.wait() for desk in desks))
        await asyncio.sleep(2)
        say(f"{many} messages, one a second; {DESKS} desks listen")
        cpu = bot.cpu()
        found = await run.measure(desks, open_cases, many)
        cpu = bot.cpu() - cpu
        for each in living:
            each.cancel()
        await asyncio.gather(*living, return_exceptions=True)
        report(found, cpu=cpu, rss=bot.rss())


def report(found: Found, *, cpu: float, rss: float) -> None:
    """Print the figures."""
    print(f"{CASES} open cases, {DESKS} desks, {len(found.slowest)} messages of newcomers")
    print(
        f"on an open page (goal p99 < 1 s): p50 {1000 * quantile(found.shown, 0.5):.0f} ms,"
        f" p95 {1000 * quantile(found.shown, 0.95):.0f} ms,"
        f" p99 {1000 * quantile(found.shown, 0.99):.0f} ms,"
        f" slowest {1000 * max(found.shown):.0f} ms ({len(found.shown)} pages)"
    )
    print(f"on all {DESKS} pages: p99 {1000 * quantile(found.slowest, 0.99):.0f} ms")
    for name, values in found.pages.items():
        print(
            f"page {name} (goal p95 < 150 ms): p50 {1000 * quantile(values, 0.5):.0f} ms,"
            f" p95 {1000 * quantile(values, 0.95):.0f} ms ({len(values)} pages)"
        )
    print(f"CPU {1000 * cpu / len(found.slowest):.0f} ms a message with all pages, {rss:.0f} MB")


def say(words: str) -> None:
    """Show progress."""
    print(f"[{time.strftime('%H:%M:%S')}] {words}", file=sys.stderr, flush=True)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short run, for a first look")
    parser.add_argument("--url", help="an empty PostgreSQL database, postgresql+psycopg://...")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lotse-bench-") as folder:
        many = FEW if arguments.quick else MESSAGES
        asyncio.run(bench(arguments.url, Path(folder), many))


if __name__ == "__main__":
    main()
