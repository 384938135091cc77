"""What the commands of `lotse content` have in common: reading the content, days, progress."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TypeVar

import click

from bot.content.catalogue import Catalogue
from bot.content.load import load
from bot.content.model import Language
from bot.settings import Settings

T = TypeVar("T")
PROBLEM_FOUND = 1


def loaded(settings: Settings) -> Catalogue:
    """Return the content; ContentError with all problems where it cannot be used."""
    demand_folder(settings)
    with progress("Reading") as report:
        return load(settings.content_dir, settings.locales_dir, progress=report)


def demand_folder(settings: Settings) -> None:
    """Refuse to go on without a content folder."""
    if not settings.content_dir.is_dir():
        message = f"there is no folder {settings.content_dir}; set LOTSE_CONTENT_DIR"
        raise click.UsageError(message)


def day_of(today: datetime | None) -> date:
    """Return the day that was given, or this one."""
    return today.date() if today else datetime.now(UTC).date()


def languages_of(catalogue: Catalogue, wanted: Collection[str]) -> list[Language]:
    """Return the languages with these codes, all but the source where none is given."""
    codes = {language.code for language in catalogue.languages}
    if strange := sorted(set(wanted) - codes):
        message = f"{', '.join(strange)}: not among the languages of site.yaml"
        raise click.BadParameter(message, param_hint="--lang")
    if wanted:
        return [item for item in catalogue.languages if item.code in wanted]
    return [item for item in catalogue.languages if item.status != "source"]


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar on a terminal; what is yielded takes (done, total), None without a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def report(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield report


def each(items: Sequence[T], label: str) -> Iterator[T]:
    """Walk the items with a bar on a terminal."""
    with progress(label) as report:
        for done, item in enumerate(items):
            yield item
            if report is not None:
                report(done + 1, len(items))
