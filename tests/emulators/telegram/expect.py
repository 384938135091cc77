"""What tests of the emulator expect of it, in a few words."""

from __future__ import annotations

import re

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import TelegramError


def refused(kind: type[TelegramError], why: str) -> pytest.RaisesExc[TelegramError]:
    """Expect a refusal; python-telegram-bot changes the case of the server's words."""
    return pytest.raises(kind, match=re.compile(re.escape(why), re.IGNORECASE))


def buttons(*labels: str) -> InlineKeyboardMarkup:
    """A keyboard with one button a row."""
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=f"v1:{label}")] for label in labels]
    )
