"""Every interface text of the chat, in German, with the id that translators see (msgctxt in
`messages.po`).

The German words are the source; `content.interface` finds the translation. `{name}` is a value that
is filled in and isolated. Texts of the web page's frame stand in `domain.texts_web`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One interface text: `id` for translators, `german` the source (msgid)."""

    id: str
    german: str


@dataclass(frozen=True, slots=True)
class PluralText:
    """An interface text that depends on the number `{n}`: msgid and msgid_plural."""

    id: str
    one: str
    many: str


FIRST_HELLO = Text(
    "first.hello",
    "Guten Tag. Ich bin Lotse, ein Programm des Welcome Centers Spree-Neiße. Ich beantworte "
    "Fragen und buche Termine.",
)
FIRST_TELEGRAM = Text(
    "first.telegram",
    "Telegram ist nicht Ende-zu-Ende verschlüsselt. Schreiben Sie hier keine Ausweisnummern "
    "und nichts über Krankheiten.",
)
FIRST_MORE = Text("first.more", "Mehr: /about")
LANGUAGE_ASK = Text("language.ask", "In welcher Sprache möchten Sie lesen?")
LANGUAGE_DRAFT = Text(
    "language.draft",
    "Diese Texte hat ein Programm übersetzt. Noch kein Mensch hat sie geprüft.",
)
LANGUAGE_INTERFACE_ONLY = Text(
    "language.interface-only",
    "Die Antworten gibt es in dieser Sprache noch nicht. Ich zeige sie auf {fallback}.",
)
LANGUAGE_MISSING = Text(
    "lang.missing", "Diesen Text gibt es noch nicht auf {language}. Hier ist er auf {fallback}."
)
LANGUAGE_STALE = Text("lang.stale", "Der deutsche Text ist neuer.")
SHOW_GERMAN = Text("lang.show-german", "Deutschen Text zeigen")

MENU_TITLE = Text(
    "menu.title", "Womit können wir helfen? Wählen Sie oder schreiben Sie Ihre Frage."
)
MENU = Text("nav.menu", "Menü")
BACK = Text("nav.back", "Zurück")
MORE = Text("answer.more", "Mehr dazu")
MORE_CHOICES = Text("nav.more", "Mehr")
HUMAN = Text("nav.human", "Mit einem Menschen sprechen")
EMERGENCY = Text("nav.emergency", "Notfall")
CHOSEN = Text("nav.chosen", "Gewählt: {choice}")
NUMBER_OR_WORD = Text("nav.number", "Antworten Sie mit der Zahl oder dem Wort.")
TOPIC_TITLE = Text("topic.title", "{topic}: Was möchten Sie wissen?")

YES = Text("answer.yes", "Ja")
NO = Text("answer.no", "Nein")
ASK_AGAIN = Text("ask.again", "Das passt nicht zu meiner Frage. Bitte wählen Sie eine Antwort.")
ASK_NUMBER = Text("ask.number", "Bitte schreiben Sie eine Zahl von {least} bis {most}.")
ASK_NUMBER_FROM = Text("ask.number-from", "Bitte schreiben Sie eine Zahl ab {least}.")
ASK_NUMBER_ANY = Text("ask.number-any", "Bitte schreiben Sie eine Zahl.")
ASK_DATE = Text("ask.date", "Bitte schreiben Sie ein Datum, zum Beispiel {example}.")
ASK_DATE_RANGE = Text("ask.date-range", "Das Datum muss zwischen {least} und {most} liegen.")
ASK_TEXT_LONG = Text(
    "ask.text-long", "Das ist zu lang. Bitte schreiben Sie höchstens {most} Zeichen."
)

NONE = Text("none", "Darauf habe ich noch keine Antwort. Ein Mensch kann helfen.")
LATE = Text(
    "text.late", "Ihre Nachricht kam, bevor Sie meine Frage sehen konnten. Das ist der Stand jetzt:"
)
BUTTON_OLD = Text("button.old", "Dieser Knopf ist nicht mehr aktuell. Das ist der Stand jetzt:")
RESUME = Text("resume", "Willkommen zurück. Möchten Sie bei „{title}“ weitermachen?")
RESUME_YES = Text("resume.yes", "Weitermachen")
RESUME_NO = Text("resume.no", "Neu anfangen")
CHANGED = Text(
    "content.changed",
    "Der Text hat sich geändert. Ihre Antworten sind noch da. Bitte antworten Sie noch einmal.",
)
GONE = Text(
    "content.gone", "Diese Seite gibt es nicht mehr. Im Menü finden Sie, was es jetzt gibt."
)
LOOP = Text(
    "content.loop",
    "Bei diesem Text stimmt etwas nicht. Wir haben es notiert. Ein Mensch kann helfen.",
)
NO_FILE = Text("file.none", "Die Datei kann ich hier nicht zeigen.")
MEDIA = Text(
    "media.unread",
    "Ich kann nur Text lesen. Was Sie geschickt haben, speichere ich nicht. Bitte schreiben "
    "Sie es mit Worten.",
)
MEDIA_VOICE = Text(
    "media.voice",
    "Ich kann keine Sprachnachrichten hören und speichere sie nicht. Bitte schreiben Sie es "
    "mit Worten.",
)
TOO_LONG = Text(
    "text.long", "Ihre Nachricht ist sehr lang. Ich habe die ersten {most} Zeichen gelesen."
)

