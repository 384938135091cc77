"""The whole program, in which appointments can be booked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bot.app import App, build
from bot.app.serve import listen
from bot.domain.texts import Text
from bot.settings import Settings
from bot.storage import slots
from tests.program import ROOT

_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u2066\u2067\u2068\u2069"))


@asynccontextmanager
async def running(folder: Path, **settings: object) -> AsyncIterator[tuple[App, str]]:
    """The whole program once it has times to book, and where its web server listens."""
    values: dict[str, object] = {
        "content_dir": ROOT / "content",
        "locales_dir": ROOT / "locales",
        "data_dir": folder,
    }
    app = await asyncio.to_thread(build, Settings(_env_file=None, **(values | settings)))
    listener = listen("127.0.0.1", 0)
    up = asyncio.Event()
    program = asyncio.create_task(app.run(listener, started=up.set))
    try:
        async with asyncio.timeout(20):
            await up.wait()
        now = app.clock()
        async with asyncio.timeout(20):
            while not await app.database.read(
                lambda tx: slots.between(tx, now, now + timedelta(days=40))
            ):
                await asyncio.sleep(0.05)
        yield app, f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        app.stop()
        async with asyncio.timeout(10):
            await program


def plain(text: str) -> str:
    """A text without marks of direction."""
    return text.translate(_MARKS)


def beginning(app: App, text: Text, language: str) -> str:
    """What a text begins with in a language, up to its first value."""
    return plain(app.catalogue().words(text, language)).partition("{")[0].strip()
