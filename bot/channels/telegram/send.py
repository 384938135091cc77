"""Sending: rendered pieces become calls, replies become outcomes.

Theory. New messages are sent, edits replace; an edit may be repeated freely, a send may not, so a
send whose answer was lost is `Unknown` and an edit whose answer was lost is tried again. Of a
message in several pieces the next attempt sends only what is still missing, as long as this process
lives. Telegram does not say what a 429 stops: it is the account when we sent as fast as an account
may, or when another chat was stopped a moment ago; otherwise it is this chat.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.channels.telegram.client import Client, Garbled, Lost, NotSent, Ok, Rejected, Reply
from bot.channels.telegram.staff import Pace
from bot.domain.delivery import Moved, Outcome, Refused, Retry, Scope, Sent, Unknown
from bot.domain.outgoing import Entity, Part, Pin
from bot.service.ports import NO_THREAD, Delivery

ACCOUNT_PER_SECOND = 25
"""From here on a 429 means the account: Telegram allows about 30 messages a second overall."""
NEIGHBOUR = timedelta(seconds=2)
RETRY_AFTER = 5
LONGEST_PAUSE = 60.0
UNAUTHORIZED_PAUSE = timedelta(seconds=60)
FORUM_PAUSE = timedelta(seconds=60)
"""How long to wait where an administrator of the staff group must first do something."""
REMEMBERED = 1_000
TOPIC_CHARACTERS = 128

_WHERE = ("chat_id", "message_thread_id")
_GONE = (
    "message to edit not found",
    "message can't be edited",
    "there is no text in the message to edit",
    "message_id_invalid",
)
_NO_THREAD = ("message thread not found", "topic_deleted", "topic_id_invalid")
_UNREACHABLE = ("chat not found", "user not found", "peer_id_invalid")
_MESSAGE_ID = re.compile(rb'"message_id"\s*:\s*(\d+)')
_THREAD_ID = re.compile(rb'"message_thread_id"\s*:\s*(\d+)')
_QUOTED = re.compile(r"[\"':].*")


class Sender:
    """Sends the deliveries of one bot."""

    def __init__(self, client: Client, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._clock = clock
        self._done: dict[str, int] = {}
        self._sent_at: deque[datetime] = deque(maxlen=ACCOUNT_PER_SECOND)
        self._limited: tuple[str, datetime] | None = None
        self._failures = 0
        self._pace = Pace()
        self._no_forum: str | None = None

    @property
    def staff_trouble(self) -> str | None:
        """Why the staff group took no topic the last time, as a short code."""
        return self._no_forum

    async def send(self, delivery: Delivery) -> Outcome:
        """Send all pieces in order; the reference is the last one's."""
        if delivery.opens is not None:
            return await self._open_topic(delivery.address, delivery.opens)
        outcome: Outcome = Sent(reference=delivery.edit_of)
        first = self._done.pop(delivery.key, 0)
        for index in range(first, len(delivery.parts.pieces)):
            piece = delivery.parts.pieces[index]
            target = delivery.edit_of if index == 0 else None
            outcome = await self._send_piece(delivery.address, piece, target, delivery.thread)
            if not isinstance(outcome, Sent):
                if index and isinstance(outcome, Retry | Unknown):
                    self._remember(delivery.key, index)
                return outcome
        return outcome

    async def _open_topic(self, address: str, name: str) -> Outcome:
        """Open a topic in the staff group; what only an administrator can mend is waited out."""
        try:
            body = {"chat_id": int(address), "name": name[:TOPIC_CHARACTERS]}
        except ValueError:
            return Refused(reason="bad-address")
        reply = await self._client.call("createForumTopic", body)
        self._failures = self._failures + 1 if _failed(reply) else 0
        match reply:
            case Ok(result=result):
                self._no_forum = None
                return Sent(reference=_number(result, "message_thread_id"))
            case Garbled(raw=raw):
                found = _THREAD_ID.search(raw)
                return Sent(reference=found[1].decode() if found else None)
        outcome = self._outcome(reply, address, None)
        if isinstance(outcome, Refused):
            self._no_forum = outcome.reason
            return Retry(after=FORUM_PAUSE, scope=Scope.CHAT, reason=outcome.reason)
        return outcome

    async def _send_piece(
        self, address: str, piece: Part, target: str | None, thread: str | None
    ) -> Outcome:
        try:
            body = _body(address, piece)
            if target is not None:
                body["message_id"] = int(target)
            elif thread is not None:
                body["message_thread_id"] = int(thread)
        except ValueError:
            return Refused(reason="bad-address")
        wait = self._pace.wait(body["chat_id"], self._clock())
        if wait:
            return Retry(after=wait, scope=Scope.CHAT, reason="paced")
        self._sent_at.append(self._clock())
        reply = await self._call(piece, body, edits=target is not None)
        self._failures = self._failures + 1 if _failed(reply) else 0
        return self._outcome(reply, address, target)

    async def _call(self, piece: Part, body: dict[str, Any], *, edits: bool) -> Reply:
        if piece.file is not None:
            where = {name: body[name] for name in _WHERE if name in body}
            return await self._client.upload("sendDocument", where, "document", piece.file)
        if piece.pin is not None:
            where = {name: body[name] for name in _WHERE if name in body}
            return await self._client.call("sendVenue", where | _venue(piece.pin))
        return await self._client.call("editMessageText" if edits else "sendMessage", body)

    def _outcome(self, reply: Reply, address: str, target: str | None) -> Outcome:
        match reply:
            case Ok(result=result):
                return Sent(reference=_number(result, "message_id") or target)
            case Garbled(raw=raw):
                found = _MESSAGE_ID.search(raw)
                return Sent(reference=found[1].decode() if found else target)
            case NotSent(reason=reason):
                return Retry(after=self._pause(), scope=Scope.ACCOUNT, reason=reason)
            case Lost(reason=reason) if target is not None:
                return Retry(after=self._pause(), scope=Scope.CHAT, reason=reason)
            case Lost(reason=reason):
                return Unknown(reason=reason)
            case Rejected():
                return self._rejected(reply, address, target)

    def _rejected(self, reply: Rejected, address: str, target: str | None) -> Outcome:
        said = reply.description.lower()
        if reply.moved_to is not None:
            return Moved(address=str(reply.moved_to))
        if reply.status == 429:
            after = timedelta(seconds=max(1, reply.retry_after or RETRY_AFTER))
            return Retry(after=after, scope=self._limited_scope(address), reason="rate-limited")
        if reply.status == 403:
            return Refused(reason=reason_of(reply), unreachable=True)
        if reply.status in {401, 404}:
            return Retry(after=UNAUTHORIZED_PAUSE, scope=Scope.ACCOUNT, reason="unauthorized")
        if reply.status == 504 and target is None:
            return Unknown(reason="http-504")
        if reply.status >= 500 or reply.status == 409:
            return Retry(after=self._pause(), scope=Scope.CHAT, reason=f"http-{reply.status}")
        if any(words in said for words in _NO_THREAD):
            return Refused(reason=NO_THREAD)
        if target is not None and "message is not modified" in said:
            return Sent(reference=target)
        if target is not None and any(words in said for words in _GONE):
            return Refused(reason="gone")
        return Refused(
            reason=reason_of(reply), unreachable=any(words in said for words in _UNREACHABLE)
        )

    def _limited_scope(self, address: str) -> Scope:
        now, before = self._clock(), self._limited
        self._limited = (address, now)
        fast = len(self._sent_at) == ACCOUNT_PER_SECOND and now - self._sent_at[0] <= timedelta(
            seconds=1
        )
        neighbour = before is not None and before[0] != address and now - before[1] <= NEIGHBOUR
        return Scope.ACCOUNT if fast or neighbour else Scope.CHAT

    def _pause(self) -> timedelta:
        return timedelta(seconds=min(LONGEST_PAUSE, 2.0 ** min(self._failures, 6) / 2))

    def _remember(self, key: str, index: int) -> None:
        while len(self._done) >= REMEMBERED:
            self._done.pop(next(iter(self._done)))
        self._done[key] = index


