"""What can be booked, put together: services, office hours and the calendars that close them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.content import hours_check
from bot.content.closing_calendars import ClosingAddress
from bot.content.closing_files import closing_files
from bot.content.closures import Closures
from bot.content.model import Place, Site
from bot.content.model_booking import Booking
from bot.content.office_hours import Zones, office_hours
from bot.content.pack import Pack
from bot.content.problems import Mark
from bot.content.services import services

MOST_NAME = 20


def booking(
    pack: Pack,
    calendars: Mapping[str, bytes],
    *,
    site: Site | None,
    places: Mapping[str, Place],
    holidays: Mapping[str, Closures],
) -> Booking:
    """Return all that can be booked; what is broken is reported and left out."""
    zones = Zones(
        site=site.zone if site is not None else "UTC",
        places={place.id: place.zone for place in places.values() if place.zone is not None},
    )

    def closures(place: str | None) -> Closures:
        found = places.get(place) if place is not None else None
        land = (found.land if found is not None else None) or (site.land if site else "")
        return holidays.get(land) or Closures(land=land)

    offered = services(pack)
    rules = office_hours(pack, offered, zones)
    if site is not None:
        hours_check.check(pack, rules, closures)
    _check_names(pack, {rule.hours.place for rule in rules})
    return Booking(
        services=offered,
        hours=tuple(rule.hours for rule in rules),
        closing=closing_files(pack, calendars, zones),
        addresses=tuple(
            ClosingAddress(url=url, place=place, zone=zones.of(place))
            for url, place in (site.closures if site is not None else ())
        ),
    )


def _check_names(pack: Pack, bookable: Collection[str | None]) -> None:
    """Warn of places whose names do not fit beside a day and a time on a button."""
    for place in sorted(each for each in bookable if each is not None):
        texts = pack.texts.found
        name = texts.get(f"places/{place}/short") or texts.get(f"places/{place}/name")
        if name is not None and len(name.german) > MOST_NAME:
            message = f"`{place}` can be booked; its name is too long for a button with a time"
            hint = f"Write a `short` name of at most {MOST_NAME} characters."
            pack.problems.warning(Mark(name.file, name.line), "place-name", message, hint)
