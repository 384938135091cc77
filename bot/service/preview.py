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

PATIENCE = 0.8
"""Seconds that a page waits for the check; a large pack's result comes later by itself."""

_ROW = re.compile(r"([a-z0-9][a-z0-9-]*):|\s*- (?:id:|\{id:)\s*[\"']?([a-z0-9][a-z0-9-]*)")


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
        self._newest: tuple[object, tuple[Problem, ...]] | None = None
        self._running: tuple[object, asyncio.Task[None]] | None = None

    @property
    def catalogue(self) -> Catalogue:
        """The content that is live."""
        return self._live()

    @property
    def refused(self) -> tuple[Problem, ...]:
        """The problems of a change that is not live; empty where the newest one is."""
        return self._live.refused

    @property
    def since(self) -> datetime:
        """Since when the content is live, in the site's zone."""
        return self._live.since.astimezone(self._zone)

    @property
    def today(self) -> date:
        """The day in the site's zone."""
        return self._clock().astimezone(self._zone).date()

    @property
    def stamp(self) -> str:
        """What changes when there is something new to show."""
        done = self._newest is not None and self._newest[0] == self._key
        refused = hashlib.sha256(repr(self.refused).encode()).hexdigest()[:8]
        return f"{self.catalogue.version}-{refused}-{'checked' if done else 'reading'}"

    def changes(self) -> AsyncIterator[None]:
        """Yield once at the start and then whenever the content or the check's result changed."""
        return self._notifier.subscribe(*CONTENT_CHANGED)

    def walk(self, entry: str, languages: Sequence[str], moves: Sequence[Move]) -> Walk:
        """Walk an entry in several languages; see `preview_walk`."""
        return walk(self.catalogue, entry, languages, moves, self._clock())

    async def checked(self) -> Checked:
        """Return what the check says of the files as they are now."""
        if self.refused:
            return Checked(problems=self.refused, done=True)
        key = self._key
        if self._newest is None or self._newest[0] != key:
            if self._running is None or self._running[0] != key:
                self._running = key, asyncio.create_task(self._examine(key))
            await asyncio.wait({self._running[1]}, timeout=PATIENCE)
        if self._newest is not None and self._newest[0] == key:
            return Checked(problems=self._newest[1], done=True)
        return Checked(problems=self.catalogue.problems, done=False)

    async def _examine(self, key: object) -> None:
        found = await asyncio.to_thread(self._check, self.content, self.locales, self.today)
        self._newest = key, tuple(found)
        self._notifier.changed(*CONTENT_CHANGED)

    @property
    def _key(self) -> object:
        return self.catalogue.version, self.today

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.catalogue.site.zone)

    def lines(self, name: str) -> dict[str, int]:
        """Return the line of each id in a file of the content: ids that head a row (facts, places)
        and ids of steps.
        """
        try:
            text = (self.content / name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return {}
        found: dict[str, int] = {}
        for number, line in enumerate(text.splitlines(), 1):
            if (row := _ROW.match(line)) is not None:
                found.setdefault(row[1] or row[2], number)
        return found
