"""What the channel does on its own between two syncs, and may leave for the next time.

Keys, leaving rooms that nobody is in, one polite refusal in groups, one polite sentence where a
message cannot be decrypted, the signature under the own device. A failure here stops nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.channels.matrix.client import Client
from bot.channels.matrix.homeserver import LOGGED_OUT, MatrixError, path
from bot.channels.matrix.memory import Memory
from bot.channels.matrix.staff import StaffRoom
from bot.domain.texts import GROUP, UNREADABLE_ROOM, Text

UNREADABLE_AFTER = timedelta(seconds=60)
"""How long a key may be late before the room hears of it."""

_log = structlog.get_logger(__name__)


class Upkeep:
    """Runs once after each `wake`. `words` gives a text in the languages that all may read."""

    def __init__(
        self,
        client: Client,
        *,
        memory: Memory,
        clock: Callable[[], datetime],
        words: Callable[[Text], str],
        groups: set[str],
        staff: StaffRoom,
    ) -> None:
        self._client = client
        self._memory = memory
        self._clock = clock
        self._words = words
        self._groups = groups
        self._staff = staff
        self._due = asyncio.Event()

    def wake(self) -> None:
        """Ask for one more round."""
        self._due.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._due.wait()
            self._due.clear()
            for step in (self._client.upkeep, self._leave, self._refuse, self._tell):
                try:
                    await step()
                except MatrixError as error:
                    if error.code != LOGGED_OUT:  # the receive loop hears of that, too
                        _log.info("matrix.upkeep_failed", step=step.__name__, code=error.code)
            await self._memory.try_save()

    async def _leave(self) -> None:
        """Leave rooms that nobody else is in. The member list is asked for: leaving is for good."""
        for room in list(self._client.rooms):
            if self._client.others(room) or self._staff.holds(room):
                continue
            found = await self._client.homeserver.call("GET", path("rooms", room, "joined_members"))
            if set(found.get("joined", {})) - {self._client.user}:
                continue
            await self._client.homeserver.call("POST", path("rooms", room, "leave"), {})
            await self._client.homeserver.call("POST", path("rooms", room, "forget"), {})
            self._client.dropped(room)

    async def _refuse(self) -> None:
        """Say once in each group that the bot answers only in private."""
        for room in list(self._groups):
            if room in self._client.rooms and room not in self._memory.refused:
                await self._say(room, GROUP, f"group-{room}")
                self._memory.refused.add(room)
            self._groups.discard(room)
        for room in list(self._memory.refused):
            if len(self._client.others(room)) <= 1:
                self._memory.refused.discard(room)

    async def _tell(self) -> None:
        """Say once per room that a message cannot be read."""
        before = self._clock() - UNREADABLE_AFTER
        for each in list(self._memory.waiting):
            if each.told or each.since > before:
                continue
            if each.room in self._client.rooms:
                await self._say(each.room, UNREADABLE_ROOM, f"unreadable-{each.event['event_id']}")
            for other in self._memory.waiting:
                if other.room == each.room:
                    other.told = True

    async def _say(self, room: str, text: Text, key: str) -> None:
        transaction = "lotse-" + hashlib.sha256(key.encode()).hexdigest()[:24]
        content = {"msgtype": "m.text", "body": self._words(text)}
        await self._client.put(room, "m.room.message", content, transaction)
