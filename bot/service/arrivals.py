"""Coming back with a code: the conversation goes on where the code was given.

Theory. A return code stands for a whole conversation. Given on another channel or device, the
conversation moves there as it is: same row, same key, same case, so that desk and staff rooms need
not know. What stood at the new place before is kept with it; a place where a human is being waited
for, or an appointment is booked, is left as it is and the code stays good. The old place of a web
conversation gets one last sentence. All of it is one transaction with the turn that tells her, and
a code is used up in it. Guesses cost a token of the place that makes them, and one of all places
together; a good code pays as well. Knows no platform: `ways` comes from `app`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.content.catalogue import Catalogue
from bot.domain.appointment import AppointmentStatus
from bot.domain.conversation import State, Understood
from bot.domain.inbound import Inbound, Opened, TextMessage
from bot.domain.outgoing import Message, Paragraph, Plain
from bot.domain.returning import BadCode, Returned, Way
from bot.domain.staffroom import PostKind
from bot.domain.texts_return import MOVED, MOVED_DEVICE
from bot.service.cases.entries import Event, dump
from bot.service.codec import dump_message, dump_state, load_state
from bot.service.codes import START, canonical, of_start, spotted, words_code
from bot.service.limits import Limits
from bot.service.office import Office
from bot.service.outputs import Account
from bot.service.ports import StaffRooms
from bot.service.turn import Taken, read_known, take
from bot.storage import (
    appointments,
    case_entries,
    cases,
    conversations,
    messages,
    moves,
    one_time_codes,
    outbox,
)
from bot.storage.conversations import Conversation
from bot.storage.outbox import Outgoing
from bot.storage.transaction import Tx

PURPOSE = "return"
WEB = "web"
VALID = timedelta(days=90)
BURST, RATE = 20, 0.1  # tries of one place; a whole shelter may share one address
ALL_BURST, ALL_RATE = 100, 1.0  # tries of all places: 41 bits outlast this by far

_NAMES = {"telegram": "Telegram", "matrix": "Matrix"}
_COMMAND = ("/start ", "!start ")

_TO_COME = frozenset({AppointmentStatus.HELD, AppointmentStatus.BOOKED})

Ways = Callable[[str], tuple[Way, ...]]
"""Gives the channels on which a conversation of the web may go on, with links for a code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What became of a code. `left`: where the conversation stood until now (account, address).
    `rows`: for the staff rooms.
    """

    heard: Returned | BadCode
    left: tuple[str, str] | None = None
    rows: tuple[Outgoing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A code as somebody gave it. `by_command`: it is meant as one for sure."""

    code: str = field(repr=False)
    by_command: bool


