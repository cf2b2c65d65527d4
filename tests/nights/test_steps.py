"""What each step of a night does for people: who has come to graduate or fell back, what is due without a task, digests."""

from datetime import date, timedelta

import pytest

from kessos_case.access.models import User
from kessos_case.cases import service as casework_service
from kessos_case.core import db
from kessos_case.graduation import service as graduation
from kessos_case.nights.rules import Step
from kessos_case.nights.service.digests import write_digests
from tests.factories import Make, aid, cases, nights, offers
from tests.factories import graduation as maker
from tests.factories.employment import placement, verified
from tests.factories.graduation import UPT, today

NOTHING = {"overdue": 0, "due_today": 0, "due_this_week": 0, "kinds": {}}


@pytest.fixture(autouse=True)
def _day(clock):
    clock.set("2026-10-05T03:00:00+00:00")


@pytest.fixture
def worker(make: Make) -> User:
    return make.caseworker()


@pytest.fixture
def leader(make: Make) -> User:
    return make.user("supervisor", organisation=UPT)


def graduation_step():
    """The counts of one look at everybody."""
    night = nights.night(full=True)
    return {name: night.report[Step.GRADUATION][name] for name in ("eligible", "withdrawn", "relapses", "held_up")}


def looked(**found):
    return {"eligible": 0, "withdrawn": 0, "relapses": 0, "held_up": 0} | found


def states(truth, case):
    return truth.all("select state from graduation_reviews where case_id = :id order by opened_at, id", id=case.id)


class TestGraduation:
    """Nobody who meets everything waits for somebody to look."""

    def test_who_meets_everything_becomes_eligible_and_his_caseworker_is_asked(self, make: Make, worker, truth):
        case = maker.settled(make, worker)
        assert graduation_step() == looked(eligible=1)
        assert states(truth, case) == ["eligible"]
        asked = "select role, user_id from tasks where kind = 'decide_graduation'"
        assert truth.all(asked) == [("caseworker", case.caseworker_id)]
        assert graduation_step() == looked()

    @pytest.mark.parametrize("lacking", ["work", "income", "health", "plan", "voice"])
    def test_who_lacks_something_does_not(self, lacking, make: Make, worker, truth):
        case = maker.settled(make, worker, but={lacking})
        assert graduation_step() == looked()
        assert states(truth, case) == []

    @pytest.mark.parametrize("lacking", ["work", "income", "health", "plan", "voice"])
    def test_nobody_is_judged_who_cannot_have_met_everything(self, lacking, make: Make, worker):
        maker.settled(make, worker, but={lacking})
        with db.transaction(db.system("test")) as session:
            assert session.scalars(graduation.cases_to_look_at(session)).all() == []

    def test_a_child_safe_at_home_is_found_too(self, make: Make, worker, truth):
        client = make.client(worker, birth_date=date(2022, 5, 1), birth_date_precision="day")
        case = cases.open_case(make, worker, client.id, category="PPKS-02")
        home = cases.assess_home(make, worker, case, guardian_consent_on=date(2026, 1, 5))
        with make.acting(worker) as session:
            casework_service.start_reunification(session, home.id, starts_on=date(2026, 1, 10))
        for day in (20, 21, 22):
            cases.visit(make, worker, client.id, on=date(2026, 2, day), attends_school=True)
        assert case.pathway == "reunification"
        assert graduation_step() == looked(eligible=1)

    def test_what_speaks_against_a_review_withdraws_it(self, make: Make, worker, truth):
        case = maker.settled(make, worker)
        maker.review(make, worker, case)
        make.alert(worker, case.client_id)
        assert graduation_step() == looked(withdrawn=1)
        assert states(truth, case) == ["withdrawn"]

    def test_what_a_supervisor_took_back_waits_for_new_facts(self, make: Make, worker, leader, truth):
        case = maker.settled(make, worker)
        review = maker.review(make, worker, case)
        with make.acting(leader) as session:
            graduation.withdraw(session, review.id, reason="not_ready")
        assert graduation_step() == looked()
        maker.says(make, worker, case.client_id)
        assert graduation_step() == looked(eligible=1)
        assert states(truth, case) == ["withdrawn", "eligible"]

    def test_a_deferral_is_kept_until_its_day(self, make: Make, worker, leader, truth, clock):
        case = maker.settled(make, worker)
        review = maker.review(make, worker, case)
        with make.acting(leader) as session:
            graduation.defer(session, review.id, until=today() + timedelta(days=10), reason="illness")
        assert graduation_step() == looked()
        clock.move(days=10)
        assert graduation_step() == looked(eligible=1)

    def test_a_graduate_who_gets_aid_again_has_fallen_back_once(self, make: Make, worker, leader, clock):
        case = maker.settled(make, worker)
        maker.provisional(make, worker, leader, case)
        clock.move(days=100)
        assert graduation_step() == looked()
        aid.disbursement(make, worker, case.client_id, "2026-11..2026-12", paid_on=today())
        assert graduation_step() == looked(relapses=1)
        assert graduation_step() == looked()

    def test_of_confirmed_graduates_only_those_are_looked_at_in_whose_record_something_came_up(
        self, make: Make, worker, leader, truth
    ):
        quiet, aided = maker.settled(make, worker), maker.settled(make, worker)
        for case in (quiet, aided):
            maker.provisional(make, worker, leader, case)
        truth.run("update graduation_reviews set state = 'confirmed', confirmed_on = provisional_on, "
                  "provisional_on = provisional_on - 120")  # fmt: skip
        truth.run("update cases set stage = 'graduated', closed_at = opened_at")
        aid.disbursement(make, worker, aided.client_id, "2026-08..2026-09", paid_on=today())
        with db.transaction(db.system("test")) as session:
            assert session.scalars(graduation.cases_to_look_at(session)).all() == [aided.id]

    def test_one_broken_record_holds_up_nobody_else(self, make: Make, worker, truth):
        broken, whole = maker.settled(make, worker), maker.settled(make, worker)
        truth.run("update clients set data_key = decode('ff00', 'hex') where id = :id", id=broken.client_id)
        assert graduation_step() == looked(eligible=1, held_up=1)
        assert (states(truth, broken), states(truth, whole)) == ([], ["eligible"])


