"""Work is proposed, seen, checked and ended; income is stated. Employers are asked with consent only, and told nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from kessos_case.cases import service as cases
from kessos_case.clients.service import give_access
from kessos_case.core.db import as_system
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken
from kessos_case.core.months import parse_month
from kessos_case.employment import service
from tests.factories import Make
from tests.factories.cases import MAGETAN, lead_to, offer_transfer, open_case, supervisor
from tests.factories.casework import approved_plan, goal, step
from tests.factories.employment import checked, employer, ended, income, placement, verified, work
from tests.factories.households import family

pytestmark = pytest.mark.usefixtures("clock")  # 2 March 2026
START = date(2026, 1, 5)


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def case(make: Make, worker):
    return open_case(make, worker)


@pytest.fixture
def tasks(truth):
    """State and period of the tasks of a kind, by period."""

    def found(kind: str) -> list[tuple[str, str]]:
        return truth.all("select state, period from tasks where kind = :kind order by due_at", kind=kind)

    return found


def codes(refused) -> list[str]:
    return [error["code"] for error in refused.value.errors]


def die(make: Make, worker, case, truth) -> None:
    truth.run("update clients set died_on = '2026-02-28' where id = :id", id=case.client_id)


class TestProposal:
    """A job, an apprenticeship, an own business."""

    def test_the_caseworker_is_asked_to_verify_it_within_two_weeks(self, make: Make, worker, case, truth):
        made = placement(make, worker, case)
        asked = truth.all("select subject_id, user_id, due_at from tasks where kind = 'verify_placement'")
        assert [(subject, user, due.date()) for subject, user, due in asked] == [
            (made.id, worker.id, date(2026, 3, 16))
        ]
        assert (made.state, made.allowed_verbs) == ("proposed", ["verify", "end"])

    def test_what_an_own_business_is_stands_sealed(self, make: Make, worker, case, truth):
        made = placement(make, worker, case, kind="own_business", business="Warung pecel Bu Uji")
        assert made.business == "Warung pecel Bu Uji"
        assert b"pecel" not in truth.one("select business_sealed from placements")

    def test_mistakes_are_named_field_by_field(self, make: Make, worker, case):
        stranger = make.caseworker()
        with pytest.raises(Invalid) as refused:
            placement(
                make, worker, case, employer_id=case.id, business="Warung", starts_on=date(2026, 6, 1),
                plan_step_id=stranger.id,
            )  # fmt: skip
        fields = [(error["field"], error["code"]) for error in refused.value.errors]
        assert fields == [
            ("business", "unwanted"), ("starts_on", "too_late"), ("employer_id", "not_found"), ("plan_step_id", "not_found"),
        ]  # fmt: skip

    def test_only_a_step_for_a_placement_goes_on_with_one(self, make: Make, worker, case):
        plan = approved_plan(make, worker, case.id, goal(step(worker.organisation_id, kind="other")))
        with pytest.raises(Invalid) as refused:
            placement(make, worker, case, plan_step_id=plan.goals[0].steps[0].id)
        assert codes(refused) == ["not_found"]

    def test_nobody_proposes_work_for_the_dead(self, make: Make, worker, case, truth):
        die(make, worker, case, truth)
        with pytest.raises(RuleBroken) as refused:
            placement(make, worker, case)
        assert codes(refused) == ["client_died"]

    def test_another_office_does_not_find_the_case(self, make: Make, case):
        with pytest.raises(NotFound):
            placement(make, make.caseworker(MAGETAN), case)

    def test_a_case_that_has_ended_takes_no_new_work(self, make: Make, worker, case, truth):
        truth.run("update cases set stage = 'closed', closed_at = now(), close_reason = 'moved'")
        with pytest.raises(Conflict) as refused:
            placement(make, worker, case)
        assert refused.value.code == "case_closed"


class TestVerification:
    """The work has begun."""

    def test_the_four_checks_are_raised_for_their_days(self, make: Make, worker, case, tasks, truth):
        seen = work(make, worker, case)
        assert (seen.state, seen.verified_on, seen.verification_method) == ("active", date(2026, 1, 12), "visit")
        assert tasks("verify_placement") == [("done", "")]
        assert tasks("check_placement") == [("open", days) for days in ("30", "90", "180", "365")]
        first = truth.one("select due_at from tasks where period = '30'")
        assert first.date() == START + timedelta(days=30)

    def test_the_step_of_the_plan_goes_on_and_is_done(self, make: Make, worker, case, truth):
        plan = approved_plan(make, worker, case.id, goal(step(worker.organisation_id, kind="placement")))
        made = placement(make, worker, case, plan_step_id=plan.goals[0].steps[0].id)
        assert truth.all("select state, link_id from plan_steps") == [("in_progress", made.id)]
        verified(make, worker, made.id)
        assert truth.all("select state from plan_steps") == ["done"]

    def test_the_employer_is_asked_with_the_persons_consent_only(self, make: Make, worker, case):
        made = placement(make, worker, case)
        with pytest.raises(RuleBroken) as refused:
            verified(make, worker, made.id, method="employer")
        assert codes(refused) == ["consent_missing"]
        allowed = {"purpose": "employer_contact", "receiver_organisation_id": made.employer_id}
        make.consent(worker, case.client_id, **allowed)
        assert verified(make, worker, made.id, method="employer").state == "active"

    def test_consent_to_contact_another_employer_is_none_to_this(self, make: Make, worker, case):
        made = placement(make, worker, case)
        make.consent(worker, case.client_id, purpose="employer_contact", receiver_organisation_id=employer(make))
        make.consent(worker, case.client_id, purpose="disclosure", receiver_organisation_id=made.employer_id)
        with pytest.raises(RuleBroken):
            verified(make, worker, made.id, method="employer")

    def test_everything_that_is_missing_is_said_at_once(self, make: Make, worker, case):
        made = work(make, worker, case)
        with pytest.raises(RuleBroken) as refused:
            verified(make, worker, made.id, method="employer", on=date(2026, 1, 4))
        assert codes(refused) == ["wrong_state", "before_start", "consent_missing"]

    def test_two_at_once_make_one_verification(self, committed, make_committed: Make):
        worker = make_committed.caseworker()
        made = placement(make_committed, worker, open_case(make_committed, worker))

        def verify(_):
            try:
                return verified(make_committed, worker, made.id).state
            except RuleBroken:
                return "refused"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(verify, range(2))) == ["active", "refused"]


class TestChecks:
    """Whether the work still holds."""

    def test_a_check_settles_its_task(self, make: Make, worker, case, tasks):
        seen = checked(make, worker, work(make, worker, case).id)
        assert [(check.period, check.still_active, check.method) for check in seen.checks] == [(30, True, "visit")]
        assert tasks("check_placement")[0] == ("done", "30")

    def test_a_period_is_checked_once(self, make: Make, worker, case):
        made = work(make, worker, case)
        checked(make, worker, made.id, period=30)
        with pytest.raises(Conflict) as refused:
            checked(make, worker, made.id, period=30)
        assert refused.value.code == "check_made"

    def test_a_check_that_finds_no_work_ends_it_for_a_reason(self, make: Make, worker, case, tasks):
        made = work(make, worker, case)
        with pytest.raises(RuleBroken) as refused:
            checked(make, worker, made.id, still_active=False)
        assert codes(refused) == ["reason_missing"]
        over = checked(make, worker, made.id, still_active=False, reason="dismissed")
        assert (over.state, over.ended_on, over.end_reason) == ("ended", date(2026, 2, 9), "dismissed")
        assert [state for state, _ in tasks("check_placement")] == ["done", "cancelled", "cancelled", "cancelled"]

    def test_two_at_once_make_one_check(self, committed, make_committed: Make):
        worker = make_committed.caseworker()
        made = work(make_committed, worker, open_case(make_committed, worker))

        def check(_):
            try:
                return len(checked(make_committed, worker, made.id, period=30).checks)
            except Conflict as refused:
                return refused.code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(map(str, pool.map(check, range(2)))) == ["1", "check_made"]

    def test_a_case_that_has_ended_still_has_its_checks(self, make: Make, worker, case, truth):
        made = work(make, worker, case)
        truth.run("update cases set stage = 'graduated', closed_at = now()")
        assert len(checked(make, worker, made.id).checks) == 1


class TestEnding:
    """The work is over."""

    def test_what_was_open_about_it_is_cancelled(self, make: Make, worker, case, tasks):
        over = ended(make, worker, work(make, worker, case).id)
        assert (over.state, over.ended_on, over.allowed_verbs) == ("ended", date(2026, 2, 20), [])
        assert {state for state, _ in tasks("check_placement")} == {"cancelled"}

    def test_what_never_began_opens_the_step_again(self, make: Make, worker, case, truth):
        plan = approved_plan(make, worker, case.id, goal(step(worker.organisation_id, kind="placement")))
        made = placement(make, worker, case, starts_on=date(2026, 3, 9), plan_step_id=plan.goals[0].steps[0].id)
        over = ended(make, worker, made.id, on=date(2026, 3, 2), reason="never_started")
        assert over.ended_on == over.starts_on
        assert truth.all("select state, link_id from plan_steps") == [("open", None)]

    def test_everything_that_is_missing_is_said_at_once(self, make: Make, worker, case):
        made = work(make, worker, case)
        checked(make, worker, made.id)
        with pytest.raises(RuleBroken) as refused:
            ended(make, worker, made.id, on=date(2026, 1, 4))
        assert codes(refused) == ["before_start", "before_check"]

    def test_it_ends_once(self, make: Make, worker, case):
        made = ended(make, worker, work(make, worker, case).id)
        with pytest.raises(RuleBroken) as refused:
            ended(make, worker, made.id)
        assert codes(refused) == ["wrong_state"]

    @pytest.mark.parametrize(
        ("stage", "other", "reason", "asked"),
        [
            ("placement", False, "resigned", 1), ("aftercare", False, "resigned", 1), ("aftercare", True, "better_work", 0),
            ("training", False, "resigned", 0), ("aftercare", False, "deceased", 0),
        ],
    )  # fmt: skip
    def test_who_is_left_without_work_is_proposed_for_a_step_back(
        self, make: Make, worker, case, tasks, truth, stage, other, reason, asked
    ):
        lead_to(make, case, stage, worker, supervisor(make))
        made = work(make, worker, case)
        if other:
            work(make, worker, case)
        ended(make, worker, made.id, reason=reason)
        assert tasks("consider_step_back") == [("open", made.id.hex)] * asked
        assert truth.one("select stage from cases") == stage

    def test_a_proposal_that_falls_through_sets_nobody_back(self, make: Make, worker, case, tasks):
        lead_to(make, case, "placement", worker, supervisor(make))
        ended(make, worker, placement(make, worker, case).id, reason="never_started")
        assert tasks("consider_step_back") == []

    def test_the_program_ends_it_for_a_death_at_whichever_office(self, make: Make, worker, case, truth):
        made = work(make, worker, case)
        with make.acting(make.user("triage")) as session, as_system(session, "death"):
            ended_now = service.end_placement(session, made.id, on=date(2026, 2, 28), reason="deceased")
            again = service.end_placement(session, made.id, on=date(2026, 3, 1), reason="moved")
        assert (ended_now.ended_on, again.end_reason) == (date(2026, 2, 28), "deceased")
        reasons = truth.all("select distinct reason from tasks where kind = 'check_placement'")
        assert reasons == ["deceased"]


class TestWhose:
    """Work follows the person; the office that serves him writes it down."""

    def test_another_office_finds_nothing(self, make: Make, worker, case):
        made = work(make, worker, case)
        with pytest.raises(NotFound):
            checked(make, make.caseworker(MAGETAN), made.id)

    def test_an_office_that_serves_the_person_too_reads_and_does_not_write(self, make: Make, worker, case):
        made = work(make, worker, case)
        other = make.caseworker(MAGETAN)
        with make.acting(worker) as session:
            give_access(session, case.client_id, "referral", organisation_id=other.organisation_id)
        with make.acting(other) as session:
            assert service.read_placement(session, made.id).id == made.id
        with pytest.raises(Forbidden) as refused:
            ended(make, other, made.id)
        assert refused.value.code == "foreign_case"

    def test_the_office_that_took_the_person_over_goes_on_and_the_first_does_not(self, make: Make, worker, case, tasks):
        lead_to(make, case, "placement", worker, supervisor(make))
        made = work(make, worker, case)
        offer = offer_transfer(make, supervisor(make), case)
        with make.acting(supervisor(make, MAGETAN)) as session:
            cases.accept_transfer(session, offer.id)
        with pytest.raises(Forbidden):
            checked(make, worker, made.id)
        ended(make, make.caseworker(MAGETAN), made.id)
        assert [state for state, _ in tasks("check_placement")] == ["cancelled"] * 4
        assert len(tasks("consider_step_back")) == 1

    def test_every_step_is_in_the_timeline_and_the_trail(self, make: Make, worker, case, truth):
        made = work(make, worker, case)
        checked(make, worker, made.id)
        ended(make, worker, made.id)
        told = truth.all("select kind, visibility from timeline_entries where subject_id = :id order by id", id=made.id)
        kinds = ("placement_proposed", "placement_verified", "placement_checked", "placement_ended")
        assert told == [(kind, "team") for kind in kinds]
        seen = truth.all("select action from audit_entries where resource = 'placement' order by id")
        assert seen == ["record", "verified", "checked", "ended"]

    def test_other_features_read_what_goes_on(self, make: Make, worker, case):
        over, going_on = ended(make, worker, work(make, worker, case).id), work(make, worker, case)
        checked(make, worker, going_on.id)
        with make.acting(worker) as session:
            assert [each.id for each in service.placements_of(session, case.client_id)] == [over.id, going_on.id]
            assert [each.id for each in service.open_placements(session, case.id)] == [going_on.id]
            assert [each.id for each in service.open_placements_of(session, case.client_id)] == [going_on.id]
            assert [check.period for check in service.checks_of(session, [over.id, going_on.id])] == [30]


class TestIncome:
    """What a household earned, as it was stated."""

    def test_a_later_statement_stands_beside_the_earlier(self, make: Make, worker, case):
        first = income(make, worker, case.client_id, "2025-12..2026-02", amount=7_800_000)
        later = income(make, worker, case.client_id, "2026-02", source="visit", household_size=3)
        with make.acting(worker) as session:
            assert [each.id for each in service.incomes_of(session, case.client_id)] == [first.id, later.id]
        assert (later.household_size, later.from_month) == (3, parse_month("2026-02"))

    def test_unsaid_as_many_live_on_it_as_the_household_then_had(self, make: Make, worker, case):
        family(make, worker, case.client_id, make.client(worker).id, months="2026-02..")
        sizes = [
            income(make, worker, case.client_id, months).household_size for months in ("2026-02", "2026-01..2026-02")
        ]
        assert sizes == [2, 1]
        assert income(make, worker, case.client_id, "2026-02", household_size=5).household_size == 5

    @pytest.mark.parametrize(("months", "timely"), [("2026-03", True), ("2025-12", True), ("2025-11", False)])
    def test_what_is_stated_late_is_kept_as_history(self, make: Make, worker, case, months: str, timely: bool):
        assert income(make, worker, case.client_id, months).is_timely is timely

    def test_months_to_come_and_too_many_are_refused(self, make: Make, worker, case):
        with pytest.raises(Invalid) as refused:
            income(make, worker, case.client_id, "2026-01..2026-04")
        assert codes(refused) == ["too_long", "in_future"]

    def test_nobody_states_the_income_of_a_person_beyond_reach(self, make: Make, case):
        with pytest.raises(NotFound):
            income(make, make.caseworker(MAGETAN), case.client_id)
