"""The two ways that do not lead to work: back to a family, and care that goes on. Over HTTP, by those who would do it."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys import acts
from tests.journeys.world import UPT, World, opened

pytestmark = [
    pytest.mark.xdist_group("journeys"),
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc"),
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One office for both stories; its clock only goes on."""
    with opened(tmp_path_factory.mktemp("journeys"), "2024-02-29") as world:
        yield world


def begin(world: World, category: str, **person: Any) -> tuple[str, str]:
    """A person is registered at the UPT and a case opened, on the way that the category proposes."""
    stated = {"sex": "P", "region_code": acts.AMBULU, "categories": [category]} | person
    client = world.caseworker.post("/clients", stated)["id"]
    body = {"client_id": client, "organisation_id": world.office_of(UPT), "category": category}
    return client, world.caseworker.post("/cases", body)["id"]


def assess(world: World, case: str, *, well: bool) -> None:
    """Social functioning, the one instrument that these pathways ask for."""
    answers = acts.scaled(world.caseworker.get("/instruments/social_functioning"), 3 if well else 1)
    body = {"instrument": "social_functioning", "version": 1, "answers": answers, "complete": True}
    world.caseworker.post(f"/cases/{case}/assessments", body)


def plan(world: World, case: str, *, agreed: str) -> str:
    """A plan for what the assessment flags, met about, agreed to and approved."""
    upt = world.office_of(UPT)
    made = world.caseworker.post(f"/cases/{case}/plans", {"goals": acts.goals(world, case, upt)})["id"]
    met = {"held_on": world.today, "plan_id": made, "attendees": [{"organisation_id": upt, "part": "caseworker"}],
           "decisions": "Disetujui bersama."}  # fmt: skip
    world.caseworker.post(f"/cases/{case}/conferences", met)
    world.caseworker.post(f"/plans/{made}/client_agreement", {"form": agreed, "on": world.today})
    world.supervisor.post(f"/plans/{made}/approval", {"decision": "approve"})
    return made


def move(world: World, who: str, case: str, verb: str, **said: Any) -> dict[str, Any]:
    """One move by one person."""
    return world.people[who].post(f"/cases/{case}/transitions", {"verb": verb} | said)


def refused(world: World, who: str, case: str, verb: str, **said: Any) -> list[str]:
    """What is missing for a move."""
    return world.people[who].refused(f"/cases/{case}/transitions", {"verb": verb} | said)


def test_a_child_goes_back_to_a_family_and_stays(world: World):
    client, case = begin(world, "PPKS-02", name="Anak Uji Lumajangan", birth_date="2014-02-28")
    assert world.caseworker.get(f"/cases/{case}")["pathway"] == "reunification"
    # Nobody could be asked: a lawful ground needs its reason.
    assert world.caseworker.refused(f"/cases/{case}/agreements", {"lawful_ground": "guardian_absent"}, status=422)
    alone = {"lawful_ground": "guardian_absent", "reason": "Orang tua belum ditemukan.", "given_on": world.today}
    world.caseworker.post(f"/cases/{case}/agreements", alone)
    move(world, "caseworker", case, "start_assessment")
    assess(world, case, well=False)
    move(world, "caseworker", case, "start_planning")
    plan(world, case, agreed="guardian")
    assert "wrong_pathway" in refused(world, "supervisor", case, "start_training")
    move(world, "supervisor", case, "start_rehabilitation")
    assert refused(world, "caseworker", case, "start_reunification") == ["safe_home_missing"]
    home = {"kind": "family", "home": "Paman dari ibu", "region_code": acts.AMBULU, "assessed_on": world.today}
    world.caseworker.post(f"/cases/{case}/reunifications", home | {"is_safe": False})
    assert refused(world, "caseworker", case, "start_reunification") == ["safe_home_missing"]
    safe = world.caseworker.post(
        f"/cases/{case}/reunifications", home | {"is_safe": True, "guardian_consent_on": world.today}
    )["id"]
    move(world, "caseworker", case, "start_reunification")
    world.go_on(days=7)
    world.caseworker.post(f"/reunifications/{safe}/start", {"starts_on": world.today})
    assert refused(world, "supervisor", case, "start_aftercare") == ["outcome_unverified"]
    world.go_on(days=14)
    world.caseworker.post(f"/reunifications/{safe}/verification", {"on": world.today})
    move(world, "supervisor", case, "start_aftercare")
    assert world.caseworker.refused("/graduation/reviews", {"case_id": case})
    for _ in range(3):
        world.go_on(days=30)
        visit(world, "tksk", client, case)
    review = world.caseworker.post("/graduation/reviews", {"case_id": case})
    assert review["kind"] == "reunified"
    gate = f"/graduation/reviews/{review['id']}"
    world.caseworker.post(f"{gate}/recommendation", {"note": "Ia bersekolah dan sehat."})
    world.supervisor.post(f"{gate}/provisional", {"reason": "guardian_agrees", "note": "Wali setuju."})
    for days, month in ((31, 1), (61, 3), (92, 6), (92, 9), (92, 12)):
        world.go_on(days=days)
        visit(world, "tksk", client, case, aftercare_month=month)
    signer = world.co_signer.get("/me")["id"]
    world.supervisor.patch(gate, {"co_signer_id": signer}, world.supervisor.get(gate)["version"])
    world.supervisor.post(f"{gate}/confirmations", {"reason": "guardian_agrees"})
    assert world.co_signer.post(f"{gate}/confirmations", {"reason": "guardian_agrees"})["state"] == "confirmed"
    assert move(world, "supervisor", case, "graduate")["stage"] == "graduated"
    assert all("Lumajangan" not in text for text in world.co_signer.heard)


