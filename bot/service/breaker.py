"""A circuit breaker: leaves a service alone that does not answer, and tries again with one call.

Theory. Closed: calls pass; `most` failures in a row open it. Open: nothing passes until the pause
is over. Half open: one call passes, the others do not; if it succeeds the breaker closes, if it
fails the breaker opens again for twice as long, up to `longest`. Knows neither the service nor the
clock: whoever asks says what time it is.
"""

from __future__ import annotations

from datetime import datetime, timedelta


class Breaker:
    """The state of one service."""

    def __init__(
        self,
        *,
        most: int = 3,
        pause: timedelta = timedelta(seconds=20),
        longest: timedelta = timedelta(minutes=10),
    ) -> None:
        self._most = most
        self._first = pause
        self._longest = longest
        self._failures = 0
        self._pause = pause
        self._opens: datetime | None = None  # when the next trial may begin
        self._trial = False

    @property
    def is_closed(self) -> bool:
        """Return whether the service counts as well."""
        return self._opens is None

    def passes(self, now: datetime) -> bool:
        """Return whether a call may go out now; each that may must be followed by `succeeded` or
        `failed`.
        """
        if self._opens is None:
            return True
        if self._trial or now < self._opens:
            return False
        self._trial = True
        return True

    def succeeded(self) -> None:
        """The service has answered."""
        self._failures, self._pause = 0, self._first
        self._opens, self._trial = None, False

    def failed(self, now: datetime) -> None:
        """The service has not answered, or not well."""
        self._failures += 1
        if self._trial:
            self._trial = False
            self._pause = min(self._pause * 2, self._longest)
            self._opens = now + self._pause
        elif self._opens is None and self._failures >= self._most:
            self._opens = now + self._pause