OFFICE_ASK = Text("office.ask", "Hier erreichen Sie einen Menschen: {office} in {towns}.")
OFFICE_UNCONFIRMED = Text(
    "office.unconfirmed",
    "Adresse, Telefon und Zeiten sind noch nicht bestätigt. Darum nenne ich sie nicht.",
)
FACT_ASK_OFFICE = Text("fact.ask-office", "(bitte fragen Sie das Amt)")
BRING = Text("document.bring", "Bringen Sie mit:")
WHERE_TO_GET = Text("document.where", "Wo: {where}")
PHONE = Text("contact.phone", "Telefon: {phone}")
MAIL = Text("contact.mail", "E-Mail: {mail}")

PARTNER_LANGUAGES = Text("partners.languages", "Sprachen: {languages}")
RESPONSIBLE = Text("answer.responsible", "Zuständig: {office}")
REVIEWED = Text("answer.reviewed", "Von einem Menschen geprüft am {date}")
NOT_REVIEWED = Text("answer.not-reviewed", "Noch von keinem Menschen geprüft")
GENERAL = Text(
    "answer.general",
    "Das ist allgemeine Information. Im Einzelfall entscheidet die Behörde.",
)
MAP = Text("place.map", "Karte (openstreetmap.org)")
LISTEN = Text("answer.listen", "Anhören")
CARD = Text("answer.card", "Karte fürs Amt")
CARD_TITLE = Text("card.title", "Karte fürs Amt: {title}")
CARD_INTRO = Text("card.intro", "Guten Tag. Ich spreche {language}. Es geht um: {title}.")
CARD_SHOW = Text("card.show", "Zeigen Sie diesen deutschen Text im Amt.")

ERROR_SORRY = Text(
    "error.sorry", "Bei uns ist etwas schiefgegangen. Ihre Nachricht ist gespeichert."
)
DATA_NOT_YET = Text(
    "data.not-yet",
    "Ihre Daten kann ich hier noch nicht selbst zeigen oder löschen. "
    "Bitte fragen Sie das Welcome Center direkt.",
)
STOPPED = Text(
    "stop.done", "Ich schicke Ihnen nichts mehr von selbst. Fragen können Sie weiter stellen."
)
HELP = Text(
    "help",
    "Sie können auf einen Knopf drücken oder schreiben. Diese Wörter verstehe ich immer:",
)
HELP_MENU = Text("help.menu", "/menu: alle Themen")
HELP_LANGUAGE = Text("help.language", "/language: andere Sprache")
HELP_HUMAN = Text("help.human", "/human: ein Mensch")
HELP_APPOINTMENT = Text("help.appointment", "/appointment: Termin buchen oder ändern")
HELP_EMERGENCY = Text("help.emergency", "/emergency: Notfall")
HELP_PRIVACY = Text("help.privacy", "/privacy: Datenschutz")
HELP_ABOUT = Text("help.about", "/about: wer wir sind")
HELP_STOP = Text("help.stop", "/stop: nichts mehr von selbst schicken")
ABOUT_IMPRINT = Text("about.imprint", "Impressum")
ABOUT_PRIVACY = Text("about.privacy", "Datenschutz")
ABOUT_ACCESSIBILITY = Text("about.accessibility", "Barrierefreiheit")
ABOUT_FEEDBACK = Text("about.feedback", "Rückmeldung: {feedback}")
ABOUT_FUNDING = Text("about.funding", "Förderung")
ABOUT_NOT_CONFIRMED = Text("about.missing", "Diese Angabe fehlt noch.")

GROUP = Text("group.private", "Ich antworte nur unter vier Augen. Bitte schreiben Sie mir direkt.")
UNREADABLE_ROOM = Text(
    "matrix.undecryptable",
    "Ich kann Ihre letzte Nachricht nicht entschlüsseln. Bitte schicken Sie sie noch einmal.",
)
BOT_DESCRIPTION = Text(
    "bot.description",
    "Ich bin Lotse, ein Programm des Welcome Centers Spree-Neiße. Ich beantworte Fragen zum "
    "Ankommen, zu Arbeit, Wohnen und Ämtern in Ihrer Sprache. Telegram ist nicht Ende-zu-Ende "
    "verschlüsselt.",
)
BOT_SHORT = Text("bot.short", "Fragen und Antworten für Menschen, die neu in Spree-Neiße sind.")
COMMAND_START = Text("command.start", "Neu anfangen")
COMMAND_MENU = Text("command.menu", "Alle Themen")
COMMAND_LANGUAGE = Text("command.language", "Andere Sprache")
COMMAND_HELP = Text("command.help", "Was ich verstehe")
COMMAND_HUMAN = Text("command.human", "Mit einem Menschen sprechen")
COMMAND_EMERGENCY = Text("command.emergency", "Notfall")
COMMAND_PRIVACY = Text("command.privacy", "Datenschutz")
COMMAND_STOP = Text("command.stop", "Nichts mehr von selbst schicken")
COMMAND_ABOUT = Text("command.about", "Wer wir sind")
