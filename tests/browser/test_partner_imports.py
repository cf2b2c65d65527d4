"""A table of partners in a real browser: looked at and written, without JavaScript, by keyboard, on pages that fit."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from kessos_case.access.models import User
from tests.browsers import DESK, PHONE, TARGETS, Opens, Served, faults, shoot
from tests.factories import Make
from tests.factories.directories import bring, entry, table
from tests.factories.partners import offer_service

pytestmark = pytest.mark.browser

WHOLE = {
    "max_age": "59", "categories": "Lanjut Usia Terlantar; Gelandangan", "open_days": "Senin-Jumat", "opens_at": "08.00",
    "closes_at": "15.00", "application_process": "Bawa surat pengantar dari desa dan cari petugas jaga.",
    "contact_name": "Petugas Jaga", "contact_phone": "0331-424242", "agreement_number": "PKS-01/2026",
    "agreement_starts_on": "01/01/2026", "agreement_ends_on": "31/12/2026",
}  # fmt: skip


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    make = Make()
    administrator = make.user("administrator")
    offer_service(make, by=administrator)
    bring(make, administrator, entry(), entry(service_name="Kebun Mawar", service_type="meals"))
    return {"administrator": administrator, "partner": make.user("partner")}


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    def written(*rows: dict[str, str]) -> str:
        (tmp_path / "mitra.csv").write_bytes(table(*rows))
        return str(tmp_path / "mitra.csv")

    return written


@pytest.mark.parametrize(("size", "width"), [(PHONE, 360), (DESK, 1280)])
def test_every_state_fits_and_is_usable(reader: Opens, file, size: dict, width: int):
    page = reader("administrator", size=size).open("/partners/imports/new")
    assert (faults(page), page.evaluate(TARGETS)) == ("", [])
    shoot(page, f"{width}_new")
    page.get_by_role("button", name="Periksa berkas").click()
    expect(page.get_by_role("alert")).to_contain_text("Pilih dulu berkasnya")
    assert faults(page) == ""
    shoot(page, f"{width}_missing")
    places = {"capacity_places": "8", "capacity_starts_on": "01/01/2030", "capacity_ends_on": "31/12/2030"}
    rows = [
        entry(min_age="20", sexes="L; P", **places),
        entry(service_name="Rumah Aman Mawar", **WHOLE | {"service_type": "violence_support"}),
        entry(service_name="Dapur Mawar", service_type="Permakanan", min_age="tua", coverage="35.1"),
    ]  # fmt: skip
    page.set_input_files("#file", file(*rows))
    page.get_by_role("button", name="Periksa berkas").click()
    expect(page.get_by_role("heading", name="Catat semuanya?")).to_be_visible()
    assert (faults(page), page.evaluate(TARGETS)) == ("", [])
    shoot(page, f"{width}_look")
    page.get_by_role("button", name="Catat 2 layanan").click()
    expect(page.get_by_role("alert")).to_contain_text("centang untuk melewatinya")
    assert faults(page) == ""
    shoot(page, f"{width}_refused")


def test_without_javascript_it_is_written_by_keyboard_alone(reader: Opens, file, served: Served):
    page = reader("administrator", javascript=False).open("/partners/imports/new")
    page.set_input_files("#file", file(entry(service_name="Sanggar Mawar")))
    page.get_by_role("button", name="Periksa berkas").press("Enter")
    page.get_by_role("button", name="Catat 1 layanan").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1 layanan baru")
    assert served.one("select count(*) from services where name = 'Sanggar Mawar'") == 1
    shoot(page, "360_applied")


def test_the_template_and_the_result_can_be_kept(reader: Opens, file):
    page = reader("partner").open("/partners/imports/new")
    with page.expect_download() as kept:
        page.get_by_role("link", name="Unduh contoh berkas Excel").click()
    assert kept.value.suggested_filename == "direktori.xlsx"
    page.set_input_files("#file", file(entry()))
    page.get_by_role("button", name="Periksa berkas").click()
    expect(page.get_by_text("bukan organisasi Anda")).to_be_visible()
    with page.expect_download() as kept:
        page.get_by_role("button", name="Unduh berkas hasil").click()
    assert "bukan organisasi Anda" in Path(kept.value.path()).read_text("utf-8")


def test_in_english(reader: Opens, file):
    page = reader("administrator", size=DESK).open("/partners/imports/new")
    page.get_by_role("button", name="English").click()
    page.set_input_files("#file", file(entry(min_age="old")))
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("is no age: write 0 to 130")).to_be_visible()
    shoot(page, "1280_english")
