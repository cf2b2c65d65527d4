"""Report a person without a network, in a real browser: cut off, killed, deaf, signed out, shared; never lost, never twice."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from kessos_case.access.models import User
from kessos_case.core import db
from tests import servers
from tests.browsers import ARGS, CHROMIUM, DESK, PHONE, TARGETS, faults, free_port, shoot, wait_for
from tests.factories import PASSWORD, Make
from tests.lines import Line

pytestmark = pytest.mark.browser

BATCH = "POST /api/v1/referrals/batch"


def until(holds: Callable[[], object], said: Callable[[], object] = str) -> None:
    """Wait for it from outside: inside, the strict policy of the page forbids what the browser's driver would do."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, said()
        time.sleep(0.1)


class Office:
    """The server, which can be stopped and started, and its database."""

    def __init__(self, name: str, log: Path) -> None:
        self.name, self.log, self.port = name, log, free_port()
        self.engine = servers.engine_of(name)
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        environ = os.environ | {
            "DATABASE_URL": servers.postgres.url(self.name, "kessos_login"),
            "REDIS_URL": servers.valkey.url(),
            "KESSOS_PORT": str(self.port),
            "KESSOS_WEB_PROCESSES": "1",
        }
        command = [str(Path(sys.executable).with_name("kessos")), "web"]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(command, env=environ, stdout=output, stderr=subprocess.STDOUT)
        wait_for(f"http://127.0.0.1:{self.port}/healthz", self.process, self.log)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def rows(self, query: str, **values: object) -> list[tuple]:
        with self.engine.begin() as connection:
            result = connection.execute(sa.text(query), values)
            return [tuple(row) for row in result] if result.returns_rows else []

    def reports_of(self, user: User) -> list[str]:
        """What the server has of this sender: the states of his reports."""
        return [row[0] for row in self.rows("select state from referrals where sender_id = :id", id=user.id)]


