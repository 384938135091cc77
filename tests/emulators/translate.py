"""A translation server for tests, built from the published APIs of LibreTranslate (its `/spec`) and
DeepL (API v2, openapi 3.5): addresses, fields, limits, errors. Not from running servers.

It "translates" by writing each word backwards behind the language's name in brackets, so that a
translation back gives the words again. Elements that must be left alone are left alone, unless a
test says that they get lost. Every request is kept, so that a test can see what left the house.
"""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.app.serve import listen

KEY = "0c3f1a52-9d0e-4c1b-8e59-3a2b7c6d5e4f"
DEEPL = ("AR", "DE", "EN", "PL", "RU", "UK")
DEEPL_TARGETS = ("AR", "DE", "EN-GB", "EN-US", "PL", "RU", "UK")
LIBRE = ("ar", "de", "en", "pl", "uk")
_ELEMENT = re.compile(r"(<[^<>]+>[^<>]*</[^<>]+>|<[^<>]+/>)")
_WORD = re.compile(r"[^\W\d_]+")
_PREFIX = re.compile(r"^\[[a-z]{2}\] ")
_SCRIPTS = (("ar", "\u0600", "\u06ff"), ("uk", "\u0400", "\u04ff"))


@dataclass
class TranslationServer:
    """Both APIs on one port; a test sets what goes wrong."""

    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    """Answered in this order before anything else; 0 breaks the connection off, 1 is no JSON."""
    stalled: asyncio.Event = field(default_factory=asyncio.Event)
    stalls: bool = False
    loses: bool = False
    doubles: bool = False
    key: str | None = None
    char_limit: int = 5000
    phrases: dict[tuple[str, str], str] = field(default_factory=dict)
    """What it knows to say, by language and words; everything else is written backwards."""

    def app(self) -> Starlette:
        """Return the server."""
        return Starlette(
            routes=[
                Route("/translate", self.libre_translate, methods=["POST"]),
                Route("/languages", self.libre_languages),
                Route("/detect", self.libre_detect, methods=["POST"]),
                Route("/v2/translate", self.deepl_translate, methods=["POST"]),
                Route("/v2/languages", self.deepl_languages),
            ]
        )

    @property
    def sent(self) -> str:
        """Everything that was sent here to be translated."""
        return "\n".join(
            text for request in self.requests for text in request.get("text", request.get("q", []))
        )

    async def _fault(self) -> Response | None:
        if self.stalls:
            await self.stalled.wait()
        if not self.statuses:
            return None
        status = self.statuses.pop(0)
        if status == 1:
            return Response("<html>gateway</html>", 200)
        if status == 2:
            return JSONResponse({"unexpected": True})
        return JSONResponse({"message": "fault", "error": "fault"}, status)

    # LibreTranslate

    async def libre_translate(self, request: Request) -> Response:
        body = await request.json()
        self.requests.append(body)
        if (fault := await self._fault()) is not None:
            return fault
        for name in ("q", "source", "target"):
            if not body.get(name):
                return _error(400, f"Invalid request: missing {name} parameter")
        if self.key is not None and body.get("api_key") != self.key:
            return _error(403, "Invalid API key")
        texts = body["q"] if isinstance(body["q"], list) else [body["q"]]
        size = sum(map(len, texts))
        if size > self.char_limit:
            limit = f"request ({size}) exceeds text limit ({self.char_limit})"
            return _error(400, f"Invalid request: {limit}")
        if body.get("format", "text") not in {"text", "html"}:
            return _error(400, f"{body['format']} format is not supported")
        auto = body["source"] == "auto"
        sources = [_detected(text) if auto else body["source"] for text in texts]
        for code in (*sources, body["target"]):
            if code not in LIBRE:
                return _error(400, f"{code} is not supported")
        done = [
            html.unescape(self._translated(text, source, body["target"]))
            for text, source in zip(texts, sources, strict=True)
        ]
        many = isinstance(body["q"], list)
        answer: dict[str, Any] = {"translatedText": done if many else done[0]}
        if auto:
            found = [{"confidence": 90.0, "language": source} for source in sources]
            answer["detectedLanguage"] = found if many else found[0]
        return JSONResponse(answer)

    async def libre_languages(self, request: Request) -> Response:
        if (fault := await self._fault()) is not None:
            return fault
        return JSONResponse(
            [{"code": code, "name": code.upper(), "targets": list(LIBRE)} for code in LIBRE]
        )

    async def libre_detect(self, request: Request) -> Response:
        body = await request.json()
        if not body.get("q"):
            return _error(400, "Invalid request: missing q parameter")
        return JSONResponse([{"confidence": 90.0, "language": _detected(body["q"])}])

    # DeepL

    async def deepl_translate(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"DeepL-Auth-Key {self.key or KEY}":
            return Response(status_code=403)
        body = await request.json()
        self.requests.append(body)
        if (fault := await self._fault()) is not None:
            return fault
        texts, target = body.get("text"), body.get("target_lang")
        if not isinstance(texts, list) or not texts or len(texts) > 50:
            return JSONResponse({"message": "Value for 'text' not supported."}, 400)
        if target not in DEEPL_TARGETS:
            return JSONResponse({"message": "Value for 'target_lang' not supported."}, 400)
        source = body.get("source_lang")
        if source is not None and source not in DEEPL:
            return JSONResponse({"message": "Value for 'source_lang' not supported."}, 400)
        if len(await request.body()) > 128 * 1024:
            return Response(status_code=413)
        assert body.get("tag_handling") == "xml"
        assert body.get("ignore_tags") == ["x"]
        answers = []
        for text in texts:
            found = (source or _detected(text)).lower()
            done = self._translated(text, found, target.lower()[:2])
            answers.append({"detected_source_language": found.upper(), "text": done})
        return JSONResponse({"translations": answers})

    async def deepl_languages(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"DeepL-Auth-Key {self.key or KEY}":
            return Response(status_code=403)
        if (fault := await self._fault()) is not None:
            return fault
        codes = DEEPL_TARGETS if request.query_params.get("type") == "target" else DEEPL
        return JSONResponse(
            [{"language": code, "name": code, "supports_formality": False} for code in codes]
        )

    def _translated(self, text: str, source: str, target: str) -> str:
        if source == target:
            return text
        if (known := self.phrases.get((target, text.strip()))) is not None:
            return known
        parts = _ELEMENT.split(_PREFIX.sub("", text))
        done = [
            part if at % 2 else _WORD.sub(lambda word: word[0][::-1], part)
            for at, part in enumerate(parts)
        ]
        elements = list(range(1, len(done), 2))
        if elements and self.loses:
            done[elements[0]] = ""
        if elements and self.doubles:
            done[elements[0]] *= 2
        plain = "".join(done)
        return plain if _PREFIX.match(text) else f"[{target}] {plain}"


def _detected(text: str) -> str:
    if (prefix := _PREFIX.match(text)) is not None:
        return prefix[0][1:3]
    for code, first, last in _SCRIPTS:
        if any(first <= letter <= last for letter in text):
            return code
    words = set(re.findall(r"\w+", text.casefold()))
    if words & {"nie", "jest", "mam", "się", "szefa", "dzień"}:
        return "pl"
    return "de" if words & {"ich", "der", "die", "das", "und", "sie", "nicht"} else "en"


def _error(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": message}, status)


@asynccontextmanager
async def serving(server: TranslationServer | None = None) -> AsyncIterator[TranslationServer]:
    """Serve on a free port of this machine."""
    served = server or TranslationServer()
    listener = listen("127.0.0.1", 0)
    served.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    runner = uvicorn.Server(
        uvicorn.Config(served.app(), log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    )
    task = asyncio.create_task(runner.serve(sockets=[listener]))
    try:
        async with asyncio.timeout(10):
            while not runner.started:
                await asyncio.sleep(0.01)  # uvicorn has no event for it
        yield served
    finally:
        served.stalled.set()
        runner.should_exit = True
        async with asyncio.timeout(10):
            await task
