"""Pages of work and income, as a browser without JavaScript uses them: what is due, checks, ends, the curve, statements."""

import re
from datetime import date

import pytest

from kessos_case.employment import curve, wording
from kessos_case.employment.rules import CheckState, EndReason, IncomeSource, PlacementKind, check_lines
from tests.conftest import Clock, Truth
from tests.factories import Make
from tests.factories.cases import MAGETAN, open_case
from tests.factories.employment import checked, employer, ended, income, placement, work
from tests.readers import fields_of, text_of

pytestmark = pytest.mark.usefixtures("clock")

FOUND = {"still_active": "yes", "method": "visit", "on": "2026-02-09", "period": "30"}


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def case(make: Make, worker):
    return open_case(make, worker)


class TestLists:
    """What is to be done about work."""

    def test_what_is_due_is_first_with_its_day(self, make, reader, worker, case):
        found = work(make, worker, case)
        page = reader(worker).get("/placements").text
        said = text_of(page)
        assert "Waktunya ditengok (1)" in said
        assert "Tengok sesudah 30 hari: 4 Februari 2026 (terlambat)" in said
        assert f"/placements/{found.id}#do" in page

    def test_what_was_looked_at_is_due_no_more(self, make, reader, worker, case):
        found = work(make, worker, case)
        checked(make, worker, found.id)
        one = reader(worker)
        assert "Tidak ada yang perlu ditengok sekarang." in text_of(one.get("/placements").text)
        assert "Tengok sesudah 90 hari: mulai 29 Maret 2026" in text_of(one.get("/placements?view=active").text)

    def test_the_longest_overdue_comes_first(self, make, reader, worker):
        for started in (date(2026, 1, 10), date(2025, 12, 1)):
            work(make, worker, open_case(make, worker), starts_on=started, occupation=f"mulai {started}")
        said = text_of(reader(worker).get("/placements").text)
        assert said.index("mulai 2025-12-01") < said.index("mulai 2026-01-10")

    def test_each_view_has_its_own(self, make, reader, worker, case):
        placement(make, worker, case, occupation="belum pasti")
        gone = work(make, worker, open_case(make, worker), occupation="sudah berakhir")
        ended(make, worker, gone.id)
        one = reader(worker)
        assert "belum pasti" in text_of(one.get("/placements?view=verify").text)
        said = text_of(one.get("/placements?view=ended").text)
        assert "sudah berakhir" in said
        assert str(wording.END_REASONS[EndReason.RESIGNED]) in said

    def test_one_kind_alone(self, make, reader, worker, case):
        placement(make, worker, case, kind="own_business", business="warung", occupation="jualan kopi")
        one = reader(worker)
        assert "jualan kopi" in text_of(one.get("/placements?view=verify&kind=own_business").text)
        assert "jualan kopi" not in text_of(one.get("/placements?view=verify&kind=job").text)

    def test_all_work_of_a_case(self, make, reader, worker, case):
        found = placement(make, worker, case)
        page = reader(worker).get(f"/placements?case_id={case.id}").text
        assert f"/placements/{found.id}" in page
        assert f"/placements/new?case_id={case.id}" in page

    def test_a_foreign_office_sees_nothing(self, make, reader, worker, case):
        work(make, worker, case)
        one = reader(make.caseworker(MAGETAN))
        assert "tukang las" not in one.get("/placements").text
        assert one.get(f"/placements?case_id={case.id}").status_code == 404

    def test_restricted_people_are_not_named_in_lists(self, make, reader, worker):
        about = make.client(worker, name="Dewi Rahasia", confidentiality="strict")
        found = work(make, worker, open_case(make, worker, about.id))
        one = reader(worker)
        assert "Dewi Rahasia" not in one.get("/placements").text
        assert "Dewi Rahasia" in one.get(f"/placements/{found.id}").text

    def test_filters_that_are_none_show_everything(self, reader, worker):
        assert reader(worker).get("/placements?view=x&kind=y&days=z&case_id=q").status_code == 200


