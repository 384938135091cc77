"""What reaches people beside the channels, as the settings name it: a translation service, the ways
from the web to other channels and back, e-mail. Each is imported only where it is set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.content.catalogue import Catalogue
from bot.domain.returning import Way
from bot.service.arrivals import Arrivals
from bot.service.codes import start_argument
from bot.service.jobs import Jobs
from bot.service.mailing import Mailing
from bot.service.notifier import Notifier
from bot.service.office import Office
from bot.service.ports import StaffRooms
from bot.service.translating import Translating
from bot.service.translation import NoTranslator, Translator
from bot.service.translation_guard import GuardedTranslator
from bot.settings import Settings
from bot.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """All of it."""

    translator: GuardedTranslator
    translating: Translating
    ways: OtherChannels
    arrivals: Arrivals
    mailing: Mailing | None

    @classmethod
    def of(
        cls,
        settings: Settings,
        *,
        database: Database,
        catalogue: Callable[[], Catalogue],
        notifier: Notifier,
        clock: Callable[[], datetime],
        jobs: Jobs,
    ) -> Outside:
        """Open what the settings name."""
        translator = GuardedTranslator(_service(settings), clock=clock)
        ways = OtherChannels(settings)
        return cls(
            translator=translator,
            translating=Translating(
                database=database,
                catalogue=catalogue,
                translator=translator,
                notifier=notifier,
                clock=clock,
                jobs=jobs,
            ),
            ways=ways,
            arrivals=Arrivals(catalogue=catalogue, ways=ways),
            mailing=_mailing(
                settings,
                database=database,
                catalogue=catalogue,
                notifier=notifier,
                clock=clock,
                jobs=jobs,
            ),
        )

    def office(self, *, public: bool, rooms: StaffRooms) -> Office:
        """Return the office that hears of words and answers."""
        return Office(
            public=public,
            rooms=rooms,
            returns=self.arrivals,
            wants_words=self.translating.want,
            wants_answer=self.mailing.want if self.mailing is not None else None,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self.translator.close()


def _service(settings: Settings) -> Translator:
    if settings.translate_url is not None:
        from bot.translation.libretranslate import LibreTranslate

        key = settings.translate_key
        return LibreTranslate(settings.translate_url, key.get_secret_value() if key else None)
    if settings.deepl_key is not None:
        from bot.translation.deepl import DeepL

        return DeepL(settings.deepl_key.get_secret_value())
    return NoTranslator()


class OtherChannels:
    """The channels on which a conversation of the web may go on. `telegram` gives the bot's user
    name once Telegram has told it.
    """

    def __init__(self, settings: Settings) -> None:
        self._matrix = settings.matrix_user if settings.matrix_homeserver is not None else None
        self.telegram: Callable[[], str | None] = lambda: None

    def __call__(self, code: str) -> tuple[Way, ...]:
        """Return them, with links that carry a code."""
        found: list[Way] = []
        name = self.telegram()
        if name:
            link = f"https://t.me/{name}?start={start_argument(code)}"
            found.append(Way(kind="telegram", name=name, link=link))
        if self._matrix is not None:
            found.append(Way(kind="matrix", name=self._matrix))
        return tuple(found)


def _mailing(
    settings: Settings,
    *,
    database: Database,
    catalogue: Callable[[], Catalogue],
    notifier: Notifier,
    clock: Callable[[], datetime],
    jobs: Jobs,
) -> Mailing | None:
    """Return who sends e-mails, None where no mail server is set."""
    if settings.smtp_url is None:
        return None
    from bot.channels.mail import SmtpMailer

    return Mailing(
        database=database,
        catalogue=catalogue,
        mailer=SmtpMailer(settings.smtp_url.get_secret_value(), clock),
        notifier=notifier,
        clock=clock,
        jobs=jobs,
        address=settings.address,
    )
