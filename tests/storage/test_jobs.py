"""Jobs: order in lanes, times, failures."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.storage import jobs
from bot.storage.database import Database
from bot.storage.jobs import Job
from bot.storage.tables import JobStatus
from bot.storage.transaction import Tx

NOW = datetime(2026, 11, 22, 9, 30, 1, 234567, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def deferred(tx: Tx, number: int, lane: str | None = None, at: datetime = NOW) -> int:
    return jobs.defer(tx, "remind", {"number": number}, lane=lane, at=at)


def taken(tx: Tx, now: datetime = NOW, limit: int = 10) -> list[Job]:
    return jobs.claim_due(tx, now, limit, "me")


def numbers(claimed: list[Job]) -> list[int | str]:
    return [job.args["number"] for job in claimed]


async def test_a_job_comes_back_whole_and_once(database: Database) -> None:
    args = {"conversation": 7, "entry": "register-address", "account": "matrix:@bot:hs.example"}
    number = await database.write(
        lambda tx: jobs.defer(tx, "remind", args, lane="conversation 7", at=NOW)
    )
    (job,) = await database.write(taken)
    assert job == Job(
        id=number,
        name="remind",
        args=args,
        lane="conversation 7",
        at=NOW,
        attempts=0,
        status=JobStatus.RUNNING,
        reason=None,
    )
    assert await database.write(taken) == []
    await database.write(lambda tx: jobs.finish(tx, job))
    assert await database.read(jobs.list_jobs) == []


async def test_a_job_is_deferred_with_its_transaction(database: Database) -> None:
    def work(tx: Tx) -> None:
        deferred(tx, 1)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(work)
    assert await database.read(jobs.list_jobs) == []


async def test_a_job_waits_for_its_time(database: Database) -> None:
    await database.write(lambda tx: deferred(tx, 1, at=LATER))
    assert await database.write(taken) == []
    assert await database.read(jobs.next_due) == LATER
    assert numbers(await database.write(lambda tx: taken(tx, LATER))) == [1]
    assert await database.read(jobs.next_due) is None


async def test_a_lane_keeps_its_order(database: Database) -> None:
    def fill(tx: Tx) -> None:
        for number, lane in ((1, "a"), (2, "a"), (3, "b"), (4, None), (5, None), (6, "a")):
            deferred(tx, number, lane)

    await database.write(fill)
    rounds = []
    while claimed := await database.write(taken):
        rounds.append(numbers(claimed))
        await database.write(lambda tx, c=claimed: [jobs.finish(tx, job) for job in c])
    assert rounds == [[1, 3, 4, 5], [2], [6]]


async def test_an_earlier_job_of_another_day_holds_up_its_lane(database: Database) -> None:
    def fill(tx: Tx) -> None:
        deferred(tx, 1, "a", LATER)
        deferred(tx, 2, "a")

    await database.write(fill)
    assert await database.write(taken) == []
    assert await database.read(jobs.next_due) == LATER
    assert numbers(await database.write(lambda tx: taken(tx, LATER))) == [1]


async def test_a_failed_job_waits_and_its_lane_with_it(database: Database) -> None:
    def fill(tx: Tx) -> None:
        deferred(tx, 1, "a")
        deferred(tx, 2, "a")
        (job,) = taken(tx)
        jobs.retry(tx, job, LATER)

    await database.write(fill)
    assert await database.write(taken) == []
    (job,) = await database.write(lambda tx: taken(tx, LATER))
    assert (job.args["number"], job.attempts, job.at) == (1, 1, LATER)


async def test_a_dead_job_frees_its_lane_and_is_listed(database: Database) -> None:
    def fill(tx: Tx) -> int:
        number = deferred(tx, 1, "a")
        deferred(tx, 2, "a")
        (job,) = taken(tx)
        jobs.dead(tx, job, "TimeoutError")
        return number

    number = await database.write(fill)
    assert numbers(await database.write(taken)) == [2]
    (dead,) = await database.read(lambda tx: jobs.list_jobs(tx, status=JobStatus.DEAD))
    assert (dead.id, dead.reason, dead.attempts) == (number, "TimeoutError", 1)
    assert await database.read(jobs.depth) == {JobStatus.DEAD: 1, JobStatus.RUNNING: 1}


async def test_a_dead_job_starts_over_on_demand(database: Database) -> None:
    def fill(tx: Tx) -> int:
        number = deferred(tx, 1)
        (job,) = taken(tx)
        jobs.dead(tx, job, "gone")
        return number

    number = await database.write(fill)
    assert await database.write(lambda tx: jobs.revive(tx, number, LATER))
    assert not await database.write(lambda tx: jobs.revive(tx, number, LATER))
    (job,) = await database.write(lambda tx: taken(tx, LATER))
    assert (job.attempts, job.reason) == (0, None)


async def test_a_runner_that_is_gone_leaves_its_jobs(database: Database) -> None:
    def fill(tx: Tx) -> None:
        deferred(tx, 1)
        jobs.claim_due(tx, NOW, 10, "dead")
        deferred(tx, 2)
        taken(tx)

    await database.write(fill)
    assert await database.write(lambda tx: jobs.recover(tx, "me")) == 1
    assert numbers(await database.write(taken)) == [1]


async def test_runners_at_once_get_different_jobs_and_one_of_a_lane(database: Database) -> None:
    def fill(tx: Tx) -> None:
        for number in range(40):
            deferred(tx, number, f"lane {number % 10}" if number % 2 else None)

    await database.write(fill)
    batches = await asyncio.gather(
        *(database.write(lambda tx: taken(tx, limit=10)) for _ in range(10))
    )
    claimed = [job for batch in batches for job in batch]
    assert len({job.id for job in claimed}) == len(claimed)
    lanes = [job.lane for job in claimed if job.lane]
    assert len(set(lanes)) == len(lanes)


@pytest.mark.parametrize("value", ["I need help", "größe", "", "x" * 129, "a\nb"])
async def test_words_are_no_arguments(database: Database, value: str) -> None:
    with pytest.raises(ValueError, match="not an id") as raised:
        await database.write(
            lambda tx: jobs.defer(tx, "remind", {"text": value}, lane=None, at=NOW)
        )
    assert not value or value not in str(raised.value)
    with pytest.raises(ValueError, match="not a code"):
        await database.write(
            lambda tx: jobs.dead(
                tx,
                Job(
                    id=1,
                    name="remind",
                    args={},
                    lane=None,
                    at=NOW,
                    attempts=0,
                    status=JobStatus.RUNNING,
                    reason=None,
                ),
                value,
            )
        )
