"""Reading updates: every kind, every oddity, never an exception."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.events import Event, GroupCall, read
from bot.domain.inbound import (
    Attachment,
    AttachmentKind,
    ButtonPress,
    Reachable,
    TextMessage,
    Unreachable,
    Unreadable,
)

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
OLENA = {"id": 7, "is_bot": False, "first_name": "Olena", "language_code": "uk"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Olena"}
GROUP = {"id": -100, "type": "supergroup", "title": "Nachbarn"}


def read_one(**update: Any) -> Event:
    return read({"update_id": 9, **update}, account="telegram:1", at=AT)


def message(**fields: Any) -> Event:
    return read_one(message={"message_id": 5, "from": OLENA, "chat": PRIVATE, "date": 1, **fields})


def test_text() -> None:
    event = message(text="Guten Tag", reply_to_message={"message_id": 3})
    (inbound,) = event.inbounds
    assert inbound.content == TextMessage(text="Guten Tag", order=5, reply_to="3")
    assert (inbound.account, inbound.external_id, inbound.at) == ("telegram:1", "9", AT)
    assert (inbound.sender.address, inbound.sender.language) == ("7", "uk")


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("/start register-address", "/start register-address"),
        ("/menu@lotse_bot", "/menu"),
        ("/start@lotse_bot tax-id", "/start tax-id"),
        ("mail an a@b.de", "mail an a@b.de"),
        ("/", "/"),
    ],
)
def test_commands_lose_the_name_of_the_bot(text: str, read_as: str) -> None:
    (inbound,) = message(text=text).inbounds
    assert inbound.content == TextMessage(text=read_as, order=5)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"photo": [{}]}, AttachmentKind.PHOTO),
        ({"voice": {}}, AttachmentKind.VOICE),
        ({"audio": {}}, AttachmentKind.VOICE),
        ({"animation": {}, "document": {}}, AttachmentKind.VIDEO),
        ({"video_note": {}}, AttachmentKind.VIDEO),
        ({"document": {}}, AttachmentKind.DOCUMENT),
        ({"location": {}}, AttachmentKind.LOCATION),
        ({"venue": {}, "location": {}}, AttachmentKind.LOCATION),
        ({"contact": {}}, AttachmentKind.CONTACT),
        ({"sticker": {}}, AttachmentKind.STICKER),
        ({"poll": {}}, AttachmentKind.OTHER),
    ],
)
def test_attachments(fields: dict[str, Any], kind: AttachmentKind) -> None:
    (inbound,) = message(**fields).inbounds
    assert inbound.content == Attachment(kind=kind)


def test_words_under_a_picture_are_words() -> None:
    event = message(photo=[{}], caption="Was steht hier?", media_group_id="a1")
    assert [inbound.content for inbound in event.inbounds] == [
        Attachment(kind=AttachmentKind.PHOTO),
        TextMessage(text="Was steht hier?", order=5),
    ]
    assert len({inbound.external_id for inbound in event.inbounds}) == 2
    assert event.album == "a1"


@pytest.mark.parametrize(
    "fields",
    [
        {"pinned_message": {}},
        {"message_auto_delete_timer_changed": {}},
        {"text": ""},
        {"something_new": {}},
        {"text": "x", "from": {**OLENA, "is_bot": True}},
    ],
)
def test_what_is_no_word_to_us_passes(fields: dict[str, Any]) -> None:
    assert message(**fields) == Event()


def test_edited_words_are_words() -> None:
    old = {"message_id": 5, "from": OLENA, "chat": PRIVATE, "date": 1, "edit_date": 2}
    (inbound,) = read_one(edited_message={**old, "text": "neu"}).inbounds
    assert inbound.content == TextMessage(text="neu", order=5)
    assert read_one(edited_message={**old, "location": {}}) == Event()


def press(**fields: Any) -> Event:
    shown = {"message_id": 4, "chat": PRIVATE, "date": 0}
    query = {"id": "77", "from": OLENA, "message": shown, "data": "3~m", **fields}
    return read_one(callback_query=query)


def test_press() -> None:
    event = press()
    (inbound,) = event.inbounds
    assert (inbound.content, event.callback) == (ButtonPress(token="3~m"), "77")
    assert inbound.sender.address == "7"


@pytest.mark.parametrize(
    "fields",
    [
        {"data": None},
        {"message": None},
        {"message": {"message_id": 4, "chat": GROUP, "date": 0}},
    ],
)
def test_presses_that_are_only_answered(fields: dict[str, Any]) -> None:
    assert press(**fields) == Event(callback="77")


@pytest.mark.parametrize(
    ("status", "content"), [("kicked", Unreachable()), ("member", Reachable())]
)
def test_blocked_and_unblocked(status: str, content: object) -> None:
    event = standing(PRIVATE, "kicked" if status == "member" else "member", status)
    (inbound,) = event.inbounds
    assert (inbound.content, inbound.sender.address) == (content, "7")


def standing(chat: dict[str, Any], old: str, new: str) -> Event:
    change = {
        "chat": chat,
        "from": OLENA,
        "date": 1,
        "old_chat_member": {"status": old},
        "new_chat_member": {"status": new},
    }
    return read_one(my_chat_member=change)


def test_groups() -> None:
    assert standing(GROUP, "left", "member") == Event(group=GroupCall(chat_id=-100, language="uk"))
    assert standing(GROUP, "member", "administrator") == Event()
    assert standing(GROUP, "member", "kicked") == Event()
    assert message(chat=GROUP, text="unter uns") == Event()
    called = message(chat=GROUP, text="/start", message_thread_id=3, is_topic_message=True)
    assert called == Event(group=GroupCall(chat_id=-100, language="uk", thread_id=3))
    replied = message(chat=GROUP, text="ja", reply_to_message={"from": {"is_bot": True}})
    assert replied.group == GroupCall(chat_id=-100, language="uk")
    assert message(chat={**GROUP, "type": "channel"}, text="/start") == Event()


def test_unknown_kinds_pass() -> None:
    assert read_one(message_reaction={}) == Event()
    assert read_one() == Event()


@pytest.mark.parametrize(
    "update",
    [
        {"message": {"chat": PRIVATE, "text": "x"}},
        {"message": {"message_id": "x", "chat": PRIVATE, "text": "x"}},
        {"message": {"message_id": 1, "chat": PRIVATE, "text": 5}},
        {"callback_query": {"from": OLENA}},
        {"my_chat_member": {"chat": PRIVATE}},
    ],
)
def test_malformed_updates_are_set_aside_with_their_sender(update: dict[str, Any]) -> None:
    (inbound,) = read_one(**update).inbounds
    assert isinstance(inbound.content, Unreadable)
    assert inbound.sender.address == "7"
    assert '"update_id":9' in inbound.content.raw


@pytest.mark.parametrize("body", [[], "x", 5, {"chat": []}, {"chat": {"id": "7"}}, {"from": {}}])
def test_malformed_updates_without_a_sender_are_broken(body: object) -> None:
    assert read_one(message=body) == Event(broken=True)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["chat", "from", "id", "type", "text", "message", "data", "message_id", "status"]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member"]),
        json_values,
        max_size=2,
    )
)
def test_nothing_in_an_update_raises(update: dict[str, Any]) -> None:
    assert isinstance(read_one(**update), Event)
