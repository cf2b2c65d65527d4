"""Signing in and out: Argon2id passwords, random tokens of which only the hash is kept, limits that fail closed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import argon2
import sqlalchemy as sa

from kessos_case.access.limits import count_wrong, refuse_if_locked
from kessos_case.access.models import Token, User
from kessos_case.access.service.audit import record
from kessos_case.core import db
from kessos_case.core.db import Session
from kessos_case.core.errors import Unauthenticated
from kessos_case.core.ids import new_id, random_token
from kessos_case.core.keys import token_hash
from kessos_case.core.settings import settings

# 46 MiB, one pass, one lane: OWASP's first choice for Argon2id.
HASHER = argon2.PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)


@dataclass(frozen=True)
class SignedIn:
    """A fresh sign-in; the token is shown once and never stored."""

    token: str
    expires_at: datetime
    user: User


def sign_in(session: Session, username: str, password: str, *, kind: str, address: str) -> SignedIn:
    """Check the password, make a token of `kind` (bearer, session) and let the transaction act for the user.

    Raises Unauthenticated without saying what was wrong, TooManyRequests after too many tries of the account or address,
    Unavailable when the limits cannot be counted.
    """
    username = username.strip().lower()
    refuse_if_locked(username, address)
    user_id, stored = _credentials(session, username)
    if not _matches(password, stored) or user_id is None:
        count_wrong(username, address)
        raise Unauthenticated("User name or password is wrong.", code="wrong_credentials", subject=user_id)
    db.enter(session, db.user(user_id), session.request_id)
    user = session.get_one(User, user_id)
    if HASHER.check_needs_rehash(stored):
        user.password_hash = HASHER.hash(password)
    options = settings()
    life = {"days": options.token_days} if kind == "bearer" else {"hours": options.session_hours}
    token = random_token()
    row = new_token(session, user.id, token, kind, **life)
    session.add(row)
    record(session, "sign_in", "token", row.id)
    return SignedIn(token, row.expires_at, user)


def sign_out(session: Session) -> None:
    """End the sign-in of this request at once."""
    session.execute(sa.update(Token).where(Token.id == session.actor.token_id).values(revoked_at=session.now))
    record(session, "sign_out", "token", session.actor.token_id)


def _credentials(session: Session, username: str) -> tuple[UUID | None, str]:
    found = session.execute(sa.text("select * from credentials_of(:username)"), {"username": username}).one_or_none()
    # An unknown name costs the same time as a known one, so that names cannot be listed by the clock.
    return (found.user_id, found.password_hash) if found else (None, _nobodys_hash())


@cache
def _nobodys_hash() -> str:
    return HASHER.hash(random_token())


def _matches(password: str, stored: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (argon2.exceptions.VerifyMismatchError, argon2.exceptions.InvalidHashError, UnicodeEncodeError):
        return False


def new_token(session: Session, user_id: UUID, token: str, kind: str, **life: float) -> Token:
    """The row of a sign-in that lives for `life` (days=, hours=) from now."""
    return Token(
        id=new_id(),
        user_id=user_id,
        kind=kind,
        token_hash=token_hash(token),
        created_at=session.now,
        last_seen_at=session.now,
        expires_at=session.now + timedelta(**life),
    )
