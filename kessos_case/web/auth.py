"""The door of every route: who asks, in which transaction, and whether the role may do this at all.

`door` is the outermost decorator below the route. It opens the one transaction of the request as the holder of the token,
asks the permission table, and hands the session to the view first. Access fills the hooks.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, current_app, g, request

from kessos_case.core.db import Credentials, Session, bearer, nobody, transaction
from kessos_case.core.errors import Crossed, Forbidden, KessosError, NotFound, Unauthenticated
from kessos_case.core.keys import keyring, token_hash

COOKIE = "kessos_session"
SAFE = ("GET", "HEAD", "OPTIONS")
# How often a request is done again after it and another had waited for each other.
_CROSSED = 2


@dataclass(frozen=True)
class Door:
    """What a route asks of a caller; `public` asks nothing."""

    resource: str
    action: str
    public: bool = False


@dataclass(frozen=True)
class Hooks:
    """What access provides: may these roles do this, count this request, and write down a refused look."""

    may: Callable[[frozenset[str], str, str], bool]
    limit: Callable[[str], None]
    refused: Callable[[Session, Door, UUID | None, str], None]


def install(app: Flask, hooks: Hooks) -> None:
    """Give the doors of `app` their hooks."""
    app.extensions["kessos_hooks"] = hooks


def hooks() -> Hooks:
    """The hooks of the running app."""
    return current_app.extensions["kessos_hooks"]


def door(resource: str, action: str, *, public: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Open the transaction of this request for the caller and pass it on as the view's first argument.

    Raises Unauthenticated without a valid sign-in, Forbidden when no role of the caller has this action in any scope.
    Refusals, also of single objects inside, are written to the audit trail after the rollback.
    """
    # An old cookie must not stand in the way of a new sign-in.
    return door_for(Door(resource, action, public), nobody if public else credentials)


def door_for(asked: Door, who: Callable[[], Credentials]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The door itself, for callers who say in their own way who they are; pages know only the cookie."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def opened(*args: Any, **kwargs: Any) -> Any:
            given = who()

            def once() -> Any:
                with transaction(given, g.request_id) as session:
                    _check(session, asked)
                    return view(session, *args, **kwargs)

            try:
                return _again_when_crossed(once)
            except (Forbidden, NotFound, Unauthenticated) as error:
                _write_refusal(given, asked, error, kwargs)
                raise

        opened.door = asked  # type: ignore[attr-defined]
        return opened

    return decorate


def _again_when_crossed(once: Callable[[], Any]) -> Any:
    """Nobody need press twice because two crossed each other. A file that was sent has been read, and is not there again."""
    for _ in range(_CROSSED):
        try:
            return once()
        except Crossed:
            if request.files:
                raise
    return once()


def credentials() -> Credentials:
    """Whose request this is: a bearer token, or the cookie of a page together with its CSRF token.

    Raises Unauthenticated when there is neither, Forbidden when the CSRF token is wrong.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return _counted(token.strip())
    if request.cookies.get(COOKIE):
        return cookie_credentials()
    raise Unauthenticated("Send the token of a sign-in: `Authorization: Bearer ...`.")


def cookie_credentials() -> Credentials:
    """Whose page this is. Raises Unauthenticated without the cookie, Forbidden when the CSRF token is wrong."""
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        raise Unauthenticated("Sign in first.")
    if request.method not in SAFE:
        check_csrf(cookie)
    return _counted(cookie)


def csrf_token(cookie: str) -> str:
    """The token that a form of this session must carry; bound to the cookie, so nothing need be stored."""
    return hmac.digest(keyring().signing_key, b"csrf:" + cookie.encode("utf-8", "replace"), hashlib.sha256).hex()


def check_csrf(cookie: str) -> None:
    """Raises Forbidden unless the form or header carries the session's CSRF token."""
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    if not hmac.compare_digest(sent.encode("utf-8", "replace"), csrf_token(cookie).encode()):
        raise Forbidden("The form is too old; load the page again.", code="csrf")


def check_same_site() -> None:
    """Raises Forbidden when the browser says that another site sent this form.

    For forms of visitors, who have no session that a CSRF token could be bound to. Programs and old browsers say nothing.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    is_ours = site in ("same-origin", "none") if site else origin is None or urlsplit(origin).netloc == request.host
    if not is_ours:
        raise Forbidden("The form was sent by another site.", code="cross_site")


def _counted(token: str) -> Credentials:
    hashed = token_hash(token)
    hooks().limit(hashed.hex()[:32])
    return bearer(hashed)


def _check(session: Session, asked: Door) -> None:
    g.actor = session.actor
    if not asked.public and not hooks().may(session.actor.roles, asked.resource, asked.action):
        raise Forbidden(f"Your role may not {asked.action} here.", code="role")


def _write_refusal(given: Credentials, asked: Door, error: KessosError, kwargs: dict[str, Any]) -> None:
    if isinstance(error, Unauthenticated) and not asked.public:
        return  # an ended sign-in: there is nobody to write down
    subject = error.extra.get("subject") or next((value for value in kwargs.values() if isinstance(value, UUID)), None)
    with transaction(given, g.request_id) as session:
        hooks().refused(session, asked, subject, error.code)
