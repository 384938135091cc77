"""What the database says about every conversation, after all is over: what came in, what went out,
in order.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bot.app import open_database
from bot.domain.delivery import DeliveryStatus
from bot.service.codec import load_message, load_words
from bot.settings import Settings
from bot.storage import conversations, messages, outbox, quarantine
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Per address: her words in order, and how many messages were said after each."""

    words: dict[str, list[str]]
    answers: dict[str, list[int]]
    open_rows: dict[DeliveryStatus, int]
    quarantined: int


async def read(folder: Path, account: str, addresses: list[str]) -> Ledger:
    """Read the ledger of some conversations from a database that nobody uses any more."""
    database = open_database(Settings(data_dir=folder / "var"))

    def look(tx: Tx) -> Ledger:
        words: dict[str, list[str]] = {}
        answers: dict[str, list[int]] = {}
        for address in addresses:
            found = conversations.find(tx, account, address)
            assert found is not None
            said: list[str] = []
            counts: list[int] = []
            after = 0
            while rows := messages.history(tx, found, after, 500):
                after = rows[-1].seq
                for row in rows:
                    if row.direction == "in":
                        said.append(load_words(row.body)[0])
                        counts.append(0)
                    elif row.kind == "say":
                        assert load_message(row.body).blocks
                        counts[-1] += 1
            words[address], answers[address] = said, counts
        rows_open: Counter[DeliveryStatus] = Counter()
        for (_, status), number in outbox.depth(tx).items():
            rows_open[status] += number
        return Ledger(
            words=words,
            answers=answers,
            open_rows=dict(rows_open),
            quarantined=quarantine.count(tx),
        )

    try:
        return await database.read(look)
    finally:
        await database.close()
