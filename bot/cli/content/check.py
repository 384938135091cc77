"""`lotse content check` and `lotse content schema`: what an editor and her editor program need.

Problems go to standard output, errors before warnings, each with its place and how to mend it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from bot.cli.content.reading import PROBLEM_FOUND, day_of, demand_folder, progress
from bot.domain.capabilities import Capabilities
from bot.domain.errors import Problem
from bot.service.check import check as examine
from bot.settings import Settings

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text")
@click.option("--today", type=_DAY, help="Check as of this day; what is overdue is an error.")
@click.option("--as-of", type=_DAY, help="Check as of this day; what is overdue is a warning.")
def check(form: str, today: datetime | None, as_of: datetime | None) -> None:
    """List every problem with its file, line and column. Exit code 1 if one is an error.

    Reads all files and translations, walks every entry with every answer, and shows every message
    in every language on every channel. Without a day, this day counts, and what is overdue is a
    warning.
    """
    if today is not None and as_of is not None:
        raise click.UsageError("--today and --as-of exclude one another")
    settings = Settings()
    demand_folder(settings)
    with progress("Checking") as report:
        problems = examine(
            settings.content_dir,
            settings.locales_dir,
            today=day_of(today or as_of),
            channels=_channels(),
            overdue="error" if today is not None else "warning",
            progress=report,
        )
    ordered = sorted(problems, key=lambda problem: problem.severity != "error")
    click.echo(_FORMS[form](ordered))
    if any(problem.severity == "error" for problem in problems):
        sys.exit(PROBLEM_FOUND)


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the schemas into this folder; default: schema in LOTSE_DATA_DIR.",
)
def schema(out: Path | None) -> None:
    """Write a JSON Schema for every kind of content file, for editors that check while typing."""
    from bot.content.json_schema import SCHEMAS, json_schema

    folder = out or Settings().data_dir / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    for name, kind in SCHEMAS.items():
        path = folder / f"{name}.schema.json"
        words = json.dumps(json_schema(name), ensure_ascii=False, indent=1)
        path.write_text(words + "\n", "utf-8")
        click.echo(f"{path}: content/{kind.files}")


def _channels() -> Mapping[str, Capabilities]:
    from bot.channels.matrix.channel import CAPABILITIES as MATRIX
    from bot.channels.telegram.channel import CAPABILITIES as TELEGRAM
    from bot.service.webchat import WEB

    return {"Telegram": TELEGRAM, "Matrix": MATRIX, "the web": WEB}


def _text(problems: Sequence[Problem]) -> str:
    lines: list[str] = []
    for problem in problems:
        place = f"{problem.file}:{problem.line}:{problem.column}"
        lines.append(f"{place}: {problem.severity}: {problem.message} [{problem.code}]")
        lines += [f"    {line}" for line in problem.hint.splitlines()]
    errors = sum(problem.severity == "error" for problem in problems)
    counted = [
        f"{count} {word}{'' if count == 1 else 's'}"
        for count, word in ((errors, "error"), (len(problems) - errors, "warning"))
    ]
    return "\n".join([*lines, ", ".join(counted)])


def _json(problems: Sequence[Problem]) -> str:
    return json.dumps([asdict(item) for item in problems], ensure_ascii=False, indent=1)


def _github(problems: Sequence[Problem]) -> str:
    """Return workflow commands: GitHub shows each beside the line of the change."""
    return "\n".join(
        f"::{problem.severity} file={_property(_relative(problem.file))},line={problem.line},"
        f"col={problem.column},title={_property(problem.code)}::"
        + _escaped("\n".join(part for part in (problem.message, problem.hint) if part))
        for problem in problems
    )


def _relative(file: str) -> str:
    path = Path(file)
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else file


def _escaped(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _escaped(words).replace(":", "%3A").replace(",", "%2C")


_FORMS = {"text": _text, "json": _json, "github": _github}
