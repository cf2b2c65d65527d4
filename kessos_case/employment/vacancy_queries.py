"""Reads of vacancies, which are public, and of applications, which row-level security limits to people within reach."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.core.db import Session
from kessos_case.employment.models import Application, Vacancy
from kessos_case.employment.rules import LIVE, VacancyState
from kessos_case.reference.models import Programme, Region
from kessos_case.reference.rules import RegionLevel, regency_and_province


@dataclass(frozen=True)
class WantedVacancies:
    """Which vacancies a reader wants: open on the day or all, of a kind, in a regency, of some employers (None: of any)."""

    is_open: bool = True
    kind: str | None = None
    region_code: str | None = None
    employers: tuple[UUID, ...] | None = None


def vacancies(wanted: WantedVacancies, today: date, *, shows_filled: bool) -> tuple[sa.Select[Vacancy], list[Any]]:
    """The vacancies and the order of their list: by the last day, those that close first above.

    `shows_filled`: a filled one counts as open, for readers who may not learn that it is.
    """
    select = sa.select(Vacancy)
    if wanted.is_open:
        states = [VacancyState.OPEN, VacancyState.FILLED] if shows_filled else [VacancyState.OPEN]
        is_open = Vacancy.state == VacancyState.OPEN if len(states) == 1 else Vacancy.state.in_(states)
        select = select.where(is_open, Vacancy.closes_on >= today)
    if wanted.kind:
        select = select.where(Vacancy.kind == wanted.kind)
    if wanted.region_code:
        place = wanted.region_code
        select = select.where((Vacancy.region_code == place) | Vacancy.region_code.startswith(f"{place}."))
    if wanted.employers is not None:
        select = select.where(Vacancy.employer_id.in_(wanted.employers))
    return select, [Vacancy.closes_on, Vacancy.id]


def regencies(session: Session) -> dict[str, str]:
    """The regencies and cities of the province by name, cities after regencies."""
    levels = (RegionLevel.KABUPATEN, RegionLevel.KOTA)
    select = sa.select(Region.code, Region.name).where(Region.level.in_(levels)).order_by(Region.level, Region.name)
    return {row[0]: row[1] for row in session.execute(select)}


def names_of_regencies(session: Session, codes: Collection[str]) -> dict[str, str]:
    """The regency in which each of these places lies, by the code of the place."""
    wanted = {code: regency_and_province(code)[0] for code in codes}
    if not wanted:
        return {}
    select = sa.select(Region.code, Region.name).where(Region.code.in_(set(wanted.values())))
    names = {row[0]: row[1] for row in session.execute(select)}
    return {code: names.get(regency, regency) for code, regency in wanted.items()}


def applications(*, client_id: UUID | None = None, state: str | None = None) -> sa.Select[Application]:
    """Applications of a person; in one state where it is given."""
    select = sa.select(Application)
    if client_id is not None:
        select = select.where(Application.client_id == client_id)
    return select.where(Application.state == state) if state else select


def vacancy_of(placement_id: UUID) -> sa.Select[UUID]:
    """The vacancy of whose hire this work came."""
    return sa.select(Application.vacancy_id).where(Application.placement_id == placement_id)


def live_applications(
    session: Session, *, client_id: UUID | None = None, vacancy_id: UUID | None = None, lock: bool = False
) -> Sequence[Application]:
    """Live applications of a person or to a vacancy (of either), held in the order of their ids where `lock` is."""
    about = [column == value for column, value in _about(client_id, vacancy_id) if value is not None]
    select = sa.select(Application).where(Application.state.in_(LIVE), sa.or_(*about)).order_by(Application.id)
    if lock:
        select = select.with_for_update().execution_options(populate_existing=True)
    return session.scalars(select).all()


def _about(client_id: UUID | None, vacancy_id: UUID | None) -> list[tuple[Any, UUID | None]]:
    return [(Application.client_id, client_id), (Application.vacancy_id, vacancy_id)]


def vacancies_by_id(session: Session, ids: Collection[UUID]) -> dict[UUID, Vacancy]:
    """These vacancies."""
    found = session.scalars(sa.select(Vacancy).where(Vacancy.id.in_(ids))) if ids else ()
    return {vacancy.id: vacancy for vacancy in found}


def programmes(session: Session, language: str) -> dict[str, str]:
    """The programmes by name, for a choice."""
    name = Programme.name_en if language == "en" else Programme.name_id
    return {row[0]: row[1] for row in session.execute(sa.select(Programme.code, name).order_by(name))}
