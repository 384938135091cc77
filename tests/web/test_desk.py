"""The counsellors' pages without script: forms, addresses, refusals, what a page may hold."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape

import httpx
import pytest

from bot.domain.case import Case, CaseStatus, Outcome
from bot.domain.staff import Role
from bot.service.desk.talk import Noted, Ours
from bot.storage import audit
from bot.storage import cases as stored_cases
from tests.web.desk_world import (
    ANSWER,
    ANSWER_ARABIC,
    ANSWER_BACK,
    KARIM,
    KARIM_GERMAN,
    MATRIX,
    TELEGRAM,
    DeskWorld,
)

EVIL = '<img src=x onerror="alert(1)"><script>alert(2)</script>'


@pytest.fixture
async def karim(world: DeskWorld) -> Case:
    """Somebody who waits."""
    await world.employ("jana", shown="Jana")
    await world.employ("mirek", shown="Mirek", languages=("de", "ar"))
    return await world.newcomer(MATRIX, "@karim:example.org", "ar", KARIM, topic="register-address")


@pytest.fixture
async def jana(world: DeskWorld, karim: Case) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """Jana's browser and the word for her forms."""
    async with world.client() as client:
        yield client, await world.sign_in(client, "jana")


def text_of(page: httpx.Response) -> str:
    """The words of a page, without the marks that isolate values."""
    words = unescape(re.sub(r"<[^>]+>", " ", page.text))
    return " ".join(words.replace("\u2068", "").replace("\u2069", "").split())


async def case_of(world: DeskWorld, case_id: int) -> Case:
    found = await world.database.read(lambda tx: stored_cases.get(tx, case_id))
    assert found is not None
    return found


class Forms:
    """Sends a case's forms as a browser without script does."""

    def __init__(self, client: httpx.AsyncClient, csrf: str, case_id: int) -> None:
        self.client = client
        self.csrf = csrf
        self.base = f"/desk/cases/{case_id}"

    async def send(self, act: str, **fields: str) -> httpx.Response:
        return await self.client.post(f"{self.base}/{act}", data={"csrf": self.csrf, **fields})

    async def page(self) -> httpx.Response:
        return await self.client.get(self.base)


@pytest.fixture
def forms(jana: tuple[httpx.AsyncClient, str], karim: Case) -> Forms:
    return Forms(*jana, karim.id)


async def test_queue_and_case_speak_german_first_and_show_the_original(forms: Forms) -> None:
    queue = await forms.client.get("/desk")
    assert queue.status_code == 200
    assert "Wartet auf einen Menschen" in text_of(queue)
    assert "Arabisch, Matrix" in text_of(queue)
    page = await forms.page()
    shown = text_of(page)
    assert shown.index(KARIM_GERMAN) < shown.rindex(KARIM)
    assert f'lang="ar" dir="rtl">{KARIM}</p>' in page.text


async def test_without_script_a_case_is_taken_answered_and_closed(
    world: DeskWorld, forms: Forms, karim: Case
) -> None:
    taken = await forms.send("claim")
    assert (taken.status_code, taken.headers["location"]) == (303, f"{forms.base}?done=claimed")
    assert "Das ist jetzt Ihr Fall." in text_of(await forms.client.get(taken.headers["location"]))
    sent = await forms.send("reply", text=ANSWER, key="k1")
    assert sent.status_code == 303
    page = await forms.page()
    assert ANSWER in text_of(page)
    assert ANSWER_ARABIC in page.text
    closed = await forms.send(
        "close", outcome="answered", text="Alles Gute.", follow_up="2026-12-01"
    )
    assert closed.status_code == 303
    case = await case_of(world, karim.id)
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, Outcome.ANSWERED)
    assert case.follow_up is not None
    assert "Der Fall ist geschlossen." in text_of(await forms.page())


async def test_an_answer_to_a_waiting_case_takes_it(
    world: DeskWorld, forms: Forms, karim: Case
) -> None:
    await forms.send("reply", text=ANSWER, key="k1")
    case = await case_of(world, karim.id)
    assert case.status is CaseStatus.WITH_COUNSELLOR
    assert case.assignee == world.team["jana"].staff_id
    assert case.first_answer_at is not None


