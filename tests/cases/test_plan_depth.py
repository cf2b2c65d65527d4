"""Costs, differences, signatures, reviews and stepping down: what a plan says beyond its goals and steps."""

import io
from datetime import date

import pytest
import sqlalchemy as sa
from PIL import Image

from kessos_case.cases.rules import Pathway
from kessos_case.cases.rules.costs import costs_by_source
from kessos_case.cases.rules.plan_changes import ChangeKind, SaidGoal, SaidPlan, SaidStep, SaidTaper, plan_changes
from kessos_case.cases.rules.tapers import Empowerment, TaperFact, agreed_in, missing_in_tapers, wrong_reductions
from kessos_case.cases.service import ask_for_due_cases, plan_cards, plan_reviews, planning, signing, versions
from kessos_case.cases.service.plans import step_for
from kessos_case.core import db
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken
from kessos_case.core.months import parse_month
from tests.conftest import Clock, Truth
from tests.factories import Make, casework
from tests.factories import cases as c
from tests.factories.casework import goal, step, taper

pytestmark = pytest.mark.usefixtures("clock")

MARCH, MAY, JULY = (parse_month(f"2026-{month:02d}") for month in (3, 5, 7))
KUBE = {"kind": "aid", "text": "Modal KUBE", "programme_code": "KUBE", "due_on": date(2026, 4, 20)}
DOWN = (("2026-05", 100_000), ("2026-07", 0))


@pytest.fixture(autouse=True)
def _day(clock: Clock):
    clock.set("2026-03-10T03:00:00+00:00")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def leader(make: Make):
    return c.supervisor(make)


@pytest.fixture
def case(make: Make, worker):
    return c.open_case(make, worker)


def codes(error) -> set[str]:
    return {entry["code"] for entry in error.value.errors}


def fields(error) -> dict[str, str]:
    return {entry["field"]: entry["code"] for entry in error.value.errors}


