"""Reads of scores, flags, exemptions and policies. Row-level security limits a user's to people of his own UPT's cases."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql

from kessos_case.access.models import RoleGrant, User
from kessos_case.access.rules import Role
from kessos_case.cases.models import Case
from kessos_case.cases.rules import Pathway
from kessos_case.clients.models import Client, ClientAccess, HouseholdMember
from kessos_case.core.db import Session
from kessos_case.core.months import Month
from kessos_case.dependency.models import DependencyFlag, DependencyScore, Exemption, ScorePolicy
from kessos_case.dependency.rules import FlagState, Status

OPEN = (FlagState.RAISED, FlagState.UNDER_REVIEW)
DECIDED = (FlagState.ACTION_AGREED, FlagState.DISMISSED)

_NEWEST = (DependencyScore.as_of.desc(), DependencyScore.recorded_at.desc())


@dataclass(frozen=True)
class Served:
    """A person whom an office serves, or served not long ago, by which case."""

    client_id: UUID
    case_id: UUID


def served(session: Session, organisation_id: UUID, until: datetime, since: datetime) -> list[Served]:
    """The people of an office with a case that is open at `until` or was closed at `since` or later.

    Only an office that still reaches the person counts: after its case is closed for good it could not even read his name.
    Of somebody with cases at two offices the open one counts before a closed one, then the one that leads to independence,
    then the latest: a person has one office that looks at him.
    """
    recent = (Case.closed_at.is_(None) | (Case.closed_at >= since)) & _is_reached(until)
    here = sa.select(Case.client_id).where(Case.organisation_id == organisation_id, Case.opened_at < until, recent)
    is_open = Case.closed_at.is_(None) | (Case.closed_at >= until)
    first = (
        sa.select(Case.client_id, Case.id.label("case_id"), Case.organisation_id)
        .where(Case.client_id.in_(here), Case.opened_at < until, recent)
        .ext(postgresql.distinct_on(Case.client_id))
        .order_by(
            Case.client_id,
            is_open.desc(),
            (Case.pathway == Pathway.INDEPENDENCE).desc(),
            Case.opened_at.desc(),
            Case.id.desc(),
        )
        .subquery()
    )
    rows = session.execute(
        sa.select(first.c.client_id, first.c.case_id).where(first.c.organisation_id == organisation_id)
    )
    return [Served(row.client_id, row.case_id) for row in rows]


def _is_reached(at: datetime) -> sa.ColumnElement[bool]:
    """Does the office of the case have a ground to reach its person?"""
    return sa.exists().where(
        ClientAccess.client_id == Case.client_id,
        ClientAccess.organisation_id == Case.organisation_id,
        ClientAccess.valid_from < at,
        ClientAccess.valid_until.is_(None) | (ClientAccess.valid_until >= at),
    )


class Held(NamedTuple):
    """What of a score a flag asks. Nothing more is read of the thousands that an office has."""

    client_id: UUID
    as_of: date
    recorded_at: datetime
    status: str
    points: int | None
    band: str | None
    lines: int | None
    months_on_60: int | None
    is_stage_open: bool | None
    facts_known: int | None
    policy: str


def latest_scores(session: Session, client_ids: Iterable[UUID], as_of: date) -> dict[UUID, Held]:
    """The score of each person that holds on the day."""
    wanted = sa.func.unnest(_uuids(client_ids)).table_valued("id", name="wanted").render_derived()
    newest = (
        sa.select(*_held())
        .where(DependencyScore.client_id == wanted.c.id, DependencyScore.as_of <= as_of)
        .order_by(*_NEWEST)
        .limit(1)
        .lateral()
    )
    rows = session.execute(sa.select(newest).select_from(wanted.join(newest, sa.true())))
    return {row[0]: Held(*row) for row in rows}


def not_to_be_shown(session: Session, client_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these people who have died, or of whom the newest score says that they are not scored, whatever its day."""
    wanted = sa.func.unnest(_uuids(client_ids)).table_valued("id", name="wanted").render_derived()
    newest = (
        sa.select(DependencyScore.status)
        .where(DependencyScore.client_id == wanted.c.id)
        .order_by(*_NEWEST)
        .limit(1)
        .scalar_subquery()
    )
    select = sa.select(Client.id).join_from(wanted, Client, Client.id == wanted.c.id)
    return set(session.scalars(select.where(Client.died_on.is_not(None) | (newest != Status.SCORED))))


