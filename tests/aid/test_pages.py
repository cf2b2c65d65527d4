"""The page of a person's aid, as a browser without JavaScript shows it."""

import re
from datetime import date
from html import unescape

import pytest
import sqlalchemy as sa

from kessos_case.aid import wording
from kessos_case.aid.pages import A_PAGE
from kessos_case.aid.rules import ReversalReason
from kessos_case.core.months import format_month, parse_month
from kessos_case.reference.rules import ProgrammeKind
from tests.conftest import Clock, Truth
from tests.factories import Make
from tests.factories.aid import disbursement, reversal
from tests.factories.households import family, membership

OTHER_UPT = "PSTW-MAGETAN"


@pytest.fixture(autouse=True)
def _today(clock: Clock) -> None:
    """2 March 2026: the last whole month is February 2026, the first of the picture March 2021."""


def page_of(reader, user, client, query: str = "") -> str:
    answer = reader(user).get(f"/clients/{client.id}/aid{query}")
    assert answer.status_code == 200, answer.text
    return answer.text


def told(page: str, month: str) -> str:
    """What the picture says of a month when it is pointed at; empty for a month without aid."""
    link = re.search(rf'<a href="[^"]*month={month}#lines">(.*?)</a>', page, re.DOTALL)
    words = re.search(r'class="told">(.*)</span>', link[1], re.DOTALL)[1] if link else ""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", words)).replace("\xa0", " ").split())


def rows(page: str) -> list[str]:
    """The lines beneath the picture, each as one text."""
    table = re.search(r'<table class="lines">.*?<tbody>(.*?)</tbody>', page, re.DOTALL)
    found = re.findall(r"<tr.*?</tr>", table[1], re.DOTALL) if table else []
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).replace("\xa0", " ").split()) for row in found]


def test_months_on_aid_are_drawn_and_said_in_words(make: Make, reader):
    worker = make.caseworker()
    client = make.client(worker, name="Sulastri Wulandari")
    disbursement(make, worker, client.id, "2025-01..2025-12", amount=3_600_000)
    page = page_of(reader, worker, client)
    assert "Bantuan untuk Sulastri Wulandari" in page
    assert "Menerima bantuan kebutuhan hidup dalam 12 dari 60 bulan terakhir." in page
    assert "Sekarang tidak. Terakhir pada Desember 2025." in page
    assert told(page, "2025-12") == "Desember 2025. Kebutuhan hidup: Rp 300.000."
    assert told(page, "2026-01") == ""


def test_what_still_goes_on_says_for_how_long(make: Make, reader):
    worker = make.caseworker()
    client = make.client(worker)
    disbursement(make, worker, client.id, "2025-06..2026-02", amount=900_000)
    assert "Sampai sekarang 9 bulan berturut-turut, sejak Juni 2025." in page_of(reader, worker, client)


def test_a_hole_in_a_stretch_is_said(make: Make, reader):
    worker = make.caseworker()
    client = make.client(worker)
    disbursement(make, worker, client.id, "2025-11")
    disbursement(make, worker, client.id, "2026-01..2026-02", amount=600_000)
    assert "Sampai sekarang 4 bulan, sejak November 2025; 3 di antaranya dengan bantuan." in page_of(
        reader, worker, client
    )


def test_stretches_are_listed(make: Make, reader):
    worker = make.caseworker()
    client = make.client(worker)
    disbursement(make, worker, client.id, "2023-01..2023-05", amount=5, paid_on=date(2023, 1, 9))
    disbursement(make, worker, client.id, "2025-11..2026-01", amount=3)
    page = page_of(reader, worker, client)
    assert "Jan–Mei 2023: 5 bulan" in page
    assert "Nov 2025–Jan 2026: 3 bulan" in page


def test_a_person_without_aid_is_told_so(make: Make, reader):
    worker = make.caseworker()
    page = page_of(reader, worker, make.client(worker))
    assert "dalam 0 dari 60 bulan terakhir" in page
    assert "Belum ada bantuan yang dicatat" in page


def test_a_reversal_stays_to_be_seen(make: Make, reader):
    worker = make.caseworker()
    client = make.client(worker)
    line = disbursement(make, worker, client.id, "2026-01")
    part = disbursement(make, worker, client.id, "2025-10", amount=200_000)
    reversal(make, worker, line, reason="wrong_person")
    reversal(make, worker, part, amount=50_000)
    page = page_of(reader, worker, client)
    assert told(page, "2026-01") == "Januari 2026. Kebutuhan hidup: Rp 0, sudah ditarik kembali."
    assert told(page, "2025-10") == "Oktober 2025. Kebutuhan hidup: Rp 150.000, sebagian ditarik kembali."
    assert "dalam 1 dari 60 bulan" in page
    assert any("Ditarik kembali: salah orang" in row and row.endswith("−Rp 300.000") for row in rows(page))


def test_kinds_have_a_letter_each_in_the_readers_language(make: Make, reader):
    worker = make.caseworker()
    client = make.client(worker)
    disbursement(make, worker, client.id, "2026-01")
    disbursement(make, worker, client.id, "2026-01", programme="PBI-JK", amount=42_000)
    one = reader(worker)
    page = one.get(f"/clients/{client.id}/aid").text
    assert told(page, "2026-01") == "Januari 2026. Kebutuhan hidup: Rp 300.000. Jaminan kesehatan: Rp 42.000."
    one.client.set_cookie("kessos_language", "en")
    page = one.get(f"/clients/{client.id}/aid").text
    assert told(page, "2026-01") == "January 2026. Living costs: Rp 300,000. Health insurance: Rp 42,000."
    assert re.search(r'class="strip insurance given" aria-hidden="true">H<', page)


