"""What the chat says about going on elsewhere: the return code, other channels, e-mail. German,
with the ids that translators see; see `domain.texts`.
"""

from __future__ import annotations

from bot.domain.texts import Text

CODE = Text("return.code", "Ihr Rückkehr-Code:")
CODE_USE = Text(
    "return.use",
    "Schreiben Sie ihn auf. Damit öffnen Sie dieses Gespräch auf jedem Gerät.",
)
ELSEWHERE = Text("return.elsewhere", "Antwort auf Telegram oder Matrix")
ELSEWHERE_TELEGRAM = Text("return.elsewhere-telegram", "Antwort auf Telegram")
ELSEWHERE_MATRIX = Text("return.elsewhere-matrix", "Antwort auf Matrix")
WAYS = Text(
    "return.ways", "Sie können dort weiterschreiben. Auf dieser Seite endet das Gespräch dann."
)
WAY_TELEGRAM = Text(
    "return.telegram", "Telegram: Öffnen Sie diesen Link und tippen Sie auf „Start“."
)
WAY_MATRIX = Text(
    "return.matrix", "Matrix: Schreiben Sie an {user} und schicken Sie dort diesen Code: {code}"
)
RETURNED = Text("return.here", "Ihr Gespräch geht hier weiter.")
MOVED = Text("return.moved", "Ihr Gespräch geht jetzt auf {channel} weiter. Hier ist es zu Ende.")
MOVED_DEVICE = Text(
    "return.moved-device",
    "Ihr Gespräch ist jetzt auf einem anderen Gerät offen. Hier ist es zu Ende.",
)
BAD_CODE = Text(
    "return.bad",
    "Diesen Code kenne ich nicht, oder er gilt nicht mehr. Bitte prüfen Sie die Wörter.",
)
TOO_MANY = Text(
    "return.too-many",
    "Das waren viele Versuche. Bitte versuchen Sie es in einer Minute noch einmal.",
)
BUSY = Text(
    "return.busy",
    "Hier läuft schon ein Gespräch mit der Beratung. Beenden Sie es zuerst, dann geht der Code.",
)
APPOINTMENT_HERE = Text(
    "return.appointment",
    "Hier haben Sie schon einen Termin. Darum bleibt das andere Gespräch, wo es ist. "
    "Ihr Code gilt weiter.",
)
CONTINUE = Text("web.continue", "Gespräch mit Code fortsetzen")
CONTINUE_HINT = Text(
    "web.continue-hint",
    "Der Code hat vier Wörter und eine Zahl. Groß oder klein ist egal.",
)
CONTINUE_MOVES = Text(
    "web.continue-moves",
    "Das Gespräch geht dann hier weiter. Auf dem anderen Gerät endet es.",
)
CONTINUE_LABEL = Text("web.continue-label", "Ihr Rückkehr-Code")
CONTINUE_DO = Text("web.continue-do", "Gespräch öffnen")
CODE_PICTURE = Text("web.code-picture", "QR-Code mit denselben Wörtern")

MAIL_ASK = Text("web.mail", "E-Mail, wenn eine Antwort da ist")
MAIL_HINT = Text(
    "web.mail-hint",
    "In der E-Mail steht nur: Es gibt eine neue Nachricht. Wir löschen Ihre Adresse, wenn das "
    "Gespräch endet.",
)
MAIL_LABEL = Text("web.mail-label", "Ihre E-Mail-Adresse")
MAIL_AGAIN = Text("web.mail-again", "Die Adresse noch einmal")
MAIL_DO = Text("web.mail-do", "E-Mail bekommen")
MAIL_KEPT = Text(
    "web.mail-kept", "Sie bekommen eine E-Mail an {address}, wenn eine Antwort da ist."
)
MAIL_BAD = Text("web.mail-bad", "Das ist keine E-Mail-Adresse.")
MAIL_DIFFERENT = Text("web.mail-different", "Die beiden Adressen sind verschieden.")
MAIL_NO_CASE = Text(
    "web.mail-no-case",
    "Sie warten gerade auf keine Antwort der Beratung. Darum gibt es keine E-Mail.",
)
MAIL_BAD_LINK = Text("web.mail-bad-link", "Dieser Link gilt nicht mehr.")

MAIL_SUBJECT = Text("mail.subject", "Neue Nachricht")
MAIL_BODY = Text("mail.body", "Für Sie gibt es eine neue Nachricht. Sie lesen sie hier:")
MAIL_STOP = Text("mail.stop", "Keine solchen E-Mails mehr:")
MAIL_STOPPED = Text("mail.stopped", "Sie bekommen keine E-Mails mehr.")
MAIL_STOP_ASK = Text("mail.stop-ask", "Möchten Sie keine E-Mails mehr bekommen?")
MAIL_STOP_DO = Text("mail.stop-do", "Keine E-Mails mehr")
