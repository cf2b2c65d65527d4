"""The pages in a real browser against a real served process: what a person sees, with and without JavaScript."""

import io
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import Page

from kessos_case.access.models import User
from tests.browsers import DESK, PHONE, TARGETS, Opens, Served, faults, shoot
from tests.factories import Make

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    """One user of each role that meets the pages."""
    make = Make()
    return {
        "tksk": make.user("tksk"),
        "triage": make.user("triage"),
        "caseworker": make.caseworker(),
        "dpo": make.user("dpo", organisation="DINSOS-35"),
    }


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A JPEG as a phone writes it: turned on its side, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "S", 2: (8.0, 20.0, 30.0), 3: "E", 4: (113.0, 36.0, 0.0)})
    exif[0x010F] = "Telepon"
    path = tmp_path / "IMG_0001.jpg"
    Image.effect_mandelbrot((640, 480), (-2, -1.5, 1, 1.5), 50).convert("RGB").save(path, "JPEG", exif=exif)
    with Image.open(path) as written:
        assert written.getexif().get_ifd(0x8825)
    return path


def fill_report(page: Page, name: str, photo: Path | None = None) -> None:
    page.fill("[name=alias]", name)
    page.fill("[name=estimated_age]", "70")
    page.check("[name=sex][value=L]")
    page.fill("[name=condition]", "Lemas, luka di kaki kiri.")
    page.check("[name=urgency][value=urgent]")
    page.check("[name=service_types][value=temporary_shelter]")
    page.fill("[name=place]", "Depan pasar, sebelah timur pos polisi")
    if photo:
        page.set_input_files("#photo-file", photo)


def button(page: Page, text: str) -> None:
    page.get_by_role("button", name=text, exact=True).click()


def number_of_reports(served: Served, people: dict[str, User]) -> int:
    return served.one("select count(*) from referrals where sender_id = :id", id=people["tksk"].id)


@pytest.mark.parametrize("javascript", [True, False], ids=["with_javascript", "without_javascript"])
def test_report_question_answer(reader: Opens, served: Served, photo: Path, javascript: bool):
    name = f"Mbah Surip {javascript}"
    tksk = reader("tksk", javascript=javascript)
    tksk.page.click("main >> text=Lapor orang")
    if javascript:  # the form for phones is tested in test_offline.py; its plain fellow asks for no script
        tksk.open("/referrals/new")
    else:
        tksk.page.click("noscript a")
    fill_report(tksk.page, name, photo)
    button(tksk.page, "Kirim laporan")
    assert "Laporan sudah terkirim" in tksk.page.inner_text("[role=status]")
    address = tksk.page.url.removeprefix(served.address).partition("?")[0]

    image = tksk.page.locator(".photos img")
    image.scroll_into_view_if_needed()
    stored = tksk.page.request.get(served.address + image.get_attribute("src")).body()
    clean = Image.open(io.BytesIO(stored))
    assert clean.size == (480, 640), "turned upright"
    assert dict(clean.getexif()) == {}
    assert b"Telepon" not in stored
    if javascript:
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 480

    desk = reader("triage", javascript=javascript, size=DESK)
    desk.open("/referrals")
    desk.page.click(f"text={name}")
    desk.page.fill("#return-note", "Di sebelah mana pasar?")
    button(desk.page, "Tanya pelapor")
    assert "Petugas bertanya kepada pelapor" in desk.page.inner_text(".badges")

    tksk.open("/referrals")
    tksk.page.click("text=Jawab sekarang")
    assert "Di sebelah mana pasar?" in tksk.page.inner_text("#resubmit")
    tksk.page.fill("#resubmit-note", "Dekat gapura.")
    button(tksk.page, "Kirim jawaban")
    assert "Menunggu jawaban petugas" in tksk.page.inner_text(".badges")
    assert "Dekat gapura." in desk.open(address).inner_text(".history")


def test_a_double_click_makes_one_report(reader: Opens, served: Served, people: dict[str, User], photo: Path):
    before = number_of_reports(served, people)
    tksk = reader("tksk")
    tksk.open("/referrals/new")
    fill_report(tksk.page, "Mbah Dobel", photo)
    tksk.page.get_by_role("button", name="Kirim laporan").dblclick()
    tksk.page.wait_for_selector("[role=status]")
    assert number_of_reports(served, people) == before + 1


def test_two_presses_at_the_same_moment_make_one_report(
    reader: Opens, served: Served, people: dict[str, User], photo: Path
):
    before = number_of_reports(served, people)
    tksk = reader("tksk")
    tksk.open("/referrals/new")
    fill_report(tksk.page, "Mbah Serentak", photo)
    places = tksk.page.evaluate(
        """async () => {
            const form = document.querySelector("main form");
            const send = () => fetch(form.action, {method: "POST", body: new FormData(form)}).then(got => got.url);
            return Promise.all([send(), send(), send()]);
        }"""
    )
    assert len(set(places)) == 1
    assert number_of_reports(served, people) == before + 1
    assert served.one("select count(*) from referral_photos where referral_id = :id", id=places[0][-48:][:36]) in (0, 1)


