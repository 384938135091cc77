"""What the desk reads at once, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import update

from bot.domain.case import CaseStatus
from bot.domain.delivery import DeliveryStatus
from bot.storage import case_entries, cases, conversations, desk, messages, translations
from bot.storage.database import Database
from bot.storage.tables import outbox as table
from bot.storage.transaction import Tx
from tests.storage.rows import FAILED, NOW, SKIPPED, colleague, made, opened, said

TODAY = date(2026, 11, 22)


def heard(tx: Tx, seq: int, address: str = "42") -> None:
    messages.record_inbound(
        tx,
        made(tx, address),
        external_id=f"{address}:{seq}",
        seq=seq,
        at=NOW,
        body=f"hers {seq}".encode(),
    )


def answered(tx: Tx, seq: int) -> int:
    """Add an answer to the case of conversation 42; return its outbox row."""
    case = opened(tx)
    row = said(tx, seq)
    case_entries.add(tx, made(tx), case.id, kind="reply", at=NOW, seq=seq, body=b"{}")
    return row.id


def stands(tx: Tx, row_id: int, status: DeliveryStatus) -> None:
    tx.core(update(table).where(table.c.id == row_id).values(status=status.value))


async def test_the_board_has_every_open_case_with_its_newest_words(database: Database) -> None:
    def write(tx: Tx) -> list[desk.BoardRow]:
        opened(tx)
        opened(tx, "43")
        for seq in (1, 3, 5):
            heard(tx, seq)
        heard(tx, 2, "43")  # before her case
        return desk.board(tx, TODAY)

    rows = {row.case.conversation_id: row for row in await database.write(write)}
    assert [rows[key].newest for key in sorted(rows)] == [b"hers 5", None]
    assert all(row.reachable and not row.undelivered for row in rows.values())
    assert {row.account for row in rows.values()} == {"telegram:1"}


async def test_a_closed_case_is_on_the_board_from_the_day_of_its_follow_up(
    database: Database,
) -> None:
    def write(tx: Tx) -> list[int]:
        case = replace(opened(tx), status=CaseStatus.CLOSED, closed_at=NOW)
        case = cases.save(tx, case)
        before = len(desk.board(tx, TODAY))
        cases.save(tx, replace(case, follow_up=TODAY))
        return [
            before,
            len(desk.board(tx, TODAY - timedelta(days=1))),
            len(desk.board(tx, TODAY)),
            len(desk.board(tx, TODAY + timedelta(days=3))),
        ]

    assert await database.write(write) == [0, 0, 1, 1]


async def test_only_the_newest_answer_says_whether_she_was_reached(database: Database) -> None:
    def write(tx: Tx) -> list[bool]:
        found: list[bool] = []

        def note() -> None:
            (row,) = desk.board(tx, TODAY)
            found.append(row.undelivered)

        first = answered(tx, 4)
        note()
        stands(tx, first, FAILED)
        note()
        answered(tx, 5)
        note()
        second = answered(tx, 6)
        stands(tx, second, SKIPPED)
        note()  # recalled before it was sent: nobody is blocked
        conversations.set_reachable(tx, made(tx), False)
        note()
        return found

    assert await database.write(write) == [False, True, False, False, True]


async def test_the_stamp_changes_with_everything_that_a_case_shows(database: Database) -> None:
    def write(tx: Tx) -> list[str]:
        case = opened(tx)
        stamps: list[str] = []

        def note() -> None:
            row = desk.board_row(tx, case.id)
            assert row is not None
            stamps.append(row.stamp)

        note()
        heard(tx, 3)
        note()
        reply = answered(tx, 4)
        note()
        stands(tx, reply, FAILED)
        note()
        case_entries.add(tx, made(tx), case.id, kind="note", at=NOW, body=b"{}")
        note()
        translations.put(tx, made(tx), b"digest", b"words", NOW)
        note()
        cases.save(tx, replace(case, assignee=colleague(tx).id))
        note()
        return stamps

    stamps = await database.write(write)
    assert len(set(stamps)) == len(stamps) == 7


async def test_what_was_delivered_is_found_by_number(database: Database) -> None:
    def write(tx: Tx) -> dict[int, DeliveryStatus]:
        case = opened(tx)
        said(tx, 2)
        row = said(tx, 3)
        stands(tx, row.id, FAILED)
        said(tx, 4, "43")
        found = desk.delivered(tx, case.conversation_id, case.from_seq)
        return {seq: each.status for seq, each in found.items()}

    assert await database.write(write) == {3: FAILED}


async def test_cases_to_read_come_in_stretches_the_newest_first(database: Database) -> None:
    def write(tx: Tx) -> list[object]:
        ids = [opened(tx, str(number)).id for number in range(4)]
        old, lately = (cases.get(tx, each) for each in ids[:2])
        assert old is not None
        assert lately is not None
        gone = NOW - timedelta(days=100)
        cases.save(tx, replace(old, status=CaseStatus.CLOSED, closed_at=gone))
        cases.save(tx, replace(lately, status=CaseStatus.CLOSED, closed_at=NOW))
        since = NOW - timedelta(days=90)
        first = desk.readable(tx, since=since, below=1 << 62, most=2)
        rest = desk.readable(tx, since=since, below=first[-1], most=2)
        left = desk.how_many(tx, since=since, below=first[-1])
        return [first == ids[3:1:-1], rest == [ids[1]], left]

    assert await database.write(write) == [True, True, 1]


async def test_a_case_that_is_none_is_no_row(database: Database) -> None:
    assert await database.read(lambda tx: desk.board_row(tx, 77)) is None
