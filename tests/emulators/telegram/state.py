"""What the emulated Telegram knows: people, chats, messages with their history, topics, files.

Plain data and look-ups; no method of the Bot API and no network. Every change of a message
counts `changes` up, so that a test can wait for what came after its own action.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.telegram.errors import (
    CHAT_NOT_FOUND,
    UPGRADED,
    ApiError,
    bad_request,
    forbidden,
)

Json = dict[str, Any]

SUPERGROUP_BASE = -1_000_000_000_000


@dataclass(kw_only=True, eq=False)
class Account:
    """A person or a bot."""

    id: int
    first_name: str
    is_bot: bool = False
    username: str | None = None
    language_code: str | None = None

    def json(self) -> Json:
        body: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            body["username"] = self.username
        if self.language_code:
            body["language_code"] = self.language_code
        return body


@dataclass(kw_only=True, eq=False)
class Topic:
    """A forum topic; its id is the id of the service message that opened it."""

    id: int
    name: str
    icon_color: int
    closed: bool = False
    deleted: bool = False
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Revision:
    """What a message said at one time."""

    content: Json
    reply_markup: Json | None


@dataclass(kw_only=True, eq=False)
class Message:
    """A message as everybody in the chat sees it now, and what it was before."""

    message_id: int
    chat: Chat = field(repr=False)
    sender: Account
    date: int
    content: Json
    reply_markup: Json | None = None
    thread_id: int | None = None
    reply_to: Message | None = field(default=None, repr=False)
    protected: bool = False
    edit_date: int | None = None
    deleted: bool = False
    changed: int = 0
    """Value of `State.changes` when it was sent, edited or deleted last."""
    history: list[Revision] = field(default_factory=list)
    """Earlier revisions, oldest first."""

    @property
    def text(self) -> str:
        """The text, the caption, or nothing."""
        return str(self.content.get("text", self.content.get("caption", "")))

    @property
    def entities(self) -> list[Json]:
        found: list[Json] | None = self.content.get(
            "entities", self.content.get("caption_entities")
        )
        return found or []

    @property
    def buttons(self) -> list[Json]:
        rows = (self.reply_markup or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    @property
    def labels(self) -> list[str]:
        return [button["text"] for button in self.buttons]

    def button(self, label: str) -> Json | None:
        return next((button for button in self.buttons if button["text"] == label), None)

    def json(self) -> Json:
        body: Json = {
            "message_id": self.message_id,
            "from": self.sender.json(),
            "chat": self.chat.json(),
            "date": self.date,
            **self.content,
        }
        if self.thread_id is not None:
            body |= {"message_thread_id": self.thread_id, "is_topic_message": True}
        if self.edit_date is not None:
            body["edit_date"] = self.edit_date
        if self.reply_to is not None:
            body["reply_to_message"] = {
                key: value
                for key, value in self.reply_to.json().items()
                if key != "reply_to_message"
            }
        if self.protected:
            body["has_protected_content"] = True
        if self.reply_markup:
            body["reply_markup"] = self.reply_markup
        return body


@dataclass(kw_only=True, eq=False)
class Chat:
    """A private chat, a group or a supergroup, with the bot's standing in it."""

    id: int
    type: str
    title: str | None = None
    person: Account | None = None
    is_forum: bool = False
    bot_status: str = "member"
    """member | administrator | left | kicked; in a private chat kicked means blocked."""
    bot_rights: frozenset[str] = frozenset()
    members: dict[int, str] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict, repr=False)
    pinned: list[int] = field(default_factory=list)
    migrated_to: int | None = None
    last_message_id: int = 0
    answered: int = 0
    """Value of `State.changes` when the bot sent or edited here last."""

    def json(self) -> Json:
        body: Json = {"id": self.id, "type": self.type}
        if self.title is not None:
            body["title"] = self.title
        if self.is_forum:
            body["is_forum"] = True
        if self.person is not None:
            body["first_name"] = self.person.first_name
            if self.person.username:
                body["username"] = self.person.username
        return body

    def visible(self) -> list[Message]:
        """Messages that are still there, oldest first."""
        return [message for message in self.messages.values() if not message.deleted]


@dataclass(kw_only=True, eq=False)
class CallbackQuery:
    """A press of an inline button, and the answer to it."""

    id: str
    sender: Account
    message: Message
    data: str
    at: float
    answer: Json | None = None


@dataclass(frozen=True, kw_only=True)
class File:
    """A file on the server."""

    id: str
    path: str
    content: bytes
    mime_type: str = "application/octet-stream"
    declared_size: int | None = None
    """A size to claim without holding the bytes (for files that are too big)."""

    @property
    def unique_id(self) -> str:
        return f"u{self.id}"

    @property
    def size(self) -> int:
        return len(self.content) if self.declared_size is None else self.declared_size


