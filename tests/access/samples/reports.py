"""Sample calls of the figures; the scorecard is of the own organisation, or for desks and administrators of any."""

from typing import Any

from kessos_case.access.rules import Role
from tests.access.samples import Sample

REACH = {("scorecard", "own"): {role.value for role in Role}}
SAMPLES = {
    "GET /partners/<uuid:organisation_id>/scorecard": Sample("scorecard"),
    "GET /partners/strength_map": Sample(),
    "GET /reports/unmet_need": Sample(),
    "GET /reports/training-outcomes": Sample(),
    # No night has counted yet.
    "GET /reports/cohorts": Sample(status=409),
    # Of a course that there is not.
    "GET /reports/cohorts/comparison": Sample(status=404, query="?course_id=01a00000-0000-7000-8000-000000000000"),
    "GET /reports/assessments": Sample(query="?instrument=gse10&from=2026-01&to=2026-03"),
}
PAGES = {
    "GET /partners/<uuid:organisation_id>/scorecard": Sample("scorecard"),
    # An administrator is told figures only.
    "GET /partners/<uuid:organisation_id>/scorecard/offers": Sample("scorecard", by_role={"administrator": 403}),
    "GET /reports/strength": Sample(),
    "GET /reports/unmet": Sample(),
    "GET /reports/training-outcomes": Sample(),
    "GET /reports/cohorts": Sample(),
    "GET /reports/cohorts/comparison": Sample(),
    # Names are for who leads the office.
    "GET /reports/cohorts/cases": Sample(by_role=dict.fromkeys(("triage", "administrator", "analyst"), 403)),
    "GET /reports/unmet/list": Sample(by_role=dict.fromkeys(("supervisor", "administrator", "analyst"), 403)),
}


def furnish(world: Any) -> None:
    """The own organisation."""
    world.objects["scorecard", "own"] = {"organisation_id": world.user.organisation_id}
