"""Reading an update: a dict of the Bot API becomes what the door takes. Pure, tolerant, no types.

Only what is needed is looked at, unknown fields and kinds pass by. An update that claims to be of a
known kind and does not hold what that kind must hold is handed in as unreadable, where it can be
said from whom it came.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.telegram.client import encode
from bot.channels.telegram.staff import staff_message
from bot.domain.inbound import (
    Attachment,
    AttachmentKind,
    ButtonPress,
    Content,
    Inbound,
    Reachable,
    Sender,
    TextMessage,
    Unreachable,
    Unreadable,
)

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
"""What we ask Telegram for (`allowed_updates`)."""

_ATTACHMENTS: Mapping[str, AttachmentKind] = {
    "photo": AttachmentKind.PHOTO,
    "voice": AttachmentKind.VOICE,
    "audio": AttachmentKind.VOICE,
    "animation": AttachmentKind.VIDEO,
    "video": AttachmentKind.VIDEO,
    "video_note": AttachmentKind.VIDEO,
    "document": AttachmentKind.DOCUMENT,
    "venue": AttachmentKind.LOCATION,
    "location": AttachmentKind.LOCATION,
    "contact": AttachmentKind.CONTACT,
    "sticker": AttachmentKind.STICKER,
    "checklist": AttachmentKind.OTHER,
    "dice": AttachmentKind.OTHER,
    "game": AttachmentKind.OTHER,
    "paid_media": AttachmentKind.OTHER,
    "poll": AttachmentKind.OTHER,
    "story": AttachmentKind.OTHER,
}
"""Fields of a message that hold something other than words; what stands first counts."""

_ADDRESSED = re.compile(r"(/\w+)@\w+")
_INSIDE = frozenset({"member", "administrator"})
_OUTSIDE = frozenset({"left", "kicked"})


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCall:
    """Somebody spoke to the bot in a group, or brought it there."""

    chat_id: int
    language: str | None = None
    thread_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What an update means. All empty: nothing to do.

    `inbounds` go to the door in order; `callback` is a press to be answered, whatever becomes of
    it; `album` names the group of pictures that the update belongs to; `broken` marks an update
    that cannot be read and whose sender cannot be told.
    """

    inbounds: tuple[Inbound, ...] = ()
    callback: str | None = None
    group: GroupCall | None = None
    album: str | None = None
    broken: bool = False


@dataclass(frozen=True, slots=True)
class _From:
    """What every inbound of an update has in common."""

    account: str
    update_id: int
    at: datetime
    staff_chat: int | None

    def inbound(self, address: int, language: object, content: Content, part: str = "") -> Inbound:
        return Inbound(
            account=self.account,
            external_id=f"{self.update_id}{part}",
            sender=Sender(
                address=str(address), language=language if isinstance(language, str) else None
            ),
            at=self.at,
            content=content,
        )


def read(
    update: Mapping[str, Any], *, account: str, at: datetime, staff_chat: int | None = None
) -> Event:
    """Read one update that has an integer `update_id`. `staff_chat` is the group of the staff."""
    source = _From(account, update["update_id"], at, staff_chat)
    try:
        if (message := update.get("message")) is not None:
            return _message(message, source)
        if (query := update.get("callback_query")) is not None:
            return _press(query, source)
        if (edited := update.get("edited_message")) is not None:
            return _edited(edited, source)
        if (change := update.get("my_chat_member")) is not None:
            return _standing(change, source)
    except (KeyError, TypeError, ValueError, AttributeError):
        return unreadable(update, account=account, at=at)
    return Event()


def unreadable(update: Mapping[str, Any], *, account: str, at: datetime) -> Event:
    """Set an update aside: with its sender where one can be found, else only as broken."""
    raw = Unreadable(raw=encode(dict(update)).decode())
    for kind in KINDS:
        body = update.get(kind)
        if not isinstance(body, dict):
            continue
        for holder in (body.get("chat"), body.get("from")):
            address = holder.get("id") if isinstance(holder, dict) else None
            if isinstance(address, int) and address > 0:
                source = _From(account, update["update_id"], at, None)
                return Event(inbounds=(source.inbound(address, None, raw, "/raw"),))
    return Event(broken=True)


