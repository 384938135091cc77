"""Words for commands, by language: phrases/LANGUAGE/commands.yaml.

Only the words are known here, in the one form in which they are compared; what a command does, and
how a message is compared, is not.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Annotated, get_args

from pydantic import Field, RootModel

from bot.content import schema
from bot.content.door import validate
from bot.content.pack import Pack

NAMES: tuple[str, ...] = get_args(schema.CommandName)


class Commands(RootModel[dict[schema.CommandName, Annotated[list[str], Field(min_length=1)]]]):
    """The form of a commands.yaml."""


def normalised(words: str) -> str:
    """Return words in the form in which they are compared: NFKC, case folded, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def commands(
    pack: Pack, languages: Collection[str] | None
) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return the words of every language by command. `languages` None: not known, not checked."""
    found: dict[str, Mapping[str, tuple[str, ...]]] = {}
    for name, document in pack.documents.items():
        path = PurePosixPath(name)
        if path.parts[0] != "phrases" or document.node is None or len(path.parts) != 3:
            continue
        language = path.parts[1]
        if languages is not None and language not in languages:
            message = f"`{language}` is not among the languages of site.yaml"
            pack.problems.error(document.node.mark, "unknown-language", message)
        if path.name != "commands.yaml":
            continue
        form = validate(Commands, document.node, pack.problems)
        if form is None:
            continue
        owner: dict[str, str] = {}
        for command, words in form.root.items():
            for index, word in enumerate(words):
                mark = (document.node.get(command, index) or document.node).mark
                said = normalised(word)
                if not said:
                    pack.problems.error(mark, "empty", "the text is empty")
                elif owner.setdefault(said, command) != command:
                    message = f"`{word}` stands for `{owner[said]}` already"
                    pack.problems.error(mark, "ambiguous", message)
        found[language] = MappingProxyType(
            {
                command: tuple(dict.fromkeys(normalised(word) for word in words))
                for command, words in form.root.items()
            }
        )
    return MappingProxyType(found)
