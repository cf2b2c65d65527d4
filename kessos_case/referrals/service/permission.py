"""Whether the person allows that receivers know what the report names of him: asked at triage, before anybody is asked."""

from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.clients.rules import ConsentPurpose
from kessos_case.clients.service import consented, record_consent
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, field_error
from kessos_case.referrals.models import Referral
from kessos_case.referrals.rules import GIVEN, AskedBy, Permission, must_ask
from kessos_case.referrals.service.submission import referral_for


def is_to_be_asked(session: Session, referral_id: UUID, client_id: UUID | None) -> bool:
    """Must the desk say what the person answered? `client_id` is whom it means, None for whom the sender named or nobody yet.

    Raises NotFound.
    """
    referral = referral_for(session, referral_id)
    client_id, is_covered = client_id or referral.client_id, False
    if client_id is not None and referral.disclose:
        day = office_day(session.now)
        _some, is_covered = consented(session, client_id, ConsentPurpose.DISCLOSURE, day, referral.id)
    return must_ask(referral.disclose, referral.urgency, is_covered=is_covered)


def keep_answer(session: Session, referral: Referral, client_id: UUID, said: dict[str, Any] | None) -> None:
    """Write down what the person said, as the desk that asked or heard it. A refusal is kept by telling nothing of him.

    Raises Invalid when a consent lacks its form, or has a day that has not come.
    """
    if said is None:
        return
    if said["answer"] == Permission.REFUSED:
        referral.disclose = []
        record(session, "refuse", "consent", referral.id, clients=[client_id], purpose=ConsentPurpose.DISCLOSURE)
    if said["answer"] not in GIVEN:
        return
    if said.get("form") is None:
        wrong = field_error("consent.form", "missing", "Say how the person gave his consent.")
        raise Invalid("The consent has mistakes.", errors=[wrong])
    _write(session, referral, client_id, said)


def _write(session: Session, referral: Referral, client_id: UUID, said: dict[str, Any]) -> None:
    given_on: date = said.get("given_on") or office_day(session.now)
    try:
        record_consent(
            session,
            client_id,
            purpose=ConsentPurpose.DISCLOSURE,
            receiver_organisation_id=None,
            about_id=referral.id if said["answer"] == Permission.THIS_REFERRAL else None,
            form=said["form"],
            given_on=given_on,
            expires_on=None,
            asked_by=referral.sender_id if said.get("asked_by") == AskedBy.SENDER else None,
        )
    except Invalid as error:
        wrong = [entry | {"field": f"consent.{entry['field']}"} for entry in error.errors]
        raise Invalid(error.detail, errors=wrong) from error
