"""Threads of staff rooms: which one shows a case, and which case one shows."""

from __future__ import annotations

import pytest

from bot.storage import case_threads, outbox
from bot.storage.case_threads import Thread
from bot.storage.conversations import Conversation
from bot.storage.database import Database
from bot.storage.transaction import Tx
from tests.storage.rows import ACCOUNT, NOW, SENT, made, opened

MATRIX = "matrix:@b:hs"


def room(tx: Tx, account: str = ACCOUNT) -> Conversation:
    return made(tx, "staff room", account)


def posted(tx: Tx, seq: int, reference: str | None, account: str = ACCOUNT) -> None:
    row = outbox.add(
        tx, room(tx, account), seq=seq, kind="post", body=b"{}", now=NOW, claimed_by="me"
    )
    if reference is not None:
        assert outbox.mark(tx, row, SENT, reference=reference)


def thread(tx: Tx, case_id: int, root: int, account: str = ACCOUNT, card: int = 0) -> Thread:
    found = Thread(
        case_id=case_id,
        account=account,
        conversation_id=room(tx, account).id,
        root_seq=root,
        card_seq=card or root,
    )
    case_threads.set(tx, found)
    return found


async def test_a_case_has_a_thread_in_each_room(database: Database) -> None:
    def work(tx: Tx) -> tuple[list[Thread], list[Thread], Thread | None, Thread | None]:
        case = opened(tx)
        threads = [thread(tx, case.id, 1, MATRIX), thread(tx, case.id, 1, ACCOUNT, card=2)]
        return (
            threads,
            case_threads.all_of(tx, case.id),
            case_threads.get(tx, case.id, ACCOUNT),
            case_threads.get(tx, case.id, "web"),
        )

    threads, found, one, none = await database.write(work)
    assert (found, one, none) == (threads, threads[1], None)


async def test_a_new_thread_takes_the_place_of_the_old(database: Database) -> None:
    def work(tx: Tx) -> tuple[Thread, list[Thread]]:
        case = opened(tx)
        thread(tx, case.id, 1)
        return thread(tx, case.id, 5, card=6), case_threads.all_of(tx, case.id)

    newest, found = await database.write(work)
    assert found == [newest]


async def test_a_case_is_found_by_what_the_platform_calls_its_thread(database: Database) -> None:
    def work(tx: Tx) -> list[int | None]:
        first, second = opened(tx, "a"), opened(tx, "b")
        for seq, reference in ((1, "topic 1"), (2, "a reply"), (3, "topic 2"), (4, None)):
            posted(tx, seq, reference)
        posted(tx, 1, "topic 2", MATRIX)
        thread(tx, first.id, 1)
        thread(tx, second.id, 3)
        found = [
            case_threads.by_root(tx, room(tx), reference)
            for reference in ("topic 1", "topic 2", "a reply", "topic 3")
        ]
        assert found[:2] == [first.id, second.id]
        return [*found[2:], case_threads.by_root(tx, room(tx, MATRIX), "topic 2")]

    assert await database.write(work) == [None, None, None]


async def test_a_thread_shows_one_case(database: Database) -> None:
    await database.write(lambda tx: thread(tx, opened(tx, "a").id, 1))
    with pytest.raises(Exception, match=r"(?i)unique"):
        await database.write(lambda tx: thread(tx, opened(tx, "b").id, 1))
