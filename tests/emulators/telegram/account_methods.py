"""Methods about the bot itself: updates, webhook, commands, descriptions, files."""

from __future__ import annotations

import re
from typing import Any

from tests.emulators.telegram.api import BotApi, method
from tests.emulators.telegram.errors import WEBHOOK_ACTIVE, bad_request, conflict
from tests.emulators.telegram.limits import (
    COMMAND_CHARACTERS,
    COMMAND_DESCRIPTION_CHARACTERS,
    COMMANDS,
    DESCRIPTION_CHARACTERS,
    DOWNLOAD_BYTES,
    SHORT_DESCRIPTION_CHARACTERS,
    UPDATES_PER_CALL,
)
from tests.emulators.telegram.params import Params
from tests.emulators.telegram.state import scope_key
from tests.emulators.telegram.webhook import checked_config

Json = dict[str, Any]

_COMMAND = re.compile(rf"/?[a-z0-9_]{{1,{COMMAND_CHARACTERS}}}")
_LANGUAGE = re.compile(r"[a-z]{2}|")
_SCOPES = frozenset(
    {
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    }
)


@method("getMe")
def get_me(api: BotApi, _: Params) -> Json:
    return {
        **api.state.bot.json(),
        "can_join_groups": True,
        "can_read_all_group_messages": not api.privacy_mode,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method("getUpdates")
async def get_updates(api: BotApi, p: Params) -> list[Json]:
    if api.webhook.config is not None:
        raise conflict(WEBHOOK_ACTIVE)
    api.updates.allow(p.object("allowed_updates"))
    return await api.updates.poll(
        p.integer("offset"),
        p.integer("limit", UPDATES_PER_CALL) or UPDATES_PER_CALL,
        min(p.integer("timeout", 0) or 0, 50),
    )


@method("setWebhook")
async def set_webhook(api: BotApi, p: Params) -> bool:
    url = p.text("url")
    api.updates.allow(p.object("allowed_updates"))
    if p.flag("drop_pending_updates"):
        api.updates.drop_all()
    if not url:
        await api.webhook.set(None)
        return True
    secret = p.text("secret_token")
    await api.webhook.set(checked_config(url, secret, p.integer("max_connections")))
    return True


@method("deleteWebhook")
async def delete_webhook(api: BotApi, p: Params) -> bool:
    if p.flag("drop_pending_updates"):
        api.updates.drop_all()
    await api.webhook.set(None)
    return True


@method("getWebhookInfo")
def get_webhook_info(api: BotApi, _: Params) -> Json:
    return api.webhook.info()


@method("setMyCommands")
def set_my_commands(api: BotApi, p: Params) -> bool:
    commands = p.object("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands list JSON object")
    if len(commands) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    kept = []
    for entry in commands:
        name, description = str(entry.get("command", "")), str(entry.get("description", ""))
        if not _COMMAND.fullmatch(name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(description.strip()) <= COMMAND_DESCRIPTION_CHARACTERS:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": name.removeprefix("/"), "description": description.strip()})
    api.state.commands[_scope(p), _language(p)] = kept
    return True


@method("getMyCommands")
def get_my_commands(api: BotApi, p: Params) -> list[Json]:
    return api.state.commands.get((_scope(p), _language(p)), [])


@method("deleteMyCommands")
def delete_my_commands(api: BotApi, p: Params) -> bool:
    api.state.commands.pop((_scope(p), _language(p)), None)
    return True


@method("setMyDescription")
def set_my_description(api: BotApi, p: Params) -> bool:
    text = _at_most(p.text("description"), DESCRIPTION_CHARACTERS, "description")
    api.state.descriptions[_language(p)] = text
    return True


@method("getMyDescription")
def get_my_description(api: BotApi, p: Params) -> Json:
    return {"description": _in_language(api.state.descriptions, _language(p))}


@method("setMyShortDescription")
def set_my_short_description(api: BotApi, p: Params) -> bool:
    text = _at_most(p.text("short_description"), SHORT_DESCRIPTION_CHARACTERS, "short description")
    api.state.short_descriptions[_language(p)] = text
    return True


@method("getMyShortDescription")
def get_my_short_description(api: BotApi, p: Params) -> Json:
    return {"short_description": _in_language(api.state.short_descriptions, _language(p))}


@method("getFile")
def get_file(api: BotApi, p: Params) -> Json:
    file = api.state.files.get(p.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if file.size > DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "file_size": file.size,
        "file_path": file.path,
    }


def _language(p: Params) -> str:
    code = p.text("language_code")
    if not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def _scope(p: Params) -> str:
    scope = p.object("scope")
    if scope is not None and (not isinstance(scope, dict) or scope.get("type") not in _SCOPES):
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    return scope_key(scope)


def _at_most(text: str, characters: int, what: str) -> str:
    if len(text) > characters:
        raise bad_request(f"{what} is too long")
    return text


def _in_language(texts: dict[str, str], code: str) -> str:
    return texts.get(code) or texts.get("", "")
