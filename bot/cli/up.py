"""`lotse up`: everything that is configured, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable

import click

from bot.app import App, build
from bot.app.logs import configure
from bot.app.serve import listen
from bot.settings import Settings


@click.command()
def up() -> None:
    """Start everything that is configured; the web chat always."""
    settings = Settings()
    configure(settings.log)
    listener = listen(settings.web_host, settings.web_port)
    app = build(settings)
    _announce(app, listener.getsockname()[1])
    _run(app, listener)


def _run(app: App, listener: socket.socket) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, app.stop)
        await app.run(listener)

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(main())


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _announce(app: App, port: int) -> None:
    """Say what was started, what is not configured, and how to configure it."""
    settings = app.settings
    host = f"[{settings.web_host}]" if ":" in settings.web_host else settings.web_host
    address = settings.public_url or f"http://{host}:{port}"
    catalogue = app.catalogue()
    names = ", ".join(language.code for language in catalogue.languages)
    kind = "PostgreSQL" if settings.database.startswith("postgresql") else "SQLite"
    lines = [
        f"Lotse is up: {len(catalogue.entries)} entries, languages {names}.",
        f"  Web chat   {address}",
        f"  Database   {kind}",
    ]
    running = {channel.account.partition(":")[0] for channel in app.channels}
    if "telegram" in running:
        lines.append(f"  Telegram   {settings.telegram_mode}")
    else:
        lines.append("  Telegram   not configured: set LOTSE_TELEGRAM_TOKEN (from @BotFather)")
    if "matrix" in running:
        lines.append(f"  Matrix     {settings.matrix_user}")
    else:
        lines.append(
            "  Matrix     not configured: set LOTSE_MATRIX_HOMESERVER, LOTSE_MATRIX_USER "
            "and LOTSE_MATRIX_PASSWORD"
        )
    lines += [
        f"  Health     {address}/healthz  /readyz  /metrics",
        "Settings stand in the environment or in a file .env; `lotse doctor` checks them. "
        "Stop with Ctrl-C.",
    ]
    click.echo("\n".join(lines))
