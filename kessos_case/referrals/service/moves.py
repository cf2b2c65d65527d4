"""Every move of a referral after it was sent: guard by the table, one row of history, the next owner and clock."""

from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.clients.service import write_timeline
from kessos_case.core.db import Session
from kessos_case.core.errors import Forbidden, RuleBroken
from kessos_case.core.ids import new_id
from kessos_case.core.policies import policy
from kessos_case.referrals.models import Referral, ReferralText, ReferralTransition
from kessos_case.referrals.rules import OPEN_STATES, Transition, Verb, missing_for, transition_for
from kessos_case.referrals.service.cards import ReferralCard, card
from kessos_case.referrals.service.sealed import data_key
from kessos_case.referrals.service.sight import is_desk, is_sender
from kessos_case.referrals.service.clocks import due
from kessos_case.referrals.service.submission import referral_for


def move_referral(
    session: Session, referral_id: UUID, *, verb: str, reason: str | None = None, note: str | None = None
) -> ReferralCard:
    """Return, resubmit, reject or withdraw a referral.

    Raises Forbidden when the verb is for somebody else, RuleBroken with all that is missing.
    """
    referral = referral_for(session, referral_id, lock=True)
    line = transition_for(verb)
    _guard(session, referral, line, note, reason)
    before, referral.state = referral.state, line.target
    referral.policy_version = policy("routing").label
    _hand_over(session, referral)
    _write(session, referral, line, before, reason, note)
    session.flush()
    return card(session, referral)


def _guard(session: Session, referral: Referral, line: Transition, note: str | None, reason: str | None) -> None:
    missing = missing_for(
        line,
        referral.state,
        is_sender=is_sender(session, referral),
        is_desk=is_desk(session, referral, line.verb),
        text=note,
        reason=reason,
    )
    if any(entry.code == "wrong_actor" for entry in missing):
        raise Forbidden(f"Only the {line.by} may {line.verb} this referral.")
    if missing:
        listed: list[dict[str, Any]] = [vars(entry) for entry in missing]
        raise RuleBroken(f"The referral cannot be changed by `{line.verb}` now.", errors=listed)


def _hand_over(session: Session, referral: Referral) -> None:
    """An open referral has an owner and a due time: a question lies with its sender, all else with the desk."""
    asked = referral.state == "returned"
    referral.owner_user_id = referral.sender_id if asked else None
    if referral.state in OPEN_STATES:
        referral.due_at = due(session.now, "answer" if asked else "triage", referral.urgency)
    else:
        referral.due_at = None


def _write(
    session: Session, referral: Referral, line: Transition, before: str, reason: str | None, note: str | None
) -> None:
    made = ReferralTransition(
        id=new_id(),
        referral_id=referral.id,
        verb=line.verb,
        from_state=before,
        to_state=line.target,
        reason=reason if line.reasons else None,
        happened_at=session.now,
        recorded_at=session.now,
        user_id=session.actor.user_id,
        organisation_id=session.actor.organisation_id,
        policy_version=referral.policy_version,
    )
    session.add(made)
    session.flush()
    key = data_key(referral)
    if note and key:
        sealed = key.seal(note, f"referral_texts:text:{made.id}")
        session.add(ReferralText(transition_id=made.id, referral_id=referral.id, text_sealed=sealed))
    if referral.client_id:
        kind = {Verb.RETURN: "returned", Verb.RESUBMIT: "resubmitted"}.get(line.verb, str(line.target))
        write_timeline(session, referral.client_id, f"referral_{kind}", referral.id, visibility="referral")
    clients = [referral.client_id] if referral.client_id else []
    record(session, str(line.verb), "referral", referral.id, clients=clients)
