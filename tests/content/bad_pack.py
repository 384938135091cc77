"""Writes a folder in which more than a hundred files are broken, each in a way of its own.

`write` returns what must be said of each: its name, the line, the code.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.content.conftest import ADDRESS, FILES, Pack
from tests.content.test_broken import BROKEN, ENTRY, MISTAKES

Wanted = tuple[str, int, str]
TOPIC = "topics/arrival"
MEGABYTE = 1_000_000


def write(pack: Pack) -> set[Wanted]:
    """Break a sound pack; return what must be found."""
    wanted: set[Wanted] = set()
    for number, (name, content, line, code) in enumerate([*_broken(), *_entries(), *_tables()]):
        file = name or f"{TOPIC}/bad-{number}.yaml"
        own = content.replace(b"id: address", f"id: bad-{number}".encode(), 1)
        pack.write(file, own)
        wanted.add((Path(file).name, line, code))
    for language, body, line, code in _translations():
        path = pack.locales / language / "LC_MESSAGES" / "content.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        wanted.add((f"{language}/content.po", line, code))
    return wanted


def _broken() -> Iterator[tuple[str, bytes, int, str]]:
    for name, content, line, code in BROKEN:
        if name == ENTRY:
            yield "", content, line, code
    # Aliases of aliases: two to the power of thirty times the same list, if anybody followed them.
    bomb = "id: address\na0: &a0 [x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 31))
    yield "", bomb.encode(), 2, "not-allowed"
    yield "", b"id: address\ntitle: |\n  a\x00b\n", 3, "invisible"
    yield "", b"\xff\xfei\x00d\x00", 1, "encoding"
    yield "", b"id: address\ntitle: \xe2\x80\xaeevil\n", 2, "invisible"
    yield "", b"id: address\n? [a, b]\n: c\n", 2, "not-allowed"
    yield "", b"id: address\n<<: {a: b}\n", 2, "not-allowed"
    yield "", b"id: !!python/object/apply:os.system [x]\n", 1, "not-allowed"
    yield "", b"%YAML 9.9\n---\nid: address\n", 1, "syntax"
    yield "", b"id: address\nx: " + b"{a: " * 5_000, 2, "too-deep"
    yield "", b"id: address\ntitle: |\n  " + b"x" * (MEGABYTE + 1), 1, "too-large"
    yield "", b"x: 1\n" * 150_000, 2, "duplicate-key"
    yield "", b'id: "address\n', 1, "syntax"
    yield "", b"id: address\nsteps: [{id: a, say: x}\n", 3, "syntax"
    yield "", b"id: address\n id: b\n", 2, "syntax"
    yield "", b"id: [\xc3\x28]\n", 1, "encoding"
    yield "", b"\x89PNG\r\n\x1a\n\x00\x00", 1, "encoding"


def _entries() -> Iterator[tuple[str, bytes, int, str]]:
    for name, old, new, line, code in MISTAKES:
        if name == ENTRY and code not in {"id-name", "duplicate-id"}:
            yield "", ADDRESS.replace(old, new, 1).encode(), line, code
    head = "id: address\ntitle: |\n  Titel\nreview_by: 2027-11-01\nsteps:\n"
    for steps, line, code in (
        ("  - {id: a, say: x, next: a}\n", 6, "loop"),
        ("  - {id: a, say: x}\n  - {id: b, say: x, next: a}\n", 6, "loop"),
        ("  - {id: a, say: x, next: end}\n  - {id: b, say: x}\n", 7, "unreachable"),
        ("  - {id: a, say: 5}\n", 6, "form"),
        ("  - {id: a, say: [x]}\n", 6, "form"),
        ("  - {id: a, say: }\n", 6, "form"),
        ("  - {id: a, say: true}\n", 6, "form"),
        ("  - {id: 5, say: x}\n", 6, "form"),
        ("  - say\n", 6, "form"),
        ("  - []\n", 6, "form"),
        ("  - {id: a, end: false}\n", 6, "form"),
        ("  - {id: a, set: {}}\n", 6, "form"),
        ("  - {id: a, offer: []}\n", 6, "form"),
        ("  - {id: a, ask: number, text: x, min: 5, max: 1}\n", 6, "limits"),
        ("  - {id: a, ask: date, text: x, min: P1H}\n", 6, "limits"),
        ("  - {id: a, ask: yes_no, text: x, min: 1}\n", 6, "limits"),
        ("  - {id: a, ask: yes_no}\n", 6, "form"),
        ("  - {id: a, when: {}, then: a}\n", 6, "condition"),
        ("  - {id: a, when: {all: []}, then: a}\n", 6, "condition"),
        ("  - {id: a, when: {b: true}, then: a}\n", 6, "unknown-answer"),
        ("  - {id: a, call: nowhere}\n", 6, "unknown-entry"),
        ("  - {id: a, lookup: {table: nothing, by: [a]}}\n", 6, "unknown-table"),
        ("  - {id: a, document: []}\n", 6, "form"),
        ("  - {id: a, say: '{fact:nothing}'}\n", 6, "unknown-fact"),
        ("  - {id: a, say: '[x](http://a.de)'}\n", 6, "markup"),
        ("  - {id: a, goto: address, say: x}\n", 6, "form"),
    ):
        yield "", (head + steps).encode(), line, code


def _tables() -> Iterator[tuple[str, bytes, int, str]]:
    for name, row in (
        ("places.yaml", "hall: {name: x, lat: north}\n"),
        ("documents.yaml", "pass: {name: x, nmae: y}\n"),
        ("facts.yaml", "fact: {kind: cash}\n"),
    ):
        yield name, (FILES[name] + row).encode(), FILES[name].count("\n") + 1, "form"
    yield "phrases/de/commands.yaml", b"menu: [a]\nmenu: [b]\n", 2, "duplicate-key"
    yield "phrases/xx/commands.yaml", b"menu: [a]\n", 1, "unknown-language"
    yield f"{TOPIC}/bad.yml", b"id: bad\n", 1, "file-name"
    yield "tables/broken.yaml", b"by: where\n", 1, "form"


def _translations() -> Iterator[tuple[str, bytes, int, str]]:
    head = b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    one = b'msgctxt "topics/arrival/title"\nmsgid "Ankommen"\n'
    yield "en", head + one + b'msgstr "Arrive\n', 7, "po-syntax"
    yield "uk", head + one + b'msgstr "a"\n' + one + b'msgstr "b"\n', 8, "duplicate-key"
    yield "ru", head + b'msgctxt "x"\nmsgid "\xff"\nmsgstr "y"\n', 6, "encoding"
    rule = b'msgctxt "site/imprint"\nmsgid "Ein Impressum."\nmsgstr "{fact:fee}"\n'
    yield "dsb", head + rule, 5, "placeholders"
    message = '#. x\nmsgctxt "m/{}"\nmsgid "a"\nmsgstr "b"\n\n'
    many = "".join(message.format(number) for number in range(100_000))
    yield "ar", head + many.encode(), 5, "po-unknown"
