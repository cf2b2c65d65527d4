"""Moves of the case as a whole: gathers the facts of every room, asks the guard, and settles what a move leaves open."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.aid import service as aid
from kessos_case.alumni import service as alumni
from kessos_case.cases import service as cases
from kessos_case.cases.models import Case
from kessos_case.cases.rules import Ask, CaseFacts, CloseReason, Pathway, Stage, Verb, allowed_verbs
from kessos_case.clients.models import Client
from kessos_case.clients.service import client_for, leave_by_death, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Conflict, Invalid, RuleBroken, field_error
from kessos_case.dependency import service as dependency
from kessos_case.employment import service as employment
from kessos_case.employment.rules import ApplicationEnd, EndReason
from kessos_case.graduation import service as graduation
from kessos_case.graduation.rules import StepReason
from kessos_case.journey.facts import elsewhere, facts_of, facts_with
from kessos_case.referrals import service as referrals
from kessos_case.referrals.rules import WithdrawReason
from kessos_case.residence import service as residence
from kessos_case.residence.rules import DischargeReason
from kessos_case.tasks import service as tasks
from kessos_case.tasks.rules import TaskKind, TaskReason
from kessos_case.training import service as training
from kessos_case.training.rules import DropReason

# Why a thing ends, in the words of its own kind; a transfer that is taken back needs none.
_REASONS: dict[str, frozenset[str]] = {
    "referral": frozenset(WithdrawReason),
    "enrolment": frozenset(DropReason),
    "stay": frozenset(DischargeReason),
    "task": frozenset(TaskReason),
}


def open_case(session: Session, **stated: Any) -> cases.CaseCard:
    """Open an episode of service. Raises Invalid or RuleBroken naming what is wrong, Conflict while one is open there."""
    case = begin_case(session, **stated)
    if cases.is_own(session, case):
        return _shown(session, case)
    # Triage opens at an office whose cases it does not see; what it has just made, it may be told.
    with as_system(session, "cases.open"):
        return cases.card(session, case)


def begin_case(session: Session, **stated: Any) -> Case:
    """The same, for who does not look at the case himself."""
    standard = _accepted_standard(session, stated)
    case = cases.open_case(session, **stated)
    if standard:
        cases.keep_standard(session, case, standard)
    # A new episode of somebody who had graduated is a relapse, and counted.
    cases.reconsider_graduation(session, case.client_id)
    return case


def read_case(session: Session, case_id: UUID) -> cases.CaseCard:
    """Look at a case with what can be done now and what is missing for it; the look is in the audit trail."""
    file = _file(session, case_id)
    record(session, "read", "case", case_id, clients=[file.case.client_id])
    return _shown_in(session, file)


def move_case(
    session: Session,
    case_id: UUID,
    *,
    verb: str,
    settlements: Iterable[dict[str, Any]] = (),
    goal_decisions: Iterable[dict[str, Any]] = (),
    happened_at: datetime | None = None,
    **said: Any,
) -> cases.CaseCard:
    """Move a case. What a closing leaves open is settled in the same transaction, one by one as `settlements` say.

    Raises Forbidden when the verb is for another role, RuleBroken with everything that is missing, Invalid for a
    settlement of something that does not hang on the case.
    """
    case = cases.own_case_for(session, case_id, lock=True, open_only=False)
    facts, named = facts_of(session, case), list(settlements)
    ask = _ask(said, named, goal_decisions)
    _check_settlements(facts, named)
    cases.require(session, Verb(verb), facts, ask)
    for item in named:
        _settle(session, item["kind"], item["id"], item["reason"])
    case = cases.move(session, case, Verb(verb), facts, ask, happened_at=happened_at)
    if case.closed_at is not None:
        employment.withdraw_applications(session, case, ApplicationEnd.CASE_CLOSED)
    if case.stage == Stage.CLOSED:
        employment.revoke_inquiries(session, [work.id for work in employment.open_placements(session, case.id)])
        graduation.withdraw_for(session, case.id, reason=StepReason.CASE_CLOSED)
        alumni.let_go(session, case.client_id)
    if case.closed_at is not None:
        # Of a case that closes the stay was settled by name; who graduates moves out, and nobody waits on.
        residence.end_with_case(session, case.id, DischargeReason.PROGRAMME_DONE)
    return _shown(session, case)


def accept_transfer(session: Session, transfer_id: UUID) -> cases.TransferCard:
    """Take a person over: his stay in the house of the first UPT ends with its case, and so does what its gate says.

    The other UPT finds out anew whether the person may graduate, for a review lies with the office of its case; visits of
    aftercare that are due go along. Raises as cases.accept_transfer.
    """
    card = cases.accept_transfer(session, transfer_id)
    with as_system(session, "journey.accept_transfer"):
        left = cases.transfer_for(session, transfer_id).case_id
        graduation.withdraw_for(session, left, reason=StepReason.CASE_CLOSED, visits_go_on=True)
        residence.end_with_case(session, left, DischargeReason.OTHER_UPT)
    return card


@dataclass(frozen=True)
class DeathCard:
    """A death as recorded: the person and the cases that it closed."""

    id: UUID
    died_on: date
    closed_cases: list[UUID]


def record_death(session: Session, client_id: UUID, *, died_on: date) -> DeathCard:
    """Write down that a person has died and settle everything open about him, at every office, in this transaction.

    Aid paid for later months is listed for review by a task. Said again with the same day it changes nothing.
    Raises Invalid for a day in the future or before the birth, Conflict when another day is on record.
    """
    client = client_for(session, client_id)
    with as_system(session, "death"):
        cases.hold_cases_of(session, client.id, alumni.cases_beside(session, client.id))
    client_for(session, client_id, lock=True)
    session.refresh(client)
    _check_death(session, client, died_on)
    if client.died_on is None:
        client.died_on = died_on
        session.flush()
        write_timeline(session, client.id, "client_died", client.id, visibility="referral")
        record(session, "record_death", "client", client.id, clients=[client.id])
        with as_system(session, "death"):
            _settle_everything(session, client, died_on)
    return read_death(session, client_id)


@dataclass(frozen=True)
class OpenAbout:
    """How much is open about a person, as far as the reader sees it: what a death would settle."""

    cases: int
    referrals: int
    placements: int
    tasks: int


def open_about(session: Session, client_id: UUID) -> OpenAbout:
    """What is open about a person at the offices that the actor sees; other offices may have more."""
    client = client_for(session, client_id)
    return OpenAbout(
        cases=sum(case.closed_at is None for case in cases.cases_of(session, client.id)),
        referrals=len(referrals.open_referrals(session, client.id)),
        placements=len(employment.open_placements_of(session, client.id)),
        tasks=len(tasks.open_tasks(session, client.id)),
    )


def read_death(session: Session, client_id: UUID) -> DeathCard:
    """The death on record and the own office's cases that it closed."""
    client = client_for(session, client_id)
    closed = [case.id for case in cases.cases_of(session, client_id) if case.close_reason == CloseReason.DECEASED]
    return DeathCard(client.id, client.died_on or office_day(session.now), closed)


