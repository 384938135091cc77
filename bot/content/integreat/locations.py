"""Locations as draft places and facts: content/drafts/places.yaml and facts.yaml.

Phone numbers and pages become facts, because texts never hold them. Names of persons are left out.
Nothing is confirmed: every draft has low confidence and is to be checked at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.content import facts
from bot.content.integreat.html import markup, plain
from bot.content.integreat.shapes import Feed, Item
from bot.content.integreat.writing import block, comment, quoted, slug
from bot.content.schema import MAX_ID

_DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_ENDINGS = len("-phone")


@dataclass(frozen=True, slots=True)
class Place:
    """A place that could be. `items` are its location in each language, the source first."""

    id: str
    name: str
    note: str
    items: Mapping[str, Item]


def places(
    feed: Feed, source: str, known: Mapping[str, str], taken: Collection[str]
) -> tuple[Place, ...]:
    """Return the places of a feed; `known` and `taken` as for entries."""
    items = {item.path: item for item in feed.items if item.is_place}
    used = {*known.values(), *taken}
    found: list[Place] = []
    for item in items.values():
        if item.language != source:
            continue
        family = {source: item}
        for code, path in item.others.items():
            if path in items and items[path].language == code:
                family[code] = items[path]
        name = known.get(item.path) or slug(
            item.title, used, MAX_ID - _ENDINGS, f"place-{item.number}"
        )
        used.add(name)
        found.append(Place(name, item.title, _note(item), family))
    return tuple(found)


def _note(item: Item) -> str:
    """Return what the location says: its text, then hours and how to get an appointment."""
    lines = list(markup(item.content, item.url))
    if item.original.get("temporarily_closed") is True:
        lines.append("Zurzeit geschlossen.")
    if hours := list(_hours(item.original.get("opening_hours"))):
        lines += ["Öffnungszeiten laut Integreat:", "\n".join(f"- {each}" for each in hours)]
    appointment = plain(item.original.get("appointment_url"))
    if appointment.startswith("https://") and not set(appointment) & set(" ()<>"):
        lines.append(f"[Termin]({appointment})")
    if item.original.get("barrier_free") is True:
        lines.append("Barrierefrei.")
    for contact in _contacts(item)[1:]:
        parts = [
            plain(contact.get(key)) for key in ("area_of_responsibility", "phone_number", "email")
        ]
        if any(parts[1:]):
            lines.append(" · ".join(part for part in parts if part))
    return "\n\n".join(lines)


def _hours(value: object) -> Iterator[str]:
    for day, given in zip(_DAYS, value if isinstance(value, list) else [], strict=False):
        if not isinstance(given, dict) or given.get("closed") is True:
            continue
        slots = given.get("timeSlots")
        times = [
            f"{start} bis {end}"
            for slot in (slots if isinstance(slots, list) else [])
            if isinstance(slot, dict)
            and (start := plain(slot.get("start")))
            and (end := plain(slot.get("end")))
        ]
        if given.get("allDay") is True:
            times = ["den ganzen Tag"]
        if given.get("appointmentOnly") is True:
            times.append("nur mit Termin")
        if times:
            yield f"{day}: {', '.join(times)}"


def _contacts(item: Item) -> list[Mapping[str, object]]:
    """Return how the location is reached: its own fields as a first contact, then its contacts."""
    own = {key: item.original.get(key) for key in ("phone_number", "email", "website")}
    given = item.original.get("contacts")
    found: list[Mapping[str, object]] = [own] if any(own.values()) else []
    if isinstance(given, list):
        found += [each for each in given if isinstance(each, dict)]
    return found


def yaml(found: tuple[Place, ...], source: str, today: date) -> tuple[str, str]:
    """Return the files places.yaml and facts.yaml of the drafts."""
    head = (
        "Entwürfe aus Integreat, nicht live. Prüfen, dann in die {} des Ordners darüber übernehmen."
    )
    rows = [comment(head.format("places.yaml"))]
    reached = [comment(head.format("facts.yaml"))]
    for place in found:
        item = place.items[source]
        rows += _row(place, item, today)
        reached += _facts(place.id, item, today)
    return "\n".join(rows) + "\n", "\n".join(reached) + "\n"


def _row(place: Place, item: Item, today: date) -> Iterator[str]:
    location = item.original.get("location")
    given = location if isinstance(location, dict) else {}
    yield f"{place.id}:"
    yield from block("name", place.name, 2)
    street, postcode, town = (plain(given.get(key)) for key in ("address", "postcode", "town"))
    if street and town and len(postcode) == 5 and postcode.isascii() and postcode.isdigit():
        yield (
            f"  address: {{street: {quoted(street)}, postcode: {quoted(postcode)}, "
            f"town: {quoted(town)}}}"
        )
    phone, page, mail = _reached(item)
    if phone is not None:
        yield f"  phone: {place.id}-phone"
    if page is not None:
        yield f"  url: {place.id}-page"
    if mail is not None:
        yield f"  mail: {quoted(mail)}"
    if place.note:
        yield from block("note", place.note, 2)
    latitude, longitude = given.get("latitude"), given.get("longitude")
    if _is_degree(latitude) and _is_degree(longitude):
        yield f"  lat: {latitude:.6f}"
        yield f"  lon: {longitude:.6f}"
    yield from _checked(item, today)


def _facts(place_id: str, item: Item, today: date) -> Iterator[str]:
    phone, page, _ = _reached(item)
    if phone is not None:
        number, shown = phone
        yield f"{place_id}-phone:"
        yield "  kind: phone"
        yield f"  values: [{{value: {quoted(number)}, shown: {quoted(shown)}}}]"
        yield from _checked(item, today)
    if page is not None:
        yield f"{place_id}-page:"
        yield "  kind: url"
        yield f"  values: [{{value: {quoted(page)}}}]"
        yield from _checked(item, today)


def _checked(item: Item, today: date) -> Iterator[str]:
    url = f", url: {quoted(item.url)}" if _is_page(item.url) else ""
    yield f"  source: {{name: Integreat{url}{_dated(item)}}}"
    yield "  confidence: low"
    yield f"  review_by: {today}"


def _dated(item: Item) -> str:
    try:
        return f", dated: {date.fromisoformat(item.changed)}"
    except ValueError:
        return ""


def _reached(item: Item) -> tuple[tuple[str, str] | None, str | None, str | None]:
    """Return phone (E.164, as printed), page and mail: the first sound one of each."""
    contacts = _contacts(item)
    phones = [
        plain(each.get(key)) for each in contacts for key in ("phone_number", "mobile_number")
    ]
    numbers = ((_dialled(shown), shown) for shown in phones)
    pages = (plain(each.get("website")) for each in contacts)
    mails = (plain(each.get("email")) for each in contacts)
    return (
        next(((number, shown) for number, shown in numbers if number is not None), None),
        next((page for page in pages if _is_page(page)), None),
        next((mail for mail in mails if _is_mail(mail)), None),
    )


def _dialled(shown: str) -> str | None:
    """Return a German number as it is dialled from anywhere, None where it is none."""
    digits = "".join(each for each in shown if each in "+0123456789")
    if digits.startswith("+490"):  # as in +49 (0) 355
        digits = "+49" + digits[4:]
    elif digits.startswith("00"):
        digits = "+" + digits[2:]
    elif digits.startswith("0"):
        digits = "+49" + digits[1:]
    try:
        facts.read_value("phone", digits, shown, "")
    except ValueError:
        return None
    return digits


def _is_page(url: str) -> bool:
    try:
        facts.read_value("url", url, None, "")
    except ValueError:
        return False
    return True


def _is_mail(mail: str) -> bool:
    name, at, host = mail.partition("@")
    return bool(at and name and "." in host) and not set(mail) & set(" <>") and "@" not in host


def _is_degree(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -180 <= value <= 180
