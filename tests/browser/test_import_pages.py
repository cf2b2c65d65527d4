"""Files of aid in a real browser: progress as it goes, with and without JavaScript, by keyboard, on pages that fit."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, Route, expect

from kessos_case.access.models import User
from tests.browsers import DESK, PHONE, TARGETS, Opens, Served, faults, shoot
from tests.factories import Make
from tests.factories.imports import NIK, applied, checked, csv_of, row, sari, uploaded, work_off

pytestmark = pytest.mark.browser

MIXED = csv_of(
    *[row(amount=str(100_000 + number)) for number in range(3)],
    row(amount="enam ratus ribu"),
    row(paid_on="kemarin", nik="35E+15"),
    row(name="Bambang Sutejo"),
    row(programme="BPNT", nik="", name="Tanpa Nomor"),
)


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    make = Make()
    head = make.user("supervisor")
    sari(make, head)
    return {"supervisor": head}


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    def written(content: bytes, name: str = "bantuan maret.csv") -> str:
        (tmp_path / name).write_bytes(content)
        return str(tmp_path / name)

    return written


def sent(page: Page, path: str) -> UUID:
    page.set_input_files("#file", path)
    page.get_by_role("button", name="Kirim dan periksa").click()
    page.wait_for_url(lambda url: "/new" not in url)
    return UUID(page.url.split("/")[-1].split("?")[0])


def test_the_bar_moves_and_the_result_comes_by_itself(reader: Opens, people, file, served):
    page = reader("supervisor").open("/aid/imports/new")
    import_id = sent(page, file(csv_of(*[row(amount=str(number)) for number in range(20, 27)])))
    expect(page.get_by_role("progressbar", name="Berkas sedang diperiksa")).to_be_visible()
    with served.engine.begin() as connection:
        connection.exec_driver_sql("update jobs set done = 1200, total = 5000 where status = 'queued'")
    expect(page.locator("[data-progress-said]")).to_have_text("1.200 dari 5.000 baris")
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "1200")
    work_off(import_id)
    expect(page.get_by_role("heading", name="7 baris dibaca")).to_be_visible(timeout=10_000)
    assert page.locator("[data-job]").count() == 0


def test_a_lost_connection_is_said_and_the_bar_goes_on(reader: Opens, people, file):
    one = reader("supervisor")
    make = Make()
    import_id = uploaded(make, people["supervisor"], csv_of(row(amount="7")))
    page = one.open(f"/aid/imports/{import_id}")
    page.route("**/api/v1/jobs/*", lambda route: route.abort())
    expect(page.locator("[data-progress-said]")).to_contain_text("Sambungan putus", timeout=10_000)
    page.unroute("**/api/v1/jobs/*")
    work_off(import_id)
    expect(page.get_by_role("heading", name="Catat ke buku bantuan?")).to_be_visible(timeout=20_000)
    # Chromium says in the console that it could not be reached.
    one.complaints = [text for text in one.complaints if "ERR_FAILED" not in text]


def test_who_is_signed_out_meanwhile_is_told(reader: Opens, people):
    one = reader("supervisor")
    page = one.open(f"/aid/imports/{uploaded(Make(), people['supervisor'], csv_of(row(amount='8')))}")
    page.route("**/api/v1/jobs/*", lambda route: ended(route))
    expect(page.locator("[data-progress-said]")).to_contain_text("tidak bisa bertanya lagi", timeout=10_000)


def ended(route: Route) -> None:
    route.fulfill(status=401, content_type="application/problem+json", body=json.dumps({"status": 401}))


def test_without_javascript_a_link_asks_again(reader: Opens, people, file):
    page = reader("supervisor", javascript=False).open("/aid/imports/new")
    import_id = sent(page, file(csv_of(row(amount="9")), "tanpa skrip.csv"))
    work_off(import_id)
    expect(page.get_by_role("heading", name="Berkas sedang diperiksa")).to_be_visible()
    page.get_by_role("link", name="Lihat lagi sekarang").click()
    page.get_by_role("button", name="Catat 1 baris").click()
    expect(page.get_by_role("heading", name="Baris sedang dicatat")).to_be_visible()
    work_off(import_id)
    page.get_by_role("link", name="Lihat lagi sekarang").click()
    expect(page.locator(".counts")).to_contain_text("1 dicatat")


def test_a_row_is_answered_with_the_keyboard_alone(reader: Opens, people):
    found = applied(Make(), people["supervisor"], csv_of(row(name="Bambang Sutejo", amount="10")))
    page = reader("supervisor").open(f"/aid/imports/{found.id}/rows")
    reach(page, "Baris 2: Bambang Sutejo")
    reach(page, "Ini orangnya, catat untuknya")
    expect(page.get_by_role("status").first).to_contain_text("Sudah dicatat untuk orang itu.")
    expect(page.locator("main")).to_contain_text("Tidak ada lagi yang perlu dijawab.")


def reach(page: Page, text: str) -> None:
    """Go there by Tab and press Enter."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == text:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"not reached by Tab: {text}")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_of_files_can_be_used_by_everyone(size: dict, reader: Opens, people):
    make, head = Make(), people["supervisor"]
    one = reader("supervisor", size=size)
    found = {}
    for name, path in pages(make, head).items():
        page = one.open(path)
        small = page.evaluate(TARGETS)
        found[name] = (faults(page), small)
        assert NIK not in page.content()
        shoot(page, f"import_{size['width']}_{name}")
    assert {name: said for name, said in found.items() if said != ("", [])} == {}


def pages(make: Make, head: User) -> dict[str, Any]:
    """A page of each kind, in each state of a file."""
    read, open_rows = checked(make, head, MIXED), applied(make, head, MIXED)
    refused = checked(make, head, csv_of(row(), heading=("nik", "name")))
    one = "/aid/imports/{}".format
    return {
        "list": "/aid/imports", "new": "/aid/imports/new", "checking": one(uploaded(make, head, MIXED)),
        "checked": one(read.id), "applied": one(open_rows.id), "refused": one(refused.id),
        "parked": one(f"{open_rows.id}/rows"), "failed": one(f"{read.id}/rows?state=failed"),
        "row": one(f"{open_rows.id}/rows/7"),
    }  # fmt: skip