class State:
    """The world behind the API."""

    def __init__(self, bot: Account, clock: Callable[[], float]) -> None:
        self.bot = bot
        self.clock = clock
        self.people: dict[int, Account] = {}
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, CallbackQuery] = {}
        self.files: dict[str, File] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.descriptions: dict[str, str] = {}
        self.short_descriptions: dict[str, str] = {}
        self.sends: Counter[tuple[int, str]] = Counter()
        """Effects of sends per chat and text: more than one is a duplicate."""
        self.actions: list[tuple[int, str]] = []
        """Chat actions ("typing") shown, with the chat."""
        self.changes = 0
        self._basic_message_id = 0
        self._waiting: set[asyncio.Future[None]] = set()

    # -- changes ---------------------------------------------------------------------------

    def change(self, message: Message | None = None) -> None:
        """Note a change and wake whoever waits for one."""
        self.changes += 1
        if message is not None:
            message.changed = self.changes
            if message.sender is self.bot:
                message.chat.answered = self.changes
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def next_change(self) -> None:
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)

    # -- chats -----------------------------------------------------------------------------

    def private_chat(self, person: Account) -> Chat:
        """The chat of a person with the bot; made on first use."""
        self.people[person.id] = person
        if person.id not in self.chats:
            self.chats[person.id] = Chat(id=person.id, type="private", person=person)
        return self.chats[person.id]

    def writable(self, chat_id: Any) -> Chat:
        """The chat, if the bot may write there; otherwise the server's refusal."""
        chat = self.known(chat_id)
        if chat.migrated_to is not None:
            raise bad_request(UPGRADED, migrate_to_chat_id=chat.migrated_to)
        if chat.bot_status in {"kicked", "left"}:
            raise self._shut_out(chat)
        return chat

    def known(self, chat_id: Any) -> Chat:
        chat = self.chats.get(chat_id)
        if chat is None:
            if chat_id in self.people:
                raise forbidden("bot can't initiate conversation with a user")
            raise bad_request(CHAT_NOT_FOUND)
        return chat

    @staticmethod
    def _shut_out(chat: Chat) -> ApiError:
        if chat.type == "private":
            return forbidden("bot was blocked by the user")
        kind = "supergroup" if chat.type == "supergroup" else "group"
        if chat.bot_status == "kicked":
            return forbidden(f"bot was kicked from the {kind} chat")
        return forbidden(f"bot is not a member of the {kind} chat")

    # -- messages --------------------------------------------------------------------------

    def add_message(self, chat: Chat, sender: Account, content: Json, **more: Any) -> Message:
        """Put a message into a chat. Ids run per supergroup, else over all chats of the bot."""
        message = Message(
            message_id=self.next_message_id(chat),
            chat=chat,
            sender=sender,
            date=int(self.clock()),
            content=content,
            **more,
        )
        chat.messages[message.message_id] = message
        self.change(message)
        return message

    def next_message_id(self, chat: Chat) -> int:
        if chat.type == "supergroup":
            chat.last_message_id += 1
            return chat.last_message_id
        self._basic_message_id += 1
        return self._basic_message_id

    def revise(self, message: Message, content: Json, reply_markup: Json | None) -> None:
        """Change what a message says and keep what it said before."""
        message.history.append(Revision(content=message.content, reply_markup=message.reply_markup))
        message.content, message.reply_markup = content, reply_markup
        message.edit_date = int(self.clock())
        self.change(message)

    def remove(self, message: Message) -> None:
        message.deleted = True
        self.change(message)

    def duplicates(self) -> dict[tuple[int, str], int]:
        """Texts that were sent more than once to the same chat, with their number."""
        return {key: count for key, count in self.sends.items() if count > 1}

    def everything(self) -> Iterator[Message]:
        for chat in self.chats.values():
            yield from chat.messages.values()

    # -- files and commands ----------------------------------------------------------------

    def add_file(self, content: bytes, name: str, mime_type: str, size: int | None = None) -> File:
        number = len(self.files) + 1
        file = File(
            id=f"file-{number}",
            path=f"files/{number}-{name}",
            content=content,
            mime_type=mime_type,
            declared_size=size,
        )
        self.files[file.id] = file
        return file

    def commands_shown(self, language: str, scope: Json | None = None) -> list[str]:
        """The command names an app in `language` lists in a private chat."""
        scopes = [scope] if scope else [{"type": "all_private_chats"}, {"type": "default"}]
        for candidate in scopes:
            for code in (language, ""):
                found = self.commands.get((scope_key(candidate), code))
                if found:
                    return [entry["command"] for entry in found]
        return []


def scope_key(scope: Json | None) -> str:
    return json.dumps(scope or {"type": "default"}, sort_keys=True)
