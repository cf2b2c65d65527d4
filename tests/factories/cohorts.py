"""Lives in rows, past the services: years of cases, work, verdicts and answers that no test could live through."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.cases.casework import Assessment
from kessos_case.cases.models import Case, CaseTransfer, CaseTransition
from kessos_case.clients.models import Client, ClientCategory
from kessos_case.core import db
from kessos_case.core.db import table_of
from kessos_case.core.ids import new_id
from kessos_case.employment.models import IncomeStatement, Placement, PlacementCheck
from kessos_case.graduation.models import GraduationReview, Relapse
from kessos_case.nights.queries import ranges
from kessos_case.reports import service as reports
from tests.conftest import Truth

DOMAIN = {"gse10": "self_efficacy", "household_skills": "skills"}


@dataclass
class Verdict:
    """A review with a standing or a fallen verdict, and the days of the relapses after it."""

    kind: str
    state: str
    provisional_on: date
    confirmed_on: date | None = None
    relapses: list[date] = field(default_factory=list)


@dataclass
class Answered:
    """A completed assessment by one version of an instrument, or a draft."""

    on: date
    instrument: str
    score: int | None
    version: int = 1
    state: str = "completed"


@dataclass
class Work:
    """Work of a case: verified or not, ended or not, with (day of check, still there, income)."""

    starts_on: date
    verified_on: date | None = None
    ended_on: date | None = None
    reason: str = "resigned"
    income: int | None = None
    checks: list[tuple[date, bool, int | None]] = field(default_factory=list)


@dataclass
class Told:
    """One case: opened and moved on these days; `handed` means that the next of its life goes on with it elsewhere."""

    opened: date
    office: int = 0
    pathway: str = "independence"
    category: str = "PPKS-13"
    moves: list[tuple[date, str]] = field(default_factory=list)
    closed: date | None = None
    reason: str | None = None
    handed: bool = False
    verdicts: list[Verdict] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)


@dataclass
class Life:
    """A person and everything that was written down about him. Statements are (first month, last, rupiah, people)."""

    cases: list[Told]
    sex: str = "P"
    born: date | None = None
    is_disabled: bool = False
    region: str | None = "35.09.12"
    died_on: date | None = None
    statements: list[tuple[int, int, int, int]] = field(default_factory=list)


def moment(day: date, minute: int = 0) -> datetime:
    """Half past midnight in East Java, when it is still the day before in Greenwich."""
    return datetime.combine(day, time(0, 30 + minute), datetime.fromisoformat("2020-01-01T00:00+07:00").tzinfo)


def counted(as_of: date, size: int = 2) -> None:
    """Draw everybody's lives as the night of this day does, so many people at a time."""
    with db.transaction(db.system("nights.chunk")) as session:
        begun_at = session.now
        parts = ranges(session, reports.people_with_lives(), size)
    for part in parts:
        with db.transaction(db.system("nights.chunk")) as session:
            reports.draw_lives(session, as_of, begun_at, part.first, part.last)
    with db.transaction(db.system("nights.chunk")) as session:
        reports.finish_lives(session, as_of, begun_at)


def write_lives(truth: Truth, by: UUID, offices: list[UUID], lives: list[Life]) -> list[list[UUID]]:
    """Store them; returns the ids of the cases of each."""
    rows: dict[Any, list[dict[str, Any]]] = {}
    ids = [_life(rows, by, offices, life) for life in lives]
    truth.run("select 1")
    for model in (Client, ClientCategory, Case, CaseTransfer, CaseTransition, GraduationReview, Relapse, Placement,
                  PlacementCheck, Assessment, IncomeStatement):  # fmt: skip
        for row in rows.get(model, []):
            truth._connection.execute(sa.insert(table_of(model)).values(**row))
    return ids


def _life(rows: dict[Any, list[dict[str, Any]]], by: UUID, offices: list[UUID], life: Life) -> list[UUID]:
    client = new_id()

    def add(model: Any, **values: Any) -> None:
        rows.setdefault(model, []).append(values)

    add(
        Client, id=client, name="Uji Kohor", aliases=[], sex=life.sex, birth_date=life.born,
        birth_date_precision="day" if life.born else None, region_code=life.region, confidentiality="standard",
        died_on=life.died_on, registered_at=moment(life.cases[0].opened), registered_by=by, version=1,
    )  # fmt: skip
    if life.is_disabled:
        add(ClientCategory, client_id=client, category_code="PPKS-09", since_on=life.cases[0].opened)
    for first, last, amount, people in life.statements:
        add(
            IncomeStatement, id=new_id(), client_id=client, from_month=first, to_month=last, amount=amount,
            source="visit", household_size=people, recorded_at=moment(date(2026, 1, 1)), recorded_by=by,
        )  # fmt: skip
    ids = [new_id() for _ in life.cases]
    for place, told in enumerate(life.cases):
        _case(add, by, offices, client, told, ids, place, life.cases)
    return ids


