"""Assessments, plans, goals and steps: what is kept, what is refused with everything that is missing, who comes first."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from kessos_case.access.service import add_grant, user_for
from kessos_case.cases import service as cases
from kessos_case.cases.rules import PlanState
from kessos_case.cases.rules.steps import (
    continued,
    missing_to_close_goal,
    missing_to_close_step,
    missing_to_start_step,
)
from kessos_case.cases.service import assessing, assessments, decisions, plan_cards, planning, steps
from kessos_case.cases.service.instruments import editions, instrument_of, shown_instruments
from kessos_case.core import db
from kessos_case.core.errors import Conflict, Forbidden, Invalid, KessosError, NotFound, RuleBroken
from tests.factories import OPERATOR, Make, casework, fresh_id
from tests.factories.cases import BONDOWOSO, MAGETAN, move_case, offer_transfer, open_case, supervisor
from tests.factories.casework import (
    answers_to,
    approved_plan,
    assessment,
    closed_goal,
    decided,
    ended_step,
    goal,
    in_days,
    linked_step,
    plan,
    seen_plan,
    step,
)


def codes(refused: Any) -> list[str]:
    return [error["code"] for error in refused.value.errors]


def wrong(refused: Any) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in refused.value.errors]


def also(make: Make, user: Any, role: str, organisation_id: Any) -> None:
    """Let a user have a second role."""
    with db.transaction(OPERATOR) as session:
        add_grant(session, user_for(session, user.id), role=role, organisation_id=organisation_id)


def by_hand(make: Make, by: Any, statement: str) -> None:
    """SQL past the services, as the program's role would send it."""
    with make.acting(by) as session:
        session.execute(sa.text(statement))


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def leader(make: Make):
    return supervisor(make)


@pytest.fixture
def case(make: Make, worker):
    return open_case(make, worker)


class TestInstruments:
    """The catalogue."""

    def test_each_is_there_by_name_in_its_current_version(self):
        assert [one["name"] for one in shown_instruments(None)] == [
            "daily_living", "gse10", "household_skills", "safety_home", "social_functioning", "washington_group",
        ]  # fmt: skip

    def test_one_is_found_by_a_part_of_its_indonesian_title(self):
        assert [one["name"] for one in shown_instruments("KEBERFUNGSIAN")] == ["social_functioning"]

    def test_what_was_never_written_is_not_found(self):
        for name, version in (("gse10", 7), ("mmpi", None), ("../pathways", 1)):
            with pytest.raises(NotFound):
                instrument_of(name, version)

    def test_each_edition_names_its_file(self):
        assert editions()["gse10"][1].label.startswith("instruments/gse10-1-")