class TestRules:
    """Values in, values out."""

    def test_costs_are_summed_by_purse_in_their_order(self):
        costs = [(5, "own"), (None, None), (7, "apbd_province"), (3, "own"), (0, "csr")]
        assert costs_by_source(costs) == {"apbd_province": 7, "own": 8}

    @pytest.mark.parametrize(
        ("reductions", "wrong"),
        [
            (((MAY, 100), (JULY, 0)), []),
            (((MAY, 100), (MAY, 0)), [(1, "from_month", "not_later")]),
            (((MAY, 100), (JULY, 100)), [(1, "amount", "not_less")]),
            (((MARCH - 1, 100), (JULY, 0)), [(0, "from_month", "in_past")]),
            (((MARCH, 0),), []),
        ],
    )
    def test_months_rise_and_rupiah_fall(self, reductions, wrong):
        assert [(one.place, one.field, one.code) for one in wrong_reductions(reductions, MARCH)] == wrong

    def test_what_was_agreed_before_may_lie_in_the_past(self):
        assert wrong_reductions(((MARCH - 2, 100), (JULY, 0)), MARCH, agreed=((MARCH - 2, 100), (MAY, 0))) == []

    @pytest.mark.parametrize(
        ("empowering", "reason", "missing"),
        [
            ([Empowerment(date(2026, 5, 1))], False, set()),
            ([Empowerment(date(2026, 5, 2))], False, {"nothing_empowers"}),
            ([Empowerment(None)], False, {"nothing_empowers"}),
            ([Empowerment(None, "done")], False, set()),
            ([Empowerment(date(2026, 4, 1), "dropped")], False, {"nothing_empowers"}),
            ([], True, set()),
        ],
    )
    def test_something_empowers_before_it_or_a_reason_says_why_not(self, empowering, reason, missing):
        fact = TaperFact("SEMBAKO", ((MAY, 100), (JULY, 0)), reason)
        assert {one.code for one in missing_in_tapers([fact], empowering, Pathway.INDEPENDENCE)} == missing

    @pytest.mark.parametrize("pathway", [Pathway.REUNIFICATION, Pathway.LONG_TERM_CARE])
    def test_nobody_is_led_out_of_aid_who_cannot_work(self, pathway):
        fact = TaperFact("SEMBAKO", ((MAY, 0),), has_reason=True)
        assert {one.code for one in missing_in_tapers([fact], [], pathway)} == {"taper_off_pathway"}

    def test_one_without_an_end_is_none(self):
        fact = TaperFact("SEMBAKO", ((MAY, 100),), has_reason=True)
        assert {one.code for one in missing_in_tapers([fact], [], Pathway.INDEPENDENCE)} == {"taper_without_end"}

    def test_what_was_agreed_for_a_month(self):
        found = [agreed_in(((MAY, 100), (JULY, 0)), month) for month in (MAY - 1, MAY, MAY + 1, JULY, JULY + 9)]
        assert found == [None, 100, 100, 0, 0]

    def test_equal_versions_differ_in_nothing(self):
        said = SaidPlan((SaidGoal(1, "other", "KTP", (SaidStep("task", "Foto"),)),), (SaidTaper("A", ((MAY, 0),)),))
        assert plan_changes(said, said) == []

    def test_every_difference_is_named_once(self):
        before = SaidPlan(
            (
                SaidGoal(1, "other", "Punya KTP", (SaidStep("task", "Foto", cost=5), SaidStep("visit", "Lihat"))),
                SaidGoal(2, "economy", "Kerja"),
            ),
            (SaidTaper("A", ((MAY, 0),)),),
        )
        after = SaidPlan(
            (
                SaidGoal(
                    1, "other", "Punya KTP baru", (SaidStep("task", "Foto", cost=9), SaidStep("course", "Kursus"))
                ),
                SaidGoal(3, "health", "Sehat", (SaidStep("task", "Periksa"),)),
            ),
            (SaidTaper("A", ((JULY, 0),)), SaidTaper("B", ((MAY, 0),))),
        )
        found = [(one.kind, one.step or one.goal or one.programme_code) for one in plan_changes(before, after)]
        assert found == [
            (ChangeKind.GOAL_CHANGED, "Punya KTP baru"), (ChangeKind.STEP_CHANGED, "Foto"),
            (ChangeKind.STEP_ADDED, "Kursus"), (ChangeKind.STEP_LEFT_OUT, "Lihat"), (ChangeKind.GOAL_ADDED, "Sehat"),
            (ChangeKind.STEP_ADDED, "Periksa"), (ChangeKind.GOAL_LEFT_OUT, "Kerja"),
            (ChangeKind.TAPER_CHANGED, "A"), (ChangeKind.TAPER_ADDED, "B"),
        ]  # fmt: skip


class TestCosts:
    """What a step costs, and whose money it is."""

    def test_they_are_kept_and_summed(self, make: Make, worker, case):
        paid = [
            step(worker.organisation_id, text=text, cost=cost, cost_source="own") for text, cost in (("a", 5), ("b", 6))
        ]
        card = casework.plan(make, worker, case.id, goal(*paid, step(worker.organisation_id, text="c")))
        assert [(one.cost_source, one.amount) for one in card.costs] == [("own", 11)]
        assert [one.cost for one in card.goals[0].steps] == [5, 6, None]

    def test_an_unknown_programme_is_named(self, make: Make, worker, case):
        with pytest.raises(Invalid) as refused:
            casework.plan(make, worker, case.id, goal(step(worker.organisation_id, programme_code="X")), propose=False)
        assert fields(refused) == {"goals.0.steps.0.programme_code": "not_found"}

    def test_what_is_done_keeps_its_cost_in_the_next_version(self, make: Make, worker, leader, case):
        said = step(worker.organisation_id, cost=5, cost_source="own")
        first = casework.approved_plan(make, worker, case.id, goal(said), supervisor=leader)
        casework.ended_step(make, worker, first.goals[0].steps[0].id)
        again = goal(said | {"cost": 900, "due_on": None}, carried_from=first.goals[0].id)
        kept = casework.plan(make, worker, case.id, again, propose=False).goals[0].steps[0]
        assert (kept.state, kept.cost, kept.due_on) == ("done", 5, said["due_on"])

    def test_a_proposed_cost_is_final(self, make: Make, worker, case):
        card = casework.plan(make, worker, case.id, goal(step(worker.organisation_id, cost=5, cost_source="own")))
        with pytest.raises(sa.exc.DBAPIError, match="a proposed plan is final"), make.acting(worker) as session:
            step_for(session, card.goals[0].steps[0].id).cost = 9
            session.flush()


