"""One text through a translation service and back, safely: what must be kept is taken out first and
looked for afterwards, a slow service is given up, a broken one is left alone, and a language that
it does not do is never sent to it. Knows no conversation; keeps no text.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.content.glossary import Glossary
from bot.service import metrics
from bot.service.breaker import Breaker
from bot.service.protecting import has_words, protect, restore
from bot.service.translation import (
    UNWELL,
    Failed,
    Languages,
    Line,
    NoTranslator,
    Translated,
    Translator,
    Why,
    base,
)

log = structlog.get_logger(__name__)

SECONDS = 6.0
LANGUAGES_KEPT = timedelta(hours=12)
LANGUAGES_AGAIN = timedelta(minutes=5)  # after the service could not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text in another language. `source`: the language it was in."""

    text: str = field(repr=False)
    source: str
    provider: str


class GuardedTranslator:
    """A translator with its time-out, its breaker and its languages."""

    def __init__(
        self,
        translator: Translator,
        *,
        clock: Callable[[], datetime],
        seconds: float = SECONDS,
        breaker: Breaker | None = None,
    ) -> None:
        self._translator = translator
        self._clock = clock
        self._seconds = seconds
        self._breaker = breaker or Breaker()
        self._languages: Languages | None = None
        self._ask_again: datetime | None = None
        self._asking = asyncio.Lock()

    @property
    def provider(self) -> str:
        """Return the service's name, empty where there is none."""
        return self._translator.provider

    @property
    def is_set(self) -> bool:
        """Return whether there is a service at all."""
        return not isinstance(self._translator, NoTranslator)

    @property
    def is_well(self) -> bool:
        """Return whether the service answers, as far as is known."""
        return self._breaker.is_closed

    async def close(self) -> None:
        """Close the connections."""
        await self._translator.close()

    async def can(self, source: str | None, target: str) -> bool | None:
        """Return whether the service translates between two languages; None: it has not said."""
        known = await self._known_languages()
        return None if known is None else known.can(source and base(source), base(target))

    async def translate(
        self,
        text: str,
        source: str | None,
        target: str,
        *,
        glossary: Glossary | None = None,
        explained: bool = False,
    ) -> Words | Failed:
        """Translate a text; `source` None: the service finds out. The German terms of `glossary`
        stay as they are; `explained`: with its words for them, each once, and isolated.
        """
        target = base(target)
        source = base(source) if source is not None else None
        if not self.is_set:
            return Failed(Why.OFF)
        if source == target:
            return Failed(Why.SAME)
        if await self.can(source, target) is False:
            return Failed(Why.LANGUAGE)
        protected = protect(text, glossary, explained=explained)
        asked = [at for at, line in enumerate(protected.lines) if has_words(line)]
        if not asked:
            return Failed(Why.SAME)
        done = await self._call([protected.lines[at] for at in asked], source, target)
        if isinstance(done, Failed):
            return done
        if base(done.source) == target:
            return Failed(Why.SAME)
        lines: list[Line] = list(protected.lines)
        for at, line in zip(asked, done.lines, strict=False):
            lines[at] = line
        whole = len(done.lines) == len(asked)
        restored = restore(protected, lines, isolated=explained) if whole else None
        if restored is None:
            self._count(Why.LOST)
            return Failed(Why.LOST)
        return Words(text=restored, source=base(done.source), provider=self.provider)

    async def _call(
        self, lines: list[Line], source: str | None, target: str
    ) -> Translated | Failed:
        if not self._breaker.passes(self._clock()):
            return Failed(Why.DOWN)
        done: Translated | Failed = Failed(Why.DOWN)
        try:
            async with asyncio.timeout(self._seconds):
                done = await self._translator.translate(lines, source, target)
        except TimeoutError:
            pass
        finally:
            self._judge(done)  # also when the caller has gone: a trial must have an end
        return done

    def _judge(self, done: object) -> None:
        if isinstance(done, Failed) and done.why in UNWELL:
            was_closed = self._breaker.is_closed
            self._breaker.failed(self._clock())
            if was_closed and not self._breaker.is_closed:
                log.warning("translation.paused", provider=self.provider, why=done.why.value)
        else:
            self._breaker.succeeded()
        self._count(done.why if isinstance(done, Failed) else None)

    def _count(self, why: Why | None) -> None:
        metrics.TRANSLATIONS.labels(self.provider, why.value if why else "done").inc()

    async def _known_languages(self) -> Languages | None:
        """Return what the service can do, asked once in a while by one caller at a time."""
        async with self._asking:
            now = self._clock()
            if self._ask_again is not None and now < self._ask_again:
                return self._languages
            found: Languages | Failed = Failed(Why.DOWN)
            try:
                async with asyncio.timeout(self._seconds):
                    found = await self._translator.languages()
            except TimeoutError:
                pass
            if isinstance(found, Languages):
                self._languages = found
            known = isinstance(found, Languages)
            self._ask_again = now + (LANGUAGES_KEPT if known else LANGUAGES_AGAIN)
            return self._languages
