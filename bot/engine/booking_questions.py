"""What a service asks before it is booked, and whether an answer is one."""

from __future__ import annotations

from bot.domain.appointment import Question
from bot.domain.booking import Draft
from bot.domain.outgoing import Block, Choice
from bot.domain.texts import NO, YES
from bot.engine import booking_ask
from bot.engine.turn import Turn
from bot.understanding.numbers import number

MOST_WORDS = 300
IN_WORDS = frozenset({"number", "text"})


def open_question(turn: Turn, draft: Draft) -> Question | None:
    """Return the first question that is not answered. Who moves an appointment answered before;
    what she would write while a human is there would go to the human.
    """
    if draft.moves is not None:
        return None
    beside_human = turn.human is not None and turn.human.present
    return next(
        (
            each
            for each in _questions(turn, draft)
            if each.id not in draft.answers and not (beside_human and each.kind in IN_WORDS)
        ),
        None,
    )


def _questions(turn: Turn, draft: Draft) -> tuple[Question, ...]:
    known = turn.catalogue.services.get(draft.service or "")
    return known.questions if known is not None else ()


def ask(turn: Turn, draft: Draft, question: Question, *notice: Block) -> None:
    """Ask one."""
    key = f"services/{draft.service}/questions/{question.id}"
    text = turn.text(key)
    act = f"p:q:{question.id}"
    match question.kind:
        case "choice":
            choices = tuple(
                Choice(action=f"{act}:{each}", label=turn.label(f"{key}/{each}"))
                for each in question.choices
            )
        case "yes_no":
            choices = (
                Choice(action=f"{act}:yes", label=turn.words(YES)),
                Choice(action=f"{act}:no", label=turn.words(NO)),
            )
        case _:
            booking_ask.ask_words(turn, question.id, *notice, *text)
            return
    booking_ask.ask(turn, (*notice, *text), choices)


def named(turn: Turn, draft: Draft, name: str) -> Question | None:
    """Return the question of this name."""
    return next((each for each in _questions(turn, draft) if each.id == name), None)


def value_of(question: Question, given: str) -> bool | int | str | None:
    """Return what was answered, None where it is no answer to the question."""
    match question.kind:
        case "yes_no" if given in {"yes", "no"}:
            return given == "yes"
        case "choice" if given in question.choices:
            return given
        case "number":
            return number(given)
        case "text" if 0 < len(given) <= MOST_WORDS:
            return given
        case _:
            return None
