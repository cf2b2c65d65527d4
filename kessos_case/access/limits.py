"""Counting in Valkey: wrong passwords by account and address, requests by token. Sign-in fails closed, the rest open."""

import hashlib
from functools import cache

import limits
import structlog
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter, SlidingWindowCounterRateLimiter
from redis.exceptions import RedisError

from kessos_case.core.errors import TooManyRequests, Unavailable
from kessos_case.core.settings import settings

log = structlog.get_logger()

LOCKED_MINUTES = 15


@cache
def _storage() -> Storage:
    # `unix://` is redis-py's word for a socket, `redis+unix://` that of the limits library.
    url = settings().redis_url.replace("unix://", "redis+unix://", 1)
    storage = storage_from_string(url, socket_connect_timeout=1, socket_timeout=1, wrap_exceptions=True)
    assert isinstance(storage, Storage)
    return storage


def refuse_if_locked(username: str, address: str) -> None:
    """Raises TooManyRequests while the account or the address must wait, Unavailable when nobody can tell."""
    limiter = FixedWindowRateLimiter(_storage())
    try:
        locked = [item for item, key in _tries(username, address) if not limiter.test(item, key)]
    except limits.errors.StorageError as error:
        raise Unavailable("Signing in is not possible just now; try again in a minute.") from error
    if locked:
        raise TooManyRequests("Too many wrong passwords; wait a quarter of an hour.", retry_after=LOCKED_MINUTES * 60)


def count_wrong(username: str, address: str) -> None:
    """Count one wrong password against the account and the address."""
    limiter = FixedWindowRateLimiter(_storage())
    try:
        for item, key in _tries(username, address):
            limiter.hit(item, key)
    except limits.errors.StorageError as error:
        raise Unavailable("Signing in is not possible just now; try again in a minute.") from error


def refuse_guessing(door: str, address: str) -> None:
    """Raises TooManyRequests while this address has tried too many words that open nothing at a door without sign-in.

    Such words are too long to guess, so a dead counter lets people in: an emergency must not wait for it.
    """
    try:
        allowed = FixedWindowRateLimiter(_storage()).test(_guesses(), door, address)
    except limits.errors.StorageError as error:
        log.warning("limits_unavailable", error_class=type(error).__name__)
        return
    if not allowed:
        raise TooManyRequests("Too many wrong links; wait a quarter of an hour.", retry_after=LOCKED_MINUTES * 60)


def count_guess(door: str, address: str) -> None:
    """Count one word that opened nothing against its address."""
    try:
        FixedWindowRateLimiter(_storage()).hit(_guesses(), door, address)
    except limits.errors.StorageError as error:
        log.warning("limits_unavailable", error_class=type(error).__name__)


def count_request(key: str) -> None:
    """Raises TooManyRequests when this token asks too often. A dead counter lets work go on."""
    item = limits.RateLimitItemPerMinute(settings().requests_per_minute)
    try:
        allowed = SlidingWindowCounterRateLimiter(_storage()).hit(item, "requests", key)
    except (limits.errors.StorageError, RedisError) as error:
        log.warning("limits_unavailable", error_class=type(error).__name__)
        return
    if not allowed:
        raise TooManyRequests("Too many requests; wait a minute.", retry_after=60)


def _guesses() -> limits.RateLimitItem:
    # As many as wrong passwords: many phones of one network share an address.
    return limits.RateLimitItemPerMinute(settings().sign_in_tries_address, LOCKED_MINUTES)


def _tries(username: str, address: str) -> list[tuple[limits.RateLimitItem, str]]:
    options = settings()

    def item(tries: int) -> limits.RateLimitItem:
        return limits.RateLimitItemPerMinute(tries, LOCKED_MINUTES)

    # Names are hashed: what someone typed by mistake into the name field may be his password.
    account = hashlib.sha256(username.encode("utf-8", "replace")).hexdigest()[:32]
    return [
        (item(options.sign_in_tries_account), f"account:{account}"),
        (item(options.sign_in_tries_address), f"address:{address}"),
    ]
