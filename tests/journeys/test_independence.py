"""From the street to a confirmed graduation and one relapse: two and a half years over HTTP, by those who would do it."""

import sys
from pathlib import Path

import pytest

from tests.journeys import acts
from tests.journeys.acts import NAME
from tests.journeys.world import OTHER_UPT, UPT, World, opened

pytestmark = [
    pytest.mark.xdist_group("journeys"),
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc"),
]


def test_from_the_street_to_graduation_and_a_relapse(tmp_path: Path):
    with opened(tmp_path, "2024-01-08") as world:
        directory = acts.set_up_directory(world)
        referral, client = triaged(world)
        accepted(world, referral, directory)
        case = opened_case(world, referral, client)
        planned(world, case)
        trained(world, case)
        placement = placed(world, case, client)
        earned(world, client, "2024-06", "2024-10")
        checked(world, placement)
        review = provisional(world, case, client)
        visited(world, client, case)
        earned(world, client, "2025-08", "2025-10")
        confirmed(world, review, case, client)
        relapsed(world, client, review)
        told(world, client)
        nobody_heard_a_name(world)


def triaged(world: World) -> tuple[str, str]:
    """The TKSK reports; the desk asks back, registers the person, and nobody else can."""
    referral = acts.report(world)
    world.stranger.get(f"/referrals/{referral}", expect=404)
    assert world.tksk.refused(f"/referrals/{referral}/transitions", {"verb": "triage"}, status=403)
    assert world.triage.refused(f"/referrals/{referral}/transitions", {"verb": "triage"}) == ["client_missing"]
    move = f"/referrals/{referral}/transitions"
    world.triage.post(move, {"verb": "return", "note": "Apakah ia punya keluarga?"})
    world.tksk.post(move, {"verb": "resubmit", "note": "Katanya tidak."})
    person = {"name": NAME, "aliases": ["Pak Met"], "sex": "L", "birth_date": "1984-02-29", "region_code": acts.AMBULU,
              "categories": ["PPKS-11"]}  # fmt: skip
    triaged = world.triage.post(move, {"verb": "triage", "new_client": person})
    client = triaged["client_id"]
    assert triaged["state"] == "offered"  # the router asks the first candidate at once
    return referral, client


def accepted(world: World, referral: str, directory: dict[str, str]) -> None:
    """Candidates with reasons; the partner declines without learning a name; the UPT, asked next, accepts."""
    candidates = world.triage.get(f"/referrals/{referral}/candidates")["items"]
    rules = {item["service"]["id"]: {rule["code"]: rule["holds"] for rule in item["rules"]} for item in candidates}
    assert rules[directory["full_service"]]["capacity"] is False
    assert all(rule["detail"] for item in candidates for rule in item["rules"])
    world.caseworker.get(f"/referrals/{referral}/candidates", expect=403)
    live = [offer for offer in world.triage.get(f"/referrals/{referral}/offers")["items"] if offer["state"] == "open"]
    while live[0]["service_id"] == directory["lks_service"]:
        asked = world.partner.get("/offers")["items"][0]
        answer = f"/referrals/{referral}/offers/{asked['id']}"
        assert world.partner.refused(f"{answer}/decline", {"reason": "because"})
        world.partner.post(f"{answer}/decline", {"reason": "not_suitable"})
        offers = world.triage.get(f"/referrals/{referral}/offers")["items"]
        live = [offer for offer in offers if offer["state"] == "open"]
    assert [offer["service_id"] for offer in live] == [directory["upt_service"]]
    accept = f"/referrals/{referral}/offers/{live[0]['id']}/acceptance"
    world.stranger.post(accept, {}, expect=404)
    assert world.caseworker.refused(accept, {})  # a UPT names the service standard and who recommends
    spm = {"spm_type": "homeless_beggars", "spm_level": "province", "expected_on": world.day(days=1),
           "recommending_organisation_id": world.office_of("DINSOS-35.09")}  # fmt: skip
    world.caseworker.post(accept, spm)
    assert world.caseworker.refused(accept, spm) == ["wrong_state"]
    world.go_on(hours=6)
    world.caseworker.post(f"/referrals/{referral}/transitions", {"verb": "meet", "happened_at": world.now.isoformat()})


