"""One day of the office, as everybody in it sees it.

A Ukrainian newcomer on Telegram, an Arabic one in an encrypted Matrix room, a Polish one in the web
chat; Jana at the desk, Mirek in the staff room on Matrix, Nina in the staff group on Telegram.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.channels.telegram import staff
from bot.domain import texts_case as said
from bot.domain.case import Case, CaseStatus, Face, Outcome
from bot.domain.staff import Role
from bot.storage import cases
from tests.app import day as script
from tests.app.day import Day
from tests.emulators import synapse as homeserver
from tests.emulators.synapse import Synapse
from tests.program import here
from tests.web.browser import EXECUTABLE, MISSING, running

__all__ = ["here"]
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.synapse,
    pytest.mark.slow,
    pytest.mark.skipif(EXECUTABLE is None, reason=MISSING),
    pytest.mark.skipif(homeserver.python() is None, reason=homeserver.MISSING),
]

SECRETS = ("GEHEIM-eins", "GEHEIM-zwei", "GEHEIM-drei")


def speaker(text: str) -> str:
    """The name above a human's words."""
    return script.plain(text).splitlines()[0]


@pytest.fixture
def synapse(tmp_path: Path) -> Iterator[Synapse]:
    interpreter = homeserver.python()
    assert interpreter is not None
    server = Synapse(tmp_path / "synapse", interpreter)
    server.start()
    yield server
    server.remove()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with running() as chromium:
        yield chromium


async def test_a_day_of_the_office(
    tmp_path: Path, browser: Browser, synapse: Synapse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staff, "WINDOWS", ((1000, timedelta(seconds=1)),))  # a long day in seconds
    async with script.day(tmp_path, browser, synapse) as day:
        olena, karim, ewa = await everybody_asks_for_a_human(day)
        await jana_answers_at_the_desk(day, karim)
        await mirek_answers_on_matrix(day, ewa)
        await nina_answers_on_telegram(day, olena)
        await each_notes_what_no_newcomer_may_read(day, olena, karim, ewa)
        await cases_change_hands_across_the_faces(day, olena, karim, ewa)
        await each_takes_an_answer_back(day, olena, karim, ewa)
        await the_cases_end_and_are_rated(day, olena, karim, ewa)
        await nothing_has_leaked(day)
        await the_auditor_reads_the_day(day, karim)


async def everybody_asks_for_a_human(day: Day) -> tuple[Case, Case, Case]:
    """Each in her own language; each case is at the desk, in the room and in the group."""
    day.olena.say("/start")
    await day.olena.wait_for(lambda message: message.button("Українська") is not None)
    day.olena.press("Українська")
    await day.olena.wait_for(lambda message: message.button("Українська") is None)
    day.olena.say("/human")
    olena = await day.case_in("uk")
    day.olena.say(script.OLENA_ASKS)

    await day.karim.hears("العربية")
    await day.karim.says("العربية")
    await day.karim.says("!human")
    karim = await day.case_in("ar")
    await day.karim.says(script.KARIM_ASKS)

    page = day.ewa
    await page.goto(day.site.url)
    await page.locator(".choice:visible", has_text="Polski").click()
    await expect(page.locator("html")).to_have_attribute("lang", "pl")
    await page.locator('[data-command="/human"]').click()
    await expect(page.locator(".code strong")).not_to_be_empty()
    await page.get_by_role("textbox").fill(script.EWA_ASKS)
    await page.keyboard.press("Enter")
    ewa = await day.case_in("pl")

    for case in (olena, karim, ewa):
        assert case.status is CaseStatus.WAITING
        await day.mirek.sees(case, "Wartet")
        await day.nina.sees(case, "Wartet")
    await day.mirek.reads(karim, script.KARIM_ASKS, script.KARIM_GERMAN)
    await day.nina.reads(olena, script.OLENA_ASKS, script.OLENA_GERMAN)
    await day.jana.page.goto(f"{day.site.url}/desk")
    for case, words in (
        (olena, script.OLENA_ASKS), (karim, script.KARIM_ASKS), (ewa, script.EWA_ASKS)
    ):  # fmt: skip
        await expect(day.jana.page.locator(f"#row-{case.id}")).to_contain_text(words[:30])
    await day.picture(day.jana.page, "queue")
    return olena, karim, ewa


