"""Nothing that a person is called or has said can be read in what lies on the disk."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, text

from bot.domain.delivery import DeliveryStatus
from bot.storage import accounts, conversations, messages, outbox, quarantine
from bot.storage.database import Database
from bot.storage.tables import conversation_keys, metadata
from bot.storage.tables import conversations as table
from bot.storage.transaction import Tx
from tests.storage.conftest import SECRET

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
CANARIES = {
    name: f"канарка-{name}-عصفور-ż"
    for name in (
        "address",
        "moved",
        "state",
        "inbound",
        "external",
        "client",
        "said",
        "edited",
        "reference",
        "raw",
        "raw external",
        "cursor",
        "login",
    )
}


def planted(tx: Tx) -> None:
    words = {name: canary.encode() for name, canary in CANARIES.items()}
    conversation = conversations.lock(tx, "matrix:@b:hs", CANARIES["address"], NOW)
    conversations.save(tx, conversation, words["state"], NOW)
    messages.record_inbound(
        tx,
        conversation,
        external_id=CANARIES["external"],
        seq=1,
        at=NOW,
        body=words["inbound"],
        client_id=CANARIES["client"],
    )
    said = outbox.add(
        tx, conversation, seq=2, kind="say", body=words["said"], now=NOW, claimed_by="me"
    )
    outbox.add(tx, conversation, seq=3, kind="edit", target=2, body=words["edited"], now=NOW)
    outbox.mark(tx, said, DeliveryStatus.SENT, reference=CANARIES["reference"])
    conversations.set_address(tx, conversation, CANARIES["moved"])
    for name, of in (("raw", conversation), ("raw external", None)):
        quarantine.add(
            tx,
            account="matrix:@b:hs",
            external_id=CANARIES["raw external"] + name,
            raw=words["raw"],
            error="ValueError",
            at=NOW,
            conversation=of,
        )
    accounts.set_cursor(tx, "matrix:@b:hs", CANARIES["cursor"])
    accounts.put(tx, "login", words["login"])


def traces(haystack: bytes) -> list[str]:
    """Return which canaries can be seen, in any form in which a database might hold them."""
    return [
        name
        for name, canary in CANARIES.items()
        for coded in (canary.encode(), canary.encode("utf-16-le"), canary.encode().hex().encode())
        if coded in haystack
    ]


def dumped(tx: Tx) -> bytes:
    rows = [tuple(row) for each in metadata.sorted_tables for row in tx.core(each.select())]
    fields = [field for row in rows for field in row]
    return b"\n".join(
        field if isinstance(field, bytes) else str(field).encode() for field in fields
    )


async def test_no_row_holds_plain_words(database: Database) -> None:
    await database.write(planted)
    haystack = await database.read(dumped)
    assert b"ValueError" in haystack  # the search itself works
    assert traces(haystack) == []


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_no_file_holds_plain_words(database: Database, tmp_path: Path) -> None:
    def files() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    await database.write(planted)
    open_ = await asyncio.to_thread(files)
    assert {"lotse.db", "lotse.db-wal"} <= open_.keys()
    assert b"ValueError" in open_["lotse.db-wal"]
    assert traces(b"".join(open_.values())) == []
    await database.close()
    closed = await asyncio.to_thread(files)
    assert b"ValueError" in closed["lotse.db"]
    assert traces(b"".join(closed.values())) == []


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_what_is_deleted_is_overwritten(database: Database, tmp_path: Path) -> None:
    def sealed(tx: Tx) -> tuple[bytes, bytes]:
        state = tx.core(table.select()).one().state
        return state, tx.core(conversation_keys.select()).one().wrapped

    await database.write(planted)
    rests = await database.read(sealed)
    await database.write(lambda tx: tx.core(delete(table)).close())
    await database.close()
    content = await asyncio.to_thread((tmp_path / "lotse.db").read_bytes)
    assert [rest in content for rest in rests] == [False, False]


async def test_deleting_a_conversation_takes_all_of_it_along(database: Database) -> None:
    await database.write(planted)
    await database.write(lambda tx: tx.core(delete(table)).close())
    counts = await database.read(
        lambda tx: {
            name: tx.core(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in ("conversation_keys", "messages", "outbox", "quarantine")
        }
    )
    assert counts == {"conversation_keys": 0, "messages": 0, "outbox": 0, "quarantine": 1}


async def test_errors_hold_no_words(database: Database) -> None:
    def twice(tx: Tx) -> None:
        planted(tx)
        conversation = conversations.lock(tx, "matrix:@b:hs", CANARIES["moved"], NOW)
        outbox.add(tx, conversation, seq=2, kind="say", body=b"", now=NOW)

    with pytest.raises(Exception, match=r"(?i)unique") as raised:
        await database.write(twice)
    assert traces(str(raised.value).encode()) == []


async def test_it_all_opens_again_with_the_secret(database: Database) -> None:
    await database.write(planted)
    other = await asyncio.to_thread(Database.open, database.url, secret=SECRET)

    def read(tx: Tx) -> list[bytes | None]:
        conversation = conversations.find(tx, "matrix:@b:hs", CANARIES["moved"])
        assert conversation is not None
        history = messages.history(tx, conversation, 0, 10)
        raws = [quarantine.raw(tx, each.id) for each in quarantine.list_quarantined(tx)]
        return [conversation.state, *[row.body for row in history], *raws]

    opened = await other.read(read)
    await other.close()
    expected = ("state", "inbound", "said", "edited", "raw", "raw")
    assert opened == [CANARIES[name].encode() for name in expected]
