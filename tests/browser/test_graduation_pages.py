"""Graduation and letters in a real browser: nothing for axe, nothing sideways, and a signature by the keyboard alone."""

from typing import Any

import pytest
from playwright.sync_api import Page

from kessos_case.access.models import User
from kessos_case.letters import service as letters
from kessos_case.letters.rules import LetterKind
from tests.browsers import DESK, PHONE, Opens, Served, faults, shoot
from tests.factories import Make, cases, casework
from tests.factories import graduation as maker

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    """Who recommends, who decides, and who signs from another office."""
    make = Make()
    return {
        "caseworker": make.caseworker(),
        "supervisor": make.user("supervisor", organisation=maker.UPT),
        "co_signer": maker.co_signer(make),
    }


@pytest.fixture(scope="module")
def made(people: dict[str, User]) -> dict[str, Any]:
    """Somebody whom nobody has recommended yet, somebody in aftercare, somebody at the beginning, and a letter."""
    make, worker, leader = Make(), people["caseworker"], people["supervisor"]
    fresh = maker.review(make, worker, maker.settled(make, worker, name="Sulastri binti Wiryo Kusumaningrum"))
    cared = maker.provisional(make, worker, leader)
    maker.named(make, leader, cared.id, people["co_signer"])
    begun = cases.open_case(make, worker, make.client(worker, name="Bagus Prakoso").id)
    plan = casework.approved_plan(make, worker, begun.id)
    with make.acting(worker) as session:
        letter = letters.issue(session, LetterKind.PLAN, plan.id)[0]
    return {"fresh": fresh, "cared": cared, "begun": begun, "letter": letter}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("who", ["caseworker", "supervisor", "co_signer"])
def test_nothing_for_axe_and_nothing_sideways(who: str, size: Any, reader: Opens, made):
    one = reader(who, size=size)
    paths = ["/graduation", f"/graduation/reviews/{made['cared'].id}", "/verify", f"/verify/{made['letter'].code}"]
    if who != "co_signer":
        client = made["begun"].client_id
        paths += [f"/clients/{client}/graduation", f"/clients/{client}/letters"]
    for path in paths:
        page = one.open(path)
        assert faults(page) == "", path
        shoot(page, f"graduation-{who}-{path.split('/')[1]}-{path.rsplit('/', 1)[1][:8]}")


def test_a_caseworker_recommends_by_the_keyboard_alone(reader: Opens, made):
    page: Page = reader("caseworker", size=DESK).open(f"/graduation/reviews/{made['fresh'].id}")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Usulkan lulus":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**notice=recommendation")
    assert page.get_by_role("status").inner_text().startswith("Usulan Anda sudah dicatat")
