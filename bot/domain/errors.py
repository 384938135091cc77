"""Errors that cross floors. A message of theirs may be shown to an administrator; none holds a
person's words.
"""

from __future__ import annotations

from dataclasses import dataclass


class LotseError(Exception):
    """Something that a person who runs Lotse can mend: says what happened and what to do."""


class ConfigurationError(LotseError):
    """A setting is missing or wrong (exit code 2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem in the content: where, how bad, what, and how to mend it. Lines and columns count
    from 1.
    """

    file: str
    line: int
    column: int
    severity: str  # "error" | "warning"
    code: str
    message: str
    hint: str = ""


class ContentError(LotseError):
    """The content cannot be used; `problems` says all that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems in the content")
        self.problems = problems