class TestOnePlacement:
    """Verify, check, end."""

    def test_work_is_verified(self, make, reader, worker, case, truth: Truth):
        found, one = placement(make, worker, case), reader(worker)
        form = fields_of(one.get(f"/placements/{found.id}").text)
        sent = one.post(f"/placements/{found.id}/verification", **form | {"method": "visit", "on": "2026-01-12"})
        said = text_of(one.get(sent.headers["Location"]).text)
        assert "Pekerjaan sudah dipastikan." in said
        assert "12 Januari 2026 : Datang dan melihat sendiri" in said
        assert truth.one("select state from placements where id = :id", id=found.id) == "active"

    def test_the_employer_is_not_asked_without_consent(self, make, reader, worker, case, truth: Truth):
        found, one = placement(make, worker, case), reader(worker)
        page = one.get(f"/placements/{found.id}").text
        assert "izin itu belum ada" in text_of(page)
        refused = one.post(f"/placements/{found.id}/verification", method="employer", on="2026-01-12")
        assert refused.status_code == 409
        assert str(wording.CODES["consent_missing"]) in text_of(refused.text)
        assert f'href="/clients/{case.client_id}/consents"' in refused.text
        assert re.search(r'value="employer" checked', refused.text)
        assert truth.one("select state from placements where id = :id", id=found.id) == "proposed"

    def test_an_own_business_has_no_employer_to_ask(self, make, reader, worker, case):
        found = placement(make, worker, case, kind="own_business", business="Warung kopi", occupation="jualan")
        page = reader(worker).get(f"/placements/{found.id}").text
        assert "Warung kopi" in page
        assert 'value="employer"' not in page

    def test_a_check_is_written_once(self, make, reader, worker, case, truth: Truth):
        found, one = work(make, worker, case), reader(worker)
        form = fields_of(one.get(f"/placements/{found.id}").text) | FOUND | {"monthly_income": "2.700.000"}
        assert [one.post(f"/placements/{found.id}/checks", **form).status_code for _ in range(2)] == [303, 303]
        assert truth.all("select period, monthly_income from placement_checks") == [(30, 2_700_000)]
        again = one.post(f"/placements/{found.id}/checks", **FOUND)
        assert again.status_code == 409
        assert str(wording.CODES["check_made"]) in text_of(again.text)
        said = text_of(one.get(f"/placements/{found.id}").text)
        assert "9 Februari 2026 : masih bekerja, Rp 2.700.000" in said

    def test_work_that_is_over_needs_its_reason(self, make, reader, worker, case, truth: Truth):
        found, one = work(make, worker, case), reader(worker)
        refused = one.post(f"/placements/{found.id}/checks", **FOUND | {"still_active": "no"})
        assert refused.status_code == 409
        assert 'id="check-reason-error"' in refused.text
        assert re.search(r'value="no" checked', refused.text)
        sent = one.post(f"/placements/{found.id}/checks", **FOUND | {"still_active": "no", "reason": "dismissed"})
        assert sent.status_code == 303
        assert truth.one("select end_reason from placements where id = :id", id=found.id) == "dismissed"

    def test_a_check_before_its_day_is_refused_in_words(self, make, reader, worker, case):
        found = work(make, worker, case)
        refused = reader(worker).post(f"/placements/{found.id}/checks", **FOUND | {"period": "90"})
        assert refused.status_code == 409
        assert str(wording.CODES["check_not_open"]) in text_of(refused.text)

    def test_all_open_checks_can_be_chosen(self, make, reader, worker, case, clock: Clock):
        found = work(make, worker, case)
        clock.move(days=60)
        page = reader(worker).get(f"/placements/{found.id}").text
        assert re.findall(r'<option value="(\d+)"', page) == ["30", "90"]

    def test_ending_says_what_follows_and_moves_no_case(self, make, reader, worker, case, truth: Truth):
        found, one = work(make, worker, case), reader(worker)
        assert "Kasusnya tidak pindah sendiri." in text_of(one.get(f"/placements/{found.id}").text)
        stage = truth.one("select stage from cases where id = :id", id=case.id)
        refused = one.post(f"/placements/{found.id}/ending", on="2026-02-20")
        assert refused.status_code == 422
        assert 'value="2026-02-20"' in refused.text
        assert one.post(f"/placements/{found.id}/ending", on="2026-02-20", reason="resigned").status_code == 303
        assert truth.one("select stage from cases where id = :id", id=case.id) == stage
        assert "<form" not in re.search(r"<main.*</main>", one.get(f"/placements/{found.id}").text, re.S)[0]

    def test_a_day_before_the_start_is_refused_in_words(self, make, reader, worker, case):
        found = work(make, worker, case)
        refused = reader(worker).post(f"/placements/{found.id}/ending", on="2026-01-01", reason="resigned")
        assert str(wording.CODES["before_start"]) in text_of(refused.text)

    def test_work_that_comes_cannot_be_verified_yet(self, make, reader, worker, case):
        found = placement(make, worker, case, starts_on=date(2026, 4, 1))
        said = text_of(reader(worker).get(f"/placements/{found.id}").text)
        assert "Pekerjaan ini mulai 1 April 2026." in said
        assert "Ya, sudah mulai" not in said

    def test_a_foreign_placement_is_not_there(self, make, reader, worker, case):
        found, one = work(make, worker, case), reader(make.caseworker(MAGETAN))
        assert one.get(f"/placements/{found.id}").status_code == 404
        for verb in ("verification", "checks", "ending"):
            assert one.post(f"/placements/{found.id}/{verb}", **FOUND | {"reason": "resigned"}).status_code == 404


