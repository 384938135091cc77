"""Translation, e-mail and the ways between channels in the whole program, wired as it runs."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import httpx
import pytest
from pydantic import ValidationError

from bot.app import App, build
from bot.app.outside import OtherChannels, Outside
from bot.app.serve import listen
from bot.content.catalogue import Catalogue
from bot.domain.case import Case
from bot.service import mailing
from bot.service.cases.acting import Acting
from bot.service.codes import start_argument
from bot.service.jobs import Jobs
from bot.service.notifier import Notifier
from bot.service.translating import Preview
from bot.settings import Settings
from bot.storage import cases, conversations, staff
from bot.storage.database import Database
from bot.storage.transaction import Tx
from bot.translation.deepl import DeepL
from bot.translation.libretranslate import LibreTranslate
from tests.app.visitor import Visitor
from tests.emulators import smtp, translate
from tests.emulators.smtp import MailServer
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.translate import TranslationServer
from tests.program import ROOT

SMTP = "smtp://127.0.0.1:2525?from=chat@lotse.example"
SAID = "Шеф не платить мені вже три місяці"


def settings(**values: object) -> Settings:
    return Settings(_env_file=None, **values)


# ------------------------------------------------------------------ settings


@pytest.mark.parametrize(
    "url",
    [
        SMTP,
        "smtps://user:p%40ss@mail.example:465?from=a@b.example",
        "smtp://mail.example?from=a@b.example",
    ],
)
def test_mail_servers(url: str) -> None:
    assert settings(smtp_url=url).smtp_url is not None


@pytest.mark.parametrize(
    "url",
    [
        "smtp://mail.example",
        "smtp://mail.example?from=",
        "smtp://mail.example?from=a%0d%0ab@c.example",
        "smtp://mail.example?from=a@b.example&to=x@y.example",
        "smtp://mail.example/path?from=a@b.example",
        "http://mail.example?from=a@b.example",
        "smtp://?from=a@b.example",
        "smtp://mail.example:0?from=a@b.example",
        "smtp://mail.example:x?from=a@b.example",
    ],
)
def test_what_is_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="smtp"):
        settings(smtp_url=url)


def test_secrets_are_not_shown() -> None:
    made = settings(
        smtp_url="smtp://u:geheim@mail.example?from=a@b.example",
        deepl_key="geheim",
        translate_key="geheim",
    )
    assert "geheim" not in repr(made)


async def test_a_server_of_the_site_goes_before_deepl() -> None:
    def opened(**values: object) -> Outside:
        return Outside.of(
            settings(**values),
            database=cast("Database", None),  # nothing is read before somebody asks
            catalogue=lambda: cast("Catalogue", None),
            notifier=Notifier(),
            clock=lambda: datetime.now(UTC),
            jobs=Jobs(),
        )

    none = opened()
    assert not none.translator.is_set
    assert none.mailing is None
    both = opened(translate_url="http://127.0.0.1:5000/libre", deepl_key="k", smtp_url=SMTP)
    assert isinstance(both.translator._translator, LibreTranslate)
    assert both.mailing is not None
    deepl = opened(deepl_key="k")
    assert isinstance(deepl.translator._translator, DeepL)
    for each in (none, both, deepl):
        await each.close()


def test_ways_are_those_that_are_served() -> None:
    nowhere = OtherChannels(settings())
    assert nowhere("biene") == ()
    both = OtherChannels(
        settings(matrix_homeserver="https://m.example", matrix_user="@lotse:m.example")
    )
    both.telegram = lambda: "lotse_bot"
    telegram, matrix = both("biene hafen sonne acker 472")
    assert telegram.link == "https://t.me/lotse_bot?start=c_biene-hafen-sonne-acker-472"
    assert (matrix.name, matrix.link) == ("@lotse:m.example", None)


# ------------------------------------------------------------------ the running program


@dataclass
class Running:
    app: App
    url: str
    telegram: TelegramEmulator
    translation: TranslationServer
    mail: MailServer

    async def case(self) -> Case:
        """Wait for the one open case."""
        async with asyncio.timeout(10):
            while True:
                found = await self.app.database.read(cases.queue)
                if found:
                    return found[0]
                await asyncio.sleep(0.02)


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Running]:
    monkeypatch.setattr(mailing, "PATIENCE", timedelta(0))
    content = tmp_path / "content"
    shutil.copytree(ROOT / "content", content)
    site = content / "site.yaml"
    on = "translation:\n  service: true\n  privacy: |\n    Ein Programm übersetzt.\nleave_url:"
    site.write_text(site.read_text("utf-8").replace("\nleave_url:", f"\n{on}"), "utf-8")
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(TelegramEmulator())
        translation = await stack.enter_async_context(translate.serving())
        mail = await stack.enter_async_context(smtp.serving())
        app = await asyncio.to_thread(
            build,
            settings(
                content_dir=content,
                locales_dir=ROOT / "locales",
                data_dir=tmp_path / "var",
                telegram_token=telegram.token,
                telegram_api_url=telegram.url,
                translate_url=translation.url,
                smtp_url=mail.url,
            ),
        )
        listener = listen("127.0.0.1", 0)
        up = asyncio.Event()
        task = asyncio.create_task(app.run(listener, started=up.set))
        async with asyncio.timeout(20):
            await up.wait()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield Running(app, url, telegram, translation, mail)
        app.stop()
        async with asyncio.timeout(10):
            await task


async def eventually(true: object) -> None:
    async with asyncio.timeout(10):
        while not await true():  # type: ignore[operator]
            await asyncio.sleep(0.02)


async def test_from_the_web_to_telegram_with_a_human(running: Running) -> None:
    app = running.app
    async with httpx.AsyncClient(base_url=running.url) as client:
        await client.get("/")
        visitor = Visitor(client)
        await visitor.history()
        await visitor.answer(text="/language uk")
        await eventually(_telegram_known(app))
        (promise,) = [one for one in await visitor.answer(text="/human") if one.get("code")]
        await visitor.answer(text=SAID)
        case = await running.case()

        # her words are there in German within a moment, and on the desk
        async def translated() -> bool:
            def read(tx: Tx) -> bool:
                found = conversations.by_id(tx, case.conversation_id)
                assert found is not None
                (known,) = app.translating.known(tx, found, [(1, SAID)])
                return known.state == "translated"

            return await app.database.read(read)

        await eventually(translated)

        # an address for mails: only while she waits, typed twice
        form = {"address": "o@post.example", "again": "o@post.example"}
        assert (await client.post("/mail", data=form)).status_code == 200

        def add(tx: Tx) -> Acting:
            return Acting.of(
                staff.add(
                    tx,
                    name="jana",
                    shown_name="Jana",
                    roles=frozenset({"counsellor"}),
                    languages=("de",),
                    now=datetime.now(UTC),
                )
            )

        jana = await app.database.write(add)
        await app.cases.claim(jana, case.id)
        preview = await app.translating.reply(case.conversation_id, "Guten Tag", to="uk")
        assert isinstance(preview, Preview)
        await app.cases.reply(jana, case.id, "Guten Tag", key="1")

        async def mailed() -> bool:
            return len(running.mail.mails) == 1

        await eventually(mailed)
        human = [one for one in await visitor.history() if one["from"] == "human"]
        assert human[-1]["name"] == "Jana"

        # she goes on on Telegram: same case, same human
        oksana = running.telegram.user(language_code="uk")
        oksana.say(f"/start {start_argument(promise['code'])}")
        await oksana.wait_for("Jana")
        await app.cases.reply(jana, case.id, "Schreiben Sie hier weiter", key="2")
        await oksana.wait_for("Schreiben Sie hier weiter")
        moved = await app.database.read(lambda tx: cases.get(tx, case.id))
        assert moved is not None
        assert moved.conversation_id == case.conversation_id
        farewell = (await visitor.history())[-1]
        assert "Telegram" in farewell["text"]
    assert "Шеф" not in str(running.telegram.called("sendMessage"))


def _telegram_known(app: App) -> object:
    async def known() -> bool:
        return bool(app.outside.ways("biene"))

    return known


async def test_a_way_to_telegram_stands_beside_the_promise(running: Running) -> None:
    await eventually(_telegram_known(running.app))
    async with httpx.AsyncClient(base_url=running.url) as client:
        await client.get("/")
        visitor = Visitor(client)
        await visitor.history()
        await visitor.answer(text="/language de")
        promise = [one for one in await visitor.answer(text="/human") if one.get("code")][-1]
        way = next(one for one in promise["choices"] if "Telegram" in one["label"])
        told = (await visitor.answer(choice=way["id"]))[0]
        assert f"https://t.me/{running.app.outside.ways('x')[0].name}?start=c_" in told["html"]
        picture = await client.get(f"/chat/code/{promise['id']}.svg")
        assert picture.status_code == 200
