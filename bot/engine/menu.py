"""Everything outside entries: language, greeting, menu, topics, emergency card, the office, the
site's own pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.conversation import PromptKind, Waypoint
from bot.domain.outgoing import (
    Block,
    Bullets,
    Choice,
    Paragraph,
    Plain,
    Span,
    Strong,
)
from bot.domain.texts import (
    ABOUT_ACCESSIBILITY,
    ABOUT_FEEDBACK,
    ABOUT_FUNDING,
    ABOUT_IMPRINT,
    ABOUT_NOT_CONFIRMED,
    ABOUT_PRIVACY,
    FIRST_HELLO,
    FIRST_MORE,
    FIRST_TELEGRAM,
    HUMAN,
    LANGUAGE_ASK,
    LANGUAGE_DRAFT,
    LANGUAGE_INTERFACE_ONLY,
    MENU_TITLE,
    MORE_CHOICES,
    TOPIC_TITLE,
    Text,
)
from bot.domain.texts_booking import BOOK, GO_ON, UNFINISHED
from bot.domain.texts_case import URGENT
from bot.engine import blocks
from bot.engine.turn import MENU_PLACE, Turn

PAGE = 8
UNFINISHED_FOR = timedelta(hours=1)


def ask_language(turn: Turn, page: int = 1, *notice: Block) -> None:
    """Ask for the language with native names; the platform's guess and the source stand first."""
    catalogue = turn.catalogue
    hint = catalogue.match_language(turn.input.language_hint)
    first = [code for code in (hint.code if hint else None, turn.chosen_language) if code]
    languages = sorted(
        catalogue.languages, key=lambda item: item.code not in first
    )  # stable: the site's order otherwise
    choices = tuple(
        Choice(action=f"l:{item.code}", label=item.name, lang=item.code) for item in languages
    )
    title: list[Block] = [turn.paragraph(LANGUAGE_ASK)]
    if turn.chosen_language is None and turn.language != catalogue.source.code:
        german = catalogue.words(LANGUAGE_ASK, catalogue.source.code)
        if german != turn.words(LANGUAGE_ASK):
            title.append(Paragraph(spans=(Plain(text=german),), lang=catalogue.source.code))
    nav = () if turn.chosen_language is None else turn.nav()
    turn.ask(
        PromptKind.LANGUAGE,
        (*notice, *title),
        (*_paged(turn, choices, page, "l"), turn.emergency(), *nav),
    )


def choose_language(turn: Turn, code: str) -> None:
    """Keep the language; greet at the first time."""
    turn.chosen_language = turn.language = code
    turn.close()
    if not turn.greeted:
        greet(turn)
    elif (draft := _draft_note(turn)) is not None:
        turn.say(draft)


def greet(turn: Turn) -> None:
    """Say what the program is, what the platform can read, and where to read more."""
    lines: list[Block] = [turn.paragraph(FIRST_HELLO)]
    if not turn.input.end_to_end:
        lines.append(turn.paragraph(FIRST_TELEGRAM))
    if (draft := _draft_note(turn)) is not None:
        lines.append(draft)
    lines.append(turn.paragraph(FIRST_MORE))
    turn.say(*lines)
    turn.greeted = True


def _draft_note(turn: Turn) -> Block | None:
    """Return the honest word about a language that nobody has read yet, or that has no answers."""
    language = turn.catalogue.language(turn.language)
    if language is None or language.status != "draft":
        return None
    spans = [Plain(text=turn.words(LANGUAGE_DRAFT))]
    if not language.content:
        fallback = turn.catalogue.language(turn.catalogue.fallback_of(language.code)[0])
        name = fallback.name if fallback else turn.catalogue.source.name
        spans.append(Plain(text=" " + turn.words(LANGUAGE_INTERFACE_ONLY, fallback=name)))
    return Paragraph(spans=tuple(spans))


def menu(turn: Turn, page: int = 1, *notice: Block) -> None:
    """Show the topics. Nothing leads back from here, so answers are forgotten."""
    turn.forget()
    turn.answers.clear()
    turn.trail = [MENU_PLACE]
    topics = tuple(
        Choice(action=f"t:{topic.id}", label=turn.label(f"topics/{topic.id}/title"))
        for topic in turn.catalogue.topics
    )
    dated = blocks.notices(turn, lambda each: each.everywhere)
    half, begin = _booking(turn)
    human = Choice(action="h", label=turn.words(HUMAN), nav=True)
    last = (*begin, human, turn.emergency())
    turn.ask(
        PromptKind.NAVIGATION,
        (*notice, *half, *dated, turn.paragraph(MENU_TITLE)),
        _paged(turn, topics, page, "m") + last,
    )


