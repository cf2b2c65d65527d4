"""Requirements, outcomes and certificates of courses in a real browser, on a phone and at a desk."""

from typing import Any

import pytest

from kessos_case.access.models import User
from kessos_case.training import service
from kessos_case.training.rules import Requirement, RequirementKind
from tests.browsers import DESK, PHONE, Opens, Served, faults, shoot
from tests.factories import Make, casework, training

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    make = Make()
    worker = make.caseworker()
    return {
        "caseworker": worker,
        "supervisor": casework.supervisor_beside(make, worker),
        "analyst": make.user("analyst"),
    }


@pytest.fixture(scope="module")
def ended(people: dict[str, User]) -> Any:
    """A batch with two people who were there and have no result, of a course that asks for schooling and a paper."""
    make, worker = Make(), people["caseworker"]
    found = training.batch(make, worker, capacity=6)
    places = [
        training.enrolment(make, worker, found, training.learner(make, worker, people["supervisor"])) for _ in range(2)
    ]
    training.attendance(make, worker, found, *places)
    with make.acting(worker) as session:
        asked = [
            Requirement(RequirementKind.SCHOOLING, "junior"),
            Requirement(RequirementKind.DOCUMENT, "identity_card"),
        ]
        service.change_requirements(session, service.course_for(session, found.course_id, lock=True), asked)
    return found


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_who_lacks_something_is_enrolled_by_a_supervisor_with_a_reason(
    reader: Opens, served: Served, people, ended, size
):
    case = training.learner(Make(), people["caseworker"], people["supervisor"])
    address = f"/batches/{ended.id}/enrolments/new?case_id={case.id}"
    page = reader("caseworker", size=size).open(address)
    assert not faults(page)
    page.get_by_role("button", name="Daftarkan").click()
    assert "Ada syarat pelatihan yang belum diketahui." in page.locator(".problem").inner_text()
    leads = reader("supervisor", size=size).open(address)
    leads.get_by_label("Saya sudah melihat: KTP").check()
    leads.get_by_label("Kalau tetap boleh ikut, mengapa?").select_option("teacher_agrees")
    leads.get_by_role("button", name="Daftarkan").click()
    assert "Dibebaskan dari syarat: Pengajarnya setuju" in leads.inner_text("main")
    assert not faults(leads)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_of_courses_is_clean(reader: Opens, served: Served, ended, size):
    for role, address in (
        ("caseworker", "/courses"),
        ("caseworker", f"/courses/{ended.course_id}"),
        ("caseworker", f"/courses/{ended.course_id}/requirements"),
        ("caseworker", f"/batches/{ended.id}/results"),
        ("caseworker", f"/batches/{ended.id}/certificates"),
        ("supervisor", "/reports/training-outcomes"),
        ("analyst", "/reports/training-outcomes"),
    ):
        page = reader(role, size=size).open(address)
        assert not faults(page), address
        shoot(page, f"courses-{role}-{address.rsplit('/', 1)[-1][:20]}-{size['width']}")


def test_a_batch_from_its_results_to_its_certificates(reader: Opens, served: Served, ended):
    page = reader("caseworker", size=PHONE).open(f"/batches/{ended.id}/results")
    for card in page.locator(".result").all():
        card.get_by_text("Lulus", exact=True).click()
    page.get_by_role("button", name="Simpan hasil").click()
    assert "Hasil sudah tersimpan." in page.inner_text("main")
    page.get_by_role("button", name="Sertifikat semua yang lulus").click()
    page.get_by_role("button", name="Buat untuk semua yang lulus").click()
    assert "2 sudah punya sertifikat" in page.inner_text("main")
    assert not faults(page)
