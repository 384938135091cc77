"""One case with everything that was said and noted in it, read in one transaction.

A case shows its own stretch of the conversation and no more: from its first number until it was
closed. What she said and what counsellors wrote stands in order of time; a counsellor's words are
shown once, as written, with what reached her beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.content.catalogue import Catalogue
from bot.domain.case import Case
from bot.domain.delivery import DeliveryStatus
from bot.domain.inbound import AttachmentKind
from bot.domain.outgoing import Message
from bot.service.cases.entries import Event, Note, Reply, load
from bot.service.codec import load_media, load_message, load_words
from bot.service.desk.before import Done, steps
from bot.service.desk.board import row_of
from bot.service.desk.queue import Row
from bot.service.desk.team import Team, read_team
from bot.service.translating import Known, Translating
from bot.storage import case_entries, cases, conversations, desk, drafts, messages
from bot.storage.case_entries import Entry
from bot.storage.conversations import Conversation
from bot.storage.drafts import Draft
from bot.storage.messages import HistoryRow
from bot.storage.transaction import Tx

MOST = 1000
"""Events of a conversation that one case shows; the newest ones."""

BEFORE = 80
"""Events before a case that are looked at for what she did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hers:
    """Words of hers. `pressed`: a button or a command; `known`: the German, where she wrote another
    language.
    """

    seq: int
    at: datetime
    text: str = field(repr=False)
    pressed: bool
    media: AttachmentKind | None
    known: Known | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """Words of the program within the case."""

    seq: int
    at: datetime
    message: Message = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """A counsellor's answer. `row_id` and `status` say how far it got; None where the row is
    gone.
    """

    entry: int
    at: datetime
    staff_id: int | None
    reply: Reply = field(repr=False)
    row_id: int | None
    status: DeliveryStatus | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A note, for the team only."""

    entry: int
    at: datetime
    staff_id: int | None
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What moved the case."""

    entry: int
    at: datetime
    event: Event


Item = Hers | Programs | Ours | Noted | Happened


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A case as its page shows it. `drafting`: whose drafts stand in it."""

    row: Row
    reachable: bool
    items: tuple[Item, ...]
    before: tuple[Done, ...]
    earlier: tuple[Case, ...]
    team: Team
    draft: Draft | None
    drafting: tuple[int, ...]

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.row.case


def read_talk(
    tx: Tx,
    case_id: int,
    staff_id: int,
    *,
    catalogue: Catalogue,
    language: str,
    translating: Translating | None,
    now: datetime,
) -> Talk | None:
    """Read a case for one counsellor; None where there is none with this number."""
    found = desk.board_row(tx, case_id)
    conversation = (
        conversations.by_id(tx, found.case.conversation_id) if found is not None else None
    )
    if found is None or conversation is None:
        return None
    case = found.case
    history = [each for each in cases.history(tx, conversation.id) if each.id != case.id]
    return Talk(
        row=row_of(found),
        reachable=found.reachable,
        items=tuple(_items(tx, conversation, case, translating)),
        before=tuple(steps(_before(tx, conversation, case, history), catalogue, language)),
        earlier=tuple(sorted(history, key=lambda each: each.id, reverse=True)),
        team=read_team(tx, now),
        draft=drafts.get(tx, conversation, case.id, staff_id),
        drafting=tuple(each for each in drafts.of_case(tx, case.id) if each != staff_id),
    )


def _before(
    tx: Tx, conversation: Conversation, case: Case, history: Sequence[Case]
) -> list[HistoryRow]:
    """Return what stands before the case, and behind the case before it."""
    closed = [each.closed_at for each in history if each.id < case.id and each.closed_at]
    since = max(closed, default=None)
    rows = messages.history(tx, conversation, max(case.from_seq - BEFORE - 1, 0), BEFORE)
    return [row for row in rows if row.seq < case.from_seq and (since is None or row.at > since)]


def _items(
    tx: Tx,
    conversation: Conversation,
    case: Case,
    translating: Translating | None,
) -> list[Item]:
    last = messages.last_seq(tx, conversation)
    first = max(case.from_seq, last - MOST)
    rows = messages.history(tx, conversation, first - 1, MOST + 1)
    if case.closed_at is not None:
        rows = [row for row in rows if row.at <= case.closed_at]
    reached = desk.delivered(tx, conversation.id, first)
    entries = case_entries.of_case(tx, conversation, case.id)
    answered = {entry.seq for entry in entries if entry.seq is not None}
    items: list[Item] = _hers(tx, conversation, rows, translating)
    items += [
        Programs(seq=row.seq, at=row.at, message=message)
        for row in rows
        if row.kind == "say" and row.seq not in answered
        for message in (load_message(row.body),)
        if message.human is None
    ]
    items += [item for entry in entries if (item := _entered(entry, reached)) is not None]
    return sorted(items, key=_place)


def _place(item: Item) -> tuple[datetime, int, int]:
    """Return what orders items of the same moment: her words, what the team did, the program."""
    match item:
        case Hers(at=at, seq=number):
            return at, 0, number
        case Programs(at=at, seq=number):
            return at, 2, number
        case _:
            return item.at, 1, item.entry


def _hers(
    tx: Tx,
    conversation: Conversation,
    rows: Sequence[HistoryRow],
    translating: Translating | None,
) -> list[Item]:
    said = [
        (row, *load_words(row.body), load_media(row.body)) for row in rows if row.direction == "in"
    ]
    pairs = [
        (row.seq, text)
        for row, text, press, _ in said
        if text and press is None and not text.startswith("/")
    ]
    known: dict[int, Known] = {}
    if translating is not None and pairs:
        found = translating.known(tx, conversation, pairs)
        known = {seq: each for (seq, _), each in zip(pairs, found, strict=True)}
    return [
        Hers(
            seq=row.seq,
            at=row.at,
            text=text,
            pressed=press is not None or text.startswith("/"),
            media=media,
            known=known.get(row.seq),
        )
        for row, text, press, media in said
        if text or media is not None
    ]


def _entered(entry: Entry, reached: Mapping[int, desk.Delivered]) -> Item | None:
    match load(entry):
        case Note(text=text):
            return Noted(entry=entry.id, at=entry.at, staff_id=entry.staff_id, text=text)
        case Reply() as reply:
            row = reached.get(entry.seq) if entry.seq is not None else None
            return Ours(
                entry=entry.id,
                at=entry.at,
                staff_id=entry.staff_id,
                reply=reply,
                row_id=row.row_id if row is not None else None,
                status=row.status if row is not None else None,
            )
        case Event() as event:
            return Happened(entry=entry.id, at=entry.at, event=event)
