"""What happened to a referral, as far as each reader may know: words between sender and desk, answers of receivers."""

from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.core.db import Session
from kessos_case.referrals import queries
from kessos_case.referrals.models import Referral, ReferralTransition
from kessos_case.referrals.rules import Party, Verb, transition_for
from kessos_case.referrals.service.sealed import data_key, text_place
from kessos_case.referrals.service.sight import Sight, offices_for, sight_of
from kessos_case.referrals.service.submission import referral_for

# What sender and desk say to each other. The other words are for the desk, and for whoever said them.
_SAID_TO_BOTH = frozenset({Verb.SUBMIT, Verb.RETURN, Verb.RESUBMIT, Verb.REJECT, Verb.WITHDRAW})


def history_for(session: Session, referral_id: UUID) -> list[dict[str, Any]]:
    """Every move with what was said, oldest first; the look is written in the audit trail."""
    referral = referral_for(session, referral_id)
    clients = [referral.client_id] if referral.client_id else []
    record(session, "read", "referral", referral.id, clients=clients)
    return history_of(session, referral)


def history_of(session: Session, referral: Referral, sight: Sight | None = None) -> list[dict[str, Any]]:
    """Every move with what was said, for a look that is in the trail already; `sight` where it is known.

    A receiver reads no words and no reasons of others, and does not learn who else was asked.
    """
    key, sight = data_key(referral), sight or sight_of(session, referral)
    own = offices_for(session, "offer", "answer")
    shown = []
    for move, sealed in queries.history(session, referral.id):
        mine = move.user_id is not None and move.user_id == session.actor.user_id
        is_open = sight.sees_whole or move.organisation_id in own
        words = key.open(sealed, text_place(move.id)) if key and sealed and (mine or _may_read(sight, move)) else None
        shown.append(
            {
                "verb": move.verb,
                "from_state": move.from_state,
                "to_state": move.to_state,
                "reason": move.reason if is_open else None,
                "note": words,
                "happened_at": move.happened_at,
                "recorded_at": move.recorded_at,
                "user_id": move.user_id if is_open else None,
                "organisation_id": move.organisation_id if is_open or not _by_receiver(move) else None,
            }
        )
    return shown


def _may_read(sight: Sight, move: ReferralTransition) -> bool:
    return sight.is_desk or (sight.sees_whole and move.verb in _SAID_TO_BOTH)


def _by_receiver(move: ReferralTransition) -> bool:
    return move.verb != Verb.SUBMIT and Party.RECEIVER in transition_for(move.verb).by