class TestNewWork:
    """Work that begins."""

    def test_a_job_is_proposed_once(self, make, reader, worker, case, truth: Truth):
        place, one = employer(make), reader(worker)
        form = fields_of(one.get(f"/placements/new?case_id={case.id}").text)
        form |= {"kind": "job", "employer_id": str(place), "occupation": "tukang las", "starts_on": "2026-03-02"}
        sent = [one.post("/placements/new", **form) for _ in range(2)]
        assert [answer.status_code for answer in sent] == [303, 303]
        assert truth.one("select count(*) from placements") == 1
        assert "tukang las" in text_of(one.get(sent[0].headers["Location"]).text)

    def test_an_own_business_is_told_in_words(self, reader, worker, case, truth: Truth):
        form = {"case_id": str(case.id), "kind": "own_business", "occupation": "jualan", "starts_on": "2026-03-02"}
        one = reader(worker)
        refused = one.post("/placements/new", **form)
        assert refused.status_code == 422
        assert 'id="business-error"' in refused.text
        assert 'value="jualan"' in refused.text
        assert one.post("/placements/new", **form, business="Warung kopi").status_code == 303
        assert truth.one("select kind from placements") == "own_business"

    def test_nothing_is_proposed_for_the_dead_or_an_ended_case(self, make, reader, worker, case, truth: Truth):
        truth.run(
            "update cases set stage = 'closed', close_reason = 'moved', closed_at = now() where id = :id", id=case.id
        )
        one = reader(worker)
        page = one.get(f"/placements/new?case_id={case.id}").text
        assert str(wording.CODES["case_closed"]) in text_of(page)
        form = {"case_id": str(case.id), "kind": "own_business", "occupation": "jualan", "starts_on": "2026-03-02"}
        assert one.post("/placements/new", **form, business="Warung").status_code == 409

    def test_a_foreign_case_is_not_there(self, make, reader, case):
        one = reader(make.caseworker(MAGETAN))
        assert one.get(f"/placements/new?case_id={case.id}").status_code == 404
        assert one.post("/placements/new", case_id=str(case.id)).status_code == 404


