"""What the chat says around appointments. German, with the ids that translators see; see
`domain.texts`.

What is sent unasked (reminders, waitlist, what follows) names no service, place, topic or person:
it may stand on a lock screen.
"""

from __future__ import annotations

from bot.domain.texts import Text

BOOK = Text("book.start", "Termin buchen")
SERVICE = Text("book.service", "Worum geht es?")
PLACE = Text("book.place", "Wo möchten Sie sprechen?")
SOONEST = Text("book.soonest", "Wo geht es am schnellsten?")
LANGUAGE = Text("book.language", "In welcher Sprache möchten Sie sprechen?")
INTERPRETED = Text("book.interpreted", "{language}, mit Dolmetschen")
DAY = Text("book.day", "Welcher Tag passt?")
TIME = Text("book.time", "Welche Uhrzeit passt?")
LATER = Text("book.later", "Später")
OTHER_DAY = Text("book.other-day", "Anderer Tag")
OTHER_PLACE = Text("book.other-place", "Anderer Ort")
OTHER_TIME = Text("book.other-time", "Andere Zeit")
SAMPLE = Text(
    "book.sample", "Diese Zeiten sind ein Muster. Das Welcome Center hat sie noch nicht bestätigt."
)
AGAIN = Text("book.again", "Das passt nicht zu meiner Frage. Bitte wählen Sie eine Antwort.")
WORDS_LONG = Text("book.words-long", "Bitte schreiben Sie höchstens {most} Zeichen.")
NUMBER = Text("book.number", "Bitte schreiben Sie eine Zahl.")

NONE_FREE = Text("book.none", "Im Moment ist keine Zeit frei. Wir können Ihnen Bescheid geben.")
WAIT = Text("book.wait", "Bescheid bekommen")
WAITS = Text(
    "book.waits",
    "Sie stehen auf der Warteliste. Wir schreiben Ihnen hier, wenn eine Zeit frei wird.",
)
WAITS_ALREADY = Text("book.waits-already", "Sie stehen schon auf der Warteliste.")
NOTHING_OFFERED = Text("book.nothing", "Termine kann man hier noch nicht buchen.")

CHECK = Text(
    "book.check", "Bitte prüfen Sie Ihren Termin. Wir halten ihn 5 Minuten frei, bis {time} Uhr."
)
WHEN = Text("book.when", "{date}, {start} bis {end} Uhr")
SPOKEN = Text("book.spoken", "Sprache: {language}")
SPOKEN_INTERPRETED = Text("book.spoken-interpreted", "Sprache: {language}, mit Dolmetschen")
NAME_SHOWN = Text("book.name-shown", "Name: {name}")
CONFIRM = Text("book.confirm", "Termin buchen")
MOVE_CONFIRM = Text("book.move-confirm", "Termin verschieben")
GIVE_NAME = Text("book.give-name", "Namen angeben")
ASK_NAME = Text("book.ask-name", "Wie dürfen wir Sie nennen?")
NO_NAME = Text("book.no-name", "Ohne Namen")
TIME_LABEL = Text("book.time-label", "{date}, {time}")
TIME_PLACE = Text("book.time-place", "{time}, {place}")
TIME_PLACE_LABEL = Text("book.time-place-label", "{date}, {time}, {place}")

DONE = Text("book.done", "Ihr Termin ist gebucht: {date}, {time} Uhr. Ihr Code: {code}.")
MOVED = Text("book.moved", "Ihr neuer Termin: {date}, {time} Uhr. Ihr Code bleibt {code}.")
FILE = Text("book.file", "Kalenderdatei")
CALENDAR_SUMMARY = Text("book.calendar-summary", "Termin, Code {code}")
FILE_HERE = Text("book.file-here", "Die Datei nennt nur Zeit und Code.")
MOVE = Text("book.move", "Verschieben")
CANCEL = Text("book.cancel", "Absagen")
ASK_REMINDERS = Text(
    "book.ask-reminders", "Möchten Sie eine Erinnerung? Sie nennt nur Uhrzeit und Code."
)
REMIND_YES = Text("book.remind-yes", "Ja, bitte erinnern")
REMIND_NO = Text("book.remind-no", "Nein, danke")
REMINDED = Text("book.reminded", "Wir erinnern Sie vor dem Termin.")
NOT_REMINDED = Text("book.not-reminded", "Wir erinnern Sie nicht.")

