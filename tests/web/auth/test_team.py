"""Invitation, own account, administration, audit log, the guard: over HTTP, against a database."""

from __future__ import annotations

import re
from html import unescape

import httpx
import pytest

from bot.domain.staff import Role
from bot.service import staff as team
from bot.service import staff_totp
from bot.service.ports import ChannelStatus, Health
from bot.storage import jobs, staff_links
from bot.storage import staff as accounts
from bot.storage.staff import Staff
from bot.storage.transaction import Tx
from tests.web.auth.forms import fill, hidden
from tests.web.desk_client import PASSWORD, employ, sign_in
from tests.web.office import Office

NEW = "neun Enten auf dem Teich"
LINK = re.compile(r"/desk/invitation/[A-Za-z0-9_-]+")


async def invited(office: Office, name: str = "jana", *roles: Role) -> str:
    """Add somebody; return the path of her invitation."""
    _, code = await office.database.write(
        lambda tx: team.add(
            tx,
            name=name,
            shown="Jana",
            roles=roles or (Role.EDITOR,),
            languages=("de",),
            now=office.now,
        )
    )
    return f"/desk/invitation/{code}"


async def account(office: Office, name: str = "jana") -> Staff:
    found = await office.database.read(lambda tx: accounts.by_name(tx, name))
    assert found is not None
    return found


# ------------------------------------------------------------------ invitation


async def test_an_invitation_opens_once_and_ends_at_the_second_factor(office: Office) -> None:
    path = await invited(office)
    async with office.client() as client:
        assert "jana" in (await client.get(path)).text
        await client.get(path)  # looking does not use it up
        taken = await fill(client, path, password=NEW, called=" Beratung ")
        assert (taken.status_code, taken.headers["location"]) == (
            303,
            "/desk/account/second-factor",
        )
        assert (await client.get("/desk/account")).status_code == 200
        assert (await account(office)).shown_name == "Beratung"
        again = await client.get(path)
        assert again.status_code == 404
        fields = hidden((await client.get("/desk/sign-in")).text) | {"password": NEW, "called": "X"}
        assert (await client.post(path, data=fields)).status_code in {403, 404}
    async with office.client() as client:
        entered = await fill(client, "/desk/sign-in", name="jana", password=NEW)
        assert entered.status_code == 303


@pytest.mark.parametrize(
    ("password", "called", "sentence"),
    [
        ("kurz", "Jana", "zu kurz"),
        ("x" * 201, "Jana", "zu lang"),
        ("aaaaaaaaaaaaaaaa", "Jana", "gleiche Zeichen"),
        ("jana-Jana-2026", "Jana", "nur Ihr Name"),
        (NEW, "  ", "1 bis 40 Zeichen"),
        (NEW, "J" * 41, "1 bis 40 Zeichen"),
        (NEW, "Jana\u202egnuz", "1 bis 40 Zeichen"),
    ],
)
async def test_what_cannot_be_taken_is_said_and_the_invitation_stays(
    office: Office, password: str, called: str, sentence: str
) -> None:
    path = await invited(office)
    async with office.client() as client:
        refused = await fill(client, path, password=password, called=called)
        assert refused.status_code == 422
        assert sentence in refused.text
        assert f'value="{password}"' not in refused.text
        assert (await fill(client, path, password=NEW, called="Jana")).status_code == 303


async def test_guessing_invitations_meets_one_answer_and_then_a_wall(office: Office) -> None:
    used = await invited(office)
    old = await invited(office, "mirek")
    async with office.client(address="198.51.100.1") as client:
        await fill(client, used, password=NEW, called="Jana")
    office.later(hours=73)
    pages = []
    async with office.client(address="203.0.113.9") as guesser:
        for path in (used, old, "/desk/invitation/x", "/desk/invitation/" + "A" * 43):
            answer = await guesser.get(path)
            pages.append((answer.status_code, re.sub(r"/desk/invitation/[^?\"]+", "", answer.text)))
        assert len(set(pages)) == 1
        assert pages[0][0] == 404
        for number in range(30):
            last = await guesser.get(f"/desk/invitation/{number}")
        assert last.status_code == 429
    async with office.client(address="198.51.100.2") as other:
        new = await invited(office, "other")
        assert (await other.get(new)).status_code == 200


