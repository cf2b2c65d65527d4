"""The house of a UPT in a real browser: a bed, the line, the history and the log of a watch, on a phone and at a desk."""

import pytest

from kessos_case.access.models import User
from kessos_case.residence import service
from tests.browsers import DESK, PHONE, TARGETS, Opens, Served, faults
from tests.factories import Make
from tests.factories.cases import open_case
from tests.factories.casework import in_days, supervisor_beside
from tests.factories.residence import discharged, entry, handover, log, stay, wait, ward

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    make = Make()
    return {"supervisor": supervisor_beside(make, make.caseworker("PSTW-JEMBER"))}


@pytest.fixture(scope="module")
def house(people: dict[str, User]) -> dict[str, str]:
    """A house with people in beds and in the line, one who left, and two watches."""
    make, leader = Make(), people["supervisor"]
    worker = make.caseworker("PSTW-JEMBER")
    mawar = ward(make, leader, name="Wisma Mawar", beds=3)
    ward(make, leader, name="Wisma Garuda", sex="L", beds=2)
    lives = stay(make, worker, mawar, planned_until=in_days(4))
    gone = stay(make, worker, mawar, planned_until=in_days(30))
    with make.acting(worker) as session:
        service.leave_for_days(session, gone.id, until=in_days(2), note="Ke rumah adik.")
    discharged(make, worker, stay(make, worker, mawar), reason="family", note="Dijemput kakaknya.")
    waits, case = wait(make, worker, urgency="emergency"), open_case(make, worker)
    watch = log(make, worker)
    entry(make, worker, watch, kind="incident", text="Jatuh di kamar mandi.", client_id=lives.client_id)
    handover(make, worker, watch)
    log(make, worker)
    return {
        "house": "/house", "ward": f"/house/wards/{mawar.id}", "change": f"/house/wards/{mawar.id}/change",
        "new": "/house/wards/new", "terms": "/house/terms", "stay": f"/house/stays/{lives.id}",
        "away": f"/house/stays/{gone.id}", "case": f"/cases/{case.id}/stays", "line": "/house/line",
        "leave": f"/house/line/{waits.id}", "history": "/house/history", "rows": "/house/stays?show=left",
        "log": "/house/log", "logs": "/house/logs", "watch": f"/house/logs/{watch.id}",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_of_the_house_can_be_used_by_everyone(reader: Opens, house: dict[str, str], language: str):
    one = reader("supervisor", language=language)
    one.page.context.add_cookies([{"name": "kessos_language", "value": language, "url": one.address}])
    for path in house.values():
        for size in (PHONE, DESK):
            one.page.set_viewport_size(size)
            page = one.open(path)
            assert faults(page) == "", f"{path} {size}"
            assert page.evaluate(TARGETS) == [], f"{path} {size}"


def test_a_person_comes_in_without_javascript(reader: Opens, house: dict[str, str]):
    page = reader("supervisor", javascript=False).open(house["case"])
    page.select_option("#ward_id", label="Wisma Mawar (1 kosong)")
    page.fill("#jump_reason", "Diantar polisi malam ini.")
    page.click("button:has-text('Catat masuk')")
    assert "Orangnya sudah tercatat masuk." in page.inner_text("[role=status]")
    assert "Diantar polisi malam ini." in page.inner_text("main")