async def jana_answers_at_the_desk(day: Day, karim: Case) -> None:
    jana = day.jana
    await jana.opens(karim)
    await jana.reads(script.KARIM_ASKS, script.KARIM_GERMAN)
    words = jana.page.locator("#talk [lang=ar]", has_text=script.KARIM_ASKS)
    assert await words.evaluate("e => getComputedStyle(e).direction") == "rtl"
    await jana.page.keyboard.press("n")
    await jana.sees("Meine Antwort fehlt")
    await day.karim.hears(day.words(said.JOINED, "ar", name="Jana"))
    await day.mirek.sees(karim, "Bei Jana")
    await day.nina.sees(karim, "Bei Jana")
    await jana.page.locator("#answer").fill(script.JANA_SAYS)
    await expect(jana.page.locator("#check")).to_contain_text(script.JANA_BACK)
    await day.picture(jana.page, "desk")
    await jana.answers(script.JANA_SAYS, script.JANA_ARABIC)
    heard = await day.karim.hears(script.JANA_ARABIC)
    assert speaker(heard["content"]["body"]) == "Jana"
    await day.mirek.reads(karim, "Jana antwortet:", script.JANA_SAYS)
    await day.nina.reads(karim, "Jana hat geantwortet.")
    await day.karim.says(script.KARIM_THANKS)
    await jana.reads(script.KARIM_THANKS, "Vielen Dank")
    await jana.sees("Meine Antwort fehlt")


async def mirek_answers_on_matrix(day: Day, ewa: Case) -> None:
    await day.mirek.says(ewa, script.MIREK_SAYS)
    human = day.ewa.locator(".message.human")
    await expect(human.last).to_contain_text(script.MIREK_POLISH)
    await expect(human.last.locator(".who")).to_contain_text("Mirek")
    await day.mirek.sees(ewa, "Bei Mirek")
    await day.nina.reads(ewa, "Mirek hat geantwortet.")
    await day.jana.opens(ewa)
    await day.jana.sees("Bei \u2068Mirek")
    await day.jana.reads(script.MIREK_SAYS, script.MIREK_POLISH)
    await day.ewa.get_by_role("textbox").fill(script.EWA_ANSWERS)
    await day.ewa.keyboard.press("Enter")
    await day.mirek.reads(ewa, script.EWA_ANSWERS)
    await day.jana.reads(script.EWA_ANSWERS)
    await day.picture(day.ewa, "phone")


async def nina_answers_on_telegram(day: Day, olena: Case) -> None:
    await day.nina.says(olena, script.NINA_SAYS)
    answer = await day.olena.wait_for(script.NINA_UKRAINIAN)
    assert speaker(answer.text) == "Nina"
    await day.nina.sees(olena, "Bei Nina")
    await day.mirek.reads(olena, "Nina antwortet:", script.NINA_SAYS)
    await day.jana.opens(olena)
    await day.jana.sees("Bei \u2068Nina")
    await day.jana.reads(script.NINA_SAYS, script.NINA_UKRAINIAN)
    day.olena.say(script.OLENA_ANSWERS)
    await day.nina.reads(olena, script.OLENA_ANSWERS)
    await day.jana.reads(script.OLENA_ANSWERS)