def scores_of(session: Session, client_ids: Iterable[UUID], as_of: date) -> list[Held]:
    """Every score of these people up to the day, by person and in the order of time."""
    select = sa.select(*_held()).where(
        DependencyScore.client_id == sa.any_(_uuids(client_ids)), DependencyScore.as_of <= as_of
    )
    order = (DependencyScore.client_id, DependencyScore.as_of, DependencyScore.recorded_at)
    return [Held(*row) for row in session.execute(select.order_by(*order))]


def _held() -> list[Any]:
    return [getattr(DependencyScore, name) for name in Held._fields]


def _uuids(ids: Iterable[UUID]) -> sa.ColumnElement[Any]:
    """Ids as one array: thousands of them are one parameter."""
    return sa.cast(list(ids), sa.ARRAY(sa.Uuid))


def newest_scores(client_id: UUID, most: int) -> sa.Select[DependencyScore]:
    """A person's scores, the newest first."""
    return sa.select(DependencyScore).where(DependencyScore.client_id == client_id).order_by(*_NEWEST).limit(most)


def score_named(session: Session, flag: DependencyFlag) -> DependencyScore | None:
    """The score that raised a flag."""
    return session.get(DependencyScore, (flag.client_id, flag.score_as_of, flag.score_recorded_at))


def scores_named(
    session: Session, flags: Iterable[DependencyFlag]
) -> dict[tuple[UUID, date, datetime], DependencyScore]:
    """The scores that raised these flags, by person and time."""
    keys = [(flag.client_id, flag.score_as_of, flag.score_recorded_at) for flag in flags]
    columns = sa.tuple_(DependencyScore.client_id, DependencyScore.as_of, DependencyScore.recorded_at)
    rows = session.scalars(sa.select(DependencyScore).where(columns.in_(keys))) if keys else ()
    return {(row.client_id, row.as_of, row.recorded_at): row for row in rows}


def households_of(session: Session, client_ids: Iterable[UUID], month: Month) -> dict[UUID, UUID]:
    """In which household each person lives in the month."""
    rows = session.execute(
        sa.select(HouseholdMember.client_id, HouseholdMember.household_id).where(
            HouseholdMember.client_id == sa.any_(_uuids(client_ids)),
            HouseholdMember.voided_at.is_(None),
            HouseholdMember.from_month <= month,
            HouseholdMember.to_month.is_(None) | (HouseholdMember.to_month >= month),
        )
    )
    return {row.client_id: row.household_id for row in rows}


def open_flags(session: Session, organisation_id: UUID) -> Sequence[DependencyFlag]:
    """The open flags of an office, held: a night and a reviewer follow one another."""
    select = sa.select(DependencyFlag).where(
        DependencyFlag.organisation_id == organisation_id, DependencyFlag.closed_at.is_(None)
    )
    held = select.order_by(DependencyFlag.id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(held).all()


def open_flags_of(session: Session, client_id: UUID) -> Sequence[DependencyFlag]:
    """The open flag of a person, held; at most one."""
    select = sa.select(DependencyFlag).where(DependencyFlag.client_id == client_id, DependencyFlag.closed_at.is_(None))
    return session.scalars(select.with_for_update().execution_options(populate_existing=True)).all()


def closed_flags(session: Session, client_ids: Iterable[UUID]) -> Sequence[DependencyFlag]:
    """Every closed flag of these people, in the order in which they were closed."""
    select = sa.select(DependencyFlag).where(
        DependencyFlag.client_id == sa.any_(_uuids(client_ids)),
        DependencyFlag.closed_at.is_not(None),
    )
    return session.scalars(select.order_by(DependencyFlag.closed_at, DependencyFlag.id)).all()


def newest_flag_day(session: Session, organisation_id: UUID) -> date | None:
    """The last day for which an office has had a flag raised."""
    return session.scalar(
        sa.select(sa.func.max(DependencyFlag.raised_on)).where(DependencyFlag.organisation_id == organisation_id)
    )


def supervisors(session: Session, organisation_id: UUID) -> int:
    """How many active users supervise the office now."""
    select = (
        sa.select(sa.func.count(User.id.distinct()))
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            User.is_active,
            RoleGrant.role == Role.SUPERVISOR,
            sa.func.coalesce(RoleGrant.organisation_id, User.organisation_id) == organisation_id,
            RoleGrant.valid_until.is_(None) | (RoleGrant.valid_until > session.now),
        )
    )
    return session.scalars(select).one()


