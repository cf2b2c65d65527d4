"""Plans as a browser without JavaScript writes them, as supervisors decide, and as they are carried out."""

import re

import pytest

from kessos_case.access.service import add_grant, user_for
from kessos_case.cases import wording
from kessos_case.cases.plan_forms import changed_lines
from kessos_case.cases.rules import GoalState, PlanState, StepKind, StepState
from kessos_case.cases.rules.steps import ALSO_BY_HAND, LINKS, DropReason
from kessos_case.cases.service import planning
from kessos_case.core import db
from tests.conftest import Clock, Truth
from tests.factories import OPERATOR, Make, casework, fresh_id
from tests.factories import cases as c
from tests.readers import fields_of, text_of

pytestmark = pytest.mark.usefixtures("clock")

WORRIED = {f"gse_{number}": 1 for number in range(1, 11)}
STEP = {"kind": "task", "text": "Bantu mengurus KTP", "due_on": "2026-04-30"}


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def leader(make: Make):
    return c.supervisor(make)


@pytest.fixture
def case(make: Make, worker):
    return c.open_case(make, worker)


def address_of(plan) -> str:
    return f"/cases/{plan.case_id}/plans/{plan.id}"


def whole(worker, **more: str) -> dict[str, str]:
    """A form with one goal and one step, with nothing missing."""
    step = STEP | {"responsible_organisation_id": str(worker.organisation_id)}
    return {
        "goals.0.domain": "other", "goals.0.text": "Punya KTP",
        **{f"goals.0.steps.0.{name}": text for name, text in step.items()},
    } | more  # fmt: skip


def written(reader, worker, case, do: str = "save", **form: str):
    """A new version by its form, as the page that comes after it."""
    one = reader(worker)
    sent = one.post(f"/cases/{case.id}/plans/new", do=do, **form)
    assert sent.status_code == 303, text_of(sent.text)
    return sent.headers["Location"].partition("?")[0]


def test_without_a_plan_the_list_says_what_one_is(reader, worker, case):
    page = reader(worker).get(f"/cases/{case.id}/plans").text
    assert "Belum ada rencana." in text_of(page)
    assert f'href="/cases/{case.id}/plans/new"' in page


def test_a_flagged_domain_is_there_as_an_empty_goal(make: Make, reader, worker, case, truth: Truth):
    casework.assessment(make, worker, case.id, **WORRIED)
    one = reader(worker)
    page = one.get(f"/cases/{case.id}/plans/new").text
    form = fields_of(page)
    assert form["goals.0.domain"] == "self_efficacy"
    assert form["goals.0.text"] == ""
    assert truth.one("select count(*) from plans") == 0, "a look writes nothing"
    address = written(reader, worker, case, **whole(worker))
    again = one.get(address).text
    assert "Keyakinan pada kemampuan diri perlu dibantu, tetapi belum punya tujuan." in text_of(again)
    assert fields_of(again)["goals.1.domain"] == "self_efficacy"


def test_lines_are_added_and_taken_away_without_losing_a_word(reader, worker, case, truth: Truth):
    one, address = reader(worker), f"/cases/{case.id}/plans/new"
    page = one.post(address, **whole(worker), do="add_step:0").text
    assert [fields_of(page)[f"goals.0.steps.{n}.text"] for n in (0, 1)] == ["Bantu mengurus KTP", ""]
    page = one.post(address, **fields_of(page) | {"do": "add_goal", "goals.0.steps.1.text": "Foto"}).text
    assert fields_of(page)["goals.0.steps.1.text"] == "Foto"
    assert fields_of(page)["goals.1.text"] == ""
    page = one.post(address, **fields_of(page) | {"do": "drop_step:0:0"}).text
    assert fields_of(page)["goals.0.steps.0.text"] == "Foto"
    page = one.post(address, **fields_of(page) | {"do": "drop_goal:0"}).text
    assert fields_of(page)["goals.0.text"] == ""
    assert truth.one("select count(*) from plans") == 0


@pytest.mark.parametrize("do", ["drop_goal:9", "drop_goal:", "add_step:9", "drop_step:0:9", "add_step:-1", "save", "x"])
def test_a_button_for_a_line_that_is_not_there_changes_nothing(do):
    goals = [{"text": "a", "steps": []}]
    assert changed_lines(goals, do) in (None, goals)


