"""What stands in the queue of a staff room: references, never words of a person.

The words are composed when a post is delivered, from the conversation they belong to. So erasing a
newcomer erases them from the queue too, and an outage delivers what is true afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class PostKind(StrEnum):
    """What a post shows."""

    THREAD = "thread"  # opens the thread of a case
    CARD = "card"  # the case as it stands; edited as things change
    WORDS = "words"  # what she wrote: `seq` of her conversation
    REPLY = "reply"  # what a counsellor wrote to her: `entry` of the case
    NOTE = "note"  # for the team alone: `entry`
    EVENT = "event"  # what became of the case: `entry`
    ANSWER = "answer"  # to a staff word: the id of a text in `answer`


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPost:
    """One post. `thread`: where an answer goes that belongs to no case; `values` fill the text of
    an answer (names of colleagues, times).
    """

    what: PostKind
    case: int | None = None
    seq: int | None = None
    entry: int | None = None
    answer: str | None = None
    thread: str | None = None
    values: dict[str, str] = field(default_factory=dict)