async def test_a_new_invitation_makes_the_old_one_and_all_before_it_void(office: Office) -> None:
    first = await invited(office)
    async with office.client() as client:
        await fill(client, first, password=NEW, called="Jana")
        person = await account(office)
        second, third = [
            await office.database.write(lambda tx: team.invite(tx, person.id, office.now))
            for _ in range(2)
        ]
        assert (await client.get(f"/desk/invitation/{second}")).status_code == 404
        assert (await client.get("/desk/account")).status_code == 200  # until it is used
        async with office.client() as phone:
            await fill(phone, f"/desk/invitation/{third}", password=PASSWORD, called="Jana")
        assert (await client.get("/desk/account")).status_code == 303
        assert (await fill(client, "/desk/sign-in", name="jana", password=NEW)).status_code == 403


# ------------------------------------------------------------------ one's own account


async def test_the_second_factor_is_set_up_by_proving_it(office: Office) -> None:
    await employ(office.database, "jana", Role.EDITOR, now=office.now)
    path = "/desk/account/second-factor"
    async with office.client() as client:
        await sign_in(client, office.database, "jana", now=office.now)
        page = await client.get(path)
        secret = staff_totp.read(hidden(page.text)["secret"])
        assert secret is not None
        assert "<svg" in page.text
        assert (await fill(client, path, code="000000")).status_code == 422
        assert (await account(office)).totp is None
        code = staff_totp.code(secret, staff_totp.step_of(office.now))
        fields = hidden(page.text) | {"code": f"{code[:3]} {code[3:]}"}
        assert (await client.post(path, data=fields)).status_code == 303
        assert (await account(office)).totp is not None
        off = "/desk/account/second-factor/off"
        assert (await fill(client, "/desk/account", at=off, password="falsch")).status_code == 422
        assert (await account(office)).totp is not None
        assert (await fill(client, "/desk/account", at=off, password=PASSWORD)).status_code == 303
        assert (await account(office)).totp is None
    assert [action for action, _, _ in await office.log()] == [
        "account.factor-on",
        "account.factor-off",
    ]


async def test_a_new_password_ends_the_other_sessions(office: Office) -> None:
    await employ(office.database, "jana", Role.EDITOR, now=office.now)
    async with office.client() as here, office.client() as there:
        for client in (here, there):
            await sign_in(client, office.database, "jana", now=office.now)
        path = "/desk/account"
        wrong = await fill(here, path, at=f"{path}/password", old="falsch", new=NEW)
        assert wrong.status_code == 422
        weak = await fill(here, path, at=f"{path}/password", old=PASSWORD, new="kurz")
        assert weak.status_code == 422
        done = await fill(here, path, at=f"{path}/password", old=PASSWORD, new=NEW)
        assert done.headers["location"] == f"{path}?said=password"
        assert "geändert" in (await here.get(done.headers["location"])).text
        assert (await there.get(path)).status_code == 303


async def test_name_languages_and_the_language_of_the_pages(office: Office) -> None:
    await employ(office.database, "jana", Role.EDITOR, now=office.now)
    async with office.client() as client:
        await sign_in(client, office.database, "jana", now=office.now)
        saved = await fill(
            client, "/desk/account", called="Frau N.", spoken=["de", "uk", "xx"], interface="en"
        )
        assert saved.status_code == 303
        person = await account(office)
        assert (person.shown_name, person.languages) == ("Frau N.", ("de", "uk"))
        page = await client.get("/desk/account")
        assert '<html lang="en"' in page.text
        assert '<html lang="de"' in (await client.get("/desk/account?ui=de")).text


# ------------------------------------------------------------------ the guard


async def test_a_page_says_which_role_it_takes(office: Office) -> None:
    async with office.client() as client:
        await sign_in(client, office.database, "jana", Role.EDITOR, now=office.now)
        for path in ("/desk/admin", "/desk/admin/audit"):
            refused = await client.get(path)
            assert refused.status_code == 403
            assert "Für diese Seite brauchen Sie eine andere Aufgabe" in refused.text
            assert 'href="/desk/content"' in refused.text


WRITES = [
    "/desk/account",
    "/desk/account/password",
    "/desk/account/second-factor",
    "/desk/account/second-factor/off",
    "/desk/sign-out",
    "/desk/sign-out/all",
    "/desk/admin",
    "/desk/admin/staff/1/disable",
    "/desk/admin/retry",
    "/desk/admin/audit",
]


