"""The acts of a journey as people do them over HTTP, for stories to tell. No tests live here."""

from typing import Any

from tests.journeys.world import UPT, Person, World

AMBULU = "35.09.12"
NAME = "Slamet Wonokusumo"


def set_up_directory(world: World) -> dict[str, str]:
    """A small directory: one partner without an agreement, one that is full, one that is asked first, and the UPT."""
    made = {
        "lks": world.admin.post("/organisations", {"kind": "lks", "code": "LKS-HARAPAN", "name": "LKS Harapan"})["id"]
    }
    made["closed"] = world.admin.post("/organisations", {"kind": "lks", "code": "LKS-TUTUP", "name": "LKS Tutup"})["id"]
    _agree(world, made["lks"])
    shelter = {"service_type": "residential_care", "coverage": ["35"], "allows_waiting": False}
    made["lks_service"] = _offer_service(
        world, made["lks"], 5, name="Rumah Harapan", **shelter | {"coverage": ["35.09"]}
    )
    _offer_service(world, made["closed"], 5, name="Rumah Tutup", **shelter)
    upt = world.office_of(UPT)
    made["upt_service"] = _offer_service(world, upt, 2, name="Rehabilitasi gelandangan", **shelter)
    made["full_service"] = _offer_service(world, world.office_of("RSBL-PASURUAN"), 0, name="Panti penuh", **shelter)
    world.office.kessos(
        "user", "add", "partner", "--name", "Pengurus LKS", "--organisation", "LKS-HARAPAN", "--role", "partner",
        "--password", "rahasia-sekali-123",
    )  # fmt: skip
    world.people["partner"] = Person(world, "partner")
    return made


def _agree(world: World, organisation_id: str) -> None:
    terms = {"number": "PKS-1/2024", "starts_on": "2023-01-01", "ends_on": "2030-12-31"}
    world.admin.post(f"/partners/{organisation_id}/agreements", terms)


def _offer_service(world: World, organisation_id: str, places: int, **stated: Any) -> str:
    made = world.admin.post(f"/partners/{organisation_id}/services", stated)["id"]
    period = {"service_id": made, "starts_on": "2024-01-01", "ends_on": "2030-12-31", "places": places}
    world.admin.post(f"/partners/{organisation_id}/capacity", period)
    return made


def report(world: World, **more: Any) -> str:
    """A TKSK reports somebody who was found in the street."""
    body = {
        "client_reference": f"hp-{world.today}-{len(world.tksk.heard)}",
        "person": {"alias": "Pak Met", "estimated_age": 40, "sex": "L", "condition": "tidur di emper pasar"},
        "service_types": ["residential_care"], "urgency": "urgent", "region_code": AMBULU, "place": "Pasar Ambulu",
        "disclose": ["condition"],
    }  # fmt: skip
    return world.tksk.post("/referrals", body | more)["id"]


def scaled(instrument: dict[str, Any], value: int) -> dict[str, Any]:
    """The same value for every item of a scale; nobody to care for, so nothing is asked about that."""
    asked = [item for item in instrument["items"] if not item["only_if"]]
    return {item["id"]: False if item["kind"] == "yes_no" else value for item in asked}


# Answers of one household: in the street, and two years later.
POOR = {
    "household_size": 1, "school_age_children": 0, "monthly_income": 300_000, "income_sources": 1,
    "monthly_spending": 600_000, "needs_covered": 0, "hungry_days": 12, "savings": 0, "savings_last": 0, "debts": 0,
    "has_health_insurance": False, "schooling": "primary", "literacy": 1, "skills_count": 0, "last_work": "never",
    "has_social_support": False, "family_contact": 0, "community_activities": 0,
}  # fmt: skip
SETTLED = POOR | {
    "monthly_income": 2_600_000, "income_sources": 2, "monthly_spending": 1_500_000, "needs_covered": 3,
    "hungry_days": 0, "savings": 2_000_000, "savings_last": 2, "has_health_insurance": True, "skills_count": 2,
    "last_work": "employee", "work_experience_months": 6, "literacy": 2, "has_social_support": True, "helpers": 2,
    "family_contact": 2, "community_activities": 1,
}  # fmt: skip


def assess(world: World, case_id: str, *, is_well: bool) -> None:
    """The three instruments, answered by somebody who is badly off or well again."""
    instruments = {name: world.caseworker.get(f"/instruments/{name}") for name in ("gse10", "social_functioning")}
    answers = {
        "gse10": scaled(instruments["gse10"], 4 if is_well else 2),
        "social_functioning": scaled(instruments["social_functioning"], 3 if is_well else 1),
        "household_skills": SETTLED if is_well else POOR,
    }
    for instrument, given in answers.items():
        body = {"instrument": instrument, "version": 1, "answers": given, "complete": True}
        world.caseworker.post(f"/cases/{case_id}/assessments", body)


def goals(world: World, case_id: str, organisation_id: str) -> list[dict[str, Any]]:
    """A goal for each domain that the assessments flag, with a step each; a course and a placement among them."""
    flagged = sorted(
        {
            domain
            for found in world.caseworker.get(f"/cases/{case_id}/assessments")["items"]
            if found["state"] == "completed"
            for domain in found["flagged"]
        }
    )
    kinds = {"skills": "course", "economy": "placement"}
    return [
        {
            "domain": domain,
            "text": f"Maju dalam {domain}",
            "steps": [
                {
                    "text": f"Langkah untuk {domain}",
                    "responsible_organisation_id": organisation_id,
                    "due_on": world.day(days=150),
                    "kind": kinds.get(domain, "other"),
                }
            ],
        }
        for domain in flagged
    ]