async def test_the_same_form_twice_is_one_answer(
    world: DeskWorld, forms: Forms, karim: Case
) -> None:
    for _ in range(2):
        await forms.send("reply", text=ANSWER, key="once")
    talk = await world.desk.talk(karim.id, world.team["jana"].staff_id, "de")
    assert talk is not None
    assert len([item for item in talk.items if isinstance(item, Ours)]) == 1


async def test_what_was_shown_as_arriving_is_what_is_sent(
    world: DeskWorld, forms: Forms, karim: Case
) -> None:
    check = await forms.client.post(
        f"{forms.base}/check", data={"text": ANSWER}, headers={"X-CSRF-Token": forms.csrf}
    )
    assert ANSWER_ARABIC in check.text
    assert ANSWER_BACK in check.text
    fields = dict(re.findall(r'name="(shown|shown_for|provider)" value="([^"]*)"', check.text))
    world.phrasebook.down = True
    await forms.send("reply", text=ANSWER, key="k", **fields)
    talk = await world.desk.talk(karim.id, world.team["jana"].staff_id, "de")
    assert talk is not None
    (ours,) = [item for item in talk.items if isinstance(item, Ours)]
    assert (ours.reply.text, ours.reply.sent, ours.reply.lang) == (ANSWER, ANSWER_ARABIC, "ar")


async def test_a_translation_of_other_words_is_not_sent(
    world: DeskWorld, forms: Forms, karim: Case
) -> None:
    world.phrasebook.down = True
    fields = {"shown": ANSWER_ARABIC, "shown_for": "0" * 32, "provider": "x"}
    await forms.send("reply", text="Etwas ganz anderes.", key="k", **fields)
    talk = await world.desk.talk(karim.id, world.team["jana"].staff_id, "de")
    assert talk is not None
    (ours,) = [item for item in talk.items if isinstance(item, Ours)]
    assert (ours.reply.text, ours.reply.sent) == ("Etwas ganz anderes.", None)


async def test_without_a_service_the_box_says_so_and_names_who_speaks_the_language(
    world: DeskWorld, forms: Forms
) -> None:
    world.translates = False
    shown = text_of(await forms.page())
    assert "Keine Übersetzung möglich. Ihr Text geht auf Deutsch hinaus." in shown
    assert re.search(r"Wer spricht die Sprache Mirek", shown)


async def test_she_may_write_the_language_herself(
    world: DeskWorld, forms: Forms, karim: Case
) -> None:
    await forms.send("reply", text="أهلا", own="on", key="k")
    talk = await world.desk.talk(karim.id, world.team["jana"].staff_id, "de")
    assert talk is not None
    (ours,) = [item for item in talk.items if isinstance(item, Ours)]
    assert (ours.reply.text, ours.reply.lang, ours.reply.provider) == ("أهلا", "ar", None)


async def test_of_two_who_claim_one_is_told_who_was_faster_and_keeps_her_draft(
    world: DeskWorld, forms: Forms, karim: Case
) -> None:
    await world.cases.claim(world.team["mirek"], karim.id)
    late = await forms.send("claim", text="")
    assert late.status_code == 409
    assert "Mirek hat diesen Fall vor Ihnen genommen. Ihr Entwurf bleibt hier." in text_of(late)
    answered = await forms.send("reply", text=ANSWER, key="k")
    assert answered.status_code == 409
    assert "Entwurf an Mirek" in text_of(answered)
    assert answered.text.count(ANSWER) >= 2  # in the box, and ready to be given
    given = await forms.send("give-draft", text=ANSWER)
    assert given.status_code == 303
    talk = await world.desk.talk(karim.id, world.team["mirek"].staff_id, "de")
    assert talk is not None
    assert not [item for item in talk.items if isinstance(item, Ours)]
    (note,) = [item for item in talk.items if isinstance(item, Noted)]
    assert ANSWER in note.text


async def test_a_colleagues_case_is_taken_over_openly(
    world: DeskWorld, forms: Forms, karim: Case
) -> None:
    await world.cases.claim(world.team["mirek"], karim.id)
    page = await forms.page()
    assert "Übernehmen" in text_of(page)
    assert ">Senden" not in page.text
    await forms.send("take-over")
    assert (await case_of(world, karim.id)).assignee == world.team["jana"].staff_id


