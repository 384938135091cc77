from __future__ import annotations

import json
from typing import Any

import pytest

from bot.channels.matrix.choices import keycap, number_of, offered
from bot.channels.matrix.translate import Correction, Tap, translate, without_fallback
from bot.domain.inbound import Attachment, AttachmentKind, TextMessage, Unreadable


def message(**content: Any) -> dict[str, Any]:
    return {"type": "m.room.message", "content": content}


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({"msgtype": "m.text", "body": "!menu"}, TextMessage(text="!menu")),
        ({"msgtype": "m.emote", "body": "waves"}, TextMessage(text="waves")),
        ({"msgtype": "m.notice", "body": "robot"}, None),
        ({"msgtype": "m.key.verification.request", "body": "verify me"}, None),
        ({"msgtype": "m.image", "body": "a.jpg"}, Attachment(kind=AttachmentKind.PHOTO)),
        ({"msgtype": "m.audio", "body": "a.ogg"}, Attachment(kind=AttachmentKind.VOICE)),
        ({"msgtype": "m.video", "body": "a.mp4"}, Attachment(kind=AttachmentKind.VIDEO)),
        ({"msgtype": "m.file", "body": "a.pdf"}, Attachment(kind=AttachmentKind.DOCUMENT)),
        (
            {"msgtype": "m.location", "body": "here", "geo_uri": "geo:1,2"},
            Attachment(kind=AttachmentKind.LOCATION),
        ),
        ({"msgtype": "org.example", "body": "?"}, Attachment(kind=AttachmentKind.OTHER)),
        (
            {
                "msgtype": "m.text",
                "body": "> <@a:b> 1\n> 2\n\nyes",
                "m.relates_to": {"m.in_reply_to": {"event_id": "$q"}},
            },
            TextMessage(text="yes", reply_to="$q"),
        ),
        (
            {
                "msgtype": "m.text",
                "body": "in a thread",
                "m.relates_to": {
                    "rel_type": "m.thread",
                    "event_id": "$t",
                    "is_falling_back": True,
                    "m.in_reply_to": {"event_id": "$q"},
                },
            },
            TextMessage(text="in a thread"),
        ),
        (
            {
                "msgtype": "m.text",
                "body": "* new",
                "m.new_content": {"msgtype": "m.text", "body": "new"},
                "m.relates_to": {"rel_type": "m.replace", "event_id": "$o"},
            },
            Correction(target="$o", text="new"),
        ),
        (
            {"msgtype": "m.text", "body": "*", "m.relates_to": {"rel_type": "m.replace"}},
            None,
        ),
    ],
)
def test_messages(content: dict[str, Any], found: object) -> None:
    assert translate(message(**content)) == found


@pytest.mark.parametrize(
    "content", [{}, {"msgtype": "m.text"}, {"msgtype": "m.text", "body": ["x"]}, {"body": "x"}]
)
def test_what_has_no_form_is_unreadable(content: dict[str, Any]) -> None:
    found = translate(message(**content))
    assert isinstance(found, Unreadable)
    assert json.loads(found.raw) == content


def test_content_that_is_no_object() -> None:
    assert isinstance(translate({"type": "m.room.message", "content": 1}), Unreadable)


def test_what_was_taken_back_says_nothing() -> None:
    event = {"type": "m.room.message", "content": {}, "unsigned": {"redacted_because": {}}}
    assert translate(event) is None


def test_other_events_are_not_for_the_bot() -> None:
    assert translate({"type": "m.call.invite", "content": {}}) is None
    assert translate({"type": "m.room.topic", "content": {"topic": "x"}}) is None


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("1\ufe0f\u20e3", "1"),
        ("5\u20e3", "5"),
        ("3", "3"),
        ("\U0001f51f", "10"),
        ("👍", None),
        ("", None),
        ("\u20e3", None),
        ("٣", None),
        ("1234", None),
    ],
)
def test_reactions(key: str, number: str | None) -> None:
    relation = {"rel_type": "m.annotation", "event_id": "$p", "key": key}
    event = {"type": "m.reaction", "content": {"m.relates_to": relation}}
    assert number_of(key) == number
    assert translate(event) == (None if number is None else Tap(target="$p", number=number))


@pytest.mark.parametrize(
    "content", [{}, {"m.relates_to": 1}, {"m.relates_to": {"rel_type": "m.annotation", "key": 1}}]
)
def test_reactions_without_form(content: dict[str, Any]) -> None:
    assert translate({"type": "m.reaction", "content": content}) is None


def test_sticker() -> None:
    event = {"type": "m.sticker", "content": {"body": "wave"}}
    assert translate(event) == Attachment(kind=AttachmentKind.STICKER)


@pytest.mark.parametrize(
    ("body", "rest"),
    [
        ("plain", "plain"),
        ("> her own quotation", "> her own quotation"),
        ("> <@a:b> words\n\nanswer\n\nmore", "answer\n\nmore"),
        ("> * <@a:b> waves\n\nanswer", "answer"),
        ("> <@a:b> words only", ""),
    ],
)
def test_fallback(body: str, rest: str) -> None:
    assert without_fallback(body) == rest


def test_offered_counts_the_choices() -> None:
    assert offered("<p>x</p><ul><li>a</li></ul>") == 0
    assert offered('<ol><li>a</li><li lang="ar" dir="rtl">b</li></ol>') == 2
    assert offered('<ol start="3"><li>c</li></ol>') == 0  # the rest of a long list
    assert [number_of(keycap(n)) for n in range(1, 6)] == ["1", "2", "3", "4", "5"]
