"""Fill a database with people who have been here before, through the program's own functions."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from benchmarks.load import BOT_ID
from benchmarks.people import Person, Walk
from bot.domain.conversation import State
from bot.domain.delivery import DeliveryStatus
from bot.domain.outgoing import Message, Paragraph, Plain
from bot.service.codec import dump_message, dump_state, dump_words
from bot.storage import conversations, messages, outbox
from bot.storage.database import Database
from bot.storage.transaction import Tx

FIRST_RETURNER = 9_000_000_000
TOGETHER = 500
ACCOUNT = f"telegram:{BOT_ID}"
SAID = 3
_ANSWER = "Melden Sie Ihre Wohnung nach dem Einzug bei Ihrer Stadt oder Gemeinde an. " * 4


async def fill(
    url: str, secret: bytes, count: int, language: str, progress: Callable[[int, int], None]
) -> None:
    """Put `count` conversations into a database; each has a language and some history."""
    state = dump_state(State(seq=1 + SAID, language=language, greeted=True))
    message = Message(lang=language, blocks=(Paragraph(spans=(Plain(text=_ANSWER),)),))
    answer = dump_message(message)
    at = datetime.now(UTC) - timedelta(days=1)
    database = Database.open(url, secret=secret)
    try:
        for first in range(0, count, TOGETHER):
            last = min(count, first + TOGETHER)
            await database.write(
                partial(_some, first=first, last=last, state=state, answer=answer, at=at)
            )
            progress(last, count)
    finally:
        await database.close()


def _some(tx: Tx, *, first: int, last: int, state: bytes, answer: bytes, at: datetime) -> None:
    for number in range(first, last):
        conversation = conversations.lock(tx, ACCOUNT, str(FIRST_RETURNER + number), at)
        messages.record_inbound(
            tx,
            conversation,
            external_id=f"filled-{number}",
            seq=1,
            at=at,
            body=dump_words("/start"),
        )
        conversations.save(tx, conversation, state, at)
        for seq in range(2, 2 + SAID):
            row = outbox.add(
                tx, conversation, seq=seq, kind="say", body=answer, now=at, claimed_by="filled"
            )
            outbox.mark(tx, row, DeliveryStatus.SENT, reference=str(seq))


def returners(count: int, walks: Sequence[Walk], seed: int = 1) -> Iterator[Person]:
    """Return people without end, each one of the first `count`, by chance."""
    chance = random.Random(seed)
    while True:
        walk = chance.choice(walks)
        yield Person(
            chat_id=FIRST_RETURNER + chance.randrange(count),
            language=walk.language,
            steps=walk.round,
        )
