"""An own business: capital, months of which the last word counts, and the statement of income that somebody presses for."""

from datetime import date

import pytest
import sqlalchemy as sa

from kessos_case.core.errors import Forbidden, Invalid, NotFound, RuleBroken
from kessos_case.core.months import parse_month
from kessos_case.employment import business_chart, service
from tests.factories import Make
from tests.factories.cases import MAGETAN, open_case
from tests.factories.employment import ended, placement
from tests.factories.vacancies import business, month
from tests.readers import fields_of, text_of

pytestmark = pytest.mark.usefixtures("clock")  # 2 March 2026
DECEMBER, JANUARY, FEBRUARY = (parse_month(name) for name in ("2025-12", "2026-01", "2026-02"))


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def case(make: Make, worker):
    return open_case(make, worker)


@pytest.fixture
def stall(make: Make, worker, case):
    return business(make, worker, case)


def capital(make: Make, by, stall, **stated):
    defaults = {"received_on": date(2025, 11, 3), "source": "savings", "amount": 1_500_000, "is_tools": False}
    with make.acting(by) as session:
        return service.record_capital(session, stall.id, **defaults | stated)


def seen(make: Make, by, stall):
    with make.acting(by) as session:
        return service.read_business(session, stall.id)


def wrong_in(refused) -> list[tuple[str, str]]:
    return [(error.get("field", ""), error["code"]) for error in refused.value.errors]


class TestCapital:
    """What it began with."""

    def test_tools_of_a_programme_are_named_and_their_words_sealed(self, make: Make, worker, stall, truth):
        code = truth.one("select code from programmes order by code limit 1")
        made = capital(
            make, worker, stall, source="programme", programme_code=code, is_tools=True, what="Mesin jahit Singer"
        )
        assert (made.what, made.programme_code) == ("Mesin jahit Singer", code)
        assert b"Singer" not in truth.one("select what_sealed from business_capital")
        assert seen(make, worker, stall).capital == [made]

    @pytest.mark.parametrize(
        ("stated", "wrong"),
        [
            ({"source": "programme"}, [("programme_code", "missing")]),
            ({"programme_code": "PKH"}, [("programme_code", "unwanted")]),
            ({"source": "programme", "programme_code": "NONE"}, [("programme_code", "not_found")]),
            ({"received_on": date(2026, 3, 3)}, [("received_on", "in_future")]),
        ],
    )
    def test_what_is_wrong_is_named(self, make: Make, worker, stall, truth, stated, wrong):
        if stated.get("programme_code") == "PKH":
            stated = stated | {"programme_code": truth.one("select code from programmes limit 1")}
        with pytest.raises(Invalid) as refused:
            capital(make, worker, stall, **stated)
        assert wrong_in(refused) == wrong

    def test_only_of_an_own_business_and_of_the_own_office(self, make: Make, worker, case, stall):
        with pytest.raises(RuleBroken):
            capital(make, worker, placement(make, worker, case))
        with pytest.raises((NotFound, Forbidden)):
            capital(make, make.caseworker(MAGETAN), stall)

    def test_nothing_written_down_is_changed(self, make: Make, worker, stall, truth):
        capital(make, worker, stall)
        with pytest.raises(sa.exc.DBAPIError):
            truth.run("update business_capital set amount = 1")


class TestMonths:
    """What came in, and what was left."""

    def test_the_last_word_about_a_month_counts(self, make: Make, worker, stall):
        month(make, worker, stall.id, FEBRUARY, profit=900_000, has_tools=True)
        month(make, worker, stall.id, FEBRUARY, profit=-150_000, has_tools=False)
        found = seen(make, worker, stall)
        assert {each: row.profit for each, row in found.months.items()} == {FEBRUARY: -150_000}
        assert found.has_tools is False

    @pytest.mark.parametrize(
        ("of", "stated", "wrong"),
        [
            ("2026-04", {}, ("month", "in_future")),
            ("2025-10", {}, ("month", "before_start")),
            ("2026-02", {"profit": 3_000_001}, ("profit", "above_turnover")),
        ],
    )
    def test_what_is_wrong_is_named(self, make: Make, worker, stall, of, stated, wrong):
        with pytest.raises(Invalid) as refused:
            month(make, worker, stall.id, parse_month(of), **stated)
        assert wrong_in(refused) == [wrong]

    def test_after_its_end_only_months_before_are_written(self, make: Make, worker, stall):
        ended(make, worker, stall.id, on=date(2026, 1, 20), reason="business_closed")
        month(make, worker, stall.id, JANUARY)
        with pytest.raises(Invalid) as refused:
            month(make, worker, stall.id, FEBRUARY)
        assert wrong_in(refused) == [("month", "after_end")]


