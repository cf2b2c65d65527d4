"""Walks every route as every role, to an own, a foreign and a restricted object, and compares with the permission table.

A route without a door, a door without a line in the table and a route without a sample call fail here: no later route can
be forgotten.
"""

import pkgutil
import re
from importlib import import_module
from typing import Any

import pytest

from kessos_case.access import rules
from kessos_case.access.rules import Role
from kessos_case.app import create_app
from kessos_case.core.ids import new_id
from kessos_case.web.auth import COOKIE, csrf_token
from tests.access import samples
from tests.access.samples import CASEWORK, OTHER_UPT, Sample
from tests.factories import AMBULU, Api, Make, fresh_id

# Nothing about a person can be reached through these.
PUBLIC = {
    "/static/<path:filename>", "/healthz", "/readyz", "/metrics", "/api/v1/openapi.json", "/api/docs",
    "/api/v1/tokens", "/sign-in", "/language", "/report", "/sw.js", "/app.webmanifest",
    # Whoever holds a link sees the one snapshot that was disclosed to his organisation (tests/referrals/test_answer_links.py).
    "/api/v1/answers/<signed>", "/answers/<token>", "/answers/<token>/photos/<uuid:photo_id>",
    # An employer who was asked sees the one name that its bearer let him see (tests/employment/test_questions.py).
    "/questions/<token>", "/questions/thanks",
    # A guest of a conference is told when and where, and of nobody (tests/cases/test_conferences.py).
    "/api/v1/guests/<token>", "/guests/<token>",
    # Whoever holds a paper is told whether it is genuine, and never whose it is (tests/letters/test_verify.py).
    "/verify", "/verify/<code>",
}  # fmt: skip

# What one page may ask of the database, beside entering and leaving the transaction.
MOST_STATEMENTS = 12

FEATURES = [import_module(f"tests.access.samples.{found.name}") for found in pkgutil.iter_modules(samples.__path__)]
REACH: dict[tuple[str, str], set[str]] = {key: roles for feature in FEATURES for key, roles in feature.REACH.items()}
SAMPLES: dict[str, Sample] = {route: sample for feature in FEATURES for route, sample in feature.SAMPLES.items()}
# Pages, by the cookie; a form that was taken leads on (303).
PAGES: dict[str, Sample] = {
    route: sample for feature in FEATURES for route, sample in getattr(feature, "PAGES", {}).items()
}


def doors(of_api: bool) -> list[tuple[str, str, Any]]:
    """(method, address, door) of every route that is not public: of the API below /api/v1, or of the pages."""
    app = create_app()
    found = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") == of_api and rule.rule not in PUBLIC:
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                door = getattr(app.view_functions[rule.endpoint], "door", None)
                found.append((method, rule.rule.removeprefix("/api/v1"), door))
    return found


def api_rules() -> list[tuple[str, str, Any]]:
    return doors(of_api=True)


def test_every_route_has_a_door_or_is_on_the_short_public_list():
    assert [path for method, path, door in [*doors(True), *doors(False)] if door is None] == []


def test_every_door_is_in_the_permission_table():
    known = {(line.resource, line.action) for line in rules.PERMISSIONS} | rules.EVERYONE
    assert {(door.resource, door.action) for _, _, door in [*doors(True), *doors(False)]} <= known


def test_every_route_has_a_sample():
    assert {f"{method} {path}" for method, path, _ in api_rules()} == set(SAMPLES)
    assert {f"{method} {path}" for method, path, _ in doors(of_api=False)} == set(PAGES)


class World:
    """One user of a role, and an own, a foreign and a restricted object of each kind."""

    def __init__(self, make: Make, truth: Any, role: str) -> None:
        self.make, self.role, self.truth = make, role, truth
        office = "PSTW-BONDOWOSO" if role in CASEWORK else "DINSOS-35.09"
        self.user = make.user(role, organisation=office)
        self.objects: dict[tuple[str, str], dict[str, Any]] = {}
        for feature in FEATURES:
            if furnish := getattr(feature, "furnish", None):
                furnish(self)

    @property
    def move(self) -> dict[str, str]:
        """A verb that the role has for its own object."""
        if self.role == "triage":
            return {"verb": "return", "note": "Di mana?"}
        return {"verb": "withdraw", "reason": "solved"}

    def expected(self, door: Any, sample: Sample, which: str | None, path: str) -> int:
        """The status that the permission table and REACH demand."""
        if not rules.may(frozenset({self.role}), door.resource, door.action):
            return 403
        if sample.kind and self.role not in REACH[sample.kind, which]:
            return 404
        return sample.by_role.get(self.role, sample.status)


