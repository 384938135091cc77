"""The port to a translation service, and what stands there where a site has none.

A text goes out as lines of pieces: words, and `Kept` pieces that must come back as they went.
Failures are values; nothing here raises for what a service may answer. Languages are named by
their BCP 47 base tag (`uk`). Knows no service, no conversation and no glossary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Why(StrEnum):
    """Why there is no translation."""

    OFF = "off"  # the site has not switched it on, or no service is set
    LANGUAGE = "language"  # the service does not do this language
    SAME = "same"  # it is written in the language asked for
    DOWN = "down"  # no answer in time, or a broken one
    BUSY = "busy"
    QUOTA = "quota"  # what was paid for is used up
    REFUSED = "refused"  # the key
    TEXT = "text"  # the service does not take this text: too long
    LOST = "lost"  # something that must be kept did not come back


RETRYABLE = frozenset({Why.DOWN, Why.BUSY})
UNWELL = frozenset({Why.DOWN, Why.BUSY, Why.QUOTA, Why.REFUSED})
"""Failures that say something about the service and not about the text."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What must come back as it went. `shown` helps the service with the sentence around it; None
    where it must not see it.
    """

    number: int
    shown: str | None = field(default=None, repr=False)


Line = tuple[str | Kept, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """Lines in the language asked for, in order. `source`: the language they were in."""

    lines: tuple[Line, ...] = field(repr=False)
    source: str


@dataclass(frozen=True, slots=True)
class Failed:
    """No translation: the original stands."""

    why: Why

    @property
    def retryable(self) -> bool:
        """Return whether it may work a little later."""
        return self.why in RETRYABLE


@dataclass(frozen=True, slots=True)
class Languages:
    """Which languages a service can translate: for each source its targets."""

    targets: Mapping[str, frozenset[str]]

    def can(self, source: str | None, target: str) -> bool:
        """Return whether it translates from `source` (None: whatever it is) to `target`."""
        if source is None:
            return any(target in found for found in self.targets.values())
        return target in self.targets.get(source, frozenset())


class Translator(Protocol):
    """One translation service."""

    @property
    def provider(self) -> str:
        """Return its name, as it is shown beside what it has translated."""

    async def translate(
        self, lines: Sequence[Line], source: str | None, target: str
    ) -> Translated | Failed:
        """Translate lines that hold words. `source` None: the service finds out."""

    async def languages(self) -> Languages | Failed:
        """Ask which languages it can do."""

    async def close(self) -> None:
        """Close the connections."""


class NoTranslator:
    """No service: says so, and sends nothing."""

    provider = ""

    async def translate(
        self,
        lines: Sequence[Line],  # noqa: ARG002  the port's signature
        source: str | None,  # noqa: ARG002
        target: str,  # noqa: ARG002
    ) -> Translated | Failed:
        """Return that it is off."""
        return Failed(Why.OFF)

    async def languages(self) -> Languages | Failed:
        """Return that it is off."""
        return Failed(Why.OFF)

    async def close(self) -> None:
        """Do nothing."""


def base(tag: str) -> str:
    """Return the base of a language tag: `en` for `en-GB`."""
    return tag.replace("_", "-").partition("-")[0].casefold()
