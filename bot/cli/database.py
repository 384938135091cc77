"""`lotse db`: the tables of this version."""

from __future__ import annotations

import click

from bot.app import upgrade_database
from bot.settings import Settings


@click.group()
def db() -> None:
    """The database: its tables."""


@db.command()
def upgrade() -> None:
    """Make the tables, or change them to those of this version of Lotse.

    `lotse up` does the same by itself. Make a backup before a new version does it.
    """
    settings = Settings()
    upgrade_database(settings)
    click.echo(f"{settings.database_words}: the tables are those of this version.")