def opened_case(world: World, referral: str, client: str) -> str:
    """The UPT opens the case; without an agreement nothing begins."""
    body = {
        "client_id": client,
        "organisation_id": world.office_of(UPT),
        "category": "PPKS-11",
        "referral_id": referral,
    }
    world.tksk.post("/cases", body, expect=403)
    made = world.caseworker.post("/cases", body)
    case, moves = made["id"], f"/cases/{made['id']}/transitions"
    assert (made["stage"], made["pathway"]) == ("intake", "independence")
    assert world.caseworker.refused("/cases", body) == ["case_open"]
    world.stranger.get(f"/cases/{case}", expect=404)
    world.triage.get(f"/cases/{case}", expect=403)
    assert world.caseworker.refused(moves, {"verb": "start_assessment"}) == ["agreement_missing"]
    world.caseworker.post(f"/cases/{case}/agreements", {"form": "signed", "given_on": world.today})
    world.caseworker.post(moves, {"verb": "start_assessment"})
    missing = {entry["id"] for entry in allowed(world, case)["start_planning"]}
    assert missing == {"gse10", "household_skills", "social_functioning"}
    acts.assess(world, case, is_well=False)
    world.caseworker.post(moves, {"verb": "start_planning"})
    return case


def allowed(world: World, case: str) -> dict[str, list[dict[str, str]]]:
    """What the caseworker can do, with what is missing."""
    return {entry["verb"]: entry["missing"] for entry in world.caseworker.get(f"/cases/{case}")["allowed_verbs"]}


def planned(world: World, case: str) -> None:
    """A plan, its author who may not approve it, a conference, the person's own word, and the supervisor."""
    moves, upt = f"/cases/{case}/transitions", world.office_of(UPT)
    stated = acts.goals(world, case, upt)
    assert {goal["domain"] for goal in stated} >= {"skills", "economy", "self_efficacy"}
    assert "domain_without_goal" in world.caseworker.refused(f"/cases/{case}/plans", {"goals": stated[:1]})
    own = world.head.post(f"/cases/{case}/plans", {"goals": stated})["id"]
    assert world.head.refused(f"/plans/{own}/approval", {"decision": "approve"}) == ["approver_is_author"]
    world.supervisor.post(f"/plans/{own}/approval", {"decision": "return", "comment": "Tanggalnya terlalu jauh."})
    plan = world.caseworker.post(f"/cases/{case}/plans", {"goals": stated})["id"]
    world.caseworker.post(f"/plans/{plan}/approval", {"decision": "approve"}, expect=403)
    world.supervisor.post(f"/plans/{plan}/approval", {"decision": "approve", "comment": "Baik."})
    assert world.supervisor.refused(moves, {"verb": "start_training"}) == [
        "client_agreement_missing",
        "conference_missing",
    ]
    attendees = [{"organisation_id": upt, "part": "caseworker"}, {"organisation_id": upt, "part": "client"}]
    met = {"held_on": world.today, "plan_id": plan, "attendees": attendees, "decisions": "Setuju ikut pelatihan las."}
    world.caseworker.post(f"/cases/{case}/conferences", met)
    world.caseworker.post(f"/plans/{plan}/client_agreement", {"form": "signed", "on": world.today})
    world.caseworker.post(moves, {"verb": "start_training"}, expect=403)
    world.supervisor.post(moves, {"verb": "start_training"})


def step_of(world: World, case: str, kind: str) -> str:
    """The step of this kind in the approved plan."""
    plans = world.caseworker.get(f"/cases/{case}/plans")["items"]
    plan = world.caseworker.get(f"/plans/{next(each['id'] for each in plans if each['state'] == 'approved')}")
    return next(step["id"] for goal in plan["goals"] for step in goal["steps"] if step["kind"] == kind)


