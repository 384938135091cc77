"""closures/*.ics: calendars that say when nobody is there. The name of a file is the id of a place,
or `all`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from bot.content.closing_calendars import EVERYWHERE, ClosingCalendar, read
from bot.content.office_hours import Zones
from bot.content.pack import Pack
from bot.content.problems import Mark

FOLDER = "closures"


def closing_files(
    pack: Pack, calendars: Mapping[str, bytes], zones: Zones
) -> tuple[ClosingCalendar, ...]:
    """Return the calendars by file; what is broken is reported and left out."""
    found: list[ClosingCalendar] = []
    known = pack.ids("places.yaml")
    for file, content in calendars.items():
        name = PurePosixPath(file).stem
        if name != EVERYWHERE and known is not None and name not in known:
            hint = f"The name of the file is the id of a place, or `{EVERYWHERE}`."
            message = f"there is no place `{name}`"
            pack.problems.error(Mark(file), "unknown-place", message, hint)
            continue
        place = None if name == EVERYWHERE else name
        try:
            found.append(read(content, place=place, zone=zones.of(place)))
        except ValueError as error:
            pack.problems.error(Mark(file), "calendar", str(error))
    return tuple(found)
