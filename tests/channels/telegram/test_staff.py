"""Reading the staff group, and keeping to a group's pace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.events import Event, read
from bot.channels.telegram.staff import WINDOWS, Pace
from bot.domain.inbound import StaffMessage

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
STAFF = -1001
CHAT = {"id": STAFF, "type": "supergroup", "is_forum": True}
JANA = {"id": 7, "is_bot": False, "first_name": "Jana"}


def event(kind: str = "message", **fields: Any) -> Event:
    message = {"message_id": 50, "date": 0, "chat": CHAT, "from": JANA, **fields}
    update = {"update_id": 1, kind: message}
    return read(update, account="telegram:1", at=AT, staff_chat=STAFF)


def said(found: Event) -> StaffMessage:
    (inbound,) = found.inbounds
    assert inbound.sender.address == str(STAFF)
    assert isinstance(inbound.content, StaffMessage)
    return inbound.content


def test_words_in_a_topic() -> None:
    opener = {"message_id": 40}
    found = said(
        event(text="Hallo", message_thread_id=40, is_topic_message=True, reply_to_message=opener)
    )
    assert found == StaffMessage(thread="40", person="7", message="50", text="Hallo")


def test_a_reply_names_what_it_answers() -> None:
    reply = {"message_id": 44}
    found = said(
        event(text="/recall", message_thread_id=40, is_topic_message=True, reply_to_message=reply)
    )
    assert found.answers == "44"


def test_a_reply_outside_of_topics_is_in_no_thread() -> None:
    found = said(event(text="ja", message_thread_id=44, reply_to_message={"message_id": 44}))
    assert (found.thread, found.answers) == (None, "44")


def test_a_correction() -> None:
    found = said(event("edited_message", text="neu", message_thread_id=40, is_topic_message=True))
    assert (found.edits, found.message, found.text) == ("50", "50", "neu")


def test_a_picture_is_no_words() -> None:
    assert said(event(photo=[], caption="geheim")).text == ""


def test_who_hides_behind_the_group_has_no_name() -> None:
    group_bot = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    found = said(event(text="Hallo", sender_chat={"id": STAFF}, **{"from": group_bot}))
    assert found.person == ""


@pytest.mark.parametrize(
    "fields",
    [
        {"forum_topic_created": {"name": "Fall 1", "icon_color": 1}},
        {"new_chat_members": [JANA]},
        {"pinned_message": {"message_id": 3}},
        {"text": "Hallo", "from": {"id": 9, "is_bot": True, "first_name": "Other"}},
    ],
)
def test_what_nobody_said_is_nothing(fields: dict[str, Any]) -> None:
    assert event(**fields) == Event()


def test_other_groups_are_told_to_write_in_private() -> None:
    update = {
        "update_id": 1,
        "message": {
            "message_id": 5, "date": 0, "chat": {"id": -5, "type": "group"}, "from": JANA,
            "text": "/claim",
        },
    }  # fmt: skip
    found = read(update, account="telegram:1", at=AT, staff_chat=STAFF)
    assert found.inbounds == ()
    assert found.group is not None


@given(st.lists(st.floats(min_value=0, max_value=20), min_size=1, max_size=120))
def test_a_group_never_gets_more_than_its_pace(gaps: list[float]) -> None:
    pace, now = Pace(), AT
    sent: list[datetime] = []
    for gap in gaps:
        now += timedelta(seconds=gap)
        wait = pace.wait(STAFF, now)
        if not wait:
            sent.append(now)
        else:
            assert not pace.wait(STAFF, now + wait), "after the wait it may go"
            now += wait
            sent.append(now)
    for most, span in WINDOWS:
        for first, last in zip(sent, sent[most:], strict=False):
            assert last - first >= span


def test_people_have_no_such_pace() -> None:
    pace = Pace()
    assert not any(pace.wait(7, AT) for _ in range(100))
