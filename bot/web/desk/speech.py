"""How the counsellors' pages speak: words, times, waits and names in the language of the page.

Waits are staffed time: an hour at night is no wait that anybody could shorten. Where no staffed
time has passed yet, the moment itself is said. Knows no request and no database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.content import formats
from bot.content.catalogue import Catalogue
from bot.content.model import Language
from bot.domain import texts_desk, texts_desk_calendar, texts_desk_cases
from bot.domain.case import Case, Priority
from bot.domain.hours import Roster, staffed_between
from bot.domain.texts import PluralText, Text

Values = dict[str, object]
"""What a template takes."""

CHANNELS = {"telegram": "Telegram", "matrix": "Matrix", "terminal": "Terminal"}
_SHORT_HOURS = 10
_WORDS: dict[str, Text] = {
    **texts_desk.PREVIEW,
    **texts_desk_cases.WORDS,
    **texts_desk_calendar.WORDS,
}
_NUMBERS: dict[str, PluralText] = {**texts_desk_cases.NUMBERS, **texts_desk_calendar.NUMBERS}


class Speech:
    """Speaks one language at one moment."""

    def __init__(self, catalogue: Catalogue, language: Language, now: datetime) -> None:
        self.catalogue = catalogue
        self.language = language
        self.now = now
        self.zone = ZoneInfo(catalogue.site.zone)

    @property
    def today(self) -> date:
        """The day in the site's zone."""
        return self.now.astimezone(self.zone).date()

    # -- words

    def say(self, word: str, /, **values: object) -> str:
        """Return a word of the pages."""
        filled = {key: str(value) for key, value in values.items()}
        return self.catalogue.words(_WORDS[word], self.language.code, **filled)

    def say_filled(self, word: str, values: Mapping[str, object]) -> str:
        """Return a word with those of the values that it has a place for."""
        german = _WORDS[word].german
        return self.say(
            word, **{key: each for key, each in values.items() if f"{{{key}}}" in german}
        )

    def count(self, word: str, n: int, /, **values: object) -> str:
        """Return a word that depends on a number."""
        filled = {key: str(value) for key, value in values.items()}
        return self.catalogue.counted(_NUMBERS[word], n, self.language.code, **filled)

    def language_name(self, code: str) -> str:
        """Return a language's name in the words of the page: `Arabisch`."""
        return formats.language_name(code, self.language.code)

    def languages(self, codes: tuple[str, ...]) -> str:
        """Return several languages as one list."""
        return formats.joined([self.language_name(code) for code in codes], self.language.code)

    def channel(self, account: str) -> str:
        """Return what people call a channel."""
        kind = account.partition(":")[0]
        return self.say("web") if kind == "web" else CHANNELS.get(kind, kind)

    def title(self, case: Case) -> str:
        """Return what a case is called: the title of its entry or topic."""
        for key in (f"{case.topic}/title", f"topics/{case.topic}/title"):
            if case.topic is not None and self.catalogue.has(key):
                return self.catalogue.plain(key, self.language.code)
        return self.say("is_urgent" if case.priority is Priority.CRISIS else "no_topic")

    # -- times

    def local(self, at: datetime) -> datetime:
        """Return a moment in the site's zone."""
        return at.astimezone(self.zone)

    def clock(self, at: datetime) -> str:
        """Return the time of day: `10:31`."""
        return formats.clock(self.local(at).time(), self.language.code)

    def day(self, day: date) -> str:
        """Return a day with its weekday: `Do, 26. November`."""
        return formats.date_words(day, self.language.code, self.today)

    def long_day(self, day: date) -> str:
        """Return a day with its year: `22. Februar 2027`."""
        return formats.day(day, self.language.code)

    def moment(self, at: datetime) -> str:
        """Return the time of day, with the day where it is not today."""
        day = self.local(at).date()
        return self.clock(at) if day == self.today else f"{self.day(day)}, {self.clock(at)}"

    def lately(self, at: datetime) -> str:
        """Return the time of day of today, `gestern`, or the day."""
        day = self.local(at).date()
        if day == self.today:
            return self.clock(at)
        return self.say("yesterday") if day == self.today - timedelta(days=1) else self.day(day)

    def wait(self, roster: Roster, since: datetime) -> tuple[str, bool]:
        """Return how long somebody has waited, and whether that is staffed time."""
        staffed = staffed_between(roster, since, self.now)
        minutes = int(staffed / timedelta(minutes=1))
        if not minutes and self.now - since >= timedelta(minutes=1):
            return self.say("since", time=self.lately(since)), False
        if minutes < 60:
            return self.say("minutes", n=minutes), True
        hours, rest = divmod(minutes, 60)
        shown = self.say("hours", n=hours)
        if rest and hours < _SHORT_HOURS:
            shown = f"{shown} {self.say('minutes', n=rest)}"
        return shown, True

    def midnight(self, day: date) -> datetime:
        """Return when a day begins, in UTC."""
        return datetime.combine(day, datetime.min.time(), self.zone).astimezone(UTC)
