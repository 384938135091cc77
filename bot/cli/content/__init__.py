"""`lotse content`: what Lotse says. One module for each group of commands."""

from __future__ import annotations

import click

from bot.cli.content.exchange import export, import_
from bot.cli.content.status import status
from bot.cli.content.translating import confirm, extract, update, withdraw


@click.group()
def content() -> None:
    """What Lotse says: check it, have it translated, see how far that is, exchange it."""


for command in (extract, update, status, confirm, withdraw, import_, export):
    content.add_command(command)
