"""What the preview's templates show, made of what the service says. Knows no request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from bot.content import formats
from bot.content.model import Language
from bot.domain import texts_web
from bot.domain.errors import Problem
from bot.domain.texts_desk import COUNTED, PREVIEW
from bot.rendering.choices import SHORT
from bot.service import freshness
from bot.service.freshness import Review, Stand, Standing
from bot.service.preview import Moment
from bot.service.preview_walk import Pressed, Screen, write_move
from bot.web.desk.address import Address
from bot.web.desk.files import Files, Place

COLOURS: Mapping[str, str] = {
    Standing.MISSING: "alarm",
    Standing.STALE: "wait",
    Standing.DRAFT: "later",
    Standing.REVIEWED: "ok",
    Standing.SOURCE: "ok",
    "overdue": "alarm",
    "soon": "wait",
    "later": "ok",
    "none": "later",
}
"""Colour and shape of a word; the word itself always stands beside it."""

REVIEW_WORDS = {
    "overdue": "review_overdue",
    "soon": "review_soon",
    "later": "review_later",
    "none": "review_none",
}
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class State:
    """A word with its colour."""

    colour: str
    word: str
    detail: str = ""


class Shown:
    """Makes the templates' values for one request."""

    def __init__(self, moment: Moment, address: Address, language: Language, files: Files) -> None:
        self.moment = moment
        self.catalogue = moment.catalogue
        self.address = address
        self.language = language
        self.files = files

    # -- words

    def say(self, name: str, **values: object) -> str:
        """Return a word of the page."""
        filled = {key: str(value) for key, value in values.items()}
        return self.catalogue.words(PREVIEW[name], self.language.code, **filled)

    def count(self, name: str, n: int) -> str:
        """Return a word of the page that depends on a number."""
        return self.catalogue.counted(COUNTED[name], n, self.language.code)

    def name_of(self, language: Language) -> str:
        """Return a language's name in the words of the page: `Arabisch`."""
        return formats.language_name(language.code, self.language.code)

    def day(self, value: date) -> str:
        """Return a date: `1. November 2027`."""
        return formats.day(value, self.language.code)

    def title(self, entry: str) -> str:
        """Return the German title of an entry; editors know it by that."""
        return self.catalogue.plain(f"{entry}/title", self.catalogue.source.code)

    def topic(self, topic: str) -> str:
        """Return the German title of a topic."""
        return self.catalogue.plain(f"topics/{topic}/title", self.catalogue.source.code)

    def prose(self, text: str) -> Markup:
        """Return a sentence of the check, with what stands in backticks as code."""
        return Markup().join(
            Markup("<code dir=ltr>{}</code>").format(part) if number % 2 else escape(part)
            for number, part in enumerate(_CODE.split(text))
        )

    # -- freshness

    def state(self, standing: Standing, detail: str = "") -> State:
        """Return how texts stand, as a word with its colour."""
        return State(COLOURS[standing], self.say(standing.name.lower()), detail)

    def of_stand(self, stand: Stand) -> State:
        """Return how texts stand in a language, with how many are not as they should be."""
        bad = len(stand.missing) or len(stand.stale)
        detail = self.say("texts_of", n=bad, total=stand.total) if bad else ""
        return self.state(stand.standing, detail)

    def summary(self, stands: Iterable[Stand]) -> list[State]:
        """Return the worst first, each with its languages; what needs nobody's hand only if it is
        all there is.
        """
        found: dict[Standing, list[str]] = {}
        for stand in stands:
            if stand.language.status != "source":
                found.setdefault(stand.standing, []).append(stand.language.code)
        open_ = [each for each in Standing if each in found and COLOURS[each] != "ok"]
        return [self.state(each, ", ".join(found[each])) for each in open_] or [
            self.state(Standing.REVIEWED if found else Standing.SOURCE)
        ]

    def screen_state(self, screen: Screen) -> State | None:
        """Return how the texts of the newest message stand, None where it has none of its own."""
        stand = freshness.stand(self.catalogue, screen.keys, screen.language)
        if screen.missing or stand.missing:
            return self.state(Standing.MISSING)
        if screen.stale or stand.stale:
            return self.state(Standing.STALE)
        return self.state(stand.trust) if screen.keys else None

    # -- phones

    def bubbles(self, screen: Screen) -> list[dict[str, object]]:
        """Return what one phone shows, in order; only the newest question can be answered."""
        code = screen.language.code
        found: list[dict[str, object]] = []
        for event in screen.events:
            mine = event["from"] == "me"
            who = texts_web.YOU if mine else texts_web.SPEAKER_PROGRAM
            is_open = event["id"] == screen.open
            found.append(
                {
                    "me": mine,
                    "who": self.catalogue.words(who, code),
                    "lang": event.get("lang"),
                    "dir": event.get("dir"),
                    "html": Markup(event["html"]),  # noqa: S704  escaped by the renderer
                    "choices": _choices(event["choices"]) if is_open else [],
                    "fresh": False,
                }
            )
        newest = [number for number, each in enumerate(found) if each["me"]]
        if found:
            found[newest[-1] if newest else 0]["fresh"] = True
        return found

    # -- what is to be done

    def problems(self, found: Iterable[Problem]) -> list[dict[str, object]]:
        """Return problems with their places, errors first."""
        ranked = sorted(found, key=lambda problem: problem.severity != "error")
        return [
            {
                "error": problem.severity == "error",
                "colour": "alarm" if problem.severity == "error" else "wait",
                "word": self.say("error" if problem.severity == "error" else "warning"),
                "place": self.files.place(problem.file, problem.line, problem.column),
                "message": self.prose(problem.message),
                "hint": self.prose(problem.hint),
            }
            for problem in ranked
        ]

    def counts(self, found: Sequence[Problem]) -> str:
        """Return how many errors and warnings there are; empty where there are none."""
        errors = sum(problem.severity == "error" for problem in found)
        shown = [self.count("errors", errors)] if errors else []
        if len(found) > errors:
            shown.append(self.count("warnings", len(found) - errors))
        return ", ".join(shown)

    def reviews(
        self, found: Iterable[Review], place_of: Callable[[Review], Place]
    ) -> list[dict[str, object]]:
        """Return what has to be checked again, as rows."""
        today = self.moment.today
        return [
            {
                "kind": self.say(review.kind),
                "name": self._name(review, today),
                "entry": review.id if review.kind == "entry" else None,
                "day": self.day(review.day) if review.day is not None else "",
                "state": State(
                    COLOURS[review.state(today)], self.say(REVIEW_WORDS[review.state(today)])
                ),
                "place": place_of(review),
            }
            for review in found
        ]

    def _name(self, review: Review, today: date) -> str:
        if review.kind == "fact":
            value = self.catalogue.fact(review.id, self.catalogue.source.code, today)
            return f"{review.id} = {value}" if value is not None else review.id
        if review.kind == "place":
            return self.catalogue.plain(f"places/{review.id}/name", self.catalogue.source.code)
        return self.title(review.id)


def _choices(choices: object) -> list[dict[str, object]]:
    """Return the buttons; two short neighbours of one kind share a row."""
    given = list(choices) if isinstance(choices, list) else []
    found: list[dict[str, object]] = []
    at = 0
    while at < len(given):
        row = given[at : at + 2]
        pair = len(row) == 2 and all(len(each["label"]) <= SHORT for each in row)
        for each in row if pair else row[:1]:
            action = str(each["id"]).partition("~")[2]
            move = write_move(Pressed(action))
            found.append({"lang": None, "dir": None} | each | {"pair": pair, "move": move})
        at += 2 if pair else 1
    return found
