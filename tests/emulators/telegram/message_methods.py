"""Methods about messages: send, edit, delete, copy, and answer a press."""

from __future__ import annotations

from typing import Any

from tests.emulators.telegram.api import BotApi, method
from tests.emulators.telegram.errors import (
    NOT_MODIFIED,
    QUERY_TOO_OLD,
    THREAD_NOT_FOUND,
    bad_request,
)
from tests.emulators.telegram.keyboard import checked_markup
from tests.emulators.telegram.limits import (
    CALLBACK_ANSWER_UNITS,
    CALLBACK_SECONDS,
    CAPTION_UNITS,
    DELETABLE_SECONDS,
    TEXT_UNITS,
    UPLOAD_BYTES,
    utf16_length,
)
from tests.emulators.telegram.markup import parse_html
from tests.emulators.telegram.params import Params, Upload
from tests.emulators.telegram.state import Chat, File, Message
from tests.emulators.telegram.text import check_utf8, formatted

Json = dict[str, Any]

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


@method("sendMessage")
def send_message(api: BotApi, p: Params) -> Json:
    return _send(api, p, _text_content(p)).json()


@method("sendLocation")
def send_location(api: BotApi, p: Params) -> Json:
    return _send(api, p, {"location": _location(p)}).json()


@method("sendVenue")
def send_venue(api: BotApi, p: Params) -> Json:
    location = _location(p)
    title, address = p.text("title"), p.text("address")
    if not title or not address:
        raise bad_request("venue title and address must be non-empty")
    venue = {"location": location, "title": title, "address": address}
    return _send(api, p, {"venue": venue, "location": location}).json()


@method("sendDocument")
def send_document(api: BotApi, p: Params) -> Json:
    file = _file(api, p, "document")
    return _send(api, p, {"document": document_json(file), **_caption(p)}).json()


@method("sendPhoto")
def send_photo(api: BotApi, p: Params) -> Json:
    file = _file(api, p, "photo")
    return _send(api, p, {"photo": [photo_json(file)], **_caption(p)}).json()


@method("sendVoice")
def send_voice(api: BotApi, p: Params) -> Json:
    file = _file(api, p, "voice")
    return _send(api, p, {"voice": voice_json(file), **_caption(p)}).json()


@method("copyMessage")
def copy_message(api: BotApi, p: Params) -> Json:
    source = api.state.known(p.chat_id("from_chat_id"))
    message = source.messages.get(p.integer("message_id") or 0)
    if message is None or message.deleted:
        raise bad_request("message to copy not found")
    if message.protected:
        raise bad_request("message can't be copied")
    content = dict(message.content)
    if "caption" in p.values and "text" not in content:
        content = {key: value for key, value in content.items() if not key.startswith("caption")}
        content |= _caption(p)
    return {"message_id": _send(api, p, content).message_id}


@method("editMessageText")
def edit_message_text(api: BotApi, p: Params) -> Json:
    content = _text_content(p)
    message = _editable(api, p)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _revise(api, message, content, checked_markup(p.object("reply_markup")))


@method("editMessageCaption")
def edit_message_caption(api: BotApi, p: Params) -> Json:
    message = _editable(api, p)
    if "text" in message.content:
        raise bad_request("there is no caption in the message to edit")
    kept = {key: val for key, val in message.content.items() if not key.startswith("caption")}
    markup = checked_markup(p.object("reply_markup"))
    return _revise(api, message, kept | _caption(p), markup)


@method("editMessageReplyMarkup")
def edit_message_reply_markup(api: BotApi, p: Params) -> Json:
    markup = checked_markup(p.object("reply_markup"))
    message = _editable(api, p)
    return _revise(api, message, message.content, markup)


@method("deleteMessage")
def delete_message(api: BotApi, p: Params) -> bool:
    chat = api.state.writable(p.chat_id())
    message = chat.messages.get(p.integer("message_id") or 0)
    if message is None or message.deleted:
        raise bad_request("message to delete not found")
    foreign = message.sender is not api.state.bot and chat.type != "private"
    if foreign and "can_delete_messages" not in chat.bot_rights:
        raise bad_request("message can't be deleted")
    if api.clock() - message.date > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    api.state.remove(message)
    return True


@method("answerCallbackQuery")
def answer_callback_query(api: BotApi, p: Params) -> bool:
    query = api.state.queries.get(p.text("callback_query_id"))
    gone = query is None or query.answer is not None
    if query is None or gone or api.clock() - query.at > CALLBACK_SECONDS:
        raise bad_request(QUERY_TOO_OLD)
    text = p.text("text")
    check_utf8(text)
    if utf16_length(text) > CALLBACK_ANSWER_UNITS:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answer = {"text": text, "show_alert": p.flag("show_alert"), "url": p.text("url")}
    api.state.change()
    return True


