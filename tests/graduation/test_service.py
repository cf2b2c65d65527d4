"""The verdict from real rows, the gate of two people, aftercare, late facts and relapse."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from kessos_case.access import service as access
from kessos_case.access.models import User
from kessos_case.cases import service as casework_service
from kessos_case.cases.service import case_for
from kessos_case.clients import service as clients
from kessos_case.core import db
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken
from kessos_case.core.months import format_month, month_of, parse_month
from kessos_case.employment import service as employment
from kessos_case.graduation import service
from kessos_case.graduation.rules import usable_statements
from kessos_case.graduation.service.facts import graduation_facts
from kessos_case.graduation.service.reading import graduation_policy
from kessos_case.journey import service as journey
from kessos_case.training.models import Batch, Course, Enrolment
from tests.factories import OPERATOR, Make, aid, cases, fresh_id
from tests.factories import graduation as maker
from tests.factories.graduation import UPT, today
from tests.factories.households import membership
from workers.runner import run_job


@pytest.fixture(autouse=True)
def _day(clock):
    clock.set("2026-10-05T03:00:00+00:00")


@pytest.fixture
def worker(make: Make) -> User:
    return make.caseworker()


@pytest.fixture
def leader(make: Make) -> User:
    return make.user("supervisor", organisation=UPT)


def overview(make: Make, by, case):
    with make.acting(by) as session:
        return service.graduation_of(session, case.client_id)


def criterion(make: Make, by, case, code):
    return next(found for found in overview(make, by, case)["criteria"] if found["code"] == code)


def line(make: Make, by, case, code):
    return next(found for found in overview(make, by, case)["lines"] if found["code"] == code)


def act(make: Make, by, verb, review, **said):
    with make.acting(by) as session:
        return getattr(service, verb)(session, review.id, **said)


def refused(make: Make, by, verb, review, **said):
    """The codes of everything that is missing."""
    with pytest.raises(RuleBroken) as broken:
        act(make, by, verb, review, **said)
    return [error["code"] for error in broken.value.errors]


def review_of(make: Make, by, review):
    with make.acting(by) as session:
        return service.read_review(session, review.id)


def reconsidered(case):
    with db.transaction(db.system("test")) as session:
        service.reconsider(session, case.client_id)


def paid(make: Make, by, case, months, **stated):
    return aid.disbursement(make, by, case.client_id, months, paid_on=today(), **stated)


def month(back):
    """A month by its distance from this one."""
    return format_month(month_of(today()) - back)


def open_tasks(truth, kind):
    query = (
        "select period, role, user_id, due_at::date from tasks where kind = :kind and state = 'open' order by due_at"
    )
    return truth.all(query, kind=kind)


def timeline(truth, case):
    query = "select kind from timeline_entries where client_id = :id and kind ~ 'graduation|relapse|voice' order by id"
    return truth.all(query, id=case.client_id)


class TestVerdict:
    """What real rows say."""

    def test_of_who_meets_everything_nothing_is_missing(self, make: Make, worker):
        found = overview(make, worker, maker.settled(make, worker))
        assert (found["is_met"], found["kind"], found["points"], found["missing"]) == (True, "empowered", 70, [])

    def test_too_early_everything_that_is_missing_is_named_with_the_way_to_it(self, make: Make, worker):
        case = cases.open_case(make, worker)
        with pytest.raises(RuleBroken) as broken, make.acting(worker) as session:
            service.open_review(session, case.id)
        named = {error["criterion"] for error in broken.value.errors}
        assert named == {"income", "work_lasts", "plan", "functioning", "own_voice", "points"}
        assert all(error["way"] for error in broken.value.errors)
        assert [error["detail"] for error in broken.value.errors if error["code"] == "income_unknown"] == [
            "income for 2026-07", "income for 2026-08", "income for 2026-09",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("lacking", "code"),
        [
            ("work", "work_missing"),
            ("plan", "plan_missing"),
            ("voice", "not_asked"),
            ("health", "functioning_unknown"),
        ],
    )
    def test_what_is_lacking_is_named(self, lacking, code, make: Make, worker):
        found = overview(make, worker, maker.settled(make, worker, but={lacking}))
        assert code in [entry["code"] for entry in found["missing"]]

    def test_a_place_without_a_poverty_line_is_judged_by_the_provinces_and_it_is_said(self, make: Make, worker):
        found = criterion(make, worker, maker.settled(make, worker), "income")
        assert {row["region_code"] for row in found["value"]["months"]} == {"35"}
        assert {"kind": "poverty_line", "id": "35/2025-09"} in found["evidence"]

    def test_the_regencys_own_poverty_line_comes_first(self, make: Make, worker, truth):
        truth.run("insert into poverty_lines values ('35.09', :month, 2000000, 'BPS', 'confirmed')", month=2026 * 12)
        found = criterion(make, worker, maker.settled(make, worker), "income")
        assert [row["income_needed"] for row in found["value"]["months"]] == [3_000_000] * 3
        assert not found["is_met"]

    def test_whose_place_nobody_knows_lives_in_the_province(self, make: Make, worker):
        assert criterion(make, worker, maker.settled(make, worker, region_code=None), "income")["is_met"]

    def test_work_that_was_never_begun_lengthens_nothing(self, make: Make, worker):
        case = maker.settled(make, worker, but={"work"})
        promised = maker.works(make, worker, case, days=195, periods=())
        maker.stops_working(make, worker, promised, days_ago=190, reason="never_started")
        maker.works(make, worker, case, days=170, periods=(30, 90))
        found = criterion(make, worker, case, "work_lasts")["value"]
        assert (found["days"], found["placements"]) == (170, 1)

    def test_aid_of_the_last_six_months_speaks_against_it(self, make: Make, worker):
        case = maker.settled(make, worker)
        paid(make, worker, case, month(6))
        assert criterion(make, worker, case, "off_aid")["value"]["months_with_aid"] == [month(6)]

    def test_aid_of_the_household_does_too_but_not_what_stands_for_an_exempt_member(self, make: Make, worker):
        case = maker.settled(make, worker)
        home = membership(make, worker, case.client_id, "2025-01..").household_id
        of_home = {"household_id": home, "paid_on": today()}
        aid.disbursement(make, worker, None, month(1), programme="PKH-SD", **of_home)
        assert criterion(make, worker, case, "off_aid")["is_met"]
        line = aid.disbursement(make, worker, None, month(2), programme="SEMBAKO", **of_home)
        found = criterion(make, worker, case, "off_aid")
        assert found["value"]["months_with_aid"] == [month(2)]
        assert {"kind": "disbursement", "id": str(line.id)} in found["evidence"]

    def test_months_before_the_ledger_are_not_free_of_aid(self, make: Make, worker):
        case = maker.settled(make, worker)
        with make.acting(worker) as session:
            facts = graduation_facts(session, case_for(session, case.id), date(2015, 4, 1))
        assert facts.aid.covered_from == parse_month("2015-01")

    def test_aid_that_is_no_consumption_does_not(self, make: Make, worker, truth):
        case = maker.settled(make, worker)
        code = truth.one("select code from programmes where kind = 'empowerment' limit 1")
        paid(make, worker, case, month(1), programme=code)
        assert criterion(make, worker, case, "off_aid")["is_met"]

    def test_a_grave_open_danger_stops_the_gate_until_it_ends(self, make: Make, worker):
        case = maker.settled(make, worker)
        alert = make.alert(worker, case.client_id)
        assert criterion(make, worker, case, "stability")["value"]["open_alerts"] == ["violence"]
        with make.acting(worker) as session:
            clients.end_alert(session, case.client_id, alert.id)
        assert criterion(make, worker, case, "stability")["is_met"]

    def test_the_newest_answer_of_the_person_holds(self, make: Make, worker):
        case = maker.settled(make, worker)
        maker.says(make, worker, case.client_id, agrees=False, reason="Belum yakin.")
        found = criterion(make, worker, case, "own_voice")
        assert (found["value"]["agrees"], found["notes"]) == (False, ["does_not_agree"])

    def test_a_certificate_gives_points(self, make: Make, worker):
        case = maker.settled(make, worker)
        enrolment = certified(case)
        found = line(make, worker, case, "skills_certificate")
        assert (found["points"], found["evidence"]) == (15, [{"kind": "certificate", "id": str(enrolment)}])

    @pytest.mark.parametrize(("at_school", "points"), [(2, 10), (1, 0)])
    def test_children_of_school_age_must_all_go_to_school(self, at_school, points, make: Make, worker):
        case = maker.settled(make, worker, but={"health"})
        maker.is_well(make, worker, case, household_size=3, school_age_children=2, children_at_school=at_school)
        assert line(make, worker, case, "children_at_school")["points"] == points

    def test_the_decile_is_a_dated_fact(self, make: Make, worker):
        case = maker.settled(make, worker, but={"health"})
        maker.is_well(make, worker, case, welfare_decile=6, welfare_decile_on="2026-09-01")
        found = line(make, worker, case, "decile")
        assert (found["points"], found["on"]) == (15, "2026-09-01")

    def test_what_was_not_answered_is_unknown_and_gives_nothing(self, make: Make, worker):
        found = overview(make, worker, maker.settled(make, worker))
        assert found["unknown"] == ["decile"]

    @pytest.mark.parametrize(("reason", "kind"), [("age_limit", "natural"), ("own_wish", "empowered")])
    def test_whose_service_ended_because_of_an_age_has_not_graduated(self, reason, kind, make: Make, worker, truth):
        case = cases.open_case(make, worker)
        ended = "update cases set stage = 'closed', closed_at = now(), close_reason = :reason where id = :id"
        truth.run(ended, reason=reason, id=case.id)
        truth.run("update cases set closed_at = '2026-10-01' where id = :id", id=case.id)
        found = overview(make, worker, case)
        assert (found["kind"], found["is_success"]) == (kind, False)

    def test_care_that_goes_on_is_outside_graduation(self, make: Make, worker):
        case = cases.open_case(make, worker, category="PPKS-08")
        found = overview(make, worker, case)
        assert (found["kind"], found["missing"][0]["criterion"]) == (None, "pathway")

    def test_a_person_without_a_case_here_has_no_verdict(self, make: Make, worker):
        with pytest.raises(NotFound), make.acting(worker) as session:
            service.graduation_of(session, make.client(worker).id)

    def test_facts_of_an_earlier_day_leave_out_what_nobody_knew(self, make: Make, worker, clock):
        case = maker.settled(make, worker)
        clock.move(days=10)
        paid(make, worker, case, month(2))
        with make.acting(worker) as session:
            then = service.graduation_facts(session, case, date(2026, 10, 5))
            since = service.graduation_facts(session, case, date(2026, 10, 5), known_by=today())
        assert (dict(then.aid.net), list(since.aid.net.values())) == ({}, [300_000])

    @pytest.mark.parametrize(("months_back", "is_believed"), [(3, True), (4, False)])
    def test_of_late_statements_only_those_count_that_came_in_time(
        self, months_back, is_believed, make: Make, worker, clock
    ):
        case = maker.settled(make, worker, but={"income"})
        clock.move(days=60)
        told = month_of(today()) - months_back
        with make.acting(worker) as session:
            employment.state_income(
                session, case.client_id, from_month=told, to_month=told, amount=1, source="wage_slip"
            )
            found = service.graduation_facts(session, case, date(2026, 10, 5), known_by=today())
        usable = usable_statements(found, graduation_policy().income, found.closed_months(12))
        assert [statement.first for statement in usable] == [told] * is_believed


def certified(case):
    """A passed course with a certificate, as training would leave it."""
    course, batch, enrolment = (fresh_id() for _ in range(3))
    days = {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 5, 1)}
    now = "2026-05-02T03:00:00+00:00"
    with db.transaction(db.system("test")) as session:
        session.insert(
            Course, id=course, organisation_id=case.organisation_id, name="Las", skill="las", hours=240, capacity=10,
            is_active=True, created_at=now, version=1,
        )  # fmt: skip
        session.insert(
            Batch, id=batch, course_id=course, organisation_id=case.organisation_id, capacity=10, taken=1,
            created_at=now, version=1, **days,
        )  # fmt: skip
        session.insert(
            Enrolment, id=enrolment, batch_id=batch, course_id=course, organisation_id=case.organisation_id,
            case_id=case.id, client_id=case.client_id, state="completed", requested_at=now,
            requested_by=case.caseworker_id, passed=True, certificate_no="LAS-1", completed_on=date(2026, 5, 1),
            version=1, **days,
        )  # fmt: skip
    return enrolment


class TestReunification:
    """The way back into a family."""

    def child(self, make: Make, worker, *, birth_date=date(2016, 5, 1), category="PPKS-02", consent=True, **seen):
        client = make.client(worker, birth_date=birth_date)
        case = cases.open_case(make, worker, client.id, category=category, **self.pathway(category))
        home = cases.assess_home(make, worker, case, guardian_consent_on=date(2026, 1, 5) if consent else None)
        with make.acting(worker) as session:
            casework_service.start_reunification(session, home.id, starts_on=date(2026, 1, 6))
        for day in (10, 11, 12):
            cases.visit(make, worker, client.id, on=date(2026, 3, day), **{"attends_school": True} | seen)
        return case

    def pathway(self, category):
        chosen = {"pathway": "reunification", "pathway_reason": "Sakit jiwa."}
        return chosen if category == "PPKS-13" else {}

    def missing(self, make: Make, worker, case):
        return [entry["code"] for entry in overview(make, worker, case)["missing"]]

    def test_a_child_back_at_home_has_graduated(self, make: Make, worker):
        found = overview(make, worker, self.child(make, worker))
        assert (found["is_met"], found["kind"], found["lines"]) == (True, "reunified", [])

    def test_a_child_needs_school_and_a_guardian(self, make: Make, worker):
        case = self.child(make, worker, consent=False, attends_school=False)
        assert self.missing(make, worker, case) == ["school_no", "consent_unknown"]

    def test_below_school_age_day_care_counts_only_where_a_visitor_spoke_of_it(self, make: Make, worker):
        case = self.child(make, worker, birth_date=date(2022, 5, 1), attends_school=None)
        assert self.missing(make, worker, case) == []

    def test_an_adult_needs_no_guardian_but_the_treatment_for_which_he_came(self, make: Make, worker):
        case = self.child(
            make, worker, birth_date=date(1990, 5, 1), category="PPKS-13", consent=False, attends_school=None
        )
        assert self.missing(make, worker, case) == ["treatment_unknown"]

    def test_whose_age_nobody_knows_is_spared_nothing(self, make: Make, worker):
        case = self.child(make, worker, birth_date=None, consent=False, attends_school=None)
        assert self.missing(make, worker, case) == ["school_unknown", "consent_unknown"]

    def test_a_visit_that_found_trouble_or_nobody_did_not_pass(self, make: Make, worker):
        case = self.child(make, worker)
        cases.visit(make, worker, case.client_id, on=date(2026, 9, 1), was_met=False)
        assert self.missing(make, worker, case) == []
        cases.visit(make, worker, case.client_id, on=date(2026, 9, 2), outcome="needs_support")
        assert self.missing(make, worker, case) == ["visit_failed"]

    def test_a_later_look_that_found_danger_undoes_the_safe_home(self, make: Make, worker):
        case = self.child(make, worker)
        cases.assess_home(make, worker, case, is_safe=False, assessed_on=date(2026, 9, 1))
        assert "safe_home_unknown" in self.missing(make, worker, case)

    def test_of_one_day_the_look_that_found_danger_holds(self, make: Make, worker):
        case = self.child(make, worker)
        for is_safe in (False, True):
            cases.assess_home(make, worker, case, is_safe=is_safe, assessed_on=date(2026, 9, 1))
        assert "safe_home_unknown" in self.missing(make, worker, case)

    @pytest.mark.parametrize(("day", "is_asked"), [("2026-02-28", True), ("2026-03-01", False)])
    def test_who_was_born_on_the_29th_of_february_is_a_child_through_the_28th(
        self, day, is_asked, make: Make, worker, clock
    ):
        clock.set(f"{day}T03:00:00+00:00")
        client = make.client(worker, birth_date=date(2008, 2, 29))
        case = cases.open_case(make, worker, client.id, category="PPKS-13", **self.pathway("PPKS-13"))
        home = cases.assess_home(make, worker, case, assessed_on=date(2026, 1, 5))
        with make.acting(worker) as session:
            casework_service.start_reunification(session, home.id, starts_on=date(2026, 1, 6))
        missing = self.missing(make, worker, case)
        assert ("consent_unknown" in missing, "school_unknown" in missing) == (is_asked, is_asked)

    def test_what_a_visit_of_aftercare_speaks_of_first_was_not_asked_on_the_provisional_day(
        self, make: Make, worker, leader, clock
    ):
        case = self.child(make, worker)
        review = maker.provisional(make, worker, leader, case)
        clock.move(days=30)
        cases.visit(make, worker, case.client_id, on=today(), attends_school=True, follows_treatment=True)
        reconsidered(case)
        assert review_of(make, leader, review).state == "provisional"

    def test_the_guardians_consent_speaks_for_a_child(self, make: Make, worker, leader):
        given = maker.provisional(make, worker, leader, self.child(make, worker))
        assert (given.state, given.kind) == ("provisional", "reunified")

    def test_for_an_adult_whom_nobody_asked_the_signer_gives_a_reason(self, make: Make, worker, leader):
        case = self.child(make, worker, birth_date=date(1990, 5, 1), category="PPKS-13", follows_treatment=True)
        review = maker.recommended(make, worker, case)
        assert refused(make, leader, "give_provisional", review) == ["reason_missing"]


class TestReview:
    """How a review begins."""

    def test_it_begins_with_the_verdict_and_a_task_for_the_caseworker(self, make: Make, worker, truth):
        case = maker.settled(make, worker)
        review = maker.review(make, worker, case)
        assert (review.state, review.verdict["is_met"], review.policy_version[:13]) == (
            "eligible",
            True,
            "graduation-1-",
        )
        assert open_tasks(truth, "decide_graduation") == [("recommend", "caseworker", worker.id, date(2026, 10, 19))]
        assert "graduation_eligible" in timeline(truth, case)

    def test_asked_again_it_is_the_same(self, make: Make, worker):
        case = maker.settled(make, worker)
        first = maker.review(make, worker, case)
        with make.acting(worker) as session:
            assert service.open_review(session, case.id) == (first, False)

    def test_two_who_ask_at_once_make_one(self, make_committed: Make):
        worker = make_committed.caseworker()
        case = maker.settled(make_committed, worker)
        with ThreadPoolExecutor(4) as pool:
            made = list(pool.map(lambda _: maker.review(make_committed, worker, case).id, range(4)))
        assert len(set(made)) == 1

    def test_another_office_reaches_nothing(self, make: Make, worker):
        case = maker.settled(make, worker)
        review, stranger = maker.review(make, worker, case), make.caseworker("PSTW-MAGETAN")
        for look in (service.read_review, service.open_review, service.graduation_of):
            with pytest.raises(NotFound), make.acting(stranger) as session:
                look(session, review.id if look is service.read_review else case.id)

    def test_a_case_that_has_ended_begins_none(self, make: Make, worker, leader):
        case = maker.settled(make, worker)
        cases.move_case(make, leader, case, "close", reason="moved")
        with pytest.raises(Conflict) as refusal, make.acting(worker) as session:
            service.open_review(session, case.id)
        assert refusal.value.code == "case_closed"


class TestGate:
    """Recommended, provisional, confirmed: by whom, and by whom not."""

    def test_each_step_signs_the_facts_of_its_moment(self, make: Make, worker, leader, truth):
        given = maker.provisional(make, worker, leader)
        signed = [(signature.step, signature.user_id) for signature in given.signatures]
        assert signed == [("recommendation", worker.id), ("provisional", leader.id)]
        assert {signature.fingerprint for signature in given.signatures} == {given.fingerprint}
        assert (given.provisional_on, given.provisional_by) == (today(), leader.id)

    def test_recommended_it_lies_with_the_supervisors(self, make: Make, worker, truth):
        maker.recommended(make, worker)
        assert [task[:3] for task in open_tasks(truth, "decide_graduation")] == [("provisional", "supervisor", None)]

    def test_every_step_looks_at_the_facts_again(self, make: Make, worker, leader):
        case = maker.settled(make, worker)
        review = maker.recommended(make, worker, case)
        make.alert(worker, case.client_id)
        assert refused(make, leader, "give_provisional", review) == ["criteria_unmet"]

    def test_nobody_takes_a_step_twice(self, make: Make, worker, leader):
        review = maker.provisional(make, worker, leader)
        assert refused(make, worker, "recommend", review) == ["wrong_state"]
        assert refused(make, leader, "give_provisional", review) == ["wrong_state"]

    def test_two_who_recommend_at_once_make_one_step(self, make_committed: Make):
        worker = make_committed.caseworker()
        review = maker.review(make_committed, worker)

        def ask(_):
            try:
                return act(make_committed, worker, "recommend", review).state
            except RuleBroken:
                return "refused"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(ask, range(2))) == ["recommended", "refused"]

    def test_a_caseworker_gives_no_verdict_and_a_supervisor_recommends_nothing(self, make: Make, worker, leader):
        review = maker.review(make, worker)
        with pytest.raises(Forbidden):
            act(make, leader, "recommend", review)
        with pytest.raises(Forbidden):
            act(make, worker, "give_provisional", review)

    def test_who_recommended_may_not_sign_though_he_wears_both_hats(self, make: Make, worker):
        both = make.caseworker()
        with db.transaction(OPERATOR) as session:
            access.add_grant(
                session, access.user_for(session, both.id), role="supervisor", organisation_id=both.organisation_id
            )
        review = maker.review(make, worker)
        act(make, both, "recommend", review)
        assert refused(make, both, "give_provisional", review) == ["recommended_by_you"]

    def test_who_wrote_a_part_of_the_evidence_may_not_sign(self, make: Make, worker, leader):
        case = maker.settled(make, worker, but={"income"})
        maker.earns(make, leader, case.client_id)
        review = maker.recommended(make, worker, case)
        assert refused(make, leader, "give_provisional", review) == ["evidence_by_you"]

    def test_against_the_persons_word_a_reason_is_needed_and_kept_sealed(self, make: Make, worker, leader, truth):
        case = maker.settled(make, worker)
        maker.says(make, worker, case.client_id, agrees=False, reason="Takut sendirian.")
        review = maker.recommended(make, worker, case)
        assert refused(make, leader, "give_provisional", review) == ["reason_missing"]
        given = act(make, leader, "give_provisional", review, reason="Sudah lama mandiri.")
        assert (given.reason, given.signatures[-1].note) == ("in_words", "Sudah lama mandiri.")
        stored = repr([truth.all(f"select * from {table}") for table in ("graduation_signatures", "client_voices")])
        assert "mandiri" not in stored and "Takut" not in stored

    def test_a_step_on_a_case_that_has_ended_is_refused(self, make: Make, worker, leader):
        case = maker.settled(make, worker)
        review = maker.recommended(make, worker, case)
        cases.move_case(make, leader, case, "close", reason="moved")
        with pytest.raises(Conflict):
            act(make, leader, "give_provisional", review)

    def test_a_deferral_ends_the_review_until_its_day(self, make: Make, worker, leader, truth, clock):
        case = maker.settled(make, worker)
        review = maker.recommended(make, worker, case)
        assert refused(make, leader, "defer", review, until=today(), reason="illness") == ["until_missing"]
        put_off = act(make, leader, "defer", review, until=today() + timedelta(days=3), reason="illness")
        assert (put_off.state, put_off.reason, open_tasks(truth, "decide_graduation")) == ("deferred", "illness", [])
        with pytest.raises(RuleBroken) as early:
            maker.review(make, worker, case)
        assert [error["code"] for error in early.value.errors] == ["deferred"]
        clock.move(days=3)
        assert maker.review(make, worker, case).id != review.id

    def test_a_supervisor_withdraws_for_a_reason(self, make: Make, worker, leader, truth):
        review = maker.provisional(make, worker, leader)
        assert refused(make, leader, "withdraw", review, reason=None) == ["reason_missing"]
        assert act(make, leader, "withdraw", review, reason="mistake").state == "withdrawn"
        assert open_tasks(truth, "visit_aftercare") == open_tasks(truth, "confirm_graduation") == []

    def test_a_death_withdraws_what_is_live_and_nothing_else(self, make: Make, worker, leader, truth):
        case = maker.settled(make, worker)
        review = maker.provisional(make, worker, leader, case)
        for _ in range(2):
            with make.acting(worker) as session, db.as_system(session, "death"):
                service.withdraw_for(session, case.id, reason="deceased")
        seen = review_of(make, leader, review)
        assert (seen.state, seen.reason, len(seen.signatures)) == ("withdrawn", "deceased", 3)
        assert truth.all("select distinct reason from tasks where kind = 'visit_aftercare'") == ["deceased"]


class TestAftercare:
    """Twelve months, five visits, two people."""

    def test_it_asks_for_five_visits_and_then_for_the_confirmation(self, make: Make, worker, leader, truth):
        maker.provisional(make, worker, leader)
        days = [date(2026, 11, 5), date(2027, 1, 5), date(2027, 4, 5), date(2027, 7, 5), date(2027, 10, 5)]
        visits = open_tasks(truth, "visit_aftercare")
        assert visits == [(str(m), "caseworker", worker.id, day) for m, day in zip((1, 3, 6, 9, 12), days, strict=True)]
        assert open_tasks(truth, "confirm_graduation") == [("", "supervisor", None, date(2027, 10, 5))]

    def test_the_tksk_who_reaches_the_person_visits(self, make: Make, worker, leader, truth):
        case, tksk = maker.settled(make, worker), make.user("tksk")
        with make.acting(worker) as session:
            clients.give_access(session, case.client_id, "aftercare", user_id=tksk.id)
        maker.provisional(make, worker, leader, case)
        assert {task[1:3] for task in open_tasks(truth, "visit_aftercare")} == {("tksk", tksk.id)}

    def test_too_early_the_time_and_every_visit_are_named(self, make: Make, worker, leader):
        review = maker.provisional(make, worker, leader)
        assert refused(make, leader, "confirm", review) == ["aftercare_not_over"] + ["visit_missing"] * 5

    def test_a_call_and_an_attempt_are_no_visits(self, make: Make, worker, leader, clock):
        case = maker.settled(make, worker)
        review = maker.provisional(make, worker, leader, case)
        clock.move(days=365)
        maker.cared_for(make, worker, case, months=(1, 3, 6))
        cases.visit(make, worker, case.client_id, on=today(), aftercare_month=9, kind="call")
        cases.visit(make, worker, case.client_id, on=today(), aftercare_month=12, was_met=False)
        assert refused(make, leader, "confirm", review) == ["visit_missing"] * 2

    def test_two_supervisors_confirm_and_the_case_may_graduate(self, make: Make, worker, leader, truth, clock):
        case, second = maker.settled(make, worker), make.user("supervisor", organisation=UPT)
        review = maker.provisional(make, worker, leader, case)
        clock.move(days=365)
        maker.cared_for(make, worker, case)
        first = act(make, leader, "confirm", review)
        assert (first.state, first.confirmed_on) == ("provisional", None)
        assert refused(make, leader, "confirm", review) == ["signed_before"]
        assert act(make, second, "confirm", review).confirmed_on == today()
        with make.acting(leader) as session:
            found = service.confirmed_review(session, case.id)
            assert found is not None and found.id == review.id
            assert service.confirmed_by(session, found.id) == {leader.id, second.id}
        assert open_tasks(truth, "confirm_graduation") == []
        assert timeline(truth, case).count("graduation_confirmed") == 1

    def test_while_one_has_signed_nothing_is_confirmed(self, make: Make, worker, leader, clock):
        case = maker.settled(make, worker)
        review = maker.provisional(make, worker, leader, case)
        clock.move(days=365)
        maker.cared_for(make, worker, case)
        act(make, leader, "confirm", review)
        with make.acting(leader) as session:
            assert service.confirmed_review(session, case.id) is None

    def test_who_visited_in_aftercare_may_not_confirm(self, make: Make, worker, leader, clock):
        case = maker.settled(make, worker)
        review = maker.provisional(make, worker, leader, case)
        clock.move(days=365)
        maker.cared_for(make, worker, case, months=(1, 3, 6, 9))
        cases.visit(make, leader, case.client_id, on=today(), aftercare_month=12)
        assert refused(make, leader, "confirm", review) == ["evidence_by_you"]

    def test_one_person_who_confirms_twice_at_once_counts_once(self, make_committed: Make, clock):
        worker, leader = make_committed.caseworker(), make_committed.user("supervisor", organisation=UPT)
        case = maker.settled(make_committed, worker)
        review = maker.provisional(make_committed, worker, leader, case)
        clock.move(days=365)
        maker.cared_for(make_committed, worker, case)

        def ask(_):
            try:
                return act(make_committed, leader, "confirm", review).state
            except RuleBroken as broken:
                return broken.errors[0]["code"]

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(ask, range(2))) == ["provisional", "signed_before"]


class TestCoSigner:
    """The second pair of eyes from another office."""

    @pytest.fixture
    def ripe(self, make: Make, worker, leader, clock):
        """A review that only lacks its two signatures."""
        case = maker.settled(make, worker)
        review = maker.provisional(make, worker, leader, case)
        clock.move(days=365)
        maker.cared_for(make, worker, case)
        return review

    def test_he_confirms_what_he_was_given(self, make: Make, leader, ripe, truth):
        signer = maker.co_signer(make)
        maker.named(make, leader, ripe.id, signer)
        done = maker.confirmed(make, ripe.id, leader, signer)
        assert (done.state, done.signatures[-1].organisation_id) == ("confirmed", signer.organisation_id)
        query = "select user_id from timeline_entries where kind = 'graduation_confirmed'"
        assert truth.all(query) == [signer.id]

    def test_he_is_told_neither_who_it_is_nor_what_was_said(self, make: Make, leader, ripe):
        signer = maker.co_signer(make)
        maker.named(make, leader, ripe.id, signer)
        seen = review_of(make, signer, ripe)
        assert (seen.client_id, {signature.note for signature in seen.signatures}) == (None, {None})
        assert seen.verdict["is_met"]

    def test_what_he_says_is_for_the_team_of_the_person(self, make: Make, leader, ripe):
        signer = maker.co_signer(make)
        maker.named(make, leader, ripe.id, signer)
        assert act(make, signer, "confirm", ripe, note="Bukti lengkap.").signatures[-1].note is None
        assert review_of(make, leader, ripe).signatures[-1].note == "Bukti lengkap."

    def test_he_sees_nothing_that_he_was_not_given(self, make: Make, ripe):
        with pytest.raises(NotFound):
            review_of(make, maker.co_signer(make), ripe)

    def test_two_of_them_may_not_be_one(self, make: Make, leader, ripe):
        signer = maker.co_signer(make)
        maker.named(make, leader, ripe.id, signer)
        act(make, signer, "confirm", ripe)
        assert refused(make, signer, "confirm", ripe) == ["signed_before"]

    @pytest.mark.parametrize(("role", "organisation"), [("co_signer", UPT), ("supervisor", maker.DINSOS)])
    def test_the_own_office_or_another_role_is_not_taken(self, role, organisation, make: Make, leader, ripe):
        with pytest.raises(Invalid):
            maker.named(make, leader, ripe.id, make.user(role, organisation=organisation))

    def test_who_came_to_the_same_office_since_is_refused(self, make: Make, leader, ripe, truth):
        signer = maker.co_signer(make)
        maker.named(make, leader, ripe.id, signer)
        truth.run(
            "update users set organisation_id = :office where id = :id", office=leader.organisation_id, id=signer.id
        )
        assert refused(make, signer, "confirm", ripe) == ["same_office"]

    def test_a_review_that_has_ended_is_given_to_nobody(self, make: Make, leader, ripe):
        act(make, leader, "withdraw", ripe, reason="mistake")
        with pytest.raises(Conflict):
            maker.named(make, leader, ripe.id, maker.co_signer(make))


class TestLateFacts:
    """What nobody knew when it was signed."""

    def test_a_payment_for_an_earlier_month_withdraws_a_provisional_verdict_by_a_task(
        self, make: Make, worker, leader, truth, clock
    ):
        case = maker.settled(make, worker)
        review = maker.provisional(make, worker, leader, case)
        clock.move(days=40)
        paid(make, worker, case, "2026-09")
        for _ in range(2):
            reconsidered(case)
        seen = review_of(make, leader, review)
        assert (seen.state, seen.reason) == ("withdrawn", "late_facts")
        assert [(s.step, s.user_id, s.reason) for s in seen.signatures][2:] == [("withdrawal", None, "late_facts")]
        failed = [found["code"] for found in seen.verdict["criteria"] if not found["is_met"]]
        assert "off_aid" in failed and seen.verdict["as_of"] == "2026-10-05"
        assert len(open_tasks(truth, "reconsider_graduation")) == 1
        assert open_tasks(truth, "visit_aftercare") == []
        assert timeline(truth, case)[-1] == "graduation_withdrawn"

    def test_work_that_had_ended_before_is_a_late_fact_too(self, make: Make, worker, leader, clock, truth):
        case = maker.settled(make, worker, but={"work"})
        placement = maker.works(make, worker, case)
        review = maker.provisional(make, worker, leader, case)
        clock.move(days=20)
        query = "update placements set state = 'ended', ended_on = '2026-10-01', end_reason = 'resigned' where id = :id"
        truth.run(query, id=placement)
        reconsidered(case)
        assert review_of(make, leader, review).state == "withdrawn"

    def test_a_payment_for_a_month_after_it_withdraws_nothing(self, make: Make, worker, leader, clock):
        case = maker.settled(make, worker)
        review = maker.provisional(make, worker, leader, case)
        clock.move(days=40)
        paid(make, worker, case, "2026-11")
        reconsidered(case)
        assert review_of(make, leader, review).state == "provisional"

    def test_what_only_grew_old_since_withdraws_nothing(self, make: Make, worker, leader, clock):
        case = maker.settled(make, worker)
        review = maker.provisional(make, worker, leader, case)
        clock.move(days=200)
        maker.is_well(make, worker, case)
        make.alert(worker, case.client_id)
        reconsidered(case)
        assert review_of(make, leader, review).state == "provisional"

    @pytest.mark.parametrize("state", ["review", "recommended"])
    def test_before_it_is_signed_aid_withdraws_it_as_well(self, state, make: Make, worker, truth):
        case = maker.settled(make, worker)
        review = getattr(maker, state)(make, worker, case)
        paid(make, worker, case, "2026-09")
        reconsidered(case)
        assert review_of(make, worker, review).state == "withdrawn"
        assert len(open_tasks(truth, "reconsider_graduation")) == 1

    def test_a_month_that_ended_meanwhile_and_lacks_its_income_withdraws_nothing(self, make: Make, worker, clock):
        case = maker.settled(make, worker)
        review = maker.review(make, worker, case)
        clock.move(days=30)
        reconsidered(case)
        assert review_of(make, worker, review).state == "eligible"

    def test_a_line_of_the_ledger_brings_it_about(self, make: Make, worker, truth):
        case = maker.settled(make, worker)
        review = maker.review(make, worker, case)
        paid(make, worker, case, "2026-09")
        assert run_job(truth.one("select id from jobs where name = 'graduation.reconsider'"))
        assert review_of(make, worker, review).state == "withdrawn"


class TestRelapse:
    """Counted, and told to the caseworker; never hidden."""

    @pytest.fixture
    def case(self, make: Make, worker):
        return maker.settled(make, worker, but={"work"})

    @pytest.fixture
    def placement(self, make: Make, worker, case):
        return maker.works(make, worker, case)

    @pytest.fixture
    def review(self, make: Make, worker, leader, case, placement, clock):
        """A provisional verdict of nine months ago."""
        given = maker.provisional(make, worker, leader, case)
        clock.move(days=270)
        return given

    def found(self, truth):
        return truth.all("select kind, happened_on, recorded_by from relapses order by happened_on")

    def rows(self, truth):
        return [row["kind"] for row in truth.one("select evidence from relapses")["rows"]]

    def test_aid_in_two_of_three_months_is_one_however_long_it_goes_on(self, make: Make, worker, case, review, truth):
        paid(make, worker, case, "2027-01")
        reconsidered(case)
        assert self.found(truth) == []
        # The last one came late, and tells of an earlier window.
        for late in ("2027-03", "2027-04", "2027-05", "2027-02"):
            paid(make, worker, case, late)
            reconsidered(case)
        assert self.found(truth) == [("aid", date(2027, 3, 1), None)]
        assert self.rows(truth) == ["disbursement"] * 2
        assert [task[1:3] for task in open_tasks(truth, "answer_relapse")] == [("caseworker", worker.id)]
        assert timeline(truth, case)[-1] == "relapse_recorded"

    def test_work_lost_for_more_than_sixty_days_is_one(self, make: Make, worker, case, placement, review, truth):
        maker.stops_working(make, worker, placement, days_ago=60)
        reconsidered(case)
        assert self.found(truth) == []

    def test_a_day_later_it_is(self, make: Make, worker, case, placement, review, truth):
        maker.stops_working(make, worker, placement, days_ago=61)
        for _ in range(2):
            reconsidered(case)
        assert self.found(truth) == [("work_lost", today() - timedelta(days=61), None)]
        assert self.rows(truth) == ["placement"]

    def test_a_new_case_anywhere_is_one(self, make: Make, worker, case, review, truth):
        elsewhere = make.caseworker("PSTW-MAGETAN")
        with make.acting(worker) as session:
            clients.give_access(session, case.client_id, "registered", organisation_id=elsewhere.organisation_id)
        cases.open_case(make, elsewhere, case.client_id)
        reconsidered(case)
        assert (self.found(truth), self.rows(truth)) == ([("new_case", today(), None)], ["case"])

    def test_the_same_episode_at_another_upt_is_not_new(self, make: Make, worker, case, review, truth):
        elsewhere = make.caseworker("PSTW-MAGETAN")
        with make.acting(worker) as session:
            clients.give_access(session, case.client_id, "registered", organisation_id=elsewhere.organisation_id)
        cases.open_case(make, elsewhere, case.client_id, previous_case_id=case.id)
        closed = "stage = 'closed', close_reason = 'transferred', closed_at = :now"
        truth.run(f"update cases set {closed} where id = :id", id=case.id, now="2027-07-02T03:00:00+00:00")
        reconsidered(case)
        assert self.found(truth) == []

    def test_found_in_the_street_at_a_visit_is_one(self, make: Make, worker, case, review, truth):
        cases.visit(make, worker, case.client_id, on=today(), outcome="at_risk", is_on_street=True)
        reconsidered(case)
        assert (self.found(truth), self.rows(truth)) == ([("street", today(), None)], ["visit"])

    def test_who_has_died_does_not_fall_back(self, make: Make, worker, case, review, truth):
        for late in ("2027-03", "2027-04"):
            paid(make, worker, case, late)
        truth.run("update clients set died_on = '2027-02-01' where id = :id", id=case.client_id)
        reconsidered(case)
        assert self.found(truth) == []

    def test_what_a_person_knows_is_written_down_once_a_day(self, make: Make, worker, review, truth):
        street = {"review_id": review.id, "kind": "street", "happened_on": today()}
        with make.acting(worker) as session:
            first, is_new = service.record_relapse(session, **street)
            again, is_newer = service.record_relapse(session, **street)
        assert (first, is_new, is_newer) == (again, True, False)
        assert self.found(truth) == [("street", today(), worker.id)]
        assert len(open_tasks(truth, "answer_relapse")) == 1

    @pytest.mark.parametrize(("days", "code"), [(1, "in_future"), (-270, "too_early")])
    def test_a_day_that_cannot_be_is_refused(self, days, code, make: Make, worker, review):
        with pytest.raises(Invalid) as wrong, make.acting(worker) as session:
            on = today() + timedelta(days=days)
            service.record_relapse(session, review_id=review.id, kind="street", happened_on=on)
        assert wrong.value.errors[0]["code"] == code

    def test_before_a_verdict_there_is_nothing_to_fall_back_from(self, make: Make, worker):
        review = maker.review(make, worker)
        with pytest.raises(RuleBroken), make.acting(worker) as session:
            service.record_relapse(session, review_id=review.id, kind="street", happened_on=today())

    def test_after_a_confirmation_it_undoes_what_the_case_may_do(self, make: Make, worker, leader, case, review, clock):
        clock.move(days=100)
        maker.cared_for(make, worker, case)
        maker.confirmed(make, review.id, leader, make.user("supervisor", organisation=UPT))
        clock.move(days=70)
        with make.acting(worker) as session:
            assert service.confirmed_review(session, case.id) is not None
            service.record_relapse(session, review_id=review.id, kind="street", happened_on=today())
            assert service.confirmed_review(session, case.id) is None


class TestVoice:
    """What the person says."""

    def test_a_no_needs_its_reason(self, make: Make, worker):
        case = cases.open_case(make, worker)
        with pytest.raises(Invalid) as wrong:
            maker.says(make, worker, case.client_id, agrees=False)
        assert wrong.value.errors[0]["field"] == "reason"

    def test_nobody_was_asked_tomorrow(self, make: Make, worker):
        case = cases.open_case(make, worker)
        with pytest.raises(Invalid), make.acting(worker) as session:
            service.record_voice(session, case.client_id, asked_on=today() + timedelta(days=1), agrees=True)

    def test_it_belongs_to_an_open_case(self, make: Make, worker):
        with pytest.raises(NotFound):
            maker.says(make, worker, make.client(worker).id)

    def test_why_not_is_read_by_the_team(self, make: Make, worker, leader):
        case = cases.open_case(make, worker)
        said = maker.says(make, worker, case.client_id, agrees=False, reason="Belum yakin.")
        with make.acting(leader) as session:
            assert service.read_voice(session, said.id).reason == "Belum yakin."


class TestBetweenSignatures:
    """What came, or was undone, after one hand had signed and before the other did."""

    @pytest.fixture
    def second(self, make: Make):
        return make.user("supervisor", organisation=UPT)

    @pytest.fixture
    def case(self, make: Make, worker):
        return maker.settled(make, worker)

    @pytest.fixture
    def signed(self, make: Make, worker, leader, case, clock):
        """A review that one of two has confirmed."""
        review = maker.provisional(make, worker, leader, case)
        clock.move(days=365)
        maker.cared_for(make, worker, case)
        act(make, leader, "confirm", review)
        return review

    def test_a_payment_for_before_the_provisional_day_stops_the_second_though_no_night_has_looked(
        self, make: Make, worker, case, signed, second
    ):
        paid(make, worker, case, "2026-09")
        assert refused(make, second, "confirm", signed) == ["late_facts"]
        reconsidered(case)
        assert review_of(make, second, signed).reason == "late_facts"

    def test_who_wrote_evidence_after_he_signed_is_no_second_pair_of_eyes(
        self, make: Make, leader, case, signed, second
    ):
        maker.earns(make, leader, case.client_id)
        assert act(make, second, "confirm", signed).state == "provisional"
        third = make.user("supervisor", organisation=UPT)
        assert act(make, third, "confirm", signed).state == "confirmed"

    def test_who_signed_before_the_person_said_no_has_not_signed_against_his_word(
        self, make: Make, worker, case, signed, second
    ):
        maker.says(make, worker, case.client_id, agrees=False, reason="Takut.")
        assert act(make, second, "confirm", signed, reason="household_changed").state == "provisional"

    def test_a_relapse_after_the_first_signature_was_seen_by_nobody_who_signed(
        self, make: Make, worker, signed, second, clock
    ):
        clock.move(days=1)
        with make.acting(worker) as session:
            service.record_relapse(session, review_id=signed.id, kind="street", happened_on=today())
        assert act(make, second, "confirm", signed).state == "provisional"

    def test_nothing_between_them_and_it_is_confirmed(self, make: Make, signed, second):
        assert act(make, second, "confirm", signed).state == "confirmed"


class TestElsewhereAndAfter:
    """What a transfer, a death, another pathway and a relapse leave of what the gate has said."""

    @pytest.fixture
    def graduate(self, make: Make, worker, leader, clock):
        """The case of somebody whose graduation two have confirmed today."""
        case = maker.settled(make, worker)
        review = maker.provisional(make, worker, leader, case)
        clock.move(days=365)
        maker.cared_for(make, worker, case)
        maker.confirmed(make, review.id, leader, make.user("supervisor", organisation=UPT))
        return case

    def night(self, case):
        with db.transaction(db.system("test")) as session:
            return service.look_at_cases(session, case.id, case.id)

    def test_where_another_upt_takes_over_it_ends_and_the_visits_go_along(self, make: Make, worker, leader, truth):
        case = maker.settled(make, worker)
        review = maker.provisional(make, worker, leader, case)
        other = make.user("supervisor", organisation=cases.MAGETAN)
        offer = cases.offer_transfer(make, leader, case)
        with make.acting(other) as session:
            journey.accept_transfer(session, offer.id)
        assert truth.all("select state, reason from graduation_reviews") == [("withdrawn", "case_closed")]
        assert open_tasks(truth, "confirm_graduation") == []
        offices = "select distinct organisation_id from tasks where kind = 'visit_aftercare' and state = 'open'"
        assert truth.all(offices) == [other.organisation_id]
        assert truth.one("select count(*) from relapses where review_id = :id", id=review.id) == 0

    def test_on_a_pathway_that_cannot_graduate_nothing_stands(self, make: Make, worker, leader, truth):
        case = maker.settled(make, worker)
        review = maker.provisional(make, worker, leader, case)
        truth.run("update cases set pathway = 'long_term_care' where id = :id", id=case.id)
        reconsidered(case)
        assert review_of(make, leader, review).state == "withdrawn"

    def test_whoever_fell_back_after_a_confirmation_is_found_by_the_night_when_he_meets_everything_again(
        self, make: Make, worker, leader, truth, clock, graduate
    ):
        assert self.night(graduate)["eligible"] == 0
        clock.move(days=1)
        cases.visit(make, worker, graduate.client_id, on=today(), outcome="at_risk", is_on_street=True)
        assert self.night(graduate)["relapses"] == 1
        assert self.night(graduate)["eligible"] + truth.one(
            "select count(*) from graduation_reviews where state = 'eligible'"
        ) == 1  # fmt: skip

    def test_the_office_that_is_asked_about_who_fell_back_long_after_reaches_him_again_for_a_while(
        self, make: Make, worker, leader, truth, clock, graduate
    ):
        truth.run("update cases set stage = 'aftercare' where id = :id", id=graduate.id)
        with make.acting(leader) as session:
            journey.move_case(session, graduate.id, verb="graduate")
        # As of a person whom another office registered.
        truth.run("delete from client_access where ground = 'registered'")
        clock.move(days=120)
        elsewhere = make.caseworker(cases.MAGETAN)
        with db.transaction(db.system("test")) as session:
            clients.give_access(session, graduate.client_id, "referral", organisation_id=elsewhere.organisation_id)
        for late in ("2027-12", "2028-01"):
            paid(make, elsewhere, graduate, late)
        assert not self.reaches(make, worker, graduate)
        reconsidered(graduate)
        assert len(open_tasks(truth, "answer_relapse")) == 1
        assert self.reaches(make, worker, graduate)
        assert cases.open_case(make, worker, graduate.client_id).previous_case_id == graduate.id
        truth.run("delete from client_access where ground = 'case' and valid_until is null")
        clock.move(days=61)
        assert not self.reaches(make, worker, graduate)

    def test_whom_another_office_serves_by_then_is_counted_and_nobody_is_asked(
        self, make: Make, worker, leader, truth, clock, graduate
    ):
        truth.run("update cases set stage = 'graduated', closed_at = now() where id = :id", id=graduate.id)
        truth.run("update client_access set valid_until = now() where client_id = :id", id=graduate.client_id)
        clock.move(days=120)
        elsewhere = make.caseworker(cases.MAGETAN)
        with db.transaction(db.system("test")) as session:
            clients.give_access(session, graduate.client_id, "registered", organisation_id=elsewhere.organisation_id)
        cases.open_case(make, elsewhere, graduate.client_id)
        for late in ("2027-12", "2028-01"):
            paid(make, elsewhere, graduate, late)
        reconsidered(graduate)
        assert sorted(truth.all("select kind from relapses")) == ["aid", "new_case"]
        assert open_tasks(truth, "answer_relapse") == []
        assert not self.reaches(make, worker, graduate)

    def reaches(self, make: Make, by: User, case) -> bool:
        try:
            with make.acting(by) as session:
                clients.client_for(session, case.client_id)
        except NotFound:
            return False
        return True

    def test_aid_of_the_living_that_is_heard_of_after_the_death_is_a_relapse_and_nobody_is_asked(
        self, make: Make, worker, leader, truth, clock, graduate
    ):
        clock.move(days=120)
        truth.run("update clients set died_on = '2027-12-20' where id = :id", id=graduate.client_id)
        for late in ("2027-11", "2027-12", "2028-01"):
            paid(make, worker, graduate, late)
        reconsidered(graduate)
        assert truth.all("select kind, happened_on from relapses") == [("aid", date(2027, 12, 1))]
        assert open_tasks(truth, "answer_relapse") == []
