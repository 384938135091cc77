"""What holds for any message on any channel."""

from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.capabilities import Capabilities, LengthUnit, Rich
from bot.domain.outgoing import FSI, PDI, Bullets, Link, Message, Parts, Span
from bot.rendering.parts import parts
from tests.rendering.samples import (
    ALL,
    WORDS,
    bullets,
    direction_of,
    message,
    messages,
    paragraph,
)

HUGE = 10_000_000
FORBIDDEN = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\r\t\x00\x7f\ufffe")
TAGS = {"p", "ul", "ol", "li", "a", "strong", "bdi", "br", "small"}

channels = st.sampled_from(ALL)


def length(text: str, unit: LengthUnit) -> int:
    return {
        LengthUnit.UTF16: len(text.encode("utf-16-le")) // 2,
        LengthUnit.BYTES: len(text.encode()),
        LengthUnit.CHARACTERS: len(text),
    }[unit]


def rendered(said: Message, capabilities: Capabilities) -> Parts:
    return parts(said, 7, capabilities, WORDS, direction_of=direction_of)


def unlimited(capabilities: Capabilities) -> Capabilities:
    return Capabilities(
        max_text=HUGE,
        unit=capabilities.unit,
        rich=capabilities.rich,
        choices=capabilities.choices,
        edits=False,
        edits_in_place=False,
        max_buttons=capabilities.max_buttons,
        max_entities=capabilities.max_entities,
    )


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def squeezed(text: str) -> str:
    """Without what a cut may take away or add: white space, isolates, direction marks."""
    return "".join(text.split()).translate(dict.fromkeys(map(ord, f"{FSI}{PDI}\u200f")))


def spans_of(said: Message) -> list[Span]:
    found: list[Span] = []
    for block in said.blocks:
        for spans in block.items if isinstance(block, Bullets) else (block.spans,):
            found.extend(spans)
    return found


@settings(deadline=None)
@given(messages, channels)
def test_every_piece_keeps_the_limit_and_is_sendable(
    said: Message, capabilities: Capabilities
) -> None:
    for piece in rendered(said, capabilities).pieces:
        assert length(piece.text, capabilities.unit) <= capabilities.max_text
        assert length(piece.html, capabilities.unit) <= capabilities.max_text
        assert piece.text
        assert piece.text == piece.text.strip()
        assert bool(piece.html) is (capabilities.rich is Rich.HTML)
        assert len(piece.entities) <= capabilities.max_entities


@settings(deadline=None)
@given(messages, channels)
def test_no_word_is_lost(said: Message, capabilities: Capabilities) -> None:
    shown = letters("".join(piece.text for piece in rendered(said, capabilities).pieces))
    place = 0
    for span in spans_of(said):
        words = letters(span.label if isinstance(span, Link) else span.text)
        if isinstance(span, Link) and span.url.startswith("https://"):
            words = words if words in shown else letters(span.url)
        found = shown.find(words, place)
        assert found >= 0
        place = found + len(words)


@settings(deadline=None)
@given(messages, channels)
def test_the_pieces_rejoined_are_the_whole(said: Message, capabilities: Capabilities) -> None:
    result = rendered(said, capabilities)
    if capabilities.rich is Rich.ENTITIES and "entity link" in result.dropped:
        return  # a link that is longer than a piece is written out
    whole = rendered(said, unlimited(capabilities))
    assert len(whole.pieces) <= 1
    assert squeezed("".join(piece.text for piece in result.pieces)) == squeezed(
        "".join(piece.text for piece in whole.pieces)
    )


@settings(deadline=None)
@given(messages, channels)
def test_isolates_balance_and_foreign_marks_are_gone(
    said: Message, capabilities: Capabilities
) -> None:
    for piece in rendered(said, capabilities).pieces:
        level = 0
        for character in piece.text:
            level += (character == FSI) - (character == PDI)
            assert level >= 0
        assert level == 0
        for shown in (piece.text, piece.html):
            assert not FORBIDDEN & set(shown)
            shown.encode()  # no lone surrogate
        assert FSI not in piece.html
        assert PDI not in piece.html


@settings(deadline=None)
@given(messages, channels)
def test_entities_lie_on_what_they_format(said: Message, capabilities: Capabilities) -> None:
    links = {span.url for span in spans_of(said) if isinstance(span, Link)}
    for piece in rendered(said, capabilities).pieces:
        units = piece.text.encode("utf-16-le")
        end = 0
        for entity in piece.entities:
            assert entity.offset >= end
            end = entity.offset + entity.length
            covered = units[2 * entity.offset : 2 * end].decode("utf-16-le")  # no half character
            assert covered
            assert covered == covered.strip()
            assert (entity.kind == "link") is (entity.url is not None)
            assert entity.url is None or entity.url in links
        assert end <= len(units) // 2


class Checker(HTMLParser):
    """Collects words and refuses unknown tags and ends that do not match."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        assert {name for name, _ in attrs} <= {"lang", "dir", "href", "rel", "start"}
        for name, value in attrs:
            if name == "href":
                assert str(value).startswith(("https://", "mailto:", "tel:"))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@settings(deadline=None)
@given(messages, channels)
def test_html_is_well_formed_and_says_the_same(said: Message, capabilities: Capabilities) -> None:
    for piece in rendered(said, capabilities).pieces:
        checker = Checker()
        checker.feed(piece.html)
        checker.close()
        assert checker.open == []
        ET.fromstring(f"<div>{piece.html.replace('<br>', '<br/>')}</div>")
        if capabilities.rich is Rich.HTML:
            rest = iter(letters(piece.text))  # the text also writes out targets and numbers
            assert all(character in rest for character in letters(checker.words))


@settings(deadline=None)
@given(messages, channels)
def test_buttons_stand_on_the_last_piece_and_the_rest_is_named(
    said: Message, capabilities: Capabilities
) -> None:
    result = rendered(said, capabilities)
    for piece in result.pieces[:-1]:
        assert piece.buttons == ()
    shown = [button for piece in result.pieces for row in piece.buttons for button in row]
    assert all(button.label.strip() for button in shown)
    assert all("\n" not in button.label for button in shown)
    missing = [name for name in result.dropped if name.startswith("choice ")]
    if capabilities.choices != "numbered":
        assert len(shown) == min(len(said.choices), capabilities.max_buttons)
        assert len(shown) + len(missing) == len(said.choices)


@settings(max_examples=20, deadline=5000)  # milliseconds
@given(st.text(st.characters(exclude_categories=()), max_size=20), channels)
def test_a_hundred_thousand_characters_end(text: str, capabilities: Capabilities) -> None:
    long = (text or "Wort ") * (20_000 // max(len(text), 1))
    link = Link(label=long[:5000], url="https://example.org/" + "x" * 5000)
    result = rendered(message(paragraph(long, link), bullets(long)), capabilities)
    for piece in result.pieces:
        assert length(piece.html or piece.text, capabilities.unit) <= capabilities.max_text
