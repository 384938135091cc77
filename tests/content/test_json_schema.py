"""The schemas say what the door says: the shipped content passes, broken files do not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.content import strict_yaml
from bot.content.json_schema import SCHEMAS, json_schema
from bot.content.problems import Problems
from tests.content.conftest import ADDRESS, FILES
from tests.content.test_broken import ENTRY, MISTAKES

ROOT = Path(__file__).parents[2] / "content"
VALIDATORS = {name: Draft202012Validator(json_schema(name)) for name in SCHEMAS}


def kind_of(name: str) -> str | None:
    path = PurePosixPath(name)
    return next((kind for kind, found in SCHEMAS.items() if path.match(found.files)), None)


def plain(text: bytes) -> Any:
    node = strict_yaml.parse(text, "f", Problems())
    assert node is not None
    return node.plain()


def errors(name: str, text: str) -> list[str]:
    kind = kind_of(name)
    assert kind is not None, name
    return [error.message for error in VALIDATORS[kind].iter_errors(plain(text.encode()))]


SHIPPED = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.yaml"))


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_content_passes(name: str) -> None:
    assert errors(name, (ROOT / name).read_text("utf-8")) == []


def test_the_guide_maps_every_kind_of_file() -> None:
    guide = (ROOT / "README.md").read_text("utf-8")
    for name, kind in SCHEMAS.items():
        assert f'"var/schema/{name}.schema.json": "content/{kind.files}"' in guide


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_small_content_passes(name: str) -> None:
    assert errors(name, FILES[name]) == []


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_schema_is_one_and_is_explained_in_german(name: str) -> None:
    schema = json_schema(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"].startswith("https://json-schema.org/draft/2020-12")
    silent = [place for place, child in properties(schema) if not child.get("description")]
    assert silent == []


def properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for title, form in [("", schema), *schema["$defs"].items()]:
        if title != "Condition":
            for key, child in form.get("properties", {}).items():
                yield f"{title}.{key}", child


# What only the check can know: other files, order, what steps lead to, dates that do not exist.
BEYOND = {
    "unknown-fact", "unknown-step", "unknown-place", "unknown-document", "unknown-entry",
    "unknown-answer", "unknown-language", "unknown-table", "id-name", "duplicate-id", "reserved",
    "source-language", "fallback", "fact-kind", "fact-values", "limits", "loop", "unreachable",
    "unknown-topic", "unknown-service", "markup", "choices", "ambiguous", "condition", "source",
    "empty",
}  # fmt: skip


# No pattern knows all zones and calendars, and 03130 may come as 3130 from other programs.
LENIENT = {"zone: Berlin", "review_by: 2027-02-30", "postcode: 3130"}
OF_FORM = [each for each in MISTAKES if each[4] not in BEYOND and each[2] not in LENIENT]


@pytest.mark.parametrize("mistake", OF_FORM)
def test_a_mistake_of_form_fails(mistake: tuple[str, str, str, int, str]) -> None:
    name, old, new, _, _ = mistake
    assert errors(name, ("\n" + FILES[name]).replace(old, new, 1)) != []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("when: {where: guben}", "when: guben"),
        ("when: {where: guben}", "when: {any: guben}"),
        ("{since: {before: -P14D}}", "{since: {bevor: -P14D}}"),
        ("document: passport", "document: {passport: true}"),
    ],
)
def test_a_broken_condition_or_list_fails(old: str, new: str) -> None:
    assert errors(ENTRY, ADDRESS.replace(old, new, 1)) != []


@pytest.mark.parametrize(
    "condition",
    [
        "{where: [guben, other]}",
        "{all: [{where: guben}, {not: {where: other}}]}",
        "{any: [{since: {at_least: P0D}}, {since: {after: 2026-01-01}}]}",
        "{where: true}",
        "{where: 3}",
    ],
)
def test_every_form_of_a_condition_passes(condition: str) -> None:
    assert errors(ENTRY, ADDRESS.replace("when: {where: guben}", f"when: {condition}", 1)) == []


def test_a_postcode_may_be_read_as_a_number_by_other_programs() -> None:
    place = {"hall": {"name": "x", "address": {"street": "a", "postcode": 3130, "town": "b"}}}
    assert VALIDATORS["places"].is_valid(place)
