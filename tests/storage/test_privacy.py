"""Nothing that a person is called or has said can be read in what lies on the disk."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, delete, text

from bot.domain.case import Origin, Priority
from bot.domain.delivery import DeliveryStatus
from bot.storage import (
    absences,
    accounts,
    audit,
    case_entries,
    case_threads,
    cases,
    conversations,
    drafts,
    messages,
    one_time_codes,
    outbox,
    quarantine,
    sessions,
    staff,
    staff_links,
    tables_booking,
    translations,
)
from bot.storage.case_threads import Thread
from bot.storage.conversations import Conversation
from bot.storage.database import Database
from bot.storage.schema import metadata
from bot.storage.sessions import Session
from bot.storage.tables import conversations as table
from bot.storage.tables_staff import staff as staff_table
from bot.storage.transaction import Tx
from tests.storage.conftest import SECRET

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
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
        "note",
        "corrected",
        "form",
        "draft",
        "translation",
        "digest",
        "thread",
        "staff name",
        "shown name",
        "prefs",
        "password",
        "totp",
        "subject",
        "person",
        "code",
        "return code",
        "token",
    )
}
OF_HER = (
    "conversation_keys",
    "messages",
    "outbox",
    "quarantine",
    "cases",
    "case_entries",
    "drafts",
    "case_threads",
    "translations",
    "one_time_codes",
)


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
    planted_case(tx, conversation, planted_staff(tx))


def planted_staff(tx: Tx) -> int:
    """Plant what the desk knows of a colleague; return her id."""
    person = staff.add(
        tx,
        name=CANARIES["staff name"],
        shown_name=CANARIES["shown name"],
        roles={"counsellor"},
        languages=("de",),
        now=NOW,
        oidc_subject=CANARIES["subject"],
    )
    staff.save(
        tx,
        replace(
            person,
            prefs={"x": CANARIES["prefs"]},
            password_hash=CANARIES["password"],
            totp=CANARIES["totp"].encode(),
        ),
    )
    staff_links.link(tx, "matrix:@b:hs", CANARIES["person"], person.id)
    one_time_codes.issue(tx, "invitation", person.id, CANARIES["code"], LATER, NOW)
    session = Session(
        staff_id=person.id, created_at=NOW, seen_at=NOW, expires_at=LATER, csrf="c", strong=True
    )
    sessions.create(tx, CANARIES["token"], session)
    absences.add(tx, staff_id=person.id, begins=NOW, until=LATER)
    return person.id


def planted_case(tx: Tx, conversation: Conversation, staff_id: int) -> None:
    """Plant a case with all that belongs to it."""
    case = cases.open(
        tx,
        conversation,
        origin=Origin.REQUEST,
        priority=Priority.NORMAL,
        topic="register-address",
        language="uk",
        from_seq=1,
        now=NOW,
    )
    entry = case_entries.add(
        tx,
        conversation,
        case.id,
        kind="note",
        at=NOW,
        staff_id=staff_id,
        body=CANARIES["note"].encode(),
        key=CANARIES["form"],
    )
    case_entries.replace_body(tx, conversation, entry, CANARIES["corrected"].encode())
    drafts.put(tx, conversation, case.id, staff_id, CANARIES["draft"].encode(), NOW)
    digest, translated = (CANARIES[name].encode() for name in ("digest", "translation"))
    translations.put(tx, conversation, digest, translated, NOW)
    one_time_codes.issue(tx, "return", conversation.id, CANARIES["return code"], LATER, NOW)
    room = conversations.lock(tx, "matrix:@b:hs", "staff room", NOW)
    post = outbox.add(tx, room, seq=1, kind="post", body=b"{}", now=NOW, claimed_by="me")
    outbox.mark(tx, post, DeliveryStatus.SENT, reference=CANARIES["thread"])
    case_threads.set(
        tx,
        Thread(
            case_id=case.id,
            account="matrix:@b:hs",
            conversation_id=room.id,
            root_seq=1,
            card_seq=1,
        ),
    )
    audit.add(tx, at=NOW, staff_id=staff_id, action="case_read", case_id=case.id)


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
    def sealed(tx: Tx) -> list[bytes]:
        """Return what is stored of her, sealed or hashed, and the keys."""
        hers = tx.core(table.select().where(table.c.state.is_not(None))).one()
        rows = [
            row
            for name in OF_HER
            for row in tx.core(text(f"SELECT * FROM {name}"))
            if name != "quarantine" or row.conversation_id is not None
        ]
        fields = [hers.state, hers.address, *(field for row in rows for field in row)]
        return [field for field in fields if isinstance(field, bytes) and len(field) > 8]

    def files() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.iterdir())

    await database.write(planted)
    rests = await database.read(sealed)
    assert len(rests) > 20
    before = await asyncio.to_thread(files)
    assert all(rest in before for rest in rests)
    await database.write(lambda tx: tx.core(delete(table)).close())
    await database.write(lambda tx: tx.core(delete(staff_table)).close())
    assert traces(await asyncio.to_thread(files)) == []  # also in the write-ahead log
    await database.close()
    content = await asyncio.to_thread(files)
    assert [rest for rest in rests if rest in content] == []


async def test_deleting_a_conversation_takes_all_of_it_along(database: Database) -> None:
    def counts(tx: Tx) -> dict[str, int]:
        return {name: tx.core(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in OF_HER}

    await database.write(planted)
    assert min((await database.read(counts)).values()) >= 1
    hers = table.c.address_index != await database.read(
        lambda tx: tx.keys.index("address", "matrix:@b:hs", "staff room")
    )
    await database.write(lambda tx: tx.core(delete(table).where(hers)).close())
    # What is left: an event of nobody's, the staff room with a post that shows nothing any more,
    # and a colleague's invitation.
    left = {"conversation_keys": 1, "outbox": 1, "quarantine": 1, "one_time_codes": 1}
    assert await database.read(counts) == dict.fromkeys(OF_HER, 0) | left
    # Who did what stays: numbers of a case that is gone.
    assert len(await database.read(audit.read)) == 1


async def test_every_table_hangs_on_a_conversation_or_holds_nothing_of_hers() -> None:
    """A new table must be put on one of the two lists, and so be thought about."""
    not_hers = {"conversations", "secrets", "sealed_values", "jobs", "audit"}
    of_staff = {"staff", "staff_links", "sessions", "absences"}
    of_booking = {each.name for each in vars(tables_booking).values() if isinstance(each, Table)}
    assert set(metadata.tables) - of_booking == not_hers | of_staff | set(OF_HER)


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

    def desk(tx: Tx) -> list[str]:
        conversation = conversations.find(tx, "matrix:@b:hs", CANARIES["moved"])
        person = staff.by_name(tx, CANARIES["staff name"])
        assert conversation is not None
        assert person is not None
        case = cases.open_of(tx, conversation.id)
        assert case is not None
        (entry,) = case_entries.of_case(tx, conversation, case.id)
        draft = drafts.get(tx, conversation, case.id, person.id)
        translated = translations.get(tx, conversation, CANARIES["digest"].encode())
        found = [entry.body, draft and draft.body, translated, person.totp]
        return [person.shown_name, *(each.decode() for each in found if each)]

    names = ("shown name", "corrected", "draft", "translation", "totp")
    assert await other.read(desk) == [CANARIES[name] for name in names]

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
