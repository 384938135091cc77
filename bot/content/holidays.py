"""holidays.yaml: what differs from the calendar of public holidays, Land by Land.

The calendar itself is `content.closures`. Most sites need no such file.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import get_args

from bot.content import schema, schema_desk
from bot.content.closures import Closures, calendar
from bot.content.door import validate
from bot.content.pack import Pack
from bot.content.strict_yaml import Node

_LANDS: tuple[str, ...] = get_args(schema.Land)


def holidays(pack: Pack) -> Mapping[str, Closures]:
    """Return the closures of every Land that the file changes."""
    document = pack.documents.get("holidays.yaml")
    if document is None or document.node is None:
        return {}
    root, found = document.node, dict[str, Closures]()
    if not isinstance(root.value, dict) and root.value is not None:
        pack.problems.error(root.mark, "form", "a mapping from Länder to their days is expected")
    for land, node in root.items():
        if land not in _LANDS:
            hint = f"Possible: {', '.join(_LANDS)}."
            pack.problems.error(root.key_mark(land), "form", f"`{land}` is no Land", hint)
            continue
        form = validate(schema_desk.HolidayChanges, node, pack.problems)
        if form is not None:
            found[land] = _closures(pack, land, form, node)
    return MappingProxyType(found)


def _closures(pack: Pack, land: str, form: schema_desk.HolidayChanges, node: Node) -> Closures:
    for index, added in enumerate(form.added):
        if added.day in calendar(land, added.day.year):
            at = node.get("added", index) or node
            message = f"{added.day} is a public holiday in {land} anyway"
            pack.problems.warning(at.mark, "holiday", message)
    for index, removed in enumerate(form.removed):
        if removed.day not in calendar(land, removed.day.year):
            at = node.get("removed", index) or node
            message = f"{removed.day} is no public holiday in {land}"
            pack.problems.warning(at.mark, "holiday", message)
    return Closures(
        land=land,
        added=MappingProxyType({each.day: each.name for each in form.added}),
        removed=frozenset(each.day for each in form.removed),
    )
