"""Where a problem stands and the list in which all problems gather: nobody stops at the first one.

Knows nothing of YAML or PO. A `Mark` is a place in a file; lines and columns count from 1, columns
in characters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from bot.domain.errors import Problem

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file."""

    file: str
    line: int = 1
    column: int = 1


MOST = 100
"""Problems of one kind that are listed of one file; the others are counted."""


class Problems:
    """Gathers problems; the same problem at the same place counts once. `errors` counts errors.

    A file that goes wrong ten thousand times in the same way hides nothing else: MOST of a kind are
    listed, the rest is one line.
    """

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}
        self._counts: dict[tuple[str, str], int] = {}
        self._surplus: dict[tuple[str, str], Problem] = {}
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
            if problem in self._found:
                continue
            kind = problem.file, problem.code
            self._counts[kind] = self._counts.get(kind, 0) + 1
            if self._counts[kind] <= MOST:
                self._found[problem] = None
            else:
                self._surplus.setdefault(kind, problem)
            self.errors += problem.severity == "error"

    def all(self) -> tuple[Problem, ...]:
        """Return what was found, in the order of the files."""
        surplus = [
            replace(first, message=f"and {self._counts[kind] - MOST:,} more like this", hint="")
            for kind, first in self._surplus.items()
        ]
        return tuple(
            sorted(
                [*self._found, *surplus],
                key=lambda found: (found.file, found.line, found.column, found.code),
            )
        )