def test_what_the_household_had_is_told_apart(make: Make, reader):
    worker = make.caseworker()
    client = make.client(worker)
    household = family(make, worker, client.id)
    disbursement(make, worker, client.id, "2026-01", amount=100_000)
    disbursement(make, worker, None, "2026-01", household_id=household, programme="SEMBAKO", amount=200_000)
    disbursement(make, worker, None, "2026-02", household_id=household, programme="PKH-SD", amount=75_000)
    page = page_of(reader, worker, client)
    assert "(untuk dirinya Rp 100.000, untuk keluarganya Rp 200.000)" in told(page, "2026-01")
    assert "untuk anggota keluarga yang lain, tidak dihitung" in told(page, "2026-02")
    assert "dalam 1 dari 60 bulan" in page
    assert any("SD" in row and "tidak dihitung" in row for row in rows(page))


def test_what_the_household_had_before_he_came_is_not_his(make: Make, reader):
    worker = make.caseworker()
    client, other = make.client(worker), make.client(worker)
    stay = membership(make, worker, other.id, "2025-01..")
    membership(make, worker, client.id, "2026-02..", household_id=stay.household_id, relation="child")
    disbursement(make, worker, None, "2025-06", household_id=stay.household_id, programme="SEMBAKO", amount=200_000)
    page = page_of(reader, worker, client)
    assert told(page, "2025-06") == ""
    assert rows(page) == []


def test_the_present_month_is_drawn_but_not_counted(make: Make, reader, clock: Clock):
    worker = make.caseworker()
    client = make.client(worker)
    disbursement(make, worker, client.id, "2026-03", paid_on=date(2026, 3, 1))
    page = page_of(reader, worker, client)
    assert told(page, "2026-03").endswith("Bulan ini belum dihitung.")
    assert "dalam 0 dari 60 bulan" in page


def test_a_month_leads_to_its_lines(make: Make, reader):
    worker = make.caseworker()
    client = make.client(worker)
    disbursement(make, worker, client.id, "2025-11..2026-01", amount=900_000)
    disbursement(make, worker, client.id, "2026-02", amount=310_000)
    page = page_of(reader, worker, client, "?month=2026-01")
    assert "Catatan bulan Januari 2026" in page
    assert len(rows(page)) == 1
    assert rows(page)[0].startswith("Nov 2025–Jan 2026")
    assert "Tidak ada catatan untuk bulan ini." in page_of(reader, worker, client, "?month=2024-01")


@pytest.mark.parametrize("query", ["?month=2026-13", "?month=x", "?month=1700-01", "?cursor=x"])
def test_a_made_up_address_is_a_page_that_says_so(make: Make, reader, query: str):
    worker = make.caseworker()
    answer = reader(worker).get(f"/clients/{make.client(worker).id}/aid{query}")
    assert (answer.status_code, answer.mimetype) == (422, "text/html")


def test_a_long_ledger_goes_on_where_it_ended(make: Make, reader):
    worker = make.caseworker()
    client = make.client(worker)
    first = parse_month("2024-01")
    for month in range(first, first + A_PAGE + 1):
        disbursement(make, worker, client.id, format_month(month), paid_on=date(month // 12, month % 12 + 1, 5))
    page = page_of(reader, worker, client)
    assert len(rows(page)) == A_PAGE
    more = unescape(re.search(r'class="more" href="([^"]+cursor[^"]+)"', page)[1])
    rest = rows(reader(worker).get(more).text)
    assert [row[:8] for row in rest] == ["Jan 2024"]


def test_the_look_is_in_the_trail(make: Make, reader, truth: Truth):
    worker = make.caseworker()
    client = make.client(worker)
    page_of(reader, worker, client)
    seen = truth.all(
        "select action, resource from audit_entries where user_id = :user and :client = any(client_ids) "
        "and action in ('read', 'list') order by resource",
        user=worker.id,
        client=client.id,
    )
    assert seen == [("list", "aid"), ("read", "client")]


def test_another_upt_sees_no_such_page(make: Make, reader):
    client = make.client(make.caseworker())
    assert reader(make.caseworker(OTHER_UPT)).get(f"/clients/{client.id}/aid").status_code == 404


def test_the_page_asks_the_database_a_fixed_number_of_questions(make: Make, reader, superuser: sa.Engine):
    worker = make.caseworker()
    client = make.client(worker)
    household = family(make, worker, client.id)

    def asked() -> int:
        seen: list[str] = []
        note = lambda *call: seen.append(call[2])  # noqa: E731
        one = reader(worker)
        sa.event.listen(superuser, "before_cursor_execute", note)
        one.get(f"/clients/{client.id}/aid")
        sa.event.remove(superuser, "before_cursor_execute", note)
        return len([statement for statement in seen if "SAVEPOINT" not in statement])

    disbursement(make, worker, client.id, "2026-01")
    few = asked()
    disbursement(make, worker, client.id, "2025-11")
    disbursement(make, worker, None, "2025-12", household_id=household)
    assert asked() == few
    assert few <= 12


def test_nothing_is_inline(make: Make, reader):
    worker = make.caseworker()
    client = make.client(worker)
    disbursement(make, worker, client.id, "2026-01")
    page = page_of(reader, worker, client)
    assert not re.search(r"<style|<script(?![^>]* src=)|\sstyle=|\son\w+=", page)


def test_every_code_has_words():
    assert set(wording.KINDS) == set(ProgrammeKind)
    assert set(wording.REASONS) == set(ReversalReason)
    assert all(set(marks) == set(ProgrammeKind) for marks in wording._MARKS.values())
    assert all(len(set(marks.values())) == len(marks) for marks in wording._MARKS.values())
