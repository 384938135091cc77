"""The only reader of YAML: a small, strict part of YAML 1.2; every value knows its file and line.

Scalars follow the YAML 1.2 core schema, narrowed to what cannot surprise an editor: `true` and
`false` (also `True`, `TRUE`) are booleans; `null`, `~` and nothing are null; plain decimal numbers
without a leading zero are `int` or `Decimal` (exact). All else is text: `no`, `012`, `0o17`, `1e5`,
`10:30`, `2027-11-01`. Keys are always text. Refused: duplicate keys, anchors, aliases, tags, merge
keys, several documents, tabs, invisible control characters, invalid UTF-8, files over a megabyte,
deep nesting.

The tree is built from the parser's events without recursion and without constructors, so a file can
neither run code nor exhaust the stack. What the values mean is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import cast

import yaml

from bot.content.mending import corrected
from bot.content.problems import Mark, Problems

MAX_BYTES = 1_000_000
MAX_DEPTH = 30
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

Scalar = str | bool | int | Decimal | None
Plain = Scalar | list["Plain"] | dict[str, "Plain"]

_INT = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,18}")
_WORDS: dict[str, Scalar] = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
}
# Tab and controls (line ends apart), line and paragraph separators, bidirectional overrides and
# isolates, surrogates, a byte order mark inside, non-characters.
_UNWANTED = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufeff\ufffe\uffff]"
)
_TEXT_BLOCK = (
    "Write the text as a block: put | after the colon and the text on the next line, indented."
)
_UNCLOSED = "found unexpected end of stream"
_EXPLAINED = {
    "mapping values are not allowed in this context": (
        "a colon stands inside this value, or the line is indented too far",
        _TEXT_BLOCK,
    ),
    "did not find expected key": (
        "this does not belong to the value before it, or the indentation does not fit",
        _TEXT_BLOCK + " Keys of one mapping start in the same column.",
    ),
    "could not find expected ':'": (
        "a colon is missing after the key, or a line of text is not indented",
        _TEXT_BLOCK,
    ),
    "found character that cannot start any token": (
        "a value cannot begin with this character",
        _TEXT_BLOCK,
    ),
    _UNCLOSED: ("a quotation mark is opened and never closed", ""),
    "did not find expected ',' or ']'": ("a list in [ ] is not closed", "Add the missing , or ]."),
    "did not find expected ',' or '}'": (
        "a mapping in { } is not closed",
        "Add the missing , or }.",
    ),
    "block sequence entries are not allowed in this context": (
        "a list cannot begin on the line of its key",
        "Put each item on its own line, with - and a space.",
    ),
}


@dataclass(slots=True)
class Node:
    """One value of a file. `value` holds nodes where it is a list or a mapping.

    `keys` says where each key of a mapping stands. `block` is set for `|` text, whose lines can be
    found in the file. `broken` means that the value could not be read: its problem is already
    reported, further ones would mislead.
    """

    value: Scalar | list[Node] | dict[str, Node]
    mark: Mark
    keys: dict[str, Mark] = field(default_factory=dict)
    block: bool = False
    broken: bool = False

    def plain(self) -> Plain:
        """Return the value without marks."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def get(self, *path: str | int) -> Node | None:
        """Return the node at `path`, or None where there is none."""
        node: Node | None = self
        for part in path:
            if node is None:
                return None
            value = node.value
            if isinstance(value, dict):
                node = value.get(str(part))
            elif isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value):
                node = value[part]
            else:
                return None
        return node

    def items(self) -> Iterator[tuple[str, Node]]:
        """Walk the keys and values of a mapping; nothing for any other value."""
        if isinstance(self.value, dict):
            yield from self.value.items()

    def key_mark(self, key: str) -> Mark:
        """Return where `key` stands, or the mapping itself where it has no such key."""
        return self.keys.get(key, self.mark)


def parse(content: bytes, file: str, problems: Problems) -> Node | None:
    """Read one file. None where its syntax is broken: `problems` then has the first such place."""
    if len(content) > MAX_BYTES:
        problems.error(
            Mark(file),
            "too-large",
            f"the file has {len(content):,} bytes; {MAX_BYTES:,} is the most",
        )
        return None
    text = _decode(content, file, problems)
    if text is None:
        return None
    reader = _Reader(text, file, problems)
    try:
        return reader.read()
    except yaml.MarkedYAMLError as error:
        said = error.problem or "this cannot be read"
        unclosed = said == _UNCLOSED and error.context_mark is not None
        place = error.context_mark if unclosed else error.problem_mark or error.context_mark
        mark = Mark(file, place.line + 1, place.column + 1) if place else Mark(file)
        message, hint = _EXPLAINED.get(said, (said, ""))
        problems.error(mark, "syntax", message, corrected(text, mark.line) or hint)
    except yaml.YAMLError:
        problems.error(Mark(file), "syntax", "this is not YAML")
    return None


