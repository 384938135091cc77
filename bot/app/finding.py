"""How one part of the program is doing, and what an administrator does about it. No secrets, no
texts, no names.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.service.ports import ChannelStatus, Health


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One part, how it is doing, what was seen, and what to do."""

    part: str
    health: Health
    message: str
    hint: str = ""


def good(part: str, message: str, hint: str = "") -> Finding:
    """It works; `hint` is what could be done."""
    return Finding(part=part, health=Health.GOOD, message=message, hint=hint)


def doubtful(part: str, message: str, hint: str) -> Finding:
    """It works, but somebody should look."""
    return Finding(part=part, health=Health.DEGRADED, message=message, hint=hint)


def down(part: str, message: str, hint: str = "") -> Finding:
    """It does not work."""
    return Finding(part=part, health=Health.DOWN, message=message, hint=hint)


def of_channel(part: str, status: ChannelStatus) -> Finding:
    """What a channel says of itself."""
    known = ", ".join(f"{name} {value}" for name, value in status.facts.items())
    message = "; ".join(words for words in (status.message or "reachable", known) if words)
    return Finding(part=part, health=status.health, message=message, hint=status.hint)
