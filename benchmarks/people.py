"""People who walk through the FAQ: what they do next, and what they see. Knows no network."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

FIRST_PERSON = 5_000_000


@dataclass(slots=True)
class Person:
    """One chat. A step that begins with `/` is typed, any other is a button with that action."""

    chat_id: int
    language: str
    steps: tuple[str, ...]
    done: int = 0
    buttons: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Of the newest message with buttons: action -> message and callback data."""
    waits: bool = False

    @property
    def finished(self) -> bool:
        """Whether she has taken all her steps."""
        return self.done == len(self.steps)

    @property
    def can_go(self) -> bool:
        """Whether what she wants to do next is there to be done."""
        if self.finished:
            return False
        step = self.steps[self.done]
        return step.startswith("/") or step in self.buttons

    def sees(self, message_id: int, keyboard: list[list[Json]]) -> None:
        """A message with buttons has come, new or edited."""
        self.buttons = {
            action_of(button["callback_data"]): (message_id, button["callback_data"])
            for row in keyboard
            for button in row
            if "callback_data" in button
        }

    def act(self, update_id: int, message_id: int, now: int) -> Json:
        """Take the next step; return it as an update of the Bot API."""
        step = self.steps[self.done]
        self.done += 1
        sender = {
            "id": self.chat_id,
            "is_bot": False,
            "first_name": "Olena",
            "language_code": self.language,
        }
        chat = {"id": self.chat_id, "type": "private", "first_name": "Olena"}
        if step.startswith("/"):
            message = {
                "message_id": message_id,
                "date": now,
                "from": sender,
                "chat": chat,
                "text": step,
                "entities": [{"type": "bot_command", "offset": 0, "length": len(step)}],
            }
            return {"update_id": update_id, "message": message}
        pressed, token = self.buttons[step]
        query = {
            "id": f"{update_id}77",
            "from": sender,
            "chat_instance": f"{self.chat_id}",
            "data": token,
            "message": {
                "message_id": pressed,
                "date": now,
                "from": {"id": 1, "is_bot": True, "first_name": "Lotse"},
                "chat": chat,
                "text": "...",
            },
        }
        return {"update_id": update_id, "callback_query": query}


def action_of(token: str) -> str:
    """Return what a button does, without the number of the message that Lotse puts before it."""
    return token.rpartition("~")[2]


@dataclass(frozen=True, slots=True)
class Walk:
    """One way through the FAQ: start, language, topic, entry, back."""

    language: str
    topic: str
    entry: str

    @property
    def steps(self) -> tuple[str, ...]:
        """What a newcomer does."""
        return ("/start", f"l:{self.language}", f"t:{self.topic}", f"e:{self.entry}", "b")

    @property
    def round(self) -> tuple[str, ...]:
        """What somebody does who was here before."""
        return ("/menu", f"t:{self.topic}", f"e:{self.entry}", "b")


def newcomers(walks: Iterable[Walk]) -> Iterator[Person]:
    """Return people without end, each new, each on the next of the walks."""
    for number, walk in enumerate(itertools.cycle(walks)):
        yield Person(chat_id=FIRST_PERSON + number, language=walk.language, steps=walk.steps)
