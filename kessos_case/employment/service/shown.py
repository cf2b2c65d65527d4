"""A placement as its page shows it: who and where in words, the line of its checks, and what this reader may do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kessos_case.access.service import names_of, record
from kessos_case.cases import service as cases
from kessos_case.cases.service.headings import CaseHeading, case_heading
from kessos_case.clients.service import labels
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.employment.models import Placement
from kessos_case.employment.page_queries import curve
from kessos_case.employment.rules import CheckLine, CheckState, PlacementState, check_lines, period_to_ask
from kessos_case.employment.service.following import followed_under
from kessos_case.employment.service.inquiries import InquiryCard, consent_to_ask, listed_inquiries
from kessos_case.employment.service.moves import may_contact_employer
from kessos_case.employment.service.placements import PlacementCard, listed_cards, placement_for, read_placement


@dataclass(frozen=True)
class ShownWork:
    """One placement with the names that it needs. `today` is the day on which the line of checks was drawn."""

    card: PlacementCard
    label: str
    employer: str
    checks: list[CheckLine]
    today: date

    @property
    def open_checks(self) -> list[CheckLine]:
        """The checks that may be made now, the first one first."""
        return [line for line in self.checks if line.state in (CheckState.OPEN, CheckState.OVERDUE)]

    @property
    def next_check(self) -> CheckLine | None:
        """The first check that was not made and is still to be made; none for work that is not verified."""
        waiting = (CheckState.OPEN, CheckState.OVERDUE, CheckState.LATER)
        if self.card.state != PlacementState.ACTIVE:
            return None
        return next((line for line in self.checks if line.state in waiting), None)


@dataclass(frozen=True)
class WorkAlone(ShownWork):
    """The same alone: may this reader write about it, and may the employer be asked?"""

    is_own: bool
    may_ask_employer: bool
    office: str
    # Questions by link: those that were asked, may another be, and for which check a yes would count.
    inquiries: list[InquiryCard]
    may_ask_in_writing: bool
    period_to_ask: int | None


def list_work(session: Session, placements: Sequence[Placement]) -> list[ShownWork]:
    """The lines of a list; the look is in the audit trail. Three statements more for any number."""
    cards = listed_cards(session, placements)
    called = labels(session, {card.client_id for card in cards})
    names = _employers(session, cards)
    today = office_day(session.now)
    return [
        ShownWork(card, called[card.client_id].text, names.get(str(card.employer_id), ""), _checks(card, today), today)
        for card in cards
    ]


def work_kept(session: Session) -> dict[int, dict[str, int]]:
    """For each day of a check how much of the work of the own office was kept, was over, and is not known. Nobody's name.

    Also of those whose case has ended and who are out of the actor's sight: else only the best kept would be left.
    """
    offices, today = cases.case_offices(session), office_day(session.now)
    with as_system(session, "employment.work_kept"):
        return curve(session, offices, today)


def read_work(session: Session, placement_id: UUID) -> WorkAlone:
    """One placement for its page; the look is in the audit trail. Raises NotFound."""
    card = read_placement(session, placement_id)
    placement = placement_for(session, placement_id)
    case = followed_under(session, placement)
    called = labels(session, [card.client_id], in_list=False)
    names = names_of(session, [card.employer_id, case.organisation_id])
    today = office_day(session.now)
    return WorkAlone(
        card=card,
        label=called[card.client_id].text,
        employer=names.get(str(card.employer_id), ""),
        checks=_checks(card, today),
        today=today,
        is_own=cases.is_own(session, case),
        may_ask_employer=card.employer_id is not None and may_contact_employer(session, placement),
        office=names.get(str(case.organisation_id), ""),
        inquiries=listed_inquiries(session, placement, case) if card.employer_id else [],
        may_ask_in_writing=card.employer_id is not None and consent_to_ask(session, placement) is not None,
        period_to_ask=period_to_ask(card.state, card.starts_on, frozenset(each.period for each in card.checks), today),
    )


def _employers(session: Session, cards: Iterable[PlacementCard]) -> dict[str, str]:
    return names_of(session, {card.employer_id for card in cards})


def _checks(card: PlacementCard, today: date) -> list[CheckLine]:
    return check_lines(card.state, card.starts_on, frozenset(check.period for check in card.checks), today)


def case_at_work(session: Session, case_id: UUID) -> CaseHeading:
    """Whose case it is, for its list of work and the form of new work; the look is in the audit trail. Raises NotFound."""
    heading = case_heading(session, case_id)
    record(session, "read", "case", heading.id, clients=[heading.client_id])
    return heading
