"""Jobs of reports: what became of each service's offers, counted once a day for the ranking."""

from kessos_case.core.jobs import Kind
from kessos_case.reports import service

KINDS = (Kind("reports.count_records", "nightly", service.count_records),)
