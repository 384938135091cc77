"""`lotse db`: the tables of this version."""

from __future__ import annotations

import click

from bot.app import upgrade_database
from bot.settings import Settings


@click.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Make or change the tables to those of this version. `lotse up` does the same by itself."""
    upgrade_database(Settings())
    click.echo("The database has the tables of this version.")
