"""A person who has become more secret is so in every list that shows what was reported and offered of him."""

from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.clients.models import Client
from kessos_case.clients.rules import Confidentiality
from kessos_case.core.db import Session
from kessos_case.core.jobs import Job
from kessos_case.referrals.models import Referral


def keep_as_secret(session: Session, job: Job) -> None:
    """Let the referrals of a person be at least as confidential as he is. The job; done twice it changes nothing."""
    client = session.get(Client, UUID(job.args["client_id"]))
    if client is None:
        return
    level = Confidentiality(client.confidentiality)
    below = [lower.value for lower in Confidentiality if lower < level]
    raised = (
        sa.update(Referral)
        .where(Referral.client_id == client.id, Referral.confidentiality.in_(below))
        .values(confidentiality=level.value)
        .returning(Referral.id)
        .execution_options(synchronize_session=False)
    )
    for referral_id in session.scalars(raised).all():
        record(session, "keep_as_secret", "referral", referral_id, clients=[client.id])
