"""The words of the desk's pages, in German: what editors and counsellors read, newcomers never.

`PREVIEW` gives each word of the content preview the name by which templates and script know it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.texts import PluralText, Text

CONTENT = Text("desk.content", "Inhalte")
SKIP = Text("desk.skip", "Zum Inhalt")
AREAS = Text("desk.areas", "Hauptbereiche")
INTERFACE = Text("desk.interface", "Sprache dieser Seite")

OVERVIEW = Text("desk.overview", "Übersicht")
ENTRIES = Text("desk.entries", "Einträge")
ALL_ENTRIES = Text("desk.all-entries", "Alle Einträge")
FIND = Text("desk.find", "Eintrag suchen")
FIND_NONE = Text("desk.find-none", "Kein Eintrag mit diesen Wörtern.")
ENTRY = Text("desk.entry", "Eintrag")
FACT = Text("desk.fact", "Angabe")
PLACE = Text("desk.place", "Ort")

STALE = Text("desk.stale", "Veraltet")
MISSING = Text("desk.missing", "Fehlt")
DRAFT = Text("desk.draft", "Entwurf")
REVIEWED = Text("desk.reviewed", "Geprüft")
SOURCE = Text("desk.source", "Quelle")
INTERFACE_ONLY = Text("desk.interface-only", "nur Bedienung")
LEGEND_FRESH = Text("desk.legend-fresh", "der deutsche Text selbst")
LEGEND_REVIEWED = Text("desk.legend-reviewed", "passt zum Deutschen, ein Mensch hat es geprüft")
LEGEND_DRAFT = Text("desk.legend-draft", "passt zum Deutschen, noch kein Mensch hat es geprüft")
LEGEND_STALE = Text("desk.legend-stale", "der deutsche Text ist neuer")
LEGEND_MISSING = Text("desk.legend-missing", "noch nicht übersetzt")
LEGEND = Text("desk.legend", "Was die Wörter bedeuten")
TRANSLATIONS = Text("desk.translations", "Übersetzungen")
LANGUAGES = Text("desk.languages", "Sprachen")
TEXTS_OF = Text("desk.texts-of", "{n} von {total}")
KEYS_STALE = Text("desk.keys-stale", "{language}: älter als das Deutsche")
KEYS_MISSING = Text("desk.keys-missing", "{language}: noch nicht übersetzt")
HARMLESS = Text("desk.harmless", "War die Änderung am Deutschen harmlos?")
MORE_KEYS = Text("desk.more-keys", "und {n} mehr")

LEFT = Text("desk.left", "Linke Sprache")
RIGHT = Text("desk.right", "Rechte Sprache")
PHONE = Text("desk.phone", "So sieht es aus: {language}")
CHOICES = Text("desk.choices", "Antworten")
SAY = Text("desk.say", "Antwort schreiben")
SHOW = Text("desk.show", "Zeigen")
RESTART = Text("desk.restart", "Von vorn")
UNDO = Text("desk.undo", "Schritt zurück")
OPEN_FILE = Text("desk.open-file", "Im Editor öffnen")
OPEN_REPOSITORY = Text("desk.open-repository", "Im Repository öffnen")
STEP = Text("desk.step", "Schritt {n} von {total}:")
LINE = Text("desk.line", "Zeile {line}")
LINE_COLUMN = Text("desk.line-column", "Zeile {line}, Spalte {column}")
WALK_CUT = Text(
    "desk.walk-cut",
    "Der Text hat sich geändert: Den Weg bis hier gibt es nicht mehr. Das ist so weit, wie er noch "
    "geht.",
)
WALK_LONG = Text("desk.walk-long", "Der Weg ist sehr lang. Beginnen Sie bitte von vorn.")
FAULT = Text("desk.fault", "Hier stimmt etwas im Inhalt nicht: {fault}")
NO_ENTRY = Text("desk.no-entry", "Diesen Eintrag gibt es nicht (mehr).")

CHECK = Text("desk.check", "Prüfung")
CHECK_RUNNING = Text("desk.check-running", "Die Prüfung läuft noch.")
CHECK_CLEAN = Text("desk.check-clean", "Nichts zu beanstanden.")
ERROR = Text("desk.error", "Fehler")
WARNING = Text("desk.warning", "Hinweis")
ERRORS = PluralText("desk.errors", "{n} Fehler", "{n} Fehler")
WARNINGS = PluralText("desk.warnings", "{n} Hinweis", "{n} Hinweise")
MEND = Text("desk.mend", "So beheben:")
OTHERS = PluralText(
    "desk.others",
    "{n} Meldung zu anderen Dateien: siehe Übersicht",
    "{n} Meldungen zu anderen Dateien: siehe Übersicht",
)
REFUSED = PluralText(
    "desk.refused",
    "Die neueste Änderung ist nicht live: {n} Fehler",
    "Die neueste Änderung ist nicht live: {n} Fehler",
)
REFUSED_NEXT = Text(
    "desk.refused-next", "Sie sehen hier den letzten guten Stand. Er ist live seit {time} Uhr."
)
LIVE_SINCE = Text("desk.live-since", "Live seit {time} Uhr")
UPDATED = Text("desk.updated", "Der Inhalt hat sich geändert. Die Seite zeigt den neuen Stand.")
UNCONNECTED = Text(
    "desk.unconnected", "Keine Verbindung zu Lotse. Änderungen erscheinen erst wieder später."
)

REVIEW = Text("desk.review", "Nächste Prüfung")
REVIEWS = Text("desk.reviews", "Als Nächstes prüfen")
REVIEW_OVERDUE = Text("desk.review-overdue", "Überfällig")
REVIEW_NONE = Text("desk.review-none", "ohne Datum")
WHAT = Text("desk.what", "Was")
WHEN = Text("desk.when", "Bis wann")
STATE = Text("desk.state", "Stand")
REVIEW_LATER = Text("desk.review-later", "Noch Zeit")
REVIEW_SOON = Text("desk.review-soon", "Bald")
WHERE = Text("desk.where", "Wo")

PREVIEW: Mapping[str, Text] = MappingProxyType(
    {
        name.lower(): value
        for name, value in list(globals().items())
        if isinstance(value, Text) and value.id.startswith("desk.")
    }
)
"""The words by the names that templates use."""

COUNTED: Mapping[str, PluralText] = MappingProxyType(
    {"errors": ERRORS, "warnings": WARNINGS, "others": OTHERS, "refused": REFUSED}
)
"""The words that depend on a number."""
