"""The Telegram emulator, seen by python-telegram-bot: messages, presses, commands."""

from __future__ import annotations

import aiohttp
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    MessageEntity,
)
from telegram.error import (
    BadRequest,
)

from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.expect import buttons, refused

# -- messages ----------------------------------------------------------------------------------


async def test_send_edit_and_history(server: TelegramEmulator, bot: Bot) -> None:
    user = server.user()
    user.say("/start")
    sent = await bot.send_message(
        user.id,
        "Guten Tag 🙂 Olena",
        entities=[MessageEntity("bold", 13, 5)],
        reply_markup=buttons("Ja", "Nein"),
        disable_web_page_preview=True,
    )
    assert list(sent.parse_entities().values()) == ["Olena"]
    edited = await bot.edit_message_text("Neu", user.id, sent.message_id)
    assert (edited.text, edited.reply_markup, edited.edit_date is None) == ("Neu", None, False)
    (message,) = user.answers
    assert message.history[0].content["text"] == "Guten Tag 🙂 Olena"
    assert message.history[0].reply_markup is not None
    assert server.state.sends == {(user.id, "Guten Tag 🙂 Olena"): 1}


async def test_html_and_cleaning(server: TelegramEmulator, bot: Bot) -> None:
    user = server.user()
    user.say("/start")
    html = await bot.send_message(
        user.id, "<b>a <i>b</i></b> &lt;3 <a href='https://example.org'>c</a>", "HTML"
    )
    assert html.text == "a b <3 c"
    assert html.text_html == '<b>a <i>b</i></b> &lt;3 <a href="https://example.org">c</a>'
    cleaned = await bot.send_message(
        user.id,
        " \u202aab\x07\u2068cd\u2069\r\n ",
        entities=[MessageEntity("bold", 5, 3)],
    )
    assert cleaned.text == "ab \u2068cd\u2069"
    assert list(cleaned.parse_entities().values()) == ["\u2068cd"]
    dropped = await bot.send_message(
        user.id, "Telefon", entities=[MessageEntity("text_link", 0, 7, url="tel:+49356168710")]
    )
    assert dropped.entities == ()
    for broken, why in (
        ("<b>a", "can't find end tag corresponding to start tag"),
        ("<h1>a</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("ä<b><i>a</b>", "Unmatched end tag at byte offset 9"),
        ("a < b", "Unclosed start tag at byte offset 2"),
    ):
        with refused(BadRequest, why):
            await bot.send_message(user.id, broken, "HTML")


@pytest.mark.parametrize(
    ("text", "entities", "why"),
    [
        ("x" * 4097, [], "message is too long"),
        ("🙂" * 2049, [], "message is too long"),
        ("", [], "message text is empty"),
        (" \n", [], "text must be non-empty"),
        ("ab", [MessageEntity("bold", 1, 2)], "ends after the end of the text"),
        ("🙂b", [MessageEntity("bold", 1, 2)], "begins in a middle of a UTF-16 symbol"),
        ("a🙂", [MessageEntity("bold", 0, 2)], "ends in a middle of a UTF-16 symbol"),
    ],
)
async def test_texts_the_server_refuses(
    server: TelegramEmulator, bot: Bot, text: str, entities: list[MessageEntity], why: str
) -> None:
    user = server.user()
    user.say("/start")
    with refused(BadRequest, why):
        await bot.send_message(user.id, text, entities=entities)
    assert user.answers == []


async def test_texts_at_the_limit(server: TelegramEmulator, bot: Bot) -> None:
    user = server.user()
    user.say("/start")
    sent = await bot.send_message(user.id, "🙂" * 2048, reply_markup=buttons("x" * 61))
    assert len(sent.text) == 2048


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        ([[{"text": "a", "callback_data": "ä" * 33}]], "BUTTON_DATA_INVALID"),
        ([[{"text": "a", "callback_data": ""}]], "BUTTON_DATA_INVALID"),
        ([[{"text": "a"}]], "Text buttons are unallowed"),
        ([[{"text": " ", "callback_data": "a"}]], "button text must be non-empty"),
        ([[{"text": "a", "url": "tel:112"}]], "Unsupported URL protocol"),
        ([[{"text": "a", "callback_data": "a"}] * 9], "reply markup is too long"),
        ([[{"text": "a", "callback_data": "a"}]] * 101, "reply markup is too long"),
        ([[{"text": "ж" * 60, "callback_data": "a"}]] * 100, "reply markup is too long"),
    ],
)
async def test_keyboards_the_server_refuses(
    server: TelegramEmulator, markup: list[list[dict[str, str]]], why: str
) -> None:
    user = server.user()
    user.say("/start")
    body = {"chat_id": user.id, "text": "x", "reply_markup": {"inline_keyboard": markup}}
    async with aiohttp.ClientSession() as session:
        address = f"{server.url}/bot{server.token}/sendMessage"
        async with session.post(address, json=body) as response:
            assert response.status == 400
            assert why in (await response.json())["description"]