class TestAssessments:
    """Saved, complete, final."""

    def save(self, make: Make, by, case_id, answers, *, complete=False, instrument="gse10", version=1):
        with make.acting(by) as session:
            return assessing.save_assessment(
                session, case_id, instrument=instrument, version=version, answers=answers, complete=complete
            )

    def change(self, make: Make, by, assessment_id, answers, *, complete=False):
        with make.acting(by) as session:
            found = assessments.assessment_for(session, assessment_id, lock=True)
            return assessing.change_assessment(session, found, answers, complete=complete)

    def test_a_draft_is_saved_half_filled_in_and_has_no_score(self, make: Make, worker, case):
        draft = self.save(make, worker, case.id, {"gse_1": 3})
        assert (draft.state, draft.answers, draft.domains, draft.flagged) == ("draft", {"gse_1": 3}, None, [])

    def test_a_second_save_goes_on_with_the_draft_and_takes_its_place(self, make: Make, worker, case):
        first = self.save(make, worker, case.id, {"gse_1": 3, "gse_2": None})
        second = self.save(make, worker, case.id, {"gse_2": 4})
        assert (second.id, second.answers) == (first.id, {"gse_2": 4})

    def test_drafts_of_two_instruments_stand_beside_each_other(self, make: Make, worker, case):
        one = self.save(make, worker, case.id, {})
        two = self.save(make, worker, case.id, {}, instrument="social_functioning")
        assert one.id != two.id

    def test_a_complete_one_is_scored_and_told_to_the_timeline(self, make: Make, worker, case, truth):
        done = assessment(make, worker, case.id, gse_1=1)
        assert (done.state, done.domains["self_efficacy"]["value"], done.flagged) == ("completed", 37, [])
        told = "select kind from timeline_entries where subject_id = :id and visibility = 'team'"
        assert truth.all(told, id=done.id) == ["assessment_completed"]

    def test_a_draft_is_not_in_the_timeline(self, make: Make, worker, case, truth):
        draft = self.save(make, worker, case.id, {"gse_1": 1})
        assert truth.one("select count(*) from timeline_entries where subject_id = :id", id=draft.id) == 0

    def test_what_is_low_is_flagged(self, make: Make, worker, case):
        done = assessment(make, worker, case.id, "social_functioning", eats_enough=0)
        assert done.flagged == ["needs_and_rights"]

    def test_every_wrong_answer_is_named_at_once(self, make: Make, worker, case):
        with pytest.raises(Invalid) as refused:
            self.save(make, worker, case.id, {"gse_1": 9, "gse_2": True, "gse_3": "3", "shoe_size": 42})
        assert wrong(refused) == [
            ("answers.gse_1", "not_an_option"), ("answers.gse_2", "wrong_type"), ("answers.gse_3", "wrong_type"),
            ("answers.shoe_size", "unknown_item"),
        ]  # fmt: skip

    def test_everything_that_is_missing_is_named_at_once(self, make: Make, worker, case, truth):
        with pytest.raises(Invalid) as refused:
            self.save(make, worker, case.id, {"gse_1": 3}, complete=True)
        assert wrong(refused) == [(f"answers.gse_{item}", "missing") for item in range(2, 11)]
        assert truth.one("select count(*) from assessments") == 0

    def test_nobody_was_told_his_decile_tomorrow(self, make: Make, worker, case):
        told = {"welfare_decile": 3, "welfare_decile_on": str(in_days(1))}
        with pytest.raises(Invalid) as refused:
            self.save(make, worker, case.id, told, instrument="household_skills")
        assert wrong(refused) == [("answers.welfare_decile_on", "in_future")]

    def test_a_decile_of_today_is_a_fact(self, make: Make, worker, case):
        told = {"welfare_decile": 3, "welfare_decile_on": str(in_days(0))}
        assert self.save(make, worker, case.id, told, instrument="household_skills").answers == told

    @pytest.mark.parametrize(
        ("instrument", "version", "field", "code"),
        [("gse10", 2, "version", "not_current"), ("mmpi", 1, "instrument", "not_found")],
    )
    def test_only_the_current_version_of_a_known_instrument_is_begun(
        self, instrument, version, field, code, make: Make, worker, case
    ):
        with pytest.raises(Invalid) as refused:
            self.save(make, worker, case.id, {}, instrument=instrument, version=version)
        assert wrong(refused) == [(field, code)]

    def test_a_completed_one_is_not_changed(self, make: Make, worker, case):
        done = assessment(make, worker, case.id)
        with pytest.raises(Conflict) as refused:
            self.change(make, worker, done.id, {"gse_1": 1})
        assert refused.value.code == "final"

    def test_a_draft_is_completed_with_the_answers_that_it_has(self, make: Make, worker, case):
        draft = self.save(make, worker, case.id, answers_to("gse10"))
        assert self.change(make, worker, draft.id, None, complete=True).state == "completed"

    def test_the_one_before_is_superseded_and_the_change_is_shown(self, make: Make, worker, case):
        first = assessment(make, worker, case.id, gse_1=1)
        second = assessment(make, worker, case.id)
        with make.acting(worker) as session:
            assert assessments.read_assessment(session, first.id).state == "superseded"
        assert (first.change, second.change) == (None, {"self_efficacy": {"difference": 3, "is_important": None}})

    def test_the_change_is_counted_from_the_very_first(self, make: Make, worker, case):
        for value in (1, 2, 4):
            last = assessment(make, worker, case.id, gse_1=value)
        assert last.change["self_efficacy"]["difference"] == 3

    def test_the_facts_are_the_latest_of_each_instrument_in_the_order_of_completion(
        self, make: Make, worker, case, clock
    ):
        assessment(make, worker, case.id, "social_functioning", roles=1, eats_enough=0)
        clock.move(days=3)
        assessment(make, worker, case.id, gse_1=1)
        clock.move(days=3)
        assessment(make, worker, case.id, "social_functioning")
        with make.acting(worker) as session:
            facts = cases.assessment_facts(session, case.id)
            assert cases.flagged_domains(session, case.id) == frozenset()
        assert [(fact.instrument, fact.completed_on, fact.flagged_domains) for fact in facts] == [
            ("gse10", date(2026, 3, 5), frozenset()), ("social_functioning", date(2026, 3, 8), frozenset()),
        ]  # fmt: skip

    def test_first_and_latest_are_found_whatever_their_state(self, make: Make, worker, case):
        made = [assessment(make, worker, case.id, gse_1=value).id for value in (1, 2, 3)]
        self.save(make, worker, case.id, {})
        with make.acting(worker) as session:
            first, last = (
                found(session, case.id, "gse10") for found in (cases.first_assessment, cases.latest_assessment)
            )
            assert (first.id, last.id) == (made[0], made[2])
            assert cases.change_between(first, last)["self_efficacy"].difference == 2
            assert cases.latest_assessment(session, case.id, "household_skills") is None
            assert cases.first_assessment(session, case.id, "gse10", 2) is None

    def test_what_another_upt_found_out_before_a_transfer_counts_here(self, make: Make, worker, leader, case):
        before = assessment(make, worker, case.id, gse_1=1)
        there, boss = make.caseworker(MAGETAN), supervisor(make, MAGETAN)
        offer = offer_transfer(make, leader, case)
        with make.acting(boss) as session:
            new_id = cases.accept_transfer(session, offer.id).new_case_id
        after = assessment(make, there, new_id)
        assert after.change["self_efficacy"]["difference"] == 3
        with make.acting(there) as session:
            assert cases.first_assessment(session, new_id, "gse10").id == before.id
            assert len(cases.assessment_facts(session, new_id)) == 2

    def test_the_upt_that_took_over_reads_and_does_not_write_the_old_case(self, make: Make, worker, leader, case):
        draft = self.save(make, worker, case.id, {"gse_1": 3})
        there, boss = make.caseworker(MAGETAN), supervisor(make, MAGETAN)
        offer = offer_transfer(make, leader, case)
        with make.acting(boss) as session:
            cases.accept_transfer(session, offer.id)
        with make.acting(there) as session:
            assert assessments.read_assessment(session, draft.id).answers == {"gse_1": 3}
        for write in (lambda: self.change(make, there, draft.id, {}), lambda: self.save(make, there, case.id, {})):
            with pytest.raises(Forbidden):
                write()

    def test_a_paused_case_takes_assessments_and_a_closed_one_none(self, make: Make, worker, leader, case):
        move_case(make, worker, case, "pause", reason="hospital", until=in_days(9))
        assert self.save(make, worker, case.id, {"gse_1": 3}).state == "draft"
        move_case(make, leader, case, "close", reason="moved")
        with pytest.raises(Conflict) as refused:
            self.save(make, worker, case.id, {"gse_1": 3})
        assert refused.value.code == "case_closed"

    def test_another_upt_finds_nothing(self, make: Make, worker, case):
        draft = self.save(make, worker, case.id, {})
        stranger = make.caseworker(MAGETAN)
        for call in (lambda: self.save(make, stranger, case.id, {}), lambda: self.change(make, stranger, draft.id, {})):
            with pytest.raises(NotFound):
                call()

    def test_who_is_a_caseworker_elsewhere_only_does_not_write_here(self, make: Make, leader, case):
        also(make, leader, "caseworker", make.organisation(MAGETAN).id)
        with pytest.raises(Forbidden):
            self.save(make, leader, case.id, {})

    def test_answers_are_stored_sealed_and_scores_are_not(self, make: Make, worker, case, truth):
        assessment(make, worker, case.id, "household_skills", wished_trade="sewing", monthly_income=314_159)
        stored = repr(truth.all("select * from assessments")) + repr(truth.all("select * from audit_entries"))
        assert "sewing" not in stored
        assert "314159" not in stored
        assert "social_support" in stored

    def test_a_completed_one_stays_as_it_is_also_past_the_program(self, make: Make, worker, case):
        assessment(make, worker, case.id)
        for change in ("answers_sealed = 'x'", "scores = '{}'", "instrument_version = 2", "completed_at = now()"):
            with pytest.raises(sa.exc.DBAPIError, match="is final"):
                by_hand(make, worker, f"update assessments set {change}")  # noqa: S608
        with pytest.raises(sa.exc.DBAPIError, match="permission denied"):
            by_hand(make, worker, "delete from assessments")

    def test_each_save_and_each_look_is_in_the_trail(self, make: Make, worker, case, truth):
        draft = self.save(make, worker, case.id, answers_to("gse10"))
        self.change(make, worker, draft.id, None, complete=True)
        with make.acting(worker) as session:
            assessments.read_assessment(session, draft.id)
        trail = (
            "select action from audit_entries where resource = 'assessment' and :client = any (client_ids) order by id"
        )
        assert truth.all(trail, client=case.client_id) == ["save", "complete", "read"]

    def test_after_an_erasure_scores_are_left_and_nothing_can_be_written(self, make: Make, worker, case, truth):
        done = assessment(make, worker, case.id)
        truth.run("update clients set data_key = null where id = :id", id=case.client_id)
        with make.acting(worker) as session:
            shown = assessments.read_assessment(session, done.id)
        assert (shown.answers, shown.domains["self_efficacy"]["value"]) == ({}, 40)
        with pytest.raises(Conflict) as refused:
            self.save(make, worker, case.id, {})
        assert refused.value.code == "erased"


