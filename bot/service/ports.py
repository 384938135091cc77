"""The seams to the outside: what a channel must offer, and what it may ask of the service.

Floor 4 implements `Channel`; `app` hands each channel a `Door`. Nothing here knows a platform.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.capabilities import Capabilities
from bot.domain.case import Case
from bot.domain.delivery import Outcome
from bot.domain.errors import LotseError
from bot.domain.inbound import Inbound
from bot.domain.outgoing import File, Parts
from bot.domain.returning import BadCode
from bot.domain.staffroom import PostKind
from bot.storage.errors import Unavailable
from bot.storage.outbox import Outgoing
from bot.storage.transaction import Tx

UnavailableError = Unavailable
"""The database cannot be reached: nothing was committed; do not acknowledge, the web answers
503.
"""


class TooManyError(LotseError):
    """More messages than a conversation may send; `retry_after` seconds. The web answers 429."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many messages, wait {retry_after} s")
        self.retry_after = retry_after


NO_THREAD = "no-thread"
"""The reason of a `Refused` whose thread the platform has lost: the service opens a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to send. `key` is the same at every attempt (idempotency key); `edit_of` names
    the platform's message to replace, None for a new one; `repeated` is True when an earlier
    attempt may have reached the platform; `age` is the seconds since it was committed.

    In a staff room `thread` is the platform's name of the thread that it goes to. `opens` asks for
    a new thread with that title; what comes back as the reference is the thread's name.
    """

    key: str
    address: str
    parts: Parts
    edit_of: str | None = None
    repeated: bool = False
    age: float = 0.0
    thread: str | None = None
    opens: str | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Via:
    """The message of a staff room that an act of the office came from; seen twice, it counts
    once.
    """

    account: str
    address: str
    external_id: str


class StaffRooms(Protocol):
    """The staff rooms of the site, inside the transaction of a turn or an act. What is returned is
    delivered after the commit.
    """

    def opened(self, tx: Tx, case: Case, now: datetime) -> tuple[Outgoing, ...]:
        """Open a thread for a new case in every room."""

    def post(
        self,
        tx: Tx,
        case: Case,
        what: PostKind,
        *,
        now: datetime,
        seq: int | None = None,
        entry: int | None = None,
        via: Via | None = None,
    ) -> tuple[Outgoing, ...]:
        """Put words of hers (`seq`), or an entry of the case, into the thread of every room but the
        one that it came from.
        """

    def card(self, tx: Tx, case: Case, now: datetime) -> tuple[Outgoing, ...]:
        """Bring the card of a case up to its newest state."""

    def seen(self, tx: Tx, via: Via) -> bool:
        """Return whether a message of a staff room has been acted on."""

    def record(self, tx: Tx, via: Via, now: datetime, *, entry: int | None = None) -> None:
        """Note that a message has been acted on, and which entry of the case it became."""


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

    async def redeem(
        self, code: str, *, old: str | None, new: str, peer: str, language: str | None
    ) -> BadCode | None:
        """Let the conversation that a return code opens go on in the session `new`; return why not.
        `old`: the session of this browser so far, `peer`: what guesses are counted by.
        """

    async def code(self, session: str, seq: int) -> str | None:
        """Return the return code that message number `seq` shows."""

    async def events(self, session: str, after: int) -> list[WebEvent]:
        """Return what was committed after `after`, in order, at most 200 at a time."""

    def subscribe(self, session: str) -> AsyncIterator[None]:
        """Yield once at the start and then whenever something was committed for this session."""

    async def language(self, session: str) -> str | None:
        """Return the conversation's language, None before she chose."""

    async def file(self, session: str, seq: int) -> File | None:
        """Return the file of message number `seq` of this session, None where there is none."""