async def test_transfer_snooze_release_follow_up_and_reopen(
    world: DeskWorld, forms: Forms, karim: Case
) -> None:
    await forms.send("claim")
    await forms.send("snooze", until="2026-11-25T08:00:00+00:00")
    assert (await case_of(world, karim.id)).status is CaseStatus.SNOOZED
    await forms.send("snooze", day="2026-11-26", time="10:00")
    case = await case_of(world, karim.id)
    assert case.snoozed_until is not None
    assert case.snoozed_until.isoformat() == "2026-11-26T09:00:00+00:00"
    past = await forms.send("snooze", day="2020-01-01", time="10:00")
    assert past.status_code == 409
    await forms.send("release")
    assert (await case_of(world, karim.id)).status is CaseStatus.WAITING
    await forms.send("follow-up", day="2026-11-24")
    assert "Nachfassen am" in text_of(await forms.page())
    await forms.send("transfer", to=str(world.team["mirek"].staff_id))
    assert (await case_of(world, karim.id)).assignee == world.team["mirek"].staff_id
    await world.cases.close(world.team["mirek"], (karim.id,), Outcome.NO_CONTACT)
    await forms.send("reopen")
    assert (await case_of(world, karim.id)).status is CaseStatus.WAITING


async def test_notes_stay_in_the_team(world: DeskWorld, forms: Forms, karim: Case) -> None:
    await forms.send("note", text="Vermieter nicht erreicht.")
    page = text_of(await forms.page())
    assert "Notiz, nur für das Team Jana" in page
    assert "Vermieter nicht erreicht." in page
    empty = await forms.send("note", text="  ")
    assert empty.status_code == 409


async def test_an_answer_is_corrected_and_taken_back(
    world: DeskWorld, forms: Forms, karim: Case
) -> None:
    await forms.send("reply", text="Kommen Sie am Dienstag.", key="k")
    talk = await world.desk.talk(karim.id, world.team["jana"].staff_id, "de")
    assert talk is not None
    (ours,) = [item for item in talk.items if isinstance(item, Ours)]
    await forms.send("correct", entry=str(ours.entry), text="Kommen Sie am Mittwoch.")
    assert "Kommen Sie am Mittwoch." in text_of(await forms.page())
    await forms.send("recall", entry=str(ours.entry))
    assert "zurückgenommen" in text_of(await forms.page())
    foreign = await forms.send("recall", entry="99999")
    assert foreign.status_code == 409


async def test_an_undelivered_answer_is_loud_and_goes_out_again(
    world: DeskWorld, forms: Forms, karim: Case
) -> None:
    await forms.send("reply", text=ANSWER, key="k")
    await world.undelivered(karim)
    queue = await forms.client.get("/desk")
    assert "<title>✕ (1) Fälle</title>" in queue.text
    assert "Nicht zugestellt" in text_of(queue)
    page = await forms.page()
    assert "Nicht zugestellt: Matrix hat die Nachricht nicht angenommen" in text_of(page)
    (row,) = re.findall(r'name="row" value="(\d+)"', page.text)
    assert (await forms.send("resend", row=row)).status_code == 303
    assert "Nicht zugestellt" not in text_of(await forms.page())
    assert (await forms.send("resend", row=row)).status_code == 409


async def test_drafts_are_kept_and_come_back(world: DeskWorld, forms: Forms, karim: Case) -> None:
    saved = await forms.send("draft", text="Halb fertig")
    assert (saved.status_code, saved.text) == (200, "10:12")
    page = await forms.page()
    assert ">Halb fertig</textarea>" in page.text
    assert "Entwurf gespeichert 10:12" in text_of(page)
    async with world.client() as other:
        await world.sign_in(other, "mirek")
        seen = await other.get(forms.base)
        assert "Halb fertig" not in seen.text
        assert "Entwurf von Jana" in text_of(seen)


async def test_a_ready_answer_is_put_into_the_box(forms: Forms, world: DeskWorld) -> None:
    ready = world.content.replies[0]
    german = world.content.texts[ready.text].german.strip()
    page = await forms.send("ready", ready=ready.id, text="Guten Tag.")
    assert page.status_code == 200
    assert "Guten Tag." in page.text
    assert german.splitlines()[0] in unescape(page.text)
    assert (await forms.send("ready", ready="no-such-answer", text="")).status_code == 400


async def test_opening_a_case_is_noted_once_and_its_parts_are_not(
    world: DeskWorld, forms: Forms, karim: Case
) -> None:
    await forms.page()
    await forms.client.get(f"{forms.base}/fresh", headers={"HX-Request": "true"})
    await forms.client.get("/desk/queue")
    rows = await world.database.read(lambda tx: audit.read(tx, case_id=karim.id))
    read = [row for row in rows if row.action == "read"]
    assert [row.staff_id for row in read] == [world.team["jana"].staff_id]


