from __future__ import annotations

from typing import Any

from bot.channels.matrix.timeline import addressed, joined, unanswered

ME, SHE = "@lotse:b", "@she:b"


def member(who: str, state: str, before: str | None = None, by: str = SHE) -> dict[str, Any]:
    return {
        "type": "m.room.member",
        "sender": by,
        "event_id": f"${who}-{state}",
        "state_key": who,
        "content": {"membership": state},
        "unsigned": {"prev_content": {"membership": before}} if before else {},
    }


def said(text: str, by: str = SHE) -> dict[str, Any]:
    return {
        "type": "m.room.message",
        "sender": by,
        "event_id": f"${text}",
        "content": {"msgtype": "m.text", "body": text},
    }


def test_what_was_said_before_the_invitation_is_left_out() -> None:
    invite, join = member(ME, "invite"), member(ME, "join", "invite", by=ME)
    events = [said("to others"), invite, said("to me"), join, said("and now")]
    assert addressed(events, ME) == [said("to me"), join, said("and now")]


def test_a_new_name_is_no_new_arrival() -> None:
    renamed = member(ME, "join", "join", by=ME)
    assert not joined(renamed, ME)
    events = [said("a"), renamed, said("b")]
    assert addressed(events, ME) == events


def test_an_arrival_without_invitation_counts_from_itself() -> None:
    join = member(ME, "join", by=ME)
    assert addressed([said("a"), join, said("b")], ME) == [join, said("b")]


def test_the_last_own_words_divide_answered_from_unanswered() -> None:
    join = member(ME, "join", "invite", by=ME)
    assert unanswered([join, said("a"), said("mine", ME), said("b")], ME) == [said("b")]
    assert unanswered([join, said("a")], ME) == [join, said("a")]
