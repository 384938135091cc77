"""One message on every kind of channel."""

import dataclasses

from bot.domain.outgoing import FSI, PDI, Button, Entity, File, Link, Strong
from bot.rendering.parts import parts
from tests.rendering.samples import (
    MATRIX,
    SHORT,
    TELEGRAM,
    TERMINAL,
    TINY,
    WEB,
    WORDS,
    bullets,
    choice,
    direction_of,
    message,
    note,
    paragraph,
)

OFFICE = message(
    paragraph(
        f"Melden Sie sich innerhalb von {FSI}2\u00a0Wochen{PDI} an. 😀 ",
        Strong(text="Das ist Pflicht."),
    ),
    paragraph("Bringen Sie mit:"),
    bullets("Ausweis", "Wohnungsgeberbestätigung"),
    paragraph(
        Link(label="Stadt Guben", url="https://www.guben.de/?a=1&b=2"),
        ", ",
        Link(label="03561 6871-0", url="tel:+49356168710"),
    ),
    note("Im Einzelfall entscheidet die Behörde."),
    choices=(
        choice("Bestätigung fehlt"),
        choice("Mehr dazu"),
        choice("Zurück", nav=True),
        choice("Menü", nav=True),
    ),
)
PLAIN = (
    "Melden Sie sich innerhalb von 2\u00a0Wochen an. 😀 Das ist Pflicht.\n\n"
    "Bringen Sie mit:\n• Ausweis\n• Wohnungsgeberbestätigung\n\n"
)
HINT = "Antworten Sie mit der Zahl oder dem Wort."
NUMBERS = f"\n\n{HINT}\n1 Bestätigung fehlt\n2 Mehr dazu\n3 Zurück\n4 Menü"


def rendered(said, capabilities):
    return parts(said, 17, capabilities, WORDS, direction_of=direction_of)


def only(said, capabilities):
    result = rendered(said, capabilities)
    assert result.dropped == ()
    (piece,) = result.pieces
    return piece


def test_telegram_gets_entities_in_utf16_and_buttons() -> None:
    piece = only(OFFICE, TELEGRAM)
    assert piece.text == (
        f"{PLAIN}Stadt Guben, 03561 6871-0\n\nIm Einzelfall entscheidet die Behörde."
    )
    before_bold = "Melden Sie sich innerhalb von 2\u00a0Wochen an. 😀 "
    assert piece.entities == (
        Entity(kind="bold", offset=len(before_bold) + 1, length=16),  # the face counts two
        Entity(kind="link", offset=len(PLAIN) + 1, length=11, url="https://www.guben.de/?a=1&b=2"),
    )
    assert piece.buttons == (
        (Button(token="17~a:Bestätig", label="Bestätigung fehlt"),),
        (Button(token="17~a:Mehr daz", label="Mehr dazu"),),
        (
            Button(token="17~a:Zurück", label="Zurück"),
            Button(token="17~a:Menü", label="Menü"),
        ),
    )
    assert piece.html == ""
    assert (piece.lang, piece.direction) == ("de", "ltr")


def test_matrix_gets_html_and_numbers() -> None:
    piece = only(OFFICE, MATRIX)
    assert piece.text == (
        f"{PLAIN}Stadt Guben (https://www.guben.de/?a=1&b=2), 03561 6871-0\n\n"
        f"Im Einzelfall entscheidet die Behörde.{NUMBERS}"
    )
    assert piece.html == (
        "<p>Melden Sie sich innerhalb von 2\u00a0Wochen an. 😀 "
        "<strong>Das ist Pflicht.</strong></p>"
        "<p>Bringen Sie mit:</p><ul><li>Ausweis</li><li>Wohnungsgeberbestätigung</li></ul>"
        '<p><a href="https://www.guben.de/?a=1&amp;b=2" rel="noopener noreferrer">Stadt Guben</a>, '
        '<a href="tel:+49356168710" rel="noopener noreferrer">03561 6871-0</a></p>'
        "<p><small>Im Einzelfall entscheidet die Behörde.</small></p>"
        "<p>Antworten Sie mit der Zahl oder dem Wort.</p>"
        "<ol><li>Bestätigung fehlt</li><li>Mehr dazu</li><li>Zurück</li><li>Menü</li></ol>"
    )
    assert piece.buttons == ()
    assert piece.entities == ()


def test_the_page_gets_html_and_makes_its_buttons_itself() -> None:
    piece = only(OFFICE, WEB)
    assert "Antworten Sie" not in piece.text + piece.html
    assert piece.html.endswith("<p><small>Im Einzelfall entscheidet die Behörde.</small></p>")
    assert [button.label for row in piece.buttons for button in row] == [
        "Bestätigung fehlt",
        "Mehr dazu",
        "Zurück",
        "Menü",
    ]


def test_the_terminal_gets_words_and_numbers() -> None:
    piece = only(OFFICE, TERMINAL)
    assert piece.text == only(OFFICE, MATRIX).text
    assert piece.html == ""
    assert piece.entities == piece.buttons == ()


