"""The triage desk in a real browser: from the queue to an offer by the keyboard alone, and nothing in anybody's way."""

import pytest
from playwright.sync_api import Page

from kessos_case.access.models import User
from kessos_case.core import db, jobs
from kessos_case.referrals import service
from tests.browsers import DESK, PHONE, TARGETS, Opens, Served, faults, shoot
from tests.factories import AMBULU, Make
from tests.factories.offers import decline, move, offers, shelter, triaged

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    make = Make()
    return {"triage": make.user("triage"), "tksk": make.user("tksk")}


def known_as(name: str, **more):
    return {"person": {"alias": name, "estimated_age": 70, "sex": "L", "condition": "lemas"}, **more}


@pytest.fixture(scope="module")
def likely(served: Served, people: dict[str, User]) -> str:
    """A report whose person may be registered: once at the own desk, once at another office."""
    make = Make()
    make.client(people["triage"], name="Mbah Surip", aliases=["Pak Rip"], sex="L", region_code="35.09.13")
    make.client(make.caseworker(), name="Surip Wiryo", region_code=AMBULU)
    spot = {"latitude": -8.34512, "longitude": 113.60512, "accuracy": 18.0}
    sent = make.referral(
        people["tksk"], **known_as("Surip", place="Depan pasar", note="Sudah dua hari.", location=spot)
    )
    make.photo(people["tksk"], sent.id)
    with db.transaction(db.system("test")) as session:
        query = "select id from jobs where args ->> 'referral_id' = :id"
        service.find_matches(session, session.get_one(jobs.Job, served.one(query, id=str(sent.id))))
    return f"/referrals/{sent.id}"


@pytest.fixture(scope="module")
def offered(people: dict[str, User]) -> str:
    """A person whom several may take in, some may not, and one has refused already."""
    make, desk = Make(), people["triage"]
    first = shelter(make)
    found = triaged(make, desk, by=people["tksk"], **known_as("Mbah Tawar"))
    for stated in ({"places": 5}, {"places": 2, "min_age": 60}, {"sexes": ["P"]}, {"coverage": ["35.78"]}):
        shelter(make, **stated)
    decline(make, first, offers(make, desk, found.id)[0], "full")
    return f"/referrals/{found.id}"


@pytest.fixture(scope="module")
def queue(people: dict[str, User], likely: str, offered: str) -> None:
    """Something in every list."""
    make, tksk, desk = Make(), people["tksk"], people["triage"]
    make.referral(tksk, **known_as("Mbah Darurat", urgency="emergency"))
    make.referral(tksk, **known_as("Mbah Biasa", urgency="routine", service_types=["meals", "temporary_shelter"]))
    asked = make.referral(tksk, **known_as("Mbah Tanya"))
    move(make, desk, asked.id, "return", note="Di sebelah mana?")
    ended = make.referral(tksk, **known_as("Mbah Selesai"))
    move(make, desk, ended.id, "reject", reason="person_not_found")
    triaged(make, desk, by=tksk, **known_as("Mbah Belum", service_types=["legal_aid"]))


def pages(likely: str, offered: str) -> dict[str, str]:
    views = ("", "?view=sender", "?view=receiver", "?view=served", "?view=ended", "?urgency=emergency", "?view=mine")
    return {f"queue{view.replace('?', '_')}": f"/referrals{view}" for view in views} | {
        "likely": likely,
        "triage": f"{likely}/triage",
        "offered": offered,
        "candidates": f"{offered}/candidates",
    }


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_of_the_desk_can_be_used_by_everyone(
    reader: Opens, queue: None, likely: str, offered: str, language: str
):
    one = reader("triage", language=language)
    one.page.context.add_cookies([{"name": "kessos_language", "value": language, "url": one.address}])
    for name, path in pages(likely, offered).items():
        for size in (PHONE, DESK):
            one.page.set_viewport_size(size)
            page = one.open(path)
            shoot(page, f"desk_{size['width']}_{language}_{name}")
            assert faults(page) == "", f"{path} {size}"
            assert page.evaluate(TARGETS) == [], f"{path} {size}"
            shoot(page, f"desk_{size['width']}_{language}_{name}_open")


