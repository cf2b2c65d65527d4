"""Vacancies and who asks for them: one hire, one place; and employers who do not learn whom we serve."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import sqlalchemy as sa

from kessos_case.cases import service as cases
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken
from kessos_case.employment import service
from kessos_case.journey import service as journey
from tests.factories import Make
from tests.factories.cases import MAGETAN, lead_to, offer_transfer, open_case, supervisor
from tests.factories.employment import employer, ended, placement, verified
from tests.factories.vacancies import application, moved, vacancy, vacancy_now

pytestmark = pytest.mark.usefixtures("clock")  # 2 March 2026

TODAY = date(2026, 3, 2)


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def case(make: Make, worker):
    return open_case(make, worker)


def codes(refused) -> list[str]:
    return [error["code"] for error in refused.value.errors]


def partner(make: Make):
    """Who works at a company, and the company."""
    found = make.user("partner")
    return found, found.organisation_id


def states(truth) -> dict:
    return dict(truth.all("select id, state from applications"))


class TestStating:
    """An employer states what it has, a UPT what it was told."""

    def test_a_partner_keeps_those_of_its_own_organisation_alone(self, make: Make):
        user, own = partner(make)
        assert vacancy(make, user, employer_id=own).may_manage
        with pytest.raises(Forbidden) as refused:
            vacancy(make, user, employer_id=employer(make))
        assert refused.value.code == "scope"

    def test_every_mistake_is_named(self, make: Make, worker):
        with pytest.raises(Invalid) as refused:
            vacancy(
                make, worker, employer_id=worker.id, kind="own_business", wage_from=None, region_code="99.99",
                closes_on=date(2026, 3, 1),
            )  # fmt: skip
        fields = {(error["field"], error["code"]) for error in refused.value.errors}
        assert fields == {
            ("kind", "unknown"), ("wage_from", "missing"), ("closes_on", "in_past"), ("region_code", "not_found"),
            ("employer_id", "not_found"),
        }  # fmt: skip

    def test_a_wage_of_last_year_stands_beside_the_minimum_of_last_year(self, make: Make, worker, clock):
        clock.set("2025-12-20T03:00:00+00:00")
        over = vacancy(make, worker, closes_on=date(2025, 12, 31))
        clock.set("2026-03-02T03:00:00+00:00")
        goes_on = vacancy(make, worker, closes_on=date(2026, 3, 31))
        with make.acting(worker) as session:
            found = [service.read_vacancy(session, each.id) for each in (over, goes_on)]
            listed = service.listed_vacancies(
                session, [service.vacancy_for(session, each.id) for each in (over, goes_on)]
            )
        assert [each.minimum.year for each in found] == [2025, 2026]
        assert [each.minimum.year for each in listed] == [2025, 2026]

    def test_the_wage_stands_beside_the_minimum_wage_of_the_regency(self, make: Make, worker):
        found = vacancy(make, worker, region_code="35.09.12", wage_from=2_500_000)
        assert (found.minimum.region_code, found.minimum.year, found.wage.is_below) == ("35.09", 2026, True)
        assert found.wage.share_percent == 2_500_000 * 100 // found.minimum.amount

    def test_an_apprenticeship_is_not_compared(self, make: Make, worker):
        assert vacancy(make, worker, kind="apprenticeship", wage_from=500_000).wage is None

    def test_it_closes_by_the_clock_without_a_night(self, make: Make, worker, clock):
        found = vacancy(make, worker, closes_on=date(2026, 3, 3))
        clock.set("2026-03-03T16:59:00+00:00")  # a minute before midnight in Surabaya
        assert vacancy_now(make, worker, found.id).state == "open"
        clock.set("2026-03-03T17:00:00+00:00")
        assert vacancy_now(make, worker, found.id).state == "closed"

    def test_what_was_closed_takes_nobody_and_is_not_changed(self, make: Make, worker, case):
        found = vacancy(make, worker)
        with make.acting(worker) as session:
            service.close_vacancy(session, found.id)
            service.close_vacancy(session, found.id)
        with pytest.raises(RuleBroken) as refused:
            application(make, worker, case, found)
        assert codes(refused) == ["vacancy_closed"]
        with pytest.raises(Conflict), make.acting(worker) as session:
            held = service.managed_vacancy(session, found.id)
            service.change_vacancy(session, held, service.as_stated(held))

    def test_more_places_open_a_filled_one_again(self, make: Make, worker, case):
        found = vacancy(make, worker, places=1)
        moved(make, worker, application(make, worker, case, found).id, "hire")
        assert vacancy_now(make, worker, found.id).state == "filled"
        with make.acting(worker) as session:
            held = service.managed_vacancy(session, found.id)
            again = service.change_vacancy(session, held, service.as_stated(held) | {"places": 2})
        assert (again.state, again.taken) == ("open", 1)
        with pytest.raises(Invalid), make.acting(worker) as session:
            held = service.managed_vacancy(session, found.id)
            service.change_vacancy(session, held, service.as_stated(held) | {"places": 0})


class TestWhatEmployersSee:
    """Nothing that tells which of their people come from here."""

    def test_a_hire_changes_nothing_that_the_employer_sees(self, make: Make, worker, case):
        user, own = partner(make)
        found = vacancy(make, user, employer_id=own, places=1)
        before = vacancy_now(make, user, found.id)
        moved(make, worker, application(make, worker, case, found).id, "hire")
        assert vacancy_now(make, user, found.id) == before
        assert (before.taken, before.state) == (None, "open")

    def test_nor_can_he_find_the_number_by_lowering_the_places(self, make: Make, worker, case):
        user, own = partner(make)
        found = vacancy(make, user, employer_id=own, places=3)
        told = []
        for hired in (False, True):
            if hired:
                moved(make, worker, application(make, worker, case, found).id, "hire")
            with pytest.raises(Invalid) as refused, make.acting(user) as session:
                held = service.managed_vacancy(session, found.id)
                service.change_vacancy(session, held, service.as_stated(held) | {"places": 1})
            told.append(refused.value.errors)
        assert told[0] == told[1]

    def test_an_application_is_nobodys_but_the_offices_that_serve_the_person(self, make: Make, worker, case):
        user, own = partner(make)
        asked = application(make, worker, case, vacancy(make, user, employer_id=own))
        for stranger in (user, make.caseworker(MAGETAN)):
            with pytest.raises(NotFound), make.acting(stranger) as session:
                service.read_application(session, asked.id)


class TestApplying:
    """The person asks for work."""

    def test_it_is_asked_for_news_within_two_weeks(self, make: Make, worker, case, truth):
        asked = application(make, worker, case, vacancy(make, worker))
        query = "select subject_id, state, due_at from tasks where kind = 'chase_application'"
        assert [(subject, state, due.date()) for subject, state, due in truth.all(query)] == [
            (asked.id, "open", date(2026, 3, 16))
        ]
        assert truth.all("select kind from timeline_entries where subject_id = :id", id=asked.id) == [
            "application_made"
        ]

    def test_once_while_it_is_undecided(self, make: Make, worker, case):
        found = vacancy(make, worker)
        first = application(make, worker, case, found)
        with pytest.raises(Conflict) as refused:
            application(make, worker, case, found)
        assert refused.value.code == "applied"
        moved(make, worker, first.id, "refuse", reason="not_suited")
        assert application(make, worker, case, found).id != first.id

    def test_not_for_the_dead_nor_for_what_is_over(self, make: Make, worker, case, truth, clock):
        found = vacancy(make, worker, closes_on=date(2026, 3, 2))
        clock.move(days=1)
        truth.run("update clients set died_on = '2026-02-28' where id = :id", id=case.client_id)
        with pytest.raises(RuleBroken) as refused:
            application(make, worker, case, found)
        assert codes(refused) == ["client_died", "vacancy_closed"]

    def test_not_in_a_case_that_has_ended_or_is_anothers(self, make: Make, worker, case, truth):
        found = vacancy(make, worker)
        with pytest.raises(NotFound):
            application(make, make.caseworker(MAGETAN), case, found)
        truth.run("update cases set stage = 'closed', closed_at = now(), close_reason = 'moved'")
        with pytest.raises(Conflict):
            application(make, worker, case, found)


class TestMoves:
    """What came of it."""

    def test_an_interview_is_followed_by_a_question_what_came_of_it(self, make: Make, worker, case, truth):
        asked = application(make, worker, case, vacancy(make, worker))
        seen = moved(make, worker, asked.id, "interview", on=date(2026, 3, 6))
        assert (seen.state, seen.interview_on) == ("interview", date(2026, 3, 6))
        tasks = truth.all("select state, due_at from tasks where kind = 'chase_application' order by due_at")
        assert sorted((state, due.date()) for state, due in tasks) == [
            ("done", date(2026, 3, 16)), ("open", date(2026, 3, 9)),
        ]  # fmt: skip

    @pytest.mark.parametrize("days", [(6, 6), (6, 10, 6)])
    def test_invited_again_somebody_still_asks_what_came_of_it(self, make: Make, worker, case, truth, days):
        asked = application(make, worker, case, vacancy(make, worker))
        for day in days:
            moved(make, worker, asked.id, "interview", on=date(2026, 3, day))
        due = truth.all("select due_at from tasks where kind = 'chase_application' and state = 'open'")
        assert [at.date() for at in due] == [date(2026, 3, days[-1] + 3)]

    @pytest.mark.parametrize(
        ("verb", "said", "lacking"),
        [
            ("refuse", {}, ["reason_missing"]),
            ("refuse", {"reason": "own_wish"}, ["reason_missing"]),
            ("withdraw", {"reason": "not_suited"}, ["reason_missing"]),
            ("hire", {"starts_on": None}, ["missing"]),
            ("hire", {"on": date(2026, 3, 3)}, ["in_future"]),
            ("offer", {"on": date(2026, 3, 1)}, ["before_applied"]),
            ("interview", {"on": date(2026, 7, 1)}, ["too_late"]),
        ],
    )
    def test_what_is_missing_is_said(self, make: Make, worker, case, verb: str, said: dict, lacking: list[str]):
        asked = application(make, worker, case, vacancy(make, worker))
        with pytest.raises(RuleBroken) as refused:
            moved(make, worker, asked.id, verb, **said)
        assert codes(refused) == lacking

    def test_what_is_decided_stays_so(self, make: Make, worker, case):
        asked = application(make, worker, case, vacancy(make, worker))
        moved(make, worker, asked.id, "withdraw", reason="too_far")
        with pytest.raises(RuleBroken) as refused:
            moved(make, worker, asked.id, "hire")
        assert codes(refused) == ["wrong_state"]

    def test_a_hire_proposes_the_work_and_ends_the_persons_others(self, make: Make, worker, case, truth):
        found = vacancy(make, worker, wage_from=2_700_000, wage_to=2_700_000)
        asked, other = (application(make, worker, case, each) for each in (found, vacancy(make, worker)))
        somebody = application(make, worker, open_case(make, worker), found)
        hired = moved(make, worker, asked.id, "hire")
        with make.acting(worker) as session:
            work = service.read_placement(session, hired.placement_id)
        assert (work.state, work.kind, work.employer_id, work.occupation, work.monthly_income, work.starts_on) == (
            "proposed", "job", found.employer_id, "penjahit", 2_700_000, date(2026, 3, 9),
        )  # fmt: skip
        assert states(truth) == {asked.id: "hired", other.id: "obsolete", somebody.id: "applied"}
        assert truth.one("select end_reason from applications where id = :id", id=other.id) == "hired_elsewhere"
        open_tasks = truth.all("select subject_id from tasks where kind = 'chase_application' and state = 'open'")
        assert open_tasks == [somebody.id]

    def test_a_range_is_nobodys_wage(self, make: Make, worker, case):
        asked = application(make, worker, case, vacancy(make, worker))
        hired = moved(make, worker, asked.id, "hire")
        with make.acting(worker) as session:
            assert service.read_placement(session, hired.placement_id).monthly_income is None

    def test_the_last_place_ends_what_everybody_else_asked_for(self, make: Make, worker, case, truth):
        found = vacancy(make, worker, places=1)
        asked = application(make, worker, case, found)
        elsewhere = make.caseworker(MAGETAN)
        rival = application(make, elsewhere, open_case(make, elsewhere), found)
        moved(make, worker, asked.id, "hire")
        assert truth.all("select state, end_reason from applications where id = :id", id=rival.id) == [
            ("obsolete", "filled")
        ]

    def test_who_never_starts_gives_the_place_back(self, make: Make, worker, case):
        found = vacancy(make, worker, places=1)
        hired = moved(make, worker, application(make, worker, case, found).id, "hire")
        other = open_case(make, worker)
        with pytest.raises(RuleBroken) as refused:
            application(make, worker, other, found)
        assert codes(refused) == ["vacancy_filled"]
        ended(make, worker, hired.placement_id, reason="never_started", on=TODAY)
        again = moved(make, worker, application(make, worker, other, found).id, "hire", starts_on=TODAY)
        # Whoever leaves after he began has used his place.
        ended(make, worker, verified(make, worker, again.placement_id, on=TODAY).id, on=TODAY)
        left = vacancy_now(make, worker, found.id)
        assert (left.taken, left.state) == (1, "filled")

    def test_twenty_at_once_on_three_places_are_three(self, committed: sa.Engine, make_committed: Make):
        make, worker = make_committed, make_committed.caseworker()
        found = vacancy(make, worker, places=3)
        asked = [application(make, worker, open_case(make, worker), found) for _ in range(20)]

        def hire(each) -> str:
            try:
                return moved(make, worker, each.id, "hire").state
            except RuleBroken:
                return "refused"

        with ThreadPoolExecutor(8) as pool:
            assert sorted(pool.map(hire, asked)) == ["hired"] * 3 + ["refused"] * 17
        with committed.connect() as connection:
            counted = connection.execute(
                sa.text("select taken, state, (select count(*) from placements), (select count(*) from applications"
                        " where state = 'obsolete') from vacancies")
            ).one()  # fmt: skip
        assert tuple(counted) == (3, "filled", 3, 17)

    def test_one_person_hired_twice_at_once_is_hired_once(self, committed: sa.Engine, make_committed: Make):
        make, worker = make_committed, make_committed.caseworker()
        case = open_case(make, worker)
        asked = [application(make, worker, case, vacancy(make, worker)) for _ in range(4)]

        def hire(each) -> str:
            try:
                return moved(make, worker, each.id, "hire").state
            except RuleBroken:
                return "refused"

        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(hire, asked)) == ["hired"] + ["refused"] * 3
        with committed.connect() as connection:
            assert connection.scalar(sa.text("select sum(taken) from vacancies")) == 1


class TestEnds:
    """A case that ends, a death, another UPT."""

    def test_a_death_ends_all_that_was_asked_for(self, make: Make, worker, case, truth):
        application(make, worker, case, vacancy(make, worker))
        with make.acting(worker) as session:
            journey.record_death(session, case.client_id, died_on=date(2026, 3, 1))
        assert truth.all("select state, end_reason from applications") == [("withdrawn", "deceased")]

    def test_a_case_that_closes_takes_it_along(self, make: Make, worker, case, truth):
        asked = application(make, worker, case, vacancy(make, worker))
        with make.acting(supervisor(make)) as session:
            journey.move_case(session, case.id, verb="close", reason="own_wish")
        assert truth.all("select state, end_reason from applications") == [("withdrawn", "case_closed")]
        with pytest.raises(Conflict):
            moved(make, worker, asked.id, "hire")

    def test_the_next_upt_goes_on_with_it(self, make: Make, worker, case, truth):
        lead_to(make, case, "placement", worker, supervisor(make))
        asked = application(make, worker, case, vacancy(make, worker))
        offer = offer_transfer(make, supervisor(make), case)
        with make.acting(supervisor(make, MAGETAN)) as session:
            cases.accept_transfer(session, offer.id)
        with pytest.raises(Forbidden):
            moved(make, worker, asked.id, "refuse", reason="no_answer")
        there = make.caseworker(MAGETAN)
        assert moved(make, there, asked.id, "hire").state == "hired"
        office = truth.one("select organisation_id from placements")
        assert office == there.organisation_id


class TestWages:
    """What a job pays beside the minimum wage; below is counted and never refused."""

    def test_the_last_known_wage_is_compared_on_its_own_day(self, make: Make, worker, case, truth):
        office = employer(make)
        truth.run("update organisations set region_code = '35.09' where id = :id", id=office)
        found = placement(make, worker, case, employer_id=office, monthly_income=1_000_000)
        assert (found.wage.amount, found.wage.minimum.region_code, found.wage.is_below) == (1_000_000, "35.09", True)

    def test_where_the_place_is_not_known_nothing_is_compared(self, make: Make, worker, case):
        found = placement(make, worker, case)
        assert (found.wage.minimum, found.wage.share_percent, found.wage.is_below) == (None, None, None)

    def test_a_business_and_an_apprentice_are_not_compared(self, make: Make, worker, case):
        own = placement(make, worker, case, kind="own_business", business="Warung")
        assert (own.wage, placement(make, worker, case, kind="apprenticeship").wage) == (None, None)

    def test_of_a_hire_the_place_of_the_vacancy_counts(self, make: Make, worker, case):
        asked = application(make, worker, case, vacancy(make, worker, region_code="35.78"))
        hired = moved(make, worker, asked.id, "hire", monthly_income=3_000_000)
        with make.acting(worker) as session:
            assert service.read_placement(session, hired.placement_id).wage.minimum.region_code == "35.78"