@pytest.mark.parametrize("case_id", ["99999", "0", "-1", "abc", "1e3", "9" * 40, "../admin"])
async def test_a_case_that_is_none_shows_nothing(forms: Forms, case_id: str) -> None:
    for answer in (
        await forms.client.get(f"/desk/cases/{case_id}"),
        await forms.client.get(f"/desk/cases/{case_id}/fresh"),
        await forms.client.post(
            f"/desk/cases/{case_id}/note", data={"csrf": forms.csrf, "text": "x"}
        ),
        await forms.client.post(f"/desk/cases/{case_id}/check", data={"csrf": forms.csrf}),
    ):
        assert answer.status_code in {403, 404}


async def test_entries_and_rows_of_another_case_cannot_be_touched(
    world: DeskWorld, forms: Forms, karim: Case
) -> None:
    other = await world.newcomer("web", "ewa", "pl", "Dzień dobry")
    entry = await world.answered("mirek", other, "Guten Tag")
    await forms.send("claim")
    assert (await forms.send("correct", entry=str(entry), text="Falsch")).status_code == 409
    assert (await forms.send("recall", entry=str(entry))).status_code == 409
    await world.undelivered(other)
    page = await forms.client.get(f"/desk/cases/{other.id}")
    assert 'name="row"' not in page.text
    row = await world.desk.row(other.id)
    assert row is not None
    assert row.undelivered
    assert (await forms.send("resend", row="1")).status_code == 409


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMIN, Role.AUDITOR])
async def test_without_the_role_no_case_is_seen(world: DeskWorld, karim: Case, role: Role) -> None:
    await world.employ("eva", role, shown="Eva")
    async with world.client() as client:
        csrf = await world.sign_in(client, "eva")
        for path in ("/desk", "/desk/queue", f"/desk/cases/{karim.id}", "/desk/search?words=x"):
            answer = await client.get(path)
            assert answer.status_code == 403
            assert KARIM not in answer.text
        act = await client.post(f"/desk/cases/{karim.id}/claim", data={"csrf": csrf})
        assert act.status_code == 403
        assert (await client.get("/desk/more")).status_code == 200
    assert (await case_of(world, karim.id)).status is CaseStatus.WAITING


async def test_without_the_sessions_word_nothing_is_done(
    world: DeskWorld, forms: Forms, karim: Case
) -> None:
    for data in ({}, {"csrf": "wrong"}):
        answer = await forms.client.post(f"{forms.base}/claim", data=data)
        assert answer.status_code == 403
    async with world.client() as stranger:
        assert (await stranger.get(forms.base)).status_code == 303
        assert (
            await stranger.get("/desk/events", headers={"Accept": "text/event-stream"})
        ).status_code == 401
    assert (await case_of(world, karim.id)).status is CaseStatus.WAITING


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("transfer", {"to": "x"}),
        ("snooze", {"until": "tomorrow"}),
        ("snooze", {"until": "2026-11-25T08:00:00"}),
        ("snooze", {"day": "2026-13-40"}),
        ("close", {"outcome": "left"}),
        ("close", {}),
        ("follow-up", {"day": "soon"}),
        ("recall", {"entry": "one"}),
        ("resend", {"row": "-1"}),
    ],
)
async def test_senseless_fields_are_refused(forms: Forms, act: str, fields: dict[str, str]) -> None:
    assert (await forms.send(act, **fields)).status_code == 400


async def test_an_unknown_act_and_an_oversize_body_are_refused(forms: Forms) -> None:
    assert (await forms.send("delete-everything")).status_code == 404
    assert (await forms.send("note", text="x" * 70_000)).status_code == 413
    long = await forms.send("note", text="x" * 20_000)
    assert long.status_code == 409
    assert "zu lang" in text_of(long)


