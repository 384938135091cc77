"""Capabilities of real and imaginary channels, and messages as hypothesis makes them."""

from hypothesis import strategies as st

from bot.domain.capabilities import Capabilities, Choices, LengthUnit, Rich
from bot.domain.outgoing import (
    FSI,
    PDI,
    Block,
    Bullets,
    Choice,
    Link,
    Message,
    Note,
    Paragraph,
    Plain,
    Span,
    Strong,
)
from bot.rendering.fragments import Direction
from bot.rendering.parts import Words

TELEGRAM = Capabilities(
    max_text=4096,
    unit=LengthUnit.UTF16,
    rich=Rich.ENTITIES,
    choices=Choices.BUTTONS,
    edits=True,
    edits_in_place=True,
    end_to_end=False,
)
MATRIX = Capabilities(
    max_text=32_000,
    unit=LengthUnit.BYTES,
    rich=Rich.HTML,
    choices=Choices.NUMBERED,
    edits=True,
    edits_in_place=False,
)
WEB = Capabilities(
    max_text=100_000,
    unit=LengthUnit.CHARACTERS,
    rich=Rich.HTML,
    choices=Choices.LIST,
    edits=True,
    edits_in_place=True,
)
TERMINAL = Capabilities(
    max_text=100_000,
    unit=LengthUnit.CHARACTERS,
    rich=Rich.PLAIN,
    choices=Choices.NUMBERED,
    edits=False,
    edits_in_place=False,
)
SHORT = Capabilities(
    max_text=160,
    unit=LengthUnit.CHARACTERS,
    rich=Rich.PLAIN,
    choices=Choices.NUMBERED,
    edits=False,
    edits_in_place=False,
    max_buttons=9,
)
TINY = Capabilities(
    max_text=40,
    unit=LengthUnit.UTF16,
    rich=Rich.ENTITIES,
    choices=Choices.BUTTONS,
    edits=False,
    edits_in_place=False,
    max_buttons=3,
    max_entities=2,
    max_row=1,
)
TINY_HTML = Capabilities(
    max_text=300,
    unit=LengthUnit.BYTES,
    rich=Rich.HTML,
    choices=Choices.NUMBERED,
    edits=False,
    edits_in_place=False,
    max_buttons=5,
)
ALL = (TELEGRAM, MATRIX, WEB, TERMINAL, SHORT, TINY, TINY_HTML)

WORDS = Words(number_or_word="Antworten Sie mit der Zahl oder dem Wort.")


def direction_of(language: str) -> Direction:
    return "rtl" if language in {"ar", "fa"} else "ltr"


def paragraph(*spans: Span | str, lang: str | None = None) -> Paragraph:
    return Paragraph(spans=_spans(spans), lang=lang)


def note(*spans: Span | str, lang: str | None = None) -> Note:
    return Note(spans=_spans(spans), lang=lang)


def bullets(*items: Span | str, lang: str | None = None) -> Bullets:
    return Bullets(items=tuple(_spans((item,)) for item in items), lang=lang)


def message(*blocks: Block | str, lang: str = "de", choices: tuple[Choice, ...] = ()) -> Message:
    made = tuple(paragraph(block) if isinstance(block, str) else block for block in blocks)
    return Message(lang=lang, blocks=made, choices=choices)


def choice(label: str, *, nav: bool = False, lang: str | None = None) -> Choice:
    return Choice(action=f"a:{label[:8]}", label=label, nav=nav, lang=lang)


def _spans(spans: tuple[Span | str, ...]) -> tuple[Span, ...]:
    return tuple(Plain(text=span) if isinstance(span, str) else span for span in spans)


_ANY = st.characters(exclude_categories=())
_WORD = st.sampled_from(
    [
        "Melden Sie sich an.", "Wo?", "15. März 2026.", "م", "يجب تسجيل السكن. ", "Guben", "\n",
        " ",
        f"{FSI}2\u00a0Wochen{PDI}", f"{FSI}السكن الجديد{PDI}", FSI, PDI, "\u202e", "\u2067", "\x00",
        "\ud800", "😀", "👩\u200d👩\u200d👧", "e\u0301", "🇺🇦🇩🇪", "<b>&\"", "Wort " * 30,
        "langes" * 20,
        "👍🏽", "\u200f", "\r\n",
    ]
)  # fmt: skip
texts = st.one_of(st.lists(_WORD, max_size=8).map("".join), st.text(_ANY, max_size=60))
_urls = st.sampled_from(
    [
        "https://www.guben.de/", "https://example.org/?a=1&b=<\"'", "tel:+49356168710", "tel:112",
        "mailto:hilfe@example.org", "javascript:alert(1)", "https://e.org/" + "x" * 90,
    ]
)  # fmt: skip
_labels = st.one_of(st.sampled_from(["Stadt Guben", "03561 6871-0", "112", "دليل"]), texts)
spans = st.one_of(
    st.builds(Plain, text=texts),
    st.builds(Strong, text=texts),
    st.builds(Link, label=_labels, url=_urls),
)
_some = st.lists(spans, max_size=4).map(tuple)
_languages = st.sampled_from([None, "de", "ar", "uk"])
blocks = st.one_of(
    st.builds(Paragraph, spans=_some, lang=_languages),
    st.builds(Note, spans=_some, lang=_languages),
    st.builds(Bullets, items=st.lists(_some, max_size=4).map(tuple), lang=_languages),
)
choices = st.builds(
    Choice,
    action=st.sampled_from(["goto:x", "choice:guben", "menu", "back"]),
    label=st.one_of(
        st.sampled_from(["Ja", "Nein", "Українська", "العربية", "Termin buchen"]), texts
    ),
    nav=st.booleans(),
    lang=_languages,
)
messages = st.builds(
    Message,
    lang=st.sampled_from(["de", "ar", "uk", "fa"]),
    blocks=st.lists(blocks, max_size=5).map(tuple),
    choices=st.lists(choices, max_size=12).map(tuple),
)