def at_once(*calls):
    """The outcomes of calls that begin together: what they return, or the code of their refusal."""
    gate = threading.Barrier(len(calls))

    def one(call):
        gate.wait()
        try:
            return call()
        except KessosError as refused:
            return refused.code

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


class TestAtOnce:
    """What two people do at the same moment."""

    def test_saves_at_once_make_one_draft(self, committed, make_committed: Make):
        make, worker = make_committed, make_committed.caseworker()
        case = open_case(make, worker)
        saves = [lambda: assessment(make, worker, case.id, complete=False, gse_1=3).id for _ in range(6)]
        assert len(set(at_once(*saves))) == 1

    def test_completions_at_once_leave_one_in_force(self, committed, make_committed: Make):
        make, worker = make_committed, make_committed.caseworker()
        case = open_case(make, worker)
        made = at_once(*[lambda: assessment(make, worker, case.id).id for _ in range(4)])
        with make.acting(worker) as session:
            facts = cases.assessment_facts(session, case.id)
        assert (len(set(made)), len(facts)) == (4, 1)

    def test_a_save_and_a_completion_of_one_draft_never_break(self, committed, make_committed: Make):
        make, worker = make_committed, make_committed.caseworker()
        case = open_case(make, worker)
        draft = assessment(make, worker, case.id, complete=False, gse_1=3)

        def complete():
            with make.acting(worker) as session:
                found = assessments.assessment_for(session, draft.id, lock=True)
                return assessing.change_assessment(session, found, answers_to("gse10"), complete=True).state

        got = at_once(complete, lambda: assessment(make, worker, case.id, complete=False, gse_2=2).state)
        assert got == ["completed", "draft"]

    def test_proposals_at_once_make_one_version(self, committed, make_committed: Make):
        make, worker = make_committed, make_committed.caseworker()
        case = open_case(make, worker)
        made = at_once(*[lambda: plan(make, worker, case.id).number for _ in range(4)])
        assert sorted(map(str, made)) == ["1", "undecided", "undecided", "undecided"]

    def test_two_supervisors_at_once_decide_once(self, committed, make_committed: Make):
        make, worker = make_committed, make_committed.caseworker()
        leaders = [supervisor(make), supervisor(make)]
        made = plan(make, worker, open_case(make, worker).id)
        got = at_once(*[lambda by=by: decided(make, by, made.id).state for by in leaders])
        assert sorted(got) == ["approved", "rule_broken"]

    @pytest.mark.parametrize("first", ["approve", "close"])
    def test_a_step_that_ends_while_a_new_version_takes_it_over_is_done_there(
        self, first, committed, make_committed: Make
    ):
        make, worker = make_committed, make_committed.caseworker()
        leader, case = supervisor(make), open_case(make, worker)
        course, link = step(worker.organisation_id, kind="course"), fresh_id()
        old = approved_plan(make, worker, case.id, goal(course), supervisor=leader).goals[0]
        new = plan(make, worker, case.id, goal(course, carried_from=old.id))
        linked_step(make, worker, old.steps[0].id, "enrolment", link)
        acts = {
            "approve": (leader, lambda session: decisions.decide_plan(session, new.id, decision="approve")),
            "close": (worker, lambda session: steps.close_step(session, "enrolment", link, done=True)),
        }
        in_turn(make, committed, acts.pop(first), *acts.values())
        assert seen_plan(make, worker, new.id).goals[0].steps[0].state == "done"


def in_turn(make: Make, engine: sa.Engine, first: Any, second: Any) -> None:
    """Let one act while the other, not yet committed, has acted: it waits, or has read what is about to change."""

    def act(by: Any, call: Any) -> None:
        with make.acting(by) as session:
            call(session)

    waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    with ThreadPoolExecutor(1) as pool:
        with make.acting(first[0]) as session:
            first[1](session)
            later = pool.submit(act, *second)
            with engine.connect() as watching:
                while not later.done() and not watching.exec_driver_sql(waiting).scalar():
                    watching.rollback()
        later.result(30)


def close(make: Make, by, link_kind, link_id, *, done=True, reason=None):
    with make.acting(by) as session:
        steps.close_step(session, link_kind, link_id, done=done, reason=reason)


