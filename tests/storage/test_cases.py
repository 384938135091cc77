"""Cases: opened once, changed by one at a time, found again, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from bot.domain.case import Case, CaseStatus, Face, Origin, Outcome, Priority, Voice
from bot.storage import cases
from bot.storage.database import Database
from bot.storage.errors import StaleCase
from bot.storage.tables_cases import cases as table
from bot.storage.transaction import Tx
from tests.storage.rows import LATER, NOW, claimed, closed, colleague, made, opened

HOUR = timedelta(hours=1)


async def test_a_new_case_waits(database: Database) -> None:
    case = await database.write(lambda tx: opened(tx, promised_by=LATER))
    assert case == Case(
        id=case.id,
        conversation_id=case.conversation_id,
        status=CaseStatus.WAITING,
        priority=Priority.NORMAL,
        origin=Origin.REQUEST,
        topic="register-address",
        language="uk",
        opened_at=NOW,
        waiting_since=NOW,
        from_seq=3,
        promised_by=LATER,
        last_from=Voice.NEWCOMER,
        last_at=NOW,
        unanswered_since=NOW,
    )
    assert await database.read(partial(cases.get, case_id=case.id)) == case
    assert await database.read(lambda tx: cases.open_of(tx, case.conversation_id)) == case
    assert await database.read(partial(cases.get, case_id=case.id + 1)) is None
    assert await database.read(lambda tx: cases.open_of(tx, case.conversation_id + 1)) is None


async def test_everything_that_may_change_is_kept(database: Database) -> None:
    def work(tx: Tx) -> tuple[Case, Case]:
        case = replace(
            opened(tx),
            status=CaseStatus.CLOSED,
            priority=Priority.CRISIS,
            topic=None,
            language="ar",
            waiting_since=LATER,
            assignee=colleague(tx).id,
            promised_by=LATER,
            first_answer_at=LATER,
            claimed_at=LATER,
            last_from=Voice.COUNSELLOR,
            last_at=LATER,
            unanswered_since=None,
            snoozed_until=LATER,
            follow_up=date(2026, 12, 24),
            outcome=Outcome.REFERRED,
            closed_at=LATER,
            rating=Face.FAIR,
        )
        return case, cases.save(tx, case)

    before, after = await database.write(work)
    assert after == replace(before, version=1)
    assert await database.read(partial(cases.get, case_id=after.id)) == after
    again = await database.write(
        lambda tx: cases.save(
            tx, replace(after, status=CaseStatus.WAITING, closed_at=None, outcome=None)
        )
    )
    assert (again.version, again.outcome) == (2, None)
    assert await database.read(partial(cases.get, case_id=after.id)) == again


async def test_a_conversation_has_one_open_case(database: Database) -> None:
    first = await database.write(opened)
    second = await database.write(lambda tx: opened(tx, origin=Origin.CRISIS, now=LATER))
    assert second == first
    other = await database.write(lambda tx: opened(tx, "other"))
    assert other.id != first.id
    await database.write(lambda tx: closed(tx, first))
    third = await database.write(lambda tx: opened(tx, now=LATER))
    assert (third.id > first.id, third.opened_at) == (True, LATER)
    found = await database.read(lambda tx: cases.history(tx, first.conversation_id))
    assert [case.id for case in found] == [first.id, third.id]


async def test_of_many_who_open_at_once_one_wins_and_the_others_get_it(
    database: Database,
) -> None:
    conversation = await database.write(made)

    def work(tx: Tx, topic: str) -> Case:
        return cases.open(
            tx,
            conversation,  # not locked, as a turn does: the database alone decides
            origin=Origin.REQUEST,
            priority=Priority.NORMAL,
            topic=topic,
            language="de",
            from_seq=1,
            now=NOW,
        )

    got = await asyncio.gather(
        *(database.write(partial(work, topic=f"t{number}")) for number in range(20))
    )
    assert len({case.id for case in got}) == 1
    assert len({case.topic for case in got}) == 1
    assert len(await database.read(lambda tx: cases.history(tx, conversation.id))) == 1


async def test_of_twenty_who_claim_at_once_one_gets_it(database: Database) -> None:
    case = await database.write(opened)
    people = [await database.write(partial(colleague, name=f"p{n}")) for n in range(20)]

    def claim(tx: Tx, me: int) -> str:
        found = cases.get(tx, case.id)
        assert found is not None
        if found.status is not CaseStatus.WAITING:
            assert found.assignee != me
            return "taken"
        claim = replace(found, status=CaseStatus.WITH_COUNSELLOR, assignee=me, claimed_at=NOW)
        assert cases.save(tx, claim).version == 1
        return "mine"

    outcomes = await asyncio.gather(
        *(database.write(partial(claim, me=each.id)) for each in people), return_exceptions=True
    )
    (winner,) = [each for each, what in zip(people, outcomes, strict=True) if what == "mine"]
    losers = [what for what in outcomes if what != "mine"]
    assert all(what == "taken" or isinstance(what, StaleCase) for what in losers)
    now = await database.read(partial(cases.get, case_id=case.id))
    assert now is not None
    assert (now.assignee, now.version) == (winner.id, 1)


async def test_an_old_version_is_not_saved(database: Database) -> None:
    old = await database.write(opened)
    await database.write(lambda tx: cases.save(tx, replace(old, language="pl")))
    with pytest.raises(StaleCase):
        await database.write(lambda tx: cases.save(tx, replace(old, language="ar")))
    found = await database.read(partial(cases.get, case_id=old.id))
    assert found is not None
    assert found.language == "pl"


@pytest.mark.parametrize(
    "change",
    [
        {"status": CaseStatus.CLOSED},  # without a time
        {"closed_at": NOW},  # and not closed
        {"status": CaseStatus.WITH_COUNSELLOR},  # and nobody has it
        {"assignee": 999},
    ],
)
async def test_the_database_keeps_the_rules(database: Database, change: dict[str, object]) -> None:
    case = await database.write(opened)
    with pytest.raises(Exception, match=r"(?i)constraint"):
        await database.write(lambda tx: cases.save(tx, replace(case, **change)))  # type: ignore[arg-type]
    assert await database.read(partial(cases.get, case_id=case.id)) == case


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "lost"},
        {"priority": "high"},
        {"origin": "?"},
        {"last_from": "me"},
        {"outcome": "won"},
        {"rating": "5"},
    ],
)
async def test_only_words_that_the_domain_knows(database: Database, wrong: dict[str, str]) -> None:
    case = await database.write(opened)

    def work(tx: Tx) -> None:
        row = tx.core(table.select().where(table.c.id == case.id)).one()._asdict()
        del row["id"]
        tx.core(insert(table).values(row | {"conversation_id": made(tx, "x").id} | wrong))

    with pytest.raises(IntegrityError):
        await database.write(work)


async def test_the_queue_shows_emergencies_first_then_the_longest_waiting(
    database: Database,
) -> None:
    def fill(tx: Tx) -> list[int]:
        late = opened(tx, "late", NOW + HOUR)
        early = opened(tx, "early", NOW)
        crisis = opened(tx, "crisis", NOW + 2 * HOUR, priority=Priority.CRISIS)
        mine = claimed(tx, opened(tx, "mine", NOW - HOUR), colleague(tx))
        closed(tx, opened(tx, "done", NOW - HOUR))
        return [crisis.id, mine.id, early.id, late.id]

    expected = await database.write(fill)
    assert [case.id for case in await database.read(cases.queue)] == expected


async def test_counts_and_the_oldest_waiting(database: Database) -> None:
    assert await database.read(cases.oldest_waiting) is None
    assert await database.read(cases.counts) == {}

    def fill(tx: Tx) -> None:
        opened(tx, "a", NOW + HOUR)
        opened(tx, "b", NOW + 2 * HOUR)
        opened(tx, "c", NOW + 3 * HOUR, priority=Priority.CRISIS)
        claimed(tx, opened(tx, "d", NOW), colleague(tx))
        closed(tx, opened(tx, "e", NOW - HOUR))

    await database.write(fill)
    assert await database.read(cases.oldest_waiting) == NOW + HOUR
    assert await database.read(cases.counts) == {
        (CaseStatus.WAITING, Priority.NORMAL): 2,
        (CaseStatus.WAITING, Priority.CRISIS): 1,
        (CaseStatus.WITH_COUNSELLOR, Priority.NORMAL): 1,
    }


async def test_closed_cases_and_their_ratings(database: Database) -> None:
    def fill(tx: Tx) -> list[int]:
        done = [
            closed(tx, opened(tx, str(number)), NOW + number * HOUR, rating=rating)
            for number, rating in enumerate((Face.BAD, Face.GOOD, Face.GOOD, None))
        ]
        opened(tx, "open")
        return [case.id for case in done]

    ids = await database.write(fill)
    since = NOW + HOUR
    found = await database.read(partial(cases.closed, since=since, limit=2))
    assert [case.id for case in found] == [ids[3], ids[2]]
    assert await database.read(partial(cases.ratings, since=since)) == {Face.GOOD: 2}
    assert await database.read(partial(cases.ratings, since=NOW)) == {Face.GOOD: 2, Face.BAD: 1}


async def test_what_is_to_be_looked_at_again(database: Database) -> None:
    def fill(tx: Tx) -> list[int]:
        later = closed(tx, opened(tx, "later"), follow_up=date(2026, 12, 2))
        today = closed(tx, opened(tx, "today"), follow_up=date(2026, 12, 1))
        over = cases.save(tx, replace(opened(tx, "over"), follow_up=date(2026, 11, 9)))
        opened(tx, "never")
        assert later.id
        return [over.id, today.id]

    expected = await database.write(fill)
    found = await database.read(partial(cases.follow_ups, day=date(2026, 12, 1)))
    assert [case.id for case in found] == expected


class TestSearch:
    """By what stands in the row, never by words."""

    async def test_by_each_and_all_together(self, database: Database) -> None:
        def fill(tx: Tx) -> dict[str, int]:
            return {
                "a": claimed(tx, opened(tx, "a", NOW, language="ar"), colleague(tx)).id,
                "b": opened(tx, "b", NOW + HOUR, topic="tax-id").id,
                "c": opened(tx, "c", NOW + 2 * HOUR, priority=Priority.CRISIS).id,
                "d": closed(tx, opened(tx, "d", NOW + 3 * HOUR, language="ar")).id,
            }

        ids = await database.write(fill)
        me = (await database.write(colleague)).id

        async def found(**wanted: object) -> str:
            listed = await database.read(partial(cases.search, **wanted))  # type: ignore[arg-type]
            names = {number: name for name, number in ids.items()}
            return "".join(names[case.id] for case in listed)

        assert await found() == "dcba"
        assert await found(limit=2) == "dc"
        assert await found(before_id=ids["c"]) == "ba"
        assert await found(status=[CaseStatus.WAITING]) == "cb"
        assert await found(status=[CaseStatus.CLOSED, CaseStatus.WITH_COUNSELLOR]) == "da"
        assert await found(topic="tax-id") == "b"
        assert await found(language="ar") == "da"
        assert await found(language="ar", status=[CaseStatus.CLOSED]) == "d"
        assert await found(priority=Priority.CRISIS) == "c"
        assert await found(assignee=me) == "a"
        assert await found(number=ids["b"]) == "b"
        assert await found(opened_from=NOW + HOUR, opened_to=NOW + 3 * HOUR) == "cb"
        assert await found(topic="'; DROP TABLE cases; --") == ""
