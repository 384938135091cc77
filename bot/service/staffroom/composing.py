"""From a post to what a channel sends: read at the moment of delivery, in the thread of its case.

Everything is read in one transaction, and what waits for the same thread is claimed in it, to
travel in the same message. Only a channel without idempotency keys joins: where a repetition is
answered with the first message, other words in it would be lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.content.catalogue import Catalogue
from bot.domain.capabilities import Capabilities
from bot.domain.case import Case
from bot.domain.outgoing import Block, Message, Parts
from bot.domain.staffroom import PostKind, StaffPost
from bot.domain.texts import NUMBER_OR_WORD
from bot.rendering import parts as rendering
from bot.service import metrics
from bot.service.cases import entries
from bot.service.codec import load_media, load_words
from bot.service.ports import Delivery
from bot.service.staffroom import sections
from bot.service.staffroom.card import card, title
from bot.service.staffroom.posts import load_post
from bot.service.staffroom.sections import Words
from bot.service.staffroom.wording import Wording
from bot.storage import (
    case_entries,
    case_threads,
    cases,
    conversations,
    messages,
    outbox,
    outbox_posts,
    staff,
)
from bot.storage.case_threads import Thread
from bot.storage.conversations import Conversation
from bot.storage.outbox import Outgoing
from bot.storage.transaction import Tx

LOOK_BEHIND = 100
"""Rows behind a post that are looked at."""
PATIENCE = timedelta(seconds=6)
"""How long her words wait for their translation."""

Known = Callable[[Tx, Conversation, int, str], tuple[str | None, bool]]
"""Her words number so-and-so in the team's language: (translation, whether one may still come)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What to send, with what travels in the same message. `card`: the case whose card it is."""

    delivery: Delivery
    joined: tuple[Outgoing, ...] = ()
    card: int | None = None


@dataclass(frozen=True, slots=True)
class Untranslated:
    """Her words may be translated any moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoThread:
    """The thread is not there (any more). `waits`: it is opened further behind in the queue."""

    case: int
    waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a post goes: a thread, and of whose case."""

    room: Conversation
    case: Case
    hers: Conversation
    thread: Thread
    reference: str | None


