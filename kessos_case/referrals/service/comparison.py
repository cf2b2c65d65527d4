"""What another routing policy would change: the open referrals that it would rank otherwise. Nothing is moved or asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.core.db import Session
from kessos_case.referrals.models import Referral
from kessos_case.referrals.rules import State
from kessos_case.referrals.service.candidates import Ranking, ranked_under
from kessos_case.referrals.service.needs import Terms, terms_in_force

# Where a choice is still to be made, or another may be made.
_CHOOSING = (State.ROUTING, State.OFFERED, State.WAITING, State.UNMET)


@dataclass(frozen=True)
class Difference:
    """A referral whose list of candidates would be another. Ids only: nothing here tells who the person is.

    `first_before` and `first_after` are the services asked first, None where there is none. `biggest_move` is the service
    whose place changes most, as (service, place before, place after), counted from 1; None where none that stays moves.
    """

    referral_id: UUID
    state: str
    urgency: str
    first_before: UUID | None
    first_after: UUID | None
    enters: tuple[UUID, ...]
    leaves: tuple[UUID, ...]
    biggest_move: tuple[UUID, int, int] | None


def comparable_referrals(session: Session) -> Sequence[UUID]:
    """The open referrals whose person is known, and for which somebody is to be chosen. As the program."""
    open_ones = sa.select(Referral.id).where(Referral.state.in_(_CHOOSING), Referral.client_id.is_not(None))
    return session.scalars(open_ones.order_by(Referral.id)).all()


def compare_terms(session: Session, referral_ids: Iterable[UUID], proposed: Terms, label: str) -> list[Difference]:
    """The differences of these referrals under the policy proposed, which `label` names in the trail. As the program.

    One that has moved on meanwhile is left out.
    """
    select = sa.select(Referral).where(Referral.id.in_(list(referral_ids)), Referral.state.in_(_CHOOSING))
    found = session.scalars(select.order_by(Referral.id)).all()
    clients = {referral.client_id for referral in found if referral.client_id}
    record(session, "compare", "referral", clients=sorted(clients), policy=label)
    several = [terms_in_force(), proposed]
    differences = (_difference(referral, ranked_under(session, referral, several)) for referral in found)
    return [difference for difference in differences if difference]


def _difference(referral: Referral, rankings: Sequence[Ranking]) -> Difference | None:
    before, after = (_order(ranking) for ranking in rankings)
    if before == after:
        return None
    return Difference(
        referral_id=referral.id,
        state=referral.state,
        urgency=referral.urgency,
        first_before=next(iter(before), None),
        first_after=next(iter(after), None),
        enters=tuple(service for service in after if service not in before),
        leaves=tuple(service for service in before if service not in after),
        biggest_move=_biggest_move(before, after),
    )


def _order(ranking: Ranking) -> dict[UUID, int]:
    """The place of each candidate, from 1."""
    candidates = [found.service.service_id for found in ranking.listed if found.is_candidate]
    return {service: place for place, service in enumerate(candidates, start=1)}


def _biggest_move(before: dict[UUID, int], after: dict[UUID, int]) -> tuple[UUID, int, int] | None:
    moves = [
        (service, place, after[service]) for service, place in before.items() if after.get(service, place) != place
    ]
    return max(moves, key=lambda move: (abs(move[1] - move[2]), str(move[0])), default=None)
