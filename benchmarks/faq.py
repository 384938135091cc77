"""The FAQ as the rival shows it: what Lotse said on every walk, written down screen by screen.

So both bots send the same words, buttons and edits, in as many calls.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import orjson

from benchmarks.load import Shown
from benchmarks.people import FIRST_PERSON, Json, Person, Walk, action_of
from bot.content.catalogue import Catalogue


def all_walks(catalogue: Catalogue) -> list[Walk]:
    """Return a walk to every entry in every language that has translations."""
    languages = [language.code for language in catalogue.languages if language.content]
    places = [(topic.id, entry) for topic in catalogue.topics for entry in topic.entries]
    return [
        Walk(language=language, topic=topic, entry=entry)
        for topic, entry in places
        for language in languages
    ]


class Recorder:
    """Watches newcomers on known walks, and writes down what they are shown after each step."""

    def __init__(self, walks: Iterable[Walk]) -> None:
        self._walks = {FIRST_PERSON + number: walk for number, walk in enumerate(walks)}
        self._screens: dict[str, dict[str, list[Json]]] = {}
        self._steps: dict[int, tuple[str, int | None]] = {}

    def acted(self, person: Person, pressed: int | None) -> None:
        """Somebody takes her next step; `pressed` is the message whose button that is."""
        step = person.steps[person.done]
        self._steps[person.chat_id] = step, pressed
        walk = self._walks.get(person.chat_id)
        if walk is not None:
            self._screens.setdefault(walk.language, {})[_key(walk, step)] = []

    def saw(self, shown: Shown) -> None:
        """Somebody was shown something."""
        walk = self._walks.get(shown.chat_id)
        if walk is None:
            return
        step, pressed = self._steps[shown.chat_id]
        if shown.edits not in {None, pressed}:
            raise ValueError(f"after {step} another message was edited than the one pressed")
        markup = shown.call.get("reply_markup") or {"inline_keyboard": []}
        self._screens[walk.language][_key(walk, step)].append(
            {
                "edit": shown.edits is not None,
                "text": shown.call["text"],
                "entities": shown.call.get("entities") or [],
                "buttons": [
                    [[button["text"], action_of(button["callback_data"])] for button in row]
                    for row in markup["inline_keyboard"]
                ],
            }
        )

    def write(self, path: Path) -> None:
        """Write all screens, by language and action."""
        path.write_bytes(orjson.dumps(self._screens))


def _key(walk: Walk, step: str) -> str:
    return f"b:{walk.entry}" if step == "b" else step
