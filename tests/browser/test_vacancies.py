"""Vacancies, applications, a business and a question to an employer in a real browser, on a phone and at a desk."""

import re
from datetime import timedelta
from typing import Any

import pytest

from kessos_case.access.models import User
from kessos_case.core.months import month_of
from tests.browsers import DESK, PHONE, TARGETS, Opens, Served, faults, shoot
from tests.factories import Make, casework
from tests.factories import employment as maker
from tests.factories.cases import open_case
from tests.factories.vacancies import application, business, consent_to_contact, inquiry, month, vacancy

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    make = Make()
    return {"caseworker": make.caseworker(), "partner": make.user("partner")}


@pytest.fixture(scope="module")
def world(people: dict[str, User]) -> dict[str, Any]:
    """A person with an application, a business of five months and work whose employer may be asked."""
    make, worker = Make(), people["caseworker"]
    case, today = open_case(make, worker, make.client(worker, name="Siti Aminah").id), casework.in_days(0)
    found = vacancy(make, worker, requirements="Bisa menjahit.", wage_from=1_500_000)
    vacancy(make, people["partner"], employer_id=people["partner"].organisation_id)
    asked = application(make, worker, case, vacancy(make, worker, occupation="penjaga toko"))
    stall = business(make, worker, case, starts_on=today - timedelta(days=200))
    for back, profit in ((5, 600_000), (3, -150_000), (2, 700_000), (1, 900_000)):
        month(make, worker, stall.id, month_of(today) - back, profit=profit)
    month(make, worker, stall.id, month_of(today) - 3, profit=400_000)
    since = today - timedelta(days=40)
    work = maker.placement(make, worker, case, starts_on=since)
    consent_to_contact(make, worker, work)
    maker.verified(make, worker, work.id, on=since + timedelta(days=3))
    return {"case": case, "vacancy": found, "asked": asked, "stall": stall, "work": work}


@pytest.mark.parametrize("javascript", [True, False], ids=["with_javascript", "without_javascript"])
def test_from_a_vacancy_to_work_on_a_phone(reader: Opens, served: Served, people, world, javascript: bool):
    found = vacancy(Make(), people["caseworker"], occupation=f"penjahit {javascript}")
    page = reader("caseworker", javascript=javascript, size=PHONE).open(f"/cases/{world['case'].id}/applications")
    page.get_by_role("button", name="Cari lowongan").click()
    page.click(f"a[href^='/vacancies/{found.id}']")
    page.get_by_role("button", name="Catat lamaran").click()
    page.wait_for_selector("[role=status]")
    page.get_by_role("link", name=f"penjahit {javascript}", exact=True).click()
    page.locator("summary", has_text="Diterima bekerja").click()
    page.get_by_role("button", name="Catat: Diterima bekerja").click()
    page.wait_for_selector("[role=status]")
    page.get_by_role("button", name="Lihat pekerjaannya").click()
    assert "Belum dipastikan" in page.inner_text("main") or "Pastikan" in page.inner_text("main")
    assert served.one("select taken from vacancies where id = :id", id=found.id) == 1


def test_an_employer_answers_without_an_account(reader: Opens, served: Served, world):
    page = reader("caseworker", size=PHONE).open(f"/placements/{world['work'].id}")
    page.get_by_role("button", name="Buat tautan pertanyaan").click()
    address = page.input_value("#link")
    employer = reader(None, size=PHONE)
    asked = employer.open("/questions/" + address.rsplit("/", 1)[1])
    found = faults(asked) or asked.evaluate(TARGETS)
    shoot(asked, "question_360")
    asked.get_by_text("Ya, masih bekerja di sini").click()
    asked.get_by_role("button", name="Kirim jawaban").click()
    assert "Terima kasih" in asked.inner_text("h1")
    shoot(asked, "question_thanks_360")
    assert served.one("select method from placement_checks where placement_id = :id", id=world["work"].id) == "employer"
    assert not found


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("role", "language"), [("caseworker", "id"), ("caseworker", "en"), ("partner", "id")])
def test_every_page_can_be_used_by_everyone(reader: Opens, people, world, role: str, language: str):
    one = reader(role, language=language)
    one.page.context.add_cookies([{"name": "kessos_language", "value": language, "url": one.address}])
    pages = {"vacancies": "/vacancies", "new": "/vacancies/new", "one": f"/vacancies/{world['vacancy'].id}"}
    if role == "partner":
        pages = pages | {"mine": "/vacancies?mine"}
    else:
        waiting = maker.placement(Make(), people["caseworker"], world["case"])
        consent_to_contact(Make(), people["caseworker"], waiting)
        inquiry(Make(), people["caseworker"], waiting)
        case = world["case"].id
        pages = pages | {
            "all": f"/vacancies?view=all&case_id={case}", "apply": f"/vacancies/{world['vacancy'].id}?case_id={case}",
            "change": f"/vacancies/{world['vacancy'].id}/change", "asked": f"/cases/{case}/applications",
            "application": f"/applications/{world['asked'].id}", "business": f"/placements/{world['stall'].id}/business",
            "asking": f"/placements/{waiting.id}", "gaps": f"/placements?case_id={case}",
            "low": "/placements?view=low_wage",
        }  # fmt: skip
    found: dict[Any, Any] = {}
    for name, path in pages.items():
        for size in (PHONE, DESK):
            one.page.set_viewport_size(size)
            page = one.open(path)
            found[name, size["width"]] = faults(page) or page.evaluate(TARGETS)
            shoot(page, f"vacancy_{size['width']}_{role}_{language}_{name}")
            if language == "en":
                said = page.inner_text("main")
                assert not re.search(r"\b(yang|belum|lowongan|pekerjaan)\b", said, re.IGNORECASE), path
    assert {place: said for place, said in found.items() if said} == {}
