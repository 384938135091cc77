"""The content as editors see it: what is live, what was refused, what the check says.

Keeps nothing but the newest result of the check. Whoever shows it asks again when `changes` says
so; `stamp` tells whether there is anything new to show.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.content.catalogue import Catalogue
from bot.content.load import examine
from bot.domain.errors import Problem
from bot.service.notifier import Notifier
from bot.service.preview_walk import Move, Walk, walk
from bot.service.reload import LiveContent

CONTENT_CHANGED = ("content", "")
"""What the notifier calls a change of the content."""

PATIENCE = 0.1
"""Seconds that a page waits for the check; a result that takes longer comes by itself."""

_ROW = re.compile(r"([a-z0-9][a-z0-9-]*):")
_STEP = re.compile(r"\s*- (?:id:|\{id:)\s*[\"']?([a-z0-9][a-z0-9-]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What there is to show at one moment.

    `refused` are the problems of a change that is not live; empty where the newest one is. `since`
    (in the site's zone) is when the content became live.
    """

    catalogue: Catalogue
    refused: tuple[Problem, ...]
    since: datetime
    at: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The site's zone."""
        return ZoneInfo(self.catalogue.site.zone)

    @property
    def today(self) -> date:
        """The day in the site's zone."""
        return self.at.astimezone(self.zone).date()

    def stamp(self, *, checked: bool) -> str:
        """Return what changes when there is something new to show."""
        refused = hashlib.sha256(repr(self.refused).encode()).hexdigest()[:8]
        return f"{self.catalogue.version}-{refused}-{'checked' if checked else 'reading'}"

    def walk(self, entry: str, languages: Sequence[str], moves: Sequence[Move]) -> Walk:
        """Walk an entry in several languages; see `preview_walk`."""
        return walk(self.catalogue, entry, languages, moves, self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the check says. `done` False: it still runs, and these are those of reading alone."""

    problems: tuple[Problem, ...]
    done: bool


Check = Callable[[Path, Path, date], Sequence[Problem]]


def read_through(content: Path, locales: Path, today: date) -> Sequence[Problem]:
    """Read all files and return every problem, also what the calendar has overtaken."""
    return examine(content, locales, today=today)


class Preview:
    """What the preview page asks of the service."""

    def __init__(
        self,
        live: LiveContent,
        content: Path,
        locales: Path,
        *,
        notifier: Notifier,
        clock: Callable[[], datetime],
        check: Check = read_through,
    ) -> None:
        self.content = content
        self.locales = locales
        self._live = live
        self._notifier = notifier
        self._clock = clock
        self._check = check
        self._newest: tuple[tuple[str, date], tuple[Problem, ...]] | None = None
        self._running: tuple[tuple[str, date], asyncio.Task[None]] | None = None

    def now(self) -> Moment:
        """Return what there is to show now."""
        catalogue = self._live()
        return Moment(
            catalogue=catalogue,
            refused=self._live.refused,
            since=self._live.since.astimezone(ZoneInfo(catalogue.site.zone)),
            at=self._clock(),
        )

    def stamp(self) -> str:
        """Return the stamp of what there is to show now."""
        now = self.now()
        return now.stamp(checked=self._known(now) is not None)

    def changes(self) -> AsyncIterator[None]:
        """Yield once at the start and then whenever the content or the check's result changed."""
        return self._notifier.subscribe(*CONTENT_CHANGED)

    async def checked(self, moment: Moment) -> Checked:
        """Return what the check says of what is shown at this moment."""
        if self._known(moment) is None:
            key = _key(moment)
            if self._running is None or self._running[0] != key:
                self._running = key, asyncio.create_task(self._examine(moment))
            await asyncio.wait({self._running[1]}, timeout=PATIENCE)
        known = self._known(moment)
        if known is not None:
            return Checked(problems=known, done=True)
        return Checked(problems=moment.catalogue.problems, done=False)

    def _known(self, moment: Moment) -> tuple[Problem, ...] | None:
        if moment.refused:  # what depends on a broken file is not known: errors only
            return tuple(each for each in moment.refused if each.severity == "error")
        newest = self._newest
        return newest[1] if newest is not None and newest[0] == _key(moment) else None

    async def _examine(self, moment: Moment) -> None:
        found = await asyncio.to_thread(self._check, self.content, self.locales, moment.today)
        self._newest = _key(moment), tuple(found)
        self._notifier.changed(*CONTENT_CHANGED)

    def rows(self, name: str) -> dict[str, int]:
        """Return the line of each id that heads a row of a file (facts, places)."""
        return self._lines(name, _ROW)

    def steps(self, name: str) -> dict[str, int]:
        """Return the line in which each step of an entry's file begins."""
        return self._lines(name, _STEP)

    def _lines(self, name: str, form: re.Pattern[str]) -> dict[str, int]:
        try:
            text = (self.content / name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return {}
        found: dict[str, int] = {}
        for number, line in enumerate(text.splitlines(), 1):
            if (row := form.match(line)) is not None:
                found.setdefault(row[1], number)
        return found


def _key(moment: Moment) -> tuple[str, date]:
    return moment.catalogue.version, moment.today
