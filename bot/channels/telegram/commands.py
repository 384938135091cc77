"""What people see of the bot before they write: commands, description, short description.

Published per language of the site and once without language, through python-telegram-bot, which is
imported only when there is something to publish (it costs 0.2 s and 30 MB). Telegram
takes two-letter codes only (Bot API, setMyCommands), so a language such as Lower Sorbian has none.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from bot.channels.telegram.client import Client, encode
from bot.content.catalogue import Catalogue
from bot.domain.texts import (
    BOT_DESCRIPTION,
    BOT_SHORT,
    COMMAND_ABOUT,
    COMMAND_EMERGENCY,
    COMMAND_HELP,
    COMMAND_HUMAN,
    COMMAND_LANGUAGE,
    COMMAND_MENU,
    COMMAND_PRIVACY,
    COMMAND_START,
    COMMAND_STOP,
)
from bot.domain.texts_staff import COMMANDS as STAFF_COMMANDS

if TYPE_CHECKING:
    from telegram import Bot

COMMANDS = (
    ("menu", COMMAND_MENU),
    ("language", COMMAND_LANGUAGE),
    ("human", COMMAND_HUMAN),
    ("emergency", COMMAND_EMERGENCY),
    ("help", COMMAND_HELP),
    ("privacy", COMMAND_PRIVACY),
    ("about", COMMAND_ABOUT),
    ("stop", COMMAND_STOP),
    ("start", COMMAND_START),
)
DESCRIPTION_CHARACTERS = 512
SHORT_CHARACTERS = 120
COMMAND_CHARACTERS = 256
EVERYBODY = ""
"""The language code of those whose language has no texts of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The texts for one language code."""

    code: str
    commands: tuple[tuple[str, str], ...]
    description: str
    short: str


def profiles(catalogue: Catalogue) -> tuple[Profile, ...]:
    """All profiles of the site. Everybody else reads the language the site falls back on first."""
    codes = [language.code for language in catalogue.languages if _is_two_letters(language.code)]
    fallback = catalogue.site.fallback.get("default", ())
    general = next((code for code in fallback if code in codes), catalogue.site.source)
    return tuple(
        _profile(catalogue, code, language)
        for code, language in ((EVERYBODY, general), *((code, code) for code in codes))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMenu:
    """The staff words in the menu of the staff group."""

    chat: int
    commands: tuple[tuple[str, str], ...]


def staff_menu(catalogue: Catalogue, chat: int | None) -> StaffMenu | None:
    """The menu of the staff group, if there is one."""
    if chat is None:
        return None
    language = catalogue.source.code
    return StaffMenu(
        chat=chat,
        commands=tuple(
            (name, catalogue.words(text, language)[:COMMAND_CHARACTERS])
            for name, text in STAFF_COMMANDS.items()
        ),
    )


def fingerprint(wanted: tuple[Profile, ...], staff: StaffMenu | None = None) -> str:
    """A short name for what is to be published: unchanged texts need no calls."""
    shown: list[Profile | StaffMenu] = [*wanted]
    if staff is not None:
        shown.append(staff)
    raw = encode([asdict(each) for each in shown])
    return hashlib.sha256(raw).hexdigest()[:16]


async def publish(
    client: Client, wanted: tuple[Profile, ...], staff: StaffMenu | None = None
) -> None:
    """Tell Telegram. Calls are limited strictly there, so call only when something changed.

    Raises:
        telegram.error.TelegramError: refused or not reached; try again later.
    """
    bot = _bot(client)
    for profile in wanted:
        await _publish(bot, profile)
    if staff is not None:
        await _publish_staff(bot, staff)


async def _publish(bot: Bot, profile: Profile) -> None:
    from telegram import BotCommand, BotCommandScopeAllPrivateChats

    code = profile.code or None
    commands = [BotCommand(name, text) for name, text in profile.commands]
    await bot.set_my_commands(commands, scope=BotCommandScopeAllPrivateChats(), language_code=code)
    await bot.set_my_description(profile.description, language_code=code)
    await bot.set_my_short_description(profile.short, language_code=code)


async def _publish_staff(bot: Bot, menu: StaffMenu) -> None:
    """Publish in the group; where the bot is not in it, its words work all the same."""
    from telegram import BotCommand, BotCommandScopeChat
    from telegram.error import BadRequest, Forbidden

    commands = [BotCommand(name, text) for name, text in menu.commands]
    with contextlib.suppress(BadRequest, Forbidden):
        await bot.set_my_commands(commands, scope=BotCommandScopeChat(menu.chat))


def _bot(client: Client) -> Bot:
    from telegram import Bot

    from bot.channels.telegram.request import SessionRequest

    request = SessionRequest(client)
    return Bot(client.token, base_url=client.base_url, request=request, get_updates_request=request)


def _profile(catalogue: Catalogue, code: str, language: str) -> Profile:
    return Profile(
        code=code,
        commands=tuple(
            (name, catalogue.words(text, language)[:COMMAND_CHARACTERS]) for name, text in COMMANDS
        ),
        description=catalogue.words(BOT_DESCRIPTION, language)[:DESCRIPTION_CHARACTERS],
        short=catalogue.words(BOT_SHORT, language)[:SHORT_CHARACTERS],
    )


def _is_two_letters(code: str) -> bool:
    return len(code) == 2 and code.isascii() and code.islower()
