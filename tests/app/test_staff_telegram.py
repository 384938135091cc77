"""The staff group on Telegram, end to end over the emulator."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.channels.telegram import staff
from bot.channels.telegram.client import Client
from bot.channels.telegram.health import Asked
from bot.domain.case import CaseStatus, Outcome
from bot.service.cases import Acting
from bot.service.ports import Health
from bot.storage import conversations
from bot.storage.transaction import Tx
from tests.app.staff_site import StaffSite, staff_site
from tests.emulators.telegram.user import User
from tests.program import here

__all__ = ["here"]
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StaffSite]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staff, "WINDOWS", ((1000, timedelta(seconds=1)),))  # its pace: other tests
        async with staff_site(tmp_path_factory.mktemp("staff")) as found:
            yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def jana(site: StaffSite) -> tuple[User, Acting]:
    return await site.linked("jana", "Jana")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mirek(site: StaffSite) -> tuple[User, Acting]:
    return await site.linked("mirek", "Mirek")


async def test_from_the_question_to_the_end_of_a_case(
    site: StaffSite, jana: tuple[User, Acting]
) -> None:
    olena = await site.newcomer()
    case = await site.asks_for_a_human(olena)
    topic = await site.topic(case)
    assert "Wartet" in site.card(topic).text
    assert "Deutsch" in site.card(topic).text
    olena.say("Mein Chef zahlt nicht.")
    await site.posted(topic, "Schreibt:", "Mein Chef zahlt nicht.")

    jana[0].say("Guten Tag. Seit wann fehlt der Lohn?", group=site.group, thread_id=topic.id)
    answer = await olena.wait_for("Seit wann fehlt der Lohn?")
    assert answer.text.startswith("Jana")
    assert (await site.case(case.id)).status is CaseStatus.WITH_COUNSELLOR
    await site.shown(topic, "Bei Jana")
    await site.posted(topic, "Jana hat den Fall genommen.")
    assert not any("Seit wann fehlt" in text for text in site.posts(topic)), "her own words again"

    olena.say("Seit September.")
    await site.posted(topic, "Seit September.")
    jana[0].say("/close beantwortet", group=site.group, thread_id=topic.id)
    await site.shown(topic, "Geschlossen: beantwortet")
    closed = await site.case(case.id)
    assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, Outcome.ANSWERED)
    assert "Olena" not in topic.name + site.card(topic).text

    jana[0].say("Noch etwas", group=site.group, thread_id=topic.id)
    await site.posted(topic, "geschlossen. Nichts ist hinausgegangen")
    assert not any("Noch etwas" in one.text for one in olena.answers)


async def test_being_in_the_group_gives_nobody_a_right(site: StaffSite) -> None:
    stranger = site.telegram.user("Fremd", language_code="de")
    olena = await site.newcomer("Iryna")
    case = await site.asks_for_a_human(olena)
    topic = await site.topic(case)
    for words in ("Guten Tag!", "/claim", "!close termin", "/note geheim"):
        before = len(site.posts(topic))
        stranger.say(words, group=site.group, thread_id=topic.id)

        async def answered(before: int = before) -> bool:
            return "kenne Sie hier noch nicht" in " ".join(site.posts(topic)[before:])

        await site.eventually(answered, f"an answer to {words}")
    assert (await site.case(case.id)).status is CaseStatus.WAITING
    assert not any("Guten Tag!" in one.text for one in olena.answers)
    stranger.say("/link birke-hafen-sonne-lampe-1", group=site.group)
    await stranger.wait_for("gilt nicht", group=site.group)


async def test_a_code_links_once(site: StaffSite) -> None:
    acting = await site.member("nina", "Nina")
    code = await site.code(acting)
    first, second = site.telegram.user("Eins"), site.telegram.user("Zwei")
    first.say(f"!link {code}", group=site.group)
    await first.wait_for("Sie sind hier Nina", group=site.group)
    second.say(f"!link {code}", group=site.group)
    await second.wait_for("gilt nicht", group=site.group)


async def test_who_guesses_codes_has_to_wait(site: StaffSite) -> None:
    guesser = site.telegram.user("Rater")
    for number in range(5):
        guesser.say(f"/link falsch-{number}", group=site.group)
        await guesser.wait_for("gilt nicht", group=site.group)
    guesser.say("/link falsch-6", group=site.group)
    await guesser.wait_for("Zu viele Versuche", group=site.group)


async def test_a_colleagues_case_is_not_answered(
    site: StaffSite, jana: tuple[User, Acting], mirek: tuple[User, Acting]
) -> None:
    olena = await site.newcomer("Daryna")
    case = await site.asks_for_a_human(olena)
    topic = await site.topic(case)
    jana[0].say("!nehmen", group=site.group, thread_id=topic.id)
    await site.shown(topic, "Bei Jana")
    mirek[0].say("/claim", group=site.group, thread_id=topic.id)
    await site.posted(topic, "Jana hat diesen Fall vor Ihnen genommen.")
    mirek[0].say("Ich kann helfen", group=site.group, thread_id=topic.id)
    await site.posted(topic, "Diesen Fall hat Jana.")
    assert not any("Ich kann helfen" in one.text for one in olena.answers)

    jana[0].say("/transfer niemand", group=site.group, thread_id=topic.id)
    await site.posted(topic, "Möglich sind:", "Mirek")
    jana[0].say("/transfer mir", group=site.group, thread_id=topic.id)
    await site.posted(topic, "Jana hat den Fall an Mirek übergeben.")
    await olena.wait_for("Mirek")
    mirek[0].say("!snooze morgen 9:00", group=site.group, thread_id=topic.id)
    await site.posted(topic, "Mirek hat den Fall zurückgestellt bis", "09:00")
    assert (await site.case(case.id)).status is CaseStatus.SNOOZED
    mirek[0].say("!snooze irgendwann", group=site.group, thread_id=topic.id)
    await site.posted(topic, "Bis wann?")
    mirek[0].say("!freigeben", group=site.group, thread_id=topic.id)
    await site.shown(topic, "Wartet seit")
    mirek[0].say("!close", group=site.group, thread_id=topic.id)
    await site.posted(topic, "Mit welchem Ergebnis?")


async def test_a_note_never_reaches_the_newcomer(
    site: StaffSite, jana: tuple[User, Acting]
) -> None:
    olena = await site.newcomer("Sofia")
    case = await site.asks_for_a_human(olena)
    topic = await site.topic(case)
    for words in ("/note GEHEIM eins", "!notiz GEHEIM zwei", "!notte GEHEIM drei", "/ note GEHEIM"):
        jana[0].say(words, group=site.group, thread_id=topic.id)
    await site.posted(topic, "Notiert, nur für das Team.")
    await site.posted(topic, "Dieses Wort kenne ich nicht")
    noted = jana[0].say("!note GEHEIM vier", group=site.group, thread_id=topic.id)
    jana[0].edit(noted, "GEHEIM fünf")  # the word is gone: still no answer to her
    await site.posted(topic, "Diese Änderung geht nicht hinaus")
    jana[0].send({"photo": [], "caption": "GEHEIM sechs"}, group=site.group, thread_id=topic.id)
    await site.posted(topic, "nur Text weitergeben")
    jana[0].say("Guten Tag", group=site.group, thread_id=topic.id)
    await olena.wait_for("Guten Tag")
    sent = [call.values for call in site.telegram.called("sendMessage")]
    assert not [
        one for one in sent if str(one["chat_id"]) == str(olena.id) and "GEHEIM" in str(one)
    ]


async def test_a_correction_and_a_recall_reach_her(
    site: StaffSite, jana: tuple[User, Acting]
) -> None:
    olena = await site.newcomer("Mariia")
    case = await site.asks_for_a_human(olena)
    topic = await site.topic(case)
    said = jana[0].say("Kommen Sie um 9 Uhr.", group=site.group, thread_id=topic.id)
    shown = await olena.wait_for("um 9 Uhr")
    jana[0].edit(said, "Kommen Sie um 10 Uhr.")

    async def corrected() -> bool:
        return any("um 10 Uhr" in one.text for one in olena.answers)

    await site.eventually(corrected, "a correction")
    assert "um 9 Uhr" not in shown.text
    await site.posted(topic, "Jana hat eine Antwort berichtigt.")
    jana[0].say("/recall", group=site.group, thread_id=topic.id)
    await site.posted(topic, "Jana hat eine Antwort zurückgezogen.")

    async def recalled() -> bool:
        return not any("um 10 Uhr" in one.text for one in olena.answers)

    await site.eventually(recalled, "a recall")
    jana[0].say("/recall", group=site.group, thread_id=topic.id)
    await site.posted(topic, "keine Antwort von Ihnen")


async def test_what_the_desk_does_is_seen_in_the_topic(
    site: StaffSite, jana: tuple[User, Acting], mirek: tuple[User, Acting]
) -> None:
    olena = await site.newcomer("Yuliia")
    case = await site.asks_for_a_human(olena)
    topic = await site.topic(case)
    await site.app.cases.claim(mirek[1], case.id)
    await site.shown(topic, "Bei Mirek")
    await site.posted(topic, "Mirek hat den Fall genommen.")
    await site.app.cases.reply(mirek[1], case.id, "Guten Tag vom Schreibtisch.")
    await site.posted(topic, "Mirek antwortet:", "Guten Tag vom Schreibtisch.")
    await site.app.cases.note(mirek[1], case.id, "ruft morgen an")
    await site.posted(topic, "Notiz von Mirek, nur für das Team:", "ruft morgen an")
    jana[0].say("/nehmen", group=site.group, thread_id=topic.id)
    await site.posted(topic, "Mirek hat diesen Fall vor Ihnen genommen.")


async def test_the_words_of_a_crisis_are_never_in_the_topic(
    site: StaffSite, jana: tuple[User, Acting]
) -> None:
    olena = await site.newcomer("Kateryna")
    olena.say("/emergency")
    card = await olena.wait_for("110")
    urgent = next(label for label in card.labels if "ringend" in label)
    olena.press(urgent, message=card)

    async def opened() -> object:
        return next((one for one in await site.cases() if one.priority == "crisis"), None)

    case = await site.eventually(opened, "a crisis")
    topic = await site.topic(case)
    await site.shown(topic, "Notfall: bitte am Schreibtisch lesen")
    olena.say("GEHEIM er steht vor der Tür")
    await site.posted(topic, "Neue Nachricht. Bitte am Schreibtisch lesen.")
    await site.app.cases.claim(jana[1], case.id)
    await site.app.cases.reply(jana[1], case.id, "GEHEIM Rufen Sie die 110.")
    await site.posted(topic, "Jana hat geantwortet.")
    await site.app.cases.note(jana[1], case.id, "GEHEIM Polizei verständigt")
    await site.posted(topic, "Jana hat etwas notiert.")
    sent = [
        call
        for name in ("sendMessage", "editMessageText")
        for call in site.telegram.called(name)
        if str(call.values["chat_id"]) == str(site.group.id)
    ]
    assert sent
    assert not [call for call in sent if "GEHEIM" in str(call.values)]
    jana[0].say("Ich bin da.", group=site.group, thread_id=topic.id)  # answering is possible
    await olena.wait_for("Ich bin da.")


async def test_a_newcomer_who_writes_staff_words_gets_nothing_special(site: StaffSite) -> None:
    olena = await site.newcomer("Anna")
    case = await site.asks_for_a_human(olena)
    topic = await site.topic(case)
    for words in ("!claim", "/close beantwortet", "!note x", "/recall", "!release", "Hallo?"):
        olena.say(words)
    await site.posted(topic, "Hallo?")
    found = await site.case(case.id)
    assert (found.status, found.assignee) == (CaseStatus.WAITING, None)
    assert not [text for text in site.posts(topic) if "genommen" in text or "Notiz" in text]


async def test_a_topic_that_was_deleted_is_opened_anew(
    site: StaffSite, jana: tuple[User, Acting]
) -> None:
    olena = await site.newcomer("Vira")
    case = await site.asks_for_a_human(olena)
    topic = await site.topic(case)
    site.group.delete_topic(topic)
    olena.say("Sind Sie noch da?")
    again = await site.topic(case)
    assert again is not topic
    await site.posted(again, "Sind Sie noch da?")
    jana[0].say("Ja.", group=site.group, thread_id=again.id)
    await olena.wait_for("Ja.")
    await site.shown(again, "Bei Jana")


async def test_talk_outside_of_topics_is_nobodys_business(
    site: StaffSite, jana: tuple[User, Acting]
) -> None:
    mark = site.telegram.state.changes
    jana[0].say("Wer macht Kaffee?", group=site.group)
    site.owner.say("Ich.", group=site.group)
    jana[0].say("/claim", group=site.group)
    await jana[0].wait_for("in das Thema eines Falls", group=site.group)
    jana[0].say("!hilfe", group=site.group)
    shown = await jana[0].wait_for("claim (nehmen)", group=site.group)
    assert shown.thread_id is None
    said = [one for one in site.group.chat.visible() if one.sender.is_bot and one.changed > mark]
    assert len([one for one in said if one.thread_id is None]) == 2, [one.text for one in said]


async def test_the_group_is_no_newcomer(site: StaffSite) -> None:
    def state(tx: Tx) -> bytes | None:
        account = next(iter(site.app.deliverers))
        found = conversations.find(tx, account, str(site.group.id))
        return found.state if found is not None else None

    kept = await site.app.database.read(state)
    assert kept is not None
    assert set(json.loads(kept)) == {"seq"}


async def test_the_group_has_a_menu_of_the_staff_words(site: StaffSite) -> None:
    async def shown() -> list[str]:
        scope = {"type": "chat", "chat_id": site.group.id}
        return site.telegram.state.commands_shown("", scope)

    assert "claim" in await site.eventually(shown, "a menu")


@pytest.mark.parametrize(
    ("forum", "rights", "trouble"),
    [
        (True, (), None),
        (False, (), "topics-are-off"),
        (True, ("can_pin_messages",), "may-not-manage-topics"),
    ],
)
async def test_the_doctor_sees_what_the_group_lacks(
    site: StaffSite, forum: bool, rights: tuple[str, ...], trouble: str | None
) -> None:
    group = site.telegram.group("Andere", site.owner, forum=forum, supergroup=True)
    if rights:
        group.promote_bot(*rights)
    client = Client(token=site.telegram.token, api_url=site.telegram.url)
    try:
        asked = Asked(client, site.app.clock, group.id)
        status = await asked.status(webhook=False)
    finally:
        await client.close()
    assert (status.health is Health.GOOD) is (trouble is None)
    assert (trouble or "") in status.message
