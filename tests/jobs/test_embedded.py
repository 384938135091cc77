"""The runner on real databases: order, time, failures, and what a process leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.jobs import embedded
from bot.jobs.embedded import UNKNOWN, Backoff, Runner
from bot.service.jobs import Args, Jobs, defer
from bot.storage import jobs as queue
from bot.storage.database import Database
from bot.storage.errors import Unavailable
from bot.storage.jobs import Job
from bot.storage.tables import JobStatus
from bot.storage.transaction import Tx

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PATIENCE = 10.0


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class House:
    """A database, a registry and a clock; records which jobs began and ended, in order."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.jobs = Jobs()
        self.clock = Clock()
        self.began: list[int] = []
        self.ended: list[int] = []
        self.failures: dict[int, int] = {}
        self.gates: dict[int, asyncio.Event] = {}
        self.at_once = 0
        self.most_at_once = 0
        self._moved = asyncio.Condition()
        self.jobs.register("note", self._note)

    async def _note(self, args: Args) -> None:
        number = int(args["n"])
        await self._tell(self.began, number, 1)
        try:
            if number in self.gates:
                await self.gates[number].wait()
            if self.failures.get(number, 0) > 0:
                self.failures[number] -= 1
                raise LookupError("words of a person")
        finally:
            self.at_once -= 1
        await self._tell(self.ended, number, 0)

    async def _tell(self, where: list[int], number: int, running: int) -> None:
        self.at_once += running
        self.most_at_once = max(self.most_at_once, self.at_once)
        async with self._moved:
            where.append(number)
            self._moved.notify_all()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self._moved:
            await self._moved.wait_for(true)

    async def defer(
        self, *numbers: int, lane: str | None = None, later: timedelta = timedelta(0)
    ) -> None:
        def work(tx: Tx) -> None:
            for number in numbers:
                defer(tx, "note", {"n": number}, at=START + later, lane=lane)

        await self.database.write(work)
        self.jobs.committed()

    async def stored(self) -> list[Job]:
        return await self.database.read(queue.list_jobs)

    async def until_stored(self, true: Callable[[list[Job]], bool]) -> list[Job]:
        """The runner writes after the handler has ended; nothing says when it has."""
        async with asyncio.timeout(PATIENCE):
            while not true(found := await self.stored()):  # see above
                await asyncio.sleep(0.01)
        return found

    def pass_time(self, time: timedelta) -> None:
        self.clock.now += time
        self.jobs.committed()

    def runner(self, owner: str = "here", *, tries: int = 3, slots: int = 4) -> Runner:
        return Runner(
            database=self.database,
            jobs=self.jobs,
            owner=owner,
            clock=self.clock,
            chance=lambda: 0.5,
            backoff=Backoff(tries=tries),
            slots=slots,
        )

    @asynccontextmanager
    async def running(
        self, runner: Runner | None = None, *, drain: float = PATIENCE
    ) -> AsyncIterator[Runner]:
        runner = runner or self.runner()
        task = asyncio.create_task(runner.run())
        try:
            yield runner
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await runner.drain(drain)


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


async def test_a_due_job_runs_once_and_is_gone(house: House) -> None:
    await house.defer(1)
    async with house.running():
        await house.until(lambda: house.ended == [1])
    assert await house.stored() == []
    assert house.began == [1]


async def test_the_bell_wakes_a_runner_that_rests(house: House) -> None:
    async with house.running():
        await house.defer(1)
        await house.until(lambda: house.ended == [1])
        await house.defer(2)
        await house.until(lambda: house.ended == [1, 2])


async def test_without_a_bell_it_looks_by_itself(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "IDLE", 0.1)
    async with house.running():
        await house.until_stored(lambda found: found == [])
        await house.database.write(lambda tx: defer(tx, "note", {"n": 1}, at=START))
        await house.until(lambda: house.ended == [1])


async def test_nothing_runs_before_its_time(house: House) -> None:
    async with house.running():
        await house.defer(1, later=timedelta(hours=1))
        await house.defer(2)
        await house.until(lambda: house.ended == [2])
        house.pass_time(timedelta(hours=1))
        await house.until(lambda: house.ended == [2, 1])


async def test_a_lane_keeps_its_order_over_a_failure(house: House) -> None:
    house.failures[1] = 1
    await house.defer(1, 2, 3, lane="a")
    async with house.running():
        await house.until_stored(lambda found: found[0].attempts == 1)
        assert house.began == [1]
        house.pass_time(timedelta(minutes=1))
        await house.until(lambda: house.ended == [1, 2, 3])


