"""`python -m benchmarks [--quick]`: both bots side by side, one table at the end."""

from __future__ import annotations

import argparse
import asyncio
import base64
import itertools
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.faq import Recorder, all_walks
from benchmarks.fill import fill, returners
from benchmarks.load import CONNECTIONS, SECRET, TOKEN, Load, Run, StuckError, Telegram
from benchmarks.people import FIRST_PERSON, Person, Walk, newcomers
from benchmarks.processes import ROOT, Bot, free_port
from benchmarks.table import Cost, Figures, cpu_per_update, table
from bot.content.load import load as load_content
from bot.domain.errors import LotseError
from bot.storage import migrate

KEY = bytes(range(7, 39))
PACE = 50
SETTLED = 0.5  # seconds after which the last marks are written
LINGER = 0.3  # seconds that people look at an answer while it is written down

Spawn = Callable[[int, str], Bot]
"""Starts a bot that listens on a port and finds Telegram at an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much of everything."""

    rounds: int
    updates: int
    seconds: float
    conversations: int
    turns: int
    turn_rounds: int


FULL = Plan(
    rounds=3,
    updates=4_000,
    seconds=20.0,
    conversations=200_000,
    turns=1_000,
    turn_rounds=5,
)
QUICK = Plan(rounds=1, updates=1_500, seconds=6.0, conversations=5_000, turns=400, turn_rounds=2)


@dataclass(slots=True)
class Subject:
    """One running bot, with a Telegram of its own."""

    name: str
    telegram: Telegram
    bot: Bot
    load: Load
    people: Iterator[Person]
    figures: Figures = field(default_factory=Figures)

    async def measured(self, run: Awaitable[Run]) -> tuple[Run, float]:
        """Return what a run found, and the CPU seconds that it cost the bot."""
        before = self.bot.cpu()
        found = await run
        await asyncio.sleep(SETTLED)
        return found, self.bot.cpu() - before


@asynccontextmanager
async def running(name: str, spawn: Spawn, people: Iterator[Person]) -> AsyncIterator[Subject]:
    """Start a bot, wait for its first answer, and end it; show its log if anything goes wrong."""
    telegram = Telegram()
    await telegram.open()
    port = free_port()
    bot = spawn(port, telegram.url)
    subject = Subject(name, telegram, bot, Load(telegram, port), people)
    newcomer = Person(chat_id=FIRST_PERSON - 1, language="de", steps=("/start",))
    try:
        subject.figures.first_answer = await subject.load.first_answer(
            newcomer, bot.started, alive=bot.alive
        )
        yield subject
    except Exception:
        print(f"--- {name} said:\n{bot.log_tail()}", file=sys.stderr)
        raise
    finally:
        bot.stop()
        telegram.close()


def lotse(folder: Path, port: int, api: str) -> Bot:
    """Start Lotse as an administrator would, with nothing but Telegram."""
    settings = {
        "LOTSE_CONTENT_DIR": str(ROOT / "content"),
        "LOTSE_LOCALES_DIR": str(ROOT / "locales"),
        "LOTSE_DATA_DIR": str(folder),
        "LOTSE_SECRET_KEY": base64.urlsafe_b64encode(KEY).decode(),
        "LOTSE_WEB_PORT": str(port),
        "LOTSE_TELEGRAM_TOKEN": TOKEN,
        "LOTSE_TELEGRAM_API_URL": api,
        "LOTSE_TELEGRAM_MODE": "webhook",
        "LOTSE_TELEGRAM_WEBHOOK_SECRET": SECRET,
    }
    return Bot(["-m", "bot", "up"], settings, folder)


def plain(folder: Path, faq: Path, port: int, api: str) -> Bot:
    """Start the rival."""
    database = folder / "plain.db"
    return Bot(["-m", "benchmarks.baseline", str(faq), str(database), api, str(port)], {}, folder)


def make_database(folder: Path) -> str:
    """Make Lotse's folder and tables; return the database's address."""
    folder.mkdir(parents=True)
    url = f"sqlite:///{folder / 'lotse.db'}"
    migrate.upgrade(url)
    return url


async def bench(plan: Plan, folder: Path) -> str:
    """Measure everything; return the table."""
    walks = all_walks(load_content(ROOT / "content", ROOT / "locales"))
    ours, rival = await _side_by_side(plan, folder, walks)
    german = [walk for walk in walks if walk.language == "de"]
    return table(ours, rival, await _cost(plan, folder, german))