@pytest.mark.parametrize("path", WRITES)
async def test_every_form_carries_the_session_s_word(office: Office, path: str) -> None:
    roles = (Role.ADMIN, Role.AUDITOR, Role.EDITOR)
    async with office.client() as client, office.client() as other:
        csrf = await sign_in(client, office.database, "jana", *roles, now=office.now)
        foreign = await sign_in(other, office.database, "mirek", *roles, now=office.now)
        before = await office.log()
        tries: list[httpx.Response] = [
            await client.post(path, data={}),
            await client.post(path, data={"csrf": foreign}),
            await client.post(path, data={"csrf": csrf}, headers={"Origin": "https://x.example"}),
            await client.post(path, data={"csrf": csrf}, headers={"Sec-Fetch-Site": "same-site"}),
            await client.post(path, data={"csrf": csrf}, headers={"X-CSRF-Token": foreign}),
        ]
        assert {each.status_code for each in tries} == {403}
        assert all("Wir haben nichts geändert" in each.text for each in tries)
        assert await office.log() == before
        assert (await client.get("/desk/account")).status_code == 200
    async with office.client() as nobody:
        refused = await nobody.post(path, data={"csrf": csrf})
        assert refused.status_code == 401
        assert "Sie sind nicht angemeldet" in refused.text


async def test_the_word_may_stand_in_a_header(office: Office) -> None:
    async with office.client() as client:
        csrf = await sign_in(client, office.database, "jana", Role.EDITOR, now=office.now)
        left = await client.post("/desk/sign-out", headers={"X-CSRF-Token": csrf})
        assert left.status_code == 303


async def test_bodies_are_limited(office: Office) -> None:
    async with office.client() as client:
        csrf = await sign_in(client, office.database, "jana", Role.EDITOR, now=office.now)
        body = {"csrf": csrf, "called": "x" * 70_000}
        assert (await client.post("/desk/account", data=body)).status_code == 413


# ------------------------------------------------------------------ administration


async def test_an_administrator_adds_somebody_and_passes_the_link_on(office: Office) -> None:
    async with office.client() as admin, office.client() as person:
        await sign_in(admin, office.database, "ada", Role.ADMIN, now=office.now)
        page = await fill(
            admin,
            "/desk/admin",
            name="jana",
            shown="Beratung",
            role=["counsellor", "editor"],
            spoken=["de", "uk"],
        )
        assert page.status_code == 200
        (path,) = set(LINK.findall(page.text))
        assert f"http://127.0.0.1:8080{path}" in page.text
        assert not LINK.search((await admin.get("/desk/admin")).text)
        assert (await fill(person, path, password=NEW, called="Beratung")).status_code == 303
    added = await account(office)
    assert added.roles == {"counsellor", "editor"}
    assert added.languages == ("de", "uk")
    actions = [(action, about) for action, _, about in await office.log()]
    assert actions == [
        ("staff.add", f"staff:{added.id}"),
        ("staff.invite", f"staff:{added.id}"),
        ("session.begin", "invitation"),
    ]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "Jana N", "role": "editor"}, "Dieser Anmeldename geht nicht"),
        ({"name": "demo", "role": "editor"}, "Dieser Anmeldename geht nicht"),
        ({"name": "../x", "role": "editor"}, "Dieser Anmeldename geht nicht"),
        ({"name": "ada", "role": "editor"}, "hat schon jemand"),
        ({"name": "jana"}, "mindestens eine Aufgabe"),
        ({"name": "jana", "role": "root"}, "mindestens eine Aufgabe"),
        ({"name": "jana", "role": "editor", "shown": "x" * 41}, "1 bis 40 Zeichen"),
    ],
)
async def test_what_cannot_be_added_is_said(
    office: Office, fields: dict[str, str], sentence: str
) -> None:
    async with office.client() as admin:
        await sign_in(admin, office.database, "ada", Role.ADMIN, now=office.now)
        refused = await fill(admin, "/desk/admin", **fields)
        assert refused.status_code == 422
        assert sentence in unescape(refused.text)
        assert len(await office.staff.office.everybody()) == 1


