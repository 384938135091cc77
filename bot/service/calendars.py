"""The port to calendars that counsellors keep elsewhere. Floor 4 implements `Calendars`.

Every call blocks and ends by itself after a while; whoever calls does so beside the event loop.
Nothing here knows an appointment.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.errors import LotseError


class Trouble(StrEnum):
    """Why a calendar cannot be used."""

    DOWN = "down"  # no answer, or none that makes sense
    REFUSED = "refused"  # user or password are wrong, or the account may not
    MISSING = "missing"  # the account has no such calendar


class CalendarError(LotseError):
    """A calendar cannot be used now."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(f"the calendar cannot be used: {trouble.value}")
        self.trouble = trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteEvent:
    """An event, or a series, as it stands in a calendar: `version` (ETag) changes with it."""

    address: str
    version: str
    content: str = field(repr=False)


class Calendars(Protocol):
    """The calendars of one account. `calendar` is a name as people see it, or an address."""

    def read(self, calendar: str, begin: datetime, end: datetime) -> Sequence[RemoteEvent]:
        """Return what takes place between two instants, series not expanded.

        Raises:
            CalendarError: see `Trouble`.
        """

    def create(self, calendar: str, name: str, content: str) -> bool:
        """Write a new event under a file name; False where one stands there already.

        Raises:
            CalendarError: see `Trouble`.
        """

    def replace(self, event: RemoteEvent, content: str) -> bool:
        """Write an event anew; False where it is not what was read any more.

        Raises:
            CalendarError: see `Trouble`.
        """

    def remove(self, event: RemoteEvent) -> bool:
        """Delete an event; False where it is not what was read any more.

        Raises:
            CalendarError: see `Trouble`.
        """

    def missing(self, calendars: Collection[str]) -> frozenset[str]:
        """Return which of these calendars the account does not have.

        Raises:
            CalendarError: see `Trouble`.
        """
