"""The team on both databases: what commands and pages share."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.staff import Role
from bot.service import staff as team
from bot.service import staff_tickets
from bot.service.notifier import Notifier
from bot.service.staff import Reason, RefusedError
from bot.service.staff_passwords import BusyError, Passwords
from bot.service.staff_services import StaffServices
from bot.service.staff_signin import Denied, Entered, Visit, demo_code
from bot.storage import staff as accounts
from bot.storage.database import Database
from bot.storage.staff import Staff
from bot.storage.transaction import Tx

NOW = datetime(2026, 11, 24, 10, 12, tzinfo=UTC)
PASSWORD = "neun Enten auf dem Teich"
HERE = Visit(address="127.0.0.1")


def services(database: Database) -> StaffServices:
    return StaffServices.over(database, lambda: NOW, Notifier())


async def added(database: Database, name: str = "jana") -> tuple[Staff, str]:
    return await database.write(
        lambda tx: team.add(
            tx, name=name, shown="", roles=[Role.COUNSELLOR], languages=["uk", "uk"], now=NOW
        )
    )


async def test_added_invited_signed_in(database: Database) -> None:
    person, code = await added(database)
    assert (person.shown_name, person.languages) == ("jana", ("uk",))
    use = services(database)
    entered = await use.accounts.accept(code, PASSWORD, "Beratung", HERE)
    assert isinstance(entered, Entered)
    assert isinstance(await use.sign_in.by_password("jana", PASSWORD, HERE), Entered)
    signed = await use.sessions.find(entered.token)
    assert signed is not None
    assert signed.shown_name == "Beratung"
    assert signed.may(Role.COUNSELLOR, Role.ADMIN)
    assert not signed.may(Role.ADMIN)
    assert entered.token not in repr(signed)


async def test_an_invitation_is_taken_up_once_by_whoever_is_first(database: Database) -> None:
    _, code = await added(database)
    use = services(database)
    outcomes = await asyncio.gather(
        *(use.accounts.accept(code, PASSWORD, f"Name {n}", HERE) for n in range(4))
    )
    assert sum(isinstance(each, Entered) for each in outcomes) == 1
    assert sum(isinstance(each, Denied) for each in outcomes) == 3


@pytest.mark.parametrize("name", ["", "demo", "Jana N", "jänä"])
async def test_names_that_cannot_be(database: Database, name: str) -> None:
    with pytest.raises(RefusedError) as refused:
        await added(database, name)
    assert refused.value.reason is Reason.NAME


async def test_a_name_is_somebody_s_for_ever(database: Database) -> None:
    person, _ = await added(database)
    await database.write(lambda tx: team.disable(tx, person.id, NOW))
    with pytest.raises(RefusedError) as refused:
        await added(database, "JANA")
    assert refused.value.reason is Reason.TAKEN


async def test_an_account_elsewhere_belongs_to_one_person(database: Database) -> None:
    (_, first), (_, second) = await added(database), await added(database, "mirek")
    use = services(database)
    subject = "https://issuer.example 4711"
    assert isinstance(await use.sign_in.by_subject(subject, HERE), Denied)
    assert isinstance(await use.accounts.bind(first, subject, HERE), Entered)
    with pytest.raises(RefusedError) as refused:
        await use.accounts.bind(second, subject, HERE)
    assert refused.value.reason is Reason.TAKEN
    assert await use.accounts.invited(second) is not None  # it can still be taken up
    assert isinstance(await use.sign_in.by_subject(subject, HERE), Entered)
    person = await database.read(lambda tx: team.named(tx, "jana"))
    await database.write(lambda tx: team.disable(tx, person.id, NOW))
    assert isinstance(await use.sign_in.by_subject(subject, HERE), Denied)


async def test_disabling_ends_sessions_codes_and_links(database: Database) -> None:
    person, code = await added(database)
    use = services(database)
    entered = await use.accounts.accept(code, PASSWORD, "Jana", HERE)
    assert isinstance(entered, Entered)
    again, link = await database.write(
        lambda tx: (team.invite(tx, person.id, NOW), team.link_code(tx, person.id, NOW))
    )
    await database.write(lambda tx: team.disable(tx, person.id, NOW))
    assert await use.sessions.find(entered.token) is None
    assert await use.accounts.invited(again) is None
    assert (
        await database.write(lambda tx: team.redeem_link(tx, "telegram:1", "7", link, NOW)) is None
    )


async def test_the_demo_is_made_once_and_its_older_links_are_void(database: Database) -> None:
    use = services(database)
    first = await database.write(lambda tx: demo_code(tx, NOW)) or ""
    second = await database.write(lambda tx: demo_code(tx, NOW)) or ""
    assert isinstance(await use.sign_in.by_demo_code(first, HERE), Denied)
    entered = await use.sign_in.by_demo_code(second, HERE)
    assert isinstance(entered, Entered)
    signed = await use.sessions.find(entered.token)
    assert signed is not None
    assert signed.roles == {"counsellor", "editor", "admin"}
    assert len(await database.read(accounts.all)) == 1


async def test_tickets_open_for_their_purpose_until_their_time(database: Database) -> None:
    until = NOW + timedelta(minutes=10)

    def work(tx: Tx) -> None:
        ticket = staff_tickets.seal(tx, "trip", {"a": "b"}, until)
        assert staff_tickets.unseal(tx, "trip", ticket, NOW) == {"a": "b"}
        assert staff_tickets.unseal(tx, "device", ticket, NOW) is None
        assert staff_tickets.unseal(tx, "trip", ticket, until) is None
        for bad in ("", "A", ticket[4:], ticket[:-4], "ä", "A" * 5000, ticket.swapcase()):
            assert staff_tickets.unseal(tx, "trip", bad, NOW) is None

    await database.read(work)


async def test_a_crowd_of_strangers_does_not_keep_a_known_device_waiting() -> None:
    passwords = Passwords()
    kept = await passwords.make(PASSWORD)
    crowd = [asyncio.create_task(passwords.fits("x" * 12, kept, known=False)) for _ in range(64)]
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await passwords.fits(PASSWORD, kept, known=False)
    async with asyncio.timeout(10):
        assert await passwords.fits(PASSWORD, kept, known=True)
    assert sum(task.done() for task in crowd) < 32
    for task in crowd:
        task.cancel()
    await asyncio.wait(crowd)
