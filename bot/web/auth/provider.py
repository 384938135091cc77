"""An account elsewhere (OpenID Connect Core 1.0): authorization code with PKCE (RFC 7636), state
and nonce. Authlib knows the protocol, httpx the wire.

Trusts only what the issuer named in the settings signs: its own address in discovery and token, our
client id, the nonce of this trip, an asymmetric signature. Knows no staff account: all that comes
out is who somebody is for the issuer.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bot.domain.errors import ConfigurationError, LotseError
from bot.settings import Settings

SECONDS = 10.0
LEEWAY = 60
KNOWN_FOR = 3600.0
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")


class ProviderError(LotseError):
    """The issuer did not answer as it should; `code` says where, for the log."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the sign-in service did not answer as it should ({code})")
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """What must come back unchanged, or is never sent along."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> Trip:
        """Return a trip that nobody can foresee."""
        return cls(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
        )


class Provider:
    """The issuer of the settings."""

    def __init__(self, issuer: str, client_id: str, client_secret: str | None) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._known: tuple[float, Mapping[str, Any]] | None = None

    @classmethod
    def of(cls, settings: Settings) -> Provider:
        """Return the issuer. Raises ConfigurationError where half of it is set."""
        if settings.oidc_issuer is None or settings.oidc_client_id is None:
            raise ConfigurationError(
                "LOTSE_OIDC_ISSUER needs LOTSE_OIDC_CLIENT_ID, and the reverse"
            )
        secret = settings.oidc_client_secret
        return cls(
            settings.oidc_issuer,
            settings.oidc_client_id,
            secret.get_secret_value() if secret is not None else None,
        )

    async def address(self, trip: Trip, redirect: str) -> str:
        """Return where to send the browser. Raises ProviderError."""
        async with _client() as client:
            metadata = await self._metadata(client)
        url: str = prepare_grant_uri(
            _endpoint(metadata, "authorization_endpoint"),
            self._client_id,
            "code",
            redirect,
            "openid",
            trip.state,
            nonce=trip.nonce,
            code_challenge=create_s256_code_challenge(trip.verifier),
            code_challenge_method="S256",
        )
        return url

    async def subject(self, code: str, trip: Trip, redirect: str, issuer: str | None) -> str:
        """Return who came back with this code: the issuer's address and its name for her.

        `issuer` is what the answer says of itself (RFC 9207). Raises ProviderError.
        """
        async with _client() as client:
            metadata = await self._metadata(client)
            if issuer is not None and issuer != metadata["issuer"]:
                raise ProviderError("other-issuer")
            answer = await self._token(client, metadata, code, trip, redirect)
            keys = await _json(client.get(_endpoint(metadata, "jwks_uri")), "keys")
        claims = self._claims(answer, keys, metadata, trip)
        return f"{metadata['issuer']} {claims['sub']}"

    async def _metadata(self, client: httpx.AsyncClient) -> Mapping[str, Any]:
        now = asyncio.get_running_loop().time()
        if self._known is not None and now < self._known[0]:
            return self._known[1]
        url = get_well_known_url(self._issuer, external=True)
        metadata = await _json(client.get(url), "discovery")
        if str(metadata.get("issuer", "")).rstrip("/") != self._issuer.rstrip("/"):
            raise ProviderError("discovery-issuer")
        self._known = now + KNOWN_FOR, metadata
        return metadata

    async def _token(
        self,
        client: httpx.AsyncClient,
        metadata: Mapping[str, Any],
        code: str,
        trip: Trip,
        redirect: str,
    ) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect,
            "code_verifier": trip.verifier,
        }
        ways = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        auth = httpx.Auth()  # adds nothing
        if self._client_secret is None:
            form["client_id"] = self._client_id
        elif "client_secret_basic" in ways or "client_secret_post" not in ways:
            auth = httpx.BasicAuth(_quoted(self._client_id), _quoted(self._client_secret))
        else:
            form |= {"client_id": self._client_id, "client_secret": self._client_secret}
        url = _endpoint(metadata, "token_endpoint")
        return await _json(client.post(url, data=form, auth=auth), "token")

    def _claims(
        self,
        answer: Mapping[str, Any],
        keys: Mapping[str, Any],
        metadata: Mapping[str, Any],
        trip: Trip,
    ) -> Mapping[str, Any]:
        offered = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
        algorithms = [name for name in SIGNATURES if name in offered]
        try:
            known = KeySet.import_key_set({"keys": keys["keys"]})
            token = jwt.decode(str(answer["id_token"]), known, algorithms=algorithms)
            claims = CodeIDToken(
                token.claims,
                token.header,
                options={
                    "iss": {"essential": True, "value": metadata["issuer"]},
                    "aud": {"essential": True, "value": self._client_id},
                },
                params={
                    "nonce": trip.nonce,
                    "client_id": self._client_id,
                    "access_token": answer.get("access_token"),
                },
            )
            claims.validate(leeway=LEEWAY)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderError(f"id-token:{type(error).__name__}") from None
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise ProviderError("subject")
        found: Mapping[str, Any] = claims
        return found


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=SECONDS, headers={"Accept": "application/json"})


async def _json(request: Any, code: str) -> Mapping[str, Any]:
    try:
        response: httpx.Response = await request
        response.raise_for_status()
        found = response.json()
    except (httpx.HTTPError, ValueError):
        raise ProviderError(code) from None
    if not isinstance(found, dict):
        raise ProviderError(code)
    return found


def _endpoint(metadata: Mapping[str, Any], name: str) -> str:
    url = metadata.get(name)
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        raise ProviderError(name.replace("_", "-"))
    return url


def _quoted(text: str) -> str:
    """Return one half of the client's credentials (RFC 6749, 2.3.1)."""
    return quote_plus(text)