def reason_of(reply: Rejected) -> str:
    """A refusal as a short code: Telegram's words without what it quotes."""
    words = reply.description.removeprefix("Bad Request:").removeprefix("Forbidden:").lower()
    code = "-".join(_QUOTED.sub("", words).split())[:60]
    return code or f"http-{reply.status}"


def _failed(reply: Reply) -> bool:
    return isinstance(reply, NotSent | Lost) or (
        isinstance(reply, Rejected) and reply.status >= 500
    )


def _number(result: Any, name: str) -> str | None:
    number = result.get(name) if isinstance(result, dict) else None
    return str(number) if isinstance(number, int) else None


def _body(address: str, piece: Part) -> dict[str, Any]:
    body: dict[str, Any] = {
        "chat_id": int(address),
        "text": piece.text,
        "link_preview_options": {"is_disabled": True},
    }
    if piece.entities:
        body["entities"] = [_entity(entity) for entity in piece.entities]
    if piece.buttons:
        body["reply_markup"] = {
            "inline_keyboard": [
                [{"text": button.label, "callback_data": button.token} for button in row]
                for row in piece.buttons
            ]
        }
    return body


def _venue(pin: Pin) -> dict[str, Any]:
    return {
        "latitude": pin.lat,
        "longitude": pin.lon,
        "title": pin.name,
        "address": pin.address,
    }


def _entity(entity: Entity) -> dict[str, Any]:
    body: dict[str, Any] = {"offset": entity.offset, "length": entity.length}
    if entity.kind == "link":
        return {"type": "text_link", "url": entity.url, **body}
    return {"type": "bold", **body}
