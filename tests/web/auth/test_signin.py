"""Signing in and out, throttling, time-outs: over HTTP, against a real database."""

from __future__ import annotations

import re
from dataclasses import replace

import httpx
import pytest

from bot.domain.staff import Role
from bot.service import staff_totp
from bot.service.staff_sessions import ABSOLUTE, IDLE
from bot.storage import staff as accounts
from tests.web.auth.forms import fill, hidden
from tests.web.desk_client import PASSWORD, employ, plant, sign_in
from tests.web.office import Office

SIGN_IN = "/desk/sign-in"
ACCOUNT = "/desk/account"
SECRET = bytes(range(20))


async def enter(
    client: httpx.AsyncClient, name: str = "jana", password: str = PASSWORD, to: str = ""
) -> httpx.Response:
    path = f"{SIGN_IN}?to={to}" if to else SIGN_IN
    return await fill(client, path, name=name, password=password)


async def is_in(client: httpx.AsyncClient) -> bool:
    return (await client.get(ACCOUNT)).status_code == 200


# ------------------------------------------------------------------ the ordinary way


async def test_name_and_password_lead_to_the_page_that_was_asked_for(office: Office) -> None:
    await employ(office.database, "jana", Role.EDITOR, now=office.now)
    async with office.client() as client:
        asked = await client.get("/desk/account?said=saved")
        assert asked.status_code == 303
        entered = await fill(client, asked.headers["location"], name=" Jana ", password=PASSWORD)
        assert entered.status_code == 303
        assert entered.headers["location"] == "/desk/account?said=saved"
        assert await is_in(client)


async def test_without_a_wish_everybody_begins_where_her_work_is(office: Office) -> None:
    homes = {
        Role.COUNSELLOR: "/desk",
        Role.EDITOR: "/desk/content",
        Role.ADMIN: "/desk/admin",
        Role.AUDITOR: "/desk/admin/audit",
    }
    for role, home in homes.items():
        await employ(office.database, role.value, role, now=office.now)
        async with office.client() as client:
            assert (await enter(client, role.value)).headers["location"] == home
            again = await client.get(SIGN_IN)  # somebody who is in has no need of this page
            assert (again.status_code, again.headers["location"]) == (303, home)


async def test_the_old_hash_is_replaced_by_a_better_one(office: Office) -> None:
    number = await employ(office.database, "jana", Role.EDITOR, now=office.now)
    before = await office.database.read(lambda tx: accounts.get(tx, number))
    async with office.client() as client:
        assert (await enter(client)).status_code == 303
    after = await office.database.read(lambda tx: accounts.get(tx, number))
    assert before
    assert after
    assert before.password_hash != after.password_hash
    assert not office.staff.sign_in.passwords.is_old(after.password_hash or "")
    async with office.client() as client:
        assert (await enter(client)).status_code == 303


async def test_whatever_is_wrong_the_answer_is_the_same(office: Office) -> None:
    await employ(office.database, "jana", Role.EDITOR, now=office.now)
    await employ(office.database, "invited", Role.EDITOR, now=office.now, password=False)
    gone = await employ(office.database, "gone", Role.EDITOR, now=office.now)
    await office.database.write(
        lambda tx: accounts.save(
            tx,
            replace(accounts.get(tx, gone), disabled_at=office.now),  # type: ignore[type-var]
        )
    )
    pages = set()
    for name, password in (
        ("jana", "ein falsches Passwort"),
        ("nobody", PASSWORD),
        ("invited", PASSWORD),
        ("gone", PASSWORD),
        ("Jana Nowak <script>", PASSWORD),
    ):
        async with office.client(address="203.0.113.9") as client:
            refused = await enter(client, name, password)
            assert refused.status_code == 403
            assert "lotse-desk" not in client.cookies
            assert "<script>" not in refused.text.replace('<script type="module"', "")
            plain = re.sub(r'value="[^"]*"', "", refused.text)
            pages.add(plain)
    assert len(pages) == 1
    log = await office.log()
    assert log == [("session.failed", None, "password")] * 5


async def test_signing_out_ends_the_session_in_the_database(office: Office) -> None:
    async with office.client() as client:
        csrf = await sign_in(client, office.database, "jana", Role.EDITOR, now=office.now)
        token = client.cookies["lotse-desk"]
        left = await client.post("/desk/sign-out", data={"csrf": csrf})
        assert left.headers["location"] == f"{SIGN_IN}?said=out"
        assert "Sie sind abgemeldet" in (await client.get(left.headers["location"])).text
        plant(client, "lotse-desk", token)
        assert not await is_in(client)


