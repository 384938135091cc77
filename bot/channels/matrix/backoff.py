"""How long to wait before the next attempt: doubling up to a ceiling, or what the server asks."""

from __future__ import annotations

from datetime import timedelta


class Backoff:
    """Doubling delays in seconds, from `first` to `ceiling`."""

    def __init__(self, first: float = 0.5, ceiling: float = 30.0) -> None:
        self._first = first
        self._ceiling = ceiling
        self._next = first

    def after(self, asked: timedelta | None = None) -> float:
        """Return the seconds to wait now, at least as long as the server `asked` for."""
        delay, self._next = self._next, min(self._next * 2, self._ceiling)
        return delay if asked is None else max(delay, asked.total_seconds())

    def reset(self) -> None:
        """Begin anew after a success."""
        self._next = self._first