class TestWriting:
    """A version is written and proposed."""

    def test_a_proposed_version_waits_on_the_supervisors_desk(self, make: Make, worker, case, truth):
        made = plan(make, worker, case.id)
        assert (made.state, made.number, made.missing, made.leaves_out) == ("proposed", 1, [], [])
        asked = "select kind, role, state, organisation_id from tasks where subject_id = :id"
        assert truth.all(asked, id=made.id) == [("decide_plan", "supervisor", "open", worker.organisation_id)]

    def test_the_decision_is_due_in_three_working_days(self, make: Make, worker, case, truth, clock):
        clock.set("2026-03-17T03:00:00+00:00")  # Tuesday; then Nyepi, its leave, and the days around Idul Fitri
        made = plan(make, worker, case.id)
        assert truth.one("select due_at from tasks where subject_id = :id", id=made.id).date() == date(2026, 3, 27)

    def test_everything_that_is_missing_is_named_with_its_place(self, make: Make, worker, case, truth):
        assessment(make, worker, case.id, "social_functioning", eats_enough=0, daily_tasks=0, family_relations=0)
        with pytest.raises(RuleBroken) as refused:
            plan(make, worker, case.id, goal(), goal(step(due_on=None), domain="roles"))
        assert [(error["code"], error.get("field"), error.get("id")) for error in refused.value.errors] == [
            ("domain_without_goal", None, "needs_and_rights"),
            ("goal_without_step", "goals.0", None),
            ("step_incomplete", "goals.1.steps.0", None),
            ("step_incomplete", "goals.1.steps.0", None),
        ]
        assert truth.one("select count(*) from plans") == 0

    def test_no_goal_is_no_plan(self, make: Make, worker, case):
        with make.acting(worker) as session, pytest.raises(RuleBroken) as refused:
            planning.write_plan(session, case.id, goals=[], propose=True)
        assert codes(refused) == ["goal_missing"]

    def test_every_wrong_field_is_named(self, make: Make, worker, case):
        late = step(fresh_id(), due_on=in_days(-1))
        with pytest.raises(Invalid) as refused:
            plan(make, worker, case.id, goal(late, domain="happiness", carried_from=fresh_id()))
        assert wrong(refused) == [
            ("goals.0.domain", "not_found"), ("goals.0.carried_from", "not_found"),
            ("goals.0.steps.0.responsible_organisation_id", "not_found"), ("goals.0.steps.0.due_on", "in_past"),
        ]  # fmt: skip

    def test_an_office_that_has_shut_answers_for_no_step(self, make: Make, worker, case, truth):
        truth.run("update organisations set is_active = false where code = 'PSTW-MAGETAN'")
        with pytest.raises(Invalid) as refused:
            plan(make, worker, case.id, goal(step(make.organisation(MAGETAN).id)))
        assert wrong(refused) == [("goals.0.steps.0.responsible_organisation_id", "not_found")]

    def test_a_leap_day_is_a_due_day(self, make: Make, worker, case, truth):
        made = approved_plan(
            make, worker, case.id, goal(step(worker.organisation_id, kind="task", due_on=date(2028, 2, 29)))
        )
        due = truth.one("select due_at from tasks where subject_id = :id", id=made.goals[0].steps[0].id)
        assert due.isoformat().startswith("2028-02-29T09:00")

    def test_a_draft_waits_for_nobody_and_tells_what_it_lacks(self, make: Make, worker, case, truth):
        draft = plan(make, worker, case.id, goal(), propose=False)
        assert (draft.state, [entry["code"] for entry in draft.missing]) == ("draft", ["goal_without_step"])
        assert truth.one("select count(*) from tasks where subject_id = :id", id=draft.id) == 0

    def test_a_draft_is_written_over_and_stays_the_same_version(self, make: Make, worker, case, truth):
        draft = plan(make, worker, case.id, goal(step(), text="Lama"), propose=False)
        made = plan(make, worker, case.id, goal(step(worker.organisation_id), text="Baru"))
        assert (made.id, made.number, [entry.text for entry in made.goals]) == (draft.id, 1, ["Baru"])
        assert truth.one("select count(*) from plan_goals") == truth.one("select count(*) from plan_steps") == 1

    def test_no_version_is_written_while_one_is_proposed(self, make: Make, worker, case):
        waiting = plan(make, worker, case.id)
        with pytest.raises(Conflict) as refused:
            plan(make, worker, case.id, propose=False)
        assert (refused.value.code, refused.value.errors[0]["id"]) == ("undecided", str(waiting.id))

    def test_whoever_writes_a_draft_over_is_its_author(self, make: Make, worker, case):
        plan(make, worker, case.id, propose=False)
        colleague = make.caseworker()
        assert plan(make, colleague, case.id, propose=False).author_id == colleague.id

    def test_a_draft_is_proposed_by_its_author_only(self, make: Make, worker, case):
        draft = plan(make, worker, case.id, propose=False)
        with make.acting(make.caseworker()) as session, pytest.raises(Forbidden):
            planning.propose_plan(session, draft.id)
        with make.acting(worker) as session:
            assert planning.propose_plan(session, draft.id).state == "proposed"

    def test_a_draft_whose_days_have_passed_is_not_proposed(self, make: Make, worker, case, clock):
        draft = plan(make, worker, case.id, goal(step(due_on=in_days(2))), propose=False)
        clock.move(days=3)
        with make.acting(worker) as session, pytest.raises(RuleBroken) as refused:
            planning.propose_plan(session, draft.id)
        assert codes(refused) == ["step_incomplete", "due_in_past"]
        assert {error["id"] for error in refused.value.errors} == {str(draft.goals[0].steps[0].id)}

    def test_what_was_proposed_is_not_proposed_again(self, make: Make, worker, case):
        made = plan(make, worker, case.id)
        with make.acting(worker) as session, pytest.raises(RuleBroken) as refused:
            planning.propose_plan(session, made.id)
        assert codes(refused) == ["wrong_state"]

    def test_what_was_proposed_is_not_changed(self, make: Make, worker, case):
        made = plan(make, worker, case.id)
        with make.acting(worker) as session, pytest.raises(Conflict) as refused:
            planning.change_plan(session, cases.plan_for(session, made.id, lock=True), [goal()])
        assert refused.value.code == "final"

    def test_the_words_of_a_proposed_version_stay_also_past_the_program(self, make: Make, worker, case):
        plan(make, worker, case.id)
        for change in ("update plan_goals set text_sealed = 'x'", "update plan_steps set text_sealed = 'x'",
                       "delete from plan_steps"):  # fmt: skip
            with pytest.raises(sa.exc.DBAPIError, match="is final"):
                by_hand(make, worker, change)

    def test_words_are_stored_sealed(self, make: Make, worker, leader, case, truth):
        made = plan(make, worker, case.id, goal(step(worker.organisation_id, text="Kunjungi ibunya"), text="Pulang"))
        decided(make, leader, made.id, "return", comment="Terlalu cepat")
        tables = ("plans", "plan_goals", "plan_steps", "audit_entries", "timeline_entries", "tasks")
        stored = "".join(repr(truth.all(f"select * from {table}")) for table in tables)  # noqa: S608
        assert [word for word in ("ibunya", "Pulang", "cepat") if word in stored] == []
        assert seen_plan(make, worker, made.id).comment == "Terlalu cepat"

    def test_a_closed_case_is_planned_no_more(self, make: Make, worker, leader, case):
        move_case(make, leader, case, "close", reason="moved")
        with pytest.raises(Conflict) as refused:
            plan(make, worker, case.id)
        assert refused.value.code == "case_closed"

    def test_another_upt_finds_nothing(self, make: Make, worker, case):
        made = plan(make, worker, case.id)
        stranger, boss = make.caseworker(MAGETAN), supervisor(make, MAGETAN)
        calls = [
            lambda: plan(make, stranger, case.id), lambda: seen_plan(make, stranger, made.id),
            lambda: decided(make, boss, made.id), lambda: closed_goal(make, stranger, made.goals[0].id),
            lambda: ended_step(make, stranger, made.goals[0].steps[0].id),
        ]  # fmt: skip
        for call in calls:
            with pytest.raises(NotFound):
                call()

    def test_the_guards_see_the_approved_version_else_the_newest(self, make: Make, worker, leader, case):
        assert casework.fact(make, worker, case.id) is None
        first = plan(make, worker, case.id)
        assert casework.fact(make, worker, case.id).id == first.id
        decided(make, leader, first.id)
        plan(make, worker, case.id)
        seen = casework.fact(make, worker, case.id)
        assert (seen.id, seen.state, seen.approver_id) == (first.id, PlanState.APPROVED, leader.id)