def test_mistakes_are_said_at_the_fields_and_nothing_typed_is_lost(reader: Opens):
    tksk = reader("tksk")
    page = tksk.open("/referrals/new")
    page.fill("[name=alias]", "Mbah Salah")
    page.fill("[name=estimated_age]", "tua")
    button(page, "Kirim laporan")
    assert page.input_value("[name=alias]") == "Mbah Salah"
    assert page.get_attribute("[name=estimated_age]", "aria-invalid") == "true"
    page.click("[role=alert] >> text=Tulis umur")
    assert page.evaluate("document.activeElement.name") == "estimated_age"
    shoot(page, "360_new_mistakes")


def test_the_other_language(reader: Opens):
    tksk = reader("tksk")
    page = tksk.open("/referrals/new")
    assert page.get_attribute("html", "lang") == "id"
    page.click("text=English")
    assert page.url.endswith("/referrals/new")
    assert page.get_attribute("html", "lang") == "en"
    assert page.inner_text("h1") == "Report a person who needs help"
    shoot(page, "360_new_english")
    page.click("text=Bahasa Indonesia")
    assert page.inner_text("h1") == "Lapor orang yang perlu ditolong"


def test_the_first_tab_leads_past_the_bar(reader: Opens):
    page = reader("tksk").open("/referrals")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def visits(role: str | None, served: Served, people: dict[str, User]) -> list[tuple[str, str]]:
    """Every page in this role's view: (name, path)."""
    one = served.one("select id from referrals where state = 'submitted' order by id limit 1")
    asked = served.one("select id from referrals where state = 'returned' order by id limit 1")
    closed = served.one("select id from referrals where state = 'rejected' order by id limit 1")
    if role is None:
        return [("sign_in", "/sign-in"), ("missing", "/tidak-ada")]
    if role == "dpo":
        return [("home", "/"), ("refused", "/referrals")]
    pages = [("list", "/referrals"), ("new", "/referrals/new"), ("missing", "/referrals/x")]
    if role != "caseworker":
        pages += [("one", f"/referrals/{one}"), ("asked", f"/referrals/{asked}"), ("closed", f"/referrals/{closed}")]
    return [*pages, ("mine", "/referrals?view=mine")] if role == "triage" else pages


@pytest.fixture(scope="module")
def reports(served: Served, people: dict[str, User]) -> None:
    """A report in every state, one of them late, one with everything filled in."""
    from kessos_case.referrals import service

    make, tksk, triage = Make(), people["tksk"], people["triage"]
    long_word = "sebelahtimurpospolisi" * 6
    everything = {
        "name": "Supardi bin Kasan",
        "alias": "Mbah Di",
        "estimated_age": 70,
        "sex": "L",
        "condition": long_word,
    }
    make.referral(tksk, person=everything, place=long_word, note="Baris satu.\nBaris dua.", disclose=["name", "photo"])
    asked, closed = make.referral(tksk, urgency="emergency"), make.referral(tksk, urgency="routine")
    with make.acting(triage) as session:
        service.move_referral(session, asked.id, verb="return", note="Di sebelah mana pasar?")
        service.move_referral(session, closed.id, verb="reject", reason="person_not_found")
    with served.engine.begin() as connection:
        late = sa.text("update referrals set due_at = due_at - interval '5 days' where id = :id")
        connection.execute(late, {"id": asked.id})


@pytest.mark.parametrize("role", ["tksk", "triage", "caseworker", "dpo", None])
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_can_be_used_by_everyone(
    reader: Opens, served: Served, people: dict[str, User], reports: None, role: str | None, language: str
):
    one = reader(role, language=language)
    for name, path in visits(role, served, people):
        for size in (PHONE, DESK):
            one.page.set_viewport_size(size)
            page = one.open(path)
            assert faults(page) == "", f"{path} {size}"
            if language == "id":
                shoot(page, f"{size['width']}_{role or 'visitor'}_{name}")


@pytest.mark.parametrize("path", ["/referrals", "/referrals/new"])
def test_everything_can_be_hit_with_a_thumb(reader: Opens, reports: None, path: str):
    assert reader("tksk").open(path).evaluate(TARGETS) == []


def test_the_api_document_is_shown_under_the_strict_policy(reader: Opens):
    """Nothing from elsewhere, nothing inline; the fixture fails the test on any message of the console."""
    visitor = reader(None, size=DESK)
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    page = visitor.open("/api/docs")
    # What lies further down is drawn when it is scrolled to.
    page.wait_for_selector(".opblock-summary-path[data-path='/api/v1/regions']", timeout=30_000)
    page.locator(".opblock-get").first.click()
    page.wait_for_selector(".opblock-body")
    assert [url for url in asked if not url.startswith((visitor.address, "data:", "blob:"))] == []
    shoot(page, "1280_docs")
