"""What stands in the audit log, in German: one sentence for each act. The log itself holds codes;
one that has no words here is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.texts import Text

SESSION_BEGIN = Text("audit.session.begin", "Angemeldet")
SESSION_FAILED = Text("audit.session.failed", "Anmeldung nicht gelungen")
SESSION_END = Text("audit.session.end", "Abgemeldet")
SESSION_END_ALL = Text("audit.session.end-all", "Überall abgemeldet")
ACCOUNT_PASSWORD = Text("audit.account.password", "Passwort geändert")
ACCOUNT_FACTOR_ON = Text("audit.account.factor-on", "Einmal-Code eingerichtet")
ACCOUNT_FACTOR_OFF = Text("audit.account.factor-off", "Einmal-Code abgeschaltet")
STAFF_ADD = Text("audit.staff.add", "Person hinzugefügt")
STAFF_INVITE = Text("audit.staff.invite", "Einladung gemacht")
STAFF_DISABLE = Text("audit.staff.disable", "Person gesperrt")
STAFF_ENABLE = Text("audit.staff.enable", "Person wieder eingeladen")
STAFF_ROLES = Text("audit.staff.roles", "Aufgaben geändert")
STAFF_LINK_CODE = Text("audit.staff.link-code", "Code für den Team-Raum gemacht")
STAFF_LINK = Text("audit.staff.link", "Konto im Team-Raum verbunden")
AUDIT_READ = Text("audit.audit.read", "Protokoll gelesen")
BACKLOG_RETRY = Text("audit.backlog.retry", "Misslungenes noch einmal gestartet")
READ = Text("audit.read", "Fall gelesen")
SEARCH = Text("audit.search", "In Fällen gesucht")
CASE_OPEN = Text("audit.case.open", "Fall eröffnet")
CASE_CRISIS = Text("audit.case.crisis", "Fall wurde Notfall")
CASE_CLAIM = Text("audit.case.claim", "Fall genommen")
CASE_RELEASE = Text("audit.case.release", "Fall zurückgegeben")
CASE_RETURN = Text("audit.case.return", "Fall kam zurück, weil niemand antwortete")
CASE_TRANSFER = Text("audit.case.transfer", "Fall übergeben")
CASE_SNOOZE = Text("audit.case.snooze", "Fall zurückgestellt")
CASE_WAKE = Text("audit.case.wake", "Zurückgestellter Fall kam wieder")
CASE_LEAVE = Text("audit.case.leave", "Person wartet nicht mehr")
CASE_END = Text("audit.case.end", "Person hat das Gespräch beendet")
CASE_CLOSE = Text("audit.case.close", "Fall geschlossen")
CASE_REOPEN = Text("audit.case.reopen", "Fall wieder geöffnet")
CASE_NOTE = Text("audit.case.note", "Notiz geschrieben")
CASE_REPLY = Text("audit.case.reply", "Antwort geschrieben")
CASE_CORRECT = Text("audit.case.correct", "Antwort verbessert")
CASE_RECALL = Text("audit.case.recall", "Antwort zurückgeholt")
CASE_RESEND = Text("audit.case.resend", "Antwort noch einmal gesendet")
CASE_FOLLOW_UP = Text("audit.case.follow_up", "Nachfassen eingetragen")
ABSENCE_ADD = Text("audit.absence.add", "Abwesenheit eingetragen")
ABSENCE_REMOVE = Text("audit.absence.remove", "Abwesenheit gelöscht")
BOOKING_READ = Text("audit.booking.read", "Termin gelesen")
BOOKING_BOOK = Text("audit.booking.book", "Termin gebucht")
BOOKING_MOVE = Text("audit.booking.move", "Termin verschoben")
BOOKING_CALL_OFF = Text("audit.booking.call_off", "Termin abgesagt")
BOOKING_WALK_IN = Text("audit.booking.walk_in", "Besuch ohne Termin gezählt")
BOOKING_BLOCK = Text("audit.booking.block", "Zeit gesperrt")
BOOKING_UNBLOCK = Text("audit.booking.unblock", "Zeit wieder frei")
BOOKING_ARRIVE = Text("audit.booking.arrive", "Termin: angekommen")
BOOKING_SERVE = Text("audit.booking.serve", "Termin: war da")
BOOKING_MISS = Text("audit.booking.miss", "Termin: nicht da")
BOOKING_UNDO = Text("audit.booking.undo", "Termin: Eintrag zurückgenommen")
BOOKING_NOT_A_WALK_IN = Text("audit.booking.not_a_walk_in", "Besuch ohne Termin gelöscht")
BOOKING_EXPORT = Text("audit.booking.export", "Termine als Datei ausgegeben")
FEED_MAKE = Text("audit.feed.make", "Kalender-Adresse gemacht")
FEED_REVOKE = Text("audit.feed.revoke", "Kalender-Adresse gelöscht")

ACTS: Mapping[str, Text] = MappingProxyType(
    {
        value.id.removeprefix("audit."): value
        for value in list(globals().values())
        if isinstance(value, Text)
    }
)
"""The words by the codes of the log."""