def _message(message: Mapping[str, Any], source: _From) -> Event:
    chat, sender = message["chat"], message.get("from") or {}
    if chat["id"] == source.staff_chat:
        return _from_staff(message, source, edited=False)
    if sender.get("is_bot"):
        return Event()
    if chat["type"] != "private":
        return Event(group=_group_call(message, chat, sender))
    inbounds = []
    kind = next((kind for key, kind in _ATTACHMENTS.items() if key in message), None)
    address, language = _address(chat), sender.get("language_code")
    if kind is not None:
        inbounds.append(source.inbound(address, language, Attachment(kind=kind), "/file"))
    words = message.get("text", message.get("caption"))
    if words:
        inbounds.append(source.inbound(address, language, _text(words, message)))
    return Event(inbounds=tuple(inbounds), album=message.get("media_group_id"))


def _edited(message: Mapping[str, Any], source: _From) -> Event:
    """Read new words in an old message; a live location that moves is none."""
    if message["chat"]["id"] == source.staff_chat:
        return _from_staff(message, source, edited=True)
    if message["chat"]["type"] != "private" or not message.get("text"):
        return Event()
    address = _address(message["chat"])
    language = (message.get("from") or {}).get("language_code")
    return Event(inbounds=(source.inbound(address, language, _text(message["text"], message)),))


def _from_staff(message: Mapping[str, Any], source: _From, *, edited: bool) -> Event:
    content = staff_message(message, _ATTACHMENTS.keys(), edited=edited)
    if content is None:
        return Event()
    return Event(inbounds=(source.inbound(_address(message["chat"]), None, content),))


def _text(words: str, message: Mapping[str, Any]) -> TextMessage:
    reply_to = (message.get("reply_to_message") or {}).get("message_id")
    return TextMessage(
        text=_ADDRESSED.sub(r"\1", words, count=1) if words.startswith("/") else words,
        order=int(message["message_id"]),
        reply_to=str(reply_to) if reply_to is not None else None,
    )


def _press(query: Mapping[str, Any], source: _From) -> Event:
    callback = str(query["id"])
    chat = (query.get("message") or {}).get("chat") or {}
    token = query.get("data")
    if chat.get("type", "private") != "private" or not isinstance(token, str) or not chat:
        return Event(callback=callback)
    address = _address(chat)
    language = query["from"].get("language_code")
    press = source.inbound(address, language, ButtonPress(token=token))
    return Event(inbounds=(press,), callback=callback)


def _standing(change: Mapping[str, Any], source: _From) -> Event:
    """Read what became of the bot's own membership: blocked, unblocked, brought into a group."""
    chat, new = change["chat"], change["new_chat_member"]["status"]
    old = change["old_chat_member"]["status"]
    if chat["type"] == "private":
        content: Content = Unreachable() if new in _OUTSIDE else Reachable()
        return Event(inbounds=(source.inbound(_address(chat), None, content),))
    brought = old in _OUTSIDE and new in _INSIDE and chat["type"] != "channel"
    if brought and chat["id"] != source.staff_chat:
        language = (change.get("from") or {}).get("language_code")
        return Event(group=GroupCall(chat_id=int(chat["id"]), language=language))
    return Event()


def _group_call(
    message: Mapping[str, Any], chat: Mapping[str, Any], sender: Mapping[str, Any]
) -> GroupCall | None:
    """Tell whether a message in a group is meant for the bot: a command, or a reply to it."""
    text = message.get("text") or ""
    answered = (message.get("reply_to_message") or {}).get("from") or {}
    if chat["type"] == "channel" or not (text.startswith("/") or answered.get("is_bot")):
        return None
    thread = message.get("message_thread_id") if message.get("is_topic_message") else None
    return GroupCall(
        chat_id=int(chat["id"]), language=sender.get("language_code"), thread_id=thread
    )


def _address(chat: Mapping[str, Any]) -> int:
    number = chat["id"]
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError("a chat id is a number")
    return number
