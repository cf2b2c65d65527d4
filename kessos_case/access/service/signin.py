"""Signing in and out: Argon2id passwords, a second factor, tokens of which only the hash is kept, limits that fail closed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import argon2
import pyotp
import sqlalchemy as sa

from kessos_case.access.limits import count_wrong, refuse_if_locked
from kessos_case.access.models import Token, User
from kessos_case.access.rules import sees_beyond_the_office
from kessos_case.access.service.audit import record
from kessos_case.core import clock, db
from kessos_case.core.db import Session
from kessos_case.core.errors import Unauthenticated
from kessos_case.core.ids import new_id, random_token
from kessos_case.core.keys import keyring, token_hash
from kessos_case.core.settings import settings


@cache
def hasher() -> argon2.PasswordHasher:
    """Argon2id with one pass and one lane over as much memory as the setting says."""
    return argon2.PasswordHasher(time_cost=1, memory_cost=settings().password_kib, parallelism=1)


OTP_SECONDS = 30


@dataclass(frozen=True)
class SignedIn:
    """A fresh sign-in; the token is shown once and never stored."""

    token: str
    expires_at: datetime
    user: User


def sign_in(
    session: Session, username: str, password: str, *, kind: str, address: str, otp: str | None = None
) -> SignedIn:
    """Check password and second factor, make a token of `kind` (bearer, session), let the transaction act for the user.

    Raises Unauthenticated (`wrong_credentials` without saying which, `otp_required`, `second_factor_missing`),
    TooManyRequests after too many tries of the account or address, Unavailable when the limits cannot be counted.
    """
    username = username.strip().lower()
    refuse_if_locked(username, address)
    known = _credentials(session, username)
    stored = known.password_hash if known else _nobodys_hash()
    is_right = _matches(password, stored)
    if known is None or not is_right or not _second_factor(session, known, otp):
        count_wrong(username, address)
        subject = known.user_id if known else None
        raise Unauthenticated("User name, password or code is wrong.", code="wrong_credentials", subject=subject)
    db.enter(session, db.user(known.user_id), session.request_id)
    user = session.get_one(User, known.user_id)
    if hasher().check_needs_rehash(stored):
        user.password_hash = hasher().hash(password)
    return _signed_in(session, user, kind)


def sign_out(session: Session) -> None:
    """End the sign-in of this request at once."""
    session.execute(sa.update(Token).where(Token.id == session.actor.token_id).values(revoked_at=session.now))
    record(session, "sign_out", "token", session.actor.token_id)


def enrol_second_factor(session: Session, user: User) -> str:
    """Give the user a new second factor; returns the `otpauth://` address for his phone, shown once."""
    secret = pyotp.random_base32()
    user.otp_sealed = keyring().seal(secret, _otp_place(user.id))
    user.otp_last_step = None
    record(session, "enrol_second_factor", "user", user.id)
    return pyotp.TOTP(secret, interval=OTP_SECONDS).provisioning_uri(name=user.username, issuer_name="kessos-case")


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


def _signed_in(session: Session, user: User, kind: str) -> SignedIn:
    options = settings()
    life = {"days": options.token_days} if kind == "bearer" else {"hours": options.session_hours}
    token = random_token()
    row = new_token(session, user.id, token, kind, **life)
    session.add(row)
    record(session, "sign_in", "token", row.id)
    return SignedIn(token, row.expires_at, user)


def _credentials(session: Session, username: str) -> Any:
    values = {"username": username, "at": session.now}
    return session.execute(sa.text("select * from credentials_of(:username, :at)"), values).one_or_none()


def _second_factor(session: Session, known: Any, otp: str | None) -> bool:
    """Is the second factor right, or not needed? Raises Unauthenticated when one is needed and none was given."""
    if known.otp_sealed is None:
        if settings().second_factor == "required" and sees_beyond_the_office(frozenset(known.roles)):
            detail = "Your role needs a second factor; ask your administrator for one."
            raise Unauthenticated(detail, code="second_factor_missing", subject=known.user_id)
        return True
    if not otp:
        raise Unauthenticated("Send the code of your phone too.", code="otp_required", subject=known.user_id)
    return _use_code(session, known, otp.replace(" ", ""))


def _use_code(session: Session, known: Any, code: str) -> bool:
    """Is this the code of now, or of the step before or after (clocks differ), and not used before?"""
    totp = pyotp.TOTP(keyring().open(known.otp_sealed, _otp_place(known.user_id)), interval=OTP_SECONDS)
    # The phone shows the time of the wall, whatever the program's clock was moved to.
    now = int(clock.wall().timestamp()) // OTP_SECONDS
    step = next(
        (step for step in (now, now - 1, now + 1) if pyotp.utils.strings_equal(code, totp.at(step * OTP_SECONDS))), None
    )
    if step is None:
        return False
    used = sa.text("select use_otp_step(:user_id, :step)")
    return bool(session.scalar(used, {"user_id": known.user_id, "step": step}))


def _otp_place(user_id: UUID) -> str:
    return f"users:otp:{user_id}"


@cache
def _nobodys_hash() -> str:
    # An unknown name costs the same time as a known one, so that names cannot be listed by the clock.
    return hasher().hash(random_token())


def _matches(password: str, stored: str) -> bool:
    try:
        return hasher().verify(stored, password)
    except (argon2.exceptions.VerifyMismatchError, argon2.exceptions.InvalidHashError, UnicodeEncodeError):
        return False
