"""`lotse content`: check the content, write what translators work on."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime

import click

from bot.cli.wording import print_problems
from bot.content.catalogue import Catalogue
from bot.content.load import examine, load
from bot.domain.errors import Problem
from bot.settings import Settings

PROBLEM_FOUND = 1


@click.group()
def content() -> None:
    """What Lotse says: check it, and prepare it for translators."""


@content.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Check dates as of this day.")
def check(form: str, today: datetime | None) -> None:
    """List every problem with its file, line and column. Exit code 1 if one is an error."""
    settings = Settings()
    _demand_folder(settings)
    day = today.date() if today else datetime.now(UTC).date()
    problems = _examined(settings, day, quiet=form == "json")
    if form == "json":
        click.echo(json.dumps([asdict(item) for item in problems], ensure_ascii=False, indent=1))
    else:
        print_problems(problems)
    if any(problem.severity == "error" for problem in problems):
        sys.exit(PROBLEM_FOUND)


def _examined(settings: Settings, day: date, *, quiet: bool) -> tuple[Problem, ...]:
    if quiet or not sys.stderr.isatty():
        return examine(settings.content_dir, settings.locales_dir, today=day)
    with click.progressbar(length=1, label="Reading", file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        return examine(settings.content_dir, settings.locales_dir, today=day, progress=progress)


@content.command()
def extract() -> None:
    """Write the templates content.pot and messages.pot into the folder of the translations."""
    from bot.content import extract as writing

    settings = Settings()
    catalogue = _loaded(settings)
    for written in writing.extract(catalogue.texts, settings.locales_dir, datetime.now(UTC)):
        click.echo(f"{written.path}: {written.total} messages{_unchanged(written.changed)}")


@content.command()
@click.option("--lang", "wanted", multiple=True, help="Only this language; may be repeated.")
def update(wanted: tuple[str, ...]) -> None:
    """Bring the PO files of all languages up to date with the German texts.

    A changed German text keeps its translation, marked fuzzy, with the earlier German beside it.
    """
    from bot.content import extract as writing

    settings = Settings()
    catalogue = _loaded(settings)
    codes = {language.code for language in catalogue.languages}
    if strange := sorted(set(wanted) - codes):
        message = f"{', '.join(strange)}: not among the languages of site.yaml"
        raise click.BadParameter(message, param_hint="--lang")
    languages = [item for item in catalogue.languages if not wanted or item.code in wanted]
    for written in writing.update(
        catalogue.texts, languages, settings.locales_dir, datetime.now(UTC)
    ):
        click.echo(
            f"{written.path}: {written.translated} of {written.total} translated, "
            f"{written.fuzzy} fuzzy, {written.obsolete} obsolete{_unchanged(written.changed)}"
        )


def _loaded(settings: Settings) -> Catalogue:
    _demand_folder(settings)
    return load(settings.content_dir, settings.locales_dir)


def _demand_folder(settings: Settings) -> None:
    if not settings.content_dir.is_dir():
        message = f"there is no folder {settings.content_dir}; set LOTSE_CONTENT_DIR"
        raise click.UsageError(message)


def _unchanged(changed: bool) -> str:
    return "" if changed else " (unchanged)"
