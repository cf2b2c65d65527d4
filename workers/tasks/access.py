"""Jobs of access: sealing the audit trail."""

from kessos_case.access import service
from kessos_case.access.keys import audit_private_key, export_head
from kessos_case.core.db import Session
from kessos_case.core.jobs import Job, Kind


def seal_audit(session: Session, _job: Job) -> None:
    """Seal what is below the horizon and export the head once the seal is committed."""
    made = service.seal(session, audit_private_key())
    if made is not None:
        session.after_commit(lambda: export_head(made))


KINDS = (Kind("access.seal_audit", "nightly", seal_audit),)
