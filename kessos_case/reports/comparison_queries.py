"""Reads for a matched comparison: who was in a course, and who like him was in none. As the program; no name is read."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation
from kessos_case.core.db import Session
from kessos_case.reports.life_queries import Drawing
from kessos_case.training.models import Course

# What a pair has in common.
ALIKE = ("office", "pathway", "category", "age", "sex", "quarter")
# So long after the course began both of a pair must have been watched.
WATCHED = 365

# Who enrolled and then did not come counts with the course: only so is it no choice of those who do well.
_PEOPLE = """
with lives as (
    select id, client_id, office, pathway, category, age, sex, quarter, intake_on, seen_days, stay_days, has_left, disability,
        kind, graduation_days
    from cohort_lives
    where as_of = :as_of and begun_at = :begun_at and (cast(:offices as uuid[]) is null or office = any (:offices))
), joined as (
    select l.id, min(e.starts_on) as starts_on
    from lives l join enrolments e on e.client_id = l.client_id
    where e.course_id = :course and e.state in ('enrolled', 'attending', 'completed', 'dropped')
        and (e.dropped_on is null or e.dropped_on >= e.starts_on) and e.starts_on between l.intake_on and :as_of
        and (not l.has_left or e.starts_on <= l.intake_on + l.stay_days)
    group by l.id
), kinds as (
    select distinct office, pathway, category, age, sex, quarter from lives join joined using (id)
)
select l.id, l.client_id, cast(l.office as text) as office, l.pathway, l.category, l.age, l.sex, l.quarter, l.intake_on,
    j.starts_on - l.intake_on as starts, l.stay_days as stays, l.seen_days,
    extract(year from age(l.intake_on, p.birth_date)) as years, l.disability, l.kind, l.graduation_days,
    (select cast(a.scores -> 'domains' -> 'self_efficacy' ->> 'value' as numeric) from assessments a
     where a.case_id = l.id and a.instrument = 'gse10' and a.state <> 'draft'
        and a.completed_at < (l.intake_on + coalesce(j.starts_on - l.intake_on, 90) + 1)
     order by a.completed_at, a.id limit 1) as confidence,
    (select cast(a.scores -> 'domains' -> 'skills' ->> 'value' as numeric) from assessments a
     where a.case_id = l.id and a.instrument = 'household_skills' and a.state <> 'draft'
        and a.completed_at < (l.intake_on + coalesce(j.starts_on - l.intake_on, 90) + 1)
     order by a.completed_at, a.id limit 1) as skill,
    (select min(s.amount / (s.to_month - s.from_month + 1.0) / s.household_size) from income_statements s
     where s.client_id = l.client_id and s.to_month >= m.month - 3 and s.from_month <= m.month) as income
from lives l join kinds k on (l.office, l.pathway, l.category, l.age, l.sex, l.quarter)
    = (k.office, k.pathway, k.category, k.age, k.sex, k.quarter)
join clients p on p.id = l.client_id left join joined j on j.id = l.id
cross join lateral (select cast(extract(year from l.intake_on) * 12 + extract(month from l.intake_on) - 1 as int) as month) m
where j.id is null or l.seen_days - (j.starts_on - l.intake_on) >= :watched
order by l.id
"""


def courses() -> sa.Select[UUID, str, str]:
    """(id, name, office) of every course; which ones there are is public."""
    select = sa.select(Course.id, Course.name, Organisation.name.label("office"))
    joined = select.join(Organisation, Organisation.id == Course.organisation_id)
    return joined.order_by(Course.name, Organisation.name, Course.id).limit(500)


def people(session: Session, course: UUID, drawing: Drawing, offices: Sequence[UUID]) -> Sequence[Any]:
    """Everybody of the kinds of those who were in this course, with what they are matched by and what became of them.

    Of these offices; none: of all.
    """
    values = {"as_of": drawing.as_of, "begun_at": drawing.begun_at, "offices": list(offices) or None}
    return session.execute(sa.text(_PEOPLE), values | {"course": course, "watched": WATCHED}).all()


def work(session: Session, client_ids: Sequence[UUID], as_of: date) -> Sequence[Any]:
    """(client_id, starts_on, ended_on, seen_on) of the verified work of these people, as it stood at the end of a day."""
    text = """
        select p.client_id, p.starts_on, case when p.ended_on <= :as_of then p.ended_on end as ended_on,
            max(k.checked_on) filter (where k.still_active and k.checked_on <= :as_of) as seen_on
        from placements p left join placement_checks k on k.placement_id = p.id
        where p.client_id = any (:ids) and p.verified_on <= :as_of and p.starts_on <= :as_of
            and p.end_reason is distinct from 'never_started'
        group by p.id
    """
    return session.execute(sa.text(text), {"ids": list(client_ids), "as_of": as_of}).all()
