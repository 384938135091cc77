"""Many people, few seats, four processes, kill -9 in between: nobody is ever booked twice, nobody
who was told so is without her time, and in the end every seat is taken.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.appointment import Appointment, AppointmentStatus, BookingOrigin
from bot.service import slots as expansion
from bot.storage import appointments, conversations, seats, slots
from bot.storage.database import Database
from bot.storage.seats import Claim
from bot.storage.transaction import Tx
from tests.content.booking_pack import booking_pack
from tests.content.conftest import Pack
from tests.kill.booking_worker import SECRET, START

FULL = os.environ.get("LOTSE_TEST_KILLS") == "full"
PEOPLE = 1_000 if FULL else 120
RUNS = 10 if FULL else 1
KILLS = 8 if FULL else 2
PROCESSES = 4
SEATS = 50  # ten slots with five seats
ROOT = Path(__file__).parents[2]
HOURS = """\
- place: town-hall
  services: [first]
  languages: [de]
  seats: 5
  start: 2026-12-01T09:00
  end: 2026-12-01T14:00
"""

pytestmark = [pytest.mark.kill, pytest.mark.slow]


@dataclass
class Race:
    """One race: its database, its content, and what people were told."""

    url: str
    pack: Pack
    dice: random.Random
    epoch: float = field(default_factory=time.time)
    told: dict[str, str] = field(default_factory=dict)
    kills: int = 0

    async def worker(
        self, mode: str, first: int, last: int, tries: int
    ) -> tuple[asyncio.subprocess.Process, asyncio.Task[bool]]:
        """Start a process; the task says whether it came to its end."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.kill.booking_worker",
            mode,
            self.url,
            str(self.pack.content),
            str(self.epoch),
            str(first),
            str(last),
            str(self.dice.randrange(1_000_000)),
            str(tries),
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        return process, asyncio.create_task(self._listen(process))

    async def _listen(self, process: asyncio.subprocess.Process) -> bool:
        finished = False
        assert process.stdout is not None
        while line := (await process.stdout.readline()).decode():
            who, _, code = line.strip().partition(" ")
            finished = finished or who == "finished"
            if code and line.endswith("\n"):
                self.told[who] = code
        await process.wait()
        return finished

    async def run(self, mode: str, people: int, tries: int) -> None:
        """Let four processes run; kill some in the middle and start them again."""
        share = people // PROCESSES
        parts = [(number * share, (number + 1) * share) for number in range(PROCESSES)]
        running = {part: await self.worker(mode, *part, tries) for part in parts}
        for _ in range(KILLS):
            await asyncio.sleep(self.dice.uniform(0.4, 1.5))
            alive = [part for part, (process, _) in running.items() if process.returncode is None]
            if not alive:
                break
            part = self.dice.choice(alive)
            process, listening = running[part]
            process.kill()
            await listening
            self.kills += 1
            running[part] = await self.worker(mode, *part, tries)
        async with asyncio.timeout(240):
            ended = await asyncio.gather(*(listening for _, listening in running.values()))
        assert all(ended)


async def opened(url: str, pack: Pack) -> Database:
    """Open the database and make the slots."""
    database = await asyncio.to_thread(Database.open, url, secret=SECRET)
    catalogue = pack.load()
    await database.write(lambda tx: expansion.sync(tx, catalogue, START))
    return database


async def all_booked(database: Database) -> list[Appointment]:
    end = START + timedelta(days=30)
    found = await database.read(lambda tx: appointments.between(tx, START, end))
    return [each for each in found if each.status is AppointmentStatus.BOOKED]


def occupied_once(booked: list[Appointment]) -> None:
    assert max(Counter((each.slot, each.seat) for each in booked).values()) == 1
    assert max(Counter(each.code for each in booked).values()) == 1
    assert max(Counter(each.conversation_id for each in booked).values()) == 1


async def addresses(database: Database, booked: list[Appointment]) -> dict[str, str | None]:
    """Return who has which code."""

    def look(tx: Tx) -> dict[str, str | None]:
        found = {}
        for each in booked:
            owner = conversations.by_id(tx, each.conversation_id or 0)
            assert owner is not None
            found[owner.address] = each.code
        return found

    return await database.read(look)


def haunted(tx: Tx) -> None:
    """Let ghosts hold every seat; their holds are over as soon as the race begins."""
    for slot in slots.between(tx, START, START + timedelta(days=30)):
        for number in range(slot.seats):
            ghost = conversations.lock(tx, "telegram:1", f"ghost {slot.id} {number}", START)
            claim = Claim(
                service="first",
                language="de",
                ends=slot.ends,
                origin=BookingOrigin.CHAT,
                conversation_id=ghost.id,
                now=START - timedelta(minutes=5),
            )
            assert seats.hold(tx, slot, claim, until=START) is not None


@pytest.mark.parametrize("ghosts", [False, True], ids=["free", "holds that are over"])
@pytest.mark.parametrize("run", range(RUNS))
async def test_every_seat_is_sold_once(url: str, tmp_path: Path, run: int, ghosts: bool) -> None:
    race = Race(url, booking_pack(tmp_path / "race", HOURS), random.Random(run))
    database = await opened(url, race.pack)
    try:
        if ghosts:
            await database.write(haunted)
        await race.run("book", PEOPLE, tries=3)
        # What the killed ones held is free by now; whoever is still without a time tries them all.
        await asyncio.sleep(2)
        late, listening = await race.worker("book", 0, PEOPLE, 10)
        async with asyncio.timeout(240):
            assert await listening
        assert late.returncode == 0
        booked = await all_booked(database)
        occupied_once(booked)
        assert len(booked) == SEATS
        has = await addresses(database, booked)
        assert all(has.get(who) == code for who, code in race.told.items()), "told and not booked"
    finally:
        await database.close()
    print(  # noqa: T201  # the figures of the run
        f"\n{PEOPLE} people, {PROCESSES} processes, {race.kills} kills: {len(booked)} of {SEATS}"
    )


@pytest.mark.parametrize("run", range(RUNS))
async def test_moving_loses_and_doubles_nothing(url: str, tmp_path: Path, run: int) -> None:
    race = Race(url, booking_pack(tmp_path / "race", HOURS), random.Random(run))
    database = await opened(url, race.pack)
    try:
        people = 44  # six seats stay free to move to
        await race.run("book", people, tries=10)
        before = await all_booked(database)
        occupied_once(before)
        assert len(before) == people
        has = await addresses(database, before)
        race.epoch = time.time()
        await race.run("move", people, tries=10)
        after = await all_booked(database)
        occupied_once(after)
        assert await addresses(database, after) == has, "everybody keeps her code"
        moves = sum(each.sequence for each in after)
        assert moves > 0
    finally:
        await database.close()
    print(f"\n{people} people, {race.kills} kills, {moves} moves")  # noqa: T201
