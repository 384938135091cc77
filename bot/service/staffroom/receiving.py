"""What counsellors write in a staff room: answers to newcomers, staff words, corrections.

Theory. Being in the room gives nobody a right: the linked staff account does. Words in the thread
of a case are an answer to her; they take a case that nobody has. Whatever is refused is answered
in the thread, and nothing has happened then. Each message counts once: the act and the note of it
are one transaction (`Via`), an answer without an act notes it too. So a message may come again
after a crash, and the platform is told that it was taken only when this returns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.domain.case import Case
from bot.domain.inbound import Inbound, StaffMessage
from bot.domain.texts import Text
from bot.domain.texts_staff import (
    ANONYMOUS,
    EDIT_UNKNOWN,
    FAILED,
    HELP,
    IN_THREAD,
    LINK_SLOWLY,
    LINK_UNKNOWN,
    LINKED,
    NO_CASE,
    ONLY_WORDS,
    UNKNOWN_WORD,
    UNLINKED,
)
from bot.service import staff as team
from bot.service.cases import Acting
from bot.service.limits import Limits
from bot.service.ports import Via
from bot.service.staffroom import words
from bot.service.staffroom.acting import Acts, Answer, Asked
from bot.service.staffroom.posts import load_post
from bot.service.staffroom.rooms import Rooms, StaffRoom
from bot.service.staffroom.words import StaffWord, Word
from bot.storage import case_entries, case_threads, cases, conversations, outbox, staff_links
from bot.storage.conversations import Conversation
from bot.storage.database import Database
from bot.storage.errors import Unavailable
from bot.storage.outbox import Outgoing
from bot.storage.staff import Staff
from bot.storage.transaction import Tx

log = structlog.get_logger(__name__)

TRIES = 3
LINK_BURST = 5
LINK_RATE = 5 / 900
"""Codes that one person may try: five, and then one in three minutes."""

Deliver = Callable[[tuple[Outgoing, ...]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """A message with what is known of it. `entry`: of the message that it edits, takes away or
    replies to.
    """

    message: StaffMessage
    room: StaffRoom
    via: Via
    person: Staff | None
    case: Case | None
    entry: int | None


class StaffDoor:
    """Takes what is written in the staff rooms; in the lane of its room."""

    def __init__(self, *, database: Database, rooms: Rooms, acts: Acts, deliver: Deliver) -> None:
        self._database = database
        self._rooms = rooms
        self._acts = acts
        self._deliver = deliver
        self._links = Limits(burst=LINK_BURST, rate=LINK_RATE)

    def is_room(self, account: str, address: str) -> bool:
        """Return whether an address is a staff room."""
        return self._rooms.is_room(account, address)

    async def receive(self, inbound: Inbound, message: StaffMessage) -> bool:
        """Act on one message; returns after the commit. False: it had been acted on before.

        Raises:
            Unavailable: nothing was committed.
        """
        room = self._rooms.room(inbound.account)
        if room is None or room.address != inbound.sender.address:
            return False
        own = message.edits is None and message.removes is None
        name = _name(message.message) if own else f"staff-change:{inbound.external_id}"
        via = Via(account=inbound.account, address=room.address, external_id=name)
        for attempt in range(1, TRIES + 1):
            try:
                said = await self._database.read(lambda tx: self._read(tx, message, room, via))
                if said is None:
                    return False
                answer = await self._take(said, inbound)
            except Unavailable:
                raise
            except Exception as error:  # noqa: BLE001  # one message must not stop the others
                log.error("staffroom.raised", error=type(error).__name__, attempt=attempt)
                answer = Answer(FAILED)
            else:
                break
        if answer is not None:
            await self._answer(answer, message, room, via, inbound)
        return True

    def _read(self, tx: Tx, message: StaffMessage, room: StaffRoom, via: Via) -> _Said | None:
        if self._rooms.seen(tx, via):
            return None
        conversation = conversations.find(tx, room.account, room.address)
        case_id, entry = None, None
        if conversation is not None:
            target = message.edits or message.removes or message.answers
            entry = self._entry_of(tx, conversation, room, target) if target is not None else None
            if message.thread is not None:
                case_id = case_threads.by_root(tx, conversation, message.thread)
        if case_id is None and entry is not None:
            found = case_entries.conversation_of(tx, entry)
            case_id = found[1] if found is not None else None
        return _Said(
            message=message,
            room=room,
            via=via,
            person=staff_links.staff_of(tx, room.account, message.person),
            case=cases.get(tx, case_id) if case_id is not None else None,
            entry=entry,
        )

    def _entry_of(
        self, tx: Tx, conversation: Conversation, room: StaffRoom, reference: str
    ) -> int | None:
        """Return the entry that a message of theirs became, or that one of ours shows."""
        entry = self._rooms.entry_of(tx, room, _name(reference))
        if entry is not None:
            return entry
        shown = outbox.by_reference(tx, conversation, reference)
        return load_post(shown.body).entry if shown is not None else None

    async def _take(self, said: _Said, inbound: Inbound) -> Answer | None:
        message, case = said.message, said.case
        word = words.read(message.text)
        if word is not None and word.word is Word.HELP and message.edits is None:
            return Answer(HELP, {"words": words.OUTCOME_WORDS})
        if word is not None and word.word is Word.LINK and message.edits is None:
            return await self._link(said, word, inbound)
        if case is None:
            return _without_case(said, word)
        if said.person is None:
            if message.removes is not None:
                return None
            return Answer(UNLINKED if message.person else ANONYMOUS)
        asked = Asked(
            acting=Acting.of(said.person), case=case, entry=said.entry, via=said.via, at=inbound.at
        )
        if message.removes is not None:
            return await self._acts.taken_away(asked)
        if message.edits is not None:
            if word is not None or not message.text.strip():
                return Answer(EDIT_UNKNOWN)
            return await self._acts.correct(asked, message.text)
        if not message.text.strip():
            return Answer(ONLY_WORDS)
        if word is None:
            return await self._acts.reply(asked, message.text)
        if word.word is Word.UNKNOWN:
            return Answer(UNKNOWN_WORD)
        return await self._acts.do(asked, word)

    async def _link(self, said: _Said, word: StaffWord, inbound: Inbound) -> Answer:
        """Take whoever wrote for the staff member whose code it is."""
        account, person = inbound.account, said.message.person
        if not person:
            return Answer(ANONYMOUS)
        if self._links.wait(f"{account}/{person}", inbound.at):
            return Answer(LINK_SLOWLY)

        def link(tx: Tx) -> Staff | None:
            found = team.redeem_link(tx, account, person, word.argument, inbound.at)
            if found is not None:
                self._rooms.record(tx, said.via, inbound.at)
            return found

        linked = await self._database.write(link)
        return Answer(LINKED, {"name": linked.shown_name}) if linked else Answer(LINK_UNKNOWN)

    async def _answer(
        self, answer: Answer, message: StaffMessage, room: StaffRoom, via: Via, inbound: Inbound
    ) -> None:
        """Answer in the thread, and note the message where no act has."""

        def write(tx: Tx) -> tuple[Outgoing, ...]:
            if not self._rooms.seen(tx, via):
                self._rooms.record(tx, via, inbound.at)
            case = _case_of(tx, room, message.thread)
            return self._rooms.answer(
                tx,
                room,
                answer.text,
                now=inbound.at,
                thread=message.thread,
                case=case,
                values=answer.values,
            )

        self._deliver(await self._database.write(write))


def _without_case(said: _Said, word: StaffWord | None) -> Answer | None:
    """Answer staff words that belong to no case; everything else there is talk of the team."""
    message = said.message
    if word is None or message.edits is not None or message.removes is not None:
        return None
    text: Text = NO_CASE if message.thread is not None else IN_THREAD
    if word.word is Word.UNKNOWN:
        text = UNKNOWN_WORD
    return Answer(text if said.person is not None else UNLINKED)


def _case_of(tx: Tx, room: StaffRoom, thread: str | None) -> int | None:
    conversation = conversations.find(tx, room.account, room.address)
    if thread is None or conversation is None:
        return None
    return case_threads.by_root(tx, conversation, thread)


def _name(reference: str) -> str:
    """Return under which name a message of a staff room counts once."""
    return f"staff:{reference}"
