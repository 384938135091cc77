"""Staff accounts: one for each login name, sealed, changed whole."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import update

from bot.storage import staff
from bot.storage.database import Database
from bot.storage.errors import NameTaken, Tampered
from bot.storage.staff import Staff
from bot.storage.tables_staff import staff as table
from bot.storage.transaction import Tx
from tests.storage.rows import LATER, NOW, colleague


async def test_an_account_is_found_by_id_and_name(database: Database) -> None:
    jana = await database.write(colleague)
    assert jana == Staff(
        id=jana.id,
        name="jana",
        shown_name="Jana",
        roles=frozenset({"counsellor"}),
        languages=("de",),
        created_at=NOW,
    )
    for name in ("jana", "JANA", "Jana"):
        assert await database.read(partial(staff.by_name, name=name)) == jana
    assert await database.read(partial(staff.get, staff_id=jana.id)) == jana
    assert await database.write(partial(staff.lock, staff_id=jana.id)) == jana
    for nobody in (staff.get, staff.lock):
        assert await database.write(partial(nobody, staff_id=jana.id + 1)) is None
    assert await database.read(partial(staff.by_name, name="jan")) is None
    amal = await database.write(partial(colleague, name="amal"))
    assert await database.read(staff.all) == [jana, amal]
    assert "jana" not in repr(jana).lower()


async def test_an_account_is_written_whole(database: Database) -> None:
    jana = await database.write(colleague)
    changed = replace(
        jana,
        name="jana.k",
        shown_name="Frau K. – سيّدة",
        roles=frozenset({"admin", "auditor"}),
        languages=("uk", "de"),
        disabled_at=LATER,
        prefs={"keys": True, "interface": "en"},
        password_hash="$argon2id$v=19$x",
        totp=b"\x00secret",
        oidc_subject="issuer|17",
    )
    assert await database.write(partial(staff.save, person=changed)) == changed
    assert await database.read(partial(staff.get, staff_id=jana.id)) == changed
    assert await database.read(partial(staff.by_oidc, subject="issuer|17")) == changed
    assert await database.read(partial(staff.by_name, name="jana")) is None
    plain = replace(changed, password_hash=None, totp=None, oidc_subject=None, disabled_at=None)
    await database.write(partial(staff.save, person=plain))
    assert await database.read(partial(staff.get, staff_id=jana.id)) == plain
    assert await database.read(partial(staff.by_oidc, subject="issuer|17")) is None


async def test_a_name_belongs_to_one(database: Database) -> None:
    def add(tx: Tx, **wanted: object) -> Staff:
        values = {"name": "x", "shown_name": "X", "roles": [], "languages": [], "now": NOW}
        return staff.add(tx, **(values | wanted))  # type: ignore[arg-type]

    jana = await database.write(partial(add, name="jana", oidc_subject="17"))
    amal = await database.write(partial(add, name="amal"))
    for wanted in ({"name": "JANA"}, {"name": "new", "oidc_subject": "17"}):
        with pytest.raises(NameTaken):
            await database.write(partial(add, **wanted))
    for change in ({"name": "Jana"}, {"oidc_subject": "17"}):
        with pytest.raises(NameTaken):
            await database.write(partial(staff.save, person=replace(amal, **change)))
    assert await database.read(staff.all) == [jana, amal]
    assert await database.write(partial(staff.save, person=jana)) == jana


async def test_many_who_add_a_name_at_once_add_it_once(database: Database) -> None:
    def add(tx: Tx) -> Staff:
        return staff.add(tx, name="demo", shown_name="D", roles=[], languages=[], now=NOW)

    outcomes = await asyncio.gather(
        *(database.write(add) for _ in range(12)), return_exceptions=True
    )
    assert sum(isinstance(each, NameTaken) for each in outcomes) == 11
    assert len(await database.read(staff.all)) == 1


async def test_changes_at_once_are_all_kept(database: Database) -> None:
    jana = await database.write(colleague)

    def count(tx: Tx, key: str) -> None:
        person = staff.lock(tx, jana.id)
        assert person is not None
        staff.save(tx, replace(person, prefs={**person.prefs, key: 1}))

    keys = [f"k{number}" for number in range(24)]
    await asyncio.gather(*(database.write(partial(count, key=key)) for key in keys))
    found = await database.read(partial(staff.get, staff_id=jana.id))
    assert found is not None
    assert found.prefs == dict.fromkeys(keys, 1)


async def test_a_name_in_another_row_does_not_open(database: Database) -> None:
    jana, amal = [await database.write(partial(colleague, name=n)) for n in ("jana", "amal")]

    def swap(tx: Tx) -> None:
        row = tx.core(table.select().where(table.c.id == jana.id)).one()
        tx.core(update(table).where(table.c.id == amal.id).values(shown_name=row.shown_name))

    await database.write(swap)
    with pytest.raises(Tampered):
        await database.read(partial(staff.get, staff_id=amal.id))
