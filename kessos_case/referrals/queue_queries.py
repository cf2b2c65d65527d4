"""The lists of the desk and of a sender: which referrals, in which order, and how many there are of each."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.rules import regions_for
from kessos_case.core.db import Session
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.reference.models import ServiceType
from kessos_case.referrals.models import Referral, ReferralTransition
from kessos_case.referrals.rules import OPEN_STATES, State, Urgency

# The lists of the desk by whose turn it is, in the order of its morning; the first is what it must do itself.
VIEWS: dict[str, frozenset[State]] = {
    "": frozenset({State.SUBMITTED, State.ROUTING, State.UNMET}),
    "sender": frozenset({State.RETURNED}),
    "receiver": frozenset({State.OFFERED, State.WAITING}),
    "served": frozenset({State.ACCEPTED, State.MET}),
    "ended": frozenset(State) - OPEN_STATES,
}

# Emergencies stand on top of every list, whatever their clock says.
_CAN_WAIT: sa.ColumnElement[bool] = sa.cast(Referral.urgency != Urgency.EMERGENCY, sa.Boolean)
_IS_ASKED: sa.ColumnElement[bool] = sa.cast(Referral.state == State.RETURNED, sa.Boolean)


@dataclass(frozen=True)
class QueueFilter:
    """What a desk wants to see: codes only, as addresses have them. `holder` is `own`, `other` or nothing for all."""

    view: str = ""
    urgency: str = ""
    state: str = ""
    place: str = ""
    service: str = ""
    late: str = ""
    holder: str = ""

    @property
    def bound(self) -> tuple[tuple[str, str], ...]:
        """The filters as a cursor is bound to them."""
        return tuple(vars(self).items())

    @property
    def query(self) -> dict[str, str]:
        """The filters that say something, for an address."""
        return {name: value for name, value in vars(self).items() if value}


@dataclass(frozen=True)
class Counts:
    """How many referrals of the desk's region wait, by state and place; `late` of each state."""

    states: Mapping[str, int]
    late: Mapping[str, int]
    places: Mapping[str, int]

    def of(self, view: str) -> int:
        """How many stand in this list."""
        return sum(self.states.get(state, 0) for state in VIEWS[view])

    def late_in(self, view: str) -> int:
        """How many of them are late."""
        return sum(self.late.get(state, 0) for state in VIEWS[view])


def queue(session: Session, wanted: QueueFilter, limit: int, cursor: str | None) -> Page:
    """One page of the desk's list: emergencies first, then by the clock; what has ended by when it was sent, newest first."""
    asked = PageRequest("page:queue", limit, cursor, wanted.bound)
    inside = sa.select(Referral).where(_at_the_desk(session), Referral.state.in_(sorted(VIEWS[wanted.view])))
    select = _where(session, inside, wanted)
    if wanted.view == "ended":
        return page(session, select, [Referral.submitted_at, Referral.id], asked, descending=True)
    # Every open state has a due time, and the index of the clock holds nothing else.
    select = select.where(Referral.due_at.is_not(None))
    return page(session, select, [_CAN_WAIT, Referral.due_at, Referral.id], asked)


def counts(session: Session, wanted: QueueFilter) -> Counts:
    """What waits in the desk's region, in one statement; `wanted` says only whose desk is looked at."""
    late = sa.func.count().filter(Referral.due_at < session.now).label("late")
    number = sa.func.count().label("number")
    select = sa.select(Referral.state, Referral.district_code, number, late)
    select = select.where(_at_the_desk(session), Referral.due_at.is_not(None), *_held(session, wanted.holder))
    states, overdue, places = Counter[str](), Counter[str](), Counter[str]()
    for row in session.execute(select.group_by(Referral.state, Referral.district_code)):
        states[row.state] += row.number
        overdue[row.state] += row.late
        places[row.district_code] += row.number
    return Counts(states, overdue, places)


def sent(session: Session, show: str, limit: int, cursor: str | None) -> Page:
    """One page of the reader's own referrals, newest first; a question that waits for his answer comes before all."""
    asked = PageRequest("page:mine", limit, cursor, (("show", show),))
    is_open = Referral.state.in_(sorted(OPEN_STATES))
    select = sa.select(Referral).where(Referral.sender_id == session.actor.user_id)
    if show:
        select = select.where(is_open if show == "open" else ~is_open)
    return page(session, select, [_IS_ASKED, Referral.submitted_at, Referral.id], asked, descending=True)


def endings(session: Session, referral_ids: Iterable[UUID]) -> dict[UUID, ReferralTransition]:
    """For each of these referrals that has ended, the move that ended it."""
    ids = list(referral_ids)
    if not ids:
        return {}
    closing = sa.select(ReferralTransition).where(
        ReferralTransition.referral_id.in_(ids), ReferralTransition.to_state.not_in(sorted(OPEN_STATES))
    )
    return {move.referral_id: move for move in session.scalars(closing)}


def _where(session: Session, select: sa.Select[Any], wanted: QueueFilter) -> sa.Select[Any]:
    if wanted.urgency:
        select = select.where(Referral.urgency == wanted.urgency)
    if wanted.state:
        select = select.where(Referral.state == wanted.state)
    if wanted.place:
        column = Referral.regency_code if len(wanted.place) == len("35.09") else Referral.district_code
        select = select.where(column == wanted.place)
    if wanted.service:
        select = select.where(Referral.service_types.overlap(_types_of(session, wanted.service)))
    if wanted.late:
        select = select.where(Referral.due_at < session.now)
    return select.where(*_held(session, wanted.holder))


def _at_the_desk(session: Session) -> sa.ColumnElement[bool]:
    """In a region of which the actor is the desk: said plainly, so that a list of years is read by its index.

    The policies beneath let a desk see more, such as what its own office has sent elsewhere; that is no work of the desk.
    """
    grants = [(grant.role, grant.region_code) for grant in session.actor.grants]
    return sa.or_(sa.false(), *(_inside(code) for code in sorted(regions_for(grants, "referral", "return"))))


def _inside(code: str) -> sa.ColumnElement[bool]:
    columns = {2: Referral.province_code, 5: Referral.regency_code, 8: Referral.district_code}
    return columns.get(len(code), Referral.region_code) == code


def _held(session: Session, holder: str) -> list[sa.ColumnElement[bool]]:
    """At the own desk is what the own office has, and every emergency: those go to both desks at once."""
    ours = (Referral.owner_organisation_id == session.actor.organisation_id) | (Referral.urgency == Urgency.EMERGENCY)
    held: dict[str, list[sa.ColumnElement[bool]]] = {"own": [ours], "other": [~ours]}
    return held.get(holder, [])


def _types_of(session: Session, code: str) -> list[str]:
    """The service type, and where it is a group all that it holds."""
    known = sa.select(ServiceType.code).where((ServiceType.code == code) | (ServiceType.parent_code == code))
    return [code, *session.scalars(known)]