def test_a_draft_is_kept_and_goes_on(reader, worker, case):
    address = written(reader, worker, case, **whole(worker))
    one = reader(worker)
    page = one.get(address).text
    assert "Rencana ini sudah lengkap dan bisa diajukan." in text_of(page)
    assert fields_of(page)["goals.0.steps.0.due_on"] == "2026-04-30"
    sent = one.post(address, **fields_of(page) | {"goals.0.text": "Punya KTP dan BPJS", "do": "save"})
    assert sent.status_code == 303
    assert fields_of(one.get(address).text)["goals.0.text"] == "Punya KTP dan BPJS"
    assert one.get(f"/cases/{case.id}/plans/new").headers["Location"] == address


def test_an_empty_goal_is_left_out_and_a_half_filled_one_is_asked_about(reader, worker, case):
    one, address = reader(worker), f"/cases/{case.id}/plans/new"
    form = whole(
        worker, **{"goals.1.domain": "economy", "goals.1.text": "", "goals.2.domain": "", "goals.2.text": "Sehat"}
    )
    refused = one.post(address, **form, do="save")
    assert refused.status_code == 422
    assert 'id="goals.2.domain-error"' in refused.text, "at its own place in the form, not in what is sent on"
    assert 'href="#goals.2.domain"' in refused.text
    assert fields_of(refused.text)["goals.2.text"] == "Sehat"
    written(reader, worker, case, **form | {"goals.2.domain": "other"})


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("due_on", "2026-02-01", "Tanggal ini sudah lewat."),
        ("due_on", "besok", "Isian ini belum benar."),
        ("text", "", "Tulis dengan kata-kata yang sederhana."),
        ("text", "x" * 1001, "terlalu panjang"),
        ("responsible_organisation_id", "0199a000-0000-7000-8000-000000000001", "Isian ini belum benar."),
        ("responsible_organisation_id", "x", "Isian ini belum benar."),
    ],
)
def test_what_is_wrong_with_a_step_is_said_at_its_field(reader, worker, case, field, typed, said):
    place = f"goals.1.steps.0.{field}"
    form = {name.replace("goals.0", "goals.1"): text for name, text in whole(worker).items()} | {place: typed}
    refused = reader(worker).post(f"/cases/{case.id}/plans/new", **form, do="save")
    assert refused.status_code == 422
    assert f'id="goals.0.steps.0.{field}-error"' in refused.text
    assert said in text_of(refused.text)


def test_what_a_plan_lacks_is_said_all_at_once_and_what_was_written_stays(
    make: Make, reader, worker, case, truth: Truth
):
    casework.assessment(make, worker, case.id, **WORRIED)
    form = whole(worker, **{"goals.0.steps.0.due_on": "", "goals.1.domain": "economy", "goals.1.text": "Cukup uang"})
    refused = reader(worker).post(f"/cases/{case.id}/plans/new", **form, do="propose")
    assert refused.status_code == 409
    said = text_of(refused.text)
    for words in ("Sudah tersimpan, tetapi belum bisa diajukan:", "Langkah ini belum lengkap", "Tujuan ini belum punya langkah",
                  "Keyakinan pada kemampuan diri perlu dibantu"):  # fmt: skip
        assert words in said
    assert 'href="#goals.0.steps.0"' in refused.text
    assert 'href="#goals.1"' in refused.text
    assert truth.all("select state from plans") == [PlanState.DRAFT]
    assert fields_of(refused.text)["goals.1.text"] == "Cukup uang"


def test_a_whole_plan_goes_to_the_supervisor(reader, worker, leader, case):
    address = written(reader, worker, case, do="propose", **whole(worker))
    said = text_of(reader(worker).get(address).text)
    assert str(wording.PLAN_STATES[PlanState.PROPOSED]) in said
    assert "Menunggu keputusan kepala UPT." in said
    assert "Apakah orangnya setuju?" in said
    page = reader(leader).get(address).text
    assert "Setujui rencana ini" in text_of(page)
    assert worker.name in text_of(page)


