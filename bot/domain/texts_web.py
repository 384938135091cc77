"""The words of the web page's frame, in German: everything around the conversation that no turn
says.

`PAGE` gives each word the name by which templates and the page's script know it. Words that the
chat says too are taken from `domain.texts`, so that translators meet them once.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain import texts, texts_return
from bot.domain.texts import Text

TITLE = Text("web.title", "Chat")
SKIP = Text("web.skip", "Zum Gespräch")
HEADING = Text("web.heading", "Lotse: Fragen und Antworten")
LOG = Text("web.log", "Gespräch")
LANGUAGE = Text("web.language", "Sprache:")
LEAVE = Text("web.leave", "Schnell weg")
LEAVE_HINT = Text(
    "web.leave-hint",
    "„Schnell weg“ oder zweimal Esc zeigt sofort eine andere Seite. "
    "Der Verlauf des Browsers bleibt.",
)
SHARED = Text("web.shared", "Andere benutzen dieses Gerät auch: Gespräch beim Schließen beenden.")
NO_SCRIPT = Text(
    "web.no-script",
    "Dieser Chat braucht JavaScript. Bitte schalten Sie es im Browser ein "
    "und laden Sie die Seite neu. Im Notfall rufen Sie 112 an.",
)

YOU = Text("web.you", "Sie")
SPEAKER_PROGRAM = Text("web.speaker-program", "Lotse · Programm")
SPEAKER_HUMAN = Text("web.speaker-human", "Beratung · Mensch")
ALOUD = Text("web.aloud", "Vorlesen")
ALOUD_STOP = Text("web.aloud-stop", "Nicht mehr vorlesen")
PRINT = Text("web.print", "Karte drucken")
FRESH = Text("web.fresh", "Neue Nachricht")
ALWAYS = Text("web.always", "Immer erreichbar")
HUMAN = Text("web.human", "Mensch")
APPOINTMENT = Text("web.appointment", "Termin")
QUESTION = Text("web.question", "Ihre Frage")
PLACEHOLDER = Text("web.placeholder", "Frage schreiben")
SEND = Text("web.send", "Senden")
LEGAL = Text("web.legal", "Rechtliches")
FEEDBACK = Text("web.feedback", "Feedback")
BACK_TO_CHAT = Text("web.back", "Zum Chat")

OFFLINE = Text(
    "web.offline",
    "Keine Verbindung. Ihre Nachricht ist auf diesem Gerät gespeichert und geht von selbst hinaus.",
)
CONNECTING = Text("web.connecting", "Keine Verbindung. Ich versuche es von selbst weiter.")
KEPT = Text("web.kept", "Noch nicht gesendet")
NOT_SENT = Text("web.not-sent", "Nicht gesendet")
TOO_LONG = Text(
    "web.too-long", "Das ist zu lang. Bitte kürzen Sie den Text auf höchstens {most} Zeichen."
)
TOO_FAST = Text(
    "web.too-fast",
    "Das waren viele Nachrichten. Ihre Nachricht ist gespeichert "
    "und geht in {seconds} Sekunden von selbst hinaus.",
)
REFUSED = Text(
    "web.refused", "Diese Nachricht ist nicht angekommen. Bitte schreiben Sie sie noch einmal."
)
ENDED = Text("web.ended", "Dieses Gespräch ist beendet.")
RESTART = Text("web.restart", "Neues Gespräch")

NOT_FOUND = Text("web.not-found", "Diese Seite gibt es nicht.")
NOT_FOUND_NEXT = Text("web.not-found-next", "Im Chat finden Sie alle Themen.")
FAILED = Text("web.failed", "Bei uns ist etwas schiefgegangen.")
UNAVAILABLE = Text("web.unavailable", "Der Chat ist gerade nicht erreichbar.")
FAILED_NEXT = Text(
    "web.failed-next", "Bitte laden Sie die Seite in einer Minute neu. Im Notfall rufen Sie 112 an."
)
REFUSED_PAGE = Text("web.refused-page", "Diese Anfrage können wir nicht annehmen.")

FEEDBACK_ASK = Text(
    "web.feedback-ask", "Was fehlt, was stimmt nicht, was war gut? Schreiben Sie uns:"
)
FEEDBACK_PRIVATE = Text(
    "web.feedback-private",
    "Bitte schreiben Sie dort keine Ausweisnummern und nichts über Krankheiten.",
)

PAGE: Mapping[str, Text] = MappingProxyType(
    {
        "title": TITLE,
        "skip": SKIP,
        "heading": HEADING,
        "log": LOG,
        "language": LANGUAGE,
        "leave": LEAVE,
        "leave_hint": LEAVE_HINT,
        "shared": SHARED,
        "no_script": NO_SCRIPT,
        "you": YOU,
        "speaker_program": SPEAKER_PROGRAM,
        "speaker_human": SPEAKER_HUMAN,
        "aloud": ALOUD,
        "aloud_stop": ALOUD_STOP,
        "print": PRINT,
        "fresh": FRESH,
        "always": ALWAYS,
        "menu": texts.MENU,
        "appointment": APPOINTMENT,
        "human": HUMAN,
        "emergency": texts.EMERGENCY,
        "question": QUESTION,
        "placeholder": PLACEHOLDER,
        "send": SEND,
        "legal": LEGAL,
        "imprint": texts.ABOUT_IMPRINT,
        "privacy": texts.ABOUT_PRIVACY,
        "accessibility": texts.ABOUT_ACCESSIBILITY,
        "feedback": FEEDBACK,
        "back": BACK_TO_CHAT,
        "offline": OFFLINE,
        "connecting": CONNECTING,
        "kept": KEPT,
        "not_sent": NOT_SENT,
        "too_long": TOO_LONG,
        "too_fast": TOO_FAST,
        "refused": REFUSED,
        "ended": ENDED,
        "restart": RESTART,
        "continue_code": texts_return.CONTINUE,
        "code_picture": texts_return.CODE_PICTURE,
        "mail_ask": texts_return.MAIL_ASK,
    }
)
"""The page's words by the names that templates and script use."""
