"""Methods about chats: forum topics, members, pins, leaving."""

from __future__ import annotations

from typing import Any

from tests.emulators.telegram.api import BotApi, method
from tests.emulators.telegram.errors import bad_request
from tests.emulators.telegram.limits import TOPIC_NAME_UNITS
from tests.emulators.telegram.params import Params
from tests.emulators.telegram.state import Account, Chat, Topic

Json = dict[str, Any]

ICON_COLOR = 7322096
ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
    "can_pin_messages",
    "can_manage_topics",
)


@method("createForumTopic")
def create_forum_topic(api: BotApi, p: Params) -> Json:
    chat = _forum(api, p)
    name = _topic_name(p)
    color = p.integer("icon_color", ICON_COLOR) or ICON_COLOR
    service = {"forum_topic_created": {"name": name, "icon_color": color}}
    message = api.state.add_message(chat, api.state.bot, service)
    message.thread_id = message.message_id
    topic = Topic(id=message.message_id, name=name, icon_color=color)
    chat.topics[topic.id] = topic
    return {"message_thread_id": topic.id, "name": name, "icon_color": color}


@method("editForumTopic")
def edit_forum_topic(api: BotApi, p: Params) -> bool:
    topic = _topic(_forum(api, p), p)
    name = _topic_name(p) if p.text("name") else topic.name
    if name == topic.name:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.names.append(topic.name)
    topic.name = name
    api.state.change()
    return True


@method("closeForumTopic")
def close_forum_topic(api: BotApi, p: Params) -> bool:
    return _set_closed(api, p, closed=True)


@method("reopenForumTopic")
def reopen_forum_topic(api: BotApi, p: Params) -> bool:
    return _set_closed(api, p, closed=False)


@method("deleteForumTopic")
def delete_forum_topic(api: BotApi, p: Params) -> bool:
    chat = _forum(api, p)
    topic = _topic(chat, p)
    topic.deleted = True
    for message in chat.visible():
        if message.thread_id == topic.id:
            api.state.remove(message)
    api.state.change()
    return True


@method("getChat")
def get_chat(api: BotApi, p: Params) -> Json:
    chat = api.state.known(p.chat_id())
    return {
        **chat.json(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


@method("getChatMember")
def get_chat_member(api: BotApi, p: Params) -> Json:
    chat = api.state.known(p.chat_id())
    user_id = p.integer("user_id") or 0
    if user_id == api.state.bot.id:
        return member_json(api.state.bot, chat.bot_status, chat.bot_rights)
    person = api.state.people.get(user_id)
    if person is None:
        raise bad_request("invalid user_id specified")
    return member_json(person, chat.members.get(user_id, "left"))


@method("leaveChat")
def leave_chat(api: BotApi, p: Params) -> bool:
    chat = api.state.writable(p.chat_id())
    if chat.type == "private":
        raise bad_request("chat member status can't be changed in private chats")
    chat.bot_status = "left"
    api.state.change()
    return True


@method("pinChatMessage")
def pin_chat_message(api: BotApi, p: Params) -> bool:
    chat = api.state.writable(p.chat_id())
    if chat.type != "private" and "can_pin_messages" not in chat.bot_rights:
        raise bad_request("not enough rights to manage pinned messages in the chat")
    message = chat.messages.get(p.integer("message_id") or 0)
    if message is None or message.deleted:
        raise bad_request("message to pin not found")
    chat.pinned.append(message.message_id)
    api.state.change()
    return True


def member_json(account: Account, status: str, rights: frozenset[str] = frozenset()) -> Json:
    """A `ChatMember`; in a private chat `kicked` means that the person blocked the bot."""
    body: Json = {"user": account.json(), "status": status}
    if status == "kicked":
        body["until_date"] = 0
    if status == "creator":
        body["is_anonymous"] = False
    if status == "administrator":
        body |= {"can_be_edited": False, "is_anonymous": False}
        body |= {right: right in rights for right in ADMIN_RIGHTS}
    return body


def _forum(api: BotApi, p: Params) -> Chat:
    chat = api.state.writable(p.chat_id())
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if "can_manage_topics" not in chat.bot_rights:
        raise bad_request("not enough rights to create a topic")
    return chat


def _topic(chat: Chat, p: Params) -> Topic:
    topic = chat.topics.get(p.integer("message_thread_id") or 0)
    if topic is None or topic.deleted:
        raise bad_request("TOPIC_ID_INVALID")
    return topic


def _topic_name(p: Params) -> str:
    """The name as kept: the server cuts it silently."""
    name = " ".join(p.text("name").split())[:TOPIC_NAME_UNITS]
    if not name:
        raise bad_request("title must be non-empty")
    return name


def _set_closed(api: BotApi, p: Params, *, closed: bool) -> bool:
    topic = _topic(_forum(api, p), p)
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    api.state.change()
    return True
