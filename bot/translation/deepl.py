"""DeepL (API v2, as published: /v2/translate and /v2/languages).

A key that ends in `:fx` belongs to the free API, which has an address of its own. Kept pieces go as
XML elements that the service is told to ignore.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from bot.service.translation import Failed, Kept, Languages, Line, Translated, Why, base
from bot.translation.http import call, client
from bot.translation.markup import read, shown, written

PRO = "https://api.deepl.com"
FREE = "https://api-free.deepl.com"
MOST_TEXTS = 50  # in one request
_VARIANTS = {"en": "EN-GB", "pt": "PT-PT", "zh": "ZH-HANS"}  # targets that need one
_KEPT = re.compile(r'<x\s+id="(\d{1,9})"\s*(?:/>|>.*?</x>)', re.DOTALL)


class DeepL:
    """DeepL's translator. `url` is for tests; else it follows from the key."""

    provider = "DeepL"

    def __init__(self, key: str, *, url: str | None = None) -> None:
        address = url or (FREE if key.endswith(":fx") else PRO)
        self._http = client(address, {"Authorization": f"DeepL-Auth-Key {key}"})

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def translate(
        self, lines: Sequence[Line], source: str | None, target: str
    ) -> Translated | Failed:
        """Translate lines; polite forms where the language has them."""
        done: list[Line] = []
        found: list[tuple[int, str]] = []
        for start in range(0, len(lines), MOST_TEXTS):
            part = lines[start : start + MOST_TEXTS]
            request: dict[str, Any] = {
                "text": [written(line, _element) for line in part],
                "target_lang": _VARIANTS.get(target, target.upper()),
                "tag_handling": "xml",
                "ignore_tags": ["x"],
                "formality": "prefer_more",
            }
            if source is not None:
                request["source_lang"] = source.upper()
            answer = await call(self._http, "POST", "/v2/translate", json=request)
            if isinstance(answer, Failed):
                return answer
            status, body = answer
            if status != HTTPStatus.OK:
                return Failed(Why.TEXT)
            try:
                for one in body["translations"]:
                    done.append(read(one["text"], _KEPT))
                    found.append((len(one["text"]), base(one["detected_source_language"])))
            except (TypeError, KeyError, AttributeError):
                return Failed(Why.DOWN)
        return Translated(lines=tuple(done), source=source or max(found, default=(0, ""))[1])

    async def languages(self) -> Languages | Failed:
        """Ask for the languages; DeepL translates from each to each."""
        kinds: dict[str, frozenset[str]] = {}
        for kind in ("source", "target"):
            answer = await call(self._http, "GET", "/v2/languages", params={"type": kind})
            if isinstance(answer, Failed):
                return answer
            status, body = answer
            if status != HTTPStatus.OK:
                return Failed(Why.DOWN)
            try:
                kinds[kind] = frozenset(base(one["language"]) for one in body)
            except (TypeError, KeyError, AttributeError):
                return Failed(Why.DOWN)
        return Languages({source: kinds["target"] - {source} for source in kinds["source"]})


def _element(kept: Kept) -> str:
    return f'<x id="{kept.number}">{shown(kept)}</x>'
