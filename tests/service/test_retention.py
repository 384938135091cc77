"""Every night what is old is deleted, on both databases, and the next night is arranged first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from unittest.mock import Mock

import pytest

from bot.content.catalogue import Catalogue
from bot.domain.case import CaseStatus, Origin, Priority
from bot.domain.delivery import DeliveryStatus
from bot.service import retention
from bot.service.jobs import Handler
from bot.service.retention import EXPIRE, expire, next_night, schedule
from bot.storage import audit, cases, conversations, jobs, messages, outbox, quarantine
from bot.storage.database import Database
from bot.storage.transaction import Tx

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BERLIN = "Europe/Berlin"


def handler(database: Database, catalogue: Catalogue, days: Mapping[str, int]) -> Handler:
    site = Mock(site=replace(catalogue.site, retention_days=days, zone=BERLIN))
    return expire(database=database, catalogue=lambda: site, clock=lambda: NOW)


def talk(tx: Tx, address: str, days_ago: int, seq: int = 1) -> None:
    at = NOW - timedelta(days=days_ago)
    conversation = conversations.lock(tx, "web", address, at)
    messages.record_inbound(
        tx, conversation, external_id=f"{address}-{seq}", seq=seq, at=at, body=b"{}"
    )
    outbox.add(tx, conversation, seq=seq + 1, kind="say", body=b"{}", now=at, delivered=True)
    conversations.save(tx, conversation, b"{}", at)


def kept(tx: Tx, address: str) -> list[int] | None:
    """Return the numbers of what is left of a conversation, None where it is gone."""
    conversation = conversations.find(tx, "web", address)
    if conversation is None:
        return None
    return [row.seq for row in messages.history(tx, conversation, 0, 100)]


async def test_each_kind_goes_after_its_own_time(database: Database, catalogue: Catalogue) -> None:
    def before(tx: Tx) -> None:
        talk(tx, "silent", 400)
        talk(tx, "faithful", 100)
        talk(tx, "faithful", 5, seq=3)
        for number, days in enumerate((31, 29)):
            quarantine.add(
                tx,
                account="web",
                external_id=str(number),
                raw=b"x",
                error="ValueError",
                at=NOW - timedelta(days=days),
            )

    await database.write(before)
    days = {"conversations": 365, "history": 90, "quarantine": 30}
    await handler(database, catalogue, days)({})
    assert await database.read(partial(kept, address="silent")) is None
    assert await database.read(partial(kept, address="faithful")) == [3, 4]
    assert await database.read(quarantine.count) == 1


@pytest.mark.parametrize("days", [{}, {"history": 0, "conversations": 0, "quarantine": 0}])
async def test_what_has_no_time_is_kept(
    database: Database, catalogue: Catalogue, days: Mapping[str, int]
) -> None:
    await database.write(partial(talk, address="a", days_ago=9999))
    await handler(database, catalogue, days)({})
    assert await database.read(partial(kept, address="a")) == [1, 2]


async def test_the_desk_has_its_own_times(database: Database, catalogue: Catalogue) -> None:
    def before(tx: Tx) -> None:
        for address, days in (("open", 400), ("old", 400), ("young", 20)):
            talk(tx, address, days)
            conversation = conversations.find(tx, "web", address)
            assert conversation is not None
            case = cases.open(
                tx,
                conversation,
                origin=Origin.REQUEST,
                priority=Priority.NORMAL,
                topic=None,
                language="de",
                from_seq=1,
                now=NOW - timedelta(days=days),
            )
            if address != "open":
                at = NOW - timedelta(days=days)
                cases.save(tx, replace(case, status=CaseStatus.CLOSED, closed_at=at))
        for days in (400, 20):
            audit.add(tx, at=NOW - timedelta(days=days), staff_id=None, action="case_read")

    await database.write(before)
    await handler(database, catalogue, {"cases": 180, "audit": 365})({})
    assert [await database.read(partial(kept, address=each)) for each in ("open", "old")] == [
        [1, 2],
        [1, 2],
    ]
    assert len(await database.read(cases.search)) == 2
    assert len(await database.read(audit.read)) == 1
    await handler(database, catalogue, {"conversations": 180, "history": 180})({})
    assert await database.read(partial(kept, address="open")) == [1, 2]
    assert await database.read(partial(kept, address="old")) is None


async def test_works_in_stretches_and_batches(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "STRETCH", 2)
    monkeypatch.setattr(retention, "EVENTS", 2)
    writes = 0

    def before(tx: Tx) -> None:
        for number in range(5):
            talk(tx, str(number), 40)
            quarantine.add(
                tx,
                account="web",
                external_id=str(number),
                raw=b"x",
                error="ValueError",
                at=NOW - timedelta(days=40),
            )

    await database.write(before)
    write = database.write

    async def counted(function: object) -> object:
        nonlocal writes
        writes += 1
        return await write(function)  # type: ignore[arg-type]

    monkeypatch.setattr(database, "write", counted)
    await handler(database, catalogue, {"conversations": 30, "quarantine": 30})({})
    assert await database.read(conversations.count) == 0
    assert await database.read(quarantine.count) == 0
    assert writes >= 1 + 3 + 1  # the next night, three stretches, the end


async def test_the_next_night_is_arranged_once(database: Database, catalogue: Catalogue) -> None:
    assert await database.write(partial(schedule, now=NOW, zone=BERLIN)) is True
    assert await database.write(partial(schedule, now=NOW, zone=BERLIN)) is False
    (job,) = await database.read(jobs.list_jobs)
    assert (job.name, job.at) == (EXPIRE, datetime(2026, 11, 24, 2, 30, tzinfo=UTC))


async def test_a_running_job_arranges_the_night_after(
    database: Database, catalogue: Catalogue
) -> None:
    await database.write(lambda tx: jobs.defer(tx, EXPIRE, {}, lane=EXPIRE, at=NOW))
    (running,) = await database.write(lambda tx: jobs.claim_due(tx, NOW, 9, "me"))
    run = handler(database, catalogue, {})
    await run(running.args)
    await run(running.args)  # it failed the first time, or was cut off
    await database.write(lambda tx: jobs.finish(tx, running))
    (following,) = await database.read(jobs.list_jobs)
    assert following.at == datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


async def test_what_is_yet_to_be_delivered_outlives_the_night(
    database: Database, catalogue: Catalogue
) -> None:
    def before(tx: Tx) -> None:
        at = NOW - timedelta(days=40)
        conversation = conversations.lock(tx, "telegram:1", "a", at)
        outbox.add(tx, conversation, seq=1, kind="say", body=b"{}", now=at)

    await database.write(before)
    await handler(database, catalogue, {"conversations": 30, "history": 30})({})
    depth = await database.read(outbox.depth)
    assert depth == {("telegram:1", DeliveryStatus.PENDING): 1}


@pytest.mark.parametrize(
    ("now", "night"),
    [
        ("2026-11-23T02:29:59+00:00", "2026-11-23T02:30:00+00:00"),
        ("2026-11-23T02:30:00+00:00", "2026-11-24T02:30:00+00:00"),
        # The clocks change on the last Sundays of March and October (Directive 2000/84/EC).
        ("2026-10-24T12:00:00+00:00", "2026-10-25T02:30:00+00:00"),
        ("2027-03-27T12:00:00+00:00", "2027-03-28T01:30:00+00:00"),
    ],
)
def test_night_is_half_past_three_on_the_local_clock(now: str, night: str) -> None:
    assert next_night(datetime.fromisoformat(now), BERLIN) == datetime.fromisoformat(night)
