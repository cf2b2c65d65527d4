"""The directory at a desk and on a phone: every page for everyone, and eight in the morning at a partner's."""

from datetime import date, time
from uuid import UUID

import pytest
from playwright.sync_api import Page

from kessos_case.access.models import Organisation, User
from kessos_case.partners import service
from tests.browsers import DESK, PHONE, TARGETS, Opens, Served, faults, shoot
from tests.factories import Make
from tests.factories.offers import LONG, Receiver, offer, shelter, triaged
from tests.factories.partners import agree, contact, offer_service, open_places, partner, pause

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(served: Served) -> Organisation:
    """A partner with three services: with places, full, and with nothing opened yet; a contact, agreements."""
    make = Make()
    office = partner(make, name="Yayasan Contoh Harapan")
    agree(make, office.id, ends_on=date(2099, 12, 31))
    contact(make, office.id, name="Meja jaga", position="siang dan malam", email="jaga@contoh.id")
    shelter = offer_service(
        make, office.id, name="Rumah Singgah Melati", min_age=18, max_age=59, sexes=["P"], allows_waiting=True,
        has_disability_access=True, categories=["PPKS-01", "PPKS-13"], coverage=["35.09", "35.10", "35.11"],
        open_days=[1, 2, 3, 4, 5], opens_at=time(8), closes_at=time(15),
        application_process="Bawa surat pengantar kalau ada. Tanpa surat tetap diterima.",
    )  # fmt: skip
    open_places(make, shelter, 10, **LONG)
    kitchen = offer_service(make, office.id, name="Dapur Umum Melati", service_type="meals")
    open_places(make, kitchen, 40, **LONG)
    pause(make, office.id, service_id=kitchen.id, starts_on=date(2026, 1, 1), reason="building")
    offer_service(make, office.id, name="Kursus Menjahit", service_type="vocational_training", coverage=["35"])
    with make.acting(make.user("administrator")) as session:
        for _ in range(7):
            service.take(session, service.reserve(session, shelter.id, LONG["starts_on"]))
    return office


@pytest.fixture(scope="module")
def hall(served: Served) -> Receiver:
    """A smaller partner with one service, which nobody has been offered to yet."""
    return shelter(Make(), places=5, name="Rumah Singgah Kenanga")


@pytest.fixture(scope="module")
def people(house: Organisation, hall: Receiver) -> dict[str, User]:
    make = Make()
    others = {role: make.user(role) for role in ("triage", "administrator", "tksk")}
    return others | {
        "partner": make.user("partner", organisation=house.code),
        "keeper": make.user("partner", organisation=hall.office.code),
    }


@pytest.fixture
def services(served: Served, house: Organisation) -> dict[str, UUID]:
    with Make().acting(Make().user("triage")) as session:
        return {one.name: one.id for one in service.read_partner(session, house.id).services}


def check(page: Page, address: str, path: str, name: str) -> None:
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        page.goto(address + path)
        shoot(page, f"{size['width']}_{name}")
        assert faults(page) == "", f"{path} {size}"
        assert page.evaluate(TARGETS) == [], f"{path} {size}"


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_can_be_used_by_everyone(reader: Opens, house: Organisation, services, language: str):
    here, shelter = f"/partners/{house.id}", services["Rumah Singgah Melati"]
    pages = {
        "triage": ["/partners", "/partners?service=meals&free=1", here],
        "tksk": [here],
        "administrator": [here, f"{here}/agreements/new"],
        "partner": [
            "/", "/partners/own", f"{here}/pauses/new?service={shelter}", f"{here}/services/new",
            f"{here}/services/{shelter}", f"{here}/services/{shelter}/places", f"{here}/contacts/new",
        ],
    }  # fmt: skip
    for role, paths in pages.items():
        one = reader(role, language=language)
        one.page.context.add_cookies([{"name": "kessos_language", "value": language, "url": one.address}])
        for path in paths:
            name = path.replace(here, "entry").replace(str(shelter), "service").strip("/") or "today"
            check(one.page, one.address, path, f"{language}_{role}_{name.replace('/', '_').partition('?')[0]}")


