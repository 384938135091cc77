"""Walking an entry: opening and calling, the loop until a wait, coming back to the caller.

The loop does at most LIMIT steps in a turn, so that no content can hang the program.
"""

from __future__ import annotations

from bot.content.model import END, AnyStep, AskStep, CallStep, Entry, OfferStep
from bot.domain.conversation import Frame, PromptKind
from bot.domain.outgoing import Choice
from bot.domain.texts import GONE, HUMAN, LOOP
from bot.engine import kinds, menu
from bot.engine.conditions import holds
from bot.engine.turn import Turn

LIMIT = 100


def open_entry(turn: Turn, entry_id: str) -> None:
    """Open an entry from its start; one that is gone shows the menu and says so."""
    turn.frames.clear()
    call_entry(turn, entry_id)


def call_entry(turn: Turn, entry_id: str) -> None:
    """Open an entry on top of the one that offered it, and come back to the step after the
    offer.
    """
    if entry_id not in turn.catalogue.entries:
        menu.menu(turn, 1, turn.paragraph(GONE))
        return
    kinds.enter(turn, entry_id)
    _walk(turn)


def go_on(turn: Turn, entry: Entry, step: AskStep) -> None:
    """Walk on behind a question that was answered."""
    if _advance(turn, entry, step, step.next):
        _walk(turn)
    else:
        kinds.finish(turn)


def standing_at(turn: Turn) -> tuple[Entry, AnyStep] | None:
    """Return the step that the innermost frame stands at; None where the content has lost it."""
    frame = turn.frames[-1] if turn.frames else None
    entry = turn.catalogue.entries.get(frame.entry) if frame is not None else None
    if frame is None or entry is None or frame.step not in entry.position:
        return None
    return entry, entry.steps[entry.position[frame.step]]


def _walk(turn: Turn) -> None:
    """Do steps until one waits or nothing is left."""
    for _ in range(LIMIT):
        frame = turn.frames[-1]
        entry = turn.catalogue.entries[frame.entry]
        step = entry.steps[entry.position[frame.step]]
        flow = _do(turn, entry, step)
        if flow is kinds.Wait.WAIT:
            return
        if flow is not kinds.Wait.CALLED and not _advance(turn, entry, step, flow):
            kinds.finish(turn)
            return
    turn.faults.append(f"step limit: {turn.frames[-1].entry}")
    turn.forget()
    human = Choice(action="hf", label=turn.words(HUMAN), nav=True)
    turn.ask(PromptKind.PAGE, (turn.paragraph(LOOP),), (human, *turn.nav()))


def _do(turn: Turn, entry: Entry, step: AnyStep) -> kinds.Flow:
    given = turn.answers.get(entry.id, {})
    if step.guard is not None and not holds(step.guard, given, turn.input.today):
        return None
    return kinds.run(turn, entry, step)


def _advance(turn: Turn, entry: Entry, step: AnyStep, flow: str | None) -> bool:
    """Move the innermost frame on; return False when the whole stack has ended.

    A caller whose step waits for no entry any more (the content has changed) is walked on from that
    very step; one that is gone ends the walk.
    """
    while True:
        following = flow or _after(entry, step)
        if following != END:
            turn.frames[-1] = Frame(entry=entry.id, step=following)
            return True
        turn.frames.pop()
        waiting = standing_at(turn)
        if waiting is None:
            turn.frames.clear()
            return False
        entry, step = waiting
        if not isinstance(step, CallStep | OfferStep):
            return True
        flow = step.next


def _after(entry: Entry, step: AnyStep) -> str:
    position = entry.position[step.id] + 1
    return entry.steps[position].id if position < len(entry.steps) else END