def flags(filters: dict[str, Any], offices: Collection[UUID]) -> sa.Select[DependencyFlag]:
    """Flags of these offices; without a state the open ones. The offices are named beside the policy, for the index."""
    chosen = [filters["organisation_id"]] if filters.get("organisation_id") else list(offices)
    select = sa.select(DependencyFlag).where(
        DependencyFlag.organisation_id.in_([office for office in chosen if office in offices])
    )
    if filters.get("client_id"):
        select = select.where(DependencyFlag.client_id == filters["client_id"])
    if filters.get("state"):
        return select.where(DependencyFlag.state == filters["state"])
    return select.where(DependencyFlag.closed_at.is_(None))


def flags_of(session: Session, client_id: UUID) -> Sequence[DependencyFlag]:
    """A person's flags, the newest first."""
    select = sa.select(DependencyFlag).where(DependencyFlag.client_id == client_id)
    return session.scalars(select.order_by(DependencyFlag.raised_on.desc(), DependencyFlag.id.desc())).all()


def unread_flags(offices: Collection[UUID]) -> sa.Select[UUID]:
    """The people with an open flag at these offices of which nobody has said what he thinks."""
    return sa.select(DependencyFlag.client_id).where(
        DependencyFlag.organisation_id.in_(list(offices)),
        DependencyFlag.closed_at.is_(None),
        DependencyFlag.opinion.is_(None),
    )


def people(session: Session, client_ids: Iterable[UUID]) -> dict[UUID, Any]:
    """Name, label and level of those of these people whom the actor reaches."""
    columns = (Client.id, Client.name, Client.temporary_label, Client.confidentiality)
    rows = session.execute(sa.select(*columns).where(Client.id.in_(list(client_ids))))
    return {row.id: row for row in rows}


def case_here(session: Session, client_id: UUID, since: datetime) -> Case | None:
    """A case of the person at an office of the actor: the open one, else the newest that was closed at `since` or later."""
    recent = Case.closed_at.is_(None) | (Case.closed_at >= since)
    select = sa.select(Case).where(Case.client_id == client_id, recent)
    return session.scalar(select.order_by(Case.closed_at.is_(None).desc(), Case.opened_at.desc()).limit(1))


def newest_score_here(session: Session, client_id: UUID, since: datetime) -> tuple[DependencyScore, UUID | None] | None:
    """The newest score of a person of whom `case_here` finds a case, and his flag that waits at the actor's office."""
    here = sa.exists().where(Case.client_id == client_id, Case.closed_at.is_(None) | (Case.closed_at >= since))
    waiting = (
        sa.select(DependencyFlag.id)
        .where(DependencyFlag.client_id == client_id, DependencyFlag.closed_at.is_(None))
        .limit(1)
        .scalar_subquery()
    )
    select = sa.select(DependencyScore, waiting).where(DependencyScore.client_id == client_id, here)
    row = session.execute(select.order_by(*_NEWEST).limit(1)).one_or_none()
    return (row[0], row[1]) if row else None


def exemptions(session: Session, client_id: UUID) -> Sequence[Exemption]:
    """A person's exemptions, the latest begun first."""
    select = sa.select(Exemption).where(Exemption.client_id == client_id)
    return session.scalars(select.order_by(Exemption.from_on.desc(), Exemption.id.desc())).all()


