"""`python -m benchmarks [--quick]`: both bots side by side, one table at the end."""

from __future__ import annotations

import argparse
import asyncio
import base64
import itertools
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faq import Recorder, all_walks
from benchmarks.fill import fill, returners
from benchmarks.load import SECRET, TOKEN, Load, Run, StuckError, Telegram
from benchmarks.people import FIRST_PERSON, Person, Walk, newcomers
from benchmarks.processes import ROOT, Bot, free_port
from benchmarks.table import Cost, Figures, table
from bot.content.load import load as load_content
from bot.storage import migrate

KEY = bytes(range(7, 39))
SETTLED = 0.5  # seconds after which the last marks are written
LINGER = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much of everything."""

    rounds: int
    updates: int
    seconds: float
    conversations: int
    turns: int


FULL = Plan(rounds=3, updates=4_000, seconds=20.0, conversations=200_000, turns=2_000)
QUICK = Plan(rounds=1, updates=1_500, seconds=6.0, conversations=5_000, turns=500)


class Subject:
    """One bot under test, with a Telegram of its own."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.telegram = Telegram()
        self.figures = Figures()
        self.bot: Bot | None = None
        self.load: Load | None = None

    async def start(self, arguments: Callable[[int, str], Bot]) -> None:
        """Start it and measure how long the first answer takes."""
        await self.telegram.open()
        port = free_port()
        self.bot = arguments(port, self.telegram.url)
        self.load = Load(self.telegram, port)
        newcomer = Person(chat_id=FIRST_PERSON - 1, language="de", steps=("/start",))
        self.figures.first_answer = await self.load.first_answer(newcomer, self.bot.started)

    def stop(self) -> None:
        """End it."""
        if self.bot is not None:
            self.bot.stop()
        self.telegram.close()

    async def measured(self, run: Callable[[Load], object]) -> tuple[Run, float]:
        """Return what a run measured, and the CPU seconds that it cost the bot."""
        assert self.bot is not None
        assert self.load is not None
        before = self.bot.cpu()
        found = await run(self.load)  # type: ignore[misc]
        await asyncio.sleep(SETTLED)
        return found, self.bot.cpu() - before


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


def database(folder: Path) -> str:
    """Make Lotse's folder and tables; return the database's address."""
    folder.mkdir(parents=True)
    url = f"sqlite:///{folder / 'lotse.db'}"
    migrate.upgrade(url)
    return url


async def bench(plan: Plan, folder: Path) -> str:
    """Measure everything; return the table."""
    walks = all_walks(load_content(ROOT / "content", ROOT / "locales"))
    subjects = Subject("Lotse"), Subject("plain bot")
    try:
        await _side_by_side(plan, folder, walks, subjects)
    except Exception:
        for subject in subjects:
            if subject.bot is not None:
                print(f"--- {subject.name} said:\n{subject.bot.log_tail()}", file=sys.stderr)
        raise
    finally:
        for subject in subjects:
            subject.stop()
    cost = await _cost(plan, folder, walks)
    return table(subjects[0].figures, subjects[1].figures, cost)


async def _side_by_side(
    plan: Plan, folder: Path, walks: list[Walk], subjects: tuple[Subject, Subject]
) -> None:
    ours, rival = subjects
    faq = folder / "faq.json"
    database(folder / "lotse")
    (folder / "plain").mkdir()
    say(f"Lotse starts; {len(walks)} walks are written down for the plain bot")
    await ours.start(lambda port, api: lotse(folder / "lotse", port, api))
    people = {ours.name: newcomers(walks), rival.name: newcomers(walks)}
    await _record(ours, walks, people[ours.name], faq)
    say("the plain bot starts and warms up")
    await rival.start(lambda port, api: plain(folder / "plain", faq, port, api))
    assert rival.load is not None
    some = itertools.islice(people[rival.name], len(walks))
    await rival.load.flat_out(some, steps(walks))
    for subject in subjects:
        assert subject.bot is not None
        subject.figures.rss_before = subject.bot.rss()
    for number in range(1, plan.rounds + 1):
        for subject in subjects:
            await _round(plan, subject, people[subject.name], f"round {number} of {plan.rounds}")
    for subject in subjects:
        assert subject.bot is not None
        subject.figures.rss_after = subject.bot.rss()


async def _record(subject: Subject, walks: list[Walk], people: Iterator[Person], faq: Path) -> None:
    recorder = Recorder(walks)
    subject.telegram.on_act = recorder.acted
    subject.telegram.on_shown = recorder.saw
    assert subject.load is not None
    some = itertools.islice(people, len(walks))
    await subject.load.flat_out(some, steps(walks), linger=LINGER)
    subject.telegram.on_act = subject.telegram.on_shown = None
    recorder.write(faq)


async def _round(plan: Plan, subject: Subject, people: Iterator[Person], where: str) -> None:
    say(f"{where}: {subject.name}, {plan.updates} updates flat out")
    found = await subject.measured(lambda load: load.flat_out(people, plan.updates))
    subject.figures.flat_out.append(found)
    run, cpu = found
    subject.figures.turns += run.updates
    say(f"    {run.updates / run.seconds:.0f} a second, {1000 * cpu / run.updates:.2f} ms CPU each")
    say(f"{where}: {subject.name}, 50 a second for {plan.seconds:.0f} s")
    found = await subject.measured(lambda load: load.at_pace(people, 50, plan.seconds))
    subject.figures.at_pace.append(found)
    run, cpu = found
    subject.figures.turns += run.updates
    say(f"    {1000 * cpu / run.updates:.2f} ms CPU each, {run.refused} refused")


async def _cost(plan: Plan, folder: Path, walks: list[Walk]) -> Cost:
    """What a turn costs Lotse with one conversation, and with very many."""
    german = [walk for walk in walks if walk.language == "de"]
    costs: list[float] = []
    for count in (1, plan.conversations):
        subject = Subject(f"Lotse with {count}")
        here = folder / f"filled-{count}"
        url = database(here)
        await fill(url, KEY, count, "de", _progress)
        try:
            await subject.start(lambda port, api, here=here: lotse(here, port, api))
            people = returners(count, german)
            assert subject.load is not None
            await subject.load.flat_out(people, plan.turns // 5, connections=1)
            found = [
                await subject.measured(
                    lambda load, people=people: load.flat_out(people, plan.turns, connections=1)
                )
                for _ in range(plan.rounds)
            ]
        finally:
            subject.stop()
        costs.append(subject.figures.cpu(found))
        say(f"{subject.name} conversations: {costs[-1]:.2f} ms CPU a turn")
    return Cost(few=costs[0], many=costs[1], conversations=plan.conversations)


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
        except StuckError as error:
            sys.exit(f"the benchmark cannot go on: {error}")
    print(result)


if __name__ == "__main__":
    main()
