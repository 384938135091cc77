"""`lotse up`: everything that is configured, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType

import click

from bot.app import App, build
from bot.app.demo import demo_path
from bot.app.logs import configure
from bot.app.public import concerns
from bot.app.serve import listen
from bot.domain.errors import LotseError
from bot.settings import Settings

LAST_WORD = 4.5
"""Seconds after which the process ends whatever still hangs: all that counts is committed."""


@click.command()
def up() -> None:
    """Start everything that is configured, and the web chat always.

    Ctrl-C or SIGTERM ends it: running turns are finished, nothing is lost.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    settings = Settings()
    configure(settings.log)
    with listen(settings.web_host, settings.web_port) as listener:
        _run(build(settings), listener)


def _leave(_number: int, _frame: FrameType | None) -> None:
    """End before anything has begun."""
    sys.exit(0)


def _run(app: App, listener: socket.socket) -> None:
    port: int = listener.getsockname()[1]

    def stop() -> None:
        last_word = threading.Timer(LAST_WORD, os._exit, (0,))
        last_word.daemon = True
        last_word.start()
        app.stop()

    async def main() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop)
        try:
            demo = await demo_path(app)
        except LotseError:
            await app.database.close()
            raise
        await app.run(listener, started=lambda: _say(*_announcement(app, port, demo)))

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(main())
    _say("Lotse has ended.")


def _say(*lines: str) -> None:
    with contextlib.suppress(OSError):  # whoever read this has gone; the program has not
        click.echo("\n".join(lines))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _announcement(app: App, port: int, demo: str | None) -> list[str]:
    """Say what was started, what is not configured, and how to configure it. `demo` is the path of
    the demo's one-time link.
    """
    settings = app.settings
    host = f"[{settings.web_host}]" if ":" in settings.web_host else settings.web_host
    here = f"http://{host}:{port}"
    catalogue = app.catalogue()
    names = ", ".join(language.code for language in catalogue.languages)
    running = {channel.account.partition(":")[0] for channel in app.channels}
    telegram = "not configured: set LOTSE_TELEGRAM_TOKEN (from @BotFather)"
    if "telegram" in running:
        telegram = f"running ({settings.telegram_mode})"
        if settings.telegram_mode == "webhook" and settings.public_url is None:
            telegram += ": set LOTSE_PUBLIC_URL, so that Telegram learns where to deliver"
    matrix = (
        f"running ({settings.matrix_user})"
        if "matrix" in running
        else "not configured: set LOTSE_MATRIX_HOMESERVER, LOTSE_MATRIX_USER, LOTSE_MATRIX_PASSWORD"
    )
    lines = [
        f"Lotse is up: {len(catalogue.entries)} entries in {names}.",
        f"  Web chat   {settings.public_url or here}",
        f"  Desk       {settings.public_url or here}/desk",
        *([f"  Demo       {here}{demo} (signs you in once)"] if demo is not None else []),
        f"  Telegram   {telegram}",
        f"  Matrix     {matrix}",
        f"  Database   {settings.database_words}",
        f"  Health     {here}/readyz (also /healthz and /metrics)",
    ]
    worries = concerns(settings, catalogue) if settings.public else []
    if worries:
        parts = ", ".join(finding.part for finding in worries)
        lines.append(f"Not ready for the public: {parts}. `lotse doctor` says what and how.")
    lines.append(
        "Settings: environment or the file .env. Check: `lotse doctor`. Talk here: `lotse chat`. "
        "Stop: Ctrl-C."
    )
    return lines
