"""The words of sign-in, account and administration, in German: what the team reads, newcomers
never.

`SIGNIN` gives each word the name by which templates know it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.texts import PluralText, Text

# Sign-in
TITLE = Text("signin.title", "Anmelden")
TEAM_ONLY = Text("signin.team-only", "Nur für das Team. Brauchen Sie Hilfe beim Ankommen?")
TO_CHAT = Text("signin.to-chat", "Zum Chat")
WITH_OIDC = Text("signin.with-oidc", "Mit dem Konto des Landkreises")
OR = Text("signin.or", "oder")
NAME = Text("signin.name", "Anmeldename")
PASSWORD = Text("signin.password", "Passwort")
SHOW = Text("signin.show", "Zeigen")
NEXT = Text("signin.next", "Weiter")
HELP = Text(
    "signin.help",
    "Danach fragen wir nach Ihrem Einmal-Code, wenn Sie einen eingerichtet haben. Kein Zugang "
    "mehr? Ihre Administration schickt Ihnen einen neuen Link.",
)
WRONG = Text(
    "signin.wrong",
    "Name und Passwort passen nicht zusammen. Bitte prüfen Sie beides und versuchen Sie es noch "
    "einmal.",
)
WAIT_MINUTES = PluralText(
    "signin.wait-minutes",
    "Es gab zu viele Versuche. Bitte warten Sie {n} Minute und versuchen Sie es dann noch einmal.",
    "Es gab zu viele Versuche. Bitte warten Sie {n} Minuten und versuchen Sie es dann noch einmal.",
)
CODE_TITLE = Text("signin.code-title", "Einmal-Code")
CODE = Text("signin.code", "Code aus Ihrer App, 6 Ziffern")
CODE_WRONG = Text(
    "signin.code-wrong",
    "Dieser Code passt nicht. Bitte nehmen Sie den Code, den Ihre App jetzt zeigt.",
)
CODE_LOST = Text(
    "signin.code-lost",
    "Haben Sie Ihr Telefon nicht mehr? Ihre Administration schickt Ihnen einen neuen Link.",
)
OIDC_DENIED = Text(
    "signin.oidc-denied",
    "Mit diesem Konto können Sie sich hier nicht anmelden. Bitte fragen Sie Ihre Administration "
    "nach einer Einladung und öffnen Sie zuerst deren Link.",
)
OIDC_FAILED = Text(
    "signin.oidc-failed",
    "Die Anmeldung mit dem anderen Konto ist nicht fertig geworden. Bitte versuchen Sie es noch "
    "einmal.",
)
SIGNED_OUT = Text("signin.signed-out", "Sie sind abgemeldet.")

# Demo
DEMO_TITLE = Text("signin.demo-title", "Demo")
DEMO_TEXT = Text(
    "signin.demo-text",
    "Hier arbeitet noch niemand. Mit diesem Link sehen Sie Beratung, Inhalte und Verwaltung als "
    "Demo-Administration. Sobald Sie eine Person hinzufügen, gibt es die Demo nicht mehr.",
)
DEMO_ENTER = Text("signin.demo-enter", "Als Demo-Administration anmelden")
DEMO_USED = Text(
    "signin.demo-used",
    "Dieser Link gilt nicht mehr. Starten Sie Lotse neu: Dann steht ein neuer Link im Terminal.",
)

# Invitation
INVITATION_TITLE = Text("signin.invitation-title", "Willkommen im Team")
INVITATION_NAME = Text("signin.invitation-name", "Ihr Anmeldename ist {name}.")
INVITATION_VOID = Text(
    "signin.invitation-void",
    "Dieser Link gilt nicht oder nicht mehr. Ein Link gilt drei Tage und nur einmal. Bitte fragen "
    "Sie Ihre Administration nach einem neuen.",
)
CHOOSE_PASSWORD = Text("signin.choose-password", "Passwort wählen")
PASSWORD_RULE = Text(
    "signin.password-rule",
    "Mindestens 12 Zeichen. Vier Wörter, die nur Sie zusammen denken, sind gut. Sonderzeichen "
    "brauchen Sie nicht.",
)
CALLED = Text("signin.called", "Name, den die Menschen im Chat sehen")
CALLED_RULE = Text("signin.called-rule", "Ihr Vorname oder eine Rolle, zum Beispiel „Beratung“.")
CALLED_WRONG = Text("signin.called-wrong", "Bitte schreiben Sie einen Namen mit 1 bis 40 Zeichen.")
WEAK_SHORT = Text("signin.weak-short", "Das Passwort ist zu kurz. Es braucht 12 Zeichen.")
WEAK_LONG = Text("signin.weak-long", "Das Passwort ist zu lang. Es darf 200 Zeichen haben.")
WEAK_NAME = Text(
    "signin.weak-name", "Das Passwort ist fast nur Ihr Name. Bitte wählen Sie ein anderes."
)
WEAK_SAME = Text(
    "signin.weak-same", "Das Passwort hat fast nur gleiche Zeichen. Bitte wählen Sie ein anderes."
)
INVITATION_SAVE = Text("signin.invitation-save", "Speichern und anmelden")
INVITATION_OIDC = Text(
    "signin.invitation-oidc", "Stattdessen mit dem Konto des Landkreises anmelden"
)
OIDC_TAKEN = Text(
    "signin.oidc-taken",
    "Dieses Konto gehört schon zu einer anderen Person im Team. Bitte fragen Sie Ihre "
    "Administration.",
)

# Account
ACCOUNT_SAVED = Text("signin.account-saved", "Gespeichert.")
SPOKEN = Text("signin.spoken", "Sprachen, in denen ich berate")
INTERFACE = Text("signin.interface", "Sprache dieser Seiten")
INTERFACE_BROWSER = Text("signin.interface-browser", "wie der Browser")
SAVE = Text("signin.save", "Speichern")
FACTOR_TITLE = Text("signin.factor-title", "Einmal-Code bei der Anmeldung")
FACTOR_OFF = Text(
    "signin.factor-off",
    "Nicht eingerichtet. Mit einem Einmal-Code nützt Ihr Passwort allein niemandem.",
)
FACTOR_ON = Text("signin.factor-on", "Eingerichtet.")
FACTOR_SET_UP = Text("signin.factor-set-up", "Einmal-Code einrichten")
FACTOR_SCAN = Text(
    "signin.factor-scan",
    "Öffnen Sie auf Ihrem Telefon eine App für Einmal-Codes und lesen Sie dieses Bild ein.",
)
FACTOR_PICTURE = Text("signin.factor-picture", "Bild für die App")
FACTOR_TYPE = Text("signin.factor-type", "Oder tippen Sie diesen Schlüssel ein:")
FACTOR_CHECK = Text("signin.factor-check", "Code prüfen und einrichten")
FACTOR_LATER = Text("signin.factor-later", "Später")
FACTOR_REMOVE = Text("signin.factor-remove", "Einmal-Code abschalten")
PASSWORD_CHANGE = Text("signin.password-change", "Passwort ändern")
PASSWORD_OLD = Text("signin.password-old", "Passwort jetzt")
PASSWORD_NEW = Text("signin.password-new", "Neues Passwort")
PASSWORD_WRONG = Text("signin.password-wrong", "Das Passwort stimmt nicht.")
PASSWORD_CHANGED = Text(
    "signin.password-changed", "Ihr Passwort ist geändert. Andere Geräte sind abgemeldet."
)
SESSIONS_TITLE = Text("signin.sessions-title", "Abmelden")
SIGN_OUT = Text("signin.sign-out", "Hier abmelden")
SIGN_OUT_ALL = Text("signin.sign-out-all", "Auf allen Geräten abmelden")

# Refusals
NO_ROLE = Text("signin.no-role", "Für diese Seite brauchen Sie eine andere Aufgabe im Team.")
NO_ROLE_NEXT = Text(
    "signin.no-role-next", "Sie braucht: {roles}. Ihre Administration kann Ihnen das geben."
)
NOT_FROM_HERE = Text("signin.not-from-here", "Wir haben nichts geändert.")
NOT_FROM_HERE_NEXT = Text(
    "signin.not-from-here-next",
    "Die Seite war nicht mehr aktuell, oder die Anfrage kam von einer fremden Seite. Gehen Sie "
    "zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.",
)
NOT_SIGNED_IN = Text("signin.not-signed-in", "Sie sind nicht angemeldet.")
NOT_SIGNED_IN_NEXT = Text(
    "signin.not-signed-in-next",
    "Wir haben nichts geändert. Bitte melden Sie sich an und versuchen Sie es noch einmal.",
)
START = Text("signin.start", "Zur Startseite")

# Roles
ROLE_COUNSELLOR = Text("signin.role-counsellor", "Beratung")
ROLE_EDITOR = Text("signin.role-editor", "Redaktion")
ROLE_ADMIN = Text("signin.role-admin", "Administration")
ROLE_AUDITOR = Text("signin.role-auditor", "Protokoll-Prüfung")

# Places
PLACE_CASES = Text("signin.place-cases", "Fälle")
PLACE_CONTENT = Text("signin.place-content", "Inhalte")
PLACE_ADMIN = Text("signin.place-admin", "Verwaltung")
PLACE_AUDIT = Text("signin.place-audit", "Protokoll")
PLACE_ACCOUNT = Text("signin.place-account", "Mein Zugang")
PLACES = Text("signin.places", "Hauptbereiche")
SKIP = Text("signin.skip", "Zum Inhalt")

# Administration
STAFF = Text("signin.staff", "Team")
STAFF_DEMO = Text(
    "signin.staff-demo",
    "Sie sind mit der Demo angemeldet. Fügen Sie zuerst sich selbst hinzu, mit der Aufgabe "
    "Administration, und öffnen Sie den Link.",
)
STAFF_SHOWN = Text("signin.staff-shown", "Name im Chat")
STAFF_ROLES = Text("signin.staff-roles", "Aufgaben")
STAFF_DO = Text("signin.staff-do", "Ändern")
STAFF_ACTIVE = Text("signin.staff-active", "Hat Zugang")
STAFF_INVITED = Text("signin.staff-invited", "Eingeladen")
STAFF_DISABLED = Text("signin.staff-disabled", "Gesperrt seit {date}")
STAFF_DISABLE = Text("signin.staff-disable", "Sperren")
STAFF_DISABLE_SURE = Text(
    "signin.staff-disable-sure",
    "{name} wird sofort überall abgemeldet und kann nicht mehr herein. Fälle und Notizen bleiben.",
)
STAFF_ENABLE = Text("signin.staff-enable", "Wieder einladen")
STAFF_INVITE = Text("signin.staff-invite", "Neuer Link")
STAFF_SAVE_ROLES = Text("signin.staff-save-roles", "Aufgaben speichern")
STAFF_LINK = Text("signin.staff-link", "Code für den Team-Raum")
STAFF_ADD = Text("signin.staff-add", "Person hinzufügen")
STAFF_NAME_RULE = Text(
    "signin.staff-name-rule",
    "Kleine Buchstaben, Ziffern, Punkt und Strich. Derselbe Name steht im Dienstplan.",
)
STAFF_ADD_SEND = Text("signin.staff-add-send", "Hinzufügen")
LINK_ONCE = Text(
    "signin.link-once",
    "Der Link für {name}. Er gilt drei Tage und nur einmal. Wir zeigen ihn nur jetzt.",
)
CODE_ONCE = Text(
    "signin.code-once",
    "{name} schickt diese Zeile im Team-Raum (auf Telegram mit / statt !). Sie gilt 30 Minuten.",
)
COPY = Text("signin.copy", "Kopieren")
COPIED = Text("signin.copied", "Kopiert.")
DONE_DISABLED = Text("signin.done-disabled", "{name} ist gesperrt und überall abgemeldet.")
DONE_ROLES = Text("signin.done-roles", "Die Aufgaben von {name} sind gespeichert.")
REFUSED_NAME = Text(
    "signin.refused-name", "Dieser Anmeldename geht nicht. " + STAFF_NAME_RULE.german
)
REFUSED_TAKEN = Text("signin.refused-taken", "Diesen Anmeldenamen hat schon jemand.")
REFUSED_ROLES = Text("signin.refused-roles", "Bitte wählen Sie mindestens eine Aufgabe.")
REFUSED_GONE = Text("signin.refused-gone", "Diese Person gibt es nicht (mehr).")
REFUSED_DISABLED = Text("signin.refused-disabled", "Diese Person ist gesperrt.")
REFUSED_SELF = Text(
    "signin.refused-self",
    "Das geht nicht bei sich selbst. Bitte fragen Sie eine andere Person aus der Administration.",
)

PARTS = Text("signin.parts", "Teile des Programms")
PART_GOOD = Text("signin.part-good", "Läuft")
PART_DEGRADED = Text("signin.part-degraded", "Bitte ansehen")
PART_DOWN = Text("signin.part-down", "Geht nicht")
FAILED = Text("signin.failed", "Nicht gelungen")
FAILED_NONE = Text("signin.failed-none", "Nichts ist misslungen.")
FAILED_WHAT = Text("signin.failed-what", "Was")
FAILED_WHY = Text("signin.failed-why", "Warum")
FAILED_SINCE = Text("signin.failed-since", "Seit")
RETRY = Text("signin.retry", "Noch einmal")
RETRIED_QUEUED = Text("signin.retried-queued", "{name} läuft noch einmal.")
RETRIED_MISSING = Text("signin.retried-missing", "{name} gibt es nicht mehr.")
RETRIED_UNREADABLE = Text(
    "signin.retried-unreadable", "{name} kann nicht noch einmal laufen: Niemand konnte es lesen."
)

# Audit log
AUDIT_INTRO = Text(
    "signin.audit-intro",
    "Hier steht, wer was getan hat, ohne Texte. Nennen Sie einen Grund: Auch das Lesen steht "
    "danach im Protokoll.",
)
AUDIT_REASON = Text("signin.audit-reason", "Grund")
AUDIT_REASON_REGULAR = Text("signin.audit-reason-regular", "Regelmäßige Prüfung")
AUDIT_REASON_COMPLAINT = Text("signin.audit-reason-complaint", "Beschwerde")
AUDIT_REASON_REQUEST = Text("signin.audit-reason-request", "Auskunft an eine betroffene Person")
AUDIT_REASON_INCIDENT = Text("signin.audit-reason-incident", "Vorfall")
AUDIT_REFERENCE = Text("signin.audit-reference", "Aktenzeichen (wenn es eines gibt)")
AUDIT_REFERENCE_WRONG = Text(
    "signin.audit-reference-wrong",
    "Ein Aktenzeichen hat höchstens 40 Buchstaben, Ziffern, Punkte und Striche.",
)
AUDIT_REASON_MISSING = Text("signin.audit-reason-missing", "Bitte wählen Sie einen Grund.")
AUDIT_FROM = Text("signin.audit-from", "Von")
AUDIT_UNTIL = Text("signin.audit-until", "Bis")
AUDIT_WHO = Text("signin.audit-who", "Person")
AUDIT_ANYBODY = Text("signin.audit-anybody", "alle")
AUDIT_CASE = Text("signin.audit-case", "Fall Nummer")
AUDIT_READ = Text("signin.audit-read", "Protokoll lesen")
AUDIT_OLDER = Text("signin.audit-older", "Ältere Einträge")
AUDIT_NONE = Text("signin.audit-none", "Dazu steht nichts im Protokoll.")
AUDIT_WHEN = Text("signin.audit-when", "Wann")
AUDIT_WHAT = Text("signin.audit-what", "Was")
AUDIT_ABOUT = Text("signin.audit-about", "Worüber")
AUDIT_NOBODY = Text("signin.audit-nobody", "nicht angemeldet")
AUDIT_COMMAND = Text("signin.audit-command", "Befehl im Terminal")
AUDIT_PROGRAM = Text("signin.audit-program", "Programm")

SIGNIN: Mapping[str, Text] = MappingProxyType(
    {
        name.lower(): value
        for name, value in list(globals().items())
        if isinstance(value, Text) and value.id.startswith("signin.")
    }
)
"""The words by the names that templates use."""
