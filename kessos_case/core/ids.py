"""Identifiers: UUIDv7 for rows, random tokens for what is given outside (a UUIDv7 tells the minute of registration)."""

import os
import re
import secrets
import threading
import time
import uuid

_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TAIL_BITS = 74  # what RFC 9562 leaves beside time, version and variant: rand_a (12) and rand_b (62)


class _Sequence:
    """The last identifier made: its millisecond and its 74 random bits, which only grow within one millisecond."""

    def __init__(self, *, may_go_back: bool) -> None:
        self._may_go_back = may_go_back
        self._start()
        # A forked worker must not inherit a lock that a thread of its parent held, and needs no order with the parent.
        os.register_at_fork(after_in_child=self._start)

    def _start(self) -> None:
        self._lock = threading.Lock()
        self._millisecond = -1
        self._tail = 0

    def following(self, millisecond: int) -> tuple[int, int]:
        """Millisecond and tail of the next identifier, above the one before it (RFC 9562, 6.2, method 2)."""
        with self._lock:
            behind = millisecond < self._millisecond and not self._may_go_back
            if behind or millisecond == self._millisecond:
                # A random step of up to 2^32 keeps the neighbour hard to guess; 2^41 of them fit before the top.
                self._tail += 1 + _random_bits(32)
            else:
                self._millisecond = millisecond
                self._tail = _random_bits(_TAIL_BITS - 1)
            return self._millisecond, self._tail


def _random_bits(count: int) -> int:
    # From the kernel and never from a generator of our own, whose state two forked workers would share.
    return int.from_bytes(os.urandom(-(-count // 8)), "big") >> (-count % 8)


# The machine's clock may step back, and identifiers must not; a stated millisecond is taken at its word.
_by_clock = _Sequence(may_go_back=False)
_by_statement = _Sequence(may_go_back=True)


def new_id(milliseconds: int | None = None) -> uuid.UUID:
    """Make a UUIDv7 (RFC 9562, 5.7; Python 3.11 has none), above every one this process made in the same millisecond.

    `milliseconds` since 1970 UTC; the machine's clock when None. Raises ValueError outside 0..2^48-1.
    """
    if milliseconds is None:
        milliseconds, tail = _by_clock.following(time.time_ns() // 1_000_000)
    elif 0 <= milliseconds < 1 << 48:
        milliseconds, tail = _by_statement.following(milliseconds)
    else:
        raise ValueError(f"{milliseconds} milliseconds do not fit the 48 bits of a UUIDv7")
    rand_a, rand_b = tail >> 62, tail & ((1 << 62) - 1)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b)


def random_token(bytes: int = 32) -> str:
    """A secret for links and codes: that many random bytes in URL-safe base64 without padding (32 give 43 letters)."""
    return secrets.token_urlsafe(bytes)


def is_uuid(text: str) -> bool:
    """Is this the canonical form, 36 characters in lower case? Others are refused, so one thing has one address."""
    return _CANONICAL.fullmatch(text) is not None
