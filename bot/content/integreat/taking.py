"""An import from beginning to end: what came joins the originals, and drafts are made of all of it.

A draft that an editor may have changed is kept unless she says otherwise; what is live already gets
no draft again. Every file is replaced as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from bot.content.catalogue import Catalogue
from bot.content.integreat import entries, locations, originals, shapes
from bot.content.load import DRAFTS
from bot.content.problems import Problems
from bot.domain.errors import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did. `kept` are files that stand there already and differ."""

    pages: int
    places: int
    written: tuple[Path, ...]
    kept: tuple[Path, ...]
    empty: tuple[str, ...]
    strange: tuple[str, ...]
    problems: tuple[Problem, ...]


def take(
    source: Path,
    content_dir: Path,
    catalogue: Catalogue,
    today: date,
    *,
    overwrite: bool,
    report: Callable[[int, int], None] | None = None,
) -> Imported:
    """Read pages and locations and write drafts. Problems are listed, what is sound is taken."""
    problems = Problems()
    folder = content_dir / DRAFTS
    kept_here = folder / originals.FOLDER
    feed = shapes.read(source, problems)
    count = len(feed.items)
    came = {item.path for item in feed.items}
    for path in sorted(kept_here.glob("*-*.json")):
        earlier = shapes.read(path, problems)
        feed.items[:0] = [item for item in earlier.items if item.path not in came]
    index = originals.read_index(kept_here)
    language = catalogue.source.code
    found = entries.drafts(feed, language, index.entries, catalogue.entries)
    places = locations.places(feed, language, index.places, catalogue.places)
    waiting = [draft for draft in found.drafts if draft.id not in catalogue.entries]
    shelf = _Shelf(overwrite=overwrite)
    for done, draft in enumerate(waiting, 1):
        shelf.put(folder / f"{draft.id}.yaml", entries.yaml(draft, language, today))
        if report is not None:
            report(done, len(waiting))
    fresh = tuple(place for place in places if place.id not in catalogue.places)
    if fresh:
        for name, text in zip(
            ("places.yaml", "facts.yaml"), locations.yaml(fresh, language, today), strict=True
        ):
            shelf.put(folder / name, text)
    only = entries.Drafts(tuple(waiting), (), ())
    for code, file in entries.translated(only, language).items():
        shelf.put(folder / f"{code}.po", str(file).rstrip("\n") + "\n")
    index.entries |= {draft.pages[language].path: draft.id for draft in found.drafts}
    index.places |= {place.items[language].path: place.id for place in places}
    shelf.overwrite = True
    for name, text in originals.files(feed.items).items():
        shelf.put(kept_here / name, text)
    if feed.items:
        shelf.put(kept_here / originals.INDEX, originals.dumped(asdict(index)))
    return Imported(
        pages=sum(not item.is_place for item in feed.items[-count:]) if count else 0,
        places=sum(item.is_place for item in feed.items[-count:]) if count else 0,
        written=tuple(shelf.written),
        kept=tuple(shelf.kept),
        empty=tuple(item.title for item in found.empty),
        strange=tuple(f"{item.title} ({item.language})" for item in found.strange),
        problems=problems.all(),
    )


class _Shelf:
    """Puts files in their place; what differs from a file that is there stays outside."""

    def __init__(self, *, overwrite: bool) -> None:
        self.overwrite = overwrite
        self.written: list[Path] = []
        self.kept: list[Path] = []

    def put(self, path: Path, text: str) -> None:
        """Write a file, unless it is there."""
        data = text.encode("utf-8", "replace")
        if path.exists():
            if path.read_bytes() == data:
                return
            if not self.overwrite:
                self.kept.append(path)
                return
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.part")
        beside.write_bytes(data)
        beside.replace(path)
        self.written.append(path)
