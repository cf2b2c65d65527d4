"""The tour of the README, walked on a small demo: each step is an address, and what its reader must find there."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from kessos_case.core.settings import settings
from kessos_case.demonstrate import make_demo
from tests import servers
from tests.browsers import DESK, PHONE, Served, serve
from tests.demo.conftest import PASSWORD, forget_engine

pytestmark = pytest.mark.browser

NOW = "2026-12-29T08:00:00+07:00"
PEOPLE = 600
TKSK, DESK_OF_JEMBER, PARTNER = "demo.tksk.0901", "demo.triase.09", "demo.mitra.lks-harapan"
CASEWORKER, HEAD = "demo.peksos1.prspmks.sidoarjo", "demo.kepala.prspmks.sidoarjo"


@pytest.fixture(scope="module")
def toured(real_servers: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo, served as `make run` serves it; the clock stands at a morning."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KESSOS_NOW", NOW)
        with serve(tmp_path_factory.mktemp("toured") / "log") as running:
            name = str(running.engine.url.database)
            patch.setenv("DATABASE_URL", servers.postgres.url(name, "kessos_login"))
            patch.setenv("KESSOS_DATABASE_OWNER_URL", servers.postgres.url(name))
            settings.cache_clear()
            forget_engine()
            make_demo(PEOPLE, 7, PASSWORD, tell=lambda _text: None)
            yield running
            forget_engine()
    settings.cache_clear()


class Visitor:
    """One who looks around as several people, one after the other."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.page: Page
        self.complaints: list[str] = []

    def be(self, who: str, path: str, *, size: dict = DESK) -> Page:
        context = self.browser.new_context(viewport=size, locale="id")
        self.page = context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(f"{self.address}/sign-in?next={quote(path, safe='')}")
        self.page.get_by_label("Nama pengguna").fill(who)
        self.page.get_by_label("Kata sandi").fill(PASSWORD)
        self.page.get_by_role("button", name="Masuk", exact=True).click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)
        return self.page

    def see(self, path: str, heading: str) -> Page:
        answer = self.page.goto(self.address + path)
        assert answer is not None and answer.status == 200
        expect(self.page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        return self.page


@pytest.fixture
def visitor(browser: Browser, toured: Served) -> Iterator[Visitor]:
    one = Visitor(browser, toured.address)
    yield one
    for context in browser.contexts:
        context.close()
    assert one.complaints == []


def test_a_visitor_follows_one_person_from_the_report_to_the_outcome(visitor: Visitor):
    phone = visitor.be(TKSK, "/report", size=PHONE)
    phone.get_by_label("Nama (kosongkan kalau tidak tahu)").fill("Mbah Contoh Tur")
    phone.get_by_label("Umur kira-kira").fill("74")
    phone.get_by_label("Kecamatan").select_option(index=1)
    phone.get_by_role("radio", name="Mendesak").check()
    phone.get_by_label("Yang paling dibutuhkan").select_option(label="Permakanan")
    phone.get_by_role("button", name="Kirim laporan").click()
    expect(phone.locator("#queue").get_by_text("Diterima", exact=True)).to_be_visible()

    desk = visitor.be(DESK_OF_JEMBER, "/referrals")
    desk.get_by_role("link", name="Mbah Contoh Tur", exact=True).click()
    desk.get_by_role("button", name="Daftarkan sebagai orang baru").click()
    for told in ("Nama atau panggilan", "Tempat"):
        desk.get_by_role("checkbox", name=told, exact=True).check()
    for answer in ("Boleh, hanya untuk laporan ini", "Ucapan di depan saksi"):
        desk.get_by_role("radio", name=answer).check()
    desk.get_by_role("button", name="Daftarkan dan teruskan").click()
    expect(desk.locator("article.offer h3")).to_have_text("Contoh LKS Harapan")

    partner = visitor.be(PARTNER, "/inbox", size=PHONE)
    partner.locator("article", has_text="Permakanan").locator("h2 a").first.click()
    partner.get_by_role("button", name="Terima orang ini").click()
    expect(partner.get_by_text("Tercatat: Anda menerima orang ini.")).to_be_visible()


def test_a_visitor_sees_the_day_of_a_unit(visitor: Visitor):
    page = visitor.be(CASEWORKER, "/")
    expect(page.get_by_role("heading", level=1, name="Hari ini")).to_be_visible()
    visitor.see("/cases", "Kasus").locator("h3 a").first.click()
    expect(page.get_by_role("heading", name="Langkah berikutnya")).to_be_visible()
    page.locator("h1 a").first.click()
    expect(page.get_by_text("Yang sudah terjadi").first).to_be_visible()
    page.get_by_role("link", name="Bantuan, bulan demi bulan").click()
    expect(page.get_by_role("heading", name="Lima tahun, bulan demi bulan")).to_be_visible()


def test_a_visitor_sees_what_a_head_decides_and_nothing_decides_alone(visitor: Visitor):
    page = visitor.be(HEAD, "/dependency/flags")
    expect(page.get_by_text("Bantuannya tidak berubah karena daftar ini.")).to_be_visible()
    visitor.see("/graduation", "Graduasi")
    visitor.see("/batches", "Pelatihan")
    visitor.see("/placements", "Kerja dan usaha")


def test_a_visitor_sees_the_file_of_aid_with_its_mistakes(visitor: Visitor):
    visitor.be(DESK_OF_JEMBER, "/")
    page = visitor.see("/aid/imports", "Data bantuan")
    page.locator("main article a, main h2 a, main h3 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    visitor.see("/notices", "Kabar untuk Anda")