def trained(world: World, case: str) -> None:
    """A batch that is full, one that is not; attendance in one call; a certificate."""
    course = world.supervisor.post("/courses", {"name": "Las dasar", "skill": "las", "hours": 240, "capacity": 10})
    dates = {"course_id": course["id"], "starts_on": "2024-02-05", "ends_on": "2024-04-26"}
    full = world.supervisor.post("/batches", dates | {"capacity": 1})["id"]
    batch = world.supervisor.post("/batches", dates | {"capacity": 2})["id"]
    other = someone_else(world)
    world.caseworker.post("/enrolments", {"batch_id": full, "case_id": other})
    step = step_of(world, case, "course")
    body = {"batch_id": full, "case_id": case, "plan_step_id": step}
    assert world.caseworker.refused("/enrolments", body) == ["batch_full"]
    enrolment = world.caseworker.post("/enrolments", body | {"batch_id": batch})["id"]
    for day in ("2024-02-05", "2024-03-04", "2024-04-26"):
        world.go_to(day, "16:00")
        world.caseworker.post(f"/batches/{batch}/attendance", {"on": day, "present": [enrolment], "excused": []})
    assert world.caseworker.refused(f"/cases/{case}/transitions", {"verb": "start_placement"}) == ["course_missing"]
    world.caseworker.post(
        f"/enrolments/{enrolment}/results", {"passed": True, "score": 84, "certificate_no": "LAS-2024-001"}
    )
    world.caseworker.post(f"/cases/{case}/transitions", {"verb": "start_placement"})


def someone_else(world: World) -> str:
    """Another person's case, who is served too and takes a place."""
    person = {"name": "Sutinah Kertosari", "sex": "P", "categories": ["PPKS-12"], "region_code": acts.AMBULU}
    client = world.caseworker.post("/clients", person)["id"]
    case = world.caseworker.post(
        "/cases", {"client_id": client, "organisation_id": world.office_of(UPT), "category": "PPKS-12"}
    )["id"]
    moves, upt = f"/cases/{case}/transitions", world.office_of(UPT)
    world.caseworker.post(f"/cases/{case}/agreements", {"form": "oral_witnessed", "given_on": world.today})
    world.caseworker.post(moves, {"verb": "start_assessment"})
    acts.assess(world, case, is_well=False)
    world.caseworker.post(moves, {"verb": "start_planning"})
    plan = world.caseworker.post(f"/cases/{case}/plans", {"goals": acts.goals(world, case, upt)})["id"]
    world.supervisor.post(f"/plans/{plan}/approval", {"decision": "approve"})
    met = {"held_on": world.today, "plan_id": plan, "attendees": [{"organisation_id": upt, "part": "caseworker"}],
           "decisions": "Setuju."}  # fmt: skip
    world.caseworker.post(f"/cases/{case}/conferences", met)
    world.caseworker.post(f"/plans/{plan}/client_agreement", {"form": "signed", "on": world.today})
    world.supervisor.post(moves, {"verb": "start_training"})
    return case


def placed(world: World, case: str, client: str) -> str:
    """A job, not asked about at the employer without the person's word, verified by a visit; then aftercare."""
    world.go_to("2024-05-06")
    employer = world.admin.post("/organisations", {"kind": "company", "code": "CV-LAS", "name": "CV Las Jaya"})["id"]
    job = {"case_id": case, "kind": "job", "employer_id": employer, "occupation": "tukang las",
           "starts_on": world.today, "monthly_income": 2_600_000,
           "plan_step_id": step_of(world, case, "placement")}  # fmt: skip
    placement = world.caseworker.post("/placements", job)["id"]
    assert world.supervisor.refused(f"/cases/{case}/transitions", {"verb": "start_aftercare"}) == ["outcome_unverified"]
    world.go_to("2024-05-13")
    verify = f"/placements/{placement}/verification"
    assert world.caseworker.refused(verify, {"method": "employer", "on": world.today}) == ["consent_missing"]
    world.caseworker.post(verify, {"method": "visit", "on": world.today})
    seen = world.caseworker.get(f"/placements/{placement}")
    stale = world.caseworker.get(f"/cases/{case}")["version"] - 1
    world.supervisor.patch(f"/cases/{case}", {"spm_type": "homeless_beggars"}, stale, expect=412)
    assert seen["state"] == "active"
    world.supervisor.post(f"/cases/{case}/transitions", {"verb": "start_aftercare"})
    return placement


