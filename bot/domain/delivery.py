"""The life of one outgoing message, from the commit to the platform.

Theory. A row is born `sending` when the process that committed it delivers it at once from memory,
else `pending`. A send ends in one of three ways: the platform took it (`sent`), it refused for good
(`failed`), or nobody knows (`unknown`: a time-out, a cut connection, a crash in the middle).
Unknown is repeated exactly once and counted as a possible duplicate; where the platform honours an
idempotency key the repetition does no harm. A refusal that may pass (429, 5xx) goes back to
`pending` with a time before which nobody tries. Order within a conversation is kept: a row waits
for the rows before it. `skipped` is a row that could not matter any more (an edit of a message that
is gone, a person who is unreachable).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class DeliveryStatus(StrEnum):
    """Where an outgoing message stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    SKIPPED = "skipped"


TRANSITIONS: dict[DeliveryStatus, frozenset[DeliveryStatus]] = {
    DeliveryStatus.PENDING: frozenset({DeliveryStatus.SENDING, DeliveryStatus.SKIPPED}),
    DeliveryStatus.SENDING: frozenset(
        {
            DeliveryStatus.SENT,
            DeliveryStatus.PENDING,
            DeliveryStatus.UNKNOWN,
            DeliveryStatus.FAILED,
            DeliveryStatus.SKIPPED,
        }
    ),
    DeliveryStatus.UNKNOWN: frozenset(
        {DeliveryStatus.SENT, DeliveryStatus.FAILED, DeliveryStatus.SKIPPED}
    ),
    DeliveryStatus.SENT: frozenset(),
    DeliveryStatus.FAILED: frozenset({DeliveryStatus.PENDING}),
    DeliveryStatus.SKIPPED: frozenset(),
}


class Scope(StrEnum):
    """What a rate limit of the platform stops: the whole account, or one chat."""

    ACCOUNT = "account"
    CHAT = "chat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The platform took it. `reference` is its name for the (last) message, needed to edit it
    later.
    """

    reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Refused for now: try again after `after`; `scope` pauses with it. `reason` is a short code,
    never text of a person.
    """

    after: timedelta
    scope: Scope
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """It may have been delivered: the answer was lost."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Refused for good. `unreachable`: the person blocked the bot or left; nothing more can be
    delivered to her.
    """

    reason: str
    unreachable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The address has changed for good (a Telegram group became a supergroup): repeat at
    `address`.
    """

    address: str


Outcome = Sent | Retry | Unknown | Refused | Moved
