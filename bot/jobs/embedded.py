"""The runner inside the process: claims what is due, runs its handler, and keeps what became of it.

Theory. `bot.storage.jobs` keeps order within a lane and the states; this module decides when to
look, how many run at once, and when a failure is final. A job that raised waits for twice as long
each time, give or take a quarter, so that jobs which failed together do not come back together;
after `tries` runs it is dead, under the name of the error's class alone. What a dead process left
running waits again at the next start, and does not count as a failure. Knows no job by name and
reads neither clock nor chance: both are handed in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.service.jobs import Jobs
from bot.storage import jobs as queue
from bot.storage.database import Database
from bot.storage.errors import Unavailable
from bot.storage.jobs import Job
from bot.storage.transaction import Tx

T = TypeVar("T")

log = structlog.get_logger(__name__)

IDLE = 30.0  # seconds; jobs that another process deferred ring no bell here
SHORTEST = 0.05
UNKNOWN = "UnknownJob"  # deferred by a version of the program that knew it


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How long a job waits that failed, and how often it may fail."""

    first: timedelta = timedelta(seconds=10)
    longest: timedelta = timedelta(hours=1)
    spread: float = 0.25
    tries: int = 10

    def pause(self, failures: int, chance: float) -> timedelta:
        """Return the wait after that many failures (1 or more); `chance` is in [0, 1)."""
        doubled: timedelta = self.first * 2 ** min(failures - 1, 30)
        return min(doubled, self.longest) * (1 + self.spread * (2 * chance - 1))


class Runner:
    """Runs the jobs of one database, a few side by side."""

    def __init__(
        self,
        *,
        database: Database,
        jobs: Jobs,
        owner: str,
        clock: Callable[[], datetime],
        chance: Callable[[], float],
        backoff: Backoff = Backoff(),
        slots: int = 4,
    ) -> None:
        self._database = database
        self._jobs = jobs
        self._owner = owner
        self._clock = clock
        self._chance = chance
        self._backoff = backoff
        self._slots = slots
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Take up what was cut off, then run what falls due until cancelled; `drain` comes next."""
        recovered = await self._persist(lambda tx: queue.recover(tx, self._owner))
        if recovered:
            log.info("jobs.recovered", jobs=recovered)
        while True:
            free = self._slots - len(self._running)
            if free:
                await self._start_due(free)
            await self._rest()

    async def drain(self, seconds: float) -> None:
        """Let running jobs finish, at most `seconds`; what is cut off runs at the next start."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        cut_off = tuple(self._running)
        for task in cut_off:
            task.cancel()
        await asyncio.gather(*cut_off, return_exceptions=True)
        if cut_off:
            log.info("jobs.cut_off", jobs=len(cut_off))

    async def _start_due(self, free: int) -> None:
        now = self._clock()
        for job in await self._persist(lambda tx: queue.claim_due(tx, now, free, self._owner)):
            task = asyncio.create_task(self._do(job), name=f"job {job.id}")
            self._running.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._jobs.committed()  # there is room, and perhaps the next one of its lane

    async def _rest(self) -> None:
        """Wait for the bell, or until something falls due."""
        seconds = IDLE
        if len(self._running) < self._slots:
            due = await self._persist(queue.next_due)
            if due is not None:
                seconds = min(IDLE, max(SHORTEST, (due - self._clock()).total_seconds()))
        try:
            async with asyncio.timeout(seconds):
                await self._jobs.rung()
        except TimeoutError:
            pass

    async def _do(self, job: Job) -> None:
        handler = self._jobs.handler(job.name)
        if handler is None:
            await self._bury(job, UNKNOWN)
            return
        try:
            await handler(job.args)
        except Exception as error:  # noqa: BLE001  # whatever a job raises, the others go on
            await self._failed(job, type(error).__name__)
        else:
            await self._persist(lambda tx: queue.finish(tx, job))

    async def _failed(self, job: Job, reason: str) -> None:
        failures = job.attempts + 1
        if failures >= self._backoff.tries:
            await self._bury(job, reason)
            return
        at = self._clock() + self._backoff.pause(failures, self._chance())
        log.warning("job.failed", job=job.id, name=job.name, error=reason, failures=failures)
        await self._persist(lambda tx: queue.retry(tx, job, at))

    async def _bury(self, job: Job, reason: str) -> None:
        log.error("job.dead", job=job.id, name=job.name, error=reason)
        await self._persist(lambda tx: queue.dead(tx, job, reason))

    async def _persist(self, fn: Callable[[Tx], T]) -> T:
        """Write, and keep trying while the database is away."""
        delay = 0.1
        while True:
            try:
                return await self._database.write(fn)
            except Unavailable:
                await asyncio.sleep(delay)
                delay = min(5.0, delay * 2)
