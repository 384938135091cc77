"""Slots and appointments as the tests of booking make them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.appointment import BookingOrigin, Slot, SlotKind
from bot.storage import conversations, seats, slots
from bot.storage.conversations import Conversation
from bot.storage.seats import Claim
from bot.storage.transaction import Tx

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
HALF = timedelta(minutes=30)
HOLD = timedelta(minutes=5)
ACCOUNT = "telegram:1"


def slot(number: int = 0, **changes: Any) -> Slot:
    """Return the half hour with this number, counted from Monday morning."""
    starts = changes.pop("starts", MONDAY + number * HALF)
    values: dict[str, Any] = {
        "kind": SlotKind.COUNSELLING,
        "place": "guben",
        "resource": "",
        "starts": starts,
        "ends": starts + HALF,
        "zone": "Europe/Berlin",
        "local": (starts + timedelta(hours=1)).replace(tzinfo=None),
        "seats": 1,
        "services": frozenset({"first"}),
        "languages": ("de", "pl"),
    }
    return Slot(**(values | changes))


def stored(tx: Tx, *wanted: Slot) -> list[Slot]:
    """Store slots; return them as they stand, in the same order."""
    slots.add_all(tx, wanted)
    standing = {each.key: each for each in slots.between(tx, NOW, MONDAY + timedelta(days=400))}
    return [standing[each.key] for each in wanted]


def person(tx: Tx, address: str = "1") -> Conversation:
    return conversations.lock(tx, ACCOUNT, address, NOW)


def claim(conversation: Conversation | None, at: Slot, **changes: Any) -> Claim:
    values: dict[str, Any] = {
        "service": "first",
        "language": "de",
        "ends": at.ends,
        "origin": BookingOrigin.CHAT,
        "conversation_id": conversation.id if conversation is not None else None,
        "now": NOW,
    }
    return Claim(**(values | changes))


def held(
    tx: Tx, conversation: Conversation, at: Slot, now: datetime = NOW, **options: Any
) -> int | None:
    wanted = claim(conversation, at, now=now)
    return seats.hold(tx, at, wanted, until=now + HOLD, **options)