async def test_edits_and_deletions_the_server_refuses(server: TelegramEmulator, bot: Bot) -> None:
    user = server.user()
    said = user.say("/start")
    sent = await bot.send_message(user.id, "Menü", reply_markup=buttons("Ja"))
    with refused(BadRequest, "message is not modified: specified new message"):
        await bot.edit_message_text("Menü", user.id, sent.message_id, reply_markup=buttons("Ja"))
    with refused(BadRequest, "message to edit not found"):
        await bot.edit_message_text("x", user.id, 999_999)
    with refused(BadRequest, "message can't be edited"):
        await bot.edit_message_text("x", user.id, said.message_id)
    venue = await bot.send_venue(user.id, 51.9, 14.7, "Service-Center", "Gasstraße 4, Guben")
    with refused(BadRequest, "there is no text in the message to edit"):
        await bot.edit_message_text("x", user.id, venue.message_id)
    await bot.edit_message_reply_markup(user.id, sent.message_id)
    assert await bot.delete_message(user.id, sent.message_id)
    with refused(BadRequest, "message to delete not found"):
        await bot.delete_message(user.id, sent.message_id)
    with refused(BadRequest, "message to be replied not found"):
        await bot.send_message(user.id, "x", reply_to_message_id=sent.message_id)


async def test_files_by_upload_and_by_id(server: TelegramEmulator, bot: Bot) -> None:
    user = server.user()
    user.send_photo(b"jpeg bytes", caption="Brief")
    user.send_voice()
    user.send_location()
    photo, voice, location = [update.message for update in await bot.get_updates()]
    assert photo.caption == "Brief"
    file = await bot.get_file(photo.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == b"jpeg bytes"
    assert (voice.voice.duration.seconds, location.location.latitude) == (3, 51.7)
    sent = await bot.send_document(user.id, b"%PDF", filename="karte.pdf", caption="Karte")
    assert sent.document.file_name == "karte.pdf"
    assert (await bot.send_voice(user.id, voice.voice.file_id)).voice is not None
    assert (await bot.send_photo(user.id, b"\xff\xd8")).photo[0].file_size == 2
    big = user.send_document(size=21 * 1024 * 1024)
    with refused(BadRequest, "file is too big"):
        await bot.get_file(big.content["document"]["file_id"])
    with refused(BadRequest, "message caption is too long"):
        await bot.send_document(user.id, b"x", caption="x" * 1025)


# -- presses -----------------------------------------------------------------------------------


async def test_press_and_answer(server: TelegramEmulator, bot: Bot) -> None:
    user = server.user()
    user.say("/start")
    old = await bot.send_message(user.id, "Alt", reply_markup=buttons("Ja"))
    await bot.send_message(user.id, "Neu", reply_markup=buttons("Ja"))
    query = user.press("Ja")
    user.press("Ja", message=server.state.chats[user.id].messages[old.message_id])
    user.press(data="v0:gone", inaccessible=True)
    _, new, older, gone = await bot.get_updates()
    assert (new.callback_query.message.text, new.callback_query.data) == ("Neu", "v1:Ja")
    assert older.callback_query.message.text == "Alt"
    assert not gone.callback_query.message.is_accessible
    assert await bot.answer_callback_query(query.id, "gut")
    assert query.answer == {"text": "gut", "show_alert": False, "url": ""}
    with refused(BadRequest, "query is too old and response timeout expired"):
        await bot.answer_callback_query(query.id)


async def test_a_press_can_come_too_late(
    bot_clock: tuple[TelegramEmulator, Bot, list[float]],
) -> None:
    server, bot, now = bot_clock
    user = server.user()
    user.say("/start")
    await bot.send_message(user.id, "Neu", reply_markup=buttons("Ja"))
    query = user.press("Ja")
    now[0] += 151
    with refused(BadRequest, "query ID is invalid"):
        await bot.answer_callback_query(query.id)


# -- commands and descriptions -----------------------------------------------------------------


async def test_commands_per_scope_and_language(server: TelegramEmulator, bot: Bot) -> None:
    private = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([BotCommand("menu", "Menu")])
    await bot.set_my_commands([BotCommand("start", "Початок")], private, "uk")
    assert server.state.commands_shown("uk") == ["start"]
    assert server.state.commands_shown("ar") == ["menu"]
    assert [one.description for one in await bot.get_my_commands(private, "uk")] == ["Початок"]
    assert await bot.get_my_commands(private, "pl") == ()
    await bot.delete_my_commands(private, "uk")
    assert server.state.commands_shown("uk") == ["menu"]
    with refused(BadRequest, "invalid language code specified"):
        await bot.set_my_commands([BotCommand("menu", "Meni")], language_code="dsb")
    with refused(BadRequest, "bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Menü", "Menü")])
    with refused(BadRequest, "bot_commands_too_much"):
        await bot.set_my_commands([BotCommand(f"c{n}", "x") for n in range(101)])


async def test_descriptions_fall_back_to_the_one_without_language(bot: Bot) -> None:
    await bot.set_my_description("Für alle")
    await bot.set_my_description("Для всіх", "uk")
    await bot.set_my_short_description("Kurz")
    assert (await bot.get_my_description("uk")).description == "Для всіх"
    assert (await bot.get_my_description("pl")).description == "Für alle"
    assert (await bot.get_my_short_description("pl")).short_description == "Kurz"
    with refused(BadRequest, "description is too long"):
        await bot.set_my_description("x" * 513)
