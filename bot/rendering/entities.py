"""Formatting as entities: stretches of the plain text in UTF-16 code units (Telegram Bot API)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.outgoing import Entity
from bot.rendering.fragments import Fragment, Kind, is_web
from bot.rendering.plain import start


def utf16(text: str) -> int:
    """Return the length of `text` in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def entities(shown: Sequence[Fragment], most: int) -> tuple[tuple[Entity, ...], list[str]]:
    """Return the entities of one piece, at most `most`, and the names of those left out.

    Links stay before bold: a bold word without its look is still there, a link without its
    target is not.
    """
    found: list[Entity] = []
    offset = 0
    before: Kind | None = None
    for each in shown:
        offset += utf16(start(each, before))
        before = each.kind
        for run in each.runs:
            if run.strong or is_web(run.url):
                # platforms cut white space off the ends of an entity
                blank = utf16(run.text) - utf16(run.text.lstrip())
                if length := utf16(run.text.strip()):
                    found.append(
                        Entity(
                            kind="bold" if run.url is None else "link",
                            offset=offset + blank,
                            length=length,
                            url=run.url,
                        )
                    )
            offset += utf16(run.text)
    if len(found) <= most:
        return tuple(found), []
    ranked = sorted(found, key=lambda entity: entity.kind != "link")
    kept = sorted(ranked[:most], key=lambda entity: entity.offset)
    return tuple(kept), [f"entity {entity.kind}" for entity in ranked[most:]]
