"""The reply box: what is typed, how it would arrive, ready answers.

What is shown as arriving is what is sent: the form carries those words with a digest of the German
ones they belong to. Where the German has changed since, they are not used.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from bot.content.catalogue import Catalogue
from bot.service.cases import SentWords
from bot.service.translating import Preview, Translating
from bot.web.desk.speech import Speech, Values

READY = "replies"
"""Who translated a ready answer: the team, in the content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a counsellor typed. `own`: she writes the other person's language herself."""

    text: str = ""
    own: bool = False
    shown: str = ""
    shown_for: str = ""
    provider: str = ""


def digest(text: str) -> str:
    """Return what ties a translation to the words it was made of."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:32]


def new_key() -> str:
    """Return a form's own key: the same form sent twice is one answer."""
    return secrets.token_urlsafe(16)


class Arriving:
    """Says how words would arrive in one case."""

    def __init__(
        self, translating: Translating | None, speech: Speech, conversation_id: int, language: str
    ) -> None:
        self._translating = translating
        self._speech = speech
        self._conversation = conversation_id
        self._language = language
        self._source = speech.catalogue.source.code

    def before(self, written: Written) -> Values:
        """Return the box's part while nothing has been asked for yet."""
        if self._language == self._source:
            return {"mode": "same", "note": self._speech.say("same_language")}
        if written.own:
            return {"mode": "own", "note": self._speech.say("as_written")}
        if self._translating is None or not self._translating.status().on:
            ready = self._ready(written.text)
            return ready or {"mode": "none", "note": self._speech.say("no_translation")}
        return {"mode": "wait", "note": self._speech.say("check_wait")}

    async def shown(self, written: Written) -> Values:
        """Return how the words would arrive, and what they say when translated back."""
        before = self.before(written)
        if not written.text.strip() or before["mode"] != "wait":
            return before
        found = await self._preview(written.text)
        if found is None:
            return {"mode": "none", "note": self._speech.say("no_translation")}
        return self._both(written.text, found)

    async def sent(self, written: Written) -> SentWords | None:
        """Return what reaches her; None where the German goes out."""
        if self._language == self._source or written.own:
            return SentWords(text=written.text, lang=self._language, provider=None)
        if written.shown.strip() and written.shown_for == digest(written.text):
            provider = written.provider or None
            return SentWords(text=written.shown, lang=self._language, provider=provider)
        found = await self._preview(written.text)
        if found is None:
            return None
        return SentWords(text=found.text, lang=found.lang, provider=found.provider)

    async def _preview(self, text: str) -> Preview | None:
        ready = ready_words(self._speech.catalogue, text, self._language)
        if ready is not None:
            return Preview(text=ready, lang=self._language, back=text, provider=READY)
        if self._translating is None:
            return None
        found = await self._translating.reply(self._conversation, text, to=self._language)
        return found if isinstance(found, Preview) else None

    def _ready(self, text: str) -> Values | None:
        words = ready_words(self._speech.catalogue, text, self._language)
        if words is None:
            return None
        return self._both(text, Preview(text=words, lang=self._language, back=None, provider=READY))

    def _both(self, text: str, found: Preview) -> Values:
        speech, ready = self._speech, found.provider == READY
        back = None
        if found.back is not None and not ready:
            back = {"text": found.back, "lang": self._source, "dir": "ltr"}
        return {
            "mode": "both",
            "language": speech.language_name(self._language),
            "arrives": {
                "text": found.text,
                "lang": found.lang,
                "dir": speech.catalogue.direction(found.lang),
            },
            "back": back,
            "digest": digest(text),
            "provider": found.provider,
            "note": speech.say("ready_translation" if ready else "no_back_translation"),
        }


def ready_words(catalogue: Catalogue, text: str, language: str) -> str | None:
    """Return a ready answer in a language where `text` is that answer, unchanged, and somebody has
    translated its newest form.
    """
    for reply in catalogue.replies:
        if _german(catalogue, reply.text) == text.strip():
            found = catalogue.translation(reply.text, language)
            return found.text.strip() if found is not None and found.fresh else None
    return None


def ready_answers(speech: Speech, language: str) -> list[Values]:
    """Return the ready answers, each with its words in her language where there are any."""
    catalogue = speech.catalogue
    found: list[Values] = []
    for reply in catalogue.replies:
        german = _german(catalogue, reply.text)
        theirs = ready_words(catalogue, german, language)
        shown = None
        if theirs is not None:
            shown = {"text": theirs, "lang": language, "dir": catalogue.direction(language)}
        title = catalogue.plain(reply.title, speech.language.code)
        found.append({"id": reply.id, "title": title, "german": german, "theirs": shown})
    return found


def ready_german(catalogue: Catalogue, reply_id: str) -> str | None:
    """Return the German words of a ready answer."""
    keys = [reply.text for reply in catalogue.replies if reply.id == reply_id]
    return _german(catalogue, keys[0]) if keys else None


def _german(catalogue: Catalogue, key: str) -> str:
    return catalogue.texts[key].german.strip()


def box(
    speech: Speech,
    *,
    mode: str,
    language: str,
    written: Written,
    saved: str,
    check: Values,
    drafting: Sequence[str],
) -> Values:
    """Return the reply box. `saved` says when the draft was kept."""
    german = language == speech.catalogue.source.code
    return {
        "mode": mode,
        "key": new_key(),
        "note_key": new_key(),
        "label": speech.say("reply_plain" if written.own or german else "reply"),
        "lang": language if written.own else speech.catalogue.source.code,
        "text": written.text,
        "own": written.own,
        "own_word": ""
        if german
        else speech.say("own_language", language=speech.language_name(language)),
        "draft_state": saved,
        "check": check,
        "drafting": drafting,
    }
