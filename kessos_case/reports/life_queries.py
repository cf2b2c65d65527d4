"""The lives of a report: one row for each time that somebody was served, from its first day to what came after it.

A case that another UPT took over goes on there and is one life, of the UPT and the quarter in which it began. The night draws
them into `cohort_lives`, some people at a time; all cases of a person are drawn together, so a chain of transfers is whole.
What happened after the day of the drawing has not happened in it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.cases.models import Case
from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.db import Session, table_of
from kessos_case.core.settings import settings
from kessos_case.employment.rules import CHECK_DAYS, CHECK_OPENS_BEFORE
from kessos_case.reports.models import CohortDrawing, CohortLife
from kessos_case.reports.rules.cohorts import QUARTERS_AFTER, STAGES
from kessos_case.reports.rules.survival import CENSORED, HAPPENED, OTHERWISE

# Where a person's first answers lie, his last ones, and those a year later: days after he left.
AFTER_FROM, AFTER_TO = 275, 456
# Months around a day in which a statement of income tells of it: so many before, so many after.
INCOME_BEFORE, INCOME_AFTER = 3, 2

_OF_THEM = "client_id between :first and :last"

# links: a case and the one that went on with it elsewhere; handed: each of a chain with the first of it.
_EPISODES = f"""
with recursive links as (
    select new_case_id as id, case_id as before from case_transfers where new_case_id is not null and {_OF_THEM}
), handed as (
    select l.id, l.before as first_id from links l where not exists (select from links b where b.id = l.before)
    union all
    select l.id, h.first_id from links l join handed h on h.id = l.before
), episodes as materialized (
    select coalesce(h.first_id, c.id) as id, c.client_id, c.pathway, c.category_code as category,
        coalesce(f.organisation_id, c.organisation_id) as office, d.intake_on,
        case when d.closed_on <= :as_of then d.closed_on end as exit_on, c.close_reason
    from (select * from cases where {_OF_THEM}) c left join handed h on h.id = c.id
    left join (select * from cases where {_OF_THEM}) f on f.id = h.first_id
    cross join lateral (select cast(coalesce(f.opened_at, c.opened_at) at time zone :zone as date) as intake_on,
        cast(c.closed_at at time zone :zone as date) as closed_on) d
    where not exists (select from links l where l.before = c.id) and c.close_reason is distinct from 'duplicate'
        and d.intake_on <= :as_of
), members as (
    select id, id as case_id from episodes
    union all
    select h.first_id, h.id from handed h join episodes e on e.id = h.first_id
)
"""  # nosec B608

_REACHED = f"""
, reached as (
    select m.id,
        min(t.happened_at) filter (where t.to_stage = 'assessment') as assessment_at,
        min(t.happened_at) filter (where t.to_stage = 'planning') as planning_at,
        min(t.happened_at) filter (where t.to_stage in ('training', 'rehabilitation', 'care')) as measures_at,
        min(t.happened_at) filter (where t.to_stage in ('placement', 'reunification')) as outcome_at,
        min(t.happened_at) filter (where t.to_stage = 'aftercare') as aftercare_at
    from members m join (
        select case_id, to_stage, happened_at from case_transitions
        where {_OF_THEM} and cast(happened_at at time zone :zone as date) <= :as_of
    ) t on t.case_id = m.case_id group by m.id
), reviewed as (
    select distinct on (m.id) m.id, r.id as review_id, r.kind, r.provisional_on,
        case when r.confirmed_on <= :as_of then r.confirmed_on end as confirmed_on
    from members m join graduation_reviews r on r.case_id = m.case_id
    where r.state in ('provisional', 'confirmed') and r.provisional_on <= :as_of and r.{_OF_THEM}
    order by m.id, r.provisional_on, r.id
), verdicts as (
    select * from reviewed
    union all
    -- Whose episode ended because of an age has no review: a natural end, of the day on which it ended.
    select e.id, null, 'natural', e.exit_on, null from episodes e
    where e.close_reason = 'age_limit' and e.exit_on is not null and not exists (select from reviewed r where r.id = e.id)
), fallen as (
    select v.id, min(p.happened_on) as relapsed_on from verdicts v join relapses p on p.review_id = v.review_id
    where p.happened_on <= :as_of and p.{_OF_THEM} group by v.id
)
"""  # nosec B608


def _on(day: str) -> tuple[str, str]:
    """Conditions on a row of work: it may have gone on on this day; it is known that it did.

    As on the pages of work: somebody found the person there around that day or later, or the work ended only after it.
    """
    may = f"w.starts_on <= {day} and (w.ended_on is null or w.ended_on >= {day})"
    return may, f"{may} and (w.ended_on is not null or w.seen_on >= {day} - {CHECK_OPENS_BEFORE.days})"


def _in(first: str, last: str) -> tuple[str, str]:
    """The same of a span of days: at least on one of them."""
    may = f"w.starts_on <= {last} and (w.ended_on is null or w.ended_on >= {first})"
    known = f"w.ended_on is not null or greatest(w.starts_on, w.verified_on, w.seen_on) >= {first}"
    return may, f"{may} and ({known})"


def _quarter(after: int) -> tuple[str, str]:
    """The first and the last day of the quarter so many quarters after the one in which somebody left."""
    start = f"date_trunc('quarter', e.exit_on) + interval '{3 * after} months'"
    return f"cast({start} as date)", f"(cast({start} + interval '3 months' as date) - 1)"


def _status(may: str, known: str) -> str:
    return f"case when bool_or({known}) then 'kept' when bool_or({may}) then 'unknown' else 'over' end"


def _work() -> str:
    kept = ", ".join(f"{_status(*_on(f'(b.began_on + {days})'))} as work_{days}" for days in CHECK_DAYS)
    quarters = []
    for after in QUARTERS_AFTER:
        may, known = _in(*_quarter(after))
        wage = f"""coalesce((select p.monthly_income from placement_checks p where p.placement_id = w.id
            and p.monthly_income is not null and p.checked_on <= {_quarter(after)[1]}
            order by p.checked_on desc, p.period desc limit 1), w.monthly_income)"""  # nosec B608
        quarters.append(f"{_status(may, known)} as employed_{after}")
        quarters.append(f"max(case when {known} then {wage} end) as income_{after}")
    return f"""
