from __future__ import annotations

import asyncio

import pytest

from bot.content.catalogue import Catalogue
from bot.service.codec import dump_words
from bot.service.desk.before import Done, steps
from bot.service.desk.board import Shared
from bot.service.desk.search import folded, wanted_words
from bot.storage.messages import HistoryRow
from tests.web.desk_world import NOW


def rows(*said: tuple[str, str | None]) -> list[HistoryRow]:
    return [
        HistoryRow(
            seq=number,
            direction="in",
            kind=None,
            target=None,
            body=dump_words(text, press=press),
            at=NOW,
        )
        for number, (text, press) in enumerate(said, 1)
    ]


def test_what_she_did_before_is_told_in_german_and_her_words_as_she_wrote_them(
    catalogue: Catalogue,
) -> None:
    found = steps(
        rows(
            ("Українська", None),
            ("Меню", "2~m"),
            ("Прибуття", "3~t:arrival"),
            ("Реєстрація", "4~e:register-address"),
            ("Губен", "5~a:guben"),
            ("Так", "6~a:yes"),
            ("Так", "7~a:yes"),
            ("Щось", "8~a:no-such-choice"),
            ("де мій   чек?", None),
            ("Людина", "9~h"),
            ("/human", None),
            ("?", "garbage"),
        ),
        catalogue,
        "de",
    )
    title = catalogue.plain("register-address/title", "de")
    assert found == [
        Done(text=catalogue.plain("topics/arrival/title", "de")),
        Done(text=title),
        Done(text="Guben"),
        Done(text="Ja"),
        Done(text="Щось", own=True),
        Done(text="де мій чек?", own=True),
        Done(text="Mit einem Menschen sprechen"),
    ]


async def test_who_asks_while_a_reading_runs_gets_the_next_one() -> None:
    begun: list[int] = []
    gates = [asyncio.Event() for _ in range(3)]

    async def read() -> int:
        number = len(begun)
        begun.append(number)
        await gates[number].wait()
        return number

    shared = Shared(read)
    first = asyncio.create_task(shared())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    later = [asyncio.create_task(shared()) for _ in range(20)]
    await asyncio.sleep(0)
    gates[0].set()
    gates[1].set()
    assert await first == 0
    assert set(await asyncio.gather(*later)) == {1}
    gates[2].set()
    assert await shared() == 2


async def test_a_reading_that_fails_stops_nobody_after_it() -> None:
    tries: list[int] = []

    async def read() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("away")
        return len(tries)

    shared = Shared(read)
    with pytest.raises(OSError, match="away"):
        await shared()
    assert await shared() == 2


def test_words_of_a_search() -> None:
    assert wanted_words("  2481 ") == ((), 2481)
    assert wanted_words("Straße 12") == (("strasse", "12"), None)
    assert wanted_words("٢٤") == (("٢٤",), None)
    assert folded("ＥＷＡ") == "ewa"
    assert wanted_words("") == ((), None)
