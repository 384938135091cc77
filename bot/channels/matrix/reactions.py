"""Keycaps under a question, sent after it and only while the homeserver has nothing against it.

They are an extra: each waits until no message is on its way. A homeserver with the default limits
allows ten events at once and then one in five seconds: there five keycaps would make the next
answer wait. So the first refusal stops them for an hour, whoever met with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from bot.channels.matrix.choices import keycap
from bot.channels.matrix.client import Client
from bot.channels.matrix.homeserver import MatrixError

PAUSE = timedelta(hours=1)
_WAITING = 200
_QUIET = 0.1

_log = structlog.get_logger(__name__)


class Reactions:
    """A queue of keycaps. What does not fit in is dropped."""

    def __init__(self, client: Client, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._clock = clock
        self._queue: asyncio.Queue[tuple[str, str, int, str]] = asyncio.Queue(_WAITING)
        self._open: dict[str, str] = {}  # the question of each room that is still asked
        self._not_before: datetime | None = None
        self._sending = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def paused(self) -> bool:
        """True for a while after the homeserver has refused too many events."""
        return self._not_before is not None and self._clock() < self._not_before

    @contextmanager
    def held(self) -> Iterator[None]:
        """Send no keycap meanwhile: a message goes first."""
        self._sending += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._sending -= 1
            if not self._sending:
                self._idle.set()

    def withdraw(self, room: str) -> None:
        """Drop what is left for a room: something newer is said there."""
        self._open.pop(room, None)

    def offer(self, room: str, event: str, count: int, key: str) -> None:
        """Queue the keycaps 1 to `count` under `event`; `key` is its idempotency key."""
        if count and not self.paused and not self._queue.full():
            self._open[room] = event
            self._queue.put_nowait((room, event, count, key))

    def pause(self) -> None:
        """Send none for a while."""
        self._not_before = self._clock() + PAUSE

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            room, event, count, key = await self._queue.get()
            for number in range(1, count + 1):
                await self._quiet()
                if self.paused or self._open.get(room) != event:
                    break
                relation = {"rel_type": "m.annotation", "event_id": event, "key": keycap(number)}
                try:
                    await self._client.put(
                        room, "m.reaction", {"m.relates_to": relation}, f"{key}.k{number}"
                    )
                except MatrixError as error:
                    if error.limited:
                        self.pause()
                    _log.info("matrix.keycap_failed", code=error.code)
                    break
            if self._open.get(room) == event:
                del self._open[room]

    async def _quiet(self) -> None:
        """Wait until nothing is being sent, and a moment longer for the next in the queue."""
        while True:
            await self._idle.wait()
            await asyncio.sleep(_QUIET)
            if self._idle.is_set():
                return
