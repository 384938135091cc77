"""A JSON Schema (draft 2020-12) for every kind of content file, made from the forms at the door.

For editor programs that check and complete while typing; `lotse content check` knows more. Where a
form leaves something to code (conditions, the value of a fact), it is described here. The German
words are in `descriptions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from bot.content import schema, schema_booking, schema_desk, schema_directory, schema_entry
from bot.content.conditions import RELATIONS
from bot.content.descriptions import FIELDS, FILES, FORMS
from bot.content.glossary import TermForm
from bot.content.phrases import Commands
from bot.content.schema_rehearsal import Rehearsals

Schema = dict[str, Any]
_DAY = r"^\d{4}-\d\d-\d\d$"
_MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d$"
_VALUE = {"type": ["string", "boolean", "integer"]}
_DECIMAL = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}]}
_FACT_VALUES: dict[str, Schema] = {
    "date": {"type": "string", "format": "date", "pattern": _DAY},
    "duration": {"type": "string", "pattern": r"^P(\d|T\d)[0-9YMWDTHS]*$"},
    "money": {
        "type": "object",
        "required": ["amount", "currency"],
        "properties": {
            "amount": _DECIMAL,
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        },
        "additionalProperties": False,
    },
    "number": _DECIMAL,
    "percent": _DECIMAL,
    "phone": {"type": "string", "pattern": r"^(\+[1-9]\d{5,14}|1\d{2,5})$"},
    "url": {"type": "string", "pattern": "^https://"},
    "text": {"type": "string"},
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: where such files are inside the content folder, and their form."""

    files: str
    form: Any


SCHEMAS: dict[str, Kind] = {
    "site": Kind("site.yaml", schema.Site),
    "facts": Kind("facts.yaml", dict[schema.Id, schema.Fact]),
    "places": Kind("places.yaml", dict[schema.Id, schema.Place]),
    "documents": Kind("documents.yaml", dict[schema.Id, schema.Document]),
    "emergency": Kind("emergency.yaml", schema.Emergency),
    "partners": Kind("partners.yaml", dict[schema.Id, schema_directory.Partner]),
    "notices": Kind("notices.yaml", dict[schema.Id, schema_directory.Notice]),
    "desk": Kind("desk.yaml", schema_desk.Desk),
    "services": Kind("services.yaml", dict[schema.Id, schema_booking.Service]),
    "office-hours": Kind("office_hours/*.yaml", schema_booking.HoursFile),
    "holidays": Kind("holidays.yaml", schema_desk.Holidays),
    "reply": Kind("replies/*.yaml", dict[schema.Id, schema_desk.Reply]),
    "topic": Kind("topics/*/_topic.yaml", schema.Topic),
    "entry": Kind("topics/*/[!_]*.yaml", schema_entry.Entry),
    "table": Kind("tables/*.yaml", schema_directory.Table),
    "commands": Kind("phrases/*/commands.yaml", Commands),
    "glossary": Kind("glossary/*.yaml", dict[str, schema.Text | TermForm]),
    "test": Kind("tests/*/*.yaml", Rehearsals),
}


def json_schema(name: str) -> Schema:
    """Return the schema of a kind of file."""
    made = TypeAdapter(SCHEMAS[name].form).json_schema(mode="validation")
    definitions = made.pop("$defs", {})
    form = made.get("title", "")
    definitions.setdefault("Condition", _condition())
    for title, definition in [(form, made), *definitions.items()]:
        _describe(title, definition)
        if title in _REFINED:
            _REFINED[title](definition)
    if "#/$defs/Condition" not in str([made, definitions]).replace(str(_condition()), ""):
        del definitions["Condition"]
    head = {"$schema": GenerateJsonSchema.schema_dialect, "title": name}
    return {**head, **made, **head, "description": FILES[name], "$defs": definitions}


def _describe(title: str, definition: Schema) -> None:
    """Put the German words in, and take out what only the program needs to know."""
    definition.pop("description", None)  # the docstring
    if title in FORMS:
        definition["description"] = FORMS[title]
    for key, child in definition.get("properties", {}).items():
        child.pop("description", None)
        words = FIELDS.get(f"{title}.{key}") or FIELDS.get(key)
        _tidy(child)
        if words:
            child["description"] = words
    _tidy(definition)


