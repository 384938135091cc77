"""Facts, places, documents and the emergency card: files that map ids to things."""

from __future__ import annotations

from datetime import date

from bot.content import facts, model, schema
from bot.content.model import Role
from bot.content.pack import Pack, Row


def all_facts(pack: Pack) -> dict[str, facts.Fact]:
    """Return the facts of facts.yaml."""
    found: dict[str, facts.Fact] = {}
    for row, form in pack.rows("facts.yaml", schema.Fact):
        values = [_value(pack, row, form, index) for index in range(len(form.values))]
        sound = sorted(
            (value for value in values if value is not None),
            key=lambda value: value.valid_from or date.min,
        )
        if len({value.valid_from for value in sound}) < len(sound):
            mark = row.node.key_mark("values")
            pack.problems.error(mark, "fact-values", "two values begin on the same day")
        if form.source is None:
            message = f"the fact `{row.id}` has no source"
            pack.problems.warning(row.node.mark, "fact-source", message)
        pack.warn_overdue(row.node, row.id, form.review_by)
        if sound:
            found[row.id] = facts.Fact(
                id=row.id,
                kind=form.kind,
                values=tuple(sound),
                confident=form.confidence != "low",
                review_by=form.review_by,
                emergency=form.emergency,
            )
    return found


def _value(pack: Pack, row: Row, form: schema.Fact, index: int) -> facts.Value | None:
    part = form.values[index]
    node = row.node.get("values", index, "value") or row.node
    key = f"facts/{row.id}"
    if len(form.values) > 1 and part.valid_from is not None:
        key += f"/{part.valid_from}"
    try:
        typed = facts.read_value(form.kind, part.value, part.shown, key)
    except ValueError as error:
        pack.problems.error(node.mark, "fact-value", str(error))
        return None
    if form.kind == "text":
        pack.texts.add(key, node, row.lines, Role.LINE, "Angabe mitten im Satz")
    if part.valid_from and part.valid_until and part.valid_until < part.valid_from:
        where = row.node.get("values", index, "valid_until") or node
        pack.problems.error(where.mark, "fact-values", "it ends before it begins")
    return facts.Value(typed=typed, valid_from=part.valid_from, valid_until=part.valid_until)


def all_places(pack: Pack) -> dict[str, model.Place]:
    """Return the places of places.yaml. Without confidence, a place has no address."""
    found: dict[str, model.Place] = {}
    for row, form in pack.rows("places.yaml", schema.Place):
        node = row.node
        pack.texts.add(f"places/{row.id}/name", node.get("name"), row.lines, Role.LINE, "Ort")
        short = "Kurzer Name eines Ortes neben einer Uhrzeit"
        pack.texts.add(f"places/{row.id}/short", node.get("short"), row.lines, Role.LABEL, short)
        note = "Hinweis zu einem Ort"
        pack.texts.add(f"places/{row.id}/note", node.get("note"), row.lines, Role.TEXT, note)
        pack.check_fact(form.phone, "phone", node.get("phone"))
        pack.check_fact(form.url, "url", node.get("url"))
        pack.warn_overdue(node, row.id, form.review_by)
        confident = form.confidence != "low"
        found[row.id] = model.Place(
            id=row.id,
            short=form.short is not None,
            address=address(form.address) if confident else None,
            phone=form.phone,
            mail=form.mail if confident else None,
            url=form.url,
            note=form.note is not None,
            lat=form.lat if confident else None,
            lon=form.lon if confident else None,
            review_by=form.review_by,
            land=form.land,
            zone=form.zone,
        )
    return found


def address(form: schema.Address | None) -> model.Address | None:
    """Return a postal address."""
    if form is None:
        return None
    return model.Address(street=form.street, postcode=form.postcode, town=form.town)


def all_documents(pack: Pack) -> dict[str, model.Document]:
    """Return the papers of documents.yaml."""
    found: dict[str, model.Document] = {}
    for row, form in pack.rows("documents.yaml", schema.Document):
        for part, what in (("gloss", "erklärt"), ("where", "wo zu bekommen:")):
            key = f"documents/{row.id}/{part}"
            comment = f"{what} „{form.name}“"
            pack.texts.add(key, row.node.get(part), row.lines, Role.LINE, comment)
        found[row.id] = model.Document(
            id=row.id,
            name=form.name,
            gloss=form.gloss is not None,
            where=form.where is not None,
        )
    return found


def emergency(pack: Pack) -> tuple[model.EmergencyLine, ...]:
    """Return the lines of the emergency card; it must exist."""
    read = pack.required("emergency.yaml", schema.Emergency)
    if read is None:
        return ()
    form, node, lines = read
    card = "Notfallkarte"
    pack.texts.add("emergency/title", node.get("title"), lines, Role.LABEL, card)
    pack.texts.add("emergency/lead", node.get("lead"), lines, Role.TEXT, card)
    found: dict[str, model.EmergencyLine] = {}
    for index, line in enumerate(form.lines):
        at = node.get("lines", index) or node
        if line.id in found or line.id in {"title", "lead", "tail"}:
            pack.problems.error(at.mark, "duplicate-id", f"the id `{line.id}` is taken")
        pack.check_fact(line.number, "phone", at.get("number"))
        key = f"emergency/{line.id}"
        pack.texts.add(key, at.get("text"), lines, Role.LINE, f"{card}, neben der Nummer")
        found[line.id] = model.EmergencyLine(id=line.id, fact=line.number)
    pack.texts.add("emergency/tail", node.get("tail"), lines, Role.TEXT, card)
    return tuple(found.values())
