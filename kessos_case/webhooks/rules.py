"""What other programs can be told, where to, and how often a delivery is tried. Values in, values out. Source: spec api.md.

Which addresses are refused: spec privacy.md, and OWASP's sheet on server-side request forgery.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit


class Event(StrEnum):
    """What happened. A delivery says this, where it stands now and random ids; never who the person is."""

    OFFER_MADE = "offer.made"
    OFFER_REMINDED = "offer.reminded"
    OFFER_ACCEPTED = "offer.accepted"
    OFFER_DECLINED = "offer.declined"
    OFFER_WAITING = "offer.waiting"
    OFFER_EXPIRED = "offer.expired"
    OFFER_REVOKED = "offer.revoked"
    OFFER_MET = "offer.met"
    OFFER_COMPLETED = "offer.completed"


# Sent when somebody asks for it, to whatever is subscribed.
TRIAL = "webhook.trial"


class DeliveryState(StrEnum):
    """Where a delivery stands. `given_up` after the last attempt, `dropped` when nobody subscribes any more."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"


class StopReason(StrEnum):
    """Why a subscription rests."""

    BY_HAND = "by_hand"
    FAILING = "failing"
    GONE = "gone"


class Problem(StrEnum):
    """Why an attempt failed: our words, for what the other side says may hold anything."""

    UNKNOWN_NAME = "unknown_name"
    PRIVATE_ADDRESS = "private_address"
    BAD_ADDRESS = "bad_address"
    UNREACHABLE = "unreachable"
    NOT_SECURE = "not_secure"
    TOO_SLOW = "too_slow"
    NO_HTTP = "no_http"
    REDIRECTED = "redirected"
    REFUSED = "refused"


class BadAddress(StrEnum):
    """What is wrong with an address as it was typed."""

    NO_ADDRESS = "no_address"
    NOT_HTTPS = "not_https"
    HAS_PASSWORD = "has_password"  # nosec B105
    HAS_FRAGMENT = "has_fragment"
    WRONG_PORT = "wrong_port"


@dataclass(frozen=True)
class Place:
    """An address taken apart: where to connect, whose certificate to ask for, what to ask for there."""

    host: str
    port: int
    path: str
    is_tls: bool

    @property
    def name(self) -> str:
        """As the head of a request names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_tls else 80) else f"{host}:{self.port}"


# The spec "Standard Webhooks" begins secrets so, that they are found when they are published by mistake.
SECRET_PREFIX = "whsec_"  # nosec B105
# How long the secret before signs beside the new one.
BOTH_SIGN = timedelta(hours=24)

# Of one organisation; more are no program but a mistake in one.
MOST_SUBSCRIPTIONS = 10
LONGEST_ADDRESS = 500
_PORTS = (443, 8443)

# After the first failure, the second and so on; after one more the delivery is given up.
_TRY_AGAIN_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
)
# An address where nothing arrived for so long is left alone.
_FAILING_FOR = timedelta(days=3)
# One that failed is tried once a minute, not once for each delivery that waits for it.
REST = timedelta(minutes=1)
# What was sent or given up is of no use for longer.
KEPT_FOR = timedelta(days=30)

_GLOBAL_V6 = IPv6Network("2000::/3")
# Within it: ways into IPv4 (Teredo, 6to4), and what is for examples. Some Python versions count the last as reachable.
_NOT_GLOBAL_V6 = (IPv6Network("2001::/23"), IPv6Network("2002::/16"), IPv6Network("3fff::/20"))


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try again after this many attempts; None when it has been tried often enough."""
    return now + _TRY_AGAIN_AFTER[attempts - 1] if attempts <= len(_TRY_AGAIN_AFTER) else None


def is_hopeless(failing_since: datetime, now: datetime) -> bool:
    """Has nothing arrived for so long that a person must look?"""
    return now - failing_since >= _FAILING_FOR


def arrived(status: int) -> bool:
    """Does this HTTP status say that the receiver has it?"""
    return 200 <= status < 300


def wants_no_more(status: int) -> bool:
    """410 says that the address will never be there again."""
    return status == 410


def place_of(address: str, *, is_strict: bool) -> Place:
    """Take an address apart. Raises ValueError with a BadAddress. Where not strict, http and any port will do."""
    if len(address) > LONGEST_ADDRESS or not address.isascii() or not all("!" <= mark <= "~" for mark in address):
        raise ValueError(BadAddress.NO_ADDRESS)
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(BadAddress.NO_ADDRESS) from error
    wrong = _wrong(address, parts.scheme, host, port, is_strict=is_strict)
    if not wrong and (parts.username is not None or parts.password is not None):
        wrong = BadAddress.HAS_PASSWORD
    if wrong or host is None:
        raise ValueError(wrong or BadAddress.NO_ADDRESS)
    is_tls = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(host, port if port is not None else (443 if is_tls else 80), path, is_tls)


def _wrong(address: str, scheme: str, host: str | None, port: int | None, *, is_strict: bool) -> BadAddress | None:
    if scheme != "https" and (is_strict or scheme != "http"):
        return BadAddress.NOT_HTTPS if scheme == "http" else BadAddress.NO_ADDRESS
    if not host or "\\" in address or "%" in host or (":" not in host and not _is_name(host)):
        return BadAddress.NO_ADDRESS
    if "#" in address:
        return BadAddress.HAS_FRAGMENT
    return BadAddress.WRONG_PORT if port == 0 or (is_strict and port not in (None, *_PORTS)) else None


def _is_name(host: str) -> bool:
    labels = host.rstrip(".").split(".")
    return all(0 < len(label) < 64 and label.replace("-", "").replace("_", "").isalnum() for label in labels)


def is_public(address: str) -> bool:
    """May a delivery go to this IP address? Not to ourselves, to our network, or to what only looks like elsewhere."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        # ::ffff:10.0.0.1 reaches 10.0.0.1; it lies outside the range, as 64:ff9b:: does, which reaches IPv4 by a gateway.
        return found in _GLOBAL_V6 and found.is_global and not any(found in net for net in _NOT_GLOBAL_V6)
    return _is_public_v4(found)


def _is_public_v4(address: IPv4Address) -> bool:
    # 100.64/10, which providers use inside, is neither private nor global.
    return address.is_global and not address.is_multicast


def all_public(addresses: Iterable[str]) -> bool:
    """May a delivery go to each of them? A name that also leads inside is refused whole."""
    found = list(addresses)
    return bool(found) and all(map(is_public, found))
