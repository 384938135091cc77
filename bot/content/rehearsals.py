"""Conversations that editors wrote down to be tried again: tests/LANGUAGE/*.yaml.

    - name: Guben
      today: 2026-11-24                  # the day it is played on; may be left out
      hint: uk                           # what the platform knows of her language; may be left out
      says: [/start, Українська, {entry: register-address}, {choice: guben}]
      expects: [{step: moved}, {contains_fact: registration-deadline}]
      then:                              # how it goes on; may be left out
        - says: [1.11.2026]
          expects: [{step: letter}]

What she does and what is expected of it is read and held against the content here; how it is
played is not known.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Literal, cast

from bot.content import model, strict_yaml, topics
from bot.content.door import validate
from bot.content.pack import Document, Pack
from bot.content.problems import Mark, Problems
from bot.content.schema_rehearsal import (
    ExpectedForm,
    PassageForm,
    RehearsalForm,
    Rehearsals,
    SayForm,
)
from bot.content.strict_yaml import Node

FOLDER = "tests"
SayKind = Literal["words", "choice", "press", "entry", "command", "wait", "media"]
ExpectedKind = Literal[
    "step",
    "not_step",
    "entry",
    "contains",
    "not_contains",
    "contains_fact",
    "contains_place",
    "choices",
    "language",
    "ends",
]
_YES_NO = ("yes", "no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """One thing that she does: words, or a tap, a wait, a recording; `value` says which one."""

    kind: SayKind
    value: str
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One thing that must hold then. `value`: several for choices, yes or no for `ends`."""

    kind: ExpectedKind
    value: str | bool | tuple[str, ...]
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What she does, and what is expected of the answers to it."""

    says: tuple[Say, ...]
    expects: tuple[Expected, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """One conversation, from an empty state. `hint` is the platform's guess of her language."""

    name: str
    language: str
    mark: Mark
    passages: tuple[Passage, ...]
    today: date | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The ids that a conversation may name. None: they could not be read, nothing is checked."""

    languages: frozenset[str] | None
    entries: frozenset[str] | None
    steps: frozenset[str] | None
    choices: frozenset[str] | None
    facts: frozenset[str] | None
    places: frozenset[str] | None

    @classmethod
    def of(
        cls,
        *,
        languages: Iterable[str],
        entries: Mapping[str, model.Entry],
        facts: Iterable[str] | None,
        places: Iterable[str] | None,
        names: Iterable[str] | None = None,
    ) -> Known:
        """Gather them. `names` are the ids of all entries where some of these cannot be used."""
        whole = names is None or set(names) <= set(entries)
        asked = [step for entry in entries.values() for step in entry.steps]
        choices = [choice for step in asked for choice in getattr(step, "choices", ())]
        return cls(
            languages=frozenset(languages) or None,
            entries=frozenset(entries if names is None else names),
            steps=frozenset(step.id for step in asked) if whole else None,
            choices=frozenset([*choices, *_YES_NO]) if whole else None,
            facts=None if facts is None else frozenset(facts),
            places=None if places is None else frozenset(places),
        )


def check(pack: Pack, entries: Mapping[str, model.Entry], languages: Iterable[str]) -> None:
    """Report what is wrong with the conversations of a content folder."""
    known = Known.of(
        languages=languages,
        entries=entries,
        names=topics.entry_ids(pack),
        facts=pack.fact_kinds,
        places=pack.ids("places.yaml"),
    )
    for name, document in pack.documents.items():
        path = PurePosixPath(name)
        if path.parts[0] == FOLDER and len(path.parts) == 3:
            _language(path.parts[1], document, known, pack.problems)
            read(document, known, pack.problems)


def _language(code: str, document: Document, known: Known, problems: Problems) -> None:
    if known.languages is not None and code not in known.languages and document.node is not None:
        message = f"`{code}` is not among the languages of site.yaml"
        problems.error(document.node.mark, "unknown-language", message)


def files(content_dir: Path) -> list[Path]:
    """Return the files with conversations of a content folder, in order."""
    return sorted(content_dir.glob(f"{FOLDER}/*/*.yaml"))


def open_file(path: Path, problems: Problems) -> Document:
    """Read one file, wherever it is. OSError where it cannot be read."""
    content = path.read_bytes()
    node = strict_yaml.parse(content, path.as_posix(), problems)
    return Document(path.name, path.as_posix(), node, [])


def read(document: Document, known: Known | None, problems: Problems) -> tuple[Rehearsal, ...]:
    """Return the conversations of a file; nothing where its form is broken, with every problem
    reported. `known` None: ids are not checked. Its folder names the language.
    """
    node = document.node
    if node is None or node.value is None:
        return ()
    forms = validate(Rehearsals, node, problems)
    if forms is None:
        return ()
    language = PurePosixPath(document.file).parent.name
    found: dict[str, Rehearsal] = {}
    for index, form in enumerate(forms.root):
        item = node.get(index) or node
        one = _rehearsal(form, item, language)
        if one.name in found:
            mark = (item.get("name") or item).mark
            first = found[one.name].mark.line
            message = f"another conversation has the name `{one.name}` (line {first})"
            problems.error(mark, "duplicate-name", message)
        found.setdefault(one.name, one)
        if known is not None:
            _check_ids(one, known, problems)
    return tuple(found.values())


def _rehearsal(form: RehearsalForm, node: Node, language: str) -> Rehearsal:
    later = node.get("then")
    return Rehearsal(
        name=" ".join(form.name.split()),
        language=language,
        mark=node.mark,
        today=form.today,
        hint=form.hint,
        passages=(
            _passage(form, node),
            *[
                _passage(each, (later.get(index) if later else None) or node)
                for index, each in enumerate(form.then)
            ],
        ),
    )


def _passage(form: PassageForm, node: Node) -> Passage:
    return Passage(
        says=tuple(_says(form.says, node)),
        expects=tuple(_expects(form.expects, node)),
    )


def _says(items: list[str | SayForm], node: Node) -> Iterator[Say]:
    for index, item in enumerate(items):
        mark = (node.get("says", index) or node).mark
        kind, value = ("words", item) if isinstance(item, str) else item.only()
        yield Say(kind=cast("SayKind", kind), value=str(value), mark=mark)


def _expects(items: list[ExpectedForm], node: Node) -> Iterator[Expected]:
    for index, item in enumerate(items):
        mark = (node.get("expects", index) or node).mark
        kind, value = item.only()
        wanted = tuple(value) if isinstance(value, list) else cast("str | bool", value)
        yield Expected(kind=cast("ExpectedKind", kind), value=wanted, mark=mark)


def _check_ids(one: Rehearsal, known: Known, problems: Problems) -> None:
    """Report every id that the content does not have."""
    asked = {
        "entry": ("entry", known.entries),
        "step": ("step", known.steps),
        "not_step": ("step", known.steps),
        "choice": ("choice", known.choices),
        "contains_fact": ("fact", known.facts),
        "contains_place": ("place", known.places),
        "language": ("language", known.languages),
    }
    for passage in one.passages:
        items: tuple[Say | Expected, ...] = (*passage.says, *passage.expects)
        for item in items:
            thing, ids = asked.get(item.kind, ("", None))
            if ids is None or item.value in ids:
                continue
            close = difflib.get_close_matches(str(item.value), sorted(ids), n=1)
            hint = f"Did you mean `{close[0]}`?" if close else ""
            message = f"there is no {thing} `{item.value}`"
            problems.error(item.mark, f"unknown-{thing}", message, hint)
