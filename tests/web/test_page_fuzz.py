"""Junk in every address and every form of every page: never our mistake, never a value that only PostgreSQL refuses, never
a mark of a reader's that a browser would run, and what is refused leaves nothing behind.

Seeded, so that what fails once fails again; each role has its own junk.
"""

import random
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from kessos_case.access import rules
from kessos_case.core.db import Base
from kessos_case.web.auth import COOKIE, csrf_token
from tests.access.samples import Sample
from tests.access.test_walk import PAGES, World, address, doors
from tests.factories import Api, Make

PACKAGE = Path(__file__).parents[2] / "kessos_case"
OF_A_PAGE, OF_A_FORM = 2, 4
# What is written down of a look, whatever comes of it; and what is too large to be compared and written by nobody.
LOOKS = {"answer_links", "audit_entries", "regions", "tokens"}
# Here what holds is kept, and only the rest refused.
KEEP = {"/cases/<uuid:case_id>/assessments/<uuid:assessment_id>", "/cases/<uuid:case_id>/plans/<uuid:plan_id>",
        "/cases/<uuid:case_id>/plans/new"}  # fmt: skip
# Wherever it comes out as it went in, a script would have run.
MARK = "<zq1"
JUNK = (
    "", " ", "\x00", "a\x00b", "\ud800", "\x1b[0m", "\u202e\u05d0\u200f", "e\u0301" * 40, "0", "-1", "1e9", "NaN",
    "Infinity", "1.000.000.000.000", "9" * 30, "²", "٣", "2026-02-29", "2028-02-29", "9999-12-31", "0001-01-01",
    "2026-13-01", "9999-12", "0000-00", "35.09", "35.09.12", "zz.99", "x" * 70_000, "null", "[]", "{}", "%", "_",
    "' or 1=1 --", "../../etc/passwd", "//example.org", "\\example.org", "javascript:alert(1)", "true", "yes", "on",
    f'"{MARK}>', f"'{MARK}>", f"{MARK}>", "{{7*7}}", "%s %(a)s {0}", "\r\nSet-Cookie: a=b", "=cmd()", "Sri",
    "O'Brien \"Bu\" & <b>", "00000000-0000-0000-0000-000000000000", "eyJhIjoxfQ", "own", "all", "2026-01-06T25:99",
)  # fmt: skip


