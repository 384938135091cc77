"""Letting a conversation hear of its appointments: news go through the engine like her own words,
in the transaction that makes them true.
"""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.content.catalogue import Catalogue
from bot.domain.booking_news import BookingNews
from bot.domain.capabilities import Capabilities, Choices, LengthUnit, Rich
from bot.domain.conversation import Input, State
from bot.domain.outgoing import Message, Say
from bot.engine.step import Step, step
from bot.rendering import parts as rendering
from bot.service.cases.work import Setting
from bot.service.cases.world import CaseWorld
from bot.service.codec import dump_state, load_state
from bot.service.outputs import add_outputs
from bot.storage import conversations
from bot.storage.conversations import Conversation
from bot.storage.outbox import Outgoing
from bot.storage.transaction import Tx

_PAPER = Capabilities(
    max_text=100_000,
    unit=LengthUnit.CHARACTERS,
    rich=Rich.PLAIN,
    choices=Choices.LIST,
    edits=False,
    edits_in_place=False,
)


def state_of(conversation: Conversation) -> State:
    """Return what a conversation remembers."""
    return load_state(conversation.state) if conversation.state is not None else State()


def tell(
    tx: Tx, setting: Setting, conversation: Conversation, news: BookingNews
) -> tuple[Outgoing, ...]:
    """Let a locked conversation hear news; return the rows to deliver after the commit."""
    state = state_of(conversation)
    done, world = _step(tx, setting, conversation, state, news)
    conversations.save(tx, conversation, dump_state(done.state), setting.now)
    account = setting.account(conversation.account)
    rows = add_outputs(tx, conversation, done.outputs, account, setting.now)
    return (*rows, *world.rows)


def would_hear(
    tx: Tx, setting: Setting, conversation: Conversation, news: BookingNews, language: str
) -> tuple[Message, ...]:
    """Return what she would get in a language; nothing is written."""
    state = replace(state_of(conversation), language=language)
    return _said(_step(tx, setting, conversation, state, news)[0])


def _step(
    tx: Tx, setting: Setting, conversation: Conversation, state: State, news: BookingNews
) -> tuple[Step, CaseWorld]:
    catalogue = setting.catalogue
    known = catalogue.match_language(state.language)
    event = Input(
        at=setting.now,
        today=setting.now.astimezone(ZoneInfo(catalogue.site.zone)).date(),
        understood=news,
        end_to_end=setting.account(conversation.account).capabilities.end_to_end,
    )
    world = CaseWorld(
        tx,
        conversation,
        catalogue=catalogue,
        office=setting.office,
        language=(known or catalogue.source).code,
        seq=state.seq + 1,
        now=setting.now,
    )
    return step(state, event, catalogue, world), world


def _said(done: Step) -> tuple[Message, ...]:
    return tuple(output.message for output in done.outputs if isinstance(output, Say))


def as_text(message: Message, catalogue: Catalogue) -> str:
    """Return a message as a counsellor reads it: its words, and its buttons in brackets."""
    shown = rendering.parts(
        message,
        0,
        _PAPER,
        rendering.Words(number_or_word=""),
        direction_of=catalogue.direction,
    )
    words = [piece.text for piece in shown.pieces]
    return "\n".join([*words, *(f"[{choice.label}]" for choice in message.choices)])
