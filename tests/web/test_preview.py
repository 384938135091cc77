"""The preview in real Chromium over the running program and a copy of the shipped content."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Locator, Page, expect

from bot.app import build
from bot.app.serve import listen
from bot.domain.staff import Role
from bot.service.notifier import Notifier
from bot.service.preview import Preview
from bot.service.reload import LiveContent
from bot.settings import Settings
from bot.storage.database import Database
from tests.conftest import ROOT
from tests.web.browser import EXECUTABLE, MISSING, Visitor, visitor
from tests.web.desk_client import sign_in, sign_in_browser
from tests.web.office import Office

DESK = {"width": 1280, "height": 860}
ENTRY = "register-address"
FILE = f"content/topics/arrival/{ENTRY}.yaml"
QUESTION = "Wo wohnen Sie?"

chromium = [
    pytest.mark.chromium,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(EXECUTABLE is None, reason=MISSING),
]


def real(function: object) -> object:
    """Mark a test that needs the browser and the running program."""
    for mark in chromium:
        function = mark(function)
    return function


@dataclass
class Running:
    """The running program and the folder with its copy of the content."""

    url: str
    folder: Path
    database: Database

    def path(self, entry: str | None = ENTRY, **query: str) -> str:
        """Return the address of a page."""
        where = "/desk/content" + (f"/{entry}" if entry else "")
        return self.url + where + "?" + "&".join(f"{k}={v}" for k, v in query.items())

    def edit(self, file: str, old: str, new: str) -> None:
        """Change a file as an editor does."""
        path = self.folder / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")


def copied(folder: Path) -> Settings:
    """Copy the shipped content; return settings that use it."""
    for name in ("content", "locales"):
        shutil.copytree(ROOT / name, folder / name)
    return Settings(
        _env_file=None,
        content_dir=folder / "content",
        locales_dir=folder / "locales",
        data_dir=folder / "var",
    )


@asynccontextmanager
async def started(folder: Path) -> AsyncIterator[Running]:
    """Run the program over a copy of the content."""
    settings = copied(folder)
    app = await asyncio.to_thread(build, settings)
    listener = listen("127.0.0.1", 0)
    up = asyncio.Event()
    running = asyncio.create_task(app.run(listener, started=up.set))
    async with asyncio.timeout(20):
        await up.wait()
    yield Running(f"http://127.0.0.1:{listener.getsockname()[1]}", folder, app.database)
    app.stop()
    async with asyncio.timeout(10):
        await running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shipped(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """The program with the shipped content; nobody changes it."""
    async with started(tmp_path_factory.mktemp("shipped")) as program:
        yield program


@pytest_asyncio.fixture(loop_scope="module")
async def program(tmp_path: Path) -> AsyncIterator[Running]:
    """The program with a copy that a test may change."""
    async with started(tmp_path) as running:
        yield running


@asynccontextmanager
async def editor(browser: Browser, program: Running, **options: object) -> AsyncIterator[Visitor]:
    """An editor at a browser, signed in."""
    async with visitor(browser, **options) as person:
        await sign_in_browser(
            person.context,
            program.url,
            program.database,
            "edith",
            Role.EDITOR,
            now=datetime.now(UTC),
        )
        yield person


def phone(page: Page, side: str) -> Locator:
    """One of the two phones."""
    return page.locator(".phone").nth(0 if side == "left" else 1)


def mine(page: Page, side: str) -> Locator:
    """What was answered on a phone."""
    return phone(page, side).locator(".message.me .bubble")


async def press(page: Page, move: str, side: str = "left") -> None:
    """Press a choice on one phone; both have moved when this returns."""
    before = await mine(page, "right").count()
    await phone(page, side).locator(f'button[value="press.{move}"]').click()
    await expect(mine(page, "right")).to_have_count(before + 1)
    await expect(mine(page, "left")).to_have_count(before + 1)


async def write(page: Page, words: str, side: str = "left") -> None:
    """Write words on one phone."""
    before = await mine(page, "right").count()
    await page.locator(f"#say-{side}").fill(words)
    await page.locator(f"#say-{side}").press("Enter")
    await expect(mine(page, "right")).to_have_count(before + 1)


async def watches(page: Page) -> None:
    """Wait until the page hears of changes: the stream is open, the watcher looks."""
    await expect(page.locator("body")).to_have_attribute("data-listening", "yes")
    await asyncio.sleep(0.3)  # the watcher of the folder tells nobody when it has begun


# ------------------------------------------------------------------ walking


@real
@pytest.mark.parametrize(("code", "direction", "yes"), [("ar", "rtl", "نعم"), ("uk", "ltr", "Так")])
async def test_two_languages_walk_together(
    browser: Browser, shipped: Running, code: str, direction: str, yes: str
) -> None:
    async with editor(browser, shipped, viewport=DESK) as person:
        page = person.page
        await page.goto(shipped.path(left="de", right=code))
        await expect(phone(page, "left")).to_contain_text(QUESTION)
        assert await phone(page, "left").get_attribute("dir") == "ltr"
        assert await phone(page, "right").get_attribute("dir") == direction
        assert await phone(page, "right").get_attribute("lang") == code
        bubble = phone(page, "right").locator(".message.program .bubble").first
        assert await bubble.get_attribute("lang") == code
        assert await bubble.evaluate("(one) => getComputedStyle(one).direction") == direction

        await press(page, "a:guben")
        assert (await mine(page, "left").last.inner_text()).strip() == "Guben"
        await write(page, "15.11.2026")
        await press(page, "a:have", side="right")
        assert (await mine(page, "right").last.inner_text()).strip().startswith(yes)
        assert (await mine(page, "left").last.inner_text()).strip() == "Ja, ich habe sie"
        for side in ("left", "right"):
            answer = phone(page, side).locator(".message.program .bubble").last
            await expect(answer).to_contain_text("Gasstraße 4, 03172 Guben")
        await expect(page.locator(".where")).to_contain_text("Schritt")
        shown = [await phone(page, side).inner_text() for side in ("left", "right")]

        await page.reload()
        assert [await phone(page, side).inner_text() for side in ("left", "right")] == shown


@real
async def test_back_restart_and_the_browser_s_back(browser: Browser, shipped: Running) -> None:
    async with editor(browser, shipped, viewport=DESK) as person:
        page = person.page
        await page.goto(shipped.path(left="de", right="ar"))
        await press(page, "a:guben")
        await write(page, "15.11.2026")
        await page.get_by_role("link", name="Schritt zurück").click()
        await expect(mine(page, "left")).to_have_count(1)
        await page.go_back()
        await expect(mine(page, "left")).to_have_count(2)
        await page.get_by_role("link", name="Von vorn").click()
        await expect(mine(page, "left")).to_have_count(0)
        await expect(phone(page, "left")).to_contain_text(QUESTION)
        await press(page, "a:guben")
        await press(page, "b", side="right")
        await expect(phone(page, "left").locator('button[value="press.a:guben"]')).to_be_visible()


@real
async def test_other_languages_are_chosen_and_the_walk_stays(
    browser: Browser, shipped: Running
) -> None:
    async with editor(browser, shipped, viewport=DESK) as person:
        page = person.page
        await page.goto(shipped.path(left="de", right="ar"))
        await press(page, "a:guben")
        await page.get_by_label("Rechte Sprache").select_option("pl")
        await expect(phone(page, "right")).to_have_attribute("lang", "pl")
        await expect(mine(page, "right")).to_have_count(1)
        assert "right=pl" in page.url
        await page.get_by_role("link", name="EN", exact=True).click()
        await expect(page.get_by_role("link", name="Start again")).to_be_visible()
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await expect(mine(page, "right")).to_have_count(1)


@real
async def test_by_keyboard_alone(browser: Browser, shipped: Running) -> None:
    async with editor(browser, shipped, viewport=DESK) as person:
        page = person.page
        await page.goto(shipped.path(left="de", right="uk"))
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        await page.locator('[data-focus="left-2"]').focus()
        await page.keyboard.press("Enter")
        await expect(mine(page, "left")).to_have_count(1)
        place = "document.activeElement.closest('.phone') === document.querySelector('.phone')"
        await page.wait_for_function(place)

        await page.locator("#find").focus()
        await page.keyboard.type("steuer")
        await expect(page.locator("#entries section li:visible")).to_have_count(1)
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator("h1")).to_have_text("Steuer-ID bekommen")
        assert await page.evaluate("document.activeElement.id") == "room"


@real
async def test_without_scripts_everything_can_be_walked(browser: Browser, shipped: Running) -> None:
    async with editor(browser, shipped, viewport=DESK, java_script_enabled=False) as person:
        page = person.page
        await page.goto(shipped.path(left="de", right="ar"))
        await press(page, "a:guben")
        await write(page, "15.11.2026")
        assert "do=say.de.15.11.2026" in page.url
        await page.get_by_label("Rechte Sprache").select_option("uk")
        await page.get_by_role("button", name="Zeigen").last.click()
        await expect(phone(page, "right")).to_have_attribute("lang", "uk")
        await expect(mine(page, "right")).to_have_count(2)


# ------------------------------------------------------------------ live


@real
async def test_a_change_shows_by_itself(browser: Browser, program: Running) -> None:
    async with editor(browser, program, viewport=DESK) as person:
        page = person.page
        await page.goto(program.path(left="de", right="ar"))
        await press(page, "a:guben")
        await page.locator("#say-left").fill("halb geschrieben")
        await page.evaluate("window.sameDocument = true")
        await watches(page)
        program.edit(FILE, QUESTION, "Wo ist Ihre Wohnung?")
        await expect(phone(page, "left")).to_contain_text("Wo ist Ihre Wohnung?")
        await expect(page.locator("#flash")).to_contain_text("Der Inhalt hat sich geändert")
        stale = page.locator("#side .keys code", has_text=f"{ENTRY}/where").first
        await expect(stale).to_be_attached()
        assert await page.evaluate("window.sameDocument") is True
        await expect(mine(page, "left")).to_have_count(1)
        await expect(page.locator("#say-left")).to_have_value("halb geschrieben")
        await expect(page.locator("#say-left")).to_be_focused()


@real
async def test_a_broken_change_is_named_and_the_last_good_stays(
    browser: Browser, program: Running
) -> None:
    async with editor(browser, program, viewport=DESK) as person:
        page = person.page
        await page.goto(program.path(left="de", right="ar"))
        await watches(page)
        program.edit(FILE, "  - id: where\n", "  - id: where\n    nonsense: 1\n")
        alarm = page.locator("#refused")
        await expect(alarm).to_contain_text("nicht live")
        await expect(alarm.locator(".path").first).to_have_text(FILE)
        await expect(alarm.locator("li .state").first).to_contain_text("Zeile")
        await expect(page.locator("#side .list .state.alarm").first).to_contain_text("Fehler")
        await expect(phone(page, "left")).to_contain_text(QUESTION)
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()

        program.edit(FILE, "    nonsense: 1\n", "")
        await expect(alarm).to_be_empty()


@real
async def test_a_walk_that_is_gone_ends_where_it_still_leads(
    browser: Browser, shipped: Running
) -> None:
    async with editor(browser, shipped, viewport=DESK) as person:
        page = person.page
        moves = "&do=press.a:guben&do=press.a:nowhere&do=press.a:have"
        await page.goto(shipped.path(left="de", right="ar") + moves)
        await expect(page.locator(".hint")).to_contain_text("Den Weg bis hier gibt es nicht mehr")
        await expect(mine(page, "left")).to_have_count(1)
        await page.goto(shipped.path("no-such-entry"))
        await expect(page.locator(".hint")).to_contain_text("Diesen Eintrag gibt es nicht")


# ------------------------------------------------------------------ what editors learn


@real
async def test_overview_names_states_dates_and_problems(browser: Browser, program: Running) -> None:
    facts = program.folder / "content/facts.yaml"
    text = facts.read_text("utf-8")
    first = text.index("review_by: ") + len("review_by: ")
    facts.write_text(text[:first] + "2020-01-01" + text[first + 10 :], "utf-8")
    async with editor(browser, program, viewport=DESK) as person:
        page = person.page
        await page.goto(program.path(None))
        rows = page.locator(".wide[aria-labelledby=translations] tbody tr:not(.group)")
        entries = list((program.folder / "content/topics").glob("*/[!_]*.yaml"))
        await expect(rows).to_have_count(len(entries))
        first_row = rows.first.locator("td .state")
        await expect(first_row.first).to_have_text("Quelle")
        assert await first_row.count() == 5
        review = page.locator(".wide[aria-labelledby=reviews] tbody tr").first
        await expect(review.locator(".state.alarm")).to_have_text("Überfällig")
        await expect(review.locator(".day")).to_have_text("1. Januar 2020")
        await expect(review.locator(".path")).to_have_text("content/facts.yaml")
        await expect(page.locator("#side h2")).to_contain_text("Prüfung")
        assert await page.locator("#side .list > li").count() > 0


@real
async def test_the_file_opens_in_the_editor_and_in_its_repository(
    browser: Browser, program: Running
) -> None:
    async with editor(browser, program, viewport=DESK) as person:
        page = person.page
        await page.goto(program.path(left="de", right="ar"))
        lines = (program.folder / FILE).read_text("utf-8").splitlines()
        line = lines.index("  - id: where") + 1
        whole = f"vscode://file{(program.folder / FILE).as_posix()}:{line}:1"
        await expect(page.locator("#open-file")).to_have_attribute("href", whole)
        await expect(page.locator(".where .path")).to_have_text(FILE)
        await watches(page)
        with (program.folder / "content/site.yaml").open("a", encoding="utf-8") as site:
            site.write('\nrepository: "https://git.example/lotse/blob/main/{path}#L{line}"\n')
        link = page.locator("#head").get_by_role("link", name="Im Repository öffnen")
        expected = f"https://git.example/lotse/blob/main/{FILE}#L{line}"
        await expect(link).to_have_attribute("href", expected)


@real
async def test_what_content_says_is_never_code(browser: Browser, program: Running) -> None:
    program.edit(FILE, "Wohnsitz anmelden", "<script>window.bad=1</script>")
    program.edit(FILE, QUESTION, '<img src=x onerror="window.bad=1"> "><b>fett</b>')
    program.edit(FILE, "        Guben\n", "        <i>Guben</i>\n")
    async with editor(browser, program, viewport=DESK) as person:
        page = person.page
        words = "&do=say.de.%3Cimg src=x onerror=window.bad=1%3E"
        for path in (
            program.path(None),
            program.path(left="de", right="ar"),
            program.path(left="de", right="ar") + words,
        ):
            await page.goto(path)
            await expect(page.locator("#entries")).to_contain_text("<script>window.bad=1</script>")
            assert await page.evaluate("window.bad") is None
            assert (
                await page.locator("main img, main i, main .bubble b, #entries script").count() == 0
            )
        await expect(mine(page, "left").last).to_contain_text("<img src=x")


# ------------------------------------------------------------------ for everybody


@real
@pytest.mark.parametrize(
    "options",
    [
        {"viewport": DESK},
        {"viewport": DESK, "color_scheme": "dark"},
        {"viewport": {"width": 360, "height": 740}},
        {"viewport": DESK, "forced_colors": "active"},
        {"viewport": DESK, "locale": "en-GB"},
    ],
    ids=["desk", "dark", "phone", "forced colours", "english"],
)
async def test_axe_finds_nothing(
    browser: Browser, shipped: Running, options: dict[str, object]
) -> None:
    async with editor(browser, shipped, reduced_motion="reduce", **options) as person:
        page = person.page
        for path in (
            shipped.path(None),
            shipped.path(left="de", right="ar") + "&do=press.a:guben&do=say.de.15.11.2026",
        ):
            await page.goto(path)
            await expect(page.locator("h1")).to_be_visible()
            found = await Axe().run(page)
            assert found.violations_count == 0, found.generate_report()


@real
@pytest.mark.parametrize("width", [360, 768, 1280])
async def test_nothing_sticks_out(browser: Browser, shipped: Running, width: int) -> None:
    async with editor(browser, shipped, viewport={"width": width, "height": 860}) as person:
        page = person.page
        for path in (shipped.path(None), shipped.path(left="de", right="ar")):
            await page.goto(path)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
        for box in [await one.bounding_box() for one in await page.locator(".choice").all()]:
            assert box is not None
            assert box["height"] >= 44


# ------------------------------------------------------------------ who may see it


@pytest.fixture(scope="module")
def live() -> LiveContent:
    return LiveContent(
        ROOT / "content",
        ROOT / "locales",
        history=None,
        clock=lambda: datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    )


@pytest.fixture
def editing(office: Office, live: LiveContent) -> Office:
    """The application with this content and somebody who may see it."""
    office.preview = Preview(
        live, ROOT / "content", ROOT / "locales", notifier=Notifier(), clock=office.clock
    )
    return office


async def ask(office: Office, url: str, *roles: Role) -> httpx.Response:
    """Ask for a page as somebody with these roles."""
    async with office.client() as client:
        if roles:
            await sign_in(client, office.database, "edith", *roles, now=office.now)
        return await client.get(url)


PATHS = ["/desk/content", f"/desk/content/{ENTRY}", "/desk/content/events"]


async def test_an_editor_sees_it(editing: Office) -> None:
    answer = await ask(editing, "/desk/content", Role.EDITOR)
    assert answer.status_code == 200
    assert "Übersicht" in answer.text
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", PATHS)
async def test_without_login_it_leads_to_the_sign_in(editing: Office, path: str) -> None:
    answer = await ask(editing, path)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/desk/sign-in?to={path}"


@pytest.mark.parametrize("path", PATHS)
async def test_others_of_the_team_are_told_what_it_takes(editing: Office, path: str) -> None:
    answer = await ask(editing, path, Role.COUNSELLOR, Role.ADMIN)
    assert answer.status_code == 403
    assert "Redaktion" in answer.text
    assert QUESTION not in answer.text


async def test_another_host_finds_nothing(editing: Office) -> None:
    async with editing.client() as client:
        answer = await client.get("/desk/content", headers={"host": "evil.example"})
    assert answer.status_code == 400


async def test_words_become_a_move_of_the_address(editing: Office) -> None:
    answer = await ask(
        editing,
        f"/desk/content/{ENTRY}?left=de&right=uk&do=press.a:guben&in=de&say=15.11.2026",
        Role.EDITOR,
    )
    assert answer.status_code == 303
    wanted = "left=de&right=uk&do=press.a%3Aguben&do=say.de.15.11.2026"
    assert answer.headers["location"] == f"/desk/content/{ENTRY}?{wanted}"


@pytest.mark.parametrize(
    "query",
    ["left=xx&right=%00", "do=&do=press.&do=say.de.", "do=" + "x" * 3000, "ui=fr", "do=press.~~~"],
)
async def test_senseless_addresses_are_answered(editing: Office, query: str) -> None:
    answer = await ask(editing, f"/desk/content/{ENTRY}?{query}", Role.EDITOR)
    assert answer.status_code == 200
    assert QUESTION in answer.text
