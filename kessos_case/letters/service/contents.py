"""What a letter may say about a thing: the thing by its own room's door, whether it has come so far, and its words."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kessos_case.access.models import Organisation
from kessos_case.cases.rules import PlanState, SignatureForm
from kessos_case.cases.service import own_case_for, plan_for
from kessos_case.cases.service.plan_cards import PlanCard, read_plan
from kessos_case.cases.service.signing import signature_of
from kessos_case.clients.models import Client
from kessos_case.clients.service import client_for, data_key
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Forbidden, NotFound
from kessos_case.graduation import service as graduation
from kessos_case.graduation.rules import SUCCESSES
from kessos_case.letters import queries, writing
from kessos_case.letters.rules import LetterKind
from kessos_case.reference.service import programme_names
from kessos_case.referrals import service as referrals
from kessos_case.referrals.models import Offer
from kessos_case.referrals.rules import OfferState
from kessos_case.referrals.service.snapshots import shown_snapshots
from kessos_case.training.models import Course
from kessos_case.training.service import read_enrolment


@dataclass(frozen=True)
class Writing:
    """What a letter is to say: about whom, by which office, and the name that stands on it, where one does."""

    client: Client
    office: Organisation
    body: writing.Body
    name: str | None


def writing_of(session: Session, kind: LetterKind, subject_id: UUID) -> Writing:
    """The content of this letter as of now.

    Raises NotFound beyond reach, Forbidden for what is another office's, Conflict when the thing has not come so far:
    `not_accepted`, `not_approved`, `not_passed`, `not_confirmed`, `erased`.
    """
    return _WRITERS[kind](session, subject_id)


def _referral(session: Session, offer_id: UUID) -> Writing:
    card = referrals.read_offer(session, offer_id)
    referral = referrals.referral_for(session, card.referral_id)
    if card.state != OfferState.ACCEPTED:
        raise Conflict("The offer is not accepted.", code="not_accepted")
    offer = session.get_one(Offer, offer_id)
    told = shown_snapshots(session, [(offer, referral)]).get(offer.id)
    if told is None:
        raise Conflict("The referral was erased.", code="erased")
    client, office = client_for(session, offer.client_id), _office(session, _own_office(session))
    services = _service_words(session, told.told["service_types"])
    body = writing.referral(told.told, services, card.organisation_name, card.service_name, office.name)
    return Writing(client, office, body, told.told.get("name"))


def _plan(session: Session, plan_id: UUID) -> Writing:
    plan = plan_for(session, plan_id)
    case = own_case_for(session, plan.case_id, open_only=False)
    if plan.state != PlanState.APPROVED:
        raise Conflict("The plan is not the approved one.", code="not_approved")
    client, office = client_for(session, plan.client_id), _own(session, case.organisation_id)
    card = read_plan(session, plan.id)
    days = {
        "approved_on": office_day(card.decided_at) if card.decided_at else None,
        "agreed_on": card.client_agreed_on,
        "review_on": card.review_on,
    }
    programmes = programme_names(session, "id")
    body = writing.plan(
        _name(client),
        card.number,
        days,
        _goals(session, card),
        costs=[(writing.SOURCES[cost.cost_source], cost.amount) for cost in card.costs],
        tapers=[
            (
                programmes.get(taper.programme_code, taper.programme_code),
                [(one.from_month, one.amount) for one in taper.steps],
            )
            for taper in card.tapers
        ],
        signature=_drawn(session, card, client),
    )
    return Writing(client, office, body, _name(client))


def _drawn(session: Session, card: PlanCard, client: Client) -> str | None:
    """What the person drew; a photo of a paper stays where it is, for that paper is the person's already."""
    if card.signature is None or card.signature.form != SignatureForm.DRAWN:
        return None
    picture = signature_of(session, card.id, data_key(client))
    return b64encode(picture.content).decode() if picture else None


def _certificate(session: Session, enrolment_id: UUID) -> Writing:
    card = read_enrolment(session, enrolment_id)
    client, office = client_for(session, card.client_id), _own(session, card.organisation_id)
    if not card.passed:
        raise Conflict("The course was not passed.", code="not_passed")
    hours = session.get_one(Course, card.course_id).hours
    body = writing.certificate(_name(client), card.course_name, (card.starts_on, card.ends_on), hours, vars(card))
    return Writing(client, office, body, _name(client))


def _graduation(session: Session, review_id: UUID) -> Writing:
    card = graduation.read_review(session, review_id)
    if card.client_id is None:
        raise NotFound("There is no such review.")
    client, office = client_for(session, card.client_id), _own(session, card.organisation_id)
    confirmed = graduation.confirmed_review(session, card.case_id)
    # A natural end is no graduation, and a relapse has undone what was confirmed.
    if confirmed is None or confirmed.id != card.id or card.kind not in SUCCESSES:
        raise Conflict("The graduation is not confirmed.", code="not_confirmed")
    assert card.provisional_on is not None
    assert card.confirmed_on is not None
    signers = [one.user_id for one in card.signatures if one.step == "confirmation"]
    known = queries.names(session, signers)
    signed_by = [known[one] for one in signers if one in known]
    body = writing.graduation(_name(client), card.kind, card.provisional_on, card.confirmed_on, signed_by)
    return Writing(client, office, body, _name(client))


_WRITERS: dict[LetterKind, Callable[[Session, UUID], Writing]] = {
    LetterKind.REFERRAL: _referral,
    LetterKind.PLAN: _plan,
    LetterKind.CERTIFICATE: _certificate,
    LetterKind.GRADUATION: _graduation,
}


def _own_office(session: Session) -> UUID:
    """The office for which the actor writes letters; his own where he writes for several."""
    offices = referrals.offices_for(session, "letter", "issue")
    own = session.actor.organisation_id
    if not offices:
        raise Forbidden("Letters are written by an office.", code="other_office")
    return own if own in offices else min(offices)


def _own(session: Session, office_id: UUID) -> Organisation:
    if office_id not in referrals.offices_for(session, "letter", "issue"):
        raise Forbidden("Another office writes this letter.", code="other_office")
    return _office(session, office_id)


def _office(session: Session, office_id: UUID) -> Organisation:
    return session.get_one(Organisation, office_id)


def _name(client: Client) -> str:
    return client.name or client.temporary_label or ""


def _goals(session: Session, card: PlanCard) -> list[dict[str, Any]]:
    if any(goal.text is None for goal in card.goals):
        raise Conflict("The person's record was erased.", code="erased")
    who = queries.names(session, [step.responsible_organisation_id for goal in card.goals for step in goal.steps])
    return [
        {
            "text": goal.text,
            "steps": [
                {
                    "text": step.text,
                    "due_on": step.due_on,
                    "cost": step.cost,
                    "source": writing.SOURCES.get(step.cost_source or ""),
                    "who": who.get(step.responsible_organisation_id) if step.responsible_organisation_id else None,
                }
                for step in goal.steps
            ],
        }
        for goal in card.goals
    ]


def _service_words(session: Session, codes: list[str]) -> list[str]:
    return queries.service_types(session, codes)
