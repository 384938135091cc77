"""What a channel hands in at the door: one platform event, already freed of the platform's form.

Knows nothing of conversations, languages or storage. A channel makes these values; `service.turn`
takes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AttachmentKind(StrEnum):
    """What kind of thing somebody sent that is not text."""

    PHOTO = "photo"
    VOICE = "voice"
    DOCUMENT = "document"
    LOCATION = "location"
    CONTACT = "contact"
    STICKER = "sticker"
    VIDEO = "video"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage:
    """Somebody wrote words.

    `order` is the platform's own increasing message number where it has one (Telegram's
    message_id): a text with a smaller number than the open question was written before that
    question could be read. `reply_to` is the platform's reference of the message that it answers (a
    reply or a reaction), if any.
    """

    text: str
    order: int | None = None
    reply_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPress:
    """Somebody pressed a button; `token` is what `domain.outgoing.token` made when it was sent. Not
    trusted.
    """

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Somebody sent a file, a place or a sound. Its content is not read and not kept yet."""

    kind: AttachmentKind


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody opened the conversation without words (the web page, a Matrix room that was
    joined).
    """


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The platform says that nothing can be delivered any more (bot blocked, room left)."""


@dataclass(frozen=True, slots=True)
class Reachable:
    """The platform says that the person can be reached again (bot unblocked)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """An event that the channel could not read. `raw` is kept encrypted in quarantine and never
    logged.
    """

    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMessage:
    """Somebody wrote in the staff room; never words of a newcomer.

    `thread` is the platform's name of the thread, None outside of any; `person` its name of who
    wrote, empty where it does not tell; `message` its name of this message, `edits` of the one that
    it corrects, `answers` of the one that it replies to, `removes` of one that its author has taken
    away. `text` is empty for what is not words.
    """

    thread: str | None
    person: str
    message: str
    text: str
    edits: str | None = None
    answers: str | None = None
    removes: str | None = None


Content = (
    TextMessage
    | ButtonPress
    | Attachment
    | Opened
    | Unreachable
    | Reachable
    | Unreadable
    | StaffMessage
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who wrote, as the platform knows her.

    `address` is where answers go (Telegram chat id, Matrix room id, web session id). `language` is
    the platform's guess (a BCP 47 tag such as `uk` or `pl-PL`) or None.
    """

    address: str
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One event of one account. `external_id` makes it unique within the account: seen twice, it
    counts once.

    `at` is the time of receipt in UTC, from the clock that `app` owns.
    """

    account: str
    external_id: str
    sender: Sender
    at: datetime
    content: Content