async def test_signing_out_everywhere_ends_them_all(office: Office) -> None:
    async with office.client() as here, office.client() as there:
        csrf = await sign_in(here, office.database, "jana", Role.EDITOR, now=office.now)
        await sign_in(there, office.database, "jana", now=office.now)
        assert await is_in(there)
        await here.post("/desk/sign-out/all", data={"csrf": csrf})
        assert not await is_in(there)
        assert not await is_in(here)


# ------------------------------------------------------------------ the second factor


async def with_factor(office: Office) -> int:
    number = await employ(office.database, "jana", Role.EDITOR, now=office.now)
    await office.database.write(
        lambda tx: accounts.save(
            tx,
            replace(accounts.get(tx, number), totp=staff_totp.kept(SECRET, 0)),  # type: ignore[type-var]
        )
    )
    return number


def code_now(office: Office) -> str:
    return staff_totp.code(SECRET, staff_totp.step_of(office.now))


async def test_with_a_second_factor_the_password_alone_opens_nothing(office: Office) -> None:
    await with_factor(office)
    async with office.client() as client:
        half = await enter(client, to="/desk/account")
        assert half.headers["location"] == "/desk/sign-in/code?to=/desk/account"
        token = client.cookies["lotse-desk"]
        assert not await is_in(client)
        wrong = await fill(client, half.headers["location"], code="000000")
        assert wrong.status_code == 403
        entered = await fill(client, half.headers["location"], code=code_now(office))
        assert entered.headers["location"] == "/desk/account"
        assert client.cookies["lotse-desk"] != token
        assert await is_in(client)


async def test_a_code_is_good_once(office: Office) -> None:
    await with_factor(office)
    code = code_now(office)
    for status in (303, 403):
        async with office.client() as client:
            await enter(client)
            assert (await fill(client, "/desk/sign-in/code", code=code)).status_code == status


async def test_codes_cannot_be_tried_for_long(office: Office) -> None:
    await with_factor(office)
    async with office.client() as client:
        await enter(client)
        tries = [(await fill(client, "/desk/sign-in/code", code="123456")) for _ in range(11)]
    assert [each.status_code for each in tries] == [403] * 10 + [429]
    assert int(tries[-1].headers["retry-after"]) > 0


async def test_a_half_session_ends_soon(office: Office) -> None:
    await with_factor(office)
    async with office.client() as client:
        await enter(client)
        office.later(minutes=11)
        late = await client.get("/desk/sign-in/code")
        assert (late.status_code, late.headers["location"]) == (303, SIGN_IN)


# ------------------------------------------------------------------ throttling


async def test_guessing_one_name_is_slowed_down_at_that_address(office: Office) -> None:
    await employ(office.database, "jana", Role.EDITOR, now=office.now)
    async with office.client(address="203.0.113.9") as stranger:
        tries = [await enter(stranger, password="ein Versuch") for _ in range(6)]
        assert [each.status_code for each in tries] == [403] * 5 + [429]
        assert "Bitte warten Sie 1 Minute" in tries[-1].text.replace("\u2068", "").replace(
            "\u2069", ""
        )
        right = await enter(stranger)  # the right password does not help either, for now
        assert right.status_code == 429
        office.later(minutes=2)
        assert (await enter(stranger)).status_code == 303


async def test_nobody_can_lock_a_colleague_out(office: Office) -> None:
    await employ(office.database, "jana", Role.EDITOR, now=office.now)
    async with office.client(address="203.0.113.9") as stranger:
        for _ in range(20):
            await enter(stranger, password="ein Versuch")
    async with office.client(address="198.51.100.7") as elsewhere:
        assert (await enter(elsewhere)).status_code == 303


async def test_a_known_device_has_a_budget_of_its_own(office: Office) -> None:
    """Even behind the very address from which somebody guesses."""
    await employ(office.database, "jana", Role.EDITOR, now=office.now)
    async with office.client(address="203.0.113.9") as known:
        assert (await enter(known)).status_code == 303
        device = known.cookies["lotse-device"]
    async with office.client(address="203.0.113.9") as stranger:
        for _ in range(40):
            await stranger.get(SIGN_IN)
            last = await enter(stranger, password="ein Versuch")
        assert last.status_code == 429
    async with office.client(address="203.0.113.9") as known:
        plant(known, "lotse-device", device)
        assert (await enter(known)).status_code == 303
    async with office.client(address="203.0.113.9") as other:  # it is nobody else's budget
        await employ(office.database, "mirek", Role.EDITOR, now=office.now)
        plant(other, "lotse-device", device)
        assert (await enter(other, "mirek")).status_code == 429


