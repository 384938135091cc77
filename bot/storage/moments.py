"""Times as the database keeps them: whole microseconds since 1970 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def stored(at: datetime) -> int:
    """Return an aware time as a number."""
    return (at - _EPOCH) // _MICROSECOND


def loaded(number: int) -> datetime:
    """Undo `stored`; the time is in UTC."""
    return _EPOCH + timedelta(microseconds=number)
