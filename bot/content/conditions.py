"""Conditions of `if` and `when`, read with the place of every part.

    {STEP: value}  {STEP: [value, value]}  {STEP: {before|after|at_least|at_most: bound}}
    {all: [condition, ...]}  {any: [condition, ...]}  {not: condition}

Several keys in one mapping must all hold. Which steps exist is checked by the caller, who gets
every read of an answer with its place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.content.model import All, AnswerIs, Any, Compare, Condition, Not
from bot.content.problems import Mark, Problems
from bot.content.strict_yaml import Node
from bot.domain.conversation import Value

COMBINING = frozenset({"all", "any", "not"})
RELATIONS: dict[str, Literal["before", "after", "at_least", "at_most"]] = {
    "before": "before",
    "after": "after",
    "at_least": "at_least",
    "at_most": "at_most",
}


@dataclass(frozen=True, slots=True)
class Read:
    """One place where a condition reads the answer to `step`."""

    condition: AnswerIs | Compare
    key: Mark
    value: Mark


def parse(node: Node, problems: Problems, read: Callable[[Read], None]) -> Condition | None:
    """Return the condition at `node`, or None with its problems reported."""
    if node.broken:
        return None
    if not isinstance(node.value, dict) or not node.value:
        problems.error(
            node.mark, "condition", "a condition such as {where: guben} is expected", "See `when`."
        )
        return None
    parts = [_part(key, child, node.keys[key], problems, read) for key, child in node.items()]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    return found[0] if len(found) == 1 else All(of=tuple(found))


def _part(
    key: str, node: Node, mark: Mark, problems: Problems, read: Callable[[Read], None]
) -> Condition | None:
    if key == "not":
        inner = parse(node, problems, read)
        return Not(of=inner) if inner else None
    if key in COMBINING:
        if not isinstance(node.value, list) or not node.value:
            problems.error(node.mark, "condition", f"`{key}` needs a list of conditions")
            return None
        parts = [parse(child, problems, read) for child in node.value]
        found = tuple(part for part in parts if part is not None)
        if len(found) < len(parts):
            return None
        return All(of=found) if key == "all" else Any(of=found)
    compares = isinstance(node.value, dict)
    condition = (_comparison if compares else _equality)(key, node, problems)
    if condition is not None:
        read(Read(condition, mark, node.mark))
    return condition


def _equality(step: str, node: Node, problems: Problems) -> AnswerIs | None:
    values: list[Value] = []
    for child in node.value if isinstance(node.value, list) else [node]:
        if not isinstance(child.value, (str, bool, int)):
            problems.error(
                child.mark, "condition", "a word, a whole number, true or false is expected"
            )
            return None
        values.append(child.value)
    if not values:
        problems.error(node.mark, "condition", "the list is empty")
        return None
    return AnswerIs(step=step, values=tuple(values))


def _comparison(step: str, node: Node, problems: Problems) -> Compare | None:
    entries = list(node.items())
    if len(entries) != 1:
        problems.error(
            node.mark, "condition", "one of before, after, at_least, at_most is expected"
        )
        return None
    relation, bound = entries[0]
    if relation not in RELATIONS:
        message = f"`{relation}` is no comparison; there are before, after, at_least, at_most"
        problems.error(node.keys[relation], "condition", message)
        return None
    if isinstance(bound.value, bool) or not isinstance(bound.value, (str, int)):
        problems.error(bound.mark, "condition", "a whole number, a date or a duration is expected")
        return None
    return Compare(step=step, relation=RELATIONS[relation], bound=bound.value)
