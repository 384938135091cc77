"""services.yaml: what an appointment can be about, every reference checked where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from bot.content import schema_booking
from bot.content.model import Role
from bot.content.pack import Pack, Row
from bot.content.schema_booking import MAX_HORIZON
from bot.domain.appointment import Question, Service

FILE = "services.yaml"


def services(pack: Pack) -> Mapping[str, Service]:
    """Return the services by id, in the order of the file; what is broken is left out."""
    found: dict[str, Service] = {}
    for row, form in pack.rows(FILE, schema_booking.Service):
        _texts(pack, row, form)
        _check(pack, row, form)
        found[row.id] = Service(
            id=row.id,
            length=form.length,
            notice=form.notice,
            horizon=min(form.horizon, MAX_HORIZON),
            seats=form.seats,
            cooling_off=form.cooling_off,
            open_bookings=form.open_bookings,
            documents=tuple(form.documents),
            questions=tuple(_questions(pack, row, form)),
            interpreter=form.interpreter,
            preparation=form.preparation is not None,
            audience=form.audience is not None,
        )
    return MappingProxyType(found)


def _texts(pack: Pack, row: Row, form: schema_booking.Service) -> None:
    about = f"Termin „{form.name}“"
    for key, role, what in (
        ("name", Role.LABEL, "Worum es in einem Termin geht"),
        ("preparation", Role.TEXT, f"So bereitet man sich vor: {about}"),
        ("audience", Role.LINE, f"Für wen: {about}"),
    ):
        pack.texts.add(f"services/{row.id}/{key}", row.node.get(key), row.lines, role, what)


def _check(pack: Pack, row: Row, form: schema_booking.Service) -> None:
    node, problems = row.node, pack.problems
    known = pack.ids("documents.yaml")
    for index, paper in enumerate(form.documents):
        if known is not None and paper not in known:
            at = node.get("documents", index) or node
            problems.error(at.mark, "unknown-document", f"there is no document `{paper}`")
    if form.length > timedelta(hours=12):
        problems.error(node.key_mark("length"), "service", "it lasts longer than twelve hours")
    if form.horizon > MAX_HORIZON:
        message = f"it can be booked more than {MAX_HORIZON.days} days ahead"
        problems.error(node.key_mark("horizon"), "service", message)
    if form.notice >= form.horizon:
        message = "it could never be booked: `notice` is not shorter than `horizon`"
        problems.error(node.key_mark("notice"), "service", message)


def _questions(pack: Pack, row: Row, form: schema_booking.Service) -> list[Question]:
    found: dict[str, Question] = {}
    for index, asked in enumerate(form.questions):
        at = row.node.get("questions", index) or row.node
        if asked.id in found:
            message = f"a second question has the id `{asked.id}`"
            pack.problems.error(at.mark, "duplicate-id", message)
        if (asked.ask == "choice") != bool(asked.choices):
            message = "a question of kind choice has `choices`, and no other has"
            pack.problems.error(at.mark, "choices", message)
        key = f"services/{row.id}/questions/{asked.id}"
        question = " ".join(asked.text.split())
        what = f"Frage vor dem Termin „{form.name}“"
        pack.texts.add(key, at.get("text"), row.lines, Role.TEXT, what)
        for choice in asked.choices or {}:
            label, what = at.get("choices", choice), f"Antwort auf „{question}“"
            pack.texts.add(f"{key}/{choice}", label, row.lines, Role.LABEL, what)
        found[asked.id] = Question(id=asked.id, kind=asked.ask, choices=tuple(asked.choices or ()))
    return list(found.values())