def test_a_double_press_writes_one_version(reader, worker, case, truth: Truth):
    one, address = reader(worker), f"/cases/{case.id}/plans/new"
    form = fields_of(one.get(address).text) | whole(worker) | {"do": "propose"}
    assert [one.post(address, **form).status_code for _ in range(2)] == [303, 303]
    assert truth.all("select number, state from plans") == [(1, PlanState.PROPOSED)]


def test_a_supervisor_approves_and_the_plan_is_in_force(make: Make, reader, worker, leader, case):
    plan = casework.plan(make, worker, case.id)
    one = reader(leader)
    sent = one.post(f"{address_of(plan)}/decision", decision="approve", version=str(plan.version))
    assert sent.status_code == 303
    said = text_of(one.get(sent.headers["Location"]).text)
    assert "Rencana sudah disetujui dan mulai berlaku." in said
    assert f"Diputuskan oleh {leader.name}" in said


def test_a_plan_is_returned_with_a_comment_and_written_anew(make: Make, reader, worker, leader, case):
    plan = casework.plan(make, worker, case.id)
    one = reader(leader)
    refused = one.post(f"{address_of(plan)}/decision", decision="return", version=str(plan.version), comment=" ")
    assert refused.status_code == 409
    assert "Tulis apa yang harus diperbaiki." in text_of(refused.text)
    assert re.search(r"<details open>\s*<summary>Kembalikan", refused.text)
    assert (
        one.post(
            f"{address_of(plan)}/decision", decision="return", version=str(plan.version), comment="Kurang jelas"
        ).status_code
        == 303
    )
    page = reader(worker).get(address_of(plan)).text
    assert "Kurang jelas" in page
    assert "Perbaiki rencana ini" in page
    form = fields_of(reader(worker).get(f"/cases/{case.id}/plans/new").text)
    assert form["goals.0.text"] == "Punya KTP", "what was written need not be written again"


def test_nobody_decides_about_the_own_plan(make: Make, reader, case):
    both = make.user("supervisor", organisation=c.BONDOWOSO)
    with db.transaction(OPERATOR) as session:
        add_grant(session, user_for(session, both.id), role="caseworker", organisation_id=both.organisation_id)
    plan = casework.plan(make, both, case.id)
    page = reader(both).get(address_of(plan)).text
    assert "Anda yang menulis rencana ini, jadi orang lain yang memutuskan." in text_of(page)
    assert "/decision" not in page
    refused = reader(both).post(f"{address_of(plan)}/decision", decision="approve", version=str(plan.version))
    assert refused.status_code == 409
    assert "Yang memutuskan harus orang lain" in text_of(refused.text)


def test_a_plan_that_lacks_something_since_cannot_be_approved(make: Make, reader, worker, leader, case):
    plan = casework.plan(make, worker, case.id)
    casework.assessment(make, worker, case.id, **WORRIED)
    page = reader(leader).get(address_of(plan)).text
    assert "Rencana ini belum bisa disetujui:" in text_of(page)
    assert "Setujui rencana ini" not in page
    refused = reader(leader).post(f"{address_of(plan)}/decision", decision="approve", version=str(plan.version))
    assert refused.status_code == 409
    assert "Keyakinan pada kemampuan diri perlu dibantu" in text_of(refused.text)


def test_what_changed_since_is_looked_at_before_it_is_decided(make: Make, reader, worker, leader, case):
    plan = casework.plan(make, worker, case.id)
    refused = reader(leader).post(f"{address_of(plan)}/decision", decision="approve", version="1")
    assert refused.status_code == 409
    assert "Keadaannya sudah berubah" in text_of(refused.text)


def test_two_writers_lose_nothing(reader, make: Make, worker, case):
    address = written(reader, worker, case, **whole(worker))
    other = reader(make.caseworker())
    page = other.get(address).text
    assert f"Rancangan ini ditulis {worker.name}." in text_of(page)
    one = reader(worker)
    one.post(address, **fields_of(one.get(address).text) | {"goals.0.text": "Punya BPJS", "do": "save"})
    refused = other.post(address, **fields_of(page) | {"goals.0.text": "Punya akta", "do": "save"})
    assert refused.status_code == 409
    assert fields_of(refused.text)["goals.0.text"] == "Punya akta"
    assert fields_of(one.get(address).text)["goals.0.text"] == "Punya BPJS"
    assert other.post(address, **fields_of(refused.text) | {"do": "save"}).status_code == 303