def test_a_short_channel_gets_several_pieces_cut_between_paragraphs() -> None:
    texts = [piece.text for piece in rendered(OFFICE, SHORT).pieces]
    assert texts == [
        PLAIN.strip(),
        "Stadt Guben (https://www.guben.de/?a=1&b=2), 03561 6871-0\n\n"
        "Im Einzelfall entscheidet die Behörde.\n\n"
        "Antworten Sie mit der Zahl oder dem Wort.",
        "1 Bestätigung fehlt\n2 Mehr dazu\n3 Zurück\n4 Menü",
    ]


def test_arabic_keeps_isolates_and_begins_from_the_right() -> None:
    said = message(
        paragraph(f"يجب تسجيل السكن خلال {FSI}2 Wochen{PDI}."),
        paragraph(f"{FSI}Guben{PDI}: المدينة"),
        paragraph("Anmeldung", lang="de"),
        paragraph(Link(label="03561 6871-0", url="tel:+49356168710")),
        lang="ar",
        choices=(choice("القائمة", nav=True), choice("Deutsch", lang="de")),
    )
    on_telegram = only(said, TELEGRAM)
    assert on_telegram.direction == "rtl"
    assert on_telegram.text == (
        f"يجب تسجيل السكن خلال {FSI}2 Wochen{PDI}.\n\n"
        f"\u200f{FSI}Guben{PDI}: المدينة\n\n"
        "Anmeldung\n\n"
        f"\u200f{FSI}03561 6871-0{PDI}"
    )
    on_the_page = only(said, WEB)
    assert on_the_page.html == (
        "<p>يجب تسجيل السكن خلال <bdi>2 Wochen</bdi>.</p>"
        "<p>\u200f<bdi>Guben</bdi>: المدينة</p>"
        '<p lang="de" dir="ltr">Anmeldung</p>'
        '<p>\u200f<a href="tel:+49356168710" rel="noopener noreferrer">'
        "<bdi>03561 6871-0</bdi></a></p>"
    )
    numbered = only(said, MATRIX)
    assert numbered.text.endswith(f"1 القائمة\n\u200f2 {FSI}Deutsch{PDI}")
    assert numbered.html.endswith(
        '<ol><li>القائمة</li><li lang="de" dir="ltr">\u200f<bdi>Deutsch</bdi></li></ol>'
    )


def test_an_arabic_name_among_german_choices_is_isolated() -> None:
    said = message("Welche Sprache?", choices=(choice("العربية", lang="ar"), choice("Deutsch")))
    assert only(said, TERMINAL).text.endswith(f"1 {FSI}العربية{PDI}\n2 Deutsch")
    assert only(said, TELEGRAM).buttons[0][0].label == "العربية"


def test_html_in_a_text_is_only_text() -> None:
    piece = only(message(paragraph('<script>"&', Strong(text="<b>")), "a\nb"), WEB)
    assert piece.html == ("<p>&lt;script&gt;&quot;&amp;<strong>&lt;b&gt;</strong></p><p>a<br>b</p>")


def test_a_link_that_is_no_address_is_only_its_label() -> None:
    said = message(paragraph(Link(label="hier", url="javascript:alert(1)")))
    assert only(said, WEB).html == "<p>hier</p>"
    assert only(said, TELEGRAM).entities == ()


def test_links_are_written_out_once() -> None:
    said = message(
        paragraph(Link(label="www.guben.de", url="https://www.guben.de/")),
        paragraph(Link(label="a@example.org", url="mailto:a@example.org")),
        paragraph(Link(label="Büro 5", url="tel:+49356168710")),
        paragraph(Link(label="Notruf 112", url="tel:112")),
        paragraph(Link(label="", url="tel:110")),
    )
    assert only(said, TERMINAL).text.split("\n\n") == [
        "https://www.guben.de/",
        "a@example.org",
        "Büro 5 (+49356168710)",
        "Notruf 112",
        "110",
    ]
    assert [entity.url for entity in only(said, TELEGRAM).entities] == ["https://www.guben.de/"]


def test_too_many_entities_leave_bold_first_and_are_named() -> None:
    link = Link(label="l", url="https://e.org")
    result = rendered(message(paragraph(Strong(text="a"), " ", link, " ", link, link)), TINY)
    (piece,) = result.pieces
    assert [(entity.kind, entity.offset) for entity in piece.entities] == [("link", 2), ("link", 4)]
    assert result.dropped == ("entity link", "entity bold")


def test_bold_covers_words_and_not_the_space_beside_them() -> None:
    said = message(paragraph("Das ", Strong(text=" ist "), Strong(text=" "), "alles"))
    assert only(said, TELEGRAM).entities == (Entity(kind="bold", offset=5, length=3),)


def test_a_hundred_entities_is_the_most_of_telegram() -> None:
    words = [Strong(text=f"{number} ") for number in range(130)]
    result = rendered(message(paragraph(*words)), TELEGRAM)
    assert len(result.pieces[0].entities) == 100
    assert result.dropped == ("entity bold",) * 30


