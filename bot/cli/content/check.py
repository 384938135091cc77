"""`lotse content check`: every problem with its place."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date, datetime

import click

from bot.cli.content.reading import PROBLEM_FOUND, day_of, demand_folder, progress
from bot.cli.wording import print_problems
from bot.content.load import examine
from bot.domain.errors import Problem
from bot.settings import Settings


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Check dates as of this day.")
def check(form: str, today: datetime | None) -> None:
    """List every problem with its file, line and column. Exit code 1 if one is an error."""
    settings = Settings()
    demand_folder(settings)
    problems = _examined(settings, day_of(today))
    if form == "json":
        click.echo(json.dumps([asdict(item) for item in problems], ensure_ascii=False, indent=1))
    else:
        print_problems(problems)
    if any(problem.severity == "error" for problem in problems):
        sys.exit(PROBLEM_FOUND)


def _examined(settings: Settings, day: date) -> tuple[Problem, ...]:
    with progress("Reading") as report:
        return examine(settings.content_dir, settings.locales_dir, today=day, progress=report)
