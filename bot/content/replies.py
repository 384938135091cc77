"""Ready answers: replies/*.yaml, each mapping ids to a title and a text in German."""

from __future__ import annotations

from pathlib import PurePosixPath

from bot.content import schema_desk
from bot.content.model import Role
from bot.content.model_desk import Reply
from bot.content.pack import Pack


def replies(pack: Pack) -> tuple[Reply, ...]:
    """Return the ready answers in the order of their files; an id is there once in all of them."""
    found: dict[str, Reply] = {}
    for name in sorted(pack.documents):
        path = PurePosixPath(name)
        if path.parts[0] != "replies" or len(path.parts) != 2:
            continue
        for row, _ in pack.rows(name, schema_desk.Reply):
            if row.id in found:
                message = f"another ready answer is called `{row.id}` too"
                pack.problems.error(row.node.mark, "duplicate-id", message)
                continue
            reply = found[row.id] = Reply(id=row.id)
            title, text = row.node.get("title"), row.node.get("text")
            pack.texts.add(reply.title, title, row.lines, Role.LINE, "Fertige Antwort, ihr Name")
            pack.texts.add(reply.text, text, row.lines, Role.TEXT, "Fertige Antwort der Beratung")
    return tuple(found.values())