def test_too_many_choices_keep_the_way_out_and_are_named() -> None:
    said = message(
        "?", choices=(*[choice(f"Nummer {n}") for n in range(4)], choice("Menü", nav=True))
    )
    result = rendered(said, TINY)
    assert [button.label for row in result.pieces[0].buttons for button in row] == [
        "Nummer 0",
        "Nummer 1",
        "Menü",
    ]
    assert result.dropped == ("choice a:Nummer 2", "choice a:Nummer 3")


def test_numbers_stay_those_of_the_message_where_choices_are_left_out() -> None:
    said = message("?", choices=(choice("A"), choice("B"), choice("C", nav=True)))
    few = rendered(said, dataclasses.replace(MATRIX, max_buttons=2))
    assert few.pieces[0].text.endswith("1 A\n3 C")
    assert few.pieces[0].html.endswith('<ol><li>A</li></ol><ol start="3"><li>C</li></ol>')


def test_nothing_said_is_nothing_sent_and_buttons_never_stand_alone() -> None:
    assert rendered(message(), TELEGRAM).pieces == ()
    assert rendered(message("\u200f \x00"), TELEGRAM).pieces == ()
    alone = only(message(choices=(choice("Menü"),)), TELEGRAM)
    assert alone.text == "…"
    assert alone.buttons[0][0].label == "Menü"
    assert only(message(choices=(choice("Menü"),)), WEB).html == "<p>…</p>"


def test_a_label_is_one_line() -> None:
    assert only(message("?", choices=(choice("a\nb"),)), TELEGRAM).buttons[0][0].label == "a b"


def test_rows_hold_two_short_labels_of_one_kind() -> None:
    said = message(
        "?",
        choices=(
            choice("Guben"),
            choice("Spremberg"),
            choice("Forst"),
            choice("Menü", nav=True),
        ),
    )
    assert [[button.label for button in row] for row in only(said, TELEGRAM).buttons] == [
        ["Guben", "Spremberg"],
        ["Forst"],
        ["Menü"],
    ]
    assert all(len(row) == 1 for row in rendered(said, TINY).pieces[0].buttons)


CALENDAR = File(name="K7F3.ics", media_type="text/calendar", text="BEGIN:VCALENDAR\r\n")


def test_a_file_is_a_piece_before_the_words() -> None:
    said = dataclasses.replace(OFFICE, file=CALENDAR)
    able = dataclasses.replace(TELEGRAM, files=True)
    found = parts(said, 7, able, WORDS, direction_of=direction_of)
    without = parts(OFFICE, 7, able, WORDS, direction_of=direction_of)
    file, *rest = found.pieces
    assert (file.file, file.text, file.buttons) == (CALENDAR, "K7F3.ics", ())
    assert tuple(rest) == without.pieces
    assert found.dropped == ()


def test_where_no_file_can_be_shown_the_words_say_so() -> None:
    said = message(paragraph("Hier."), choices=(choice("Menü", nav=True),))
    said = dataclasses.replace(said, file=CALENDAR)
    words = dataclasses.replace(WORDS, no_file="Die Datei kann ich hier nicht zeigen.")
    found = parts(said, 7, TERMINAL, words, direction_of=direction_of)
    (piece,) = found.pieces
    assert piece.file is None
    assert piece.text.startswith("Hier.\n\nDie Datei kann ich hier nicht zeigen.\n\n")
    assert found.dropped == ("file",)


def test_a_human_is_named_where_the_channel_does_not_show_who_speaks() -> None:
    said = dataclasses.replace(message("Guten Tag."), human="Jana")
    piece = only(said, TELEGRAM)
    assert piece.text == "Jana\n\nGuten Tag."
    assert [(entity.kind, entity.offset, entity.length) for entity in piece.entities] == [
        ("bold", 0, 4)
    ]
    assert only(said, MATRIX).html.startswith("<p><strong>")
    page = dataclasses.replace(WEB, names_speaker=True)
    assert only(said, page).text == "Guten Tag."


def test_a_name_cannot_turn_the_words_around() -> None:
    said = dataclasses.replace(message("مرحبا", lang="ar"), human="Jana \u202e<b>")
    piece = only(said, MATRIX)
    assert "\u202e" not in piece.text
    assert "<b>" not in piece.html


def test_the_program_says_that_it_speaks_by_itself() -> None:
    said = dataclasses.replace(message("Jetzt ist niemand im Dienst."), automatic=True)
    words = dataclasses.replace(WORDS, automatic="Automatisch")
    for capabilities in (TELEGRAM, MATRIX, WEB, TERMINAL):
        (piece,) = parts(said, 1, capabilities, words, direction_of=direction_of).pieces
        assert piece.text.startswith("Automatisch\n")
    (piece,) = parts(said, 1, TELEGRAM, WORDS, direction_of=direction_of).pieces
    assert piece.text == "Jetzt ist niemand im Dienst."
