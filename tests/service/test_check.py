"""What the check finds by walking entries with the engine and by showing messages."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.matrix.channel import CAPABILITIES as MATRIX
from bot.channels.telegram.channel import CAPABILITIES as TELEGRAM
from bot.content.catalogue import Catalogue
from bot.content.load import load, survey
from bot.content.model import AskStep
from bot.domain.capabilities import Capabilities
from bot.domain.errors import Problem
from bot.domain.outgoing import FSI, PDI, Bullets, Choice, Link, Message, Note, Paragraph, Plain
from bot.rendering.parts import Words, parts
from bot.service.check import check, languages
from bot.service.check.answers import Reads
from bot.service.check.exploring import Explorer
from bot.service.check.navigation import navigate
from bot.service.check.scenes import Kind, play
from bot.service.check.showing import Texts
from bot.service.check.size import measure
from bot.service.webchat import WEB
from tests.content.big_pack import write
from tests.content.conftest import Pack
from tests.content.test_flow import HEAD

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 24)
CHANNELS = {"Telegram": TELEGRAM, "Matrix": MATRIX, "the web": WEB}
COURSE_FILE = "topics/arrival/course.yaml"


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return Pack(tmp_path)


def found(pack: Pack, **options: object) -> tuple[Problem, ...]:
    arguments = {"today": TODAY, "channels": CHANNELS, **options}
    problems = check(pack.content, pack.locales, **arguments)  # type: ignore[arg-type]
    return tuple(item for item in problems if "`sos`" not in item.message)  # overdue for years


def codes(pack: Pack, entry: str = "walk", **options: object) -> list[tuple[int, str]]:
    return [
        (item.line, item.code)
        for item in found(pack, **options)
        if item.file.endswith(f"/{entry}.yaml")
    ]


def steps(pack: Pack, *lines: str, entry: str = "walk") -> None:
    body = "".join(f"  - {{{line}}}\n" for line in lines)
    pack.write(f"topics/arrival/{entry}.yaml", HEAD.format(id=entry) + body)


def test_a_sound_pack_is_sound(pack: Pack) -> None:
    assert found(pack) == ()


def test_the_shipped_pack_has_no_errors() -> None:
    """The fixed clock: what the calendar overtakes later does not break the build."""
    problems = check(ROOT / "content", ROOT / "locales", today=TODAY, channels=CHANNELS)
    assert [item for item in problems if item.severity == "error"] == []


# Conditions


YES = "id: q, ask: yes_no, text: x"


def test_a_step_that_conditions_shut_out(pack: Pack) -> None:
    steps(
        pack,
        YES,
        "id: a, when: {q: true}, then: yes",
        "id: b, when: {q: false}, then: no, else: never",
        "id: never, say: x, next: end",
        "id: yes, say: x, next: end",
        "id: no, say: x",
    )
    assert codes(pack) == [(8, "one-sided"), (9, "unreachable")]


def test_a_guard_that_is_never_true(pack: Pack) -> None:
    steps(
        pack,
        "id: q, ask: number, text: x, min: 1, max: 5",
        "id: a, if: {q: {at_least: 6}}, say: x",
        "id: b, say: y",
    )
    assert codes(pack) == [(7, "one-sided")]


def test_bounds_are_taken_on_both_sides(pack: Pack) -> None:
    steps(
        pack,
        "id: q, ask: date, text: x, min: -P1Y, max: P0D",
        "id: a, if: {q: {before: -P14D}}, say: x",
        "id: b, if: {q: {at_most: -P1Y}}, say: x",
        "id: c, if: {q: {after: -P1D}}, say: x",
        "id: d, say: y",
    )
    assert codes(pack) == []


def test_an_answer_that_is_read_before_it_is_asked(pack: Pack) -> None:
    steps(
        pack,
        YES,
        "id: a, when: {q: true}, then: c",
        "id: b, ask: yes_no, text: x",
        "id: c, if: {b: true}, say: x",
        "id: d, say: y",
    )
    assert codes(pack) == [(9, "unasked")]


def test_what_a_condition_does_not_look_at_is_not_read(pack: Pack) -> None:
    steps(
        pack,
        YES,
        "id: a, when: {q: true}, then: c",
        "id: b, ask: yes_no, text: x",
        "id: c, if: {all: [{q: false}, {b: true}]}, say: x",
        "id: d, say: y",
    )
    assert codes(pack) == []


def test_what_set_keeps_may_be_missing(pack: Pack) -> None:
    steps(
        pack,
        YES,
        "id: a, when: {q: true}, then: c",
        "id: b, set: {mark: seen}",
        "id: c, if: {mark: seen}, say: x",
        "id: d, say: y",
    )
    assert codes(pack) == []


def test_answers_that_fall_into_the_branch_of_others(pack: Pack) -> None:
    choices = "choices: {one: a, two: b, three: c}"
    steps(
        pack,
        f"id: q, ask: choice, text: x, {choices}",
        "id: a, when: {q: one}, then: one",
        "id: b, when: {q: two}, then: two",
        "id: one, say: x, next: end",
        "id: two, say: x",
    )
    (problem,) = [item for item in found(pack) if item.file.endswith("walk.yaml")]
    assert (problem.line, problem.code) == (8, "missing-branch")
    assert "`q: three`" in problem.message
    assert "`one`" in problem.message


def test_a_last_fork_without_else(pack: Pack) -> None:
    steps(pack, YES, "id: a, say: x", "id: b, when: {q: true}, then: c", entry="walk")
    pack.write(
        "topics/arrival/walk.yaml",
        HEAD.format(id="walk")
        + "  - {id: q, ask: yes_no, text: x}\n  - {id: a, say: x}\n"
        + "  - {id: b, when: {q: true}, then: end}\n",
    )
    assert codes(pack) == [(8, "missing-branch")]


# Ways


def test_questions_in_a_circle_without_an_answer(pack: Pack) -> None:
    steps(pack, YES, "id: r, ask: yes_no, text: y", "id: a, when: {q: true}, then: q, else: r")
    assert (6, "loop") in codes(pack)


def test_a_circle_with_a_way_out_is_none(pack: Pack) -> None:
    steps(pack, YES, "id: a, when: {q: true}, then: q", "id: b, say: x")
    assert codes(pack) == []


def test_a_caller_that_is_never_come_back_to(pack: Pack) -> None:
    """An offer at the end of a called entry keeps its callers waiting for good."""
    steps(pack, "id: a, say: x", "id: b, call: other", "id: c, say: z")
    steps(pack, "id: a, say: y", "id: b, offer: [{goto: course}]", entry="other")
    assert codes(pack) == [(8, "unreachable")]


def test_an_answer_without_words(pack: Pack) -> None:
    steps(pack, "id: a, offer: [{goto: course}]")
    assert codes(pack) == [(6, "empty-answer")]
    steps(pack, "id: a, say: x", "id: b, offer: [{goto: course}]")
    assert codes(pack) == []


def test_two_longer_texts_in_one_answer(pack: Pack) -> None:
    steps(pack, "id: a, say: x, more: y", "id: b, say: x, more: y")
    assert codes(pack) == [(6, "answer-more")]


def test_longer_texts_that_exclude_one_another(pack: Pack) -> None:
    steps(
        pack,
        YES,
        "id: a, when: {q: true}, then: c",
        "id: b, say: x, more: y, next: end",
        "id: c, say: x, more: y",
    )
    assert codes(pack) == []


def test_too_many_states(pack: Pack) -> None:
    many = [f"id: q{n}, ask: yes_no, text: x" for n in range(6)]
    last = [f"id: s{n}, if: {{q{n}: true}}, say: x" for n in range(6)]
    steps(pack, *many, *last, "id: end-it, say: x")
    assert codes(pack) == []
    assert codes(pack, limit=40) == [(6, "too-many-states")]


def test_answers_that_nothing_reads_make_no_states(pack: Pack) -> None:
    many = [f"id: q{n}, ask: yes_no, text: x" for n in range(20)]
    steps(pack, *many, "id: end-it, say: x")
    assert codes(pack, limit=40) == []


def test_an_entry_that_nothing_leads_to(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file of a topic is on its menu; only a menu that loses one can hide it."""
    from bot.service.check import navigation

    monkeypatch.setattr(navigation, "PAGES", {})
    assert codes(pack, "address") == [(3, "orphan")]


