"""`lotse content history` and `rollback`: what was live, and the way back to it."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from bot.app import HISTORY
from bot.cli.wording import print_problems
from bot.content.history import Snapshot, keep, restore, snapshots
from bot.content.load import load
from bot.domain.errors import ContentError
from bot.settings import Settings

BEFORE = "before-rollback"


@click.command()
def history() -> None:
    """List the last good snapshots of the content, the newest first."""
    settings = Settings()
    found = snapshots(settings.data_dir / HISTORY)
    if not found:
        click.echo("No snapshots yet: `lotse up` keeps one whenever a sound change becomes live.")
        return
    for number, snapshot in enumerate(found):
        click.echo(f"{snapshot.version}  {_moment(snapshot)}{'  newest' if not number else ''}")


@click.command()
@click.argument("version")
def rollback(version: str) -> None:
    """Bring the files of a snapshot back; VERSION as `lotse content history` shows it.

    What stands in the folders now is kept as a snapshot first. A running bot takes the change up by
    itself.
    """
    settings = Settings()
    folder = settings.data_dir / HISTORY
    wanted = next((each for each in snapshots(folder) if each.version == version), None)
    if wanted is None:
        raise click.BadParameter(
            "there is no such snapshot; `lotse content history` lists them", param_hint="VERSION"
        )
    content, locales = settings.content_dir, settings.locales_dir
    kept = keep(folder, content, locales, f"{BEFORE}-{_now():%H%M%S%f}", _now())
    changed = restore(wanted, content, locales)
    click.echo(f"{changed} files changed back to {version} of {_moment(wanted)}.")
    click.echo(f"What stood there before is kept as {kept.version}.")
    try:
        load(content, locales)
    except ContentError as error:
        print_problems(error.problems)
        raise click.ClickException(
            "the snapshot does not load with this version of Lotse; "
            "the running bot keeps what it has"
        ) from None


def _moment(snapshot: Snapshot) -> str:
    return f"{snapshot.at:%Y-%m-%d %H:%M:%S} UTC"


def _now() -> datetime:
    return datetime.now(UTC)
