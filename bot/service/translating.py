"""Translation between a newcomer and the counsellors: her words into the site's language, theirs
into hers with a translation back to check it.

Nothing leaves the house unless the site has switched it on (`Site.translation`). Her words are
translated by a job after they were committed; the result is kept with the conversation and goes
with it. A counsellor's reply is translated before it is sent, while she looks at it; what comes of
half-written replies is kept in memory, and not for long. Where there is no translation, the
original stands: nothing waits for a service. Texts are never logged.
"""

from __future__ import annotations

import asyncio
import hashlib
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import orjson

from bot.content.catalogue import Catalogue
from bot.domain.outgoing import FSI, PDI
from bot.domain.staff import Role
from bot.service.codec import load_state, load_words
from bot.service.jobs import Args, Jobs, defer
from bot.service.notifier import Notifier
from bot.service.translation import Failed, Why, base
from bot.service.translation_guard import GuardedTranslator, Words
from bot.storage import cases, conversations, messages, staff, translations
from bot.storage.conversations import Conversation
from bot.storage.database import Database
from bot.storage.transaction import Tx

TRANSLATE = "case.translate"
DESK = ("desk", "")
AGAIN = tuple(timedelta(seconds=seconds) for seconds in (20, 60, 300, 1800))
LONGEST = 8000  # characters of one message that are translated
ENOUGH = 24  # letters from which on a service tells languages apart
PREVIEWS = 128
PREVIEW_KEPT = timedelta(minutes=10)
_MARKS = {ord(FSI): None, ord(PDI): None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one message of hers in another language. `same`: it is in that language."""

    state: Literal["translated", "same", "pending", "failed", "off"]
    text: str | None = field(default=None, repr=False)
    source: str | None = None
    provider: str | None = None
    why: Why | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A reply as it will arrive, and translated back; `back` None: that did not work."""

    text: str = field(repr=False)
    lang: str
    back: str | None = field(repr=False)
    provider: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Whether translation is switched on and set, by whom, and whether it works."""

    on: bool
    provider: str
    working: bool


class Translating:
    """The use cases."""

    def __init__(
        self,
        *,
        database: Database,
        catalogue: Callable[[], Catalogue],
        translator: GuardedTranslator,
        notifier: Notifier,
        clock: Callable[[], datetime],
        jobs: Jobs,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._translator = translator
        self._notifier = notifier
        self._clock = clock
        self._jobs = jobs
        self._previews: OrderedDict[tuple[int, str, str], tuple[datetime, Preview]] = OrderedDict()
        self._under_way: dict[tuple[int, str, str], asyncio.Task[Preview | Failed]] = {}
        jobs.register(TRANSLATE, self.translate_case)

    def status(self) -> Status:
        """Say how translation stands."""
        return Status(
            on=self._catalogue().site.translation and self._translator.is_set,
            provider=self._translator.provider,
            working=self._translator.is_well,
        )

    async def can(self, lang: str) -> bool | None:
        """Return whether replies can go into this language; None: the service has not said."""
        if not self.status().on:
            return False
        return await self._translator.can(self._catalogue().source.code, lang)

    # -- her words

    def want(self, tx: Tx, catalogue: Catalogue, conversation_id: int, now: datetime) -> None:
        """Have what she wrote in her open case translated after the commit."""
        if catalogue.site.translation and self._translator.is_set:
            _defer(tx, conversation_id, 0, now)

    def known(
        self,
        tx: Tx,
        conversation: Conversation,
        words: Sequence[tuple[int, str]],
        *,
        to: str | None = None,
    ) -> list[Known]:
        """Return what is known of each of her words (number, text) in the language `to` (None: the
        site's).
        """
        target = to or self._catalogue().source.code
        digests = [_digest(text, target) for _, text in words]
        found = translations.some(tx, conversation, set(digests))
        missing = Known(state="pending" if self.status().on else "off")
        return [_loaded(found[each]) if each in found else missing for each in digests]

    async def translate_case(self, args: Args) -> None:
        """Translate what she wrote in her open case and nobody has translated: the job."""
        conversation_id, attempt = int(args["conversation"]), int(args["attempt"])
        catalogue = self._catalogue()
        if not self.status().on:
            return
        target = catalogue.source.code
        todo = await self._database.read(lambda tx: _untranslated(tx, conversation_id, target))
        if todo is None:
            return
        language, texts = todo
        again = False
        for text in texts:
            done = await self._translator.translate(
                text[:LONGEST],
                _guess(text, language, catalogue),
                target,
                glossary=catalogue.glossaries.get(language or ""),
            )
            again = again or (isinstance(done, Failed) and done.retryable)
            await self._keep(conversation_id, text, target, done)
        if again and attempt < len(AGAIN):
            at = self._clock() + AGAIN[attempt]
            await self._database.write(lambda tx: _defer(tx, conversation_id, attempt + 1, at))
            self._jobs.committed()

    async def _keep(
        self, conversation_id: int, text: str, target: str, done: Words | Failed
    ) -> None:
        body = _dumped(done)

        def put(tx: Tx) -> None:
            conversation = conversations.by_id(tx, conversation_id)
            if conversation is not None:  # erased meanwhile
                translations.put(tx, conversation, _digest(text, target), body, self._clock())

        await self._database.write(put)
        self._notifier.changed(*DESK)

    # -- the counsellor's

    async def reply(self, conversation_id: int, text: str, *, to: str) -> Preview | Failed:
        """Translate a reply into her language and back; never raises, and gives up in time."""
        key = (conversation_id, text, base(to))
        if not self.status().on:
            return Failed(Why.OFF)
        kept = self._recall(key)
        if kept is not None:
            return kept
        task = self._under_way.get(key)
        if task is None:  # two counsellors, or an impatient page, ask once
            task = asyncio.create_task(self._reply(key))
            self._under_way[key] = task
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        return await asyncio.shield(task)

    async def _reply(self, key: tuple[int, str, str]) -> Preview | Failed:
        _, text, to = key
        catalogue = self._catalogue()
        source, glossary = catalogue.source.code, catalogue.glossaries.get(to)
        done = await self._translator.translate(text, source, to, glossary=glossary, explained=True)
        if isinstance(done, Failed):
            return done
        plain = done.text.translate(_MARKS)
        back = await self._translator.translate(plain, to, source, glossary=glossary)
        preview = Preview(
            text=done.text,
            lang=to,
            back=back.text if isinstance(back, Words) else None,
            provider=done.provider,
        )
        if preview.back is not None:
            self._previews[key] = (self._clock(), preview)
            while len(self._previews) > PREVIEWS:
                self._previews.popitem(last=False)
        return preview

    def _recall(self, key: tuple[int, str, str]) -> Preview | None:
        """Return what was translated a moment ago; what is older is forgotten."""
        now = self._clock()
        while self._previews:
            at, _ = next(iter(self._previews.values()))
            if now - at <= PREVIEW_KEPT:
                break
            self._previews.popitem(last=False)
        found = self._previews.get(key)
        return found[1] if found is not None else None


def speakers(tx: Tx, catalogue: Catalogue, language: str) -> tuple[str, ...]:
    """Return the login names of the counsellors who speak a language: as they say themselves, or as
    desk.yaml says.
    """
    wanted = base(language)
    found: list[str] = []
    for person in staff.all(tx):
        if person.disabled_at is not None or Role.COUNSELLOR not in person.roles:
            continue
        rostered = catalogue.desk.people.get(person.name)
        spoken = (*person.languages, *(rostered.languages if rostered is not None else ()))
        if wanted in {base(each) for each in spoken}:
            found.append(person.name)
    return tuple(found)


def _defer(tx: Tx, conversation_id: int, attempt: int, at: datetime) -> None:
    args = {"conversation": conversation_id, "attempt": attempt}
    defer(
        tx, TRANSLATE, args, at=at, lane=f"{TRANSLATE}:{conversation_id}" if not attempt else None
    )


def _untranslated(tx: Tx, conversation_id: int, target: str) -> tuple[str | None, list[str]] | None:
    """Return her language and what she wrote in her open case that has no translation yet."""
    conversation = conversations.by_id(tx, conversation_id)
    case = cases.open_of(tx, conversation_id)
    if conversation is None or case is None:
        return None
    texts: dict[str, None] = {}
    for row in messages.of_case(tx, conversation, case.from_seq):
        if row.direction == "in":
            text, press = load_words(row.body)
            if text.strip() and press is None:
                texts[text] = None
    digests = {_digest(text, target): text for text in texts}
    kept = translations.some(tx, conversation, set(digests))
    done = {digests[each] for each, body in kept.items() if not _is_worth_another_try(body)}
    state = load_state(conversation.state) if conversation.state is not None else None
    return (state.language if state else None), [text for text in texts if text not in done]


def _is_worth_another_try(body: bytes) -> bool:
    known = _loaded(body)
    return known.why is not None and Failed(known.why).retryable


def _digest(text: str, target: str) -> bytes:
    """Return what a text is found by; storage keeps an HMAC of it."""
    return hashlib.sha256("\0".join((target, text)).encode("utf-8", "surrogatepass")).digest()


def _dumped(done: Words | Failed) -> bytes:
    if isinstance(done, Failed):
        return orjson.dumps({"why": done.why})
    return orjson.dumps({"text": done.text, "source": done.source, "provider": done.provider})


def _loaded(body: bytes) -> Known:
    found = orjson.loads(body)
    if "why" in found:
        why = Why(found["why"])
        return Known(state="same" if why is Why.SAME else "failed", why=why)
    return Known(
        state="translated",
        text=found["text"],
        source=found["source"],
        provider=found["provider"],
    )


def _guess(text: str, language: str | None, catalogue: Catalogue) -> str | None:
    """Return the language of a text where the service could not tell: short, and in the script of
    the language that she reads. None: the service finds out.
    """
    letters = [letter for letter in text if letter.isalpha()]
    known = catalogue.language(language) if language is not None else None
    if known is None or len(letters) >= ENOUGH:
        return None
    written, own = _scripts(letters), _scripts([each for each in known.name if each.isalpha()])
    return known.code if written <= own else None


def _scripts(letters: Sequence[str]) -> set[str]:
    return {unicodedata.name(letter, "?").partition(" ")[0] for letter in letters}
