"""Playing conversations: what holds passes; what does not is shown with the line that differs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.content.catalogue import Catalogue
from bot.content.problems import Problems
from bot.content.rehearsals import Rehearsal, open_file, read
from bot.service.rehearsal import Outcome, play, report
from tests.content.conftest import Pack

Play = Callable[[str], Outcome]
BEGIN = "/start, Deutsch, {entry: address}"


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return Pack(tmp_path_factory.mktemp("pack"))


@pytest.fixture(scope="module")
def small(pack: Pack) -> Catalogue:
    return pack.load()


@pytest.fixture
def played(small: Catalogue, tmp_path: Path) -> Play:
    def played(text: str) -> Outcome:
        return play(rehearsal(tmp_path, text), small)

    return played


def rehearsal(folder: Path, text: str) -> Rehearsal:
    path = folder / "de" / "first.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    problems = Problems()
    (one,) = read(open_file(path, problems), None, problems)
    assert not problems.all()
    return one


def case(says: str, expects: str, more: str = "") -> str:
    return f"- name: A\n  says: [{says}]\n  expects: [{expects}]\n{more}"


HOLDS = [
    (BEGIN, "{step: where}, {step: intro}, {entry: address}, {ends: false}, {not_step: late}"),
    (BEGIN, "{choices: [guben, other]}"),
    (BEGIN, "{choices: [Guben, Anderer Ort]}"),
    (BEGIN, "{choices: [guben, other, Mehr dazu]}"),
    (BEGIN, "{contains: 'Das kostet 73 €.'}, {contains: '• Ausweis • Geld'}, {contains_fact: fee}"),
    (BEGIN, "{not_contains: Willkommen zurück}, {language: de}"),
    (f"{BEGIN}, {{choice: guben}}", "{step: hall}, {contains_place: town-hall}, {step: since}"),
    (f"{BEGIN}, {{choice: guben}}", "{contains_fact: fee}, {contains: '03130 Spremberg'}"),
    (f"{BEGIN}, 1", "{step: hall}, {choices: []}"),
    (f"{BEGIN}, {{press: Guben}}", "{step: hall}"),
    (f"{BEGIN}, {{choice: other}}, 1.11.2026", "{step: late}, {ends: true}, {choices: [course]}"),
    (f"{BEGIN}, {{choice: other}}, 20.11.2026", "{not_step: late}, {contains_fact: rule}"),
    (f"{BEGIN}, {{command: menu}}", "{choices: [arrival]}, {ends: false}"),
    (f"{BEGIN}, {{media: voice}}", "{step: where}, {contains: Sprachnachrichten}"),
    (f"{BEGIN}, {{wait: P20D}}, {{choice: guben}}", "{contains: Willkommen zurück}"),
    (f"{BEGIN}, {{wait: P20D}}, {{choice: guben}}", "{choices: [Weitermachen, Neu anfangen]}"),
    (f"{BEGIN}, {{wait: P3D}}, {{choice: guben}}", "{step: hall}"),
    ("/start", "{choices: [de, en, uk, ru, ar, dsb]}"),
]
# (says, expects, expected, said): what fails, and how the report says so.
FAILS = [
    (BEGIN, "{step: late}", "the step `late`", "address/intro, address/where"),
    (BEGIN, "{not_step: intro}", "not the step `intro`", "address/intro, address/where"),
    (BEGIN, "{entry: course}", "the entry `course`", "the entry `address`"),
    ("/start, Deutsch", "{entry: course}", "the entry `course`", "no entry"),
    ("/start, Deutsch", "{step: rule}", "the step `rule`", "no step of an entry"),
    (BEGIN, "{ends: true}", "the whole answer, no open question", "something still open"),
    (BEGIN, "{language: uk}", "`uk`", "the language `de`"),
    ("/start", "{language: de}", "`de`", "no language is chosen yet"),
    (BEGIN, "{choices: [other, guben]}", "the choices other, guben",
     "the choices guben [Guben], other [Anderer Ort]"),
    (BEGIN, "{choices: [guben]}", "the choices guben",
     "the choices guben [Guben], other [Anderer Ort]"),
    (BEGIN, "{choices: []}", "the choices none", "the choices guben [Guben], other [Anderer Ort]"),
    (BEGIN, "{contains: Das kostet 75 Euro.}", "the words: Das kostet 75 Euro.",
     "Melden Sie sich an. Das kostet 73 €."),
    (BEGIN, "{not_contains: 'kostet 73'}", "not the words: kostet 73",
     "Melden Sie sich an. Das kostet 73 €."),
    (BEGIN, "{contains_fact: wage}", "the fact `wage`: 13,90 €",
     "Melden Sie sich an. Das kostet 73 €."),
    (BEGIN, "{contains_fact: rumour}", "the fact `rumour`",
     "on 2026-11-24 it cannot be shown: no value, overdue or not confirmed"),
    (BEGIN, "{contains_place: town-hall}", "the place `town-hall`: Rathaus",
     "Melden Sie sich an. Das kostet 73 €. Bringen Sie mit: • Ausweis"),
    (f"{BEGIN}, {{choice: late}}", "{ends: true}", "to be possible",
     "there is no answer `late` here; answers here: guben, other"),
    (f"{BEGIN}, {{press: Weiter}}", "{ends: true}", "to be possible",
     "there is no button [Weiter] in sight; buttons here: [Guben] [Anderer Ort] [Mehr dazu]"),
    ("{entry: address}", "{ends: true}", "to be possible",
     "no language is chosen yet: begin with /start and the name of a language"),
]  # fmt: skip


@pytest.mark.parametrize(("says", "expects"), HOLDS)
def test_what_holds_passes(played: Play, says: str, expects: str) -> None:
    outcome = played(case(says, expects))
    assert outcome.passed, report(outcome)


@pytest.mark.parametrize(("says", "expects", "expected", "said"), FAILS)
def test_what_does_not_hold_is_named(
    played: Play, says: str, expects: str, expected: str, said: str
) -> None:
    outcome = played(case(says, expects))
    (miss,) = outcome.misses
    assert miss.expected == expected
    assert miss.said.startswith(said)
    assert miss.line is not None


def test_what_was_said_counts_from_the_passage_on(played: Play) -> None:
    then = "  then:\n    - says: [{choice: other}]\n      expects: [{%s: kostet}]\n"
    assert not played(case(BEGIN, "{contains: kostet}", then % "contains")).passed
    assert played(case(BEGIN, "{contains: kostet}", then % "not_contains")).passed


def test_nothing_is_played_after_a_miss(played: Play) -> None:
    then = "  then:\n    - says: [{choice: other}]\n      expects: [{step: nowhere}]\n"
    outcome = played(case(BEGIN, "{step: late}, {ends: true}", then))
    assert [miss.expected for miss in outcome.misses] == [
        "the step `late`",
        "the whole answer, no open question",
    ]
    assert outcome.lines[-1].choices


def test_a_value_is_not_part_of_another_one(pack: Pack, tmp_path: Path) -> None:
    pack.write(
        "facts.yaml",
        (pack.content / "facts.yaml").read_text("utf-8")
        + "short: {kind: number, values: [{value: 7}], source: {name: x}, confidence: high}\n"
        + "long: {kind: number, values: [{value: 3}], source: {name: x}, confidence: high}\n",
    )
    one = rehearsal(tmp_path, case(BEGIN, "{contains_fact: short}, {contains_fact: long}"))
    assert [miss.expected for miss in play(one, pack.load()).misses] == [
        "the fact `short`: 7",
        "the fact `long`: 3",
    ]


def test_a_conversation_is_played_on_its_day(small: Catalogue, tmp_path: Path) -> None:
    says = f"{BEGIN}, {{choice: other}}, 1.3.2025"
    late = case(says, "{step: late}, {contains: Kurs}, {contains_fact: rule}")
    one = rehearsal(tmp_path, late)
    assert not play(one, small).passed, "more than a year ago"
    assert not play(one, small, date(2025, 4, 1)).passed, "the rule did not hold then"
    own = rehearsal(tmp_path, late.replace("  says", "  today: 2026-02-01\n  says"))
    assert play(own, small, date(2025, 4, 1)).passed


def test_the_hint_offers_her_language_first(small: Catalogue, tmp_path: Path) -> None:
    text = (
        "- name: A\n  hint: uk\n  says: [/start]\n  expects: [{choices: [uk, de, en, ru, ar, dsb]}]"
    )
    assert play(rehearsal(tmp_path, text), small).passed


def test_a_report_shows_the_whole_conversation(played: Play) -> None:
    outcome = played(case(BEGIN, "{contains: Das kostet 75 Euro.}"))
    head, _, *lines = report(outcome).splitlines()
    assert head.endswith("de/first.yaml:1: A")
    assert lines[0] == "  S  /start"
    marked = [line for line in lines if line.startswith(">")]
    assert marked == ["> L  Melden Sie sich an. Das kostet 73\xa0€."]
    assert lines[-4].endswith("de/first.yaml:3:13:")
    assert lines[-3:] == [
        "    expected: the words: Das kostet 75 Euro.",
        "    said:     Melden Sie sich an. Das kostet 73 €.",
        "    step:     address/where",
    ]


def test_a_fault_of_the_content_fails(
    small: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.engine.walk.LIMIT", 1)
    outcome = play(rehearsal(tmp_path, case(BEGIN, "{ends: false}")), small)
    assert [miss.said for miss in outcome.misses] == ["step limit: address"]
