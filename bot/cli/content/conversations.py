"""`lotse content test`: play the conversations that editors wrote down."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from bot.cli.content.reading import PROBLEM_FOUND, each, languages_of, loaded
from bot.cli.wording import print_problems
from bot.content import rehearsals
from bot.content.catalogue import Catalogue
from bot.content.problems import Problems
from bot.content.rehearsals import Known, Rehearsal
from bot.domain.errors import ContentError
from bot.service.rehearsal import DAY, Outcome, play, report
from bot.settings import Settings


@click.command("test")
@click.argument(
    "files",
    nargs=-1,
    metavar="[FILE]...",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--lang", help="Only the conversations in the folder of this language.")
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    default=DAY.isoformat(),
    show_default=True,
    help="Play on this day what names no day itself.",
)
def content_test(files: tuple[Path, ...], lang: str | None, today: datetime) -> None:
    """Play the conversations of content/tests, or only those of each FILE, and show where one goes
    another way than expected. Exit code 1 if one does.
    """
    settings = Settings()
    try:
        catalogue = loaded(settings)
        wanted = _read(files or rehearsals.files(settings.content_dir), catalogue)
    except ContentError as error:
        print_problems(error.problems)
        sys.exit(PROBLEM_FOUND)
    if lang is not None:
        languages_of(catalogue, [lang])  # refuses one that the site does not have
        wanted = [one for one in wanted if one.language == lang]
    began = time.perf_counter()
    outcomes: list[Outcome] = []
    for one in each(wanted, "Playing"):
        outcome = play(one, catalogue, today.date())
        outcomes.append(outcome)
        if not outcome.passed:
            click.echo(report(outcome))
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed if len(outcomes) > 1 else ():
        click.echo(f"failed: {outcome.rehearsal.mark.file}: {outcome.rehearsal.name}")
    files_played = len({outcome.rehearsal.mark.file for outcome in outcomes})
    click.echo(
        f"{_count(len(outcomes), 'conversation')} in {_count(files_played, 'file')}: "
        f"{len(outcomes) - len(failed)} passed, {len(failed)} failed "
        f"({time.perf_counter() - began:.1f} s)"
    )
    if failed:
        sys.exit(PROBLEM_FOUND)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _read(files: Sequence[Path], catalogue: Catalogue) -> list[Rehearsal]:
    """Return the conversations of the files; ContentError with all problems on an error."""
    problems = Problems()
    known = Known.of(
        languages=[language.code for language in catalogue.languages],
        entries=catalogue.entries,
        facts=catalogue.facts,
        places=catalogue.places,
    )
    found = [
        one
        for path in files
        for one in rehearsals.read(rehearsals.open_file(path, problems), known, problems)
    ]
    if problems.errors:
        raise ContentError(problems.all())
    return found
