"""`lotse content check` and `schema`: what an editor sees, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.content.check import check, schema
from tests.content.conftest import Pack

ADDRESS = "topics/arrival/address.yaml"
DAY = ("--as-of", "2026-11-24")


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LOTSE_CONTENT_DIR", raising=False)
    return Pack(tmp_path)


def run(*words: str) -> Result:
    return CliRunner().invoke(check, words)


def test_sound_content_has_no_errors(pack: Pack) -> None:
    result = run(*DAY)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "0 errors, 1 warning"


def test_errors_come_first_with_their_place_and_how_to_mend_them(pack: Pack) -> None:
    pack.change(ADDRESS, "then: hall", "then: house")
    pack.write("topics/arrival/course.yaml", b"id: course\nsay: {fact:fee} Euro\n")
    result = run(*DAY)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    wanted = f"content/{ADDRESS}:27:11: error: this entry has no step `house` [unknown-step]"
    assert lines.index(wanted) == 0
    block = ["    Write:", "    say: |", "      {fact:fee} Euro"]
    assert any(lines[at : at + 3] == block for at in range(len(lines)))
    kinds = [line.split(": ")[1] for line in lines if line.startswith("content/")]
    assert kinds == ["error", "error", "warning"]
    assert lines[-1] == "2 errors, 1 warning"


def test_json_has_the_agreed_form(pack: Pack) -> None:
    pack.change(ADDRESS, "then: hall", "then: house")
    result = run(*DAY, "--format", "json")
    assert result.exit_code == 1
    first = json.loads(result.stdout)[0]
    assert set(first) == {"file", "line", "column", "severity", "code", "message", "hint"}
    assert (first["line"], first["column"], first["code"]) == (27, 11, "unknown-step")


def test_github_shows_problems_beside_their_lines(pack: Pack) -> None:
    pack.write("topics/arrival/course.yaml", b"id: course\nsay: 100 % und {fact:fee}: ja\n")
    result = run(*DAY, "--format", "github")
    first = result.stdout.splitlines()[0]
    assert first.startswith("::error file=content/topics/arrival/course.yaml,line=2,col=")
    assert ",title=syntax::" in first
    assert first.endswith("%0AWrite:%0Asay: |%0A  100 %25 und {fact:fee}: ja")
    assert all(line.startswith(("::error ", "::warning ")) for line in result.stdout.splitlines())


def test_the_calendar(pack: Pack) -> None:
    late = "content/facts.yaml:6:3: {}: `fee` was to be checked by 2027-11-01 [overdue]"
    warned = run("--as-of", "2027-12-01")
    assert warned.exit_code == 0
    assert late.format("warning") in warned.stdout.splitlines()
    refused = run("--today", "2027-12-01")
    assert refused.exit_code == 1
    assert late.format("error") in refused.stdout.splitlines()
    assert run("--today", "2027-12-01", "--as-of", "2027-12-01").exit_code == 2


def test_without_a_folder_nothing_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run()
    assert result.exit_code == 2
    assert "LOTSE_CONTENT_DIR" in result.stderr


def test_schemas_are_written_for_every_kind_of_file(pack: Pack, tmp_path: Path) -> None:
    result = CliRunner().invoke(schema, ["--out", "schema"])
    assert result.exit_code == 0
    written = {path.name: path for path in (tmp_path / "schema").iterdir()}
    assert {"entry.schema.json", "facts.schema.json", "site.schema.json"} <= written.keys()
    for path in written.values():
        assert json.loads(path.read_text("utf-8"))["$schema"].endswith("2020-12/schema")
    assert len(result.stdout.splitlines()) == len(written)
