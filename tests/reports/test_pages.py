"""Pages of figures: what each reader sees, ways to the rows, empty states, and how often the database is asked."""

from datetime import timedelta

import pytest

from tests.conftest import Clock, Truth
from tests.factories import JEMBER, Make
from tests.factories.reports import Past, at, past
from tests.readers import text_of

MOST_STATEMENTS = 12


@pytest.fixture
def lived(make: Make, truth: Truth, clock: Clock) -> Past:
    """Two offers and two unmet needs of January 2026."""
    clock.set("2026-03-02T03:00:00+00:00")
    lived, hour, day = past(make, truth), timedelta(hours=1), timedelta(days=1)
    lived.offer(at("2026-01-05 09:00"), "declined", answered=hour, ended=hour, reason="full")
    lived.offer(
        at("2026-01-06 09:00"), "accepted", answered=hour, ended=9 * day, met=day, outcome="served", named_day=True
    )
    lived.unmet((at("2026-01-05 09:00"), None))
    lived.unmet((at("2026-01-06 09:00"), at("2026-01-07 09:00")), met=at("2026-01-08 09:00"), service_types=["meals"])
    return lived


def test_a_partner_reads_its_own_scorecard_and_gets_to_the_offers(lived: Past, reader):
    mine, office = reader(lived.receiver.user), lived.receiver.office.id
    page = mine.get(f"/partners/{office}/scorecard")
    assert page.status_code == 200
    assert "Yang diterima dari yang dijawab atau habis waktunya 50%" in text_of(page.text)
    assert "dari 2, antara 9% dan 91%" in text_of(page.text)
    behind = mine.get(f"/partners/{office}/scorecard/offers?show=declined&month=2026-01")
    assert "Ditolak: Penuh" in text_of(behind.text)
    assert 'href="/inbox/' in behind.text
    empty = mine.get(f"/partners/{office}/scorecard/offers?show=expired")
    assert "Tidak ada tawaran di balik angka ini." in text_of(empty.text)


def test_another_partner_may_not(lived: Past, make: Make, reader):
    other = make.user("partner", organisation="DINSOS-35.78")
    assert reader(other).get(f"/partners/{lived.receiver.office.id}/scorecard").status_code == 403


def test_an_administrator_is_told_figures_without_ways(lived: Past, make: Make, reader):
    page = reader(make.user("administrator")).get(f"/partners/{lived.receiver.office.id}/scorecard")
    assert "scorecard/offers" not in page.text
    assert "tidak ditunjukkan" in text_of(page.text)
    assert "50%" not in page.text


def test_a_partner_without_offers_reads_what_will_stand_there(make: Make, reader, truth: Truth, clock: Clock):
    lived = past(make, truth)
    page = reader(lived.receiver.user).get(f"/partners/{lived.receiver.office.id}/scorecard")
    assert "Belum ada tawaran untuk lembaga ini." in text_of(page.text)


def test_a_desk_gets_from_the_map_to_the_referrals(lived: Past, make: Make, reader):
    desk = reader(make.user("triage"))
    page = desk.get("/reports/unmet?month=2026-01&show=entered")
    assert "Kabupaten Jember" in text_of(page.text)
    assert f'/reports/unmet/list?month=2026-01&amp;show=entered&amp;place={JEMBER}"' in page.text
    rows = desk.get(f"/reports/unmet/list?month=2026-01&show=entered&place={JEMBER}")
    assert rows.text.count('<a href="/referrals/') == 2
    of_kind = desk.get("/reports/unmet/list?month=2026-01&show=met_later&service=meals")
    assert of_kind.text.count('<a href="/referrals/') == 1


def test_outside_nobody_gets_to_the_referrals(lived: Past, make: Make, reader):
    analyst = reader(make.user("analyst"))
    page = analyst.get("/reports/unmet?month=2026-01")
    assert "/reports/unmet/list" not in page.text
    assert 'value="2026-01" selected' in page.text, "months that only others see can be chosen too"
    assert "tidak ditunjukkan" in text_of(page.text)
    assert analyst.get("/reports/unmet/list?month=2026-01").status_code == 403


def test_a_month_without_need_says_so(make: Make, reader, clock: Clock):
    page = reader(make.user("triage")).get("/reports/unmet")
    assert "Bulan ini tidak ada orang yang dibiarkan tanpa penolong." in text_of(page.text)


def test_the_strength_map_names_the_shelter_and_its_places(lived: Past, make: Make, reader):
    desk = reader(make.user("triage"))
    page = desk.get(f"/reports/strength?place={JEMBER}&service=temporary_shelter")
    assert lived.receiver.office.name in text_of(page.text)
    assert "0 dari 3 tempat terpakai, 3 kosong." in text_of(page.text)
    nothing = desk.get(f"/reports/strength?place={JEMBER}&service=sexual_violence_support")
    assert "Tidak ada lembaga yang menerima orang dari sini" in text_of(nothing.text)


def test_the_strength_map_begins_with_what_is_lacking_and_leads_there(lived: Past, make: Make, reader):
    desk = reader(make.user("triage"))
    page = desk.get("/reports/strength?service=temporary_shelter")
    assert "tidak ada di 37 daerah" in text_of(page.text)
    assert 'href="/reports/strength?service=temporary_shelter&amp;place=35.78"' in page.text
    assert f"place={JEMBER}&amp;service=temporary_shelter" not in page.text
    nowhere = desk.get("/reports/strength")
    assert "pertolongan tidak ada di seluruh provinsi" in text_of(nowhere.text)
    here = text_of(desk.get(f"/reports/strength?place={JEMBER}").text)
    assert "Yang kurang hari ini: Kabupaten Jember Tidak ada lembaga yang menerima orang dari sini:" in here


@pytest.mark.parametrize(
    "typed", ["month=x", "month=2026-13", "show=x", "place=99.99", "place=%00", "service=x%27", "cursor=x"]
)
def test_what_nobody_offers_is_passed_over(make: Make, reader, typed: str):
    desk = reader(make.user("triage"))
    for page in ("strength", "unmet", "unmet/list"):
        expected = 422 if typed.startswith("cursor") and page != "unmet" else 200
        assert desk.get(f"/reports/{page}?{typed}").status_code == expected


def test_no_page_of_figures_asks_the_database_often(lived: Past, make: Make, reader, statements):
    office, desk = lived.receiver.office.id, reader(make.user("triage"))
    for path in (
        f"/partners/{office}/scorecard", f"/partners/{office}/scorecard/offers", "/reports/strength",
        "/reports/unmet?month=2026-01", "/reports/unmet/list?month=2026-01",
    ):  # fmt: skip
        asked = statements(lambda path=path: desk.get(path))
        assert len(asked) <= MOST_STATEMENTS, path
