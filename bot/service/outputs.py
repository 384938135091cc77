"""From what the engine says to rows of the outbox, for one account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.capabilities import Capabilities
from bot.domain.outgoing import Close, Edit, Note, Output, Plain, Say
from bot.service.codec import dump_message, load_message
from bot.storage import outbox
from bot.storage.conversations import Conversation
from bot.storage.outbox import Outgoing
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account on a platform: its name, what it can show, and how its messages leave.

    `owner` names this process where rows are delivered from memory; None where the outbox is read
    as history (web). `busy` says of a conversation (by id) that so much of it waits in memory that
    new rows had better wait in the database.
    """

    name: str
    capabilities: Capabilities
    owner: str | None
    busy: Callable[[int], bool]


def add_outputs(
    tx: Tx,
    conversation: Conversation,
    outputs: tuple[Output, ...],
    account: Account,
    now: datetime,
) -> tuple[Outgoing, ...]:
    """Write what is to be said into the outbox; return the rows."""
    rows: list[Outgoing] = []
    for output in outputs:
        match output:
            case Say(message=message):
                kind, body = "say", dump_message(message)
            case Edit(message=message):
                kind, body = "edit", dump_message(message)
            case Close():
                closed = _closed(tx, conversation, output) if account.capabilities.edits else None
                if closed is None:
                    continue
                kind, body = "close", closed
        row = outbox.add(
            tx,
            conversation,
            seq=output.seq,
            kind=kind,
            target=None if isinstance(output, Say) else output.target,
            body=body,
            now=now,
            claimed_by=None if account.busy(conversation.id) else account.owner,
            delivered=account.owner is None,
        )
        rows.append(row)
    return tuple(rows)


def _closed(tx: Tx, conversation: Conversation, close: Close) -> bytes | None:
    """Return the closed message: as it was, without choices, with what was chosen."""
    raw = outbox.body(tx, conversation, close.shown)
    if raw is None:
        return None
    message = load_message(raw)
    note = (Note(spans=(Plain(text=close.note),)),) if close.note is not None else ()
    return dump_message(replace(message, blocks=message.blocks + note, choices=(), pins=()))
