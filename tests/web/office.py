"""The web application with a team over a real database, in process, at a clock that tests move."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from starlette.applications import Starlette

from bot.content.catalogue import Catalogue
from bot.service.notifier import Notifier
from bot.service.ports import ChannelStatus, Health
from bot.service.preview import Preview
from bot.service.staff_services import StaffServices
from bot.settings import Settings
from bot.storage import audit
from bot.storage.database import Database
from bot.web.server import build
from tests.storage.conftest import SECRET
from tests.web.scripted import ScriptedChat

NOW = datetime(2026, 11, 24, 10, 12, tzinfo=UTC)


def opened(path: Path) -> Database:
    """Open a SQLite file."""
    return Database.open(f"sqlite:///{path}", secret=SECRET)


@dataclass
class Office:
    """The application and its database."""

    database: Database
    catalogue: Catalogue
    settings: Settings = field(default_factory=lambda: Settings(_env_file=None))
    now: datetime = NOW
    preview: Preview | None = None
    chat: ScriptedChat = field(default_factory=ScriptedChat)
    notifier: Notifier = field(default_factory=Notifier)
    health: dict[str, ChannelStatus] = field(
        default_factory=lambda: {"database": ChannelStatus(health=Health.GOOD, message="fine")}
    )

    def __post_init__(self) -> None:
        self.staff = StaffServices.over(self.database, self.clock, self.notifier)

    def clock(self) -> datetime:
        return self.now

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def app(self) -> Starlette:
        async def ready() -> dict[str, ChannelStatus]:
            return self.health

        return build(
            settings=self.settings,
            chat=self.chat,
            catalogue=lambda: self.catalogue,
            ready=ready,
            routes=[],
            clock=self.clock,
            staff=self.staff,
            preview=self.preview,
        )

    @asynccontextmanager
    async def client(
        self,
        base: str = "http://127.0.0.1:8080",
        address: str = "127.0.0.1",
        **headers: str,
    ) -> AsyncIterator[httpx.AsyncClient]:
        """A browser in process, at an address."""
        transport = httpx.ASGITransport(
            app=self.app(), raise_app_exceptions=False, client=(address, 4711)
        )
        async with httpx.AsyncClient(
            transport=transport, base_url=base, headers={"Accept-Language": "de"} | headers
        ) as client:
            yield client

    async def log(self) -> list[tuple[str, int | None, str | None]]:
        """The audit log, the oldest first."""
        rows = await self.database.read(lambda tx: audit.read(tx, limit=200))
        return [(row.action, row.staff_id, row.detail) for row in reversed(rows)]
