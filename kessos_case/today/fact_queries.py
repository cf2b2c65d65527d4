"""The fact behind each thing on the first page: days, states and offices, never who a person is. One statement for a page.

What the reader may not see of it, row-level security leaves out; the page then says less.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.access.models import Organisation
from kessos_case.aid.models import AidImport
from kessos_case.alumni.models import Mentoring
from kessos_case.cases.casework import Plan, PlanGoal, PlanStep
from kessos_case.cases.models import Case, CaseTransfer, Conference, Reunification
from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.db import Session
from kessos_case.dependency.models import DependencyFlag
from kessos_case.employment.models import Application, Placement, Vacancy
from kessos_case.graduation.models import GraduationReview, Relapse
from kessos_case.partners.models import Agreement, Service
from kessos_case.reference.models import Region
from kessos_case.referrals.models import Offer, Referral
from kessos_case.residence.models import BedWait, Stay
from kessos_case.residence.rules import BedWaitState
from kessos_case.training.models import Course, Enrolment

_District, _Regency = orm.aliased(Region), orm.aliased(Region)


@dataclass(frozen=True)
class Fact:
    """What is known of a subject. `since` is when it began, `day` another day that matters, `word` a code or a name,
    `seen_on` when the person was last met or spoken to.
    """

    id: UUID
    since: date | None = None
    day: date | None = None
    word: str | None = None
    place: str | None = None
    number: int | None = None
    case_id: UUID | None = None
    other_id: UUID | None = None
    seen_on: date | None = None


def facts(session: Session, subjects: Mapping[str, Collection[UUID]]) -> dict[UUID, Fact]:
    """What is known of these things (kind -> ids), in one statement; nothing of kinds that have no facts."""
    branches = [_BRANCHES[kind](sorted(ids)) for kind, ids in sorted(subjects.items()) if ids and kind in _BRANCHES]
    if not branches:
        return {}
    select = branches[0] if len(branches) == 1 else sa.union_all(*branches)
    return {row.id: Fact(*row) for row in session.execute(select)}


def _fact(found_by: Any, ids: Iterable[UUID], **columns: Any) -> sa.Select[Any]:
    empty: dict[str, Any] = {
        "since": sa.cast(sa.null(), sa.Date), "day": sa.cast(sa.null(), sa.Date), "word": sa.cast(sa.null(), sa.Text),
        "place": sa.cast(sa.null(), sa.Text), "number": sa.cast(sa.null(), sa.Integer),
        "case_id": sa.cast(sa.null(), sa.Uuid), "other_id": sa.cast(sa.null(), sa.Uuid),
        "seen_on": sa.cast(sa.null(), sa.Date),
    }  # fmt: skip
    named = {"id": found_by} | empty | columns
    return sa.select(*(named[name].label(name) for name in Fact.__dataclass_fields__)).where(found_by.in_(list(ids)))


def _day(moment: Any) -> Any:
    """The office's day of an instant."""
    return sa.cast(sa.func.timezone(OFFICE_ZONE.key, moment), sa.Date)


def _cases(ids: Iterable[UUID]) -> sa.Select[Any]:
    since = sa.func.coalesce(Case.paused_from, _day(Case.stage_since))
    return _fact(
        Case.id, ids, since=since, day=_day(Case.opened_at), word=Case.stage, case_id=Case.id, seen_on=Case.contact_on
    )


def _placements(ids: Iterable[UUID]) -> sa.Select[Any]:
    return _fact(Placement.id, ids, since=Placement.starts_on, word=Placement.kind, case_id=Placement.case_id)


def _applications(ids: Iterable[UUID]) -> sa.Select[Any]:
    occupation = sa.select(Vacancy.occupation).where(Vacancy.id == Application.vacancy_id).scalar_subquery()
    return _fact(Application.id, ids, since=Application.applied_on, day=Application.interview_on, word=occupation)


def _plans(ids: Iterable[UUID]) -> sa.Select[Any]:
    proposed = _day(Plan.proposed_at)
    return _fact(
        Plan.id, ids, since=proposed, day=Plan.review_on, number=Plan.number, case_id=Plan.case_id, other_id=Plan.id
    )


def _goals(ids: Iterable[UUID]) -> sa.Select[Any]:
    closed = _day(PlanGoal.closed_at)
    return _fact(PlanGoal.id, ids, since=closed, case_id=PlanGoal.case_id, other_id=PlanGoal.plan_id)


def _steps(ids: Iterable[UUID]) -> sa.Select[Any]:
    return _fact(PlanStep.id, ids, day=PlanStep.due_on, case_id=PlanStep.case_id, other_id=PlanStep.plan_id)


def _transfers(ids: Iterable[UUID]) -> sa.Select[Any]:
    found = _fact(CaseTransfer.id, ids, since=_day(CaseTransfer.offered_at), word=Organisation.name)
    return found.join_from(CaseTransfer, Organisation, Organisation.id == CaseTransfer.from_organisation_id)


def _conferences(ids: Iterable[UUID]) -> sa.Select[Any]:
    return _fact(Conference.id, ids, day=Conference.held_on, case_id=Conference.case_id)


