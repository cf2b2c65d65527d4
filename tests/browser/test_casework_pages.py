"""Casework in a real browser: an assessment that saves itself, a plan without a mouse, pages that fit."""

import pytest
from playwright.sync_api import Page, expect

from kessos_case.access.models import User
from kessos_case.cases.service import planning, plans
from tests.browsers import DESK, PHONE, TARGETS, Opens, Reader, Served, faults, shoot
from tests.factories import Make, casework
from tests.factories import cases as c

pytestmark = pytest.mark.browser

WORRIED = {f"gse_{number}": 1 for number in range(1, 11)}


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    make = Make()
    worker = make.caseworker()
    return {"caseworker": worker, "supervisor": casework.supervisor_beside(make, worker), "tksk": make.user("tksk")}


@pytest.fixture
def case(people: dict[str, User]) -> c.Case:
    return c.open_case(Make(), people["caseworker"])


def button(page: Page, text: str) -> None:
    page.get_by_role("button", name=text, exact=True).first.click()


def draft_of(people: dict[str, User], case: c.Case, instrument: str = "gse10") -> str:
    card = casework.assessment(Make(), people["caseworker"], case.id, instrument, complete=False)
    return f"/cases/{case.id}/assessments/{card.id}"


def state(page: Page):
    return page.locator("[data-autosave-state]")


def test_an_assessment_saves_itself_and_survives_a_killed_tab(reader: Opens, people, case):
    worker = reader("caseworker")
    address = draft_of(people, case)
    page = worker.open(address)
    page.check("[name='answers.gse_1'][value='3']")
    expect(state(page)).to_contain_text("Tersimpan")
    page.check("[name='answers.gse_2'][value='2']")
    expect(page.locator("[name=version]")).to_have_value("3")
    page.close()
    page = worker.page = page.context.new_page()
    worker.open(address)
    assert page.is_checked("[name='answers.gse_1'][value='3']")
    assert page.is_checked("[name='answers.gse_2'][value='2']")


def test_pressing_save_while_it_saves_itself_loses_nothing(reader: Opens, people, case):
    page = reader("caseworker").open(draft_of(people, case))
    page.route("**/assessments/*", lambda route: (page.wait_for_timeout(400), route.continue_()))
    for number in range(1, 11):
        page.check(f"[name='answers.gse_{number}'][value='4']")
    page.wait_for_timeout(1600)
    button(page, "Selesaikan asesmen")
    expect(page.locator("[role=status]").first).to_contain_text("Asesmen selesai")


def test_a_lost_connection_is_said_and_made_good(reader: Opens, people, case):
    worker = reader("caseworker")
    page = worker.open(draft_of(people, case))
    page.route("**/assessments/*", lambda route: route.abort())
    page.check("[name='answers.gse_1'][value='1']")
    expect(state(page)).to_contain_text("sambungan putus")
    page.unroute("**/assessments/*")
    expect(state(page)).to_contain_text("Tersimpan", timeout=10_000)
    # Chromium says in the console that it could not be reached.
    worker.complaints = [text for text in worker.complaints if "ERR_FAILED" not in text]


def test_two_tabs_are_told_of_each_other(reader: Opens, people, case):
    worker = reader("caseworker")
    address = draft_of(people, case)
    first = worker.open(address)
    second = first.context.new_page()
    second.goto(worker.address + address)
    second.check("[name='answers.gse_1'][value='4']")
    expect(state(second)).to_contain_text("Tersimpan")
    first.check("[name='answers.gse_2'][value='1']")
    expect(state(first)).to_contain_text("sudah diubah di tempat lain")
    button(first, "Simpan dulu")
    assert "Keadaannya sudah berubah" in first.inner_text(".problem")
    assert first.is_checked("[name='answers.gse_2'][value='1']"), "what was typed here is still here"


def test_a_question_that_needs_no_answer_goes_away(reader: Opens, people, case):
    page = reader("caseworker").open(draft_of(people, case, "household_skills"))
    pressure = page.locator("[id='answers.debt_pressure']")
    expect(pressure).to_be_visible()
    page.fill("[name='answers.debts']", "0")
    expect(pressure).to_be_hidden()
    page.fill("[name='answers.debts']", "1.500.000")
    expect(pressure).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with_javascript", "without_javascript"])
