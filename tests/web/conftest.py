"""The web application over a scripted chat: in process for the routes, on a real socket for
browsers.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser
from starlette.applications import Starlette

from bot.content.catalogue import Catalogue
from bot.service.mailing import Mailing
from bot.service.ports import ChannelStatus, Health
from bot.settings import Settings
from bot.storage.database import Database
from bot.web.server import build
from tests.storage.conftest import SECRET, sqlite_template
from tests.web.browser import running
from tests.web.desk_world import DeskWorld
from tests.web.office import Office, opened
from tests.web.scripted import ScriptedChat

__all__ = ["sqlite_template"]

NOW = datetime(2026, 11, 24, 10, 12, tzinfo=UTC)


@dataclass
class Site:
    """One application and the chat behind it."""

    catalogue: Catalogue
    settings: Settings = field(default_factory=lambda: Settings(_env_file=None))
    chat: ScriptedChat = field(default_factory=ScriptedChat)
    mailing: Mailing | None = None
    health: dict[str, ChannelStatus] = field(
        default_factory=lambda: {"database": ChannelStatus(health=Health.GOOD)}
    )

    def app(self) -> Starlette:
        """Build the application."""

        async def ready() -> dict[str, ChannelStatus]:
            return self.health

        return build(
            settings=self.settings,
            chat=self.chat,
            catalogue=lambda: self.catalogue,
            ready=ready,
            routes=[],
            clock=lambda: NOW,
            mailing=self.mailing,
        )

    @asynccontextmanager
    async def client(self, base: str = "http://127.0.0.1:8080") -> AsyncIterator[httpx.AsyncClient]:
        """A client in process; a crash of the application is an answer, not an exception."""
        transport = httpx.ASGITransport(app=self.app(), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            yield client


class LiveServer:
    """The application on a loopback socket; can be stopped and started again on the same port."""

    def __init__(self, site: Site) -> None:
        self.site = site
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._server: uvicorn.Server | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        """True between start and stop."""
        return self._task is not None and not self._task.done()

    async def start(self) -> None:
        """Serve."""
        self.site.chat.reopen()
        config = uvicorn.Config(
            self.site.app(),
            host="127.0.0.1",
            port=self.port,
            log_config=None,
            lifespan="off",
            timeout_graceful_shutdown=3,
        )
        self._server = uvicorn.Server(config)
        self._task = asyncio.create_task(self._server.serve())
        async with asyncio.timeout(10):
            while not self._server.started:
                await asyncio.sleep(0.01)  # uvicorn has no event for it

    async def stop(self) -> None:
        """Stop as the program does: subscriptions end first, then the server."""
        assert self._server is not None
        assert self._task is not None
        await self.site.chat.close()
        self._server.should_exit = True
        async with asyncio.timeout(10):
            await self._task


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for a module's tests."""
    async with running() as chromium:
        yield chromium


@pytest.fixture
def site(catalogue: Catalogue) -> Site:
    """An application with an empty script."""
    return Site(catalogue)


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Site], Awaitable[LiveServer]]]:
    """Serve a site on a socket for the length of a test."""
    servers: list[LiveServer] = []

    async def start(site: Site) -> LiveServer:
        server = LiveServer(site)
        servers.append(server)
        await server.start()
        return server

    yield start
    for server in servers:
        if server.running:
            await server.stop()


@pytest.fixture
async def office(
    sqlite_template: Path, tmp_path: Path, catalogue: Catalogue
) -> AsyncIterator[Office]:
    """The application with a team, of which nobody is there yet."""
    shutil.copy(sqlite_template, tmp_path / "lotse.db")
    database = opened(tmp_path / "lotse.db")
    yield Office(database, catalogue)
    await database.close()


@pytest.fixture
async def world(
    sqlite_template: Path, tmp_path: Path, catalogue: Catalogue
) -> AsyncIterator[DeskWorld]:
    """A desk without people."""
    shutil.copy(sqlite_template, tmp_path / "lotse.db")
    database = Database.open(f"sqlite:///{tmp_path / 'lotse.db'}", secret=SECRET)
    yield DeskWorld(database, catalogue)
    await database.close()
