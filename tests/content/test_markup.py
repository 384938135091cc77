"""Markup becomes blocks and loses no word."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from bot.content import markup
from bot.domain.outgoing import Block, Bullets, Link, Paragraph, Plain, Span


def blocks(text: str) -> tuple[Block, ...]:
    return markup.fill(markup.parse(text), lambda fact: Plain(text=f"<{fact}>"))


def spans_of(block: Block) -> list[Span]:
    if isinstance(block, Bullets):
        return [span for item in block.items for span in item]
    return list(block.spans)


def test_paragraphs_lists_links_and_facts() -> None:
    assert blocks(
        "Eine Zeile\nund noch {fact:fee}.\n\n- eins\n- zwei\n  geht weiter\nDanach [Amt](https://a.de/x)."
    ) == (
        Paragraph(spans=(Plain(text="Eine Zeile und noch <fee>."),)),
        Bullets(items=((Plain(text="eins"),), (Plain(text="zwei geht weiter"),))),
        Paragraph(
            spans=(Plain(text="Danach "), Link(label="Amt", url="https://a.de/x"), Plain(text="."))
        ),
    )


def test_a_list_may_follow_its_introduction_at_once() -> None:
    assert blocks("Bringen Sie mit:\n- Pass") == (
        Paragraph(spans=(Plain(text="Bringen Sie mit:"),)),
        Bullets(items=((Plain(text="Pass"),),)),
    )


def test_a_fact_may_become_a_link() -> None:
    link = Link(label="112", url="tel:112")
    filled = markup.fill(markup.parse("Rufen Sie {fact:sos} an."), lambda _: link)
    assert filled == (Paragraph(spans=(Plain(text="Rufen Sie "), link, Plain(text=" an."))),)


def test_only_safe_addresses_are_links() -> None:
    for url in ("http://a.de", "javascript:alert(1)", "data:x", "https://", "//a.de"):
        assert markup.links(f"[x]({url})") == []
    for url in ("https://a.de", "mailto:a@b.de", "tel:+49356168710", "tel:112"):
        assert [found for _, found in markup.links(f"[x]({url})")] == [url]


def test_an_empty_text_has_no_blocks() -> None:
    assert blocks("") == blocks(" \n \n") == ()


def test_slips_are_found_where_they_stand() -> None:
    text = "{fact:fee} {facts:fee} {name\n[a](http://b) **fett**"
    assert [(offset, words) for offset, words in markup.suspects(text)] == [
        (11, "{facts:fee}"),
        (23, "{name"),
        (31, "](http://b)"),
        (43, "**"),
        (49, "**"),
    ]


def test_first_sentence() -> None:
    assert markup.first_sentence("Kommen Sie am 1. November. Danach nicht.") == (
        "Kommen Sie am 1. November."
    )
    assert markup.first_sentence("Das gilt z. B. hier. Ja.") == "Das gilt z. B. hier."
    assert markup.first_sentence("Frist: {fact:a-very-long-name-of-a-fact}. Ja.") == (
        "Frist: xxxxxxxxxx."
    )
    assert markup.first_sentence("Eins\nzwei. drei") == "Eins zwei."
    assert markup.first_sentence("Ohne Punkt\n\nZweiter Absatz.") == "Ohne Punkt"
    assert markup.first_sentence("هل عندك عقد؟ نعم.") == "هل عندك عقد؟"
    assert markup.first_sentence("Sagen Sie: „Ich komme.“ Dann gehen Sie.") == (
        "Sagen Sie: „Ich komme.“"
    )
    assert markup.first_sentence("سجّلوا السكن فورًا. ثم انتظروا.") == "سجّلوا السكن فورًا."
    assert markup.first_sentence("U. a. das (z. B. hier) und z.B. dort. Ja.") == (
        "U. a. das (z. B. hier) und z.B. dort."
    )
    assert markup.length("a {fact:some-fact} [b](https://c.de)") == 14


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
@example("- \n- a\n b\nc")
@example("[a](https://b.de) {fact:c}{fact:d}[](x)")
@example("-\n\n-- a")
def test_no_text_fails_and_no_word_is_lost(text: str) -> None:
    found = blocks(text)
    shown = " ".join(
        f"{span.label} {span.url}" if isinstance(span, Link) else span.text
        for block in found
        for span in spans_of(block)
    )
    expected = [word for word in words_of(text) if word != "fact"]
    assert sorted(words_of(shown)) == sorted(expected) or set(expected) <= set(words_of(shown))


@given(
    st.lists(st.sampled_from(["- a1", "b2", "", "  c3", "{fact:d4}", "[e5](https://f6.de)", "-"]))
)
def test_no_line_is_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    shown = " ".join(
        f"{span.label} {span.url}" if isinstance(span, Link) else span.text
        for block in blocks(text)
        for span in spans_of(block)
    )
    for word in ("a1", "b2", "c3", "d4", "e5", "f6"):
        assert shown.count(word) == text.count(word)