async def test_what_people_write_is_never_markup(world: DeskWorld) -> None:
    await world.employ("jana", shown=f"J{EVIL}")
    case = await world.newcomer(TELEGRAM, "66", "de", EVIL)
    async with world.client() as client:
        forms = Forms(client, await world.sign_in(client, "jana"), case.id)
        await forms.send("note", text=EVIL)
        await forms.send("reply", text=EVIL, key="k")
        await forms.send("draft", text=EVIL)
        for answer in (
            await forms.page(),
            await client.get(f"{forms.base}/fresh"),
            await client.get("/desk"),
            await client.get("/desk/day"),
            await client.get("/desk/search", params={"words": EVIL}),
            await client.post(f"{forms.base}/check", data={"csrf": forms.csrf, "text": EVIL}),
        ):
            assert answer.status_code == 200
            assert "<img" not in answer.text
            assert "<script>alert" not in answer.text
            assert 'onerror="' not in answer.text


async def test_a_day_is_handed_over_and_an_absence_is_shown_before_it_is_saved(
    world: DeskWorld, forms: Forms, karim: Case
) -> None:
    await forms.send("claim")
    client, mirek = forms.client, str(world.team["mirek"].staff_id)
    asked = {"csrf": forms.csrf, "first": "2026-11-24", "last": "2026-11-27", "substitute": mirek}
    shown = await client.post("/desk/absence", data={**asked, "step": "check"})
    assert "1 Fall, so wird der Mensch informiert:" in text_of(shown)
    assert (await case_of(world, karim.id)).assignee == world.team["jana"].staff_id
    saved = await client.post("/desk/absence", data={**asked, "step": "save"})
    assert saved.headers["location"] == "/desk/day?away=1"
    assert (await case_of(world, karim.id)).assignee == world.team["mirek"].staff_id
    day = await client.get("/desk/day?away=1")
    assert "1 Fall ist übergeben." in text_of(day)
    (absence,) = re.findall(r'name="absence" value="(\d+)"', day.text)
    await client.post("/desk/absence/end", data={"csrf": forms.csrf, "absence": absence})
    assert 'name="absence"' not in (await client.get("/desk/day")).text
    await forms.send("take-over")
    handed = await client.post("/desk/hand-over", data={"csrf": forms.csrf, "to": mirek})
    assert handed.headers["location"] == "/desk/day?handed=1"
    assert (await case_of(world, karim.id)).assignee == world.team["mirek"].staff_id
    wrong = {**asked, "first": "2026-11-27", "last": "2026-11-24"}
    assert (await client.post("/desk/absence", data=wrong)).status_code == 409
    gone = {**asked, "first": "2026-11-01", "last": "2026-11-02"}
    assert (await client.post("/desk/absence", data=gone)).status_code == 409


async def test_several_cases_are_closed_at_once_with_the_same_words(
    world: DeskWorld, forms: Forms, karim: Case
) -> None:
    ewa = await world.newcomer("web", "ewa", "pl", "Dzień dobry")
    other = await world.newcomer("web", "adam", "pl", "Cześć")
    for case in (karim, ewa):
        await world.cases.claim(world.team["jana"], case.id)
    await world.cases.claim(world.team["mirek"], other.id)
    page = await forms.client.get("/desk/close")
    assert page.text.count('name="case"') == 2
    chosen = [str(karim.id), str(ewa.id)]
    data = {"csrf": forms.csrf, "case": chosen, "outcome": "no_contact", "text": "Alles Gute."}
    done = await forms.client.post("/desk/close", data=data)
    assert done.headers["location"] == "/desk/close?closed=2"
    for case in (karim, ewa):
        assert (await case_of(world, case.id)).outcome is Outcome.NO_CONTACT
    foreign = await forms.client.post(
        "/desk/close", data={**data, "case": [str(other.id), "99999"]}
    )
    assert foreign.status_code == 409
    assert (await case_of(world, other.id)).status is CaseStatus.WITH_COUNSELLOR
    none = await forms.client.post("/desk/close", data={**data, "case": []})
    assert none.status_code == 409


async def test_search_reads_texts_notes_and_translations(
    world: DeskWorld, forms: Forms, karim: Case
) -> None:
    await forms.send("note", text="Telefon des Vermieters: unbekannt")
    found: dict[str, int] = {}
    for words in ("bestätigung nicht", "VERMIETERS", "البيت", str(karim.id), "Banane"):
        page = await forms.client.get("/desk/search", params={"words": words})
        found[words] = page.text.count('class="list found"') and page.text.count(
            f'<li><a href="/desk/cases/{karim.id}">'
        )
    assert found == {
        "bestätigung nicht": 1, "VERMIETERS": 1, "البيت": 1, str(karim.id): 1, "Banane": 0
    }  # fmt: skip
    by_field = await forms.client.get(
        "/desk/search", params={"language": "ar", "status": "waiting"}
    )
    assert f'href="/desk/cases/{karim.id}"' in by_field.text
    rows = await world.database.read(audit.read)
    assert sum(row.action == "search" for row in rows) == 4


