"""Vacancies: stated by the employer himself or by a UPT for him. Everybody who signs in may read them.

How many were hired from here, and that a vacancy is filled by them, is told to whoever does casework alone: the number would
tell an employer how many of his people are served by us. For the same reason a hire leaves the version of the row as it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation
from kessos_case.access.rules import PERMISSIONS, may
from kessos_case.access.service import names_of, record
from kessos_case.cases.service import case_offices
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system, row_of, table_of
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.employment import vacancy_queries as queries
from kessos_case.employment.models import Vacancy
from kessos_case.employment.rules import (
    VacancyState,
    VacancyTerms,
    is_compared,
    mistakes_in_vacancy,
    state_for_employer,
    state_with_places,
    vacancy_state_on,
)
from kessos_case.employment.service.wages import MinimumShown, WageShown, minimum_shown
from kessos_case.reference.rules import regency_and_province
from kessos_case.reference.service import minimum_wages_on, region_exists

_MANAGERS = {line.role for line in PERMISSIONS if (line.resource, line.action) == ("vacancy", "manage")}
_STATED = ("kind", "occupation", "requirements", "region_code", "places", "wage_from", "wage_to", "closes_on")


@dataclass(frozen=True)
class VacancyCard:
    """A vacancy as shown. `taken` is None, and a filled one open, for readers who do no casework.

    `minimum` is the minimum wage of its regency today, or on its last day once that is over; None where none is known, or
    for an apprenticeship.
    """

    id: UUID
    version: int
    employer_id: UUID
    employer: str
    kind: str
    occupation: str
    requirements: str | None
    region_code: str
    places: int
    taken: int | None
    wage_from: int | None
    wage_to: int | None
    closes_on: date
    state: VacancyState
    created_at: datetime
    minimum: MinimumShown | None
    may_manage: bool

    @property
    def wage(self) -> WageShown | None:
        """The lower wage beside the minimum wage."""
        if self.wage_from is None or not is_compared(self.kind):
            return None
        return WageShown(self.wage_from, self.closes_on, self.minimum)


def vacancy_for(session: Session, vacancy_id: UUID, *, lock: bool = False) -> Vacancy:
    """The one door to a vacancy. Raises NotFound."""
    found = row_of(session, Vacancy, vacancy_id, lock=lock)
    if found is None:
        raise NotFound("There is no such vacancy.")
    return found


def managed_vacancy(session: Session, vacancy_id: UUID) -> Vacancy:
    """The vacancy, held, for one who may change it. Raises NotFound, Forbidden `scope`."""
    found = vacancy_for(session, vacancy_id, lock=True)
    if not may_manage(session, found.employer_id):
        raise Forbidden("You may change the vacancies of your own organisation only.", code="scope")
    return found


def read_vacancy(session: Session, vacancy_id: UUID) -> VacancyCard:
    """One vacancy. Raises NotFound."""
    return listed_vacancies(session, [vacancy_for(session, vacancy_id)])[0]


def listed_vacancies(session: Session, vacancies: Iterable[Vacancy]) -> list[VacancyCard]:
    """The cards of a list, in two statements more."""
    found, today = list(vacancies), office_day(session.now)
    names = names_of(session, [each.employer_id for each in found])
    compared = {each.id: _place_and_day(each, today) for each in found if is_compared(each.kind)}
    minimums = minimum_wages_on(session, compared.values())
    return [
        _card(session, each, names.get(str(each.employer_id), ""), minimums.get(compared.get(each.id, ("", today))))
        for each in found
    ]


def _place_and_day(vacancy: Vacancy, today: date) -> tuple[str, date]:
    """With the minimum wage of which regency and day its wage is compared: of the last day once that is over."""
    return regency_and_province(vacancy.region_code)[0], min(today, vacancy.closes_on)


def add_vacancy(session: Session, *, employer_id: UUID, **stated: Any) -> VacancyCard:
    """State a vacancy of an organisation: the own one, or any for whoever does casework.

    Raises Forbidden `scope`, Invalid naming each wrong field.
    """
    if not may_manage(session, employer_id):
        raise Forbidden("You may state vacancies of your own organisation only.", code="scope")
    errors = _errors(session, stated)
    employer = session.get(Organisation, employer_id)
    if employer is None or not employer.is_active:
        errors.append(field_error("employer_id", "not_found", "There is no such organisation."))
    _raise(errors)
    made = Vacancy(
        id=new_id(), employer_id=employer_id, taken=0, state=VacancyState.OPEN, created_at=session.now,
        created_by=session.actor.user_id, **stated,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(session, "create", "vacancy", made.id)
    return listed_vacancies(session, [made])[0]


def change_vacancy(session: Session, vacancy: Vacancy, stated: dict[str, Any]) -> VacancyCard:
    """State a vacancy anew, all of it. `vacancy` is held by `managed_vacancy`, its version checked by the caller.

    Raises Conflict `vacancy_closed` for one that was taken back, Invalid naming each wrong field.
    """
    if vacancy.state == VacancyState.CLOSED:
        raise Conflict("The vacancy was closed; state a new one.", code="vacancy_closed")
    _raise(_errors(session, stated, vacancy))
    changed = sorted(name for name in _STATED if getattr(vacancy, name) != stated[name])
    for name in changed:
        setattr(vacancy, name, stated[name])
    vacancy.state = state_with_places(vacancy.state, vacancy.taken, vacancy.places)
    session.flush()
    record(session, "change", "vacancy", vacancy.id, fields=changed)
    return listed_vacancies(session, [vacancy])[0]


def close_vacancy(session: Session, vacancy_id: UUID) -> VacancyCard:
    """Take no more applications; those that are there go on, as the employer may still choose among them.

    One that was closed before stays as it was. Raises NotFound, Forbidden `scope`.
    """
    vacancy = managed_vacancy(session, vacancy_id)
    if vacancy.state != VacancyState.CLOSED:
        vacancy.state = VacancyState.CLOSED
        session.flush()
        record(session, "close", "vacancy", vacancy.id)
    return listed_vacancies(session, [vacancy])[0]


def may_manage(session: Session, employer_id: UUID) -> bool:
    """May this actor state and change vacancies of this organisation?"""
    return employer_id in own_employers(session) or may_state_for_others(session)


def may_state_for_others(session: Session) -> bool:
    """Does this actor do casework? A UPT writes down what employers tell it by telephone."""
    return bool(case_offices(session))


def own_employers(session: Session) -> tuple[UUID, ...]:
    """The organisations whose vacancies are this actor's to keep."""
    own = session.actor.organisation_id
    offices = [grant.organisation_id or own for grant in session.actor.grants if grant.role in _MANAGERS]
    return tuple(dict.fromkeys(office for office in offices if office))


