"""Where a line of the content can be opened: in the editor on this machine, or in its
repository.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of a file: as it is shown, and the links that lead there."""

    path: str
    line: int
    column: int
    editor: str
    repository: str | None


@dataclass(frozen=True, slots=True)
class Files:
    """Knows the folders. `pattern` is the repository's address with {path} and {line}, if any."""

    content: Path
    locales: Path
    pattern: str | None

    def place(self, file: str, line: int = 1, column: int = 1) -> Place:
        """Return a line of a file as the content names it."""
        whole = Path(file).absolute()
        path = self._short(whole)
        repository = None
        if self.pattern is not None:
            repository = self.pattern.replace("{path}", quote(path)).replace("{line}", str(line))
        return Place(
            path=path,
            line=line,
            column=column,
            editor=f"vscode://file/{quote(whole.as_posix().lstrip('/'))}:{line}:{column}",
            repository=repository,
        )

    def _short(self, whole: Path) -> str:
        """Return a path as editors know it: from the folder that holds content or translations."""
        for folder in (self.content, self.locales):
            above = folder.absolute().parent
            if whole.is_relative_to(above):
                return whole.relative_to(above).as_posix()
        return whole.name
