"""The preview's address: which entry, which two languages, which moves. It is all the memory that
the page has.

Knows no catalogue beyond the codes that it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams

from bot.content.catalogue import Catalogue
from bot.service.freshness import content_languages
from bot.service.preview_walk import MOST_MOVES, Move, Written, read_move, write_move

ROOT = "/desk/content"
INTERFACE = ("de", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One address of the preview. `interface` is None where the browser's languages decide."""

    entry: str | None
    left: str
    right: str
    moves: tuple[Move, ...] = ()
    interface: str | None = None

    @property
    def url(self) -> str:
        """The address itself."""
        path = ROOT if self.entry is None else f"{ROOT}/{quote(self.entry, safe='')}"
        return f"{path}?{urlencode(self.fields)}"

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The address without its path, as the fields of a form."""
        return [*self.settings, *[("do", write_move(move)) for move in self.moves]]

    @property
    def settings(self) -> list[tuple[str, str]]:
        """The fields that are no moves."""
        shown = [("ui", self.interface)] if self.interface is not None else []
        return [("left", self.left), ("right", self.right), *shown]

    def of_entry(self, entry: str | None) -> Address:
        """Return the address of another entry, from its start."""
        return replace(self, entry=entry, moves=())

    def at(self, moves: Sequence[Move]) -> Address:
        """Return the address after these moves."""
        return replace(self, moves=tuple(moves))

    def beside(self, right: str) -> Address:
        """Return the address with another language on the right."""
        return replace(self, right=right)

    def read_in(self, interface: str) -> Address:
        """Return the address with the page itself in another language."""
        return replace(self, interface=interface)


def read(entry: str | None, query: QueryParams, catalogue: Catalogue) -> Address:
    """Return the address that was asked for. Words that were just written (`say`) are a move; it
    has another form then and is to be redirected to.
    """
    source = catalogue.source.code
    others = [item.code for item in content_languages(catalogue) if item.code != source]
    left = _language(query.get("left"), catalogue) or source
    right = _language(query.get("right"), catalogue) or (others or [source])[0]
    asked = [move for text in query.getlist("do") if (move := read_move(text)) is not None]
    moves = asked[: MOST_MOVES + 1]
    words = query.get("say", "").strip()
    if words:
        move = read_move(write_move(Written(query.get("in", left), words)))
        moves += [move] if move is not None else []
    interface = query.get("ui")
    return Address(
        entry=entry,
        left=left,
        right=right,
        moves=tuple(moves),
        interface=interface if interface in INTERFACE else None,
    )


def _language(code: str | None, catalogue: Catalogue) -> str | None:
    found = catalogue.language(code) if code else None
    return found.code if found is not None else None
