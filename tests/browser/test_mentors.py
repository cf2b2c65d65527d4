"""A graduate helps another person, in the browsers of two UPTs: consent, skills, a step of the plan, what became of both."""

import re

import pytest
from playwright.sync_api import Page, expect

from kessos_case.access.models import User
from kessos_case.cases.models import Case
from tests.browsers import DESK, PHONE, TARGETS, Opens, Served, faults, shoot
from tests.factories import Make, alumni, casework
from tests.factories import cases as c
from tests.factories.casework import in_days

pytestmark = pytest.mark.browser

HELPER, HELPED = "Sumiati Rahayu", "Slamet Wonokusumo"
STEP = "Bertemu orang yang sudah punya usaha jahit"


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    make = Make()
    desk = make.caseworker(c.MAGETAN)
    return {"home": make.caseworker(), "desk": desk, "leader": casework.supervisor_beside(make, desk)}


@pytest.fixture
def graduate(people: dict[str, User]) -> Case:
    return alumni.graduate(Make(), people["home"], name=HELPER)


@pytest.fixture
def learner(people: dict[str, User]) -> Case:
    """A person of the other UPT in whose plan it stands that he meets a mentor."""
    make, desk = Make(), people["desk"]
    case = c.open_case(make, desk, make.client(desk, name=HELPED).id)
    step = casework.step(desk.organisation_id, kind="mentor", text=STEP)
    casework.approved_plan(make, desk, case.id, casework.goal(step, text="Punya usaha"), supervisor=people["leader"])
    return case


def said(page: Page, text: str) -> None:
    expect(page.get_by_role("status").first).to_contain_text(text)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def wants_to(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(rf"^Ia mau\s*:\s*{name}$")).click()


def consents(page: Page) -> None:
    page.get_by_role("radio", name="pendamping").check()
    page.get_by_role("radio", name="Tanda tangan").first.check()
    page.get_by_label("Tanggal", exact=True).fill(str(in_days(0)))
    press(page, "Catat izin")
    expect(page.get_by_role("button", name="Cabut izin ini").first).to_be_visible()


@pytest.mark.timeout(600)
def test_from_the_consent_of_a_graduate_to_what_became_of_both(
    reader: Opens, served: Served, graduate: Case, learner: Case
):
    home, desk = reader("home"), reader("desk")
    page = home.open(f"/clients/{graduate.client_id}/mentor")
    expect(page.get_by_role("button", name="Catat sebagai pendamping")).to_have_count(0)
    page.get_by_role("link", name="Izin bahwa namanya boleh diberitahukan").click()
    consents(page)
    home.open(f"/clients/{graduate.client_id}/mentor")
    trade = "Jahit kebaya"
    page.get_by_label("Keterampilannya").fill(f"{trade}\nBordir")
    press(page, "Catat sebagai pendamping")
    expect(page.get_by_role("alert")).to_contain_text("Pilih paling sedikit satu.")
    page.get_by_role("checkbox", name="Mengajari keterampilan").check()
    page.get_by_role("checkbox", name="Membantu memulai usaha").check()
    page.get_by_label("Paling banyak berapa orang sekaligus?").fill("2")
    press(page, "Catat sebagai pendamping")
    said(page, "Orang ini sekarang tercatat sebagai pendamping.")
    expect(page.get_by_text("Bisa untuk 2 orang lagi")).to_be_visible()

    other = desk.open(f"/mentors?case_id={learner.id}")
    other.get_by_label("Keterampilan").fill(trade)
    press(other, "Cari")
    expect(other.locator("article")).to_have_count(1)
    assert HELPER not in other.content(), "a mentor is found without his name"
    other.get_by_role("button", name="Usulkan pendamping ini").click()
    other.get_by_role("radio", name="Mengajari keterampilan").check()
    other.get_by_label("Langkah mana dari rencananya?").select_option(label=STEP)
    press(other, "Tanyakan kepada pendamping")
    said(other, "Usulannya sudah dikirim ke UPT pendamping.")
    address = other.url.removeprefix(desk.address).split("?")[0]

    home.open(address)
    assert HELPED not in page.content(), "nor is the person named before both want to"
    wants_to(page, HELPER)
    said(page, "Jawabannya sudah dicatat.")
    desk.open(address)
    assert HELPER not in other.content()
    wants_to(other, HELPED)
    expect(other.get_by_role("alert")).to_contain_text("Izin bahwa namanya boleh diberitahukan")
    other.get_by_role("link", name="Catat izinnya").click()
    consents(other)
    desk.open(address)
    wants_to(other, HELPED)
    said(other, "Jawabannya sudah dicatat.")
    expect(other.get_by_text(HELPER).first).to_be_visible()
    expect(home.open(address).get_by_text(HELPED).first).to_be_visible()

    step_state = "select state from plan_steps where case_id = :id"
    assert served.one(step_state, id=learner.id) != "done"
    desk.open(address)
    press(other, "Sudah bertemu")
    said(other, "Pertemuannya sudah dicatat.")
    assert served.one(step_state, id=learner.id) == "done", "the step closes itself"
    other.get_by_role("radio", name="Memulai usaha").check()
    press(other, "Catat hasilnya")
    expect(other.get_by_role("alert")).to_contain_text("Pilih bagaimana bagi pendampingnya.")
    other.get_by_role("radio", name="Memulai usaha").check()
    other.get_by_role("radio", name="Senang dan mau lagi").check()
    press(other, "Catat hasilnya")
    said(other, "Hasilnya sudah dicatat.")
    expect(home.open(address).get_by_text("Senang dan mau lagi")).to_be_visible()
    assert HELPER not in desk.open(address).content(), "when it is over, names are told no more"


