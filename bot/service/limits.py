"""How fast one conversation may write: a token bucket each, in constant memory.

Theory. A bucket holds at most `burst` tokens and gains `rate` of them a second; a message costs
one. A bucket that nobody has touched for `burst / rate` seconds is full again, which is the same as
having none; so forgetting the buckets that were touched longest ago is harmless, unless more than
`most` conversations write at once. Knows no channel; whoever asks says what time it is.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from datetime import datetime

MOST = 10_000


class Limits:
    """Buckets by key, the one touched last at the end."""

    def __init__(self, *, burst: int, rate: float, most: int = MOST) -> None:
        self._burst = burst
        self._rate = rate
        self._most = most
        self._buckets: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def wait(self, key: str, now: datetime) -> int:
        """Take a token and return 0, or return the whole seconds until there is one."""
        tokens, since = self._buckets.pop(key, (float(self._burst), now))
        gained = max(0.0, (now - since).total_seconds()) * self._rate  # a clock may be set back
        tokens = min(float(self._burst), tokens + gained)
        seconds = 0 if tokens >= 1 else math.ceil((1 - tokens) / self._rate)
        self._buckets[key] = (tokens if seconds else tokens - 1, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return seconds