# Showing


def test_an_answer_is_measured_as_she_reads_it(pack: Pack) -> None:
    text = "Ein kurzer Satz. " * 22
    steps(pack, f"id: a, say: {text}", f"id: b, say: {text}", YES, f"id: c, say: {text}")
    (problem,) = [item for item in found(pack) if item.file.endswith("walk.yaml")]
    assert (problem.line, problem.code) == (6, "answer-length")
    assert "`walk/a`" in problem.message


def test_a_translation_can_be_too_long_alone(pack: Pack) -> None:
    pack.change(COURSE_FILE, "{fact:rule}", "Kurz.")
    words = "Wort. " * 130
    path = pack.po("uk", f'msgctxt "course/rule"\nmsgid "Kurz."\nmsgstr "{words}"\n')
    (problem,) = found(pack)
    assert (problem.file, problem.code) == (path.as_posix(), "answer-length")
    lines = path.read_text("utf-8").splitlines()
    assert lines[problem.line - 1] == 'msgctxt "course/rule"'


def test_a_text_over_the_limit_of_a_channel_in_one_language(pack: Pack) -> None:
    pack.change(COURSE_FILE, "{fact:rule}", "Kurz.\n    more: |\n      Lang.")
    words = "سؤال طويل جدا. " * 300
    pack.po("ar", f'msgctxt "course/rule/more"\nmsgid "Lang."\nmsgstr "{words}"\n')
    problems = [item for item in found(pack) if item.code == "channel-limit"]
    assert {item.message.split(" this")[0] for item in problems} == {
        "`course/rule/more`: on Telegram",
        "`course/rule/more`: on Matrix",
    }


