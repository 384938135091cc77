"""The content that is live, and its replacement while the program runs.

Whoever needs content asks for the snapshot of this moment and keeps it for the length of a turn.
After 300 ms of quiet in the folders everything is read anew: a sound change becomes live as a
whole, a broken one is refused, named in the log, and the last good content stays. Every snapshot
that was live is kept in the history.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from bot.content.catalogue import Catalogue
from bot.content.history import keep
from bot.content.load import load
from bot.domain.errors import ContentError, Problem
from bot.service import metrics

log = structlog.get_logger(__name__)

QUIET_MS = 300
NAMED = 5  # problems that the log names; the others are counted


class LiveContent:
    """Holds the snapshot that is live. `refused` are the problems of the newest broken change;
    `changed` is called after every change, sound or refused.
    """

    def __init__(
        self,
        content: Path,
        locales: Path,
        *,
        history: Path | None,
        clock: Callable[[], datetime],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._content = content
        self._locales = locales
        self._history = history
        self._clock = clock
        self._changed = changed
        self._catalogue = load(content, locales)
        self.refused: tuple[Problem, ...] = ()
        self.since = clock()
        self._keep()
        self._figures(None)

    def __call__(self) -> Catalogue:
        """Return the snapshot of this moment."""
        return self._catalogue

    async def watch(self) -> None:
        """Follow the folders until cancelled."""
        from watchfiles import awatch

        folders = [str(path) for path in (self._content, self._locales) if path.is_dir()]
        async for _changes in awatch(
            *folders, debounce=1_600, step=QUIET_MS, rust_timeout=1_000, yield_on_timeout=False
        ):
            await self.refresh()

    async def refresh(self) -> None:
        """Read the folders anew."""
        try:
            fresh = await asyncio.to_thread(load, self._content, self._locales)
        except ContentError as error:
            self._refuse(error.problems)
        except OSError as error:  # a folder that is being moved: the next change tells
            log.warning("content.unreadable", error=type(error).__name__)
            return
        else:
            self.refused = ()
            if fresh.version != self._catalogue.version:
                await self._replace(fresh)
                return
        self._changed()

    async def _replace(self, fresh: Catalogue) -> None:
        before, self._catalogue = self._catalogue, fresh
        self.since = self._clock()
        self._figures(before)
        log.info("content.live", version=fresh.version, entries=len(fresh.entries))
        self._changed()
        await asyncio.to_thread(self._keep)

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self.refused = problems
        errors = [problem for problem in problems if problem.severity == "error"]
        log.error("content.refused", errors=len(errors), live=self._catalogue.version)
        for problem in errors[:NAMED]:
            place = f"{problem.file}:{problem.line}:{problem.column}"
            log.error("content.problem", place=place, code=problem.code)

    def _keep(self) -> None:
        if self._history is None:
            return
        try:
            keep(
                self._history,
                self._content,
                self._locales,
                self._catalogue.version,
                self.since,
            )
        except OSError as error:  # a full disk must not stop the answers
            log.warning("content.not_kept", error=type(error).__name__)

    def _figures(self, before: Catalogue | None) -> None:
        if before is not None:
            metrics.CONTENT.remove(before.version)
        metrics.CONTENT.labels(self._catalogue.version).set(1)
        metrics.CONTENT_ENTRIES.set(len(self._catalogue.entries))
