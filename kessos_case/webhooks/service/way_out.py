"""The rim: one POST to an address that a stranger has chosen. Nothing here knows a session.

The name is looked up once; every address that it has must be public; and the connection goes to the very address that was
looked at, so that a name which leads elsewhere a moment later leads nowhere. No redirect is followed, no proxy asked, and
of what the other side says only the number of its status is kept.
"""

import io
import socket
import ssl
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any

from kessos_case.core.settings import Settings, settings
from kessos_case.webhooks.rules import Place, Problem, all_public, place_of

# Of an answer: its head, and enough of its body that a short one is read to its end.
_MOST_HEAD = 16_384
_MOST_BODY = 1024


class Undelivered(Exception):  # noqa: N818 - what happened to a delivery, as postmen call it
    """Nobody there took it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def is_strict(options: Settings) -> bool:
    """Are only public addresses behind TLS allowed? In production always."""
    return options.is_production or not options.webhook_private_allowed


def check_address(address: str) -> None:
    """Look where an address leads, without going there. Raises ValueError with a BadAddress, or Undelivered."""
    options = settings()
    place = place_of(address, is_strict=is_strict(options))
    _allowed(place, options, time.monotonic() + options.webhook_timeout)


def post(address: str, head: dict[str, str], body: bytes) -> int:
    """Send it; the status of the answer, whatever it is. Raises Undelivered when there is none within the time."""
    options = settings()
    until = time.monotonic() + options.webhook_timeout
    try:
        place = place_of(address, is_strict=is_strict(options))
    except ValueError as error:
        raise Undelivered(Problem.BAD_ADDRESS) from error
    try:
        with closing(_connected(place, _allowed(place, options, until), options, until)) as wire:
            return _talk(wire, place, head, body, until)
    except TimeoutError as error:
        raise Undelivered(Problem.TOO_SLOW) from error
    except ssl.SSLError as error:
        raise Undelivered(Problem.NOT_SECURE) from error
    except HTTPException as error:
        raise Undelivered(Problem.NO_HTTP) from error
    except OSError as error:
        raise Undelivered(Problem.UNREACHABLE) from error


def _allowed(place: Place, options: Settings, until: float) -> Sequence[str]:
    """The IP addresses of a place. Raises Undelivered when there is none, or when one of them is not public."""
    found = _looked_up(place, until)
    if is_strict(options) and not all_public(found):
        raise Undelivered(Problem.PRIVATE_ADDRESS)
    return found


def _looked_up(place: Place, until: float) -> Sequence[str]:
    # The resolver has its own idea of time, so it is left to its thread when ours is over.
    pool = ThreadPoolExecutor(1)
    try:
        asked = pool.submit(socket.getaddrinfo, place.host, place.port, type=socket.SOCK_STREAM)
        return [str(where[0]) for *_, where in asked.result(_left(until))]
    except (socket.gaierror, UnicodeError) as error:
        raise Undelivered(Problem.UNKNOWN_NAME) from error
    except TimeoutError as error:
        raise Undelivered(Problem.UNKNOWN_NAME) from error
    finally:
        pool.shutdown(wait=False)


def _connected(place: Place, addresses: Sequence[str], options: Settings, until: float) -> socket.socket:
    """A connection to the first of these that takes one, with the certificate of the name that was given."""
    wire = _dialled(place, addresses, until)
    if not place.is_tls:
        return wire
    try:
        trusted = ssl.create_default_context()
        if options.webhook_ca_file:
            trusted.load_verify_locations(options.webhook_ca_file)
        wire.settimeout(_left(until))
        return trusted.wrap_socket(wire, server_hostname=place.host)
    except BaseException:
        wire.close()
        raise


def _dialled(place: Place, addresses: Sequence[str], until: float) -> socket.socket:
    for address in addresses[:-1]:
        with suppress(OSError):
            # One that does not answer must leave the next some time.
            return socket.create_connection((address, place.port), timeout=_left(until) / 2)
    return socket.create_connection((addresses[-1], place.port), timeout=_left(until))


def _talk(wire: socket.socket, place: Place, head: dict[str, str], body: bytes, until: float) -> int:
    speaker = HTTPConnection(place.host, place.port)
    speaker.sock = wire
    wire.settimeout(_left(until))
    speaker.request("POST", place.path, body, {"Host": place.name, "Connection": "close"} | head)
    answer = HTTPResponse(_Ear(wire, until), method="POST")  # type: ignore[arg-type]
    answer.begin()
    with suppress(OSError, HTTPException):
        answer.read(_MOST_BODY)
    return answer.status


class _Ear(io.RawIOBase):
    """Hears an answer within the time for the whole of it, not for each byte, and no more of it than is needed."""

    def __init__(self, wire: socket.socket, until: float) -> None:
        self._wire, self._until, self._heard = wire, until, 0

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What http.client asks a socket for."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._heard > _MOST_HEAD + _MOST_BODY:
            raise HTTPException("too much was said")
        self._wire.settimeout(_left(self._until))
        count = self._wire.recv_into(buffer)
        self._heard += count
        return count


def _left(until: float) -> float:
    """The seconds that are left. Raises TimeoutError when none are."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
