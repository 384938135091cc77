"""How commands speak: problems with file and line, settings by their names. Never shows a secret's
value.
"""

from __future__ import annotations

from collections.abc import Iterable

import click
from pydantic import ValidationError

from bot.domain.errors import Problem


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
    return [
        f"LOTSE_{'_'.join(str(part) for part in item['loc']).upper()}: {item['msg']}"
        for item in error.errors(include_input=False, include_url=False, include_context=False)
    ]
