"""The port for work after a commit that is not a delivery: expire, rerun, and what comes later.

A use case defers a job in its own transaction; a handler, itself a use case, does it. Knows neither
who runs the jobs nor when: `bot.jobs` listens to the bell.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from bot.storage import jobs
from bot.storage.transaction import Tx

Args = Mapping[str, int | str]
"""Ids only; texts of a person are refused."""

Handler = Callable[[Args], Awaitable[None]]
"""Does one job. It is run again if it was cut off or raised, and must come to the same end."""


def defer(tx: Tx, name: str, args: Args, *, at: datetime, lane: str | None = None) -> int:
    """Put a job in the queue, with the caller's transaction or not at all; return its id.

    Jobs of one `lane` run in the order in which they were deferred, others side by side. Call
    `Jobs.committed` after the commit, so that nobody waits for the next look.

    Raises:
        ValueError: an argument is no id.
    """
    return jobs.defer(tx, name, args, lane=lane, at=at)


class Jobs:
    """The handlers by name of job, and the bell that says that something was deferred."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        self._bell = asyncio.Event()

    def register(self, name: str, handler: Handler) -> None:
        """Say who does the jobs called `name`.

        Raises:
            ValueError: somebody does already.
        """
        if name in self._handlers:
            raise ValueError(f"the job {name} has a handler already")
        self._handlers[name] = handler

    def handler(self, name: str) -> Handler | None:
        """Return who does the jobs called `name`."""
        return self._handlers.get(name)

    def committed(self) -> None:
        """Ring: a job was deferred and committed. Called in the event loop."""
        self._bell.set()

    async def rung(self) -> None:
        """Wait until the bell has rung since the last call."""
        await self._bell.wait()
        self._bell.clear()