class TestCurve:
    """How long work lasts."""

    def test_only_work_whose_day_has_come_is_counted(self, make, reader, worker, case, clock: Clock):
        kept = work(make, worker, case)
        checked(make, worker, kept.id)
        gone = work(make, worker, open_case(make, worker))
        ended(make, worker, gone.id, on=date(2026, 1, 20))
        work(make, worker, open_case(make, worker), occupation="belum ditengok")
        one = reader(worker)
        page = one.get("/placements/retention").text
        said = text_of(page)
        assert "30 hari dari 3 pekerjaan 1" in said, said
        assert "90 hari dari 0 pekerjaan" in said
        assert "%" not in said.partition("30 hari dari")[2].partition("Kalau kurang")[0], (
            "three are too few for a share"
        )
        assert "belum ditengok" in text_of(one.get("/placements?days=30&view=unknown").text)
        assert f"/placements/{kept.id}" in one.get("/placements?days=30&view=kept").text
        assert f"/placements/{gone.id}" in one.get("/placements?days=30&view=over").text

    def test_who_is_out_of_sight_by_now_still_counts(self, make, reader, worker, case, truth: Truth):
        """Thirty days after a case ended its office sees the person no more; without the lost only the kept would be left."""
        checked(make, worker, work(make, worker, case).id)
        gone = open_case(make, worker)
        ended(make, worker, work(make, worker, gone).id, on=date(2026, 1, 20))
        truth.run("update client_access set valid_until = '2026-02-25' where client_id = :id", id=gone.client_id)
        one = reader(worker)
        assert one.get(f"/clients/{gone.client_id}").status_code == 404
        assert "30 hari dari 2 pekerjaan 1" in text_of(one.get("/placements/retention").text)

    def test_a_later_check_tells_of_an_earlier_day(self, make, reader, worker, case, clock: Clock):
        found = work(make, worker, case)
        clock.move(days=60)
        checked(make, worker, found.id, on=date(2026, 4, 20), period=90)
        one = reader(worker)
        for days in (30, 90):
            assert f"/placements/{found.id}" in one.get(f"/placements?days={days}&view=kept").text

    def test_work_that_ended_later_was_kept_until_then(self, make, reader, worker, case):
        found = work(make, worker, case)
        ended(make, worker, found.id)
        assert f"/placements/{found.id}" in reader(worker).get("/placements?days=30&view=kept").text

    def test_the_dead_and_the_unverified_are_not_counted(self, make, reader, worker, case, truth: Truth):
        placement(make, worker, case)
        died = work(make, worker, open_case(make, worker))
        ended(make, worker, died.id, on=date(2026, 1, 20))
        truth.run("update placements set end_reason = 'deceased' where id = :id", id=died.id)
        assert "Belum ada pekerjaan yang sudah 30 hari." in text_of(reader(worker).get("/placements/retention").text)

    def test_without_work_it_says_so(self, reader, worker):
        assert "Belum ada pekerjaan yang sudah 30 hari." in text_of(reader(worker).get("/placements/retention").text)

    def test_another_offices_work_is_not_in_it(self, make, reader, worker, case):
        work(make, worker, case)
        one = reader(make.caseworker(MAGETAN))
        assert "Belum ada pekerjaan yang sudah 30 hari." in text_of(one.get("/placements/retention").text)

    def test_the_line_steps_on_the_days_that_were_looked_at(self):
        found = {30: {"kept": 12, "over": 0, "unknown": 0}, 90: {"kept": 4, "over": 4, "unknown": 4}}
        picture = curve.picture(curve.points(found))
        assert picture.line.count("L") == 4
        (_, _, first, first_at_most), (_, _, second, second_at_most) = picture.marks
        assert first == first_at_most, "everybody was looked at"
        assert first < second_at_most < second, "less is lower, and what is not known stands between"

    def test_too_few_are_not_drawn(self, make, reader, worker, case):
        assert curve.picture(curve.points({30: {"kept": 9, "over": 0, "unknown": 0}})) is None
        work(make, worker, case)
        page = reader(worker).get("/placements/retention").text
        assert "<svg" not in page
        assert "dari 1 pekerjaan" in page


