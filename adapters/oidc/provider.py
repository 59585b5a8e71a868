"""A provider of OpenID Connect, asked by authlib: authorization code with PKCE, state and nonce; the answer is checked.

Whatever goes wrong is `NotIdentified`: nobody is let in on half an answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, cast

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from adapters.clock import now
from adapters.oidc.identity import Departure, Identity, NotIdentified

SCOPE: Final = "openid email"
SIGNED_BY: Final = ("RS256", "PS256", "ES256", "EdDSA")  # never `none`, and nothing that our own secret could sign
_PATIENCE: Final = timedelta(seconds=10)
_LEEWAY: Final = 60  # seconds by which clocks may differ
_DESCRIPTION: Final = ".well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """One provider, by its issuer and what it knows us by; `transport` is the network, or what a test puts there."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str = "your company account"
    transport: httpx2.AsyncBaseTransport | None = None

    async def depart(self, back: str) -> Departure:
        """Begin a sign-in that ends at our address `back`. Raises `NotIdentified`."""
        nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        async with self._client(back) as client:
            endpoint = (await self._description(client)).get("authorization_endpoint")
            if not isinstance(endpoint, str):
                raise NotIdentified("it does not say where people sign in")
            url, state = client.create_authorization_url(endpoint, nonce=nonce, code_verifier=verifier)
        return Departure(url, {"state": state, "nonce": nonce, "verifier": verifier})

    async def arrive(self, back: str, kept: Mapping[str, str], said: Mapping[str, str]) -> Identity:
        """Who came back with what the provider `said` in the query of `back`. Raises `NotIdentified`."""
        if "error" in said:
            raise NotIdentified(f"the provider answered {said['error'][:100]}")
        begun, ended = kept.get("state", "-"), said.get("state", "")
        if not said.get("code") or not secrets.compare_digest(ended.encode(), begun.encode()):
            raise NotIdentified("what came back is not what was begun in this browser")
        try:
            async with self._client(back) as client:
                known = await self._description(client)
                token = await client.fetch_token(
                    known["token_endpoint"], code=said["code"], code_verifier=kept["verifier"]
                )
                keys = (await self._read(client, known["jwks_uri"])) if token.get("id_token") else {}
                claims = self._claims(str(token.get("id_token", "")), keys, kept["nonce"])
                return await self._identity(client, known, claims)
        except (OAuthError, JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotIdentified(f"its answer cannot be believed: {type(error).__name__}: {error}"[:300]) from None
        except httpx2.HTTPError as error:
            raise NotIdentified(f"it cannot be reached: {type(error).__name__}") from None

    def _client(self, back: str) -> Any:
        return AsyncOAuth2Client(
            self.client_id, self.client_secret, scope=SCOPE, redirect_uri=back, code_challenge_method="S256",
            timeout=_PATIENCE.total_seconds(), transport=self.transport,
        )  # fmt: skip

    async def _description(self, client: Any) -> dict[str, Any]:
        """What the provider says of itself; it must be the one that we were told of."""
        known = await self._read(client, f"{self.issuer.rstrip('/')}/{_DESCRIPTION}")
        if known.get("issuer") != self.issuer:
            raise NotIdentified(f"oidc.issuer: found {known.get('issuer')!s:.200}; allowed {self.issuer}")
        return known

    async def _read(self, client: Any, url: str) -> dict[str, Any]:
        try:
            answer = await client.request("GET", url, withhold_token=True)
            answer.raise_for_status()
            found = answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise NotIdentified(f"it cannot be read: {type(error).__name__}") from None
        if not isinstance(found, dict):
            raise NotIdentified(f"it cannot be read: found a {type(found).__name__}; allowed an object")
        return found

    def _claims(self, id_token: str, keys: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """What the signed answer says: of this provider, for us, for this sign-in, and not too old."""
        signed = jwt.decode(id_token, KeySet.import_key_set(cast("Any", keys)), algorithms=list(SIGNED_BY))
        options: Any = {
            "iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": self.client_id},
            "sub": {"essential": True}, "nonce": {"essential": True, "value": nonce},
        }  # fmt: skip
        claims = CodeIDToken(signed.claims, signed.header, options, {"nonce": nonce, "client_id": self.client_id})
        claims.validate(now=int(now().timestamp()), leeway=_LEEWAY)
        return cast("Mapping[str, Any]", claims)

    async def _identity(self, client: Any, known: Mapping[str, Any], claims: Mapping[str, Any]) -> Identity:
        """The address stands in the signed answer, or is asked for of the same subject."""
        told: Mapping[str, Any] = claims
        if "email" not in claims and "userinfo_endpoint" in known:
            answer = await client.get(known["userinfo_endpoint"])
            answer.raise_for_status()
            told = answer.json()
            if told.get("sub") != claims["sub"]:
                raise NotIdentified("it told of somebody else")
        email = told.get("email") if told.get("email_verified") is True else None
        return Identity(f"{self.issuer} {claims['sub']}", str(email) if email else None)
