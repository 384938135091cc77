"""Signing in with an account elsewhere, against an independent OpenID provider; and what a bad one
could answer, against one that the test makes up.
"""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from pydantic import SecretStr, ValidationError

from bot.domain.staff import Role
from bot.service import staff as team
from bot.settings import Settings
from bot.storage import staff as accounts
from bot.web.auth import provider as room
from bot.web.auth.provider import Provider, ProviderError, Trip
from tests.emulators.issuer import CLIENT, MISSING, SECRET, consent, folder, issuer
from tests.web.desk_client import employ, sign_in
from tests.web.office import Office

HERE = "http://127.0.0.1:8080"
REDIRECT = f"{HERE}/desk/sign-in/elsewhere/return"
LEAVE = "/desk/sign-in/elsewhere"

real = pytest.mark.skipif(folder() is None, reason=MISSING)


def configured(office: Office, address: str, secret: str | None = SECRET) -> None:
    office.settings = office.settings.model_copy(
        update={
            "oidc_issuer": address,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SecretStr(secret) if secret else None,
        }
    )


async def invitation(office: Office, name: str = "jana") -> str:
    _, code = await office.database.write(
        lambda tx: team.add(
            tx, name=name, shown="Jana", roles=[Role.EDITOR], languages=(), now=office.now
        )
    )
    return code


async def there_and_back(
    client: httpx.AsyncClient, person: str, *, refuse: bool = False, **query: str
) -> httpx.Response:
    left = await client.get(LEAVE, params=query)
    assert left.status_code == 303, left.text
    return await client.get(await consent(left.headers["location"], person, refuse=refuse))


@real
@pytest.mark.parametrize("way", ["client_secret_basic", "client_secret_post", "none"])
async def test_an_invitation_binds_the_account_and_from_then_on_it_opens(
    office: Office, way: str
) -> None:
    async with issuer(REDIRECT, way=way) as address:
        configured(office, address, None if way == "none" else SECRET)
        code = await invitation(office)
        async with office.client() as client:
            page = await client.get(f"/desk/invitation/{code}")
            assert f"{LEAVE}?invitation={code}" in page.text
            bound = await there_and_back(client, "j.nowak", invitation=code)
            assert (bound.status_code, bound.headers["location"]) == (303, "/desk/content")
            assert (await client.get("/desk/account")).status_code == 200
        async with office.client() as client:
            back = await there_and_back(client, "j.nowak", to="/desk/account")
            assert back.headers["location"] == "/desk/account"
            assert (await client.get("/desk/account")).status_code == 200
            assert "lotse-trip" not in client.cookies
        person = await office.database.read(lambda tx: accounts.by_name(tx, "jana"))
        assert person is not None
        assert person.oidc_subject == f"{address} j.nowak"
        log = [(action, detail) for action, _, detail in await office.log()]
        assert log[-2:] == [("session.begin", "oidc")] * 2


@real
async def test_who_is_not_expected_does_not_come_in(office: Office) -> None:
    async with issuer(REDIRECT) as address:
        configured(office, address)
        code = await invitation(office)
        async with office.client() as client:
            stranger = await there_and_back(client, "mallory")
            assert stranger.status_code == 403
            assert "Mit diesem Konto können Sie sich hier nicht anmelden" in stranger.text
            assert (await client.get("/desk/account")).status_code == 303
            assert len(await office.staff.office.everybody()) == 1  # no account of its own accord
        async with office.client() as client:
            await there_and_back(client, "j.nowak", invitation=code)
            other = await invitation(office, "mirek")
            taken = await there_and_back(client, "j.nowak", invitation=other)
            assert taken.status_code == 403
            assert "gehört schon zu einer anderen Person" in taken.text
            again = await there_and_back(client, "someone", invitation=code)
            assert again.status_code == 403  # an invitation binds once
        async with office.client() as client:
            refused = await there_and_back(client, "j.nowak", refuse=True)
            assert refused.status_code == 403
            assert "nicht fertig geworden" in refused.text


@real
async def test_what_comes_back_must_be_what_went_out(office: Office) -> None:
    """State, this browser's cookie, the code once."""
    async with issuer(REDIRECT) as address:
        configured(office, address)
        code = await invitation(office)
        async with office.client() as victim, office.client() as attacker:
            await there_and_back(attacker, "mallory")
            left = await attacker.get(LEAVE, params={"invitation": code})
            planted = await consent(left.headers["location"], "mallory")
            assert (await victim.get(planted)).status_code == 403  # another browser's trip
            await victim.get(LEAVE)
            assert (await victim.get(planted)).status_code == 403
            changed = planted.replace("state=", "state=x")
            assert (await attacker.get(changed)).status_code == 403
            assert (await attacker.get(planted)).status_code == 403  # the trip ended with it
            for query in ("", "?code=x", "?state=", "?code=x&state=y", "?error=access_denied"):
                refused = await attacker.get(f"{LEAVE}/return{query}")
                assert refused.status_code == 403
        assert not [action for action, _, _ in await office.log() if action == "session.begin"]


async def test_without_settings_there_is_no_such_way(office: Office) -> None:
    async with office.client() as client:
        assert "elsewhere" not in (await client.get("/desk/sign-in")).text
        assert (await client.get(LEAVE)).status_code == 404


