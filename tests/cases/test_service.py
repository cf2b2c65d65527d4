"""Opening, moving, serving and ending episodes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from kessos_case.access import service as access
from kessos_case.access.rules import Role
from kessos_case.cases import queries, service
from kessos_case.cases.rules import Ask, OpenItem
from kessos_case.clients.service import client_for, give_access, read_client
from kessos_case.core import db
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken
from kessos_case.core.paging import PageRequest, page
from kessos_case.employment import service as employment
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import raise_task
from tests.factories import OPERATOR, Make, fresh_id
from tests.factories import cases as c
from tests.factories.casework import decided, goal, plan, step
from tests.factories.employment import checked, placement, verified


def fields(refused) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in refused.value.errors]


def codes(refused) -> list[str]:
    return [error["code"] for error in refused.value.errors]


def open_tasks(truth, client_id) -> list[str]:
    return truth.all("select kind from tasks where client_id = :id and state = 'open' order by kind", id=client_id)


def reaches(make: Make, user, client_id) -> bool:
    with make.acting(user) as session:
        try:
            client_for(session, client_id)
        except NotFound:
            return False
        return True


def facts(make: Make, by, case):
    with make.acting(by) as session:
        return service.case_facts(session, service.case_for(session, case.id))


class TestOpening:
    """An episode begins once, at one UPT, on a pathway."""

    def test_the_category_proposes_the_pathway_and_the_opener_serves(self, make: Make):
        worker = make.caseworker()
        case = c.open_case(make, worker, category="PPKS-08")
        assert (case.pathway, case.stage, case.caseworker_id) == ("long_term_care", "intake", worker.id)

    def test_it_stands_in_history_timeline_and_trail(self, make: Make, truth):
        worker = make.caseworker()
        case = c.open_case(make, worker)
        row = truth.all("select verb, from_stage, to_stage, policy_version from case_transitions")[0]
        assert row[:3] == ("open", None, "intake") and row[3].startswith("pathways-3-")
        assert "case_opened" in truth.all("select kind from timeline_entries where client_id = :id", id=case.client_id)
        assert truth.one("select count(*) from audit_entries where resource = 'case' and action = 'open'") == 1

    def test_another_pathway_needs_a_reason(self, make: Make):
        with pytest.raises(Invalid) as refused:
            c.open_case(make, category="PPKS-08", pathway="independence")
        assert fields(refused) == [("pathway_reason", "reason_missing")]

    def test_the_reason_of_another_pathway_is_sealed(self, make: Make, truth):
        worker = make.caseworker()
        case = c.open_case(make, worker, category="PPKS-08", pathway="independence", pathway_reason="Masih kuat")
        assert b"Masih" not in truth.one("select text_sealed from case_texts")
        with make.acting(worker) as session:
            assert service.history_of(session, service.case_for(session, case.id))[0]["note"] == "Masih kuat"

    def test_mistakes_are_named_together(self, make: Make):
        worker = make.caseworker()
        dinsos = make.organisation("DINSOS-35.09").id
        with pytest.raises(Invalid) as refused:
            c.open_case(make, worker, organisation_id=dinsos, category="PPKS-77")
        assert fields(refused) == [("category", "category_missing"), ("organisation_id", "organisation_missing")]

    def test_a_caseworker_opens_at_his_own_upt_only(self, make: Make):
        with pytest.raises(Forbidden):
            c.open_case(make, organisation_id=make.organisation(c.MAGETAN).id)

    def test_a_person_beyond_reach_is_not_there(self, make: Make):
        foreign = make.client(make.caseworker(c.MAGETAN))
        with pytest.raises(NotFound):
            c.open_case(make, make.caseworker(), foreign.id)

    def test_nobody_opens_a_case_of_the_dead(self, make: Make, truth):
        worker = make.caseworker()
        person = make.client(worker)
        truth.run("update clients set died_on = '2026-01-01' where id = :id", id=person.id)
        with pytest.raises(Conflict) as refused:
            c.open_case(make, worker, person.id)
        assert refused.value.code == "deceased"

    def test_a_second_one_at_the_same_upt_is_told_the_first(self, make: Make):
        worker = make.caseworker()
        first = c.open_case(make, worker)
        with pytest.raises(Conflict) as refused:
            c.open_case(make, worker, first.client_id)
        assert (refused.value.code, refused.value.errors[0]["id"]) == ("case_open", str(first.id))

    def test_of_eight_at_once_one_is_opened(self, committed, make_committed: Make):
        worker = make_committed.caseworker()
        person = make_committed.client(worker)

        def ask(_):
            try:
                return c.open_case(make_committed, worker, person.id).id
            except Conflict as refused:
                return refused.errors[0]["id"]

        with ThreadPoolExecutor(8) as pool:
            answers = {str(answer) for answer in pool.map(ask, range(8))}
        assert len(answers) == 1
        with committed.connect() as connection:
            assert connection.exec_driver_sql("select count(*) from cases").scalar() == 1
            assert connection.exec_driver_sql("select count(*) from case_transitions").scalar() == 1

    def test_a_later_one_names_the_one_before(self, make: Make):
        worker, leader = make.caseworker(), c.supervisor(make)
        first = c.open_case(make, worker)
        c.move_case(make, leader, first, "close", reason="own_wish")
        assert c.open_case(make, worker, first.client_id).previous_case_id == first.id

    def test_without_a_caseworker_the_supervisor_is_asked_for_one(self, make: Make, truth, clock):
        worker, desk = make.caseworker(), make.user("triage")
        person = make.client(desk)
        case = c.open_case(make, desk, person.id, organisation_id=worker.organisation_id, referral_id=fresh_id())
        assert case.caseworker_id is None
        due = truth.one("select due_at from tasks where kind = 'assign_caseworker'")
        assert due.isoformat() == "2026-03-03T09:00:00+00:00"  # Tuesday at 16:00 in Jember

    def test_triage_opens_elsewhere_by_an_accepted_referral_and_gives_the_upt_its_reach(self, make: Make):
        worker, desk = make.caseworker(), make.user("triage")
        person = make.client(desk)
        assert not reaches(make, worker, person.id)
        c.open_case(make, desk, person.id, organisation_id=worker.organisation_id, referral_id=fresh_id())
        assert reaches(make, worker, person.id)

    def test_triage_opens_nothing_without_a_referral(self, make: Make):
        desk = make.user("triage")
        with pytest.raises(RuleBroken) as refused:
            c.open_case(make, desk, make.client(desk).id, organisation_id=make.organisation(c.MAGETAN).id)
        assert codes(refused) == ["referral_missing"]

    def test_a_supervisor_does_not_open(self, make: Make):
        leader = c.supervisor(make)
        with pytest.raises(Forbidden):
            c.open_case(make, leader, make.client(leader).id)

    def test_a_named_caseworker_must_be_one_of_that_office(self, make: Make):
        with pytest.raises(Invalid) as refused:
            c.open_case(make, make.caseworker(), caseworker_id=make.caseworker(c.MAGETAN).id)
        assert fields(refused) == [("caseworker_id", "not_found")]

    def test_a_strict_category_asks_for_a_report_within_a_day(self, make: Make, truth, clock):
        c.open_case(make, category="PPKS-06")
        due, role = truth.all("select due_at, role from tasks where kind = 'mandatory_report'")[0]
        assert (due - clock.now, role) == (timedelta(hours=24), "supervisor")

    def test_an_ordinary_one_asks_for_none(self, make: Make, truth):
        assert open_tasks(truth, c.open_case(make).client_id) == []

    def test_what_asked_to_open_it_is_done(self, make: Make, truth):
        worker, referral = make.caseworker(), fresh_id()
        with make.acting(worker) as session:
            from kessos_case.tasks.rules import TaskKind
            from kessos_case.tasks.service import raise_task

            raise_task(
                session, TaskKind.OPEN_CASE, subject_kind="referral", subject_id=referral, role="caseworker",
                organisation_id=worker.organisation_id, due_at=session.now,
            )  # fmt: skip
        c.open_case(make, worker, referral_id=referral)
        assert truth.one("select state from tasks where subject_id = :id", id=referral) == "done"


class TestDoors:
    """Whose episode it is."""

    def test_another_upt_finds_nothing(self, make: Make):
        case = c.open_case(make)
        with pytest.raises(NotFound), make.acting(make.caseworker(c.MAGETAN)) as session:
            service.case_for(session, case.id)

    def test_a_tksk_finds_nothing(self, make: Make):
        case = c.open_case(make)
        with pytest.raises(NotFound), make.acting(make.user("tksk")) as session:
            service.case_for(session, case.id)

    def test_an_ended_one_is_not_written(self, make: Make):
        worker, leader = make.caseworker(), c.supervisor(make)
        case = c.open_case(make, worker)
        c.move_case(make, leader, case, "close", reason="own_wish")
        with pytest.raises(Conflict) as refused, make.acting(worker) as session:
            service.own_case_for(session, case.id)
        assert refused.value.code == "case_closed"

    def test_a_role_counts_in_the_office_that_gave_it(self, make: Make):
        worker = make.caseworker()
        with db.transaction(OPERATOR) as session:
            magetan = access.organisation_named(session, c.MAGETAN).id
            access.add_grant(session, access.user_for(session, worker.id), role="supervisor", organisation_id=magetan)
        case = c.open_case(make, worker)
        with pytest.raises(Forbidden):
            c.move_case(make, worker, case, "close", reason="own_wish")


class TestMoves:
    """Guards, flags and what follows."""

    def test_a_refused_verb_names_all_that_is_missing(self, make: Make):
        leader = c.supervisor(make)
        case = c.lead_to(make, c.open_case(make, make.caseworker()), "planning", make.caseworker(), leader)
        with pytest.raises(RuleBroken) as refused, make.acting(leader) as session:
            found = service.own_case_for(session, case.id, lock=True)
            service.move(session, found, "start_training", service.case_facts(session, found), Ask())
        assert set(codes(refused)) == {
            "agreement_missing", "assessment_missing", "plan_missing", "conference_missing", "client_agreement_missing",
        }  # fmt: skip

    def test_a_verb_of_another_role_is_forbidden(self, make: Make):
        case = c.open_case(make, make.caseworker())
        with pytest.raises(Forbidden):
            c.move_case(make, c.supervisor(make), case, "start_assessment")

    def test_the_same_verb_twice_is_refused(self, make: Make):
        worker = make.caseworker()
        case = c.move_case(make, worker, c.open_case(make, worker), "start_assessment")
        with pytest.raises(RuleBroken) as refused:
            c.move_case(make, worker, case, "start_assessment")
        assert codes(refused) == ["wrong_state"]

    def test_two_at_once_make_one_move(self, committed, make_committed: Make):
        workers = [make_committed.caseworker() for _ in range(2)]
        case = c.open_case(make_committed, workers[0])

        def ask(worker):
            try:
                return c.move_case(make_committed, worker, case, "start_assessment").stage
            except RuleBroken:
                return "refused"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(ask, workers)) == ["assessment", "refused"]

    def test_a_move_may_have_happened_before_it_is_written_down(self, make: Make, truth, clock):
        worker = make.caseworker()
        case = c.open_case(make, worker)
        clock.move(days=3)
        then = clock.now - timedelta(days=1)
        moved = c.move_case(make, worker, case, "start_assessment", happened_at=then)
        row = truth.all("select happened_at, recorded_at from case_transitions where verb = 'start_assessment'")[0]
        assert (moved.stage_since, row) == (then, (then, clock.now))

    @pytest.mark.parametrize(("days", "code"), [(1, "in_future"), (-9, "before_last_move")])
    def test_but_neither_later_than_now_nor_before_the_last_move(self, days: int, code: str, make: Make, clock):
        worker = make.caseworker()
        case = c.open_case(make, worker)
        clock.move(days=3)
        with pytest.raises(Invalid) as refused:
            c.move_case(make, worker, case, "start_assessment", happened_at=clock.now + timedelta(days=days))
        assert fields(refused) == [("happened_at", code)]

    def test_what_was_said_is_sealed_and_read_again(self, make: Make, truth):
        worker = make.caseworker()
        case = c.lead_to(make, c.open_case(make, worker), "training", worker, c.supervisor(make))
        c.move_case(
            make, worker, case, "start_placement", waiver="Sudah mahir menjahit", known={"completed_courses": 0}
        )
        assert b"mahir" not in truth.one("select text_sealed from case_texts")
        with make.acting(worker) as session:
            last = service.history_of(session, service.case_for(session, case.id))[-1]
        assert (last["note"], last["detail"]) == ("Sudah mahir menjahit", {"course_waived": True})

    def test_a_pause_stops_the_clock_of_the_stage(self, make: Make, clock):
        worker = make.caseworker()
        case = c.open_case(make, worker)
        clock.move(days=4)
        case = c.move_case(make, worker, case, "pause", reason="hospital", until=date(2026, 4, 1))
        clock.move(days=10)
        assert self.shown(make, worker, case).days_in_stage == 4
        c.move_case(make, worker, case, "resume")
        clock.move(days=2)
        assert self.shown(make, worker, case).days_in_stage == 6

    def test_a_stage_begins_to_count_anew(self, make: Make, clock):
        worker = make.caseworker()
        case = c.open_case(make, worker)
        clock.move(days=4)
        case = c.move_case(make, worker, case, "start_assessment")
        assert self.shown(make, worker, case).days_in_stage == 0

    def shown(self, make: Make, by, case):
        with make.acting(by) as session:
            return service.read_case(session, case.id)

    def test_a_pause_asks_the_supervisor_on_its_last_day_and_resuming_is_the_answer(self, make: Make, truth, clock):
        worker = make.caseworker()
        case = c.open_case(make, worker)
        for _ in range(2):  # the same end twice is two turns
            case = c.move_case(make, worker, case, "pause", reason="hospital", until=date(2026, 3, 20))
            query = "select due_at, role from tasks where kind = 'end_pause' and state = 'open'"
            due, role = truth.all(query)[0]
            assert (due.isoformat(), role) == ("2026-03-20T09:00:00+00:00", "supervisor")
            case = c.move_case(make, worker, case, "resume")
            assert truth.all(query) == []

    def test_care_is_looked_at_every_year_also_when_it_began_on_a_leap_day(self, make: Make, truth, clock):
        clock.set("2028-02-29T03:00:00+00:00")
        worker, leader = make.caseworker(), c.supervisor(make)
        case = c.lead_to(make, c.open_case(make, worker, category="PPKS-08"), "care", worker, leader)
        reviews = "select period from tasks where kind = 'review_care' and state = 'open'"
        assert truth.all(reviews) == ["2029-02-28"]
        clock.set("2029-02-20T03:00:00+00:00")
        c.move_case(make, worker, case, "review_care")
        assert truth.all(reviews) == ["2030-02-20"]

    def test_a_review_on_the_very_day_leaves_the_next_one_open(self, make: Make, truth, clock):
        worker, leader = make.caseworker(), c.supervisor(make)
        case = c.lead_to(make, c.open_case(make, worker, category="PPKS-08"), "care", worker, leader)
        case = c.move_case(make, worker, case, "review_care")
        states = truth.all("select state, due_at from tasks where kind = 'review_care' order by created_at, id")
        assert [state for state, _ in states] == ["done", "open"] and states[0][1] == states[1][1]

    def test_a_change_of_pathway_begins_to_plan_anew_and_forgets_the_review(self, make: Make, truth):
        worker, leader = make.caseworker(), c.supervisor(make)
        case = c.lead_to(make, c.open_case(make, worker, category="PPKS-08"), "care", worker, leader)
        case = c.move_case(make, leader, case, "change_pathway", reason="family_found", pathway="reunification")
        assert (case.stage, case.pathway) == ("planning", "reunification")
        assert open_tasks(truth, case.client_id) == []

    def test_a_change_of_pathway_carries_or_closes_each_open_goal(self, make: Make, truth):
        worker, leader = make.caseworker(), c.supervisor(make)
        case = c.lead_to(make, c.open_case(make, worker), "planning", worker, leader)
        mine = step(worker.organisation_id)
        drawn = plan(make, worker, case.id, goal(mine, text="Punya KTP"), goal(mine, text="Bekerja"))
        decided(make, leader, drawn.id)
        kept, left = (one.id for one in drawn.goals)
        said = {"reason": "health", "pathway": "long_term_care"}
        with pytest.raises(RuleBroken) as refused:
            c.move_case(make, leader, case, "change_pathway", **said, goal_decisions={kept: "carry"})
        assert [(error["code"], error["id"]) for error in refused.value.errors] == [("goals_undecided", str(left))]
        c.move_case(make, leader, case, "change_pathway", **said, goal_decisions={kept: "carry", left: "close"})
        assert truth.one("select state from plan_goals where id = :id", id=left) == "dropped"
        assert truth.all(
            "select carried_from from plan_goals where state = 'open' and plan_id <> :id", id=drawn.id
        ) == [kept]

    def test_a_step_back_answers_the_proposal(self, make: Make, truth):
        worker, leader = make.caseworker(), c.supervisor(make)
        case = c.open_case(make, worker, category="PPKS-01")
        home = c.assess_home(make, worker, case)
        case = c.lead_to(make, case, "reunification", worker, leader)
        with make.acting(worker) as session:
            service.start_reunification(session, home.id, starts_on=date(2026, 1, 6))
            service.end_reunification(session, home.id, on=date(2026, 1, 9), reason="unsafe")
        assert "consider_step_back" in open_tasks(truth, case.client_id)
        case = c.move_case(make, worker, case, "step_back", reason="placement_ended", stage="rehabilitation")
        assert "consider_step_back" not in open_tasks(truth, case.client_id)


class TestAftercare:
    """The TKSK of the home sees the person for three years."""

    def in_aftercare(self, make: Make, worker, leader, **person):
        case = c.open_case(make, worker, make.client(worker, **person).id)
        return c.lead_to(make, case, "aftercare", worker, leader)

    def test_the_tksk_where_the_person_lives_reaches_him_for_36_months(self, make: Make, clock):
        clock.set("2028-02-29T03:00:00+00:00")
        near, far = make.user("tksk"), make.user("tksk", region="35.09.13")
        case = self.in_aftercare(make, make.caseworker(), c.supervisor(make), region_code="35.09.12.2004")
        assert (reaches(make, near, case.client_id), reaches(make, far, case.client_id)) == (True, False)
        clock.set("2031-02-27T16:00:00+00:00")
        assert reaches(make, near, case.client_id)
        clock.set("2031-02-27T17:30:00+00:00")  # the 28th has begun in Jember
        assert not reaches(make, near, case.client_id)

    def test_a_person_without_a_known_home_has_none(self, make: Make):
        near = make.user("tksk")
        case = self.in_aftercare(make, make.caseworker(), c.supervisor(make), region_code=None)
        assert not reaches(make, near, case.client_id)

    def test_it_ends_when_the_case_is_closed_and_begins_again_when_it_is_reopened(self, make: Make):
        near, leader = make.user("tksk"), c.supervisor(make)
        case = self.in_aftercare(make, make.caseworker(), leader)
        case = c.move_case(make, leader, case, "close", reason="own_wish")
        assert not reaches(make, near, case.client_id)
        case = c.move_case(make, leader, case, "reopen", reason="person_returned")
        assert (case.stage, reaches(make, near, case.client_id)) == ("aftercare", True)

    def test_it_goes_on_after_graduation(self, make: Make):
        near, leader = make.user("tksk"), c.supervisor(make)
        case = c.move_case(make, leader, self.in_aftercare(make, make.caseworker(), leader), "graduate")
        assert (case.stage, case.close_reason, reaches(make, near, case.client_id)) == ("graduated", None, True)

    def test_the_office_reaches_a_graduate_as_long_as_it_is_asked_about_his_work(self, make: Make, truth, clock):
        worker, leader = make.caseworker(), c.supervisor(make)
        case = self.in_aftercare(make, worker, leader)
        placed = verified(
            make, worker, placement(make, worker, case, starts_on=date(2026, 3, 1)).id, on=date(2026, 3, 2)
        )
        c.move_case(make, leader, case, "graduate")
        # As of a person whom another office registered.
        truth.run("delete from client_access where ground = 'registered'")
        clock.move(days=364)
        made = checked(make, worker, placed.id, on=date(2027, 3, 1), period=365)
        assert made.checks[-1].period == 365
        assert self.let_go(truth) == (0, {"open": 3, "done": 1})
        clock.move(days=32)
        assert not reaches(make, worker, case.client_id)
        beside = make.organisation(c.MAGETAN).id
        with db.transaction(db.system("test")) as session:
            give_access(session, case.client_id, "referral", organisation_id=beside)
            raise_task(session, TaskKind.LOOK_AT_WORK, subject_kind="placement", subject_id=placed.id,
                       client_id=case.client_id, organisation_id=beside, role=Role.CASEWORKER, due_at=session.now)  # fmt: skip
        assert self.let_go(truth) == (3, {"cancelled": 3, "done": 1})
        assert truth.one("select state from tasks where kind = 'look_at_work'") == "open", "another office sees him"

    def let_go(self, truth):
        """How many checks a night ends because nobody could make them, and what became of all."""
        with db.transaction(db.system("test")) as session:
            ended = employment.let_go_of_the_unseen(session)
        checks = "select state, count(*) from tasks where kind = 'check_placement' group by 1"
        return ended, dict(truth.run(checks).all())

    def test_without_anything_asked_it_sees_him_until_the_case_can_be_reopened_no_more(self, make: Make, truth, clock):
        worker, leader = make.caseworker(), c.supervisor(make)
        case = c.move_case(make, leader, self.in_aftercare(make, worker, leader), "graduate")
        truth.run("delete from client_access where ground = 'registered'")
        clock.move(days=30)
        assert reaches(make, worker, case.client_id)
        clock.move(days=1)
        assert not reaches(make, worker, case.client_id)


class TestEnding:
    """Closing, reopening, and who still reaches the person."""

    def test_a_person_who_is_lost_was_looked_for_on_three_days(self, make: Make, clock):
        worker, leader = make.caseworker(), c.supervisor(make)
        case = c.open_case(make, worker)
        for day in (2, 2, 3):
            clock.move(days=1)
            c.visit(make, worker, case.client_id, on=date(2026, 3, day), was_met=False)
        with pytest.raises(RuleBroken) as refused:
            c.move_case(make, leader, case, "close", reason="lost_contact")
        assert codes(refused) == ["attempts_missing"]
        c.visit(make, worker, case.client_id, on=date(2026, 3, 4), was_met=False)
        assert c.move_case(make, leader, case, "close", reason="lost_contact").close_reason == "lost_contact"

    def test_attempts_before_a_meeting_do_not_count(self, make: Make, clock):
        worker = make.caseworker()
        case = c.open_case(make, worker)
        clock.move(days=5)
        for day, was_met in ((3, False), (4, True), (5, False)):
            c.visit(make, worker, case.client_id, on=date(2026, 3, day), was_met=was_met)
        found = facts(make, worker, case)
        assert (found.contact_attempts, found.contact_attempt_days) == (1, 1)

    def test_what_a_person_or_the_law_asked_is_settled_by_name(self, make: Make, truth):
        worker, leader = make.caseworker(), c.supervisor(make)
        case = c.open_case(make, worker, category="PPKS-06")
        with pytest.raises(RuleBroken) as refused:
            c.move_case(make, leader, case, "close", reason="own_wish")
        assert [(error["code"], error["kind"]) for error in refused.value.errors] == [("open_items", "task")]
        named = frozenset((item.kind, item.id) for item in facts(make, leader, case).open_items)
        c.move_case(make, leader, case, "close", reason="own_wish", settled=named)
        assert truth.all("select state, reason from tasks") == [("cancelled", "case_closed")]

    def test_the_programs_own_reminders_end_with_it_and_those_of_other_offices_do_not(self, make: Make, truth):
        worker, leader, desk = make.caseworker(), c.supervisor(make), make.user("triage")
        person = make.client(desk)
        case = c.open_case(make, desk, person.id, organisation_id=worker.organisation_id, referral_id=fresh_id())
        make.task(desk, person.id)
        c.move_case(make, leader, case, "close", reason="moved")
        states = truth.all("select kind, state, reason from tasks order by kind")
        assert states == [("assign_caseworker", "cancelled", "case_closed"), ("manual", "open", None)]

    def test_the_office_keeps_its_reach_for_thirty_days(self, make: Make, clock):
        worker, leader, desk = make.caseworker(), c.supervisor(make), make.user("triage")
        person = make.client(desk)
        case = c.open_case(make, desk, person.id, organisation_id=worker.organisation_id, referral_id=fresh_id())
        c.move_case(make, leader, case, "close", reason="moved")
        clock.move(days=29)
        assert reaches(make, worker, person.id)
        clock.move(days=2)
        assert not reaches(make, worker, person.id)

    def test_an_old_episode_is_still_read_without_the_persons_name(self, make: Make, clock):
        worker, leader, desk = make.caseworker(), c.supervisor(make), make.user("triage")
        person = make.client(desk)
        case = c.open_case(make, desk, person.id, organisation_id=worker.organisation_id, referral_id=fresh_id())
        c.move_case(make, leader, case, "close", reason="moved", note="Ke Madura")
        clock.move(days=40)
        with make.acting(worker) as session:
            shown = service.read_case(session, case.id)
            said = service.history_of(session, service.case_for(session, case.id))[-1]["note"]
            assert facts_are_there(service.case_facts(session, service.case_for(session, case.id)))
        assert (shown.client.label, shown.client.is_masked, said) == (f"Dirahasiakan {person.id.hex[-4:]}", True, None)

    def test_reopening_leads_back_to_the_stage_before_and_gives_the_reach_again(self, make: Make, truth, clock):
        worker, leader, desk = make.caseworker(), c.supervisor(make), make.user("triage")
        person = make.client(desk)
        case = c.open_case(make, desk, person.id, organisation_id=worker.organisation_id, referral_id=fresh_id())
        case = c.move_case(make, worker, case, "start_assessment", known={"caseworker_id": worker.id})
        case = c.move_case(make, leader, case, "close", reason="moved")
        clock.move(days=30)
        case = c.move_case(make, leader, case, "reopen", reason="person_returned")
        assert (case.stage, case.closed_at, case.close_reason) == ("assessment", None, None)
        clock.move(days=90)
        assert reaches(make, worker, person.id)

    def test_after_thirty_days_it_is_too_late(self, make: Make, clock):
        leader = c.supervisor(make)
        case = c.move_case(make, leader, c.open_case(make), "close", reason="moved")
        clock.move(days=31)
        with pytest.raises(RuleBroken) as refused:
            c.move_case(make, leader, case, "reopen", reason="person_returned")
        assert codes(refused) == ["reopen_too_late"]

    def test_a_case_that_rests_ends_without_its_pause(self, make: Make, truth):
        worker, leader = make.caseworker(), c.supervisor(make)
        case = c.open_case(make, worker)
        with make.acting(worker) as session:
            today = service.case_facts(session, service.case_for(session, case.id)).today
        case = c.move_case(make, worker, case, "pause", reason="hospital", until=today + timedelta(days=5))
        case = c.move_case(make, leader, case, "close", reason="own_wish")
        assert (case.paused_from, open_tasks(truth, case.client_id)) == (None, [])

    def test_a_death_closes_it_at_every_office(self, make: Make, truth):
        case = c.open_case(make)
        other = make.caseworker(c.MAGETAN)
        truth.run("update clients set died_on = '2026-01-01' where id = :id", id=case.client_id)
        with make.acting(other) as session, db.as_system(session, "death"):
            service.close_deceased(session, service.case_for(session, case.id))
        assert truth.all("select stage, close_reason from cases") == [("closed", "deceased")]


def facts_are_there(found) -> bool:
    return found.previous_stage == "intake" and found.died_on is None


class TestAssigning:
    """Who serves."""

    def change(self, make: Make, leader, case, **changes):
        with make.acting(leader) as session:
            return service.change_case(session, service.own_case_for(session, case.id, lock=True), changes)

    def test_the_open_tasks_go_to_the_new_caseworker(self, make: Make, truth):
        worker, leader, colleague = make.caseworker(), c.supervisor(make), make.caseworker()
        case = c.lead_to(make, c.open_case(make, worker, category="PPKS-08"), "care", worker, leader)
        self.change(make, leader, case, caseworker_id=colleague.id)
        assert truth.one("select user_id from tasks where kind = 'review_care'") == colleague.id

    def test_naming_one_answers_the_question_and_taking_him_away_asks_again(self, make: Make, truth):
        leader, desk, worker = c.supervisor(make), make.user("triage"), make.caseworker()
        person = make.client(desk)
        case = c.open_case(make, desk, person.id, organisation_id=worker.organisation_id, referral_id=fresh_id())
        self.change(make, leader, case, caseworker_id=worker.id)
        assert open_tasks(truth, person.id) == []
        self.change(make, leader, case, caseworker_id=None)
        assert open_tasks(truth, person.id) == ["assign_caseworker"]

    def test_somebody_who_is_no_caseworker_there_is_refused(self, make: Make):
        leader = c.supervisor(make)
        for wrong in (leader, make.caseworker(c.MAGETAN)):
            with pytest.raises(Invalid):
                self.change(make, leader, c.open_case(make), caseworker_id=wrong.id)

    def test_a_caseworker_who_has_left_is_refused(self, make: Make):
        leader, left = c.supervisor(make), make.caseworker()
        with db.transaction(OPERATOR) as session:
            access.change_user(session, access.user_for(session, left.id), {"is_active": False})
        with pytest.raises(Invalid):
            self.change(make, leader, c.open_case(make), caseworker_id=left.id)

    def test_only_a_dinsos_recommends(self, make: Make):
        leader, case = c.supervisor(make), c.open_case(make)
        with pytest.raises(Invalid) as refused:
            self.change(make, leader, case, recommending_organisation_id=case.organisation_id)
        assert fields(refused) == [("recommending_organisation_id", "not_found")]
        dinsos = make.organisation("DINSOS-35.09").id
        assert (
            self.change(make, leader, case, recommending_organisation_id=dinsos).recommending_organisation_id == dinsos
        )


class TestTransfers:
    """A person goes to another UPT: at both offices or at neither."""

    @pytest.fixture
    def here(self, make: Make):
        return c.supervisor(make)

    @pytest.fixture
    def there(self, make: Make):
        return c.supervisor(make, c.MAGETAN)

    def offered(self, make: Make, here, **said):
        worker = make.caseworker()
        case = c.lead_to(make, c.open_case(make, worker), "training", worker, here)
        return case, c.offer_transfer(make, here, case, **said)

    def accept(self, make: Make, by, offer):
        with make.acting(by) as session:
            return service.accept_transfer(session, offer.id)

    def test_the_other_upt_sees_the_snapshot_and_not_the_person(self, make: Make, here, there):
        case, offer = self.offered(make, here, note="Ingin dekat anaknya")
        with make.acting(there) as session:
            shown = service.read_transfer(session, offer.id)
        assert (shown.direction, shown.case_id, shown.client_id) == ("in", None, None)
        assert shown.snapshot == {
            "stage": "training", "pathway": "independence", "category": "PPKS-13", "age_from": None, "age_to": None,
            "sex": "P", "note": "Ingin dekat anaknya",
        }  # fmt: skip
        assert not reaches(make, there, case.client_id)

    def test_its_supervisor_is_asked_without_a_name_for_three_working_days(self, make: Make, here, truth, clock):
        _, offer = self.offered(make, here)
        query = "select client_id, organisation_id, role, due_at from tasks where kind = 'answer_transfer'"
        client_id, office, role, due = truth.all(query)[0]
        assert (client_id, office, role) == (None, offer.to_organisation_id, "supervisor")
        assert due.isoformat() == "2026-03-05T09:00:00+00:00"

    def test_the_case_stays_until_it_is_accepted(self, make: Make, here):
        case, _ = self.offered(make, here)
        with make.acting(here) as session:
            assert service.own_case_for(session, case.id).stage == "training"
            assert service.case_facts(session, service.case_for(session, case.id)).transfer_open

    def test_accepting_begins_a_linked_case_in_the_same_stage_and_ends_the_first(self, make: Make, here, there, truth):
        case, offer = self.offered(make, here)
        answered = self.accept(make, there, offer)
        with make.acting(there) as session:
            begun, past = (service.case_for(session, found) for found in (answered.new_case_id, case.id))
            assert (begun.stage, begun.pathway, begun.previous_case_id) == ("training", "independence", case.id)
            assert (past.stage, past.close_reason) == ("closed", "transferred")
            assert read_client(session, case.client_id).id == case.client_id
        assert open_tasks(truth, case.client_id) == ["assign_caseworker"]
        assert truth.one("select state from tasks where kind = 'answer_transfer'") == "done"

    def test_the_successor_reads_the_past_and_may_not_write_it(self, make: Make, here, there):
        case, offer = self.offered(make, here)
        self.accept(make, there, offer)
        with make.acting(there) as session:
            assert len(service.history_of(session, service.case_for(session, case.id))) == 6
        for lock in (False, True):
            with pytest.raises(Forbidden), make.acting(there) as session:
                service.own_case_for(session, case.id, lock=lock, open_only=False)

    def test_the_first_upt_does_not_see_the_new_case(self, make: Make, here, there):
        answered = self.accept(make, there, self.offered(make, here)[1])
        with pytest.raises(NotFound), make.acting(here) as session:
            service.case_for(session, answered.new_case_id)

    def test_it_is_not_reopened_here(self, make: Make, here, there):
        case, offer = self.offered(make, here)
        self.accept(make, there, offer)
        with pytest.raises(RuleBroken) as refused:
            c.move_case(make, here, case, "reopen", reason="mistake")
        assert codes(refused) == ["case_transferred"]

    def test_what_is_due_about_the_person_goes_along(self, make: Make, here, there, truth):
        case, offer = self.offered(make, here)
        task = make.task(here, case.client_id)
        self.accept(make, there, offer)
        owner = truth.one("select organisation_id from tasks where id = :id", id=task.id)
        assert owner == offer.to_organisation_id

    def test_care_keeps_the_day_of_its_review(self, make: Make, here, there, truth, clock):
        worker = make.caseworker()
        case = c.lead_to(make, c.open_case(make, worker, category="PPKS-08"), "care", worker, here)
        clock.move(days=100)
        self.accept(make, there, c.offer_transfer(make, here, case))
        reviews = truth.all("select due_at, state from tasks where kind = 'review_care' order by state")
        assert [state for _, state in reviews] == ["cancelled", "open"] and reviews[0][0] == reviews[1][0]

    def test_declining_leaves_everything_and_another_offer_may_follow(self, make: Make, here, there):
        case, offer = self.offered(make, here)
        with make.acting(there) as session:
            assert service.decline_transfer(session, offer.id, "no_room").answer_reason == "no_room"
        assert c.offer_transfer(make, here, case).state == "offered"

    def test_withdrawing_cancels_the_question(self, make: Make, here, truth):
        _, offer = self.offered(make, here)
        with make.acting(here) as session:
            assert service.withdraw_transfer(session, offer.id).state == "withdrawn"
        assert truth.one("select state from tasks where kind = 'answer_transfer'") == "cancelled"

    def test_an_answered_one_is_not_answered_again(self, make: Make, here, there):
        _, offer = self.offered(make, here)
        self.accept(make, there, offer)
        with pytest.raises(Conflict) as refused:
            self.accept(make, there, offer)
        assert refused.value.code == "wrong_state"

    def test_nobody_answers_his_own_offer_and_a_third_upt_sees_none(self, make: Make, here):
        _, offer = self.offered(make, here)
        with pytest.raises(Forbidden):
            self.accept(make, here, offer)
        with pytest.raises(NotFound):
            self.accept(make, c.supervisor(make, "PSTW-BLITAR"), offer)

    def test_two_who_accept_at_once_take_him_over_once(self, committed, make_committed: Make):
        here = c.supervisor(make_committed)
        leaders = [c.supervisor(make_committed, c.MAGETAN) for _ in range(2)]
        _, offer = self.offered(make_committed, here)

        def answer(leader):
            try:
                return self.accept(make_committed, leader, offer).state
            except Conflict:
                return "refused"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(answer, leaders)) == ["accepted", "refused"]

    def test_a_second_offer_waits_for_the_answer(self, make: Make, here):
        case, _ = self.offered(make, here)
        with pytest.raises(RuleBroken) as refused:
            c.offer_transfer(make, here, case, "PSTW-BLITAR")
        assert codes(refused) == ["transfer_open"]

    def test_only_to_a_upt(self, make: Make, here):
        with pytest.raises(Invalid):
            self.offered(make, here, to="DINSOS-35.09")

    def test_closing_takes_the_offer_back(self, make: Make, here, truth):
        case, offer = self.offered(make, here)
        settled = frozenset({("transfer", offer.id)})
        assert OpenItem("transfer", offer.id) in facts(make, here, case).open_items
        c.move_case(make, here, case, "close", reason="own_wish", settled=settled)
        assert truth.one("select state from case_transfers") == "withdrawn"

    def test_a_person_who_has_died_is_not_taken_over(self, make: Make, here, there, truth):
        case, offer = self.offered(make, here)
        truth.run("update clients set died_on = '2026-01-01' where id = :id", id=case.client_id)
        with pytest.raises(Conflict) as refused:
            self.accept(make, there, offer)
        assert refused.value.code == "deceased"


class TestRecords:
    """Agreements, conferences, visits and homes."""

    def test_the_newest_agreement_holds(self, make: Make):
        worker = make.caseworker()
        case = c.open_case(make, worker)
        c.agree_to_service(make, worker, case, form=None, lawful_ground="emergency", reason="Tidak sadar")
        before = facts(make, worker, case)
        assert (before.agreement, before.lawful_ground, before.has_ground_reason) == (None, "emergency", True)
        c.agree_to_service(make, worker, case, form="oral_witnessed")
        assert facts(make, worker, case).agreement == "oral_witnessed"

    def test_a_lawful_ground_needs_a_reason_and_an_agreement_a_form(self, make: Make):
        worker = make.caseworker()
        case = c.open_case(make, worker)
        with pytest.raises(Invalid) as refused:
            c.agree_to_service(make, worker, case, lawful_ground="emergency")
        assert fields(refused) == [("form", "one_of"), ("reason", "missing")]

    def test_words_are_stored_sealed(self, make: Make, truth):
        worker = make.caseworker()
        case = c.open_case(make, worker)
        c.agree_to_service(make, worker, case, form=None, lawful_ground="emergency", reason="Rahasia")
        c.assess_home(make, worker, case, home="Rahasia")
        c.visit(make, worker, case.client_id, note="Rahasia")
        with make.acting(worker) as session:
            service.record_conference(
                session, case.id, held_on=date(2026, 1, 5), decisions="Rahasia",
                attendees=[{"organisation_id": worker.organisation_id, "part": "chair", "user_id": worker.id}],
            )  # fmt: skip
        tables = ("case_agreements", "reunifications", "visits", "conferences")
        assert not any("Rahasia" in repr(truth.all(f"select * from {table}")) for table in tables)

    def test_whoever_did_not_work_there_did_not_take_part(self, make: Make):
        worker, stranger = make.caseworker(), make.caseworker(c.MAGETAN)
        case = c.open_case(make, worker)
        people = [
            {"organisation_id": worker.organisation_id, "part": "chair", "user_id": stranger.id},
            {"organisation_id": fresh_id(), "part": "partner"},
        ]
        with pytest.raises(Invalid) as refused, make.acting(worker) as session:
            service.record_conference(
                session, case.id, held_on=date(2199, 1, 1), plan_id=fresh_id(), attendees=people, decisions="-"
            )
        assert fields(refused) == [
            ("held_on", "in_future"), ("plan_id", "not_found"), ("attendees.0.user_id", "not_found"),
            ("attendees.1.organisation_id", "not_found"),
        ]  # fmt: skip

    def test_an_attempt_has_no_outcome_and_a_meeting_has_one(self, make: Make):
        worker = make.caseworker()
        person = make.client(worker)
        with pytest.raises(Invalid):
            c.visit(make, worker, person.id, was_met=False, outcome="well")
        with pytest.raises(Invalid):
            c.visit(make, worker, person.id, outcome=None)

    def test_a_visit_is_of_a_case_of_this_person(self, make: Make):
        worker = make.caseworker()
        with pytest.raises(Invalid) as refused:
            c.visit(make, worker, make.client(worker).id, case_id=c.open_case(make, worker).id)
        assert fields(refused) == [("case_id", "not_found")]

    def test_a_tksk_visits_whom_he_reaches_and_sees_his_own_visits(self, make: Make):
        worker, leader, tksk = make.caseworker(), c.supervisor(make), make.user("tksk")
        case = c.lead_to(make, c.open_case(make, worker), "aftercare", worker, leader)
        c.visit(make, worker, case.client_id)
        mine = c.visit(make, tksk, case.client_id, note="Sehat")
        with make.acting(tksk) as session:
            assert [visit.id for visit in service.visits_of(session, case.client_id)] == [mine.id]
        with make.acting(worker) as session:
            assert len(service.visits_of(session, case.client_id)) == 2
        with pytest.raises(NotFound):
            c.visit(make, tksk, c.open_case(make, worker).client_id)

    def test_meeting_the_person_settles_the_visit_of_that_month_whoever_has_it(self, make: Make, truth):
        from kessos_case.tasks.rules import TaskKind
        from kessos_case.tasks.service import raise_task

        worker, leader, tksk = make.caseworker(), c.supervisor(make), make.user("tksk")
        case = c.lead_to(make, c.open_case(make, worker), "aftercare", worker, leader)
        with make.acting(leader) as session:
            for month in (1, 3):
                raise_task(
                    session, TaskKind.VISIT_AFTERCARE, subject_kind="case", subject_id=case.id, period=str(month),
                    organisation_id=case.organisation_id, role="tksk", user_id=leader.id, client_id=case.client_id,
                    due_at=session.now,
                )  # fmt: skip
        left = "select period from tasks where kind = 'visit_aftercare' and state = 'open' order by period"
        c.visit(make, tksk, case.client_id, aftercare_month=1, was_met=False)
        assert truth.all(left) == ["1", "3"]
        c.visit(make, tksk, case.client_id, aftercare_month=1)
        assert truth.all(left) == ["3"]

    def test_a_home_is_begun_seen_and_ended_in_order(self, make: Make):
        worker = make.caseworker()
        case = c.open_case(make, worker, category="PPKS-01")
        home = c.assess_home(make, worker, case)
        assert (facts(make, worker, case).safe_home, facts(make, worker, case).verified_outcome) == (True, False)
        with make.acting(worker) as session:
            service.start_reunification(session, home.id, starts_on=date(2026, 1, 6))
            seen = service.verify_reunification(session, home.id, on=date(2026, 1, 7))
        assert (seen.verified_by, seen.home) == (worker.id, "Keluarga Pak Uji, RT 2")
        assert facts(make, worker, case).verified_outcome
        with make.acting(worker) as session:
            service.end_reunification(session, home.id, on=date(2026, 1, 9), reason="moved")
        assert not facts(make, worker, case).safe_home

    def test_nobody_moves_into_a_home_that_is_not_safe(self, make: Make):
        worker = make.caseworker()
        home = c.assess_home(make, worker, c.open_case(make, worker), is_safe=False)
        with pytest.raises(RuleBroken) as refused, make.acting(worker) as session:
            service.start_reunification(session, home.id, starts_on=date(2026, 1, 6))
        assert codes(refused) == ["home_unsafe"]

    def test_what_has_not_begun_is_neither_seen_nor_ended(self, make: Make):
        worker = make.caseworker()
        home = c.assess_home(make, worker, c.open_case(make, worker))
        with pytest.raises(RuleBroken) as refused, make.acting(worker) as session:
            service.verify_reunification(session, home.id, on=date(2026, 1, 6))
        assert codes(refused) == ["not_started"]

    def test_days_are_in_order(self, make: Make):
        worker = make.caseworker()
        home = c.assess_home(make, worker, c.open_case(make, worker))
        with pytest.raises(Invalid) as refused, make.acting(worker) as session:
            service.start_reunification(session, home.id, starts_on=date(2026, 1, 4))
        assert fields(refused) == [("starts_on", "too_early")]


class TestLists:
    """The caseload of an office of any size."""

    def listed(self, make: Make, by, **filters):
        with make.acting(by) as session:
            select = queries.listed(queries.cases(filters, service.case_offices(session), by.id))
            keys = [queries.Case.opened_at, queries.Case.id]
            found = page(session, select, keys, PageRequest("cases"), descending=True)
            return service.cards_of(session, [queries.Listed(*row) for row in found.items])

    def test_cases_in_hand_are_shown_as_the_list_shows_them(self, make: Make):
        worker = make.caseworker()
        cases = [c.open_case(make, worker), c.open_case(make, worker, make.client(worker, categories=["PPKS-06"]).id)]
        with make.acting(worker) as session:
            shown = service.listed_cards(session, [service.case_for(session, case.id) for case in cases])
        assert shown == self.listed(make, worker)[::-1]

    def test_it_is_narrowed_by_what_is_asked(self, make: Make, clock):
        worker, leader = make.caseworker(), c.supervisor(make)
        first = c.open_case(make, worker)
        clock.move(days=1)
        paused = c.move_case(make, worker, c.open_case(make, worker), "pause", reason="travel", until=date(2026, 4, 1))
        closed = c.move_case(make, leader, c.open_case(make, make.caseworker()), "close", reason="moved")

        def ids(**filters):
            return {shown.id for shown in self.listed(make, worker, **filters)}

        assert [shown.id for shown in self.listed(make, worker, open=True)] == [paused.id, first.id]
        assert ids() == {first.id, paused.id, closed.id}
        assert ids(open=False) == ids(stage="closed") == {closed.id}
        assert ids(paused=True) == {paused.id}
        assert ids(mine=True, paused=False) == {first.id}
        assert ids(client_id=first.client_id) == {first.id}
        assert ids(unassigned=True) == set()

    def test_restricted_people_have_no_name_in_it(self, make: Make):
        worker = make.caseworker()
        case = c.open_case(make, worker, make.client(worker, categories=["PPKS-06"]).id)
        shown = self.listed(make, worker)[0].client
        assert (shown.label, shown.is_masked) == (f"Dirahasiakan {case.client_id.hex[-4:]}", True)
        with make.acting(worker) as session:
            assert not service.read_case(session, case.id).client.is_masked

    def test_the_next_day_is_that_of_the_own_offices_earliest_task(self, make: Make):
        worker = make.caseworker()
        case = c.open_case(make, worker)
        later, sooner = (make.task(worker, case.client_id, due_on=date(2027, 1, day)) for day in (9, 5))
        assert self.listed(make, worker)[0].next_due_at == sooner.due_at < later.due_at

    def test_its_number_of_statements_does_not_grow(self, make: Make, connection):
        worker = make.caseworker()
        counts = []
        for _ in range(2):
            for _ in range(4):
                c.open_case(make, worker)
            counts.append(len(statements_of(connection, lambda: self.listed(make, worker, open=True))))
        assert counts == [2, 2]  # the page with people, tasks and pauses; the trail

    @pytest.mark.parametrize(("filters", "index"), [({}, "ix_cases_caseload"), ({"mine": True}, "ix_cases_caseworker")])
    @pytest.mark.parametrize("is_first_page", [True, False])
    def test_an_index_drives_the_caseload_as_the_programs_role(
        self, filters, index: str, is_first_page: bool, make: Make, connection
    ):
        worker = make.caseworker()
        fill(connection, worker, 4000)
        with make.acting(worker) as session:
            keys = (queries.Case.opened_at, queries.Case.id)
            newest = [key.desc() for key in keys]
            wanted = queries.cases({"open": True} | filters, service.case_offices(session), worker.id)
            asked = queries.listed(wanted).order_by(*newest)
            if not is_first_page:
                last = session.execute(wanted.order_by(*newest).with_only_columns(*keys).offset(50).limit(1)).one()
                asked = asked.where(sa.tuple_(*keys) < sa.tuple_(*map(sa.literal, last)))
            asked = asked.limit(51)
            text = str(asked.compile(connection, compile_kwargs={"literal_binds": True}))
            plan = "\n".join(session.connection().exec_driver_sql(f"explain {text}").scalars())
        assert f"Index Scan Backward using {index} on cases" in plan
        assert "Sort" not in plan


def statements_of(connection: sa.Connection, call) -> list[str]:
    """What is asked of PostgreSQL, without entering and leaving the transaction."""
    said: list[str] = []

    def note(*args) -> None:
        said.append(args[2])

    sa.event.listen(connection, "before_cursor_execute", note)
    call()
    sa.event.remove(connection, "before_cursor_execute", note)
    return [line for line in said if "enter_as" not in line and "SAVEPOINT" not in line]


def fill(connection: sa.Connection, worker, count: int) -> None:
    """Many cases of one office among those of another, most of them ended, past every policy."""
    connection.exec_driver_sql("set local role none")
    connection.execute(
        sa.text(
            """
            with people as (
                insert into clients (id, name, aliases, sex, confidentiality, registered_at, registered_by, version)
                select gen_random_uuid(), 'Uji', '{}', 'P', 'standard', now(), :user, 1
                from generate_series(1, :count) returning id
            ), numbered as (select id, row_number() over () as number from people)
            insert into cases (id, client_id, organisation_id, category_code, pathway, stage, stage_since, opened_at,
                               closed_at, close_reason, caseworker_id, version)
            select gen_random_uuid(), id, case when number % 2 = 0 then :office else :other end, 'PPKS-13',
                   'independence', case when number % 9 < 3 then 'intake' else 'closed' end, now(),
                   now() - number * interval '1 minute', case when number % 9 < 3 then null else now() end,
                   case when number % 9 < 3 then null else 'moved' end, case when number % 4 = 0 then :user end, 1
            from numbered
            """
        ),
        {
            "user": worker.id,
            "count": count,
            "office": worker.organisation_id,
            "other": other_office(connection, worker),
        },
    )
    connection.exec_driver_sql("analyze cases")


def other_office(connection: sa.Connection, worker):
    query = sa.text("select id from organisations where kind = 'upt' and id <> :own order by code limit 1")
    return connection.execute(query, {"own": worker.organisation_id}).scalar()
