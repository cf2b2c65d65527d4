"""Makers of tables of partners, as offices send them, and of what comes of them."""

from typing import Any

from kessos_case.access.models import User
from kessos_case.partners.rules.import_rows import COLUMNS
from kessos_case.partners.service import imports
from tests.factories import Make
from tests.factories.imports import csv_of

MAWAR = {
    "organisation_code": "LKS-MAWAR", "organisation_kind": "LKS", "organisation_name": "Yayasan Mawar",
    "region_code": "35.09", "service_type": "Penampungan sementara", "service_name": "Rumah Singgah Mawar",
    "coverage": "35.09; 35.11", "min_age": "18", "sexes": "P",
}  # fmt: skip


def entry(**cells: str) -> dict[str, str]:
    """A row that is right, but for these cells: a shelter of an institution that nobody has heard of."""
    return MAWAR | cells


def table(*rows: dict[str, str]) -> bytes:
    """A table with every column of the contract."""
    return csv_of(*rows, heading=COLUMNS)


def look(make: Make, by: User, *rows: dict[str, str]) -> imports.Report:
    """The dry run of these rows."""
    return run(make, by, table(*rows))


def bring(make: Make, by: User, *rows: dict[str, str], **options: Any) -> imports.Report:
    """These rows, written into the directory."""
    return run(make, by, table(*rows), dry_run=False, **options)


def run(make: Make, by: User, content: bytes, **options: Any) -> imports.Report:
    """A table before the service, in a transaction of its own."""
    with make.acting(by) as session:
        return imports.import_directory(session, content, **options)
