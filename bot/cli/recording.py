"""`lotse chat --record FILE`: keeps a conversation, as a case for `lotse content test` where the
file ends in .yaml, else as a transcript.

A file that cannot be written, or cases that cannot be added to, are refused before the
conversation, not after it.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.channels.terminal import Conversation
from bot.cli.wording import print_problems
from bot.content.catalogue import Catalogue
from bot.content.problems import Problems
from bot.content.rehearsal_writing import appended, can_be_added_to
from bot.service.recording import recorded

PROBLEM_FOUND = 1
CASES = {".yaml", ".yml"}


class Record:
    """Where a conversation is kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._as_case = path.suffix in CASES
        self._text()
        if self._as_case:
            path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a" if self._as_case else "w", encoding="utf-8"):
            pass

    def _text(self) -> str:
        """Return what stands in a file of cases."""
        if not self._as_case or not self._path.exists():
            return ""
        text = self._path.read_text("utf-8")
        problems = Problems()
        if not can_be_added_to(text, self._path.as_posix(), problems):
            print_problems(problems.all())
            sys.exit(PROBLEM_FOUND)
        return text

    def keep(
        self,
        conversation: Conversation,
        catalogue: Catalogue,
        *,
        began: datetime,
        language: str | None,
    ) -> None:
        """Write the conversation down."""
        if not self._as_case:
            self._path.write_text(conversation.transcript(), "utf-8")
        elif conversation.words:
            day = began.astimezone(ZoneInfo(catalogue.site.zone)).date()
            one = recorded(catalogue, conversation.words, day=day, language=language)
            self._path.write_text(appended(self._text(), one), "utf-8")


def record_file(
    _context: click.Context, _parameter: click.Parameter, value: Path | None
) -> Record | None:
    """Return where to keep the conversation (callback of `--record`)."""
    if value is None:
        return None
    try:
        return Record(value)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "this is not UTF-8"
        raise click.BadParameter(f"{value}: {reason}") from None
