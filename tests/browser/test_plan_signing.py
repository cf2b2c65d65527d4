"""A plan with money in a real browser: agreed, told apart from the last, approved, signed by hand, and given as a paper."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.dates import format_date
from PIL import Image
from playwright.sync_api import FileChooser, Locator, Page, expect
from playwright.sync_api import TimeoutError as TimedOut

from kessos_case.access.models import User
from kessos_case.core.months import first_day, format_month, month_of
from tests.browsers import DESK, PHONE, TARGETS, Opens, Reader, Served, faults, shoot
from tests.factories import Make, casework
from tests.factories import cases as c
from tests.factories.casework import in_days, supervisor_beside
from tests.papers import pictures_on, words_of_pdf

pytestmark = pytest.mark.browser

# Of the drawing area, from left and top: a slanting line.
LINE = [(0.2 + 0.06 * step, 0.8 - 0.06 * step) for step in range(11)]


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    make = Make()
    worker = make.caseworker()
    return {"caseworker": worker, "supervisor": supervisor_beside(make, worker)}


@pytest.fixture
def case(people: dict[str, User]) -> c.Case:
    make, worker = Make(), people["caseworker"]
    return c.open_case(make, worker, make.client(worker, name="Siti Aminah").id)


@pytest.fixture
def proposed(people: dict[str, User], case: c.Case) -> str:
    """The address of a version that waits to be signed."""
    return f"/cases/{case.id}/plans/{casework.plan(Make(), people['caseworker'], case.id).id}"


def said(page: Page, text: str) -> None:
    expect(page.get_by_role("status").first).to_contain_text(text)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def signing(page: Page) -> Locator:
    if not page.get_by_role("button", name="Simpan tanda tangan").is_visible():
        page.get_by_text("Tambah tanda tangannya").click()
    return page.locator("form[data-signature]")


def by_mouse(page: Page, canvas: Locator) -> None:
    box = canvas.bounding_box()
    assert box
    for number, (across, down) in enumerate(LINE):
        page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
        if not number:
            page.mouse.down()
    page.mouse.up()


def by_finger(page: Page, canvas: Locator) -> None:
    """Touches as a phone sends them, beneath all that a page could notice of a test."""
    box = canvas.bounding_box()
    assert box
    phone = page.context.new_cdp_session(page)
    for number, (across, down) in enumerate(LINE):
        at = {"x": box["x"] + box["width"] * across, "y": box["y"] + box["height"] * down}
        kind = "touchMove" if number else "touchStart"
        phone.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [at]})
    phone.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def dark_near(raw: bytes, across: float, down: float) -> bool:
    """Is there ink within three hundredths of this place of the picture?"""
    with Image.open(io.BytesIO(raw)) as drawn:
        flat = Image.new("RGB", drawn.size, "white")
        flat.paste(drawn, mask=drawn.convert("RGBA").getchannel("A"))
    x, y, near = flat.width * across, flat.height * down, flat.width * 0.03
    corner = (int(x - near), int(y - near), int(x + near), int(y + near))
    return flat.convert("L").crop(corner).getextrema()[0] < 100


@pytest.mark.parametrize("draw", [by_mouse, by_finger])
def test_a_signature_is_drawn_on_the_screen(
    reader: Opens, proposed: str, draw: Callable[[Page, Locator], None], people
):
    one = reader("caseworker", size=DESK if draw is by_mouse else PHONE)
    page = one.open(proposed)
    form = signing(page)
    canvas = form.locator("canvas")
    canvas.scroll_into_view_if_needed()
    draw(page, canvas)
    press(page, "Hapus gambar")
    press(page, "Simpan tanda tangan")
    expect(page.get_by_role("alert")).to_contain_text("gambar di layar")

    form = signing(page)
    form.get_by_role("radio", name="Orangnya sendiri").check()
    form.get_by_label("Tanggal tanda tangan").fill(str(in_days(0)))
    canvas = form.locator("canvas")
    canvas.scroll_into_view_if_needed()
    seen_from = page.evaluate("scrollY")
    draw(page, canvas)
    assert page.evaluate("scrollY") == seen_from, "the page does not move away under the finger"
    shoot(page, f"signature_{draw.__name__}")
    press(page, "Simpan tanda tangan")
    said(page, "Tanda tangan")
    expect(page.get_by_text("Ditandatangani: Orangnya sendiri, digambar di layar")).to_be_visible()
    raw = download(one, proposed + "/signature")
    assert all(dark_near(raw, across, down) for across, down in LINE), "where it was drawn, there it is"
    assert not dark_near(raw, 0.2, 0.2)
    assert not dark_near(raw, 0.8, 0.8)
    expect(page.locator("canvas")).to_have_count(0)
    expect(page.get_by_text("Orangnya setuju dengan rencana ini")).to_be_visible()


def download(one: Reader, path: str) -> bytes:
    """What the signed-in browser gets there."""
    answer = one.page.request.get(one.address + path)
    assert answer.status == 200
    return answer.body()


def test_who_forgot_to_say_who_signs_need_not_sign_again(reader: Opens, proposed: str):
    page = reader("caseworker", size=DESK).open(proposed)
    form = signing(page)
    canvas = form.locator("canvas")
    canvas.scroll_into_view_if_needed()
    by_mouse(page, canvas)
    press(page, "Simpan tanda tangan")
    form.get_by_role("radio", name="Wali atau orang tuanya").check()
    form.get_by_label("Tanggal tanda tangan").fill(str(in_days(0)))
    press(page, "Simpan tanda tangan")
    expect(page.get_by_text("Ditandatangani: Wali atau orang tuanya, digambar di layar")).to_be_visible()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    kept = tmp_path / "tanda tangan.jpg"
    kept.write_bytes(Make().picture()[0].read())
    return kept


def test_without_javascript_a_photo_of_the_paper_is_enough(reader: Opens, proposed: str, photo: Path):
    one = reader("caseworker", javascript=False)
    page = one.open(proposed)
    form = signing(page)
    expect(form.locator("[data-pad]")).to_be_hidden()
    form.get_by_role("radio", name="Orangnya sendiri").check()
    form.get_by_label("Tanggal tanda tangan").fill(str(in_days(0)))
    form.get_by_label("foto tanda tangan di kertas").set_input_files(photo)
    press(page, "Simpan tanda tangan")
    expect(page.get_by_text("Ditandatangani: Orangnya sendiri, foto dari kertas")).to_be_visible()
    with Image.open(io.BytesIO(download(one, proposed + "/signature"))) as kept:
        assert kept.format == "JPEG"


def test_a_photo_is_given_by_the_keyboard_alone(reader: Opens, proposed: str, photo: Path):
    page = reader("caseworker", size=DESK).open(proposed)
    tab_to(page, "document.activeElement.name == 'signer'")
    page.keyboard.press("Space")
    tab_to(page, "document.activeElement.id == 'sign-on'")
    today = in_days(0)
    page.keyboard.type(today.strftime("%m%d%Y"))
    tab_to(page, "document.activeElement.id == 'sign-image'")
    chooser_by_keyboard(page).set_files(photo)
    tab_to(page, "document.activeElement.textContent.trim() == 'Simpan tanda tangan'")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ditandatangani: Orangnya sendiri, foto dari kertas")).to_be_visible()


def chooser_by_keyboard(page: Page) -> FileChooser:
    """Press Enter on the file field until it is opened: a busy Chromium loses the first press now and then."""
    for _ in range(5):
        try:
            with page.expect_file_chooser(timeout=10_000) as asked:
                page.keyboard.press("Enter")
        except TimedOut:
            continue
        return asked.value
    raise AssertionError("the field opens by no key")


def tab_to(page: Page, holds: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(f"Boolean({holds})"):
            return
    raise AssertionError(holds)


def month(ahead: int) -> tuple[str, str]:
    """A month so many from now, as a form takes it and as it is said."""
    found = month_of(in_days(0)) + ahead
    return format_month(found), format_date(first_day(found), "MMMM y", locale="id")


def typed_money(page: Page, office: str) -> None:
    """A step that costs, and food aid that ends in five months."""
    page.fill("[id='goals.0.text']", "Punya usaha jahit")
    page.select_option("[id='goals.0.domain']", "other")
    step = "goals.0.steps.1"
    page.select_option(f"[id='{step}.kind']", "aid")
    page.fill(f"[id='{step}.text']", "Modal mesin jahit")
    page.select_option(f"[id='{step}.responsible_organisation_id']", office)
    page.fill(f"[id='{step}.due_on']", str(in_days(40)))
    cost = page.locator(f"[id='{step}.cost']")
    if not cost.is_visible():
        page.locator("details", has=cost).locator("summary").click()
    cost.fill("2.500.000")
    page.select_option(f"[id='{step}.cost_source']", "apbd_province")
    page.select_option(f"[id='{step}.programme_code']", "KUBE")
    page.select_option("[id='tapers.0.programme_code']", "SEMBAKO")
    for line, (ahead, amount) in enumerate(((3, "100.000"), (5, "0"))):
        page.fill(f"[id='tapers.0.steps.{line}.from_month']", month(ahead)[0])
        page.fill(f"[id='tapers.0.steps.{line}.amount']", amount)


@pytest.mark.timeout(600)
def test_from_the_next_version_to_the_paper_in_the_persons_hand(reader: Opens, people, case):
    make, author, leader = Make(), people["caseworker"], people["supervisor"]
    casework.approved_plan(make, author, case.id, supervisor=leader)
    worker, head = reader("caseworker", size=DESK), reader("supervisor", size=DESK)
    page = worker.open(f"/cases/{case.id}/plans/new")
    press(page, "Tambah langkah")
    page.wait_for_url("**#goals.0.steps.1")
    press(page, "Tambah bantuan yang berkurang")
    page.wait_for_url("**#tapers.0")
    typed_money(page, str(author.organisation_id))
    press(page, "Simpan dan ajukan ke kepala UPT")
    said(page, "Rencana sudah diajukan")
    address = re.sub(r"\?.*", "", page.url.removeprefix(worker.address))

    other = head.open(address)
    told = other.locator("section", has=other.get_by_role("heading", name="Yang berubah dari rencana ke-1"))
    for text in ("Langkah baru: Modal mesin jahit.", "Rp 2.500.000", "Tujuan berubah: Punya usaha jahit",
                 "Bantuan yang berkurang", month(3)[1]):  # fmt: skip
        expect(told).to_contain_text(text)
    shoot(other, "plan_decide_1280")
    other.get_by_text("Kembalikan untuk diperbaiki").click()
    other.get_by_label("Apa yang harus diperbaiki?").fill("Modalnya terlalu cepat.")
    press(other, "Kembalikan kepada penulisnya")
    said(other, "dikembalikan")

    worker.open(address)
    expect(page.locator("blockquote", has_text="Modalnya terlalu cepat.")).to_be_visible()
    page.get_by_role("button", name="Perbaiki rencana ini").click()
    expect(page.locator("[id='goals.0.steps.1.text']")).to_have_value("Modal mesin jahit")
    page.fill("[id='goals.0.steps.1.due_on']", str(in_days(60)))
    press(page, "Simpan dan ajukan ke kepala UPT")
    said(page, "Rencana sudah diajukan")
    address = re.sub(r"\?.*", "", page.url.removeprefix(worker.address))
    head.open(address)
    other.get_by_label("Kapan rencana ini dilihat lagi?").fill(str(in_days(90)))
    other.get_by_label("Pesan untuk penulisnya").fill("Baik, jalankan.")
    press(other, "Setujui rencana ini")
    said(other, "mulai berlaku")

    worker.open(address)
    expect(page.locator("blockquote", has_text="Baik, jalankan.")).to_be_visible()
    form = signing(page)
    form.get_by_role("radio", name="Orangnya sendiri").check()
    form.get_by_label("Tanggal tanda tangan").fill(str(in_days(0)))
    form.locator("canvas").scroll_into_view_if_needed()
    by_mouse(page, form.locator("canvas"))
    press(page, "Simpan tanda tangan")
    expect(page.get_by_text("Ditandatangani: Orangnya sendiri")).to_be_visible()
    page.get_by_role("link", name="Cetak untuk orangnya").click()
    page.locator("article", has_text="ke-3").get_by_role("button", name="Buat surat").click()
    href = page.get_by_role("button", name="Buka suratnya: ").or_(page.get_by_role("link", name="Buka suratnya")).first
    raw = download(worker, href.get_attribute("href") or "")
    text = words_of_pdf(raw)
    for words in (
        "Siti Aminah", "Punya usaha jahit", "Modal mesin jahit", "Bantu mengurus KTP", "Rp 2.500.000",
        f"Mulai {month(3)[1]}: Rp 100.000 sebulan", "Tidak ada bantuan yang berhenti hanya karena surat ini.",
    ):  # fmt: skip
        assert words in text.replace("\xa0", " "), text
    assert pictures_on(raw) == 1, "with the signature on it"


def test_a_plan_that_was_looked_at_again_gets_its_next_day(reader: Opens, people, case):
    plan = casework.approved_plan(Make(), people["caseworker"], case.id, supervisor=people["supervisor"])
    page = reader("caseworker").open(f"/cases/{case.id}/plans/{plan.id}")
    page.locator("summary", has_text="Sudah dilihat lagi, dan rencananya tetap").click()
    press(page, "Catat bahwa tetap")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Kapan dibicarakan dengan orangnya?").fill(str(in_days(0)))
    page.get_by_label("Dilihat lagi tanggal").fill(str(in_days(45)))
    press(page, "Catat bahwa tetap")
    expect(page.locator(f"time[datetime='{in_days(45)}']").first).to_be_visible()


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("language", "sizes"), [("id", (PHONE, DESK)), ("en", (PHONE,))], ids=["id", "en"])
def test_the_pages_can_be_used_by_everyone(reader: Opens, people, language: str, sizes: tuple):
    make, worker = Make(), people["caseworker"]
    case = c.open_case(make, worker)
    step = casework.step(worker.organisation_id, cost=2_500_000, cost_source="apbd_province", programme_code="KUBE",
                         kind="aid", text="Modal mesin jahit")  # fmt: skip
    steps_down = casework.taper((month(3)[0], 100_000), (month(5)[0], 0))
    first = casework.plan(make, worker, case.id, casework.goal(step, text="Punya usaha"), tapers=[steps_down])
    casework.decided(make, people["supervisor"], first.id)
    second = casework.plan(make, worker, case.id, casework.goal(step | {"cost": 3_000_000}, text="Punya usaha",
                           carried_from=first.goals[0].id), tapers=[steps_down])  # fmt: skip
    draft_of = c.open_case(make, worker)
    draft = casework.plan(make, worker, draft_of.id, casework.goal(step), tapers=[steps_down], propose=False)
    at, found = f"/cases/{case.id}/plans", {}
    for role, pages in {
        "caseworker": {"list": at, "in_force": f"{at}/{first.id}", "proposed": f"{at}/{second.id}",
                       "draft": f"/cases/{draft_of.id}/plans/{draft.id}"},
        "supervisor": {"decide": f"{at}/{second.id}"},
    }.items():  # fmt: skip
        one = reader(role, language=language)
        one.page.context.add_cookies([{"name": "kessos_language", "value": language, "url": one.address}])
        for name, path in pages.items():
            for size in sizes:
                one.page.set_viewport_size(size)
                page = one.open(path)
                found[name, size["width"]] = faults(page) or page.evaluate(TARGETS)
                shoot(page, f"plan_{language}_{size['width']}_{name}")
    assert {place: what for place, what in found.items() if what} == {}
