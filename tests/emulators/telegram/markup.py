"""`parse_mode=HTML` as the Bot API reads it: a few tags, no repair, errors with byte offsets."""

from __future__ import annotations

import html
import re
from typing import Any

from tests.emulators.telegram.errors import ApiError, bad_request
from tests.emulators.telegram.limits import utf16_length

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_TOKEN = re.compile(r"<(/?)([^\s<>/]*)([^<>]*)>|&(?:lt|gt|amp|quot|#x?[0-9a-fA-F]+);|<|[^<&]+|&")
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'))?")


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Text and entities of a message given as HTML."""
    text: list[str] = []
    units = 0
    entities: list[dict[str, Any]] = []
    open_tags: list[tuple[str, dict[str, Any], int]] = []
    for match in _TOKEN.finditer(source):
        token = match.group()
        at = len(source[: match.start()].encode())
        if token == "<":
            raise _unparsable(f"Unclosed start tag at byte offset {at}")
        if not token.startswith("<"):
            plain = html.unescape(token) if token.startswith("&") else token
            text.append(plain)
            units += utf16_length(plain)
        elif match.group(1):
            name, entity, _ = _close(open_tags, match.group(2).lower(), at)
            entity["length"] = units - entity["offset"]
            if entity["length"] and (name != "a" or "url" in entity):
                entities.append(entity)
        else:
            open_tags.append((*_opened(match, units, at), at))
    if open_tags:
        raise _unparsable(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    return "".join(text), entities


def _opened(match: re.Match[str], units: int, at: int) -> tuple[str, dict[str, Any]]:
    name = match.group(2).lower()
    attributes = {
        key.lower(): html.unescape(double or single)
        for key, double, single in _ATTRIBUTE.findall(match.group(3))
    }
    if name not in TAGS or (name == "span" and attributes.get("class") != "tg-spoiler"):
        raise _unparsable(f'Unsupported start tag "{name}" at byte offset {at}')
    entity: dict[str, Any] = {"type": TAGS[name], "offset": units}
    if name == "a" and attributes.get("href"):
        entity["url"] = attributes["href"]
    if name == "blockquote" and "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    return name, entity


def _close(
    open_tags: list[tuple[str, dict[str, Any], int]], name: str, at: int
) -> tuple[str, dict[str, Any], int]:
    if not open_tags:
        raise _unparsable(f"Unexpected end tag at byte offset {at}")
    expected = open_tags[-1][0]
    if name and name != expected:
        raise _unparsable(
            f'Unmatched end tag at byte offset {at}, expected "</{expected}>", found "</{name}>"'
        )
    return open_tags.pop()


def _unparsable(why: str) -> ApiError:
    return bad_request(f"can't parse entities: {why}")
