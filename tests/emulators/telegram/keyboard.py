"""`reply_markup`: what the server accepts, and its words for what it does not."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.emulators.telegram.errors import bad_request
from tests.emulators.telegram.limits import (
    BUTTONS,
    BUTTONS_PER_ROW,
    CALLBACK_DATA_BYTES,
    MARKUP_BYTES,
)
from tests.emulators.telegram.text import check_utf8

Markup = dict[str, Any]

_ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "copy_text",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "pay",
)
_URL = re.compile(r"(?:https?://)?[^\s/.]+(?:\.[^\s/.]+)+(?:[/?#:]\S*)?|tg://\S+|https?://\S+")


def checked_markup(markup: Any) -> Markup | None:
    """The inline keyboard to keep with the message; None for the other kinds, which are not kept.

    More than 8 buttons a row or 100 in all would be cut or refused by the server and its
    apps; here both are refused, so that no test passes with buttons nobody can see.
    """
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if not {"keyboard", "remove_keyboard", "force_reply"} & markup.keys():
            raise bad_request("object expected as reply markup")
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be an Array of Arrays')
    kept = [[_checked_button(button) for button in row] for row in rows if row]
    size = len(json.dumps(kept, ensure_ascii=False).encode())
    too_many = any(len(row) > BUTTONS_PER_ROW for row in kept) or sum(map(len, kept)) > BUTTONS
    if too_many or size > MARKUP_BYTES:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def _checked_button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: Object expected")
    text = button.get("text")
    if not isinstance(text, str):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    check_utf8(text)
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if not any(action in button for action in _ACTIONS):
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    data = button.get("callback_data")
    if data is not None:
        check_utf8(str(data))
        if not 1 <= len(str(data).encode()) <= CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not _URL.fullmatch(str(url)):
        raise bad_request(
            f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol"
        )
    return dict(button)
