"""An event that was set aside runs again once the fault is mended: through the front door, as new.

Another process (a command) cannot reach the front door of the running one: it defers a job, and the
running process takes that up. Under the event's own new id it counts once, however often the job
runs; if it fails again it is set aside again. Knows nothing of why it failed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

import orjson
from pydantic import TypeAdapter

from bot.domain.inbound import (
    Attachment,
    ButtonPress,
    Content,
    Inbound,
    Opened,
    Reachable,
    Sender,
    TextMessage,
    Unreachable,
    Unreadable,
)
from bot.service.jobs import Args, Handler
from bot.service.ports import Door
from bot.storage import backlog, conversations, quarantine
from bot.storage.database import Database
from bot.storage.transaction import Tx

RERUN = "rerun"

_READERS: dict[str, TypeAdapter[Content]] = {
    kind.__name__: TypeAdapter(kind)
    for kind in (TextMessage, ButtonPress, Attachment, Opened, Unreachable, Reachable)
}


def dump_content(content: Content) -> bytes:
    """Return what quarantine keeps of an event."""
    if isinstance(content, Unreadable):
        return content.raw.encode("utf-8", "replace")
    return orjson.dumps({"type": type(content).__name__, **asdict(content)})


def load_content(raw: bytes) -> Content | None:
    """Undo `dump_content`; None for what no channel could read."""
    try:
        found: Any = orjson.loads(raw)
        return _READERS[found.pop("type")].validate_python(found)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def read_again(tx: Tx, event_id: int, *, now: datetime) -> Inbound | None:
    """Return an event in quarantine as it came in; None if it is gone or cannot come in again."""
    event = backlog.quarantined(tx, event_id)
    if event is None or event.conversation_id is None:
        return None
    conversation = conversations.by_id(tx, event.conversation_id)
    raw = quarantine.raw(tx, event_id)
    content = load_content(raw) if raw is not None else None
    if conversation is None or content is None:
        return None
    return Inbound(
        account=conversation.account,
        external_id=f"{RERUN}:{event_id}",
        sender=Sender(address=conversation.address),
        at=now,
        content=content,
    )


def rerun(*, database: Database, door: Door, clock: Callable[[], datetime]) -> Handler:
    """Return the handler of the job `rerun`; its argument `event` is the id in quarantine."""

    async def handle(args: Args) -> None:
        event_id = int(args["event"])
        inbound = await database.read(partial(read_again, event_id=event_id, now=clock()))
        if inbound is None:
            return
        await door.receive(inbound)
        await database.write(partial(quarantine.remove, quarantined_id=event_id))

    return handle