class TestChanges:
    """What a supervisor is shown of the difference."""

    def test_a_new_version_is_held_beside_the_one_in_force(self, make: Make, worker, leader, case):
        first = casework.approved_plan(make, worker, case.id, supervisor=leader)
        later = goal(step(worker.organisation_id, due_on=casework.in_days(60)), carried_from=first.goals[0].id)
        second = casework.plan(make, worker, case.id, later)
        with make.acting(leader) as session:
            found = versions.read_changes(session, second.id)
        assert (found.since, [one.kind for one in found.changes]) == (1, [ChangeKind.STEP_CHANGED])
        assert [one.name for one in found.changes[0].differences] == ["due_on"]
        assert second.changes == found

    def test_a_mended_version_is_held_beside_the_returned_one(self, make: Make, worker, leader, case):
        first = casework.plan(make, worker, case.id)
        casework.decided(make, leader, first.id, "return", comment="Kurang")
        second = casework.plan(make, worker, case.id, goal(step(worker.organisation_id, text="Antar ke Dukcapil")))
        assert second.changes.since == 1
        assert [one.kind for one in second.changes.changes] == [ChangeKind.STEP_CHANGED]

    def test_any_two_can_be_compared_and_others_are_not_found(self, make: Make, worker, leader, case):
        first = casework.approved_plan(make, worker, case.id, supervisor=leader)
        carried = goal(step(worker.organisation_id), carried_from=first.goals[0].id)
        second = casework.approved_plan(make, worker, case.id, carried, supervisor=leader)
        again = goal(step(worker.organisation_id), text="Punya KTP dan KK", carried_from=second.goals[0].id)
        third = casework.plan(make, worker, case.id, again)
        with make.acting(leader) as session:
            assert [one.kind for one in versions.read_changes(session, third.id, 1).changes] == [
                ChangeKind.GOAL_CHANGED
            ]
            with pytest.raises(NotFound):
                versions.read_changes(session, third.id, 9)
        with make.acting(make.caseworker("PSTW-MAGETAN")) as session, pytest.raises(NotFound):
            versions.read_changes(session, third.id)

    def test_the_first_has_nothing_beside_it(self, make: Make, worker, case):
        assert casework.plan(make, worker, case.id).changes is None


