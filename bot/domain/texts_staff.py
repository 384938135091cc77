"""The words of the staff rooms, in German: the card of a case, events, and answers to staff words.

Counsellors read them in a Matrix room or a Telegram group, newcomers never.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.case import Outcome
from bot.domain.texts import Text

CASE = Text("staff.case", "Fall {number}")
URGENT = Text("staff.urgent", "Notfall: bitte am Schreibtisch lesen.")
AT_DESK = Text("staff.at-desk", "Am Schreibtisch öffnen")

WAITING = Text("staff.waiting", "Wartet")
WITH = Text("staff.with", "Bei {name}")
SNOOZED = Text("staff.snoozed", "Zurückgestellt bis {until}")
CLOSED = Text("staff.closed", "Geschlossen")
CLOSED_AS = Text("staff.closed-as", "Geschlossen: {outcome}")
LANGUAGE = Text("staff.language", "Sprache: {language}")
TOPIC = Text("staff.topic", "Thema: {topic}")
CHANNEL = Text("staff.channel", "Schreibt über: {channel}")
CHANNEL_TELEGRAM = Text("staff.channel-telegram", "Telegram")
CHANNEL_MATRIX = Text("staff.channel-matrix", "Matrix")
CHANNEL_WEB = Text("staff.channel-web", "Web")
CHANNELS: Mapping[str, Text] = MappingProxyType(
    {
        "telegram": CHANNEL_TELEGRAM,
        "matrix": CHANNEL_MATRIX,
        "web": CHANNEL_WEB,
    }
)
SINCE = Text("staff.since", "Wartet seit {since}")
UNANSWERED = Text("staff.unanswered", "Antwort fehlt seit {since}")
PROMISED = Text("staff.promised", "Versprochen bis {by}")
FOLLOW_UP = Text("staff.follow-up", "Nachfassen am {day}")
CLOCK = Text("staff.clock", "{day}, {time} Uhr")

OUTCOME_ANSWERED = Text("staff.outcome-answered", "beantwortet")
OUTCOME_APPOINTMENT = Text("staff.outcome-appointment", "Termin")
OUTCOME_REFERRED = Text("staff.outcome-referred", "vermittelt")
OUTCOME_NO_CONTACT = Text("staff.outcome-no-contact", "nicht erreicht")
OUTCOME_LEFT = Text("staff.outcome-left", "wollte nicht warten")
OUTCOME_ENDED = Text("staff.outcome-ended", "selbst beendet")
OUTCOMES: Mapping[Outcome, Text] = MappingProxyType(
    {
        Outcome.ANSWERED: OUTCOME_ANSWERED,
        Outcome.APPOINTMENT: OUTCOME_APPOINTMENT,
        Outcome.REFERRED: OUTCOME_REFERRED,
        Outcome.NO_CONTACT: OUTCOME_NO_CONTACT,
        Outcome.LEFT: OUTCOME_LEFT,
        Outcome.ENDED: OUTCOME_ENDED,
    }
)

WRITES = Text("staff.writes", "Schreibt:")
PRESSED = Text("staff.pressed", "Hat gewählt: {label}")
SENT_SOMETHING = Text("staff.sent-something", "Hat etwas geschickt, das kein Text ist.")
TRANSLATED = Text("staff.translated", "Übersetzung:")
REPLIED = Text("staff.replied", "{name} antwortet:")
CORRECTED = Text("staff.corrected", "{name} berichtigt:")
NOTED = Text("staff.noted", "Notiz von {name}, nur für das Team:")
UNTRANSLATED = Text("staff.untranslated", "Ohne Übersetzung hinausgegangen.")
HIDDEN_WORDS = Text("staff.hidden-words", "Neue Nachricht. Bitte am Schreibtisch lesen.")
HIDDEN_REPLY = Text("staff.hidden-reply", "{name} hat geantwortet.")
HIDDEN_NOTE = Text("staff.hidden-note", "{name} hat etwas notiert.")
SOMEBODY = Text("staff.somebody", "Jemand aus dem Team")
THE_PROGRAM = Text("staff.program", "Lotse")

EVENT_CRISIS = Text("staff.event-crisis", "Jetzt ein Notfall: bitte am Schreibtisch lesen.")
EVENT_CLAIM = Text("staff.event-claim", "{name} hat den Fall genommen.")
EVENT_RELEASE = Text("staff.event-release", "{name} hat den Fall freigegeben. Er wartet wieder.")
EVENT_RETURN = Text("staff.event-return", "Zu lange ohne Antwort: Der Fall wartet wieder für alle.")
EVENT_TRANSFER = Text("staff.event-transfer", "{name} hat den Fall an {to} übergeben.")
EVENT_SNOOZE = Text("staff.event-snooze", "{name} hat den Fall zurückgestellt bis {until}.")
EVENT_WAKE = Text("staff.event-wake", "Der Fall ist nicht mehr zurückgestellt.")
EVENT_LEAVE = Text("staff.event-leave", "Möchte nicht mehr warten. Der Fall ist geschlossen.")
EVENT_END = Text("staff.event-end", "Hat das Gespräch beendet. Der Fall ist geschlossen.")
EVENT_CLOSE = Text("staff.event-close", "{name} hat den Fall geschlossen: {outcome}.")
EVENT_REOPEN = Text("staff.event-reopen", "{name} hat den Fall wieder geöffnet.")
EVENT_RECALL = Text("staff.event-recall", "{name} hat eine Antwort zurückgezogen.")
EVENT_CORRECT = Text("staff.event-correct", "{name} hat eine Antwort berichtigt.")
EVENT_LATE = Text("staff.event-late", "Die versprochene Zeit ist vorbei. Bitte antworten.")
EVENT_FOLLOW_UP = Text("staff.event-follow-up", "{name} will hier nachfassen.")
EVENT_MOVED = Text("staff.event-moved", "Schreibt jetzt auf einem anderen Kanal oder Gerät.")
EVENT_UNDELIVERED = Text(
    "staff.event-undelivered",
    "Eine Antwort kam nicht an. Bitte am Schreibtisch ansehen.",
)
# "open" has none: the card itself says so.
EVENTS: Mapping[str, Text] = MappingProxyType(
    {
        "crisis": EVENT_CRISIS,
        "claim": EVENT_CLAIM,
        "release": EVENT_RELEASE,
        "return": EVENT_RETURN,
        "transfer": EVENT_TRANSFER,
        "snooze": EVENT_SNOOZE,
        "wake": EVENT_WAKE,
        "leave": EVENT_LEAVE,
        "end": EVENT_END,
        "close": EVENT_CLOSE,
        "reopen": EVENT_REOPEN,
        "recall": EVENT_RECALL,
        "correct": EVENT_CORRECT,
        "late": EVENT_LATE,
        "moved": EVENT_MOVED,
        "follow_up": EVENT_FOLLOW_UP,
        "undelivered": EVENT_UNDELIVERED,
    }
)

UNLINKED = Text(
    "staff.unlinked",
    "Ich kenne Sie hier noch nicht. Nichts ist hinausgegangen. Ein Administrator macht mit "
    "„lotse staff link“ einen Code. Schreiben Sie dann: !link CODE",
)
ANONYMOUS = Text(
    "staff.anonymous",
    "Sie schreiben im Namen der Gruppe, so weiß ich nicht, wer Sie sind. Nichts ist "
    "hinausgegangen. Schalten Sie „Anonym bleiben“ aus.",
)
LINKED = Text("staff.linked", "Verbunden: Sie sind hier {name}.")
LINK_UNKNOWN = Text(
    "staff.link-unknown",
    "Dieser Code gilt nicht oder nicht mehr. „lotse staff link“ macht einen neuen.",
)
LINK_SLOWLY = Text("staff.link-slowly", "Zu viele Versuche. Bitte warten Sie eine Viertelstunde.")
UNKNOWN_WORD = Text(
    "staff.unknown-word", "Dieses Wort kenne ich nicht. Nichts ist hinausgegangen. Hilfe: !help"
)
IN_THREAD = Text("staff.in-thread", "Bitte schreiben Sie das in das Thema eines Falls.")
NO_CASE = Text("staff.no-case", "Zu diesem Thema gibt es keinen Fall. Nichts ist hinausgegangen.")
TAKEN = Text("staff.taken", "Diesen Fall hat {name}. Ihre Worte sind nicht hinausgegangen.")
TAKEN_BEFORE = Text("staff.taken-before", "{name} hat diesen Fall vor Ihnen genommen.")
TAKE_FIRST = Text("staff.take-first", "Diesen Fall hat noch niemand. Nehmen Sie ihn zuerst: !claim")
CASE_CLOSED = Text("staff.case-closed", "Dieser Fall ist geschlossen. Nichts ist hinausgegangen.")
NOT_NOW = Text(
    "staff.not-now", "Das geht in diesem Stand des Falls nicht. Nichts hat sich geändert."
)
NOT_ALLOWED = Text("staff.not-allowed", "Ihr Konto darf das nicht. Nichts hat sich geändert.")
NOT_YOURS = Text("staff.not-yours", "Das ist nicht von Ihnen. Nichts hat sich geändert.")
TO_WHOM = Text("staff.to-whom", "An wen? Zum Beispiel: !transfer {name}")
NOBODY = Text("staff.nobody", "Diesen Namen kenne ich nicht. Möglich sind: {names}")
UNTIL_WHEN = Text(
    "staff.until-when", "Bis wann? Zum Beispiel: !snooze 2h, !snooze morgen 9:00, !snooze 24.12."
)
WHAT_NOTE = Text("staff.what-note", "Was soll ich notieren? Zum Beispiel: !note ruft zurück")
WHICH_OUTCOME = Text("staff.which-outcome", "Mit welchem Ergebnis? Zum Beispiel: {words}")
NOTHING_TO_RECALL = Text(
    "staff.nothing-to-recall", "Hier ist keine Antwort von Ihnen, die ich zurückziehen kann."
)
EDIT_UNKNOWN = Text(
    "staff.edit-unknown",
    "Diese Änderung geht nicht hinaus. Schreiben Sie bitte eine neue Nachricht.",
)
ONLY_WORDS = Text(
    "staff.only-words", "Ich kann nur Text weitergeben. Das hier ist nicht hinausgegangen."
)
TOO_LONG = Text("staff.too-long", "Das ist zu lang. Nichts ist hinausgegangen.")
NOTED_DOWN = Text("staff.noted-down", "Notiert, nur für das Team.")
FAILED = Text(
    "staff.failed", "Bei uns ist etwas schiefgegangen. Ob es hinausging, sehen Sie am Schreibtisch."
)
HELP = Text(
    "staff.help",
    "Ihre Antwort im Thema eines Falls geht hinaus. Dazu diese Wörter, mit ! oder / davor:\n\n"
    "- claim (nehmen): den Fall nehmen\n"
    "- release (freigeben): zurück in die Schlange\n"
    "- transfer NAME (übergeben): an eine Kollegin\n"
    "- snooze WANN (zurückstellen): 2h, morgen 9:00, 24.12.\n"
    "- note TEXT (notiz): nur für das Team\n"
    "- close ERGEBNIS (schließen): {words}\n"
    "- recall (zurückziehen): die letzte Antwort\n"
    "- link CODE (verbinden): Ihr Konto mit diesem Raum",
)

COMMAND_CLAIM = Text("staff.command-claim", "Den Fall nehmen")
COMMAND_RELEASE = Text("staff.command-release", "Zurück in die Schlange geben")
COMMAND_TRANSFER = Text("staff.command-transfer", "An eine Kollegin übergeben: Name")
COMMAND_SNOOZE = Text("staff.command-snooze", "Zurückstellen: 2h, morgen 9:00, 24.12.")
COMMAND_NOTE = Text("staff.command-note", "Notiz nur für das Team: Text")
COMMAND_CLOSE = Text("staff.command-close", "Schließen: Ergebnis")
COMMAND_RECALL = Text("staff.command-recall", "Die letzte Antwort zurückziehen")
COMMAND_LINK = Text("staff.command-link", "Ihr Konto mit diesem Raum verbinden: Code")
COMMAND_HELP = Text("staff.command-help", "Was Sie hier schreiben können")
COMMANDS: Mapping[str, Text] = MappingProxyType(
    {
        "claim": COMMAND_CLAIM,
        "release": COMMAND_RELEASE,
        "transfer": COMMAND_TRANSFER,
        "snooze": COMMAND_SNOOZE,
        "note": COMMAND_NOTE,
        "close": COMMAND_CLOSE,
        "recall": COMMAND_RECALL,
        "link": COMMAND_LINK,
        "help": COMMAND_HELP,
    }
)
"""The staff words as a menu, where a platform has one."""

ANSWERS: Mapping[str, Text] = MappingProxyType(
    {
        text.id: text
        for text in (
            UNLINKED,
            ANONYMOUS,
            LINKED,
            LINK_UNKNOWN,
            LINK_SLOWLY,
            UNKNOWN_WORD,
            IN_THREAD,
            NO_CASE,
            TAKEN,
            TAKEN_BEFORE,
            TAKE_FIRST,
            CASE_CLOSED,
            NOT_NOW,
            NOT_ALLOWED,
            NOT_YOURS,
            TO_WHOM,
            NOBODY,
            UNTIL_WHEN,
            WHAT_NOTE,
            WHICH_OUTCOME,
            NOTHING_TO_RECALL,
            EDIT_UNKNOWN,
            ONLY_WORDS,
            TOO_LONG,
            NOTED_DOWN,
            FAILED,
            HELP,
        )
    }
)
"""Every answer to a staff word, by its id."""
