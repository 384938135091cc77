"""All German texts of the content, by key: gathered from the files, each checked where it stands.

The key is the `msgctxt` of the PO files: stable ids, never positions in a list. Translations are
not known here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.content import markup
from bot.content.mending import corrected
from bot.content.model import Role, SourceText
from bot.content.problems import Mark, Problems
from bot.content.schema import clean
from bot.content.strict_yaml import Node, text_mark

MAX_LABEL = 34
MAX_FIRST_SENTENCE = 160
MAX_ANSWER = 700
_WHERE = {
    Role.LABEL: f"Knopf, höchstens {MAX_LABEL} Zeichen",
    Role.LINE: "eine Zeile",
    Role.TEXT: "Absätze",
}


class Texts:
    """Gathers German texts. `fact_ids` are those of facts.yaml, None where it could not be read."""

    def __init__(self, problems: Problems, fact_ids: Collection[str] | None) -> None:
        self._problems = problems
        self._fact_ids = fact_ids
        self._found: dict[str, SourceText] = {}
        self.used: dict[str, Mark] = {}  # facts that texts show, and where first

    @property
    def found(self) -> Mapping[str, SourceText]:
        """The texts so far, in the order in which they were added."""
        return self._found

    def add(self, key: str, node: Node | None, lines: list[str], role: Role, comment: str) -> None:
        """Add the text at `node`; nothing where there is none. `lines` are those of its file."""
        if node is None or node.broken or not isinstance(node.value, str):
            return
        german = clean(node.value)
        mark = text_mark(node, len(node.value) - len(node.value.lstrip()), lines)
        self._found[key] = SourceText(
            key=key,
            german=german,
            role=role,
            file=mark.file,
            line=mark.line,
            comment=f"{comment} · {_WHERE[role]}",
        )
        self._check_markup(node, lines, role)
        self._check_cut(node, lines)
        if role is Role.LABEL and len(german) > MAX_LABEL:
            message = f"{len(german)} characters are too many for a button"
            self._problems.warning(mark, "label-length", message, f"At most {MAX_LABEL}.")

    def _check_cut(self, node: Node, lines: list[str]) -> None:
        """Warn where YAML took the end of a text for a comment."""
        line = lines[node.mark.line - 1] if node.mark.line <= len(lines) else ""
        if not node.block and " #" in line[node.mark.column :] and "#" not in str(node.value):
            message = "what stands behind # here is a comment: people do not see it"
            hint = corrected("\n".join(lines[: node.mark.line]), node.mark.line)
            self._problems.warning(node.mark, "comment", message, hint)

    def _check_markup(self, node: Node, lines: list[str], role: Role) -> None:
        text = str(node.value)
        for offset, fact in markup.facts(text):
            mark = text_mark(node, offset, lines)
            self.used.setdefault(fact, mark)
            if role is not Role.TEXT:
                message = "a fact cannot stand in a title, a label or a name"
                self._problems.error(mark, "markup", message)
            elif self._fact_ids is not None and fact not in self._fact_ids:
                self._problems.error(mark, "unknown-fact", f"there is no fact `{fact}`")
        for offset, words in markup.suspects(text):
            mark = text_mark(node, offset, lines)
            message = f"`{words.strip()}` looks like markup and is none"
            hint = "There are {fact:id}, [label](https://...) and lines that begin with a hyphen."
            if words.startswith("{"):
                self._problems.error(mark, "markup", message, hint)
            else:
                self._problems.warning(mark, "markup", message, hint)
        if role is not Role.TEXT and (markup.links(text) or "\n" in clean(text)):
            message = "a title, a label or a name is one line without links"
            self._problems.error(node.mark, "markup", message)
