"""The lives of a report: one row for each time that somebody was served, from its first day to what came after it.

A case that another UPT took over goes on there and is one life, of the UPT and the quarter in which it began. What is asked of
a life is the table `cohort_lives`, which lasts for one transaction: it is reckoned once, and counted many times.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.db import Session
from kessos_case.core.settings import settings
from kessos_case.employment.rules import CHECK_DAYS, CHECK_OPENS_BEFORE
from kessos_case.reports.rules.cohorts import QUARTERS_AFTER

# Where a person's first answers lie, his last ones, and those a year later: days after he left.
AFTER_FROM, AFTER_TO = 275, 456
# Months around a day in which a statement of income tells of it: so many before, so many after.
INCOME_BEFORE, INCOME_AFTER = 3, 2

# links: a case and the one that went on with it elsewhere; handed: each of a chain with the first of it.
_EPISODES = """
with recursive links as (
    select new_case_id as id, case_id as before from case_transfers where new_case_id is not null
), handed as (
    select l.id, l.before as first_id from links l where not exists (select from links b where b.id = l.before)
    union all
    select l.id, h.first_id from links l join handed h on h.id = l.before
), episodes as materialized (
    select coalesce(h.first_id, c.id) as id, c.client_id, c.pathway, c.category_code as category,
        coalesce(f.organisation_id, c.organisation_id) as office,
        cast(coalesce(f.opened_at, c.opened_at) at time zone :zone as date) as intake_on,
        cast(c.closed_at at time zone :zone as date) as exit_on, c.close_reason
    from cases c left join handed h on h.id = c.id left join cases f on f.id = h.first_id
    where not exists (select from links l where l.before = c.id) and c.close_reason is distinct from 'duplicate'
        and (cast(:offices as uuid[]) is null
             or coalesce(f.organisation_id, c.organisation_id) = any (cast(:offices as uuid[])))
), members as (
    select id, id as case_id from episodes
    union all
    select h.first_id, h.id from handed h join episodes e on e.id = h.first_id
)
"""

_REACHED = """
, reached as (
    select m.id,
        min(t.happened_at) filter (where t.to_stage = 'assessment') as assessment_at,
        min(t.happened_at) filter (where t.to_stage = 'planning') as planning_at,
        min(t.happened_at) filter (where t.to_stage in ('training', 'rehabilitation', 'care')) as measures_at,
        min(t.happened_at) filter (where t.to_stage in ('placement', 'reunification')) as outcome_at,
        min(t.happened_at) filter (where t.to_stage = 'aftercare') as aftercare_at
    from members m join case_transitions t on t.case_id = m.case_id group by m.id
), reviewed as (
    select distinct on (m.id) m.id, r.id as review_id, r.kind, r.provisional_on, r.confirmed_on
    from members m join graduation_reviews r on r.case_id = m.case_id
    where r.state in ('provisional', 'confirmed') and r.provisional_on is not null
    order by m.id, r.provisional_on, r.id
), verdicts as (
    select * from reviewed
    union all
    -- Whose episode ended because of an age has no review: a natural end, of the day on which it ended.
    select e.id, null, 'natural', e.exit_on, null from episodes e
    where e.close_reason = 'age_limit' and not exists (select from reviewed r where r.id = e.id)
), fallen as (
    select v.id, min(p.happened_on) as relapsed_on from verdicts v join relapses p on p.review_id = v.review_id group by v.id
)
"""


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
    select p.id, p.client_id, p.case_id, p.starts_on, p.ended_on, p.verified_on, p.monthly_income, k.seen_on
    from placements p left join (
        select placement_id, max(checked_on) as seen_on from placement_checks where still_active group by placement_id
    ) k on k.placement_id = p.id
    where p.verified_on is not null and p.end_reason is distinct from 'never_started'
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
    join assessments a on a.case_id = m.case_id and a.state <> 'draft' and a.instrument in ('gse10', 'household_skills')
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
        and a.state <> 'draft' and a.scores -> 'domains' -> case a.instrument when 'gse10' then 'self_efficacy'
            else 'skills' end ->> 'value' is not null
        and cast(a.completed_at at time zone :zone as date) between e.exit_on + {AFTER_FROM} and e.exit_on + {AFTER_TO}
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
    where e.exit_on is not null group by e.id, e.intake_on, e.exit_on
)
"""  # nosec B608


