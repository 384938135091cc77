"""A scene: one message that people can get to see, and how to make it appear again.

Which message it is does not depend on the language: the same scene is played in every language by
giving the same input in the same state. So that not every scene has to be played in every language,
it keeps which texts it was made of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.content.catalogue import Catalogue, Found
from bot.domain.conversation import Input, State
from bot.domain.outgoing import Close, Message
from bot.domain.texts import PluralText, Text
from bot.engine.step import Step, step
from bot.service.check.size import Size, measure
from bot.service.rehearsal_world import RehearsalWorld


class Kind(StrEnum):
    """What a scene shows; only answers of entries are measured."""

    ANSWER = "answer"  # also what stands above a question, with the question
    MORE = "more"
    PAGE = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What to do to see it; the message in the source language, its size and the texts it was made
    of; and the text of the content at which a problem of it is reported. `novel`: it has a button
    of the program that no scene before has.
    """

    kind: Kind
    state: State
    event: Input
    key: str
    message: Message
    size: Size
    made_of: tuple[str | Text, ...]
    novel: bool = False


class Scenes(list[Scene]):
    """Scenes in the order in which they were seen."""

    def __init__(self) -> None:
        super().__init__()
        self._buttons: set[str] = set()

    def add(
        self,
        kind: Kind,
        key: str,
        *,
        seen: tuple[State, Input, Message],
        made_of: tuple[str | Text, ...],
    ) -> None:
        """Add what was `seen`: the state before, what was given, and the message that came."""
        state, event, message = seen
        own = {
            action if action in {"a:yes", "a:no"} else action.split(":")[0]
            for action in (choice.action for choice in message.choices)
        }
        novel = not own <= self._buttons
        self._buttons |= own
        self.append(
            Scene(
                kind=kind,
                state=state,
                event=event,
                key=key,
                message=message,
                size=measure(message),
                made_of=made_of,
                novel=novel,
            )
        )


class Recording(Catalogue):
    """A catalogue that notes which texts are asked of it."""

    def begin(self) -> None:
        """Forget what was noted."""
        self._noted: list[str | Text] = []

    def noted(self) -> tuple[str | Text, ...]:
        """Return keys of the content and texts of the program, as often as they were asked for."""
        return tuple(self._noted)

    def words(self, text: Text, language: str, /, **values: str) -> str:
        """Return an interface text."""
        self._noted.append(text)
        return super().words(text, language, **values)

    def counted(self, text: PluralText, n: int, language: str, /, **values: str) -> str:
        """Return an interface text in the form that the number `n` needs."""
        self._noted.append(Text(text.id, text.many))
        return super().counted(text, n, language, **values)

    def plain(self, key: str, language: str) -> str:
        """Return a title, label or name."""
        if not self._noted or self._noted[-1] != key:  # asked for as a text just now: stands once
            self._noted.append(key)
        return super().plain(key, language)

    def blocks(self, key: str, language: str, today: date) -> Found:
        """Return a text as blocks."""
        self._noted.append(key)
        return super().blocks(key, language, today)


def play(scene: Scene, catalogue: Catalogue, language: str) -> Message | None:
    """Return the message of a scene in a language."""
    state = replace(scene.state, language=language)
    world = RehearsalWorld(catalogue, scene.event.at)
    return newest(step(state, scene.event, catalogue, world))


def newest(done: Step) -> Message | None:
    """Return the newest message of a turn."""
    return next(_messages(done), None)


def _messages(done: Step) -> Iterator[Message]:
    for output in reversed(done.outputs):
        if not isinstance(output, Close):
            yield output.message
