"""What a translation is refused or warned for, and in which line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import interface, po
from bot.content.problems import Problems
from bot.domain.texts import MENU_TITLE, TOO_LONG
from tests.content.conftest import Pack

HEADER = 6  # lines before the first message


def message(key: str, german: str, words: str, above: str = "") -> str:
    return f'{above}msgctxt "{key}"\nmsgid "{german}"\nmsgstr "{words}"\n\n'


LATE = ("address/late", "Das ist spät.")


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        (message(*LATE, "Late {fact:fee}."), 1, "placeholders"),
        (message(*LATE, "See [here](https://example.org)."), 1, "links"),
        (message(*LATE, "That {is} late."), 1, "markup"),
        (message(*LATE, "Late " * 40), 1, "first-sentence"),
        (message("address/title", "Wohnsitz anmelden", "x" * 35), 1, "label-length"),
        (message("address/title", "Wohnsitz anmelden", "a\\nb"), 1, "markup"),
        (message("address/gone", "Weg", "Gone"), 1, "po-unknown"),
        (message(*LATE, "Late.") + message(*LATE, "Later."), 5, "duplicate-key"),
        ('msgid "Das ist spät."\nmsgstr "Late."\n', 1, "po-context"),
        (message(*LATE, "Late.") + 'msgctxt "x"\nmsgid "a\nmsgstr "b"\n', 6, "po-syntax"),
        ('msgctxt "x"\nmsgid "a"\nmsgstr "b"c"\n', 3, "po-syntax"),
        (message(*LATE, "Late.") + "nonsense\n", 5, "po-syntax"),
    ],
)
def test_problems_have_their_line(pack: Pack, content: str, line: int, code: str) -> None:
    pack.po("en", content)
    assert ("content.po", HEADER + line, code) in pack.found()


def test_a_sound_translation_has_no_problem(pack: Pack) -> None:
    pack.po(
        "en", message(*LATE, "That is late.") + '#~ msgctxt "old"\n#~ msgid "a"\n#~ msgstr "b"\n'
    )
    assert pack.problems() == ()


def test_a_file_of_another_language_is_named(pack: Pack) -> None:
    path = pack.po("uk", "")
    path.write_text(path.read_text(encoding="utf-8").replace("Language: uk", "Language: ru"))
    assert ("content.po", 1, "po-language") in pack.found()


def test_a_language_without_a_place_in_the_site_is_named(pack: Pack) -> None:
    pack.po("fr", "")
    assert ("fr", 1, "unknown-language") in pack.found()


def test_bytes_that_are_no_utf8_are_named(pack: Pack) -> None:
    path = pack.po("en", message(*LATE, "Late."))
    path.write_bytes(path.read_bytes().replace(b"Late.", b"Sp\xe4t."))
    assert ("content.po", HEADER + 3, "encoding") in pack.found()


def test_direction_marks_of_a_translator_cannot_leave_their_text(pack: Pack) -> None:
    pack.po("ar", message(*LATE, "متأخر \u202e\u2067."))
    catalogue = pack.load()
    assert catalogue.plain("address/late", "ar") == "متأخر ."


def test_interface_translations_must_keep_their_slots(pack: Pack) -> None:
    pack.po(
        "en",
        message(TOO_LONG.id, TOO_LONG.german, "Too long.")
        + message(MENU_TITLE.id, MENU_TITLE.german, "Menu", "#, fuzzy\n"),
        "messages",
    )
    assert ("messages.po", HEADER + 1, "placeholders") in pack.found()
    catalogue = pack.load()
    assert catalogue.words(TOO_LONG, "en") == TOO_LONG.german
    assert catalogue.words(MENU_TITLE, "en") == MENU_TITLE.german, "fuzzy is not shown"


def test_a_wrong_plural_rule_is_an_error(pack: Pack) -> None:
    path = pack.po("en", message(MENU_TITLE.id, MENU_TITLE.german, "Menu"), "messages")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("plural=(n != 1)", "plural=(n !! 1)"), encoding="utf-8")
    assert ("messages.po", 1, "po-header") in pack.found()


def test_every_interface_text_has_an_id_of_its_own() -> None:
    contexts = [item.context for item in interface.messages()]
    assert len(contexts) > 80
    assert len(contexts) == len(set(contexts))
    assert all(item.german.strip() == item.german for item in interface.messages())


@given(st.binary(max_size=300))
def test_no_bytes_can_crash_the_reader(content: bytes) -> None:
    problems = Problems()
    assert po.read(content, "f.po", problems) is not None or problems.errors


@given(
    st.lists(
        st.sampled_from(
            [
                'msgctxt "a"',
                'msgid "b"',
                'msgstr "c"',
                'msgstr[0] "d"',
                'msgid_plural "e"',
                '"f"',
                "#, fuzzy",
                "#| msgid",
                "#~ msgid",
                'msgstr[x] "y"',
                "msgid",
                '#~| msgid "g"',
                "",
                "#:",
            ]
        ),
        max_size=12,
    )
)
def test_no_order_of_lines_can_crash_the_reader(lines: list[str]) -> None:
    problems = Problems()
    assert po.read("\n".join(lines).encode(), "f.po", problems) is not None or problems.errors
