"""From a row of the outbox to what a channel sends: rendered for its capabilities, the message that
it edits named as the platform knows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.content.catalogue import Catalogue
from bot.domain.capabilities import Capabilities
from bot.domain.outgoing import Parts
from bot.domain.texts import NO_FILE, NUMBER_OR_WORD
from bot.domain.texts_case import AUTOMATIC
from bot.rendering import parts as rendering
from bot.service.codec import load_message
from bot.service.ports import Delivery
from bot.storage import conversations, outbox
from bot.storage.database import Database
from bot.storage.outbox import Outgoing
from bot.storage.transaction import Tx

REMEMBERED = 20_000


class Composer:
    """Composes the deliveries of one account; remembers what the platform called recent ones."""

    def __init__(
        self,
        database: Database,
        capabilities: Capabilities,
        catalogue: Callable[[], Catalogue],
    ) -> None:
        self._database = database
        self._capabilities = capabilities
        self._catalogue = catalogue
        self._references: dict[tuple[int, int], str] = {}

    async def compose(self, row: Outgoing, now: datetime) -> Delivery | None:
        """Return what to send; None where it does not matter any more."""
        target = None
        if row.target is not None:
            target = await self._reference(row, row.target)
            if target is None and row.kind == "close":
                return None
        return Delivery(
            key=row.idempotency_key,
            address=row.address,
            parts=self.render(row),
            edit_of=target,
            repeated=row.unknowns > 0,
            age=(now - row.created_at).total_seconds(),
        )

    def render(self, row: Outgoing) -> Parts:
        """Return a row's message as the channel can show it."""
        catalogue = self._catalogue()
        message = load_message(row.body)
        if row.target is not None:
            message = replace(message, file=None)  # what was sent stays where it is
        return rendering.parts(
            message,
            row.seq,
            self._capabilities,
            rendering.Words(
                number_or_word=catalogue.words(NUMBER_OR_WORD, message.lang),
                automatic=catalogue.words(AUTOMATIC, message.lang),
                no_file=catalogue.words(NO_FILE, message.lang),
            ),
            direction_of=catalogue.direction,
        )

    def remember(self, row: Outgoing, reference: str) -> None:
        """Keep what the platform calls a message, to edit it without a look at the database."""
        while len(self._references) >= REMEMBERED:
            self._references.pop(next(iter(self._references)))
        self._references[row.conversation_id, row.seq] = reference

    async def _reference(self, row: Outgoing, seq: int) -> str | None:
        known = self._references.get((row.conversation_id, seq))
        if known is not None:
            return known

        def read(tx: Tx) -> str | None:
            conversation = conversations.by_id(tx, row.conversation_id)
            return outbox.reference(tx, conversation, seq) if conversation is not None else None

        return await self._database.read(read)