async def test_one_address_cannot_try_many_names(office: Office) -> None:
    async with office.client(address="2001:db8:1:2::7") as stranger:
        first = [await enter(stranger, f"name{n}", "ein Versuch") for n in range(31)]
    assert [each.status_code for each in first] == [403] * 30 + [429]
    async with office.client(address="2001:db8:1:2::8") as neighbour:  # the same customer
        assert (await enter(neighbour, "other", "ein Versuch")).status_code == 429
    async with office.client(address="2001:db8:1:3::7") as other:
        assert (await enter(other, "other", "ein Versuch")).status_code == 403


# ------------------------------------------------------------------ sessions


async def test_a_session_ends_after_a_day_and_after_a_pause(office: Office) -> None:
    async with office.client() as client:
        await sign_in(client, office.database, "jana", Role.EDITOR, now=office.now)
        office.now += IDLE / 2
        assert await is_in(client)
        office.now += IDLE / 2
        assert await is_in(client)  # the request in between counted
        office.now += IDLE
        assert not await is_in(client)
    async with office.client() as client:
        begun = office.now
        await sign_in(client, office.database, "jana", now=office.now)
        while office.now < begun + ABSOLUTE - IDLE / 2:
            office.now += IDLE / 2
            if office.now < begun + ABSOLUTE:
                assert await is_in(client)
        office.now = begun + ABSOLUTE
        assert not await is_in(client)


async def test_a_page_that_only_watches_keeps_nobody_signed_in(office: Office) -> None:
    watching = {"Accept": "text/event-stream"}
    async with office.client() as client:
        await sign_in(client, office.database, "jana", Role.EDITOR, now=office.now)
        office.now += IDLE / 2
        assert (await client.get(ACCOUNT, headers=watching)).status_code == 200
        assert (await client.get(ACCOUNT, headers={"HX-Request": "true"})).status_code == 200
        office.now += IDLE / 2
        refused = await client.get(ACCOUNT, headers=watching)
        assert refused.status_code == 401
        assert refused.headers["x-sign-in"] == "/desk/sign-in?to=/desk/account"


async def test_disabled_while_signed_in(office: Office) -> None:
    async with office.client() as client, office.client() as admin:
        await sign_in(client, office.database, "jana", Role.EDITOR, now=office.now)
        number = (await office.staff.office.everybody())[0].id
        csrf = await sign_in(admin, office.database, "ada", Role.ADMIN, now=office.now)
        assert await is_in(client)
        done = await admin.post(f"/desk/admin/staff/{number}/disable", data={"csrf": csrf})
        assert done.status_code == 200
        assert not await is_in(client)
        assert (await enter(client)).status_code == 403


async def test_cookies_on_https_are_bound_to_host_and_transport(office: Office) -> None:
    office.settings = office.settings.model_copy(update={"public_url": "https://lotse.example"})
    await employ(office.database, "jana", Role.EDITOR, now=office.now)
    async with office.client(base="https://lotse.example") as client:
        entered = await enter(client)
        cookies = entered.headers.get_list("set-cookie")
    for name in ("__Host-lotse-desk", "__Host-lotse-device"):
        cookie = next(each for each in cookies if each.startswith(f"{name}="))
        assert "Max-Age=0" not in cookie
        for part in ("HttpOnly", "Path=/", "SameSite=lax", "Secure"):
            assert part in cookie
        assert "Domain" not in cookie


# ------------------------------------------------------------------ bad input


async def test_a_session_that_somebody_slipped_in_is_never_hers(office: Office) -> None:
    """Session fixation: the token before the sign-in is worth nothing after it."""
    await employ(office.database, "jana", Role.EDITOR, now=office.now)
    async with office.client() as attacker, office.client() as victim:
        await sign_in(attacker, office.database, "mallory", Role.EDITOR, now=office.now)
        planted = attacker.cookies["lotse-desk"]
        plant(victim, "lotse-desk", planted)
        page = await victim.get("/desk/account")
        assert "mallory" in page.text
        plant(victim, "lotse-desk", "A" * 43)
        await enter(victim)
        assert victim.cookies["lotse-desk"] not in {planted, "A" * 43}
        plant(attacker, "lotse-desk", "A" * 43)
        assert not await is_in(attacker)


