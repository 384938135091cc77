"""What failed is listed without words and tried again, on both databases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import pytest

from bot.domain.delivery import DeliveryStatus
from bot.domain.inbound import (
    Attachment,
    AttachmentKind,
    ButtonPress,
    Content,
    Inbound,
    Opened,
    Reachable,
    TextMessage,
    Unreachable,
    Unreadable,
)
from bot.service.backlog import Item, Kind, Retried, overview, retry
from bot.service.rerun import RERUN, dump_content, load_content, rerun
from bot.storage import conversations, jobs, outbox, quarantine
from bot.storage.database import Database
from bot.storage.tables import JobStatus
from bot.storage.transaction import Tx

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WORDS = TextMessage(text="Wo ist das Amt?", order=7)


@dataclass
class Door:
    """Takes events; `broken` as long as the database is away."""

    broken: bool = False
    taken: list[Inbound] = field(default_factory=list)

    async def receive(self, inbound: Inbound) -> None:
        if self.broken:
            raise ConnectionError
        self.taken.append(inbound)


def set_aside(tx: Tx, content: Content, *, known: bool = True) -> int:
    conversation = conversations.lock(tx, "telegram:1", "4711", NOW) if known else None
    number = quarantine.add(
        tx,
        account="telegram:1",
        external_id="9",
        raw=dump_content(content),
        error="KeyError",
        at=NOW,
        conversation=conversation,
    )
    assert number is not None
    return number


def dead_job(tx: Tx) -> int:
    number = jobs.defer(tx, "expire", {}, lane=None, at=NOW)
    (job,) = jobs.claim_due(tx, NOW, 1, "me")
    jobs.dead(tx, job, "KeyError")
    return number


def failed_delivery(tx: Tx) -> int:
    conversation = conversations.lock(tx, "telegram:1", "4711", NOW)
    row = outbox.add(tx, conversation, seq=1, kind="say", body=b"secret", now=NOW, claimed_by="me")
    assert outbox.mark(tx, row, DeliveryStatus.FAILED, attempts=2)
    return row.id


async def test_lists_all_three_kinds_without_words(database: Database) -> None:
    def work(tx: Tx) -> list[Item]:
        dead_job(tx)
        failed_delivery(tx)
        set_aside(tx, WORDS)
        return overview(tx)

    found = await database.write(work)
    assert [(item.name, item.what, item.code, item.attempts) for item in found] == [
        ("job:1", "expire", "KeyError", 1),
        ("delivery:1", "telegram:1", "say", 2),
        ("event:1", "telegram:1", "KeyError", None),
    ]
    assert "Amt" not in repr(found)
    assert "4711" not in repr(found)


async def test_a_dead_job_waits_again(database: Database) -> None:
    number = await database.write(dead_job)
    again = partial(retry, kind=Kind.JOB, number=number, now=NOW)
    assert await database.write(again) is Retried.QUEUED
    assert await database.write(again) is Retried.MISSING
    (job,) = await database.read(jobs.list_jobs)
    assert (job.status, job.attempts) == (JobStatus.WAITING, 0)


async def test_a_failed_delivery_waits_again(database: Database) -> None:
    number = await database.write(failed_delivery)
    again = partial(retry, kind=Kind.DELIVERY, number=number, now=NOW)
    assert await database.write(again) is Retried.QUEUED
    assert await database.write(again) is Retried.MISSING
    depth = await database.read(outbox.depth)
    assert depth == {("telegram:1", DeliveryStatus.PENDING): 1}


@pytest.mark.parametrize("kind_", list(Kind))
async def test_what_is_not_there_is_missing(database: Database, kind_: Kind) -> None:
    answer = await database.write(partial(retry, kind=kind_, number=5, now=NOW))
    assert answer is Retried.MISSING


async def test_an_event_runs_through_the_door_and_leaves_quarantine(database: Database) -> None:
    number = await database.write(partial(set_aside, content=WORDS))
    answer = await database.write(partial(retry, kind=Kind.EVENT, number=number, now=NOW))
    assert answer is Retried.QUEUED
    (job,) = await database.read(jobs.list_jobs)
    assert (job.name, job.args) == (RERUN, {"event": number})
    door = Door(broken=True)
    handle = rerun(database=database, door=door, clock=lambda: NOW)
    with pytest.raises(ConnectionError):
        await handle(job.args)
    assert await database.read(quarantine.count) == 1
    door.broken = False
    await handle(job.args)
    await handle(job.args)  # it was cut off before it was finished
    (inbound,) = door.taken
    assert (inbound.account, inbound.external_id) == ("telegram:1", f"rerun:{number}")
    assert (inbound.sender.address, inbound.content) == ("4711", WORDS)
    assert await database.read(quarantine.count) == 0


@pytest.mark.parametrize(("content", "known"), [(Unreadable(raw="{"), True), (WORDS, False)])
async def test_what_cannot_come_in_again_is_refused_and_stays(
    database: Database, content: Content, known: bool
) -> None:
    number = await database.write(partial(set_aside, content=content, known=known))
    answer = await database.write(partial(retry, kind=Kind.EVENT, number=number, now=NOW))
    assert answer is Retried.UNREADABLE
    assert await database.read(jobs.list_jobs) == []
    assert await database.read(quarantine.count) == 1


@pytest.mark.parametrize(
    "content",
    [
        WORDS,
        TextMessage(text="ja", reply_to="$event"),
        ButtonPress(token="3~c"),
        Attachment(kind=AttachmentKind.VOICE),
        Opened(),
        Unreachable(),
        Reachable(),
    ],
)
def test_content_survives_quarantine(content: Content) -> None:
    assert load_content(dump_content(content)) == content


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"3", b'{"type": "Inbound"}', b"\xff"])
def test_what_is_no_content_is_none(raw: bytes) -> None:
    assert load_content(raw) is None


def test_an_unreadable_event_is_kept_as_it_came() -> None:
    assert dump_content(Unreadable(raw='{"text": "\ud800"}')) == b'{"text": "?"}'
