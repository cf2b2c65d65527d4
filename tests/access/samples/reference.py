"""Sample calls of the reference data."""

from tests.access.samples import Sample

REACH: dict[tuple[str, str], set[str]] = {}
SAMPLES = {
    "GET /regions": Sample(),
    "GET /regions/<code>": Sample(),
    "GET /categories": Sample(),
    "GET /programmes": Sample(),
    "GET /service_types": Sample(),
    "GET /poverty_lines": Sample(),
    "GET /minimum_wages": Sample(),
}
