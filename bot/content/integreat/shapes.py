"""JSON of the Integreat API v3 as pages and locations; a fault is a sentence and ends nothing.

A file holds a list of pages or locations (or one), as /api/v3/REGION/LANG/pages/ and .../locations/
give them. The language of each is the second part of its path. Events and news are no lasting
answers: they are named and left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.content.integreat.html import plain
from bot.content.problems import Mark, Problems

MAX_BYTES = 50_000_000
MAX_CONTENT = 200_000
MAX_ITEMS = 20_000
_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A page or a location in one language.

    `others` are the paths of its translations by language. `original` is the object as it was read.
    """

    number: int
    language: str
    path: str
    url: str
    title: str
    content: str
    changed: str
    order: int
    parent: str
    others: Mapping[str, str]
    original: Mapping[str, object]
    is_place: bool


@dataclass(slots=True)
class Feed:
    """What was read, in the order of the files."""

    items: list[Item] = field(default_factory=list)


def read(source: Path, problems: Problems) -> Feed:
    """Read a JSON file, or every one in a folder and below it."""
    feed = Feed()
    files = sorted(source.rglob("*.json")) if source.is_dir() else [source]
    if not files:
        problems.error(Mark(source.as_posix()), "no-files", "there is no .json file in here")
    for file in files:
        for position, value in enumerate(_objects(file, problems), 1):
            if len(feed.items) >= MAX_ITEMS:
                message = f"there are more than {MAX_ITEMS:,} items; the rest is left out"
                problems.error(Mark(file.as_posix()), "too-many", message)
                return feed
            item = _item(value, position, file, problems)
            if item is not None:
                feed.items.append(item)
    return feed


def _objects(file: Path, problems: Problems) -> Iterable[object]:
    mark = Mark(file.as_posix())
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            message = f"the file has more than {MAX_BYTES:,} bytes"
            problems.error(mark, "too-large", message, "Export fewer pages at a time.")
            return []
        value = json.loads(content.decode("utf-8-sig"))
    except OSError as error:
        problems.error(mark, "unreadable", f"the file cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        problems.error(mark, "encoding", "this is not UTF-8", "Save it as UTF-8.")
    except json.JSONDecodeError as error:
        place = Mark(mark.file, error.lineno, error.colno)
        problems.error(place, "json", f"this is not JSON: {error.msg}")
    except RecursionError:
        problems.error(mark, "json", "the JSON is nested too deeply")
    except ValueError:
        problems.error(mark, "json", "the JSON holds a number that is too long")
    else:
        return value if isinstance(value, list) else [value]
    return []


def _item(value: object, position: int, file: Path, problems: Problems) -> Item | None:
    mark = Mark(file.as_posix())
    name = f"item {position}"
    if not isinstance(value, dict):
        problems.error(mark, "shape", f"{name} is no page: an object is expected")
        return None
    title = plain(value.get("title"))
    name += f" ({title[:60]})" if title else ""
    if "event" in value:
        problems.warning(mark, "event", f"{name} is an event; events are not taken over")
        return None
    if "display_date" in value:
        problems.warning(mark, "news", f"{name} is news; news are not taken over")
        return None
    path = plain(value.get("path"))
    language = _language(path, file)
    missing = [
        label
        for label, present in (
            ("title", bool(title)),
            ("content", isinstance(value.get("content"), str)),
            ("path (its second part is the language)", language is not None),
        )
        if not present
    ]
    if missing or language is None:
        message = f"{name} is left out: without {', '.join(missing)}"
        problems.error(mark, "shape", message)
        return None
    content = str(value["content"])
    if len(content) > MAX_CONTENT:
        message = f"{name} is left out: its text has more than {MAX_CONTENT:,} characters"
        problems.error(mark, "too-large", message)
        return None
    number = _whole(value.get("id"))
    return Item(
        number=number,
        language=language,
        path=path or f"{language}:{number or title}",
        url=plain(value.get("url")),
        title=title,
        content=content,
        changed=(plain(value.get("last_updated")) or plain(value.get("modified_gmt")))[:10],
        order=_whole(value.get("order")),
        parent=_inner(value.get("parent"), "path"),
        others=_others(value.get("available_languages")),
        original=value,
        is_place=isinstance(value.get("location"), dict),
    )


def _language(path: str, file: Path) -> str | None:
    """Return the language of a path such as /region/de/page, else of pages-de.json, de/x.json."""
    parts = path.strip("/").split("/")
    for code in (
        parts[1] if len(parts) > 1 else "",
        file.stem.rpartition("-")[2],
        file.parent.name,
    ):
        if _CODE.fullmatch(code):
            return code
    return None


def _others(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        return {}
    return {
        code: path
        for code, other in value.items()
        if isinstance(code, str) and (path := _inner(other, "path"))
    }


def _inner(value: object, key: str) -> str:
    return plain(value.get(key)) if isinstance(value, dict) else ""


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
