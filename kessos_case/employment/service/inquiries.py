"""Questions to an employer by a link: the caseworker makes one, sees what became of it, ends it. See docs/adr/0031.

What is sent out is a random word; only its hash is kept, so nobody can show a link a second time. A question rests on one
consent of the person that names this employer or this work; where that ends, so does the link.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.cases.models import Case
from kessos_case.cases.rules import Stage
from kessos_case.clients.models import Consent
from kessos_case.clients.rules import ConsentPurpose, consent_holds
from kessos_case.clients.service import client_for, consents_in_force, record_consent, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound, RuleBroken
from kessos_case.core.ids import random_token
from kessos_case.core.keys import token_hash
from kessos_case.employment import inquiry_queries, queries
from kessos_case.employment.models import EmployerInquiry, Placement
from kessos_case.employment.rules import (
    INQUIRY_LIFE,
    AskingFacts,
    InquiryFacts,
    InquiryState,
    PlacementState,
    inquiry_state,
    missing_for_inquiry,
    missing_to_allow_asking,
)
from kessos_case.employment.service.following import followed_under, own_placement
from kessos_case.employment.service.placements import placement_for


@dataclass(frozen=True)
class MadeInquiry:
    """A link at its birth, the only time that its word can be read."""

    id: UUID
    token: str
    expires_at: datetime


@dataclass(frozen=True)
class InquiryCard:
    """What the caseworker sees of a question later. `opened_at` says that the address was fetched, by whomever."""

    id: UUID
    period: int | None
    state: InquiryState
    created_at: datetime
    created_by: UUID
    expires_at: datetime
    opened_at: datetime | None
    answered_at: datetime | None
    answer: str | None
    works_since: date | None
    left_on: date | None
    monthly_wage: int | None


def ask_employer(session: Session, placement_id: UUID, *, period: int | None = None) -> MadeInquiry:
    """Make a link by which the employer says whether the person works there; one made before serves no more.

    `period` (days) is the check that a yes makes; None asks whether the work has begun. Nothing is sent by the program.
    Raises NotFound, Forbidden for an episode of another office, RuleBroken with all that is missing, consent among it.
    """
    _case, placement = own_placement(session, placement_id)
    consent = consent_to_ask(session, placement)
    _guard(session, placement, consent, period)
    assert consent is not None
    assert placement.employer_id is not None
    revoke_inquiries(session, [placement.id])
    token, inquiry_id, ends = random_token(), uuid4(), session.now + INQUIRY_LIFE
    session.insert(
        EmployerInquiry, id=inquiry_id, placement_id=placement.id, client_id=placement.client_id, consent_id=consent.id,
        employer_id=placement.employer_id, period=period, token_hash=token_hash(token), created_at=session.now,
        created_by=session.actor.user_id, expires_at=ends,
    )  # fmt: skip
    write_timeline(session, placement.client_id, "employer_asked", placement.id)
    record(session, "create", "employer_inquiry", inquiry_id, clients=[placement.client_id])
    return MadeInquiry(inquiry_id, token, ends)


def allow_asking(
    session: Session, placement_id: UUID, *, form: str, given_on: date, expires_on: date | None = None
) -> Consent:
    """Write down that the person lets the employer of this work be asked about it, and nobody else about anything else.

    It stands among his consents, where it is withdrawn. Raises NotFound, Forbidden for an episode of another office,
    RuleBroken for an own business or for work that has ended, Invalid naming each wrong field.
    """
    _case, placement = own_placement(session, placement_id)
    missing = missing_to_allow_asking(placement.state, has_employer=placement.employer_id is not None)
    if missing:
        raise RuleBroken("There is nobody to be asked.", errors=[entry.as_error() for entry in missing])
    return record_consent(
        session, placement.client_id, purpose=ConsentPurpose.EMPLOYER_CONTACT, form=form, given_on=given_on,
        expires_on=expires_on, receiver_organisation_id=placement.employer_id, about_id=placement.id,
    )  # fmt: skip


def inquiries_of(session: Session, placement_id: UUID) -> list[InquiryCard]:
    """The questions about one placement, newest first, without their words; the look is in the trail. Raises NotFound."""
    placement = placement_for(session, placement_id)
    record(session, "list", "employer_inquiry", placement.id, clients=[placement.client_id])
    return listed_inquiries(session, placement, followed_under(session, placement))


def listed_inquiries(session: Session, placement: Placement, case: Case) -> list[InquiryCard]:
    """The same for a page that has the placement and its case at hand and writes its own look down."""
    found = inquiry_queries.inquiries(session, placement.id)
    consents = _consents(session, found)
    return [
        _card(inquiry, state_of(session, inquiry, placement, case, consents[inquiry.consent_id])) for inquiry in found
    ]


def revoke_inquiry(session: Session, placement_id: UUID, inquiry_id: UUID) -> None:
    """End a link that went to the wrong hands; of one that holds no more nothing changes.

    Raises NotFound, Forbidden for an episode of another office.
    """
    _case, placement = own_placement(session, placement_id)
    inquiry = session.get(EmployerInquiry, inquiry_id)
    if inquiry is None or inquiry.placement_id != placement.id:
        raise NotFound("There is no such question.")
    revoke_inquiries(session, [placement.id], only=inquiry.id)
    record(session, "revoke", "employer_inquiry", inquiry.id, clients=[placement.client_id])


def revoke_inquiries(session: Session, placement_ids: Iterable[UUID], *, only: UUID | None = None) -> None:
    """End every link about this work that nobody has answered: there is nothing more to ask."""
    revoked = sa.update(EmployerInquiry).where(inquiry_queries.living(placement_ids))
    if only is not None:
        revoked = revoked.where(EmployerInquiry.id == only)
    session.execute(revoked.values(revoked_at=session.now), execution_options={"synchronize_session": "fetch"})


def consent_to_ask(session: Session, placement: Placement) -> Consent | None:
    """The person's consent to ask this employer in writing: one that names him or this work, the last that was given.

    One to contact whatever employer is not enough for it: a name goes out.
    """
    purpose, today = ConsentPurpose.EMPLOYER_CONTACT, office_day(session.now)
    holding = consents_in_force(session, [placement.client_id], purpose, today)[placement.client_id]
    naming = [
        consent
        for consent in holding
        if consent.about_id == placement.id
        or (consent.about_id is None and consent.receiver_organisation_id == placement.employer_id)
    ]
    fitting = [each for each in naming if each.receiver_organisation_id in (None, placement.employer_id)]
    return max(fitting, key=lambda consent: (consent.given_on, consent.recorded_at), default=None)


def state_of(
    session: Session, inquiry: EmployerInquiry, placement: Placement, case: Case, consent: Consent | None
) -> InquiryState:
    """Where a question stands now. It ends with the case, and with the office that asked: the next one asks for itself."""
    return inquiry_state(
        InquiryFacts(
            now=session.now,
            expires_at=inquiry.expires_at,
            is_answered=inquiry.answered_at is not None,
            is_revoked=inquiry.revoked_at is not None,
            has_consent=consent is not None and _holds(consent, office_day(session.now)),
            work_goes_on=placement.state != PlacementState.ENDED,
            is_followed=case.stage != Stage.CLOSED and case.opened_at <= inquiry.created_at,
        )
    )


def _guard(session: Session, placement: Placement, consent: Consent | None, period: int | None) -> None:
    facts = AskingFacts(
        today=office_day(session.now),
        state=PlacementState(placement.state),
        starts_on=placement.starts_on,
        made=frozenset(check.period for check in queries.checks(session, [placement.id])),
        has_employer=placement.employer_id is not None,
        has_consent=consent is not None,
        has_name=bool(client_for(session, placement.client_id).name),
    )
    if missing := missing_for_inquiry(facts, period):
        raise RuleBroken("The employer cannot be asked so.", errors=[entry.as_error() for entry in missing])


def _consents(session: Session, inquiries: Iterable[EmployerInquiry]) -> dict[UUID, Consent | None]:
    wanted = {inquiry.consent_id for inquiry in inquiries}
    found = session.scalars(sa.select(Consent).where(Consent.id.in_(wanted))) if wanted else ()
    return dict.fromkeys(wanted) | {consent.id: consent for consent in found}


def _holds(consent: Consent, day: date) -> bool:
    return consent_holds(consent.given_on, consent.expires_on, consent.withdrawn_at is not None, day)


def _card(inquiry: EmployerInquiry, state: InquiryState) -> InquiryCard:
    names = [name for name in InquiryCard.__dataclass_fields__ if name != "state"]
    return InquiryCard(state=state, **{name: getattr(inquiry, name) for name in names})