async def test_an_issuer_that_does_not_answer_is_said(office: Office) -> None:
    configured(office, "http://127.0.0.1:9")
    await employ(office.database, "jana", Role.EDITOR, now=office.now)
    async with office.client() as client:
        sorry = await client.get(LEAVE)
        assert sorry.status_code == 403
        assert "nicht fertig geworden" in sorry.text
        await sign_in(client, office.database, "jana", now=office.now)  # passwords still work


@pytest.mark.parametrize(
    "value", ["http://issuer.example", "issuer.example", "https://user:x@issuer.example", "ftp://x"]
)
def test_an_issuer_is_an_https_address(value: str) -> None:
    with pytest.raises(ValidationError, match="https address"):
        Settings(_env_file=None, oidc_issuer=value)


# ------------------------------------------------------------------ an issuer that lies

ISSUER = "https://issuer.example/realm"
KEY = RSAKey.generate_key(2048, parameters={"kid": "one"})
METADATA = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/jwks",
    "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
}
TRIP = Trip(state="s", nonce="n", verifier="v" * 43)


def claims(**change: Any) -> dict[str, Any]:
    now = int(time.time())
    true = {"iss": ISSUER, "aud": CLIENT, "sub": "4711", "iat": now, "exp": now + 60, "nonce": "n"}
    return {name: value for name, value in (true | change).items() if value is not None}


def signed(body: dict[str, Any], key: Any = KEY, alg: str = "RS256") -> str:
    return jwt.encode({"alg": alg, "kid": "one"}, body, key, algorithms=[alg])


class Liar:
    """What the issuer answers."""

    def __init__(self) -> None:
        self.metadata: dict[str, Any] = dict(METADATA)
        self.token = signed(claims())
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        match request.url.path.rpartition("/")[2]:
            case "openid-configuration":
                return httpx.Response(200, json=self.metadata)
            case "token":
                return httpx.Response(200, json={"access_token": "a", "id_token": self.token})
            case "jwks":
                return httpx.Response(200, json={"keys": [KEY.as_dict(private=False)]})
        return httpx.Response(404)


@pytest.fixture
def liar(monkeypatch: pytest.MonkeyPatch) -> Liar:
    liar = Liar()
    monkeypatch.setattr(
        room, "_client", lambda: httpx.AsyncClient(transport=httpx.MockTransport(liar))
    )
    return liar


def asked() -> Provider:
    return Provider(ISSUER, CLIENT, SECRET)


async def test_the_way_out_carries_all_that_protects_it(liar: Liar) -> None:
    url = await asked().address(TRIP, REDIRECT)
    assert url.startswith(f"{ISSUER}/auth?")
    query = {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}
    challenge = query.pop("code_challenge")
    assert query == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": REDIRECT,
        "scope": "openid",
        "state": "s",
        "nonce": "n",
        "code_challenge_method": "S256",
    }
    assert len(challenge) == 43
    assert TRIP.verifier not in url


async def test_an_honest_answer_names_the_issuer_and_its_person(liar: Liar) -> None:
    found = await asked().subject("c", TRIP, REDIRECT, ISSUER)
    assert found == f"{ISSUER} 4711"
    form = parse_qs(next(r for r in liar.asked if r.method == "POST").content.decode())
    assert form["code_verifier"] == [TRIP.verifier]


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://other.example"},
        {"aud": "other"},
        {"aud": ["other", CLIENT]},  # without azp
        {"aud": [CLIENT, "other"], "azp": "other"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": None},
        {"iat": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": 4711},
        {"sub": "x" * 300},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
)
async def test_a_token_that_is_not_for_us_now_is_refused(
    liar: Liar, change: dict[str, Any]
) -> None:
    liar.token = signed(claims(**change))
    with pytest.raises(ProviderError):
        await asked().subject("c", TRIP, REDIRECT, None)


def forged() -> dict[str, str]:
    public = json.dumps(KEY.as_dict(private=False)).encode()
    head, body, _ = signed(claims()).split(".")
    return {
        "another key": signed(claims(), RSAKey.generate_key(2048, parameters={"kid": "one"})),
        "our secret as the key": signed(claims(), OctKey.import_key(SECRET.encode() * 2), "HS256"),
        "the public key as a secret": signed(claims(), OctKey.import_key(public), "HS256"),
        "no signature": f"eyJhbGciOiJub25lIn0.{body}.",
        "half a token": f"{head}.{body}",
        "nothing": "",
    }


@pytest.mark.parametrize("how", list(forged()))
async def test_a_token_that_the_issuer_did_not_sign_is_refused(liar: Liar, how: str) -> None:
    liar.token = forged()[how]
    with pytest.raises(ProviderError, match="id-token"):
        await asked().subject("c", TRIP, REDIRECT, None)


async def test_another_issuer_is_not_ours(liar: Liar) -> None:
    with pytest.raises(ProviderError, match="other-issuer"):
        await asked().subject("c", TRIP, REDIRECT, "https://other.example")
    liar.metadata["issuer"] = "https://other.example"
    with pytest.raises(ProviderError, match="discovery-issuer"):
        await asked().address(TRIP, REDIRECT)


@pytest.mark.parametrize("value", [None, 7, "javascript:alert(1)", "/auth"])
async def test_addresses_of_the_issuer_are_addresses(liar: Liar, value: object) -> None:
    liar.metadata["authorization_endpoint"] = value
    with pytest.raises(ProviderError, match="authorization-endpoint"):
        await asked().address(TRIP, REDIRECT)
