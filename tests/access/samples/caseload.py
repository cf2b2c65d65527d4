"""Sample calls of the pages of the caseload."""

from tests.access.samples import Sample

REACH: dict[tuple[str, str], set[str]] = {}
SAMPLES: dict[str, Sample] = {}
PAGES = {"GET /cases": Sample()}
