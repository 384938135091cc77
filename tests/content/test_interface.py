"""Interface translations with a broken header are refused with a sentence, not with a crash."""

from __future__ import annotations

import pytest

from bot.content import interface
from bot.content.problems import Problems

HEADERS = [
    "Content-Type: text/plain",
    "Content-Type: text/plain; charset=unheard-of",
    "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=n +",
    "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=n / 0",
    "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=" + "(" * 500,
]


@pytest.mark.parametrize("header", HEADERS)
def test_a_broken_header_is_named(header: str) -> None:
    problems = Problems()
    text = f'msgid ""\nmsgstr "{header}\\n"\n\nmsgctxt "nav.back"\nmsgid "Zurück"\nmsgstr "Back"\n'
    assert interface.read(text.encode(), "messages.po", "en", problems) is None
    assert [item.code for item in problems.all()] == ["po-header"]


def test_a_sound_header_is_taken() -> None:
    problems = Problems()
    text = (
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgctxt "nav.back"\nmsgid "Zurück"\nmsgstr "Back"\n'
    )
    assert interface.read(text.encode(), "messages.po", "en", problems) is not None
    assert problems.all() == ()
