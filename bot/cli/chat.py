"""`lotse chat`: talk to the bot in the terminal. Without a terminal it reads one message per line
and ends with the input.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from pathlib import Path

import click
import orjson

from bot.app import build
from bot.app.logs import configure
from bot.channels.terminal import Conversation
from bot.service.webchat import HistoryChat
from bot.settings import Settings


@click.command()
@click.option("--lang", help="Start in this language, such as de or uk.")
@click.option("--json", "as_json", is_flag=True, help="Print the objects of the web chat's stream.")
@click.option(
    "--record",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the conversation to FILE as a transcript.",
)
def chat(lang: str | None, as_json: bool, record: Path | None) -> None:
    """Talk to the bot here. Answer with the number or the words of a choice."""
    settings = Settings()
    configure(settings.log)
    app = build(settings, channels=False)
    known = [language.code for language in app.catalogue().languages]
    if lang is not None and lang not in known:
        raise click.BadParameter(f"the site has {', '.join(known)}", param_hint="--lang")
    source = HistoryChat(
        "terminal",
        door=app.door,
        database=app.database,
        notifier=app.notifier,
        catalogue=app.catalogue,
        clock=app.clock,
    )
    conversation = Conversation(source, session=secrets.token_hex(16), language=lang)

    async def main() -> None:
        try:
            await _talk(conversation, as_json)
        finally:
            await app.database.close()

    asyncio.run(main())
    if record is not None:
        record.write_text(conversation.transcript(), "utf-8")


async def _talk(conversation: Conversation, as_json: bool) -> None:
    interactive = sys.stdin.isatty()
    await conversation.open()
    _show(await conversation.news(), conversation, as_json)
    while True:
        if interactive:
            click.echo("> ", nl=False)
        line = await asyncio.to_thread(sys.stdin.buffer.readline)
        if not line:
            return
        words = line.decode("utf-8", "replace").rstrip("\r\n")
        if not words.strip():
            continue
        await conversation.say(words)
        _show(await conversation.news(), conversation, as_json)


def _show(events: list[dict[str, object]], conversation: Conversation, as_json: bool) -> None:
    for event in events:
        if as_json:
            click.echo(orjson.dumps(event).decode())
        elif event["from"] != "me" and event["replaces"] is None:
            click.echo(conversation.shown(event) + "\n")
    sys.stdout.flush()
