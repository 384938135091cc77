"""Tables, partners and notices: from their files to the model, every reference checked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import PurePosixPath
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.content import schema, schema_directory
from bot.content.model import Role
from bot.content.model_directory import Directory, Notice, Partner, Table, TableRow
from bot.content.pack import Document, Pack
from bot.content.strict_yaml import Node

_SHOWN = ("text", "place", "contact")


def directory(
    pack: Pack, *, zone: str, topics: Collection[str], entries: Collection[str]
) -> Directory:
    """Return tables, partners and notices; what is broken is reported and left out."""
    tables: dict[str, Table] = {}
    for name, document in sorted(pack.documents.items()):
        path = PurePosixPath(name)
        if path.parts[0] == "tables" and len(path.parts) == 2:
            table = _table(pack, path.stem, document)
            if table is not None:
                tables[table.id] = table
    return Directory(
        tables=MappingProxyType(tables),
        partners=MappingProxyType(_partners(pack)),
        notices=_notices(pack, ZoneInfo(zone), topics, entries),
    )


def table_names(pack: Pack) -> frozenset[str]:
    """Return the names of the tables, sound or not."""
    paths = (PurePosixPath(name) for name in pack.documents)
    return frozenset(path.stem for path in paths if path.parts[0] == "tables")


def needs(pack: Pack) -> frozenset[str] | None:
    """Return what partners help with; None where partners.yaml could not be read."""
    if pack.ids("partners.yaml") is None:
        return None
    rows = pack.documents["partners.yaml"].node if "partners.yaml" in pack.documents else None
    found: set[str] = set()
    for _, child in rows.items() if rows is not None else ():
        named = child.get("needs")
        if named is not None and isinstance(named.value, list):
            found.update(str(each.value) for each in named.value)
    return frozenset(found)


def _table(pack: Pack, name: str, document: Document) -> Table | None:
    read = pack.form(document, schema_directory.Table)
    if read is None:
        return None
    form, node, lines = read
    if not schema.is_id(name):
        pack.problems.error(node.mark, "form", f"`{name}` cannot be the name of a table")
    rows: dict[tuple[str, ...], TableRow] = {}
    for index in range(len(form.rows)):
        at = node.get("rows", index)
        if at is None or not isinstance(at.value, dict):
            continue
        values = _values(pack, form.by, at)
        if values is None:
            continue
        if values in rows:
            pack.problems.error(at.mark, "duplicate-row", "a row for the same case stands above")
        rows[values] = _row(pack, f"tables/{name}/{'.'.join(values)}", at, lines, set(form.by))
    default = node.get("default")
    rest = None
    if default is not None and isinstance(default.value, dict):
        rest = _row(pack, f"tables/{name}/default", default, lines, set())
    return Table(id=name, by=tuple(form.by), rows=MappingProxyType(rows), default=rest)


def _values(pack: Pack, by: list[str], at: Node) -> tuple[str, ...] | None:
    """Return the values of a row, None where one is missing."""
    found: list[str] = []
    for name in by:
        value = at.get(name)
        if value is None or not isinstance(value.value, str):
            pack.problems.error(at.mark, "row", f"the row has no value for `{name}`")
            return None
        found.append(value.value)
    return tuple(found)


def _row(pack: Pack, key: str, at: Node, lines: list[str], own: set[str]) -> TableRow:
    """Return what a row shows; its own columns aside."""
    kept = {name: child for name, child in at.items() if name not in own}
    for name in kept.keys() - set(_SHOWN):
        message = f"`{name}` is not known here: a row shows text, place and contact"
        pack.problems.error(at.keys[name], "unknown-key", message)
    if not kept.keys() & set(_SHOWN):
        pack.problems.error(at.mark, "row", "the row shows nothing: give text, place or contact")
    text = kept.get("text")
    if text is not None:
        pack.texts.add(key, text, lines, Role.TEXT, "Zeile einer Tabelle")
    return TableRow(
        text=key if text is not None else None,
        place=pack.check_place(kept.get("place")),
        contact=pack.check_place(kept.get("contact")),
    )


def _partners(pack: Pack) -> dict[str, Partner]:
    found: dict[str, Partner] = {}
    for row, form in pack.rows("partners.yaml", schema_directory.Partner):
        key = f"partners/{row.id}/note"
        pack.texts.add(key, row.node.get("note"), row.lines, Role.TEXT, "Hinweis zu einem Partner")
        if pack.check_place(row.node.get("place")) is None:
            continue
        found[row.id] = Partner(
            id=row.id,
            place=form.place,
            needs=frozenset(form.needs),
            towns=frozenset(form.towns),
            languages=tuple(form.languages),
            note=key if form.note is not None else None,
        )
    return found


def _notices(
    pack: Pack, zone: ZoneInfo, topics: Collection[str], entries: Collection[str]
) -> tuple[Notice, ...]:
    document = pack.documents.get("notices.yaml")
    if document is None or document.node is None:
        return ()
    found: list[Notice] = []
    for row, form in pack.rows("notices.yaml", schema_directory.Notice):
        node, key = row.node, f"notices/{row.id}"
        pack.texts.add(key, node.get("text"), row.lines, Role.TEXT, "Hinweis mit Datum")
        if form.begins is not None and form.until <= form.begins:
            pack.problems.error(node.key_mark("until"), "notice", "it ends before it begins")
        if pack.today is not None and form.until.date() < pack.today:
            message = f"the notice `{row.id}` is over and can be removed"
            pack.problems.warning(node.mark, "notice-over", message)
        _refer(pack, node, "topics", form.topics, topics)
        _refer(pack, node, "entries", form.entries, entries)
        for index in range(len(form.places)):
            pack.check_place(node.get("places", index))
        found.append(
            Notice(
                key=key,
                begins=_local(form.begins, zone),
                until=form.until.replace(tzinfo=zone),
                topics=frozenset(form.topics),
                entries=frozenset(form.entries),
                places=frozenset(form.places),
            )
        )
    return tuple(found)


def _refer(pack: Pack, node: Node, key: str, wanted: list[str], known: Collection[str]) -> None:
    for index, name in enumerate(wanted):
        if name not in known:
            at = node.get(key, index) or node
            pack.problems.error(at.mark, "unknown-target", f"there is no `{name}` among the {key}")


def _local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=zone)
