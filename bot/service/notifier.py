"""Says "this conversation changed" after a commit to whoever listens in this process.

Listeners read the database themselves; a lost wake-up costs time, never a message.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator


class Notifier:
    """Wake-ups by conversation, named by account and address. Keeps nothing when nobody listens."""

    def __init__(self) -> None:
        self._listeners: dict[tuple[str, str], set[asyncio.Event]] = {}
        self._closed = False

    def changed(self, account: str, address: str) -> None:
        """Wake everybody who listens to this conversation."""
        for event in self._listeners.get((account, address), ()):
            event.set()

    def listens(self, account: str, address: str) -> bool:
        """Return whether anybody in this process listens to this conversation now."""
        return (account, address) in self._listeners

    def close(self) -> None:
        """End all subscriptions."""
        self._closed = True
        for events in self._listeners.values():
            for event in events:
                event.set()

    async def subscribe(self, account: str, address: str) -> AsyncGenerator[None, None]:
        """Yield once at the start and after every change, until closed."""
        key = (account, address)
        event = asyncio.Event()
        event.set()
        self._listeners.setdefault(key, set()).add(event)
        try:
            while True:
                await event.wait()
                event.clear()
                if self._closed:
                    return
                yield
        finally:
            self._listeners[key].discard(event)
            if not self._listeners[key]:
                del self._listeners[key]
