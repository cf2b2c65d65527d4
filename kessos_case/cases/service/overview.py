"""What is known of a case by its instruments: which its pathway asks for, where each stands, and what was found last."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.cases import casework_queries as queries
from kessos_case.cases.casework import Assessment
from kessos_case.cases.rules import SERVED_STAGES, AssessmentState, Pathway, PathwayPolicy, Stage, reassessment_due
from kessos_case.cases.rules.instruments import Change, Instrument
from kessos_case.cases.service.assessments import (
    AssessmentCard,
    cards_among,
    change_between,
    finished_assessments,
)
from kessos_case.cases.service.instruments import editions, instrument_of
from kessos_case.cases.service.policy import pathways
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.months import months_later


@dataclass(frozen=True)
class InstrumentState:
    """An instrument in a case. `is_old` when a plan may no longer rest on the last one, or, once the service goes on, when it
    is to be asked again; None without any.

    `is_advised` where the pathway does not ask for it, but finds it useful.
    """

    instrument: Instrument
    is_required: bool
    is_advised: bool
    draft: AssessmentCard | None
    last: AssessmentCard | None
    last_on: date | None
    is_old: bool | None

    @property
    def is_settled(self) -> bool:
        """Does nothing have to be done about it?"""
        return not self.is_required or self.is_old is False


@dataclass(frozen=True)
class Overview:
    """The instruments of a case, those that its pathway asks for first, and everything that was completed, newest first.

    `again_on` is when those are asked again while the service goes on; None before the plan.
    """

    instruments: list[InstrumentState]
    completed: list[AssessmentCard]
    days: int
    again_on: date | None


def assessment_overview(
    session: Session, case_id: UUID, pathway: Pathway, stage: Stage, since: datetime, client_id: UUID
) -> Overview:
    """Where each instrument stands in this case, in its stage since then; the look at its person is in the trail. The caller
    has reached the case.
    """
    finished = finished_assessments(session, case_id)
    drafts = list(session.scalars(queries.assessments(case_id, {"state": AssessmentState.DRAFT})))
    record(
        session, "list", "assessment", clients=[client_id], assessments=[str(one.id) for one in (*finished, *drafts)]
    )
    cards = {card.id: card for card in cards_among([*finished, *drafts], finished)}
    policy = pathways().policies[pathway]
    wanted = (*policy.required_instruments, *policy.advised_instruments)
    is_served, days = stage in SERVED_STAGES, pathways().assessment_days
    states = [
        _state(policy, name, _last(drafts, name), _last(finished, name), cards, _is_old(session, policy, is_served))
        for name in (*wanted, *(name for name in sorted(editions()) if name not in wanted))
    ]
    last = {state.instrument.name: state.last_on for state in states if state.last_on}
    again_on = reassessment_due(policy, last, office_day(since)) if is_served else None
    return Overview(states, [cards[entry.id] for entry in reversed(finished)], days, again_on)


def _is_old(session: Session, policy: PathwayPolicy, is_served: bool) -> Callable[[date], bool]:
    """Do answers of a day no longer tell enough: for a plan, or of what the service has changed?"""
    today = office_day(session.now)
    if is_served:
        return lambda day: months_later(day, policy.reassess_months) < today
    return lambda day: (today - day).days > pathways().assessment_days


# An earlier assessment, and what has become of each domain since.
Since = tuple[AssessmentCard, dict[str, Change]]


def former_assessments(session: Session, card: AssessmentCard) -> tuple[Since | None, Since | None]:
    """The one before this completed assessment by the same version of its instrument, and the first in the episode where
    that is another.
    """
    if card.completed_at is None:
        return None, None
    same = [
        entry
        for entry in finished_assessments(session, card.case_id, card.instrument)
        if entry.instrument_version == card.instrument_version
    ]
    place = next((at for at, entry in enumerate(same) if entry.id == card.id), 0)
    cards = cards_among(same[:place], same)
    since = [(found, change_between(entry, same[place])) for found, entry in zip(cards, same, strict=False)]
    return (since[-1] if since else None), (since[0] if len(since) > 1 else None)


def _state(
    policy: PathwayPolicy,
    name: str,
    draft: Assessment | None,
    last: Assessment | None,
    cards: dict[UUID, AssessmentCard],
    is_old: Callable[[date], bool],
) -> InstrumentState:
    last_on = office_day(last.completed_at) if last and last.completed_at else None
    return InstrumentState(
        instrument=instrument_of(name),
        is_required=name in policy.required_instruments,
        is_advised=name in policy.advised_instruments,
        draft=cards[draft.id] if draft else None,
        last=cards[last.id] if last else None,
        last_on=last_on,
        is_old=is_old(last_on) if last_on else None,
    )


def _last(entries: list[Assessment], instrument: str) -> Assessment | None:
    return next((entry for entry in reversed(entries) if entry.instrument == instrument), None)
