"""The staff rooms and their queues: which post goes where, and which thread belongs to a case.

A staff room is a conversation of its own: its account and address, its numbering, its outbox. All
here runs inside somebody else's transaction (`service.ports.StaffRooms`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from bot.domain.case import Case
from bot.domain.staffroom import PostKind, StaffPost
from bot.domain.texts import Text
from bot.service.ports import Via
from bot.service.staffroom.posts import POST, dump_post
from bot.storage import case_threads, conversations, messages, outbox
from bot.storage.case_threads import Thread
from bot.storage.conversations import Conversation
from bot.storage.outbox import Outgoing
from bot.storage.transaction import Tx

_WORDS_OF_STAFF = frozenset({PostKind.REPLY, PostKind.NOTE})
"""What its own room has seen already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRoom:
    """One staff room. `card_apart`: a thread is opened by its name alone, and the card is its first
    message (a topic of Telegram); else the card is what the thread hangs on.
    """

    account: str
    address: str
    card_apart: bool


class Rooms:
    """The staff rooms of the site; implements `service.ports.StaffRooms`."""

    def __init__(self, rooms: Iterable[StaffRoom] = ()) -> None:
        # Locked in this order, everywhere.
        self._rooms = tuple(sorted(rooms, key=lambda room: room.account))

    def __bool__(self) -> bool:
        return bool(self._rooms)

    def room(self, account: str) -> StaffRoom | None:
        """Return the staff room of an account."""
        return next((room for room in self._rooms if room.account == account), None)

    def is_room(self, account: str, address: str) -> bool:
        """Return whether an address is a staff room, and so never a newcomer's conversation."""
        room = self.room(account)
        return room is not None and room.address == address

    def opened(self, tx: Tx, case: Case, now: datetime) -> tuple[Outgoing, ...]:
        """Open the thread of a new case in every room."""
        return self.card(tx, case, now)

    def card(self, tx: Tx, case: Case, now: datetime) -> tuple[Outgoing, ...]:
        """Bring the card of a case up to its newest state."""
        return self.post(tx, case, PostKind.CARD, now=now)

    def post(
        self,
        tx: Tx,
        case: Case,
        what: PostKind,
        *,
        now: datetime,
        seq: int | None = None,
        entry: int | None = None,
        via: Via | None = None,
    ) -> tuple[Outgoing, ...]:
        """Put something into the thread of a case; what staff wrote goes to all rooms but the one
        that it came from.
        """
        rows: list[Outgoing] = []
        for room in self._rooms:
            if via is not None and via.account == room.account and what in _WORDS_OF_STAFF:
                continue
            queue = _Queue(tx, room, now)
            known = case_threads.get(tx, case.id, room.account)
            missing = known is None or known.conversation_id != queue.conversation.id
            if missing:
                queue.open_thread(case.id)
            if not missing or what is not PostKind.CARD:  # a new thread brings its card
                queue.add(StaffPost(what=what, case=case.id, seq=seq, entry=entry))
            rows += queue.close()
        return tuple(rows)

    def answer(
        self,
        tx: Tx,
        room: StaffRoom,
        text: Text,
        *,
        now: datetime,
        thread: str | None,
        case: int | None,
        values: dict[str, str] | None = None,
    ) -> tuple[Outgoing, ...]:
        """Answer a staff word where it was said."""
        queue = _Queue(tx, room, now)
        queue.add(
            StaffPost(
                what=PostKind.ANSWER,
                case=case,
                thread=thread,
                answer=text.id,
                values=values or {},
            )
        )
        return queue.close()

    def again(
        self,
        tx: Tx,
        room: StaffRoom,
        case: int,
        posts: Sequence[StaffPost],
        *,
        now: datetime,
        reopen: bool,
    ) -> tuple[Outgoing, ...]:
        """Queue posts anew at the end, after a new thread where theirs is lost."""
        queue = _Queue(tx, room, now)
        if reopen:
            queue.open_thread(case)
        for post in posts:
            if post.what not in {PostKind.THREAD, PostKind.CARD}:
                queue.add(post)
        return queue.close()

    def seen(self, tx: Tx, via: Via) -> bool:
        """Return whether a message of a staff room has been acted on."""
        return messages.seen(tx, via.account, via.external_id)

    def record(self, tx: Tx, via: Via, now: datetime, *, entry: int | None = None) -> None:
        """Note that a message has been acted on, and which entry of the case it became. Its words
        are not kept here.
        """
        room = self.room(via.account)
        if room is None:
            return
        queue = _Queue(tx, room, now)
        messages.record_inbound(
            tx,
            queue.conversation,
            external_id=via.external_id,
            seq=queue.next(),
            at=now,
            body=orjson.dumps({"entry": entry}),
        )
        queue.close()

    def entry_of(self, tx: Tx, room: StaffRoom, external_id: str) -> int | None:
        """Return the entry of a case that a message of a staff room became or shows."""
        conversation = conversations.find(tx, room.account, room.address)
        if conversation is None:
            return None
        found = messages.inbound(tx, conversation, external_id)
        if found is None:
            return None
        entry = orjson.loads(found.body).get("entry")
        return entry if isinstance(entry, int) else None


class _Queue:
    """The outbox of a room during one transaction; `close` saves where its numbering stands."""

    def __init__(self, tx: Tx, room: StaffRoom, now: datetime) -> None:
        self._tx = tx
        self._room = room
        self._now = now
        self._rows: list[Outgoing] = []
        self.conversation: Conversation = conversations.lock(tx, room.account, room.address, now)
        state = self.conversation.state
        self._seq: int = orjson.loads(state)["seq"] if state is not None else 0

    def next(self) -> int:
        """Return the next number of the room."""
        self._seq += 1
        return self._seq

    def add(self, post: StaffPost) -> int:
        """Queue a post; return its number. It waits in the database, where it can be joined."""
        seq = self.next()
        self._rows.append(
            outbox.add(
                self._tx,
                self.conversation,
                seq=seq,
                kind=POST,
                body=dump_post(post),
                now=self._now,
            )
        )
        return seq

    def open_thread(self, case: int) -> None:
        """Queue a thread and its card; from now on it is the case's."""
        root = self.add(StaffPost(what=PostKind.THREAD, case=case))
        card = root
        if self._room.card_apart:
            card = self.add(StaffPost(what=PostKind.CARD, case=case))
        thread = Thread(
            case_id=case,
            account=self._room.account,
            conversation_id=self.conversation.id,
            root_seq=root,
            card_seq=card,
        )
        case_threads.set(self._tx, thread)

    def close(self) -> tuple[Outgoing, ...]:
        """Save the numbering; return what was queued."""
        conversations.save(self._tx, self.conversation, orjson.dumps({"seq": self._seq}), self._now)
        return tuple(self._rows)
