"""One turn: one transaction, a plain synchronous function that runs in a database thread.

Insert the event's id (a duplicate ends here), lock and load the conversation, step the engine,
write state, history and outbox. Knows no platform and no threads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from bot.content.catalogue import Catalogue
from bot.domain.conversation import (
    QUESTIONS,
    Answer,
    Greeting,
    Input,
    Late,
    Media,
    Press,
    Prompt,
    PromptKind,
    State,
    Understood,
)
from bot.domain.inbound import (
    Attachment,
    ButtonPress,
    Inbound,
    Opened,
    TextMessage,
    Unreachable,
)
from bot.domain.outgoing import (
    Choice,
    Message,
    Paragraph,
    Plain,
    Say,
    parse_token,
)
from bot.domain.returning import BadCode, Returned
from bot.domain.texts import ERROR_SORRY, HUMAN, MENU
from bot.engine.step import step
from bot.service.cases.world import CaseWorld
from bot.service.codec import dump_state, dump_words, load_message, load_state
from bot.service.office import Office
from bot.service.outputs import Account, add_outputs
from bot.storage import conversations, messages, outbox, quarantine
from bot.storage.conversations import Conversation
from bot.storage.outbox import Outgoing
from bot.storage.transaction import Tx
from bot.understanding.answers import answer


class MovedOnError(Exception):
    """The conversation has moved since its words were understood: understand them again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What understanding needs of a conversation, and the version it was read at (0: there is none
    yet).
    """

    version: int
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a turn left: rows to deliver, the new state, the codes of what content did wrong.
    `fresh` False: a duplicate. `case`: a case of hers was touched. `arrived`: what became of a code
    that she gave; `left`: where her conversation stood before (account, address).
    """

    fresh: bool
    rows: tuple[Outgoing, ...] = ()
    known: Known | None = None
    faults: tuple[str, ...] = ()
    case: bool = False
    arrived: Returned | BadCode | None = None
    left: tuple[str, str] | None = None


def read_known(tx: Tx, account: str, address: str) -> Known:
    """Read what understanding needs."""
    found = conversations.find(tx, account, address)
    if found is None or found.state is None:
        return Known(version=found.version if found else 0, state=State())
    return Known(version=found.version, state=load_state(found.state))


def take(
    tx: Tx,
    inbound: Inbound,
    understood: Understood | None,
    *,
    account: Account,
    catalogue: Catalogue,
    office: Office,
    version: int | None = None,
    client_id: str | None = None,
) -> Taken:
    """Do one turn. `understood` is None for events that say nothing (blocked, unblocked).

    Raises:
        MovedOnError: `version` was given and is no longer the conversation's.
    """
    conversation = conversations.lock(tx, account.name, inbound.sender.address, inbound.at)
    if version is not None and conversation.version != version:
        if messages.seen(tx, account.name, inbound.external_id):
            return Taken(fresh=False)
        raise MovedOnError
    state = load_state(conversation.state) if conversation.state is not None else State()
    said = _words_of(inbound, state)
    if not messages.record_inbound(
        tx,
        conversation,
        external_id=inbound.external_id,
        seq=state.seq + 1,
        at=inbound.at,
        body=said,
        client_id=client_id,
    ):
        return Taken(fresh=False)
    if not conversation.reachable:
        conversations.set_reachable(tx, conversation, True)
    if understood is None:
        return _reachability(tx, conversation, inbound, state)
    event = Input(
        at=inbound.at,
        today=inbound.at.astimezone(ZoneInfo(catalogue.site.zone)).date(),
        understood=_in_its_place(tx, conversation, inbound, state, understood),
        language_hint=inbound.sender.language,
        in_place=account.capabilities.edits_in_place and isinstance(inbound.content, ButtonPress),
        end_to_end=account.capabilities.end_to_end,
    )
    hint = catalogue.match_language(state.language or inbound.sender.language)
    world = CaseWorld(
        tx,
        conversation,
        catalogue=catalogue,
        office=office,
        language=(hint or catalogue.source).code,
        seq=state.seq + 1,
        now=inbound.at,
    )
    done = step(state, event, catalogue, world)
    language = done.state.language
    if done.state.human is not None and language is not None and language != state.language:
        world.speak(language)
    conversations.save(tx, conversation, dump_state(done.state), inbound.at)
    rows = add_outputs(tx, conversation, done.outputs, account, inbound.at)
    return Taken(
        fresh=True,
        rows=(*rows, *world.rows),
        known=Known(version=conversation.version, state=done.state),
        faults=done.faults,
        case=world.touched,
    )


