"""Writes a conversation in the form of tests/LANGUAGE/*.yaml, so that reading it gives the same.

Every text that could be mistaken for something else stands in double quotes, with what must not
stand in a file (tabs, marks of direction) as escapes.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace
from itertools import count

from bot.content import strict_yaml
from bot.content.problems import Problems
from bot.content.rehearsals import Expected, Passage, Rehearsal, Say
from bot.content.strict_yaml import Node

# A letter or a command first, then letters, figures and signs that mean nothing in YAML.
_SAFE = re.compile(r"(?:/[a-z]|[^\W\d_])[\w ()/.+-]*(?<![ .+-])")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # categories of Unicode
_NOT_TEXT = frozenset({"true", "false", "null", "y", "n", "yes", "no", "on", "off"})


def written(text: str) -> str:
    """Return a text as a scalar on one line, as it is or in quotes."""
    if _SAFE.fullmatch(text) and text.casefold() not in _NOT_TEXT:
        return text
    return "".join(map(_escaped, json.dumps(text, ensure_ascii=False)))


def _escaped(character: str) -> str:
    return f"\\U{ord(character):08x}" if unicodedata.category(character) in _UNSEEN else character


def lines(one: Rehearsal) -> list[str]:
    """Return a conversation as the lines of one item of the list that a file is."""
    head = [f"- name: {written(one.name)}"]
    if one.today is not None:
        head.append(f"  today: {one.today.isoformat()}")
    if one.hint is not None:
        head.append(f"  hint: {written(one.hint)}")
    first, *later = one.passages
    head += [f"  {line}" for line in _passage(first)]
    if later:
        head.append("  then:")
    for passage in later:
        head += [
            f"    {'- ' if not number else '  '}{line}"
            for number, line in enumerate(_passage(passage))
        ]
    return head


def _passage(passage: Passage) -> list[str]:
    return [
        "says:",
        *[f"  - {_say(say)}" for say in passage.says],
        "expects:",
        *[f"  - {_expected(each)}" for each in passage.expects],
    ]


def _say(say: Say) -> str:
    if say.kind == "words":
        return written(say.value)
    return f"{{{say.kind}: {written(say.value)}}}"


def _expected(expected: Expected) -> str:
    match expected.value:
        case bool(value):
            words = "true" if value else "false"
        case str(text):
            words = written(text)
        case several:
            words = f"[{', '.join(map(written, several))}]"
    return f"{{{expected.kind}: {words}}}"


def can_be_added_to(text: str, file: str, problems: Problems) -> bool:
    """Return whether a file with this text is empty or a list in lines; else report why not."""
    return _list(text, file, problems) is not None


def appended(text: str, one: Rehearsal) -> str:
    """Return such a text with one more conversation at its end. A name that it has already gets a
    number.
    """
    node = _list(text, "", Problems())
    if node is None or not isinstance(node.value, list):
        return _joined(text, lines(one))
    found = [name.value for item in node.value if (name := item.get("name")) is not None]
    taken = {" ".join(str(name).split()) for name in found}
    names = (one.name if number == 1 else f"{one.name} {number}" for number in count(1))
    free = next(name for name in names if name not in taken)
    indent = " " * (node.mark.column - 1)
    return _joined(text, [f"{indent}{line}" for line in lines(replace(one, name=free))])


def _list(text: str, file: str, problems: Problems) -> Node | None:
    node = strict_yaml.parse(text.encode(), file, problems)
    if node is None or node.value is None:
        return node
    source = text.removeprefix("\ufeff").splitlines()[node.mark.line - 1]
    if isinstance(node.value, list) and not source.strip().startswith("["):
        return node
    message = "a list is expected, each item beginning with `- ` on a line of its own"
    problems.error(node.mark, "form", message)
    return None


def _joined(text: str, added: list[str]) -> str:
    before = text.rstrip()
    return "\n".join([*([before, ""] if before else []), *added, ""])
