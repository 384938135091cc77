"""The staff room on Matrix, end to end: a real homeserver, an encrypted room, a thread per case."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.case import CaseStatus
from bot.service.cases import Acting
from tests.app.staff_site import StaffSite, staff_site
from tests.channels.matrix.conftest import Arrive, Bot
from tests.emulators.matrix_newcomer import Newcomer
from tests.emulators.synapse import Synapse
from tests.program import here

__all__ = ["here"]
pytestmark = [pytest.mark.synapse, pytest.mark.slow]

Event = dict[str, Any]


class Team:
    """A staff room with two counsellors; Jana has linked her account."""

    def __init__(self, site: StaffSite, room: str, jana: Newcomer, mirek: Newcomer) -> None:
        self.site = site
        self.room = room
        self.jana = jana
        self.mirek = mirek

    async def link(self) -> Acting:
        acting = await self.site.member("jana", "Jana")
        await self.jana.say(self.room, f"!link {await self.site.code(acting)}")
        await self.jana.hears(self.room, "Sie sind hier Jana")
        return acting

    async def card(self, number: int) -> Event:
        return await self.jana.hears(self.room, f"Fall {number} · ")

    async def says(self, who: Newcomer, thread: str, text: str) -> str:
        relation = {
            "rel_type": "m.thread",
            "event_id": thread,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": thread},
        }
        return await who.say(self.room, text, **{"m.relates_to": relation})

    def thread(self, root: str) -> list[str]:
        """What Jana has heard in a thread, corrections apart."""
        return [
            event["content"]["body"]
            for event in self.jana.heard[self.room]
            if event["content"].get("m.relates_to", {}).get("event_id") == root
            and event["content"]["m.relates_to"].get("rel_type") == "m.thread"
        ]

    async def reads(self, event_id: str, words: str) -> None:
        await self.jana.until(lambda: words in self.jana.reads(self.room, event_id))


@pytest.fixture
async def team(synapse: Synapse, bot: Bot, arrive: Arrive, tmp_path: Path) -> AsyncIterator[Team]:
    jana, mirek = await arrive(), await arrive()
    room = await jana.invite(bot.user, mirek.user, encrypted=True)
    await mirek.client.join(room)
    settings = {
        "matrix_homeserver": synapse.url,
        "matrix_user": bot.user,
        "matrix_password": "password",
        "matrix_staff_room": room,
        "telegram_staff_chat": None,
    }
    async with staff_site(tmp_path / "var", **settings) as site:
        await jana.joined(room, bot.user)
        await jana.joined(room, mirek.user)
        yield Team(site, room, jana, mirek)


async def test_a_thread_per_case(team: Team) -> None:
    await team.link()
    site, jana = team.site, team.jana
    olena = await site.newcomer()
    case = await site.asks_for_a_human(olena)
    card = await team.card(case.id)
    root = card["event_id"]
    assert "m.relates_to" not in card["content"]
    assert "Olena" not in str(card)

    olena.say("Mein Chef zahlt nicht.")
    words = await jana.hears(team.room, "Mein Chef zahlt nicht.")
    relation = words["content"]["m.relates_to"]
    assert (relation["rel_type"], relation["event_id"]) == ("m.thread", root)
    assert relation["is_falling_back"] is True
    assert relation["m.in_reply_to"]["event_id"]

    await team.says(team.mirek, root, "Ich will helfen")  # in the room, but not linked
    await jana.hears(team.room, "kenne Sie hier noch nicht")
    said = await team.says(jana, root, "Seit wann fehlt der Lohn?")
    shown = await olena.wait_for("Seit wann fehlt der Lohn?")
    assert not any("Ich will helfen" in one.text for one in olena.answers)
    assert (await site.case(case.id)).status is CaseStatus.WITH_COUNSELLOR
    await team.reads(root, "Bei Jana")

    await jana.edit(team.room, said, "Seit wann genau fehlt der Lohn?")
    await site.eventually(lambda: _has(olena, "Seit wann genau"), "a correction")
    assert "Seit wann fehlt" not in shown.text
    await team.says(jana, root, "!note GEHEIM")
    await jana.hears(team.room, "Notiert, nur für das Team")
    await jana.client.room_redact(team.room, said)
    await site.eventually(lambda: _has_not(olena, "Seit wann genau"), "a recall")
    await jana.hears(team.room, "Jana hat eine Antwort zurückgezogen.")
    await team.says(jana, root, "/close termin")
    await team.reads(root, "Geschlossen: Termin")
    assert not any("GEHEIM" in one.text for one in olena.answers)
    sent = [event for event in jana.heard[team.room] if event["sender"] != jana.user]
    assert not any("Seit wann" in str(event) for event in sent), "her own words again"
    assert not jana.unreadable.get(team.room)


async def test_an_outage_of_the_homeserver_loses_nothing(synapse: Synapse, team: Team) -> None:
    await team.link()
    site = team.site
    olena = await site.newcomer()
    case = await site.asks_for_a_human(olena)
    card = await team.card(case.id)
    await asyncio.to_thread(synapse.stop)
    words = [f"Satz {number}." for number in range(5)]
    for each in words:
        olena.say(each)
    acting = await site.member("mirek", "Mirek")
    await site.app.cases.claim(acting, case.id)
    await site.app.cases.reply(acting, case.id, "Vom Schreibtisch.")
    await olena.wait_for("Vom Schreibtisch.")
    await asyncio.to_thread(synapse.start)
    expected = [*words, "Vom Schreibtisch."]

    def arrived() -> list[str]:
        heard = team.thread(card["event_id"])
        return [each for one in heard for each in expected if each in one]

    await team.jana.until(lambda: set(arrived()) == set(expected), patience=60)
    found = arrived()
    assert [each for each in found if each in words] == words
    assert len(found) == len(expected)
    await team.reads(card["event_id"], "Bei Mirek")


async def _has(user: Any, words: str) -> bool:
    return any(words in one.text for one in user.answers)


async def _has_not(user: Any, words: str) -> bool:
    return not any(words in one.text for one in user.answers)