def test_the_persons_own_agreement_is_recorded_once(make: Make, reader, worker, case):
    plan = casework.plan(make, worker, case.id)
    one = reader(worker)
    refused = one.post(f"{address_of(plan)}/agreement", form="signed", on="2020-01-01")
    assert refused.status_code == 422
    assert 'id="on-error"' in refused.text
    sent = [one.post(f"{address_of(plan)}/agreement", form="signed", on="2026-03-02").status_code for _ in range(2)]
    assert sent == [303, 303]
    assert "Orangnya setuju dengan rencana ini: Tanda tangan, 2 Maret 2026" in text_of(one.get(address_of(plan)).text)
    again = one.post(f"{address_of(plan)}/agreement", form="guardian", on="2026-03-02")
    assert again.status_code == 409


def test_a_new_version_carries_on_and_says_what_it_leaves_out(make: Make, reader, worker, leader, case, clock: Clock):
    both = (
        casework.goal(casework.step(worker.organisation_id, text="Foto", due_on=casework.in_days(5))),
        casework.goal(casework.step(worker.organisation_id, text="Belanja"), text="Punya warung"),
    )
    plan = casework.approved_plan(make, worker, case.id, *both, supervisor=leader)
    casework.ended_step(make, worker, plan.goals[0].steps[0].id)
    clock.move(days=10)
    one = reader(worker)
    page = one.get(f"/cases/{case.id}/plans/new").text
    form = fields_of(page)
    assert (form["goals.0.text"], form["goals.1.text"]) == ("Punya KTP", "Punya warung")
    assert form["goals.0.steps.0.is_done"] == "1", "what is done is no field to fill in"
    form = {name: text for name, text in form.items() if not name.startswith("goals.1")} | {"do": "propose"}
    sent = one.post(f"/cases/{case.id}/plans/new", **form)
    assert sent.status_code == 303, text_of(sent.text)
    said = text_of(reader(leader).get(sent.headers["Location"]).text)
    assert "Kalau Anda menyetujui, ini berakhir: Punya warung" in said


def test_a_step_goes_from_start_to_done(make: Make, reader, worker, case):
    plan = casework.approved_plan(make, worker, case.id)
    step, one = plan.goals[0].steps[0], reader(worker)
    address = f"{address_of(plan)}/steps/{step.id}"
    for do, state in (("start", StepState.IN_PROGRESS), ("done", StepState.DONE)):
        sent = one.post(address, do=do)
        assert sent.headers["Location"].endswith(f"#step-{step.id}")
        assert str(wording.STEP_STATES[state]) in text_of(one.get(address_of(plan)).text)
    refused = one.post(address, do="done")
    assert refused.status_code == 409
    assert "Ini sudah dicatat sebelumnya." in text_of(refused.text)


def test_a_step_is_dropped_for_a_reason(make: Make, reader, worker, case):
    plan = casework.approved_plan(make, worker, case.id)
    step, one = plan.goals[0].steps[0], reader(worker)
    refused = one.post(f"{address_of(plan)}/steps/{step.id}", do="dropped", reason="")
    assert refused.status_code == 409
    assert f'id="drop-{step.id}-reason-error"' in refused.text
    assert one.post(f"{address_of(plan)}/steps/{step.id}", do="dropped", reason="no_service").status_code == 303
    assert str(wording.DROP_REASONS[DropReason.NO_SERVICE]) in text_of(one.get(address_of(plan)).text)


@pytest.mark.parametrize("kind", sorted(set(LINKS) - ALSO_BY_HAND))
def test_a_step_that_hangs_on_something_says_so(make: Make, reader, worker, case, kind):
    plan = casework.approved_plan(
        make, worker, case.id, casework.goal(casework.step(worker.organisation_id, kind=kind))
    )
    step = plan.goals[0].steps[0]
    page = reader(worker).get(address_of(plan)).text
    assert str(wording.STARTS_WITH[kind]) in text_of(page)
    assert 'value="start"' not in page
    refused = reader(worker).post(f"{address_of(plan)}/steps/{step.id}", do="start")
    assert refused.status_code == 409
    assert "Langkah ini mulai sendiri" in text_of(refused.text)


