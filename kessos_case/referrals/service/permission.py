"""Whether the person allows that receivers know what the report names of him: asked at triage, before anybody is asked."""

from collections.abc import Collection
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
from kessos_case.referrals.rules import GIVEN, AskedBy, Permission, lacks_consent, must_ask, to_be_told
from kessos_case.referrals.service.submission import referral_for


def is_covered(session: Session, referral_id: UUID, client_id: UUID | None) -> bool:
    """Does a consent let any receiver of this referral know of the person? `client_id` is whom the desk means, None for
    whom the sender named or nobody yet. Raises NotFound.
    """
    client_id = client_id or referral_for(session, referral_id).client_id
    if client_id is None:
        return False
    day = office_day(session.now)
    _some, any_receiver = consented(session, client_id, ConsentPurpose.DISCLOSURE, day, referral_id)
    return any_receiver


def require_answer(session: Session, referral: Referral, client_id: UUID, disclose: Collection[str] | None) -> None:
    """Refuse to go on before it is said what may be told, `disclose` (None for what the sender named), and what the person
    answered. Raises Invalid naming what is not said.
    """
    named = referral.disclose if disclose is None else disclose
    covered = is_covered(session, referral.id, client_id)
    if not must_ask(named, referral.urgency, is_covered=covered):
        return
    wrong = [] if named else [field_error("disclose", "missing", "Say what receivers may be told.")]
    if not covered:
        wrong.append(field_error("consent.answer", "missing", "Say what the person answered."))
    raise Invalid("It is not said what the person allows.", errors=wrong)


def is_silenced(session: Session, referral_id: UUID) -> bool:
    """Is something to be told that no consent allows yet? Raises NotFound."""
    referral = referral_for(session, referral_id)
    return lacks_consent(referral.disclose, referral.urgency, is_covered=is_covered(session, referral_id, None))


def keep_answer(session: Session, referral: Referral, client_id: UUID, said: dict[str, Any]) -> None:
    """Write down what may be told, `disclose`, and what the person said, `consent`, as the desk that asked or heard it.

    A refusal is kept by telling nothing of him. Raises Invalid when it is not said what he was asked to allow, when a
    consent lacks its form, or has a day that has not come.
    """
    answered = said.get("consent") or {}
    _keep_told(session, referral, client_id, said.get("disclose"), answered.get("answer"))
    if answered.get("answer") not in GIVEN:
        return
    if answered.get("form") is None:
        wrong = field_error("consent.form", "missing", "Say how the person gave his consent.")
        raise Invalid("The consent has mistakes.", errors=[wrong])
    _write(session, referral, client_id, answered)


def _keep_told(
    session: Session, referral: Referral, client_id: UUID, named: list[str] | None, answer: Permission | None
) -> None:
    told = to_be_told(referral.disclose if named is None else named, referral.urgency, answer)
    if answer == Permission.REFUSED:
        record(session, "refuse", "consent", referral.id, clients=[client_id], purpose=ConsentPurpose.DISCLOSURE)
    elif answer is not None and not told:
        wrong = field_error("disclose", "missing", "Say what receivers may be told, or that he allows nothing.")
        raise Invalid("The consent has mistakes.", errors=[wrong])
    if set(told) != set(referral.disclose):
        record(session, "set_disclosure", "referral", referral.id, clients=[client_id], fields=told)
        referral.disclose = told


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