def test_a_button_of_the_program_is_too_long(pack: Pack) -> None:
    words = "Повернутися до попереднього запитання"
    path = pack.po("uk", f'msgctxt "nav.back"\nmsgid "Zurück"\nmsgstr "{words}"\n', "messages")
    problems = [item for item in found(pack) if item.code == "label-length"]
    assert [(item.file, words in item.message) for item in problems] == [(path.as_posix(), True)]
    line = path.read_text("utf-8").splitlines()[problems[0].line - 1]
    assert words in line


def test_readability_names_the_sentence(pack: Pack) -> None:
    long = "Bitte " + "sehr " * 15 + "kommen."
    pack.change(COURSE_FILE, "{fact:rule}", f"Kurz.\n      {long}")
    (problem,) = found(pack)
    assert (problem.line, problem.code) == (9, "long-sentence")
    assert long in problem.message


# Days


def test_the_calendar_is_a_warning_or_an_error(pack: Pack) -> None:
    late = date(2028, 1, 1)
    warned = {(Path(item.file).name, item.code) for item in found(pack, today=late)}
    assert {
        ("facts.yaml", "overdue"),
        ("places.yaml", "overdue"),
        ("address.yaml", "overdue"),
        ("course.yaml", "fact-expired"),
    } <= warned
    severities = {
        item.severity
        for item in found(pack, today=late, overdue="error")
        if item.code in {"overdue", "fact-expired"}
    }
    assert severities == {"error"}


# Broken content


def test_one_mistake_hides_no_other(pack: Pack) -> None:
    pack.change("facts.yaml", "value: 3", "value: drei")
    steps(pack, "id: a, offer: [{goto: course}]")
    steps(pack, "id: a, say: x", "id: b, goto: wrong", entry="leads")
    steps(pack, "id: a, goto: nowhere", entry="wrong")
    seen = {(Path(item.file).name, item.code) for item in found(pack)}
    assert seen == {
        ("facts.yaml", "fact-value"),
        ("walk.yaml", "empty-answer"),
        ("wrong.yaml", "unknown-entry"),
    }


@pytest.mark.parametrize("name", ["site.yaml", "emergency.yaml", "places.yaml", "facts.yaml"])
def test_a_broken_table_does_not_stop_the_walk(pack: Pack, name: str) -> None:
    pack.write(name, "- broken\n")
    steps(pack, "id: a, say: x", "id: b, place: town-hall", "id: c, goto: address")
    problems = found(pack)
    assert {Path(item.file).name for item in problems if item.severity == "error"} == {name}


FRAGMENTS = (
    *("{", "}", "[", ": ", "|", "- ", "&a", "*a", "'", '"', "#", "\n", "\t", "0", "true", "~"),
    *("next: a", "call: address", "goto: course", "\\", "msgid ", "{fact:", "\u202e"),
)


