from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.domain.case import Case, CaseStatus, Origin, Priority
from bot.service.desk.presence import Presence
from bot.service.desk.queue import Group, Row, calls, group_of, grouped

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
JANA, MIREK = 1, 2


def case(number: int, minutes: int = 10, **changes: object) -> Case:
    since = NOW - timedelta(minutes=minutes)
    made = Case(
        id=number,
        conversation_id=number,
        status=CaseStatus.WAITING,
        priority=Priority.NORMAL,
        origin=Origin.REQUEST,
        topic=None,
        language="uk",
        opened_at=since,
        waiting_since=since,
        last_at=since,
        unanswered_since=since,
        from_seq=1,
    )
    return replace(made, **changes)


def row(made: Case, *, undelivered: bool = False) -> Row:
    return Row(case=made, account="web", words="", undelivered=undelivered, stamp="")


def mine(number: int, minutes: int = 10, **changes: object) -> Case:
    return case(
        number, minutes, **({"status": CaseStatus.WITH_COUNSELLOR, "assignee": JANA} | changes)
    )


def test_the_groups_stand_in_the_order_of_the_design() -> None:
    rows = [
        row(case(1, priority=Priority.CRISIS)),
        row(mine(2)),
        row(case(3)),
        row(mine(4, unanswered_since=None, follow_up=TODAY)),
        row(mine(5, unanswered_since=None)),
        row(mine(6, assignee=MIREK)),
        row(case(7, status=CaseStatus.SNOOZED, snoozed_until=NOW + timedelta(days=1))),
    ]
    for order in (rows, rows[::-1], rows[3:] + rows[:3]):
        found = grouped(order, JANA, TODAY)
        assert list(found) == list(Group)
        assert [listed[0].case.id for listed in found.values()] == [1, 2, 3, 4, 5, 6, 7]


def test_an_answer_that_did_not_arrive_is_loud_although_the_case_was_put_aside() -> None:
    aside = mine(
        1,
        status=CaseStatus.SNOOZED,
        snoozed_until=NOW + timedelta(days=1),
        unanswered_since=None,
    )
    assert group_of(row(aside), JANA, TODAY) is Group.SNOOZED
    lost = row(aside, undelivered=True)
    assert group_of(lost, JANA, TODAY) is Group.MINE
    assert group_of(lost, MIREK, TODAY) is Group.SNOOZED
    assert calls(grouped([lost], JANA, TODAY)) == (1, True)


def test_who_waits_longest_stands_first() -> None:
    found = grouped([row(case(1, 5)), row(case(2, 50)), row(case(3, 20))], JANA, TODAY)
    assert [each.case.id for each in found[Group.WAITING]] == [2, 3, 1]


def test_an_unanswered_emergency_stands_on_top_for_all_whoever_has_it() -> None:
    urgent = mine(1, assignee=MIREK, priority=Priority.CRISIS)
    assert group_of(row(urgent), JANA, TODAY) is Group.URGENT
    assert group_of(row(urgent), MIREK, TODAY) is Group.URGENT
    answered = replace(urgent, unanswered_since=None)
    assert group_of(row(answered), JANA, TODAY) is Group.OTHERS
    assert group_of(row(answered), MIREK, TODAY) is Group.SENT


def test_an_undelivered_answer_asks_for_its_counsellor() -> None:
    answered = mine(1, unanswered_since=None)
    assert group_of(row(answered), JANA, TODAY) is Group.SENT
    assert group_of(row(answered, undelivered=True), JANA, TODAY) is Group.MINE
    assert calls(grouped([row(answered, undelivered=True)], JANA, TODAY)) == (1, True)
    assert calls(grouped([row(mine(2)), row(case(3))], JANA, TODAY)) == (1, False)


def test_a_closed_case_is_seen_only_on_the_day_of_its_follow_up() -> None:
    closed = mine(1, status=CaseStatus.CLOSED, unanswered_since=None)
    assert group_of(row(closed), JANA, TODAY) is None
    due = replace(closed, follow_up=TODAY)
    assert group_of(row(due), JANA, TODAY) is Group.FOLLOW_UP
    assert group_of(row(due), MIREK, TODAY) is None
    assert group_of(row(replace(due, follow_up=date(2026, 11, 25))), JANA, TODAY) is None


def test_presence_counts_people_not_pages() -> None:
    told: list[int] = []
    presence = Presence(lambda: told.append(1))
    with presence.at(7, JANA, "Jana"), presence.at(7, JANA, "Jana"):
        assert presence.others(7, MIREK) == ("Jana",)
        assert presence.others(7, JANA) == ()
        with presence.at(7, MIREK, "Mirek"):
            assert presence.others(7, JANA) == ("Mirek",)
        assert presence.others(7, JANA) == ()
        assert presence.others(8, MIREK) == ()
    assert presence.others(7, MIREK) == ()
    assert len(told) == 4