def sees_hires(session: Session) -> bool:
    """May this actor learn how many of a vacancy's people came from here?"""
    return session.actor.system is not None or may(session.actor.roles, "application", "read")


def take_place(session: Session, vacancy: Vacancy) -> None:
    """Count one who was hired; `vacancy` is held and has a place. Past the version, which employers see."""
    _count(session, vacancy, vacancy.taken + 1)


def give_place_back(session: Session, placement_id: UUID) -> None:
    """Of a hire that never started: its place is free again. Nothing where the work came of no vacancy."""
    with as_system(session, "employment.give_place_back"):
        if vacancy_id := session.scalar(queries.vacancy_of(placement_id)):
            vacancy = vacancy_for(session, vacancy_id, lock=True)
            _count(session, vacancy, vacancy.taken - 1)


def _count(session: Session, vacancy: Vacancy, taken: int) -> None:
    table = table_of(Vacancy)
    now = {"taken": taken, "state": state_with_places(vacancy.state, taken, vacancy.places)}
    session.connection().execute(sa.update(table).where(table.c.id == vacancy.id).values(now))
    session.expire(vacancy, list(now))


def as_stated(vacancy: Vacancy) -> dict[str, Any]:
    """What a request states, for comparing versions."""
    return {name: getattr(vacancy, name) for name in _STATED}


def _errors(session: Session, stated: dict[str, Any], before: Vacancy | None = None) -> list[dict[str, Any]]:
    today = office_day(session.now)
    mistakes = mistakes_in_vacancy(
        _terms(stated), today, before=_terms(as_stated(before)) if before else None, taken=before.taken if before else 0,
        may_lower=sees_hires(session),
    )  # fmt: skip
    errors = [field_error(wrong.field, wrong.code, wrong.detail) for wrong in mistakes]
    if not region_exists(session, stated["region_code"]):
        errors.append(field_error("region_code", "not_found", "There is no such region."))
    return errors


def _terms(stated: dict[str, Any]) -> VacancyTerms:
    return VacancyTerms(**{name: stated[name] for name in VacancyTerms.__dataclass_fields__})


def _raise(errors: list[dict[str, Any]]) -> None:
    if errors:
        raise Invalid("The vacancy has mistakes.", errors=errors)


def _card(session: Session, vacancy: Vacancy, employer: str, minimum: Any) -> VacancyCard:
    today, told = office_day(session.now), sees_hires(session)
    state = vacancy_state_on(vacancy.state, vacancy.closes_on, today)
    own = ("employer", "taken", "state", "minimum", "may_manage")
    return VacancyCard(
        **{name: getattr(vacancy, name) for name in VacancyCard.__dataclass_fields__ if name not in own},
        employer=employer,
        taken=vacancy.taken if told else None,
        state=state if told else state_for_employer(state, vacancy.closes_on, today),
        minimum=minimum_shown(minimum),
        may_manage=may_manage(session, vacancy.employer_id),
    )
