"""Fills the hooks of web: the permission table at each door, limits, refusals in the trail, the idempotency store."""

from uuid import UUID

from flask import Flask

from kessos_case.access import rules, service
from kessos_case.access.limits import count_request
from kessos_case.core.db import Session
from kessos_case.web import auth, idempotency


def register(app: Flask) -> None:
    """Install them in `app`."""
    auth.install(app, auth.Hooks(may=rules.may, limit=count_request, refused=_refused))
    idempotency.install(app, idempotency.Store(claim=service.claim_key, keep=service.keep_key))


def _refused(session: Session, asked: auth.Door, subject: UUID | None, code: str) -> None:
    service.record(session, asked.action, asked.resource, subject, outcome="denied", code=code)