def test_who_wants_no_more_is_no_mentor_any_more(reader: Opens, people, graduate: Case):
    alumni.mentor(Make(), people["home"], graduate, skills=["Las karbit"])
    page = reader("home").open(f"/clients/{graduate.client_id}/mentor")
    page.locator("summary", has_text="Ia tidak mau lagi").click()
    press(page, "Berhenti menjadi pendamping")
    said(page, "Orang ini bukan pendamping lagi.")
    found = reader("desk").open("/mentors?skill=las+karbit")
    expect(found.get_by_text("Tidak ada pendamping yang cocok.")).to_be_visible()


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("language", "sizes"), [("id", (PHONE, DESK)), ("en", (PHONE,))], ids=["id", "en"])
def test_the_pages_can_be_used_by_everyone(
    reader: Opens, people, graduate: Case, learner: Case, language: str, sizes: tuple
):
    make, home, desk = Make(), people["home"], people["desk"]
    mentor = alumni.mentor(make, home, graduate, most_at_once=5, skills=["Menjahit baju pesta dan seragam sekolah"])
    asked = alumni.proposed(make, desk, mentor.id, learner)
    met = alumni.proposed(make, desk, mentor.id)
    alumni.met(make, alumni.agreed(make, met, desk, home), desk)
    pages = {
        "home": {"person": f"/clients/{graduate.client_id}/mentor", "question": f"/mentorings/{asked.id}"},
        "desk": {"find": f"/mentors?case_id={learner.id}", "ours": "/mentors?view=ours", "met": f"/mentorings/{met.id}",
                 "new": f"/cases/{learner.id}/mentorings/new?mentor_id={mentor.id}"},
    }  # fmt: skip
    found = {}
    for role, of_role in pages.items():
        one = reader(role, language=language)
        one.page.context.add_cookies([{"name": "kessos_language", "value": language, "url": one.address}])
        for name, path in of_role.items():
            for size in sizes:
                one.page.set_viewport_size(size)
                page = one.open(path)
                found[name, size["width"]] = faults(page) or page.evaluate(TARGETS)
                shoot(page, f"mentor_{language}_{size['width']}_{name}")
    assert {place: what for place, what in found.items() if what} == {}