def _case(
    add: Any, by: UUID, offices: list[UUID], client: UUID, told: Told, ids: list[UUID], place: int, cases: list[Told]
) -> None:
    case = ids[place]
    stage = told.moves[-1][1] if told.moves else "intake"
    if told.closed:
        stage = "graduated" if told.reason is None else "closed"
    add(
        Case, id=case, client_id=client, organisation_id=offices[told.office], category_code=told.category,
        pathway=told.pathway, stage=stage, stage_since=moment(told.opened), opened_at=moment(told.opened),
        closed_at=moment(told.closed) if told.closed else None, close_reason=told.reason if told.closed else None,
        previous_case_id=ids[place - 1] if place else None, caseworker_id=by, version=1,
        successor_organisation_id=offices[cases[place + 1].office] if told.handed else None,
    )  # fmt: skip
    if told.handed:
        add(
            CaseTransfer, id=new_id(), case_id=case, client_id=client, from_organisation_id=offices[told.office],
            to_organisation_id=offices[cases[place + 1].office], state="accepted", reason="no_room",
            snapshot_sealed=b"-", offered_at=moment(told.opened), offered_by=by, due_at=moment(told.opened),
            new_case_id=ids[place + 1], version=1,
        )  # fmt: skip
    for number, (day, to) in enumerate([(told.opened, "intake"), *told.moves]):
        add(
            CaseTransition, id=new_id(), case_id=case, client_id=client, verb="test", to_stage=to, detail={},
            happened_at=moment(day, number), recorded_at=moment(day, number), policy_version="test",
        )  # fmt: skip
    for verdict in told.verdicts:
        _verdict(add, by, offices[told.office], client, case, verdict)
    for answer in told.answers:
        scores = {"domains": {DOMAIN[answer.instrument]: {"value": answer.score}}, "flagged": []}
        is_draft = answer.state == "draft"
        add(
            Assessment, id=new_id(), case_id=case, client_id=client, instrument=answer.instrument,
            instrument_version=answer.version, state=answer.state, scores=None if is_draft else scores,
            started_at=moment(answer.on), started_by=by, saved_at=moment(answer.on),
            completed_at=None if is_draft else moment(answer.on), policy_version="test", version=1,
        )  # fmt: skip
    for work in told.work:
        _work(add, by, offices[told.office], client, case, work)


def _verdict(add: Any, by: UUID, office: UUID, client: UUID, case: UUID, verdict: Verdict) -> None:
    review = new_id()
    add(
        GraduationReview, id=review, case_id=case, client_id=client, organisation_id=office, kind=verdict.kind,
        state=verdict.state, verdict={}, fingerprint="-", policy_version="test", evaluated_at=moment(date(2026, 1, 1)),
        opened_at=moment(verdict.provisional_on), provisional_on=verdict.provisional_on,
        confirmed_on=verdict.confirmed_on, version=1,
    )  # fmt: skip
    for day in sorted(set(verdict.relapses)):
        add(
            Relapse, id=new_id(), review_id=review, case_id=case, client_id=client, organisation_id=office, kind="aid",
            happened_on=day, evidence={}, recorded_at=moment(day),
        )  # fmt: skip


def _work(add: Any, by: UUID, office: UUID, client: UUID, case: UUID, work: Work) -> None:
    placement = new_id()
    state = "ended" if work.ended_on else "active" if work.verified_on else "proposed"
    add(
        Placement, id=placement, case_id=case, client_id=client, organisation_id=office, kind="own_business",
        business_sealed=b"-", occupation="pedagang", starts_on=work.starts_on, monthly_income=work.income, state=state,
        verified_on=work.verified_on, verification_method="visit" if work.verified_on else None,
        ended_on=work.ended_on, end_reason=work.reason if work.ended_on else None, recorded_at=moment(work.starts_on),
        recorded_by=by, version=1,
    )  # fmt: skip
    for period, (day, is_there, income) in zip((30, 90, 180, 365), work.checks, strict=False):
        add(
            PlacementCheck, id=new_id(), placement_id=placement, client_id=client, period=period, checked_on=day,
            still_active=is_there, monthly_income=income, method="visit", recorded_at=moment(day), recorded_by=by,
        )  # fmt: skip
