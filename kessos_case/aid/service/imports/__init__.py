"""Files of aid as offices send them: uploaded, checked as a dry run, applied, and what was unsure settled by people."""

from datetime import timedelta
from uuid import UUID

from kessos_case.aid.service.imports.applying import apply_part
from kessos_case.aid.service.imports.reading import check_part
from kessos_case.aid.service.imports.registry import (
    ImportCard,
    Started,
    apply_import,
    cancel_import,
    card,
    import_for,
    listed_imports,
    read_import,
    read_started,
    upload,
)
from kessos_case.aid.service.imports.review import (
    Review,
    SaidRow,
    candidates,
    read_row,
    review,
    rows_said,
    sent_before,
)
from kessos_case.aid.service.imports.settling import (
    OpenRow,
    RowCard,
    listed_rows,
    open_rows,
    row_card,
    row_for,
    settle_row,
)
from kessos_case.core.db import Session
from kessos_case.core.jobs import GO_ON, Job

__all__ = [
    "ImportCard",
    "OpenRow",
    "Review",
    "RowCard",
    "SaidRow",
    "Started",
    "apply_import",
    "apply_part",
    "cancel_import",
    "candidates",
    "card",
    "check_part",
    "import_for",
    "listed_imports",
    "listed_rows",
    "open_rows",
    "read_import",
    "read_row",
    "read_started",
    "review",
    "row_card",
    "row_for",
    "rows_said",
    "run_application",
    "run_check",
    "sent_before",
    "settle_row",
    "upload",
]


def run_check(session: Session, job: Job) -> timedelta | None:
    """The job: check the next part of the file that it names."""
    goes_on = check_part(session, UUID(job.args["import_id"]))
    _tell(session, job)
    return GO_ON if goes_on else None


def run_application(session: Session, job: Job) -> timedelta | None:
    """The job: write the next part of the file that it names into the ledger."""
    pause = apply_part(session, UUID(job.args["import_id"]))
    _tell(session, job)
    return pause


def _tell(session: Session, job: Job) -> None:
    found = import_for(session, UUID(job.args["import_id"]))
    job.done, job.total = found.done, found.total
