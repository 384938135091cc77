"""`lotse content extract`, `update`, `confirm`, `withdraw`: what translators work on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from bot.cli.content.reading import each, languages_of, loaded
from bot.content import extract as writing
from bot.content import verdicts
from bot.content.verdicts import Effect, Outcome
from bot.settings import Settings


@click.command()
def extract() -> None:
    """Write the templates content.pot and messages.pot into the folder of the translations."""
    settings = Settings()
    catalogue = loaded(settings)
    for written in writing.extract(catalogue, settings.content_dir, settings.locales_dir, _now()):
        click.echo(f"{written.path}: {written.total} messages{_unchanged(written.changed)}")


@click.command()
@click.option("--lang", "wanted", multiple=True, help="Only this language; may be repeated.")
def update(wanted: tuple[str, ...]) -> None:
    """Bring the PO files of all languages up to date with the German texts.

    A changed German text keeps its translation, marked fuzzy, with the earlier German beside it.
    """
    settings = Settings()
    catalogue = loaded(settings)
    written: list[writing.Written] = []
    for language in each(languages_of(catalogue, wanted), "Writing"):
        written += writing.update(
            catalogue, [language], settings.content_dir, settings.locales_dir, _now()
        )
    for file in written:
        click.echo(
            f"{file.path}: {file.translated} of {file.total} translated, "
            f"{file.fuzzy} fuzzy, {file.obsolete} obsolete{_unchanged(file.changed)}"
        )


@click.command()
@click.argument("msgctxt", nargs=-1, required=True)
def confirm(msgctxt: tuple[str, ...]) -> None:
    """Say that a change of the German is cosmetic: translations of MSGCTXT are fresh again.

    A translation that a translator has marked as doubtful, or whose placeholders differ, stays as
    it is.
    """
    settings = Settings()
    catalogue = loaded(settings)
    _report(verdicts.confirm(catalogue, msgctxt, settings.locales_dir, _now()))


@click.command()
@click.argument("msgctxt", nargs=-1, required=True)
def withdraw(msgctxt: tuple[str, ...]) -> None:
    """Hide all translations of MSGCTXT, because the German says something else now.

    They stay readable in the PO files, as comments of their messages.
    """
    settings = Settings()
    catalogue = loaded(settings)
    _report(verdicts.withdraw(catalogue, msgctxt, settings.locales_dir, _now()))


def _report(effects: Sequence[Effect]) -> None:
    width = max((len(effect.language) for effect in effects), default=0)
    for context in dict.fromkeys(effect.context for effect in effects):
        click.echo(context)
        for effect in effects:
            if effect.context == context:
                click.echo(f"  {effect.language.ljust(width)}  {effect.outcome}")
    counted = Counter(effect.outcome for effect in effects)
    changed = counted[Outcome.CONFIRMED] + counted[Outcome.WITHDRAWN]
    click.echo(f"{changed} of {len(effects)} translations changed.")


def _now() -> datetime:
    return datetime.now(UTC)


def _unchanged(changed: bool) -> str:
    return "" if changed else " (unchanged)"
