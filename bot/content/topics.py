"""Topics and entries: the folders under topics/, one file for each entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from types import MappingProxyType

from bot.content import model, schema, schema_entry
from bot.content.directory import needs, table_names
from bot.content.flow import Place
from bot.content.markup import links
from bot.content.model import Role
from bot.content.pack import Document, Pack
from bot.content.problems import Mark
from bot.content.steps import Known, Steps
from bot.content.strict_yaml import Node

RESERVED = frozenset(
    {
        "topics",
        "places",
        "facts",
        "documents",
        "site",
        "emergency",
        "partners",
        "notices",
        "services",
        "tables",
        "replies",
    }
)
INDEX = "_topic.yaml"


@dataclass(slots=True)
class Topics:
    """Topics in the order of the menu, entries by id, and where each step stands."""

    topics: tuple[model.Topic, ...] = ()
    entries: dict[str, model.Entry] = field(default_factory=dict)
    marks: dict[Place, Mark] = field(default_factory=dict)


def entry_ids(pack: Pack) -> frozenset[str]:
    """Return the ids of all entries, sound or not."""
    paths = (PurePosixPath(name) for name in pack.documents)
    return frozenset(
        path.stem
        for path in paths
        if path.parts[0] == "topics" and len(path.parts) == 3 and path.name != INDEX
    )


def all_topics(pack: Pack) -> Topics:
    """Return topics and entries. An entry with an error is left out, but its id counts as known."""
    folders: dict[str, dict[str, Document]] = {}
    for name, document in pack.documents.items():
        path = PurePosixPath(name)
        if path.parts[0] == "topics" and len(path.parts) == 3:
            folders.setdefault(path.parts[1], {})[path.name] = document
    stems = [
        PurePosixPath(name).stem for files in folders.values() for name in files if name != INDEX
    ]
    known = Known(
        entries=frozenset(stems),
        places=pack.ids("places.yaml"),
        documents=pack.ids("documents.yaml"),
        facts=pack.fact_kinds,
        tables=table_names(pack),
        needs=needs(pack),
        topics=frozenset(folders),
        services=pack.ids("services.yaml"),
    )
    result = Topics()
    ordered: list[tuple[int, str, model.Topic]] = []
    for folder, files in sorted(folders.items()):
        index = files.pop(INDEX, None)
        order, wanted = _topic(pack, folder, index, frozenset(files))
        names = [name for name in wanted if f"{name}.yaml" in files]
        names += [stem for stem in map(_stem, sorted(files)) if stem not in names]
        for name in names:
            _entry(pack, folder, files[f"{name}.yaml"], known, result)
        ordered.append((order, folder, model.Topic(id=folder, entries=tuple(names))))
    if not stems:
        pack.problems.error(Mark(f"{pack.root}/topics"), "missing-file", "there is no entry yet")
    result.topics = tuple(topic for _, _, topic in sorted(ordered, key=lambda item: item[:2]))
    return result


def _stem(name: str) -> str:
    return PurePosixPath(name).stem


def _topic(
    pack: Pack, folder: str, index: Document | None, files: frozenset[str]
) -> tuple[int, list[str]]:
    """Read a _topic.yaml. Return its place on the menu and the entries that it puts in order."""
    if index is None:
        mark = Mark(f"{pack.root}/topics/{folder}/{INDEX}")
        pack.problems.error(mark, "missing-file", f"the topic {folder} has no {INDEX}")
        return 0, []
    read = pack.form(index, schema.Topic)
    if read is None:
        return 0, []
    form, node, lines = read
    if form.id != folder:
        message = f"the id `{form.id}` is not the name of the folder, `{folder}`"
        pack.problems.error((node.get("id") or node).mark, "id-name", message)
    pack.texts.add(f"topics/{folder}/title", node.get("title"), lines, Role.LABEL, "Thema im Menü")
    for position, entry in enumerate(form.entries):
        at = node.get("entries", position) or node
        if f"{entry}.yaml" not in files:
            pack.problems.error(at.mark, "unknown-entry", f"there is no {entry}.yaml in this topic")
        elif entry in form.entries[:position]:
            pack.problems.error(at.mark, "duplicate-id", f"`{entry}` stands here twice")
    return form.order, list(dict.fromkeys(form.entries))


def _entry(pack: Pack, topic: str, document: Document, known: Known, result: Topics) -> None:
    before = pack.problems.errors
    read = pack.form(document, schema_entry.Entry)
    if read is None:
        return
    form, node, lines = read
    _check_name(pack, form, node, document, result)
    title = node.get("title")
    pack.texts.add(f"{form.id}/title", title, lines, Role.LABEL, "Titel einer Antwort im Menü")
    _check_sources(pack, form, node)
    if form.responsible is not None:
        pack.check_place(node.get("responsible"))
    steps = Steps(form, node, lines, known=known, texts=pack.texts, problems=pack.problems).build()
    pack.warn_overdue(node, form.id, form.review_by)
    if pack.problems.errors > before:
        return
    result.entries[form.id] = model.Entry(
        id=form.id,
        topic=topic,
        steps=steps,
        position=MappingProxyType({step.id: place for place, step in enumerate(steps)}),
        review_by=form.review_by,
        sources=tuple(form.sources),
        responsible=form.responsible,
        case=form.case,
        reviewed_on=form.reviewed_on if form.reviewed_by is not None else None,
        audio=MappingProxyType(dict(form.audio)),
    )
    for index, step in enumerate(form.steps):
        result.marks[form.id, step.id] = (node.get("steps", index) or node).mark


def _check_name(
    pack: Pack, form: schema_entry.Entry, node: Node, document: Document, result: Topics
) -> None:
    mark = (node.get("id") or node).mark
    stem = _stem(document.name)
    if form.id != stem:
        message = f"the id `{form.id}` is not the name of the file, `{stem}`"
        pack.problems.error(mark, "id-name", message)
    if form.id in RESERVED:
        pack.problems.error(mark, "reserved", f"no entry can be called `{form.id}`")
    if form.id in result.entries:
        pack.problems.error(mark, "duplicate-id", f"another topic has an entry `{form.id}` too")


def _check_sources(pack: Pack, form: schema_entry.Entry, node: Node) -> None:
    for index, source in enumerate(form.sources):
        mark = (node.get("sources", index) or node).mark
        if schema.is_id(source):
            if pack.fact_kinds is not None and source not in pack.fact_kinds:
                pack.problems.error(mark, "unknown-fact", f"there is no fact `{source}`")
        elif not links(source):
            message = "a source is the id of a fact or a link: [label](https://...)"
            pack.problems.error(mark, "source", message)