def _booking(turn: Turn) -> tuple[tuple[Block, ...], tuple[Choice, ...]]:
    """Return the way to an appointment; one that is half made is not lost without a word."""
    if not turn.catalogue.services:
        return (), ()
    if turn.booking is None or turn.quiet_for > UNFINISHED_FOR:
        turn.booking = None
        return (), (Choice(action="p:start", label=turn.words(BOOK), nav=True),)
    go_on = Choice(action="p:on", label=turn.words(GO_ON), nav=True)
    return (turn.paragraph(UNFINISHED),), (go_on,)


def topic(turn: Turn, topic_id: str, page: int = 1, *notice: Block) -> None:
    """Show the entries of a topic; a topic that is gone shows the menu."""
    found = next((item for item in turn.catalogue.topics if item.id == topic_id), None)
    if found is None:
        menu(turn, 1, *notice)
        return
    turn.forget()
    turn.visit(Waypoint(action=f"t:{topic_id}"))
    entries = tuple(
        Choice(action=f"e:{entry}", label=turn.label(f"{entry}/title")) for entry in found.entries
    )
    dated = blocks.notices(turn, lambda each: topic_id in each.topics)
    title = turn.words(TOPIC_TITLE, topic=turn.label(f"topics/{topic_id}/title"))
    turn.ask(
        PromptKind.NAVIGATION,
        (*notice, *dated, Paragraph(spans=(Plain(text=title),))),
        _paged(turn, entries, page, f"t:{topic_id}") + turn.nav(),
    )


def page_number(text: str) -> int:
    """Return the page that a button names; the first where it names none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def _paged(turn: Turn, choices: Sequence[Choice], page: int, action: str) -> tuple[Choice, ...]:
    """Return one page of choices, with a choice for the next page; the last leads to the first."""
    if len(choices) <= PAGE:
        return tuple(choices)
    size = PAGE - 1
    pages = -(-len(choices) // size)
    page = page if 1 <= page <= pages else 1
    following = page % pages + 1
    more = Choice(action=f"{action}:{following}", label=turn.words(MORE_CHOICES))
    return (*choices[(page - 1) * size : page * size], more)


def emergency(turn: Turn) -> None:
    """Show the fixed card: numbers first, then a human. The place she was at stays."""
    items: list[tuple[Span, ...]] = []
    for line in turn.catalogue.emergency:
        number = turn.catalogue.link(line.fact, turn.language, turn.input.today)
        if number is not None:
            items.append((number, Plain(text="  " + turn.line(f"emergency/{line.id}"))))
    lead, tail = turn.text("emergency/lead"), turn.text("emergency/tail")
    notes = turn.language_notes()
    urgent = Choice(action="u", label=turn.words(URGENT))
    card = (*lead, Bullets(items=tuple(items)), *tail, *notes)
    turn.ask(PromptKind.PAGE, card, (urgent, *turn.nav()))


def office(turn: Turn, *notice: Block) -> None:
    """Say how to reach the office otherwise; a human is offered here too."""
    turn.page(*notice, *blocks.office_contact(turn), human=True)


def privacy(turn: Turn) -> None:
    """Show the privacy text of the site."""
    service = turn.text("site/translation") if turn.catalogue.site.translation else ()
    turn.page(*_section(turn, ABOUT_PRIVACY, "privacy"), *service)


def about(turn: Turn) -> None:
    """Show who is responsible: imprint, funding, accessibility, where to complain."""
    sections = (
        *_section(turn, ABOUT_IMPRINT, "imprint"),
        *_section(turn, ABOUT_FUNDING, "funding"),
        *_section(turn, ABOUT_ACCESSIBILITY, "accessibility"),
    )
    feedback = turn.catalogue.site.feedback
    more = () if feedback is None else (turn.paragraph(ABOUT_FEEDBACK, feedback=feedback),)
    turn.page(*sections, *more)


def _section(turn: Turn, title: Text, name: str) -> tuple[Block, ...]:
    head = Paragraph(spans=(Strong(text=turn.words(title)),))
    if name not in turn.catalogue.site.legal:
        return (head, turn.paragraph(ABOUT_NOT_CONFIRMED))
    return (head, *turn.text(f"site/{name}"))
