"""A step of a plan that another organisation is to carry out: what is known before the referral for it is sent."""

from dataclasses import dataclass
from uuid import UUID

from kessos_case.access.service import names_of
from kessos_case.cases.service import step_for, step_words
from kessos_case.clients.models import Consent
from kessos_case.clients.rules import ConsentPurpose, consent_holds
from kessos_case.clients.service import client_for, consents_of, data_key, labels
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound


@dataclass(frozen=True)
class StepToCarryOut:
    """A step, its person, and what he allows today; `receivers` names whom a consent names."""

    step_id: UUID
    plan_id: UUID
    case_id: UUID
    client_id: UUID
    label: str
    region_code: str | None
    text: str | None
    referral_id: UUID | None
    consents: list[Consent]
    receivers: dict[str, str]


def step_to_carry_out(session: Session, case_id: UUID, step_id: UUID) -> StepToCarryOut:
    """Look at a step before a referral is sent for it; the look at the consents is in the trail.

    `referral_id` is the referral that carries it out already. Raises NotFound.
    """
    step = step_for(session, step_id)
    if step.case_id != case_id:
        raise NotFound("There is no such step.")
    client, day = client_for(session, step.client_id), office_day(session.now)
    holding = [
        consent
        for consent in consents_of(session, client.id)
        if consent.purpose == ConsentPurpose.DISCLOSURE
        and consent.about_id is None
        and consent_holds(consent.given_on, consent.expires_on, consent.withdrawn_at is not None, day)
    ]
    return StepToCarryOut(
        step.id,
        step.plan_id,
        step.case_id,
        client.id,
        labels(session, [client.id], in_list=False)[client.id].text,
        client.region_code,
        step_words(step, data_key(client)),
        step.link_id if step.link_kind == "referral" else None,
        holding,
        names_of(session, [consent.receiver_organisation_id for consent in holding]),
    )
