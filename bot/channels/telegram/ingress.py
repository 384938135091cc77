"""From a read event to the door, the same for polling and webhook.

Presses are answered whatever becomes of them, groups are asked to write in private, an album of
pictures counts once. Knows nothing of offsets and of HTTP.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.channels.telegram.client import Client
from bot.channels.telegram.events import Event, GroupCall, read, unreadable
from bot.domain.inbound import Attachment
from bot.service.ports import Door, UnavailableError

log = structlog.get_logger(__name__)

Update = Mapping[str, Any]

GROUP_SILENCE = timedelta(hours=1)
"""A group is told at most so often that the bot answers in private only."""
REMEMBERED = 1_000


class Ingress:
    """Takes the updates of one bot. `door` is set while the channel runs."""

    def __init__(
        self,
        *,
        account: str,
        client: Client,
        clock: Callable[[], datetime],
        group_words: Callable[[str | None], str],
        staff_chat: int | None = None,
    ) -> None:
        self.door: Door | None = None
        self._account = account
        self._client = client
        self._clock = clock
        self._group_words = group_words
        self._staff_chat = staff_chat
        self._told: dict[int, datetime] = {}
        self._albums: dict[str, str] = {}
        self._aside: set[asyncio.Task[None]] = set()

    def read(self, update: Update) -> Event:
        """Read an update; pure but for the time of receipt."""
        return read(update, account=self._account, at=self._clock(), staff_chat=self._staff_chat)

    async def admit(self, update: Update, event: Event) -> None:
        """Hand an event in; returns after the commit.

        Raises:
            UnavailableError: nothing was committed; do not acknowledge the update.
        """
        door = self.door
        if door is None:
            raise UnavailableError("Telegram is not running yet")
        if event.broken:
            log.warning("telegram.update_unreadable", update_id=update["update_id"])
        if event.group is not None:
            self._tell_group(event.group)
        if self._is_further_picture(event):
            event = Event(inbounds=event.inbounds[1:])
        try:
            for inbound in event.inbounds:
                await door.receive(inbound)
        except UnavailableError:
            raise
        except Exception as error:  # noqa: BLE001  # one bad update must not stop the others
            log.error(
                "telegram.update_refused",
                update_id=update["update_id"],
                error=type(error).__name__,
            )
            aside = unreadable(update, account=self._account, at=self._clock())
            for inbound in aside.inbounds:
                await door.receive(inbound)

    def answer(self, callback: str) -> None:
        """Answer a press at once and beside everything else; too late is no matter."""
        self._beside(self._call("answerCallbackQuery", {"callback_query_id": callback}))

    async def close(self) -> None:
        """Stop what runs beside."""
        self.door = None
        for task in tuple(self._aside):
            task.cancel()
        await asyncio.gather(*self._aside, return_exceptions=True)

    def _is_further_picture(self, event: Event) -> bool:
        """Tell whether an earlier update of the same album has been answered already."""
        if event.album is None or not event.inbounds:
            return False
        if not isinstance(event.inbounds[0].content, Attachment):
            return False
        while len(self._albums) >= REMEMBERED:
            self._albums.pop(next(iter(self._albums)))
        own = event.inbounds[0].external_id
        return self._albums.setdefault(event.album, own) != own

    def _tell_group(self, group: GroupCall) -> None:
        now = self._clock()
        told = self._told.get(group.chat_id)
        if told is not None and now - told < GROUP_SILENCE:
            return
        while len(self._told) >= REMEMBERED:
            self._told.pop(next(iter(self._told)))
        self._told[group.chat_id] = now
        body: dict[str, Any] = {
            "chat_id": group.chat_id,
            "text": self._group_words(group.language),
        }
        if group.thread_id is not None:
            body["message_thread_id"] = group.thread_id
        self._beside(self._call("sendMessage", body))

    async def _call(self, method: str, body: dict[str, Any]) -> None:
        await self._client.call(method, body)

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)
