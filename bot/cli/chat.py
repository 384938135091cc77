"""`lotse chat`: talk to the bot in the terminal. Without a terminal it reads one message per line
and ends with the input.

Lines are read between two runs of the event loop, in the main thread: so Ctrl-C and Ctrl-D end a
conversation at once, and no thread is left waiting for a key.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import orjson

from bot.app import build
from bot.app.logs import configure
from bot.channels.terminal import Conversation
from bot.cli.recording import Record, record_file
from bot.service.webchat import HistoryChat
from bot.settings import Settings


@click.command()
@click.option("--lang", help="Start in this language, such as de or uk.")
@click.option("--json", "as_json", is_flag=True, help="Print the objects of the web chat's stream.")
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=record_file,
    help="Write the conversation to FILE: as a transcript, or add it to a .yaml as a test.",
)
def chat(lang: str | None, as_json: bool, record: Record | None) -> None:
    """Talk to the bot here, in a new conversation.

    Answer with the number or the words of a choice; /menu, /language, /help and /emergency work
    always. Ctrl-D ends it. Without a terminal every line of the input is one message.
    """
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
    began = app.clock()
    with asyncio.Runner() as runner:
        try:
            runner.run(app.appointments.fill())
            runner.run(conversation.open())
            _show(runner.run(conversation.news()), as_json)
            for words in _lines():
                runner.run(conversation.say(words))
                _show(runner.run(conversation.news()), as_json)
        finally:
            runner.run(app.database.close())
            if record is not None:
                record.keep(conversation, app.catalogue(), began=began, language=lang)


def _lines() -> Iterator[str]:
    """Yield her messages until the input ends or she leaves."""
    interactive = sys.stdin.isatty()
    while True:
        try:
            if interactive:
                click.echo("> ", nl=False)
            line = sys.stdin.buffer.readline()
        except KeyboardInterrupt:
            line = b""
        if not line:
            if interactive:
                click.echo()
            return
        words = line.decode("utf-8", "replace").rstrip("\r\n")
        if words.strip():
            yield words


def _show(events: list[dict[str, object]], as_json: bool) -> None:
    for event in events:
        if as_json:
            click.echo(orjson.dumps(event).decode())
        elif event["from"] != "me" and event["replaces"] is None:
            click.echo(Conversation.shown(event) + "\n")
    sys.stdout.flush()
