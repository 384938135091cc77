"""Texts as the server keeps them: cleaned, trimmed, with entities checked in UTF-16 units.

What the server changes silently is changed silently here too, so that a bot sees it in tests:
control characters become spaces, U+2028 to U+202E vanish (isolates U+2066 to U+2069 stay), the
ends are trimmed, and links that are not http, https, tg or ton lose their entity.
"""

from __future__ import annotations

from typing import Any

from tests.emulators.telegram.errors import bad_request
from tests.emulators.telegram.limits import ENTITIES, utf16_length

Entity = dict[str, Any]

FORMATTING = frozenset(
    {
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "blockquote",
        "expandable_blockquote",
        "custom_emoji",
    }
)
DETECTED = frozenset(
    {
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "date_time",
    }
)
LINK_SCHEMES = ("http://", "https://", "tg://", "ton://", "tonsite://")


def check_utf8(text: str) -> None:
    """The server speaks UTF-8, so a lone surrogate cannot even reach it."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise bad_request("strings must be encoded in UTF-8")


def formatted(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """The text and the entities that the server would store; 400 where it would refuse."""
    check_utf8(text)
    boundaries = _boundaries(text)
    checked = [_checked(entity, text, boundaries) for entity in entities]
    cleaned, moved = _clean(text)
    lead = len(cleaned) - len(cleaned.lstrip())
    trimmed = cleaned.strip()
    start, end = utf16_length(cleaned[:lead]), utf16_length(cleaned[:lead] + trimmed)
    kept = []
    for entity in checked:
        if entity is None:
            continue
        first = max(moved[entity["offset"]], start)
        last = min(moved[entity["offset"] + entity["length"]], end)
        if last > first:
            kept.append({**entity, "offset": first - start, "length": last - first})
    kept.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return trimmed, kept[:ENTITIES]


def with_commands(text: str) -> list[Entity]:
    """The entities a server finds in what a person types, as far as bots rely on them."""
    word = text.split(maxsplit=1)[0] if text.startswith("/") and len(text) > 1 else ""
    if not word:
        return []
    return [{"type": "bot_command", "offset": 0, "length": utf16_length(word)}]


def _boundaries(text: str) -> dict[int, int]:
    """UTF-16 offsets at which a character begins (or the text ends), with the byte offset."""
    found, units, size = {}, 0, 0
    for character in text:
        found[units] = size
        units += 2 if ord(character) > 0xFFFF else 1
        size += len(character.encode())
    found[units] = size
    return found


def _checked(entity: Entity, text: str, boundaries: dict[int, int]) -> Entity | None:
    """The entity, None if the server drops it silently, 400 if it refuses it."""
    kind, offset, length = entity.get("type"), entity.get("offset"), entity.get("length")
    if not isinstance(offset, int) or not isinstance(length, int):
        raise bad_request('can\'t parse MessageEntity: Field "offset" must be of type Number')
    if kind in DETECTED:
        return None
    if kind not in FORMATTING:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    if offset < 0 or length <= 0:
        return None
    total = utf16_length(text)
    if offset + length > total:
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text at "
            f"UTF-16 offset {total}"
        )
    if offset not in boundaries:
        raise bad_request(
            f"entity begins in a middle of a UTF-16 symbol at byte offset {boundaries[offset - 1]}"
        )
    if offset + length not in boundaries:
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol at "
            f"byte offset {boundaries[offset + length - 1]}"
        )
    if kind == "text_link" and not str(entity.get("url", "")).startswith(LINK_SCHEMES):
        return None
    return dict(entity)


def _clean(text: str) -> tuple[str, dict[int, int]]:
    """The cleaned text, and for each old UTF-16 offset the new one."""
    out: list[str] = []
    moved: dict[int, int] = {}
    old = new = 0
    for character in text:
        moved[old] = new
        width = 2 if ord(character) > 0xFFFF else 1
        old += width
        if character == "\r" or "\u2028" <= character <= "\u202e":
            continue
        out.append(" " if character < " " and character != "\n" else character)
        new += width
    moved[old] = new
    return "".join(out), moved
