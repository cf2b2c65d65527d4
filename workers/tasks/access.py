"""Jobs of access: sealing the audit trail, forgetting old idempotency keys."""

import structlog

from kessos_case.access import service
from kessos_case.access.keys import audit_private_key, export_head
from kessos_case.core.db import Session
from kessos_case.core.jobs import Job, Kind

log = structlog.get_logger()


def seal_audit(session: Session, _job: Job) -> None:
    """Seal what is below the horizon and export the head once the seal is committed."""
    made = service.seal(session, audit_private_key())
    if made is not None:
        session.after_commit(lambda: export_head(made))


def forget_keys(session: Session, _job: Job) -> None:
    """Delete idempotency keys beyond their days."""
    log.info("keys_forgotten", count=service.forget_old_keys(session))


KINDS = (Kind("access.seal_audit", "nightly", seal_audit), Kind("access.forget_keys", "nightly", forget_keys))
