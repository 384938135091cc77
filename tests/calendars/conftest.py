"""A real Radicale, and an office whose counsellor Jana keeps her calendar there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.calendars.caldav_account import CalDavAccount
from bot.service import slots
from bot.service.calendar_job import CalendarSync
from bot.service.notifier import Notifier
from bot.storage.database import Database
from tests.content.booking_pack import booking_pack
from tests.emulators import radicale
from tests.emulators.radicale import PASSWORD, USER, Person, Radicale
from tests.service.booking.conftest import HOURS, Office
from tests.storage.conftest import database, kind, postgres, sqlite_template, url

__all__ = ["database", "kind", "postgres", "sqlite_template", "url"]

DESK = """\
hours:
  - {days: [mon], from: "09:00", to: "17:00"}
answer_within: PT2H
limit: PT4H
people:
  jana: {calendar: Jana}
  petra: {}
"""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    interpreter = radicale.python()
    if interpreter is None:
        pytest.skip(radicale.MISSING)
    running = Radicale(tmp_path_factory.mktemp("radicale"), interpreter)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def jana(server: Radicale) -> Iterator[Person]:
    """Jana at her own calendar."""
    yield server.person("Jana")
    server.empty()


@pytest.fixture
def account(server: Radicale) -> CalDavAccount:
    return CalDavAccount(server.url, USER, PASSWORD, seconds=5)


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> Office:
    pack = booking_pack(tmp_path / "office", HOURS)
    pack.write("desk.yaml", DESK)
    made = Office(database, pack.load())
    await made.sync()
    return made


@pytest.fixture
def sync(office: Office, account: CalDavAccount) -> CalendarSync:
    return syncing(office, account)


def syncing(office: Office, account: CalDavAccount | None) -> CalendarSync:
    return CalendarSync(
        database=office.database,
        catalogue=lambda: office.catalogue,
        calendars=account,
        notifier=Notifier(),
        clock=lambda: office.now,
        seconds=20,
    )


async def conflicts(office: Office) -> list[tuple[int, slots.ConflictReason]]:
    found: list[slots.Conflict] = await office.do(
        lambda at: slots.conflicts(at.tx, at.catalogue, at.now)
    )
    return [(each.appointment.id, each.reason) for each in found]