class TestChecks:
    """What is due has a task, whatever happened to the one that was raised with it."""

    @pytest.fixture
    def work(self, make: Make, worker):
        case = cases.open_case(make, worker)
        made = placement(make, worker, case, starts_on=today() - timedelta(days=100))
        verified(make, worker, made.id, on=today() - timedelta(days=90))
        return made

    def asked(self, truth, kind):
        return truth.all(
            "select period, user_id from tasks where kind = :kind and state = 'open' order by due_at", kind=kind
        )

    def test_a_check_that_nobody_was_asked_for_is_asked_for(self, make: Make, worker, work, truth):
        truth.run("delete from tasks")
        assert nights.night().report[Step.CHECKS]["placements"] == 2
        assert self.asked(truth, "check_placement") == [("30", worker.id), ("90", worker.id)]

    def test_what_somebody_cancelled_is_not_asked_for_again(self, work, truth):
        truth.run("update tasks set state = 'cancelled', reason = 'not_needed', closed_at = created_at")
        assert nights.night().report[Step.CHECKS]["placements"] == 0

    def test_what_ended_with_a_case_that_goes_on_is_asked_for_again(self, work, truth):
        truth.run("update tasks set state = 'cancelled', reason = 'case_closed', closed_at = created_at")
        assert nights.night().report[Step.CHECKS]["placements"] == 2
        assert [period for period, _ in self.asked(truth, "check_placement")] == ["30", "90"]

    def test_of_a_closed_case_nothing_is_asked(self, work, truth):
        truth.run("delete from tasks")
        truth.run("update cases set stage = 'closed', close_reason = 'moved', closed_at = opened_at")
        assert nights.night().report[Step.CHECKS]["placements"] == 0

    def test_a_placement_to_verify_is_asked_for(self, make: Make, worker, truth):
        placement(make, worker, cases.open_case(make, worker))
        truth.run("delete from tasks")
        assert nights.night().report[Step.CHECKS]["placements"] == 1
        assert len(self.asked(truth, "verify_placement")) == 1

    def test_a_pause_that_is_over_lies_with_the_supervisor(self, make: Make, worker, truth):
        case = cases.open_case(make, worker)
        cases.move_case(make, worker, case, "pause", reason="hospital", until=today() + timedelta(days=3))
        truth.run("delete from tasks")
        assert nights.night().report[Step.CHECKS]["pauses"] == 0
        truth.run("update cases set paused_from = '2026-09-01', paused_until = '2026-10-05'")
        assert nights.night(full=True).report[Step.CHECKS]["pauses"] == 1
        assert self.asked(truth, "end_pause") == [("2026-10-05", None)]

    def test_care_that_nobody_reviews_is_overdue_from_its_year(self, make: Make, worker, leader, truth):
        case = cases.open_case(make, worker, category="PPKS-15", pathway="long_term_care", pathway_reason="lansia")
        cases.lead_to(make, case, "care", worker, leader)
        truth.run("delete from tasks where kind = 'review_care'")
        truth.run("update cases set stage_since = '2025-01-10'")
        assert nights.night().report[Step.CHECKS]["care"] == 1
        assert truth.one("select due_at::date from tasks where kind = 'review_care'") == date(2026, 1, 10)
        truth.run("update tasks set state = 'cancelled', reason = 'mistake', closed_at = created_at")
        nights.night(full=True)
        assert truth.one("select max(due_at)::date from tasks where kind = 'review_care'") == date(2027, 10, 5)

    def test_a_case_without_a_caseworker_is_asked_about_once(self, make: Make, worker, truth):
        cases.open_case(make, worker)
        truth.run("update cases set caseworker_id = null")
        assert nights.night().report[Step.CHECKS]["unassigned"] == 1
        assert nights.night(full=True).report[Step.CHECKS]["unassigned"] == 0

    def test_aftercare_that_lost_its_visits_gets_them_back(self, make: Make, worker, leader, truth):
        maker.provisional(make, worker, leader)
        truth.run("delete from tasks")
        assert nights.night().report[Step.CHECKS]["aftercare"] == 1
        assert len(self.asked(truth, "visit_aftercare")) == 5
        assert nights.night(full=True).report[Step.CHECKS]["aftercare"] == 0


