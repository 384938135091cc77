"""HTML of pages as our markup: links and lists kept, everything else harmless."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import markup as ours
from bot.content.integreat.html import markup, plain
from bot.content.schema import clean
from bot.domain.outgoing import Bullets, Link

BASE = "https://integreat.app/cottbus/de/konto"


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<p>Ein <b>Konto</b>.</p><p>Zwei</p>", ("Ein Konto.", "Zwei")),
        ("<h2>Titel</h2>Text", ("Titel", "Text")),
        ("Straße 1<br>03046 Cottbus", ("Straße 1", "03046 Cottbus")),
        ("<ul><li>eins<li><p>zwei</p></ul>drei", ("- eins\n- zwei", "drei")),
        ("<ol><li>eins</li><li>zwei</li></ol>", ("- 1. eins\n- 2. zwei",)),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", ("- a\n- b\n- c",)),
        ("<table><tr><th>Tag</th><td>9 Uhr</td></tr></table>", ("- Tag · 9 Uhr",)),
        ("<p>- eins</p><p>2. zwei</p>", ("- eins\n- 2. zwei",)),
        ("&lt;b&gt; &amp; &uuml;&nbsp;x", ("<b> & ü x",)),
        ('<a href="/x(1)">Seite</a>', ("[Seite](https://integreat.app/x%281%29)",)),
        ('<a href="https://a.de/ä b">x</a>', ("[x](https://a.de/%C3%A4%20b)",)),
        ('<a href="mailto:a@b.de?subject=x">Mail</a>', ("[Mail](mailto:a@b.de?subject=x)",)),
        ('<a href="tel:+49 355/61-2">Anruf</a>', ("[Anruf](tel:+49355612)",)),
        ('<a href="http://alt.de/x">alt</a>', ("alt (http://alt.de/x)",)),
        ('<a href="https://a.de/x"></a>', ("[https://a.de/x](https://a.de/x)",)),
        ('<a href="javascript:alert(1)">klick</a>', ("klick",)),
        ('<a href="data:text/html,x">klick</a>', ("klick",)),
        ('<a href="http://[::1">klick</a>', ("klick",)),
        ('<a href="https://a.de">eins <a href="https://b.de">zwei</a>',
         ("[eins](https://a.de)[zwei](https://b.de)",)),
        ("<script>alert(1)</script><style>p{}</style>Text", ("Text",)),
        ('<img src="x" alt="Ein Haus"> da', ("Ein Haus da",)),
        ('<iframe src="https://video.de/1"></iframe>', ("[https://video.de/1](https://video.de/1)",)),
        ("{fact:fee} [x](y) **z** # q", ("(fact:fee) (x)(y) z # q",)),
        ("# Titel", ("Titel",)),
        ("a\u202eb\u2066c\x00", ("a b c",)),
        ("a <!-- <b>weg</b> --> b <c d", ("a b <c d",)),
        ("a <!-- offen", ("a",)),
        ("", ()),
    ],
)  # fmt: skip
def test_what_becomes_of_html(html: str, blocks: tuple[str, ...]) -> None:
    assert markup(html, BASE) == blocks


@given(st.text(alphabet="<>/pabliuo=\"'#*-[](){}! \n1.:&;\x00\u202eä", max_size=300))
def test_any_html_becomes_sound_markup(html: str) -> None:
    text = "\n\n".join(markup(html, BASE))
    assert clean(text) == text
    assert not ours.fact_ids(text)
    assert all(words != "**" and not words.startswith("{") for _, words in ours.suspects(text))
    ours.parse(text)


def test_the_links_are_links_of_ours() -> None:
    text = "\n\n".join(markup('<ul><li><a href="/a">eins</a></li></ul>', BASE))
    (block,) = ours.parse(text)
    (filled,) = ours.fill((block,), lambda _fact: pytest.fail("no fact"))
    assert isinstance(filled, Bullets)
    assert filled.items[0][0] == Link(label="eins", url="https://integreat.app/a")


@pytest.mark.parametrize(
    "piece",
    [
        *("<div>", "<li>", "<ol>", '<a href="https://a.de">', "<!--", "--!>", "<a ", "<a b='>"),
        *("&", "<", "</", "<!", "<?", "<![CDATA[", "<script>", "</script", "<a b=", "<a b='\">"),
    ],
)
def test_hostile_html_costs_little(piece: str) -> None:
    begun = time.perf_counter()
    markup(piece * (100_000 // len(piece)), BASE)
    assert time.perf_counter() - begun < 5


def test_plain_takes_anything() -> None:
    assert plain(" a\n\tb\u202e ") == "a b"
    assert plain(None) == plain(3) == ""
