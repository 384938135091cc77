"""The whole program on a real socket, once per module, and visitors who talk to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import httpx
import pytest
import pytest_asyncio

from bot.app import App, build
from bot.app.serve import listen
from bot.settings import Settings
from tests.app.visitor import Visitor
from tests.emulators.telegram import TelegramEmulator
from tests.program import ROOT, here

__all__ = ["here"]

HOOK = "nur-fuer-Tests_1"


class Site:
    """A running program: web chat, and Telegram by webhook behind an emulator."""

    def __init__(self, app: App, url: str, telegram: TelegramEmulator) -> None:
        self.app = app
        self.url = url
        self.telegram = telegram

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with TelegramEmulator() as telegram:
        settings = Settings(
            _env_file=None,
            content_dir=ROOT / "content",
            locales_dir=ROOT / "locales",
            data_dir=tmp_path_factory.mktemp("var"),
            telegram_token=telegram.token,
            telegram_api_url=telegram.url,
            telegram_mode="webhook",
            telegram_webhook_secret=HOOK,
        )
        app = await asyncio.to_thread(build, settings)
        listener = listen("127.0.0.1", 0)
        up = asyncio.Event()
        running = asyncio.create_task(app.run(listener, started=up.set))
        async with asyncio.timeout(20):
            await up.wait()
        yield Site(app, f"http://127.0.0.1:{listener.getsockname()[1]}", telegram)
        app.stop()
        async with asyncio.timeout(10):
            await running


@pytest_asyncio.fixture(loop_scope="module")
async def visit(site: Site) -> AsyncIterator[Callable[[], object]]:
    """Makes visitors, each with a session of its own that has chosen German."""
    async with AsyncExitStack() as stack:

        async def make(*, greeted: bool = True) -> Visitor:
            client = await stack.enter_async_context(httpx.AsyncClient(base_url=site.url))
            assert (await client.get("/")).status_code == 200
            visitor = Visitor(client)
            if greeted:
                first = (await visitor.history())[-1]
                german = next(one for one in first["choices"] if one["label"] == "Deutsch")
                assert (await visitor.post(choice=german["id"])).status_code == 202
            return visitor

        yield make
