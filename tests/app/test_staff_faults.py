"""The staff group when Telegram is slow, limits, breaks off or is away: in order, and once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.telegram import staff
from bot.domain.case import Case
from bot.service.cases import Refusal
from bot.storage import staff as accounts
from bot.storage.staff import Staff
from tests.app.staff_site import StaffSite, staff_site
from tests.emulators.telegram.limits import RateLimits
from tests.emulators.telegram.state import Topic
from tests.emulators.telegram.user import User
from tests.program import here

__all__ = ["here"]

WORDS = [f"Satz-{number}." for number in range(30)]


@pytest.fixture
async def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StaffSite]:
    monkeypatch.setattr(staff, "WINDOWS", ((1000, timedelta(seconds=1)),))
    async with staff_site(tmp_path) as found:
        yield found


async def opened(site: StaffSite) -> tuple[User, Case, Topic]:
    olena = await site.newcomer()
    case = await site.asks_for_a_human(olena)
    return olena, case, await site.topic(case)


def words_in(site: StaffSite, topic: Topic) -> list[str]:
    return re.findall(r"Satz-\d+\.", "\n".join(site.posts(topic)))


async def all_there(site: StaffSite, topic: Topic, wanted: list[str], seconds: float) -> None:
    async def found() -> bool:
        return set(words_in(site, topic)) >= set(wanted)

    await site.eventually(found, "all words", seconds)


async def test_words_are_joined_to_keep_to_a_groups_pace(tmp_path: Path) -> None:
    async with staff_site(tmp_path) as site:
        olena, _, topic = await opened(site)
        site.telegram.rates = RateLimits(chat_per_second=1000.0, chat_burst=1000.0)
        before = len(site.posts(topic))
        for each in WORDS:
            olena.say(each)
        await all_there(site, topic, WORDS, seconds=30)
        assert words_in(site, topic) == WORDS
        assert len(site.posts(topic)) - before <= 10
        assert not [
            call for call in site.telegram.calls
            if call.status == 429 and str(call.values.get("chat_id")) == str(site.group.id)
        ]  # fmt: skip


async def test_what_a_refusal_stops_waits_and_travels_together(site: StaffSite) -> None:
    olena, _, topic = await opened(site)
    site.telegram.fault(
        "too_many_requests", "sendMessage", chat_id=site.group.id, times=1, retry_after=1
    )
    for each in WORDS[:10]:
        olena.say(each)
    await all_there(site, topic, WORDS[:10], seconds=10)
    assert words_in(site, topic) == WORDS[:10]


@pytest.mark.parametrize(("kind", "times"), [("server_error", 3), ("reset_before", 1)])
async def test_an_outage_loses_nothing(site: StaffSite, kind: str, times: int) -> None:
    olena, case, topic = await opened(site)
    site.telegram.fault(kind, "sendMessage", chat_id=site.group.id, times=times)
    site.telegram.fault(kind, "editMessageText", chat_id=site.group.id, times=times)
    for each in WORDS[:5]:
        olena.say(each)
    jana = await site.member("jana", "Jana")
    await site.app.cases.claim(jana, case.id)
    await all_there(site, topic, WORDS[:5], seconds=20)
    await site.shown(topic, "Bei Jana")
    assert words_in(site, topic) == WORDS[:5]


@pytest.mark.parametrize("kind", ["reset_after", "truncated"])
async def test_an_answer_that_is_lost_repeats_once_at_most(site: StaffSite, kind: str) -> None:
    olena, _, topic = await opened(site)
    site.telegram.fault(kind, "sendMessage", chat_id=site.group.id, times=1)
    for each in WORDS[:5]:
        olena.say(each)
    await all_there(site, topic, WORDS[:5], seconds=20)
    found = words_in(site, topic)
    assert all(found.count(each) <= 2 for each in WORDS[:5])
    assert list(dict.fromkeys(found)) == WORDS[:5]


async def test_a_topic_that_cannot_be_opened_yet_is_waited_for(
    site: StaffSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.send.FORUM_PAUSE", timedelta(seconds=0.2))
    site.telegram.fault(
        "error",
        "createForumTopic",
        times=2,
        description="Bad Request: not enough rights to create a topic",
    )
    olena = await site.newcomer()
    case = await site.asks_for_a_human(olena)
    olena.say(WORDS[0])
    topic = await site.topic(case)
    await all_there(site, topic, WORDS[:1], seconds=10)
    assert len(site.group.chat.topics) == 1


async def test_an_update_that_comes_twice_counts_once(site: StaffSite) -> None:
    jana, _ = await site.linked("jana", "Jana")
    olena, _, topic = await opened(site)
    site.telegram.faults.duplicate_updates = 3
    jana.say("Guten Tag, einmal.", group=site.group, thread_id=topic.id)
    await olena.wait_for("einmal")
    said = site.telegram.updates.log
    last = max(said)
    site.telegram.updates.redeliver(last)
    jana.say("Ein zweiter Satz.", group=site.group, thread_id=topic.id)
    await olena.wait_for("zweiter")
    assert sum("einmal" in one.text for one in olena.answers) == 1


async def test_a_long_answer_of_hers_is_split_and_complete(site: StaffSite) -> None:
    olena, _, topic = await opened(site)
    olena.say("Anfang. " + "Wort " * 800 + "Schluss.")
    await site.posted(topic, "Schluss.")
    olena.say(WORDS[0])
    await all_there(site, topic, WORDS[:1], seconds=10)


async def test_of_two_faces_at_once_one_gets_the_case(site: StaffSite) -> None:
    jana, _ = await site.linked("jana", "Jana")
    desk = [await site.member(name, name.title()) for name in ("mirek", "nina")]
    olena, case, topic = await opened(site)
    jana.say("/claim", group=site.group, thread_id=topic.id)
    found = await asyncio.gather(
        *(site.app.cases.claim(each, case.id) for each in desk), return_exceptions=True
    )
    refused = [each for each in found if isinstance(each, Refusal)]
    winners = [each for each in found if not isinstance(each, BaseException)]
    claimed = await site.posted(topic, "hat den Fall genommen.")
    if winners:
        assert len(winners) == 1
        await site.posted(topic, "hat diesen Fall vor Ihnen genommen.")
    else:
        assert "Jana" in claimed
    assert {each.by for each in refused} == {(await _assignee(site, case)).shown_name}
    joined = [one.text for one in olena.answers if "ist jetzt da" in one.text]
    assert len(joined) == 1


async def _assignee(site: StaffSite, case: Case) -> Staff:
    assignee = (await site.case(case.id)).assignee
    assert assignee is not None
    found = await site.app.database.read(lambda tx: accounts.get(tx, assignee))
    assert found is not None
    return found