def test_from_assessment_to_an_approved_plan(reader: Opens, people, case, javascript: bool):
    worker = reader("caseworker", javascript=javascript, size=DESK)
    page = worker.open(f"/cases/{case.id}/assessments")
    page.locator("form", has=page.locator("[value=gse10]")).get_by_role("button").click()
    for number in range(1, 11):
        page.check(f"[name='answers.gse_{number}'][value='1']")
    button(page, "Selesaikan asesmen")
    assert "10 dari 40" in page.inner_text("main")
    page.click("text=Buka rencana")
    page.click("text=Tulis rencana")
    page.fill("[id='goals.0.text']", "Berani mencari kerja")
    page.get_by_role("button", name="Tambah langkah").click()
    page.fill("[id='goals.0.steps.0.text']", "Latihan wawancara")
    page.select_option("[id='goals.0.steps.0.responsible_organisation_id']", str(case.organisation_id))
    page.fill("[id='goals.0.steps.0.due_on']", str(casework.in_days(30)))
    button(page, "Simpan dan ajukan ke kepala UPT")
    assert "Rencana sudah diajukan" in page.inner_text("[role=status]")
    page.check("[name=form][value=signed]")
    page.fill("[id=on]", str(casework.in_days(0)))
    button(page, "Catat persetujuannya")
    leader = reader("supervisor", javascript=javascript, size=DESK)
    leader.open(page.url.removeprefix(worker.address).partition("?")[0])
    button(leader.page, "Setujui rencana ini")
    assert "mulai berlaku" in leader.page.inner_text("[role=status]")
    page.reload()
    page.get_by_role("button", name="Sudah selesai").click()
    assert "Langkah sudah dicatat." in page.inner_text("[role=status]")


def test_a_plan_is_written_by_keyboard_alone(reader: Opens, people, case):
    page = reader("caseworker", size=DESK).open(f"/cases/{case.id}/plans/new")
    button_of = page.get_by_role("button", name="Tambah tujuan")
    button_of.focus()
    page.keyboard.press("Enter")
    # Come in whole: the address names the goal, and until then the browser still moves the focus there.
    page.wait_for_url("**/plans/new#goals.0")
    page.focus("[id='goals.0.domain']")
    page.keyboard.type("Bidang lain")
    page.keyboard.press("Tab")
    page.keyboard.type("Punya KTP")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.type("Mengurus KTP")
    page.focus("[id='goals.0.steps.0.due_on']")
    page.keyboard.press("Enter")
    # Enter in a field saves and takes nothing away.
    expect(page.locator("p.notice[role=status]")).to_contain_text("Sudah tersimpan.")
    assert page.input_value("[id='goals.0.steps.0.text']") == "Mengurus KTP"


def test_a_draft_that_was_typed_before_a_colleague_saved_does_not_overwrite_him(reader: Opens, people, case):
    worker, make = reader("caseworker", size=DESK), Make()
    card = casework.plan(make, people["caseworker"], case.id, propose=False)
    address, field = f"/cases/{case.id}/plans/{card.id}", "[id='goals.0.text']"
    page = worker.open(address)
    page.fill(field, "Yang diketik dulu")
    page.wait_for_timeout(1000)
    with make.acting(people["caseworker"]) as session:
        goals = [casework.goal(text="Yang disimpan rekan")]
        planning.change_plan(session, plans.plan_for(session, card.id, lock=True), goals)
    page = worker.open(address)
    expect(page.locator(".draft")).to_contain_text("dikembalikan")
    page.locator("button.secondary[value=save]").click()
    assert "sudah berubah" in page.inner_text("main")
    assert page.input_value(field) == "Yang diketik dulu", "nothing typed is lost"
    # Who has been told may go on, and is not told for ever.
    page = worker.open(address)
    expect(page.locator(".draft")).to_contain_text("dikembalikan")
    page.get_by_role("button", name="Buang isian ini").click()
    expect(page.locator(field)).to_have_value("Yang disimpan rekan")


def open_pages(reader: Opens, people: dict[str, User]) -> tuple[Reader, list[str]]:
    """Every page of casework with something on it."""
    make, worker = Make(), people["caseworker"]
    case = c.open_case(make, worker, category="PPKS-06", pathway="reunification")
    for _ in range(2):
        card = casework.assessment(make, worker, case.id, **WORRIED)
    draft = casework.assessment(make, worker, case.id, "household_skills", complete=False)
    plan = casework.approved_plan(
        make, worker, case.id, casework.goal(casework.step(worker.organisation_id), domain="self_efficacy")
    )
    c.agree_to_service(make, worker, case)
    c.visit(make, worker, case.client_id, note="Baik")
    c.assess_home(make, worker, case)
    make.consent(worker, case.client_id)
    make.alert(worker, case.client_id, note="Anjing galak")
    at, of = f"/cases/{case.id}", f"/clients/{case.client_id}"
    return reader("caseworker"), [
        f"{at}/agreements", f"{at}/assessments", f"{at}/assessments/{card.id}", f"{at}/assessments/{draft.id}",
        f"{at}/plans", f"{at}/plans/{plan.id}", f"{at}/plans/new", f"{at}/conferences", f"{at}/visits",
        f"{at}/reunifications", f"{of}/visits", f"{of}/visits/new", f"{of}/consents", f"{of}/alerts",
    ]  # fmt: skip


@pytest.mark.timeout(400)
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_can_be_used_by_everyone(reader: Opens, people, language: str):
    one, paths = open_pages(reader, people)
    if language == "en":
        one.page.get_by_role("button", name="English").click()
    found = {}
    for path in paths:
        for size in (PHONE, DESK):
            one.page.set_viewport_size(size)
            page = one.open(path)
            found[path, size["width"]] = faults(page) or page.evaluate(TARGETS)
            shoot(page, f"casework_{language}_{size['width']}_{path.split('/', 3)[3].replace('/', '_')[:40]}")
    assert {place: said for place, said in found.items() if said} == {}
