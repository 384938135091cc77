"""The words of the counsellors' pages, in German: queue, case, reply, search, settings of a person.

`WORDS` and `NUMBERS` give each the name by which templates and script know it. Newcomers never read
these. What editors read stands in `domain.texts_desk`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.texts import PluralText, Text

# Frame
CASES = Text("cases.cases", "Fälle")
SEARCH = Text("cases.search", "Suche")
OWN = Text("cases.own", "Mein Tag")
MORE = Text("cases.more", "Mehr")
ADMIN = Text("cases.admin", "Verwaltung")
ACCOUNT = Text("cases.account", "Mein Konto")
AREAS_BELOW = Text("cases.areas-below", "Hauptbereiche unten")
LOG_OUT = Text("cases.log-out", "Abmelden")
ON_DUTY = Text("cases.on-duty", "Da bis {time}")
OFF_DUTY = Text("cases.off-duty", "Nicht im Dienst")
SEARCH_FIELD = Text("cases.search-field", "Fälle suchen")
SEARCH_HINT = Text("cases.search-hint", "Suchen (Taste /)")
SAMPLE = Text(
    "cases.sample", "Die Dienstzeiten sind ein Beispiel. Öffentlich verspricht Lotse keine Uhrzeit."
)
NO_HOURS = Text(
    "cases.no-hours", "Es gibt noch keine Dienstzeiten. Lotse verspricht keine Uhrzeit."
)
OLDEST = Text("cases.oldest", "Am längsten wartet jemand seit {since}.")
OFFLINE = Text("cases.offline", "Keine Verbindung. Neues erscheint, sobald sie wieder da ist.")
NOT_DONE = Text("cases.not-done", "Das hat nicht geklappt. Ihr Text ist noch da.")
NOTIFICATION = Text("cases.notification", "Lotse: neue Nachricht")
CLOSE_NOTICE = Text("cases.close-notice", "Hinweis schließen")

CALL_FOR_YOU = Text("cases.call-for-you", "warten auf Sie")
SIGN_IN = Text("cases.sign-in", "Neu anmelden. Ihr Text bleibt hier.")

# Queue
URGENT_GROUP = Text("cases.group-urgent", "Notfall")
MINE_GROUP = Text("cases.group-mine", "Meine Antwort fehlt")
WAITING_GROUP = Text("cases.group-waiting", "Wartet auf einen Menschen")
FOLLOW_UP_GROUP = Text("cases.group-follow-up", "Nachfassen heute")
SENT_GROUP = Text("cases.group-sent", "Antwort gesendet")
OTHERS_GROUP = Text("cases.group-others", "Bei anderen im Team")
SNOOZED_GROUP = Text("cases.group-snoozed", "Zurückgestellt")
NOBODY = Text("cases.nobody", "Niemand wartet.")
NEW_ABOVE = Text("cases.new-above", "Neues oben zeigen")
IS_URGENT = Text("cases.is-urgent", "Notfall")
IS_MINE = Text("cases.is-mine", "Meine Antwort fehlt")
IS_WAITING = Text("cases.is-waiting", "Wartet")
IS_SENT = Text("cases.is-sent", "Antwort gesendet")
IS_WITH = Text("cases.is-with", "Bei {name}")
IS_SNOOZED = Text("cases.is-snoozed", "Zurückgestellt bis {date}")
IS_CLOSED = Text("cases.is-closed", "Geschlossen")
IS_UNDELIVERED = Text("cases.is-undelivered", "Nicht zugestellt")
SOMEBODY = Text("cases.somebody", "jemand aus dem Team")
CASE = Text("cases.case", "Fall {number}")
WHAT_AND_WHERE = Text("cases.what-and-where", "{language}, {channel}")
NO_TOPIC = Text("cases.no-topic", "Frage ohne Thema")
WAITS_FOR = Text("cases.waits-for", "wartet {time}")
SINCE = Text("cases.since", "seit {time}")
MINUTES = Text("cases.minutes", "{n} Min.")
HOURS = Text("cases.hours", "{n} Std.")
IN_DUTY_HOURS = Text("cases.in-duty-hours", "gerechnet in Dienstzeit")
TODAY = Text("cases.today", "heute")
YESTERDAY = Text("cases.yesterday", "gestern")
PICK = Text("cases.pick", "Wählen Sie links einen Fall.")
WEB = Text("cases.web", "Web")
SEVERAL = Text("cases.several", "Mehrere schließen")

# Case
BACK_TO_CASE = Text("cases.back-to-case", "Zum Gespräch")
TO_LIST = Text("cases.to-list", "Zur Liste")
ACTIONS = Text("cases.actions", "Aktionen")
CLAIM = Text("cases.claim", "Fall nehmen")
RELEASE = Text("cases.release", "Zurückgeben")
TRANSFER = Text("cases.transfer", "Übergeben")
SNOOZE = Text("cases.snooze", "Zurückstellen")
CLOSE = Text("cases.close", "Schließen")
REOPEN = Text("cases.reopen", "Wieder öffnen")
TALK = Text("cases.talk", "Gespräch im Fall {number}")
BEFORE = PluralText(
    "cases.before",
    "Was vorher war: {n} Schritt mit dem Programm",
    "Was vorher war: {n} Schritte mit dem Programm",
)
NEWCOMER = Text("cases.newcomer", "Ratsuchende Person")
PROGRAM = Text("cases.program", "Lotse, Programm")
AUTOMATIC = Text("cases.automatic", "automatisch")
ORIGINAL = Text("cases.original", "Original, {language}")
ARRIVED_AS = Text("cases.arrived-as", "So angekommen, {language}")
UNTRANSLATED = Text("cases.untranslated", "Ohne Übersetzung, {language}")
TRANSLATING = Text("cases.translating", "Wird übersetzt …")
PRESSED = Text("cases.pressed", "Knopf: {label}")
NOTE_MARK = Text("cases.note-mark", "Notiz, nur für das Team")
BEING_SENT = Text("cases.being-sent", "wird gesendet")
WAS_SENT = Text("cases.was-sent", "gesendet")
CORRECTED = Text("cases.corrected", "berichtigt")
RECALLED = Text("cases.recalled", "zurückgenommen")
UNDELIVERED = Text("cases.undelivered", "Nicht zugestellt: {reason}")
BLOCKED = Text("cases.blocked", "{channel} ist blockiert.")
REFUSED_BY = Text("cases.refused-by", "{channel} hat die Nachricht nicht angenommen.")
AGAIN = Text("cases.again", "Noch einmal")
OTHER_WAY = Text("cases.other-way", "Anderer Weg")
OTHER_WAY_NOTE = Text("cases.other-way-note", "Nicht zugestellt ({channel}). Anderer Weg versucht:")
CORRECT = Text("cases.correct", "Berichtigen")
RECALL = Text("cases.recall", "Zurücknehmen")
OTHER_WAY_HOW = Text(
    "cases.other-way-how",
    "Kopieren Sie den Text, oder erreichen Sie die Person anders. Notieren Sie, was Sie versucht "
    "haben.",
)
COPY_WORDS = Text("cases.copy-words", "Der Text, wie er ankommen sollte")
RECALL_ASK = Text(
    "cases.recall-ask", "Die Nachricht verschwindet im Chat. Sie kann schon gelesen sein."
)
SAVE = Text("cases.save", "Speichern")

EVENT_OPENED = Text("cases.event-opened", "Fall eröffnet")
EVENT_CLAIMED = Text("cases.event-claimed", "{name} hat den Fall genommen")
EVENT_RELEASED = Text("cases.event-released", "{name} hat den Fall zurückgegeben")
EVENT_RETURNED = Text("cases.event-returned", "Zurück in der Liste: keine Antwort in der Frist")
EVENT_TRANSFERRED = Text("cases.event-transferred", "{name} hat den Fall an {to} übergeben")
EVENT_SNOOZED = Text("cases.event-snoozed", "{name} hat den Fall zurückgestellt")
EVENT_WOKE = Text("cases.event-woke", "Der Fall ist wieder in der Liste")
EVENT_LEFT = Text("cases.event-left", "Die Person wartet nicht mehr")
EVENT_ENDED = Text("cases.event-ended", "Die Person hat das Gespräch beendet")
EVENT_CLOSED = Text("cases.event-closed", "{name} hat den Fall geschlossen")
EVENT_REOPENED = Text("cases.event-reopened", "{name} hat den Fall wieder geöffnet")
EVENT_LATE = Text("cases.event-late", "Die Person hat eine neue Zeit bekommen")
EVENT_CRISIS = Text("cases.event-crisis", "Die Person hat „Dringend“ gedrückt")
EVENT_OTHER = Text("cases.event-other", "{name}: {event}")

# Person
PERSON = Text("cases.person", "Zur Person")
LANGUAGE = Text("cases.language", "Sprache")
CHANNEL = Text("cases.channel", "Kanal")
ENCRYPTED = Text("cases.encrypted", "{channel}, verschlüsselt")
DELETION = Text("cases.deletion", "Löschung")
DELETION_ON = Text("cases.deletion-on", "am {date}")
OPENED_AT = Text("cases.opened-at", "Eröffnet")
PROMISED = Text("cases.promised", "Versprochen")
PROMISED_BY = Text("cases.promised-by", "Antwort bis {time}")
PROMISED_NOTE = Text("cases.promised-note", "Das steht im Chat.")
PROMISED_OVER = Text("cases.promised-over", "Diese Zeit ist vorbei.")
PROMISED_NONE = Text("cases.promised-none", "Es ist keine Uhrzeit versprochen.")
FOLLOW_UP = Text("cases.follow-up", "Nachfassen")
FOLLOW_UP_ON = Text("cases.follow-up-on", "Nachfassen am {date}")
FOLLOW_UP_NONE = Text("cases.follow-up-none", "Kein Tag zum Nachfassen.")
EARLIER = Text("cases.earlier", "Frühere Fälle")
EARLIER_NONE = Text("cases.earlier-none", "Das ist der erste Fall.")
ALSO_HERE = Text("cases.also-here", "Auch hier")
READS_ALONG = Text("cases.reads-along", "{name} liest gerade mit")
SPEAKERS = Text("cases.speakers", "Wer spricht die Sprache")
SPEAKERS_NONE = Text("cases.speakers-none", "Niemand im Team hat diese Sprache angegeben.")
WHOLE_TALK = Text("cases.whole-talk", "Wer den Fall liest, steht im Protokoll.")

# Reply
REPLY_FORM = Text("cases.reply-form", "Antwort schreiben")
REPLY = Text("cases.reply", "Ihre Antwort auf Deutsch")
REPLY_PLAIN = Text("cases.reply-plain", "Ihre Antwort")
SEND = Text("cases.send", "Senden")
SEND_KEY = Text("cases.send-key", "(Strg + Enter)")
CLAIM_AND_SEND = Text("cases.claim-and-send", "Nehmen und senden")
ARRIVES_AS = Text("cases.arrives-as", "So kommt es an ({language})")
BACK_TRANSLATED = Text("cases.back-translated", "Zurückübersetzt zur Kontrolle")
CHECK_WAIT = Text("cases.check-wait", "Die Übersetzung folgt, wenn Sie kurz nicht tippen.")
READY_TRANSLATION = Text("cases.ready-translation", "Fertige Antwort, übersetzt im Team")
NO_TRANSLATION = Text(
    "cases.no-translation", "Keine Übersetzung möglich. Ihr Text geht auf Deutsch hinaus."
)
SAME_LANGUAGE = Text("cases.same-language", "Die Person liest Deutsch. Ihr Text geht so hinaus.")
READY = Text("cases.ready", "Fertige Antwort")
READY_FIND = Text("cases.ready-find", "Fertige Antwort suchen")
READY_NONE = Text("cases.ready-none", "Es gibt noch keine fertigen Antworten.")
READY_TAKE = Text("cases.ready-take", "Einsetzen")
READY_GERMAN = Text("cases.ready-german", "nur auf Deutsch")
NOTE = Text("cases.note", "Notiz")
NOTE_FIELD = Text("cases.note-field", "Notiz, nur für das Team")
NOTE_SAVE = Text("cases.note-save", "Notiz speichern")
DRAFT_SAVED = Text("cases.draft-saved", "Entwurf gespeichert {time}")
DRAFT_LOCAL = Text("cases.draft-local", "Nur auf diesem Gerät gespeichert")
DRAFT_OTHERS = Text("cases.draft-others", "Entwurf von {name}")
WITH_OTHER = Text(
    "cases.with-other", "{name} hat diesen Fall. Zum Antworten nehmen Sie ihn bitte zuerst."
)
TAKEN_BEFORE = Text(
    "cases.taken-before", "{name} hat diesen Fall vor Ihnen genommen. Ihr Entwurf bleibt hier."
)
DRAFT_TO = Text("cases.draft-to", "Entwurf an {name}")
DONE_GIVEN = Text("cases.done-given", "Ihr Entwurf steht jetzt als Notiz im Fall.")
CLOSED_CASE = Text("cases.closed-case", "Der Fall ist geschlossen. Der Chat gehört dem Programm.")
TOO_LONG = Text("cases.too-long", "Das ist zu lang. Bitte höchstens {most} Zeichen.")
EMPTY = Text("cases.empty", "Bitte schreiben Sie zuerst etwas.")

OWN_LANGUAGE = Text("cases.own-language", "Ich schreibe selbst auf {language}")
AS_WRITTEN = Text("cases.as-written", "Ihr Text geht so hinaus, wie er hier steht.")
TAKE_OVER = Text("cases.take-over", "Übernehmen")
DONE_TAKEN_OVER = Text("cases.done-taken-over", "Das ist jetzt Ihr Fall.")
DONE_CORRECTED = Text("cases.done-corrected", "Die Antwort ist berichtigt.")
DONE_RECALLED = Text("cases.done-recalled", "Die Antwort ist zurückgenommen.")
DONE_AGAIN = Text("cases.done-again", "Die Antwort geht noch einmal hinaus.")
DONE_FOLLOW_UP = Text("cases.done-follow-up", "Der Tag zum Nachfassen ist gespeichert.")
MEDIA_PHOTO = Text("cases.media-photo", "Ein Foto (nicht gespeichert)")
MEDIA_VOICE = Text("cases.media-voice", "Eine Sprachnachricht (nicht gespeichert)")
MEDIA_OTHER = Text("cases.media-other", "Eine Datei (nicht gespeichert)")

# Acting
TO_WHOM = Text("cases.to-whom", "An wen?")
GIVE = Text("cases.give", "Fall übergeben")
IS_AWAY = Text("cases.is-away", "nicht im Dienst")
UNTIL_WHEN = Text("cases.until-when", "Bis wann?")
AT_DAY = Text("cases.at-day", "Am")
AT_TIME = Text("cases.at-time", "um")
PUT_ASIDE = Text("cases.put-aside", "Zurückstellen bis dahin")
WAKES = Text("cases.wakes", "Schreibt die Person, kommt der Fall sofort zurück.")
HOW_ENDED = Text("cases.how-ended", "Wie ist es ausgegangen?")
OUTCOME_ANSWERED = Text("cases.outcome-answered", "Beantwortet")
OUTCOME_APPOINTMENT = Text("cases.outcome-appointment", "Termin vereinbart")
OUTCOME_REFERRED = Text("cases.outcome-referred", "An eine andere Stelle verwiesen")
OUTCOME_NO_CONTACT = Text("cases.outcome-no-contact", "Kein Kontakt mehr")
OUTCOME_LEFT = Text("cases.outcome-left", "Nicht mehr gewartet")
OUTCOME_ENDED = Text("cases.outcome-ended", "Von der Person beendet")
LAST_WORDS = Text("cases.last-words", "Letzte Worte an die Person (freiwillig)")
LAST_WORDS_SEVERAL = Text("cases.last-words-several", "Letzte Worte an alle (freiwillig)")
CLOSE_CASE = Text("cases.close-case", "Fall schließen")
CLOSE_CHOSEN = Text("cases.close-chosen", "Gewählte Fälle schließen")
CLOSED_SEVERAL = PluralText(
    "cases.closed-several", "{n} Fall ist geschlossen.", "{n} Fälle sind geschlossen."
)
CHOOSE_CASES = Text("cases.choose-cases", "Welche Fälle?")
CHOOSE_NONE = Text("cases.choose-none", "Sie haben gerade keine offenen Fälle.")
CHOOSE_FIRST = Text("cases.choose-first", "Bitte wählen Sie mindestens einen Fall.")
DONE_CLAIMED = Text("cases.done-claimed", "Das ist jetzt Ihr Fall.")
DONE_RELEASED = Text("cases.done-released", "Der Fall ist zurück in der Liste.")
DONE_TRANSFERRED = Text("cases.done-transferred", "Der Fall ist übergeben.")
DONE_SNOOZED = Text("cases.done-snoozed", "Der Fall ist zurückgestellt.")
DONE_CLOSED = Text("cases.done-closed", "Der Fall ist geschlossen.")
DONE_REOPENED = Text("cases.done-reopened", "Der Fall ist wieder offen.")
DONE_SENT = Text("cases.done-sent", "Ihre Antwort ist unterwegs.")
DONE_NOTED = Text("cases.done-noted", "Die Notiz ist gespeichert.")
DONE_SAVED = Text("cases.done-saved", "Gespeichert.")

# What did not work
GONE = Text("cases.gone", "Diesen Fall gibt es nicht (mehr).")
NOT_ALLOWED = Text("cases.not-allowed", "Dafür fehlt Ihnen die Rolle.")
NOT_YOURS = Text("cases.not-yours", "Das geht nur bei einem eigenen Fall. Nehmen Sie ihn zuerst.")
NOT_NOW = Text("cases.not-now", "Das geht im jetzigen Stand nicht.")
IN_PAST = Text("cases.in-past", "Diese Zeit ist schon vorbei.")

NO_STAFF = Text("cases.no-staff", "Diese Person kann den Fall nicht nehmen.")
GONE_ENTRY = Text("cases.gone-entry", "Diese Nachricht gibt es nicht mehr.")
NO_BACK_TRANSLATION = Text("cases.no-back-translation", "Keine Rückübersetzung möglich.")

# Search
SEARCH_WORDS = Text("cases.search-words", "Wörter, Name oder Fallnummer")
SEARCH_STATUS = Text("cases.search-status", "Stand")
SEARCH_TOPIC = Text("cases.search-topic", "Thema")
SEARCH_LANGUAGE = Text("cases.search-language", "Sprache")
SEARCH_FROM = Text("cases.search-from", "Eröffnet ab")
SEARCH_TO = Text("cases.search-to", "Eröffnet bis")
SEARCH_WHOSE = Text("cases.search-whose", "Bei wem")
SEARCH_ANY = Text("cases.search-any", "alle")
SEARCH_MINE = Text("cases.search-mine", "bei mir")
SEARCH_GO = Text("cases.search-go", "Suchen")
SEARCH_RUNNING = Text("cases.search-running", "Gelesen: {n} von {total} Fällen.")
SEARCH_FURTHER = Text("cases.search-further", "Weiter suchen")
SEARCH_DONE = PluralText("cases.search-done", "{n} Fall gefunden.", "{n} Fälle gefunden.")
SEARCH_NONE = Text("cases.search-none", "Kein Fall passt.")
SEARCH_BOUND = Text(
    "cases.search-bound",
    "In Texten sucht Lotse nur in offenen Fällen und in Fällen der letzten {days} Tage.",
)
SEARCH_MOST = Text("cases.search-most", "Es gibt mehr. Bitte suchen Sie genauer.")
STATUS_WAITING = Text("cases.status-waiting", "wartet")
STATUS_WITH = Text("cases.status-with", "mit Beratung")
STATUS_SNOOZED = Text("cases.status-snoozed", "zurückgestellt")
STATUS_CLOSED = Text("cases.status-closed", "geschlossen")

# The day of one person
HAND_OVER = Text("cases.hand-over", "Meinen Tag übergeben")
HAND_OVER_NOTE = PluralText(
    "cases.hand-over-note",
    "{n} Fall geht an die Person, die Sie wählen. Der Mensch im Chat erfährt es.",
    "{n} Fälle gehen an die Person, die Sie wählen. Die Menschen im Chat erfahren es.",
)
HAND_OVER_NONE = Text("cases.hand-over-none", "Sie haben keine offenen Fälle.")
HAND_OVER_GO = Text("cases.hand-over-go", "Alle übergeben")
HANDED_OVER = PluralText(
    "cases.handed-over", "{n} Fall ist übergeben.", "{n} Fälle sind übergeben."
)
ABSENCE = Text("cases.absence", "Abwesenheit")
ABSENCE_FROM = Text("cases.absence-from", "Von")
ABSENCE_TO = Text("cases.absence-to", "Bis")
ABSENCE_WHO = Text("cases.absence-who", "Wer übernimmt?")
ABSENCE_NOBODY = Text("cases.absence-nobody", "niemand: zurück in die Liste")
ABSENCE_CHECK = Text("cases.absence-check", "Prüfen")
ABSENCE_SHOWN = PluralText(
    "cases.absence-shown",
    "{n} Fall, so wird der Mensch informiert:",
    "{n} Fälle, so werden die Menschen informiert:",
)
ABSENCE_SHOWN_NONE = Text("cases.absence-shown-none", "Kein offener Fall ist betroffen.")
ABSENCE_SAVE = Text("cases.absence-save", "Abwesenheit speichern")
ABSENCE_SAVED = PluralText(
    "cases.absence-saved",
    "Gespeichert. {n} Fall ist übergeben.",
    "Gespeichert. {n} Fälle sind übergeben.",
)
ABSENCE_ORDER = Text("cases.absence-order", "Das Ende liegt vor dem Anfang.")
ABSENCE_END = Text("cases.absence-end", "Löschen")
ABSENCES = Text("cases.absences", "Eingetragene Abwesenheiten")
ABSENCE_SPAN = Text("cases.absence-span", "{start} bis {end}")

# Settings of one person
SETTINGS = Text("cases.settings", "Meine Einstellungen")
ACCOUNT_MORE = Text("cases.account-more", "Name, Sprachen und Anmeldung: mein Konto")
NOTIFY = Text("cases.notify", "Hinweise im Browser")
NOTIFY_NOTE = Text(
    "cases.notify-note", "Nur in Ihren Dienstzeiten. Der Hinweis nennt weder Thema noch Namen."
)
NOTIFY_OFF_HOURS = Text("cases.notify-off-hours", "Auch außerhalb meiner Dienstzeiten")
NOTIFY_SOUND = Text("cases.notify-sound", "Ton bei einem Notfall")
NOTIFY_DENIED = Text("cases.notify-denied", "Der Browser erlaubt keine Hinweise von dieser Seite.")
KEYS_ON = Text("cases.keys-on", "Tasten benutzen (J, K, N, A und andere)")

# Ratings
RATINGS = Text(
    "cases.ratings", "So bewerten Menschen die Gespräche (letzte 90 Tage, alle zusammen)"
)
RATING_GOOD = Text("cases.rating-good", "Gut")
RATING_FAIR = Text("cases.rating-fair", "Mittel")
RATING_BAD = Text("cases.rating-bad", "Schlecht")
RATINGS_FEW = Text("cases.ratings-few", "Noch zu wenige Bewertungen.")

# Keys
KEYS = Text("cases.keys", "Tasten")
KEYS_OFF_TYPING = Text("cases.keys-off-typing", "Beim Schreiben sind die Tasten aus.")
KEY_NEXT = Text("cases.key-next", "nächster, voriger Fall")
KEY_OPEN = Text("cases.key-open", "öffnen")
KEY_TAKE = Text("cases.key-take", "nehmen")
KEY_ANSWER = Text("cases.key-answer", "antworten")
KEY_NOTE = Text("cases.key-note", "Notiz")
KEY_READY = Text("cases.key-ready", "fertige Antwort")
KEY_TRANSFER = Text("cases.key-transfer", "übergeben")
KEY_SNOOZE = Text("cases.key-snooze", "zurückstellen")
KEY_SEND = Text("cases.key-send", "senden")
KEY_SEARCH = Text("cases.key-search", "suchen")
KEY_HELP = Text("cases.key-help", "diese Hilfe")
KEY_BACK = Text("cases.key-back", "zur Liste")
KEY_CTRL = Text("cases.key-ctrl", "Strg + Enter")

WORDS: Mapping[str, Text] = MappingProxyType(
    {name.lower(): value for name, value in list(globals().items()) if isinstance(value, Text)}
)
"""The words by the names that templates use."""

NUMBERS: Mapping[str, PluralText] = MappingProxyType(
    {
        name.lower(): value
        for name, value in list(globals().items())
        if isinstance(value, PluralText)
    }
)
"""The words that depend on a number."""