def visit(world: World, who: str, client: str, case: str, **more: Any) -> None:
    """Somebody went to see: the child is well, goes to school."""
    seen = {"kind": "visit", "on": world.today, "was_met": True, "outcome": "well", "attends_school": True,
            "follows_treatment": True}  # fmt: skip
    by = {"case_id": case} if who != "tksk" else {}
    world.people[who].post(f"/clients/{client}/visits", seen | by | more)


def test_care_goes_on_is_reviewed_and_ends_with_a_death(world: World):
    client, case = begin(world, "PPKS-08", name="Mbah Uji Situbanda", birth_date="1941-01-01",
                         birth_date_precision="year")  # fmt: skip
    world.caseworker.post(f"/cases/{case}/agreements", {"form": "oral_witnessed", "given_on": world.today})
    move(world, "caseworker", case, "start_assessment")
    assess(world, case, well=False)
    move(world, "caseworker", case, "start_planning")
    plan(world, case, agreed="oral_witnessed")
    move(world, "supervisor", case, "start_care")
    due = world.caseworker.get("/tasks?kind=review_care")["items"]
    assert len([task for task in due if task["client_id"] == client]) == 1
    move(world, "caseworker", case, "pause", reason="hospital", until=world.day(days=20))
    assert refused(world, "caseworker", case, "review_care") == ["paused"]
    world.go_on(days=25)
    late = world.supervisor.get("/tasks?kind=end_pause&overdue=true")["items"]
    assert [task["client_id"] for task in late] == [client]
    move(world, "caseworker", case, "resume")
    world.go_on(days=370)
    assert move(world, "caseworker", case, "review_care")["stage"] == "care"
    # Never counted as dependency or graduation: the gate has nothing to ask.
    assert world.caseworker.refused("/graduation/reviews", {"case_id": case})
    change = {"reason": "family_found", "pathway": "reunification"}
    assert refused(world, "supervisor", case, "change_pathway", **change) == ["goals_undecided"]
    world.caseworker.post("/tasks", {"client_id": client, "text": "Kacamata baru", "due_on": world.day(days=9)})
    assert refused(world, "supervisor", case, "close", reason="moved") == ["open_items"]
    assert refused(world, "supervisor", case, "close", reason="lost_contact") == ["attempts_missing", "open_items"]
    world.go_on(days=3)
    died = world.caseworker.post(f"/clients/{client}/death", {"died_on": world.today})
    assert died["closed_cases"] == [case]
    assert world.caseworker.get(f"/cases/{case}")["close_reason"] == "deceased"
    assert world.caseworker.get(f"/tasks?client_id={client}")["items"] == []
    assert world.caseworker.refused("/cases", {"client_id": client, "organisation_id": world.office_of(UPT),
                                               "category": "PPKS-08"}) == ["deceased"]  # fmt: skip