def test_a_linked_step_leads_to_what_it_hangs_on(make: Make, reader, worker, case):
    plan = casework.approved_plan(
        make, worker, case.id, casework.goal(casework.step(worker.organisation_id, kind="referral"))
    )
    referral_id = fresh_id()
    casework.linked_step(make, worker, plan.goals[0].steps[0].id, "referral", referral_id)
    assert f'href="/referrals/{referral_id}"' in reader(worker).get(address_of(plan)).text


def test_a_dropped_goal_is_accepted_by_a_supervisor(make: Make, reader, worker, leader, case):
    plan = casework.approved_plan(make, worker, case.id, supervisor=leader)
    goal = plan.goals[0]
    one = reader(worker)
    assert one.post(f"{address_of(plan)}/goals/{goal.id}", do="dropped", reason="own_wish").status_code == 303
    assert "Menunggu persetujuan kepala UPT." in text_of(one.get(address_of(plan)).text)
    assert one.post(f"{address_of(plan)}/goals/{goal.id}/acceptance").status_code == 403
    assert reader(leader).post(f"{address_of(plan)}/goals/{goal.id}/acceptance").status_code == 303
    assert "Kepala UPT menyetujuinya." in text_of(one.get(address_of(plan)).text)


def test_a_goal_that_is_met_says_so(make: Make, reader, worker, case):
    plan = casework.approved_plan(make, worker, case.id)
    one = reader(worker)
    assert one.post(f"{address_of(plan)}/goals/{plan.goals[0].id}", do="met").status_code == 303
    assert str(wording.GOAL_STATES[GoalState.MET]) in text_of(one.get(address_of(plan)).text)


def test_parts_are_reached_under_their_own_plan_alone(make: Make, reader, worker, leader, case):
    plan = casework.approved_plan(make, worker, case.id)
    other = casework.approved_plan(make, worker, c.open_case(make, worker).id)
    one, goal = reader(worker), plan.goals[0]
    assert one.get(f"/cases/{other.case_id}/plans/{plan.id}").status_code == 404
    assert one.post(f"{address_of(other)}/steps/{goal.steps[0].id}", do="start").status_code == 404
    assert one.post(f"{address_of(other)}/goals/{goal.id}", do="met").status_code == 404
    assert reader(leader).post(f"{address_of(other)}/goals/{goal.id}/acceptance").status_code == 404
    assert (
        reader(leader).post(f"/cases/{other.case_id}/plans/{plan.id}/decision", decision="approve").status_code == 404
    )


def test_another_upt_finds_no_plan(make: Make, reader, worker, case):
    plan = casework.plan(make, worker, case.id)
    stranger = reader(make.caseworker("PSTW-MAGETAN"))
    for path in ("", "/agreement"):
        assert stranger.post(f"{address_of(plan)}{path}", do="save").status_code == 404
    assert stranger.get(address_of(plan)).status_code == 404


def test_the_pages_ask_little_of_the_database(make: Make, reader, worker, leader, case, statements):
    goals = [casework.goal(casework.step(worker.organisation_id), text=f"Tujuan {n}") for n in range(8)]
    approved = casework.approved_plan(make, worker, case.id, *goals, supervisor=leader)
    draft = casework.plan(make, worker, case.id, *goals[:4], propose=False)
    by_worker, by_leader = reader(worker), reader(leader)
    for one, path in (
        (by_worker, f"/cases/{case.id}/plans"), (by_worker, address_of(draft)), (by_worker, address_of(approved)),
        (by_leader, address_of(draft)),
    ):  # fmt: skip
        assert len(statements(lambda one=one, path=path: one.get(path))) <= 12, path
    with make.acting(worker) as session:
        planning.propose_plan(session, draft.id)
    assert len(statements(lambda: by_leader.get(address_of(draft)))) <= 12


def test_every_state_kind_and_reason_has_a_word():
    for enum, words in (
        (PlanState, wording.PLAN_STATES), (GoalState, wording.GOAL_STATES), (StepState, wording.STEP_STATES),
        (StepKind, wording.STEP_KINDS), (DropReason, wording.DROP_REASONS),
    ):  # fmt: skip
        assert set(words) == set(enum)
    assert set(wording.STARTS_WITH) == set(LINKS) - ALSO_BY_HAND