class TestAgreement:
    """The person's own agreement to a version."""

    def agree(self, make: Make, by, plan_id, on=None, form="signed"):
        with make.acting(by) as session:
            return planning.record_plan_agreement(session, plan_id, form=form, on=on or in_days(0))

    def test_it_is_written_down_once(self, make: Make, worker, case, truth):
        made = plan(make, worker, case.id)
        for _ in range(2):
            agreed = self.agree(make, worker, made.id)
        assert (agreed.client_agreed_on, agreed.client_agreed_form) == (in_days(0), "signed")
        assert truth.one("select count(*) from timeline_entries where kind = 'plan_agreed'") == 1
        with pytest.raises(Conflict) as refused:
            self.agree(make, worker, made.id, form="guardian")
        assert refused.value.code == "agreed"

    def test_nobody_agrees_to_what_can_still_change(self, make: Make, worker, case):
        draft = plan(make, worker, case.id, propose=False)
        with pytest.raises(RuleBroken) as refused:
            self.agree(make, worker, draft.id)
        assert codes(refused) == ["wrong_state"]

    @pytest.mark.parametrize("days", [-1, 1])
    def test_nobody_agrees_before_the_case_or_tomorrow(self, days, make: Make, worker, case):
        made = plan(make, worker, case.id)
        with pytest.raises(Invalid) as refused:
            self.agree(make, worker, made.id, on=in_days(days))
        assert wrong(refused) == [("on", "impossible_day")]


class TestDeciding:
    """A supervisor who is not the author."""

    def both(self, make: Make):
        """A caseworker who leads the UPT too."""
        worker = make.caseworker()
        also(make, worker, "supervisor", worker.organisation_id)
        return worker

    def test_an_approval_settles_the_task_and_puts_the_version_in_force(self, make: Make, worker, leader, case, truth):
        made = plan(make, worker, case.id)
        approved = decided(make, leader, made.id, comment="Baik")
        assert (approved.state, approved.decided_by, approved.comment) == ("approved", leader.id, "Baik")
        assert truth.all("select state from tasks where subject_id = :id", id=made.id) == ["done"]
        with make.acting(worker) as session:
            assert [entry.id for entry in cases.goals_of(session, case.id)] == [made.goals[0].id]

    def test_nobody_decides_about_the_own_plan(self, make: Make):
        author = self.both(make)
        made = plan(make, author, open_case(make, author).id)
        for decision in ("approve", "return"):
            with pytest.raises(RuleBroken) as refused:
                decided(make, author, made.id, decision, comment="Baik")
            assert codes(refused) == ["approver_is_author"]

    def test_the_database_too_knows_that_nobody_approves_the_own_plan(self, make: Make, worker, case):
        plan(make, worker, case.id)
        with pytest.raises(sa.exc.IntegrityError, match="decided_by_another"):
            by_hand(make, worker, "update plans set state = 'approved', decided_by = author_id, decided_at = now()")

    def test_everything_that_forbids_an_approval_is_named(self, make: Make):
        author = self.both(make)
        case = open_case(make, author)
        made = plan(make, author, case.id)
        assessment(make, author, case.id, "social_functioning", eats_enough=0)
        with pytest.raises(RuleBroken) as refused:
            decided(make, author, made.id)
        assert codes(refused) == ["approver_is_author", "domain_without_goal"]

    def test_a_caseworker_and_the_supervisor_of_another_upt_do_not_decide(self, make: Make, worker, case):
        made, colleague = plan(make, worker, case.id), make.caseworker()
        also(make, colleague, "supervisor", make.organisation(MAGETAN).id)
        with pytest.raises(Forbidden):
            decided(make, colleague, made.id)

    def test_a_return_needs_words_and_ends_the_version(self, make: Make, worker, leader, case):
        made = plan(make, worker, case.id)
        with pytest.raises(RuleBroken) as refused:
            decided(make, leader, made.id, "return")
        assert wrong(refused) == [("comment", "comment_missing")]
        assert decided(make, leader, made.id, "return", comment="Siapa yang mengantar?").state == "returned"
        assert plan(make, worker, case.id).number == 2

    def test_what_is_decided_is_not_decided_again(self, make: Make, worker, leader, case):
        made = plan(make, worker, case.id)
        decided(make, leader, made.id)
        with pytest.raises(RuleBroken) as refused:
            decided(make, leader, made.id, "return", comment="Tunggu")
        assert codes(refused) == ["wrong_state"]

    def test_steps_that_the_office_does_itself_become_tasks_of_the_caseworker(
        self, make: Make, worker, leader, case, truth
    ):
        mine = step(worker.organisation_id, kind="task", due_on=in_days(10))
        theirs = step(make.organisation(MAGETAN).id, kind="task")
        approved_plan(make, worker, case.id, goal(mine, theirs, step(worker.organisation_id)), supervisor=leader)
        asked = truth.all("select kind, subject_kind, user_id, state from tasks where kind = 'do_plan_step'")
        assert asked == [("do_plan_step", "plan_step", worker.id, "open")]