@pytest.mark.parametrize("seed", range(4))
def test_no_slip_of_the_hand_crashes_the_check(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(40):
        pack = Pack(tmp_path / str(number))
        po = pack.po("uk", 'msgctxt "course/title"\nmsgid "Deutsch lernen"\nmsgstr "Німецька"\n')
        for _ in range(chance.randint(1, 3)):
            path = chance.choice([po, *sorted(pack.content.rglob("*.yaml"))])
            text = path.read_text("utf-8")
            at = chance.randrange(len(text) + 1)
            lost = chance.choice([0, 0, 1, 5, 30])
            path.write_text(text[:at] + chance.choice(FRAGMENTS) + text[at + lost :], "utf-8")
        for problem in found(pack):
            assert problem.message
            assert problem.line >= 1


# Parts


def test_progress_reaches_the_end(pack: Pack) -> None:
    seen: list[tuple[int, int]] = []
    found(pack, progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (100, 100)


def test_processes_find_what_one_process_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, entries=10, languages=4)
    pack = Pack(tmp_path / "other")
    pack.content, pack.locales = tmp_path / "content", tmp_path / "locales"
    po = pack.locales / "uk" / "LC_MESSAGES" / "content.po"
    po.write_text(po.read_text("utf-8").replace("{fact:fee-", "{fact:free-"), "utf-8")
    monkeypatch.setattr(languages, "SMALL", 0)
    monkeypatch.setattr(languages, "_can_fork", lambda: False)
    alone = found(pack)
    monkeypatch.undo()
    assert {item.code for item in alone} >= {"placeholders"}
    monkeypatch.setattr(languages, "SMALL", 0)
    assert found(pack) == alone


def test_a_large_pack_is_sound(tmp_path: Path) -> None:
    write(tmp_path, entries=30, languages=3)
    problems = check(tmp_path / "content", tmp_path / "locales", today=TODAY, channels=CHANNELS)
    assert {item.code for item in problems} <= {"answer-length"}


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load(ROOT / "content", ROOT / "locales")


def test_every_condition_of_the_shipped_pack_is_tried_both_ways(shipped: Catalogue) -> None:
    for entry in shipped.entries.values():
        reads = Reads(entry, TODAY)
        for step in entry.steps:
            if isinstance(step, AskStep) and step.kind in {"number", "date"}:
                assert len(reads.candidates(step)) >= 3


def test_growth_never_misses_a_long_message(shipped: Catalogue) -> None:
    """What is skipped in a language is never longer than was reckoned."""
    read = survey(ROOT / "content", ROOT / "locales")
    contents = read.contents({}, {})
    assert contents is not None
    explorer = Explorer(contents, read.marks, read.problems, TODAY)
    explorer.explore(lambda: None)
    outside = navigate(contents, explorer.first, explorer.input, broken=False)
    wrong: list[str] = []
    for code in ("en", "uk", "pl", "ar"):
        texts = Texts(catalogue=shipped, language=code, files={}, today=TODAY)
        for scene in [*explorer.scenes, *outside.scenes]:
            message = play(scene, shipped, code)
            assert message is not None
            reckoned = scene.size.read + texts.growth(scene.made_of) + 30
            if scene.kind is Kind.ANSWER and measure(message).read > reckoned:
                wrong.append(f"{code} {scene.key}: {measure(message).read} > {reckoned}")
    assert wrong == []


def is_whole(message: Message, channel: Capabilities) -> bool:
    made = parts(
        message, 999_999_999, channel, Words(number_or_word="Zahl"), direction_of=_direction
    )
    return len(made.pieces) <= 1 and not made.dropped


def _direction(code: str) -> str:
    return "rtl" if code == "ar" else "ltr"


TEXT = st.text(alphabet="abc &<>\"'äжسا\u1233😀.," + FSI + PDI, min_size=1, max_size=900)
SPAN = st.builds(lambda text: Plain(text=text), TEXT) | st.builds(
    lambda label, path: Link(label=label, url=f"https://a.de/{path}&"),
    TEXT.filter(str.strip),
    st.text(alphabet="ab&/", max_size=40),
)
SPANS = st.lists(SPAN, min_size=1, max_size=6).map(tuple)
BLOCK = st.one_of(
    st.builds(lambda spans: Paragraph(spans=spans), SPANS),
    st.builds(lambda spans: Note(spans=spans, lang="de"), SPANS),
    st.builds(lambda items: Bullets(items=tuple(items)), st.lists(SPANS, min_size=1, max_size=8)),
)
CHOICES = st.lists(
    st.builds(
        lambda label: Choice(action="a:x", label=label), st.text("äж&سa", min_size=1, max_size=30)
    ),
    max_size=60,
)


@given(
    message=st.builds(
        lambda lang, blocks, choices: Message(
            lang=lang, blocks=tuple(blocks), choices=tuple(choices)
        ),
        st.sampled_from(["de", "ar"]),
        st.lists(BLOCK, min_size=1, max_size=8),
        CHOICES,
    )
)
def test_what_fits_comes_out_whole(message: Message) -> None:
    size = measure(message)
    for channel in CHANNELS.values():
        if size.fits(channel):
            assert is_whole(message, channel)


def test_dates_move_at_the_ends_of_time(pack: Pack, loaded: Callable[[], Catalogue]) -> None:
    steps(pack, "id: q, ask: date, text: x, max: 9999-12-31", "id: a, say: x")
    entry = loaded().entries["walk"]
    (ask,) = [step for step in entry.steps if isinstance(step, AskStep)]
    assert Reads(entry, TODAY).candidates(ask) == ("9999-12-30", "9999-12-31")


@pytest.fixture
def loaded(pack: Pack) -> Callable[[], Catalogue]:
    return pack.load


def test_numbers_without_bounds_have_a_candidate(pack: Pack) -> None:
    steps(pack, "id: q, ask: number, text: x", "id: t, ask: text, text: x", "id: a, say: x")
    entry = pack.load().entries["walk"]
    asks = [step for step in entry.steps if isinstance(step, AskStep)]
    reads = Reads(entry, TODAY)
    assert [reads.candidates(ask) for ask in asks] == [(0, 1, 2), ("x",)]
