"""Turns a conversation that somebody had in the terminal into one that can be played again.

Her words are played anew, from the same empty state: what they meant then tells whether a number
was an answer, an entry of the menu or a number. The newest answer tells what to expect.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bot.content.catalogue import Catalogue
from bot.content.markup import first_sentence
from bot.content.problems import Mark
from bot.content.rehearsals import Expected, Passage, Rehearsal, Say, SayKind
from bot.domain.conversation import Command, Press
from bot.service.stage import Stage, bare

NOWHERE = Mark("")
START = "/start"


def recorded(
    catalogue: Catalogue, words: Sequence[str], *, day: date, language: str | None
) -> Rehearsal:
    """Return a conversation in which she said `words`, one after the other, on `day`; `language`
    where it was chosen for her at the start. Its name is that of the first entry she opened.
    """
    stage = Stage(catalogue, day)
    says: list[Say] = []
    name = ""
    for act in _acts(stage, words, language):
        stage.perform(act)
        says.append(act)
        if not name and stage.entry is not None:
            name = bare(catalogue.plain(f"{stage.entry}/title", stage.state.language or ""))
    return Rehearsal(
        name=name or bare(says[-1].value),
        language=stage.state.language or catalogue.source.code,
        mark=NOWHERE,
        today=day,
        passages=(Passage(says=tuple(says), expects=tuple(_expected(stage))),),
    )


def _acts(stage: Stage, words: Sequence[str], language: str | None) -> Iterator[Say]:
    """Yield what she does; the stage has done each when the next is asked for."""
    chosen = stage.catalogue.language(language) if language is not None else None
    if chosen is not None or not _is_start(stage, words):
        yield _say("words", START)
    if chosen is not None:
        yield _say("words", chosen.name)
    for each in words:
        yield _act(stage, each)


def _is_start(stage: Stage, words: Sequence[str]) -> bool:
    meant = stage.meaning(words[0]) if words else None
    return isinstance(meant, Command) and meant.name == "start"


def _act(stage: Stage, words: str) -> Say:
    """Return words as what they do: an answer, an entry, a button, or just words."""
    meant = stage.meaning(words)
    action = meant.action if isinstance(meant, Press) else None
    choice = next((each for each in stage.choices if each.action == action), None)
    if choice is None:
        return _say("words", words)
    kind, _, rest = choice.action.partition(":")
    match kind:
        case "a":
            return _say("choice", rest)
        case "e":
            return _say("entry", rest)
        case "l" if stage.catalogue.language(rest) is not None:
            return _say("words", choice.label)
        case _:
            return _say("press", bare(choice.label))


def _expected(stage: Stage) -> Iterator[Expected]:
    """Yield what holds now: where she is, and the first sentence of the newest message."""
    if stage.step is not None:
        entry, _, step = stage.step.partition("/")
        yield Expected(kind="entry", value=stage.entry or entry, mark=NOWHERE)
        yield Expected(kind="step", value=step, mark=NOWHERE)
    if sentence := bare(first_sentence(stage.newest)):
        yield Expected(kind="contains", value=sentence, mark=NOWHERE)
    elif stage.step is None:
        yield Expected(kind="ends", value=stage.ended, mark=NOWHERE)


def _say(kind: SayKind, value: str) -> Say:
    return Say(kind=kind, value=value, mark=NOWHERE)
