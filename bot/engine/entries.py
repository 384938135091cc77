"""Walking an entry: the loop until a wait, answers to questions, going back, coming back after a
change.

The loop does at most LIMIT steps in a turn, so that no content can hang the program.
"""

from __future__ import annotations

from datetime import date

from bot.content.model import END, AnyStep, AskStep, Entry
from bot.domain.conversation import Frame, PromptKind, Value, Waypoint
from bot.domain.durations import relative_date
from bot.domain.outgoing import Block, Choice, Paragraph, Plain
from bot.domain.texts import (
    ASK_AGAIN,
    ASK_DATE,
    ASK_DATE_RANGE,
    ASK_NUMBER,
    ASK_NUMBER_ANY,
    ASK_NUMBER_FROM,
    ASK_TEXT_LONG,
    CHANGED,
    GONE,
    LOOP,
)
from bot.engine import kinds, menu
from bot.engine.conditions import holds
from bot.engine.turn import Turn, in_language

LIMIT = 100
MOST_TEXT = 500


def open_entry(turn: Turn, entry_id: str) -> None:
    """Open an entry from its start; one that is gone shows the menu and says so."""
    if entry_id not in turn.catalogue.entries:
        menu.menu(turn, 1, turn.paragraph(GONE))
        return
    turn.frames.clear()
    kinds.enter(turn, entry_id)
    walk(turn)


def call_entry(turn: Turn, entry_id: str) -> None:
    """Open an entry on top of the one that offered it, and come back to the step after the
    offer.
    """
    if entry_id not in turn.catalogue.entries:
        menu.menu(turn, 1, turn.paragraph(GONE))
        return
    if not turn.frames:
        open_entry(turn, entry_id)
        return
    kinds.enter(turn, entry_id)
    walk(turn)


def walk(turn: Turn) -> None:
    """Do steps until one waits or nothing is left."""
    for _ in range(LIMIT):
        frame = turn.frames[-1]
        entry = turn.catalogue.entries.get(frame.entry)
        step = current_step(entry, frame)
        if entry is None or step is None:
            menu.menu(turn, 1, *turn.blocks, turn.paragraph(GONE))
            return
        flow = _do(turn, entry, step)
        if flow is kinds.Wait.WAIT:
            return
        if flow is not kinds.Wait.CALLED and not _advance(turn, entry, step, flow):
            kinds.finish(turn)
            return
    turn.faults.append(f"step limit: {turn.frames[-1].entry}")
    turn.blocks.clear()
    turn.frames.clear()
    menu.human(turn, turn.paragraph(LOOP))


def _do(turn: Turn, entry: Entry, step: AnyStep) -> kinds.Flow:
    given = turn.answers.get(entry.id, {})
    if step.guard is not None and not holds(step.guard, given, turn.input.today):
        return None
    return kinds.run(turn, entry, step)


def current_step(entry: Entry | None, frame: Frame) -> AnyStep | None:
    """Return the step that a frame stands at, None where the content has lost it."""
    position = entry.position.get(frame.step) if entry is not None else None
    return entry.steps[position] if entry is not None and position is not None else None


def _advance(turn: Turn, entry: Entry, step: AnyStep, flow: str | None) -> bool:
    """Move the innermost frame on; return False when the whole stack has ended."""
    while True:
        following = flow or _after(entry, step)
        if following != END:
            turn.frames[-1] = Frame(entry=entry.id, step=following)
            return True
        turn.frames.pop()
        if not turn.frames:
            return False
        caller = turn.catalogue.entries.get(turn.frames[-1].entry)
        waiting = current_step(caller, turn.frames[-1])
        if caller is None or waiting is None:
            turn.frames.clear()
            return False
        entry, step, flow = caller, waiting, waiting.next


def _after(entry: Entry, step: AnyStep) -> str:
    position = entry.position[step.id] + 1
    return entry.steps[position].id if position < len(entry.steps) else END


def open_question(turn: Turn) -> tuple[Entry, AskStep] | None:
    """Return the question that waits at the top of the stack, if there is one."""
    if not turn.frames:
        return None
    entry = turn.catalogue.entries.get(turn.frames[-1].entry)
    step = current_step(entry, turn.frames[-1])
    return (entry, step) if entry is not None and isinstance(step, AskStep) else None


def answer(turn: Turn, value: Value) -> None:
    """Take an answer to the open question and walk on; one that does not fit is asked again."""
    found = open_question(turn)
    prompt = turn.prompt
    if found is None or prompt is None:
        menu.menu(turn, 1, turn.paragraph(GONE))
        return
    entry, step = found
    if prompt.fingerprint != step.fingerprint:
        ask_changed(turn, entry, step)
        return
    misfit = _misfit(turn, step, value)
    if misfit is not None:
        ask_again(turn, entry, step, misfit)
        return
    turn.answers.setdefault(entry.id, {})[step.id] = _kept(step, value)
    turn.close()
    if _advance(turn, entry, step, step.next):
        walk(turn)
    else:
        kinds.finish(turn)


def _kept(step: AskStep, value: Value) -> Value:
    return value == "yes" if step.kind == "yes_no" and isinstance(value, str) else value


