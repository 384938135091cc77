"""Telegram's limits: sizes as named constants, rates as token buckets.

Sizes are always enforced. Rates are off unless a test asks for them, because a test of words
should not wait a second per message. Sources: the Bot API reference and its FAQ ("My bot is
hitting limits").
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from tests.emulators.telegram.errors import too_many_requests

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
ENTITIES = 100
CALLBACK_DATA_BYTES = 64
CALLBACK_ANSWER_UNITS = 200
BUTTONS = 100
BUTTONS_PER_ROW = 8
MARKUP_BYTES = 10 * 1024
TOPIC_NAME_UNITS = 128
COMMANDS = 100
COMMAND_CHARACTERS = 32
COMMAND_DESCRIPTION_CHARACTERS = 256
DESCRIPTION_CHARACTERS = 512
SHORT_DESCRIPTION_CHARACTERS = 120
DOWNLOAD_BYTES = 20 * 1024 * 1024
UPLOAD_BYTES = 50 * 1024 * 1024
UPDATES_PER_CALL = 100
DELETABLE_SECONDS = 48 * 3600
CALLBACK_SECONDS = 150.0
"""How long a press may be answered."""


def utf16_length(text: str) -> int:
    """Length in UTF-16 units, the unit of every limit and offset of the Bot API."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


@dataclass
class Bucket:
    """A token bucket: `burst` at once, `per_second` in the long run."""

    per_second: float
    burst: float
    tokens: float
    at: float

    def missing(self, now: float) -> float:
        """Seconds until one token is there; 0.0 if there is one now."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.per_second


@dataclass
class RateLimits:
    """Messages sent or edited: per chat, per group and overall.

    Telegram publishes 1/s per chat "with short bursts", 20/min per group (all topics
    together) and about 30/s overall.
    """

    chat_per_second: float = 1.0
    chat_burst: float = 5.0
    group_per_minute: float = 20.0
    overall_per_second: float = 30.0
    _buckets: dict[Hashable, Bucket] = field(default_factory=dict)

    def check(self, chat_id: int, clock: Callable[[], float]) -> None:
        """Take one token everywhere it counts, or raise 429 and take none."""
        now = clock()
        buckets = [
            self._bucket("overall", self.overall_per_second, self.overall_per_second, now),
            self._bucket(("chat", chat_id), self.chat_per_second, self.chat_burst, now),
        ]
        if chat_id < 0:
            per_minute = self.group_per_minute
            buckets.append(self._bucket(("group", chat_id), per_minute / 60, per_minute, now))
        wait = max(bucket.missing(now) for bucket in buckets)
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        for bucket in buckets:
            bucket.tokens -= 1

    def _bucket(self, key: Hashable, per_second: float, burst: float, now: float) -> Bucket:
        return self._buckets.setdefault(key, Bucket(per_second, burst, burst, now))
