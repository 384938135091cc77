"""A desk with a calendar for tests: the office hours of the shipped content, a week in December
with people in it, some of them from a chat. Names are invented.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.applications import Starlette

from bot.domain.appointment import Appointment, AppointmentAction, BookingOrigin, Slot, SlotKind
from bot.domain.booking import Wish
from bot.service import booking_desk, slots
from bot.service.bookings import Bookings
from bot.service.free_times import Moment
from bot.service.office import Office
from bot.service.ports import ChannelStatus
from bot.storage import conversations
from bot.storage import slots as stored_slots
from bot.storage.blocks import DESK, Block
from bot.storage.conversations import Conversation
from bot.storage.transaction import Tx
from bot.web.server import build
from tests.web.desk_world import TELEGRAM, DeskWorld
from tests.web.scripted import ScriptedChat

TUESDAY = datetime(2026, 12, 8, 9, 12, tzinfo=UTC)
"""10:12 in Guben, where the office hours last until noon."""

BERLIN = ZoneInfo("Europe/Berlin")
FORST, GUBEN = "welcome-center-forst", "welcome-center-guben"
SPREMBERG, PARK = "welcome-center-spremberg", "welcome-center-park"
FIRST, MEETING = "first-consultation", "welcome-meeting"
HALF = timedelta(minutes=30)
EVIL = "<img src=x onerror=alert(1)>"


def local(day: int, clock: str, month: int = 12) -> datetime:
    """Return a wall time in December 2026 as UTC."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


@dataclass
class CalendarWorld(DeskWorld):
    """The program around one database, with bookings."""

    now: datetime = TUESDAY
    translates: bool = False
    made: dict[str, Appointment] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.bookings = Bookings(
            database=self.database,
            catalogue=self.catalogue,
            door=self.door,
            office=Office(),
            notifier=self.notifier,
            jobs=self.jobs,
            clock=self.clock,
            draw=secrets.randbelow,
        )

    def at(self, tx: Tx, now: datetime | None = None) -> Moment:
        return Moment(tx=tx, catalogue=self.catalogue(), now=now or self.now)

    async def hours(self, since: datetime) -> None:
        """Make the slots of the office hours, as they were made on that day."""
        await self.database.write(lambda tx: slots.sync(tx, self.catalogue(), since))

    async def own_time(self, login: str, starts: datetime, count: int, place: str = GUBEN) -> None:
        """Give somebody half hours of her own, beside the office hours of the content."""

        def work(tx: Tx) -> None:
            wanted = [
                Slot(
                    kind=SlotKind.COUNSELLING,
                    place=place,
                    resource=f"counsellor/{login}",
                    starts=starts + number * HALF,
                    ends=starts + (number + 1) * HALF,
                    zone="Europe/Berlin",
                    local=(starts + number * HALF).astimezone(BERLIN).replace(tzinfo=None),
                    seats=1,
                    services=frozenset({FIRST}),
                    languages=("de", "pl"),
                )
                for number in range(count)
            ]
            stored_slots.add_all(tx, wanted)

        await self.database.write(work)

    def slot(
        self, tx: Tx, starts: datetime, place: str, resource: str = "", service: str = FIRST
    ) -> Slot:
        """Return the slot that begins then and there."""
        found = stored_slots.between(tx, starts, starts + timedelta(seconds=1))
        return next(
            each
            for each in found
            if (each.place, each.resource) == (place, resource) and service in each.services
        )

    async def book(
        self,
        starts: datetime,
        place: str,
        language: str,
        name: str | None = None,
        service: str = FIRST,
        *,
        address: str | None = None,
        resource: str = "",
        notes: str | None = None,
    ) -> Appointment:
        """Book a time; for a chat on Telegram where it has an `address`."""

        def work(tx: Tx) -> Appointment:
            there = self._conversation(tx, address)
            slot = self.slot(tx, starts, place, resource, service)
            wish = Wish(service=service, place=place, language=language)
            made = booking_desk.book_for(
                self.at(tx, starts - timedelta(days=1)),
                slot.id,
                wish,
                draw=secrets.randbelow,
                origin=BookingOrigin.PHONE if there is None else BookingOrigin.CHAT,
                conversation=there,
                name=name,
                notes=notes,
            )
            assert isinstance(made, Appointment), made
            return made

        return await self.database.write(work)

    @staticmethod
    def _conversation(tx: Tx, address: str | None) -> Conversation | None:
        return conversations.find(tx, TELEGRAM, address) if address is not None else None

    async def mark(self, found: Appointment, action: AppointmentAction, at: datetime) -> None:
        """Note what became of an appointment."""
        await self.database.write(lambda tx: booking_desk.mark(self.at(tx, at), found.id, action))

    async def blocked(self, starts: datetime, ends: datetime, place: str, reason: str) -> None:
        """Block a time."""
        wanted = Block(
            resource=None, place=place, starts=starts, ends=ends, source=DESK, reason=reason
        )
        await self.database.write(lambda tx: slots.block(tx, self.catalogue(), wanted, self.now))

    async def week(self) -> None:
        """Fill the week of the seventh of December as on a Tuesday morning."""
        serve, miss, arrive = (
            AppointmentAction.SERVE,
            AppointmentAction.MISS,
            AppointmentAction.ARRIVE,
        )
        await self.employ("jana", shown="Jana", languages=("de", "pl"))
        await self.employ("mirek", shown="Mirek", languages=("de", "pl", "uk"))
        await self.newcomer(TELEGRAM, "501", "uk", "Шеф не платить мені вже три місяці.")
        await self.hours(local(7, "06:00"))
        for clock, language, action in (
            ("09:00", "en", serve),
            ("09:30", "de", serve),
            ("10:00", "en", miss),
            ("11:00", "de", serve),
        ):
            made = await self.book(local(7, clock), FORST, language)
            await self.mark(made, action, local(7, "12:00"))
        for name in ("Olena", "Ahmad", None):
            await self.book(local(7, "16:00"), SPREMBERG, "de", name, MEETING)
        first = await self.book(local(8, "09:00"), GUBEN, "pl", "Zofia")
        await self.mark(first, serve, local(8, "09:40"))
        second = await self.book(local(8, "10:00"), GUBEN, "de", EVIL)
        await self.mark(second, arrive, local(8, "09:55"))
        self.made["arrived"] = second
        self.made["due"] = await self.book(local(8, "10:00"), GUBEN, "en", "Anna")
        self.made["later"] = await self.book(local(8, "14:30"), PARK, "pl", "=1+1")
        self.made["hers"] = await self.book(
            local(9, "13:00"), SPREMBERG, "ar", "كريم", address="501"
        )
        self.made["clash"] = await self.book(local(9, "14:00"), SPREMBERG, "en", address="501")
        await self.book(local(9, "15:00"), SPREMBERG, "ar")
        await self.book(local(10, "09:30"), FORST, "de")
        await self.book(local(10, "13:30"), GUBEN, "uk")
        await self.book(local(10, "13:30"), FORST, "ru")
        await self.blocked(local(9, "14:00"), local(9, "15:00"), SPREMBERG, "Fortbildung")

    def app(self) -> Starlette:
        """Build the application."""

        async def ready() -> dict[str, ChannelStatus]:
            return {}

        return build(
            settings=self.settings,
            chat=ScriptedChat(),
            catalogue=self.catalogue,
            ready=ready,
            routes=[],
            clock=self.clock,
            staff=self.staff,
            desk=self.desk,
            cases=self.cases,
            bookings=self.bookings,
        )
