"""Conversations of editors: the form, and every slip with its line."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from bot.content.problems import Problems
from bot.content.rehearsals import ExpectedKind, Rehearsal, SayKind, files, open_file, read
from bot.content.schema_rehearsal import ExpectedForm, SayForm
from bot.domain.errors import ContentError
from bot.domain.inbound import AttachmentKind
from tests.content.conftest import Pack

FILE = "tests/de/first.yaml"
SOUND = """\
- name: In Guben
  today: 2026-11-24
  hint: uk
  says: [/start, Deutsch, 2, 15.12, {entry: address}, {choice: guben}]
  expects: [{step: papers}, {contains_fact: fee}, {contains_place: town-hall}, {language: de}]
  then:
    - says:
        - |
          Was heißt: "das"?
        - {wait: P20D}
      expects: [{ends: false}, {choices: [guben, Anderer Ort]}, {not_step: late}]
"""
# (what stands in the second line or later, line, code): one slip each.
SLIPS = [
    ("  says: [/start, {entry: adress}]\n  expects: [{ends: true}]", 2, "unknown-entry"),
    ("  says: [{choice: gubn}]\n  expects: [{ends: true}]", 2, "unknown-choice"),
    ("  says: [a]\n  expects: [{step: lat}]", 3, "unknown-step"),
    ("  says: [a]\n  expects: [{not_step: lat}]", 3, "unknown-step"),
    ("  says: [a]\n  expects: [{entry: adress}]", 3, "unknown-entry"),
    ("  says: [a]\n  expects: [{contains_fact: fees}]", 3, "unknown-fact"),
    ("  says: [a]\n  expects: [{contains_place: hall}]", 3, "unknown-place"),
    ("  says: [a]\n  expects: [{language: fr}]", 3, "unknown-language"),
    ("  says: [a]\n  expects: [{ends: ja}]", 3, "form"),
    ("  says: [a]\n  expects: [{contains: 3}]", 3, "form"),
    ("  says: [a]\n  expects: [{step: late, ends: true}]", 3, "form"),
    ("  says: [a]\n  expects: [{steps: late}]", 3, "form"),
    ("  says: [a]\n  expects: [{}]", 3, "form"),
    ("  says: [a]\n  expects: []", 3, "form"),
    ("  says: [a]", 1, "form"),
    ("  says: []\n  expects: [{ends: true}]", 2, "form"),
    ("  says: [true]\n  expects: [{ends: true}]", 2, "form"),
    ("  says: ['  ']\n  expects: [{ends: true}]", 2, "form"),
    ("  says: [{chioce: guben}]\n  expects: [{ends: true}]", 2, "form"),
    ("  says: [{wait: 20 days}]\n  expects: [{ends: true}]", 2, "form"),
    ("  says: [{wait: -P2D}]\n  expects: [{ends: true}]", 2, "form"),
    ("  says: [{command: yes}]\n  expects: [{ends: true}]", 2, "form"),
    ("  says: [{command: menue}]\n  expects: [{ends: true}]", 2, "form"),
    ("  says: [{media: film}]\n  expects: [{ends: true}]", 2, "form"),
    ("  today: morgen\n  says: [a]\n  expects: [{ends: true}]", 2, "form"),
    ("  says: [a: b]\n  expects: [{ends: true}]", 2, "form"),
    ("  says: [a]\n  expects: [{ends: true}]\n  then:\n    - says: [b]", 5, "form"),
    ("  says: [a]\n  expects: [{ends: true}]\n- name: A\n  says: [a]\n  expects: [{ends: true}]",
     4, "duplicate-name"),
]  # fmt: skip


def one(pack: Pack, text: str) -> Rehearsal:
    problems = Problems()
    (found,) = read(open_file(pack.write(FILE, text), problems), None, problems)
    assert not problems.all()
    return found


def test_a_file_says_what_she_does_and_what_is_expected(pack: Pack) -> None:
    found = one(pack, SOUND)
    assert (found.name, found.language) == ("In Guben", "de")
    assert (found.today, found.hint) == (date(2026, 11, 24), "uk")
    first, second = found.passages
    assert [(say.kind, say.value) for say in first.says] == [
        ("words", "/start"),
        ("words", "Deutsch"),
        ("words", "2"),
        ("words", "15.12"),
        ("entry", "address"),
        ("choice", "guben"),
    ]
    assert [(say.kind, say.value) for say in second.says] == [
        ("words", 'Was heißt: "das"?'),
        ("wait", "P20D"),
    ]
    assert [(each.kind, each.value) for each in second.expects] == [
        ("ends", False),
        ("choices", ("guben", "Anderer Ort")),
        ("not_step", "late"),
    ]
    assert (second.expects[0].mark.line, second.expects[0].mark.column) == (11, 17)


def test_the_form_of_the_design_is_valid(pack: Pack) -> None:
    text = (
        "- name: Guben\n"
        "  says: [/start, Українська, {entry: address}, {choice: guben}]\n"
        "  expects: [{step: hall}, {contains_fact: fee}]\n"
    )
    pack.write("tests/uk/address.yaml", text)
    assert not [item for item in pack.problems() if item.severity == "error"]
    assert pack.load().entries


@pytest.mark.parametrize(("rest", "line", "code"), SLIPS)
def test_each_slip_is_named_in_its_line(pack: Pack, rest: str, line: int, code: str) -> None:
    pack.write(FILE, f"- name: A\n{rest}\n")
    assert [found for found in pack.found() if found[0] == "first.yaml"] == [
        ("first.yaml", line, code)
    ]
    with pytest.raises(ContentError):
        pack.load()


def test_a_slip_in_an_id_gets_a_hint(pack: Pack) -> None:
    pack.write(FILE, "- name: A\n  says: [{entry: adress}]\n  expects: [{ends: true}]\n")
    (problem,) = [item for item in pack.problems() if item.code == "unknown-entry"]
    assert problem.message == "there is no entry `adress`"
    assert problem.hint == "Did you mean `address`?"


def test_a_folder_of_no_language_is_named(pack: Pack) -> None:
    pack.write("tests/fr/first.yaml", SOUND)
    assert ("first.yaml", 1, "unknown-language") in pack.found()


def test_a_broken_entry_raises_no_alarm_in_its_conversations(pack: Pack) -> None:
    pack.write(FILE, SOUND)
    pack.change("topics/arrival/address.yaml", "ask: choice", "ask: choices")
    assert {file for file, _, _ in pack.found()} == {"address.yaml"}


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[]\n"])
def test_an_empty_file_holds_no_conversation(pack: Pack, text: str) -> None:
    problems = Problems()
    assert read(open_file(pack.write(FILE, text), problems), None, problems) == ()
    assert not problems.all()
    assert files(pack.content) == [pack.content / FILE]


def test_forms_and_kinds_name_the_same_keys() -> None:
    assert set(SayForm.model_fields) | {"words"} == set(get_args(SayKind))
    assert set(ExpectedForm.model_fields) == set(get_args(ExpectedKind))
    media = get_args(SayForm.model_fields["media"].annotation)
    assert set(media) == set(AttachmentKind)


def test_texts_are_kept_as_they_were_written(pack: Pack) -> None:
    found = one(pack, "- name: A\n  says: ['  Müll?  ']\n  expects: [{contains: أهلًا}]\n")
    passage = found.passages[0]
    assert passage.says[0].value == "Müll?"
    assert unicodedata.is_normalized("NFC", str(passage.expects[0].value))


def test_a_file_can_stand_anywhere(pack: Pack, tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.yaml"
    path.write_text(SOUND, "utf-8")
    problems = Problems()
    (found,) = read(open_file(path, problems), None, problems)
    assert found.mark.file == path.as_posix()
