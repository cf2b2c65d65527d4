"""Every page in every role's view, with something on it: what axe finds, and whether it fits a phone and a desk."""

from collections.abc import Iterator

import pytest

from kessos_case.access.models import User
from kessos_case.access.rules import Role
from tests.access.test_walk import World, pages_of
from tests.browsers import DESK, PHONE, Opens, Served, faults, serve, shoot
from tests.conftest import Truth
from tests.factories import Make

pytestmark = pytest.mark.browser

# No pages: pictures, papers, and what the page of reports asks for.
_FILES = (".pdf", "/photos/", "/signature", "/content", "/report/session")


@pytest.fixture(scope="module", params=[role.value for role in Role])
def role(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def served(role: str, real_servers: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A database for each role: what one world offers would go to the services of another."""
    with serve(tmp_path_factory.mktemp(role) / "log") as running:
        yield running


@pytest.fixture(scope="module")
def world(served: Served, role: str) -> Iterator[World]:
    """A user of the role with an object of his own of every kind that a page shows."""
    with served.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield World(Make(), Truth(connection), role)


@pytest.fixture(scope="module")
def people(world: World, role: str) -> dict[str, User]:
    return {role: world.user}


@pytest.mark.timeout(600)
def test_every_page_of_a_role_can_be_used_by_everyone(reader: Opens, world: World, role: str):
    one = reader(role)
    found = {}
    for path in pages_of(world):
        if any(part in path for part in _FILES):
            continue
        for size in (PHONE, DESK):
            one.page.set_viewport_size(size)
            page = one.open(path)
            found[path, size["width"]] = faults(page)
            shoot(page, f"every_{size['width']}_{role}_{path.strip('/').replace('/', '_')[:60] or 'today'}")
    assert {place: said for place, said in found.items() if said} == {}
