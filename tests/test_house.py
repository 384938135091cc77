"""The house itself: sizes, names of settings and commands in the README, nothing dead on the
shelf.
"""

from __future__ import annotations

import re
from pathlib import Path

import click

from bot.cli import lotse
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "bot").rglob("*.py"))
README = (ROOT / "README.md").read_text("utf-8")


def test_no_module_is_over_400_lines() -> None:
    long = {str(p.relative_to(ROOT)): n for p in MODULES if (n := _lines(p)) > 400}
    assert not long


def test_the_median_module_is_under_150_lines() -> None:
    sizes = sorted(_lines(path) for path in MODULES)
    assert sizes[len(sizes) // 2] < 150


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if "versions" not in path.parts and not path.read_text("utf-8").lstrip().startswith('"""')
    ]
    assert not silent


def test_every_setting_is_in_the_readme() -> None:
    names = {f"LOTSE_{name.upper()}" for name in Settings.model_fields}
    assert not {name for name in names if name not in README}


def test_every_command_is_in_the_readme() -> None:
    names: list[str] = []
    for name, command in lotse.commands.items():
        if isinstance(command, click.Group):
            names += [f"lotse {name} {inner}" for inner in command.commands]
        else:
            names.append(f"lotse {name}")
    assert not [name for name in names if name not in README]


def test_readme_names_no_setting_that_does_not_exist() -> None:
    named = set(re.findall(r"LOTSE_[A-Z_]+", README))
    known = {f"LOTSE_{name.upper()}" for name in Settings.model_fields}
    assert named - known - {"LOTSE_TEST_KILLS"} == set()


def _lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())
