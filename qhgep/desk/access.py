"""Who may speak to the desk: this machine's browser with the token of the address, from the desk's own pages, and not too much at once."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

COOKIE = "qhgep_desk"
_DAYS_KEPT = 7
LARGEST = 256 * 1024 * 1024
"""Bytes of one request."""
HEADERS: Mapping[str, str] = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff", "referrer-policy": "same-origin", "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
}  # fmt: skip
"""On every answer. The desk has no script, so none may act. (With no-referrer a browser would say Origin: null.)"""
_SAFE = ("GET", "HEAD")


class TooLarge(Exception):
    """A request that is larger than the desk takes; raised where it is read."""


@dataclass
class Key:
    """The token of the address, good for one exchange, and the secret of the cookie that it is exchanged for."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    def exchange(self, token: str) -> bool:
        """Whether a token is the right one; it is another from then on."""
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return False
        self.token = secrets.token_urlsafe(32)
        return True

    def opens(self, cookies: str) -> bool:
        """Whether the cookies of a request hold the secret."""
        try:
            found = SimpleCookie(cookies).get(COOKIE)
        except CookieError:
            return False
        return found is not None and hmac.compare_digest(found.value.encode(), self.secret.encode())


class Access:
    """An ASGI layer in front of the desk: a request passes every test or gets the reason why it does not."""

    def __init__(self, app: Any, key: Key, hosts: tuple[str, ...], refuse: Any, renewed: Any) -> None:  # noqa: ANN401 - ASGI
        self.app, self.key, self.hosts, self.refuse, self.renewed = app, key, hosts, refuse, renewed

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        """Pass a request on, or answer it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        heads = _heads(scope["headers"])
        if (reason := self._reason(scope, heads)) is not None:
            status, why = reason
            await self.refuse(status, why)(scope, receive, _with_headers(send))
            return
        if (token := self._token(scope)) is not None:
            await self._exchanged(token, scope, receive, send)
            return
        if not self.key.opens(heads.get("cookie", "")):
            await self.refuse(403, "cookie")(scope, receive, _with_headers(send))
            return
        await self.app(scope, _counted(receive), _with_headers(send))

    def _reason(self, scope: Any, heads: Mapping[str, str]) -> tuple[int, str] | None:  # noqa: ANN401 - ASGI
        if heads.get("host", "") not in self.hosts:
            return 403, "host"
        if scope["method"] in _SAFE:
            return None
        if scope["method"] != "POST":
            return 405, "method"
        origin = heads.get("origin")
        if origin is None or origin not in {f"http://{host}" for host in self.hosts}:
            return 403, "origin"
        length = heads.get("content-length", "0")
        if not length.isdigit() or int(length) > LARGEST:
            return 413, "large"
        return None

    def _token(self, scope: Any) -> str | None:  # noqa: ANN401 - ASGI
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        return asked["token"][0] if scope["method"] == "GET" and "token" in asked else None

    async def _exchanged(self, token: str, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        """The first page without the token, and the cookie; a token that was used or is none is refused."""
        if not self.key.exchange(token):
            await self.refuse(403, "token")(scope, receive, _with_headers(send))
            return
        self.renewed()
        cookie = f"{COOKIE}={self.key.secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age={_DAYS_KEPT * 24 * 3600}"
        heads = [(b"location", b"/"), (b"set-cookie", cookie.encode()), (b"content-length", b"0")]
        await _with_headers(send)({"type": "http.response.start", "status": 303, "headers": heads})
        await send({"type": "http.response.body", "body": b""})


def _heads(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers of a request by name: cookies joined as one list, others that come twice too, so that no second one hides the first."""
    found: dict[str, str] = {}
    for name, value in ((name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs):
        between = "; " if name == "cookie" else ", "
        found[name] = f"{found[name]}{between}{value}" if name in found else value
    return found


def _with_headers(send: Any) -> Any:  # noqa: ANN401 - ASGI
    async def sent(message: Any) -> None:  # noqa: ANN401 - ASGI
        if message["type"] == "http.response.start":
            own = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
            message = {**message, "headers": [*message.get("headers", []), *own]}
        await send(message)

    return sent


def _counted(receive: Any) -> Any:  # noqa: ANN401 - ASGI
    """What is received, as long as it is not too much: a length that was not said or is a lie does not help."""
    got = 0

    async def received() -> Any:  # noqa: ANN401 - ASGI
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > LARGEST:
            raise TooLarge
        return message

    return received
