"""The documents of a content folder while they are being built: forms, ids, texts and problems.

What could not be read is not checked against, so that one broken file raises no false alarms in
others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeGuard, TypeVar

from bot.content import schema
from bot.content.door import validate
from bot.content.problems import Mark, Problems, Severity
from bot.content.strict_yaml import Node
from bot.content.texts import Texts

OVERDUE = "Read it against its source, then set `review_by` (and `seen_on`) anew."
Form = TypeVar("Form", bound=schema.Strict)


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read. `name` is its path inside the folder; `node` is None where it is broken."""

    name: str
    file: str
    node: Node | None
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One id of a file that maps ids to forms."""

    id: str
    node: Node
    lines: list[str]


class Pack:
    """All documents by name. `root` names the folder; `overdue` says how bad it is what the
    calendar has overtaken on the day `today`; without a day nothing is.
    """

    def __init__(
        self,
        documents: Mapping[str, Document],
        root: str,
        problems: Problems,
        today: date | None,
        overdue: Severity = "warning",
    ) -> None:
        self.documents = documents
        self.root = root
        self.problems = problems
        self.today = today
        self.overdue: Severity = overdue
        self.fact_kinds = self._fact_kinds()
        self.texts = Texts(problems, self.fact_kinds)

    def required(self, name: str, form: type[Form]) -> tuple[Form, Node, list[str]] | None:
        """Return a file in its form, or None with its problems reported; it must exist."""
        document = self.documents.get(name)
        if document is None:
            self.problems.error(Mark(f"{self.root}/{name}"), "missing-file", f"{name} is missing")
        return self.form(document, form) if document is not None else None

    def form(self, document: Document, form: type[Form]) -> tuple[Form, Node, list[str]] | None:
        """Return a document in its form, or None with its problems reported."""
        if document.node is None:
            return None
        checked = validate(form, document.node, self.problems)
        return (checked, document.node, document.lines) if checked is not None else None

    def rows(self, name: str, form: type[Form]) -> Iterator[tuple[Row, Form]]:
        """Walk a file that maps ids to forms; every one is checked on its own."""
        document = self.documents.get(name)
        if document is None or document.node is None:
            return
        node = document.node
        if not isinstance(node.value, dict) and node.value is not None:
            self.problems.error(node.mark, "form", "a mapping from ids to their values is expected")
        for key, child in node.items():
            if not schema.is_id(key):
                hint = "Ids have small letters a-z, digits and hyphens only."
                self.problems.error(node.keys[key], "form", f"`{key}` cannot be an id", hint)
            elif (checked := validate(form, child, self.problems)) is not None:
                yield Row(key, child, document.lines), checked

    def ids(self, name: str) -> frozenset[str] | None:
        """Return the ids of such a file, sound or not; None where it could not be read."""
        document = self.documents.get(name)
        if document is None:
            return frozenset()
        return frozenset(document.node.keys) if _is_table(document.node) else None

    def check_fact(self, fact: str | None, kind: str, node: Node | None) -> None:
        """Check that a fact that is named at `node` exists and is of the kind."""
        if fact is None or node is None or self.fact_kinds is None:
            return
        if fact not in self.fact_kinds:
            self.problems.error(node.mark, "unknown-fact", f"there is no fact `{fact}`")
        elif self.fact_kinds[fact] != kind:
            self.problems.error(node.mark, "fact-kind", f"a fact of kind {kind} is needed here")

    def check_place(self, node: Node | None) -> str | None:
        """Return the place that is named at `node`; None where there is no such place."""
        if node is None:
            return None
        known = self.ids("places.yaml")
        if known is not None and node.value not in known:
            self.problems.error(node.mark, "unknown-place", f"there is no place `{node.value}`")
            return None
        return str(node.value)

    def warn_overdue(self, node: Node, name: str, review_by: date | None) -> None:
        """Report where the day of the next review is over."""
        if self.today is not None and review_by is not None and review_by < self.today:
            mark = node.key_mark("review_by")
            message = f"`{name}` was to be checked by {review_by}"
            self.problems.report(self.overdue, mark, "overdue", message, OVERDUE)

    def _fact_kinds(self) -> dict[str, str] | None:
        document = self.documents.get("facts.yaml")
        if document is None:
            return {}
        if not _is_table(document.node):
            return None
        kinds = {key: child.get("kind") for key, child in document.node.items()}
        return {key: str(kind.value) if kind else "" for key, kind in kinds.items()}


def _is_table(node: Node | None) -> TypeGuard[Node]:
    return node is not None and (node.value is None or isinstance(node.value, dict))
