"""The page of a case in a real browser: every stage seen by both roles, and a small journey by the keyboard alone."""

from uuid import UUID

import pytest
from playwright.sync_api import Page

from kessos_case.access.models import User
from kessos_case.cases import service
from kessos_case.cases.service import planning
from tests.browsers import DESK, PHONE, TARGETS, Opens, Served, faults, shoot
from tests.factories import Make, casework, employment
from tests.factories import cases as maker

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

OTHER_UPT = "PSTW-MAGETAN"
INSTRUMENTS = ("gse10", "household_skills", "social_functioning")


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    make = Make()
    return {
        "caseworker": make.caseworker(),
        "supervisor": maker.supervisor(make),
        "other": maker.supervisor(make, OTHER_UPT),
    }


@pytest.fixture(scope="module")
def cases(people: dict[str, User]) -> dict[str, UUID]:
    """A case in every kind of standing, with a long name."""
    make, worker, leader = Make(), people["caseworker"], people["supervisor"]

    def made(stage: str, category: str = "PPKS-13") -> maker.Case:
        client = make.client(worker, name=f"Sulastri binti Wiryokusumaningrumjayahadiningrat {stage} {category[-2:]}")
        case = maker.open_case(make, worker, client.id, category=category)
        return maker.lead_to(make, case, stage, worker, leader)

    found = {
        stage: made(stage) for stage in ("intake", "assessment", "planning", "training", "placement", "aftercare")
    } | {"care": made("care", "PPKS-08"), "rehabilitation": made("rehabilitation", "PPKS-18")}
    for name in INSTRUMENTS:
        casework.assessment(make, worker, found["assessment"].id, name)
    make.task(worker, found["training"].client_id, text="Ambil surat keterangan tidak mampu di kelurahan")
    rests = made("training", "PPKS-14")
    found["paused"] = maker.move_case(make, worker, rests, "pause", reason="travel", until=casework.in_days(30))
    found["offered"] = made("planning", "PPKS-15")
    maker.offer_transfer(make, leader, found["offered"], note="Butuh kursi roda")
    found["closed"] = maker.move_case(make, leader, made("assessment"), "close", reason="moved")
    return {name: case.id for name, case in found.items()}


