"""A feed becomes drafts; nothing is lost or overwritten, and nothing crashes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content import extract, schema, schema_entry, strict_yaml
from bot.content.door import validate
from bot.content.integreat import shapes
from bot.content.integreat.taking import Imported, take
from bot.content.problems import Problems
from tests.content.conftest import Pack
from tests.content.integreat.feed import DE, FEED, GERMAN, HALL, UKRAINIAN, page, write

TODAY = date(2026, 11, 22)


def taken(pack: Pack, source: Path, *, overwrite: bool = False) -> Imported:
    return take(source, pack.content, pack.load(), TODAY, overwrite=overwrite)


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    write(tmp_path / "in", "de/pages.json", FEED)
    write(tmp_path / "in", "uk/pages.json", [UKRAINIAN])
    return tmp_path / "in"


def draft(pack: Pack, name: str = "bankkonto-eroeffnen") -> str:
    return (pack.content / "drafts" / f"{name}.yaml").read_text("utf-8")


def test_a_page_becomes_an_entry_that_the_program_can_read(pack: Pack, feed: Path) -> None:
    found = taken(pack, feed)
    assert (found.pages, found.places, found.problems) == (3, 1, ())
    assert found.empty == ("Geld",)
    problems = Problems()
    node = strict_yaml.parse(draft(pack).encode(), "x.yaml", problems)
    assert node is not None
    entry = validate(schema_entry.Entry, node, problems)
    assert entry is not None, problems.all()
    assert (entry.id, entry.title, entry.review_by) == (
        "bankkonto-eroeffnen",
        "Bankkonto eröffnen",
        TODAY,
    )
    (say,) = entry.steps
    assert isinstance(say, schema_entry.Say)
    assert say.say.startswith("Konto\n\nSie brauchen ein Konto.\n\n- Pass\n- Geld\n\n")
    assert "[Bank](https://integreat.app/cottbus/de/bank)" in say.say
    assert say.more is not None


def test_drafts_are_not_live(pack: Pack, feed: Path) -> None:
    before = pack.load().version
    taken(pack, feed)
    assert pack.problems() == ()
    assert pack.load().version == before


def test_an_adopted_draft_gets_its_translations(pack: Pack, feed: Path) -> None:
    taken(pack, feed)
    pack.write("topics/arrival/bankkonto-eroeffnen.yaml", draft(pack))
    po = extract.read(pack.content / "drafts" / "uk.po")
    assert [item.msgctxt for item in po] == [
        "bankkonto-eroeffnen/title",
        "bankkonto-eroeffnen/intro",
        "bankkonto-eroeffnen/intro/more",
    ]
    texts = pack.load().texts
    assert all(texts[item.msgctxt].german == item.msgid for item in po)
    assert not any(item.fuzzy for item in po)


def test_another_number_of_blocks_is_doubtful(pack: Pack, tmp_path: Path) -> None:
    short = {**UKRAINIAN, "content": "<p>Коротко.</p>"}
    taken(pack, write(tmp_path, "feed.json", [GERMAN, short]))
    title, intro = extract.read(pack.content / "drafts" / "uk.po")
    assert (title.fuzzy, intro.fuzzy) == (False, True)


def test_a_location_becomes_a_place_and_its_facts(pack: Pack, feed: Path) -> None:
    taken(pack, feed)
    for name, form, ids in (
        ("places.yaml", schema.Place, ["rathaus-cottbus"]),
        ("facts.yaml", schema.Fact, ["rathaus-cottbus-phone", "rathaus-cottbus-page"]),
    ):
        problems = Problems()
        content = (pack.content / "drafts" / name).read_bytes()
        node = strict_yaml.parse(content, name, problems)
        assert node is not None
        assert [key for key, _ in node.items()] == ids
        for key in ids:
            child = node.get(key)
            assert child is not None
            assert validate(form, child, problems) is not None, problems.all()
    text = draft(pack, "places")
    assert "Montag: 09:00 bis 12:00, nur mit Termin" in text
    assert '"+493556120"' in draft(pack, "facts")
    assert "Kasse · 0355 612-1" in text
    assert "Erika" not in text, "no names of persons"
    assert "confidence: low" in text


def test_the_originals_are_kept_word_for_word(pack: Pack, feed: Path) -> None:
    taken(pack, feed)
    folder = pack.content / "drafts" / "integreat"
    assert json.loads((folder / "pages-de.json").read_text("utf-8")) == FEED[:2]
    assert json.loads((folder / "pages-uk.json").read_text("utf-8")) == [UKRAINIAN]
    assert json.loads((folder / "locations-de.json").read_text("utf-8")) == [HALL]


def test_a_second_import_keeps_ids_and_what_an_editor_wrote(pack: Pack, feed: Path) -> None:
    taken(pack, feed)
    assert taken(pack, feed).written == ()
    path = pack.content / "drafts" / "bankkonto-eroeffnen.yaml"
    path.write_text(path.read_text("utf-8") + "# mine\n", "utf-8")
    changed = {**GERMAN, "title": "Ein Konto"}
    found = taken(pack, write(feed.parent, "new.json", [changed]))
    assert path in found.kept
    assert path.read_text("utf-8").endswith("# mine\n")
    assert path in taken(pack, feed.parent / "new.json", overwrite=True).written
    assert "Ein Konto" in path.read_text("utf-8")
    kept = json.loads((path.parent / "integreat" / "pages-de.json").read_text("utf-8"))
    assert {item["path"] for item in kept} == {item["path"] for item in FEED[:2]}


def test_an_entry_keeps_its_name(pack: Pack, tmp_path: Path) -> None:
    twins = [page(f"/r/de/{n}", n, "Address", "<p>Text</p>") for n in (1, 2)]
    taken(pack, write(tmp_path, "feed.json", [*twins, page("/r/de/3", 3, "مرحبا", "<p>x</p>")]))
    names = sorted(path.stem for path in (pack.content / "drafts").glob("*.yaml"))
    assert names == ["address-2", "address-3", "page-3"], "`address` is an entry already"


def test_pages_without_german_are_named(pack: Pack, tmp_path: Path) -> None:
    found = taken(pack, write(tmp_path, "feed.json", [UKRAINIAN]))
    assert found.strange == ("Відкрити рахунок (uk)",)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ('[{"title": "a",}]', "json", "not JSON"),
        ("[" * 100_000, "json", "nested too deeply"),
        ("[" + "9" * 5000 + "]", "json", "too long"),
        ("5", "shape", "an object is expected"),
        ('[{"title": "a"}]', "shape", "content"),
        ('[{"title": "a", "content": "b", "path": "x"}]', "shape", "path"),
        ('[{"title": " ", "content": null, "path": "/a/de/b"}]', "shape", "title, content"),
        ('[{"title": "Fest", "event": {}}]', "event", "Fest"),
        ('[{"title": "Neu", "display_date": "x"}]', "news", "Neu"),
    ],
)
def test_faults_are_sentences(pack: Pack, tmp_path: Path, text: str, code: str, words: str) -> None:
    (problem,) = taken(pack, write(tmp_path, "feed.json", text)).problems
    assert problem.code == code
    assert words in problem.message


def test_bytes_and_sizes_that_are_refused(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad.json").write_bytes(b'["\xff"]')
    assert [item.code for item in taken(pack, tmp_path / "bad.json").problems] == ["encoding"]
    (tmp_path / "empty").mkdir()
    assert [item.code for item in taken(pack, tmp_path / "empty").problems] == ["no-files"]
    long = {**GERMAN, "content": "x" * 200_001}
    found = taken(pack, write(tmp_path, "long.json", [long, HALL]))
    assert [item.code for item in found.problems] == ["too-large"]
    assert found.places == 1
    monkeypatch.setattr(shapes, "MAX_BYTES", 100)
    found = taken(pack, write(tmp_path, "feed.json", FEED))
    assert ("too-large", "feed.json") in {
        (item.code, Path(item.file).name) for item in found.problems
    }
    monkeypatch.setattr(shapes, "MAX_BYTES", 10**7)
    monkeypatch.setattr(shapes, "MAX_ITEMS", 1)
    assert "too-many" in {item.code for item in taken(pack, tmp_path / "feed.json").problems}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(sorted({*HALL, *GERMAN}))
INNER = st.sampled_from(["location", "contacts", "opening_hours", "available_languages", "parent"])


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    changes=st.dictionaries(KEYS | INNER, JSON, max_size=5), base=st.sampled_from([HALL, GERMAN])
)
def test_no_value_can_crash_it(
    pack: Pack, tmp_path: Path, changes: dict[str, object], base: dict[str, object]
) -> None:
    path = tmp_path / "fuzz.json"
    path.write_text(json.dumps([{**base, **changes}]), "utf-8")
    taken(pack, path, overwrite=True)
    for name in (pack.content / "drafts").glob("*.yaml"):
        problems = Problems()
        node = strict_yaml.parse(name.read_bytes(), name.name, problems)
        assert node is not None, problems.all()
        if name.name not in {"places.yaml", "facts.yaml"}:
            assert validate(schema_entry.Entry, node, problems) is not None, problems.all()
        else:
            form = schema.Place if name.name == "places.yaml" else schema.Fact
            for child in dict(node.items()).values():
                assert validate(form, child, problems) is not None, problems.all()


def test_the_path_of_the_feed_is_the_key() -> None:
    assert str(GERMAN["path"]) == DE
