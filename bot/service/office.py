"""What a turn and an act of the office need of the site around them: whether it is public, the
staff rooms, and whoever wants to hear of words and answers inside the same transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.content.catalogue import Catalogue
from bot.domain.conversation import State
from bot.domain.returning import Way
from bot.service.ports import StaffRooms
from bot.service.staffroom.rooms import Rooms
from bot.storage.conversations import Conversation
from bot.storage.transaction import Tx


class ReturnCodes(Protocol):
    """Codes with which she comes back to her conversation, and the channels she may go to."""

    def return_code(
        self, tx: Tx, conversation: Conversation, known: str | None, now: datetime
    ) -> str | None:
        """Return `known` if it still opens her conversation, else a new code; None where the
        platform keeps the conversation for her.
        """

    def ways(self, tx: Tx, conversation: Conversation, code: str) -> tuple[Way, ...]:
        """Return the other channels on which she may go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The office around the conversations. `wants_words` hears that she has written in an open
    case, `wants_answer` that a counsellor has answered; both inside the transaction. `draw`
    returns an unpredictable number below its argument, for codes.
    """

    public: bool = False
    rooms: StaffRooms = field(default_factory=Rooms)
    returns: ReturnCodes | None = None
    wants_words: Callable[[Tx, Catalogue, int, datetime], object] | None = None
    wants_answer: Callable[[Tx, Conversation, State, datetime], object] | None = None
    draw: Callable[[int], int] = secrets.randbelow
