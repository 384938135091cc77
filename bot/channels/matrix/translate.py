"""From a Matrix event to what the door takes. Pure: a decrypted event in, a value out.

Bad events are the rule in an open network: whatever is not as the specification says becomes
`Unreadable`, whatever is not meant for a bot becomes None. Source: Client-Server API v1.13,
"Instant messaging", "Rich replies", "Event replacements", "Event annotations".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.matrix.choices import number_of
from bot.domain.inbound import Attachment, AttachmentKind, TextMessage, Unreadable

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """She edited her own message `target`; `text` is what it says now."""

    target: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """She reacted to `target` with the keycap of a number."""

    target: str
    number: str


Found = TextMessage | Attachment | Unreadable | Correction | Tap

_WORDS = frozenset({"m.text", "m.emote"})
_SILENT = frozenset({"m.notice", "m.key.verification.request", "m.server_notice"})
_MEDIA = {
    "m.image": AttachmentKind.PHOTO,
    "m.audio": AttachmentKind.VOICE,
    "m.video": AttachmentKind.VIDEO,
    "m.file": AttachmentKind.DOCUMENT,
    "m.location": AttachmentKind.LOCATION,
}


def translate(event: Event) -> Found | None:
    """Return what a person's event says, None if it is not meant for a bot."""
    content = event.get("content")
    match event.get("type"):
        case "m.room.message" | "m.sticker" | "m.reaction" if _redacted(event):
            return None
        case "m.room.message":
            return _message(content) if isinstance(content, dict) else unreadable(event)
        case "m.sticker":
            return Attachment(kind=AttachmentKind.STICKER)
        case "m.reaction":
            return _tap(content) if isinstance(content, dict) else None
    return None


def unreadable(event: Event) -> Unreadable:
    """Return an event that was meant as a message but is not in the form of one."""
    return Unreadable(raw=json.dumps(event, default=str))


def _redacted(event: Event) -> bool:
    unsigned = event.get("unsigned")
    return isinstance(unsigned, dict) and "redacted_because" in unsigned


def _message(content: dict[str, Any]) -> Found | None:
    relation = content.get("m.relates_to")
    relation = relation if isinstance(relation, dict) else {}
    if relation.get("rel_type") == "m.replace":
        return _correction(content, relation)
    kind, body = content.get("msgtype"), content.get("body")
    if kind in _SILENT:
        return None
    if kind in _MEDIA:
        return Attachment(kind=_MEDIA[kind])
    if kind not in _WORDS:
        return Attachment(kind=AttachmentKind.OTHER) if kind else Unreadable(raw=_raw(content))
    if not isinstance(body, str):
        return Unreadable(raw=_raw(content))
    reply_to = _replied(relation)
    return TextMessage(text=without_fallback(body) if reply_to else body, reply_to=reply_to)


def _correction(content: dict[str, Any], relation: dict[str, Any]) -> Correction | None:
    new, target = content.get("m.new_content"), relation.get("event_id")
    if not isinstance(new, dict) or not isinstance(target, str):
        return None
    body = new.get("body")
    if new.get("msgtype") not in _WORDS or not isinstance(body, str):
        return None
    return Correction(target=target, text=body)


def _replied(relation: dict[str, Any]) -> str | None:
    """Return the event that a reply answers; in a thread it may be there for old clients only."""
    if relation.get("is_falling_back") is True:
        return None
    found = relation.get("m.in_reply_to")
    target = found.get("event_id") if isinstance(found, dict) else None
    return target if isinstance(target, str) and target else None


def without_fallback(body: str) -> str:
    """Return a reply without the quotation that older clients put before it."""
    if not body.startswith("> <") and not body.startswith("> * <"):
        return body
    lines = body.split("\n")
    quoted = next((n for n, line in enumerate(lines) if not line.startswith(">")), len(lines))
    rest = lines[quoted:]
    if rest and not rest[0].strip():
        rest = rest[1:]
    return "\n".join(rest)


def _tap(content: dict[str, Any]) -> Tap | None:
    relation = content.get("m.relates_to")
    if not isinstance(relation, dict) or relation.get("rel_type") != "m.annotation":
        return None
    target, key = relation.get("event_id"), relation.get("key")
    number = number_of(key) if isinstance(key, str) else None
    if number is None or not isinstance(target, str):
        return None
    return Tap(target=target, number=number)


def _raw(content: dict[str, Any]) -> str:
    return json.dumps(content, default=str)
