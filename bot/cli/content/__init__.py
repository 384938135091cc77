"""`lotse content`: what Lotse says. One module for each group of commands."""

from __future__ import annotations

import click

from bot.cli.content.check import check, schema
from bot.cli.content.conversations import content_test
from bot.cli.content.exchange import export, import_
from bot.cli.content.history import history, rollback
from bot.cli.content.status import status
from bot.cli.content.translating import confirm, extract, update, withdraw


@click.group()
def content() -> None:
    """What Lotse says: check it, have it translated, see how far that is, exchange it."""


COMMANDS = (
    check,
    content_test,
    status,
    schema,
    extract,
    update,
    confirm,
    withdraw,
    import_,
    export,
    history,
    rollback,
)
for command in COMMANDS:
    content.add_command(command)