def _reachability(tx: Tx, conversation: Conversation, inbound: Inbound, state: State) -> Taken:
    """Keep whether anything can be delivered to her."""
    if isinstance(inbound.content, Unreachable):
        conversations.set_reachable(tx, conversation, False)
        outbox.skip_for(tx, conversation.id)
    moved = replace(state, seq=state.seq + 1)
    conversations.save(tx, conversation, dump_state(moved), inbound.at)
    return Taken(fresh=True, known=Known(version=conversation.version, state=moved))


def _words_of(inbound: Inbound, state: State) -> bytes:
    """Return what the history keeps of an event: her words, or the label of what she pressed."""
    match inbound.content:
        case TextMessage(text=text):
            return dump_words(text)
        case ButtonPress(token=token):
            return dump_words(_label(state, token), press=token)
        case Attachment(kind=kind):
            return dump_words("", media=kind)
        case _:
            return dump_words("")


def _label(state: State, token: str) -> str:
    parsed = parse_token(token)
    if parsed is None or state.prompt is None:
        return ""
    return next((c.label for c in state.prompt.choices if c.action == parsed[1]), "")


def _in_its_place(
    tx: Tx, conversation: Conversation, inbound: Inbound, state: State, understood: Understood
) -> Understood:
    """Hold words against the message they belong to: a reply to an older one, or one that she had
    not read yet.
    """
    content = inbound.content
    if not isinstance(content, TextMessage) or not isinstance(understood, Press | Answer):
        return understood
    if content.reply_to is not None:
        answered = outbox.by_reference(tx, conversation, content.reply_to)
        if answered is not None and not _shows_prompt(answered, state):
            return _reply_to_old(answered, content.text, state, inbound.at.date()) or Late()
        return understood
    prompt = state.prompt
    if content.order is None or prompt is None or prompt.kind not in QUESTIONS:
        return understood
    shown = outbox.reference(tx, conversation, prompt.message)
    if shown is not None and shown.isdigit() and content.order < int(shown):
        return Late()
    return understood


def _shows_prompt(row: Outgoing, state: State) -> bool:
    prompt = state.prompt
    return prompt is not None and prompt.message in {row.seq, row.target}


def _reply_to_old(row: Outgoing, text: str, state: State, today: date) -> Press | None:
    """Read words that answer an older message as a press on one of that message's buttons."""
    prompt = Prompt(
        kind=PromptKind.NAVIGATION,
        seq=row.seq,
        message=row.seq,
        choices=load_message(row.body).choices,
    )
    found = answer(text, prompt, language=state.language, today=today)
    return found if isinstance(found, Press) else None


def set_aside(
    tx: Tx,
    inbound: Inbound,
    raw: bytes,
    error: str,
    *,
    account: Account,
    catalogue: Catalogue,
) -> Taken:
    """Put an event that cannot be worked on into quarantine, apologise and offer a human.

    The state stays as it was, so that the next message meets a conversation that works.
    """
    conversation = conversations.lock(tx, account.name, inbound.sender.address, inbound.at)
    if messages.seen(tx, account.name, inbound.external_id):
        return Taken(fresh=False)
    quarantine.add(
        tx,
        account=account.name,
        external_id=inbound.external_id,
        raw=raw,
        error=error,
        at=inbound.at,
        conversation=conversation,
    )
    state = _state_or_new(tx, conversation)
    seq = state.seq + 1
    hint = catalogue.match_language(state.language or inbound.sender.language)
    language = (hint or catalogue.source).code
    apology = Message(
        lang=language,
        blocks=(Paragraph(spans=(Plain(text=catalogue.words(ERROR_SORRY, language)),)),),
        choices=(
            Choice(action="hf", label=catalogue.words(HUMAN, language), nav=True),
            Choice(action="m", label=catalogue.words(MENU, language), nav=True),
        ),
    )
    moved = replace(state, seq=seq)
    conversations.save(tx, conversation, dump_state(moved), inbound.at)
    rows = add_outputs(tx, conversation, (Say(seq=seq, message=apology),), account, inbound.at)
    return Taken(fresh=True, rows=rows, known=Known(version=conversation.version, state=moved))


def _state_or_new(tx: Tx, conversation: Conversation) -> State:
    """Return the state; one that cannot be read any more starts anew behind the last number
    used.
    """
    if conversation.state is None:
        return State()
    try:
        return load_state(conversation.state)
    except ValueError:
        return State(seq=messages.last_seq(tx, conversation))


def says(inbound: Inbound) -> Understood | None:
    """Return what an event without words means; None where it says nothing."""
    match inbound.content:
        case ButtonPress(token=token):
            parsed = parse_token(token)
            return Press(seq=parsed[0], action=parsed[1]) if parsed else Press(seq=0, action="?")
        case Attachment(kind=kind):
            return Media(kind=kind)
        case Opened():
            return Greeting()
        case _:
            return None