async def test_roles_disabling_and_coming_back(office: Office) -> None:
    number = await employ(office.database, "jana", Role.EDITOR, now=office.now)
    async with office.client() as admin:
        csrf = await sign_in(admin, office.database, "ada", Role.ADMIN, now=office.now)

        async def act(action: str, who: int = number, **fields: str) -> httpx.Response:
            return await admin.post(
                f"/desk/admin/staff/{who}/{action}", data={"csrf": csrf, **fields}
            )

        assert (await act("roles", role="auditor")).status_code == 200
        assert (await account(office)).roles == {"auditor"}
        assert (await act("roles")).status_code == 422
        assert (await act("disable")).status_code == 200
        assert (await account(office)).disabled_at == office.now
        assert (await act("invite")).status_code == 422
        assert (await act("link")).status_code == 422
        assert LINK.search((await act("enable")).text)
        back = await account(office)
        assert (back.disabled_at, back.password_hash) == (None, None)
        assert (await act("nonsense")).status_code == 404
        assert (await act("disable", 4711)).status_code == 422
        me = (await account(office, "ada")).id
        for action, fields in (("disable", {}), ("roles", {"role": "editor"})):
            refused = await act(action, me, **fields)
            assert refused.status_code == 422
            assert "Das geht nicht bei sich selbst" in refused.text
        assert (await admin.get("/desk/admin")).status_code == 200


async def test_the_code_for_the_staff_room_links_once(office: Office) -> None:
    number = await employ(office.database, "jana", Role.COUNSELLOR, now=office.now)
    async with office.client() as admin:
        csrf = await sign_in(admin, office.database, "ada", Role.ADMIN, now=office.now)
        page = await admin.post(f"/desk/admin/staff/{number}/link", data={"csrf": csrf})
    found = re.search(r"!link ([a-z]+-[a-z]+-[a-z]+-[a-z]+-\d{3})", page.text)
    assert found is not None

    async def redeem(text: str, person: str) -> Staff | None:
        return await office.database.write(
            lambda tx: team.redeem_link(tx, "matrix:@lotse:x", person, text, office.now)
        )

    assert await redeem("birke hafen sonne lampe 472", "@mallory:x") is None
    linked = await redeem(found[1].upper().replace("-", " "), "@jana:x")
    assert linked is not None
    assert linked.id == number
    assert await redeem(found[1], "@mallory:x") is None
    known = await office.database.read(
        lambda tx: staff_links.staff_of(tx, "matrix:@lotse:x", "@jana:x")
    )
    assert known is not None
    assert known.name == "jana"


async def test_parts_and_what_failed(office: Office) -> None:
    office.health["telegram"] = ChannelStatus(
        health=Health.DOWN, message="no answer", hint="is there a way out?"
    )

    def dead(tx: Tx) -> None:
        jobs.defer(tx, "expire", {}, lane=None, at=office.now)
        (job,) = jobs.claim_due(tx, office.now, 1, "me")
        jobs.dead(tx, job, "KeyError")

    await office.database.write(dead)
    async with office.client() as admin:
        csrf = await sign_in(admin, office.database, "ada", Role.ADMIN, now=office.now)
        page = (await admin.get("/desk/admin")).text
        assert "Geht nicht" in page
        assert "is there a way out?" in page
        assert "job:1" in page
        again = await admin.post("/desk/admin/retry", data={"csrf": csrf, "item": "job:1"})
        assert "läuft noch einmal" in again.text
        gone = await admin.post("/desk/admin/retry", data={"csrf": csrf, "item": "job:99"})
        assert "gibt es nicht mehr" in gone.text
        for item in ("", "job", "job:x", "job:" + "9" * 30, "cat:1"):
            bad = await admin.post("/desk/admin/retry", data={"csrf": csrf, "item": item})
            assert bad.status_code == 400
        assert "Nichts ist misslungen" in (await admin.get("/desk/admin")).text


# ------------------------------------------------------------------ the audit log


async def test_the_log_is_read_for_a_reason_that_stands_in_it(office: Office) -> None:
    async with office.client() as client:
        await sign_in(client, office.database, "otto", Role.AUDITOR, now=office.now)
        shown = await fill(client, "/desk/admin/audit", reason="complaint", reference="AZ 12/2026")
        assert shown.status_code == 200
        assert "Protokoll gelesen" in shown.text
        assert await office.log() == [("audit.read", 1, "complaint:AZ-12/2026")]


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": ""},
        {"reason": "curiosity"},
        {"reason": "complaint", "reference": "Frau Nowak hat angerufen!"},
        {"reason": "complaint", "reference": "x" * 41},
    ],
)
async def test_without_a_reason_nothing_is_read(office: Office, fields: dict[str, str]) -> None:
    async with office.client() as client:
        await sign_in(client, office.database, "otto", Role.AUDITOR, now=office.now)
        refused = await fill(client, "/desk/admin/audit", **fields)
        assert refused.status_code == 422
        assert await office.log() == []


