"""Both adapters against the server that is built from the published APIs."""

from __future__ import annotations

import pytest

from bot.service.translation import Failed, Kept, Languages, Translated, Translator, Why
from bot.translation.deepl import FREE, PRO, DeepL
from bot.translation.libretranslate import LibreTranslate
from tests.emulators.translate import KEY, TranslationServer


async def test_lines_come_back_in_order_with_what_is_kept(translator: Translator) -> None:
    done = await translator.translate(
        [("Die ", Kept(1, "Anmeldung"), " kostet nichts."), ("Tel. ", Kept(2))], "de", "uk"
    )
    assert done == Translated(
        lines=(
            ("[uk] eiD ", Kept(1), " tetsok sthcin."),
            ("[uk] leT. ", Kept(2)),
        ),
        source="de",
    )


async def test_the_service_sees_terms_and_no_private_pieces(
    translator: Translator, server: TranslationServer
) -> None:
    await translator.translate([(Kept(1, "Anmeldung"), " und ", Kept(2))], "de", "en")
    assert "Anmeldung" in server.sent
    assert "X2" in server.sent


async def test_the_source_is_found_out_where_nobody_knows_it(translator: Translator) -> None:
    done = await translator.translate([("Шеф не платить",), ("ok",)], None, "de")
    assert isinstance(done, Translated)
    assert done.source == "uk"


async def test_marks_of_markup_survive(translator: Translator) -> None:
    done = await translator.translate([("R&D &amp; <b>x</b> &lt;",)], "de", "en")
    assert isinstance(done, Translated)
    assert "".join(piece for piece in done.lines[0] if isinstance(piece, str)).startswith("[en] ")


async def test_languages(translator: Translator) -> None:
    known = await translator.languages()
    assert isinstance(known, Languages)
    assert known.can("uk", "de")
    assert known.can("de", "en")
    assert known.can(None, "ar")
    assert not known.can("de", "de")
    assert not known.can("de", "dsb")
    assert not known.can("dsb", "de")


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (429, Why.BUSY),
        (529, Why.BUSY),
        (456, Why.QUOTA),
        (403, Why.REFUSED),
        (400, Why.TEXT),
        (413, Why.TEXT),
        (500, Why.DOWN),
        (503, Why.DOWN),
        (504, Why.DOWN),
        (302, Why.DOWN),
        (1, Why.DOWN),
        (2, Why.DOWN),
    ],
)
async def test_every_fault_is_a_value(
    translator: Translator, server: TranslationServer, status: int, why: Why
) -> None:
    server.statuses = [status]
    assert await translator.translate([("Guten Tag",)], None, "en") == Failed(why)
    server.statuses = [status]
    asked = await translator.languages()
    assert isinstance(asked, Failed)


async def test_a_server_that_is_not_there() -> None:
    for made in (LibreTranslate("http://127.0.0.1:9"), DeepL(KEY, url="http://127.0.0.1:9")):
        assert await made.translate([("Guten Tag",)], "de", "en") == Failed(Why.DOWN)
        assert await made.languages() == Failed(Why.DOWN)
        await made.close()


async def test_a_wrong_key_is_refused(server: TranslationServer) -> None:
    server.key = "another"
    for made in (LibreTranslate(server.url, "wrong"), DeepL(KEY, url=server.url)):
        assert await made.translate([("Guten Tag",)], "de", "en") == Failed(Why.REFUSED)
        await made.close()
    made = LibreTranslate(server.url, "another")
    assert isinstance(await made.translate([("Guten Tag",)], "de", "en"), Translated)
    await made.close()


async def test_libretranslate_says_which_language_it_has_not(server: TranslationServer) -> None:
    made = LibreTranslate(server.url)
    assert await made.translate([("Guten Tag",)], "de", "dsb") == Failed(Why.LANGUAGE)
    await made.close()


async def test_deepl_gets_variants_polite_forms_and_no_more_than_fifty_texts(
    server: TranslationServer,
) -> None:
    made = DeepL(KEY, url=server.url)
    done = await made.translate([(f"Zeile {chr(97 + n % 26)}",) for n in range(120)], "de", "en")
    await made.close()
    assert isinstance(done, Translated)
    assert len(done.lines) == 120
    assert [len(request["text"]) for request in server.requests] == [50, 50, 20]
    assert {request["target_lang"] for request in server.requests} == {"EN-GB"}
    assert {request["source_lang"] for request in server.requests} == {"DE"}
    assert {request["formality"] for request in server.requests} == {"prefer_more"}


async def test_deepl_keys_of_the_free_api_go_to_its_address() -> None:
    for key, url in ((f"{KEY}:fx", FREE), (KEY, PRO)):
        made = DeepL(key)
        assert str(made._http.base_url).rstrip("/") == url
        await made.close()
