"""The door: values of a file become a pydantic model, or problems with the line and column of each.

Pydantic finds all errors of a file at once; here each gets its place and a sentence that an editor
understands. What the values mean is not known here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.content.problems import Problems
from bot.content.schema import Strict
from bot.content.schema_entry import KINDS
from bot.content.strict_yaml import Node

Model = TypeVar("Model", bound=BaseModel)

_EXPECTED = {
    "model_type": "a mapping (key: value) is expected",
    "dict_type": "a mapping (key: value) is expected",
    "list_type": "a list is expected",
    "bool_type": "true or false is expected",
    "int_type": "a whole number is expected",
    "float_type": "a number is expected",
    "less_than_equal": "this number is too large",
    "greater_than_equal": "this number is too small",
    "too_short": "this is empty",
}


def validate(model: type[Model], node: Node, problems: Problems) -> Model | None:
    """Return the file's content as `model`, or None with every problem reported."""
    try:
        return model.model_validate(node.plain())
    except ValidationError as error:
        for details in error.errors(include_url=False):
            _report(details, node, problems)
    return None


def _report(details: ErrorDetails, root: Node, problems: Problems) -> None:
    """Find the place of one error. Parts of its path that are no keys are pydantic's own names."""
    parent, node, mark, key = root, root, root.mark, ""
    broken = root.broken
    for part in details["loc"]:
        if part == "[key]":
            mark = parent.key_mark(key)
            continue
        child = node.get(part)
        if child is None:
            key = key if str(part).startswith("<") else str(part)
            continue
        key = str(part)
        mark = node.key_mark(key) if details["type"] == "extra_forbidden" else child.mark
        parent, node = node, child
        broken = broken or node.broken
    if not broken:
        message, hint = _explain(details, node, key)
        problems.error(mark, "form", message, hint)


def _explain(details: ErrorDetails, node: Node, key: str) -> tuple[str, str]:
    """Return a sentence and a hint for one error."""
    given = details["input"]
    context = details.get("ctx", {})
    match details["type"]:
        case "missing":
            return f"`{details['loc'][-1]}` is missing", ""
        case "extra_forbidden":
            close = difflib.get_close_matches(key, sorted(_known_keys()), n=1)
            return f"`{key}` is not known here", f"Did you mean `{close[0]}`?" if close else ""
        case "string_type":
            return _not_text(node, key)
        case "string_pattern_mismatch" | "string_too_long":
            most = context.get("max_length")
            if most is not None:
                return f"`{given}` is too long: {len(str(given))} of at most {most} characters", ""
            if context.get("pattern", "").startswith("^[a-z0-9]"):
                hint = "Ids have small letters a-z, digits and hyphens only."
                return f"`{given}` cannot be an id", hint
            return f"`{given}` does not have the right form", ""
        case "literal_error":
            return f"`{given}` is not possible here", f"Possible: {context.get('expected')}."
        case "union_tag_not_found" | "union_tag_invalid":
            return _no_kind(node)
        case kind if kind in _EXPECTED:
            return _EXPECTED[kind], ""
        case _:
            return details["msg"], ""


def _not_text(node: Node, key: str) -> tuple[str, str]:
    block = f"Write it as a block:\n  {key}: |\n    " if key else ""
    if isinstance(node.value, dict):
        words = ", ".join(
            name if child.value is None else f"{name}: {child.value}"
            for name, child in node.items()
        )
        shown = "{" + words + "}"
        return "a text is expected, and this reads as a mapping", f"{block}{shown}" if block else ""
    if isinstance(node.value, list):
        return "a text is expected, and this is a list", ""
    if node.value is None:
        return "a text is expected, and nothing stands here", ""
    shown = str(node.value).lower() if isinstance(node.value, bool) else str(node.value)
    return f"a text is expected, and {shown} is none", f'Put it in quotation marks: "{shown}".'


def _no_kind(node: Node) -> tuple[str, str]:
    if not isinstance(node.value, dict):
        return "a step is a mapping such as `- id: intro` with `say: |` under it", ""
    found = [kind for kind in KINDS if kind in node.value]
    if found:
        return f"a step has one kind; this has several: {', '.join(found)}", "Make several steps."
    unknown = [key for key in node.value if key not in {"id", "if", "next", "text", "then", "else"}]
    close = [match for key in unknown for match in difflib.get_close_matches(key, KINDS, n=1)]
    hint = f"Did you mean `{close[0]}`?" if close else f"Kinds: {', '.join(KINDS)}."
    return "this step has no kind", hint


def _known_keys() -> Iterator[str]:
    models: list[type[Strict]] = [Strict]
    while models:
        model = models.pop()
        models += model.__subclasses__()
        for name, field in model.model_fields.items():
            yield field.alias or name
