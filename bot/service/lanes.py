"""One lane per conversation: what belongs together runs one after the other, everything else side
by side.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class Lanes:
    """Locks that exist while somebody waits for them; first come, first served."""

    def __init__(self) -> None:
        self._lanes: dict[Hashable, tuple[asyncio.Lock, int]] = {}
        self._free = asyncio.Event()
        self._free.set()

    @asynccontextmanager
    async def lane(self, key: Hashable) -> AsyncIterator[None]:
        """Hold the lane `key` for the time of the block."""
        lock, waiting = self._lanes.get(key, (None, 0))
        lock = lock or asyncio.Lock()
        self._lanes[key] = (lock, waiting + 1)
        self._free.clear()
        try:
            async with lock:
                yield
        finally:
            _, waiting = self._lanes[key]
            if waiting == 1:
                del self._lanes[key]
            else:
                self._lanes[key] = (lock, waiting - 1)
            if not self._lanes:
                self._free.set()

    async def free(self) -> None:
        """Wait until nobody is in any lane."""
        await self._free.wait()

    def __len__(self) -> int:
        """Return how many lanes are in use."""
        return len(self._lanes)
