"""A desk with people for tests: a real database, the front door, cases, a translation service that
knows a few sentences, newcomers who write and counsellors who answer.

`sample` fills it with a few dozen cases in four languages. Names and words are invented.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import cast

import httpx
import uvicorn
from sqlalchemy import update
from starlette.applications import Starlette

from bot.app.serve import listen
from bot.content.catalogue import Catalogue
from bot.domain.case import Case, Outcome, Priority
from bot.domain.inbound import Inbound, Opened, Sender, TextMessage
from bot.domain.staff import Role
from bot.service.cases import Acting, Cases, SentWords
from bot.service.desk.desk import DESK_CHANGED, Desk
from bot.service.door import FrontDoor
from bot.service.jobs import Jobs
from bot.service.notifier import Notifier
from bot.service.office import Office
from bot.service.outputs import Account
from bot.service.ports import ChannelStatus
from bot.service.staff_services import StaffServices
from bot.service.translating import Translating
from bot.service.translation import Failed, Languages, Line, Translated, Why
from bot.service.translation_guard import GuardedTranslator
from bot.service.webchat import WEB
from bot.settings import Settings
from bot.storage import cases as stored_cases
from bot.storage import conversations
from bot.storage.database import Database
from bot.storage.tables import outbox
from bot.storage.transaction import Tx
from bot.web.server import build
from tests.web import desk_client
from tests.web.scripted import ScriptedChat

NOW = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)
"""A Tuesday, 10:12 in Forst: the desk is staffed until noon."""

TELEGRAM, MATRIX = "telegram:1", "matrix:@lotse:example.org"
NAMES = {"uk": "Українська", "ar": "العربية", "pl": "Polski", "de": "Deutsch", "en": "English"}

KARIM = (
    "مرحبا، صاحب البيت لا يريد أن يعطيني ورقة تأكيد السكن. موعدي في البلدية يوم الاثنين. ماذا أفعل؟"
)
KARIM_GERMAN = (
    "Guten Tag, der Vermieter will mir die Bestätigung nicht geben. "
    "Mein Termin bei der Stadt ist am Montag. Was soll ich tun?"
)
ANSWER = "Gehen Sie am Montag trotzdem hin. Bringen Sie alle Papiere mit."
ANSWER_ARABIC = "اذهب يوم الاثنين رغم ذلك. أحضر معك كل الأوراق."
ANSWER_BACK = "Gehen Sie trotzdem am Montag. Nehmen Sie alle Papiere mit."

HELLO = "Guten Tag, ich bin Jana aus der Beratung. Was ist passiert?"
HELLO_ARABIC = "مرحبًا، أنا يانا من فريق الاستشارة. ماذا حدث؟"

PHRASES = {
    ("de", "السلام عليكم"): "Guten Tag",
    ("de", KARIM): KARIM_GERMAN,
    ("ar", ANSWER): ANSWER_ARABIC,
    ("de", ANSWER_ARABIC): ANSWER_BACK,
    ("de", "Шеф не платить мені вже три місяці."): "Der Chef zahlt mir schon drei Monate nicht.",
}


class Phrasebook:
    """A translation service that knows some sentences and marks all others with the language."""

    provider = "phrasebook"

    def __init__(self, phrases: Mapping[tuple[str, str], str] = PHRASES) -> None:
        self.phrases = dict(phrases)
        self.down = False
        self.asked: list[str] = []

    async def translate(
        self, lines: Sequence[Line], source: str | None, target: str
    ) -> Translated | Failed:
        if self.down:
            return Failed(Why.DOWN)
        return Translated(
            lines=tuple(self._line(line, target) for line in lines), source=source or _guess(lines)
        )

    def _line(self, line: Line, target: str) -> Line:
        said: list[object] = []
        for piece in line:
            if not isinstance(piece, str):
                said.append(piece)
                continue
            self.asked.append(piece)
            known = self.phrases.get((target, piece.strip()))
            said.append(known if known is not None else f"{target}: {piece}")
        return cast("Line", tuple(said))

    async def languages(self) -> Languages | Failed:
        codes = frozenset(NAMES)
        return Languages({code: codes - {code} for code in codes})

    async def close(self) -> None:
        return None


def _guess(lines: Sequence[Line]) -> str:
    letters = "".join(piece for line in lines for piece in line if isinstance(piece, str))
    scripts = {"CYRILLIC": "uk", "ARABIC": "ar"}
    names = (unicodedata.name(each, "").partition(" ")[0] for each in letters if each.isalpha())
    return scripts.get(next(names, ""), "pl")


class SwitchedOn:
    """A catalogue whose site lets words go to a translation service."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.site = replace(catalogue.site, translation=True)

    def __getattr__(self, name: str) -> object:
        return getattr(self._catalogue, name)