def _shown(session: Session, case: Case) -> cases.CaseCard:
    # What was just written of it counts.
    session.flush()
    return _shown_in(session, _file(session, case.id))


def _file(session: Session, case_id: UUID) -> cases.CaseFile:
    return cases.case_file(session, case_id, residence.house_row)


def _shown_in(session: Session, file: cases.CaseFile) -> cases.CaseCard:
    """The card with what the reader can do; who only reads the case as his office's past can do nothing."""
    case, card = file.case, cases.card_in(session, file)
    if not cases.is_own(session, case):
        return card
    other = elsewhere(session, case, residence.InHouse(*file.beside))
    facts = facts_with(case, cases.facts_in(session, file, cases.previous_stage(session, case)), other)
    verbs = [
        {"verb": str(verb), "missing": [entry.as_error() for entry in missing]}
        for verb, missing in allowed_verbs(facts, cases.pathways())
    ]
    return replace(card, allowed_verbs=verbs)


def _ask(said: dict[str, Any], settlements: list[dict[str, Any]], decisions: Iterable[dict[str, Any]]) -> Ask:
    return Ask(
        reason=said.get("reason"),
        note=said.get("note"),
        until=said.get("until"),
        stage=Stage(said["stage"]) if said.get("stage") else None,
        pathway=Pathway(said["pathway"]) if said.get("pathway") else None,
        organisation_id=said.get("organisation_id"),
        waiver=said.get("waiver"),
        settled=frozenset((item["kind"], item["id"]) for item in settlements),
        goal_decisions={entry["goal_id"]: entry["decision"] for entry in decisions},
    )