class TestSignature:
    """Drawn or photographed, kept once."""

    def test_a_drawing_is_kept_sealed_and_is_the_agreement(self, make: Make, worker, case, truth: Truth):
        card = casework.signed_plan(make, worker, casework.plan(make, worker, case.id).id)
        assert (card.client_agreed_form, card.client_agreed_on) == ("signed", casework.in_days(0))
        assert card.signature.form == "drawn"
        stored = bytes(truth.one("select image_sealed from plan_signatures"))
        assert b"PNG" not in stored
        with make.acting(worker) as session:
            picture = signing.read_signature(session, card.id)
        drawn = Image.open(io.BytesIO(picture.content))
        assert (picture.media, drawn.mode, drawn.getpixel((0, 0))) == ("image/png", "L", 255), "clear becomes white"
        assert drawn.getextrema()[0] < 100, "and the line is there"

    def test_a_guardian_signs_for_a_child(self, make: Make, worker, case):
        card = casework.signed_plan(
            make, worker, casework.plan(make, worker, case.id).id, signer="guardian", form="photo"
        )
        assert (card.client_agreed_form, card.signature.signer) == ("guardian", "guardian")

    def test_an_agreement_of_before_stays(self, make: Make, worker, case):
        card = casework.plan(make, worker, case.id)
        with make.acting(worker) as session:
            planning.record_plan_agreement(session, card.id, form="oral_witnessed", on=casework.in_days(0))
        assert casework.signed_plan(make, worker, card.id).client_agreed_form == "oral_witnessed"

    def test_the_same_again_changes_nothing_and_another_is_refused(self, make: Make, worker, case, truth: Truth):
        card = casework.signed_plan(make, worker, casework.plan(make, worker, case.id).id)
        assert casework.signed_plan(make, worker, card.id) == card
        with pytest.raises(Conflict) as refused:
            casework.signed_plan(make, worker, card.id, raw=casework.drawing((1, 1, 200, 100)))
        assert refused.value.code == "signed"
        assert truth.one("select count(*) from plan_signatures") == 1

    def test_a_draft_is_signed_by_nobody(self, make: Make, worker, case):
        card = casework.plan(make, worker, case.id, propose=False)
        with pytest.raises(RuleBroken) as refused:
            casework.signed_plan(make, worker, card.id)
        assert codes(refused) == {"wrong_state"}

    @pytest.mark.parametrize("raw", [b"", b"x", b"\x89PNG\r\n\x1a\n", b"<svg onload='x'/>", b"%PDF-1.7"])
    def test_what_is_no_picture_is_refused(self, make: Make, worker, case, raw: bytes):
        card = casework.plan(make, worker, case.id)
        with pytest.raises(Invalid) as refused:
            casework.signed_plan(make, worker, card.id, raw=raw)
        assert fields(refused) == {"image": "not_a_photo"}

    def test_too_large_is_said(self, make: Make, worker, case, monkeypatch):
        monkeypatch.setattr(signing, "MOST_BYTES", 10)
        with pytest.raises(Invalid) as refused:
            casework.signed_plan(make, worker, casework.plan(make, worker, case.id).id)
        assert fields(refused) == {"image": "too_large"}

    def test_a_supervisor_and_another_upt_keep_none(self, make: Make, worker, leader, case):
        card = casework.plan(make, worker, case.id)
        with pytest.raises(Forbidden):
            casework.signed_plan(make, leader, card.id)
        with pytest.raises(NotFound):
            casework.signed_plan(make, make.caseworker("PSTW-MAGETAN"), card.id)

    @pytest.mark.parametrize("days", [-90, 1])
    def test_a_day_that_cannot_be_is_refused(self, make: Make, worker, case, days: int):
        card = casework.plan(make, worker, case.id)
        with pytest.raises(Invalid) as refused:
            casework.signed_plan(make, worker, card.id, on=casework.in_days(days))
        assert fields(refused) == {"on": "impossible_day"}


def night() -> int:
    with db.transaction(db.system("nightly")) as session:
        return ask_for_due_cases(session)["plans"]


