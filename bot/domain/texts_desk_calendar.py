"""The words of the counsellors' calendar, in German: week, day and list, booking for somebody,
blocked times, free capacity, the list as a file, feeds. Newcomers never read these.

`WORDS` and `NUMBERS` give each the name by which templates and script know it, with `cal_` before
it: other pages of the desk have words of the same names.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.texts import PluralText, Text

# Frame
CALENDAR = Text("calendar.calendar", "Kalender")
WEEK = Text("calendar.week", "Woche")
DAY = Text("calendar.day", "Tag")
LIST = Text("calendar.list", "Liste")
VIEWS = Text("calendar.views", "Ansicht")
BACK_WEEK = Text("calendar.back-week", "Vorige Woche")
NEXT_WEEK = Text("calendar.next-week", "Nächste Woche")
BACK_DAY = Text("calendar.back-day", "Voriger Tag")
NEXT_DAY = Text("calendar.next-day", "Nächster Tag")
BACK_LIST = Text("calendar.back-list", "Frühere")
NEXT_LIST = Text("calendar.next-list", "Spätere")
TODAY = Text("calendar.today", "Heute")
IS_TODAY = Text("calendar.is-today", "{day} · heute")
PRINT = Text("calendar.print", "Drucken")
PRINTED = Text("calendar.printed", "Stand: {date}, {time} Uhr")
ENTER = Text("calendar.enter", "Termin eintragen")
PLACE = Text("calendar.place", "Ort")
PERSON = Text("calendar.person", "Person")
ALL_PLACES = Text("calendar.all-places", "Alle Orte")
EVERYBODY = Text("calendar.everybody", "Alle")
ONLY_ME = Text("calendar.only-me", "Nur ich")
SHOW = Text("calendar.show", "Zeigen")
SPAN = Text("calendar.span", "{start} bis {end}")
SAMPLE = Text("calendar.sample", "Alle Zeiten sind Beispiele, noch nicht bestätigt")
SAMPLE_SOME = Text("calendar.sample-some", "Einige Zeiten sind Beispiele, noch nicht bestätigt")
SUMMER_TIME = Text("calendar.summer-time", "Die Uhr wird eine Stunde vorgestellt.")
WINTER_TIME = Text("calendar.winter-time", "Die Uhr wird eine Stunde zurückgestellt.")
NOTHING_WEEK = Text("calendar.nothing-week", "Diese Woche keine Termine.")
NOTHING_DAY = Text("calendar.nothing-day", "An diesem Tag keine Termine.")
NOTHING_LIST = Text("calendar.nothing-list", "In dieser Zeit keine Termine.")
NOTES = Text("calendar.notes", "Hinweise")
SCROLLS = Text("calendar.scrolls", "Die Woche als Bild mit Uhrzeiten")

# What stands in a time
FREE = PluralText("calendar.free", "frei", "{n} frei")
SEATS = Text("calendar.seats", "{n} von {total} Plätzen")
IS_BOOKED = Text("calendar.is-booked", "Gebucht")
IS_ARRIVED = Text("calendar.is-arrived", "Angekommen")
IS_SERVED = Text("calendar.is-served", "War da")
IS_MISSED = Text("calendar.is-missed", "Nicht da")
IS_CLASH = Text("calendar.is-clash", "Muss umziehen")
IS_MOVED = Text("calendar.is-moved", "Verschoben")
IS_CANCELLED = Text("calendar.is-cancelled", "Von der Person abgesagt")
IS_CALLED_OFF = Text("calendar.is-called-off", "Von uns abgesagt")
IS_HELD = Text("calendar.is-held", "Wird gerade gebucht")
IS_EXPIRED = Text("calendar.is-expired", "Nicht gebucht")
IS_COMING = Text("calendar.is-coming", "hat zugesagt")
WALK_IN_SIGN = Text("calendar.walk-in-sign", "ohne Termin")
CODE = Text("calendar.code", "Code")
AWAY_SPAN = Text("calendar.away-span", "{start} bis {end}: {reason}")
AWAY_BLOCKED = Text("calendar.away-blocked", "gesperrt")
AWAY_ABSENT = Text("calendar.away-absent", "abwesend")
INTERPRETED = Text("calendar.interpreted", "{language}, mit Dolmetschen")
LEGEND = Text("calendar.legend", "Zeichen")

# Marks
ARRIVE = Text("calendar.arrive", "Angekommen")
SERVE = Text("calendar.serve", "War da")
MISS = Text("calendar.miss", "Nicht da")
UNDO = Text("calendar.undo", "Rückgängig")
MARKS_OF = Text("calendar.marks-of", "{time} Uhr, Code {code}")
DONE_ARRIVE = Text("calendar.done-arrive", "{code}: Angekommen.")
DONE_SERVE = Text("calendar.done-serve", "{code}: War da.")
DONE_MISS = Text("calendar.done-miss", "{code}: Nicht da.")
DONE_UNDO = Text("calendar.done-undo", "{code}: wieder gebucht.")

# Decisions
DECIDE = Text("calendar.decide", "Das braucht Ihre Entscheidung")
DECIDE_NONE = Text("calendar.decide-none", "Nichts zu entscheiden.")
DECIDE_WHEN = Text("calendar.decide-when", "{date}, {time}, {place}")
MOVE = Text("calendar.move", "Verschieben")
CALL_OFF = Text("calendar.call-off", "Absagen")
WHY_GONE = Text("calendar.why-gone", "Diese Sprechzeit gibt es nicht mehr.")
WHY_BLOCKED = Text("calendar.why-blocked", "Die Zeit ist gesperrt, oder jemand ist abwesend.")
WHY_OVERLAP = Text("calendar.why-overlap", "Zur selben Zeit liegt ein anderer Termin.")
WHY_SERVICE = Text("calendar.why-service", "Diese Beratung gibt es zu dieser Zeit nicht mehr.")
WHY_LANGUAGE = Text("calendar.why-language", "Zu dieser Zeit spricht niemand mehr diese Sprache.")
WHY_LENGTH = Text("calendar.why-length", "Die Zeit ist kürzer geworden.")
WHY_SEAT = Text("calendar.why-seat", "Es gibt weniger Plätze.")
WHY_INTERPRETER = Text("calendar.why-interpreter", "Die Person, die dolmetscht, hat keine Zeit.")
WHY_CALENDAR = Text("calendar.why-calendar", "Im eigenen Kalender steht es anders.")

# One appointment
APPOINTMENT = Text("calendar.appointment", "Termin {code}")
APPOINTMENT_OTHER = Text("calendar.appointment-other", "Termin")
GONE = Text("calendar.gone", "Diesen Termin gibt es nicht (mehr).")
WHEN = Text("calendar.when", "Wann")
WHEN_SPAN = Text("calendar.when-span", "{date}, {start} bis {end} Uhr")
SERVICE = Text("calendar.service", "Worum es geht")
LANGUAGE = Text("calendar.language", "Sprache")
WHO = Text("calendar.who", "Bei wem")
STATE = Text("calendar.state", "Stand")
ORIGIN = Text("calendar.origin", "Gebucht über")
FROM_CHAT = Text("calendar.from-chat", "den Chat")
FROM_PHONE = Text("calendar.from-phone", "das Telefon")
FROM_DESK = Text("calendar.from-desk", "den Schalter")
FROM_WALK_IN = Text("calendar.from-walk-in", "ohne Termin gekommen")
FROM_WAITLIST = Text("calendar.from-waitlist", "die Warteliste")
REMINDERS = Text("calendar.reminders", "Erinnerung")
REMINDERS_ON = Text("calendar.reminders-on", "gewünscht")
REMINDERS_OFF = Text("calendar.reminders-off", "nicht gewünscht")
NAME = Text("calendar.name", "Name")
NAME_NONE = Text("calendar.name-none", "nicht angegeben")
WORDS_OF = Text("calendar.words-of", "Angaben")
YES = Text("calendar.yes", "ja")
NO = Text("calendar.no", "nein")
TO_CALENDAR = Text("calendar.to-calendar", "Zum Kalender")
NOT_A_WALK_IN = Text("calendar.not-a-walk-in", "War ein Versehen: löschen")

# Move and call off, with the words she gets
MOVE_TITLE = Text("calendar.move-title", "Termin {code} verschieben")
MOVE_WHERE = Text("calendar.move-where", "Neue Zeit wählen")
MOVE_NEAR = Text("calendar.move-near", "Die nächsten freien Zeiten")
MOVE_NONE = Text("calendar.move-none", "Keine andere Zeit ist frei. Sie können nur absagen.")
MOVE_SAVE = Text("calendar.move-save", "Verschieben und Nachricht senden")
MOVE_SAVE_QUIET = Text("calendar.move-save-quiet", "Verschieben")
CALL_OFF_TITLE = Text("calendar.call-off-title", "Termin {code} absagen")
CALL_OFF_SAVE = Text("calendar.call-off-save", "Absagen und Nachricht senden")
CALL_OFF_SAVE_QUIET = Text("calendar.call-off-save-quiet", "Absagen")
NEW_TIME = Text("calendar.new-time", "Neue Zeit")
TOLD = Text("calendar.told", "Diese Nachricht bekommt die Person auf {language}:")
TOLD_GERMAN = Text("calendar.told-german", "Auf Deutsch:")
TOLD_NOBODY = Text(
    "calendar.told-nobody",
    "Dieser Termin gehört zu keinem Chat. Lotse kann niemanden informieren: bitte anrufen.",
)
KEEP = Text("calendar.keep", "Nichts ändern")
DONE_MOVED = Text("calendar.done-moved", "{code} ist verschoben.")
DONE_CALLED_OFF = Text("calendar.done-called-off", "{code} ist abgesagt.")

# Book for somebody
BOOK = Text("calendar.book", "Termin eintragen")
BOOK_FIND = Text("calendar.book-find", "Freie Zeiten zeigen")
BOOK_FROM = Text("calendar.book-from", "Ab Tag")
BOOK_LANGUAGE_ANY = Text("calendar.book-language-any", "Bitte wählen")
BOOK_INTERPRETER = Text("calendar.book-interpreter", "mit Dolmetschen")
BOOK_TIME = Text("calendar.book-time", "Zeit")
BOOK_TIMES = Text("calendar.book-times", "Freie Zeiten")
BOOK_TIMES_NONE = Text("calendar.book-times-none", "In diesen {days} Tagen ist keine Zeit frei.")
BOOK_LATER = Text("calendar.book-later", "Spätere Zeiten")
BOOK_NAME = Text("calendar.book-name", "Name (freiwillig, in jeder Schrift)")
BOOK_NOTE = Text("calendar.book-note", "Notiz für die Beratung (freiwillig)")
BOOK_ORIGIN = Text("calendar.book-origin", "Die Person ist")
BOOK_PHONE = Text("calendar.book-phone", "am Telefon")
BOOK_DESK = Text("calendar.book-desk", "am Schalter")
BOOK_SAVE = Text("calendar.book-save", "Termin buchen")
BOOK_CHOOSE = Text("calendar.book-choose", "Bitte wählen Sie eine Zeit.")
BOOKED = Text("calendar.booked", "Der Termin ist gebucht.")
BOOKED_CODE = Text("calendar.booked-code", "Code zum Nennen oder Ausdrucken")
BOOKED_ANOTHER = Text("calendar.booked-another", "Noch einen Termin eintragen")
BOOKED_SPOKEN = Text("calendar.booked-spoken", "Sprache der Beratung: {language}")
BOOKED_BRING = Text("calendar.booked-bring", "Bitte bringen Sie mit: {documents}")
WALK_IN = Text("calendar.walk-in", "Ohne Termin gekommen")
WALK_IN_NOTE = Text("calendar.walk-in-note", "Die Person ist jetzt da und wird gezählt.")
WALK_IN_SAVE = Text("calendar.walk-in-save", "Zählen")
DONE_WALK_IN = Text("calendar.done-walk-in", "Gezählt: ohne Termin gekommen, Code {code}.")
DONE_WALK_IN_PLAIN = Text("calendar.done-walk-in-plain", "Gezählt: ohne Termin gekommen.")
DONE_NOT_A_WALK_IN = Text("calendar.done-not-a-walk-in", "Gelöscht.")

# Blocked times
BLOCKS = Text("calendar.blocks", "Zeiten sperren")
BLOCKS_NOTE = Text(
    "calendar.blocks-note",
    "In einer gesperrten Zeit bucht niemand mehr. Was schon gebucht ist, bleibt stehen, "
    "bis Sie entscheiden.",
)
BLOCK_FROM = Text("calendar.block-from", "Von")
BLOCK_TO = Text("calendar.block-to", "Bis")
BLOCK_CLOCK = Text("calendar.block-clock", "Uhrzeit")
BLOCK_WHO = Text("calendar.block-who", "Für wen?")
BLOCK_ALL = Text("calendar.block-all", "alle am gewählten Ort")
BLOCK_REASON = Text("calendar.block-reason", "Grund (nur für das Team, freiwillig)")
BLOCK_CHECK = Text("calendar.block-check", "Prüfen")
BLOCK_SAVE = Text("calendar.block-save", "Zeit sperren")
BLOCK_HITS = PluralText(
    "calendar.block-hits",
    "{n} Termin liegt in dieser Zeit. Er bleibt, bis Sie entscheiden:",
    "{n} Termine liegen in dieser Zeit. Sie bleiben, bis Sie entscheiden:",
)
BLOCK_HITS_NONE = Text("calendar.block-hits-none", "In dieser Zeit ist nichts gebucht.")
BLOCK_COMING = Text("calendar.block-coming", "Gesperrte Zeiten")
BLOCK_NONE = Text("calendar.block-none", "Keine Zeit ist gesperrt.")
BLOCK_REMOVE = Text("calendar.block-remove", "Wieder öffnen")
BLOCK_ABSENCE = Text("calendar.block-absence", "Abwesenheit (siehe Mein Tag)")
BLOCK_ELSEWHERE = Text("calendar.block-elsewhere", "aus dem eigenen Kalender")
BLOCK_ORDER = Text("calendar.block-order", "Das Ende liegt vor dem Anfang.")
BLOCK_PAST = Text("calendar.block-past", "Diese Zeit ist schon vorbei.")
DONE_BLOCKED = Text("calendar.done-blocked", "Die Zeit ist gesperrt.")
DONE_UNBLOCKED = Text("calendar.done-unblocked", "Die Zeit ist wieder offen.")

# Absence
ABSENCE_SHOWN = PluralText(
    "calendar.absence-shown",
    "{n} Termin bei Ihnen. Er bleibt, bis jemand im Kalender entscheidet. "
    "Dann bekommt der Mensch sofort eine Nachricht:",
    "{n} Termine bei Ihnen. Sie bleiben, bis jemand im Kalender entscheidet. "
    "Dann bekommen die Menschen sofort eine Nachricht:",
)
ABSENCE_SHOWN_NONE = Text("calendar.absence-shown-none", "Kein Termin bei Ihnen ist betroffen.")

# Free capacity
CAPACITY = Text("calendar.capacity", "Freie Plätze")
CAPACITY_BOX = PluralText(
    "calendar.capacity-box", "Freie Plätze, nächste Woche", "Freie Plätze, nächste {n} Wochen"
)
CAPACITY_FREE = Text("calendar.capacity-free", "frei")
CAPACITY_OF = Text("calendar.capacity-of", "von")
CAPACITY_PICTURE = Text("calendar.capacity-picture", "Bild")
CAPACITY_LINE = Text("calendar.capacity-line", "{place}: {free} von {total} frei")
CAPACITY_MORE = Text("calendar.capacity-more", "Nach Wochen zeigen")
CAPACITY_ALT = Text(
    "calendar.capacity-alt",
    "Säulen für jede Woche und jeden Ort. Die Zahlen stehen in der Tabelle darunter.",
)
CAPACITY_WEEK = Text("calendar.capacity-week", "ab {date}")
CAPACITY_NONE = Text("calendar.capacity-none", "Es gibt keine Sprechzeiten.")
TAKEN = Text("calendar.taken", "belegt")
WAITLIST = Text("calendar.waitlist", "Warteliste")
WAITLIST_NONE = Text("calendar.waitlist-none", "Niemand steht auf der Warteliste.")
WAITLIST_ANYWHERE = Text("calendar.waitlist-anywhere", "jeder Ort")
WAITLIST_COUNT = Text("calendar.waitlist-count", "warten")

# The list as a file
EXPORT = Text("calendar.export", "Liste als Datei (CSV)")
EXPORT_NOTE = Text(
    "calendar.export-note",
    "Die Datei enthält Zeit, Ort, Beratung, Sprache, Stand und Code. Jede Ausgabe steht im "
    "Protokoll.",
)
EXPORT_NAMES = Text("calendar.export-names", "Auch die Namen ausgeben")
EXPORT_SAVE = Text("calendar.export-save", "Datei herunterladen")
EXPORT_SPAN = Text("calendar.export-span", "Höchstens {days} Tage auf einmal.")
COLUMN_DAY = Text("calendar.column-day", "Tag")
COLUMN_START = Text("calendar.column-start", "Beginn")
COLUMN_END = Text("calendar.column-end", "Ende")
COLUMN_SERVICE = Text("calendar.column-service", "Beratung")
COLUMN_INTERPRETER = Text("calendar.column-interpreter", "Dolmetschen")

# Feeds
FEEDS = Text("calendar.feeds", "Mein Kalender-Abo")
FEEDS_NOTE = Text(
    "calendar.feeds-note",
    "Ein Kalenderprogramm kann die Termine lesen. Es sieht nur Zeit, Code, Ort und Sprache. "
    "Wer die Adresse kennt, kann sie lesen: Geben Sie sie niemandem.",
)
FEEDS_NONE = Text("calendar.feeds-none", "Sie haben kein Abo.")
FEEDS_STANDS = Text("calendar.feeds-stands", "Ihr Abo besteht seit {date}: {scope}.")
FEEDS_WHAT = Text("calendar.feeds-what", "Welche Termine?")
FEEDS_MINE = Text("calendar.feeds-mine", "nur meine")
FEEDS_ALL = Text("calendar.feeds-all", "alle Orte")
FEEDS_MAKE = Text("calendar.feeds-make", "Abo anlegen")
FEEDS_NEW = Text("calendar.feeds-new", "Neue Adresse, die alte gilt nicht mehr")
FEEDS_REVOKE = Text("calendar.feeds-revoke", "Abo beenden")
FEEDS_ADDRESS = Text("calendar.feeds-address", "Ihre geheime Adresse")
FEEDS_ONCE = Text(
    "calendar.feeds-once", "Lotse zeigt die Adresse nur jetzt. Kopieren Sie sie gleich."
)
FEEDS_REVOKED = Text("calendar.feeds-revoked", "Das Abo ist beendet. Die alte Adresse gilt nicht.")
FEED_NAME = Text("calendar.feed-name", "Lotse: Termine")

# What did not work
REFUSED_TAKEN = Text("calendar.refused-taken", "Diese Zeit ist gerade vergeben. Andere Zeiten:")
REFUSED_GONE = Text("calendar.refused-gone", "Diese Zeit wird nicht mehr angeboten.")
REFUSED_INTERPRETER = Text(
    "calendar.refused-interpreter", "Zu dieser Zeit kann niemand dolmetschen."
)
REFUSED_UNKNOWN = Text("calendar.refused-unknown", "Diesen Termin gibt es nicht (mehr).")
REFUSED_NOT_POSSIBLE = Text(
    "calendar.refused-not-possible", "Das geht im jetzigen Stand des Termins nicht."
)
REFUSED_CLASH = Text(
    "calendar.refused-clash", "Die Person hat zur selben Zeit einen anderen Termin."
)
REFUSED_OTHER = Text("calendar.refused-other", "Das ließ sich nicht buchen.")
FIELDS_MISSING = Text("calendar.fields-missing", "Bitte füllen Sie alle Felder aus.")

# Keys
KEY_BACK = Text("calendar.key-back", "früher")
KEY_NEXT = Text("calendar.key-next", "später")
KEY_TODAY = Text("calendar.key-today", "heute")
KEY_WEEK = Text("calendar.key-week", "Woche")
KEY_DAY = Text("calendar.key-day", "Tag")
KEY_LIST = Text("calendar.key-list", "Liste")
KEY_ENTER = Text("calendar.key-enter", "Termin eintragen")
KEY_PRINT = Text("calendar.key-print", "drucken")

WORDS: Mapping[str, Text] = MappingProxyType(
    {
        f"cal_{name.lower()}": value
        for name, value in list(globals().items())
        if isinstance(value, Text)
    }
)
"""The words by the names that templates use."""

NUMBERS: Mapping[str, PluralText] = MappingProxyType(
    {
        f"cal_{name.lower()}": value
        for name, value in list(globals().items())
        if isinstance(value, PluralText)
    }
)
"""The words that depend on a number."""