SAID = "(e => (e.ariaLabel || (e.labels?.length ? e.labels[0] : e).textContent).trim())(document.activeElement)"


def tab_to(page: Page, text: str) -> None:
    """Go on by Tab until what is focused says this, itself or by its label."""
    for _ in range(150):
        page.keyboard.press("Tab")
        said = page.evaluate(SAID)
        if said.startswith(text):
            return
    raise AssertionError(f"no way to {text} by the keyboard")


@pytest.mark.parametrize("javascript", [True, False], ids=["with_javascript", "without_javascript"])
def test_from_the_queue_to_an_offer_by_the_keyboard_alone(
    reader: Opens, served: Served, people: dict[str, User], queue: None, javascript: bool
):
    make, name = Make(), f"Mbah Papan {javascript}"
    sent = make.referral(people["tksk"], **known_as(name))
    page = reader("triage", size=DESK, javascript=javascript).open("/referrals")
    tab_to(page, name)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/referrals/{sent.id}")
    tab_to(page, "Daftarkan sebagai orang baru")
    page.keyboard.press("Enter")
    page.wait_for_url("**/triage")
    for answer in ("Nama atau panggilan", "Tempat", "Boleh, hanya untuk laporan ini", "Tanda tangan"):
        tab_to(page, answer)
        page.keyboard.press("Space")
    tab_to(page, "Daftarkan dan teruskan")
    page.keyboard.press("Enter")
    page.wait_for_url("**/candidates**")
    assert "Laporan sudah diteruskan" in page.inner_text("[role=status]")
    wanted = page.inner_text(".candidate h3 >> nth=0")
    tab_to(page, f"Tawarkan ke {wanted}")
    page.keyboard.press("Enter")
    page.wait_for_url("**notice=offered")
    assert page.inner_text("section[aria-labelledby=live-title] h3") == wanted
    query = "select is_by_hand from offers where referral_id = :id and state = 'open'"
    assert served.one(query, id=sent.id) is True


def test_two_presses_make_one_offer(reader: Opens, served: Served, people: dict[str, User], queue: None):
    make = Make()
    found = triaged(make, people["triage"], by=people["tksk"], **known_as("Mbah Dobel"))
    page = reader("triage").open(f"/referrals/{found.id}/candidates")
    page.locator(".candidate button").first.dblclick()
    page.wait_for_url("**notice=offered")
    query = "select count(*) from offers where referral_id = :id and state = 'open'"
    assert served.one(query, id=found.id) == 1


def test_mistakes_in_the_form_are_said_at_their_fields(reader: Opens, people: dict[str, User]):
    sent = Make().referral(people["tksk"], **known_as("Mbah Salah"))
    page = reader("triage").open(f"/referrals/{sent.id}/triage")
    page.fill("#nik", "12")
    page.fill("#address", "Depan pasar")
    page.get_by_role("button", name="Daftarkan dan teruskan").click()
    page.click("[role=alert] >> text=NIK punya 16 angka")
    assert page.evaluate("document.activeElement.name") == "nik"
    assert page.input_value("#address") == "Depan pasar"
    shoot(page, "desk_360_triage_mistakes")


def test_likely_doubles_come_before_a_new_person(reader: Opens, people: dict[str, User]):
    make = Make()
    make.client(people["triage"], name="Sukarmin Wiryo", phone="081234567890")
    sent = make.referral(people["tksk"], **known_as("Pak Min"))
    page = reader("triage").open(f"/referrals/{sent.id}/triage")
    page.fill("#name", "Sukarmin Wiryo")
    page.fill("#phone", "0812 3456 7890")
    page.get_by_role("button", name="Daftarkan dan teruskan").click()
    assert "mungkin sudah terdaftar" in page.inner_text("[role=alert]")
    assert faults(page) == ""
    shoot(page, "desk_360_doubles")
    page.get_by_role("button", name="Ini orangnya").click()
    page.get_by_label("Nama atau panggilan").check()
    page.get_by_label("Belum ditanyakan").check()
    shoot(page, "desk_360_permission")
    assert faults(page) == ""
    page.get_by_role("button", name="Teruskan laporan").click()
    page.wait_for_url("**notice=triaged")
