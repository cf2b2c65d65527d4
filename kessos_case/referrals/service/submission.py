"""Submit, read and list referrals."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kessos_case.access.models import Organisation
from kessos_case.access.service import desk_of, record
from kessos_case.cases.service import hold_linked, note_link, start_step, step_for
from kessos_case.clients.rules import Confidentiality, Sex, confidentiality_of
from kessos_case.clients.service import client_for, write_timeline
from kessos_case.core.db import Session, as_system, table_of
from kessos_case.core.errors import Conflict, Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.jobs import enqueue
from kessos_case.core.keys import keyring
from kessos_case.core.policies import policy
from kessos_case.reference.service import region_exists, service_type_levels
from kessos_case.referrals.models import Referral, ReferralTransition
from kessos_case.referrals.rules import State, Urgency, Verb
from kessos_case.referrals.service.cards import ReferralCard, card
from kessos_case.referrals.service.clocks import due
from kessos_case.referrals.service.reach import open_reach
from kessos_case.referrals.service.sealed import content_place, key_place
from kessos_case.referrals.service.sight import Sight, is_desk, sights
from kessos_case.referrals.service.snapshots import shown_snapshots
from kessos_case.referrals.service.telling import tell_of_report

_SUBMIT = (
    postgresql.insert(table_of(Referral))
    .on_conflict_do_nothing(index_elements=["sender_id", "client_reference"])
    .returning(table_of(Referral).c.id)
)


def referral_for(session: Session, referral_id: UUID, *, lock: bool = False) -> Referral:
    """The one door to a referral. Raises NotFound, also for one beyond the actor's reach.

    With `lock` the case whose plan it carries out is held before it.
    """
    if lock and (known := session.get(Referral, referral_id)) and known.plan_step_id:
        with as_system(session, "referrals"):
            hold_linked(session, "referral", referral_id)
    select = sa.select(Referral).where(Referral.id == referral_id)
    # Whoever waited for the lock must see what the one before him did.
    locked = select.with_for_update(of=Referral).execution_options(populate_existing=True)
    found = session.scalar(locked if lock else select)
    if found is None:
        raise NotFound("There is no such referral.")
    return found


def read_referral(session: Session, referral_id: UUID) -> ReferralCard:
    """Look at a referral; the look is written in the audit trail."""
    referral = referral_for(session, referral_id)
    record(session, "read", "referral", referral.id, clients=_subjects([referral]))
    return card(session, referral)


def listed_cards(session: Session, referrals: Iterable[Referral]) -> list[ReferralCard]:
    """The cards of a list; one row of the trail names every referral and client on it."""
    found = list(referrals)
    record(session, "list", "referral", clients=_subjects(found), referrals=[str(shown.id) for shown in found])
    seen = sights(session, found)
    received = {one.id: seen[one.id].own_offers[-1] for one in found if _only_received(seen[one.id])}
    told = shown_snapshots(session, [(received[one.id], one) for one in found if one.id in received])
    by_referral = {referral_id: told.get(offer.id) for referral_id, offer in received.items()}
    return [card(session, one, in_list=True, sight=seen[one.id], snapshot=by_referral.get(one.id)) for one in found]


def _only_received(sight: Sight) -> bool:
    return bool(sight.own_offers) and not sight.sees_whole


def submit_referral(session: Session, **stated: Any) -> tuple[ReferralCard, bool]:
    """Send a referral about a known client or a described person to the desk of the place; True when it is new.

    The same `client_reference` of the same sender with the same content is the same referral, for ever.
    Raises Invalid naming each wrong field, Conflict `client_reference_used` when the content is another.
    """
    _check(session, stated)
    desk = _desk(session, stated["region_code"])
    row = _row(session, stated, desk)
    if session.connection().scalar(_SUBMIT, row) is None:
        return _sent_before(session, row), False
    # Shown as it was written: a new referral has no photos, and reading it back would cost as much as sending it.
    referral = Referral(**row, owner_organisation=desk)
    _announce(session, referral)
    sight = Sight(is_sender=True, is_desk=is_desk(session, referral), sees_whole=True, reaches_client=True)
    return card(session, referral, photos=(), sight=sight), True


def _check(session: Session, stated: dict[str, Any]) -> None:
    """Raises Invalid with every field that is wrong."""
    errors = []
    if (stated.get("client_id") is None) == (stated.get("person") is None):
        errors.append(field_error("person", "one_of", "Give either client_id or person."))
    if not region_exists(session, stated["region_code"]):
        errors.append(field_error("region_code", "not_found", "There is no such region."))
    elif len(stated["region_code"]) < 5:
        errors.append(field_error("region_code", "too_wide", "Name at least the regency, better the kecamatan."))
    known = service_type_levels(session)
    unknown = [code for code in stated["service_types"] if code not in known]
    errors += [field_error("service_types", "not_found", f"There is no service type {code}.") for code in unknown]
    if stated.get("found_at") and stated["found_at"] > session.now:
        errors.append(field_error("found_at", "in_future", "The time is after now."))
    if stated.get("client_id") is not None:
        try:
            client_for(session, stated["client_id"])
        except NotFound:
            errors.append(field_error("client_id", "not_found", "There is no such client."))
    errors += _check_step(session, stated)
    if errors:
        raise Invalid("The referral has mistakes.", errors=errors)


def _check_step(session: Session, stated: dict[str, Any]) -> list[dict[str, Any]]:
    """What is wrong with the step of a plan that this referral is to carry out."""
    if stated.get("plan_step_id") is None:
        return []
    try:
        step = step_for(session, stated["plan_step_id"], lock=True)
    except NotFound:
        return [field_error("plan_step_id", "not_found", "There is no such step.")]
    if step.client_id != stated.get("client_id"):
        return [field_error("plan_step_id", "another_person", "The step belongs to another person's plan.")]
    return []


def _desk(session: Session, region_code: str) -> Organisation:
    """The office that answers for the place. Raises Conflict when there is none."""
    desk = desk_of(session, region_code)
    if desk is None:
        raise Conflict("No office answers for this place.", code="no_desk")
    return desk


def _row(session: Session, stated: dict[str, Any], desk: Organisation) -> dict[str, Any]:
    person = stated.get("person") or {}
    referral_id, ends = new_id(), due(session.now, "triage", stated["urgency"])
    key, wrapped = keyring().new_data_key(key_place(referral_id))
    known = {name: person.get(name) for name in ("name", "alias", "condition")}
    known |= {name: stated.get(name) for name in ("place", "note", "location")}
    return {
        "id": referral_id,
        "data_key": wrapped,
        "client_reference": stated.get("client_reference"),
        "content_hash": _content_hash(stated),
        "state": State.SUBMITTED,
        "urgency": stated["urgency"],
        "service_types": list(dict.fromkeys(stated["service_types"])),
        "disclose": list(dict.fromkeys(stated.get("disclose") or [])),
        "confidentiality": _confidentiality(session, stated),
        "client_id": stated.get("client_id"),
        "estimated_age": person.get("estimated_age"),
        "sex": person.get("sex") or Sex.UNKNOWN,
        "content_sealed": key.seal(json.dumps(known), content_place(referral_id)),
        "region_code": stated["region_code"],
        "found_at": stated.get("found_at"),
        "submitted_at": session.now,
        "sender_id": session.actor.user_id,
        "sender_organisation_id": session.actor.organisation_id,
        "owner_organisation_id": desk.id,
        "due_at": ends,
        "chase_at": ends,
        "chased": 0,
        "waits_for_permission": False,
        "plan_step_id": stated.get("plan_step_id"),
        "no_shows": 0,
        "policy_version": policy("routing").label,
        "version": 1,
    }


def _confidentiality(session: Session, stated: dict[str, Any]) -> Confidentiality:
    known = service_type_levels(session)
    levels = [Confidentiality(known[code]) for code in stated["service_types"]]
    if stated.get("client_id"):
        levels.append(Confidentiality(client_for(session, stated["client_id"]).confidentiality))
    return confidentiality_of(levels)


def _content_hash(stated: dict[str, Any]) -> bytes:
    """Keyed hash of what was said, without the sender's own reference; equal for a re-send however it is written."""
    said = {name: value for name, value in stated.items() if name != "client_reference" and value not in (None, [])}
    return keyring().index("referral", json.dumps(said, sort_keys=True, default=str))


