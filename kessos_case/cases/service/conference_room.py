"""All conferences of a case at one look: those that are planned and those that were held."""

from uuid import UUID

from kessos_case.access.service import record
from kessos_case.cases import conference_queries, queries
from kessos_case.cases.service.call_cards import CallCard, shown_calls
from kessos_case.cases.service.conferences import ShownConference, shown_conferences
from kessos_case.cases.service.words import key_to_read
from kessos_case.core.db import Session


def read_room(session: Session, case_id: UUID, client_id: UUID) -> tuple[list[CallCard], list[ShownConference]]:
    """What was planned about a case that the reader sees, and what was held, each newest first; one row of the trail."""
    record(session, "read", "conference", clients=[client_id])
    key = key_to_read(session, client_id)
    calls = shown_calls(session, session.scalars(conference_queries.calls(case_id)), key)
    return calls, shown_conferences(session, queries.conferences(session, case_id), key)