def _reunifications(ids: Iterable[UUID]) -> sa.Select[Any]:
    return _fact(Reunification.id, ids, since=Reunification.ended_on, case_id=Reunification.case_id)


def _reviews(ids: Iterable[UUID]) -> sa.Select[Any]:
    opened = _day(GraduationReview.opened_at)
    return _fact(
        GraduationReview.id, ids, since=opened, day=GraduationReview.provisional_on, case_id=GraduationReview.case_id
    )


def _relapses(ids: Iterable[UUID]) -> sa.Select[Any]:
    return _fact(
        Relapse.id,
        ids,
        since=Relapse.happened_on,
        word=Relapse.kind,
        case_id=Relapse.case_id,
        other_id=Relapse.review_id,
    )


def _flags(ids: Iterable[UUID]) -> sa.Select[Any]:
    """Never the points nor the kind: whoever gives an opinion must not have seen them."""
    return _fact(
        DependencyFlag.id, ids, since=DependencyFlag.raised_on, day=_day(DependencyFlag.closed_at),
        case_id=DependencyFlag.case_id, other_id=DependencyFlag.plan_id,
    )  # fmt: skip


def _imports(ids: Iterable[UUID]) -> sa.Select[Any]:
    return _fact(AidImport.id, ids, since=_day(AidImport.applied_at), word=AidImport.filename, number=AidImport.parked)


def _reports(ids: Iterable[UUID]) -> sa.Select[Any]:
    found = _fact(Referral.id, ids, since=_day(Referral.submitted_at), word=Referral.state, place=_place())
    return _joined(found, Referral)


def _offers(ids: Iterable[UUID]) -> sa.Select[Any]:
    found = _fact(Offer.id, ids, since=_day(Offer.offered_at), day=Offer.expected_on, word=Service.name, place=_place())
    return _joined(found, Offer).join(Service, Service.id == Offer.service_id)


def _entries(ids: Iterable[UUID]) -> sa.Select[Any]:
    """Of an entry in the directory the day on which the oldest of its services was confirmed."""
    oldest = sa.select(sa.func.min(Service.confirmed_on)).where(
        Service.organisation_id == Organisation.id, Service.is_active
    )
    return _fact(Organisation.id, ids, since=oldest.scalar_subquery(), word=Organisation.name)


def _agreements(ids: Iterable[UUID]) -> sa.Select[Any]:
    found = _fact(
        Agreement.id, ids, since=Agreement.starts_on, day=Agreement.ends_on, word=Organisation.name,
        other_id=Agreement.organisation_id,
    )  # fmt: skip
    return found.join_from(Agreement, Organisation, Organisation.id == Agreement.organisation_id)


def _enrolments(ids: Iterable[UUID]) -> sa.Select[Any]:
    found = _fact(
        Enrolment.id, ids, since=_day(Enrolment.requested_at), day=Enrolment.starts_on, word=Course.name,
        case_id=Enrolment.case_id, other_id=Enrolment.batch_id,
    )  # fmt: skip
    return found.join_from(Enrolment, Course, Course.id == Enrolment.course_id)


def _stays(ids: Iterable[UUID]) -> sa.Select[Any]:
    return _fact(Stay.id, ids, since=_day(Stay.admitted_at), day=Stay.planned_until, case_id=Stay.case_id)


def _houses(ids: Iterable[UUID]) -> sa.Select[Any]:
    """Of the house of a UPT how many wait for a bed, as far as the reader sees its line."""
    line = sa.select(sa.cast(sa.func.count(), sa.Integer)).where(
        BedWait.organisation_id == Organisation.id, BedWait.state == BedWaitState.WAITING
    )
    return _fact(Organisation.id, ids, number=line.scalar_subquery())


def _place() -> Any:
    """`Ambulu, Kabupaten Jember`; of a place that is a regency itself only that."""
    return sa.case(
        (_District.code == _Regency.code, _District.name), else_=sa.func.concat_ws(", ", _District.name, _Regency.name)
    )


def _joined(found: sa.Select[Any], thing: type[Referral] | type[Offer]) -> sa.Select[Any]:
    return found.join_from(thing, _District, _District.code == sa.func.left(thing.region_code, 8)).outerjoin(
        _Regency, _Regency.code == thing.regency_code
    )


def _mentorings(ids: Iterable[UUID]) -> sa.Select[Any]:
    agreed = sa.func.greatest(Mentoring.client_agreed_on, Mentoring.mentor_agreed_on)
    return _fact(Mentoring.id, ids, since=Mentoring.first_met_on, day=agreed)


_BRANCHES: dict[str, Callable[[Iterable[UUID]], sa.Select[Any]]] = {
    "case": _cases,
    "placement": _placements,
    "application": _applications,
    "plan": _plans,
    "goal": _goals,
    "plan_step": _steps,
    "transfer": _transfers,
    "conference": _conferences,
    "reunification": _reunifications,
    "graduation_review": _reviews,
    "relapse": _relapses,
    "dependency_flag": _flags,
    "aid_import": _imports,
    "referral": _reports,
    "report": _reports,
    "offer": _offers,
    "organisation": _entries,
    "agreement": _agreements,
    "mentoring": _mentorings,
    "stay": _stays,
    "house": _houses,
    "enrolment": _enrolments,
}
