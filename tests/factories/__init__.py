"""Makers of people, through the real services, and a caller of the API. A test names only what matters to it."""

import io
import itertools
from contextlib import AbstractContextManager
from datetime import date
from secrets import token_hex
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from kessos_case.access import service as access
from kessos_case.access.models import Organisation, User
from kessos_case.access.rules import REGIONAL_ROLES, WIDE_ROLES
from kessos_case.clients import service as clients
from kessos_case.core import clock, db
from kessos_case.core.ids import new_id, random_token
from kessos_case.referrals import service as referrals
from kessos_case.tasks import service as tasks

OPERATOR = db.Credentials(role="kessos_owner", system="test")
PASSWORD = "rahasia-sekali-123"
_number = itertools.count(1)

AMBULU = "35.09.12"  # kecamatan in Jember
JEMBER = "35.09"
SURABAYA = "35.78"


class Make:
    """Makes things that are there: each in a transaction of its own, as the user who would do it."""

    def acting(self, user: User) -> AbstractContextManager[db.Session]:
        """A transaction of this user."""
        return db.transaction(db.user(user.id))

    def organisation(self, code: str) -> Organisation:
        """The office with this code, as the reference data has it."""
        with db.transaction(OPERATOR) as session:
            return access.organisation_named(session, code)

    def user(self, role: str, *, organisation: str = f"DINSOS-{JEMBER}", region: str | None = None) -> User:
        """A user with one role: regional roles for `region` (Ambulu for a TKSK, else the office's), others in the office."""
        with db.transaction(OPERATOR) as session:
            office = access.organisation_named(session, organisation)
            # Valkey counts wrong passwords by name, beyond the test that typed them.
            username = f"{role}.{token_hex(4)}"
            made = access.add_user(
                session, username=username, name=f"Ibu {username}", password=PASSWORD, organisation_id=office.id
            )
            where: dict[str, Any] = {}
            if role in REGIONAL_ROLES:
                where["region_code"] = region or (AMBULU if role == "tksk" else office.region_code)
            elif role not in WIDE_ROLES:
                where["organisation_id"] = office.id
            access.add_grant(session, made, role=role, **where)
            return made

    def caseworker(self, organisation: str = "PSTW-BONDOWOSO") -> User:
        """A caseworker of a UPT."""
        return self.user("caseworker", organisation=organisation)

    def client(self, by: User, **stated: Any) -> clients.ClientCard:
        """A registered person whom nobody would take for another."""
        number = next(_number)
        defaults = {"name": f"Uji {_spelled(number)}", "sex": "P", "region_code": AMBULU}
        with self.acting(by) as session:
            return clients.register_client(session, **defaults | stated)

    def referral(self, by: User, **stated: Any) -> referrals.ReferralCard:
        """A report of a person found in Ambulu."""
        defaults = {
            "person": {"alias": "Mbah Uji", "estimated_age": 70, "sex": "L", "condition": "lapar"},
            "service_types": ["temporary_shelter"],
            "urgency": "urgent",
            "region_code": AMBULU,
        }
        with self.acting(by) as session:
            return referrals.submit_referral(session, **defaults | stated)[0]

    def consent(self, by: User, client_id: UUID, **stated: Any) -> Any:
        """That a person lets an office disclose what a partner needs."""
        defaults = {"purpose": "disclosure", "form": "signed", "given_on": date(2026, 1, 5)}
        with self.acting(by) as session:
            return clients.record_consent(session, client_id, **defaults | stated)

    def alert(self, by: User, client_id: UUID, **stated: Any) -> Any:
        """A danger to a person."""
        with self.acting(by) as session:
            return clients.raise_alert(session, client_id, **{"kind": "violence", "severity": "high"} | stated)

    def task(self, by: User, client_id: UUID | None = None, **stated: Any) -> tasks.TaskCard:
        """Something to do about a person, written down by hand for the own desk."""
        about = client_id or self.client(by).id
        with self.acting(by) as session:
            return tasks.add_task(session, client_id=about, **{"text": "Telepon", "due_on": date(2026, 12, 1)} | stated)

    def picture(self) -> tuple[io.BytesIO, str]:
        """A small JPEG as a form sends it."""
        out = io.BytesIO()
        Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
        return io.BytesIO(out.getvalue()), "foto.jpg"

    def form(self, of: str) -> dict[str, Any]:
        """A form with a file: `photo`, a `part` of one, a `signature` of today, or `file` of aid."""
        if of == "signature":
            today = str(clock.office_day(clock.now()))
            return {"image": self.picture(), "form": "photo", "signer": "client", "on": today}
        if of == "part":
            return {"photo_reference": "0" * 64, "part": 0, "parts": 2, "content": (io.BytesIO(b"x"), "part")}
        return {of: self.picture() if of == "photo" else (io.BytesIO(b"nik,name,from,paid_on,amount\n"), "bantuan.csv")}

    def photo(self, by: User, referral_id: UUID) -> Any:
        """A photo of a report."""
        with self.acting(by) as session:
            return referrals.add_photo(session, referral_id, self.picture()[0].read())

    def token(self, user: User, kind: str = "bearer") -> str:
        """A bearer token or the session of the user, without the cost of a password."""
        from kessos_case.access.service.signin import new_token

        token = random_token()
        with self.acting(user) as session:
            session.add(new_token(session, user.id, token, kind, days=1))
        return token


def _spelled(number: int) -> str:
    """A number as a name that is like no other: letters by a fixed scramble."""
    letters = "bcdfghklmnprstvw"
    scrambled = (number * 2_654_435_761) % 2**32
    return "".join(letters[(scrambled >> shift) & 15] + "aeio"[(scrambled >> shift) & 3] for shift in range(0, 32, 4))


class Api:
    """Calls the API as a user: `api(user).post("/referrals", json={...})`; paths are below /api/v1."""

    def __init__(self, app: Flask, user: User | None = None) -> None:
        self.app = app
        self._headers = {"Authorization": f"Bearer {Make().token(user)}"} if user else {}

    def __call__(self, user: User) -> "Api":
        return Api(self.app, user)

    @property
    def bare(self) -> FlaskClient:
        """Flask's own client, for pages and addresses outside the API."""
        return self.app.test_client()

    def call(self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any) -> TestResponse:
        """One request."""
        sent = self._headers | (headers or {})
        return self.app.test_client().open(f"/api/v1{path}", method=method, headers=sent, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        """GET."""
        return self.call("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        """POST of JSON."""
        return self.call("POST", path, json=json if json is not None else {}, **options)

    def patch(self, path: str, json: Any, version: int | None = None, **options: Any) -> TestResponse:
        """PATCH with If-Match where a version is given."""
        headers = {"If-Match": f'"{version}"'} if version is not None else {}
        return self.call("PATCH", path, json=json, headers=headers, **options)


def fresh_id() -> UUID:
    """An id that nothing has."""
    return new_id()
