"""The pages in a real browser against a real served process: what a person sees, with and without JavaScript."""

import io
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from kessos_case.access.models import User
from kessos_case.core import db
from tests import servers
from tests.factories import PASSWORD, Make

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}

# Where a person may look at the pages afterwards; unset in a plain run.
SHOTS = os.environ.get("SHOTS")


class Served:
    """The running application and the database behind it."""

    def __init__(self, address: str, engine: sa.Engine) -> None:
        self.address = address
        self.engine = engine

    def one(self, query: str, **values: object) -> object:
        with self.engine.connect() as connection:
            return connection.scalar(sa.text(query), values)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@pytest.fixture(scope="module")
def served(real_servers: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`kessos web` on a database of its own, whose transactions commit."""
    log = tmp_path_factory.mktemp("served") / "log"
    with servers.database() as name, log.open("wb") as output:
        engine, port = servers.engine_of(name), free_port()
        environ = os.environ | {
            "DATABASE_URL": servers.postgres.url(name, "kessos_login"),
            "REDIS_URL": servers.valkey.url(),
            "KESSOS_PORT": str(port),
            "KESSOS_WEB_PROCESSES": "1",
        }
        command = [str(Path(sys.executable).with_name("kessos")), "web"]
        process = subprocess.Popen(command, env=environ, stdout=output, stderr=subprocess.STDOUT)
        db.bind(engine)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", process, log)
            yield Served(f"http://127.0.0.1:{port}", engine)
        finally:
            db.bind(None)
            process.terminate()
            process.wait(30)
            engine.dispose()


def wait_for(address: str, process: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
    raise AssertionError(log.read_text())


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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield chromium
        chromium.close()


class Reader:
    """One person at one browser; everything that the console complains about is kept."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.address = address
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self._keep(said.type, said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _keep(self, kind: str, text: str) -> None:
        # A refused form answers 4xx, and Chromium says so in the console of every page.
        if kind in ("error", "warning") and "status of 4" not in text:
            self.complaints.append(text)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, user: User) -> None:
        self.open("/sign-in")
        self.page.fill("[name=username]", user.username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main button")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)


Opens = Callable[..., Reader]


@pytest.fixture
def reader(browser: Browser, served: Served, people: dict[str, User]) -> Iterator[Opens]:
    """`reader("tksk", javascript=False)`: a signed-in browser; no console message may have been an error."""
    contexts, readers = [], []

    def opened(role: str | None, *, javascript: bool = True, language: str = "id", size: dict = PHONE) -> Reader:
        context = browser.new_context(java_script_enabled=javascript, viewport=size, locale=language)
        contexts.append(context)
        readers.append(Reader(context, served.address))
        if role:
            readers[-1].sign_in(people[role])
        return readers[-1]

    yield opened
    for context in contexts:
        context.close()
    assert [text for one in readers for text in one.complaints] == []


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


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def number_of_reports(served: Served, people: dict[str, User]) -> int:
    return served.one("select count(*) from referrals where sender_id = :id", id=people["tksk"].id)


@pytest.mark.parametrize("javascript", [True, False], ids=["with_javascript", "without_javascript"])
def test_report_question_answer(reader: Opens, served: Served, photo: Path, javascript: bool):
    name = f"Mbah Surip {javascript}"
    tksk = reader("tksk", javascript=javascript)
    tksk.page.click("main >> text=Lapor orang")
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
            # Everything that can be unfolded belongs to the page.
            page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
            found = Axe().run(page)
            assert found.violations_count == 0, f"{path} {size}\n{found.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{path} scrolls sideways"
            if language == "id":
                shoot(page, f"{size['width']}_{role or 'visitor'}_{name}")


TARGETS = """() => [...document.querySelectorAll("a, button, summary, select, label.choice")]
    .filter(part => part.offsetParent && getComputedStyle(part).display !== "inline" && part.className !== "skip")
    .map(part => [part.textContent.trim().slice(0, 30), Math.round(part.getBoundingClientRect().height)])
    .filter(([, height]) => height < 40)"""


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
