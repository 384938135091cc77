"""How the receiving side is doing, as the loop saw it last."""

from __future__ import annotations

from dataclasses import dataclass

from bot.service.ports import ChannelStatus, Health


@dataclass(slots=True)
class Pulse:
    """Set by whoever receives, read by `status`. None before the first word from Telegram."""

    last: ChannelStatus | None = None

    def good(self) -> None:
        """All is well."""
        if self.last is None or self.last.health is not Health.GOOD:
            self.last = ChannelStatus(health=Health.GOOD)

    def degraded(self, message: str, hint: str) -> None:
        """Something passes by itself."""
        self.last = ChannelStatus(health=Health.DEGRADED, message=message, hint=hint)

    def down(self, message: str, hint: str) -> None:
        """Nothing works until somebody acts."""
        self.last = ChannelStatus(health=Health.DOWN, message=message, hint=hint)
