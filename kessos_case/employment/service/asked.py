"""Applications and gaps between work as pages show them: with the vacancy in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kessos_case.access.service import names_of
from kessos_case.cases import service as cases
from kessos_case.clients.service import labels
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.policies import policy
from kessos_case.employment import vacancy_queries
from kessos_case.employment.models import Application
from kessos_case.employment.rules import Gap, gaps_between
from kessos_case.employment.service.applications import ApplicationCard, application_for, listed_applications
from kessos_case.employment.service.applications import read_application as read_card
from kessos_case.employment.service.following import followed_under
from kessos_case.employment.service.placements import placements_of
from kessos_case.employment.service.vacancies import VacancyCard, read_vacancy


@dataclass(frozen=True)
class ShownApplication:
    """One application of a list: the work that was asked for and where."""

    card: ApplicationCard
    occupation: str
    employer: str


@dataclass(frozen=True)
class ApplicationAlone:
    """An application on its own page: whose, for what, the case under which it goes on, and may this reader write?"""

    card: ApplicationCard
    label: str
    vacancy: VacancyCard
    case_id: UUID
    is_own: bool
    office: str


def list_asked(session: Session, applications: Sequence[Application]) -> list[ShownApplication]:
    """The lines of a list; the look is in the trail. Two statements more for any number."""
    cards = listed_applications(session, applications)
    found = vacancy_queries.vacancies_by_id(session, {each.vacancy_id for each in cards})
    names = names_of(session, {vacancy.employer_id for vacancy in found.values()})
    return [
        ShownApplication(each, vacancy.occupation, names.get(str(vacancy.employer_id), ""))
        for each in cards
        for vacancy in [found[each.vacancy_id]]
    ]


def read_asked(session: Session, application_id: UUID) -> ApplicationAlone:
    """One application for its page; the look is in the trail. Raises NotFound."""
    shown = read_card(session, application_id)
    case = followed_under(session, application_for(session, application_id))
    return ApplicationAlone(
        card=shown,
        label=labels(session, [shown.client_id], in_list=False)[shown.client_id].text,
        vacancy=read_vacancy(session, shown.vacancy_id),
        case_id=case.id,
        is_own=cases.is_own(session, case) and case.closed_at is None,
        office=names_of(session, [case.organisation_id])[str(case.organisation_id)],
    )


def gaps_of(session: Session, client_id: UUID) -> list[Gap]:
    """The gaps between a person's work up to today, by the rule of graduation."""
    rule: dict[str, Any] = policy("graduation").content["work"]
    return gaps_between(placements_of(session, client_id), office_day(session.now), rule["gap_days"])