def policies(session: Session) -> Sequence[ScorePolicy]:
    """Every policy under which a score was reached, the newest first."""
    return session.scalars(sa.select(ScorePolicy).order_by(ScorePolicy.first_used_at.desc(), ScorePolicy.label)).all()


def opinions(offices: Collection[UUID]) -> sa.Select[UUID, str, str | None, str | None, str, int]:
    """Counts of flags by office, kind, band, opinion and state, of those with an opinion and those that are closed.

    What waits for an opinion is left out, for its kind and band are not told yet.
    """
    columns = (
        DependencyFlag.organisation_id, DependencyFlag.kind, DependencyFlag.band, DependencyFlag.opinion,
        DependencyFlag.state,
    )  # fmt: skip
    return (
        sa.select(*columns, sa.func.count().label("flags"))
        .where(
            DependencyFlag.organisation_id.in_(list(offices)),
            DependencyFlag.opinion.is_not(None) | DependencyFlag.closed_at.is_not(None),
        )
        .group_by(*columns)
        .order_by(*columns)
    )


def scores_here(
    band: str | None, offices: Collection[UUID], blind: sa.Select[UUID] | None
) -> sa.Select[Case, DependencyScore]:
    """The latest score of everybody with an open case at these offices, with the case; of one band where it is named.

    `blind` are people whose band the actor must not know yet: asking for a band leaves them out.
    """
    newest = (
        sa.select(DependencyScore)
        .where(DependencyScore.client_id == Case.client_id)
        .order_by(*_NEWEST)
        .limit(1)
        .lateral()
    )
    score = orm.aliased(DependencyScore, newest)
    select = (
        sa.select(Case, score)
        .join(newest, sa.true())
        .where(Case.organisation_id.in_(list(offices)), Case.closed_at.is_(None))
    )
    if band is None:
        return select
    chosen = select.where(score.band == band)
    return chosen if blind is None else chosen.where(Case.client_id.not_in(blind))


def long_on_aid(as_of: date, months: Sequence[int], due: datetime) -> sa.Select[Any]:
    """What tasks.raise_missing_tasks takes: people with an open case of independence whose score counts so many months.

    `months` fall; the first that is reached is the period. Nobody whose newest score says that he is not scored, and nobody
    who has died. Of two such cases the one that was opened last.
    """
    counted = _scores_of_case(DependencyScore.status, DependencyScore.months_on_60)
    score = counted.where(DependencyScore.as_of <= as_of).lateral("score")
    newest = _scores_of_case(DependencyScore.status).scalar_subquery()
    reached = sa.case(*[(score.c.months_on_60 >= least, str(least)) for least in months])
    return (
        _as_tasks(reached, due)
        .join(score, sa.true())
        .join(Client, Client.id == Case.client_id)
        .where(
            Case.closed_at.is_(None),
            Case.pathway == Pathway.INDEPENDENCE,
            Client.died_on.is_(None),
            score.c.status == Status.SCORED,
            newest == Status.SCORED,
            score.c.months_on_60 >= min(months),
        )
    )


def _scores_of_case(*columns: Any) -> sa.Select[Any]:
    """The newest score of the person of a case."""
    return sa.select(*columns).where(DependencyScore.client_id == Case.client_id).order_by(*_NEWEST).limit(1)


def _as_tasks(period: sa.ColumnElement[Any], due: datetime) -> sa.Select[Any]:
    """A task for the caseworker of each person's case, of the one that was opened last where there are several."""
    columns: list[Any] = [
        sa.literal("client").label("subject_kind"), Case.client_id.label("subject_id"), period.label("period"),
        Case.client_id.label("client_id"), Case.organisation_id, sa.literal(str(Role.CASEWORKER)).label("role"),
        Case.caseworker_id.label("user_id"), sa.literal(due).label("due_at"),
    ]  # fmt: skip
    last_opened = (Case.client_id, Case.opened_at.desc(), Case.id)
    return sa.select(*columns).ext(postgresql.distinct_on(Case.client_id)).order_by(*last_opened)