class TestStatement:
    """Three months of books make a statement of income, when somebody presses for it."""

    def test_once_and_never_by_itself(self, make: Make, worker, stall, truth):
        for of in (DECEMBER, JANUARY, FEBRUARY):
            month(make, worker, stall.id, of)
        assert seen(make, worker, stall).offered.amount == 2_700_000
        assert truth.one("select count(*) from income_statements") == 0
        with make.acting(worker) as session:
            made = service.state_books(session, stall.id)
        assert (made.from_month, made.to_month, made.amount, made.source, made.is_timely) == (
            DECEMBER, FEBRUARY, 2_700_000, "business_books", True,
        )  # fmt: skip
        assert seen(make, worker, stall).offered is None
        with pytest.raises(RuleBroken), make.acting(worker) as session:
            service.state_books(session, stall.id)

    @pytest.mark.parametrize("case_of", ["gap", "told", "loss"])
    def test_not_while_they_prove_nothing(self, make: Make, worker, stall, case_of: str):
        first = {"gap": None, "told": {"evidence": "self_report"}, "loss": {"profit": -5_000_000}}[case_of]
        if first is not None:
            month(make, worker, stall.id, DECEMBER, **first)
        for of in (JANUARY, FEBRUARY):
            month(make, worker, stall.id, of)
        assert seen(make, worker, stall).offered is None


class TestPicture:
    """The line of the last twelve months."""

    def test_a_month_that_nobody_knows_leaves_a_gap(self):
        drawn = business_chart.chart({FEBRUARY: (10, 5), JANUARY: (10, 5), DECEMBER - 1: (20, -5)}, FEBRUARY)
        assert drawn.turnover.strokes.count("M") == 2
        assert drawn.zero < 130
        assert len(drawn.profit.marks) == 3

    def test_one_month_is_no_line_and_nothing_divides_by_zero(self):
        assert business_chart.chart({FEBRUARY: (10, 5)}, FEBRUARY) is None
        assert business_chart.chart({FEBRUARY: (0, 0), JANUARY: (0, 0)}, FEBRUARY).zero == 130


class TestPage:
    """As a browser without JavaScript uses it."""

    def test_months_capital_and_the_statement(self, make: Make, reader, worker, stall, truth):
        one, at = reader(worker), f"/placements/{stall.id}/business"
        for name in ("2025-12", "2026-01", "2026-02"):
            sent = one.post(
                f"{at}/months", month=name, turnover="3.000.000", profit="900.000", evidence="books", has_tools=""
            )
            assert sent.status_code == 303
        one.post(f"{at}/capital", received_on="2025-11-03", source="savings", amount="1.500.000", is_tools="no")
        said = text_of(one.get(at).text)
        assert "Des 2025–Feb 2026 menurut catatan usaha: Rp 2.700.000" in said
        assert "Semuanya Rp 1.500.000." in said
        assert '<path class="kept"' in one.get(at).text
        page = one.get(at).text
        assert one.post(f"{at}/statement", once=fields_of(page).get("once", "x")).status_code == 303
        assert truth.one("select amount from income_statements") == 2_700_000
        assert one.post(f"{at}/statement").status_code == 409

    def test_a_loss_has_its_sign_and_what_is_typed_stays(self, make: Make, reader, worker, stall):
        one, at = reader(worker), f"/placements/{stall.id}/business"
        refused = one.post(f"{at}/months", month="2026-02", turnover="seratus", profit="-150.000", evidence="visit")
        assert refused.status_code == 422
        assert 'value="seratus"' in refused.text
        assert (
            one.post(f"{at}/months", month="2026-02", turnover="0", profit="-150.000", evidence="visit").status_code
            == 303
        )
        assert "−Rp 150.000 rugi" in text_of(one.get(at).text)

    def test_it_asks_little(self, make: Make, reader, worker, stall, statements):
        one = reader(worker)
        month(make, worker, stall.id, FEBRUARY)
        capital(make, worker, stall)
        assert len(statements(lambda: one.get(f"/placements/{stall.id}/business"))) <= 12

    def test_work_that_is_no_business_says_so(self, make: Make, reader, worker, case):
        assert reader(worker).get(f"/placements/{placement(make, worker, case).id}/business").status_code == 409
