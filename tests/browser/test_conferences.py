"""Conferences of a case in a real browser: planned, answered by a guest without an account, held, and taken into the plan."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from kessos_case.access.models import User
from tests.browsers import DESK, PHONE, TARGETS, Opens, Served, faults, shoot
from tests.factories import Make, casework
from tests.factories import cases as c
from tests.factories import notes as n
from tests.factories.casework import in_days, supervisor_beside

pytestmark = pytest.mark.browser

PERSON, LURAH, RT = "Sulastri Wiryokusumo", "Bu Lurah Endang", "Pak RT Bambang"
PLACE, AGENDA = "Balai Desa Ambulu", "Tempat tinggal sesudah pulang"


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    make = Make()
    worker = make.caseworker()
    return {"caseworker": worker, "colleague": make.caseworker(), "supervisor": supervisor_beside(make, worker)}


@pytest.fixture
def case(people: dict[str, User]) -> c.Case:
    make, worker = Make(), people["caseworker"]
    return c.open_case(make, worker, make.client(worker, name=PERSON).id)


def at(case: c.Case) -> str:
    return f"/cases/{case.id}/conferences"


def part(page: Page, title: str) -> Locator:
    return page.locator("section, details", has=page.locator("h2, summary", has_text=title)).first


def plan_one(page: Page, agenda: str = AGENDA, invite: str | None = None) -> None:
    form = part(page, "Rencanakan temu bahas")
    form.get_by_label("Tanggal").fill(str(in_days(7)))
    form.get_by_label("Jam").fill("09:00")
    form.get_by_label("Tempat").fill(PLACE)
    form.get_by_label("Apa yang dibahas?").fill(agenda)
    if invite:
        form.get_by_role("checkbox", name=invite).check()
    form.get_by_role("button", name="Rencanakan").click()


def said(page: Page, text: str) -> None:
    expect(page.get_by_role("status").first).to_contain_text(text)


def link_for(page: Page, name: str) -> str:
    """The way of a new guest, as it is read from the page this once."""
    if not page.get_by_label("Nama tamu").is_visible():
        page.get_by_text("Undang tamu dari luar dengan tautan").click()
    page.get_by_label("Nama tamu").fill(name)
    page.get_by_role("button", name="Buat tautan").click()
    expect(page.get_by_role("heading", name=f"Tautan untuk {name}")).to_be_visible()
    address = page.locator("#link").input_value()
    assert "/guests/" in address
    return "/guests/" + address.rsplit("/", 1)[1]


@pytest.mark.timeout(600)
def test_from_the_invitation_to_the_plan(reader: Opens, people, case):
    """The whole way at three browsers: office, colleague, guest."""
    worker = reader("caseworker", size=DESK)
    page = worker.open(at(case))
    plan_one(page, "Bahas rumah Bu Sulastri")
    expect(page.get_by_role("alert")).to_contain_text("Hapus nama orangnya")
    plan_one(page, AGENDA, people["colleague"].name)
    said(page, "Temu bahas sudah direncanakan.")
    expect(part(page, "Temu bahas berikutnya")).to_contain_text(people["colleague"].name)
    invited = link_for(page, LURAH)
    link_for(page, RT)

    guest = reader(None, size=PHONE)
    seen = guest.open(invited)
    expect(seen.get_by_role("heading", level=1)).to_contain_text("mengundang Anda ke sebuah pertemuan")
    told = seen.content()
    for text in (PLACE, AGENDA):
        assert text in told
    for name in (*PERSON.split(), "Endang", "Bambang", *(one.name for one in people.values())):
        assert name not in told, "a guest reads nobody's name"
    assert not re.search(r"/(cases|clients)/", told), "nor any address that tells of the case"
    seen.get_by_role("button", name="Kirim jawaban").click()
    expect(seen.get_by_role("alert")).to_contain_text("Pilih salah satu.")
    seen.get_by_role("radio", name="Ya, saya datang").check()
    seen.get_by_label("Yang ingin Anda sampaikan").fill("Saya bawa surat keterangan.")
    seen.get_by_role("button", name="Kirim jawaban").click()
    said(seen, "Jawaban Anda sudah tercatat.")

    worker.open(at(case))
    planned = part(page, "Temu bahas berikutnya")
    expect(planned.locator("li", has_text=LURAH)).to_contain_text("Datang")
    expect(planned.locator("li", has_text=LURAH)).to_contain_text("Saya bawa surat keterangan.")
    expect(planned.locator("li", has_text=RT)).to_contain_text("belum menjawab")
    planned.locator("li", has_text=RT).get_by_role("button", name="Tutup tautannya").click()
    said(page, "Tautan tamu itu sudah ditutup.")

    hold(page, people)
    said(page, "Temu bahas sudah dicatat")
    expect(page.get_by_role("heading", name="2 keputusan belum ada di rencana")).to_be_visible()
    page.locator("article", has_text="Daftar kursus menjahit").get_by_role("button", name="Masukkan").first.click()
    said(page, "Keputusan sudah ada di rancangan rencana.")
    rest = part(page, "1 keputusan belum ada di rencana")
    rest.get_by_text("Keputusan ini tidak dilanjutkan").click()
    rest.get_by_label("Mengapa?").select_option(label="Orangnya tidak mau")
    rest.get_by_role("button", name="Catat, tidak dilanjutkan").click()
    said(page, "Sudah dicatat bahwa keputusan itu tidak dilanjutkan.")
    held = page.locator("article", has_text="Sepakat bersama.")
    expect(held).to_contain_text("Tidak dilanjutkan: Orangnya tidak mau")
    held.get_by_role("link", name="Rencana ke-1").first.click()
    expect(page.locator("[id='goals.0.steps.0.text']")).to_have_value("Daftar kursus menjahit")

    over = guest.open(invited)
    expect(over.get_by_role("heading", level=1)).to_have_text("Tautan ini tidak bisa dipakai")
    expect(over.get_by_text("Pertemuan ini sudah diadakan.")).to_be_visible()


def hold(page: Page, people: dict[str, User]) -> None:
    """Write down what was held, with two decisions and who was there."""
    form = part(page, "Catat temu bahas")
    is_this = form.get_by_role("checkbox", name="Ini temu bahas yang direncanakan untuk")
    expect(is_this).not_to_be_checked()
    is_this.check()
    form.get_by_label("Tanggal").fill(str(in_days(0)))
    form.get_by_label("Pemimpin pertemuan").select_option(label=people["supervisor"].name)
    form.get_by_role("checkbox", name="Orangnya sendiri").check()
    form.get_by_label("Apa yang dibicarakan dan diputuskan?").fill("Sepakat bersama.")
    for line, text in enumerate(("Daftar kursus menjahit", "Cari kamar kos")):
        if line:
            form.get_by_text(f"Keputusan {line + 1}", exact=True).click()
        page.fill(f"[id='agreed.{line}.text']", text)
        page.select_option(f"[id='agreed.{line}.kind']", "task")
        page.select_option(f"[id='agreed.{line}.domain']", "other")
        page.select_option(
            f"[id='agreed.{line}.responsible_organisation_id']", str(people["caseworker"].organisation_id)
        )
        page.fill(f"[id='agreed.{line}.due_on']", str(in_days(14)))
    form.get_by_role("button", name="Catat temu bahas").click()


def test_a_colleague_who_is_asked_finds_it_among_his_news_and_answers(reader: Opens, people, case):
    n.call(Make(), people["caseworker"], case.id, invite=[people["colleague"].id])
    page = reader("colleague").open("/notices")
    page.locator("article", has_text="temu bahas").first.get_by_role("button", name="Buka").click()
    expect(page.get_by_role("heading", name="Temu bahas berikutnya")).to_be_visible()
    form = part(page, "Anda diundang. Apakah Anda datang?")
    form.get_by_role("radio", name="Maaf, saya tidak bisa datang").check()
    form.get_by_label("Yang ingin Anda sampaikan").fill("Saya dinas luar.")
    form.get_by_role("button", name="Kirim jawaban").click()
    said(page, "Jawaban Anda sudah tercatat.")
    expect(page.locator("li", has_text=people["colleague"].name)).to_contain_text("Tidak bisa datang")
    assert PERSON not in reader("colleague").open("/notices").inner_text("main"), "news name nobody"


def test_who_moves_it_asks_the_guest_again_and_who_calls_it_off_tells_him(reader: Opens, people, case):
    make, worker = Make(), people["caseworker"]
    call = n.call(make, worker, case.id)
    token = n.guest(make, worker, call.id, name=LURAH).token
    guest = reader(None)
    page = guest.open(f"/guests/{token}")
    page.get_by_role("radio", name="Ya, saya datang").check()
    page.get_by_role("button", name="Kirim jawaban").click()
    said(page, "Jawaban Anda sudah tercatat.")

    desk = reader("caseworker").open(at(case))
    desk.get_by_text("Ubah waktu, tempat, atau isinya").click()
    form = part(desk, "Ubah waktu")
    form.get_by_label("Jam").fill("13:30")
    form.get_by_role("button", name="Simpan").click()
    said(desk, "Rencana temu bahas sudah diubah.")
    expect(desk.locator("li", has_text=LURAH)).to_contain_text("belum menjawab")
    page = guest.open(f"/guests/{token}")
    expect(page.locator("dl")).to_contain_text("13.30")
    expect(page.get_by_text("Jawaban Anda sekarang")).to_have_count(0)

    desk.get_by_text("Batalkan temu bahas ini").click()
    desk.get_by_role("button", name="Batalkan temu bahas", exact=True).click()
    said(desk, "Temu bahas dibatalkan.")
    page.get_by_role("radio", name="Ya, saya datang").check()
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.get_by_text("Pertemuan ini dibatalkan. Anda tidak perlu datang.")).to_be_visible()


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("language", "sizes"), [("id", (PHONE, DESK)), ("en", (PHONE,))], ids=["id", "en"])
def test_the_pages_can_be_used_by_everyone(reader: Opens, people, case, language: str, sizes: tuple):
    make, worker = Make(), people["caseworker"]
    casework.plan(make, worker, case.id, propose=False)
    n.conference(make, worker, case.id, n.agreed(worker), n.agreed(worker, text="Cari kamar kos"),
                 decisions="Semua sepakat ia tetap di UPT sampai kursusnya selesai.")  # fmt: skip
    call = n.call(make, worker, case.id, invite=[people["colleague"].id])
    token = n.guest(make, worker, call.id, name=LURAH).token
    n.guest(make, worker, call.id, name=RT)
    desk, guest, found = reader("caseworker", language=language), reader(None, language=language), {}
    beside = reader("colleague", language=language)
    for one in (desk, guest, beside):
        one.page.context.add_cookies([{"name": "kessos_language", "value": language, "url": one.address}])
    pages = {
        "room": (desk, at(case)),
        "asked": (beside, at(case)),
        "guest": (guest, f"/guests/{token}"),
        "dead": (guest, "/guests/" + "a" * 22),
    }
    for name, (one, path) in pages.items():
        for size in sizes:
            one.page.set_viewport_size(size)
            page = one.open(path)
            found[name, size["width"]] = faults(page) or page.evaluate(TARGETS)
            shoot(page, f"conference_{language}_{size['width']}_{name}")
    assert {place: what for place, what in found.items() if what} == {}
