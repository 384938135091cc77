"""The form of a file with conversations, tests/LANGUAGE/*.yaml; see `content.rehearsals`.

Words stand in a list as they are; everything else that she does, and every expectation, is a
mapping with one key. Whether ids exist is not known here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    RootModel,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bot.content.schema import (
    ChoiceId,
    Code,
    CommandName,
    Day,
    Days,
    EntryId,
    Id,
    StepId,
    Strict,
    Text,
)

_NO_COMMANDS = {"yes", "no"}


def _words(value: object) -> object:
    """Return what she writes as text: a number without quotation marks is one, too."""
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return str(value) if number else value


def _written(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("empty", "the text is empty")
    return value.strip()


def _ahead(span: str) -> str:
    if span.startswith("-"):
        raise PydanticCustomError("form", "time does not go back")
    return span


def _command(name: str) -> str:
    if name in _NO_COMMANDS:
        raise PydanticCustomError("form", "this is an answer, not a command")
    return name


class _One(Strict):
    """A mapping with exactly one key."""

    @model_validator(mode="after")
    def _has_one_key(self) -> Self:
        if len(self.model_fields_set) != 1:
            keys = ", ".join(type(self).model_fields)
            raise PydanticCustomError(
                "one-key", "exactly one of these is expected: {keys}", {"keys": keys}
            )
        return self

    def only(self) -> tuple[str, object]:
        """Return the key and its value."""
        (key,) = self.model_fields_set
        return key, getattr(self, key)


# One key is always given, so that no default below is ever used.


class SayForm(_One):
    """Something that she does instead of writing."""

    choice: ChoiceId = ""
    press: Text = ""
    entry: EntryId = ""
    command: Annotated[CommandName, AfterValidator(_command)] = "menu"
    wait: Annotated[Days, AfterValidator(_ahead)] = ""
    media: Literal[
        "photo", "voice", "document", "location", "contact", "sticker", "video", "other"
    ] = "other"


class ExpectedForm(_One):
    """Something that must hold."""

    step: StepId = ""
    not_step: StepId = ""
    entry: EntryId = ""
    contains: Text = ""
    not_contains: Text = ""
    contains_fact: Id = ""
    contains_place: Id = ""
    choices: list[Text] = Field(default_factory=list)
    language: Code = ""
    ends: bool = True


Words = Annotated[
    str,
    BeforeValidator(_words),
    AfterValidator(_written),
    WithJsonSchema({"type": ["string", "number"]}),
]
SayItem = Annotated[
    Annotated[Words, Tag("<words>")] | Annotated[SayForm, Tag("<tap>")],
    Discriminator(lambda item: "<tap>" if isinstance(item, dict | SayForm) else "<words>"),
]


class PassageForm(Strict):
    """A stretch of a conversation."""

    says: list[SayItem] = Field(min_length=1)
    expects: list[ExpectedForm] = Field(min_length=1)


class RehearsalForm(PassageForm):
    """One conversation."""

    name: Text
    today: Day | None = None
    hint: Code | None = None
    then: list[PassageForm] = Field(default_factory=list)


class Rehearsals(RootModel[list[RehearsalForm]]):
    """The form of a file."""