class TestIncome:
    """What a household earned."""

    def test_a_statement_is_written_and_shown(self, reader, worker, case, truth: Truth):
        one, address = reader(worker), f"/clients/{case.client_id}/income"
        form = fields_of(one.get(address).text)
        form |= {
            "from": "2026-01",
            "to": "2026-02",
            "amount": "5.200.000",
            "source": "wage_slip",
            "household_size": "3",
        }
        assert [one.post(address, **form).status_code for _ in range(2)] == [303, 303]
        assert truth.all("select amount, household_size, to_month - from_month from income_statements") == [
            (5_200_000, 3, 1)
        ]
        said = text_of(one.get(address).text)
        assert "Rp 5.200.000" in said
        assert "Slip gaji" in said
        assert worker.name in said

    def test_one_month_needs_no_last_month(self, reader, worker, case, truth: Truth):
        form = {"from": "2026-02", "amount": "0", "source": "self_report"}
        assert reader(worker).post(f"/clients/{case.client_id}/income", **form).status_code == 303
        assert truth.all("select amount, to_month - from_month from income_statements") == [(0, 0)]

    @pytest.mark.parametrize(
        ("changes", "field", "code"),
        [
            ({"from": "2026-03", "to": "2026-02"}, "to", "before_from"),
            ({"from": "2025-10", "to": "2026-02"}, "to", "too_long"),
            ({"from": "2026-04"}, "to", "in_future"),
            ({"from": "2020-01"}, "from", "too_early"),
        ],
    )
    def test_months_that_cannot_be_are_refused_in_words(self, reader, worker, case, truth, changes, field, code):
        form = {"amount": "100000", "source": "visit"} | changes
        refused = reader(worker).post(f"/clients/{case.client_id}/income", **form)
        assert refused.status_code == 422
        assert f'id="{field}-error"' in refused.text
        assert str(wording.CODES[code]) in text_of(refused.text)
        assert truth.one("select count(*) from income_statements") == 0

    def test_what_is_no_amount_comes_back_as_typed(self, reader, worker, case):
        form = {"from": "2026-02", "amount": "dua juta", "source": "visit"}
        refused = reader(worker).post(f"/clients/{case.client_id}/income", **form)
        assert refused.status_code == 422
        assert 'value="dua juta"' in refused.text

    def test_a_late_one_is_history(self, make, reader, worker, case):
        income(make, worker, case.client_id, "2023-02")
        assert "Hanya riwayat" in text_of(reader(worker).get(f"/clients/{case.client_id}/income").text)

    def test_a_foreign_person_is_not_there(self, make, reader, case):
        one = reader(make.caseworker(MAGETAN))
        assert one.get(f"/clients/{case.client_id}/income").status_code == 404
        form = {"from": "2026-02", "amount": "1", "source": "visit"}
        assert one.post(f"/clients/{case.client_id}/income", **form).status_code == 404


def test_every_word_of_the_rules_has_words():
    assert set(wording.KINDS) == set(PlacementKind)
    assert set(wording.END_REASONS) == set(EndReason)
    assert set(wording.SOURCES) == set(IncomeSource)
    assert set(wording.CHECK_STATES) == set(CheckState)


def test_the_line_of_checks_tells_where_each_stands():
    states = {
        line.period: line.state
        for line in check_lines("active", date(2026, 1, 5), frozenset({30}), today=date(2026, 4, 1))
    }
    assert states == {30: "made", 90: "open", 180: "later", 365: "later"}
    late = check_lines("active", date(2026, 1, 5), frozenset(), today=date(2026, 2, 5))
    assert late[0].state == CheckState.OVERDUE
    over = check_lines("ended", date(2026, 1, 5), frozenset(), today=date(2026, 2, 5))
    assert {line.state for line in over} == {CheckState.NOT_NEEDED}


@pytest.mark.parametrize("path", ["/placements", "/placements?view=verify", "/placements/retention"])
def test_more_work_asks_no_more_of_the_database(make, reader, worker, case, statements, path):
    work(make, worker, case)
    placement(make, worker, case)
    one = reader(worker)
    few = len(statements(lambda: one.get(path)))
    for _ in range(2):
        about = open_case(make, worker)
        work(make, worker, about)
        placement(make, worker, about)
    assert len(statements(lambda: one.get(path))) == few <= 12


def test_a_page_of_one_placement_asks_little(make, reader, worker, case, statements):
    found, one = work(make, worker, case), reader(worker)
    checked(make, worker, found.id)
    for path in (f"/placements/{found.id}", f"/placements/new?case_id={case.id}", f"/clients/{case.client_id}/income"):
        assert len(statements(lambda path=path: one.get(path))) <= 12