MINE = Text("book.mine", "Ihr Termin: {date}, {time} Uhr. Ihr Code: {code}.")
MINE_MANY = Text("book.mine-many", "Das sind Ihre Termine. Welchen möchten Sie sehen?")
NEW = Text("book.new", "Neuer Termin")
OVER = Text("book.over", "Diesen Termin gibt es nicht mehr.")
LIMIT = Text("book.limit", "Sie haben schon einen Termin. Sie können ihn verschieben oder absagen.")
CLASH = Text("book.clash", "Zu dieser Zeit haben Sie schon einen Termin.")
TAKEN = Text("book.taken", "Diese Zeit ist gerade vergeben. Das sind die nächsten.")
EXPIRED = Text("book.expired", "Die 5 Minuten sind vorbei. Das sind die nächsten freien Zeiten.")
GONE = Text("book.gone", "Diese Zeit gibt es nicht mehr. Das sind die nächsten.")
TOO_SOON = Text("book.too-soon", "Diese Zeit ist zu nah. Das sind die nächsten.")
NO_INTERPRETER = Text(
    "book.no-interpreter", "Zu dieser Zeit kann niemand dolmetschen. Das sind die nächsten Zeiten."
)
KEPT = Text("book.kept", "Ihre Antworten sind gespeichert.")

BETTER = Text("book.better", "Welche Zeit passt besser?")
OTHERS = Text("book.others", "Andere Zeiten")
KEEP = Text("book.keep", "Nichts ändern")
KEPT_TIME = Text("book.kept-time", "Es bleibt bei Ihrem Termin.")
CANCEL_SURE = Text(
    "book.cancel-sure", "Möchten Sie den Termin am {date}, {time} Uhr, wirklich absagen?"
)
CANCEL_NO = Text("book.cancel-no", "Nein, ich komme")
CANCEL_YES = Text("book.cancel-yes", "Ja, absagen")
CANCELLED = Text("book.cancelled", "Der Termin mit dem Code {code} ist abgesagt.")

UNFINISHED = Text("book.unfinished", "Ihr Termin ist noch nicht gebucht.")
GO_ON = Text("book.go-on", "Weiter zum Termin")

REMIND_TOMORROW = Text("book.remind", "Termin morgen um {time} Uhr. Code {code}.")
REMIND_TODAY = Text("book.remind-today", "Termin heute um {time} Uhr. Code {code}.")
REMIND_DATE = Text("book.remind-date", "Termin am {date}, {time} Uhr. Code {code}.")
COMING = Text("book.coming", "Ich komme")
COMES = Text("book.comes", "Wir wissen jetzt, dass Sie kommen.")
WAITLIST = Text(
    "book.waitlist", "Es gibt eine freie Zeit. Bitte antworten Sie bis {date}, {time} Uhr."
)
SHOW = Text("book.show", "Zeigen")
CALLED_OFF = Text(
    "book.called-off", "Der Termin mit dem Code {code} fällt aus. Das sind die nächsten Zeiten."
)
CALLED_OFF_NONE = Text("book.called-off-none", "Der Termin mit dem Code {code} fällt aus.")
OFFICE_MOVED = Text(
    "book.office-moved",
    "Wir haben den Termin mit dem Code {code} verschoben: {date}, {time} Uhr.",
)
HELPED = Text("book.helped", "Hat der Termin mit dem Code {code} geholfen?")
HELPED_YES = Text("book.helped-yes", "Ja")
HELPED_NO = Text("book.helped-no", "Nein")
HELPED_THANKS = Text("book.helped-kept", "Ihre Antwort ist gespeichert.")
HELPED_NEXT = Text("book.helped-next", "Ein Mensch kann weiterhelfen, oder Sie buchen neu.")
CARD_TITLE = Text("book.card-title", "Termin im Welcome Center")
CARD_CODE = Text("book.card-code", "Code: {code}")
