"""Steps of an entry: from their checked form to the model, every reference checked where it stands.

Where the steps lead is the business of `content.flow`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, assert_never

from bot.content import conditions, model, schema_entry
from bot.content.model import END, AnyStep, Condition, Offer, Role
from bot.content.problems import Problems
from bot.content.strict_yaml import Node
from bot.content.texts import Texts
from bot.domain.durations import relative_date

MAX_BOTH_IDS = 64 - len("123456789~d::")
_SOME_DAY = date(2026, 1, 1)  # to compare limits that count from today


@dataclass(frozen=True, slots=True)
class Known:
    """The ids that steps may name; None where their file could not be read: nothing is checked."""

    entries: Collection[str]
    places: Collection[str] | None
    documents: Collection[str] | None
    facts: Mapping[str, str] | None  # id -> kind
    tables: Collection[str] = ()
    needs: Collection[str] | None = None  # what partners help with
    topics: Collection[str] = ()
    services: Collection[str] | None = None  # what can be booked


class Steps:
    """Builds the steps of one entry."""

    def __init__(
        self,
        form: schema_entry.Entry,
        node: Node,
        lines: list[str],
        *,
        known: Known,
        texts: Texts,
        problems: Problems,
    ) -> None:
        self._form = form
        self._node = node
        self._lines = lines
        self._known = known
        self._texts = texts
        self._problems = problems
        self._ids = {step.id for step in form.steps}
        self._asks = {step.id: step for step in form.steps if isinstance(step, schema_entry.Ask)}
        self._set = {
            name for step in form.steps if isinstance(step, schema_entry.Set) for name in step.set
        }

    def build(self) -> tuple[AnyStep, ...]:
        """Return the steps that could be built; problems are reported."""
        built: list[AnyStep] = []
        seen: set[str] = set()
        for index, step in enumerate(self._form.steps):
            node = self._node.get("steps", index)
            if node is None:
                continue
            self._check_id(step, node, seen)
            seen.add(step.id)
            if (made := self._step(step, node)) is not None:
                built.append(made)
        return tuple(built)

    def _error(self, node: Node | None, code: str, message: str, hint: str = "") -> None:
        self._problems.error((node or self._node).mark, code, message, hint)

    def _check_id(self, step: schema_entry.Step, node: Node, seen: set[str]) -> None:
        place = node.get("id")
        if step.id in seen:
            self._error(place, "duplicate-id", f"a second step has the id `{step.id}`")
        if step.id == END or step.id in conditions.COMBINING:
            self._error(
                place, "reserved", f"`{step.id}` has a meaning of its own; choose another id"
            )
        if step.next is not None:
            self._target(step.next, node.get("next"))

    def _target(self, step_id: str, node: Node | None) -> None:
        if step_id != END and step_id not in self._ids:
            self._error(node, "unknown-step", f"this entry has no step `{step_id}`")

    def _refer(
        self, kind: str, wanted: str, known: Collection[str] | None, node: Node | None
    ) -> None:
        if known is not None and wanted not in known:
            self._error(node, f"unknown-{kind}", f"there is no {kind} `{wanted}`")

    def _text(self, key: str, node: Node | None, role: Role, what: str) -> None:
        comment = f"{what} in „{self._form.title}“"
        self._texts.add(f"{self._form.id}/{key}", node, self._lines, role, comment)

    def _step(self, step: schema_entry.Step, node: Node) -> AnyStep | None:
        given = node.get("if")
        guard = self._condition(given) if given is not None else None
        base = model.Step(id=step.id, guard=guard, next=step.next)
        match step:
            case schema_entry.Say():
                self._text(step.id, node.get("say"), Role.TEXT, "Antwort")
                self._text(f"{step.id}/more", node.get("more"), Role.TEXT, "Mehr dazu")
                self._check_button(step, node)
                return model.SayStep(**_common(base), more=step.more is not None)
            case schema_entry.Ask():
                return self._ask(step, node, base)
            case schema_entry.When():
                return self._when(step, node, base)
            case schema_entry.Set():
                for name in step.set:
                    if name in self._ids or name in conditions.COMBINING:
                        self._error(node.get("set", name), "reserved", f"`{name}` is taken")
                return model.SetStep(**_common(base), values=MappingProxyType(dict(step.set)))
            case schema_entry.Goto(goto=entry):
                self._refer("entry", entry, self._known.entries, node.get("goto"))
                return model.GotoStep(**_common(base), entry=entry)
            case schema_entry.Call(call=entry):
                self._refer("entry", entry, self._known.entries, node.get("call"))
                return model.CallStep(**_common(base), entry=entry)
            case schema_entry.Offer():
                return model.OfferStep(**_common(base), offers=self._offers(step, node))
            case schema_entry.End():
                return model.EndStep(**_common(base))
            case _:
                return self._finding(step, node, base)

    def _finding(self, step: schema_entry.Step, node: Node, base: model.Step) -> AnyStep | None:
        """Return a step that names places, papers, partners, or what a human or a date is for."""
        match step:
            case schema_entry.Place(place=place):
                self._refer("place", place, self._known.places, node.get("place"))
                return model.PlaceStep(**_common(base), place=place)
            case schema_entry.Contact(contact=place):
                self._refer("place", place, self._known.places, node.get("contact"))
                return model.ContactStep(**_common(base), place=place)
            case schema_entry.Document(document=papers):
                for index, paper in enumerate(papers):
                    where = node.get("document", index) or node.get("document")
                    self._refer("document", paper, self._known.documents, where)
                return model.DocumentStep(**_common(base), documents=tuple(papers))
            case schema_entry.Lookup(lookup=wanted):
                self._refer("table", wanted.table, self._known.tables, node.get("lookup", "table"))
                self._answers(wanted.by, node.get("lookup"))
                return model.LookupStep(**_common(base), table=wanted.table, by=tuple(wanted.by))
            case schema_entry.Partners(partners=wanted):
                self._refer("need", wanted.need, self._known.needs, node.get("partners", "need"))
                self._answers([wanted.town] if wanted.town else [], node.get("partners"))
                return model.PartnersStep(**_common(base), need=wanted.need, town=wanted.town)
            case schema_entry.Handoff(handoff=topic):
                self._topic(topic, node.get("handoff"))
                return model.HandoffStep(**_common(base), topic=topic)
            case schema_entry.Book(book=service):
                self._refer("service", service, self._known.services, node.get("book"))
                return model.BookStep(**_common(base), service=service)
            case _:
                raise AssertionError(f"no model for a step of kind {type(step).__name__}")

    def _topic(self, topic: str, node: Node | None) -> None:
        """Check what a hand-off is about: the id of an entry or of a topic."""
        if topic not in self._known.entries and topic not in self._known.topics:
            self._error(node, "unknown-topic", f"there is no topic or entry `{topic}`")

    def _answers(self, names: list[str], node: Node | None) -> None:
        for name in names:
            if name not in self._asks and name not in self._set:
                message = f"no question and no `set` of this entry is called `{name}`"
                self._error(node, "unknown-answer", message)

    def _check_button(self, step: schema_entry.Say, node: Node) -> None:
        """The button [Mehr dazu] carries both ids, and Telegram gives a button 64 bytes."""
        size = len(self._form.id) + len(step.id)
        if step.more is not None and size > MAX_BOTH_IDS:
            message = f"the ids of entry and step have {size} characters together"
            hint = f"With `more`, at most {MAX_BOTH_IDS}."
            self._problems.error(node.key_mark("more"), "id-length", message, hint)

    def _ask(self, step: schema_entry.Ask, node: Node, base: model.Step) -> model.AskStep:
        self._text(step.id, node.get("text"), Role.TEXT, "Frage")
        choices = tuple(step.choices or ())
        if step.ask == "choice" and not choices:
            self._error(node.get("ask"), "choices", "a question of kind choice needs `choices`")
        if step.ask != "choice" and step.choices is not None:
            mark = node.key_mark("choices")
            self._problems.error(mark, "choices", "only a question of kind choice has choices")
        question = " ".join(step.text.split())
        for choice in choices:
            what = f"Antwort auf „{question}“"
            self._text(f"{step.id}/{choice}", node.get("choices", choice), Role.LABEL, what)
            if choice == "more":
                self._error(node.get("choices", choice), "reserved", "no choice is called `more`")
        limits = [
            self._limit(step.ask, value, node.get(key))
            for key, value in (("min", step.min), ("max", step.max))
        ]
        if None not in limits and limits[0] > limits[1]:  # type: ignore[operator]
            self._error(node.get("max"), "limits", "`max` lies before `min`")
        form = (step.ask, sorted(choices), step.min, step.max)
        return model.AskStep(
            **_common(base),
            kind=step.ask,
            choices=choices,
            least=step.min,
            most=step.max,
            fingerprint=hashlib.sha256(repr(form).encode()).hexdigest()[:12],
        )

    def _limit(self, kind: str, value: int | str | None, node: Node | None) -> int | None:
        """Return a limit as a number that can be compared; None where there is none."""
        if value is None:
            return None
        if kind == "number" and isinstance(value, int):
            return value
        if kind == "date" and isinstance(value, str):
            try:
                return relative_date(value, _SOME_DAY).toordinal()
            except ValueError:
                pass
        expected = {
            "number": "a whole number is expected",
            "date": "a date (2027-11-01) or a duration from today (-P14D) is expected",
        }
        self._error(node, "limits", expected.get(kind, f"a question of kind {kind} has no limits"))
        return None

    def _when(self, step: schema_entry.When, node: Node, base: model.Step) -> model.WhenStep | None:
        self._target(step.then, node.get("then"))
        if step.otherwise is not None:
            self._target(step.otherwise, node.get("else"))
        given = node.get("when")
        condition = self._condition(given) if given is not None else None
        if condition is None:
            return None
        return model.WhenStep(
            **_common(base), condition=condition, then=step.then, otherwise=step.otherwise
        )

    def _offers(self, step: schema_entry.Offer, node: Node) -> tuple[Offer, ...]:
        offers: list[Offer] = []
        for index, item in enumerate(step.offer):
            at = node.get("offer", index) or node
            if len(item.model_fields_set) != 1:
                names = ", ".join(schema_entry.OfferItem.model_fields)
                self._error(at, "offer", f"an offer has exactly one of these: {names}")
                continue
            if item.goto is not None:
                self._refer("entry", item.goto, self._known.entries, at.get("goto"))
                offers.append(model.OfferGoto(entry=item.goto))
            elif item.call is not None:
                self._refer("entry", item.call, self._known.entries, at.get("call"))
                offers.append(model.OfferCall(entry=item.call))
            elif item.link is not None:
                facts = self._known.facts
                self._refer("fact", item.link, facts, at.get("link"))
                if facts is not None and facts.get(item.link, "url") != "url":
                    self._error(at.get("link"), "fact-kind", "a link needs a fact of kind url")
                offers.append(model.OfferLink(fact=item.link))
            elif item.handoff is not None:
                self._topic(item.handoff, at.get("handoff"))
                offers.append(model.OfferHandoff(topic=item.handoff))
            elif item.book is not None:
                services = self._known.services
                self._refer("service", item.book, services, at.get("book"))
                offers.append(model.OfferBook(service=item.book))
        return tuple(offers)

    def _condition(self, node: Node) -> Condition | None:
        return conditions.parse(node, self._problems, self._check_read)

    def _check_read(self, read: conditions.Read) -> None:
        """Check that a condition reads an answer that exists, with a value that can occur."""
        name = read.condition.step
        ask = self._asks.get(name)
        if ask is None:
            if name not in self._set:
                message = f"no question and no `set` of this entry is called `{name}`"
                self._problems.error(read.key, "unknown-answer", message)
            return
        if wrong := _misfit(ask, read.condition):
            self._problems.error(read.value, "condition", wrong)


def _misfit(ask: schema_entry.Ask, condition: model.AnswerIs | model.Compare) -> str:
    """Return why a condition can never fit the answers of a question; empty where it can."""
    if isinstance(condition, model.Compare):
        fits = {"number": int, "date": str}.get(ask.ask)
        if fits is None:
            return f"answers of kind {ask.ask} have no before and after"
        if not isinstance(condition.bound, fits):
            return f"this does not fit a question of kind {ask.ask}"
        if isinstance(condition.bound, str):
            try:
                relative_date(condition.bound, _SOME_DAY)
            except ValueError:
                return "a date (2027-11-01) or a duration from today (-P14D) is expected"
        return ""
    match ask.ask:
        case "choice":
            strange = [value for value in condition.values if value not in (ask.choices or {})]
            return f"`{strange[0]}` is no choice of `{ask.id}`" if strange else ""
        case "yes_no":
            sound = all(isinstance(value, bool) for value in condition.values)
            return "" if sound else "the answer is true or false"
        case "number":
            sound = all(type(value) is int for value in condition.values)
            return "" if sound else "the answer is a whole number"
        case "date":
            return "a date is compared with before, after, at_least or at_most"
        case "text":
            return "free words cannot be compared"
        case _:
            assert_never(ask.ask)


def _common(base: model.Step) -> dict[str, Any]:
    return {"id": base.id, "guard": base.guard, "next": base.next}
