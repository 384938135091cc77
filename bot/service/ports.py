"""The seams to the outside: what a channel must offer, and what it may ask of the service.

Floor 4 implements `Channel`; `app` hands each channel a `Door`. Nothing here knows a platform.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bot.domain.capabilities import Capabilities
from bot.domain.delivery import Outcome
from bot.domain.errors import LotseError
from bot.domain.inbound import Inbound
from bot.domain.outgoing import Parts
from bot.storage.errors import Unavailable

UnavailableError = Unavailable
"""The database cannot be reached: nothing was committed; do not acknowledge, the web answers
503.
"""


class TooManyError(LotseError):
    """More messages than a conversation may send; `retry_after` seconds. The web answers 429."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many messages, wait {retry_after} s")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to send. `key` is the same at every attempt (idempotency key); `edit_of` names
    the platform's message to replace, None for a new one; `repeated` is True when an earlier
    attempt may have reached the platform; `age` is the seconds since it was committed.
    """

    key: str
    address: str
    parts: Parts
    edit_of: str | None = None
    repeated: bool = False
    age: float = 0.0


class Health(StrEnum):
    """How a part is doing."""

    GOOD = "good"
    DEGRADED = "degraded"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStatus:
    """How a channel is doing: a word, what happened (no secrets, no names) and what to do."""

    health: Health
    message: str = ""
    hint: str = ""
    facts: dict[str, str] = field(default_factory=dict)


class Door(Protocol):
    """Where events come in."""

    async def receive(self, inbound: Inbound) -> None:
        """Take one event; returns after the commit (a duplicate returns too).

        Raises:
            UnavailableError: nothing was committed; do not acknowledge, come again later.
        """


class Channel(Protocol):
    """One account on one platform."""

    @property
    def account(self) -> str:
        """Unique name: `telegram:<bot id>`, `matrix:<user id>`, `web`, `terminal`."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can show."""

    async def run(self, door: Door) -> None:
        """Receive until cancelled. Each event is acknowledged to the platform after `door.receive`
        returned.
        """

    async def send(self, delivery: Delivery) -> Outcome:
        """Send all pieces in order. Never raises for what a platform may answer."""

    async def close(self) -> None:
        """Close the connections, after the last send."""

    async def status(self) -> ChannelStatus:
        """Say how it is doing, for `doctor` and /readyz. Cheap: no call that may hang over 5 s."""


class Cursor(Protocol):
    """Where a channel keeps its place in the platform's stream (Telegram offset, Matrix
    next_batch), durable and sealed.
    """

    async def get(self) -> str | None:
        """Return the saved place, None at first."""

    async def set(self, value: str) -> None:
        """Save the place; returns after the commit."""


class Secrets(Protocol):
    """Where a channel keeps secrets of its own (login, signing seeds), sealed in the database."""

    async def get(self, name: str) -> bytes | None:
        """Return a secret, None if there is none."""

    async def put(self, name: str, value: bytes) -> None:
        """Keep a secret; returns after the commit."""


class Posted(StrEnum):
    """What became of a web message."""

    ACCEPTED = "accepted"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebEvent:
    """One event of the web chat: `seq` is the SSE id, `data` the object of design.md
    (id, from, lang, dir, text, html, choices, replaces).
    """

    seq: int
    data: dict[str, object]


class WebChat(Protocol):
    """What the web page asks of the service. `session` is the cookie's value and never logged."""

    async def open(self, session: str, language: str | None) -> None:
        """First contact: greet once. `language` is the browser's guess (Accept-Language)."""

    async def post(
        self,
        session: str,
        client_id: str,
        *,
        text: str | None,
        choice: str | None,
        language: str | None,
    ) -> Posted:
        """Take a message; returns after the commit. The same id with other words is a CONFLICT,
        with the same ACCEPTED.

        Raises:
            UnavailableError: nothing was committed.
            TooManyError: the conversation writes too fast.
        """

    async def events(self, session: str, after: int) -> list[WebEvent]:
        """Return what was committed after `after`, in order, at most 200 at a time."""

    def subscribe(self, session: str) -> AsyncIterator[None]:
        """Yield once at the start and then whenever something was committed for this session."""

    async def language(self, session: str) -> str | None:
        """Return the conversation's language, None before she chose."""