@pytest.mark.parametrize("role", ["caseworker", "supervisor"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_standing_can_be_used_by_everyone(reader: Opens, cases: dict[str, UUID], role: str, language: str):
    one = reader(role, language=language)
    one.page.context.add_cookies([{"name": "kessos_language", "value": language, "url": one.address}])
    for name, case_id in cases.items():
        for size in (PHONE, DESK):
            one.page.set_viewport_size(size)
            page = one.open(f"/cases/{case_id}")
            assert faults(page) == "", f"{name} {size}"
            assert page.evaluate(TARGETS) == [], name
            shoot(page, f"{size['width']}_{role}_{language}_case_{name}")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_pages_beside_a_case_can_be_used_by_everyone(
    reader: Opens, people: dict[str, User], served: Served, cases: dict[str, UUID], size: dict
):
    offer = served.one("select id from case_transfers where case_id = :id", id=cases["offered"])
    for role, paths in {
        "supervisor": ["/transfers?direction=out", f"/transfers/{offer}"],
        "other": ["/transfers", f"/transfers/{offer}", "/transfers?direction=out"],
        "caseworker": [f"/cases/new?client_id={Make().client(people['caseworker']).id}"],
    }.items():
        one = reader(role, size=size)
        for path in paths:
            page = one.open(path)
            assert faults(page) == "", path
            assert page.evaluate(TARGETS) == [], path
            shoot(page, f"{size['width']}_{role}_{path.split('?')[0].strip('/').replace('/', '_')[:20]}")


@pytest.mark.parametrize("javascript", [True, False], ids=["with_javascript", "without_javascript"])
def test_a_small_journey_from_the_person_to_aftercare(
    reader: Opens, people: dict[str, User], served: Served, javascript: bool
):
    make, worker, leader = Make(), people["caseworker"], people["supervisor"]
    client = make.client(worker)
    mine, theirs = (reader(role, javascript=javascript, size=DESK) for role in ("caseworker", "supervisor"))
    page = mine.open(f"/cases/new?client_id={client.id}")
    page.select_option("[name=category]", "PPKS-13")
    press(page, "Buka kasus")
    assert "Kasus dibuka." in page.inner_text("[role=status]")
    case_id = UUID(page.url.split("/cases/")[1][:36])
    assert page.locator("button:has-text('Mulai asesmen')").is_disabled()
    case = maker.Case(id=case_id, client_id=client.id)
    maker.agree_to_service(make, worker, case)
    onward(mine, case_id, "Mulai asesmen")
    for name in INSTRUMENTS:
        casework.assessment(make, worker, case_id, name)
    onward(mine, case_id, "Mulai menyusun rencana")
    assert "Langkah ini dilakukan kepala UPT." in mine.page.inner_text(".waits")
    whole_plan(make, worker, leader, case_id)
    onward(theirs, case_id, "Mulai pelatihan")
    page = mine.open(f"/cases/{case_id}")
    press(page, "Mulai penempatan kerja")
    assert "Belum ada pelatihan yang selesai." in page.inner_text("[role=alert]")
    page.fill("[name=waiver]", "Sudah menjadi tukang kayu.")
    press(page, "Mulai penempatan kerja")
    assert "Penempatan kerja dimulai." in page.inner_text("[role=status]")
    employment.work(make, worker, case)
    onward(theirs, case_id, "Mulai bimbingan lanjut")
    assert served.one("select stage from cases where id = :id", id=case_id) == "aftercare"


def test_a_pause_by_the_keyboard_alone(reader: Opens, people: dict[str, User], served: Served):
    case = maker.open_case(Make(), people["caseworker"])
    page = reader("caseworker", size=DESK).open(f"/cases/{case.id}")
    tab_to(page, "document.activeElement.textContent.trim() == 'Jeda kasus'")
    page.keyboard.press("Enter")
    tab_to(page, "document.activeElement.name == 'reason'")
    page.keyboard.press("ArrowDown")
    tab_to(page, "document.activeElement.name == 'until'")
    until = next(day for day in map(casework.in_days, range(1, 40)) if day.day == day.month)
    page.keyboard.type(until.strftime("%d%m%Y"))
    tab_to(page, "document.activeElement.tagName == 'BUTTON' && document.activeElement.closest('#pause')")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    assert served.one("select paused_until from cases where id = :id", id=case.id) == until


def test_a_refusal_leads_to_the_field(reader: Opens, cases: dict[str, UUID]):
    page = reader("supervisor", size=DESK).open(f"/cases/{cases['training']}")
    page.locator("#close > summary").click()
    page.locator("#close button").click()
    page.wait_for_selector("[role=alert]")
    page.click("[role=alert] a >> text=Pilih alasannya.")
    assert page.evaluate("document.querySelector(location.hash).name") == "reason"
    assert page.locator("#close").get_attribute("open") is not None
    assert faults(page) == ""
    shoot(page, "1280_case_close_refused")


def tab_to(page: Page, holds: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(f"Boolean({holds})"):
            return
    raise AssertionError(holds)


def press(page: Page, text: str) -> None:
    page.click(f"main button:has-text('{text}')")
    page.wait_for_load_state()


def onward(one, case_id: UUID, text: str) -> None:
    page = one.open(f"/cases/{case_id}")
    press(page, text)
    assert "dimulai." in page.inner_text("[role=status]")


def whole_plan(make: Make, worker: User, leader: User, case_id: UUID) -> None:
    """A version with a goal for everything that is flagged, approved by another, agreed and talked about."""

    with make.acting(worker) as session:
        domains = sorted(service.flagged_domains(session, case_id) | {"other"})
    goals = [casework.goal(casework.step(worker.organisation_id), domain=domain, text=domain) for domain in domains]
    plan = casework.plan(make, worker, case_id, *goals)
    casework.decided(make, leader, plan.id)
    with make.acting(worker) as session:
        planning.record_plan_agreement(session, plan.id, on=casework.in_days(0), form="signed")
        attendee = {"user_id": worker.id, "organisation_id": worker.organisation_id, "part": "chair"}
        service.record_conference(
            session, case_id, held_on=casework.in_days(0), plan_id=plan.id, decisions="Sepakat", attendees=[attendee]
        )
