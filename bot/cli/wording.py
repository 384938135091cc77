"""How commands speak: problems with file and line, settings by their names, faults of the program
by their place. Never shows a value.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable

import click
from pydantic import ValidationError

from bot.domain.errors import Problem

_BY_TYPE = {
    "int_parsing": "must be a whole number",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be one of: {expected}",
    "time_delta_parsing": "must be an ISO 8601 duration such as P30D or -PT2H",
}


def print_problems(problems: Iterable[Problem]) -> None:
    """Print problems, worst first within each file, to standard error."""
    errors = warnings = 0
    for problem in sorted(problems, key=lambda p: (p.file, p.line, p.column)):
        place = f"{problem.file}:{problem.line}:{problem.column}"
        word = "error" if problem.severity == "error" else "warning"
        click.echo(f"{place}: {word}: {problem.message} [{problem.code}]", err=True)
        if problem.hint:
            click.echo(f"    {problem.hint}", err=True)
        errors += problem.severity == "error"
        warnings += problem.severity != "error"
    click.echo(f"{errors} errors, {warnings} warnings", err=True)


def settings_sentences(error: ValidationError) -> list[str]:
    """Return one sentence per wrong setting, without its value."""
    sentences: list[str] = []
    for item in error.errors(include_input=False, include_url=False):
        name = f"LOTSE_{'_'.join(str(part) for part in item['loc']).upper()}"
        known = _BY_TYPE.get(item["type"])
        words = known.format(**item.get("ctx", {})) if known else item["msg"]
        sentences.append(f"{name} {words.removeprefix('Value error, ')}")
    return sentences


def fault(error: Exception) -> str:
    """Return where a fault of the program is, without its message, which may hold anything."""
    places = traceback.extract_tb(error.__traceback__)
    lines = [f"  {place.filename}:{place.lineno} in {place.name}" for place in places]
    return "\n".join(
        (f"A fault in the program: {type(error).__name__}. Please report these lines:", *lines)
    )
