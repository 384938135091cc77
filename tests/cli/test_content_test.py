"""`lotse content test`: what an editor sees, and the exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.content.conversations import content_test
from tests.content.conftest import Pack

PASSES = """\
- name: Guben
  says: [/start, Deutsch, {entry: address}, {choice: guben}]
  expects: [{step: hall}]
"""
FAILS = """\
- name: Anderswo
  says: [/start, Deutsch, {entry: address}, {choice: other}]
  expects: [{step: hall}]
"""


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    monkeypatch.chdir(tmp_path)
    made = Pack(tmp_path)
    made.write("tests/de/address.yaml", PASSES)
    return made


def run(*words: str) -> Result:
    return CliRunner().invoke(content_test, words)


def test_all_pass(pack: Pack) -> None:
    result = run()
    assert result.exit_code == 0
    assert result.stdout.startswith("1 conversation in 1 file: 1 passed, 0 failed (")


def test_a_failure_is_shown_and_counted(pack: Pack) -> None:
    pack.write("tests/uk/address.yaml", FAILS)
    result = run()
    assert result.exit_code == 1
    assert "content/tests/uk/address.yaml:1: Anderswo\n" in result.stdout
    assert "  S  [Anderer Ort]\n> L  Seit wann?\n" in result.stdout
    assert "content/tests/uk/address.yaml:3:13:\n    expected: the step `hall`\n" in result.stdout
    assert "failed: content/tests/uk/address.yaml: Anderswo\n" in result.stdout
    assert "2 conversations in 2 files: 1 passed, 1 failed" in result.stdout


def test_one_language_or_some_files_can_be_chosen(pack: Pack, tmp_path: Path) -> None:
    pack.write("tests/uk/address.yaml", FAILS)
    assert run("--lang", "de").exit_code == 0
    assert "0 passed, 1 failed" in run("--lang", "uk").stdout
    assert "1 passed, 0 failed" in run("content/tests/de/address.yaml").stdout
    elsewhere = tmp_path / "mine.yaml"
    elsewhere.write_text(FAILS, "utf-8")
    result = run("mine.yaml", "content/tests/de/address.yaml")
    assert "mine.yaml:3:13:" in result.stdout
    assert "2 conversations in 2 files: 1 passed, 1 failed" in result.stdout


def test_what_does_not_exist_is_refused(pack: Pack) -> None:
    for words in (("--lang", "fr"), ("nowhere.yaml",), ("--today", "soon")):
        assert run(*words).exit_code == 2


def test_broken_conversations_are_named(pack: Pack, tmp_path: Path) -> None:
    broken = PASSES.replace("choice: guben", "choice: gubn")
    (tmp_path / "mine.yaml").write_text(broken, "utf-8")
    result = run("mine.yaml")
    assert result.exit_code == 1
    assert "mine.yaml:2:45: error: there is no choice `gubn`" in result.stderr
    pack.write("tests/de/address.yaml", broken)
    result = run()
    assert result.exit_code == 1
    assert "content/tests/de/address.yaml:2:45: error: there is no choice" in result.stderr


def test_another_day_can_be_rehearsed(pack: Pack) -> None:
    says = "  says: [/start, Deutsch, {entry: course}]\n  expects: [{contains_fact: rule}]\n"
    pack.write("tests/de/address.yaml", f"- name: Heute\n{says}")
    assert run().exit_code == 0
    result = run("--today", "2027-01-01")
    assert result.exit_code == 1
    assert "said:     on 2027-01-01 it cannot be shown" in result.stdout
    pack.write("tests/de/address.yaml", f"- name: Damals\n  today: 2026-05-01\n{says}")
    assert run("--today", "2027-01-01").exit_code == 0


def test_no_conversation_is_no_failure(pack: Pack) -> None:
    (pack.content / "tests/de/address.yaml").unlink()
    result = run()
    assert result.exit_code == 0
    assert result.stdout.startswith("0 conversations in 0 files")