def _accepted_standard(session: Session, stated: dict[str, Any]) -> dict[str, Any]:
    """What the UPT named of the service standard when it accepted the referral; nothing without a referral.

    Raises RuleBroken unless this UPT has accepted this referral of this person.
    """
    if stated.get("referral_id") is None:
        return {}
    offer = referrals.accepted_offer(session, stated["referral_id"], stated["client_id"], stated["organisation_id"])
    if offer is None:
        detail = "This UPT has accepted no such referral of this person."
        raise RuleBroken(detail, errors=[field_error("referral_id", "referral_not_accepted", detail)])
    return {name: getattr(offer, name) for name in ("spm_type", "spm_level", "recommending_organisation_id")}


def _check_settlements(facts: CaseFacts, settlements: list[dict[str, Any]]) -> None:
    known = {(item.kind, item.id) for item in facts.open_items}
    errors = [
        field_error(f"settlements.{number}", "not_open_here", f"No open {item['kind']} of this case has this id.")
        for number, item in enumerate(settlements)
        if (item["kind"], item["id"]) not in known
    ]
    errors += [
        field_error(f"settlements.{number}.reason", "unknown", f"One of {', '.join(sorted(words))}.")
        for number, item in enumerate(settlements)
        if item["reason"] and (words := _REASONS.get(item["kind"])) and item["reason"] not in words
    ]
    if errors:
        raise Invalid("The settlements have mistakes.", errors=errors)


def _settle(session: Session, kind: str, subject_id: UUID, reason: str | None) -> None:
    """End one open thing for a reason in the words of its kind; without one because the case closes."""
    today = office_day(session.now)
    if kind == "referral":
        referrals.withdraw_referral(session, subject_id, reason=reason or WithdrawReason.SOLVED)
    elif kind == "enrolment":
        training.drop_enrolment(session, subject_id, reason=reason or DropReason.CASE_CLOSED, on=today)
    elif kind == "stay":
        residence.discharge(session, subject_id, reason=reason or DischargeReason.CASE_CLOSED)
    elif kind == "task":
        tasks.cancel_task(session, subject_id, reason or TaskReason.CASE_CLOSED)
    else:
        cases.withdraw_transfer(session, subject_id)


def _check_death(session: Session, client: Client, died_on: date) -> None:
    errors = []
    if died_on > office_day(session.now):
        errors.append(field_error("died_on", "in_future", "The day is after today."))
    if client.birth_date and client.birth_date_precision == "day" and died_on < client.birth_date:
        errors.append(field_error("died_on", "before_birth", "The day is before the birth."))
    if errors:
        raise Invalid("The death has mistakes.", errors=errors)
    if client.died_on not in (None, died_on):
        raise Conflict(f"The record says {client.died_on} already.", code="death_recorded")


def _settle_everything(session: Session, client: Client, died_on: date) -> None:
    today = office_day(session.now)
    for placement in employment.open_placements_of(session, client.id):
        ended_on = max(died_on, placement.starts_on)
        employment.end_placement(session, placement.id, on=ended_on, reason=EndReason.DECEASED)
    employment.withdraw_all_of(session, client.id, ApplicationEnd.DECEASED)
    residence.end_by_death(session, client.id, died_on)
    open_cases = [case for case in cases.cases_of(session, client.id) if case.closed_at is None]
    for case in open_cases:
        for enrolment in training.open_enrolments(session, case.id):
            training.drop_enrolment(session, enrolment.id, reason=DropReason.DECEASED, on=today)
        graduation.withdraw_for(session, case.id, reason=StepReason.DECEASED)
        cases.close_deceased(session, case)
    for referral in referrals.open_referrals(session, client.id):
        referrals.withdraw_referral(session, referral.id, reason=WithdrawReason.DIED)
    alumni.let_go(session, client.id)
    dependency.close_flags_of(session, client.id)
    tasks.cancel_all_of(session, client.id, TaskReason.DECEASED)
    leave_by_death(session, client.id, died_on)
    _list_late_aid(session, client, died_on, [case.id for case in open_cases])


def _list_late_aid(session: Session, client: Client, died_on: date, about: list[UUID]) -> None:
    """Aid for months after the death was paid in good faith, perhaps to a widow: somebody looks, nothing is taken back."""
    office = cases.responsible_office(session, about) or session.actor.organisation_id
    if office and aid.lines_after(session, client.id, died_on):
        tasks.raise_task(
            session,
            TaskKind.REVIEW_AID_AFTER_DEATH,
            subject_kind="client",
            subject_id=client.id,
            organisation_id=office,
            role="supervisor",
            due_at=tasks.end_of(office_day(session.now)),
            client_id=client.id,
        )
