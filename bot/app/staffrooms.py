"""Puts the staff rooms together: which there are, who takes what is written there, and who composes
what is posted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.service.cases import Cases, SentWords
from bot.service.door import FrontDoor
from bot.service.notifier import Notifier
from bot.service.ports import Channel
from bot.service.reload import LiveContent
from bot.service.staffroom.acting import Acts
from bot.service.staffroom.composing import PostComposer
from bot.service.staffroom.delivery import PostDelivery
from bot.service.staffroom.receiving import StaffDoor
from bot.service.staffroom.rooms import Rooms, StaffRoom
from bot.service.translating import Preview, Translating
from bot.settings import Settings
from bot.storage.conversations import Conversation
from bot.storage.database import Database
from bot.storage.transaction import Tx


def rooms_of(settings: Settings) -> Rooms:
    """Return the staff rooms that the settings name, each beside the account it belongs to."""
    found = []
    token, chat = settings.telegram_token, settings.telegram_staff_chat
    if token is not None and chat is not None:
        number = token.get_secret_value().partition(":")[0]
        account = f"telegram:{number}"
        found.append(StaffRoom(account=account, address=str(chat), card_apart=True))
    room = settings.matrix_staff_room
    if settings.matrix_homeserver is not None and settings.matrix_user and room is not None:
        account = f"matrix:{settings.matrix_user}"
        found.append(StaffRoom(account=account, address=room, card_apart=False))
    return Rooms(found)


class Site(Protocol):
    """What is needed of the running program."""

    settings: Settings
    database: Database
    catalogue: LiveContent
    door: FrontDoor
    notifier: Notifier
    cases: Cases
    rooms: Rooms
    owner: str

    @property
    def translating(self) -> Translating | None:
        """Who translates replies and her words."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """What says the time."""


def let_in(site: Site) -> None:
    """Let in what counsellors write in the staff rooms."""

    async def translate(conversation: int, text: str, language: str) -> SentWords | None:
        if site.translating is None:
            return None
        done = await site.translating.reply(conversation, text, to=language)
        if not isinstance(done, Preview):
            return None
        return SentWords(text=done.text, lang=language, provider=done.provider)

    acts = Acts(
        database=site.database, cases=site.cases, catalogue=site.catalogue, translate=translate
    )
    site.door.add_staff(
        StaffDoor(database=site.database, rooms=site.rooms, acts=acts, deliver=site.door.deliver)
    )


def posts_of(channel: Channel, site: Site) -> PostDelivery | None:
    """Return who delivers the posts of an account's staff room; None where it has none."""
    if site.rooms.room(channel.account) is None:
        return None

    def known(tx: Tx, conversation: Conversation, seq: int, text: str) -> tuple[str | None, bool]:
        if site.translating is None:
            return None, False
        (found,) = site.translating.known(tx, conversation, [(seq, text)])
        return found.text, found.state == "pending"

    composer = PostComposer(
        capabilities=channel.capabilities,
        catalogue=site.catalogue,
        known=known,
        public_url=site.settings.public_url,
        owner=site.owner,
    )
    return PostDelivery(
        database=site.database,
        channel=channel,
        rooms=site.rooms,
        composer=composer,
        notifier=site.notifier,
        clock=site.clock,
    )
