"""The rival: a plain python-telegram-bot bot of the same FAQ, durable as far as its author went.

`python -m benchmarks.baseline FAQ DATABASE API PORT`. FAQ is a file of screens (see `faq.py`).
Every update commits its id, the person's state and the history to SQLite with synchronous=FULL
before the webhook answers 200; a repeated update is not answered twice. Nothing is encrypted, and
what a crash kept from being sent is not sent later.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    Update,
)
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

from benchmarks.load import PATH, SECRET, TOKEN

Screen = dict[str, Any]

SCHEMA = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=FULL;
CREATE TABLE updates (id INTEGER PRIMARY KEY);
CREATE TABLE people (chat INTEGER PRIMARY KEY, language TEXT NOT NULL, place TEXT NOT NULL);
CREATE TABLE history
(chat INTEGER NOT NULL, at REAL NOT NULL, said TEXT NOT NULL, text TEXT NOT NULL);
"""
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Store:
    """The database, used from one thread."""

    def __init__(self, path: str, faq: Path) -> None:
        self._faq: dict[str, dict[str, list[Screen]]] = json.loads(faq.read_text("utf-8"))
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.executescript(SCHEMA)

    def take(self, update_id: int, chat: int, action: str, hint: str) -> list[Screen]:
        """Commit one update; return what to show, nothing for one that was taken before."""
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        try:
            if not db.execute("INSERT OR IGNORE INTO updates VALUES (?)", (update_id,)).rowcount:
                return []
            row = db.execute("SELECT language, place FROM people WHERE chat = ?", (chat,))
            language, place = row.fetchone() or (hint, "")
            if action.startswith("l:"):
                language = action[2:]
            screens = self._faq[language][f"b:{place}" if action == "b" else action]
            if action.startswith("e:"):
                place = action[2:]
            db.execute("INSERT OR REPLACE INTO people VALUES (?, ?, ?)", (chat, language, place))
            now = time.time()
            db.execute("INSERT INTO history VALUES (?, ?, 'in', ?)", (chat, now, action))
            db.executemany(
                "INSERT INTO history VALUES (?, ?, 'out', ?)",
                [(chat, now, screen["text"]) for screen in screens],
            )
            return screens
        finally:
            db.execute("COMMIT")


class Faq:
    """The handlers."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._thread = ThreadPoolExecutor(1)

    async def start(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer /start."""
        await self._answer(update, context, "/start")

    async def press(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a button."""
        query = update.callback_query
        assert query is not None
        await query.answer()
        await self._answer(update, context, query.data or "")

    async def _answer(
        self, update: Update, context: ContextTypes.DEFAULT_TYPE, action: str
    ) -> None:
        chat, user = update.effective_chat, update.effective_user
        assert chat is not None
        assert user is not None
        hint = user.language_code or "de"
        screens = await asyncio.get_running_loop().run_in_executor(
            self._thread, self._store.take, update.update_id, chat.id, action, hint
        )
        for screen in screens:
            entities = [MessageEntity(**entity) for entity in screen["entities"]]
            keyboard = _keyboard(screen)
            if screen["edit"]:
                assert update.callback_query is not None
                await update.callback_query.edit_message_text(
                    screen["text"],
                    entities=entities,
                    reply_markup=keyboard,
                    link_preview_options=NO_PREVIEW,
                )
            else:
                await context.bot.send_message(
                    chat.id,
                    screen["text"],
                    entities=entities,
                    reply_markup=keyboard,
                    link_preview_options=NO_PREVIEW,
                )


def _keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    if not screen["buttons"]:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(label, callback_data=action) for label, action in row]
            for row in screen["buttons"]
        ]
    )


async def serve(store: Store, api: str, port: int) -> None:
    """Run the bot until SIGTERM."""
    handlers = Faq(store)
    application = (
        Application.builder()
        .token(TOKEN)
        .base_url(f"{api}/bot")
        .updater(None)
        .concurrent_updates(True)
        .build()
    )
    application.add_handler(CommandHandler("start", handlers.start))
    application.add_handler(CallbackQueryHandler(handlers.press))

    async def webhook(request: Request) -> Response:
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != SECRET:
            return Response(status_code=401)
        await application.process_update(
            Update.de_json(data=await request.json(), bot=application.bot)
        )
        return Response()

    app = Starlette(routes=[Route(PATH, webhook, methods=["POST"])])
    config = uvicorn.Config(app, port=port, log_config=None, access_log=False, lifespan="off")
    async with application:
        await application.start()
        await uvicorn.Server(config).serve()
        await application.stop()


def main() -> None:
    """Run with uvloop, as Lotse does."""
    import uvloop

    faq, database, api, port = sys.argv[1:]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(Store(database, Path(faq)), api, int(port)))


if __name__ == "__main__":
    main()