def _sent_before(session: Session, row: dict[str, Any]) -> ReferralCard:
    before = session.scalars(
        sa.select(Referral).where(
            Referral.sender_id == row["sender_id"], Referral.client_reference == row["client_reference"]
        )
    ).one()
    if before.content_hash != row["content_hash"]:
        # The phone shows this as "needs an answer": what was edited after the first send must not vanish.
        wrong = field_error("client_reference", "used", "Another referral has this reference.", id=str(before.id))
        raise Conflict("This reference belongs to another referral.", code="client_reference_used", errors=[wrong])
    return card(session, before)


def _announce(session: Session, referral: Referral) -> None:
    """Everything that follows from a new referral, in its own transaction."""
    session.insert(
        ReferralTransition,
        id=new_id(),
        referral_id=referral.id,
        verb=Verb.SUBMIT,
        to_state=State.SUBMITTED,
        happened_at=referral.found_at or session.now,
        recorded_at=session.now,
        user_id=session.actor.user_id,
        organisation_id=session.actor.organisation_id,
        policy_version=referral.policy_version,
    )
    if referral.client_id:
        open_reach(session, referral.client_id, desks_of(session, referral))
        write_timeline(session, referral.client_id, "referral_submitted", referral.id, visibility="referral")
    else:
        enqueue(session, "referrals.find_matches", queue="interactive", referral_id=referral.id)
    if referral.plan_step_id:
        start_step(session, referral.plan_step_id, "referral", referral.id)
        note_link(session, "referral", referral.id, State.SUBMITTED)
    record(session, "create", "referral", referral.id, clients=_subjects([referral]))
    tell_of_report(session, referral)


def desks_of(session: Session, referral: Referral) -> set[UUID]:
    """The desks that must act: that of the regency, in an emergency that of the province at the same time."""
    found = {referral.owner_organisation_id}
    if referral.urgency == Urgency.EMERGENCY and (province := desk_of(session, referral.region_code[:2])):
        found.add(province.id)
    return {desk for desk in found if desk}


def _subjects(referrals: list[Referral]) -> list[UUID]:
    return [referral.client_id for referral in referrals if referral.client_id]