class TestClocks:
    """A referral that lies too long where no clock moves it on is somebody's task."""

    @pytest.fixture
    def desk(self, make: Make):
        return make.user("triage", region="35.09")

    def chased(self, truth):
        return truth.all(
            "select role, organisation_id, state from tasks where kind = 'chase_referral' order by created_at, id"
        )

    def test_the_night_does_what_the_rounds_of_the_clock_left(self, make: Make, desk, truth, clock):
        sent = make.referral(make.user("tksk"))
        offers.move(make, desk, sent.id, "return", note="Di mana?")
        clock.move(days=30)
        counts = nights.night().report[Step.CLOCKS]
        assert (counts["late"], counts["asked"], counts["ownerless"]) == (1, 1, 0)
        assert self.chased(truth) == [("tksk", desk.organisation_id, "open")]

    def test_the_past_of_partners_is_counted_before_anybody_is_ranked_by_it(self, make: Make, desk, truth, clock):
        receiver = offers.shelter(make)
        offers.accept(make, receiver, offers.offers(make, desk, offers.triaged(make, desk).id)[0])
        assert nights.night().report[Step.CLOCKS]["services_counted"] == 1
        counted = "select accepted from service_records where service_id = :id"
        assert truth.one(counted, id=receiver.service_id) == 1

    def test_a_upt_that_accepted_and_met_nobody_is_asked(self, make: Make, desk, truth, clock):
        receiver = offers.home(make)
        referral = offers.triaged(make, desk)
        offers.accept(make, receiver, offers.offers(make, desk, referral.id)[0])
        clock.move(days=30)
        nights.night()
        assert self.chased(truth) == [("caseworker", receiver.office.id, "open")]

    def test_a_partner_is_asked_before_the_desk(self, make: Make, desk, truth, clock):
        receiver = offers.shelter(make)
        referral = offers.triaged(make, desk)
        offers.accept(make, receiver, offers.offers(make, desk, referral.id)[0])
        clock.move(days=30)
        nights.night()
        assert self.chased(truth) == [("partner", receiver.office.id, "open")]