def earned(world: World, client: str, first: str, last: str) -> None:
    """What was earned, by wage slip; the last month once more by a visit. Said when the months are over."""
    months = [first[:5] + f"{month:02}" for month in range(int(first[5:]), int(last[5:]) + 1)]
    for month in months:
        year, number = int(month[:4]), int(month[5:])
        world.go_to(f"{year + number // 12}-{number % 12 + 1:02}-03")
        slip = {"from": month, "to": month, "amount": 2_600_000, "source": "wage_slip"}
        world.caseworker.post(f"/clients/{client}/income_statements", slip)
    world.caseworker.post(f"/clients/{client}/income_statements", slip | {"source": "visit"})


def checked(world: World, placement: str) -> None:
    """The checks that were raised as tasks, and graduation asked for too early."""
    due = [task["period"] for task in world.caseworker.get("/tasks?kind=check_placement")["items"]]
    assert sorted(due, key=int) == ["30", "90", "180", "365"]
    for period in ("30", "90", "180"):
        body = {"on": world.today, "still_active": True, "monthly_income": 2_600_000, "method": "visit",
                "period": int(period)}  # fmt: skip
        world.caseworker.post(f"/placements/{placement}/checks", body)
    assert [task["period"] for task in world.caseworker.get("/tasks?kind=check_placement")["items"]] == ["365"]


def close_goals(world: World, case: str) -> None:
    """Every goal of the plan is met; what no course or placement closes is said to be done."""
    plans = world.caseworker.get(f"/cases/{case}/plans")["items"]
    plan = world.caseworker.get(f"/plans/{next(each['id'] for each in plans if each['state'] == 'approved')}")
    for goal in plan["goals"]:
        for step in goal["steps"]:
            if step["state"] != "done":
                world.caseworker.post(f"/steps/{step['id']}/closing", {"state": "done"})
        world.caseworker.post(f"/goals/{goal['id']}/closing", {"state": "met"})


def provisional(world: World, case: str, client: str) -> str:
    """Too early it is refused with the list of what is missing; then recommended, and signed by another."""
    missing = world.caseworker.refused("/graduation/reviews", {"case_id": case})
    assert missing
    world.go_to("2024-11-11")
    acts.assess(world, case, is_well=True)
    close_goals(world, case)
    world.caseworker.post(f"/clients/{client}/graduation/voice", {"asked_on": world.today, "agrees": True})
    verdict = world.caseworker.get(f"/clients/{client}/graduation")
    assert verdict["missing"] == [], verdict
    review = world.caseworker.post("/graduation/reviews", {"case_id": case})["id"]
    gate = f"/graduation/reviews/{review}"
    world.supervisor.post(f"{gate}/recommendation", {}, expect=403)
    world.head.post(f"{gate}/recommendation", {"note": "Sudah mandiri."})
    assert "recommended_by_you" in world.head.refused(f"{gate}/provisional", {})
    world.supervisor.post(f"{gate}/provisional", {"note": "Setuju."})
    assert world.supervisor.refused(f"/cases/{case}/transitions", {"verb": "graduate"}) == ["verdict_missing"]
    assert "aftercare_not_over" in world.supervisor.refused(f"{gate}/confirmations", {})
    return review


def visited(world: World, client: str, case: str) -> None:
    """The TKSK of the kecamatan visits, and sees little more than name and address."""
    seen = world.tksk.get(f"/clients/{client}")
    assert seen["name"] == NAME
    world.tksk.get(f"/cases/{case}", expect=403)
    world.tksk.get(f"/clients/{client}/timeline", expect=403)
    for month, day in (("1", "2024-12-11"), ("3", "2025-02-11"), ("6", "2025-05-11"), ("9", "2025-08-11")):
        world.go_to(day)
        mine = [task["period"] for task in world.tksk.get("/tasks?mine=true&kind=visit_aftercare")["items"]]
        assert month in mine
        visit = {"kind": "visit", "on": world.today, "was_met": True, "outcome": "well", "aftercare_month": int(month)}
        world.tksk.post(f"/clients/{client}/visits", visit)


