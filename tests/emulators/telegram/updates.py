"""The queue of updates and `getUpdates`.

An update stays until it is confirmed: by an offset above its id, or by a webhook's 2xx. The
filter of `allowed_updates` applies when an update arises, not when it is fetched.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from tests.emulators.telegram.errors import OTHER_GETUPDATES, conflict
from tests.emulators.telegram.faults import Faults
from tests.emulators.telegram.limits import UPDATES_PER_CALL

Json = dict[str, Any]

OPT_IN = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that arrive only when `allowed_updates` names them."""
FIRST_UPDATE_ID = 700_000_001


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An update that waits to be confirmed. `queue` is the webhook queue it belongs to."""

    update_id: int
    body: Json
    queue: Hashable


class UpdateQueue:
    """Updates in order, confirmed ones gone."""

    def __init__(self, faults: Faults, changed: Callable[[], None]) -> None:
        self.pending: dict[int, Pending] = {}
        self.log: dict[int, Pending] = {}
        """Every update there ever was, for `redeliver`."""
        self.allowed: frozenset[str] | None = None
        self.confirmed_at: dict[int, float] = {}
        """When each update was confirmed (`time.monotonic`)."""
        self.listeners: list[Callable[[Pending], None]] = []
        self._faults = faults
        self._changed = changed
        self._next_id = FIRST_UPDATE_ID
        self._wake = asyncio.Event()
        self.polls = 0
        """Calls of `getUpdates` so far."""
        self._closed = False

    def add(self, kind: str, content: Json, queue: Hashable) -> int | None:
        """Queue an update of a kind; None if `allowed_updates` leaves it out."""
        if not self._wanted(kind):
            return None
        return self.inject({kind: content}, queue)

    def inject(self, body: Json, queue: Hashable = "injected") -> int:
        """Queue any body, however odd, under the next id (which it may override)."""
        update_id = self._next_id
        self._next_id += 1
        self._enqueue(
            Pending(update_id=update_id, body={"update_id": update_id, **body}, queue=queue)
        )
        return update_id

    def redeliver(self, update_id: int) -> None:
        """Queue an update again that was confirmed before, under the same id."""
        self._enqueue(self.log[update_id])

    def confirm(self, update_id: int) -> None:
        if self.pending.pop(update_id, None) is not None:
            self.confirmed_at[update_id] = time.monotonic()
            self._changed()

    def drop_all(self) -> None:
        self.pending.clear()

    def allow(self, kinds: list[str] | None) -> None:
        """`allowed_updates`: None changes nothing, an empty list means the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def copies(self, body: Json) -> list[Json]:
        """The body as often as it is to be delivered."""
        return [body, body] if self._faults.duplicated() else [body]

    async def poll(self, offset: int | None, limit: int, timeout: float) -> list[Json]:
        """`getUpdates`. A newer poll ends an older one with 409."""
        self._confirm_below(offset)
        self.polls += 1
        mine = self.polls
        self._wake.set()
        self._changed()
        deadline = time.monotonic() + timeout
        while not self.pending and not self._closed:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                break
            self._wake = asyncio.Event() if self._wake.is_set() else self._wake
            try:
                await asyncio.wait_for(self._wake.wait(), remaining)
            except TimeoutError:
                break
            if mine != self.polls:
                raise conflict(OTHER_GETUPDATES)
        batch = list(self.pending.values())[: min(max(limit, 1), UPDATES_PER_CALL)]
        return [copy for pending in batch for copy in self.copies(pending.body)]

    def close(self) -> None:
        """End polls that are under way."""
        self._closed = True
        self._wake.set()

    def _confirm_below(self, offset: int | None) -> None:
        if not offset:
            return
        ids = list(self.pending)
        for update_id in ids[:offset] if offset < 0 else [key for key in ids if key < offset]:
            self.confirm(update_id)

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed is not None else kind not in OPT_IN

    def _enqueue(self, pending: Pending) -> None:
        again = pending.update_id in self.log
        self.pending[pending.update_id] = pending
        if again:
            self.pending = dict(sorted(self.pending.items()))
        self.log[pending.update_id] = pending
        self._wake.set()
        for listener in self.listeners:
            listener(pending)