@method("sendChatAction")
def send_chat_action(api: BotApi, p: Params) -> bool:
    chat = api.state.writable(p.chat_id())
    action = p.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    api.state.actions.append((chat.id, action))
    api.state.change()
    return True


def document_json(file: File) -> Json:
    name = file.path.rpartition("-")[2]
    return {**_file_json(file), "file_name": name, "mime_type": file.mime_type}


def photo_json(file: File) -> Json:
    return {**_file_json(file), "width": 640, "height": 480}


def voice_json(file: File) -> Json:
    return {**_file_json(file), "duration": 3, "mime_type": "audio/ogg"}


def _file_json(file: File) -> Json:
    return {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": file.size}


def _send(api: BotApi, p: Params, content: Json) -> Message:
    """Everything that sends goes through here: checks first, the rate last, then the effect."""
    markup = checked_markup(p.object("reply_markup"))
    chat = api.state.writable(p.chat_id())
    thread_id = _thread(chat, p)
    reply_to = _reply_to(chat, p)
    api.pace(chat.id)
    message = api.state.add_message(
        chat,
        api.state.bot,
        content,
        reply_markup=markup,
        thread_id=thread_id,
        reply_to=reply_to,
        protected=p.flag("protect_content"),
    )
    api.state.sends[chat.id, message.text] += 1
    return message


def _thread(chat: Chat, p: Params) -> int | None:
    thread_id = p.integer("message_thread_id")
    if not thread_id:
        return None
    topic = chat.topics.get(thread_id)
    if topic is None or topic.deleted:
        raise bad_request(THREAD_NOT_FOUND)
    if topic.closed and "can_manage_topics" not in chat.bot_rights:
        raise bad_request("TOPIC_CLOSED")
    return thread_id


def _reply_to(chat: Chat, p: Params) -> Message | None:
    reply = p.object("reply_parameters") or {}
    message_id = reply.get("message_id") or p.integer("reply_to_message_id")
    if not message_id:
        return None
    message = chat.messages.get(int(message_id))
    if message is not None and not message.deleted:
        return message
    if reply.get("allow_sending_without_reply") or p.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _editable(api: BotApi, p: Params) -> Message:
    chat = api.state.writable(p.chat_id())
    message_id = p.integer("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None or message.deleted:
        raise bad_request("message to edit not found")
    if message.sender is not api.state.bot:
        raise bad_request("message can't be edited")
    return message


def _revise(api: BotApi, message: Message, content: Json, markup: Json | None) -> Json:
    if message.content == content and message.reply_markup == markup:
        raise bad_request(NOT_MODIFIED)
    api.pace(message.chat.id)
    api.state.revise(message, content, markup)
    return message.json()


def _text_content(p: Params) -> Json:
    if not p.text("text"):
        raise bad_request("message text is empty")
    text, entities = _formatted(p, "text", "entities")
    if not text:
        raise bad_request("text must be non-empty")
    if utf16_length(text) > TEXT_UNITS:
        raise bad_request("message is too long")
    content: Json = {"text": text}
    if entities:
        content["entities"] = entities
    if preview := p.object("link_preview_options"):
        content["link_preview_options"] = preview
    return content


def _caption(p: Params) -> Json:
    caption, entities = _formatted(p, "caption", "caption_entities")
    if utf16_length(caption) > CAPTION_UNITS:
        raise bad_request("message caption is too long")
    content: Json = {"caption": caption} if caption else {}
    return content | ({"caption_entities": entities} if entities else {})


def _formatted(p: Params, text_name: str, entities_name: str) -> tuple[str, list[Json]]:
    text, entities = p.text(text_name), p.object(entities_name) or []
    mode = p.text("parse_mode").lower()
    if mode == "html":
        text, entities = parse_html(text)
    elif mode:
        raise bad_request("unsupported parse_mode")
    if not isinstance(entities, list) or not all(isinstance(entry, dict) for entry in entities):
        raise bad_request("can't parse entities JSON object")
    return formatted(text, entities)


def _location(p: Params) -> Json:
    latitude, longitude = p.number("latitude"), p.number("longitude")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("wrong latitude or longitude specified")
    return {"latitude": latitude, "longitude": longitude}


def _file(api: BotApi, p: Params, name: str) -> File:
    upload = p.upload(name)
    if upload is None:
        raise bad_request(f"there is no {name} in the request")
    if isinstance(upload, Upload):
        if len(upload.content) > UPLOAD_BYTES:
            raise bad_request("file is too big")
        return api.state.add_file(upload.content, upload.name, upload.mime_type)
    known = api.state.files.get(upload)
    if known is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return known