class TestVersions:
    """What a newer version takes over, and what it leaves."""

    @pytest.fixture
    def first(self, make: Make, worker, leader, case):
        office = worker.organisation_id
        goals = [
            goal(step(office, kind="course", text="Menjahit"), step(office, kind="task", text="KTP"), text="Bekerja"),
            goal(step(office, text="Kunjungi ibunya"), text="Pulang"),
        ]
        return approved_plan(make, worker, case.id, *goals, supervisor=leader)

    def again(self, first, place, **other):
        """A goal of the first version as it would be said again."""
        before = first.goals[place]
        said = [
            {name: getattr(one, name) for name in ("text", "kind", "due_on", "responsible_organisation_id")}
            for one in before.steps
        ]
        return goal(*said, **{"text": before.text, "carried_from": before.id} | other)

    def test_a_newer_version_supersedes_the_former(self, make: Make, worker, leader, case, first):
        second = plan(make, worker, case.id, self.again(first, 0), self.again(first, 1))
        assert decided(make, leader, second.id).state == "approved"
        assert seen_plan(make, worker, first.id).state == "superseded"

    def test_what_is_said_again_goes_on_where_it_stood(self, make: Make, worker, leader, case, first):
        link = fresh_id()
        linked_step(make, worker, first.goals[0].steps[0].id, "enrolment", link)
        ended_step(make, worker, first.goals[0].steps[1].id)
        closed_goal(make, worker, first.goals[1].id, "met", None)
        second = plan(make, worker, case.id, self.again(first, 0), self.again(first, 1))
        stands = decided(make, leader, second.id)
        course, papers = stands.goals[0].steps
        assert (course.state, course.link_id, papers.state) == ("in_progress", link, "done")
        assert (stands.goals[0].state, stands.goals[1].state) == ("open", "met")

    def test_what_happens_between_proposal_and_approval_is_not_lost(self, make: Make, worker, leader, case, first):
        second = plan(make, worker, case.id, self.again(first, 0), self.again(first, 1))
        ended_step(make, worker, first.goals[0].steps[1].id)
        assert decided(make, leader, second.id).goals[0].steps[1].state == "done"

    def test_a_goal_in_other_words_begins_anew_and_its_steps_go_on(self, make: Make, worker, leader, case, first):
        ended_step(make, worker, first.goals[0].steps[1].id)
        closed_goal(make, worker, first.goals[1].id, "met", None)
        second = plan(
            make, worker, case.id, self.again(first, 0, text="Bekerja penuh"), self.again(first, 1, domain="roles")
        )
        stands = decided(make, leader, second.id)
        assert [entry.state for entry in stands.goals] == ["open", "open"]
        assert stands.goals[0].steps[1].state == "done"

    def test_a_dropped_goal_that_is_named_again_begins_anew(self, make: Make, worker, leader, case, first):
        closed_goal(make, worker, first.goals[1].id)
        second = plan(make, worker, case.id, self.again(first, 0), self.again(first, 1))
        stands = decided(make, leader, second.id).goals[1]
        assert (stands.state, stands.drop_reason, stands.steps[0].state) == ("open", None, "open")

    def test_what_is_left_out_is_shown_and_ends_with_the_approval(self, make: Make, worker, leader, case, first, truth):
        second = plan(make, worker, case.id, self.again(first, 0, steps=[]) | {"steps": [step(worker.organisation_id)]})
        left = [first.goals[1].id, *(one.id for entry in first.goals for one in entry.steps)]
        assert [entry["id"] for entry in second.leaves_out] == [str(thing) for thing in left]
        decided(make, leader, second.id)
        ended = seen_plan(make, worker, first.id).goals[1]
        assert (ended.state, ended.drop_reason, ended.drop_accepted_by) == ("dropped", "replaced", leader.id)
        assert truth.all("select state, reason from tasks where kind = 'do_plan_step'") == [("cancelled", "superseded")]

    def test_a_running_step_is_not_left_out(self, make: Make, worker, leader, case, first):
        linked_step(make, worker, first.goals[0].steps[0].id, "enrolment", fresh_id())
        with pytest.raises(RuleBroken) as refused:
            plan(make, worker, case.id, self.again(first, 1))
        assert [(error["code"], error["id"]) for error in refused.value.errors] == [
            ("step_left_out", str(first.goals[0].steps[0].id))
        ]

    def test_one_that_began_to_run_after_the_proposal_is_not_left_out_either(
        self, make: Make, worker, leader, case, first
    ):
        second = plan(make, worker, case.id, self.again(first, 1))
        linked_step(make, worker, first.goals[0].steps[0].id, "enrolment", fresh_id())
        with pytest.raises(RuleBroken) as refused:
            decided(make, leader, second.id)
        assert codes(refused) == ["step_left_out"]

    def test_one_goal_takes_the_place_of_one(self, make: Make, worker, case, first):
        with pytest.raises(Invalid) as refused:
            plan(make, worker, case.id, self.again(first, 0), self.again(first, 0))
        assert wrong(refused) == [("goals.1.carried_from", "not_found")]

    def test_a_returned_version_is_no_origin(self, make: Make, worker, leader, case, first):
        second = plan(make, worker, case.id, self.again(first, 0), self.again(first, 1))
        decided(make, leader, second.id, "return", comment="Ulangi")
        with pytest.raises(Invalid):
            plan(make, worker, case.id, self.again(second, 0))
        assert plan(make, worker, case.id, self.again(first, 0), self.again(first, 1)).number == 3


