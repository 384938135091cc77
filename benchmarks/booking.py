"""`python -m benchmarks.booking [--url URL]`: what booking costs, and that every seat is sold once.

Office hours of a year for ten places are expanded and stored; free times are sought among 10,000
slots with 5,000 bookings; 1,000 people in four processes want 50 seats. On SQLite, or on an empty
PostgreSQL database at URL.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TypeVar

from bot.content import occurrences
from bot.domain.appointment import AppointmentStatus, BookingOrigin, code
from bot.domain.booking import Wish
from bot.service import free_times
from bot.service import slots as expansion
from bot.service.free_times import Moment
from bot.storage import appointments, migrate, seats, slots
from bot.storage.database import Database
from bot.storage.seats import Claim
from bot.storage.transaction import Tx
from tests.content.booking_pack import booking_pack
from tests.content.conftest import Pack
from tests.kill.booking_worker import SECRET, START

T = TypeVar("T")
ROOT = Path(__file__).parent.parent
YEAR = timedelta(days=365)
FAR = timedelta(days=400)
BOOKINGS = 5_000
PEOPLE, PROCESSES, SEATS, TRIES = 1_000, 4, 50, 3
ROUNDS = 21
RULE = """\
- place: {place}
  services: [first]
  languages: [de, {language}]
  counsellors: [c{number}]
  start: 2026-12-01T{hour:02}:00
  end: 2026-12-01T{end:02}:00
  rrule: FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR
"""
FEW = """\
- place: town-hall
  services: [first]
  languages: [de]
  seats: 5
  start: 2026-12-01T09:00
  end: 2026-12-01T14:00
"""


def year_of_ten_places() -> str:
    """Return office hours: ten counsellors at three places, four hours on every working day."""
    places = ("town-hall", "park", "market")
    return "".join(
        RULE.format(
            place=places[number % 3],
            language=("pl", "uk", "ar")[number % 3],
            number=number,
            hour=8 + number % 6,
            end=12 + number % 6,
        )
        for number in range(10)
    )


def seconds(work: Callable[[], T]) -> tuple[float, T]:
    """Return how long something takes, and what it returns."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def book_every_second(tx: Tx, now: datetime) -> int:
    """Book 5,000 of the first 10,000 slots and close the rest; return how many are left open."""
    standing = slots.between(tx, now, now + FAR)
    for number, slot in enumerate(standing[: 2 * BOOKINGS : 2]):
        claim = Claim(
            service="first",
            language="de",
            ends=slot.ends,
            origin=BookingOrigin.DESK,
            conversation_id=None,
            now=now,
        )
        seats.book(tx, slot, claim, code=code(number))
    return len(standing)


async def cost(database: Database, pack: Pack) -> None:
    """Measure expansion, storing and searching."""
    catalogue = pack.load()
    until = START + YEAR
    took, found = seconds(
        lambda: occurrences.expand(catalogue.booking, START, until, catalogue.closures)
    )
    print(f"expansion of a year for 10 places: {took:.2f} s, {len(found)} slots (goal < 2 s)")
    for what in ("first", "again"):
        began = time.perf_counter()
        done = await database.write(lambda tx: expansion.write(tx, found, START))
        took = time.perf_counter() - began
        print(f"stored, {what}: {took:.2f} s, {done.added} added, {done.changed} changed")
    many = await database.write(lambda tx: book_every_second(tx, START))
    print(f"free times among {many} slots with {BOOKINGS} bookings (goal < 20 ms):")
    wishes = {
        "the soonest anywhere": Wish(service="first"),
        "in Polish at one place": Wish(service="first", place="town-hall", language="pl"),
        "in a language nobody speaks": Wish(service="first", language="fr"),
    }
    for name, wish in wishes.items():

        def look(tx: Tx, wish: Wish = wish) -> list[float]:
            at = Moment(tx=tx, catalogue=catalogue, now=START)
            return [seconds(lambda: free_times.offer(at, wish, 8))[0] for _ in range(ROUNDS)]

        took = median(await database.read(look))
        print(f"    {name}: {1000 * took:.1f} ms")


def crowds(url: str, content: Path, epoch: float) -> list[subprocess.Popen[bytes]]:
    """Start the processes, each with its share of the people."""
    share = PEOPLE // PROCESSES
    return [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.kill.booking_worker",
                *("book", url, str(content), str(epoch)),
                *(str(number * share), str((number + 1) * share), str(number), str(TRIES)),
            ],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
        )
        for number in range(PROCESSES)
    ]


async def race(database: Database, pack: Pack) -> None:
    """Let four processes book at once."""
    catalogue = pack.load()
    await database.write(lambda tx: expansion.sync(tx, catalogue, START))
    epoch = time.time()
    workers = await asyncio.to_thread(crowds, database.url, pack.content, epoch)
    codes = [await asyncio.to_thread(worker.wait) for worker in workers]
    took = time.time() - epoch
    booked = await database.read(lambda tx: appointments.between(tx, START, START + FAR))
    sold = sum(each.status is AppointmentStatus.BOOKED for each in booked)
    print(
        f"{PEOPLE} people, {PROCESSES} processes, at most {TRIES} tries each: {sold} of {SEATS}"
        f" seats, {took:.1f} s with the start of the processes, exit codes {codes}"
    )


async def bench(url: str | None, folder: Path) -> None:
    """Measure everything."""
    for name, hours, work in (("cost", year_of_ten_places(), cost), ("race", FEW, race)):
        here = url or f"sqlite:///{folder / name}.db"
        migrate.upgrade(here)
        pack = booking_pack(folder / name, hours)
        database = Database.open(here, secret=SECRET)
        try:
            await database.write(emptied)
            await work(database, pack)
        finally:
            await database.close()


def emptied(tx: Tx) -> None:
    """Take away what was measured before."""
    appointments.forget(tx, holds=START + 2 * FAR, all_before=START + 2 * FAR, limit=BOOKINGS * 2)
    slots.purge(tx, START + 2 * FAR, BOOKINGS * 20)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.booking", description=__doc__)
    parser.add_argument("--url", help="an empty PostgreSQL database, postgresql+psycopg://...")
    with tempfile.TemporaryDirectory(prefix="lotse-bench-") as folder:
        asyncio.run(bench(parser.parse_args().url, Path(folder)))


if __name__ == "__main__":
    main()
