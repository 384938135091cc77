"""A folder of deliberately broken files: every problem is named, each in its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.content.conftest import ADDRESS, FILES, Pack

ENTRY = "topics/arrival/address.yaml"

# (file, what stands there, what is put in its place, line, code): one mistake each.
MISTAKES = [
    ("site.yaml", "zone: Europe/Berlin", "zone: Berlin", 10, "form"),
    ("site.yaml", "land: BB", "land: Brandenburg", 11, "form"),
    ("site.yaml", "resume_after: P14D", "resume_after: 14 days", 22, "form"),
    ("site.yaml", "leave_url: https:", "leave_url: http:", 26, "form"),
    ("site.yaml", "confirmed: true", "confirmed: yes", 7, "form"),
    ("site.yaml", "status: source", "status: draft", 13, "source-language"),
    ("site.yaml", "dir: rtl", "dir: right", 17, "form"),
    ("site.yaml", "default: [en]", "default: [fr]", 20, "unknown-language"),
    ("site.yaml", "default: [en]", "uk: [ru]", 20, "fallback"),
    ("site.yaml", "default: [en]", "xx: [en]", 20, "unknown-language"),
    ("site.yaml", "phone: office-phone", "phone: no-phone", 8, "unknown-fact"),
    ("site.yaml", "source: de", "source: fr", 9, "source-language"),
    ("facts.yaml", 'amount: "73.00"', "amount: 73 Euro", 3, "fact-value"),
    ("facts.yaml", "currency: EUR}}]", "currency: Euro}}]", 3, "fact-value"),
    ("facts.yaml", "kind: money", "kind: cash", 2, "form"),
    ("facts.yaml", "review_by: 2027-11-01", "review_by: 01.11.2027", 6, "form"),
    ("facts.yaml", "review_by: 2027-11-01", "review_by: 2027-02-30", 6, "form"),
    ("facts.yaml", "valid_until: 2025-12-31", "valid_until: 2024-12-31", 10, "fact-values"),
    ("facts.yaml", "valid_from: 2026-01-01}", "valid_from: 2025-01-01}", 9, "fact-values"),
    ("facts.yaml", "value: 3", "value: drei", 16, "fact-value"),
    ("facts.yaml", "https://www.example.org/a", "www.example.org", 21, "fact-value"),
    ("facts.yaml", '"+49356168710"', '"03561 6871-0"', 26, "fact-value"),
    ("facts.yaml", "\nfee:", "\nFee:", 1, "form"),
    ("facts.yaml", "confidence: high", "confidance: high", 5, "form"),
    ("places.yaml", "postcode: 03130", "postcode: 3130", 4, "form"),
    ("places.yaml", "mail: rathaus@example.org", "mail: rathaus", 7, "form"),
    ("places.yaml", "url: page", "url: fee", 6, "fact-kind"),
    ("places.yaml", "{fact:fee}", "{fact:fees}", 9, "unknown-fact"),
    ("places.yaml", "lat: 51.5694", "lat: 515694", 10, "form"),
    ("emergency.yaml", "number: sos", "number: fee", 7, "fact-kind"),
    ("emergency.yaml", "  - id: rescue", "  - id: Rescue", 6, "form"),
    ("topics/arrival/_topic.yaml", "id: arrival", "id: ankommen", 1, "id-name"),
    ("topics/arrival/_topic.yaml", "order: 1", "order: first", 4, "form"),
    ("topics/arrival/_topic.yaml", "course]", "course, tax]", 5, "unknown-entry"),
    ("topics/arrival/_topic.yaml", "course]", "course, course]", 5, "duplicate-id"),
    (ENTRY, "id: address", "id: adress", 1, "id-name"),
    (ENTRY, "review_by: 2027-11-01\n", "", 1, "form"),
    (ENTRY, "sources: [fee,", "sources: [free,", 5, "unknown-fact"),
    (ENTRY, '"[Amt](https://example.org)"', '"das Amt"', 5, "source"),
    (ENTRY, "{fact:fee}", "{fact:free}", 9, "unknown-fact"),
    (ENTRY, "{fact:fee}", "{fee}", 9, "markup"),
    (ENTRY, "- Geld", "- Geld {fact:none}", 13, "unknown-fact"),
    (ENTRY, "- id: where", "- id: intro", 16, "duplicate-id"),
    (ENTRY, "- id: where", "- id: Where", 16, "form"),
    (ENTRY, "- id: where", "- id: not", 16, "reserved"),
    (ENTRY, "ask: choice", "ask: choices", 17, "form"),
    (ENTRY, "ask: choice", "ask: text", 20, "choices"),
    (ENTRY, "      guben: |", "      gu ben: |", 21, "form"),
    (ENTRY, "        Guben\n", "        Guben {fact:fee}\n", 22, "markup"),
    (ENTRY, "when: {where: guben}", "when: {where: cottbus}", 26, "condition"),
    (ENTRY, "when: {where: guben}", "when: {wohin: guben}", 26, "unknown-answer"),
    (ENTRY, "when: {where: guben}", "when: guben", 26, "condition"),
    (ENTRY, "when: {where: guben}", "when: {any: guben}", 26, "condition"),
    (ENTRY, "when: {where: guben}", "when: {not: {where: [guben, 1]}}", 26, "condition"),
    (ENTRY, "when: {where: guben}", "when: {where: {before: P1D}}", 26, "condition"),
    (ENTRY, "then: hall", "then: house", 27, "unknown-step"),
    (ENTRY, "else: since", "else: until", 28, "unknown-step"),
    (ENTRY, "place: town-hall", "place: townhall", 30, "unknown-place"),
    (ENTRY, "place: town-hall", "plaec: town-hall", 29, "form"),
    (ENTRY, "place: town-hall", "place: town-hall\n    say: |\n      x", 29, "form"),
    (ENTRY, "place: town-hall", "place: town-hall\n    next: nowhere", 31, "unknown-step"),
    (ENTRY, "place: town-hall", "place: town-hall\n    next: fork", 25, "loop"),
    (ENTRY, "place: town-hall", "lookup: {table: a, by: [where]}", 30, "unknown-table"),
    (ENTRY, "min: -P1Y", "min: gestern", 35, "limits"),
    (ENTRY, "max: P0D", "max: -P2Y", 36, "limits"),
    (ENTRY, "{since: {before: -P14D}}", "{since: {bevor: -P14D}}", 38, "condition"),
    (ENTRY, "{since: {before: -P14D}}", "{since: {before: 14}}", 38, "condition"),
    (ENTRY, "{since: {before: -P14D}}", "{since: 2026-01-01}", 38, "condition"),
    (ENTRY, "document: passport", "document: [passport, visa]", 42, "unknown-document"),
    (ENTRY, "call: course", "call: courses", 44, "unknown-entry"),
    (ENTRY, "call: course", "goto: course", 45, "unreachable"),
    (ENTRY, "{goto: course}", "{goto: kurs}", 46, "unknown-entry"),
    (ENTRY, "{goto: course}", "{book: first}", 46, "unknown-service"),
    (ENTRY, "{goto: course}", "{handoff: registration}", 46, "unknown-topic"),
    (ENTRY, "place: town-hall", "handoff: registration", 30, "unknown-topic"),
    (ENTRY, "place: town-hall", "handoff: {topic: arrival}", 30, "form"),
    (ENTRY, "place: town-hall", "book: first", 30, "unknown-service"),
    (ENTRY, "{goto: course}", "{goto: course, call: course}", 46, "offer"),
    (ENTRY, "{link: page}", "{link: fee}", 46, "fact-kind"),
    (ENTRY, "{link: page}", "{link: none}", 46, "unknown-fact"),
    ("phrases/de/commands.yaml", "no: [nein]", "nope: [nein]", 2, "form"),
    ("phrases/de/commands.yaml", "no: [nein]", "no: [ja]", 3, "ambiguous"),
    ("phrases/de/commands.yaml", "no: [nein]", 'no: [" "]', 2, "empty"),
]

# (file, its whole content, line, code): files whose syntax or shape is broken.
BROKEN: list[tuple[str, bytes, int, str]] = [
    (ENTRY, b"id: address\nsteps:\n  - id: x\n    say: {fact:fee} Euro\n", 4, "syntax"),
    (ENTRY, b"id: address\nsteps:\n  - id: x\n    say: Bitte mitbringen: Pass\n", 4, "syntax"),
    (ENTRY, b"id: address\nsteps:\n\t- id: x\n", 3, "tab"),
    (ENTRY, b"id: address\ntitle: T\xfcr\n", 2, "encoding"),
    (ENTRY, b"id: address\ntitle: |\n  a\nid: again\n", 4, "duplicate-key"),
    (ENTRY, b"id: address\ntitle: &t x\nsteps: *t\n", 3, "not-allowed"),
    (ENTRY, b"id: address\n---\nid: b\n", 2, "documents"),
    (ENTRY, b"\n\n- a\n- b\n", 3, "form"),
    (ENTRY, b"", 1, "form"),
    (ENTRY, b"id: address\ntitle: 'x\n", 2, "syntax"),
    (ENTRY, b"id: address\nsteps: [1, 2\nreview_by: x\n", 3, "syntax"),
    (ENTRY, b"[" * 5000, 1, "too-deep"),
    (ENTRY, b"# " + b"x" * 1_100_000, 1, "too-large"),
    ("facts.yaml", b"- a\n", 1, "form"),
    ("facts.yaml", b"a: {b: c\nd: e\n", 2, "syntax"),
    ("site.yaml", b"name: \x07\n", 1, "invisible"),
]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_named_in_its_line(
    pack: Pack, mistake: tuple[str, str, str, int, str]
) -> None:
    name, old, new, line, code = mistake
    text = "\n" + FILES[name]
    assert old in text
    pack.write(name, text.replace(old, new, 1)[1:])
    assert (Path(name).name, line, code) in pack.found()
    errors = [item for item in pack.problems() if item.severity == "error"]
    assert errors
    assert all(item.message and item.column >= 1 for item in errors)


@pytest.mark.parametrize(("name", "content", "line", "code"), BROKEN)
def test_each_broken_file_is_named_in_its_line(
    pack: Pack, name: str, content: bytes, line: int, code: str
) -> None:
    pack.write(name, content)
    found = pack.found()
    assert (Path(name).name, line, code) in found
    others = {file for file, _, _ in found} - {Path(name).name}
    if name != "site.yaml":
        assert others == set(), "one broken file raises false alarms in others"


def test_all_of_them_together(pack: Pack) -> None:
    """Many broken files at once: each is named, and a sound file is not."""
    wanted: set[tuple[str, int, str]] = set()
    for number, (_, content, line, code) in enumerate(BROKEN):
        pack.write(f"topics/arrival/broken-{number}.yaml", content)
        wanted.add((f"broken-{number}.yaml", line, code))
    entry_mistakes = [mistake for mistake in MISTAKES if mistake[0] == ENTRY]
    for number, (_, old, new, line, code) in enumerate(entry_mistakes):
        if code != "id-name":
            text = ADDRESS.replace("id: address", f"id: wrong-{number}", 1).replace(old, new, 1)
            pack.write(f"topics/arrival/wrong-{number}.yaml", text)
            wanted.add((f"wrong-{number}.yaml", line, code))
    assert len(wanted) > 50
    found = pack.found()
    assert wanted <= set(found)
    assert "address.yaml" not in {file for file, _, _ in found}


def test_several_problems_of_one_file_come_at_once(pack: Pack) -> None:
    text = ADDRESS.replace("title: |", "titel: |").replace("then: hall", "than: hall")
    pack.write(ENTRY, text.replace("max: P0D", "max: {}"))
    assert [(line, code) for file, line, code in pack.found() if file == "address.yaml"] == [
        (1, "form"),
        (2, "form"),
        (25, "form"),
        (27, "form"),
        (36, "form"),
        (36, "form"),
    ]


def test_the_hint_shows_how_a_text_is_written(pack: Pack) -> None:
    pack.change("topics/arrival/course.yaml", "say: |\n      {fact:rule}", "say: {fact:rule}")
    (problem,) = [item for item in pack.problems() if item.severity == "error"]
    assert (problem.line, problem.column) == (7, 10)
    assert problem.hint == "Write it as a block:\n  say: |\n    {fact:rule}"


def test_missing_files_are_named(pack: Pack) -> None:
    for name in ("site.yaml", "emergency.yaml", "topics/arrival/_topic.yaml"):
        (pack.content / name).unlink()
    found = pack.found()
    assert ("site.yaml", 1, "missing-file") in found
    assert ("emergency.yaml", 1, "missing-file") in found
    assert ("_topic.yaml", 1, "missing-file") in found


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    broken = Pack(tmp_path)
    broken.content = tmp_path / "nowhere"
    assert ("nowhere", 1, "missing-folder") in broken.found()


def test_files_that_nobody_reads_are_named(pack: Pack) -> None:
    pack.write("topics/arrival/other.yml", "id: other\n")
    pack.write("remarks.yaml", "a: 1\n")
    found = pack.found()
    assert ("other.yml", 1, "file-name") in found
    assert ("remarks.yaml", 1, "file-name") in found
