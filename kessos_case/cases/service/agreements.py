"""That the person agrees to the service, or the lawful ground to serve without it. Apart from consents and legal basis."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.cases import queries
from kessos_case.cases.models import Case, CaseAgreement
from kessos_case.cases.service.contacts import note_contact
from kessos_case.cases.service.registry import case_for, own_case_for
from kessos_case.cases.service.words import key_to_read, key_to_write, opened
from kessos_case.clients.service import client_for, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, NotFound, field_error
from kessos_case.core.ids import new_id


@dataclass(frozen=True)
class ShownAgreement:
    """An agreement as shown; the newest of a case holds."""

    id: UUID
    case_id: UUID
    form: str | None
    lawful_ground: str | None
    reason: str | None
    given_on: date
    recorded_at: datetime
    recorded_by: UUID


def record_agreement(
    session: Session,
    case_id: UUID,
    *,
    given_on: date,
    form: str | None = None,
    lawful_ground: str | None = None,
    reason: str | None = None,
) -> ShownAgreement:
    """Write down how the person agreed, or on what lawful ground, and why, service begins without it.

    Raises NotFound, Forbidden, Conflict `case_closed`, Invalid naming each wrong field.
    """
    case = own_case_for(session, case_id, lock=True)
    _check(session, case, given_on, form, lawful_ground, reason)
    client = client_for(session, case.client_id)
    agreement_id, key = new_id(), key_to_write(client)
    made = CaseAgreement(
        id=agreement_id, case_id=case.id, client_id=client.id, form=form, lawful_ground=lawful_ground, given_on=given_on,
        reason_sealed=key.seal(reason, _place(agreement_id)) if reason else None, recorded_at=session.now,
        recorded_by=session.actor.user_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    if form:
        note_contact(session, [case.id], given_on)
    write_timeline(session, client.id, "service_agreed" if form else "service_grounded", made.id)
    record(session, "record", "agreement", made.id, clients=[client.id], form=form, lawful_ground=lawful_ground)
    return _shown(session, [made])[0]


def agreements_of(session: Session, case_id: UUID) -> list[ShownAgreement]:
    """Everything that was agreed, newest first; the look is in the audit trail."""
    case = case_for(session, case_id)
    record(session, "read", "agreement", clients=[case.client_id])
    return _shown(session, queries.agreements(session, case.id))


def read_agreement(session: Session, agreement_id: UUID) -> ShownAgreement:
    """One agreement. Raises NotFound, also for one of an episode beyond reach."""
    found = session.get(CaseAgreement, agreement_id)
    if found is None:
        raise NotFound("There is no such agreement.")
    return _shown(session, [found])[0]


def _check(
    session: Session, case: Case, given_on: date, form: str | None, lawful_ground: str | None, reason: str | None
) -> None:
    errors = []
    if (form is None) == (lawful_ground is None):
        errors.append(field_error("form", "one_of", "Give either form or lawful_ground."))
    if lawful_ground and not reason:
        errors.append(field_error("reason", "missing", "Say why service begins without an agreement."))
    if given_on > office_day(session.now):
        errors.append(field_error("given_on", "in_future", "The day is after today."))
    if errors:
        raise Invalid("The agreement has mistakes.", errors=errors)


def _shown(session: Session, agreements: Iterable[CaseAgreement]) -> list[ShownAgreement]:
    found = list(agreements)
    key = key_to_read(session, found[0].client_id) if found else None
    names = ("id", "case_id", "form", "lawful_ground", "given_on", "recorded_at", "recorded_by")
    return [
        ShownAgreement(
            **{name: getattr(agreement, name) for name in names},
            reason=opened(key, agreement.reason_sealed, _place(agreement.id)),
        )
        for agreement in found
    ]


def _place(agreement_id: UUID) -> str:
    return f"case_agreements:reason:{agreement_id}"
