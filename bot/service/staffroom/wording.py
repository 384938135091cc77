"""How a staff room says things: in the site's source language, times in the site's zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.content.catalogue import Catalogue
from bot.content.formats import clock
from bot.domain.outgoing import Paragraph, Plain, Strong
from bot.domain.texts import Text
from bot.domain.texts_staff import CLOCK


class Wording:
    """The words of one moment."""

    def __init__(self, catalogue: Catalogue, now: datetime) -> None:
        self.catalogue = catalogue
        self.language = catalogue.source.code
        self._zone = ZoneInfo(catalogue.site.zone)
        self._today = now.astimezone(self._zone).date()

    def words(self, text: Text, **values: str) -> str:
        """Return an interface text."""
        return self.catalogue.words(text, self.language, **values)

    def moment(self, at: datetime) -> str:
        """Return day and time of day."""
        local = at.astimezone(self._zone)
        return self.words(
            CLOCK, day=self.day(local.date()), time=clock(local.time(), self.language)
        )

    def day(self, day: date) -> str:
        """Return a date."""
        return self.catalogue.date(day, self.language, self._today)

    def topic(self, topic: str) -> str | None:
        """Return the title of an entry or a topic; None where the content has neither any more."""
        for key in (f"{topic}/title", f"topics/{topic}/title"):
            if self.catalogue.has(key):
                return self.catalogue.plain(key, self.language)
        return None

    def line(self, text: Text, **values: str) -> Paragraph:
        """Return an interface text as a paragraph."""
        return Paragraph(spans=(Plain(text=self.words(text, **values)),))

    def heading(self, text: Text, **values: str) -> Paragraph:
        """Return an interface text that stands out: who speaks."""
        return Paragraph(spans=(Strong(text=self.words(text, **values)),))
