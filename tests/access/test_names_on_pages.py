"""Whoever is named on a page: the reader reaches him, and the look at him is in the trail. Every page of every role."""

import pytest
import sqlalchemy as sa

from kessos_case.access.rules import Role
from kessos_case.clients.models import Client
from tests.access.test_walk import Browser, World, pages_of
from tests.factories import Api, Make
from tests.factories.cases import open_case

# Ids are in the order of time.
LOOKS = "select unnest(client_ids) from audit_entries where id::text > :before and user_id = :user"


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_every_page_names_only_whom_its_reader_reaches_and_writes_the_look_down(role: str, make: Make, api: Api, truth):
    world = World(make, truth, role)
    browser = Browser(api, make.token(world.user, "session"))
    people = dict(truth.all("select name, id from clients where name is not null"))
    with make.acting(world.user) as session:
        reached = set(session.scalars(sa.select(Client.id)))
    wrong = []
    for path in pages_of(world):
        before = truth.one("select max(id::text) from audit_entries")
        page = browser.call("GET", path).get_data().decode("utf-8", "replace")
        written = set(truth.all(LOOKS, before=before, user=world.user.id))
        named = {client_id for name, client_id in people.items() if name in page}
        wrong += [f"{path} names somebody out of reach"] if named - reached else []
        wrong += [f"{path} names somebody without a word in the trail"] if named - written else []
    assert wrong == []


@pytest.mark.parametrize(
    "part", ["agreements", "assessments", "conferences", "plans", "plans/new", "reunifications", "visits"]
)
def test_a_page_of_a_case_on_which_nothing_stands_yet_names_the_person_and_writes_the_look_down(
    part: str, make: Make, reader, truth
):
    worker = make.caseworker()
    case = open_case(make, worker)
    before = truth.one("select max(id::text) from audit_entries")
    page = reader(worker).get(f"/cases/{case.id}/{part}").text
    assert truth.one("select name from clients where id = :id", id=case.client_id) in page
    assert case.client_id in truth.all(LOOKS, before=before, user=worker.id)