def text_mark(node: Node, offset: int, lines: list[str]) -> Mark:
    """Return where the character at `offset` of a text stands, for a `|` block; else its start.

    `lines` are the lines of the file.
    """
    if not node.block or not isinstance(node.value, str):
        return node.mark
    down = node.value.count("\n", 0, offset)
    start = node.value.rfind("\n", 0, offset) + 1
    end = node.value.find("\n", start)
    words = node.value[start : end if end >= 0 else None]
    line = node.mark.line + 1 + down
    if line > len(lines):
        return node.mark
    indent = max(lines[line - 1].find(words), 0) if words else 0
    return Mark(node.mark.file, line, indent + offset - start + 1)


def _decode(content: bytes, file: str, problems: Problems) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.error(Mark(file), "encoding", "the file is UTF-16", "Save it as UTF-8.")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        tail = before[before.rfind(b"\n") + 1 :].decode("utf-8-sig", "replace")
        problems.error(
            Mark(file, line, len(tail) + 1),
            "encoding",
            "this is not UTF-8",
            "Save the file as UTF-8.",
        )
        return None
    if found := _UNWANTED.search(text):
        at = found.start()
        mark = Mark(file, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        if found.group() == "\t":
            problems.error(mark, "tab", "there is a tab here", "Indent with spaces.")
        else:
            name = f"U+{ord(found.group()):04X}"
            problems.error(
                mark, "invisible", f"an invisible character stands here ({name})", "Delete it."
            )
        return None
    return text


class _Reader:
    """Builds the tree of one file from the parser's events, with a stack of its own."""

    def __init__(self, text: str, file: str, problems: Problems) -> None:
        self._text = text
        self._file = file
        self._problems = problems
        self._open: list[Node] = []
        self._pending: list[tuple[str, Mark] | None] = []  # per level: a key without value yet
        self._root: Node | None = None
        self._documents = 0

    def read(self) -> Node | None:
        for event in yaml.parse(self._text, Loader=_LOADER):
            mark = self._mark(event)
            if isinstance(event, yaml.DocumentStartEvent):
                self._documents += 1
                if self._documents > 1:
                    message = "a second document begins here; one file holds one document"
                    self._problems.error(mark, "documents", message, "Delete the line ---.")
                    return None
            elif isinstance(event, yaml.ScalarEvent):
                self._scalar(event, mark)
            elif isinstance(event, yaml.AliasEvent):
                self._refuse(mark, "an alias (*) is not allowed; write the value again")
                self._place(Node(None, mark, broken=True))
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                if not self._enter(event, mark):
                    return None
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                self._open.pop()
                self._pending.pop()
        return self._root or Node(None, Mark(self._file))

    def _mark(self, event: yaml.Event) -> Mark:
        start = cast("yaml.Mark", event.start_mark)
        return Mark(self._file, start.line + 1, start.column + 1)

    def _refuse(self, mark: Mark, message: str) -> None:
        self._problems.error(mark, "not-allowed", message, corrected(self._text, mark.line))

    def _check_properties(
        self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, mark: Mark
    ) -> bool:
        if event.anchor is not None:
            self._refuse(mark, "an anchor (&) is not allowed")
        if event.tag is not None:
            self._refuse(mark, "a tag (!) is not allowed")
        return event.anchor is None and event.tag is None

    def _enter(self, event: yaml.CollectionStartEvent, mark: Mark) -> bool:
        sound = self._check_properties(event, mark)
        mapping = isinstance(event, yaml.MappingStartEvent)
        node = Node({} if mapping else [], mark, broken=not sound)
        if self._awaits_key():
            self._refuse(mark, "a key must be plain text")
            return False
        self._place(node)
        self._open.append(node)
        self._pending.append(None)
        if len(self._open) > MAX_DEPTH:
            self._problems.error(mark, "too-deep", f"more than {MAX_DEPTH} levels of nesting")
            return False
        return True

    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and not self._pending[-1]

    def _scalar(self, event: yaml.ScalarEvent, mark: Mark) -> None:
        sound = self._check_properties(event, mark)
        words = event.value
        if self._awaits_key():
            if words == "<<" and not event.style:
                self._refuse(mark, "a merge key (<<) is not allowed")
            self._pending[-1] = (words, mark)
            return
        value: Scalar = words if event.style else _resolve(words)
        self._place(Node(value, mark, block=event.style == "|", broken=not sound))

    def _place(self, node: Node) -> None:
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)
            return
        pending = self._pending[-1]
        self._pending[-1] = None
        if pending is None:  # an alias as a key: refused already
            self._pending[-1] = ("", node.mark)
            parent.broken = True
            return
        key, mark = pending
        mapping = cast("dict[str, Node]", parent.value)
        if key in mapping:
            first = parent.keys[key].line
            message = f"the key `{key}` stands here a second time (first in line {first})"
            self._problems.error(mark, "duplicate-key", message, "Keep one of them.")
            return
        mapping[key] = node
        parent.keys[key] = mark


def _resolve(words: str) -> Scalar:
    if words in _WORDS:
        return _WORDS[words]
    if _INT.fullmatch(words):
        return int(words)
    if _DECIMAL.fullmatch(words):
        return Decimal(words)
    return words