@dataclass
class DeskWorld:
    """The program around one database."""

    database: Database
    content: Catalogue
    now: datetime = NOW
    settings: Settings = field(default_factory=lambda: Settings(_env_file=None))
    notifier: Notifier = field(default_factory=Notifier)
    phrasebook: Phrasebook = field(default_factory=Phrasebook)
    translates: bool = True
    team: dict[str, Acting] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.jobs = Jobs()
        self.translating = Translating(
            database=self.database,
            catalogue=self.catalogue,
            translator=GuardedTranslator(self.phrasebook, clock=self.clock, seconds=2),
            notifier=self.notifier,
            clock=self.clock,
            jobs=self.jobs,
        )
        office = Office()
        self.door = FrontDoor(
            database=self.database, catalogue=self.catalogue, notifier=self.notifier, office=office
        )
        for name in ("web", TELEGRAM, MATRIX):
            account = Account(name=name, capabilities=WEB, owner=None, busy=lambda _id: False)
            self.door.add_account(account, lambda _rows: None)
        self.cases = Cases(
            database=self.database,
            catalogue=self.catalogue,
            door=self.door,
            office=office,
            clock=self.clock,
        )
        self.desk = Desk(
            database=self.database,
            catalogue=self.catalogue,
            notifier=self.notifier,
            clock=self.clock,
            translating=self.translating,
        )
        self.staff = StaffServices.over(self.database, self.clock, self.notifier)
        self._numbers = 0

    def clock(self) -> datetime:
        return self.now

    def catalogue(self) -> Catalogue:
        return cast("Catalogue", SwitchedOn(self.content)) if self.translates else self.content

    # -- people

    async def employ(
        self, name: str, *roles: Role, shown: str = "", languages: Sequence[str] = ("de",)
    ) -> Acting:
        """Add somebody to the team."""
        number = await desk_client.employ(
            self.database,
            name,
            *(roles or (Role.COUNSELLOR,)),
            now=self.now,
            shown=shown,
            languages=languages,
        )
        self.team[name] = Acting(
            staff_id=number,
            name=shown or name.capitalize(),
            roles=frozenset(map(str, roles or (Role.COUNSELLOR,))),
        )
        return self.team[name]

    async def says(self, account: str, address: str, text: str) -> None:
        """Have a newcomer write."""
        await self._admit(account, address, TextMessage(text=text))

    async def _admit(self, account: str, address: str, content: object) -> None:
        self._numbers += 1
        await self.door.receive(
            Inbound(
                account=account,
                external_id=f"{address}:{self._numbers}",
                sender=Sender(address=address, language=None),
                at=self.now,
                content=cast("TextMessage", content),
            )
        )

    @contextmanager
    def earlier(self, minutes: int) -> Iterator[None]:
        """Do something that many minutes ago."""
        kept, self.now = self.now, self.now - timedelta(minutes=minutes)
        yield
        self.now = kept

    async def newcomer(
        self,
        account: str,
        address: str,
        language: str,
        *texts: str,
        ago: timedelta = timedelta(),
        topic: str | None = None,
        urgent: bool = False,
    ) -> Case:
        """Have somebody come, choose a language, ask for a human and write; return her case."""
        kept, self.now = self.now, self.now - ago
        await self._admit(account, address, Opened())
        await self.says(account, address, NAMES[language])
        await self.says(account, address, "/human")
        for text in texts:
            await self.says(account, address, text)
        self.now = kept

        def finish(tx: Tx) -> Case:
            conversation = conversations.find(tx, account, address)
            assert conversation is not None
            case = stored_cases.open_of(tx, conversation.id)
            assert case is not None
            priority = Priority.CRISIS if urgent else Priority.NORMAL
            return stored_cases.save(tx, replace(case, topic=topic, priority=priority))

        case = await self.database.write(finish)
        await self.translated(case)
        self.notifier.changed(*DESK_CHANGED)
        return case

    async def urged(self, case: Case) -> None:
        """Have her press [Urgent]: the case goes to the top for all."""

        def raise_(tx: Tx) -> None:
            found = stored_cases.get(tx, case.id)
            assert found is not None
            stored_cases.save(tx, replace(found, priority=Priority.CRISIS))

        await self.database.write(raise_)
        self.notifier.changed(*DESK_CHANGED)

    async def translated(self, case: Case) -> None:
        """Do the job that translates what she wrote."""
        if self.translates:
            await self.translating.translate_case(
                {"conversation": case.conversation_id, "attempt": 0}
            )

    async def answered(self, name: str, case: Case, text: str, sent: str | None = None) -> int:
        """Have somebody take a case and answer."""
        acting = self.team[name]
        await self.cases.claim(acting, case.id)
        words = None
        if sent is not None:
            words = SentWords(text=sent, lang=case.language, provider="phrasebook")
        entry = await self.cases.reply(acting, case.id, text, sent=words)
        assert entry is not None
        return entry

    async def undelivered(self, case: Case) -> None:
        """Have the newest answer of a case fail for good."""

        def fail(tx: Tx) -> None:
            newest = (outbox.c.conversation_id == case.conversation_id) & (outbox.c.kind == "say")
            rows = tx.core(
                outbox.select().where(newest).order_by(outbox.c.seq.desc()).limit(1)
            ).all()
            tx.core(update(outbox).where(outbox.c.id == rows[0].id).values(status="failed"))

        await self.database.write(fail)
        self.notifier.changed(*DESK_CHANGED)

    # -- the program

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
        )

    @asynccontextmanager
    async def client(self, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        """A browser without script, in process."""
        transport = httpx.ASGITransport(app=self.app(), raise_app_exceptions=True)
        async with httpx.AsyncClient(
            transport=transport,
            base_url="http://127.0.0.1:8080",
            headers={"Accept-Language": "de"} | headers,
        ) as client:
            yield client

    async def sign_in(self, client: httpx.AsyncClient, name: str) -> str:
        """Sign somebody of the team in; return the word for her forms."""
        return await desk_client.sign_in(client, self.database, name, now=self.now)

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """Serve on a loopback socket; gives the address."""
        listener = listen("127.0.0.1", 0)
        config = uvicorn.Config(
            self.app(), log_config=None, lifespan="off", timeout_graceful_shutdown=2
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        async with asyncio.timeout(10):
            while not server.started:
                await asyncio.sleep(0.01)  # uvicorn has no event for it
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            self.notifier.close()
            server.should_exit = True
            async with asyncio.timeout(10):
                await task


QUESTIONS = {
    "uk": (
        "Шеф не платить мені вже три місяці.",
        "Де я можу записатися на курс німецької?",
        "Мій дозвіл закінчується у грудні, що робити?",
    ),
    "ar": (
        KARIM,
        "وصلتني رسالة من مركز العمل ولا أفهمها.",
        "أبحث عن روضة لابني في شبرمبرغ.",
    ),
    "pl": (
        "Szukam mieszkania dla pięciu osób.",
        "Czy moje prawo jazdy jest tu ważne?",
        "Dostałam wypowiedzenie z pracy.",
    ),
    "de": (
        "Ich verstehe den Brief vom Amt nicht.",
        "Wo finde ich einen Kinderarzt?",
        "Wer hilft mir mit der Anerkennung?",
    ),
}
TOPICS = ("register-address", "wage-missing", "kita-school", "letter", "driving-licence", None)


async def team(world: DeskWorld) -> None:
    """Three counsellors."""
    await world.employ("jana", shown="Jana", languages=("de", "pl"))
    await world.employ("mirek", shown="Mirek", languages=("de", "pl", "uk"))
    await world.employ("samira", shown="Beratung", languages=("de", "ar"))


async def sample(world: DeskWorld, several: int = 20) -> dict[str, Case]:
    """Fill a desk as on a full morning; return the cases that tests speak of."""
    await team(world)
    minute = timedelta(minutes=1)
    named = {
        "urgent": await world.newcomer(
            "web", "ewa", "pl", "Boję się wrócić do domu.", ago=4 * minute, urgent=True
        ),
        "karim": await world.newcomer(
            MATRIX,
            "@karim:example.org",
            "ar",
            "السلام عليكم",
            ago=36 * minute,
            topic="register-address",
        ),
        "olena": await world.newcomer(
            TELEGRAM,
            "501",
            "uk",
            QUESTIONS["uk"][0],
            ago=60 * minute,
            topic="wage-missing",
        ),
        "course": await world.newcomer(
            TELEGRAM, "502", "uk", QUESTIONS["uk"][1], ago=65 * minute, topic="german-course"
        ),
        "colleague": await world.newcomer(
            "web", "piotr", "pl", QUESTIONS["pl"][0], ago=50 * minute, topic="find-flat"
        ),
        "later": await world.newcomer(
            MATRIX, "@zofia:example.org", "pl", QUESTIONS["pl"][2], topic="recognition"
        ),
    }
    jana, mirek = world.team["jana"], world.team["mirek"]
    karim = named["karim"]
    with world.earlier(34):
        await world.cases.claim(jana, karim.id)
    with world.earlier(33):
        greeting = SentWords(text=HELLO_ARABIC, lang="ar", provider="phrasebook")
        await world.cases.reply(jana, karim.id, HELLO, sent=greeting)
    with world.earlier(25):
        await world.says(MATRIX, "@karim:example.org", KARIM)
    with world.earlier(10):
        await world.cases.note(
            jana, karim.id, "Vermieter am Telefon nicht erreicht, 2. Versuch morgen."
        )
    await world.translated(karim)
    with world.earlier(55):
        await world.answered("jana", named["olena"], "Seit wann fehlt der Lohn?", "Відколи немає?")
    await world.undelivered(named["olena"])
    with world.earlier(45):
        await world.answered("jana", named["course"], "Der Kurs beginnt im Januar.", "У січні.")
        await world.answered("mirek", named["colleague"], "Wie viele Zimmer brauchen Sie?")
    with world.earlier(12):
        await world.says("web", "piotr", "Trzy pokoje.")
    await world.cases.claim(jana, named["later"].id)
    await world.cases.snooze(jana, named["later"].id, world.now + timedelta(days=2))
    await world.cases.follow_up(jana, named["later"].id, world.now.date())
    for number in range(several):
        language = ("uk", "ar", "pl", "de")[number % 4]
        account = ("web", TELEGRAM, MATRIX)[number % 3]
        await world.newcomer(
            account,
            f"n{number}",
            language,
            QUESTIONS[language][number % 3],
            ago=(10 + 3 * number) * minute,
            topic=TOPICS[number % len(TOPICS)],
        )
    old = await world.newcomer("web", "old", "uk", "Дякую за все.", topic="tax-id")
    await world.answered("mirek", old, "Gerne.", "Прошу.")
    await world.cases.close(mirek, (old.id,), Outcome.ANSWERED)
    named["closed"] = old
    return named
