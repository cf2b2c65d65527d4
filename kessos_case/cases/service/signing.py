"""The person's signature under a version of a plan: kept once, as a picture under the person's key, and never changed."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.cases.casework import Plan, PlanSignature
from kessos_case.cases.rules import AgreementForm, SignatureForm, Signer
from kessos_case.cases.service.case_roles import actor_id, case_worked_by
from kessos_case.cases.service.plan_cards import PlanCard, plan_card
from kessos_case.cases.service.planning import agree, check_agreement
from kessos_case.cases.service.plans import key_of, plan_for
from kessos_case.cases.service.words import key_to_read
from kessos_case.clients.service import write_timeline
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid, NotFound, field_error
from kessos_case.core.images import PhotoError, clean_drawing, clean_photo
from kessos_case.core.keys import DataKey
from kessos_case.core.settings import settings

# A photo of a phone's camera; a drawing has a hundredth of it.
MOST_BYTES = 12 * 1024 * 1024
# Of a drawing: enough to recognise a hand, small enough to stand in a letter.
_DRAWN_PIXELS = 600
_AGREES = {Signer.CLIENT: AgreementForm.SIGNED, Signer.GUARDIAN: AgreementForm.GUARDIAN}


@dataclass(frozen=True)
class Picture:
    """A signature and what the file is called: never by the name of a person."""

    content: bytes
    media: str
    filename: str


def sign_plan(session: Session, plan_id: UUID, *, raw: bytes, form: str, signer: str, on: date) -> PlanCard:
    """Keep the signature of the person, or of whoever speaks for him, under a proposed or approved version; once.

    Without an agreement on record it is one, of that day. The same picture again changes nothing. Raises Invalid for what is
    no picture or a day that cannot be, RuleBroken for a version whose words may still change or count no more, Conflict
    `signed` where another signature stands.
    """
    plan = plan_for(session, plan_id, lock=True)
    case = case_worked_by(session, plan.case_id, Role.CASEWORKER)
    content, media = _cleaned(raw, form)
    key = key_of(session, plan.client_id)
    if signed := session.get(PlanSignature, plan.id):
        _check_same(signed, content, key)
        return plan_card(session, plan)
    check_agreement(session, case, plan, on)
    session.add(_row(session, plan, key.seal_bytes(content, _place(plan.id)), media, form, signer, on))
    session.flush()
    write_timeline(session, plan.client_id, "plan_signed", plan.id)
    record(session, "sign", "plan", plan.id, clients=[plan.client_id], form=form, signer=signer)
    if plan.client_agreed_on is None:
        agree(session, plan, _AGREES[Signer(signer)], on)
    return plan_card(session, plan)


def read_signature(session: Session, plan_id: UUID) -> Picture:
    """The signature under a version; the look is in the audit trail. Raises NotFound where there is none or no key."""
    plan = plan_for(session, plan_id)
    picture = signature_of(session, plan_id, key_to_read(session, plan.client_id))
    if picture is None:
        raise NotFound("There is no signature.")
    record(session, "read_signature", "plan", plan.id, clients=[plan.client_id])
    return picture


def signature_of(session: Session, plan_id: UUID, key: DataKey | None) -> Picture | None:
    """The same for a look that is in the trail already."""
    signed = session.get(PlanSignature, plan_id)
    if signed is None or key is None:
        return None
    content = key.open_bytes(signed.image_sealed, _place(plan_id))
    return Picture(content, signed.media, f"{plan_id}.{'png' if signed.media == 'image/png' else 'jpg'}")


def _row(
    session: Session, plan: Plan, sealed: bytes, media: str, form: str, signer: str, on: date
) -> PlanSignature:  # fmt: skip
    return PlanSignature(
        plan_id=plan.id, case_id=plan.case_id, client_id=plan.client_id, form=form, signer=signer, image_sealed=sealed,
        media=media, signed_on=on, recorded_at=session.now, recorded_by=actor_id(session),
    )  # fmt: skip


def _cleaned(raw: bytes, form: str) -> tuple[bytes, str]:
    if len(raw) > MOST_BYTES:
        wrong = field_error("image", "too_large", f"At most {MOST_BYTES} bytes.")
        raise Invalid("The picture cannot be taken.", errors=[wrong])
    try:
        if form == SignatureForm.DRAWN:
            return clean_drawing(raw, _DRAWN_PIXELS), "image/png"
        return clean_photo(raw, settings().photo_pixels).content, "image/jpeg"
    except PhotoError as error:
        wrong = field_error("image", "not_a_photo", str(error))
        raise Invalid("The picture cannot be taken.", errors=[wrong]) from error


def _check_same(signed: PlanSignature, content: bytes, key: DataKey) -> None:
    if key.open_bytes(signed.image_sealed, _place(signed.plan_id)) != content:
        raise Conflict("The version is signed already.", code="signed")


def _place(plan_id: UUID) -> str:
    return f"plan_signatures:image:{plan_id}"