def confirmed(world: World, review: str, case: str, client: str) -> None:
    """A year later: the facts anew, two people, one of another office; then the case graduates."""
    gate = f"/graduation/reviews/{review}"
    world.go_to("2025-11-12")
    last = {"kind": "visit", "on": world.today, "was_met": True, "outcome": "well", "aftercare_month": 12}
    world.tksk.post(f"/clients/{client}/visits", last)
    acts.assess(world, case, is_well=True)
    world.caseworker.post(f"/clients/{client}/graduation/voice", {"asked_on": world.today, "agrees": True})
    world.co_signer.get(gate, expect=404)
    version = world.supervisor.get(gate)["version"]
    signer = world.co_signer.get("/me")["id"]
    world.supervisor.patch(gate, {"co_signer_id": signer}, version)
    world.caseworker.post(f"{gate}/confirmations", {}, expect=403)
    world.supervisor.post(f"{gate}/confirmations", {})
    assert "signed_before" in world.supervisor.refused(f"{gate}/confirmations", {})
    assert world.co_signer.get(gate)["verdict"]["is_met"]
    world.co_signer.get(f"/clients/{client}", expect=403)
    assert world.co_signer.post(f"{gate}/confirmations", {})["state"] == "confirmed"
    graduated = world.supervisor.post(f"/cases/{case}/transitions", {"verb": "graduate"})
    assert graduated["stage"] == "graduated"


def relapsed(world: World, client: str, review: str) -> None:
    """Aid again in two of three months is a relapse that somebody must answer; a new case links to the old one."""
    for month, day in (("2026-02", "2026-02-10"), ("2026-03", "2026-03-10")):
        world.go_to(day)
        paid = {"programme": "BPNT", "client_id": client, "from": month, "to": month, "paid_on": world.today,
                "amount": 200_000, "source_reference": f"SEMBAKO-{month}"}  # fmt: skip
        programmes = world.caseworker.get("/programmes?kind=consumption")["items"]
        paid["programme"] = next(item["code"] for item in programmes if item["recipient_unit"] == "person" or item)
        world.caseworker.post("/aid/disbursements", paid)
    world.go_to("2026-04-02")
    found = world.eventually(lambda: world.caseworker.get(f"/graduation/relapses?client_id={client}")["items"])
    assert [relapse["kind"] for relapse in found] == ["aid"]
    assert world.caseworker.get("/tasks?kind=answer_relapse")["items"]
    world.go_to("2026-07-08")
    body = {"client_id": client, "organisation_id": world.office_of(UPT), "category": "PPKS-11"}
    again = world.caseworker.post("/cases", body)
    assert again["previous_case_id"]


def told(world: World, client: str) -> None:
    """The timeline has all of it, for who may see it."""
    items, cursor = [], ""
    while True:
        page = world.caseworker.get(f"/clients/{client}/timeline?limit=100{cursor}")
        items += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    kinds = {item["kind"] for item in items}
    wanted = {"client_registered", "case_opened", "assessment_completed", "aid_recorded", "relapse_recorded"}
    assert wanted <= kinds
    desk = {item["kind"] for item in world.triage.get(f"/clients/{client}/timeline?limit=100")["items"]}
    assert "client_registered" in desk and not desk & (wanted - {"client_registered"})


def nobody_heard_a_name(world: World) -> None:
    """Whoever may not see who it is has never been told: partner, other UPT, co-signer, administrator."""
    for name in ("partner", "stranger", "their_supervisor", "co_signer", "admin"):
        heard = [text for text in world.people[name].heard if NAME in text or "Wonokusumo" in text]
        assert heard == [], name
    assert OTHER_UPT != UPT
