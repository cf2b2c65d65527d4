"""What a caller sends never breaks the program: every field of every sample call, one after the other, with what no form sends.

Schemathesis asks what the document says of the API (tests/conformance.py); here are the values that no document generates,
and the forms of the pages, of which there is none.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from kessos_case.access import rules
from kessos_case.access.rules import Role
from tests.access.samples import Sample
from tests.access.test_walk import PAGES, REACH, SAMPLES, Browser, World, address, doors
from tests.factories import Api, Make

# As JSON text: half a character, a number beyond every number and what is none cannot be said in Python's own words.
WORDS = (
    '"\\u0000"', '"\\ud800"', '"9999-12-31"', '"0001-01-01T00:00:00+14:00"', '"1e400"', json.dumps("x" * 20_001), "null", "0",
)  # fmt: skip
NUMBERS = ("-1", "1.5", "9223372036854775808", "1" + "0" * 30, "1e400", "NaN", "null", '"\\u0663"')
THINGS = ("null", "[null]", '{"\\u0000": null}', '"x"')
FORM_WORDS = (
    "", "\x00", "9999-12-31", "0001-01-01", "-1", "1e400", "NaN", "1" + "0" * 30, "\u0663", "99:99", "x" * 20_001,
)  # fmt: skip
# What pages are asked with behind the question mark.
ARGUMENTS = (
    "cursor", "after", "month", "q", "state", "kind", "since", "until", "by", "show", "day", "region", "office", "year",
    "skill", "case_id", "filter", "from", "to", "version", "stage", "category", "course_id", "instrument",
)  # fmt: skip

ARGUMENT_WORDS = ("%00", "x", "9999-12-31", "-1", "1e400", "9999-12", "0000-01", "%ff", "1" * 30)

_ROLES = [role.value for role in Role]


def may_do(role: str, door: Any, sample: Sample) -> bool:
    """Is this the call of somebody whose request is looked at?"""
    reaches = sample.kind is None or role in REACH[sample.kind, "own"]
    return reaches and rules.may(frozenset({role}), door.resource, door.action) and role not in sample.by_role


def calls_of(role: str, *, of_api: bool) -> list[tuple[str, str, Sample]]:
    """The calls of which this is the first role that may make them."""
    samples, found = SAMPLES if of_api else PAGES, []
    for method, path, door in doors(of_api):
        sample = samples[f"{method} {path}"]
        if next((one for one in _ROLES if may_do(one, door, sample)), None) == role:
            found.append((method, path, sample))
    return found


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a body, the body itself included."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield from places(each, (*path, key))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    """What stands in this place of a body."""
    for key in path:
        value = value[key]
    return value


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The body with something else in this place."""
    if not path:
        return new
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = put(copied[path[0]], path[1:], new)
    return copied


def bodies(body: Any) -> Iterator[str]:
    """The body as JSON text, hostile in one place."""
    mark = "\ue000hostile"
    for path in places(body):
        text, there = json.dumps(put(body, path, mark)), at(body, path)
        for word in WORDS if isinstance(there, str) else THINGS if isinstance(there, (dict, list)) else NUMBERS:
            yield text.replace(json.dumps(mark), word)


def sent(world: World, role: str, *, of_api: bool) -> Iterator[tuple[str, str, Sample, Any]]:
    """(method, address, sample, body) of the calls that are this role's to try, each to an object of its own."""
    for method, path, sample in calls_of(role, of_api=of_api):
        if sample.kind is None or (sample.kind, "own") in world.objects:
            body = sample.body(world) if callable(sample.body) else sample.body
            yield method, address(world, path, sample, "own" if sample.kind else None), sample, body


@pytest.mark.timeout(600)
@pytest.mark.parametrize("role", _ROLES)
def test_no_body_breaks_a_route(role: str, make: Make, api: Api, truth, connection):
    world, broken = World(make, truth, role), []
    caller = api(world.user)
    for method, where, sample, body in sent(world, role, of_api=True):
        for text in bodies(body) if isinstance(body, (dict, list)) else ():
            headers = sample.headers | {"Content-Type": "application/json"}
            undo = connection.begin_nested()
            status = caller.call(method, where, headers=headers, data=text).status_code
            undo.rollback()
            broken += [f"{method} {where}: {status} for {text[:200]}"] if status >= 500 else []
    assert broken == []


@pytest.mark.timeout(600)
@pytest.mark.parametrize("role", _ROLES)
def test_no_form_and_no_address_breaks_a_page(role: str, make: Make, api: Api, truth, connection):
    world, broken = World(make, truth, role), []
    browser = Browser(api, make.token(world.user, "session"))
    for method, where, _sample, body in sent(world, role, of_api=False):
        for asked, form in addresses(where) if method == "GET" else forms(where, body):
            undo = connection.begin_nested()
            status = browser.call(method, asked, data=form or None).status_code
            undo.rollback()
            broken += [f"{method} {asked[:150]}: {status} for {str(form)[:200]}"] if status >= 500 else []
    assert broken == []


def addresses(where: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a page with every argument that there is, hostile all at once."""
    for word in ARGUMENT_WORDS:
        asked = "&".join(f"{name}={word}" for name in ARGUMENTS)
        yield f"{where}{'&' if '?' in where else '?'}{asked}", {}


def forms(where: str, body: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """A form, hostile in one field, and without one."""
    fields = {name: value for name, value in (body if isinstance(body, dict) else {}).items() if isinstance(value, str)}
    for name in fields:
        yield where, {other: value for other, value in fields.items() if other != name}
        for word in FORM_WORDS:
            yield where, fields | {name: word}
