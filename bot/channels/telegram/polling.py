"""Polling: fetch, commit, and only then acknowledge with the next offset.

Telegram keeps what is not acknowledged for 24 hours, so nothing is stored here: after a restart
the same updates come again, and what was committed counts as seen. Chats run side by side, the
updates of one chat in order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import structlog

from bot.channels.telegram.client import Client, Ok, Rejected, Reply
from bot.channels.telegram.events import KINDS, Event
from bot.channels.telegram.ingress import Ingress, Update
from bot.channels.telegram.pulse import Pulse
from bot.service.ports import UnavailableError

log = structlog.get_logger(__name__)

WAIT_SECONDS = 30
"""How long Telegram holds an empty poll."""
LATENESS_SECONDS = 10.0
LONGEST_PAUSE = 30.0
FINISH_SECONDS = 1.5
"""How long turns under way may still take when the program ends."""


class Polling:
    """Receives the updates of one bot with `getUpdates`."""

    def __init__(self, client: Client, ingress: Ingress, pulse: Pulse) -> None:
        self._client = client
        self._ingress = ingress
        self._pulse = pulse
        self._offset: int | None = None
        self._failures = 0

    async def run(self) -> None:
        """Receive until cancelled."""
        while True:
            body: dict[str, Any] = {"timeout": WAIT_SECONDS, "allowed_updates": KINDS}
            if self._offset is not None:
                body["offset"] = self._offset
            reply = await self._client.call(
                "getUpdates", body, seconds=WAIT_SECONDS + LATENESS_SECONDS
            )
            match reply:
                case Ok(result=list() as updates):
                    await self._take(updates)
                case _:
                    await self._recover(reply)

    async def _take(self, updates: list[Any]) -> None:
        """Commit a batch and move the offset behind what is committed."""
        batch = [one for one in updates if isinstance(one, dict) and _has_id(one)]
        lanes: dict[str, list[tuple[Update, Event]]] = {}
        for update in batch:
            event = self._ingress.read(update)
            if event.callback is not None:
                self._ingress.answer(event.callback)
            lane = event.inbounds[0].sender.address if event.inbounds else ""
            lanes.setdefault(lane, []).append((update, event))
        tasks = [asyncio.create_task(self._admit(lane)) for lane in lanes.values()]
        await _finished(tasks)
        left = [one for one in (task.result() for task in tasks) if one is not None]
        if left:
            self._offset = min(left)
            self._pulse.degraded("the database does not take messages", "they wait at Telegram")
            await self._pause()
        elif batch:
            self._offset = max(update["update_id"] for update in batch) + 1
            self._alive()
        elif updates:
            await self._pause()
        else:
            self._alive()

    async def _admit(self, lane: Iterable[tuple[Update, Event]]) -> int | None:
        """Hand in the updates of one chat; return the first that could not be committed."""
        for update, event in lane:
            try:
                await self._ingress.admit(update, event)
            except UnavailableError:
                return int(update["update_id"])
        return None

    def _alive(self) -> None:
        self._failures = 0
        self._pulse.good()

    async def _recover(self, reply: Reply) -> None:
        """Do what can be done about a poll that failed, then wait a little."""
        match reply:
            case Rejected(status=409, description=said) if "webhook" in said:
                log.warning("telegram.webhook_removed")
                await self._client.call("deleteWebhook", {})
            case Rejected(status=409):
                self._pulse.degraded(
                    "another program polls with the same token",
                    "stop it, or make a new token with @BotFather",
                )
            case Rejected(status=401 | 404):
                self._pulse.down(
                    "Telegram does not know the token", "set LOTSE_TELEGRAM_TOKEN anew"
                )
            case Rejected(status=429, retry_after=seconds):
                await asyncio.sleep(min(LONGEST_PAUSE, seconds or 1))
                return
            case _:
                self._pulse.degraded("Telegram does not answer", "it is tried again by itself")
        await self._pause()

    async def _pause(self) -> None:
        seconds = min(LONGEST_PAUSE, 0.25 * 2.0 ** min(self._failures, 7))
        self._failures += 1
        await asyncio.sleep(seconds)


async def _finished(tasks: list[asyncio.Task[int | None]]) -> None:
    """Wait for turns; when cancelled, let them finish for a moment instead of breaking them off."""
    if not tasks:
        return
    try:
        await asyncio.wait(tasks)
    except asyncio.CancelledError:
        _, late = await asyncio.wait(tasks, timeout=FINISH_SECONDS)
        for task in late:
            task.cancel()
        raise


def _has_id(update: Update) -> bool:
    number = update.get("update_id")
    return isinstance(number, int) and not isinstance(number, bool)