class TestPathwayChange:
    """Each goal is carried or closed."""

    def decide(self, make: Make, by, case, decisions, reason="family_found"):
        with make.acting(by) as session:
            found = cases.own_case_for(session, case.id, lock=True)
            return cases.decide_goals(session, found, decisions, reason)

    def two(self, make: Make, worker, leader, case):
        office = worker.organisation_id
        goals = [goal(step(office, kind="course"), text="Bekerja"), goal(step(office, kind="task"), text="Pulang")]
        return approved_plan(make, worker, case.id, *goals, supervisor=leader)

    def test_what_is_carried_stands_in_a_draft_by_its_author(self, make: Make, worker, leader, case):
        first = self.two(make, worker, leader, case)
        draft = self.decide(make, leader, case, {first.goals[0].id: "close", first.goals[1].id: "carry"})
        seen = seen_plan(make, worker, draft.id)
        assert (seen.state, seen.author_id, seen.number) == ("draft", worker.id, 2)
        assert [(entry.text, entry.carried_from) for entry in seen.goals] == [("Pulang", first.goals[1].id)]

    def test_what_is_closed_is_dropped_with_its_steps_and_accepted(self, make: Make, worker, leader, case, truth):
        first = self.two(make, worker, leader, case)
        assert self.decide(make, leader, case, {entry.id: "close" for entry in first.goals}) is None
        ended = seen_plan(make, worker, first.id)
        assert ended.state == "superseded"
        assert {(one.state, one.drop_reason, one.drop_accepted_by) for one in ended.goals} == {
            ("dropped", "family_found", leader.id)
        }
        assert {one.state for entry in ended.goals for one in entry.steps} == {"dropped"}
        assert truth.one("select state from tasks where kind = 'do_plan_step'") == "cancelled"

    def test_a_running_step_goes_on_in_the_draft_and_is_done_there(self, make: Make, worker, leader, case):
        first, link = self.two(make, worker, leader, case), fresh_id()
        linked_step(make, worker, first.goals[0].steps[0].id, "enrolment", link)
        draft = self.decide(make, leader, case, {first.goals[0].id: "carry", first.goals[1].id: "close"})
        close(make, worker, "enrolment", link)
        with make.acting(worker) as session:
            planning.propose_plan(session, draft.id)
        assert decided(make, leader, draft.id).goals[0].steps[0].state == "done"

    def test_a_proposed_version_is_superseded_with_its_task(self, make: Make, worker, leader, case, truth):
        first = self.two(make, worker, leader, case)
        waiting = plan(make, worker, case.id)
        self.decide(make, leader, case, {entry.id: "close" for entry in first.goals})
        assert seen_plan(make, worker, waiting.id).state == "superseded"
        assert truth.one("select reason from tasks where subject_id = :id", id=waiting.id) == "superseded"

    def test_goals_that_were_never_in_force_are_carried_too(self, make: Make, worker, leader, case):
        first = plan(make, worker, case.id)
        draft = self.decide(make, leader, case, {first.goals[0].id: "carry"})
        assert [entry.carried_from for entry in seen_plan(make, worker, draft.id).goals] == [None]
        with make.acting(worker) as session:
            assert planning.propose_plan(session, draft.id).state == "proposed"

    def test_a_second_change_closes_a_carried_goal_everywhere(self, make: Make, worker, leader, case):
        first = self.two(make, worker, leader, case)
        linked_step(make, worker, first.goals[0].steps[0].id, "enrolment", fresh_id())
        draft = self.decide(make, leader, case, {first.goals[0].id: "carry", first.goals[1].id: "close"})
        carried = seen_plan(make, worker, draft.id).goals[0].id
        assert self.decide(make, leader, case, {carried: "close"}) is None
        assert [entry.state for entry in seen_plan(make, worker, first.id).goals] == ["dropped", "dropped"]
        assert plan(make, worker, case.id).leaves_out == []

    def test_what_is_no_open_goal_cannot_be_decided(self, make: Make, worker, leader, case):
        stranger = fresh_id()
        with pytest.raises(Invalid) as refused:
            self.decide(make, leader, case, {stranger: "close"})
        assert wrong(refused) == [(f"goal_decisions.{stranger}", "not_found")]


class TestGoals:
    """Met, or dropped and accepted."""

    def accept(self, make: Make, by, goal_id):
        with make.acting(by) as session:
            return steps.accept_drop(session, goal_id)

    def test_a_met_goal_ends_its_steps_and_their_tasks(self, make: Make, worker, case, truth):
        made = approved_plan(make, worker, case.id, goal(step(worker.organisation_id, kind="task")))
        met = closed_goal(make, worker, made.goals[0].id, "met", None)
        assert (met.state, met.drop_reason, met.closed_by) == ("met", None, worker.id)
        assert (met.steps[0].state, met.steps[0].reason) == ("dropped", "goal_closed")
        assert truth.one("select reason from tasks where kind = 'do_plan_step'") == "not_needed"

    def test_a_dropped_goal_waits_for_the_supervisor(self, make: Make, worker, leader, case, truth):
        made = approved_plan(make, worker, case.id, supervisor=leader)
        dropped = closed_goal(make, worker, made.goals[0].id)
        assert (dropped.state, dropped.drop_accepted_by) == ("dropped", None)
        for _ in range(2):
            assert self.accept(make, leader, dropped.id).drop_accepted_by == leader.id
        tasks = truth.all("select kind, subject_kind, role, state from tasks where subject_id = :id", id=dropped.id)
        assert tasks == [("decide_plan", "goal", "supervisor", "done")]

    def test_nobody_accepts_what_he_dropped_himself(self, make: Make, worker, case):
        made = approved_plan(make, worker, case.id)
        also(make, worker, "supervisor", worker.organisation_id)
        dropped = closed_goal(make, worker, made.goals[0].id)
        with pytest.raises(RuleBroken) as refused:
            self.accept(make, worker, dropped.id)
        assert codes(refused) == ["approver_is_author"]

    def test_only_what_was_dropped_is_accepted(self, make: Make, worker, leader, case):
        made = approved_plan(make, worker, case.id, supervisor=leader)
        with pytest.raises(RuleBroken) as refused:
            self.accept(make, leader, made.goals[0].id)
        assert codes(refused) == ["wrong_state"]

    def test_everything_that_keeps_a_goal_open_is_named(self, make: Make, worker, case):
        courses = [step(worker.organisation_id, kind="course", text=text) for text in ("Las", "Jahit")]
        made = approved_plan(make, worker, case.id, goal(*courses))
        for one in made.goals[0].steps:
            linked_step(make, worker, one.id, "enrolment", fresh_id())
        with pytest.raises(RuleBroken) as refused:
            closed_goal(make, worker, made.goals[0].id, reason=None)
        assert codes(refused) == ["reason_missing", "step_running", "step_running"]

    def test_a_goal_of_a_version_that_is_not_in_force_is_not_closed(self, make: Make, worker, case):
        made = plan(make, worker, case.id)
        with pytest.raises(RuleBroken) as refused:
            closed_goal(make, worker, made.goals[0].id)
        assert codes(refused) == ["plan_not_approved"]

    def test_what_is_closed_is_not_closed_again(self, make: Make, worker, case):
        made = approved_plan(make, worker, case.id)
        closed_goal(make, worker, made.goals[0].id)
        with pytest.raises(RuleBroken) as refused:
            closed_goal(make, worker, made.goals[0].id, "met", None)
        assert codes(refused) == ["wrong_state"]