async def test_the_session_that_a_browser_had_ends_when_somebody_else_signs_in(
    office: Office,
) -> None:
    await employ(office.database, "jana", Role.EDITOR, now=office.now)
    async with office.client() as client:
        await sign_in(client, office.database, "mirek", Role.EDITOR, now=office.now)
        old = client.cookies["lotse-desk"]
        fields = {"csrf": "A" * 43, "name": "jana", "password": PASSWORD}
        plant(client, "lotse-form", "A" * 43)
        assert (await client.post(SIGN_IN, data=fields)).status_code == 303
        plant(client, "lotse-desk", old)
        assert not await is_in(client)


@pytest.mark.parametrize(
    ("change", "headers"),
    [
        ({"csrf": ""}, {}),
        ({"csrf": "B" * 43}, {}),
        ({}, {"Origin": "https://elsewhere.example"}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
        ({}, {"Origin": "null"}),
    ],
)
async def test_sign_in_forms_of_other_pages_are_refused(
    office: Office, change: dict[str, str], headers: dict[str, str]
) -> None:
    await employ(office.database, "jana", Role.EDITOR, now=office.now)
    async with office.client() as client:
        page = await client.get(SIGN_IN)
        fields = hidden(page.text) | {"name": "jana", "password": PASSWORD} | change
        refused = await client.post(SIGN_IN, data=fields, headers=headers)
        assert refused.status_code == 403
        assert "Wir haben nichts geändert" in refused.text
        assert "lotse-desk" not in client.cookies
    async with office.client() as client:  # without the cookie that ties the form to the browser
        fields = {"csrf": "", "name": "jana", "password": PASSWORD}
        assert (await client.post(SIGN_IN, data=fields)).status_code == 403


@pytest.mark.parametrize(
    "to",
    [
        "https://elsewhere.example/desk",
        "//elsewhere.example/desk",
        "/\\elsewhere.example",
        "/desk/../../about/imprint",
        "/desk/..%2f",
        "/desk//elsewhere.example",
        "/deskelsewhere",
        "/chat",
        "javascript:alert(1)",
        "/desk/account\r\nSet-Cookie: a=b",
        "/desk/account%0d%0aSet-Cookie:%20a=b\n",
        "/desk/sign-in?to=/desk",
        "/desk/" + "a" * 700,
        "/desk/\u2028account",
    ],
)
async def test_the_way_back_leads_nowhere_else(office: Office, to: str) -> None:
    await employ(office.database, "jana", Role.EDITOR, now=office.now)
    async with office.client() as client:
        page = await client.get(SIGN_IN, params={"to": to})
        assert page.status_code == 200
        fields = hidden(page.text) | {"name": "jana", "password": PASSWORD, "to": to}
        entered = await client.post(SIGN_IN, data=fields)
        assert entered.headers["location"] == "/desk/content"
        assert "a" not in client.cookies


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x" * 20_000, "application/x-www-form-urlencoded", 413),
        (b"name=jana", "text/plain", 415),
        (b"{}", "application/json", 415),
        (b"--a\r\n\r\n--a--", "multipart/form-data; boundary=a", 415),
        (b"name=\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"name=a%00b", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a=b" for _ in range(500)), "application/x-www-form-urlencoded", 400),
    ],
)
async def test_bodies_that_are_no_form_are_refused(
    office: Office, body: bytes, kind: str, status: int
) -> None:
    async with office.client() as client:
        await client.get(SIGN_IN)
        refused = await client.post(SIGN_IN, content=body, headers={"Content-Type": kind})
        assert refused.status_code == status


@pytest.mark.parametrize("value", ["", "A" * 43, "A" * 3500, "a b", "ä", "../../etc", "' OR 1=1"])
async def test_cookies_that_were_never_ours_are_nobody(office: Office, value: str) -> None:
    async with office.client() as client:
        names = ("lotse-desk", "lotse-device", "lotse-trip", "lotse-form")
        headers = {"Cookie": "; ".join(f"{name}={value}" for name in names).encode()}
        assert (await client.get(ACCOUNT, headers=headers)).status_code == 303
        assert (await client.get("/desk/sign-in/code", headers=headers)).status_code == 303
