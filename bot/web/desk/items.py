"""What was said and done in a case, each as the templates take it: the German words first, beneath
them those that were written or arrived, in their own direction.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never, cast

from bot.domain.delivery import DeliveryStatus
from bot.domain.inbound import AttachmentKind
from bot.domain.outgoing import Block, Bullets, Message
from bot.service.desk.talk import Happened, Hers, Item, Noted, Ours, Programs, Talk
from bot.web.desk.speech import Speech, Values

_UNDERWAY = frozenset({DeliveryStatus.PENDING, DeliveryStatus.SENDING, DeliveryStatus.UNKNOWN})
_LOST = frozenset({DeliveryStatus.FAILED, DeliveryStatus.SKIPPED})
_EVENTS = {
    "open": "event_opened",
    "crisis": "event_crisis",
    "late": "event_late",
    "claim": "event_claimed",
    "release": "event_released",
    "return": "event_returned",
    "transfer": "event_transferred",
    "snooze": "event_snoozed",
    "wake": "event_woke",
    "leave": "event_left",
    "end": "event_ended",
    "close": "event_closed",
    "reopen": "event_reopened",
}
_QUIET = frozenset({"correct", "recall", "follow_up"})
"""Events that show elsewhere on the page."""


class Items:
    """Makes the items of one case."""

    def __init__(self, talk: Talk, speech: Speech) -> None:
        self._talk = talk
        self._speech = speech
        self._german = speech.catalogue.source.code

    def all(self) -> list[Values]:
        """Return all items, in order; what the program said in a row stands together."""
        shown: list[Values] = []
        for each in self._talk.items:
            last = shown[-1] if shown else None
            if isinstance(each, Programs) and last is not None and last["kind"] == "program":
                last["texts"] = [*cast("list[Values]", last["texts"]), self._said(each)]
            elif (item := self._item(each)) is not None:
                shown.append(item)
        return shown

    def _item(self, item: Item) -> Values | None:
        match item:
            case Hers():
                return self._hers(item)
            case Programs():
                return self._program(item)
            case Ours():
                return self._ours(item)
            case Noted():
                return {
                    **self._base("note", item.entry, item.at, self._name(item.staff_id)),
                    "main": self._text(item.text),
                }
            case Happened():
                return self._event(item)
            case _:
                assert_never(item)

    def _hers(self, item: Hers) -> Values:
        speech, language = self._speech, self._talk.case.language
        base = {
            **self._base("hers", item.seq, item.at, speech.say("newcomer")),
            "marks": (),
            "orig": None,
            "label": "",
            "failed": None,
            "entry": None,
            "recalled": False,
        }
        if item.media is not None:
            return {**base, "main": self._text(self._media(item.media), lang=speech.language.code)}
        original = self._text(item.text, lang=language)
        if item.pressed:
            words = speech.say("pressed", label=item.text)
            return {**base, "main": self._text(words, lang=speech.language.code)}
        name = speech.language_name(language)
        known = item.known
        if known is not None and known.text is not None and known.state == "translated":
            source = known.source or language
            label = speech.say("original", language=speech.language_name(source))
            shown = {**self._text(item.text, lang=source), "label": label}
            return {**base, "main": self._text(known.text, lang=self._german), "orig": shown}
        if language == self._german or (known is not None and known.state == "same"):
            return {**base, "main": self._text(item.text, lang=self._german)}
        pending = known is not None and known.state == "pending"
        label = speech.say("translating") if pending else speech.say("untranslated", language=name)
        return {**base, "main": original, "label": label}

    def _media(self, kind: AttachmentKind) -> str:
        names = {AttachmentKind.PHOTO: "media_photo", AttachmentKind.VOICE: "media_voice"}
        return self._speech.say(names.get(kind, "media_other"))

    def _ours(self, item: Ours) -> Values:
        speech, reply = self._speech, item.reply
        arrived, written = None, reply.lang
        if reply.sent is not None:
            label = speech.say("arrived_as", language=speech.language_name(reply.lang))
            arrived = {**self._text(reply.sent, lang=reply.lang), "label": label}
            written = self._german
        marks = []
        if item.status in _UNDERWAY:
            marks.append(speech.say("being_sent"))
        elif item.status is DeliveryStatus.SENT:
            marks.append(speech.say("was_sent"))
        if reply.recalled:
            marks.append(speech.say("recalled"))
        return {
            **self._base("me", item.entry, item.at, self._name(item.staff_id)),
            "main": self._text(reply.text, lang=written),
            "orig": arrived,
            "label": "",
            "marks": marks,
            "failed": self._failed(item),
            "entry": item.entry,
            "recalled": reply.recalled,
        }

    def _failed(self, item: Ours) -> Values | None:
        lost = item.status is DeliveryStatus.FAILED or (
            item.status is DeliveryStatus.SKIPPED and not self._talk.reachable
        )
        if not lost or item.reply.recalled:
            return None
        speech = self._speech
        channel = speech.channel(self._talk.row.account)
        why = "refused_by" if self._talk.reachable else "blocked"
        return {
            "reason": speech.say("undelivered", reason=speech.say(why, channel=channel)),
            "row": item.row_id,
            "note": speech.say("other_way_note", channel=channel) + " ",
        }

    def _program(self, item: Programs) -> Values:
        return {
            **self._base("program", item.seq, item.at, self._speech.say("program")),
            "automatic": item.message.automatic,
            "texts": [self._said(item)],
        }

    def _said(self, item: Programs) -> Values:
        return self._text(plain(item.message), lang=item.message.lang)

    def _event(self, item: Happened) -> Values | None:
        code = item.event.event
        if code in _QUIET:
            return None
        name = self._name(item.event.by)
        to = self._name(item.event.to)
        values = {"name": name, "to": to, "event": code}
        text = self._speech.say_filled(_EVENTS.get(code, "event_other"), values)
        return {**self._base("event", item.entry, item.at, name), "text": text}

    # -- pieces

    def _base(self, kind: str, number: int, at: datetime, who: str) -> Values:
        return {"kind": kind, "id": number, "at": self._speech.moment(at), "who": who}

    def _name(self, staff_id: int | None) -> str:
        if staff_id is None:
            return self._speech.say("program")
        return self._talk.team.name(staff_id) or self._speech.say("somebody")

    def _text(self, text: str, *, lang: str = "") -> Values:
        known = self._speech.catalogue.language(lang) if lang else None
        if known is None:
            return {"text": text, "lang": lang, "dir": "auto"}
        return {"text": text, "lang": known.code, "dir": known.direction}


def plain(message: Message) -> str:
    """Return a message's words as lines."""
    return "\n".join(line for block in message.blocks for line in _lines(block))


def _lines(block: Block) -> list[str]:
    rows = block.items if isinstance(block, Bullets) else (block.spans,)
    return [
        "".join(span.label if span.type == "link" else span.text for span in spans)
        for spans in rows
    ]