def _alive(day: str) -> str:
    return f"(p.died_on is null or p.died_on > {day})"


def _counted() -> str:
    """The days of work that have come, of people who lived to them; of whom no work is known nothing was kept."""
    work = [f"case when k.began_on + {days} <= :today and {_alive(f'k.began_on + {days}')} then k.work_{days} end "
            f"as work_{days}" for days in CHECK_DAYS]  # fmt: skip
    for after in QUARTERS_AFTER:
        last = _quarter(after)[1]
        came = f"e.pathway = 'independence' and {last} < :today and {_alive(last)}"
        work.append(f"case when {came} then coalesce(m.employed_{after}, 'over') end as employed_{after}")
        # To the nearest ten thousand: an exact wage is as good as a name.
        work.append(f"case when {came} then cast(round(m.income_{after}, -4) as bigint) end as income_{after}")
    return ", ".join(work)


_COLUMNS = """
, drawn as (
    select e.id, e.office, to_char(e.intake_on, 'YYYY-"Q"Q') as quarter, e.pathway, e.category, p.sex,
        case when y.years is null then 'unknown' when y.years < 18 then '0-17' when y.years < 30 then '18-29'
            when y.years < 45 then '30-44' when y.years < 60 then '45-59' else '60+' end as age,
        case when exists (select from client_categories g where g.client_id = e.client_id
            and g.category_code in ('PPKS-05', 'PPKS-09')) then 'yes' else 'no' end as disability,
        coalesce(left(p.region_code, 5), 'unknown') as district,
        e.pathway <> 'long_term_care' as may_graduate, e.intake_on, e.exit_on, p.died_on,
        cast(r.assessment_at at time zone :zone as date) as assessment_on,
        cast(r.planning_at at time zone :zone as date) as planning_on,
        cast(r.measures_at at time zone :zone as date) as measures_on,
        cast(r.outcome_at at time zone :zone as date) as outcome_on,
        cast(r.aftercare_at at time zone :zone as date) as aftercare_on,
        v.kind, v.provisional_on as graduated_on, v.confirmed_on, f.relapsed_on, k.began_on, {counted},
        s.skill_exit, s.confidence_exit, s.skill_after, s.confidence_after,
        i.at_exit - i.at_intake as income_exit, i.after - i.at_intake as income_after,
        :today - e.intake_on as seen_days, v.provisional_on - e.intake_on as graduated_days,
        f.relapsed_on - v.provisional_on as relapsed_days
    from episodes e join clients p on p.id = e.client_id
    cross join lateral (select case when p.birth_date <= e.intake_on
        then extract(year from age(e.intake_on, p.birth_date)) end as years) y
    left join reached r on r.id = e.id left join verdicts v on v.id = e.id left join fallen f on f.id = e.id
    left join kept k on k.id = e.id left join employed m on m.id = e.id left join scored s on s.id = e.id
    left join incomes i on i.id = e.id
)
"""

_DROP = "drop table if exists pg_temp.cohort_lives"
# A whole province in memory, and as long as a job may take: it is read a few times a month, and by few.
_ROOM = (
    "select set_config('work_mem', '64MB', true), set_config('statement_timeout', :seconds, true), "
    "set_config('jit', 'off', true)"
)
_MAKE = (
    "create temporary table cohort_lives on commit drop as "  # nosec B608
    + _EPISODES
    + _REACHED
    + _work()
    + _CHANGES
    + _COLUMNS.format(counted=_counted())
    + "select * from drawn"
)


def draw_lives(session: Session, offices: Sequence[UUID] | None, today: date) -> None:
    """Make `cohort_lives` for the rest of this transaction: of these offices, None of all. As the program itself."""
    session.execute(sa.text(_ROOM), {"seconds": f"{settings().job_statement_timeout}s"})
    session.execute(sa.text(_DROP))
    values: dict[str, Any] = {
        "zone": OFFICE_ZONE.key, "today": today, "offices": None if offices is None else list(offices)
    }  # fmt: skip
    session.execute(sa.text(_MAKE).bindparams(sa.bindparam("today", type_=sa.Date)), values)


def let_read(session: Session) -> None:
    """Let the actor read the ids in it: his own policies decide which of these cases he sees."""
    session.execute(sa.text("grant select on pg_temp.cohort_lives to kessos_app"))
