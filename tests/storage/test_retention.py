"""What is old goes, what is young or not delivered stays, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from bot.domain.appointment import AppointmentAction
from bot.domain.delivery import DeliveryStatus
from bot.storage import (
    absences,
    appointments,
    case_entries,
    cases,
    conversations,
    drafts,
    messages,
    one_time_codes,
    outbox,
    quarantine,
    retention,
    sessions,
    slots,
    translations,
)
from bot.storage import case_threads as threads
from bot.storage.case_threads import Thread
from bot.storage.database import Database
from bot.storage.sessions import Session
from bot.storage.tables import conversation_keys
from bot.storage.tables import conversations as people
from bot.storage.tables import messages as came
from bot.storage.tables import outbox as went
from bot.storage.tables import quarantine as aside
from bot.storage.transaction import Tx
from tests.storage.booked import held, slot
from tests.storage.rows import closed, colleague, made, opened

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OLD = NOW - timedelta(days=40)
LIMIT = NOW - timedelta(days=30)
EVERYBODY = retention.Stretch(after=0, last=10_000)


def talk(tx: Tx, address: str, at: datetime, seq: int = 1) -> outbox.Outgoing:
    """One event and one answer that is yet to be delivered."""
    conversation = conversations.lock(tx, "telegram:1", address, at)
    assert messages.record_inbound(
        tx, conversation, external_id=f"{address}-{seq}", seq=seq, at=at, body=b"{}"
    )
    conversations.save(tx, conversation, b"{}", at)
    return outbox.add(
        tx, conversation, seq=seq + 1, kind="say", body=b"{}", now=at, claimed_by="me"
    )


def deliver(tx: Tx, row: outbox.Outgoing) -> None:
    assert outbox.mark(tx, row, DeliveryStatus.SENT, reference="1")


def counts(tx: Tx) -> tuple[int, ...]:
    """Return how many conversations, keys, messages in, messages out and events set aside."""
    return tuple(
        int(tx.core(select(func.count()).select_from(table)).scalar_one())
        for table in (people, conversation_keys, came, went, aside)
    )


async def test_history_older_than_the_limit_goes(database: Database) -> None:
    def work(tx: Tx) -> int:
        deliver(tx, talk(tx, "a", OLD))
        deliver(tx, talk(tx, "a", NOW, seq=3))
        return retention.expire_history(tx, EVERYBODY, LIMIT)

    assert await database.write(work) == 2
    assert await database.read(counts) == (1, 1, 1, 1, 0)


async def test_what_is_yet_to_be_delivered_stays(database: Database) -> None:
    def work(tx: Tx) -> tuple[int, int]:
        talk(tx, "a", OLD)
        kept = retention.expire_conversations(tx, EVERYBODY, LIMIT)
        return kept, retention.expire_history(tx, EVERYBODY, LIMIT)

    assert await database.write(work) == (0, 1)
    assert await database.read(counts) == (1, 1, 0, 1, 0)


async def test_a_silent_conversation_goes_with_its_key_and_all_it_sealed(
    database: Database,
) -> None:
    def work(tx: Tx) -> int:
        deliver(tx, talk(tx, "a", OLD))
        deliver(tx, talk(tx, "b", NOW))
        conversation = conversations.find(tx, "telegram:1", "a")
        quarantine.add(
            tx,
            account="telegram:1",
            external_id="7",
            raw=b"x",
            error="ValueError",
            at=OLD,
            conversation=conversation,
        )
        return retention.expire_conversations(tx, EVERYBODY, LIMIT)

    assert await database.write(work) == 1
    assert await database.read(counts) == (1, 1, 1, 1, 0)


@pytest.mark.parametrize(
    ("starts", "action", "gone"),
    [
        (NOW + timedelta(days=5), None, 0),  # yet to come
        (LIMIT + timedelta(days=1), None, 0),  # it happened within the time
        (LIMIT - timedelta(days=1), None, 1),
        (NOW + timedelta(days=5), AppointmentAction.CANCEL, 1),
        (NOW + timedelta(days=5), AppointmentAction.CALL_OFF, 1),
    ],
)
async def test_a_booked_appointment_keeps_a_silent_conversation(
    database: Database, starts: datetime, action: AppointmentAction | None, gone: int
) -> None:
    def work(tx: Tx) -> int:
        deliver(tx, talk(tx, "a", OLD))
        her = conversations.find(tx, "telegram:1", "a")
        assert her is not None
        wanted = slot(starts=starts)
        slots.add_all(tx, [wanted])
        (at,) = slots.between(tx, starts, starts + timedelta(hours=1))
        made = held(tx, her, at)
        assert made is not None
        assert appointments.confirm(tx, her, made, code="K7F3", now=NOW)
        if action is not None:
            assert appointments.act(tx, made, action, NOW)
        return retention.expire_conversations(tx, EVERYBODY, LIMIT)

    assert await database.write(work) == gone


async def test_stretches_meet_every_conversation_once(database: Database) -> None:
    def work(tx: Tx) -> list[int]:
        for number in range(7):
            deliver(tx, talk(tx, str(number), OLD))
        found, after = [], 0
        while where := retention.stretch(tx, after, 3):
            found.append(retention.expire_conversations(tx, where, LIMIT))
            after = where.last
        return found

    assert await database.write(work) == [3, 3, 1]
    assert await database.read(counts) == (0, 0, 0, 0, 0)


async def test_a_stretch_leaves_its_neighbours_alone(database: Database) -> None:
    def work(tx: Tx) -> int:
        rows = [talk(tx, str(number), OLD) for number in range(3)]
        for row in rows:
            deliver(tx, row)
        middle = rows[1].conversation_id
        return retention.expire_history(tx, retention.Stretch(after=middle - 1, last=middle), LIMIT)

    assert await database.write(work) == 2
    assert await database.read(counts) == (3, 3, 2, 2, 0)


async def test_quarantine_goes_oldest_first_and_no_more_than_asked(database: Database) -> None:
    def work(tx: Tx) -> tuple[int, int, int]:
        for number, at in enumerate((OLD, OLD, OLD, NOW)):
            quarantine.add(tx, account="web", external_id=str(number), raw=b"x", error="E", at=at)
        first = retention.expire_quarantine(tx, LIMIT, 2)
        return first, retention.expire_quarantine(tx, LIMIT, 2), quarantine.count(tx)

    assert await database.write(work) == (2, 1, 1)


class TestCases:
    """What somebody still works on stays, however old it is."""

    async def test_a_conversation_with_an_open_case_stays_whole(self, database: Database) -> None:
        def work(tx: Tx) -> tuple[int, int]:
            deliver(tx, talk(tx, "a", OLD))
            deliver(tx, talk(tx, "a", OLD, seq=3))
            opened(tx, "a", OLD, from_seq=3)
            translations.put(tx, made(tx, "a"), b"d", b"t", OLD)
            return (
                retention.expire_conversations(tx, EVERYBODY, LIMIT),
                retention.expire_history(tx, EVERYBODY, LIMIT),
            )

        assert await database.write(work) == (0, 2)  # what was said before the case is not needed
        assert await database.read(counts) == (1, 1, 1, 1, 0)
        assert await database.write(lambda tx: translations.get(tx, made(tx, "a"), b"d")) == b"t"

    async def test_it_goes_when_the_case_is_closed(self, database: Database) -> None:
        def work(tx: Tx) -> tuple[int, int]:
            deliver(tx, talk(tx, "a", OLD))
            closed(tx, opened(tx, "a", OLD, from_seq=1), OLD)
            translations.put(tx, made(tx, "a"), b"d", b"t", OLD)
            rows = retention.expire_history(tx, EVERYBODY, LIMIT)
            assert translations.get(tx, made(tx, "a"), b"d") is None
            return rows, retention.expire_conversations(tx, EVERYBODY, LIMIT)

        assert await database.write(work) == (2, 1)
        assert await database.read(counts) == (0, 0, 0, 0, 0)
        assert await database.read(cases.queue) == []

    async def test_a_staff_room_stays_with_what_its_threads_hang_on(
        self, database: Database
    ) -> None:
        def work(tx: Tx) -> list[int]:
            room = conversations.lock(tx, "telegram:1", "room", OLD)
            for seq in (1, 2, 3, 4):
                outbox.add(tx, room, seq=seq, kind="post", body=b"{}", now=OLD, delivered=True)
            case = opened(tx, "a", NOW)
            threads.set(
                tx,
                Thread(
                    case_id=case.id,
                    account="telegram:1",
                    conversation_id=room.id,
                    root_seq=2,
                    card_seq=3,
                ),
            )
            assert retention.expire_conversations(tx, EVERYBODY, LIMIT) == 0
            assert retention.expire_history(tx, EVERYBODY, LIMIT) == 2
            left = [row.seq for row in messages.history(tx, room, 0, 9)]
            closed(tx, case, NOW)
            assert retention.expire_cases(tx, EVERYBODY, NOW + timedelta(days=1)) == 1
            assert retention.expire_conversations(tx, EVERYBODY, LIMIT) == 1
            return left

        assert await database.write(work) == [2, 3]

    async def test_closed_cases_go_with_their_notes_after_their_own_time(
        self, database: Database
    ) -> None:
        def work(tx: Tx) -> tuple[int, list[int]]:
            old = closed(tx, opened(tx, "a", OLD), OLD)
            case_entries.add(tx, made(tx, "a"), old.id, kind="note", at=OLD, body=b"n")
            young = closed(tx, opened(tx, "a", OLD), NOW)
            again = closed(tx, opened(tx, "b", OLD), OLD, follow_up=NOW.date())
            done = closed(tx, opened(tx, "c", OLD), OLD, follow_up=OLD.date())
            waits = opened(tx, "d", OLD)
            gone = retention.expire_cases(tx, EVERYBODY, LIMIT)
            assert case_entries.of_case(tx, made(tx, "a"), old.id) == []
            listed = [case.id for case in cases.search(tx)]
            assert done.id not in listed
            assert listed == [waits.id, again.id, young.id]
            return gone, listed

        gone, _ = await database.write(work)
        assert gone == 2
        assert (await database.read(counts))[0] == 4


async def test_what_is_of_no_use_goes(database: Database) -> None:
    def work(tx: Tx) -> tuple[int, int]:
        jana, case = colleague(tx), opened(tx)
        for token, until in (("over", NOW), ("runs", NOW + timedelta(hours=1))):
            session = Session(
                staff_id=jana.id,
                created_at=OLD,
                seen_at=OLD,
                expires_at=until,
                csrf="c",
                strong=True,
            )
            sessions.create(tx, token, session)
            one_time_codes.issue(tx, "invitation", jana.id, token, until, OLD)
            absences.add(tx, staff_id=jana.id, begins=OLD - timedelta(days=9), until=until)
        absences.add(tx, staff_id=jana.id, begins=OLD - timedelta(days=9), until=OLD)
        drafts.put(tx, made(tx), case.id, jana.id, b"old", OLD)
        drafts.put(tx, made(tx), case.id, colleague(tx, "amal").id, b"young", NOW)
        clean = partial(retention.expire_leftovers, tx, NOW, drafts_before=LIMIT)
        gone = clean(), clean()
        assert sessions.get(tx, "runs", NOW) is not None
        assert one_time_codes.look(tx, "invitation", "runs", NOW) == jana.id
        assert len(absences.all(tx)) == 2
        assert drafts.get(tx, made(tx), case.id, jana.id) is None
        assert len(drafts.of_case(tx, case.id)) == 1
        return gone

    assert await database.write(work) == (4, 0)
