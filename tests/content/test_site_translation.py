"""Whether words may go to a translation service: only where the site says so, and tells people."""

from __future__ import annotations

import pytest

from bot.domain.conversation import Command
from tests.content.conftest import Pack
from tests.talk import Talk, said

ON = """\
translation:
  service: true
  privacy: |
    Ein Programm übersetzt Ihre Worte.
leave_url: https:"""


def test_without_a_word_it_is_off(pack: Pack) -> None:
    assert pack.load().site.translation is False


def test_switched_on_it_stands_behind_the_privacy_text(pack: Pack) -> None:
    pack.change("site.yaml", "leave_url: https:", ON)
    catalogue = pack.load()
    assert catalogue.site.translation is True
    assert catalogue.has("site/translation")
    talk = Talk(catalogue)
    talk.feed(Command(name="language", argument="de"))
    assert "Ein Programm übersetzt Ihre Worte." in said(talk.write("/privacy"))


@pytest.mark.parametrize("service", ["false", "true"])
def test_nobody_is_translated_without_being_told(pack: Pack, service: str) -> None:
    pack.change(
        "site.yaml", "leave_url: https:", f"translation: {{service: {service}}}\nleave_url: https:"
    )
    codes = [code for _, _, code in pack.found()]
    assert ("translation-privacy" in codes) is (service == "true")


def test_switched_off_its_text_is_shown_nowhere(pack: Pack) -> None:
    pack.change("site.yaml", "leave_url: https:", ON.replace("true", "false"))
    catalogue = pack.load()
    assert catalogue.site.translation is False
    assert not catalogue.has("site/translation")
