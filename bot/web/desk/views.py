"""The values of the preview's pages: all entries, one entry on two phones, and the tree beside
them.

Looks up lines in files; everything else comes from the moment that is shown.
"""

from __future__ import annotations

from bot.content.model import Language
from bot.domain import texts_web
from bot.domain.errors import Problem
from bot.service import freshness
from bot.service.freshness import Review, Stand, Standing
from bot.service.preview import Preview
from bot.service.preview_walk import MOST_MOVES, Screen
from bot.web.desk.files import Place
from bot.web.desk.shown import Shown

Values = dict[str, object]


class Views:
    """Makes the values of one request's page."""

    def __init__(self, preview: Preview, shown: Shown) -> None:
        self._preview = preview
        self._shown = shown
        self._catalogue = shown.catalogue
        self._stands = freshness.stands(shown.catalogue)
        self._rows: dict[str, dict[str, int]] = {}

    def tree(self) -> list[Values]:
        """Return the topics with their entries, each with what is to be done."""
        shown = self._shown
        days = {
            each.id: shown.day(each.day)
            for each in freshness.reviews(self._catalogue)
            if each.kind == "entry" and each.state(shown.moment.today) == "overdue" and each.day
        }
        return [
            {
                "title": shown.topic(topic.id),
                "entries": [
                    {
                        "id": entry,
                        "title": shown.title(entry),
                        "url": shown.address.of_entry(entry).url,
                        "states": shown.summary(self._stands[entry]),
                        "overdue": days.get(entry),
                    }
                    for entry in topic.entries
                    if entry in self._stands
                ],
            }
            for topic in self._catalogue.topics
        ]

    def overview(self) -> Values:
        """Return all entries in all languages, and everything that is to be checked again."""
        shown = self._shown
        return {
            "rows": [
                {
                    "title": shown.topic(topic.id),
                    "entries": [self._row(e) for e in topic.entries if e in self._stands],
                }
                for topic in self._catalogue.topics
            ],
            "languages": [
                shown.name_of(language) for language in freshness.content_languages(self._catalogue)
            ],
            "legend": [
                (shown.state(standing), shown.say(f"legend_{standing.value}"))
                for standing in reversed(Standing)
            ],
            "reviews": shown.reviews(freshness.reviews(self._catalogue), self._place),
        }

    def _row(self, entry: str) -> Values:
        address = self._shown.address.of_entry(entry)
        return {
            "title": self._shown.title(entry),
            "url": address.url,
            "cells": [
                {
                    "state": self._shown.of_stand(stand),
                    "url": address.beside(stand.language.code).url,
                }
                for stand in self._stands[entry]
            ],
        }

    def entry(self, entry: str) -> Values:
        """Return one entry walked on two phones, and what is to be done about it."""
        shown, address = self._shown, self._shown.address
        sides = (address.left, address.right)
        walk = shown.moment.walk(entry, sides, address.moves)
        here = shown.address = address.at(walk.moves)
        spot = walk.screens[0].spot
        at = (spot.entry, spot.step) if spot is not None else (entry, None)
        return {
            "entry": entry,
            "title": shown.title(entry),
            "cut": walk.cut,
            "long": len(address.moves) > MOST_MOVES,
            "spot": spot,
            "place": self._step(*at),
            "restart": here.at(()).url,
            "undo": here.at(walk.moves[:-1]).url if walk.moves else None,
            "phones": [
                self._phone(*each)
                for each in zip(("left", "right"), sides, walk.screens, strict=True)
            ],
            "options": [
                (language.code, shown.name_of(language), self._remark(language))
                for language in self._catalogue.languages
            ],
            "stands": [self._language(stand) for stand in self._stands[entry]],
            "confirm": next((key for stand in self._stands[entry] for key in stand.stale), None),
            "reviews": shown.reviews(
                freshness.reviews_of(self._catalogue, self._catalogue.entries[entry]), self._place
            ),
        }

    def _phone(self, side: str, chosen: str, screen: Screen) -> Values:
        shown, code = self._shown, screen.language.code
        return {
            "side": side,
            "label": shown.say(side),
            "screen": screen,
            "name": shown.name_of(screen.language),
            "chosen": chosen,
            "state": shown.screen_state(screen),
            "hint": self._catalogue.words(texts_web.PLACEHOLDER, code),
            "send": self._catalogue.words(texts_web.SEND, code),
            "bubbles": shown.bubbles(screen),
        }

    def _remark(self, language: Language) -> str:
        if language.status == "source":
            return self._shown.say("source")
        return "" if language.content else self._shown.say("interface_only")

    def _language(self, stand: Stand) -> Values:
        shown, name = self._shown, self._shown.name_of(stand.language)
        lists = (("keys_missing", stand.missing), ("keys_stale", stand.stale))
        return {
            "name": name,
            "code": stand.language.code,
            "state": shown.of_stand(stand),
            "url": shown.address.beside(stand.language.code).url,
            "lists": [
                {"heading": shown.say(word, language=name), "keys": keys}
                for word, keys in lists
                if keys
            ],
        }

    def concerns(self, problem: Problem, entry: str) -> bool:
        """Return whether a problem is one of an entry: in its file, or in a translation of it."""
        file = self._catalogue.texts[f"{entry}/title"].file
        return problem.file == file or f"`{entry}/" in problem.message

    # -- places in files

    def _step(self, entry: str, step: str | None = None) -> Place:
        """Return where a step of an entry begins; without a step, where the entry does."""
        name = f"topics/{self._catalogue.entries[entry].topic}/{entry}.yaml"
        line = self._preview.steps(name).get(step, 1) if step is not None else 1
        return self._shown.files.place((self._preview.content / name).as_posix(), line)

    def _place(self, review: Review) -> Place:
        if review.kind == "entry":
            return self._step(review.id)
        name = f"{review.kind}s.yaml"
        if name not in self._rows:
            self._rows[name] = self._preview.rows(name)
        file = (self._preview.content / name).as_posix()
        return self._shown.files.place(file, self._rows[name].get(review.id, 1))
