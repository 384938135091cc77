"""The editors' guide: whoever copies its samples gets what it promises."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
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
from bot.content.strict_yaml import Node
from bot.service.check import check
from bot.service.rehearsal import DAY, play, report
from bot.service.webchat import WEB
from tests.conftest import ROOT

GUIDES = ("README.md", "README.en.md")
CHANNELS = {"Telegram": TELEGRAM, "Matrix": MATRIX, "the web": WEB}
ENTRY = "topics/arrival/office-visit.yaml"
REHEARSAL = "tests/de/office-visit.yaml"
_SAMPLE = re.compile(r"^( *)```yaml\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| (?P<codes>`[a-z-]+`.*?) \|", re.MULTILINE)


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
    for name, sample in _new(guide).items():
        (content / name).write_text(sample, "utf-8")
    return content


def _new(guide: str) -> Mapping[str, str]:
    files = _files(guide).items()
    return {name: sample for name, sample in files if not (ROOT / "content" / name).exists()}


@pytest.mark.parametrize("guide", GUIDES)
def test_every_sample_is_yaml_in_its_form(guide: str) -> None:
    assert len(_samples(guide)) >= 10
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
    texts = 0
    for sample in _samples(guide):
        node = strict_yaml.parse(sample.encode(), guide, Problems())
        assert node is not None
        for text in _texts(node):
            texts += 1
            assert text.block, text.value
    assert texts >= 12


def _texts(node: Node) -> Iterator[Node]:
    if isinstance(node.value, list):
        for item in node.value:
            yield from _texts(item)
    for key, child in node.items():
        if key in {"say", "more", "text", "title", "note"}:
            yield child
        elif key == "choices" and isinstance(child.value, dict):
            yield from child.value.values()
        else:
            yield from _texts(child)


@pytest.mark.parametrize("guide", GUIDES)
def test_the_new_files_can_be_pasted(guide: str, tmp_path: Path) -> None:
    content = _paste(guide, tmp_path)
    problems = check(content, ROOT / "locales", today=DAY, channels=CHANNELS)
    pasted = {(content / name).as_posix() for name in _new(guide)}
    assert (content / ENTRY).as_posix() in pasted
    assert [problem for problem in problems if problem.severity == "error"] == []
    assert [problem for problem in problems if problem.file in pasted] == []
    assert "office-visit" in load(content, ROOT / "locales").topics[0].entries


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
        assert f'"{code}"' in source, code


def _codes(guide: str) -> set[str]:
    """Return the messages in the first column of the table under the heading about messages."""
    table = _guide(guide).partition("`[ ]`")[2].partition("\n## ")[0]
    rows = [found["codes"] for found in _ROW.finditer(table)]
    return {code for row in rows for code in re.findall(r"[a-z][a-z-]+", row)}
