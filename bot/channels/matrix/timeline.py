"""Which events of a room one sync is about: with the gap, without the time before the invitation.

Pure but for `gap`, which asks the homeserver.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import structlog

from bot.channels.matrix.client import Client
from bot.channels.matrix.homeserver import MatrixError

_PAGE = 100
_PAGES = 100

_log = structlog.get_logger(__name__)

Event = dict[str, Any]


def sources(events: Iterable[Any]) -> list[Event]:
    """Return nio's events as plain objects; those that do not say who and what are left out."""
    found = []
    for event in events:
        source = event.source
        if all(isinstance(source.get(key), str) for key in ("event_id", "sender", "type")):
            found.append(source)
    return found


async def gap(client: Client, room: str, since: str, before: str) -> list[Event]:
    """Return the events between the place `since` and the timeline that begins at `before`.

    Raises:
        MatrixError: the homeserver did not answer.
    """
    found: list[Event] = []
    start = before
    for _ in range(_PAGES):
        try:
            page = await client.messages(room, start, since, _PAGE)
        except MatrixError as error:
            if error.final:  # not ours to see any more
                break
            raise
        found += sources(page.chunk)
        if not page.chunk or page.end is None or page.end == start:
            break
        start = page.end
    else:
        _log.error("matrix.gap_too_long", events=len(found))
    found.reverse()
    return found


def membership(event: Event, user: str) -> str | None:
    """Return what an event says about `user` in the room (join, invite, leave, ban), else None."""
    if event["type"] != "m.room.member" or event.get("state_key") != user:
        return None
    found = event.get("content", {}).get("membership")
    return found if isinstance(found, str) else None


def membership_before(event: Event) -> str | None:
    """Return the membership that this one replaced."""
    unsigned = event.get("unsigned")
    before = unsigned.get("prev_content") if isinstance(unsigned, dict) else None
    found = before.get("membership") if isinstance(before, dict) else None
    return found if isinstance(found, str) else None


def joined(event: Event, user: str) -> bool:
    """Return True if `user` came into the room with this event (a new name is a join, too)."""
    return membership(event, user) == "join" and membership_before(event) != "join"


def addressed(events: list[Event], user: str) -> list[Event]:
    """Return the events since `user` was invited, if the invitation is among them.

    Clients make the room, invite and send the first words in one go, before anybody has joined:
    those words are meant for the bot. What was said before the invitation is not.
    """
    entry = _last(events, lambda event: joined(event, user))
    if entry is None:
        return events
    invite = _last(events[:entry], lambda event: membership(event, user) == "invite")
    return events[entry if invite is None else invite + 1 :]


def unanswered(events: list[Event], user: str) -> list[Event]:
    """Return the events after the last words of `user`: where the place in the stream is lost."""
    said = _last(events, lambda event: event["sender"] == user and "state_key" not in event)
    return events if said is None else events[said + 1 :]


def _last(events: list[Event], fits: Any) -> int | None:
    return next((n for n in range(len(events) - 1, -1, -1) if fits(events[n])), None)