class Arrivals:
    """Return codes: made, and redeemed. Implements `service.office.ReturnCodes`."""

    def __init__(
        self, *, catalogue: Callable[[], Catalogue], ways: Ways = lambda _code: ()
    ) -> None:
        self._catalogue = catalogue
        self._ways = ways
        self._limits = Limits(burst=BURST, rate=RATE)
        self._all = Limits(burst=ALL_BURST, rate=ALL_RATE)

    # -- making

    def return_code(
        self, tx: Tx, conversation: Conversation, known: str | None, now: datetime
    ) -> str | None:
        """Return `known` if it still opens her conversation, else a new code; None where the
        platform keeps the conversation for her.
        """
        if conversation.account != WEB:
            return None
        if known is not None:
            opens = one_time_codes.look(tx, PURPOSE, canonical(known), now)
            if opens == conversation.id:
                return known
        code = words_code()
        one_time_codes.withdraw(tx, PURPOSE, conversation.id)
        one_time_codes.issue(tx, PURPOSE, conversation.id, canonical(code), now + VALID, now)
        return code

    def ways(
        self,
        tx: Tx,  # noqa: ARG002  the port's signature
        conversation: Conversation,
        code: str,
    ) -> tuple[Way, ...]:
        """Return the other channels on which she may go on."""
        return self._ways(code) if conversation.account == WEB else ()

    # -- redeeming

    def allows(self, place: str, now: datetime) -> bool:
        """Take a try from a place; False where it has tried too often, or all have."""
        return not self._limits.wait(place, now) and not self._all.wait("", now)

    def refuses(
        self, tx: Tx, code: str, account: str, old: str | None, now: datetime
    ) -> BadCode | None:
        """Return why a code cannot be given on a device where `old` is the address so far: there
        must be nothing that would be lost. None: it can.
        """
        opens = one_time_codes.look(tx, PURPOSE, canonical(code), now)
        if opens is None:
            return BadCode(reason="unknown")
        there = conversations.find(tx, account, old) if old is not None else None
        return None if there is None or there.id == opens else is_taken(tx, there, now)

    def arrive(
        self, tx: Tx, code: str, inbound: Inbound, *, allowed: bool, rooms: StaffRooms
    ) -> Arrival | None:
        """Let the conversation that a code opens stand where the event came from. None: the event
        was taken before. The turn comes next, on what stands there now.
        """
        account, address, now = inbound.account, inbound.sender.address, inbound.at
        if messages.seen(tx, account, inbound.external_id):
            return None
        if not allowed:
            return Arrival(heard=BadCode(reason="many"))
        found = one_time_codes.look(tx, PURPOSE, canonical(code), now)
        conversation = None if found is None else conversations.lock_by_id(tx, found)
        if conversation is None:
            return Arrival(heard=BadCode(reason="unknown"))
        if (conversation.account, conversation.address) == (account, address):
            return Arrival(heard=Returned(before=_channel(account)))
        there = conversations.find(tx, account, address)
        reason = is_taken(tx, there, now) if there is not None else None
        if reason is not None:
            return Arrival(heard=reason)
        if one_time_codes.redeem(tx, PURPOSE, canonical(code), now) is None:
            return Arrival(heard=BadCode(reason="unknown"))
        left = (conversation.account, conversation.address)
        self._move(tx, conversation, there, inbound)
        rows = _note(tx, conversation, rooms, inbound.at)
        return Arrival(heard=Returned(before=_channel(left[0])), left=left, rows=rows)

    def take(
        self,
        tx: Tx,
        given: Given,
        inbound: Inbound,
        understood: Understood | None,
        *,
        allowed: bool,
        account: Account,
        catalogue: Catalogue,
        office: Office,
        client_id: str | None = None,
    ) -> Taken:
        """Do the turn of a message that holds a code; the history does not keep the code. Words
        that only look like one are words, where a human reads them.
        """
        arrival = self.arrive(tx, given.code, inbound, allowed=allowed, rooms=office.rooms)
        if arrival is not None:
            here = read_known(tx, account.name, inbound.sender.address).state
            are_words = not given.by_command and here.human is not None
            if not are_words or not _opens_nothing(arrival.heard):
                inbound, understood = replace(inbound, content=Opened()), arrival.heard
        taken = take(
            tx,
            inbound,
            understood,
            account=account,
            catalogue=catalogue,
            office=office,
            client_id=client_id,
        )
        if arrival is None:
            return taken
        return replace(
            taken,
            rows=(*arrival.rows, *taken.rows),
            arrived=arrival.heard,
            left=arrival.left,
        )

    def _move(
        self,
        tx: Tx,
        conversation: Conversation,
        there: Conversation | None,
        inbound: Inbound,
    ) -> None:
        account, address, now = inbound.account, inbound.sender.address, inbound.at
        old_account, old_address = conversation.account, conversation.address
        state = _state(conversation)
        seq = max(state.seq, _state(there).seq if there is not None else 0)
        moved = replace(
            state,
            seq=seq,  # buttons that stand at the new place count as old
            prompt=state.prompt if old_account == account else None,  # it is not shown there
            return_code=None,
        )
        moves.take_over(tx, conversation, account, address, now)
        conversations.save(tx, conversation, dump_state(moved), now)
        if old_account == WEB:
            self._say_farewell(tx, old_address, state, account, now)

    def _say_farewell(
        self, tx: Tx, address: str, state: State, account: str, now: datetime
    ) -> None:
        """Leave a last sentence at the old place, behind all that stands on her screen there."""
        catalogue = self._catalogue()
        language = state.language or catalogue.source.code
        name = _NAMES.get(_channel(account))
        words = (
            catalogue.words(MOVED, language, channel=name)
            if name is not None
            else catalogue.words(MOVED_DEVICE, language)
        )
        old = conversations.lock(tx, WEB, address, now)
        left = State(seq=state.seq + 1, language=state.language, greeted=True, last_at=now)
        conversations.save(tx, old, dump_state(left), now)
        message = Message(lang=language, blocks=(Paragraph(spans=(Plain(text=words),)),))
        outbox.add(
            tx, old, seq=left.seq, kind="say", body=dump_message(message), now=now, delivered=True
        )


def _note(
    tx: Tx, conversation: Conversation, rooms: StaffRooms, now: datetime
) -> tuple[Outgoing, ...]:
    """Write into the open case that she writes from elsewhere now; return what rooms are told."""
    case = cases.open_of(tx, conversation.id)
    if case is None:
        return ()
    entry = case_entries.add(
        tx,
        conversation,
        case.id,
        kind="event",
        at=now,
        seq=None,
        body=dump(Event(event="moved")),
    )
    told = rooms.post(tx, case, PostKind.EVENT, now=now, entry=entry)
    return (*told, *rooms.card(tx, case, now))


def code_in(inbound: Inbound) -> Given | None:
    """Return the code that a message gives, None for all other messages."""
    if not isinstance(inbound.content, TextMessage):
        return None
    text = inbound.content.text.strip()
    for command in _COMMAND:
        if text.casefold().startswith(f"{command}{START}"):
            code = of_start(text[len(command) :].casefold())
            return Given(code=code, by_command=True) if code else None
    code = spotted(text)
    return Given(code=code, by_command=False) if code is not None else None


def is_taken(tx: Tx, there: Conversation, now: datetime) -> BadCode | None:
    """Return why nothing can move to a place: somebody is being talked to there."""
    if cases.open_of(tx, there.id) is not None:
        return BadCode(reason="busy")
    if any(each.status in _TO_COME for each in appointments.of_conversation(tx, there.id, now)):
        return BadCode(reason="appointment")
    return None


def _opens_nothing(heard: Returned | BadCode) -> bool:
    """Return whether words may be no code at all. One that opens something, only not here, is still
    good: nobody else may read it.
    """
    return isinstance(heard, BadCode) and heard.reason in {"unknown", "many"}


def _channel(account: str) -> str:
    return account.partition(":")[0]


def _state(conversation: Conversation) -> State:
    return load_state(conversation.state) if conversation.state is not None else State()