class PostComposer:
    """Composes the posts of the staff room of one account."""

    def __init__(
        self,
        *,
        capabilities: Capabilities,
        catalogue: Callable[[], Catalogue],
        known: Known,
        public_url: str | None,
        owner: str,
    ) -> None:
        self._capabilities = capabilities
        self._catalogue = catalogue
        self._known = known
        self._public_url = public_url
        self._owner = owner

    def compose(
        self, tx: Tx, row: Outgoing, *, alone: bool, patient: bool, now: datetime
    ) -> Composed | NoThread | Untranslated | None:
        """Return what to send for a row; None where it does not matter any more. `alone`: nothing
        is joined; `patient`: her words may wait for their translation.
        """
        post = load_post(row.body)
        wording = Wording(self._catalogue(), now)
        if post.case is None:
            return self._composed(row, sections.of_answer(post, wording), now, post.thread)
        place = self._place(tx, row, post.case)
        if place is None:
            return None
        if post.what is PostKind.THREAD:
            return self._opening(tx, row, place, wording, now)
        if place.reference is None:
            waits = outbox_posts.is_open(tx, place.room, place.thread.root_seq)
            return NoThread(case=place.case.id, waits=waits)
        if post.what is PostKind.CARD:
            return self._card(tx, row, place, wording, now)
        blocks, waits = self._section(tx, post, place, wording)
        if waits and patient and now - row.created_at < PATIENCE:
            return Untranslated()
        return self._words(tx, row, blocks, place, wording, alone=alone, now=now)

    def _place(self, tx: Tx, row: Outgoing, case_id: int) -> _Place | None:
        case = cases.get(tx, case_id)
        room = conversations.by_id(tx, row.conversation_id)
        hers = conversations.by_id(tx, case.conversation_id) if case is not None else None
        thread = case_threads.get(tx, case_id, row.account)
        if case is None or room is None or hers is None or thread is None:
            return None
        reference = outbox.reference(tx, room, thread.root_seq)
        return _Place(room=room, case=case, hers=hers, thread=thread, reference=reference)

    def _opening(
        self, tx: Tx, row: Outgoing, place: _Place, wording: Wording, now: datetime
    ) -> Composed | None:
        if place.thread.root_seq != row.seq:
            return None
        found = self._composed(row, self._card_of(tx, place, wording), now, None)
        opens = replace(found.delivery, opens=title(place.case.id, wording))
        return replace(found, delivery=opens)

    def _card(
        self, tx: Tx, row: Outgoing, place: _Place, wording: Wording, now: datetime
    ) -> Composed:
        """Compose the newest state; the cards of the case that wait further behind are the same."""
        shown = outbox.reference(tx, place.room, place.thread.card_seq)
        if shown is None and place.thread.card_seq != row.seq:
            case_threads.set(tx, replace(place.thread, card_seq=row.seq))
        found = self._composed(row, self._card_of(tx, place, wording), now, place.reference)
        joined: tuple[Outgoing, ...] = ()
        if not (row.unknowns and self._capabilities.idempotent):
            behind = outbox_posts.behind(tx, row, LOOK_BEHIND)
            joined = tuple(
                each
                for each in behind
                if (post := load_post(each.body)).what is PostKind.CARD
                and post.case == place.case.id
            )
        self._claim(tx, joined)
        delivery = replace(found.delivery, edit_of=shown)
        return replace(found, delivery=delivery, joined=joined, card=place.case.id)

    def _words(
        self,
        tx: Tx,
        row: Outgoing,
        blocks: tuple[Block, ...],
        place: _Place,
        wording: Wording,
        *,
        alone: bool,
        now: datetime,
    ) -> Composed:
        """Compose a post in its thread, with as many behind it as fit into one message."""
        thread = _thread(load_post(row.body), place)
        found = self._composed(row, blocks, now, thread)
        if alone or self._capabilities.idempotent or len(found.delivery.parts.pieces) != 1:
            return found
        joined: list[Outgoing] = []
        last = blocks
        for each in outbox_posts.behind(tx, row, LOOK_BEHIND):
            post = load_post(each.body)
            if post.case != place.case.id or post.what is PostKind.CARD:
                continue
            if post.what is PostKind.THREAD or _thread(post, place) != thread:
                break
            more, waits = self._section(tx, post, place, wording)
            if waits and now - each.created_at < PATIENCE:
                break
            together = blocks if more == last else blocks + more  # what hides words is said once
            longer = self._composed(row, together, now, thread)
            if len(longer.delivery.parts.pieces) != 1:
                break
            found, blocks, last = longer, together, more
            joined.append(each)
        self._claim(tx, joined)
        return replace(found, joined=tuple(joined))

    def _section(
        self, tx: Tx, post: StaffPost, place: _Place, wording: Wording
    ) -> tuple[tuple[Block, ...], bool]:
        """Return what a post shows, and whether its translation may still come."""
        case, hers = place.case, place.hers
        shown = sections.shows_words(
            case,
            hers=metrics.channel_of(hers.account),
            room=metrics.channel_of(place.room.account),
            end_to_end=self._capabilities.end_to_end,
            setting=wording.catalogue.desk.topics_show,
        )
        if post.what is PostKind.ANSWER:
            return sections.of_answer(post, wording), False
        if post.what is PostKind.WORDS:
            if not shown:
                return sections.of_words(_NOTHING, wording, shown=False), False
            words, waits = self._her_words(tx, post.seq or 0, case, hers, wording)
            return (() if words is None else sections.of_words(words, wording, shown=True)), waits
        entry = case_entries.one(tx, hers, post.entry or 0)
        if entry is None:
            return (), False
        body = entries.load(entry)
        names = _names(tx, body, entry.staff_id)
        return sections.of_entry(body, names, entry.staff_id, wording, shown=shown), False

    def _her_words(
        self, tx: Tx, seq: int, case: Case, hers: Conversation, wording: Wording
    ) -> tuple[Words | None, bool]:
        row = next(iter(messages.history(tx, hers, seq - 1, 1)), None)
        if row is None or row.seq != seq or row.direction != "in":
            return None, False
        text, press = load_words(row.body)
        if load_media(row.body) is not None:
            text = ""
        translation, waits = None, False
        if text and press is None and case.language != wording.language:
            translation, waits = self._known(tx, hers, seq, text)
        return (
            Words(
                text=text,
                pressed=press is not None,
                language=case.language,
                translation=translation,
            ),
            waits,
        )

    def _card_of(self, tx: Tx, place: _Place, wording: Wording) -> tuple[Block, ...]:
        case = place.case
        assignee = staff.get(tx, case.assignee) if case.assignee is not None else None
        return card(
            case,
            channel=metrics.channel_of(place.hers.account),
            assignee=assignee.shown_name if assignee is not None else None,
            wording=wording,
            public_url=self._public_url,
        )

    def _composed(
        self, row: Outgoing, blocks: tuple[Block, ...], now: datetime, thread: str | None
    ) -> Composed:
        delivery = Delivery(
            key=row.idempotency_key,
            address=row.address,
            parts=self._parts(row, blocks),
            repeated=row.unknowns > 0,
            age=(now - row.created_at).total_seconds(),
            thread=thread,
        )
        return Composed(delivery=delivery)

    def _parts(self, row: Outgoing, blocks: tuple[Block, ...]) -> Parts:
        catalogue = self._catalogue()
        language = catalogue.source.code
        return rendering.parts(
            Message(lang=language, blocks=blocks),
            row.seq,
            self._capabilities,
            rendering.Words(number_or_word=catalogue.words(NUMBER_OR_WORD, language)),
            direction_of=catalogue.direction,
        )

    def _claim(self, tx: Tx, rows: Sequence[Outgoing]) -> None:
        for row in rows:
            outbox_posts.claim(tx, row, self._owner)


_NOTHING = Words(text="", pressed=False, language="")


def _thread(post: StaffPost, place: _Place) -> str | None:
    """Return the thread of a post: an answer goes where the question was."""
    return post.thread if post.what is PostKind.ANSWER else place.reference


def _names(tx: Tx, body: entries.Body, by: int | None) -> dict[int, str]:
    wanted = {by, *((body.by, body.to) if isinstance(body, entries.Event) else ())}
    found = [staff.get(tx, each) for each in wanted if each is not None]
    return {each.id: each.shown_name for each in found if each is not None}
