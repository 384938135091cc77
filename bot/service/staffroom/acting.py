"""Staff words and answers as acts on a case, and refusals as answers.

Every act carries the message that it came from (`via`), so that it happens once. German goes out
in her language where the site has a translation service; what is written in the script of her own
language goes out as it is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.content.catalogue import Catalogue
from bot.domain.case import Case, CaseStatus
from bot.domain.texts import Text
from bot.domain.texts_staff import (
    CASE_CLOSED,
    EDIT_UNKNOWN,
    NO_CASE,
    NOBODY,
    NOT_ALLOWED,
    NOT_NOW,
    NOT_YOURS,
    NOTED_DOWN,
    NOTHING_TO_RECALL,
    ONLY_WORDS,
    SOMEBODY,
    TAKE_FIRST,
    TAKEN,
    TAKEN_BEFORE,
    TO_WHOM,
    TOO_LONG,
    UNTIL_WHEN,
    WHAT_NOTE,
    WHICH_OUTCOME,
)
from bot.service import duty
from bot.service.cases import Acting, Cases, Reason, Refusal, SentWords, entries
from bot.service.ports import Via
from bot.service.staffroom import words
from bot.service.staffroom.when import until
from bot.service.staffroom.words import StaffWord, Word
from bot.storage import case_entries, conversations, staff
from bot.storage.database import Database
from bot.storage.staff import Staff
from bot.storage.transaction import Tx

Translate = Callable[[int, str, str], Awaitable[SentWords | None]]
"""Words to her in her language: (conversation, text, language); None where there is none."""

LATIN = "LATIN"

_REFUSALS = {
    Reason.NO_CASE: NO_CASE,
    Reason.NO_ENTRY: NOTHING_TO_RECALL,
    Reason.NO_STAFF: NOT_ALLOWED,
    Reason.ROLE: NOT_ALLOWED,
    Reason.TAKEN: TAKEN,
    Reason.NOT_YOURS: TAKEN,
    Reason.CLOSED: CASE_CLOSED,
    Reason.OPEN: NOT_NOW,
    Reason.NOT_POSSIBLE: NOT_NOW,
    Reason.EMPTY: ONLY_WORDS,
    Reason.TOO_LONG: TOO_LONG,
    Reason.PAST: UNTIL_WHEN,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a staff room is told in the thread."""

    text: Text
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks for something in the thread of a case. `entry`: of the message that it edits, takes
    away or replies to.
    """

    acting: Acting
    case: Case
    entry: int | None
    via: Via
    at: datetime


class Acts:
    """What a linked member of staff can do from a staff room."""

    def __init__(
        self,
        *,
        database: Database,
        cases: Cases,
        catalogue: Callable[[], Catalogue],
        translate: Translate | None = None,
    ) -> None:
        self._database = database
        self._cases = cases
        self._catalogue = catalogue
        self._translate = translate

    async def reply(self, asked: Asked, text: str) -> Answer | None:
        """Answer her; a case that nobody has is taken first."""
        acting, case = asked.acting, asked.case
        if case.status is CaseStatus.CLOSED:
            return Answer(CASE_CLOSED)
        try:
            if case.assignee is None:
                await self._cases.claim(acting, case.id)
            sent = await self._sent(case, text)
            await self._cases.reply(acting, case.id, text, sent=sent, via=asked.via)
        except Refusal as refusal:
            return self._refused(refusal)
        return None

    async def correct(self, asked: Asked, text: str) -> Answer | None:
        """Put other words in the place of a reply."""
        if asked.entry is None:
            return Answer(EDIT_UNKNOWN)
        try:
            sent = await self._sent(asked.case, text)
            await self._cases.correct(asked.acting, asked.entry, text, sent=sent, via=asked.via)
        except Refusal as refusal:
            if refusal.reason is Reason.NO_ENTRY:  # a note, or recalled
                return Answer(EDIT_UNKNOWN)
            return self._refused(refusal, yours=True)
        return None

    async def taken_away(self, asked: Asked) -> Answer | None:
        """Recall a reply whose author has taken it away in the staff room."""
        if asked.entry is None:
            return None
        try:
            await self._cases.recall(asked.acting, asked.entry, via=asked.via)
        except Refusal as refusal:
            if refusal.reason is Reason.NO_ENTRY:  # a note, or recalled before
                return None
            return self._refused(refusal, yours=True)
        return None

    async def do(self, asked: Asked, word: StaffWord) -> Answer | None:
        """Do what a staff word says."""
        try:
            return await self._do(asked, word)
        except Refusal as refusal:
            if word.word is Word.CLAIM and refusal.reason is Reason.TAKEN:
                return Answer(TAKEN_BEFORE, {"name": refusal.by or self._somebody()})
            return self._refused(refusal, yours=word.word is Word.RECALL)

    async def _do(self, asked: Asked, word: StaffWord) -> Answer | None:
        acting, case, via = asked.acting, asked.case, asked.via
        argument = word.argument
        match word.word:
            case Word.CLAIM:
                await self._cases.claim(acting, case.id, via=via)
            case Word.RELEASE:
                await self._cases.release(acting, case.id, via=via)
            case Word.TRANSFER:
                return await self._transfer(asked, argument)
            case Word.SNOOZE:
                zone = ZoneInfo(self._catalogue().site.zone)
                moment = until(argument, now=asked.at, zone=zone)
                if moment is None:
                    return Answer(UNTIL_WHEN)
                await self._cases.snooze(acting, case.id, moment, via=via)
            case Word.NOTE:
                if not argument:
                    return Answer(WHAT_NOTE)
                await self._cases.note(acting, case.id, argument, via=via)
                return Answer(NOTED_DOWN)
            case Word.CLOSE:
                outcome = words.outcome(argument)
                if outcome is None:
                    return Answer(WHICH_OUTCOME, {"words": words.OUTCOME_WORDS})
                (closed,) = await self._cases.close(acting, (case.id,), outcome, via=via)
                if closed.refusal is not None:
                    raise closed.refusal
            case Word.RECALL:
                entry = asked.entry
                if entry is None:
                    entry = await self._database.read(lambda tx: _last_reply(tx, acting, case))
                if entry is None:
                    return Answer(NOTHING_TO_RECALL)
                await self._cases.recall(acting, entry, via=via)
        return None

    async def _transfer(self, asked: Asked, name: str) -> Answer | None:
        colleagues = await self._database.read(lambda tx: _colleagues(tx, asked.acting))
        names = ", ".join(each.shown_name for each in colleagues)
        if not name:
            return Answer(TO_WHOM, {"name": colleagues[0].shown_name if colleagues else "NAME"})
        found = _named(colleagues, name)
        if found is None:
            return Answer(NOBODY, {"names": names or "-"})
        await self._cases.transfer(asked.acting, asked.case.id, found.id, via=asked.via)
        return None

    async def _sent(self, case: Case, text: str) -> SentWords | None:
        """Return the words that go to her in place of what was written; None: these themselves."""
        catalogue = self._catalogue()
        if case.language == catalogue.source.code:
            return None
        language = catalogue.language(case.language)
        own = _script(language.name) if language is not None else None
        if own not in {None, LATIN} and _script(text) == own:  # written in her language already
            return SentWords(text=text, lang=case.language)
        if self._translate is None:
            return None
        return await self._translate(case.conversation_id, text, case.language)

    def _refused(self, refusal: Refusal, *, yours: bool = False) -> Answer:
        text = _REFUSALS[refusal.reason]
        if refusal.reason is Reason.NOT_YOURS:
            if yours:
                return Answer(NOT_YOURS)
            if refusal.by is None:
                return Answer(TAKE_FIRST)
        return Answer(text, {"name": refusal.by or self._somebody()} if text is TAKEN else {})

    def _somebody(self) -> str:
        catalogue = self._catalogue()
        return catalogue.words(SOMEBODY, catalogue.source.code)


def _script(text: str) -> str | None:
    """Return the script of most letters, as Unicode names it."""
    found: dict[str, int] = {}
    for letter in text:
        if letter.isalpha():
            script = unicodedata.name(letter, "?").partition(" ")[0]
            found[script] = found.get(script, 0) + 1
    return max(found, key=lambda script: found[script]) if found else None


def _colleagues(tx: Tx, acting: Acting) -> list[Staff]:
    return [
        each for each in staff.all(tx) if duty.is_counsellor(each) and each.id != acting.staff_id
    ]


def _named(colleagues: list[Staff], name: str) -> Staff | None:
    """Return the one colleague of this name; the beginning is enough where only one has it."""
    wanted = name.casefold().lstrip("@")
    exact = [
        one for one in colleagues if wanted in {one.name.casefold(), one.shown_name.casefold()}
    ]
    begun = [
        one
        for one in colleagues
        if one.name.casefold().startswith(wanted) or one.shown_name.casefold().startswith(wanted)
    ]
    found = exact or begun
    return found[0] if len(found) == 1 else None


def _last_reply(tx: Tx, acting: Acting, case: Case) -> int | None:
    """Return the newest reply of hers in a case that still stands."""
    conversation = conversations.by_id(tx, case.conversation_id)
    if conversation is None:
        return None
    for entry in reversed(case_entries.of_case(tx, conversation, case.id)):
        if entry.kind == "reply" and entry.staff_id == acting.staff_id:
            body = entries.load(entry)
            if isinstance(body, entries.Reply) and not body.recalled:
                return entry.id
    return None
