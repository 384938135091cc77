"""Where she is: showing it again, going back, in another language, in German, in more words.

A place is the menu, a topic or a question; `trail` holds them. The newest answer is no place but
can be shown again from `last_shown`. Pages, the language question and the question after a silence
stand beside: [Back] from them leads to where she was.
"""

from __future__ import annotations

from dataclasses import replace

from bot.content.model import AskStep, OfferStep
from bot.domain.conversation import QUESTIONS, Prompt, PromptKind, Waypoint
from bot.domain.outgoing import Block, Note, Paragraph, Plain, Strong
from bot.domain.texts import CARD_INTRO, CARD_SHOW, CARD_TITLE, GONE
from bot.engine import booking, kinds, menu, walk
from bot.engine.turn import MENU_PLACE, Turn


def here(turn: Turn, *notice: Block) -> None:
    """Show where she is: the open question, the newest answer, a topic or the menu."""
    if turn.booking is not None and not turn.booking.parked:
        booking.resume(turn, *notice)
    elif turn.last_shown and not _is_asked(turn):
        _answer_again(turn, *notice)
    else:
        _return_to(turn, _place(turn), *notice)


def is_at_menu(turn: Turn) -> bool:
    """Return whether the menu is where she is."""
    return _place(turn) == MENU_PLACE and not turn.last_shown


def back(turn: Turn) -> None:
    """Go back one place. From an answer that is the last question; from a question the one before;
    from what stands beside, where she was.
    """
    kind = turn.prompt.kind if turn.prompt is not None else None
    if kind is PromptKind.NAVIGATION or kind in QUESTIONS:
        turn.trail = turn.trail[:-1]
        _return_to(turn, _place(turn))
    elif kind is PromptKind.ANSWER:
        _return_to(turn, _place(turn))
    else:
        here(turn)


def change_language(turn: Turn, code: str) -> None:
    """Go on in another language: with all that she saw last, or with what waited for this."""
    menu.choose_language(turn, code)
    waiting, turn.pending = turn.pending, None
    if waiting is not None:
        start_at(turn, waiting)
        return
    if _is_asked(turn):
        _compose(turn, turn.last_shown[:-1])  # what stood above the question
    here(turn)


def start_at(turn: Turn, entry_id: str) -> None:
    """Open an entry as if from the menu."""
    turn.trail = [MENU_PLACE]
    walk.open_entry(turn, entry_id)


def more(turn: Turn, key: str) -> None:
    """Send the longer text that belongs to a text of an answer; `key` is that of the latter."""
    longer = f"{key}/more"
    if not turn.catalogue.has(longer):
        menu.menu(turn, 1, turn.paragraph(GONE))
        return
    turn.add(longer, turn.text(longer))
    _send(turn)


def german(turn: Turn, prompt: Prompt) -> None:
    """Show the newest question or answer in the source language, with the choices it has."""
    own, source = turn.language, turn.catalogue.source.code
    turn.language = source
    _compose(turn, turn.last_shown)
    turn.language = own
    blocks, _ = turn.take_answer()
    words = tuple(replace(block, lang=block.lang or source) for block in blocks)
    turn.ask(
        prompt.kind,
        words or (turn.paragraph(GONE),),
        tuple(choice for choice in prompt.choices if choice.action != "g"),
        fingerprint=prompt.fingerprint,
        tries=prompt.tries,
    )


def card(turn: Turn) -> None:
    """Show the newest answer as a German card for the counter, with a word for the official."""
    own, source = turn.language, turn.catalogue.source.code
    entry_id = turn.last_shown[-1].partition("/")[0] if turn.last_shown else ""
    if entry_id not in turn.catalogue.entries:
        menu.menu(turn, 1, turn.paragraph(GONE))
        return
    turn.language = source
    title = turn.label(f"{entry_id}/title")
    spoken = turn.catalogue.language_names((own,), source)
    head = (
        Paragraph(spans=(Strong(text=turn.words(CARD_TITLE, title=title)),)),
        turn.paragraph(CARD_INTRO, language=spoken, title=title),
    )
    keys = turn.last_shown
    _compose(turn, keys)
    turn.language = own
    german_part = tuple(replace(block, lang=source) for block in (*head, *turn.blocks))
    turn.blocks.clear()
    turn.ask(
        PromptKind.PAGE,
        (Note(spans=(Plain(text=turn.words(CARD_SHOW)),)), *german_part),
        turn.nav(),
        card=True,
    )


def _place(turn: Turn) -> Waypoint:
    return turn.trail[-1] if turn.trail else MENU_PLACE


def _is_asked(turn: Turn) -> bool:
    """Return whether a question of an entry is open, also behind a page."""
    place = _place(turn)
    return place.action == "q" and place.frames == tuple(turn.frames)


def _return_to(turn: Turn, place: Waypoint, *notice: Block) -> None:
    """Show a place again: the menu, a topic, or a question with its answers kept."""
    if place.action.startswith("t:"):
        menu.topic(turn, place.action.removeprefix("t:"), 1, *notice)
        return
    if place.action != "q":
        menu.menu(turn, 1, *notice)
        return
    turn.frames = list(place.frames)
    match walk.standing_at(turn):
        case (entry, AskStep() as step):
            turn.blocks.extend(notice)
            kinds.ask(turn, entry, step)
        case _:
            menu.menu(turn, 1, *notice, turn.paragraph(GONE))


def _answer_again(turn: Turn, *notice: Block) -> None:
    """Show the newest answer again, in the language that is hers now."""
    _compose(turn, turn.last_shown)
    if not turn.blocks:
        menu.menu(turn, 1, *notice, turn.paragraph(GONE))
        return
    turn.blocks[:0] = notice
    _send(turn)


def _send(turn: Turn) -> None:
    """Send what has been composed, with the question or the offers that are open."""
    match walk.standing_at(turn):
        case (entry, AskStep() as step):
            kinds.ask(turn, entry, step)
        case (_, OfferStep() as step):
            kinds.offer(turn, step)
        case _:
            kinds.finish(turn)


def _compose(turn: Turn, keys: tuple[str, ...]) -> None:
    """Compose again what was shown; what the content has lost is left out."""
    for key in keys:
        entry_id, _, step_id = key.partition("/")
        entry = turn.catalogue.entries.get(entry_id)
        if entry is not None and step_id in entry.position:
            kinds.show(turn, entry, entry.steps[entry.position[step_id]])
        elif turn.catalogue.has(key):  # a longer text
            turn.add(key, turn.text(key))
