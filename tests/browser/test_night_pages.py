"""Aid as a picture and the review of flags, in a real browser: seen, pointed at, and used by the keyboard alone."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from kessos_case.access.models import User
from kessos_case.core import clock
from kessos_case.core.months import Month, first_day, format_month, month_of
from tests.browsers import DESK, PHONE, TARGETS, Opens, Served, faults, shoot
from tests.factories import Make
from tests.factories import dependency as maker
from tests.factories.aid import disbursement, reversal
from tests.factories.households import family

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    """One user of each role that meets these pages."""
    make = Make()
    return {
        "caseworker": make.caseworker(),
        "supervisor": make.user("supervisor", organisation="PSTW-BONDOWOSO"),
    }


def this_month() -> Month:
    return month_of(clock.office_day(clock.now()))


def give(by: User, client_id: UUID | None, ago: range, **stated: Any) -> Any:
    """A line for the months so long ago, paid on the first day of the first of them."""
    first, last = this_month() - ago.start, this_month() - ago.stop
    stated = {"paid_on": min(first_day(first), date.today())} | stated
    return disbursement(Make(), by, client_id, f"{format_month(first)}..{format_month(last)}", **stated)


@pytest.fixture(scope="module")
def client_id(people: dict[str, User]) -> UUID:
    """A person whose ledger has everything that a picture can show."""
    make, by = Make(), people["caseworker"]
    client = make.client(by, name="Sulastri binti Wiryo Kusumaningrum")
    household = family(make, by, client.id, months=f"{format_month(this_month() - 40)}..")
    for start in (58, 46, 34):
        give(by, client.id, range(start, start - 8), amount=2_700_000)
    give(by, client.id, range(12, 2), amount=3_300_000)
    give(by, None, range(30, 22), household_id=household, programme="SEMBAKO", amount=1_800_000)
    give(by, None, range(11, 9), household_id=household, programme="PKH-SD", amount=225_000)
    give(by, client.id, range(9, 0), programme="PBI-JK", amount=420_000)
    give(by, client.id, range(20, 20), programme="SEMBAKO", amount=200_000)
    line = give(by, client.id, range(18, 18), programme="SEMBAKO", amount=200_000)
    reversal(make, by, line, reason="wrong_person")
    part = give(by, client.id, range(1, 1), programme="SEMBAKO", amount=200_000)
    reversal(make, by, part, amount=50_000, reason="wrong_amount")
    return client.id


@pytest.fixture(scope="module")
def newcomer_id(people: dict[str, User]) -> UUID:
    """A person of whom the ledger has nothing."""
    return Make().client(people["caseworker"]).id


@pytest.fixture(scope="module")
def flags(served: Served, people: dict[str, User]) -> dict[str, UUID]:
    """A flag in every state of its review, one of them late."""
    make, by, leader = Make(), people["caseworker"], people["supervisor"]
    found = {
        state: maker.flagged(make, by, leader).id for state in ("raised", "late", "thought", "agreed", "dismissed")
    }
    later = clock.office_day(clock.now()) + timedelta(days=90)
    step = {"kind": "course", "text": "Pelatihan menjahit di BLK", "due_on": later}
    for state in ("thought", "agreed", "dismissed"):
        maker.reviewed(make, leader, found[state])
    maker.reviewed(make, leader, found["agreed"], decision="action", step=step)
    maker.reviewed(make, leader, found["dismissed"], decision="dismiss", dismiss_reason="temporary_need", until=later)
    with served.engine.begin() as connection:
        late = "update dependency_flags set due_on = due_on - 20, raised_on = raised_on - 20 where id = :id"
        connection.execute(sa.text(late), {"id": found["late"]})
    return found


@pytest.mark.parametrize("role", ["caseworker", "supervisor"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_can_be_used_by_everyone(
    reader: Opens, client_id: UUID, newcomer_id: UUID, flags: dict[str, UUID], role: str, language: str
):
    one = reader(role, language=language)
    one.page.context.add_cookies([{"name": "kessos_language", "value": language, "url": one.address}])
    month = format_month(this_month() - 1)
    pages = {
        "aid": f"/clients/{client_id}/aid",
        "aid_month": f"/clients/{client_id}/aid?month={month}",
        "aid_none": f"/clients/{newcomer_id}/aid",
        "flags": "/dependency/flags",
        "flags_none": "/dependency/flags?state=expired",
        "flags_dismissed": "/dependency/flags?state=dismissed",
    } | {f"flag_{state}": f"/dependency/flags/{flag_id}" for state, flag_id in flags.items()}
    for name, path in pages.items():
        for size in (PHONE, DESK):
            one.page.set_viewport_size(size)
            page = one.open(path)
            assert faults(page) == "", f"{path} {size}"
            shoot(page, f"{size['width']}_{role}_{language}_{name}")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("javascript", [True, False], ids=["with_javascript", "without_javascript"])
def test_a_month_that_is_pointed_at_says_what_it_holds(reader: Opens, client_id: UUID, size: dict, javascript: bool):
    page = reader("caseworker", size=size, javascript=javascript).open(f"/clients/{client_id}/aid")
    month = page.locator(f".months a[href*='month={format_month(this_month() - 1)}']")
    month.hover()
    said = month.locator(".told")
    assert said.evaluate("told => getComputedStyle(told).clipPath") == "none"
    assert "sebagian ditarik kembali" in said.inner_text()
    box = said.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
    shoot(page, f"{size['width']}_aid_pointed_at")


def test_the_picture_is_read_by_the_keyboard_alone(reader: Opens, client_id: UUID):
    page = reader("caseworker", size=DESK).open(f"/clients/{client_id}/aid")
    page.locator(".skip-picture").focus()
    assert page.locator(".skip-picture").bounding_box()["height"] >= 24
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.querySelector('.told').textContent")
    assert "Kebutuhan hidup" in first
    assert page.evaluate("getComputedStyle(document.activeElement.querySelector('.told')).clipPath") == "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**month=**")
    assert "Catatan bulan" in page.inner_text("#lines")


def test_the_picture_can_be_skipped(reader: Opens, client_id: UUID):
    page = reader("caseworker", size=DESK).open(f"/clients/{client_id}/aid")
    page.locator(".skip-picture").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.months')") is None


SMALL = """() => [...document.querySelectorAll(".months a")]
    .map(part => part.getBoundingClientRect())
    .filter(box => box.width < 24 || box.height < 24).length"""


def test_every_month_can_be_hit(reader: Opens, client_id: UUID):
    page = reader("caseworker", size=PHONE).open(f"/clients/{client_id}/aid")
    assert page.evaluate(SMALL) == 0


def test_letters_stay_where_colours_are_taken_away(reader: Opens, client_id: UUID):
    page = reader("caseworker", size=DESK).open(f"/clients/{client_id}/aid")
    page.emulate_media(forced_colors="active")
    signs = page.evaluate("[...document.querySelectorAll('.months .strip')].map(strip => strip.textContent.trim())")
    assert {"K", "K*", "0*", "J", "·"} <= set(signs)
    shoot(page, "1280_aid_forced_colours")


@pytest.mark.parametrize("javascript", [True, False], ids=["with_javascript", "without_javascript"])
def test_a_review_from_the_queue_to_the_agreed_step(reader: Opens, people: dict[str, User], javascript: bool):
    flag = maker.flagged(Make(), people["caseworker"], people["supervisor"])
    page = reader("supervisor", javascript=javascript).open("/dependency/flags")
    page.click(f"text={flag.client.label}")
    button(page, "Catat pendapat saya")
    assert "Pilih pendapat Anda." in page.inner_text("[role=alert]")
    shoot(page, "360_flag_mistakes")
    page.fill("[name=reason]", "Sudah lama sendiri, ingin berjualan.")
    page.check("[name=opinion][value=agree]")
    assert "kornya" not in page.inner_text("main").replace("Skor baru terlihat", "")
    button(page, "Catat pendapat saya")
    assert "Skornya" in page.inner_text("main")
    page.select_option("[name='step.kind']", "course")
    page.fill("[name='step.text']", "Pelatihan menjahit di BLK")
    page.fill("[name='step.due_on']", str(clock.office_day(clock.now()) + timedelta(days=60)))
    button(page, "Sepakati langkah ini")
    assert "Langkah sudah dicatat." in page.inner_text("[role=status]")


def test_a_review_by_the_keyboard_alone(reader: Opens, people: dict[str, User]):
    flag = maker.flagged(Make(), people["caseworker"], people["supervisor"])
    page = reader("supervisor", size=DESK).open(f"/dependency/flags/{flag.id}")
    page.locator(".skip-picture").focus()
    page.keyboard.press("Enter")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "opinion":
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Anaknya sudah bekerja.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    assert "Tidak, orang ini tidak butuh dukungan itu" in page.inner_text("main")


def test_everything_can_be_hit_with_a_thumb(reader: Opens, flags: dict[str, UUID]):
    supervisor = reader("supervisor")
    for path in ("/dependency/flags", f"/dependency/flags/{flags['raised']}", f"/dependency/flags/{flags['thought']}"):
        # Months have a size of their own; see above.
        small = supervisor.open(path).evaluate(TARGETS)
        assert [found for found in small if not found[0].startswith("K")] == [], path


def button(page: Page, text: str) -> None:
    page.get_by_role("button", name=text, exact=True).click()