async def _side_by_side(plan: Plan, folder: Path, walks: list[Walk]) -> tuple[Figures, Figures]:
    """Let both bots answer the same load in turn."""
    faq = folder / "faq.json"
    make_database(folder / "lotse")
    (folder / "plain").mkdir()
    say(f"Lotse starts; {len(walks)} walks are written down for the plain bot")
    async with running("Lotse", partial(lotse, folder / "lotse"), newcomers(walks)) as ours:
        await _record(ours, walks, faq)
        say("the plain bot starts and warms up")
        spawn = partial(plain, folder / "plain", faq)
        async with running("plain bot", spawn, newcomers(walks)) as rival:
            await rival.load.flat_out(itertools.islice(rival.people, len(walks)), steps(walks))
            both = ours, rival
            for subject in both:
                subject.figures.rss_before = subject.bot.rss()
            for number in range(1, plan.rounds + 1):
                for subject in both:
                    await _round(plan, subject, f"round {number} of {plan.rounds}")
            for subject in both:
                subject.figures.rss_after = subject.bot.rss()
    return ours.figures, rival.figures


async def _record(subject: Subject, walks: list[Walk], faq: Path) -> None:
    """Send one person on each walk and write down what they are shown."""
    recorder = Recorder(walks)
    subject.telegram.on_act = recorder.acted
    subject.telegram.on_shown = recorder.saw
    some = itertools.islice(subject.people, len(walks))
    await subject.load.flat_out(some, steps(walks), linger=LINGER)
    subject.telegram.on_act = subject.telegram.on_shown = None
    recorder.write(faq)


async def _round(plan: Plan, subject: Subject, where: str) -> None:
    figures, load, people = subject.figures, subject.load, subject.people
    say(f"{where}: {subject.name}, {plan.updates} updates on {CONNECTIONS} connections")
    run, cpu = await subject.measured(load.flat_out(people, plan.updates))
    figures.flat_out.append((run, cpu))
    say(f"    {run.updates / run.seconds:.0f} a second, {1000 * cpu / run.updates:.2f} ms CPU each")
    say(f"{where}: {subject.name}, {PACE} a second for {plan.seconds:.0f} s")
    run, cpu = await subject.measured(load.at_pace(people, PACE, plan.seconds))
    figures.at_pace.append((run, cpu))
    say(f"    {1000 * cpu / run.updates:.2f} ms CPU each, {run.refused} refused")


async def _cost(plan: Plan, folder: Path, walks: list[Walk]) -> Cost:
    """Measure what a turn costs Lotse with one conversation and with very many, in turn."""
    async with AsyncExitStack() as stack:
        subjects: list[Subject] = []
        for count in (1, plan.conversations):
            here = folder / f"filled-{count}"
            await fill(make_database(here), KEY, count, "de", _progress)
            bot = running("Lotse", partial(lotse, here), returners(count, walks))
            subjects.append(await stack.enter_async_context(bot))
        for subject in subjects:
            await subject.load.flat_out(subject.people, plan.turns, connections=1)
        for number in range(1, plan.turn_rounds + 1):
            for subject, count in zip(subjects, (1, plan.conversations), strict=True):
                load = subject.load.flat_out(subject.people, plan.turns, connections=1)
                run, cpu = await subject.measured(load)
                subject.figures.flat_out.append((run, cpu))
                cost = 1000 * cpu / run.updates
                say(f"round {number}: {cost:.2f} ms CPU a turn with {count} conversations")
    few, many = (cpu_per_update(subject.figures.flat_out) for subject in subjects)
    return Cost(few=few, many=many, conversations=plan.conversations)


def steps(walks: list[Walk]) -> int:
    """Return how many steps it takes to go all walks once."""
    return sum(len(walk.steps) for walk in walks)


def _progress(done: int, count: int) -> None:
    if done == count or done % 10_000 == 0:
        say(f"{done} of {count} conversations in the database")


def say(words: str) -> None:
    """Show progress."""
    print(f"[{time.strftime('%H:%M:%S')}] {words}", file=sys.stderr, flush=True)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short run, for a first look")
    arguments = parser.parse_args()
    import uvloop

    with (
        tempfile.TemporaryDirectory(prefix="lotse-bench-") as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        try:
            result = runner.run(bench(QUICK if arguments.quick else FULL, Path(folder)))
        except (StuckError, LotseError) as error:
            sys.exit(f"the benchmark cannot go on: {error}")
    print(result)


if __name__ == "__main__":
    main()
