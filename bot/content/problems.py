"""Where a problem stands and the list in which all problems gather: nobody stops at the first one.

Knows nothing of YAML or PO. A `Mark` is a place in a file; lines and columns count from 1, columns
in characters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.domain.errors import Problem

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file."""

    file: str
    line: int = 1
    column: int = 1


class Problems:
    """Gathers problems; the same problem at the same place counts once. `errors` counts errors."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}
        self.errors = 0

    def error(self, mark: Mark, code: str, message: str, hint: str = "") -> None:
        """Add something that keeps the content from being used."""
        self.report("error", mark, code, message, hint)

    def warning(self, mark: Mark, code: str, message: str, hint: str = "") -> None:
        """Add something that somebody should mend soon."""
        self.report("warning", mark, code, message, hint)

    def report(
        self, severity: Severity, mark: Mark, code: str, message: str, hint: str = ""
    ) -> None:
        """Add a problem whose severity the caller knows."""
        problem = Problem(
            file=mark.file,
            line=mark.line,
            column=mark.column,
            severity=severity,
            code=code,
            message=message,
            hint=hint,
        )
        self.extend([problem])

    def extend(self, problems: Iterable[Problem]) -> None:
        """Add problems that were found elsewhere."""
        for problem in problems:
            if problem not in self._found:
                self._found[problem] = None
                self.errors += problem.severity == "error"

    def all(self) -> tuple[Problem, ...]:
        """Return what was found, in the order of the files."""
        return tuple(
            sorted(
                self._found, key=lambda found: (found.file, found.line, found.column, found.code)
            )
        )
