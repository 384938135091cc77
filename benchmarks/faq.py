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
        self._screens: dict[tuple[int, str], list[Json]] = {}
        self._steps: dict[int, tuple[str, int | None]] = {}

    def acted(self, person: Person, pressed: int | None) -> None:
        """Somebody takes her next step; `pressed` is the message whose button that is."""
        step = person.steps[person.done]
        self._steps[person.chat_id] = step, pressed
        self._screens[person.chat_id, step] = []

    def saw(self, shown: Shown) -> None:
        """Somebody was shown something."""
        step, pressed = self._steps[shown.chat_id]
        if shown.edits not in {None, pressed}:
            raise ValueError(f"after {step} another message was edited than the one pressed")
        markup = shown.call.get("reply_markup") or {"inline_keyboard": []}
        self._screens[shown.chat_id, step].append(
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
        faq: dict[str, dict[str, list[Json]]] = {}
        for (chat_id, step), screens in self._screens.items():
            walk = self._walks[chat_id]
            key = f"b:{walk.entry}" if step == "b" else step
            faq.setdefault(walk.language, {})[key] = screens
        path.write_bytes(orjson.dumps(faq))
