"""People and groups: the other side of the bot, for tests to act with.

A `User` acts at once (each act queues an update for the bot) and waits for what comes back. It
knows nothing of the bot but what an app would show.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

from tests.emulators.telegram.api import BotApi
from tests.emulators.telegram.chat_methods import ADMIN_RIGHTS, member_json
from tests.emulators.telegram.message_methods import document_json, photo_json, voice_json
from tests.emulators.telegram.state import (
    SUPERGROUP_BASE,
    Account,
    CallbackQuery,
    Chat,
    Json,
    Message,
    Topic,
)
from tests.emulators.telegram.text import with_commands

WAIT_SECONDS = 5.0

_query_ids = itertools.count(4_000_000_000_000)


class Group:
    """A group or supergroup (forum or not) with the bot in it."""

    def __init__(self, api: BotApi, chat: Chat) -> None:
        self.api = api
        self.chat = chat

    @property
    def id(self) -> int:
        return self.chat.id

    def promote_bot(self, *rights: str) -> None:
        """Make the bot administrator; with all rights if none is named."""
        self._set_bot("administrator", frozenset(rights or ADMIN_RIGHTS))

    def topic(self, name: str) -> Topic | None:
        """The newest topic of this name that is still there."""
        found = [one for one in self.chat.topics.values() if one.name == name and not one.deleted]
        return found[-1] if found else None

    def in_topic(self, topic: Topic) -> list[Message]:
        """What a topic shows now, oldest first, without the service message that opened it."""
        return [one for one in self.chat.visible() if one.thread_id == topic.id != one.message_id]

    def delete_topic(self, topic: Topic) -> None:
        """Delete a topic with all its messages, as an administrator does; the bot is not told."""
        topic.deleted = True
        for message in [*self.in_topic(topic), self.chat.messages[topic.id]]:
            self.api.state.remove(message)

    def remove_bot(self) -> None:
        self._set_bot("kicked", frozenset())

    def migrate(self) -> Group:
        """Upgrade the group to a supergroup, as Telegram does on its own."""
        old, state = self.chat, self.api.state
        chat = Chat(
            id=SUPERGROUP_BASE + old.id,
            type="supergroup",
            title=old.title,
            bot_status=old.bot_status,
            bot_rights=old.bot_rights,
            members=dict(old.members),
        )
        state.chats[chat.id] = chat
        old.migrated_to = chat.id
        owner = next(state.people[key] for key in old.members)
        _deliver(self.api, old, owner, {"migrate_to_chat_id": chat.id})
        _deliver(self.api, chat, owner, {"migrate_from_chat_id": old.id})
        return Group(self.api, chat)

    def _set_bot(self, status: str, rights: frozenset[str]) -> None:
        owner = next(self.api.state.people[key] for key in self.chat.members)
        set_bot_status(self.api, self.chat, owner, status, rights)


class User:
    """A person with an app."""

    def __init__(self, api: BotApi, account: Account) -> None:
        self.api = api
        self.account = account
        self.mark = 0
        """Changes up to the last act: `wait_for` looks at later ones."""

    @property
    def id(self) -> int:
        return self.account.id

    @property
    def chat(self) -> Chat:
        """The private chat with the bot."""
        return self.api.state.private_chat(self.account)

    @property
    def messages(self) -> list[Message]:
        """What the private chat shows now, oldest first."""
        return self.chat.visible()

    @property
    def answers(self) -> list[Message]:
        """The bot's part of it."""
        return [one for one in self.messages if one.sender is self.api.state.bot]

    # -- acts ------------------------------------------------------------------------------

    def say(
        self,
        text: str,
        *,
        group: Group | None = None,
        thread_id: int | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """Write a text, in private or in a group (and there in a topic)."""
        content: Json = {"text": text}
        if entities := with_commands(text):
            content["entities"] = entities
        return self.send(content, group=group, thread_id=thread_id, reply_to=reply_to)

    def send(
        self,
        content: Json,
        *,
        group: Group | None = None,
        thread_id: int | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """Send any content as the fields of a `Message`."""
        chat = group.chat if group else self.chat
        assert chat.type != "private" or chat.bot_status != "kicked", "unblock the bot first"
        self.mark = self.api.state.changes
        return _deliver(
            self.api, chat, self.account, content, thread_id=thread_id, reply_to=reply_to
        )

    def send_photo(self, content: bytes = b"\xff\xd8\xff photo", caption: str = "") -> Message:
        file = self.api.state.add_file(content, "photo.jpg", "image/jpeg")
        return self.send({"photo": [photo_json(file)], **_caption(caption)})

    def send_voice(self, content: bytes = b"OggS voice") -> Message:
        file = self.api.state.add_file(content, "voice.ogg", "audio/ogg")
        return self.send({"voice": voice_json(file)})

    def send_document(
        self,
        content: bytes = b"%PDF-1.7",
        name: str = "paper.pdf",
        *,
        caption: str = "",
        size: int | None = None,
    ) -> Message:
        """A document; `size` claims a size without the bytes."""
        file = self.api.state.add_file(content, name, "application/pdf", size)
        return self.send({"document": document_json(file), **_caption(caption)})

    def send_location(self, latitude: float = 51.7, longitude: float = 14.6) -> Message:
        return self.send({"location": {"latitude": latitude, "longitude": longitude}})

    def edit(self, message: Message, text: str) -> None:
        """Edit an own message."""
        self.mark = self.api.state.changes
        self.api.state.revise(message, {"text": text}, None)
        self.api.updates.add("edited_message", message.json(), ("chat", message.chat.id))

    def press(
        self,
        label: str | None = None,
        *,
        message: Message | None = None,
        data: str | None = None,
        group: Group | None = None,
        inaccessible: bool = False,
    ) -> CallbackQuery:
        """Press a button: by label on the newest message that has it, or on `message`.

        `data` presses what is no longer shown; `inaccessible` sends the message as Telegram
        does when it is too old to be read.
        """
        self.mark = self.api.state.changes
        chat = group.chat if group else self.chat
        shown = message or self._newest_with(chat, label)
        if data is None:
            button = shown.button(label or "")
            assert button is not None, f"no button {label!r} among {shown.labels}"
            assert "callback_data" in button, f"{label!r} opens a link"
            data = str(button["callback_data"])
        query = CallbackQuery(
            id=str(next(_query_ids)),
            sender=self.account,
            message=shown,
            data=data,
            at=self.api.clock(),
        )
        self.api.state.queries[query.id] = query
        body = shown.json()
        if inaccessible:
            body = {"chat": body["chat"], "message_id": body["message_id"], "date": 0}
        update = {
            "id": query.id,
            "from": self.account.json(),
            "message": body,
            "chat_instance": str(chat.id),
            "data": data,
        }
        self.api.updates.add("callback_query", update, ("user", self.id))
        return query

    def sees(self, label: str) -> bool:
        """Whether a message of the bot in the private chat has this button."""
        return any(one.button(label) is not None for one in self.answers)

    def block(self) -> None:
        """Block the bot."""
        self.mark = self.api.state.changes
        set_bot_status(self.api, self.chat, self.account, "kicked")

    def unblock(self) -> None:
        self.mark = self.api.state.changes
        set_bot_status(self.api, self.chat, self.account, "member")

    # -- waiting ---------------------------------------------------------------------------

    async def wait_for(
        self,
        wanted: str | Callable[[Message], bool] = "",
        *,
        timeout: float = WAIT_SECONDS,
        group: Group | None = None,
        since: int | None = None,
    ) -> Message:
        """The bot's message, new or edited since the last act, that holds a text or passes a test.

        Raises TimeoutError with what there was instead.
        """
        chat = group.chat if group else self.chat
        after = self.mark if since is None else since

        def found() -> Message | None:
            for message in sorted(chat.visible(), key=lambda one: -one.changed):
                ours = message.sender is self.api.state.bot and message.changed > after
                if ours and (
                    wanted in message.text if isinstance(wanted, str) else wanted(message)
                ):
                    return message
            return None

        try:
            message: Message = await wait_until(self.api, found, timeout)
        except TimeoutError:
            seen = [one.text for one in chat.visible() if one.changed > after]
            raise TimeoutError(f"no such message in {timeout} s, only {seen}") from None
        return message

    def _newest_with(self, chat: Chat, label: str | None) -> Message:
        for message in reversed(chat.visible()):
            if message.sender is self.api.state.bot and (
                label is None or message.button(label) is not None
            ):
                return message
        raise AssertionError(f"no message with the button {label!r}")


async def wait_until(
    api: BotApi,
    found: Callable[[], Any],
    timeout: float = WAIT_SECONDS,
) -> Any:
    """What `found` gives once it gives something true; looked at after every change."""
    async with asyncio.timeout(timeout):
        while not (result := found()):
            await api.state.next_change()
    return result


def set_bot_status(
    api: BotApi, chat: Chat, by: Account, status: str, rights: frozenset[str] = frozenset()
) -> None:
    """Change the bot's standing in a chat and tell it (`my_chat_member`)."""
    old = member_json(api.state.bot, chat.bot_status, chat.bot_rights)
    chat.bot_status, chat.bot_rights = status, rights
    update = {
        "chat": chat.json(),
        "from": by.json(),
        "date": int(api.clock()),
        "old_chat_member": old,
        "new_chat_member": member_json(api.state.bot, status, rights),
    }
    api.updates.add("my_chat_member", update, ("my_chat_member", chat.id))
    api.state.change()


def _deliver(
    api: BotApi,
    chat: Chat,
    sender: Account,
    content: Json,
    *,
    thread_id: int | None = None,
    reply_to: Message | None = None,
) -> Message:
    if thread_id is not None and reply_to is None:
        reply_to = chat.messages.get(thread_id)  # apps have every message answer the topic's first
    message = api.state.add_message(chat, sender, content, thread_id=thread_id, reply_to=reply_to)
    if _bot_sees(api, chat, message):
        api.updates.add("message", message.json(), ("chat", chat.id))
    return message


def _bot_sees(api: BotApi, chat: Chat, message: Message) -> bool:
    """In groups a bot in privacy mode sees only what is meant for it, unless it administers."""
    if chat.type == "private" or chat.bot_status == "administrator":
        return True
    if chat.bot_status != "member":
        return False
    to_bot = message.reply_to is not None and message.reply_to.sender is api.state.bot
    named = f"@{api.state.bot.username}" in message.text or message.text.startswith("/")
    service = not {"text", "caption", "photo", "voice", "document", "location"} & set(
        message.content
    )
    return not api.privacy_mode or to_bot or named or service


def _caption(caption: str) -> Json:
    return {"caption": caption} if caption else {}
