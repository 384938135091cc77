"""Reading the staff room, and writing into its threads. No homeserver."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.channels.matrix import send
from bot.channels.matrix.homeserver import MatrixError
from bot.channels.matrix.staff import StaffRoom
from bot.domain.delivery import Retry, Sent
from bot.domain.inbound import StaffMessage
from bot.domain.outgoing import Part, Parts
from bot.service.ports import Delivery

ROOM = "!team"


class Server:
    """A client that notes what is sent."""

    def __init__(self, *, encrypted: bool = True, alias: str | None = None) -> None:
        self.rooms = {ROOM: SimpleNamespace(encrypted=encrypted)}
        self.sent: list[dict[str, Any]] = []
        self.alias = alias
        self.homeserver = self

    async def put(self, room: str, kind: str, content: dict[str, Any], _: str) -> str:
        assert (room, kind) == (ROOM, "m.room.message")
        self.sent.append(content)
        return f"$sent{len(self.sent)}"

    async def call(self, *_: str) -> dict[str, Any]:
        if self.alias is None:
            raise MatrixError("M_NOT_FOUND", status=404)
        return {"room_id": self.alias}


def staff(server: Server | None = None, setting: str = ROOM) -> StaffRoom:
    client: Any = server or Server()
    return StaffRoom(client, setting)


def event(kind: str = "m.room.message", **content: Any) -> dict[str, Any]:
    return {"event_id": "$e", "sender": "@jana:hs", "type": kind, "content": content}


THREAD = {
    "rel_type": "m.thread",
    "event_id": "$root",
    "is_falling_back": True,
    "m.in_reply_to": {"event_id": "$last"},
}


def test_words_in_a_thread() -> None:
    found = staff().read(event(msgtype="m.text", body="Hallo", **{"m.relates_to": THREAD}))
    assert found == StaffMessage(thread="$root", person="@jana:hs", message="$e", text="Hallo")


def test_a_real_reply_in_a_thread_names_what_it_answers() -> None:
    relation = {**THREAD, "is_falling_back": False}
    found = staff().read(event(msgtype="m.text", body="!recall", **{"m.relates_to": relation}))
    assert found is not None
    assert (found.thread, found.answers) == ("$root", "$last")


def test_a_correction_and_a_redaction() -> None:
    relation = {"rel_type": "m.replace", "event_id": "$old"}
    new = {"msgtype": "m.text", "body": "neu"}
    found = staff().read(
        event(msgtype="m.text", body="* neu", **{"m.new_content": new, "m.relates_to": relation})
    )
    assert found is not None
    assert (found.edits, found.text) == ("$old", "neu")
    for gone in (
        {**event("m.room.redaction"), "redacts": "$old"},
        event("m.room.redaction", redacts="$old"),
    ):
        taken = staff().read(gone)
        assert taken is not None
        assert (taken.removes, taken.text) == ("$old", "")


@pytest.mark.parametrize(
    "other",
    [
        event("m.reaction", **{"m.relates_to": {"rel_type": "m.annotation"}}),
        event(msgtype="m.notice", body="a bot"),
        event("m.room.message"),
        {**event(), "content": "none"},
        event("m.room.redaction"),
    ],
)
def test_what_nobody_said_is_nothing(other: dict[str, Any]) -> None:
    assert staff().read(other) is None


def test_a_picture_is_no_words() -> None:
    found = staff().read(event(msgtype="m.image", body="geheim", **{"m.relates_to": THREAD}))
    assert found is not None
    assert found.text == ""


def delivery(**options: Any) -> Delivery:
    piece = Part(text="Hallo", lang="de", direction="ltr", html="<p>Hallo</p>")
    options = {"key": "1", "address": ROOM, **options}
    return Delivery(parts=Parts(pieces=(piece,)), **options)


def courier(server: Server, room: StaffRoom) -> send.Courier:
    client: Any = server
    reactions: Any = send.Reactions(client, lambda: None)  # type: ignore[arg-type,return-value]
    return send.Courier(client, reactions, room)


async def test_a_thread_hangs_on_its_root_and_falls_back_to_the_newest() -> None:
    server = Server()
    room = staff(server)
    sender = courier(server, room)
    assert await sender.send(delivery(opens="Fall 1")) == Sent(reference="$sent1")
    assert "m.relates_to" not in server.sent[0]
    await sender.send(delivery(key="2", thread="$sent1"))
    await sender.send(delivery(key="3", thread="$sent1"))
    first, second = (one["m.relates_to"] for one in server.sent[1:])
    assert first["rel_type"] == second["rel_type"] == "m.thread"
    assert first["event_id"] == second["event_id"] == "$sent1"
    assert first["is_falling_back"] is True
    assert first["m.in_reply_to"] == {"event_id": "$sent1"}
    assert second["m.in_reply_to"] == {"event_id": "$sent2"}


async def test_a_card_is_replaced_where_it_stands() -> None:
    server = Server()
    await courier(server, staff(server)).send(delivery(thread="$root", edit_of="$root"))
    assert server.sent[0]["m.relates_to"] == {"rel_type": "m.replace", "event_id": "$root"}


async def test_nothing_is_written_into_a_room_without_encryption() -> None:
    server = Server(encrypted=False)
    room = staff(server)
    assert isinstance(await courier(server, room).send(delivery()), Retry)
    assert server.sent == []
    assert "encryption" in (room.trouble or "")


async def test_an_alias_stands_for_its_room() -> None:
    server = Server(alias=ROOM)
    room = staff(server, "#team:hs")
    assert not room.holds(ROOM)
    await room.resolve()
    assert room.holds(ROOM)
    sent = await courier(server, room).send(delivery(address="#team:hs"))
    assert sent == Sent(reference="$sent1")


async def test_an_alias_that_nobody_knows_is_told() -> None:
    server = Server()
    room = staff(server, "#team:hs")
    await room.resolve()
    assert isinstance(await courier(server, room).send(delivery(address="#team:hs")), Retry)
    assert "alias" in (room.trouble or "")