class Forms(HTMLParser):
    """Every form of a page that is sent by POST: where to, and what its fields may say."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, list[str]]]] = []
        self._fields: dict[str, list[str]] | None = None
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = {}
            if of.get("method", "").lower() == "post" and "action" in of:
                self.found.append((of["action"], self._fields))
        elif self._fields is not None and tag in ("input", "textarea", "button", "select") and of.get("name"):
            self._select = of["name"]
            self._fields.setdefault(of["name"], [])
            if tag in ("input", "button"):
                self._fields[of["name"]].append(of.get("value", "on"))
        elif self._fields is not None and tag == "option" and self._select:
            self._fields[self._select].append(of.get("value", ""))


def _stored(table: str) -> str:
    """A table with the sum of the transactions that wrote its rows: another one after every change."""
    return f"select '{table}', count(*), sum(xmin::text::bigint) from {table}"


def _asked_names() -> list[str]:
    """Every name that a page looks for in its address."""
    text = "".join(path.read_text() for path in sorted(PACKAGE.rglob("*.py")))
    found = set(re.findall(r"args(?:\.get|\.getlist)?[\[(]\"(\w+)\"", text))
    return sorted(found | set(re.findall(r"(?:said|number)\((?:\w+), \"(\w+)\"", text)))


class Fuzz:
    """The pages in the hands of somebody who types anything anywhere; `wrong` is what he has found."""

    def __init__(self, api: Api, world: World, connection: sa.Connection, seed: str) -> None:
        self.random, self.world, self.connection = random.Random(seed), world, connection
        self.browser, self.names, self.wrong = api.bare, _asked_names(), set[str]()
        self.token = world.make.token(world.user, "session")
        self.browser.set_cookie(COOKIE, self.token)
        with api.app.app_context():
            self.csrf = csrf_token(self.token)
        self.forms: dict[str, list[tuple[str, dict[str, list[str]]]]] = {}
        # Every request is taken back, so that what is stored stays the same.
        self.stored = self._rows()

    def junk(self) -> str:
        return self.random.choice(JUNK)

    def _rows(self) -> set[tuple[Any, ...]]:
        """What is stored, past every policy."""
        self.connection.exec_driver_sql("set local role none")
        tables = (table.name for table in Base.metadata.sorted_tables if table.name not in LOOKS)
        return {tuple(row) for row in self.connection.exec_driver_sql(" union all ".join(map(_stored, tables)))}

    def _send(self, route: str, method: str, path: str, data: Any = None) -> str:
        undo = self.connection.begin_nested()
        seen: list[str] = []

        def note(context: Any) -> None:
            state = getattr(context.original_exception, "sqlstate", None) or ""
            seen.append(state) if state.startswith("22") else None

        sa.event.listen(self.connection.engine, "handle_error", note)
        answer = self.browser.open(path, method=method, data=data)
        sa.event.remove(self.connection.engine, "handle_error", note)
        text = answer.get_data(as_text=True) if "text/html" in answer.content_type else ""
        if method == "POST" and answer.status_code >= 400 and route not in KEEP:
            seen += sorted({f"changed {table}" for table, *_rest in self.stored ^ self._rows()})
        undo.rollback()
        if answer.status_code >= 500 or seen or MARK in text:
            what = {name: ascii(value[:40]) for name, value in (data or {}).items() if name != "csrf_token"}
            self.wrong.add(f"{route}: {answer.status_code} {seen} {path[-120:]!r} {what}")
        return text if answer.status_code == 200 else ""

    def open(self, route: str, path: str) -> None:
        """The page as it should be opened, for its forms, and then with junk in its address."""
        for action, fields in Forms(self._send(route, "GET", path)).found:
            self.forms.setdefault(re.sub(r"[0-9a-f-]{36}", "*", action.partition("?")[0]), []).append((action, fields))
        for _ in range(OF_A_PAGE):
            names = self.random.sample(self.names, 8)
            query = "&".join(f"{name}={quote(self.junk(), errors='surrogatepass')}" for name in names)
            self._send(route, "GET", f"{path}?{query}")

    def fill(self, route: str, path: str, sample: Sample) -> None:
        """The form filled in well, but for some fields."""
        body = sample.body(self.world) if callable(sample.body) else sample.body
        known = [{name: [str(value)] for name, value in body.items()}] if isinstance(body, dict) else []
        known += [fields for _, fields in self.forms.get(re.sub(r"[0-9a-f-]{36}", "*", path), [])]
        for _ in range(OF_A_FORM if known else 1):
            fields = self.random.choice(known or [{}])
            form = {name: self.random.choice(values or [""]) for name, values in fields.items()}
            for name in self.random.sample(sorted(form), min(len(form), self.random.choice((1, 1, 2, 5)))):
                form[name] = self.junk()
            # What a browser cannot say, a program can.
            sent = {name: text.encode("utf-8", "surrogatepass") for name, text in form.items()}
            self._send(route, "POST", path, {**sent, "csrf_token": self.csrf})


def _places(world: World, method: str) -> Iterator[tuple[str, str, Sample]]:
    """Every page of the method that the role may open, with an object of the user's own, else a foreign one, else none."""
    for said, path, door in doors(of_api=False):
        # That every page has a sample is for tests/access/test_walk.py to say.
        sample = PAGES.get(f"{said} {path}", Sample())
        which = next((one for one in ("own", "foreign") if (sample.kind, one) in world.objects), None)
        is_open = rules.may(frozenset({world.role}), door.resource, door.action) and path != "/sign-out"
        if said == method and is_open and (which or not sample.kind):
            yield path, address(world, path, sample, which), sample


@pytest.mark.timeout(240)
@pytest.mark.parametrize("role", ["caseworker", "supervisor", "tksk", "triage", "partner"])
def test_no_junk_in_an_address_or_a_form_is_our_mistake(role: str, make: Make, api: Api, truth, connection):
    fuzz = Fuzz(api, World(make, truth, role), connection, role)
    for route, path, _sample in _places(fuzz.world, "GET"):
        fuzz.open(route, path)
    for route, path, sample in _places(fuzz.world, "POST"):
        fuzz.fill(route, path, sample)
    assert sorted(fuzz.wrong) == []
