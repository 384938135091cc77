"""An emulator of the Telegram Bot API, strict where Telegram is strict.

It stands in for Telegram in tests: real HTTP statuses and error texts, updates by polling and
webhook, limits, rates and faults. It is checked with two clients that others wrote
(python-telegram-bot and aiogram), so that it is not only our idea of Telegram.

Differences from Telegram, on purpose: webhooks may be plain http on loopback; retries come
after fractions of a second; only one bot exists; keyboards that apps would cut are refused.
"""

from tests.emulators.telegram.api import TOKEN, BotApi, Call
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.faults import Fault, FaultKind
from tests.emulators.telegram.limits import RateLimits, utf16_length
from tests.emulators.telegram.remote import RemoteEmulator, RemoteUser, emulator_process
from tests.emulators.telegram.state import CallbackQuery, Chat, Message
from tests.emulators.telegram.user import Group, User

__all__ = [
    "TOKEN",
    "BotApi",
    "Call",
    "CallbackQuery",
    "Chat",
    "Fault",
    "FaultKind",
    "Group",
    "Message",
    "RateLimits",
    "RemoteEmulator",
    "RemoteUser",
    "TelegramEmulator",
    "User",
    "emulator_process",
    "utf16_length",
]
