"""What was imported, verbatim, under content/drafts/integreat: the way back for everything.

pages-de.json, locations-uk.json ...   the objects as they came, one list for each language
index.json                             the ids that they got here, by the path of the German
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.content.integreat.shapes import Item

FOLDER = "integreat"
INDEX = "index.json"


@dataclass(slots=True)
class Index:
    """Ids by path, for entries and places."""

    entries: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)


def read_index(folder: Path) -> Index:
    """Return the ids of earlier imports; none where there are none or the file is not ours."""
    try:
        value = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return Index()
    if not isinstance(value, dict):
        return Index()
    return Index(_ids(value.get("entries")), _ids(value.get("places")))


def _ids(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {key: name for key, name in value.items() if isinstance(name, str)}


def files(items: Iterable[Item]) -> Mapping[str, str]:
    """Return the files of these items: name -> JSON; of two with one path the later counts."""
    lists: dict[str, dict[str, Mapping[str, object]]] = {}
    for item in items:
        name = f"{'locations' if item.is_place else 'pages'}-{item.language}.json"
        lists.setdefault(name, {})[item.path] = item.original
    return {name: dumped(list(found.values())) for name, found in lists.items()}


def dumped(value: object) -> str:
    """Return JSON as all our files have it; what no file can hold becomes a question mark."""
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    return text.encode("utf-8", "replace").decode("utf-8")
