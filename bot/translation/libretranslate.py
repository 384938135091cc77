"""LibreTranslate (API as published: /translate and /languages), usually a server of the site's own.

Kept pieces go as HTML elements with `translate="no"`. The server unescapes its answer once, so only
elements of ours count as markup when it is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from bot.service.translation import Failed, Kept, Languages, Line, Translated, Why, base
from bot.translation.http import call, client
from bot.translation.markup import read, shown, written

_KEPT = re.compile(r'<span\b[^<>]*?\bid="k(\d{1,9})"[^<>]*>.*?</span>', re.DOTALL)
_NOT_SUPPORTED = re.compile(r"not supported|not available as a target")


class LibreTranslate:
    """One LibreTranslate server."""

    provider = "LibreTranslate"

    def __init__(self, url: str, key: str | None = None) -> None:
        self._http = client(url, {})
        self._key = {"api_key": key} if key else {}

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def translate(
        self, lines: Sequence[Line], source: str | None, target: str
    ) -> Translated | Failed:
        """Translate lines."""
        request: dict[str, Any] = {
            "q": [written(line, _element) for line in lines],
            "source": source or "auto",
            "target": target,
            "format": "html",
            **self._key,
        }
        answer = await call(self._http, "POST", "/translate", json=request)
        if isinstance(answer, Failed):
            return answer
        status, body = answer
        if status != HTTPStatus.OK:
            return Failed(_why(body))
        try:
            texts: list[str] = body["translatedText"]
            found = source or _detected(texts, body["detectedLanguage"])
            return Translated(lines=tuple(read(text, _KEPT) for text in texts), source=found)
        except (TypeError, KeyError, AttributeError, ValueError):
            return Failed(Why.DOWN)

    async def languages(self) -> Languages | Failed:
        """Ask for the languages; a server has models for some pairs only."""
        answer = await call(self._http, "GET", "/languages")
        if isinstance(answer, Failed):
            return answer
        status, body = answer
        if status != HTTPStatus.OK:
            return Failed(Why.DOWN)
        try:
            every = frozenset(base(one["code"]) for one in body)
            targets = {
                base(one["code"]): frozenset(base(code) for code in one.get("targets", every))
                for one in body
            }
        except (TypeError, KeyError, AttributeError):
            return Failed(Why.DOWN)
        return Languages({code: found - {code} for code, found in targets.items()})


def _element(kept: Kept) -> str:
    return f'<span translate="no" id="k{kept.number}">{shown(kept)}</span>'


def _detected(texts: list[str], found: list[dict[str, Any]]) -> str:
    """Return the language of the longest line: short ones deceive."""
    language: str = max(zip(texts, found, strict=True), key=lambda one: len(one[0]))[1]["language"]
    return language


def _why(body: object) -> Why:
    message = body.get("error") if isinstance(body, dict) else None
    known = isinstance(message, str) and _NOT_SUPPORTED.search(message)
    return Why.LANGUAGE if known else Why.TEXT
