"""What one was told and the own account, in a real browser: read, opened and changed by the keyboard alone."""

import pytest
from playwright.sync_api import Page

from kessos_case.access.models import User
from kessos_case.notices.rules import NoticeKind
from tests.browsers import DESK, PHONE, TARGETS, Opens, Served, faults, shoot
from tests.factories import Make, offers
from tests.factories import notices as maker

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    """Somebody who was told all there is, somebody who was told nothing, and a TKSK who is asked something."""
    make = Make()
    made = {"triage": make.user("triage"), "caseworker": make.caseworker(), "tksk": make.user("tksk")}
    maker.with_mail(made["triage"], "triase.jember@dinsos.example")
    for kind in NoticeKind:
        maker.tell(made["triage"], kind, is_urgent=kind is NoticeKind.REPORT_EMERGENCY)
    sent = make.referral(made["tksk"])
    offers.move(make, make.user("triage"), sent.id, "return", note="Di pasar yang mana?")
    return made


def tab_to(page: Page, selector: str) -> None:
    """Go there with the tabulator, as somebody without a mouse does."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("role", ["triage", "caseworker"])
@pytest.mark.parametrize("path", ["/notices", "/me"])
def test_anybody_can_use_it(reader: Opens, path: str, role: str, size: dict):
    page = reader(role, size=size).open(path)
    shoot(page, f"{path.strip('/')}-{role}-{size['width']}")
    assert faults(page) == ""
    assert page.evaluate(TARGETS) == []


def test_in_english_too(reader: Opens):
    page = reader("triage").open("/notices")
    page.click("button[value=en]")
    assert "Your office's agreement ends soon" in page.text_content("main")
    page.click("button[value=id]")


def test_from_a_notice_to_its_report_by_the_keyboard_and_without_javascript(reader: Opens):
    mine = reader("tksk", javascript=False)
    page = mine.open("/notices")
    assert "Ada pertanyaan tentang laporan Anda" in page.text_content("main")
    page.focus("main article button")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/referrals/" in url)
    assert "Di pasar yang mana?" in page.text_content("main")
    assert "Sudah dibaca" in mine.open("/notices").text_content("main article")


def test_a_choice_is_made_by_the_keyboard_and_a_mistake_is_put_right(reader: Opens):
    page = reader("caseworker").open("/me")
    tab_to(page, "[name=by_message]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".problem")
    shoot(page, "me-mistake-360")
    assert faults(page) == ""
    assert "Isi nomor HP" in page.text_content(".problem")
    page.focus(".problem a")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "phone"
    page.keyboard.type("0812-3456-7890")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "notice=saved" in url)
    shoot(page, "me-saved-360")
    assert "Tersimpan." in page.text_content("main")
    assert page.input_value("#phone") == "+6281234567890"


def test_all_are_read_at_once(reader: Opens):
    page = reader("triage").open("/notices")
    page.click("text=Tandai semua sudah dibaca")
    page.wait_for_url(lambda url: "notice=read" in url)
    assert "Belum dibaca" not in page.text_content("main")
