"""Steps of the approved plan that wait for a course or for work: what a form offers as the step that begins with it."""

from uuid import UUID

from kessos_case.cases import casework_queries as queries
from kessos_case.cases.rules import StepKind
from kessos_case.cases.service.plans import step_words
from kessos_case.cases.service.words import key_to_read
from kessos_case.core.db import Session


def open_steps(session: Session, case_id: UUID, client_id: UUID, kind: StepKind) -> dict[str, str]:
    """The words of the steps of this kind that nobody has begun, by their id. Whoever shows them records the look."""
    steps = session.scalars(queries.steps_to_begin(case_id, kind)).all()
    key = key_to_read(session, client_id) if steps else None
    words: dict[UUID, str | None] = {step.id: step_words(step, key) for step in steps}
    return {str(step_id): text for step_id, text in words.items() if text}