def _parts(definition: Schema) -> Iterator[Schema]:
    for key in ("items", "additionalProperties"):
        if isinstance(definition.get(key), dict):
            yield definition[key]
    yield from definition.get("patternProperties", {}).values()


def _tidy(child: Schema) -> None:
    """Leave out null, which stands for a key that is not there, and names of the program."""
    child.pop("title", None)
    if child.get("default", 0) in (None, [], {}):
        del child["default"]
    options = [each for each in child.get("anyOf", ()) if each != {"type": "null"}]
    if options and len(options) < len(child["anyOf"]):
        del child["anyOf"]
        child.update(options[0] if len(options) == 1 else {"anyOf": options})
    for own, known in (("ge", "minimum"), ("le", "maximum")):  # limits behind a validator
        if own in child:
            child[known] = child.pop(own)
    if child.get("format") == "date-time":  # local time, without a zone
        del child["format"]
        child["pattern"] = _MOMENT
    if child.get("format") == "date":
        child["pattern"] = _DAY
    if "patternProperties" in child:  # ids: others are refused
        child.setdefault("additionalProperties", False)
    for each in [*child.get("anyOf", ()), *_parts(child)]:
        _tidy(each)


def _condition() -> Schema:
    """Return the form of `if` and `when`; see `conditions`."""
    own = {"$ref": "#/$defs/Condition"}
    several = {"type": "array", "items": own, "minItems": 1}
    bounds = {name: {"type": ["integer", "string"]} for name in RELATIONS}
    compared = {
        "type": "object",
        "properties": bounds,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    one_of = {"type": "array", "items": _VALUE, "minItems": 1}
    return {
        "type": "object",
        "minProperties": 1,
        "properties": {"all": several, "any": several, "not": own},
        "additionalProperties": {"anyOf": [_VALUE, one_of, compared]},
    }


def _conditional(definition: Schema) -> None:
    for key in ("if", "when"):
        if key in definition["properties"]:
            words = definition["properties"][key].get("description")
            definition["properties"][key] = {"$ref": "#/$defs/Condition", "description": words}


def _exactly_one(definition: Schema) -> None:
    definition["minProperties"] = definition["maxProperties"] = 1


def _fact(definition: Schema) -> None:
    definition["allOf"] = [
        {
            "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
            "then": {"properties": {"values": {"items": {"properties": {"value": value}}}}},
        }
        for kind, value in _FACT_VALUES.items()
    ]


def _document(definition: Schema) -> None:
    if "document" not in definition["properties"]:  # a paper of documents.yaml
        return
    _conditional(definition)
    several = definition["properties"]["document"]
    words = several.pop("description", "")
    one = {key: value for key, value in several["items"].items() if key != "title"}
    definition["properties"]["document"] = {"anyOf": [one, several], "description": words}


def _address(definition: Schema) -> None:
    """Some programs read 03130 as a number; this one reads it as text."""
    postcode = definition["properties"]["postcode"]
    words = postcode.pop("description", "")
    definition["properties"]["postcode"] = {
        "anyOf": [postcode, {"type": "integer", "minimum": 0, "maximum": 99_999}],
        "description": words,
    }


def _table(definition: Schema) -> None:
    shown = {
        name: {"type": "string", "description": FIELDS[f"Shown.{name}"]}
        for name in ("text", "place", "contact")
    }
    definition["properties"]["rows"]["items"] = {
        "type": "object",
        "properties": shown,
        "additionalProperties": {"type": "string"},
    }


_STEPS = ("Say", "Ask", "When", "Set", "Place", "Contact", "Goto", "Call", "Offer", "End")
_REFINED: dict[str, Callable[[Schema], None]] = {
    **dict.fromkeys((*_STEPS, "Lookup", "Partners", "Book", "Handoff"), _conditional),
    "Document": _document,
    "OfferItem": _exactly_one,
    "SayForm": _exactly_one,
    "ExpectedForm": _exactly_one,
    "Fact": _fact,
    "Address": _address,
    "Table": _table,
}
