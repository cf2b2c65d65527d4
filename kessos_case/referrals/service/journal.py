"""What every move writes: the new state, who has it next and until when, one row of history with its words sealed."""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from uuid import UUID

from kessos_case.access.models import Organisation
from kessos_case.access.service import desk_of, record
from kessos_case.cases.service import note_link
from kessos_case.clients.service import write_timeline
from kessos_case.core.db import Session, as_system
from kessos_case.core.ids import new_id
from kessos_case.core.policies import policy
from kessos_case.referrals.models import Offer, Referral, ReferralText, ReferralTransition
from kessos_case.referrals.rules import (
    CLOCK_OF,
    OPEN_STATES,
    OWNER_OF,
    OfferState,
    Party,
    State,
    Verb,
    transition_for,
)
from kessos_case.referrals.service.clocks import due
from kessos_case.referrals.service.sealed import data_key, text_place
from kessos_case.referrals.service.telling import late_no_more, tell_of_move
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import end_of, settle_tasks

# What a timeline calls a move; the others by the state that they lead to.
_KINDS = {
    Verb.RETURN: "returned",
    Verb.RESUBMIT: "resubmitted",
    Verb.TRIAGE: "triaged",
    Verb.DECLINE: "declined",
    Verb.EXPIRE: "expired",
    Verb.REVOKE: "revoked",
    Verb.NO_SHOW: "missed",
    Verb.HAND_BACK: "handed_back",
    Verb.TAKE_BACK: "taken_back",
    Verb.LEAVE_LINE: "left_line",
    Verb.RETRY: "retried",
}


def write_move(
    session: Session,
    referral: Referral,
    verb: Verb,
    state: State,
    *,
    offers: Iterable[Offer] = (),
    reason: str | None = None,
    note: str | None = None,
    happened_at: datetime | None = None,
    by_clock: bool = False,
) -> None:
    """Bring the referral to this state and write down how. `offers` are all of its offers as they stand now.

    By the clock means that nobody did it, also where a request led to it.
    """
    before = State(referral.state)
    referral.state, referral.policy_version = state, policy("routing").label
    referral.waits_for_permission = referral.waits_for_permission and state is State.ROUTING
    if state is not State.ROUTING:
        # A rest ends with the state that rests: else it would begin again where it was left.
        referral.parked_until = None
    _hand_over(session, referral, before, list(offers))
    made = ReferralTransition(
        id=new_id(),
        referral_id=referral.id,
        verb=verb,
        from_state=before,
        to_state=state,
        reason=reason if transition_for(verb).reasons else None,
        happened_at=happened_at or session.now,
        recorded_at=session.now,
        user_id=None if by_clock else session.actor.user_id,
        organisation_id=None if by_clock else session.actor.organisation_id,
        policy_version=referral.policy_version,
    )
    session.add(made)
    session.flush()
    _seal_words(session, referral, made.id, note)
    _tell_the_rooms(session, referral, verb, happened_at)
    record(session, str(verb), "referral", referral.id, clients=[referral.client_id] if referral.client_id else [])
    tell_of_move(session, referral, verb, before, made.id)


def _seal_words(session: Session, referral: Referral, transition_id: UUID, note: str | None) -> None:
    key = data_key(referral)
    if note and key:
        sealed = key.seal(note, text_place(transition_id))
        session.add(ReferralText(transition_id=transition_id, referral_id=referral.id, text_sealed=sealed))


def _tell_the_rooms(session: Session, referral: Referral, verb: Verb, happened_at: datetime | None) -> None:
    """The person's timeline, and the step of the plan that the referral carries out."""
    if referral.client_id:
        write_timeline(
            session,
            referral.client_id,
            f"referral_{_KINDS.get(verb, referral.state)}",
            referral.id,
            happened_at=happened_at,
            visibility="referral",
        )
    if referral.plan_step_id:
        with _as_the_program(session):
            note_link(session, "referral", referral.id, referral.state)


def reset_clock(session: Session, referral: Referral) -> None:
    """Start the clock of the state again, for a referral that stays with the one who has it."""
    run_until(session, referral, _due(session, referral, []))
    session.flush()


def run_until(session: Session, referral: Referral, ends: datetime | None) -> None:
    """Let the clock end then. Whoever was asked to see after the referral, because the one before had ended, need not."""
    if referral.chased:
        with _as_the_program(session):
            settle_tasks(session, [referral.id], kind=TaskKind.CHASE_REFERRAL)
        late_no_more(session, referral)
    referral.due_at = referral.chase_at = ends
    referral.chased = 0


def give_to(session: Session, referral: Referral, office: Organisation | None) -> None:
    """Let this office have the referral. An unknown one changes nothing: nobody is left without an owner."""
    if office is not None:
        referral.owner_organisation_id, referral.owner_organisation = office.id, office


def _hand_over(session: Session, referral: Referral, before: State, offers: list[Offer]) -> None:
    """An open referral has an owner and a due time: by whose turn it is, and by the clock of its state."""
    party = OWNER_OF.get(State(referral.state))
    referral.owner_user_id = referral.sender_id if party is Party.SENDER else None
    if party is Party.RECEIVER:
        give_to(session, referral, session.get(Organisation, _foremost(referral, offers).organisation_id))
    elif OWNER_OF[before] is Party.RECEIVER:
        give_to(session, referral, desk_of(session, referral.region_code))
    run_until(session, referral, _due(session, referral, offers) if referral.state in OPEN_STATES else None)


def _foremost(referral: Referral, offers: list[Offer]) -> Offer:
    """The offer by which the referral stands where it does; of several open ones the first that ends."""
    wanted = {State.OFFERED: OfferState.OPEN, State.WAITING: OfferState.WAITING}
    state = wanted.get(State(referral.state), OfferState.ACCEPTED)
    return min((offer for offer in offers if offer.state == state), key=lambda offer: (offer.expires_at, offer.id))


def _due(session: Session, referral: Referral, offers: list[Offer]) -> datetime:
    state = State(referral.state)
    if state is State.OFFERED:
        return _foremost(referral, offers).expires_at
    ends = due(session.now, CLOCK_OF[state], referral.urgency)
    if state is State.WAITING and (day := _foremost(referral, offers).expected_on):
        # The day that the receiver named comes first where it is earlier.
        return min(ends, end_of(day)) if end_of(day) > session.now else ends
    if state is State.ROUTING and referral.parked_until:
        return end_of(referral.parked_until)
    return ends


def _as_the_program(session: Session) -> AbstractContextManager[None]:
    return nullcontext() if session.actor.system else as_system(session, "referrals")