class TestReview:
    """A plan in force is looked at again."""

    def test_it_is_due_after_the_months_of_the_pathway_or_as_was_said(self, make: Make, worker, leader, case):
        assert casework.approved_plan(make, worker, case.id, supervisor=leader).review_on == date(2026, 6, 10)
        other = casework.plan(make, worker, c.open_case(make, worker).id)
        assert casework.decided(make, leader, other.id, review_on=date(2026, 4, 1)).review_on == date(2026, 4, 1)

    @pytest.mark.parametrize("day", [date(2026, 3, 10), date(2027, 3, 11)])
    def test_a_day_that_cannot_be_is_refused(self, make: Make, worker, leader, case, day):
        card = casework.plan(make, worker, case.id)
        with pytest.raises(Invalid) as refused:
            casework.decided(make, leader, card.id, review_on=day)
        assert fields(refused) == {"review_on": "impossible_review"}

    def test_at_night_the_caseworker_is_asked_once(self, make: Make, worker, leader, case, clock: Clock, truth: Truth):
        plan = casework.approved_plan(make, worker, case.id, supervisor=leader)
        clock.set("2026-06-02T18:00:00+00:00")
        assert night() == 1
        assert night() == 0
        asked = truth.all("select subject_id, user_id, period from tasks where kind = 'review_plan'")
        assert [tuple(row) for row in asked] == [(plan.id, worker.id, "2026-06-10")]

    def test_it_stays_and_is_asked_again_later(self, make: Make, worker, leader, case, clock: Clock, truth: Truth):
        plan = casework.approved_plan(make, worker, case.id, supervisor=leader)
        clock.set("2026-06-10T03:00:00+00:00")
        night()
        with make.acting(worker) as session:
            card = plan_reviews.review_plan(session, plan.id, on=casework.in_days(0))
        assert card.review_on == date(2026, 9, 10)
        assert truth.all("select state from tasks where kind = 'review_plan'") == ["done"]
        assert night() == 0
        clock.set("2026-09-10T03:00:00+00:00")
        assert night() == 1

    def test_a_new_version_takes_its_place(self, make: Make, worker, leader, case, clock: Clock, truth: Truth):
        casework.approved_plan(make, worker, case.id, supervisor=leader)
        clock.set("2026-06-10T03:00:00+00:00")
        night()
        casework.approved_plan(make, worker, case.id, supervisor=leader)
        assert truth.all("select state from tasks where kind = 'review_plan'") == ["cancelled"]

    def test_only_what_is_in_force_is_reviewed_and_on_a_day_that_can_be(self, make: Make, worker, leader, case):
        card = casework.plan(make, worker, case.id)
        with make.acting(worker) as session, pytest.raises(RuleBroken):
            plan_reviews.review_plan(session, card.id, on=casework.in_days(0))
        casework.decided(make, leader, card.id)
        with make.acting(worker) as session, pytest.raises(Invalid) as refused:
            plan_reviews.review_plan(session, card.id, on=casework.in_days(-1))
        assert fields(refused) == {"on": "impossible_review_day"}

    @pytest.mark.parametrize(
        "change",
        [
            "paused_from = '2026-04-01', paused_until = '2026-12-01'",
            "stage = 'closed', close_reason = 'moved', closed_at = opened_at",
        ],
        ids=["at rest", "closed"],
    )
    def test_nobody_is_asked_about_a_case_that_does_not_go_on(
        self, make: Make, worker, leader, case, clock: Clock, truth: Truth, change: str
    ):
        casework.approved_plan(make, worker, case.id, supervisor=leader)
        truth.run(f"update cases set {change}")
        clock.set("2026-06-10T03:00:00+00:00")
        assert night() == 0

    def test_one_from_before_there_were_such_days_is_asked_about_too(
        self, make: Make, worker, leader, case, clock: Clock, truth: Truth
    ):
        casework.approved_plan(make, worker, case.id, supervisor=leader)
        truth.run("update plans set review_on = null")
        clock.set("2026-06-10T03:00:00+00:00")
        assert night() == 1


