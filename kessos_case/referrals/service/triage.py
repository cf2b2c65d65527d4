"""Triage: who the reported person is, known, matched or registered now; then the router asks at once."""

from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.clients.models import Client
from kessos_case.clients.rules import BirthDatePrecision, Confidentiality, Sex, confidentiality_of
from kessos_case.clients.service import client_for, register_client, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Invalid, NotFound, field_error
from kessos_case.reference.service import region_for
from kessos_case.referrals.models import Referral
from kessos_case.referrals.rules import State, Verb, waits_for_answer
from kessos_case.referrals.service.guards import require
from kessos_case.referrals.service.journal import write_move
from kessos_case.referrals.service.matching import matches_for
from kessos_case.referrals.service.permission import keep_answer, require_answer
from kessos_case.referrals.service.reach import open_reach
from kessos_case.referrals.service.router import at_once, route
from kessos_case.referrals.service.sealed import content
from kessos_case.referrals.service.sight import Sight
from kessos_case.referrals.service.submission import desks_of, referral_for

_WAYS = ("client_id", "new_client", "match_ref")


def triage(session: Session, referral: Referral, sight: Sight, said: dict[str, Any]) -> None:
    """Say who the person is, and what he allows, and let the referral go its way: to the first candidates at once where
    the policy says so, and where he need not be asked first.

    By `client_id` (whom the desk reaches), `match_ref` (one of the shown matches) or `new_client`. With `must_answer` it has
    to be said what he allows. Raises Invalid for more than one of them or an unknown person, Conflict `possible_duplicates`
    as registering does, RuleBroken with all missing.
    """
    ways = [way for way in _WAYS if said.get(way) is not None]
    given = {"client_id"} if ways or referral.client_id else set()
    require(session, referral, Verb.TRIAGE, sight, text=said.get("note"), given=given)
    if len(ways) > 1:
        wrong = [field_error(way, "one_of", f"Give one of {', '.join(_WAYS)}.") for way in ways]
        raise Invalid("Say once who the person is.", errors=wrong)
    was_known = referral.client_id is not None
    client_id = _known(session, referral, said, ways[0] if ways else None)
    desks = desks_of(session, referral) | {office for office in [session.actor.organisation_id] if office}
    permission = said.get("consent")
    if permission is None and said.get("must_answer"):
        require_answer(session, referral, client_id, said.get("disclose"))
    with as_system(session, "referrals"):
        open_reach(session, client_id, desks)
    # Before anybody is asked: what an offer tells is frozen with it.
    keep_answer(session, referral, client_id, said)
    with as_system(session, "referrals"):
        _settle(session, referral, client_for(session, client_id), was_known=was_known)
        write_move(session, referral, Verb.TRIAGE, State.ROUTING, note=said.get("note"))
        referral.waits_for_permission = waits_for_answer(permission and permission["answer"], referral.urgency)
        route(session, referral, at_once(referral))


def _known(session: Session, referral: Referral, said: dict[str, Any], way: str | None) -> UUID:
    """The client whom the desk means."""
    if referral.client_id is not None:
        if way is not None and said.get("client_id") != referral.client_id:
            raise Invalid("The person is known.", errors=[field_error(way, "known", "The sender named a client.")])
        return referral.client_id
    if way == "new_client":
        return _registered(session, referral, said["new_client"])
    if way == "match_ref":
        return _matched(session, referral, said["match_ref"])
    try:
        return client_for(session, said["client_id"]).id
    except NotFound as error:
        wrong = field_error("client_id", "not_found", "There is no such client.")
        raise Invalid("The client cannot be used.", errors=[wrong]) from error


def _registered(session: Session, referral: Referral, stated: dict[str, Any]) -> UUID:
    try:
        return register_client(session, **_described(session, referral, stated)).id
    except Invalid as error:
        wrong = [entry | {"field": f"new_client.{entry['field']}"} for entry in error.errors]
        raise Invalid(error.detail, errors=wrong) from error


def _matched(session: Session, referral: Referral, ref: str) -> UUID:
    """Whom a reference of the match list names; only through that list is a foreign person reached."""
    found = next((match for match in matches_for(session, referral.id) if match.ref == ref), None)
    if found is None:
        wrong = field_error("match_ref", "not_found", "No match of this referral has this reference.")
        raise Invalid("The match cannot be used.", errors=[wrong])
    return found.client_id


def _settle(session: Session, referral: Referral, client: Client, *, was_known: bool) -> None:
    levels = [Confidentiality(referral.confidentiality), Confidentiality(client.confidentiality)]
    referral.client_id, referral.confidentiality = client.id, confidentiality_of(levels)
    session.flush()
    if not was_known:
        kind, sent_at = "referral_submitted", referral.submitted_at
        write_timeline(session, client.id, kind, referral.id, happened_at=sent_at, visibility="referral")


def _described(session: Session, referral: Referral, stated: dict[str, Any]) -> dict[str, Any]:
    """The new client with what the report says where the desk says nothing; at least as confidential as the report."""
    said, person = content(referral), dict(stated)
    person.setdefault("region_code", referral.region_code)
    if not person.get("name") and not person.get("temporary_label"):
        person["name"] = said.get("name")
        person["temporary_label"] = None if said.get("name") else _label(session, referral, said)
    if not person.get("aliases") and said.get("alias"):
        person["aliases"] = [said["alias"]]
    if person.get("sex", Sex.UNKNOWN) == Sex.UNKNOWN:
        person["sex"] = referral.sex
    if not person.get("birth_date") and referral.estimated_age is not None:
        person["birth_date"] = date(office_day(session.now).year - referral.estimated_age, 1, 1)
        person["birth_date_precision"] = BirthDatePrecision.ESTIMATED
    asked = Confidentiality(person.get("confidentiality") or Confidentiality.STANDARD)
    person["confidentiality"] = confidentiality_of([asked, Confidentiality(referral.confidentiality)])
    return person


def label_for(session: Session, referral_id: UUID) -> str:
    """What a desk would call the described person where nobody knows a name. Raises NotFound."""
    referral = referral_for(session, referral_id)
    return _label(session, referral, content(referral))


def _label(session: Session, referral: Referral, said: dict[str, Any]) -> str:
    """What to call a person without a name: nickname, place and day (spec domain.md)."""
    found_on = office_day(referral.found_at or referral.submitted_at)
    place = region_for(session, referral.region_code).name
    return f"{said.get('alias') or 'Tanpa nama'}, {place}, {found_on:%d-%m-%Y}"
