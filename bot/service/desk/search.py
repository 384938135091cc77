"""Search over cases: what is no text by the database, texts by opening them, a few cases at a time.

There is no index of what people said: that would be their words a second time. So open cases and
those closed lately are opened one stretch after another, in a thread of the database, newest first,
at most `MOST` of them; whoever asks gets each stretch with how far it has come, and asks for the
next. Nothing is kept in between.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.content.catalogue import Catalogue
from bot.domain.case import Case, CaseStatus
from bot.service.cases.entries import Note, Reply, load
from bot.service.codec import load_words
from bot.service.desk.board import row_of
from bot.service.desk.queue import Row
from bot.service.translating import Translating
from bot.storage import case_entries, cases, conversations, desk, messages
from bot.storage.database import Database
from bot.storage.transaction import Tx

STRETCH = 20
"""Cases that one answer opens; about 20 ms."""

MOST = 600
LATELY = timedelta(days=90)
SHOWN = 100
EVENTS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for. `words` are in texts; None of the others where anything will do."""

    words: tuple[str, ...] = ()
    number: int | None = None
    status: CaseStatus | None = None
    topic: str | None = None
    language: str | None = None
    assignee: int | None = None
    first: date | None = None
    last: date | None = None

    @property
    def in_texts(self) -> bool:
        """Whether texts have to be opened."""
        return bool(self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One stretch: what fits, how many cases were read so far, how many there are, where the next
    stretch begins (None: that was all).
    """

    rows: tuple[Row, ...]
    read: int
    total: int
    below: int | None
    more: bool = False


def folded(text: str) -> str:
    """Return words as they are compared."""
    return unicodedata.normalize("NFKC", text).casefold()


def wanted_words(text: str) -> tuple[tuple[str, ...], int | None]:
    """Return the words of a search, and the number of a case where it is nothing else."""
    words = tuple(folded(text).split())
    if len(words) == 1 and words[0].isdigit() and words[0].isascii() and len(words[0]) < 10:
        return (), int(words[0])
    return words, None


class Search:
    """Finds cases."""

    def __init__(
        self,
        database: Database,
        catalogue: Callable[[], Catalogue],
        clock: Callable[[], datetime],
        translating: Translating | None,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock
        self._translating = translating

    async def by_fields(self, wanted: Wanted) -> Found:
        """Return what the database alone can tell."""
        zone = ZoneInfo(self._catalogue().site.zone)
        begin, end = _midnight(wanted.first, zone), _midnight(wanted.last, zone, days=1)

        def read(tx: Tx) -> Found:
            listed = cases.search(
                tx,
                status=() if wanted.status is None else (wanted.status,),
                topic=wanted.topic,
                language=wanted.language,
                assignee=wanted.assignee,
                opened_from=begin,
                opened_to=end,
                number=wanted.number,
                limit=SHOWN + 1,
            )
            rows = [desk.board_row(tx, case.id) for case in listed[:SHOWN]]
            return Found(
                rows=tuple(row_of(row) for row in rows if row is not None),
                read=len(listed),
                total=len(listed),
                below=None,
                more=len(listed) > SHOWN,
            )

        return await self._database.read(read)

    async def in_texts(self, wanted: Wanted, *, below: int | None, read_before: int) -> Found:
        """Return what fits among the next cases below a number."""
        since = self._clock() - LATELY
        zone = ZoneInfo(self._catalogue().site.zone)
        top = below if below is not None else 1 << 62

        def read(tx: Tx) -> Found:
            ids = desk.readable(tx, since=since, below=top, most=STRETCH)
            left = desk.how_many(tx, since=since, below=top)
            rows = [row for each in ids if (row := desk.board_row(tx, each)) is not None]
            fitting = (
                row
                for row in rows
                if _fits(row.case, wanted, zone) and self._speaks_of(tx, row.case, wanted.words)
            )
            total = min(read_before + left, MOST)
            done = read_before + len(ids)
            return Found(
                rows=tuple(row_of(row) for row in fitting),
                read=min(done, total),
                total=total,
                below=ids[-1] if ids and done < total else None,
            )

        return await self._database.read(read)

    def _speaks_of(self, tx: Tx, case: Case, words: Iterable[str]) -> bool:
        missing = set(words)
        for text in self._texts(tx, case):
            said = folded(text)
            missing -= {word for word in missing if word in said}
            if not missing:
                return True
        return False

    def _texts(self, tx: Tx, case: Case) -> Iterable[str]:
        catalogue = self._catalogue()
        if case.topic is not None:
            key = f"{case.topic}/title"
            yield from (
                catalogue.plain(each, catalogue.source.code)
                for each in (key, f"topics/{key}")
                if catalogue.has(each)
            )
        conversation = conversations.by_id(tx, case.conversation_id)
        if conversation is None:
            return
        for entry in case_entries.of_case(tx, conversation, case.id):
            match load(entry):
                case Note(text=text) | Reply(text=text):
                    yield text
        rows = messages.history(tx, conversation, case.from_seq - 1, EVENTS)
        closed = case.closed_at
        hers = [
            (row.seq, load_words(row.body)[0])
            for row in rows
            if row.direction == "in" and (closed is None or row.at <= closed)
        ]
        yield from (text for _, text in hers)
        if self._translating is not None and case.language != catalogue.source.code and hers:
            known = self._translating.known(tx, conversation, hers)
            yield from (each.text for each in known if each.text is not None)


def _fits(case: Case, wanted: Wanted, zone: ZoneInfo) -> bool:
    opened = case.opened_at.astimezone(zone).date()
    return (
        wanted.status in {None, case.status}
        and wanted.topic in {None, case.topic}
        and wanted.language in {None, case.language}
        and wanted.assignee in {None, case.assignee}
        and (wanted.first is None or wanted.first <= opened)
        and (wanted.last is None or opened <= wanted.last)
    )


def _midnight(day: date | None, zone: ZoneInfo, days: int = 0) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=days), time.min, zone).astimezone(UTC)