async def each_notes_what_no_newcomer_may_read(
    day: Day, olena: Case, karim: Case, ewa: Case
) -> None:
    at_desk, on_matrix, on_telegram = SECRETS
    await day.jana.opens(karim)
    await day.jana.notes(at_desk)
    await day.mirek.reads(karim, "Notiz von Jana", at_desk)
    await day.nina.reads(karim, "Jana hat etwas notiert.")
    await day.mirek.says(ewa, f"!note {on_matrix}")
    await day.nina.says(olena, f"/note {on_telegram}")
    await day.mirek.reads(olena, "Notiz von Nina", on_telegram)
    await day.jana.opens(olena)
    await day.jana.reads(on_telegram, kind="#talk .private")
    await day.jana.opens(ewa)
    await day.jana.reads(on_matrix, kind="#talk .private")


async def cases_change_hands_across_the_faces(
    day: Day, olena: Case, karim: Case, ewa: Case
) -> None:
    await day.nina.says(olena, "/transfer Jana")
    transferred = day.words(said.TRANSFERRED, "uk", name="Jana")
    await day.olena.wait_for(lambda message: transferred in script.plain(message.text))
    await day.jana.opens(olena)
    await day.jana.sees("Meine Antwort fehlt")
    await day.jana.answers(script.JANA_TO_OLENA, script.JANA_UKRAINIAN)
    await day.olena.wait_for(script.JANA_UKRAINIAN)
    await day.nina.reads(olena, "Jana antwortet:", script.JANA_TO_OLENA)

    await day.jana.opens(karim)
    form = await day.jana.acts("transfer")
    await form.select_option("#to", str(day.mirek.acting.staff_id))
    await form.click("#act-transfer button.main")
    await day.jana.sees("Bei \u2068Mirek")
    await day.mirek.reads(karim, "Jana hat den Fall an Mirek übergeben.")
    await day.karim.hears(day.words(said.TRANSFERRED, "ar", name="Mirek"))
    day.said = await day.mirek.says(karim, script.MIREK_TO_KARIM)
    await day.karim.hears(script.MIREK_ARABIC)
    await day.jana.reads(script.MIREK_TO_KARIM)

    await day.mirek.says(ewa, "!transfer Nina")
    transferred = day.words(said.TRANSFERRED, "pl", name="Nina")
    await expect(day.ewa.locator("#log")).to_contain_text(transferred)
    await day.nina.says(ewa, script.NINA_TO_EWA)
    human = day.ewa.locator(".message.human")
    await expect(human.last).to_contain_text(script.NINA_POLISH)
    await expect(human.last.locator(".who")).to_contain_text("Nina")
    await day.mirek.reads(ewa, "Nina antwortet:", script.NINA_TO_EWA)


async def each_takes_an_answer_back(day: Day, olena: Case, karim: Case, ewa: Case) -> None:
    await day.jana.opens(olena)
    mine = day.jana.page.locator("#talk .me", has_text=script.JANA_TO_OLENA)
    await mine.locator("details[id^=recall] summary").click()
    await mine.locator("details[id^=recall] button").click()
    await day.mirek.reads(olena, "Jana hat eine Antwort zurückgezogen.")

    async def gone() -> bool:
        return not any(script.JANA_UKRAINIAN in one.text for one in day.olena.answers)

    await day.site.eventually(gone, "a recall on Telegram")

    heard = await day.karim.hears(script.MIREK_ARABIC)
    await day.mirek.client.client.room_redact(day.mirek.room, day.said)
    await day.mirek.reads(karim, "Mirek hat eine Antwort zurückgezogen.")
    recalled = day.words(said.RECALLED, "ar", name="Mirek")
    await day.karim.client.until(lambda: recalled in day.karim.reads(heard))

    await day.nina.says(ewa, "/recall")
    await day.nina.reads(ewa, "Nina hat eine Antwort zurückgezogen.")
    await expect(day.ewa.locator("#log")).not_to_contain_text(script.NINA_POLISH)