@pytest.fixture(scope="module")
def office(real_servers: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with servers.database() as name:
        running = Office(name, tmp_path_factory.mktemp("office") / "log")
        running.start()
        db.bind(running.engine)
        yield running
        db.bind(None)
        running.stop()
        running.engine.dispose()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture
def line(office: Office) -> Iterator[Line]:
    between = Line(office.port)
    yield between
    between.down()


@pytest.fixture
def tksk(office: Office) -> User:
    return Make().user("tksk")


class Phone:
    """A browser with a profile of its own, which survives it."""

    def __init__(self, playwright: Playwright, profile: Path, line: Line) -> None:
        self.playwright, self.profile, self.line = playwright, profile, line
        self.address = f"http://127.0.0.1:{line.own_port}"
        self.complaints: list[str] = []
        self.context: BrowserContext
        self.page: Page
        self.start()

    def start(self) -> None:
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.profile), executable_path=CHROMIUM, args=ARGS, viewport=PHONE, locale="id",
            geolocation={"latitude": -8.34567, "longitude": 113.60543, "accuracy": 12}, permissions=["geolocation"],
        )  # fmt: skip
        self.page = self.context.pages[0]
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if "Content Security" in said.text else None
        )

    def kill(self) -> None:
        """As when the battery is empty."""
        for one in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if f"--user-data-dir={self.profile}".encode() in (one / "cmdline").read_bytes():
                    os.kill(int(one.name), signal.SIGKILL)
        with contextlib.suppress(Exception):
            self.context.close()
        (self.profile / "SingletonLock").unlink(missing_ok=True)

    def open(self, path: str = "/report") -> Page:
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, user: User, after: str = "/report") -> None:
        if "/sign-in" not in self.page.url:
            self.open(f"/sign-in?next={after}")
        self.page.fill("[name=username]", user.username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main form button")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def ready(self, user: User) -> None:
        """Signed in, the page kept by the phone."""
        self.sign_in(user)
        self.page.wait_for_selector("#connection:has-text('Tersambung')")
        until(lambda: self.page.evaluate("navigator.serviceWorker.controller !== null"))

    def write(self, name: str, photo: Path | None = None) -> None:
        page = self.page
        page.fill("[name=name]", name)
        page.fill("[name=condition]", "Lemas, luka di kaki kiri.")
        page.fill("[name=place]", "Depan pasar")
        page.check("[name=urgency][value=urgent]")
        page.select_option("[name=main_need]", "temporary_shelter")
        if photo:
            page.set_input_files("#photo", photo)
            page.wait_for_selector("#photos img")

    def report(self, name: str, photo: Path | None = None) -> None:
        """Write a report and press the button."""
        self.write(name, photo)
        self.page.click("#send")
        until(lambda: self.page.input_value("[name=name]") == "")

    def states(self) -> list[str]:
        return self.page.eval_on_selector_all("#queue > li", "lines => lines.map(line => line.dataset.state)")

    def wait_for(self, *states: str) -> None:
        until(lambda: self.states() == list(states), self.states)

    def photos_gone(self) -> None:
        """Every photo has arrived."""
        until(lambda: "foto" not in self.page.inner_text("#queue"))

    def wake(self) -> None:
        """The phone finds the network again."""
        self.page.evaluate("dispatchEvent(new Event('online'))")

    def stored(self) -> str:
        """Everything that the page's own database holds, as far as it can be put into words."""
        return self.page.evaluate(
            """async () => {
                const database = await kessos.store.open();
                const found = {};
                for (const name of database.objectStoreNames) found[name] = await database.getAll(name);
                return JSON.stringify(found, (_, value) => ArrayBuffer.isView(value) || value instanceof ArrayBuffer
                    ? new TextDecoder("latin1").decode(value) : value);
            }"""
        )


@pytest.fixture
def phones(playwright: Playwright, line: Line, tmp_path: Path) -> Iterator[Callable[[], Phone]]:
    made: list[Phone] = []

    def another() -> Phone:
        made.append(Phone(playwright, tmp_path / f"profile{len(made)}", line))
        return made[-1]

    yield another
    for one in made:
        with contextlib.suppress(Exception):
            one.context.close()
    assert [text for one in made for text in one.complaints] == []


@pytest.fixture
def phone(phones: Callable[[], Phone], tksk: User) -> Phone:
    """A phone on which the TKSK has signed in and opened the page once."""
    one = phones()
    one.ready(tksk)
    return one


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """As a phone writes it: on its side, with the place in it, too large to send in one piece."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "S", 2: (8.0, 20.0, 30.0), 3: "E", 4: (113.0, 36.0, 0.0)})
    exif[0x010F] = "TeleponRahasia"
    path = tmp_path / "IMG_0001.jpg"
    Image.effect_noise((1200, 900), 60).convert("RGB").save(path, "JPEG", quality=95, exif=exif)
    return path


def test_a_report_written_without_a_network_is_sent_when_there_is_one(
    phone: Phone, line: Line, office: Office, tksk: User
):
    line.down()
    page = phone.open()
    page.wait_for_selector("#connection:has-text('Tidak ada sinyal')")
    phone.report("Mbah Surip")
    phone.wait_for("waiting")
    phone.open()
    phone.wait_for("waiting")
    shoot(page, "360_report_waiting")
    line.up()
    phone.wake()
    phone.wait_for("received")
    assert office.reports_of(tksk) == ["submitted"]


def test_the_time_of_writing_and_the_place_arrive(phone: Phone, line: Line, office: Office, tksk: User):
    line.down()
    phone.page.click("#locate")
    phone.page.wait_for_selector("#located:has-text('12')")
    phone.report("Mbah Tempat")
    time.sleep(2)
    line.up()
    phone.wake()
    phone.wait_for("received")
    [(found, late)] = office.rows(
        "select id, extract(epoch from submitted_at - found_at) from referrals where sender_id = :id", id=tksk.id
    )
    assert 2 <= late < 60
    with Make().acting(tksk) as session:
        from kessos_case.referrals import service

        assert service.read_referral(session, found).location == {
            "latitude": -8.34567, "longitude": 113.60543, "accuracy": 12,
        }  # fmt: skip


def test_an_answer_that_was_not_heard_makes_no_second_report(phone: Phone, line: Line, office: Office, tksk: User):
    # Of a broken line the browser itself tries again at once, and so does the service worker.
    line.fault(BATCH, "deaf", times=99)
    phone.report("Mbah Tuli")
    phone.wait_for("sent")
    assert office.reports_of(tksk) == ["submitted"]
    shoot(phone.page, "360_report_sent")
    phone.open()
    phone.wait_for("sent")
    line.faults.clear()
    phone.wake()
    phone.wait_for("received")
    assert office.reports_of(tksk) == ["submitted"]


def test_a_line_cut_while_sending_loses_nothing(phone: Phone, line: Line, office: Office, tksk: User):
    line.fault(BATCH, "cut", times=99)
    phone.report("Mbah Putus")
    phone.wait_for("sent")
    assert office.reports_of(tksk) == []
    line.faults.clear()
    phone.wake()
    phone.wait_for("received")
    assert office.reports_of(tksk) == ["submitted"]


def test_a_server_that_is_busy_is_asked_again_when_it_says(phone: Phone, line: Line, office: Office, tksk: User):
    busy = b"HTTP/1.1 503 Busy\r\nRetry-After: 6\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    line.fault(BATCH, "answer", answer=busy)
    began = time.monotonic()
    phone.report("Mbah Sibuk")
    phone.page.wait_for_selector("#connection:has-text('Server sedang sibuk')")
    phone.wait_for("received")
    assert time.monotonic() - began >= 5
    assert office.reports_of(tksk) == ["submitted"]


def test_a_server_that_was_stopped_gets_the_report_when_it_is_back(phone: Phone, office: Office, tksk: User):
    office.stop()
    try:
        phone.report("Mbah Mati Lampu")
        phone.wait_for("waiting")
    finally:
        office.start()
    phone.wake()
    phone.wait_for("received")
    assert office.reports_of(tksk) == ["submitted"]


def test_a_killed_browser_loses_nothing(phone: Phone, line: Line, office: Office, tksk: User, photo: Path):
    line.down()
    phone.report("Mbah Baterai", photo)
    phone.write("Mbah Setengah Jalan")
    time.sleep(1)
    phone.kill()
    phone.start()
    page = phone.open()
    phone.wait_for("waiting")
    assert page.input_value("[name=name]") == "Mbah Setengah Jalan"
    page.wait_for_selector(".draft:has-text('dikembalikan')")
    line.up()
    phone.wake()
    phone.wait_for("sign_in")
    shoot(page, "360_report_sign_in")
    # A browser that was killed has forgotten the sign-in; what waits has not.
    page.click("#queue .sign-in")
    phone.sign_in(tksk)
    phone.wait_for("received")
    phone.photos_gone()
    assert office.reports_of(tksk) == ["submitted"]
    assert photos_of(office, tksk) == 1


def test_two_tabs_with_one_draft_lose_nobody_and_send_nobody_twice(phone: Phone, office: Office, tksk: User):
    phone.write("Mbah Pertama")
    time.sleep(1)
    second = phone.context.new_page()
    second.goto(f"{phone.address}/report")
    second.wait_for_selector(".draft:has-text('dikembalikan')")
    phone.page.click("#send")
    phone.wait_for("received")
    # The same words once more are the same report; other words are another person.
    second.click("#send")
    until(lambda: second.input_value("[name=name]") == "")
    phone.wait_for("received")
    second.bring_to_front()
    assert office.reports_of(tksk) == ["submitted"]


def test_another_person_written_over_a_draft_that_another_tab_has_sent_is_another_report(
    phone: Phone, office: Office, tksk: User
):
    phone.write("Mbah Pertama")
    time.sleep(1)
    second = phone.context.new_page()
    second.goto(f"{phone.address}/report")
    second.wait_for_selector(".draft:has-text('dikembalikan')")
    phone.page.click("#send")
    phone.wait_for("received")
    second.fill("[name=name]", "Mbah Kedua")
    second.click("#send")
    until(lambda: len(office.reports_of(tksk)) == 2, lambda: str(office.reports_of(tksk)))


def test_a_refusal_by_somebody_in_between_costs_no_photo(
    phone: Phone, line: Line, office: Office, tksk: User, photo: Path
):
    phone.page.route("**/photo_parts", lambda route: route.fulfill(status=403, content_type="text/html", body="Blokir"))
    phone.report("Mbah Blokir", photo)
    phone.wait_for("received")
    phone.page.wait_for_selector("#queue:has-text('1 foto belum terkirim')")
    time.sleep(1)
    phone.page.unroute("**/photo_parts")
    phone.wake()
    phone.photos_gone()
    assert photos_of(office, tksk) == 1


def test_a_browser_killed_while_it_sends_sends_once(phone: Phone, line: Line, office: Office, tksk: User):
    line.fault(BATCH, "deaf", times=99)
    phone.report("Mbah Kaget")
    phone.wait_for("sent")
    phone.kill()
    line.faults.clear()
    phone.start()
    phone.open()
    phone.sign_in(tksk)
    phone.wait_for("received")
    assert office.reports_of(tksk) == ["submitted"]


def photos_of(office: Office, user: User) -> int:
    query = "select count(*) from referral_photos p join referrals r on r.id = p.referral_id where r.sender_id = :id"
    return office.rows(query, id=user.id)[0][0]


def test_a_photo_goes_in_pieces_and_only_the_rest_after_a_cut(
    phone: Phone, line: Line, office: Office, tksk: User, photo: Path
):
    cut = line.fault("POST /api/v1/referrals/", "cut", after=3, times=99)
    phone.report("Mbah Foto", photo)
    phone.page.wait_for_selector("#queue:has-text('1 foto belum terkirim')")
    until(lambda: cut.seen > 3)
    [(arrived, pieces)] = office.rows("select count(*), max(parts) from photo_parts")
    assert arrived == 2
    line.faults.clear()
    seen = line.fault("POST /api/v1/referrals/", "cut", after=99)
    phone.wake()
    phone.photos_gone()
    [(parts,)] = office.rows("select count(*) from photo_parts")
    assert (photos_of(office, tksk), parts) == (1, 0)
    # The reports are asked again about nothing, and the two pieces that had arrived are not sent again.
    assert seen.seen == pieces - 2
    [(report, stored)] = office.rows(
        "select r.id, p.id from referral_photos p join referrals r on r.id = p.referral_id where r.sender_id = :id",
        id=tksk.id,
    )
    raw = phone.page.request.get(f"{phone.address}/referrals/{report}/photos/{stored}").body()
    picture = Image.open(io.BytesIO(raw))
    assert picture.height > picture.width, "turned upright"
    assert dict(picture.getexif()) == {}


def test_nothing_of_the_camera_leaves_the_phone(phone: Phone, line: Line, photo: Path):
    phone.report("Mbah Kamera", photo)
    phone.wait_for("received")
    phone.photos_gone()
    assert b"JFIF" in line.sent
    assert b"TeleponRahasia" not in line.sent
    assert b"Exif" not in line.sent


def test_a_double_tap_makes_one_report(phone: Phone, office: Office, tksk: User):
    phone.write("Mbah Dobel")
    phone.page.dblclick("#send")
    phone.wait_for("received")
    assert phone.page.is_hidden("#mistakes")
    assert office.reports_of(tksk) == ["submitted"]


def test_two_tabs_send_once(phone: Phone, line: Line, office: Office, tksk: User):
    line.down()
    phone.report("Mbah Dua Layar")
    phone.wait_for("waiting")
    other = phone.context.new_page()
    other.goto(phone.address + "/report")
    other.wait_for_selector("#queue > li[data-state=waiting]")
    line.up()
    phone.wake()
    other.evaluate("dispatchEvent(new Event('online'))")
    phone.wait_for("received")
    other.wait_for_selector("#queue > li[data-state=received]")
    assert office.reports_of(tksk) == ["submitted"]


def test_when_the_sign_in_has_ended_the_report_waits_for_it(phone: Phone, office: Office, tksk: User):
    office.rows("update tokens set revoked_at = now() where user_id = :id", id=tksk.id)
    phone.report("Mbah Keluar")
    phone.wait_for("sign_in")
    assert "Anda belum masuk" in phone.page.inner_text("#connection")
    phone.page.click("#sign-in a")
    phone.sign_in(tksk)
    phone.wait_for("received")
    assert office.reports_of(tksk) == ["submitted"]


def test_another_user_neither_sees_nor_sends_what_waits(phone: Phone, line: Line, office: Office, tksk: User):
    line.down()
    phone.report("Mbah Rahasia")
    phone.write("Mbah Konsep Rahasia")
    time.sleep(1)
    line.up()
    phone.context.clear_cookies()
    other = Make().user("tksk")
    phone.open("/sign-in?next=/report")
    phone.sign_in(other)
    page = phone.page
    page.wait_for_selector("#others:has-text('1 laporan orang lain')")
    shoot(page, "360_report_others")
    assert phone.states() == []
    assert "Rahasia" not in page.content()
    assert page.input_value("[name=name]") == ""
    phone.report("Mbah Punyaku")
    phone.wait_for("received")
    assert (office.reports_of(tksk), office.reports_of(other)) == ([], ["submitted"])
    phone.context.clear_cookies()
    phone.open("/sign-in?next=/report")
    phone.sign_in(tksk)
    phone.wait_for("received")
    assert office.reports_of(tksk) == ["submitted"]


def test_a_refused_report_is_put_right_and_sent(phone: Phone, office: Office, tksk: User):
    phone.write("Mbah Salah")
    phone.page.evaluate(
        """() => {
            const select = document.querySelector("[name=region_code]");
            select.append(new Option("Tidak ada", "35.09.99"));
            select.value = "35.09.99";
        }"""
    )
    phone.page.click("#send")
    phone.wait_for("answer")
    shoot(phone.page, "360_report_refused")
    # What is being written meanwhile is not lost by it.
    phone.write("Mbah Lain")
    phone.page.click("#queue .correct")
    phone.wait_for("answer", "answer")
    page = phone.page
    until(lambda: page.input_value("[name=name]") == "Mbah Salah")
    assert page.get_attribute("[name=region_code]", "aria-invalid") == "true"
    page.select_option("[name=region_code]", "35.09.12")
    page.click("#send")
    phone.wait_for("answer", "received")
    page.click("#queue .correct")
    until(lambda: page.input_value("[name=name]") == "Mbah Lain")
    page.select_option("[name=region_code]", "35.09.12")
    page.wait_for_selector("#send:enabled")
    page.click("#send")
    phone.wait_for("received", "received")
    assert office.reports_of(tksk) == ["submitted"] * 2


def test_a_report_that_the_desk_asks_about_needs_an_answer(phone: Phone, office: Office, tksk: User):
    from kessos_case.referrals import service

    asked = Make().referral(tksk)
    with Make().acting(Make().user("triage")) as session:
        service.move_referral(session, asked.id, verb="return", note="Di sebelah mana pasar?")
    page = phone.open()
    page.wait_for_selector("#asked a")
    shoot(page, "360_report_asked")
    page.click("#asked a")
    assert "Di sebelah mana pasar?" in page.inner_text("#resubmit")


@pytest.mark.parametrize("leaves", ["waiting", "received"])
def test_the_phone_holds_nothing_in_plain(phone: Phone, line: Line, photo: Path, leaves: str):
    if leaves == "waiting":
        line.down()
    phone.report("Sukarmanto Wiryodiprojo", photo)
    phone.wait_for(leaves)
    phone.write("Djoyokusumo Prawirataruna")
    time.sleep(1)
    said = phone.stored()
    assert "reports" in said and "Sukarmanto" not in said
    assert '"sealed":{' in said if leaves == "waiting" else '"sealed":null' in said
    phone.context.close()
    words = ("Sukarmanto", "Djoyokusumo", "TeleponRahasia")
    forms = [form for word in words for form in (word.encode(), word.encode("utf-16-le"))]
    held = [
        (path.name, form)
        for path in phone.profile.rglob("*")
        if path.is_file()
        for form in forms
        if form in path.read_bytes()
    ]
    assert held == []


def test_the_key_cannot_be_taken_out(phone: Phone):
    phone.report("Mbah Kunci")
    said = phone.page.evaluate(
        """async () => {
            const [key] = await (await kessos.store.open()).getAll("keys");
            return crypto.subtle.exportKey("raw", key).then(() => "taken", (error) => error.name);
        }"""
    )
    assert said == "InvalidAccessError"


def test_a_full_phone_says_so_and_keeps_what_was_typed(phone: Phone, line: Line):
    line.down()
    phone.write("Mbah Penuh")
    # The browser counts for a while with the room that there was, so that its own quota cannot be used in the midst of a page.
    phone.page.evaluate(
        """() => {
            self.put = IDBObjectStore.prototype.put;
            IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
        }"""
    )
    phone.page.click("#send")
    phone.page.wait_for_selector("#said .problem")
    assert "penuh" in phone.page.inner_text("#said")
    assert phone.page.input_value("[name=name]") == "Mbah Penuh"
    phone.page.evaluate("() => { IDBObjectStore.prototype.put = self.put; }")
    phone.page.wait_for_selector("#send:enabled")
    phone.page.click("#send")
    phone.wait_for("waiting")


def test_a_phone_without_room_is_led_to_the_ordinary_form(phones: Callable[[], Phone], tksk: User):
    phone = phones()
    page = phone.open("/sign-in?next=/referrals")
    phone.sign_in(tksk)
    chrome = phone.context.new_cdp_session(page)
    chrome.send("Storage.overrideQuotaForOrigin", {"origin": phone.address, "quotaSize": 1})
    phone.open()
    page.wait_for_selector("#no-store a[href='/referrals/new']")


def test_another_page_without_a_network_leads_here(phone: Phone, line: Line):
    line.down()
    page = phone.open("/referrals")
    assert page.url.endswith("/report")
    assert page.is_visible("#came-offline")
    page.wait_for_selector("#form:visible")


def test_only_the_shell_is_kept(phone: Phone):
    phone.report("Mbah Cache")
    phone.wait_for("received")
    phone.open("/referrals")
    phone.page.wait_for_selector("text=Mbah Cache")
    kept = phone.page.evaluate(
        """async () => {
            const found = [];
            for (const name of await caches.keys()) {
                for (const asked of await (await caches.open(name)).keys()) found.push(new URL(asked.url).pathname);
            }
            return found;
        }"""
    )
    assert {path for path in kept if not path.startswith("/static/")} == {"/report", "/app.webmanifest"}


def test_signing_out_says_what_is_unsent(phone: Phone, line: Line):
    line.down()
    phone.report("Mbah Pamit")
    phone.wait_for("waiting")
    line.up()
    # It would be sent at once: the server is busy for a while.
    busy = b"HTTP/1.1 503 Busy\r\nRetry-After: 60\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    line.fault(BATCH, "answer", answer=busy, times=99)
    page = phone.open("/referrals")
    page.click("form[action='/sign-out'] button")
    page.wait_for_selector("dialog[open]")
    assert "1 laporan" in page.inner_text("dialog")
    shoot(page, "360_sign_out")
    page.click("dialog button.primary")
    phone.wait_for("waiting")
    page = phone.open("/referrals")
    page.click("form[action='/sign-out'] button")
    page.click("dialog button.secondary")
    page.wait_for_url("**/sign-in")


def test_mistakes_are_said_at_the_fields_and_by_keyboard_alone_it_is_sent(phone: Phone, office: Office, tksk: User):
    page = phone.page
    page.focus("[name=name]")
    page.keyboard.type("Mbah Ketik")
    page.keyboard.press("Enter")
    page.wait_for_selector("#mistakes:visible")
    assert page.evaluate("document.activeElement.id") == "mistakes"
    shoot(page, "360_report_mistakes")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "urgency"
    page.focus("[name=urgency][value=emergency]")
    page.keyboard.press("Space")
    page.focus("[name=main_need]")
    page.keyboard.press("ArrowDown")
    page.focus("#send")
    page.keyboard.press("Enter")
    phone.wait_for("received")
    assert office.reports_of(tksk) == ["submitted"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_everybody_can_use_it(phone: Phone, line: Line, office: Office, tksk: User, language: str, photo: Path):
    page = phone.page
    if language == "en":
        page.click("text=English")
        page.wait_for_selector("html[lang=en]")
    phone.report("Mbah Terbaca")
    phone.wait_for("received")
    line.down()
    phone.report("Mbah Menunggu Lama", photo)
    phone.write("Mbah Belum Selesai", photo)
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert faults(page) == ""
        assert page.evaluate(TARGETS) == []
        shoot(page, f"{size['width']}_report_{language}")


def test_the_language_of_the_kept_page_follows_its_reader(phone: Phone, line: Line):
    phone.page.click("text=English")
    phone.page.wait_for_selector("html[lang=en]")
    line.down()
    phone.open()
    phone.page.wait_for_selector("html[lang=en] h1:has-text('Report a person')")


def test_without_javascript_the_ordinary_form_is_shown(playwright: Playwright, line: Line):
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
    page = browser.new_context(java_script_enabled=False, viewport=PHONE).new_page()
    page.goto(f"http://127.0.0.1:{line.own_port}/report")
    assert page.is_visible("noscript a[href='/referrals/new']")
    browser.close()


# Drafts of other forms. The attribute is given to the ordinary form here, whoever else bears it.
BEARS = """new MutationObserver(() => {
    const form = document.querySelector("form[action='/referrals/new']");
    if (form) form.dataset.draft = "test";
}).observe(document, {childList: true, subtree: true});"""


def test_a_form_keeps_its_draft_until_it_was_sent(phone: Phone, tksk: User):
    page = phone.page
    page.add_init_script(BEARS)
    phone.open("/referrals/new")
    page.fill("[name=alias]", "Mbah Draf")
    page.check("[name=urgency][value=urgent]")
    time.sleep(1)
    assert "Mbah Draf" not in phone_store(phone)
    phone.open("/referrals/new")
    page.wait_for_selector(".draft")
    assert (page.input_value("[name=alias]"), page.is_checked("[name=urgency][value=urgent]")) == ("Mbah Draf", True)
    shoot(page, "360_draft")
    # Refused: still kept. Taken: gone.
    page.click("main form button:text('Kirim laporan')")
    page.wait_for_selector(".problem")
    time.sleep(1)
    assert drafts_of(phone) == 1
    page.check("[name=service_types][value=temporary_shelter]")
    page.click("main form button:text('Kirim laporan')")
    page.wait_for_selector("[role=status]:has-text('terkirim')")
    until(lambda: drafts_of(phone) == 0)


def test_a_draft_is_thrown_away_by_hand_and_on_signing_out(phone: Phone, tksk: User):
    page = phone.page
    page.add_init_script(BEARS)
    for away in (".draft button", "form[action='/sign-out'] button"):
        phone.open("/referrals/new")
        page.fill("[name=alias]", "Mbah Buang")
        time.sleep(1)
        phone.open("/referrals/new")
        page.wait_for_selector(".draft")
        page.click(away)
        if "sign-out" in away:
            page.wait_for_url("**/sign-in")
            phone.sign_in(tksk)
        until(lambda: drafts_of(phone) == 0)


def raw(phone: Phone, script: str) -> object:
    """What the browser's own database answers, past our scripts."""
    return phone.page.evaluate(
        f"""() => new Promise((resolve) => {{
            indexedDB.open("kessos").onsuccess = ({{target: {{result: database}}}}) => {{
                const asked = database.transaction("drafts").objectStore("drafts").{script};
                asked.onsuccess = () => {{ database.close(); resolve(asked.result); }};
            }};
        }})"""
    )


def drafts_of(phone: Phone) -> object:
    return raw(phone, "count()")


def phone_store(phone: Phone) -> str:
    return str(raw(phone, "getAll()"))
