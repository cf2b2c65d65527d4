"""The caseload, finding and registering people and the page of a person, in a real browser and by the keyboard alone."""

import re
from datetime import date
from uuid import UUID

import pytest

from kessos_case.access.models import User
from tests.browsers import DESK, PHONE, TARGETS, Opens, Served, faults, shoot
from tests.factories import AMBULU, Make, cases
from tests.factories import dependency as maker

pytestmark = pytest.mark.browser

UPT = "PSTW-BONDOWOSO"


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    """One user of each role that meets these pages."""
    make = Make()
    return {
        "caseworker": make.caseworker(),
        "supervisor": make.user("supervisor", organisation=UPT),
        "triage": make.user("triage"),
        "tksk": make.user("tksk"),
    }


@pytest.fixture(scope="module")
def persons(served: Served, people: dict[str, User]) -> dict[str, UUID]:
    """A person with everything on his page, one with nothing, one in aftercare, one who died."""
    make, worker, leader = Make(), people["caseworker"], people["supervisor"]
    full = maker.flagged(make, worker, leader).client_id
    make.alert(worker, full, kind="visitor_safety", severity="high", note="Ada anjing galak di halaman")
    make.consent(worker, full)
    make.task(worker, full)
    make.referral(worker, client_id=full, person=None)
    known = make.client(worker, name="Sulastri binti Wiryo Kusumaningrum", region_code=AMBULU)
    aftercare = cases.open_case(make, worker, known.id)
    cases.lead_to(make, aftercare, "aftercare", worker, leader)
    for _ in range(8):
        cases.open_case(make, worker)
    return {"full": full, "bare": make.client(worker).id, "aftercare": known.id}


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("role", "language"), [("caseworker", "id"), ("caseworker", "en"), ("supervisor", "id")])
def test_every_page_can_be_used_by_everyone(reader: Opens, persons: dict[str, UUID], role: str, language: str):
    one = reader(role, language=language)
    one.page.context.add_cookies([{"name": "kessos_language", "value": language, "url": one.address}])
    pages = {
        "board": "/cases?worker=all",
        "list": "/cases?worker=all&view=list",
        "none": "/cases?show=closed",
        "search": "/clients",
        "new": "/clients/new",
        "edit": f"/clients/{persons['full']}/edit",
        "households": f"/clients/{persons['full']}/households",
        "death": f"/clients/{persons['full']}/death",
    } | {f"person_{name}": f"/clients/{client_id}" for name, client_id in persons.items()}
    for name, path in pages.items():
        for size in (PHONE, DESK):
            one.page.set_viewport_size(size)
            page = one.open(path)
            assert faults(page) == "", f"{path} {size}"
            assert page.evaluate(TARGETS) == [], f"{path} {size}"
            shoot(page, f"{size['width']}_{role}_{language}_{name}")


def test_a_tksk_has_name_address_and_the_way_to_a_visit_on_a_phone(reader: Opens, persons: dict[str, UUID]):
    page = reader("tksk").open(f"/clients/{persons['aftercare']}")
    assert faults(page) == ""
    assert page.get_by_role("heading", level=1).inner_text() == "Sulastri binti Wiryo Kusumaningrum"
    assert page.get_by_role("button", name="Catat kunjungan").or_(page.get_by_text("Catat kunjungan")).count() == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_is_found_and_opened_by_the_keyboard_alone(reader: Opens, persons, javascript: bool):
    page = reader("caseworker", javascript=javascript, size=DESK).open("/clients")
    page.get_by_label("Nama, NIK atau nomor HP").focus()
    page.keyboard.type("Soelastri Kusumaningrum")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=re.compile("1 orang cocok")).wait_for()
    assert "ulastri" not in page.url
    page.get_by_role("link", name="Sulastri binti Wiryo Kusumaningrum").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Sulastri binti Wiryo Kusumaningrum").wait_for()
    page.go_back()
    assert page.get_by_label("Nama, NIK atau nomor HP").input_value() == "Soelastri Kusumaningrum"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_new_person_who_is_like_another_is_registered_by_the_keyboard_alone(
    reader: Opens, people: dict[str, User], served: Served, javascript: bool
):
    name = "Kartini Wulandari" if javascript else "Paryadi Hastomo"
    known = {"name": name, "birth_date": date(1960, 7, 1), "sex": "P"}
    first = Make().client(people["caseworker"], **known)
    page = reader("caseworker", javascript=javascript).open("/clients/new")
    page.get_by_label("Nama", exact=True).focus()
    page.keyboard.type(name)
    page.get_by_label("Tanggal lahir", exact=True).fill("1960-07-01")
    page.get_by_label("Alamat").fill("Gang Melati")
    page.get_by_role("button", name="Simpan", exact=True).press("Enter")
    page.get_by_role("heading", name="Mungkin orang ini sudah terdaftar").wait_for()
    if javascript:  # what axe looks with
        assert faults(page) == ""
        shoot(page, "360_doubles")
    assert (
        page.get_by_role("link", name="Ini orangnya, buka halamannya").get_attribute("href") == f"/clients/{first.id}"
    )
    assert page.get_by_label("Alamat").input_value() == "Gang Melati"
    page.get_by_label("Bukan, yang saya daftarkan orang lain").press("Space")
    page.get_by_role("button", name="Daftarkan sebagai orang baru").press("Enter")
    page.get_by_text("Orang ini sudah terdaftar.").wait_for()
    assert served.one("select count(*) from clients where name = :name", name=name) == 2


def test_a_view_of_the_caseload_is_kept_and_come_back_to(reader: Opens, persons: dict[str, UUID]):
    page = reader("supervisor", size=DESK).open("/cases")
    page.get_by_text("Saring", exact=True).press("Enter")
    page.get_by_label("Tahap", exact=True).select_option("aftercare")
    page.get_by_role("button", name="Tampilkan").press("Enter")
    page.get_by_text("Simpan saringan ini").press("Enter")
    page.get_by_label("Nama saringan").fill("Bimbingan lanjut saja")
    page.get_by_role("button", name="Simpan saringan").press("Enter")
    kept = page.get_by_role("link", name="Bimbingan lanjut saja")
    assert kept.get_attribute("aria-current") == "page"
    page.goto(page.url.split("?")[0])
    page.get_by_role("link", name="Bimbingan lanjut saja").press("Enter")
    assert page.get_by_role("heading", level=2).all_inner_texts() == ["Sulastri binti Wiryo Kusumaningrum"]