def _misfit(turn: Turn, step: AskStep, value: Value) -> Block | None:
    """Return what is wrong with an answer, None where it fits."""
    match step.kind:
        case "choice":
            return None if value in step.choices else turn.paragraph(ASK_AGAIN)
        case "yes_no":
            fits = isinstance(value, bool) or value in {"yes", "no"}
            return None if fits else turn.paragraph(ASK_AGAIN)
        case "number":
            fits = isinstance(value, int) and not isinstance(value, bool)
            least, most = step.least, step.most
            inside = (
                fits
                and isinstance(value, int)
                and (not isinstance(least, int) or value >= least)
                and (not isinstance(most, int) or value <= most)
            )
            return None if inside else hint(turn, step)
        case "date":
            return _date_misfit(turn, step, value)
        case "text":
            return None if isinstance(value, str) and value.strip() else turn.paragraph(ASK_AGAIN)


def _date_misfit(turn: Turn, step: AskStep, value: Value) -> Block | None:
    today = turn.input.today
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None:
        return hint(turn, step)
    least = relative_date(str(step.least), today) if step.least is not None else date.min
    most = relative_date(str(step.most), today) if step.most is not None else date.max
    if least <= day <= most:
        return None
    shown = (turn.catalogue.date(bound, turn.language, today) for bound in (least, most))
    if step.least is None or step.most is None:
        return hint(turn, step)
    return turn.paragraph(ASK_DATE_RANGE, least=next(shown), most=next(shown))


def hint(turn: Turn, step: AskStep) -> Block:
    """Return how the open question can be answered in words."""
    match step.kind:
        case "number" if step.least is not None and step.most is not None:
            return turn.paragraph(ASK_NUMBER, least=str(step.least), most=str(step.most))
        case "number" if step.least is not None:
            return turn.paragraph(ASK_NUMBER_FROM, least=str(step.least))
        case "number":
            return turn.paragraph(ASK_NUMBER_ANY)
        case "date":
            today = turn.input.today
            return turn.paragraph(ASK_DATE, example=f"{today.day}.{today.month}.{today.year}")
        case "text":
            return turn.paragraph(ASK_TEXT_LONG, most=str(MOST_TEXT))
        case _:
            return turn.paragraph(ASK_AGAIN)


def ask_again(turn: Turn, entry: Entry, step: AskStep, reason: Block) -> None:
    """Ask the same question again with the reason above it; a human is offered with it."""
    tries = turn.prompt.tries + 1 if turn.prompt is not None else 1
    turn.blocks[:] = [reason]
    kinds.ask(turn, entry, step, tries=tries)


def ask_changed(turn: Turn, entry: Entry, step: AskStep) -> None:
    """The content has changed under the question: forget answers that no longer exist, ask
    again.
    """
    given = turn.answers.get(entry.id, {})
    turn.answers[entry.id] = {
        name: value for name, value in given.items() if _still_valid(entry, name, value)
    }
    turn.blocks[:] = [turn.paragraph(CHANGED)]
    kinds.ask(turn, entry, step)


def _still_valid(entry: Entry, name: str, value: Value) -> bool:
    position = entry.position.get(name)
    step = entry.steps[position] if position is not None else None
    if not isinstance(step, AskStep):
        return position is None  # values of `set` have names of their own
    return step.kind != "choice" or value in step.choices


def more(turn: Turn, entry_id: str, step_id: str) -> None:
    """Send the longer text that belongs to an answer."""
    key = f"{entry_id}/{step_id}/more"
    if not turn.catalogue.has(key):
        menu.menu(turn, 1, turn.paragraph(GONE))
        return
    offers: tuple[Choice, ...] = ()
    if turn.prompt is not None and turn.prompt.kind is PromptKind.ANSWER:
        own = f"d:{entry_id}:{step_id}"
        offers = tuple(c for c in turn.prompt.choices if not c.nav and c.action not in {own, "g"})
    turn.add(key)
    found = open_question(turn)
    if found is not None and turn.prompt is not None and turn.prompt.kind is not PromptKind.ANSWER:
        kinds.ask(turn, *found, tries=turn.prompt.tries)
        return
    kinds.finish(turn, offers)


def german(turn: Turn) -> None:
    """Show the newest answer in the source language."""
    source = turn.catalogue.source.code
    blocks: list[Block] = []
    for key in turn.last_shown:
        if turn.catalogue.has(key):
            found = turn.catalogue.blocks(key, source, turn.input.today)
            blocks.extend(in_language(found, turn.language))
    if not blocks:
        blocks.append(Paragraph(spans=(Plain(text=turn.words(GONE)),)))
    turn.ask(PromptKind.ANSWER, tuple(blocks), turn.nav())


def return_to(turn: Turn, place: Waypoint, *notice: Block) -> None:
    """Show a place again: the menu, a topic, or a question with its answers kept."""
    if place.action.startswith("t:"):
        menu.topic(turn, place.action.removeprefix("t:"), 1, *notice)
        return
    if place.action == "q" and place.frames:
        turn.frames = list(place.frames)
        found = open_question(turn)
        if found is not None:
            turn.blocks[:] = list(notice)
            kinds.ask(turn, *found)
            return
        menu.menu(turn, 1, turn.paragraph(GONE))
        return
    menu.menu(turn, 1, *notice)


def back(turn: Turn) -> None:
    """Go back one place. From an answer that is the last question; from a question the one
    before.
    """
    at_place = turn.prompt is None or turn.prompt.kind is not PromptKind.ANSWER
    if at_place and turn.trail:
        turn.trail.pop()
    place = turn.trail[-1] if turn.trail else Waypoint(action="m")
    return_to(turn, place)