class TestTaper:
    """Aid that steps down, as it is agreed."""

    def test_it_is_agreed_with_something_that_empowers_before_it(self, make: Make, worker, leader, case):
        lines = goal(step(worker.organisation_id, **KUBE))
        card = casework.plan(make, worker, case.id, lines, tapers=[taper(*DOWN)])
        assert [(one.from_month, one.amount) for one in card.tapers[0].steps] == [(MAY, 100_000), (JULY, 0)]
        assert casework.decided(make, leader, card.id).tapers[0].programme_code == "SEMBAKO"

    def test_without_it_the_plan_is_not_proposed(self, make: Make, worker, case):
        with pytest.raises(RuleBroken) as refused:
            casework.plan(make, worker, case.id, tapers=[taper(("2026-05", 100))])
        assert codes(refused) == {"nothing_empowers", "taper_without_end"}
        assert {entry["field"] for entry in refused.value.errors} == {"tapers.0"}

    def test_a_reason_is_sealed_and_enough(self, make: Make, worker, case, truth: Truth):
        card = casework.plan(make, worker, case.id, tapers=[taper(*DOWN, reason="Sudah berjualan")])
        assert card.tapers[0].reason == "Sudah berjualan"
        assert b"berjualan" not in bytes(truth.one("select reason_sealed from aid_tapers"))

    def test_what_is_wrong_is_named_at_its_place(self, make: Make, worker, case):
        wrong = [taper(("2026-02", 5), ("2026-02", 9)), taper(*DOWN, programme_code="KUBE"), taper(*DOWN)]
        with pytest.raises(Invalid) as refused:
            casework.plan(make, worker, case.id, tapers=wrong, propose=False)
        assert {(one["field"], one["code"]) for one in refused.value.errors} == {
            ("tapers.0.steps.0.from_month", "in_past"), ("tapers.0.steps.1.from_month", "in_past"),
            ("tapers.0.steps.1.from_month", "not_later"), ("tapers.0.steps.1.amount", "not_less"),
            ("tapers.1.programme_code", "not_consumption"), ("tapers.2.programme_code", "twice"),
        }  # fmt: skip

    def test_a_draft_that_waited_too_long_is_not_proposed(self, make: Make, worker, case, clock: Clock):
        draft = casework.plan(
            make, worker, case.id, goal(step(worker.organisation_id, due_on=date(2026, 8, 1))),
            tapers=[taper(*DOWN, reason="x")], propose=False,
        )  # fmt: skip
        clock.set("2026-06-01T03:00:00+00:00")
        with make.acting(worker) as session, pytest.raises(RuleBroken) as refused:
            planning.propose_plan(session, draft.id)
        assert codes(refused) == {"taper_in_past"}

    def test_the_next_version_goes_on_with_it_though_it_has_begun(self, make: Make, worker, leader, case, clock: Clock):
        casework.decided(make, leader, casework.plan(make, worker, case.id, tapers=[taper(*DOWN, reason="x")]).id)
        clock.set("2026-06-01T03:00:00+00:00")
        again = casework.plan(make, worker, case.id, tapers=[taper(*DOWN, reason="x")])
        assert casework.decided(make, leader, again.id).tapers[0].steps[0].from_month == MAY

    def test_a_save_that_says_nothing_of_it_leaves_it(self, make: Make, worker, case):
        draft = casework.plan(make, worker, case.id, tapers=[taper(*DOWN, reason="x")], propose=False)
        with make.acting(worker) as session:
            plan = plan_cards.plan_for(session, draft.id, lock=True)
            assert planning.change_plan(session, plan, [goal()]).tapers
            assert not planning.change_plan(session, plan, [goal()], []).tapers

    def test_on_another_pathway_nobody_agrees_on_one(self, make: Make, worker):
        case = c.open_case(make, worker, category="PPKS-08")
        with pytest.raises(RuleBroken) as refused:
            casework.plan(make, worker, case.id, tapers=[taper(*DOWN, reason="x")])
        assert codes(refused) == {"taper_off_pathway"}

    def test_what_was_proposed_is_final_in_the_database_too(self, make: Make, worker, case, truth: Truth):
        casework.plan(make, worker, case.id, tapers=[taper(*DOWN, reason="x")])
        with pytest.raises(sa.exc.DBAPIError, match="a proposed plan is final"), make.acting(worker) as session:
            session.connection().exec_driver_sql("delete from taper_steps")
        assert truth.one("select count(*) from taper_steps") == 2
