"""Asking Telegram how we are doing: whether it knows the token, and whether the webhook works."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, assert_never

from bot.channels.telegram.client import Client, Garbled, Lost, NotSent, Ok, Rejected, Reply
from bot.channels.telegram.send import reason_of
from bot.service.ports import ChannelStatus, Health

SECONDS = 2.0
KEPT = timedelta(seconds=30)
"""An answer is good for so long; /readyz may be asked every second."""
ERROR_IS_FRESH = timedelta(minutes=5)


class Asked:
    """The status as Telegram gives it, asked at most every `KEPT`."""

    def __init__(self, client: Client, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._clock = clock
        self._last: tuple[datetime, ChannelStatus] | None = None

    async def status(self, *, webhook: bool) -> ChannelStatus:
        """Ask for the bot, and where `webhook` is set for what became of deliveries."""
        now = self._clock()
        if self._last is not None and now - self._last[0] < KEPT:
            return self._last[1]
        status = await self._ask(now, webhook=webhook)
        self._last = (now, status)
        return status

    async def _ask(self, now: datetime, *, webhook: bool) -> ChannelStatus:
        me = await self._client.call("getMe", {}, seconds=SECONDS)
        if not isinstance(me, Ok):
            return _trouble(me)
        facts = {"bot": f"@{me.result.get('username', '')}"}
        if not webhook:
            return ChannelStatus(health=Health.GOOD, facts=facts)
        info = await self._client.call("getWebhookInfo", {}, seconds=SECONDS)
        return _webhook_status(info.result, facts, now) if isinstance(info, Ok) else _trouble(info)


def _webhook_status(info: dict[str, Any], facts: dict[str, str], now: datetime) -> ChannelStatus:
    facts["waiting"] = str(info.get("pending_update_count", 0))
    if not info.get("url"):
        return ChannelStatus(
            health=Health.DOWN,
            message="Telegram has no address to deliver to",
            hint="set LOTSE_PUBLIC_URL, or LOTSE_TELEGRAM_MODE=polling",
            facts=facts,
        )
    failed_at = info.get("last_error_date")
    if isinstance(failed_at, int) and now.timestamp() - failed_at < ERROR_IS_FRESH.total_seconds():
        return ChannelStatus(
            health=Health.DEGRADED,
            message="Telegram could not deliver a moment ago",
            hint="is LOTSE_PUBLIC_URL reachable from outside, with a valid certificate?",
            facts=facts,
        )
    return ChannelStatus(health=Health.GOOD, facts=facts)


def _trouble(reply: Reply) -> ChannelStatus:
    if isinstance(reply, Rejected) and reply.status in {401, 404}:
        return ChannelStatus(
            health=Health.DOWN,
            message="Telegram does not know the token",
            hint="set LOTSE_TELEGRAM_TOKEN to the token that @BotFather gave",
        )
    return ChannelStatus(
        health=Health.DOWN,
        message=f"Telegram cannot be reached ({reason(reply)})",
        hint="is there a way out to LOTSE_TELEGRAM_API_URL (proxy, firewall)?",
    )


def reason(reply: Reply) -> str:
    """A short code for what went wrong; no address, no token, no words of a person."""
    match reply:
        case Rejected():
            return reason_of(reply)
        case NotSent(reason=code) | Lost(reason=code):
            return code
        case Garbled() | Ok():
            return "unreadable"
        case _:
            assert_never(reply)
