"""The traps of YAML: the corrected lines are printed, and they are right."""

from __future__ import annotations

import pytest

from bot.content import strict_yaml
from bot.content.problems import Problems
from tests.content.conftest import ADDRESS, Pack

ENTRY = "topics/arrival/address.yaml"
SAY = """    say: |
      Melden Sie sich an. Das kostet {fact:fee}.

      Bringen Sie mit:
      - Ausweis
      - Geld
    more: |
      Mehr steht [hier](https://example.org/mehr).
"""

TRAPS = [
    ("say: {fact:fee} Euro", ["{fact:fee} Euro"]),
    ("say: Bitte bringen Sie mit: Pass", ["Bitte bringen Sie mit: Pass"]),
    ("say: [Amt](https://a.de) hilft", ["[Amt](https://a.de) hilft"]),
    ('say: "Ja" sagen', ['"Ja" sagen']),
    ("say: 'So geht's'", ["So geht's"]),
    ('say: "Das bleibt offen', ["Das bleibt offen"]),
    ("say: *wichtig*", ["*wichtig*"]),
    ("say: - erstens", ["- erstens"]),
    ("say: % und mehr", ["% und mehr"]),
    ("say: Das\n      kostet: 5", ["Das", "kostet: 5"]),
]


@pytest.mark.parametrize(("line", "words"), TRAPS)
def test_a_trap_is_mended_by_what_is_printed(pack: Pack, line: str, words: list[str]) -> None:
    broken = ADDRESS.replace(SAY, f"    {line}\n")
    assert broken != ADDRESS
    pack.write(ENTRY, broken)
    hints = [item.hint for item in pack.problems() if item.file.endswith(ENTRY) and item.hint]
    block = "".join(f"\n      {each}" for each in words)
    assert hints[0] == f"Write:\n    say: |{block}"
    mended = broken.replace(f"    {line}", hints[0].removeprefix("Write:\n"))
    pack.write(ENTRY, mended)
    found = strict_yaml.parse(mended.encode(), ENTRY, Problems())
    assert found is not None
    said = found.get("steps", 0, "say")
    assert said is not None
    assert str(said.value).split("\n") == [*words, ""]


def test_braces_alone_read_as_a_mapping(pack: Pack) -> None:
    pack.write(ENTRY, ADDRESS.replace(SAY, "    say: {fact:fee}\n"))
    (problem,) = [item for item in pack.problems() if item.file.endswith(ENTRY)]
    assert (problem.line, problem.code) == (8, "form")
    assert problem.hint == "Write it as a block:\n  say: |\n    {fact:fee}"


def test_a_condition_is_no_text(pack: Pack) -> None:
    pack.change(ENTRY, "when: {where: guben}", "when: {where: guben} or not")
    (problem,) = [item for item in pack.problems() if item.file.endswith(ENTRY)]
    assert "|" not in problem.hint.split("Write the text")[0]


def test_what_follows_a_hash_is_lost_and_said(pack: Pack) -> None:
    pack.write(ENTRY, ADDRESS.replace(SAY, "    say: Bus # 5 fahren\n"))
    (problem,) = [item for item in pack.problems() if item.code == "comment"]
    assert problem.line == 8
    assert problem.hint == "Write:\n    say: |\n      Bus # 5 fahren"