, work as materialized (
    select p.id, p.client_id, p.case_id, p.starts_on, case when p.ended_on <= :as_of then p.ended_on end as ended_on,
        p.verified_on, p.monthly_income, k.seen_on
    from placements p left join (
        select placement_id, max(checked_on) as seen_on from placement_checks
        where still_active and checked_on <= :as_of and {_OF_THEM} group by placement_id
    ) k on k.placement_id = p.id
    where p.starts_on <= :as_of and p.verified_on <= :as_of and p.end_reason is distinct from 'never_started'
        and p.{_OF_THEM}
), began as (
    select m.id, min(w.starts_on) as began_on from members m join work w on w.case_id = m.case_id group by m.id
), kept as (
    select b.id, b.began_on, {kept}
    from began b join episodes e on e.id = b.id join work w on w.client_id = e.client_id group by b.id, b.began_on
), employed as (
    select e.id, {", ".join(quarters)}
    from episodes e join work w on w.client_id = e.client_id where e.exit_on is not null group by e.id
)
"""  # nosec B608


_MONTH = "cast(extract(year from {0}) * 12 + extract(month from {0}) - 1 as int)"
_INTAKE, _EXIT = (_MONTH.format(day) for day in ("e.intake_on", "e.exit_on"))


def _stated(month: str) -> str:
    """The lowest that a household said it had a head in the months around this one, as the gate of graduation counts it."""
    touches = f"s.to_month >= {month} - {INCOME_BEFORE} and s.from_month <= {month} + {INCOME_AFTER}"
    a_head = "s.amount / (s.to_month - s.from_month + 1.0) / s.household_size"
    return f"min({a_head}) filter (where {touches})"


# Scores are compared by one version of an instrument only.
_CHANGES = f"""
, answers as materialized (
    select a.id as answer_id, m.id, a.instrument, a.instrument_version as version, a.completed_at,
        cast(a.completed_at at time zone :zone as date) as day,
        cast(a.scores -> 'domains' -> case a.instrument when 'gse10' then 'self_efficacy' else 'skills' end ->> 'value'
             as numeric) as score
    from members m join episodes e on e.id = m.id and e.exit_on is not null
    join assessments a on a.case_id = m.case_id and a.{_OF_THEM} and a.state <> 'draft'
        and a.instrument in ('gse10', 'household_skills')
), first_answers as (
    select distinct on (id, instrument) * from answers where score is not null
    order by id, instrument, completed_at, answer_id
), last_answers as (
    select distinct on (a.id, a.instrument) a.id, a.instrument, a.score - f.score as change
    from first_answers f join episodes e on e.id = f.id
    join answers a on (a.id, a.instrument, a.version) = (f.id, f.instrument, f.version)
        and a.score is not null and a.completed_at > f.completed_at and a.day <= e.exit_on
    order by a.id, a.instrument, a.completed_at desc, a.answer_id desc
), later_answers as (
    select distinct on (f.id, f.instrument) f.id, f.instrument,
        cast(a.scores -> 'domains' -> case a.instrument when 'gse10' then 'self_efficacy' else 'skills' end ->> 'value'
             as numeric) - f.score as change
    from first_answers f join episodes e on e.id = f.id
    join assessments a on a.client_id = e.client_id and (a.instrument, a.instrument_version) = (f.instrument, f.version)
        and a.{_OF_THEM} and a.state <> 'draft' and a.scores -> 'domains' -> case a.instrument when 'gse10' then 'self_efficacy'
            else 'skills' end ->> 'value' is not null
        and cast(a.completed_at at time zone :zone as date)
            between e.exit_on + {AFTER_FROM} and least(e.exit_on + {AFTER_TO}, :as_of)
    order by f.id, f.instrument, a.completed_at, a.id
), scored as (
    select f.id,
        max(l.change) filter (where f.instrument = 'household_skills') as skill_exit,
        max(l.change) filter (where f.instrument = 'gse10') as confidence_exit,
        max(t.change) filter (where f.instrument = 'household_skills') as skill_after,
        max(t.change) filter (where f.instrument = 'gse10') as confidence_after
    from first_answers f left join last_answers l using (id, instrument) left join later_answers t using (id, instrument)
    group by f.id
), incomes as (
    select e.id, {_stated(_INTAKE)} as at_intake,
        case when {_EXIT} - {INCOME_BEFORE} > {_INTAKE} + {INCOME_AFTER} then {_stated(_EXIT)} end as at_exit,
        {_stated(f"({_EXIT} + 12)")} as after
    from episodes e join income_statements s on s.client_id = e.client_id
    where s.{_OF_THEM} and e.exit_on is not null group by e.id, e.intake_on, e.exit_on
)
"""  # nosec B608


def _alive(day: str) -> str:
    return f"(e.died_on is null or e.died_on > {day})"


def _counted() -> str:
    """The days of work that have come, of people who lived to them; of whom no work is known nothing was kept."""
    work = [f"case when k.began_on + {days} <= :as_of and {_alive(f'k.began_on + {days}')} then k.work_{days} end "
            f"as work_{days}" for days in CHECK_DAYS]  # fmt: skip
    for after in QUARTERS_AFTER:
        last = _quarter(after)[1]
        came = f"e.pathway = 'independence' and {last} < :as_of and {_alive(last)}"
        work.append(f"case when {came} then coalesce(m.employed_{after}, 'over') end as employed_{after}")
        # To the nearest ten thousand: an exact wage is as good as a name.
        work.append(f"case when {came} then cast(round(m.income_{after}, -4) as bigint) end as income_{after}")
    return ", ".join(work)


def _until() -> str:
    """Of each stage the days until it was reached, else until he left, else until now; and which of these it was."""
    parts = []
    for stage in STAGES:
        day = f"cast(r.{stage}_at at time zone :zone as date)"
        parts.append(f"coalesce({day}, e.exit_on, :as_of) - e.intake_on as {stage}_days")
        parts.append(f"case when r.{stage}_at is not null then {HAPPENED} {_ELSE} end as {stage}_end")
    return ", ".join(parts)


_ELSE = f"when e.exit_on is not null then {OTHERWISE} else {CENSORED}"

_COLUMNS = f"""
select e.client_id, e.id, :as_of as as_of, :begun_at as begun_at, e.office, to_char(e.intake_on, 'YYYY-"Q"Q') as quarter,
    e.pathway, e.category, e.sex,
    case when y.years is null then 'unknown' when y.years < 18 then '0-17' when y.years < 30 then '18-29'
        when y.years < 45 then '30-44' when y.years < 60 then '45-59' else '60+' end as age,
    case when exists (select from client_categories g where g.client_id = e.client_id
        and g.category_code in ('PPKS-05', 'PPKS-09')) then 'yes' else 'no' end as disability,
    coalesce(left(e.region_code, 5), 'unknown') as district,
    e.pathway <> 'long_term_care' as may_graduate, e.intake_on, :as_of - e.intake_on as seen_days,
    coalesce(e.exit_on, :as_of) - e.intake_on as stay_days, e.exit_on is not null as has_left, {_until()},
    v.kind, v.confirmed_on is not null as is_confirmed,
    coalesce(v.provisional_on, e.exit_on, :as_of) - e.intake_on as graduation_days,
    coalesce(f.relapsed_on, e.died_on, :as_of) - v.provisional_on as relapse_days,
    case when v.id is null then null when f.relapsed_on is not null then {HAPPENED}
        when e.died_on is not null then {OTHERWISE} else {CENSORED} end as relapse_end,
    k.began_on is not null as has_worked, {_counted()},
    i.at_exit - i.at_intake as income_exit, i.after - i.at_intake as income_after,
    s.skill_exit, s.skill_after, s.confidence_exit, s.confidence_after
