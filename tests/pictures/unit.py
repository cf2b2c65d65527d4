"""What a UPT does that day: its caseworker and its head, each by the words that stand on the page."""

from playwright.sync_api import Page, expect

from tests.pictures.field import offer_elsewhere
from tests.pictures.people import CASEWORKER, HEAD, TRIAGE, Cast
from tests.pictures.scene import Picture


def get_offer(page: Page, cast: Cast) -> None:
    """The desk asks this UPT for the man of the terminal."""
    desk = cast.go(TRIAGE, "/referrals/{terminal}/candidates")
    offer_elsewhere(desk, cast)
    page.reload()


def read_offer(page: Page, cast: Cast) -> None:
    page.locator("article h2 a").first.click()
    page.wait_for_url("**/inbox/*")
    form = page.locator("form", has=page.get_by_role("button", name="Terima orang ini"))
    form.get_by_label("Jenis layanan dasar").select_option(label="Gelandangan dan pengemis")
    form.get_by_label("Tanggung jawab siapa?").select_option(index=1)
    form.get_by_label("Dinas sosial yang merekomendasikan").select_option(label="Dinas Sosial Kabupaten Jember")


def take(page: Page, cast: Cast) -> None:
    page.get_by_role("button", name="Terima orang ini").click()
    page.get_by_role("link", name="Buka halaman orangnya").click()
    page.wait_for_url("**/clients/*")


def begin_case(page: Page, cast: Cast) -> None:
    page.get_by_role("button", name="Buka kasus").click()
    page.wait_for_url("**/cases/new*")
    page.get_by_label("Kelompok PPKS").select_option(label="Gelandangan")


def open_case(page: Page, cast: Cast) -> None:
    page.get_by_role("button", name="Buka kasus").click()
    expect(page.get_by_text("Langkah berikutnya")).to_be_visible()
    cast.remember("case", page)


def find_case(page: Page, cast: Cast, stage: str) -> None:
    """The first case of the board in this stage."""
    page.locator("section", has=page.get_by_role("heading", name=stage)).locator("h3 a").first.click()
    page.wait_for_url("**/cases/*")
    cast.remember(stage, page)


def assessments(page: Page, cast: Cast) -> None:
    find_case(page, cast, "Asesmen")
    cast.go(CASEWORKER, "/cases/{Asesmen}/assessments")


def add_goal(page: Page, cast: Cast) -> None:
    page.get_by_role("button", name="Tambah tujuan").click()
    expect(page.get_by_role("group", name="Tujuan 1").first).to_be_visible()
    # The note about a kept draft comes a moment later, or not.
    page.wait_for_timeout(1500)


def fill_assessment(page: Page, cast: Cast) -> None:
    page.get_by_role("button", name="Mulai asesmen").first.click()
    page.wait_for_url("**/assessments/*")
    for group in page.locator(".question fieldset").all()[:3]:
        group.get_by_role("radio").nth(2).check()
    expect(page.locator("[data-autosave-state]")).to_contain_text("Tersimpan 11.10")


def visit(page: Page, cast: Cast) -> None:
    page.get_by_role("button", name="Catat kunjungan").click()
    page.wait_for_url("**/visits/new*")


def to_person(page: Page, cast: Cast) -> None:
    find_case(page, cast, "Bimbingan lanjut")
    page.locator("h1 a").first.click()
    page.wait_for_url("**/clients/*")
    cast.remember("person", page)


def name_another(page: Page, cast: Cast) -> None:
    page.get_by_text("Ganti pekerja sosial").click()


def open_flag(page: Page, cast: Cast) -> None:
    page.locator("article h2 a").first.click()
    page.wait_for_url("**/flags/*")


def give_opinion(page: Page, cast: Cast) -> None:
    page.locator("#opinion").get_by_role("radio").first.check()
    page.get_by_label("Mengapa?").fill("Ia ingin bekerja, tetapi belum punya keterampilan.")
    page.get_by_role("button", name="Catat pendapat saya").click()
    expect(page.get_by_text("Langkah 2")).to_be_visible()


def open_verdict(page: Page, cast: Cast) -> None:
    page.locator("main a[href*='/graduation/reviews/']").first.click()
    page.wait_for_url("**/reviews/*")


UNIT = (
    Picture("upt-hari-ini", CASEWORKER, "/", get_offer, time="10:45"),
    Picture("upt-tawaran", CASEWORKER, "/inbox", read_offer),
    Picture("upt-orang", CASEWORKER, do=take, time="10:50"),
    Picture("upt-buka-kasus", CASEWORKER, do=begin_case),
    Picture("upt-kasus", CASEWORKER, do=open_case, time="10:55"),
    Picture("upt-persetujuan", CASEWORKER, "/cases/{case}/agreements"),
    Picture("upt-daftar-kasus", CASEWORKER, "/cases"),
    Picture("upt-asesmen", CASEWORKER, "/cases", assessments),
    Picture("upt-asesmen-isi", CASEWORKER, do=fill_assessment, time="11:10"),
    Picture("upt-rencana", CASEWORKER, "/cases/{Asesmen}/plans/new", add_goal),
    Picture("upt-kunjungan", CASEWORKER, "/cases/{Asesmen}/visits", visit),
    Picture("upt-riwayat", CASEWORKER, "/cases", to_person),
    Picture("upt-bantuan", CASEWORKER, "/clients/{person}/aid"),
    Picture("upt-pelatihan", CASEWORKER, "/batches?view=results"),
    Picture("upt-kerja", CASEWORKER, "/placements?view=active"),
    Picture("upt-surat", CASEWORKER, "/clients/{person}/letters"),
    Picture("kepala-hari-ini", HEAD, "/", time="11:20"),
    Picture("kepala-daftar-kasus", HEAD, "/cases"),
    Picture("kepala-tunjuk", HEAD, "/cases/{case}", name_another, top="#aside-title", height=560),
    Picture("kepala-butuh-dukungan", HEAD, "/dependency/flags"),
    Picture("kepala-pendapat", HEAD, do=open_flag),
    Picture("kepala-langkah", HEAD, do=give_opinion, time="11:30", top="#opinion-title"),
    Picture("kepala-pindah", HEAD, "/transfers"),
    Picture("kepala-graduasi", HEAD, "/graduation"),
    Picture("kepala-putusan", HEAD, do=open_verdict, height=1100),
)