@pytest.mark.parametrize("javascript", [True, False], ids=["with_javascript", "without_javascript"])
def test_full_today_is_one_press_and_back_again_another(reader: Opens, services, javascript: bool):
    page = reader("partner", javascript=javascript).open("/")
    page.click("text=Penuh, tutup atau berubah?")
    page.click("button:has-text('Penuh hari ini'):has-text('Rumah Singgah Melati')")
    assert "Selama tutup, tidak ada orang baru yang ditawarkan." in page.inner_text("[role=status]")
    page.click("button:has-text('Buka lagi'):has-text('Rumah Singgah Melati')")
    assert "Layanan buka lagi." in page.inner_text("[role=status]")


def test_too_few_places_by_the_keyboard_alone(reader: Opens, house: Organisation, services):
    where = f"/partners/{house.id}/services/{services['Rumah Singgah Melati']}/places"
    page = reader("partner").open(where)
    page.focus("#now-places")
    page.keyboard.press("Control+a")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    assert "7 tempat sedang dipakai" in page.inner_text("[role=alert]")
    assert faults(page) == ""
    shoot(page, "360_places_wrong")
    page.focus("[role=alert] a")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "now-places"
    page.keyboard.press("Control+a")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    assert "Jumlah tempat sudah tersimpan." in page.inner_text("[role=status]")


# What the keyboard stands on, as somebody hears it who does not see it.
STANDS_ON = "() => { const at = document.activeElement; return at.getAttribute('aria-label') || at.textContent }"


def press(page: Page, words: str) -> None:
    """Go by the tabulator until these words are reached, see the focus, and press Enter."""
    page.evaluate("document.activeElement && document.activeElement.blur()")
    for _step in range(80):
        page.keyboard.press("Tab")
        if words in page.evaluate(STANDS_ON):
            style = "() => getComputedStyle(document.activeElement)"
            shown = page.evaluate(f"({style})().outlineStyle !== 'none' || ({style})().boxShadow !== 'none'")
            assert shown, f"nobody sees that the keyboard stands on {words}"
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"the keyboard does not reach {words} at {page.url}")


def heard(page: Page, words: str) -> None:
    page.get_by_role("status").filter(has_text=words).wait_for()
    assert faults(page) == "", page.url


def test_a_day_of_a_partner_by_the_keyboard_alone(reader: Opens, hall: Receiver, people: dict[str, User]):
    """The entry is confirmed, full today, closed for days and opened; an offer is answered; the scorecard is read."""
    keeper = reader("keeper")
    page = keeper.open("/partners/own")
    press(page, "Ya, semua masih benar")
    heard(page, "Terima kasih")
    press(page, "Penuh hari ini")
    heard(page, "tidak ada orang baru yang ditawarkan")
    press(page, "Buka lagi")
    heard(page, "Layanan buka lagi.")
    press(page, "Tutup lebih lama")
    page.get_by_role("heading", name="Tutup beberapa hari").wait_for()
    page.focus("#reason")
    page.keyboard.press("ArrowDown")
    page.focus("input[name=until]")
    page.keyboard.press("Space")
    press(page, "Simpan")
    heard(page, "tidak ada orang baru yang ditawarkan")
    press(page, "Buka lagi")
    heard(page, "Layanan buka lagi.")

    make, desk = Make(), people["triage"]
    asked = offer(make, desk, triaged(make, desk).id, hall.service_id, reason="Sanggup.")
    page = keeper.open("/inbox")
    press(page, page.inner_text(f"main a[href='/inbox/{asked.id}']"))
    page.get_by_role("heading", name="Bisakah Anda menerima orang ini?").wait_for()
    assert faults(page) == ""
    press(page, "Terima orang ini")
    page.get_by_role("heading", name="Sudah bertemu orangnya?").wait_for()

    page = keeper.open("/partners/own")
    press(page, "Bagaimana kerja samanya selama ini")
    page.get_by_role("heading", name="Catatan kerja sama").wait_for()
    assert faults(page) == ""
    assert "100%" in page.inner_text("main")
