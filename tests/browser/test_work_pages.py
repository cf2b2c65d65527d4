"""Training and work in a real browser: attendance without a mouse, on a phone, with and without JavaScript."""

import re
from datetime import timedelta
from typing import Any

import pytest

from kessos_case.access.models import User
from tests.browsers import DESK, PHONE, TARGETS, Opens, Served, faults, shoot
from tests.factories import Make, casework, training
from tests.factories import employment as maker
from tests.factories.cases import open_case

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    make = Make()
    worker = make.caseworker()
    return {"caseworker": worker, "supervisor": casework.supervisor_beside(make, worker)}


@pytest.fixture
def sewing(people: dict[str, User]) -> Any:
    """A batch of today with four people in it."""
    make, worker = Make(), people["caseworker"]
    found = training.batch(make, worker, capacity=6)
    for _ in range(4):
        training.enrolment(make, worker, found, training.learner(make, worker, people["supervisor"]))
    return found


@pytest.fixture
def work(people: dict[str, User]) -> Any:
    """Work that is due for its first check."""
    make, worker = Make(), people["caseworker"]
    since = casework.in_days(-40)
    found = maker.placement(make, worker, open_case(make, worker), starts_on=since)
    return maker.verified(make, worker, found.id, on=since + timedelta(days=3))


def written(served: Served, batch: Any) -> list[str]:
    return str(
        served.one(
            "select string_agg(presence, ' ' order by presence) from attendances where batch_id = :id", id=batch.id
        )
    ).split()


@pytest.mark.parametrize("javascript", [True, False], ids=["with_javascript", "without_javascript"])
def test_a_whole_batch_on_a_phone(reader: Opens, served: Served, sewing, javascript: bool):
    page = reader("caseworker", javascript=javascript, size=PHONE).open("/batches")
    page.click(f"a[href='/batches/{sewing.id}/attendance']")
    rows = page.locator(".presence")
    rows.nth(1).get_by_text("Ada izin", exact=True).click()
    rows.nth(3).get_by_text("Tidak hadir", exact=True).click()
    page.get_by_role("button", name="Simpan kehadiran").click()
    assert page.locator(".problem a").count() == 2, "those without a word are named"
    assert rows.nth(1).locator("[value=excused]").is_checked()
    page.get_by_role("button", name="Yang belum dipilih hadir semua, simpan").click()
    assert "Kehadiran sudah tersimpan." in page.inner_text("[role=status]")
    assert written(served, sewing) == ["absent", "excused", "present", "present"]


def test_attendance_by_keyboard_alone(reader: Opens, served: Served, sewing):
    page = reader("caseworker", size=DESK).open(f"/batches/{sewing.id}/attendance")
    page.locator(".presence input").first.focus()
    # Space chooses the first of three, an arrow the next; Tab leads on to the next person.
    for moves in (["Space"], ["Space", "ArrowRight"], ["Space", "ArrowRight", "ArrowRight"], ["Space"]):
        for key in moves:
            page.keyboard.press(key)
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Simpan kehadiran"
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    assert written(served, sewing) == ["absent", "excused", "present", "present"]


def test_two_tutors_at_once(reader: Opens, served: Served, sewing):
    first = reader("caseworker").open(f"/batches/{sewing.id}/attendance")
    second = reader("supervisor").open(f"/batches/{sewing.id}/attendance")
    second.get_by_role("button", name="Yang belum dipilih hadir semua, simpan").click()
    first.locator(".presence").first.get_by_text("Tidak hadir", exact=True).click()
    first.get_by_role("button", name="Yang belum dipilih hadir semua, simpan").click()
    assert "Orang lain sudah mencatat hari ini" in first.inner_text("[role=alert]")
    assert "Sekarang tercatat: Hadir." in first.inner_text("main")
    first.locator(".presence").nth(1).get_by_text("Hadir", exact=True).click()
    for place in (2, 3):
        first.locator(".presence").nth(place).get_by_text("Hadir", exact=True).click()
    first.get_by_role("button", name="Simpan kehadiran").click()
    first.wait_for_selector("[role=status]")
    assert written(served, sewing) == ["absent", "present", "present", "present"]


def test_a_check_by_keyboard_alone(reader: Opens, served: Served, work):
    page = reader("caseworker", size=DESK).open(f"/placements/{work.id}")
    page.locator("[name=still_active]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator("#check-monthly_income").focus()
    page.keyboard.type("2.600.000")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    assert "Hasil tengokan sudah dicatat." in page.inner_text("[role=status]")
    assert served.one("select monthly_income from placement_checks where placement_id = :id", id=work.id) == 2_600_000


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("role", "language"), [("caseworker", "id"), ("supervisor", "en")])
def test_every_page_can_be_used_by_everyone(reader: Opens, people, sewing, work, role: str, language: str):
    one = reader(role, language=language)
    one.page.context.add_cookies([{"name": "kessos_language", "value": language, "url": one.address}])
    make, worker = Make(), people["caseworker"]
    free = training.learner(make, worker, people["supervisor"])
    place = training.enrolment(make, worker, sewing, training.learner(make, worker, people["supervisor"]))
    maker.income(make, worker, work.client_id, casework.in_days(-31).isoformat()[:7])
    pages = {
        "batches": "/batches", "batches_none": "/batches?view=ended", "courses": "/courses", "course_new": "/courses/new",
        "course": f"/courses/{sewing.course_id}", "batch_new": "/batches/new", "batch": f"/batches/{sewing.id}",
        "batch_change": f"/batches/{sewing.id}/change", "attendance": f"/batches/{sewing.id}/attendance",
        "results": f"/batches/{sewing.id}/results", "choose": f"/batches/{sewing.id}/enrolments",
        "enrol": f"/batches/{sewing.id}/enrolments/new?case_id={free.id}", "drop": f"/enrolments/{place.id}/drop",
        "placements": "/placements", "placements_none": "/placements?view=ended", "retention": "/placements/retention",
        "case_work": f"/placements?case_id={work.case_id}", "placement_new": f"/placements/new?case_id={work.case_id}",
        "placement": f"/placements/{work.id}", "income": f"/clients/{work.client_id}/income",
    }  # fmt: skip
    found: dict[Any, Any] = {}
    for name, path in pages.items():
        for size in (PHONE, DESK):
            one.page.set_viewport_size(size)
            page = one.open(path)
            found[name, size["width"]] = faults(page) or page.evaluate(TARGETS)
            shoot(page, f"work_{size['width']}_{role}_{name}")
            if language == "en":
                assert not re.search(r"\b(yang|belum|kehadiran|pekerjaan)\b", page.inner_text("main"), re.IGNORECASE), (
                    path
                )
    assert {place: said for place, said in found.items() if said} == {}
