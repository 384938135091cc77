"""`lotse chat --record`: a transcript, or a case that `lotse content test` then passes."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from bot.cli.content.conversations import content_test
from tests.program import environment, lotse

TALK = 'Guben\nmorgen: "vielleicht"\n1.11.2026\n'


def test_a_recorded_case_passes(tmp_path: Path) -> None:
    file = tmp_path / "tests" / "ar" / "mine.yaml"
    for language in ("de", "ar"):
        done = lotse(
            tmp_path, "chat", "--lang", language, "--record", str(file),
            stdin=f"/start register-address\n{TALK}",
        )  # fmt: skip
        assert done.code == 0, done.err
    text = file.read_text("utf-8")
    assert text.startswith("- name: Wohnsitz anmelden\n")
    assert text.count("\n- name: ") == 1
    assert text.count("- {choice: guben}\n") == 2
    assert text.count('- "morgen: \\"vielleicht\\""\n') == 2
    result = CliRunner().invoke(content_test, [str(file)], env=environment())
    assert result.exit_code == 0, result.stdout
    assert result.stdout.startswith("2 conversations in 1 file: 2 passed, 0 failed")


def test_any_other_file_is_a_transcript(tmp_path: Path) -> None:
    file = tmp_path / "talk.txt"
    file.write_text("old", "utf-8")
    done = lotse(tmp_path, "chat", "--lang", "de", "--record", str(file), stdin="1\n")
    assert done.code == 0, done.err
    text = file.read_text("utf-8")
    assert "\nS  1\n" in text
    assert not text.startswith("old")


def test_what_cannot_be_written_is_refused_before_the_conversation(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("a: b: c\n", "utf-8")
    done = lotse(tmp_path, "chat", "--record", str(broken), stdin="1\n")
    assert done.code == 1
    assert "broken.yaml:1:5: error: a colon stands inside this value" in done.err
    assert (done.out, broken.read_text("utf-8")) == ("", "a: b: c\n")
    done = lotse(tmp_path, "chat", "--record", str(tmp_path / "no" / "talk.txt"), stdin="1\n")
    assert done.code == 2
    assert "No such file or directory" in done.err


def test_nothing_said_is_no_case(tmp_path: Path) -> None:
    done = lotse(tmp_path, "chat", "--record", str(tmp_path / "mine.yaml"))
    assert done.code == 0
    assert (tmp_path / "mine.yaml").read_text("utf-8") == ""
