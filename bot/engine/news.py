"""What the office does with a case, in words for the newcomer.

Each piece of news changes what her state knows of the case and says what she has to hear of it: who
is there now, a human's words as they are, a new promise, the end. Putting aside and waking are the
office's own affair and say nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.domain.case import CaseStatus, Human, Promise
from bot.domain.case_news import (
    CaseNews,
    Corrected,
    Done,
    Joined,
    Overdue,
    Recalled,
    Replied,
    Snoozed,
    Transferred,
    Waits,
    Woken,
)
from bot.domain.outgoing import Block, Message, Note, Plain
from bot.domain.texts_case import (
    AGAIN,
    CORRECTED,
    DONE,
    ENDED,
    JOINED,
    LATE,
    LATE_NO_TIME,
    RECALLED,
    REOPENED,
    TRANSFERRED,
    TRANSLATED,
)
from bot.engine import handoff
from bot.engine.turn import Turn


def hear(turn: Turn, news: CaseNews) -> None:
    """Take one piece of news."""
    match news:
        case Joined(name=name) | Transferred(name=name):
            _joined(turn, news.case, name)
        case Waits(promise=promise, late=True):
            _put(turn, news.case, CaseStatus.WAITING, None)
            handoff.queue(turn, _late(turn, promise))
        case Waits(promise=promise, reopened=reopened):
            _put(turn, news.case, CaseStatus.WAITING, None)
            handoff.promise(turn, promise, turn.paragraph(REOPENED if reopened else AGAIN))
        case Snoozed(name=name):
            _put(turn, news.case, CaseStatus.SNOOZED, name)
        case Woken(name=name):
            woken = CaseStatus.WAITING if name is None else CaseStatus.WITH_COUNSELLOR
            _put(turn, news.case, woken, name)
        case Replied():
            _replied(turn, news)
        case Corrected(name=name, target=target):
            note = Note(spans=(Plain(text=turn.words(CORRECTED)),))
            turn.replace_message(target, _said_by(turn, name, news, note))
        case Recalled(name=name, target=target):
            words = turn.paragraph(RECALLED, name=name)
            turn.replace_message(
                target, Message(lang=turn.language, blocks=(words,), automatic=True)
            )
        case Done(name=name):
            _done(turn, news.case, name)
        case Overdue(promise=promise):
            if turn.human is not None:  # she still waits
                turn.automatic = turn.human.present
                turn.say(_late(turn, promise))
        case _:
            assert_never(news)


def _put(turn: Turn, case: int, status: CaseStatus, name: str | None) -> Human:
    """Keep where the case stands; what she was told about it counts on while it is the same."""
    human = turn.human
    if human is None or human.case != case:
        human = Human(case=case, status=status)
    turn.human = human = replace(human, status=status, name=name)
    return human


def _late(turn: Turn, promise: Promise) -> Block:
    if promise.by is None:
        return turn.paragraph(LATE_NO_TIME)
    return handoff.dated(turn, LATE, promise.by)


def _joined(turn: Turn, case: int, name: str) -> None:
    """A human is there: whatever was open is not asked any more."""
    before = turn.human
    again = before is not None and before.case == case and before.present and before.name
    _put(turn, case, CaseStatus.WITH_COUNSELLOR, name)
    handoff.settle_promise(turn)
    turn.close()
    turn.say(turn.paragraph(TRANSFERRED if again else JOINED, name=name))


def _replied(turn: Turn, news: Replied) -> None:
    """A human's words, as they are; she does not need to be told any more that nobody is there."""
    name = None if news.status is CaseStatus.WAITING else news.name
    human = _put(turn, news.case, news.status, name)
    turn.human = replace(human, told_nobody=False)
    if human.present:
        turn.close()
    turn.send(_said_by(turn, news.name, news))


def _said_by(turn: Turn, name: str, news: Replied | Corrected, *notes: Block) -> Message:
    """Return a message in the voice of a human, with what has to be known about its words."""
    blocks: list[Block] = list(handoff.spoken(news.text))
    if news.translated:
        blocks.append(Note(spans=(Plain(text=turn.words(TRANSLATED)),), lang=turn.language))
    return Message(lang=news.lang, blocks=(*blocks, *notes), human=name)


def _done(turn: Turn, case: int, name: str | None) -> None:
    _put(turn, case, CaseStatus.WAITING if name is None else CaseStatus.WITH_COUNSELLOR, name)
    handoff.settle_promise(turn)
    over = turn.paragraph(ENDED) if name is None else turn.paragraph(DONE, name=name)
    handoff.done(turn, over)
