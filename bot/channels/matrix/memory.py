"""What the channel must remember over a restart besides its place in the stream.

The stream tells an invitation and an undecryptable message once; whoever saves the place and then
forgets them has lost them. So they are sealed in the database before the place is saved. Messages
are kept as the ciphertext that came.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.service.ports import Secrets, UnavailableError

_NAME = "matrix-memory"


@dataclass(slots=True, kw_only=True)
class Waiting:
    """A message that cannot be decrypted yet; `told` once the room was asked to repeat it."""

    room: str
    event: dict[str, Any]
    since: datetime
    told: bool = False


@dataclass(slots=True)
class Memory:
    """Open invitations (room, since when), groups that were refused, waiting messages."""

    secrets: Secrets
    invites: dict[str, datetime] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    waiting: list[Waiting] = field(default_factory=list)
    _saved: bytes = b""
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    async def load(cls, secrets: Secrets) -> Memory:
        """Return what was saved last."""
        raw = await secrets.get(_NAME) or b""
        found = json.loads(raw) if raw else {}
        return cls(
            secrets=secrets,
            invites={
                room: datetime.fromisoformat(at) for room, at in found.get("invites", {}).items()
            },
            refused=set(found.get("refused", ())),
            waiting=[
                Waiting(
                    room=each["room"],
                    event=each["event"],
                    since=datetime.fromisoformat(each["since"]),
                    told=each["told"],
                )
                for each in found.get("waiting", ())
            ],
            _saved=raw,
        )

    async def save(self) -> None:
        """Save it if it changed; returns after the commit."""
        async with self._lock:
            raw = self._dump()
            if raw != self._saved:
                await self.secrets.put(_NAME, raw)
                self._saved = raw

    async def try_save(self) -> None:
        """Save it if the database is there; else the next batch saves it."""
        with contextlib.suppress(UnavailableError):
            await self.save()

    def _dump(self) -> bytes:
        if not self.invites and not self.refused and not self.waiting and not self._saved:
            return b""
        value = {
            "invites": {room: at.isoformat() for room, at in sorted(self.invites.items())},
            "refused": sorted(self.refused),
            "waiting": [
                {
                    "room": each.room,
                    "event": each.event,
                    "since": each.since.isoformat(),
                    "told": each.told,
                }
                for each in self.waiting
            ],
        }
        return json.dumps(value).encode()
