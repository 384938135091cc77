"""What every command has in common: help that helps, exit codes, and two names for one program."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli import lotse as command
from tests.program import Here, lotse


def commands(group: click.Group, *path: str) -> Iterator[list[str]]:
    for name, inner in group.commands.items():
        yield [*path, name]
        if isinstance(inner, click.Group):
            yield from commands(inner, *path, name)


ALL = list(commands(command))


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_says_in_a_sentence_what_it_does(here: Here, path: list[str]) -> None:
    ended = here(*path, "--help")
    assert ended.code == 0
    usage, _, rest = ended.out.partition("\n\n")
    assert usage.startswith(f"Usage: lotse {' '.join(path)}")
    sentence = rest.split("\n\n")[0].strip()
    assert len(sentence) > 15
    assert sentence[0].isupper()
    assert sentence.endswith((".", ".)"))


def test_help_of_the_program_says_where_to_begin(here: Here) -> None:
    ended = here("--help")
    assert ended.code == 0
    for words in ("lotse up", "lotse doctor", ".env", "Exit codes", "README"):
        assert words in ended.out


def test_without_a_command_it_shows_the_help_and_is_wrong_usage(here: Here) -> None:
    ended = here()
    assert ended.code == 2
    assert "Usage: lotse" in ended.err


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["up", "--port", "1"], ["db"], ["db", "nonsense"], ["chat", "x"]]
)
def test_wrong_usage_is_2(here: Here, arguments: list[str]) -> None:
    ended = here(*arguments)
    assert ended.code == 2
    assert "Usage:" in ended.err
    assert "fault in the program" not in ended.err


def test_python_m_bot_is_lotse(tmp_path: Path) -> None:
    ended = lotse(tmp_path, "--help")
    assert ended.code == 0
    assert ended.out.startswith("Usage: lotse ")
    script = Path(sys.executable).with_name("lotse")
    assert not script.exists() or script.stat().st_mode & 0o111
