"""Which times are offered for a wish."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from bot.domain.booking import FreeTime, Wish
from bot.service import free_times
from tests.content.booking_pack import booking_pack
from tests.service.booking.conftest import FIRST, NOW, Office

MEETING = Wish(service="meeting")
UKRAINIAN = Wish(service="first", language="uk", interpreter=True)


DESK = """\
- place: park
  services: [letters]
  languages: [de]
  desks: [d{number}]
  start: 2026-12-04T09:00
  end: 2026-12-04T12:00
"""


def shown(times: tuple[FreeTime, ...]) -> list[str]:
    return [f"{each.place} {each.local:%m-%d %H:%M}" for each in times]


async def test_the_soonest_come_first(office: Office) -> None:
    found = await office.offer(limit=5)
    assert shown(found) == [
        "park 11-30 13:00",
        "park 11-30 14:00",
        "park 11-30 15:00",
        "town-hall 12-01 09:00",
        "town-hall 12-01 09:30",
    ]
    assert found[0].ends - found[0].starts == timedelta(minutes=30)
    assert [each.seats for each in found] == [1, 1, 1, 2, 2]
    assert await office.offer(limit=0) == ()


async def test_what_is_wished_for_is_what_is_offered(office: Office) -> None:
    assert shown(await office.offer(replace(FIRST, place="town-hall"), 1)) == [
        "town-hall 12-01 09:00"
    ]
    assert shown(await office.offer(replace(FIRST, language="en"), 1)) == ["park 11-30 13:00"]
    assert await office.offer(replace(FIRST, language="ar")) == ()
    assert shown(await office.offer(MEETING, 1)) == ["market 12-02 16:00"]
    assert await office.offer(Wish(service="nothing")) == ()
    week = replace(FIRST, earliest=NOW + timedelta(days=7), latest=NOW + timedelta(days=8, hours=6))
    assert shown(await office.offer(week)) == [
        "park 12-07 13:00",
        "park 12-07 14:00",
        "park 12-07 15:00",
    ]


async def test_notice_and_horizon_are_kept(office: Office) -> None:
    office.now = NOW + timedelta(hours=8)  # 20 hours before Monday, 14:00
    assert shown(await office.offer(limit=1)) == ["park 11-30 14:00"]
    last = (await office.offer(limit=999))[-1]
    assert last.starts < office.now + timedelta(days=42)


async def test_days_are_those_of_the_place(office: Office) -> None:
    found = await office.do(lambda at: free_times.days(at, FIRST, 4))
    assert [each.day for each in found] == [
        date(2026, 11, 30),
        date(2026, 12, 1),
        date(2026, 12, 3),
        date(2026, 12, 7),
    ]
    assert shown((found[1].first,)) == ["town-hall 12-01 09:00"]


async def test_the_soonest_place_comes_first(office: Office) -> None:
    found = await office.do(lambda at: free_times.places(at, FIRST))
    assert shown(found) == ["park 11-30 13:00", "town-hall 12-01 09:00"]


async def test_languages_spoken_and_interpreted(office: Office) -> None:
    found = await office.do(lambda at: free_times.languages(at, FIRST))
    assert [(name, time.interpreter) for name, time in found] == [
        ("de", False),
        ("pl", False),
        ("en", False),
        ("uk", True),
    ]
    letters = await office.do(lambda at: free_times.languages(at, Wish(service="letters")))
    assert [name for name, _ in letters] == ["de", "en"]


async def test_an_interpreter_must_be_there_the_whole_time(office: Office) -> None:
    found = await office.offer(UKRAINIAN, 3)
    assert shown(found) == [
        "town-hall 12-01 09:00",
        "town-hall 12-01 09:30",
        "town-hall 12-08 09:00",
    ]
    assert all(each.interpreter for each in found)


async def test_the_nearest_times_on_both_sides(office: Office) -> None:
    near = (await office.offer(limit=5))[4]
    found = await office.do(lambda at: free_times.alternatives(at, FIRST, near.starts))
    assert shown(found) == [
        "town-hall 12-01 09:00",
        "town-hall 12-01 09:30",
        "town-hall 12-01 10:00",
    ]


async def test_what_is_booked_is_not_offered(office: Office) -> None:
    first, second, *_ = await office.offer()
    await office.book("1", first)
    assert shown(await office.offer(limit=1)) == shown((second,))


async def test_a_hundred_desks_that_begin_together_hide_nothing(
    office: Office, tmp_path: Path
) -> None:
    rules = "".join(DESK.format(number=number) for number in range(100))
    office.catalogue = booking_pack(tmp_path / "more", rules).load()
    await office.sync()
    found = await office.offer(Wish(service="letters"), 3)
    assert shown(found) == ["park 12-04 09:00", "park 12-04 10:00", "park 12-04 11:00"]
