"""Accepting invitations: one task per room, with backoff, for a week.

The stream tells of an invitation once, so it stays in the memory until the room is joined; that
the room was joined is told by the stream again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.channels.matrix.backoff import Backoff
from bot.channels.matrix.homeserver import LOGGED_OUT, Homeserver, MatrixError, path
from bot.channels.matrix.memory import Memory

PATIENCE = timedelta(days=7)
"""How long a room is tried whose homeserver does not answer."""

_log = structlog.get_logger(__name__)


class Joins:
    """Joins what the memory holds. `tasks` is the group that the attempts run in."""

    def __init__(
        self,
        homeserver: Homeserver,
        memory: Memory,
        clock: Callable[[], datetime],
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._homeserver = homeserver
        self._memory = memory
        self._clock = clock
        self._tasks = tasks
        self._running: dict[str, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Try every room of the memory that is not being tried."""
        for room in self._memory.invites:
            if room not in self._running:
                task = self._tasks.create_task(self._join(room))
                self._running[room] = task

    def stop(self) -> None:
        """Cancel all attempts."""
        for task in list(self._running.values()):
            task.cancel()

    async def _join(self, room: str) -> None:
        try:
            await self._until_joined(room)
        finally:
            self._running.pop(room, None)

    async def _until_joined(self, room: str) -> None:
        backoff = Backoff(first=1.0, ceiling=900.0)
        while (since := self._memory.invites.get(room)) is not None:
            try:
                await self._homeserver.call("POST", path("join", room), {}, timeout=90.0)
            except MatrixError as error:
                if error.code == LOGGED_OUT:
                    return
                if error.final or self._clock() - since > PATIENCE:
                    _log.warning("matrix.join_failed", code=error.code)
                    await self._decline(room)
                    break
                await asyncio.sleep(backoff.after(error.retry_after))
            else:
                break
        self._memory.invites.pop(room, None)
        await self._memory.try_save()

    async def _decline(self, room: str) -> None:
        try:
            await self._homeserver.call("POST", path("rooms", room, "leave"), {})
        except MatrixError as error:
            _log.info("matrix.decline_failed", code=error.code)
