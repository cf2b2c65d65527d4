"""The cohort report in a real browser: no scrolling sideways on a phone, nothing that axe finds, its people by keyboard."""

import pytest

from kessos_case.access.models import User
from kessos_case.core import clock
from kessos_case.core.clock import office_day
from tests.browsers import DESK, PHONE, Opens, Served, faults, shoot
from tests.factories import Make
from tests.factories.cases import lead_to, open_case, supervisor
from tests.factories.cohorts import counted

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    make = Make()
    worker, leader = make.caseworker(), supervisor(make)
    for _ in range(2):
        lead_to(make, open_case(make, worker), "training", worker, leader)
    counted(office_day(clock.now()))
    return {"leader": leader, "analyst": make.user("analyst")}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize(
    ("who", "address"),
    [("leader", "/reports/cohorts?by=sex"), ("leader", "/reports/cohorts/cases"), ("analyst", "/reports/cohorts"),
     ("analyst", "/reports/cohorts/comparison")],
)  # fmt: skip
def test_the_report_is_without_faults(reader: Opens, who: str, address: str, size: dict):
    page = reader(who, size=size, javascript=True).open(address)
    shoot(page, f"cohorts_{who}_{size['width']}_{address.rpartition('/')[2].partition('?')[0]}")
    assert faults(page) == ""


def test_a_figure_leads_to_its_people_by_keyboard(reader: Opens):
    page = reader("leader", size=DESK, javascript=False).open("/reports/cohorts")
    way = page.locator("#far + table a").first
    way.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/cohorts/cases?show=reached_assessment**")
    assert page.locator("article.card").count() == 2
