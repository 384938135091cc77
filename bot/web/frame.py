"""What all pages are made of: templates, static files in memory, and the page's words in a
language.

Files are read once at the start; their addresses carry a fingerprint, so that browsers may keep
them for ever. Knows no session and no conversation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import resources
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.content.catalogue import Catalogue
from bot.content.model import Language
from bot.domain.texts_web import PAGE
from bot.web.languages import preferred

TEXT_LIMIT = 4000
"""Characters of one message that the page lets through; more is a document, not a question."""

_HERE = Path(__file__).parent
_HTMX = resources.files("js_lib_htmx") / "static" / "htmx" / "htmx.min.js"
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"
_VALUES = {"most": str(TEXT_LIMIT), "seconds": "{seconds}"}  # the script fills in the seconds


class Frame:
    """Makes pages. `catalogue` gives the content of this moment, `clock` the time (UTC)."""

    def __init__(self, catalogue: Callable[[], Catalogue], clock: Callable[[], datetime]) -> None:
        self.catalogue = catalogue
        self.clock = clock
        self._files = {
            path.name: path.read_bytes()
            for path in (_HERE / "static").iterdir()
            if path.suffix in _KINDS
        }
        self._files["htmx.min.js"] = _HTMX.read_bytes()
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["static"] = self._address

    def language(self, request: Request, code: str | None = None) -> Language:
        """Return the language `code` if the site has it, else the browser's favourite, else the
        source language.
        """
        catalogue = self.catalogue()
        known = catalogue.language(code) if code else None
        return known or self.guess(request) or self._source(catalogue)

    def guess(self, request: Request) -> Language | None:
        """Return the first language of Accept-Language that the site has (RFC 9110, 12.5.4)."""
        match = self.catalogue().match_language
        tags = preferred(request.headers.get("accept-language", ""))
        return next((found for tag in tags if (found := match(tag))), None)

    def words(self, language: Language) -> dict[str, str]:
        """Return the page's words in a language, by the names that templates and script use."""
        catalogue = self.catalogue()
        return {
            key: catalogue.words(
                text,
                language.code,
                **{name: value for name, value in _VALUES.items() if f"{{{name}}}" in text.german},
            )
            for key, text in PAGE.items()
        }

    def page_event(self, code: str) -> Mapping[str, object] | None:
        """Return what the page needs to speak another language, None where the site does not have
        it.
        """
        language = self.catalogue().language(code)
        if language is None:
            return None
        return {
            "lang": language.code,
            "dir": language.direction,
            "name": language.name,
            "words": self.words(language),
        }

    def render(
        self, template: str, language: Language, *, status: int = 200, **values: object
    ) -> HTMLResponse:
        """Return a page in a language."""
        catalogue = self.catalogue()
        html = self._templates.get_template(template).render(
            lang=language.code,
            dir=language.direction,
            language_name=language.name,
            words=self.words(language),
            name=catalogue.site.name,
            office=catalogue.plain("site/office-name", catalogue.site.source),
            **values,
        )
        return HTMLResponse(html, status)

    def part(self, template: str, values: Mapping[str, object]) -> Markup:
        """Return a part of a page, made of these values alone."""
        return Markup(self._templates.get_template(template).render(values))  # noqa: S704  escaped

    def routes(self) -> list[Route]:
        """Return the route of the static files."""

        async def static(request: Request) -> Response:
            name: str = request.path_params["name"]
            content = self._files.get(name)
            if content is None:
                return PlainTextResponse("not found", 404)
            kind = _KINDS[Path(name).suffix]
            return Response(content, media_type=kind, headers={"Cache-Control": _FOR_EVER})

        return [Route("/static/{name}", static)]

    def _address(self, name: str) -> str:
        return f"/static/{name}?v={hashlib.sha256(self._files[name]).hexdigest()[:12]}"

    @staticmethod
    def _source(catalogue: Catalogue) -> Language:
        source = catalogue.language(catalogue.site.source)
        return source or catalogue.languages[0]
