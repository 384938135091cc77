"""What places, offices and papers look like in an answer: blocks made from checked values.

Knows nothing of the state beyond the language and the day.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from bot.content.model import Entry
from bot.content.model_directory import Notice
from bot.domain.outgoing import FSI, PDI, Block, Bullets, Link, Note, Paragraph, Pin, Plain, Span
from bot.domain.texts import (
    BRING,
    GENERAL,
    LISTEN,
    MAIL,
    MAP,
    NOT_REVIEWED,
    OFFICE_ASK,
    OFFICE_UNCONFIRMED,
    PHONE,
    RESPONSIBLE,
    REVIEWED,
    WHERE_TO_GET,
    Text,
)
from bot.engine.turn import Turn

Line = list[Span]


def place(turn: Turn, place_id: str) -> tuple[Block, ...]:
    """Return name, address and note of a place; without a verified address, the name alone."""
    found = turn.catalogue.place(place_id, turn.input.today)
    turn.places.add(place_id)
    lines = [_name(turn, place_id)]
    if found.address is not None:
        a = found.address
        address = f"{a.street}, {a.postcode} {a.town}"
        lines.append(_isolated(turn, address))
        lines.append([Link(label=turn.words(MAP), url=_map(address))])
        if found.lat is not None and found.lon is not None:
            name = turn.catalogue.plain(f"places/{place_id}/name", turn.catalogue.source.code)
            turn.pins[place_id] = Pin(lat=found.lat, lon=found.lon, name=name, address=address)
    note = turn.text(f"places/{place_id}/note") if found.note else ()
    return (paragraph(lines), *note)


def _map(address: str) -> str:
    """Return the address of a map page that looks for a postal address."""
    return f"https://www.openstreetmap.org/search?query={quote(address)}"


def contact(turn: Turn, place_id: str) -> tuple[Block, ...]:
    """Return how a place is reached: name, then phone, mail and page as far as they are verified.

    A name that stands right above is not repeated.
    """
    found = turn.catalogue.place(place_id, turn.input.today)
    turn.places.add(place_id)
    lines = [] if turn.placed == place_id else [_name(turn, place_id)]
    lines += reach(turn, phone=found.phone, mail=found.mail, url=found.url)
    return (paragraph(lines),) if lines else ()


def office_name(turn: Turn) -> tuple[Block, ...]:
    """Return name and towns of the Welcome Center: whom to ask where nothing else is known."""
    name, towns = turn.line("site/office-name"), turn.line("site/office-towns")
    return (turn.paragraph(OFFICE_ASK, office=name, towns=towns),)


def office(turn: Turn) -> tuple[Block, ...]:
    """Return how the Welcome Center itself is reached."""
    found = turn.catalogue.site.office
    lines: list[Line] = []
    if found.address is not None:
        a = found.address
        lines.append(_isolated(turn, f"{a.street}, {a.postcode} {a.town}"))
    lines += reach(turn, phone=found.phone, mail=found.mail, url=found.url)
    return (paragraph(lines),) if lines else ()


def office_contact(turn: Turn) -> tuple[Block, ...]:
    """Return how to reach the office; without confirmed details only its name and towns."""
    if turn.catalogue.site.office.confirmed:
        return (*office_name(turn), *office(turn))
    return (*office_name(turn), turn.paragraph(OFFICE_UNCONFIRMED))


def notices(turn: Turn, concerns: Callable[[Notice], bool]) -> tuple[Block, ...]:
    """Return the dated notices of this moment that concern what is shown."""
    shown: list[Block] = []
    for notice in turn.catalogue.directory.live(turn.input.at):
        if concerns(notice):
            shown.extend(turn.text(notice.key))
    return tuple(shown)


def footer(turn: Turn, entry: Entry) -> tuple[Block, ...]:
    """Return what stands under every answer: who is responsible, when a human last checked it, that
    the authority decides the case, and where it can be heard.
    """
    checked = turn.words(NOT_REVIEWED)
    if entry.reviewed_on is not None:
        day = turn.catalogue.date(entry.reviewed_on, turn.language, turn.input.today)
        checked = turn.words(REVIEWED, date=day)
    lines: list[Line] = []
    if entry.case:
        lines.append([Plain(text=turn.words(GENERAL))])
    if entry.responsible is not None:
        office = turn.line(f"places/{entry.responsible}/name")
        lines.append([Plain(text=turn.words(RESPONSIBLE, office=office))])
    lines.append([Plain(text=checked)])
    shown: list[Block] = [Note(spans=paragraph(lines).spans)]
    if (audio := entry.audio.get(turn.language)) is not None:
        shown.insert(0, Paragraph(spans=(Link(label=turn.words(LISTEN), url=audio),)))
    return tuple(shown)


def reach(turn: Turn, *, phone: str | None, mail: str | None, url: str | None) -> list[Line]:
    """Return lines with phone and page (ids of facts) and mail, as far as they may be shown."""
    lines: list[Line] = []
    if (number := _link(turn, phone)) is not None:
        lines.append(_labelled(turn, PHONE, "phone", number))
    if mail is not None:
        address = Link(label=turn.catalogue.isolated(mail), url=f"mailto:{mail}")
        lines.append(_labelled(turn, MAIL, "mail", address))
    if (page := _link(turn, url)) is not None:
        lines.append([page])
    return lines


def link(turn: Turn, fact: str) -> tuple[Block, ...]:
    """Return a link whose address is a fact of kind url; nothing where it may not be shown."""
    found = _link(turn, fact)
    return () if found is None else (Paragraph(spans=(found,)),)


def documents(turn: Turn, ids: tuple[str, ...]) -> tuple[Block, ...]:
    """Return the papers to bring: the German term, what it is in her words, where to get it."""
    items: list[tuple[Span, ...]] = []
    for document_id in ids:
        document = turn.catalogue.documents[document_id]
        spans: Line = _isolated(turn, document.name)
        if document.gloss:
            spans.append(Plain(text=f" ({turn.line(f'documents/{document_id}/gloss')})"))
        if document.where:
            where = turn.line(f"documents/{document_id}/where")
            spans.append(Plain(text=". " + turn.words(WHERE_TO_GET, where=where)))
        items.append(tuple(spans))
    return (turn.paragraph(BRING), Bullets(items=tuple(items)))


def paragraph(lines: list[Line]) -> Paragraph:
    """Return lines as one paragraph."""
    spans: Line = []
    for line in lines:
        spans += [Plain(text="\n"), *line] if spans else line
    return Paragraph(spans=tuple(spans))


def _name(turn: Turn, place_id: str) -> Line:
    return _isolated(turn, turn.label(f"places/{place_id}/name"))


def _isolated(turn: Turn, text: str) -> Line:
    return [Plain(text=turn.catalogue.isolated(text))]


def _link(turn: Turn, fact: str | None) -> Link | None:
    return None if fact is None else turn.catalogue.link(fact, turn.language, turn.input.today)


def _labelled(turn: Turn, text: Text, slot: str, link: Link) -> Line:
    """Return a line `Telefon: LINK`, the link where the translation puts its placeholder."""
    mark = "\x00"
    before, _, after = turn.words(text, **{slot: mark}).partition(mark)
    ends = (Plain(text=before.removesuffix(FSI)), link, Plain(text=after.removeprefix(PDI)))
    return [span for span in ends if isinstance(span, Link) or span.text]
