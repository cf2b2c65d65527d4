"""What stands above every page of casework: whose case it is, where it stands, and what this reader may do with it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.cases import queries
from kessos_case.cases.rules import Pathway, Stage
from kessos_case.cases.service.offices import is_own_office, roles_at
from kessos_case.clients.rules import called
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound


@dataclass(frozen=True)
class CaseHeading:
    """A case in a line. `label` names the person, or hides him from an office that reaches him no more."""

    id: UUID
    client_id: UUID
    label: str
    is_reached: bool
    died_on: date | None
    region_code: str | None
    stage: Stage
    stage_since: datetime
    pathway: Pathway
    organisation_id: UUID
    caseworker_id: UUID | None
    opened_on: date
    is_open: bool
    is_own: bool
    roles: frozenset[str]

    @property
    def may_record(self) -> bool:
        """May the reader write down what happened?"""
        return self.is_open and self.is_own

    @property
    def may_write(self) -> bool:
        """May the reader assess and plan?"""
        return self.may_record and Role.CASEWORKER in self.roles

    @property
    def may_decide(self) -> bool:
        """May the reader decide about what a caseworker proposes?"""
        return self.may_record and Role.SUPERVISOR in self.roles


def case_heading(session: Session, case_id: UUID) -> CaseHeading:
    """The heading, in one statement. Raises NotFound. What a page shows beneath it writes the look into the trail."""
    row = session.execute(queries.with_person(case_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such case.")
    case = row[0]
    return CaseHeading(
        id=case.id,
        client_id=case.client_id,
        label=called(case.client_id, row.name, row.temporary_label, is_hidden=row.id is None),
        is_reached=row.id is not None,
        died_on=row.died_on,
        region_code=row.region_code,
        stage=Stage(case.stage),
        stage_since=case.stage_since,
        pathway=Pathway(case.pathway),
        organisation_id=case.organisation_id,
        caseworker_id=case.caseworker_id,
        opened_on=office_day(case.opened_at),
        is_open=case.closed_at is None,
        is_own=is_own_office(session, case.organisation_id),
        roles=roles_at(session, case.organisation_id),
    )
