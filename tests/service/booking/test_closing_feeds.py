"""Fetched calendars close places; what is fetched badly leaves the last good copy, on both
databases.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.booking import Wish
from bot.service import closing_copies, slots
from bot.service.closing_copies import FetchError, FetchTrouble
from bot.service.closing_feeds import AGAIN, FETCH, RETRY, ClosingFeeds
from bot.service.notifier import Notifier
from bot.service.ports import Health
from bot.service.retention import next_night
from bot.service.slots import ConflictReason
from bot.storage import accounts, jobs
from bot.storage.transaction import Tx
from tests.content.booking_pack import booking_pack
from tests.content.conftest import SITE
from tests.service.booking.conftest import HOURS, Office

URL = "https://calendar.example/secret/closed.ics"
PARK = Wish(service="first", place="park")
HALL = Wish(service="first", place="town-hall")
MONDAY = datetime(2026, 12, 7, 12, tzinfo=UTC)


def closed(day: str = "20261207") -> bytes:
    after = f"{int(day) + 1}"
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:office\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        f"DTSTAMP:20261101T000000Z\r\nDTSTART;VALUE=DATE:{day}\r\nDTEND;VALUE=DATE:{after}\r\n"
        "SUMMARY:Betriebsausflug\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()


class Web:
    """What stands at the address."""

    def __init__(self) -> None:
        self.answer: bytes | FetchTrouble = closed()

    async def fetch(self, url: str) -> bytes:
        assert url == URL
        if isinstance(self.answer, FetchTrouble):
            raise FetchError(self.answer)
        return self.answer


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def feeds(office: Office, web: Web, tmp_path: Path) -> ClosingFeeds:
    pack = booking_pack(tmp_path / "fed", HOURS)
    pack.write("site.yaml", SITE + f"closures:\n  - {{url: {URL}, place: park}}\n")
    office.catalogue = pack.load()
    return ClosingFeeds(
        database=office.database,
        catalogue=lambda: office.catalogue,
        fetch=web.fetch,
        notifier=Notifier(),
        clock=lambda: office.now,
    )


async def days(office: Office, wish: Wish = PARK) -> set[str]:
    return {f"{time.starts:%m-%d}" for time in await office.offer(wish, 500)}


async def due(office: Office) -> list[datetime]:
    """Return when the job runs next, and again."""

    def look(tx: Tx) -> list[datetime]:
        found = jobs.claim_due(tx, office.now + timedelta(days=9), 50, "look")
        for each in found:
            jobs.finish(tx, each)
        return sorted(each.at for each in found if each.name in {FETCH, RETRY})

    return await office.database.write(look)


async def test_a_fetched_day_is_closed_at_its_place(office: Office, feeds: ClosingFeeds) -> None:
    assert "12-07" in await days(office)
    before = await days(office, HALL)
    await feeds.handle({})
    assert "12-07" not in await days(office)
    assert await days(office, HALL) == before
    await office.sync()  # every expansion knows it
    assert "12-07" not in await days(office)
    status = await feeds.status()
    assert (status.health, status.message) == (Health.GOOD, "1 calendars fetched")


async def test_a_booking_on_a_day_that_closes_is_a_conflict(
    office: Office, feeds: ClosingFeeds
) -> None:
    time = next(time for time in await office.offer(PARK, 500) if time.starts == MONDAY)
    booked = await office.book("olena", time, PARK)
    await feeds.handle({})
    found = await office.do(lambda at: slots.conflicts(at.tx, at.catalogue, at.now))
    assert [(each.appointment.id, each.reason) for each in found] == [
        (booked.id, ConflictReason.GONE)
    ]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"<html>Sorry</html>", "is not a calendar"),
        (b"", "is not a calendar"),
        (b"\xff\xfe\x00", "is not a calendar"),
        (FetchTrouble.DOWN, "does not answer"),
        (FetchTrouble.TOO_LARGE, "is too large"),
        (FetchTrouble.REFUSED, "refusal"),
    ],
)
async def test_garbage_leaves_the_last_good_copy(
    office: Office, feeds: ClosingFeeds, web: Web, answer: bytes | FetchTrouble, words: str
) -> None:
    await feeds.handle({})
    web.answer = answer
    await feeds.handle({})
    await office.sync()
    assert "12-07" not in await days(office)
    status = await feeds.status()
    assert status.health is Health.DEGRADED
    assert words in status.message
    assert "last good copy is of 2026-11-29" in status.message
    assert URL not in status.message
    web.answer = closed("20261214")
    await feeds.handle({})
    assert {"12-07", "12-14"} & await days(office) == {"12-07"}
    assert (await feeds.status()).health is Health.GOOD


async def test_it_is_fetched_every_night_and_after_trouble_in_an_hour(
    office: Office, feeds: ClosingFeeds, web: Web
) -> None:
    night = next_night(office.now, "Europe/Berlin")
    assert "not fetched yet" in (await feeds.status()).message
    await office.do(lambda at: feeds.want(at.tx, at.now))
    assert await due(office) == [office.now, night]
    await feeds.handle({})
    await office.do(lambda at: feeds.want(at.tx, at.now))
    assert await due(office) == [night]
    web.answer = FetchTrouble.DOWN
    for _ in range(3):
        await feeds.handle({})
    assert await due(office) == [office.now + AGAIN, night]


async def test_what_the_content_names_no_more_is_forgotten(
    office: Office, feeds: ClosingFeeds, tmp_path: Path
) -> None:
    await feeds.handle({})
    old = await office.do(lambda at: closing_copies.name_of(at.tx, URL))
    await office.do(
        lambda at: closing_copies.keep(at.tx, ("https://x.example/",), "https://x.example/",
                                       closed(), at.now)
    )  # fmt: skip
    assert old not in await office.do(lambda at: closing_copies.known(at.tx))
    assert await office.do(lambda at: accounts.get(at.tx, f"closing calendars {old}")) is None
    office.catalogue = booking_pack(tmp_path / "none", HOURS).load()
    await office.sync()
    assert "12-07" in await days(office)
    assert len(await due(office)) == 1  # of the night after it was fetched
    await office.do(lambda at: feeds.want(at.tx, at.now))
    await feeds.handle({})
    assert await due(office) == []
