"""Reads for files of single people without names. As the program: whoever asks reaches none of them."""

from datetime import datetime

import sqlalchemy as sa

from kessos_case.cases.casework import Assessment
from kessos_case.cases.models import Case
from kessos_case.cases.rules import AssessmentState
from kessos_case.clients.models import Client
from kessos_case.clients.rules import Confidentiality


def finished_assessments(
    instrument: str, version: int, since: datetime, before: datetime
) -> sa.Select[Assessment, Client, str]:
    """What was completed by this version in a time, with its person and pathway, person by person in the order of time.

    Not of people whose name may be known to few only, nor of those who were erased.
    """
    return (
        sa.select(Assessment, Client, Case.pathway)
        .join(Case, Case.id == Assessment.case_id)
        .join(Client, Client.id == Assessment.client_id)
        .where(
            Assessment.instrument == instrument,
            Assessment.instrument_version == version,
            Assessment.state != AssessmentState.DRAFT,
            Assessment.completed_at >= since,
            Assessment.completed_at < before,
            Client.confidentiality != Confidentiality.STRICT,
            Client.data_key.is_not(None),
        )
        .order_by(Assessment.client_id, Assessment.completed_at, Assessment.id)
    )