def address(world: World, path: str, sample: Sample, which: str | None) -> str:
    """The address of a route with the ids of an own, a foreign or a restricted object."""
    values = {"code": AMBULU} | (world.objects[sample.kind, which] if sample.kind else {})
    for name, value in values.items():
        path = path.replace(f"<uuid:{name}>", str(value)).replace(f"<{name}>", str(value))
    return path + sample.query


def call(api: Any, world: World, method: str, path: str, sample: Sample, which: str | None) -> int:
    path = address(world, path, sample, which)
    body = sample.body(world) if callable(sample.body) else sample.body
    if isinstance(body, str):
        return api.call(method, path, data=world.make.form(body)).status_code
    return api.call(method, path, headers=sample.headers, **({"json": body} if body else {})).status_code


class Browser:
    """The pages with the session cookie of a user; forms carry the CSRF token."""

    def __init__(self, api: Api, token: str) -> None:
        self._app, self._token = api.app, token

    def call(self, method: str, path: str, **options: Any) -> Any:
        browser = self._app.test_client()
        browser.set_cookie(COOKIE, self._token)
        form = options.get("json") or options.get("data") or {}
        if method == "POST":
            form = dict(form) | {"csrf_token": self.csrf()}
        return browser.open(path, method=method, data=form or None)

    def csrf(self) -> str:
        return csrf_token(self._token)


def walk(world: World, connection: Any, caller: Any, of_api: bool) -> list[str]:
    """Every route to every object; what did not answer as the table says."""
    samples, wrong = SAMPLES if of_api else PAGES, []
    for method, path, door in doors(of_api):
        sample = samples[f"{method} {path}"]
        cases = [which for kind, which in world.objects if kind == sample.kind] if sample.kind else [None]
        for which in cases:
            undo = connection.begin_nested()
            got, want = call(caller, world, method, path, sample, which), world.expected(door, sample, which, path)
            undo.rollback()
            if got != want:
                wrong.append(f"{method} {path} ({which}): {got} instead of {want}")
    return wrong


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_every_page_answers_each_role_as_the_table_says(role: str, make: Make, api: Api, truth, connection):
    world = World(make, truth, role)
    browser = Browser(api, make.token(world.user, "session"))
    wrong = walk(world, connection, browser, of_api=False)
    # The first page leads those who have referrals on to them.
    assert [line for line in wrong if not line.startswith("GET / (None): 303")] == []


def pages_of(world: World) -> list[str]:
    """The addresses of all pages that this world's user may open, each to an object of his own where it names one."""
    found = []
    for method, path, door in doors(of_api=False):
        sample = PAGES[f"{method} {path}"]
        which = "own" if sample.kind else None
        is_there = which is None or (sample.kind, "own") in world.objects
        if method == "GET" and is_there and world.expected(door, sample, which, path) == 200:
            found.append(address(world, path, sample, which))
    return found


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_no_page_asks_the_database_more_often_than_it_may(role: str, make: Make, api: Api, truth, statements):
    world = World(make, truth, role)
    browser = Browser(api, make.token(world.user, "session"))
    asked = {path: len(statements(lambda path=path: browser.call("GET", path))) for path in pages_of(world)}
    assert {path: count for path, count in asked.items() if count > MOST_STATEMENTS} == {}


def test_no_form_is_taken_without_its_csrf_token(make: Make, api: Api):
    class Forged(Browser):
        def csrf(self) -> str:
            return "0" * 64

    tksk = make.user("tksk")
    forged = Forged(api, make.token(tksk, "session"))
    posts = [path for method, path, _ in doors(of_api=False) if method == "POST"]
    got = {
        path: forged.call("POST", re.sub(r"<uuid:\w+>", lambda _: str(fresh_id()), path), data={"who": "x"}).status_code
        for path in posts
    }
    assert got == dict.fromkeys(posts, 403)


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_every_route_answers_each_role_as_the_table_says(role: str, make: Make, api: Api, truth, connection):
    world = World(make, truth, role)
    assert walk(world, connection, api(world.user), of_api=True) == []


def test_every_route_refuses_a_stranger(api: Api):
    wrong = []
    for method, path, _ in api_rules():
        path = re.sub(r"<uuid:\w+>", lambda _: str(fresh_id()), path)
        status = api.call(method, path.replace("<code>", AMBULU)).status_code
        wrong += [f"{method} {path}: {status}"] if status != 401 else []
    assert wrong == []


def test_what_does_not_exist_looks_like_what_is_hidden(make: Make, api: Api):
    mine = api(make.caseworker())
    hidden = make.client(make.caseworker(OTHER_UPT))
    answers = [mine.get(f"/clients/{client_id}").json for client_id in (hidden.id, new_id())]
    for answer in answers:
        answer.pop("request_id")
    assert answers[0] == answers[1]
