"""The settings of the staff rooms: what is wrong is refused with a sentence, and what is set makes
rooms.
"""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot.app.staffrooms import rooms_of
from bot.settings import Settings

TOKEN = "1:abc"


@pytest.mark.parametrize("room", ["!abc:matrix.example", "!versionTwelve", "#team:matrix.example"])
def test_a_room_is_an_id_or_an_alias(room: str) -> None:
    settings = Settings(
        _env_file=None,
        matrix_homeserver="https://matrix.example",
        matrix_user="@lotse:matrix.example",
        matrix_staff_room=room,
    )
    rooms = rooms_of(settings)
    assert rooms.is_room("matrix:@lotse:matrix.example", room)
    assert not rooms.is_room("matrix:@lotse:matrix.example", "!other")


@pytest.mark.parametrize("room", ["team", "#team", "@user:matrix.example", "!a b"])
def test_what_is_no_room_is_refused(room: str) -> None:
    with pytest.raises(ValidationError, match="room id"):
        Settings(_env_file=None, matrix_staff_room=room)


def test_the_group_belongs_to_the_bot() -> None:
    settings = Settings(_env_file=None, telegram_token=TOKEN, telegram_staff_chat=-1001)
    assert rooms_of(settings).is_room("telegram:1", "-1001")
    assert not rooms_of(Settings(_env_file=None, telegram_staff_chat=-1001))


def test_a_person_is_no_group() -> None:
    with pytest.raises(ValidationError):
        Settings(_env_file=None, telegram_token=TOKEN, telegram_staff_chat=1001)
