"""The editors' guide: whoever copies its samples gets what it promises."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from bot.channels.matrix.channel import CAPABILITIES as MATRIX
from bot.channels.telegram.channel import CAPABILITIES as TELEGRAM
from bot.content import strict_yaml
from bot.content.json_schema import SCHEMAS
from bot.content.load import load
from bot.content.problems import Problems
from bot.content.rehearsals import open_file, read
from bot.content.schema_entry import AnyStep
from bot.domain.errors import Problem
from bot.service.check import check
from bot.service.rehearsal import DAY, play, report
from bot.service.webchat import WEB
from tests.conftest import ROOT

GUIDES = ("README.md",)
CHANNELS = {"Telegram": TELEGRAM, "Matrix": MATRIX, "the web": WEB}
ENTRY = "topics/arrival/office-visit.yaml"
REHEARSAL = "tests/de/office-visit.yaml"
_SAMPLE = re.compile(r"^( *)```yaml\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_PAIR = re.compile(r"^\| `(?P<codes>[a-z-]+`.*?) \|", re.MULTILINE)


def _guide(name: str) -> str:
    return (ROOT / "content" / name).read_text("utf-8")


def _samples(guide: str) -> list[str]:
    """Return the YAML samples of a guide; one inside a list without the indentation of the list."""
    return [
        re.sub(f"^{found[1]}", "", found[2], flags=re.MULTILINE)
        for found in _SAMPLE.finditer(_guide(guide))
    ]


def _files(guide: str) -> Mapping[str, str]:
    """Return the samples that are a file or a part of one, by its name in the content folder."""
    samples = _samples(guide)
    return {
        sample.partition("\n")[0].removeprefix("# content/"): sample
        for sample in samples
        if sample.startswith("# content/")
    }


def _paste(guide: str, folder: Path) -> Path:
    """Return a copy of the shipped content with every sample that is a new file written into it."""
    content = folder / "content"
    shutil.copytree(ROOT / "content", content)
    for name, sample in _files(guide).items():
        if not (content / name).exists():
            (content / name).write_text(sample, "utf-8")
    return content


@pytest.mark.parametrize("guide", GUIDES)
def test_every_sample_is_yaml_in_its_form(guide: str) -> None:
    assert len(_samples(guide)) >= 12
    for sample in _samples(guide):
        problems = Problems()
        node = strict_yaml.parse(sample.encode(), guide, problems)
        assert problems.all() == (), sample
        assert node is not None
        head = sample.partition("\n")[0]
        if head == "# steps":
            TypeAdapter(list[AnyStep]).validate_python(node.plain())
        elif head.startswith("# content/"):
            name = head.removeprefix("# content/")
            (kind,) = [each for each in SCHEMAS.values() if fnmatchcase(name, each.files)]
            TypeAdapter(kind.form).validate_python(node.plain())


@pytest.mark.parametrize("guide", GUIDES)
def test_texts_of_samples_are_blocks(guide: str) -> None:
    for sample in _samples(guide):
        assert not re.search(r"^[ -]*(say|text|more|title|note|name): +[^|{\n]*[a-zäöü]{3} [a-z]",
                             sample.replace("- name:", "- _:"), re.MULTILINE), sample


@pytest.mark.parametrize("guide", GUIDES)
def test_the_new_files_can_be_pasted(guide: str, tmp_path: Path) -> None:
    content = _paste(guide, tmp_path)
    assert (content / ENTRY).exists()

    def examined(folder: Path) -> set[Problem]:
        found = check(folder, ROOT / "locales", today=date(2026, 11, 24), channels=CHANNELS)
        return {problem for problem in found if Path(problem.file).is_relative_to(content)}

    new = {problem for problem in examined(content) if Path(problem.file).name in _new(guide)}
    assert new == set()
    assert "office-visit" in load(content, ROOT / "locales").topics[0].entries


def _new(guide: str) -> set[str]:
    return {Path(name).name for name in _files(guide) if not (ROOT / "content" / name).exists()}


@pytest.mark.parametrize("guide", GUIDES)
def test_the_conversation_of_the_new_entry_goes_as_written(guide: str, tmp_path: Path) -> None:
    content = _paste(guide, tmp_path)
    catalogue = load(content, ROOT / "locales")
    problems = Problems()
    (rehearsal,) = read(open_file(content / REHEARSAL, problems), None, problems)
    assert problems.all() == ()
    outcome = play(rehearsal, catalogue, DAY)
    assert outcome.passed, "\n" + report(outcome)


def test_both_guides_show_the_same_samples_and_name_the_same_messages() -> None:
    german, english = (set(_files(guide)) for guide in GUIDES)
    assert german == english
    german_codes, english_codes = (_codes(guide) for guide in GUIDES)
    assert german_codes == english_codes
    assert len(german_codes) >= 20


@pytest.mark.parametrize("guide", GUIDES)
def test_the_pictures_are_there(guide: str) -> None:
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", _guide(guide))
    assert len(pictures) == 2
    for picture in pictures:
        assert (ROOT / "content" / picture).is_file()


@pytest.mark.parametrize("guide", GUIDES)
def test_messages_that_the_guide_explains_exist(guide: str) -> None:
    source = "".join(
        path.read_text("utf-8")
        for room in ("content", "service")
        for path in (ROOT / "bot" / room).rglob("*.py")
    )
    for code in _codes(guide):
        kind = re.fullmatch(r"unknown-(?:entry|place)", code)
        assert f'"{code}"' in source or (kind and 'f"unknown-{kind}"' in source), code


def _codes(guide: str) -> set[str]:
    """Return the messages in the first column of the table under the heading about messages."""
    table = _guide(guide).partition("`[ ]`")[2].partition("\n## ")[0]
    rows = [found["codes"] for found in _PAIR.finditer(table)]
    return {code for row in rows for code in re.findall(r"[a-z][a-z-]+", row)}
