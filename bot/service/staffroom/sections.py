"""One post as blocks of text: what a staff room shows of words, replies, notes and events.

Which words of a case a room shows is decided here, at the moment of delivery: those of a crisis
nowhere, else as the site has set it (`desk.yaml`, `topics_show`). What is not shown is still told,
without a word of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.content.model_desk import TopicsShow
from bot.domain.case import Case, Priority
from bot.domain.outgoing import Block, Paragraph, Plain
from bot.domain.staffroom import StaffPost
from bot.domain.texts_staff import (
    ANSWERS,
    EVENTS,
    HIDDEN_NOTE,
    HIDDEN_REPLY,
    HIDDEN_WORDS,
    NOTED,
    OUTCOMES,
    PRESSED,
    REPLIED,
    SENT_SOMETHING,
    SOMEBODY,
    THE_PROGRAM,
    UNTRANSLATED,
    WRITES,
)
from bot.service.cases.entries import Body, Event, Note, Reply
from bot.service.staffroom.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What she wrote or pressed. `translation`: in the language of the team, where there is one."""

    text: str
    pressed: bool
    language: str
    translation: str | None = None


def shows_words(case: Case, *, hers: str, room: str, end_to_end: bool, setting: TopicsShow) -> bool:
    """Return whether a room shows what is said in a case. `hers` and `room` are the platforms of
    both; on her own platform nothing new learns of her words.
    """
    if case.priority is Priority.CRISIS or setting is TopicsShow.CARD:
        return False
    return setting is TopicsShow.ALL or end_to_end or hers == room


def of_words(words: Words, wording: Wording, *, shown: bool) -> tuple[Block, ...]:
    """Return what she said: the translation first, the original beneath in its own direction."""
    if not shown:
        return (wording.line(HIDDEN_WORDS),)
    if not words.text:
        return (wording.line(SENT_SOMETHING),)
    if words.pressed:
        return (wording.line(PRESSED, label=words.text),)
    original = _paragraphs(words.text, words.language)
    if words.translation is None:
        return (wording.heading(WRITES), *original)
    return (wording.heading(WRITES), *_paragraphs(words.translation, None), *original)


def of_entry(
    body: Body, names: dict[int, str], by: int | None, wording: Wording, *, shown: bool
) -> tuple[Block, ...]:
    """Return an entry of a case. `names` are the shown names of the staff it mentions."""
    if isinstance(body, Event):
        by = body.by
    somebody = wording.words(SOMEBODY)
    name = names.get(by, somebody) if by is not None else wording.words(THE_PROGRAM)
    match body:
        case Note() if not shown:
            return (wording.line(HIDDEN_NOTE, name=name),)
        case Note(text=text):
            return (wording.heading(NOTED, name=name), *_paragraphs(text, None))
        case Reply() if not shown or body.recalled:
            return (wording.line(HIDDEN_REPLY, name=name),)
        case Reply(text=text, sent=sent, lang=lang):
            blocks = (wording.heading(REPLIED, name=name), *_paragraphs(text, None))
            if sent is not None:
                return (*blocks, *_paragraphs(sent, lang))
            return blocks if lang == wording.language else (*blocks, wording.line(UNTRANSLATED))
        case Event():
            return _event(body, name, names, wording)


def of_answer(post: StaffPost, wording: Wording) -> tuple[Block, ...]:
    """Return the answer to a staff word."""
    text = ANSWERS.get(post.answer or "")
    if text is None:
        return ()
    return _lines(wording.words(text, **post.values))


def _event(body: Event, name: str, names: dict[int, str], wording: Wording) -> tuple[Block, ...]:
    text = EVENTS.get(body.event)
    if text is None:
        return ()
    until = body.until
    values = {
        "name": name,
        "to": names.get(body.to, "") if body.to is not None else "",
        "outcome": wording.words(OUTCOMES[body.outcome]) if body.outcome else "",
        "until": wording.moment(until) if until is not None else "",
    }
    used = {key: value for key, value in values.items() if f"{{{key}}}" in text.german}
    return (wording.line(text, **used),)


def _paragraphs(text: str, language: str | None) -> tuple[Block, ...]:
    return tuple(
        Paragraph(spans=(Plain(text=part),), lang=language)
        for part in text.split("\n\n")
        if part.strip()
    )


def _lines(text: str) -> tuple[Block, ...]:
    """Return a text of ours; its lists stay lines, which every platform shows alike."""
    return tuple(Paragraph(spans=(Plain(text=part),)) for part in text.split("\n\n"))
