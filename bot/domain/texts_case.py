"""What the chat says around a human: promise, queue, hand-over, rating. German, with the ids that
translators see; see `domain.texts`.
"""

from __future__ import annotations

from bot.domain.texts import Text

PROMISE = Text("human.promise", "Ein Mensch antwortet Ihnen hier bis {date}, {time} Uhr.")
WRITE = Text("human.write", "Schreiben Sie schon, worum es geht.")
NIGHT = Text(
    "human.night",
    "Jetzt ist niemand im Dienst. Ein Mensch antwortet Ihnen hier bis {date}, {time} Uhr.",
)
KEPT = Text("human.kept", "Ihre Nachricht geht nicht verloren.")
NO_TIME = Text("human.no-time", "Ich kann keine Zeit nennen. Ihre Nachricht ist gespeichert.")
HERE = Text("human.here", "Ein Mensch antwortet Ihnen hier.")
TODAY = Text("date.today", "heute")
TOMORROW = Text("date.tomorrow", "morgen, {date}")

LEAVE = Text("human.leave", "Doch nicht warten")
LEAVE_MESSAGE = Text("human.leave-message", "Nachricht hinterlassen")
MESSAGE_NOW = Text(
    "human.message-now", "Schreiben Sie jetzt Ihre Nachricht. Ein Mensch liest sie und antwortet."
)
NOTED = Text("human.noted", "Ihre Nachricht ist gespeichert. Ein Mensch liest sie.")
MEDIA_NOTED = Text(
    "human.media",
    "Ein Mensch sieht, dass Sie etwas geschickt haben. Den Inhalt speichere ich nicht. Bitte "
    "schreiben Sie es mit Worten.",
)
LEFT = Text("human.left", "Sie warten nicht mehr. Ab jetzt antworte ich wieder.")

LATE = Text(
    "human.late",
    "Es dauert länger, als wir gesagt haben. Neue Zeit: bis {date}, {time} Uhr.",
)
LATE_NO_TIME = Text(
    "human.late-no-time",
    "Es dauert länger, als wir gesagt haben. Eine neue Zeit kann ich nicht nennen. Ihre "
    "Nachricht ist gespeichert.",
)
AGAIN = Text("human.again", "Sie warten wieder auf einen Menschen.")
REOPENED = Text("human.reopened", "Wir haben das Gespräch wieder geöffnet.")

URGENT = Text("human.urgent", "Dringend an einen Menschen")
URGENT_TOP = Text(
    "human.urgent-top",
    "Ihre Nachricht steht jetzt ganz oben. Warten Sie in Gefahr nicht auf uns: Rufen Sie an.",
)

JOINED = Text(
    "human.joined",
    "{name} aus der Beratung ist jetzt da. Ab hier schreibt ein Mensch, ich bin still.",
)
TRANSFERRED = Text(
    "human.transferred",
    "Ab jetzt schreibt {name} aus der Beratung mit Ihnen. Ich bin weiter still.",
)
WITH = Text("human.with", "{name} aus der Beratung hat Ihr Gespräch und liest, was Sie schreiben.")
CHOOSE = Text("human.choose", "Sie schreiben hier mit einem Menschen. Wie geht es weiter?")
GO_ON = Text("human.go-on", "Mit dem Menschen weitermachen")
END = Text("human.end", "Gespräch beenden")
LANGUAGE_NOW = Text("language.now", "Ab jetzt lesen Sie meine Texte auf {language}.")

DONE = Text("human.done", "{name} hat das Gespräch beendet. Ab jetzt antworte ich wieder.")
ENDED = Text("human.ended", "Das Gespräch ist beendet. Ab jetzt antworte ich wieder.")
RATE = Text("human.rate", "Wie war das Gespräch?")
GOOD = Text("human.good", "🙂 Gut")
FAIR = Text("human.fair", "😐 Mittel")
BAD = Text("human.bad", "🙁 Schlecht")
RATED = Text("human.rated", "Ihre Antwort ist gespeichert. Gezählt wird sie ohne Ihren Namen.")
RATED_BEFORE = Text("human.rated-before", "Ihre Antwort ist schon gespeichert.")

RECALLED = Text("human.recalled", "{name} hat diese Nachricht zurückgenommen.")
CORRECTED = Text("human.corrected", "Geändert")
TRANSLATED = Text("human.translated", "Ein Programm hat diese Nachricht übersetzt.")
AUTOMATIC = Text("speaker.automatic", "Automatisch")
"""The mark of what the program says while a human has the conversation."""
