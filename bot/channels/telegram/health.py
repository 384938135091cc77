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

    def __init__(
        self, client: Client, clock: Callable[[], datetime], staff_chat: int | None = None
    ) -> None:
        self._client = client
        self._staff_chat = staff_chat
        self._clock = clock
        self._last: tuple[datetime, ChannelStatus] | None = None
        self.username: str | None = None  # once Telegram has told it

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
        self.username = me.result.get("username")
        facts = {"bot": f"@{self.username or ''}"}
        if self._staff_chat is not None:
            trouble = await self._staff_trouble(self._staff_chat, me.result.get("id"))
            if trouble is not None:
                return staff_status(trouble, facts)
        if not webhook:
            return ChannelStatus(health=Health.GOOD, facts=facts)
        info = await self._client.call("getWebhookInfo", {}, seconds=SECONDS)
        return _webhook_status(info.result, facts, now) if isinstance(info, Ok) else _trouble(info)

    async def _staff_trouble(self, chat: int, bot: object) -> str | None:
        """Return why no topic can be opened in the staff group; None where all is well."""
        found = await self._client.call("getChat", {"chat_id": chat}, seconds=SECONDS)
        if not isinstance(found, Ok):
            return reason(found)
        if not found.result.get("is_forum"):
            return "topics-are-off"
        asked = {"chat_id": chat, "user_id": bot}
        member = await self._client.call("getChatMember", asked, seconds=SECONDS)
        if not isinstance(member, Ok):
            return reason(member)
        return None if member.result.get("can_manage_topics") else "the-bot-may-not-manage-topics"


def staff_status(trouble: str, facts: dict[str, str] | None = None) -> ChannelStatus:
    """Say that the staff group takes no topics, and what its administrator can do."""
    return ChannelStatus(
        health=Health.DEGRADED,
        message=f"the staff group takes no topics ({trouble})",
        hint="turn on topics in the group, and make the bot an administrator who may manage "
        "them; LOTSE_TELEGRAM_STAFF_CHAT is the group's id",
        facts=facts or {},
    )


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