from (
    select e.*, p.sex, p.birth_date, p.region_code, case when p.died_on <= :as_of then p.died_on end as died_on
    from episodes e join clients p on p.id = e.client_id where p.id between :first and :last
) e
cross join lateral (select case when e.birth_date <= e.intake_on
    then extract(year from age(e.intake_on, e.birth_date)) end as years) y
left join reached r on r.id = e.id left join verdicts v on v.id = e.id left join fallen f on f.id = e.id
left join kept k on k.id = e.id left join employed m on m.id = e.id left join scored s on s.id = e.id
left join incomes i on i.id = e.id
"""  # nosec B608

# Some people at once in memory, and as long as a job may take.
ROOM = (
    "select set_config('work_mem', '64MB', true), set_config('statement_timeout', :seconds, true), "
    "set_config('jit', 'off', true)"
)
# The lives of the people between two ids, in the columns of `CohortLife`.
LIVES = _EPISODES + _REACHED + _work() + _CHANGES + _COLUMNS


@dataclass(frozen=True)
class Drawing:
    """Which lives are read: all of the end of one day, drawn by the night that began at this instant."""

    as_of: date
    begun_at: datetime


def make_room(session: Session) -> None:
    """Let the statements of this transaction use the memory and the time of a job."""
    session.execute(sa.text(ROOM), {"seconds": f"{settings().job_statement_timeout}s"})


def people_with_cases() -> sa.Select[UUID]:
    """The ids of everybody who was ever served: what the night cuts into parts."""
    return sa.select(Case.client_id.label("id")).distinct()


def draw(session: Session, as_of: date, begun_at: datetime, first: UUID, last: UUID) -> int:
    """Draw the lives of the people from `first` to `last` anew; returns how many. As the program itself."""
    names = ", ".join(column.name for column in table_of(CohortLife).columns)
    insert = f"insert into cohort_lives ({names}) select {names} from ({LIVES}) drawn"  # noqa: S608  # nosec B608
    # The sizes of what is put together here PostgreSQL cannot know: it takes thousands for one, and loops thousands of times.
    session.execute(sa.text("select set_config('enable_nestloop', 'off', true)"))
    values = {"zone": OFFICE_ZONE.key, "as_of": as_of, "begun_at": begun_at, "first": first, "last": last}
    done: sa.CursorResult[Any] = session.connection().execute(_typed(insert), values)
    session.execute(sa.text("select set_config('enable_nestloop', 'on', true)"))
    return done.rowcount


def _typed(text: str) -> sa.TextClause:
    return sa.text(text).bindparams(
        sa.bindparam("as_of", type_=sa.Date), sa.bindparam("begun_at", type_=sa.DateTime(timezone=True))
    )


def newest_drawing(session: Session) -> Drawing | None:
    """The drawing that is whole; None before the first. As the program itself."""
    newest = sa.select(CohortDrawing.as_of, CohortDrawing.begun_at).order_by(CohortDrawing.as_of.desc()).limit(1)
    row = session.execute(newest).one_or_none()
    return Drawing(*row) if row else None


def clear(session: Session, as_of: date, begun_at: datetime, first: UUID, last: UUID) -> None:
    """Delete the lives of these people that this drawing had, and those of drawings that nobody reads any more."""
    is_own = (CohortLife.as_of == as_of) & (CohortLife.begun_at == begun_at)
    is_read = sa.exists().where(CohortDrawing.as_of == CohortLife.as_of, CohortDrawing.begun_at == CohortLife.begun_at)
    gone = sa.delete(CohortLife).where(CohortLife.client_id.between(first, last), is_own | ~is_read)
    session.execute(gone.execution_options(synchronize_session=False))


def look_over(session: Session) -> None:
    """Let PostgreSQL know the days that are new in the table, or it plans as if nobody had them."""
    session.execute(sa.text("analyze cohort_lives"))
