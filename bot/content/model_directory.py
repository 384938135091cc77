"""What helps to find the right place: tables, partners and dated notices; frozen and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """What is shown for one case. `text` is a key of the texts, `place` and `contact` places."""

    text: str | None = None
    place: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows by the answers to the questions named in `by`; `default` for all other cases."""

    id: str
    by: tuple[str, ...]
    rows: Mapping[tuple[str, ...], TableRow]
    default: TableRow | None

    def row(self, values: tuple[str, ...]) -> TableRow | None:
        """Return the row for these answers, else the default."""
        return self.rows.get(values, self.default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """Who helps with what. No town means everywhere; languages are codes (BCP 47)."""

    id: str
    place: str
    needs: frozenset[str]
    towns: frozenset[str]
    languages: tuple[str, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A dated notice. Times are aware, in the site's zone; without places it stands on the menu."""

    key: str
    begins: datetime | None
    until: datetime
    topics: frozenset[str]
    entries: frozenset[str]
    places: frozenset[str]

    @property
    def everywhere(self) -> bool:
        """Whether it stands on the menu."""
        return not (self.topics or self.entries or self.places)

    def is_live(self, at: datetime) -> bool:
        """Return whether it is to be shown at this moment."""
        return (self.begins is None or self.begins <= at) and at < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Tables and partners by id, and the notices."""

    tables: Mapping[str, Table] = field(default_factory=dict)
    partners: Mapping[str, Partner] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()

    def helping(self, need: str, town: str | None) -> tuple[Partner, ...]:
        """Return who helps with `need`: those in `town` first, then those who help everywhere.

        Without a town, or where nobody is in it, everybody who helps.
        """
        able = [partner for partner in self.partners.values() if need in partner.needs]
        near = [p for p in able if town is not None and town in p.towns]
        wide = [p for p in able if not p.towns]
        return tuple(near + wide) if near else tuple(able)

    def live(self, at: datetime) -> tuple[Notice, ...]:
        """Return the notices of this moment."""
        return tuple(notice for notice in self.notices if notice.is_live(at))
