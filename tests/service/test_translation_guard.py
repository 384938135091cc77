"""One text through a service: time-out, breaker, languages, and everything that must be kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.content.glossary import Glossary, Term
from bot.service.translation import Failed, NoTranslator, Why
from bot.service.translation_guard import GuardedTranslator, Words
from bot.translation.libretranslate import LibreTranslate
from tests.emulators.translate import TranslationServer, serving

GLOSSARY = Glossary([(Term("Anmeldung", "реєстрація"), ())])


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def server() -> AsyncIterator[TranslationServer]:
    async with serving() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def guarded(server: TranslationServer, clock: Clock) -> AsyncIterator[GuardedTranslator]:
    made = GuardedTranslator(LibreTranslate(server.url), clock=clock, seconds=0.3)
    yield made
    await made.close()


async def test_there_and_back(guarded: GuardedTranslator, server: TranslationServer) -> None:
    text = "Die Anmeldung ist am 26.11.2026.\n\nBitte Ausweis mitbringen."
    done = await guarded.translate(text, "de", "uk", glossary=GLOSSARY, explained=True)
    assert isinstance(done, Words)
    assert done.source == "de"
    assert done.provider == "LibreTranslate"
    assert "Anmeldung\u2069 (реєстрація)" in done.text
    assert "26.11.2026" in done.text
    assert "26.11.2026" not in server.sent
    assert done.text.count("\n") == 2


async def test_terms_stay_and_are_not_explained_to_the_office(
    guarded: GuardedTranslator,
) -> None:
    done = await guarded.translate("Мені потрібна Anmeldung", "uk", "de", glossary=GLOSSARY)
    assert isinstance(done, Words)
    assert done.text.endswith(" Anmeldung")


async def test_off_same_and_unknown_languages_ask_nobody(
    guarded: GuardedTranslator, server: TranslationServer, clock: Clock
) -> None:
    off = GuardedTranslator(NoTranslator(), clock=clock)
    assert await off.translate("Hallo", "de", "uk") == Failed(Why.OFF)
    assert await off.can("de", "uk") is None
    assert await guarded.translate("Hallo", "de", "de") == Failed(Why.SAME)
    assert await guarded.translate("Hallo", "de", "dsb") == Failed(Why.LANGUAGE)
    assert await guarded.translate("03561 6871-0", None, "uk") == Failed(Why.SAME)
    assert server.requests == []


async def test_german_to_german_is_noticed(guarded: GuardedTranslator) -> None:
    assert await guarded.translate("ich und der Chef", None, "de") == Failed(Why.SAME)


async def test_what_is_lost_fails(guarded: GuardedTranslator, server: TranslationServer) -> None:
    server.loses = True
    assert await guarded.translate("Die Anmeldung", "de", "uk") != Failed(Why.LOST)
    assert await guarded.translate("Tel. 03561 6871-0", "de", "uk") == Failed(Why.LOST)
    server.loses, server.doubles = False, True
    assert await guarded.translate("Tel. 03561 6871-0", "de", "uk") == Failed(Why.LOST)
    assert guarded.is_well  # the service is not to blame for a sentence


async def test_a_slow_service_is_given_up_and_left_alone(
    guarded: GuardedTranslator, server: TranslationServer, clock: Clock
) -> None:
    assert isinstance(await guarded.translate("Guten Tag", "de", "uk"), Words)
    server.stalls = True
    with capture_logs() as logs:
        for _ in range(3):
            assert await guarded.translate("Guten Tag", "de", "uk") == Failed(Why.DOWN)
    assert [each["event"] for each in logs] == ["translation.paused"]
    assert "Guten" not in str(logs)
    asked = len(server.requests)
    async with asyncio.timeout(0.2):
        assert await guarded.translate("Guten Tag", "de", "uk") == Failed(Why.DOWN)
    assert len(server.requests) == asked
    assert not guarded.is_well
    server.stalls = False
    server.stalled.set()
    clock.now += timedelta(seconds=20)
    assert isinstance(await guarded.translate("Guten Tag", "de", "uk"), Words)
    assert guarded.is_well


async def test_a_trial_whose_caller_goes_away_does_not_keep_it_open_for_ever(
    guarded: GuardedTranslator, server: TranslationServer, clock: Clock
) -> None:
    await guarded.can("de", "uk")
    server.statuses = [500] * 3
    for _ in range(3):
        await guarded.translate("Guten Tag", "de", "uk")
    clock.now += timedelta(seconds=20)
    server.stalls = True
    trial = asyncio.create_task(guarded.translate("Guten Tag", "de", "uk"))
    while len(server.requests) < 4:
        await asyncio.sleep(0.01)
    trial.cancel()
    await asyncio.wait({trial})
    server.stalls = False
    clock.now += timedelta(minutes=1)
    assert isinstance(await guarded.translate("Guten Tag", "de", "uk"), Words)


async def test_languages_are_asked_for_once_and_again_after_a_while(
    guarded: GuardedTranslator, server: TranslationServer, clock: Clock
) -> None:
    server.statuses = [503]
    assert await guarded.can("de", "uk") is None
    assert await guarded.can("de", "uk") is None  # not asked again at once
    clock.now += timedelta(minutes=5)
    assert await guarded.can("de", "uk") is True
    server.statuses = [503]
    assert await guarded.can("uk", "dsb") is False
    assert server.statuses == [503]
    clock.now += timedelta(hours=12)
    assert await guarded.can("de", "uk") is True  # what was known stands
    assert server.statuses == []


async def test_a_service_that_cannot_name_its_languages_is_tried(
    guarded: GuardedTranslator, server: TranslationServer
) -> None:
    server.statuses = [503]
    assert isinstance(await guarded.translate("Guten Tag", "de", "uk"), Words)