async def the_cases_end_and_are_rated(day: Day, olena: Case, karim: Case, ewa: Case) -> None:
    await day.jana.opens(olena)
    form = await day.jana.acts("close")
    await form.check("input[name=outcome][value=answered]")
    await form.click("#act-close button.main")
    await day.nina.sees(olena, "Geschlossen: beantwortet")
    await day.mirek.says(karim, "!close termin")
    await day.nina.says(ewa, "/close vermittelt")
    await day.mirek.sees(karim, "Geschlossen: Termin")
    await day.mirek.sees(ewa, "Geschlossen: vermittelt")
    for case, outcome in (
        (olena, Outcome.ANSWERED), (karim, Outcome.APPOINTMENT), (ewa, Outcome.REFERRED)
    ):  # fmt: skip
        found = await day.site.case(case.id)
        assert (found.status, found.outcome) == (CaseStatus.CLOSED, outcome)

    good = day.words(said.GOOD, "uk")
    await day.olena.wait_for(lambda message: message.button(good) is not None)
    day.olena.press(good)
    await day.olena.wait_for(day.words(said.RATED, "uk"))
    await day.karim.hears(day.words(said.RATE, "ar"))
    await day.karim.says("2")
    await day.karim.hears(day.words(said.RATED, "ar"))
    await day.ewa.locator(".choice:visible", has_text=day.words(said.GOOD, "pl")).click()
    await expect(day.ewa.locator("#log")).to_contain_text(day.words(said.RATED, "pl"))
    await day.picture(day.ewa, "phone-end")
    ratings = await day.site.app.database.read(lambda tx: cases.ratings(tx, olena.opened_at))
    assert ratings == {Face.GOOD: 2, Face.FAIR: 1}


async def nothing_has_leaked(day: Day) -> None:
    """No note has reached a newcomer, and the group has read nothing that is not Telegram's."""
    telegram = [
        call.values
        for call in day.site.telegram.calls
        if str(call.values.get("chat_id")) == str(day.olena.id)
    ]
    assert "Nina" in str(telegram)
    assert "Mirek" in day.karim.seen()
    reached = str(telegram) + day.karim.seen() + await day.ewa.locator("body").inner_text()
    assert not [secret for secret in SECRETS if secret in reached]
    group = day.nina.group()
    for words in (script.KARIM_ASKS, script.KARIM_GERMAN, script.JANA_SAYS, script.EWA_ASKS,
                  script.MIREK_SAYS, SECRETS[0], SECRETS[1]):  # fmt: skip
        assert words not in group


async def the_auditor_reads_the_day(day: Day, karim: Case) -> None:
    refused = await day.jana.page.goto(f"{day.site.url}/desk/admin/audit")
    assert refused is not None
    assert refused.status == 403
    page = await day.sits("vera", Role.AUDITOR)
    await page.goto(f"{day.site.url}/desk/admin/audit")
    await expect(page.locator("table")).to_have_count(0)
    await page.select_option("#reason", "complaint")
    await page.fill("#reference", "2026-11")
    await page.click("form button.main")
    table = page.locator("table")
    for act in ("Fall gelesen", "Fall genommen", "Antwort geschrieben", "Notiz geschrieben",
                "Fall übergeben", "Antwort zurückgeholt", "Fall geschlossen",
                "Konto im Team-Raum verbunden"):  # fmt: skip
        await expect(table.get_by_role("cell", name=act).first).to_be_visible()
    shown = await table.inner_text()
    assert {"jana", "mirek", "nina"} <= set(shown.split())
    words = {*script.PHRASES.values(), *(each for _, each in script.PHRASES), *SECRETS}
    assert not [each for each in words if each in shown]
    await day.picture(page, "audit")
    await page.fill("#case", str(karim.id))
    await page.click("form button.main")
    await expect(table.get_by_role("cell", name="Fall übergeben")).to_have_count(1)
    assert {row.split("\t")[3] for row in (await table.inner_text()).splitlines()[1:]} == {
        str(karim.id)
    }
    await page.fill("#case", "")
    await page.click("form button.main")
    await expect(table.get_by_role("cell", name="Protokoll gelesen").first).to_be_visible()