async def test_search_goes_on_in_stretches(world: DeskWorld, forms: Forms) -> None:
    for number in range(24):
        await world.newcomer("web", f"n{number}", "de", f"Nummer {number}")
    page = await forms.client.get("/desk/search", params={"words": "nummer 0"})
    assert "Gelesen: \u206820\u2069 von \u206825\u2069 Fällen." in page.text
    (following,) = set(re.findall(r'hx-get="([^"]+)"', page.text))
    rest = await forms.client.get(unescape(following), headers={"HX-Request": "true"})
    assert rest.text.count("<li>") == 1
    assert "3 Fälle gefunden." in text_of(rest)  # Nummer 0, 10 and 20


async def test_switches_are_kept_and_say_nothing_of_colleagues(
    world: DeskWorld, forms: Forms
) -> None:
    data = {"csrf": forms.csrf, "notify": "on", "sound": "on"}
    assert (await forms.client.post("/desk/settings", data=data)).status_code == 303
    page = await forms.client.get("/desk/settings")
    assert re.search(r'name="notify" value="on" checked', page.text)
    assert not re.search(r'name="keys" value="on" checked', page.text)
    assert 'data-keys="off"' in page.text


async def test_ratings_are_shown_together_and_only_where_there_are_enough(
    world: DeskWorld, forms: Forms
) -> None:
    assert "Noch zu wenige Bewertungen." in text_of(await forms.client.get("/desk"))


async def test_the_interface_is_there_in_english(forms: Forms) -> None:
    page = await forms.client.get("/desk?ui=en")
    assert '<html lang="en" dir="ltr">' in page.text


async def test_earlier_cases_and_what_came_before(world: DeskWorld) -> None:
    await world.employ("jana", shown="Jana")
    first = await world.newcomer("web", "olena", "de", "Erste Frage", topic="letter")
    await world.answered("jana", first, "Antwort")
    await world.cases.close(world.team["jana"], (first.id,), Outcome.REFERRED)
    world.now = world.now.replace(hour=10)
    await world.says("web", "olena", "Wo ist das Amt?")
    second = await world.newcomer("web", "olena", "de", "Zweite Frage")
    async with world.client() as client:
        await world.sign_in(client, "jana")
        page = await client.get(f"/desk/cases/{second.id}")
    shown = text_of(page)
    assert f'<a href="/desk/cases/{first.id}">' in page.text
    assert "An eine andere Stelle verwiesen" in shown
    assert "Was vorher war: 1 Schritt mit dem Programm „Wo ist das Amt?“" in shown
    assert "Erste Frage" not in page.text


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("absence", {"first": "2026-11-25", "last": "9999-12-31"}),
        ("absence", {"first": "0001-01-01", "last": "2026-11-25", "step": "save"}),
        ("cases/{case}/snooze", {"until": "0001-01-01T00:00:00+14:00"}),
        ("cases/{case}/snooze", {"until": "9999-12-31T23:00:00-14:00"}),
        ("cases/{case}/snooze", {"day": "0001-01-01", "time": "00:00"}),
        ("cases/{case}/snooze", {"day": "9999-12-31", "time": "23:00"}),
        ("cases/{case}/follow-up", {"day": "0001-01-01"}),
        ("cases/{case}/follow-up", {"day": "9999-12-31"}),
    ],
)
async def test_a_day_out_of_all_time_is_refused(
    jana: tuple[httpx.AsyncClient, str], karim: Case, path: str, given: dict[str, str]
) -> None:
    client, csrf = jana
    there = f"/desk/{path.format(case=karim.id)}"
    answer = await client.post(there, data={"csrf": csrf, **given})
    assert answer.status_code == 400


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_a_search_out_of_all_time_finds_nothing_wrong(
    jana: tuple[httpx.AsyncClient, str], day: str
) -> None:
    client, _ = jana
    for name in ("first", "last"):
        for words in ("", "Chef"):
            query = {name: day, "words": words}
            assert (await client.get("/desk/search", params=query)).status_code == 200