class TestDigests:
    """How much each has to do, in numbers."""

    def digest(self, make: Make, truth, user):
        with db.transaction(db.system("test")) as session:
            write_digests(session)
        return truth.one("select counts from digests where user_id = :id", id=user.id)

    def test_it_counts_what_is_overdue_due_today_and_within_a_week(self, make: Make, worker, truth):
        for days in (-3, 0, 0, 6, 7):
            make.task(worker, due_on=today() + timedelta(days=days), user_id=worker.id)
        counts = {"overdue": 1, "due_today": 2, "due_this_week": 3, "kinds": {"manual": 4}}
        assert self.digest(make, truth, worker) == counts

    def test_a_task_of_the_desk_is_everybodys_and_one_of_a_colleague_is_his(self, make: Make, worker, truth):
        colleague, elsewhere = make.caseworker(), make.caseworker("PSTW-MAGETAN")
        client = make.client(worker).id
        make.task(worker, client, due_on=today())
        make.task(worker, client, due_on=today(), user_id=colleague.id)
        assert self.digest(make, truth, worker)["due_today"] == 1
        assert self.digest(make, truth, colleague)["due_today"] == 2
        assert self.digest(make, truth, elsewhere) == NOTHING

    def test_a_supervisor_does_not_have_the_tasks_of_the_caseworkers(self, make: Make, worker, leader, truth):
        make.task(worker, due_on=today())
        assert self.digest(make, truth, leader) == NOTHING

    def test_who_has_left_gets_none(self, make: Make, worker, truth):
        truth.run("update users set is_active = false where id = :id", id=worker.id)
        assert self.digest(make, truth, worker) is None

    def test_the_same_day_again_only_brings_it_up_to_date(self, make: Make, worker, truth):
        assert self.digest(make, truth, worker) == NOTHING
        make.task(worker, due_on=today())
        assert self.digest(make, truth, worker)["due_today"] == 1
        assert truth.one("select count(*) from digests where user_id = :id", id=worker.id) == 1


class TestRetention:
    """What nobody can ask about any more."""

    def test_old_sign_ins_digests_and_keys_go_and_young_ones_stay(self, make: Make, worker, truth, clock):
        truth.run(
            "insert into tokens (id, user_id, kind, token_hash, created_at, last_seen_at, expires_at) "
            "select gen_random_uuid(), :id, 'bearer', sha256(days::text::bytea), now(), now(), "
            "timestamptz '2026-10-05' - days * interval '1 day' from unnest(array[89, 91]) days",
            id=worker.id,
        )
        truth.run(
            "insert into digests select :id, date '2026-10-05' - days, '{}', now() from unnest(array[60, 61]) days",
            id=worker.id,
        )
        report = nights.night().report[Step.RETENTION]
        assert (report["sign_ins"], report["digests"]) == (1, 1)
        # What an end leaves behind is said only once.
        assert nights.night(full=True).report[Step.RETENTION]["sign_ins"] == 0

    def test_jobs_that_are_done_go_after_their_days_and_failed_ones_stay(self, truth):
        truth.run(
            "insert into jobs (id, name, queue, args, status, done, attempts, created_at, due_at, finished_at) "
            "select gen_random_uuid(), 'test', 'nightly', '{}', status, 0, 1, now(), now(), now() - interval '31 days' "
            "from unnest(array['done', 'failed']) status"
        )
        nights.night()
        assert truth.all("select status from jobs where name = 'test'") == ["failed"]

    @pytest.fixture
    def imports(self, make: Make, truth):
        """Imports in every end, a hundred days ago, each with a row of every kind."""
        office = make.organisation(UPT).id
        truth.run(
            "insert into aid_imports (id, organisation_id, filename, media, size, content_hash, is_historic, state, done, "
            "ready, known, parked, failed, added, uploaded_at, version) "
            "select gen_random_uuid(), :office, state, 'csv', 1, '', false, state, 0, 0, 0, 0, 0, 0, "
            "timestamptz '2026-06-20', 1 from unnest(array['applied', 'cancelled', 'checked']) state",
            office=office,
        )
        truth.run("insert into aid_import_files select id, 'x' from aid_imports")
        truth.run(
            "insert into aid_import_rows (import_id, row_number, state, raw_sealed) "
            "select i.id, place, s.state, 'x' from aid_imports i, "
            "unnest(array['added', 'known', 'parked', 'failed', 'settled']) with ordinality s (state, place)"
        )

    def test_an_imported_file_goes_and_what_waits_for_an_answer_stays(self, imports, truth):
        nights.night()
        assert truth.all("select i.state from aid_import_files f join aid_imports i on i.id = f.import_id") == [
            "checked"
        ]
        left = truth.all(
            "select r.state, r.raw_sealed is not null from aid_import_rows r join aid_imports i on i.id = r.import_id "
            "where i.state = 'applied' order by 1"
        )
        assert left == [("failed", False), ("parked", True)]
        counted = "select i.state, count(*) from aid_import_rows r join aid_imports i on i.id = r.import_id group by 1"
        assert dict(truth.all(counted)) == {"applied": 2, "checked": 5}
