"""A small site for the engine: entries as YAML strings in the sound pack of the content's tests."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from textwrap import dedent, indent

from bot.content.catalogue import Catalogue
from bot.domain.conversation import Command, Press
from bot.domain.errors import ContentError
from bot.domain.outgoing import Close, Message, Output
from tests.content.conftest import COMMANDS, SITE, Pack
from tests.talk import START, Talk


class Small:
    """A content folder whose only topic holds the entries that a test writes down."""

    def __init__(self, root: Path) -> None:
        self.pack = Pack(root)
        self.topic = self.pack.content / "topics" / "arrival"
        for name in ("address", "course"):
            (self.topic / f"{name}.yaml").unlink()
        topic = "id: arrival\ntitle: |\n  Ankommen\norder: 1\n"
        self.pack.write("topics/arrival/_topic.yaml", topic)
        more = "more: [mehr]\nback: [zurück]\nemergency: [Notfall]\nlanguage: [Sprache]\n"
        self.pack.write("phrases/de/commands.yaml", COMMANDS + more)

    def entry(self, name: str, steps: str, *, title: str | None = None, keys: str = "") -> None:
        """Write an entry; `steps` is the list of its steps in YAML, `keys` what stands above."""
        head = f"id: {name}\ntitle: |\n  {title or name.title()}\nreview_by: 2027-11-01\n{keys}"
        body = indent(dedent(steps).strip(), "  ")
        self.pack.write(f"topics/arrival/{name}.yaml", f"{head}steps:\n{body}\n")

    def remove(self, name: str) -> None:
        (self.topic / f"{name}.yaml").unlink()

    def site(self, old: str, new: str) -> None:
        assert old in SITE
        self.pack.write("site.yaml", SITE.replace(old, new, 1))

    def load(self) -> Catalogue:
        try:
            return self.pack.load()
        except ContentError as error:
            raise AssertionError(error.problems) from error

    def talk(self, language: str = "de", *, at: datetime = START, **options: bool) -> Talk:
        """Begin a conversation, past the choice of the language."""
        talk = Talk(self.load(), at=at, **options)
        talk.feed(Command(name="language", argument=language))
        return talk


def labels(talk: Talk) -> list[str]:
    """Return the labels of the open prompt, without the card that every answer offers."""
    assert talk.state.prompt is not None
    return [choice.label for choice in talk.state.prompt.choices if choice.action != "k"]


def press(talk: Talk, action: str, *, seq: int | None = None) -> tuple[Output, ...]:
    """Press the button with this action on the open prompt, or on the message `seq`."""
    assert talk.state.prompt is not None
    number = talk.state.prompt.seq if seq is None else seq
    return talk.feed(Press(seq=number, action=action), pressed=True)


def shown(outputs: tuple[Output, ...]) -> list[Message]:
    """Return the messages among outputs."""
    return [output.message for output in outputs if not isinstance(output, Close)]
