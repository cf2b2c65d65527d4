"""A served program whose clock stands in a file, and people who use it over HTTP. No tests live here."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

from tests.faults.office import PASSWORD, Office, eventually

ZONE = "+07:00"  # Asia/Jakarta
UPT = "PRSPMKS-SIDOARJO"
OTHER_UPT = "RSBL-PASURUAN"

# username -> (office, roles as `kessos user add` takes them)
PEOPLE = {
    "admin": ("DINSOS-35", ("administrator",)),
    "tksk": ("DINSOS-35.09", ("tksk@35.09.12",)),
    "triage": ("DINSOS-35.09", ("triage@35.09",)),
    "caseworker": (UPT, ("caseworker",)),
    "supervisor": (UPT, ("supervisor",)),
    # In a small unit one head wears both hats; what he writes another must sign.
    "head": (UPT, ("caseworker", "supervisor")),
    "stranger": (OTHER_UPT, ("caseworker",)),
    "their_supervisor": (OTHER_UPT, ("supervisor",)),
    "co_signer": ("DINSOS-35", ("co_signer",)),
}


class Refused(AssertionError):
    """An answer that nobody expected."""


class Person:
    """Somebody at a desk or with a phone. Signs in again whenever the sign-in has ended."""

    def __init__(self, world: "World", username: str) -> None:
        self.world, self.username = world, username
        self._headers: dict[str, str] = {}
        self.heard: list[str] = []

    def get(self, path: str, *, expect: int = 200) -> Any:
        """GET below /api/v1; the JSON of the answer."""
        return self._call("GET", path, None, expect)

    def post(self, path: str, body: Any = None, *, expect: int = 201) -> Any:
        """POST with a key of its own."""
        return self._call("POST", path, body if body is not None else {}, expect)

    def patch(self, path: str, body: Any, version: int, *, expect: int = 200) -> Any:
        """PATCH of the version that was read."""
        return self._call("PATCH", path, body, expect, {"If-Match": f'"{version}"'})

    def refused(self, path: str, body: Any = None, *, status: int = 409) -> list[str]:
        """POST that must be refused; the codes of everything that is missing, else the code of the answer."""
        answer = self._call("POST", path, body if body is not None else {}, status)
        return sorted({error["code"] for error in answer["errors"] if "code" in error}) or [answer["code"]]

    def _call(self, method: str, path: str, body: Any, expect: int, headers: dict[str, str] | None = None) -> Any:
        more = (headers or {}) | ({"Idempotency-Key": uuid4().hex} if method == "POST" else {})
        answer = self._send(method, path, body, more)
        if answer.status_code == 401:
            self._headers = self.world.office.sign_in(self.username)
            answer = self._send(method, path, body, more)
        self.heard.append(answer.text)
        if answer.status_code != expect:
            raise Refused(f"{self.username} {method} {path}: {answer.status_code} instead of {expect}\n{answer.text}")
        return answer.json() if answer.content else None

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> requests.Response:
        url = f"{self.world.office.address}/api/v1{path}"
        return requests.request(method, url, json=body, headers=self._headers | headers, timeout=30)


class World:
    """One office of its own, from a day on."""

    def __init__(self, office: Office, clock: Path) -> None:
        self.office, self._clock = office, clock
        self.people = {name: Person(self, name) for name in PEOPLE}
        self.organisations: dict[str, str] = {}

    def __getattr__(self, name: str) -> Person:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    def go_to(self, day: str, time: str = "08:00") -> None:
        """Stand at this hour of the office's day."""
        self.now = datetime.fromisoformat(f"{day}T{time}:00{ZONE}")
        self._clock.write_text(self.now.isoformat(), "utf-8")

    def go_on(self, **by: float) -> None:
        """Let days or hours pass."""
        self.now += timedelta(**by)
        self._clock.write_text(self.now.isoformat(), "utf-8")

    @property
    def today(self) -> str:
        """The office's day."""
        return self.now.date().isoformat()

    def day(self, **after: float) -> str:
        """A day from today on."""
        return (self.now + timedelta(**after)).date().isoformat()

    def office_of(self, code: str) -> str:
        """The id of an organisation by its code."""
        if code not in self.organisations:
            cursor = ""
            while True:
                page = self.admin.get(f"/organisations?limit=200{cursor}")
                self.organisations |= {item["code"]: item["id"] for item in page["items"]}
                if page["next_cursor"] is None:
                    break
                cursor = f"&cursor={page['next_cursor']}"
        return self.organisations[code]

    def eventually(self, holds: Any, seconds: float = 20) -> Any:
        """What happens in the background happens soon."""
        assert eventually(holds, seconds), self.office.said()
        return holds()


@contextmanager
def opened(folder: Path, day: str) -> Iterator[World]:
    """A world that begins on this day at eight in the morning."""
    clock = folder / "now"
    office = Office(folder / "data")
    office.environment |= {"KESSOS_NOW": str(clock), "KESSOS_REQUESTS_PER_MINUTE": "100000"}
    folder.mkdir(parents=True, exist_ok=True)
    world = World(office, clock)
    world.go_to(day)
    try:
        office.data.mkdir(parents=True, exist_ok=True)
        office.open()
        for name, (code, roles) in PEOPLE.items():
            granted = [word for role in roles for word in ("--role", role)]
            who = ("--name", f"Petugas {name}", "--organisation", code, *granted)
            office.kessos("user", "add", name, *who, "--password", PASSWORD)
        yield world
    finally:
        office.clear()
