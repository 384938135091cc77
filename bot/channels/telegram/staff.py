"""The staff group: reading what counsellors write in its topics, and keeping to a group's pace.

Pure, like `events`. The group's own id is the only one that is read so; every other group is told
to write in private.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.domain.inbound import StaffMessage

WINDOWS = ((5, timedelta(seconds=5)), (20, timedelta(minutes=1)))
"""So many messages at most in so much time: one a second with short bursts, and 20 a minute for
all topics of a group together (Bot API FAQ).
"""


def staff_message(
    message: Mapping[str, Any], attachments: Collection[str], *, edited: bool
) -> StaffMessage | None:
    """Read a message of the staff group; None for what nobody said (somebody joined, a pin)."""
    sender, chat = message.get("from") or {}, message["chat"]
    anonymous = (message.get("sender_chat") or {}).get("id") == chat["id"]
    if sender.get("is_bot") and not anonymous:
        return None
    words = message.get("text")
    if not isinstance(words, str) and not any(key in message for key in attachments):
        return None
    number = str(int(message["message_id"]))
    thread = message.get("message_thread_id") if message.get("is_topic_message") else None
    replied = (message.get("reply_to_message") or {}).get("message_id")
    return StaffMessage(
        thread=str(thread) if thread is not None else None,
        person="" if anonymous else str(int(sender["id"])),
        message=number,
        text=words if isinstance(words, str) else "",
        edits=number if edited else None,
        # Apps let every message of a topic answer the one that opened it.
        answers=str(replied) if replied is not None and replied != thread else None,
    )


class Pace:
    """When the next message to a group may leave."""

    def __init__(self) -> None:
        self._sent: dict[int, deque[datetime]] = {}

    def wait(self, chat_id: int, now: datetime) -> timedelta:
        """Return how long to wait; zero counts as sent. People have no such limit."""
        if chat_id >= 0:
            return timedelta(0)
        sent = self._sent.setdefault(chat_id, deque(maxlen=max(most for most, _ in WINDOWS)))
        waits = [sent[-most] + span - now for most, span in WINDOWS if len(sent) >= most]
        longest = max([timedelta(0), *waits])
        if not longest:
            sent.append(now)
        return longest
