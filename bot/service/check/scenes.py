"""A scene: one message that people can get to see, and how to make it appear again.

Which message it is does not depend on the language: the same scene is played in every language by
giving the same input in the same state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.content.catalogue import Catalogue
from bot.domain.conversation import Input, State
from bot.domain.outgoing import Close, Message
from bot.engine.step import Step, step


class Kind(StrEnum):
    """What a scene shows; only answers of entries are measured."""

    ANSWER = "answer"  # also what stands above a question, with the question
    MORE = "more"
    PAGE = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What to do to see it, and the text of the content at which a problem of it is reported."""

    kind: Kind
    state: State
    event: Input
    key: str


def play(scene: Scene, catalogue: Catalogue, language: str) -> Message | None:
    """Return the message of a scene in a language."""
    state = replace(scene.state, language=language)
    return newest(step(state, scene.event, catalogue))


def newest(done: Step) -> Message | None:
    """Return the newest message of a turn."""
    shown = [output for output in done.outputs if not isinstance(output, Close)]
    return shown[-1].message if shown else None
