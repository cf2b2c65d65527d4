"""The pages of figures in a real browser: no scrolling sideways on a phone, nothing that axe finds, all by keyboard."""

import pytest

from kessos_case.access.models import User
from tests.browsers import DESK, PHONE, Opens, Served, faults
from tests.factories import Make
from tests.factories.offers import Receiver, shelter

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(served: Served) -> Receiver:
    return shelter(Make())


@pytest.fixture(scope="module")
def people(house: Receiver) -> dict[str, User]:
    return {"triage": Make().user("triage"), "partner": house.user, "administrator": Make().user("administrator")}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("address", ["/reports/strength", "/reports/strength?place=35.09&show=free", "/reports/unmet"])
def test_the_maps_are_without_faults(reader: Opens, address: str, size: dict):
    assert faults(reader("triage", size=size, javascript=True).open(address)) == ""


def test_a_square_is_reached_and_opened_by_keyboard(reader: Opens, house: Receiver):
    page = reader("triage", size=DESK).open("/reports/strength")
    square = page.locator(".tile-map a").first
    square.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**place=35.09**")
    assert house.office.name in page.inner_text("#lines")


def test_a_partner_reads_its_scorecard_on_a_phone(reader: Opens, house: Receiver):
    page = reader("partner", size=PHONE, javascript=False).open(f"/partners/{house.office.id}/scorecard")
    assert "Belum ada tawaran" in page.inner_text("main")
