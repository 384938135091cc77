"""Both services on one server, each behind its adapter."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.service.translation import Translator
from bot.translation.deepl import DeepL
from bot.translation.libretranslate import LibreTranslate
from tests.emulators.translate import KEY, TranslationServer, serving


@pytest.fixture
async def server() -> AsyncIterator[TranslationServer]:
    async with serving() as running:
        yield running


@pytest.fixture(params=["libretranslate", "deepl"])
async def translator(
    request: pytest.FixtureRequest, server: TranslationServer
) -> AsyncIterator[Translator]:
    made: Translator = (
        DeepL(KEY, url=server.url) if request.param == "deepl" else LibreTranslate(server.url)
    )
    yield made
    await made.close()
