"""The staff room: which room it is, what counsellors write in it, and how a thread is written.

The room may be set by its id or by its alias; to the service it has the name of the setting. Only
an encrypted room is written to: what stands there are newcomers' words.
Source: Client-Server API v1.13, "Threading", "Event replacements", "Redactions".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.matrix.client import Client
from bot.channels.matrix.homeserver import MatrixError, path
from bot.channels.matrix.translate import Correction, translate
from bot.domain.inbound import Attachment, StaffMessage, TextMessage

REMEMBERED = 2_000
"""Threads whose newest message is known."""

Event = Mapping[str, Any]


class StaffRoom:
    """The staff room of one account; `setting` is its id (`!...`) or alias (`#...`)."""

    def __init__(self, client: Client, setting: str | None) -> None:
        self._client = client
        self.address = setting
        self.room = setting if setting is not None and setting.startswith("!") else None
        self._newest: dict[str, str] = {}

    def holds(self, room: str) -> bool:
        """Return whether a room is the staff room."""
        return self.room is not None and room == self.room

    def is_named(self, address: str) -> bool:
        """Return whether the service means the staff room."""
        return self.address is not None and address == self.address

    @property
    def trouble(self) -> str | None:
        """Why nothing can be written there, for an administrator; None where it can."""
        if self.address is None:
            return None
        if self.room is None:
            return "the homeserver does not know the alias LOTSE_MATRIX_STAFF_ROOM"
        found = self._client.rooms.get(self.room)
        if found is None:
            return "the bot is not in the staff room: invite it"
        if not found.encrypted:
            return "the staff room is not encrypted: turn encryption on in its settings"
        return None

    async def resolve(self) -> None:
        """Ask which room the alias means, as long as that is not known.

        Raises:
            MatrixError: the homeserver did not answer.
        """
        if self.address is None or self.room is not None:
            return
        where = path("directory", "room", self.address)
        try:
            found = await self._client.homeserver.call("GET", where)
        except MatrixError as error:
            if error.final:
                return
            raise
        room = found.get("room_id")
        self.room = room if isinstance(room, str) else None

    def read(self, event: Event) -> StaffMessage | None:
        """Read what somebody wrote; None for what nobody said."""
        content = event.get("content")
        if not isinstance(content, dict):
            return None
        if event["type"] == "m.room.redaction":
            removed = event.get("redacts", content.get("redacts"))
            return _message(event, removes=removed) if isinstance(removed, str) else None
        thread = _thread(content)
        if thread is not None:
            self.heard(thread, event["event_id"])
        match translate(event):
            case TextMessage(text=text, reply_to=answers) if event["type"] == "m.room.message":
                return _message(event, thread=thread, text=text, answers=answers)
            case Correction(target=target, text=text):
                return _message(event, text=text, edits=target)
            case Attachment():
                return _message(event, thread=thread)
        return None

    def heard(self, thread: str, event: str) -> None:
        """Note the newest message of a thread."""
        self._newest.pop(thread, None)
        while len(self._newest) >= REMEMBERED:
            self._newest.pop(next(iter(self._newest)))
        self._newest[thread] = event

    def relation(self, thread: str) -> dict[str, Any]:
        """Return what puts a message into a thread; who knows no threads sees a reply to the newest
        message of it.
        """
        return {
            "rel_type": "m.thread",
            "event_id": thread,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": self._newest.get(thread, thread)},
        }


def _thread(content: Mapping[str, Any]) -> str | None:
    relation = content.get("m.relates_to")
    if not isinstance(relation, dict) or relation.get("rel_type") != "m.thread":
        return None
    root = relation.get("event_id")
    return root if isinstance(root, str) and root else None


def _message(
    event: Event,
    *,
    text: str = "",
    thread: str | None = None,
    edits: str | None = None,
    answers: str | None = None,
    removes: str | None = None,
) -> StaffMessage:
    return StaffMessage(
        thread=thread,
        person=event["sender"],
        message=event["event_id"],
        text=text,
        edits=edits,
        answers=answers,
        removes=removes,
    )