class TestSteps:
    """Started and closed by hand, or by what they are linked to."""

    def made(self, make: Make, worker, case, kind="other"):
        return approved_plan(make, worker, case.id, goal(step(worker.organisation_id, kind=kind))).goals[0].steps[0]

    def now(self, make: Make, by, step_id):
        with make.acting(by) as session:
            return plan_cards.read_step(session, step_id)

    def begin(self, make: Make, by, step_id):
        with make.acting(by) as session:
            return steps.begin_step(session, step_id)

    def test_by_hand_it_is_started_and_done_and_its_task_settled(self, make: Make, worker, case, truth):
        one = self.made(make, worker, case, "task")
        assert self.begin(make, worker, one.id).state == "in_progress"
        done = ended_step(make, worker, one.id)
        assert (done.state, done.closed_at is None) == ("done", False)
        assert truth.one("select state from tasks where subject_id = :id", id=one.id) == "done"
        told = truth.all("select kind from timeline_entries where subject_id = :id order by id", id=one.id)
        assert told == ["plan_step_in_progress", "plan_step_done"]

    def test_a_dropped_one_has_a_reason(self, make: Make, worker, case):
        one = self.made(make, worker, case)
        with pytest.raises(RuleBroken) as refused:
            ended_step(make, worker, one.id, "dropped")
        assert wrong(refused) == [("reason", "reason_missing")]
        assert ended_step(make, worker, one.id, "dropped", "health").reason == "health"

    def test_a_course_is_neither_started_nor_done_by_hand(self, make: Make, worker, case):
        one = self.made(make, worker, case, "course")
        with pytest.raises(RuleBroken) as refused:
            self.begin(make, worker, one.id)
        assert codes(refused) == ["starts_with_link"]
        with pytest.raises(RuleBroken) as refused:
            ended_step(make, worker, one.id)
        assert codes(refused) == ["closes_with_link"]

    def test_a_course_that_never_began_may_be_dropped(self, make: Make, worker, case):
        one = self.made(make, worker, case, "course")
        assert ended_step(make, worker, one.id, "dropped", "no_service").state == "dropped"

    @pytest.mark.parametrize("state", ["done", "dropped"])
    def test_what_runs_with_its_link_is_not_closed_by_hand(self, state, make: Make, worker, case):
        one = self.made(make, worker, case, "mentor")
        linked_step(make, worker, one.id, "mentoring", fresh_id())
        with pytest.raises(RuleBroken) as refused:
            ended_step(make, worker, one.id, state, "health" if state == "dropped" else None)
        assert codes(refused) == ["closes_with_link"]

    def test_a_course_is_linked_to_an_enrolment_only(self, make: Make, worker, case):
        one = self.made(make, worker, case, "course")
        with pytest.raises(RuleBroken) as refused:
            linked_step(make, worker, one.id, "referral", fresh_id())
        assert codes(refused) == ["wrong_link"]

    def test_the_same_link_again_changes_nothing_and_another_is_refused(self, make: Make, worker, case):
        one, link = self.made(make, worker, case, "course"), fresh_id()
        for _ in range(2):
            linked_step(make, worker, one.id, "enrolment", link)
        with pytest.raises(RuleBroken) as refused:
            linked_step(make, worker, one.id, "enrolment", fresh_id())
        assert codes(refused) == ["wrong_state"]
        assert self.now(make, worker, one.id).link_id == link

    def test_its_link_closes_it_once(self, make: Make, worker, case, truth):
        one, link = self.made(make, worker, case, "course"), fresh_id()
        linked_step(make, worker, one.id, "enrolment", link)
        for _ in range(2):
            close(make, worker, "enrolment", link)
        assert self.now(make, worker, one.id).state == "done"
        assert truth.one("select count(*) from timeline_entries where kind = 'plan_step_done'") == 1

    def test_what_came_to_nothing_is_open_for_another_try(self, make: Make, worker, case):
        one, link = self.made(make, worker, case, "course"), fresh_id()
        linked_step(make, worker, one.id, "enrolment", link)
        close(make, worker, "enrolment", link, done=False, reason="not_passed")
        again = self.now(make, worker, one.id)
        assert (again.state, again.reason, again.link_id) == ("open", "not_passed", None)
        linked_step(make, worker, one.id, "enrolment", fresh_id())

    def test_a_link_of_no_step_closes_nothing(self, make: Make, worker, case, truth):
        before = truth.one("select count(*) from audit_entries")
        close(make, worker, "referral", fresh_id())
        assert truth.one("select count(*) from audit_entries") == before

    def test_a_partner_closes_it_through_the_program(self, make: Make, worker, case):
        one, link = self.made(make, worker, case, "referral"), fresh_id()
        linked_step(make, worker, one.id, "referral", link)
        with make.acting(make.user("partner")) as session, db.as_system(session, "referrals.complete"):
            steps.close_step(session, "referral", link, done=True)
        assert self.now(make, worker, one.id).state == "done"

    def test_a_closed_case_still_hears_of_what_was_running(self, make: Make, worker, leader, case):
        one, link = self.made(make, worker, case, "course"), fresh_id()
        linked_step(make, worker, one.id, "enrolment", link)
        move_case(make, leader, case, "close", reason="moved")
        close(make, worker, "enrolment", link)
        assert self.now(make, worker, one.id).state == "done"

    def test_only_steps_of_the_approved_version_are_started(self, make: Make, worker, case):
        one = plan(make, worker, case.id).goals[0].steps[0]
        with pytest.raises(RuleBroken) as refused:
            linked_step(make, worker, one.id, "referral", fresh_id())
        assert codes(refused) == ["plan_not_approved"]


class TestRules:
    """The rules alone."""

    def test_each_former_step_goes_on_once_in_order(self):
        assert continued(["a", "b", "a"], ["a", "a", "a", "b"]) == {0: 0, 1: 2, 3: 1}

    def test_a_reason_belongs_to_what_is_dropped(self):
        done = missing_to_close_step("other", "open", "done", in_force=True, is_linked=False, reason="health")
        assert [entry.code for entry in done] == ["reason_unasked"]

    def test_the_words_of_the_program_are_no_reason_of_a_person(self):
        dropped = missing_to_close_goal("open", "dropped", in_force=True, reason="replaced", running=())
        assert [entry.code for entry in dropped] == ["reason_missing"]

    def test_everything_that_forbids_a_start_is_named(self):
        missing = missing_to_start_step("placement", "done", "referral", in_force=False)
        assert [entry.code for entry in missing] == ["plan_not_approved", "wrong_state", "wrong_link"]

    def test_everything_that_forbids_an_end_is_named(self):
        missing = missing_to_close_step("course", "done", "dropped", in_force=False, is_linked=True, reason=None)
        assert [entry.code for entry in missing] == [
            "plan_not_approved", "wrong_state", "closes_with_link", "reason_missing",
        ]  # fmt: skip


def test_the_case_of_a_colleague_is_worked_on_by_the_whole_office(make: Make, case):
    colleague = make.caseworker(BONDOWOSO)
    assert assessment(make, colleague, case.id).started_by == colleague.id