async def test_other_lanes_do_not_wait(house: House) -> None:
    house.gates[1] = asyncio.Event()
    await house.defer(1, 2, lane="a")
    await house.defer(3, lane="b")
    await house.defer(4)
    async with house.running():
        await house.until(lambda: set(house.ended) == {3, 4})
        assert house.began.count(2) == 0
        house.gates[1].set()
        await house.until(lambda: house.ended[-2:] == [1, 2])


async def test_no_more_run_at_once_than_there_are_slots(house: House) -> None:
    house.gates = {0: asyncio.Event(), 1: asyncio.Event()}
    await house.defer(*range(20))
    async with house.running(house.runner(slots=2)):
        await house.until(lambda: len(house.began) == 2)
        for gate in house.gates.values():
            gate.set()
        await house.until(lambda: sorted(house.ended) == list(range(20)))
    assert house.most_at_once == 2


async def test_a_failed_job_waits_longer_each_time_and_dies_at_last(house: House) -> None:
    house.failures[1] = 99
    await house.defer(1, 2, lane="a")
    with capture_logs() as logs:
        async with house.running():
            first = (await house.until_stored(lambda found: found[0].attempts == 1))[0]
            assert first.at == START + timedelta(seconds=10)
            house.pass_time(timedelta(seconds=10))
            second = (await house.until_stored(lambda found: found[0].attempts == 2))[0]
            assert second.at == START + timedelta(seconds=30)
            house.pass_time(timedelta(seconds=20))
            await house.until(lambda: house.ended == [2])  # a dead job frees its lane
    (dead,) = await house.stored()
    assert (dead.status, dead.attempts, dead.reason) == (JobStatus.DEAD, 3, "LookupError")
    assert house.began == [1, 1, 1, 2]
    assert "words of a person" not in repr(logs)
    assert [entry["event"] for entry in logs] == ["job.failed", "job.failed", "job.dead"]


async def test_a_dead_job_that_is_revived_starts_over(house: House) -> None:
    house.failures[1] = 1
    await house.defer(1)
    async with house.running(house.runner(tries=1)):
        (dead,) = await house.until_stored(lambda found: found[0].status is JobStatus.DEAD)
        assert await house.database.write(lambda tx: queue.revive(tx, dead.id, START))
        house.jobs.committed()
        await house.until(lambda: house.ended == [1])


async def test_a_job_that_nobody_knows_is_dead_at_once(house: House) -> None:
    await house.database.write(lambda tx: defer(tx, "gone", {}, at=START))
    async with house.running():
        (dead,) = await house.until_stored(lambda found: found[0].status is JobStatus.DEAD)
    assert dead.reason == UNKNOWN


async def test_what_a_dead_process_left_running_runs_again(house: House) -> None:
    await house.defer(1, lane="a")
    await house.database.write(lambda tx: queue.claim_due(tx, START, 9, "gone"))
    await house.defer(2, lane="a")
    async with house.running():
        await house.until(lambda: house.ended == [1, 2])


async def test_a_stop_lets_running_jobs_finish(house: House) -> None:
    house.gates[1] = asyncio.Event()
    await house.defer(1)
    async with house.running():
        await house.until(lambda: house.began == [1])
        house.gates[1].set()
    assert house.ended == [1]
    assert await house.stored() == []


async def test_a_stop_cuts_off_what_hangs_and_the_next_start_runs_it_again(house: House) -> None:
    house.gates[1] = asyncio.Event()
    await house.defer(1)
    async with house.running(drain=0.01):
        await house.until(lambda: house.began == [1])
    (left,) = await house.stored()
    assert (left.status, left.attempts) == (JobStatus.RUNNING, 0)
    house.gates[1].set()
    async with house.running(house.runner("next")):
        await house.until(lambda: house.ended == [1])


async def test_what_a_job_came_to_is_kept_though_the_database_is_away(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, refused = house.database.write, 0

    async def away(function: Callable[[Tx], object]) -> object:
        nonlocal refused
        if house.ended == [1] and refused < 2:
            refused += 1
            raise Unavailable("the database is away")
        return await write(function)

    await house.defer(1)
    monkeypatch.setattr(house.database, "write", away)
    async with house.running():
        await house.until_stored(lambda found: found == [])
    assert (house.began, refused) == ([1], 2)


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff(first=timedelta(seconds=10), longest=timedelta(seconds=60))
    seconds = [backoff.pause(failures, 0.5).total_seconds() for failures in (1, 2, 3, 4, 5, 1000)]
    assert seconds == [10, 20, 40, 60, 60, 60]


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 7.5), (0.5, 10.0), (0.75, 11.25)])
def test_chance_spreads_a_pause_by_a_quarter(chance: float, seconds: float) -> None:
    assert Backoff().pause(1, chance).total_seconds() == seconds