async def test_the_log_is_filtered_by_day_person_and_case(office: Office) -> None:
    number = await employ(office.database, "jana", Role.COUNSELLOR, now=office.now)

    def acts(tx: Tx) -> None:
        from bot.storage import audit

        for case, day in ((7, 0), (8, 0), (7, 1)):
            at = office.now.replace(day=20 + day)
            audit.add(tx, at=at, staff_id=number, action="case.claim", case_id=case)

    await office.database.write(acts)
    async with office.client() as client:
        await sign_in(client, office.database, "otto", Role.AUDITOR, now=office.now)

        async def found(**fields: str) -> int:
            page = await fill(client, "/desk/admin/audit", reason="regular", **fields)
            return page.text.count("genommen")

        assert await found() == 3
        assert await found(case="7") == 2
        assert await found(case="7", since="2026-11-21") == 1
        assert await found(until="2026-11-20") == 2
        assert await found(who=str(number)) == 3
        assert await found(who="2") == 0
        assert await found(case="x", since="yesterday", who="-1", before="9" * 40) == 3


async def test_long_logs_are_read_page_by_page(office: Office) -> None:
    def acts(tx: Tx) -> None:
        from bot.storage import audit

        for number in range(1, 251):
            audit.add(tx, at=office.now, staff_id=None, action="read", case_id=number)

    await office.database.write(acts)
    async with office.client() as client:
        await sign_in(client, office.database, "otto", Role.AUDITOR, now=office.now)
        first = await fill(client, "/desk/admin/audit", reason="regular")
        assert first.text.count("<td>Fall gelesen</td>") == 199  # and the reading itself
        second = await client.post("/desk/admin/audit", data=hidden(first.text))
        assert second.text.count("<td>Fall gelesen</td>") == 51


# ------------------------------------------------------------------ the demo


async def demo(office: Office) -> str:
    from bot.service.staff_signin import demo_code

    code = await office.database.write(lambda tx: demo_code(tx, office.now))
    assert code is not None
    return f"/desk/demo/{code}"


async def test_the_demo_s_link_opens_once(office: Office) -> None:
    path = await demo(office)
    async with office.client() as client:
        entered = await fill(client, path)
        assert entered.headers["location"] == "/desk"
        page = await client.get("/desk/admin")
        assert "Sie sind mit der Demo angemeldet" in page.text
        again = await fill(client, path)
        assert again.status_code == 403
        assert "gilt nicht mehr" in again.text


@pytest.mark.parametrize(
    ("settings", "base", "headers"),
    [
        ({"public_url": "http://localhost:8080"}, "http://127.0.0.1:8080", {}),
        ({"web_host": "0.0.0.0"}, "http://127.0.0.1:8080", {}),
        ({}, "http://[::1]:8080", {}),
        ({}, "http://127.0.0.1:8080", {"X-Forwarded-For": "203.0.113.9"}),
        ({}, "http://127.0.0.1:8080", {"Forwarded": "for=203.0.113.9"}),
        ({}, "http://127.0.0.1:8080", {"Via": "1.1 proxy"}),
    ],
)
async def test_the_demo_is_for_this_machine_alone(
    office: Office, settings: dict[str, str], base: str, headers: dict[str, str]
) -> None:
    path = await demo(office)
    async with office.client() as client:
        await fill(client, path)
        token = client.cookies["lotse-desk"]
    path = await demo(office)
    office.settings = office.settings.model_copy(update=settings)
    async with office.client(base=base) as client:
        assert (await client.get(path, headers=headers)).status_code == 404
        answer = await client.get(
            "/desk/account", headers=headers | {"Cookie": f"lotse-desk={token}"}
        )
        assert answer.status_code == 303


async def test_where_somebody_works_there_is_no_demo(office: Office) -> None:
    from bot.service.staff_signin import demo_code

    path = await demo(office)
    await invited(office)
    assert await office.database.write(lambda tx: demo_code(tx, office.now)) is None
    async with office.client() as client:
        assert (await fill(client, path)).status_code == 403
        assert (await client.get("/desk/account")).status_code == 303
