"""The world of a conversation that is only rehearsed: content tests, the exploration of the
content, the preview, pages without a conversation.

Nothing in it is kept: a case that is opened has a number and no row. What it promises comes from
the desk's hours, as in the real one on a page that only its editors see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.content.catalogue import Catalogue
from bot.domain.case import Face, Origin, Priority, Promise
from bot.domain.returning import Way
from bot.service import promises
from bot.service.rehearsal_booking import RehearsalBooking

CASE = 1


@dataclass(frozen=True, slots=True)
class RehearsalWorld:
    """Implements `engine.world.World` without a database, at one time."""

    catalogue: Catalogue
    at: datetime

    @property
    def booking(self) -> RehearsalBooking:
        """Return its appointments."""
        return RehearsalBooking(self.catalogue, self.at)

    def promise(self) -> Promise:
        """Return when a human answers, were she to ask now."""
        return promises.promise(self.catalogue, self.at, public=False)

    def promised(self) -> Promise:
        """Return the same: nothing was promised before."""
        return self.promise()

    def open_case(self, *, origin: Origin, priority: Priority, topic: str | None) -> int:
        """Return the number of the one case there is."""
        return CASE

    def add_to_case(self) -> None:
        """Keep nothing."""

    def raise_priority(self) -> None:
        """Keep nothing."""

    def leave_case(self) -> None:
        """Keep nothing."""

    def end_case(self) -> None:
        """Keep nothing."""

    def rate(self, case: int, face: Face) -> bool:
        """Say that it counts."""
        return True

    def return_code(self, known: str | None) -> str | None:
        """Return no code: there is nothing to come back to."""
        return None

    def ways(self, code: str) -> tuple[Way, ...]:
        """Return no other channels."""
        return ()
