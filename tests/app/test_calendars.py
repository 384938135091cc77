"""Calendars elsewhere as settings and content switch them on, and what doctor says of them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.app import App, build
from bot.app.finding import Finding
from bot.calendars.caldav_account import CalDavAccount
from bot.domain.errors import ConfigurationError
from bot.service.calendars import CalendarError, RemoteEvent, Trouble
from bot.service.ports import Health
from bot.settings import Settings
from tests.calendars.conftest import DESK
from tests.content.booking_pack import booking_pack
from tests.content.conftest import SITE
from tests.service.booking.conftest import HOURS

FEED = 'closures:\n  - {url: "https://calendar.example/closed.ics"}\n'


def settings(**values: object) -> Settings:
    return Settings(_env_file=None, **values)


def made(tmp_path: Path, *, desk: str = DESK, site: str = SITE, **values: object) -> App:
    pack = booking_pack(tmp_path / "pack", HOURS)
    pack.write("desk.yaml", desk)
    pack.write("site.yaml", site)
    found = settings(
        content_dir=pack.content,
        locales_dir=pack.locales,
        data_dir=tmp_path / "var",
        **values,
    )
    return build(found, channels=False)


class Shelf:
    """A server with some calendars."""

    def __init__(self, *names: str, trouble: Trouble | None = None) -> None:
        self._names = frozenset(names)
        self._trouble = trouble

    def missing(self, calendars: Collection[str]) -> frozenset[str]:
        if self._trouble is not None:
            raise CalendarError(self._trouble)
        return frozenset(calendars) - self._names

    def read(self, calendar: str, begin: datetime, end: datetime) -> Sequence[RemoteEvent]:
        raise AssertionError

    def create(self, calendar: str, name: str, content: str) -> bool:
        raise AssertionError

    def replace(self, event: RemoteEvent, content: str) -> bool:
        raise AssertionError

    def remove(self, event: RemoteEvent) -> bool:
        raise AssertionError


async def findings(app: App, **changes: object) -> list[Finding]:
    try:
        return await replace(app.calendars, **changes).findings()  # type: ignore[arg-type]
    finally:
        await app.outside.close()
        await app.database.close()


@pytest.mark.parametrize("url", ["https://dav.example/remote.php/dav/", "http://127.0.0.1:5232"])
def test_servers(url: str) -> None:
    assert settings(caldav_url=url).caldav_url == url


@pytest.mark.parametrize(
    "url", ["http://dav.example/", "dav.example", "https://u:p@dav.example/", "ftp://dav.example/"]
)
def test_a_password_goes_to_no_other_place(url: str) -> None:
    with pytest.raises(ValidationError, match="https"):
        settings(caldav_url=url)
    assert "geheim" not in repr(settings(caldav_password="geheim"))


async def test_a_server_needs_an_account(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="LOTSE_CALDAV_USER"):
        made(tmp_path, caldav_url="https://dav.example/")


async def test_without_settings_there_is_no_account(tmp_path: Path) -> None:
    app = await asyncio.to_thread(made, tmp_path)
    assert app.calendars.calendars is None
    assert await app.calendars.ready() == {}
    (found,) = await findings(app)
    assert (found.part, found.health) == ("caldav", Health.DEGRADED)
    assert "no server" in found.message


async def test_nothing_is_named_and_nothing_is_wrong(tmp_path: Path) -> None:
    app = await asyncio.to_thread(made, tmp_path, desk=DESK.replace("calendar: Jana", ""))
    (found,) = await findings(app)
    assert (found.health, found.message) == (Health.GOOD, "not configured")


@pytest.mark.parametrize(
    ("shelf", "health", "words"),
    [
        (Shelf("Jana"), Health.GOOD, "1 calendars"),
        (Shelf("Petra"), Health.DEGRADED, "1 of 1 calendars"),
        (Shelf(trouble=Trouble.REFUSED), Health.DEGRADED, "refuses"),
        (Shelf(trouble=Trouble.DOWN), Health.DEGRADED, "does not answer"),
    ],
)
async def test_doctor_asks_the_server(
    tmp_path: Path, shelf: Shelf, health: Health, words: str
) -> None:
    app = await asyncio.to_thread(made, tmp_path)
    (found,) = await findings(app, calendars=shelf)
    assert found.health is health
    assert words in found.message
    assert "jana" not in found.message.lower()


async def test_closed_days_that_were_never_fetched(tmp_path: Path) -> None:
    app = await asyncio.to_thread(made, tmp_path, site=SITE + FEED)
    assert (await app.calendars.ready())["closures"].health is Health.DEGRADED
    _, found = await findings(app)
    assert (found.part, found.health) == ("closures", Health.DEGRADED)
    assert "not fetched yet" in found.message


async def test_a_server_that_is_down_leaves_the_rest_ready(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        app = await asyncio.to_thread(
            made,
            tmp_path,
            caldav_url=f"http://127.0.0.1:{taken.getsockname()[1]}/",
            caldav_user="office",
            caldav_password="x",
        )
        assert isinstance(app.calendars.calendars, CalDavAccount)
        async with asyncio.timeout(20):
            await app.calendars.sync.handle({})
    parts = await app.ready()
    assert parts["caldav"].health is Health.DEGRADED
    assert Health.DOWN not in {part.health for part in parts.values()}
    await findings(app)
