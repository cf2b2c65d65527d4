"""What the made-up lives come to, counted from the ledger and the records alone: for docs/handbook/demo.md and its test.

python -m tests.demo.marginals postgresql://...     prints them for the database of a demo
"""

import sys
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

Ask = Callable[[str], list[Any]]

# What is counted, and how: the first column is the name of a row where there are several.
FIGURES: tuple[tuple[str, str], ...] = (
    ("people, households, mean size of a household today", """
        select (select count(*) from clients), (select count(*) from households), round(count(*) / count(distinct
        household_id)::numeric, 2) from household_members where to_month is null"""),
    ("people by age: below 18, 18-59, 60 and older, percent", """
        select round(100.0 * count(*) filter (where age < 18) / count(*), 1), round(100.0 * count(*) filter
        (where age between 18 and 59) / count(*), 1), round(100.0 * count(*) filter (where age > 59) / count(*), 1)
        from (select extract(year from age(greatest(max(registered_at) over (), now()), birth_date)) as age from clients
        where died_on is null) p"""),
    ("households with any consumption aid in a year, percent", """
        select y.year::int, round(100.0 * count(distinct d.household_id) / (select count(*) from households), 1)
        from (select generate_series(min(from_month) / 12 + 1, max(to_month) / 12 - 1) as year from disbursements) y
        join disbursements d on d.household_id is not null and d.amount > 0 and d.from_month / 12 = y.year
        group by 1 order by 1"""),
    ("lines by programme", "select programme_code, count(*) from disbursements where amount > 0 group by 1 order by 2 desc"),
    ("months with aid of a household that ever had any, of the last 60: quartiles", """
        with span as (select max(to_month) as last from disbursements), months as (
        select household_id, count(distinct m) as on_months from disbursements, span, generate_series(from_month, to_month)
        as m where household_id is not null and amount > 0 and m > last - 60 group by 1)
        select percentile_disc(0.25) within group (order by on_months), percentile_disc(0.5) within group (order by
        on_months), percentile_disc(0.75) within group (order by on_months) from months"""),
    ("lines taken back, lines known more than 60 days after they were paid, of those since the program began, percent", """
        select round(100.0 * count(*) filter (where amount < 0) / count(*), 2), round(100.0 * count(*) filter (where
        known_on - paid_on > 60) / count(*) filter (where known_on > paid_on), 2) from disbursements"""),
    ("cases by pathway and where they stand, percent of the pathway", """
        select pathway, coalesce(close_reason, stage), round(100.0 * count(*) / sum(count(*)) over (partition by pathway), 1)
        from cases group by 1, 2 order by 1, 3 desc"""),
    ("courses: finished, passed of the finished, left, percent", """
        select round(100.0 * count(*) filter (where state = 'completed') / count(*), 1), round(100.0 * count(*) filter
        (where passed) / nullif(count(*) filter (where state = 'completed'), 0), 1), round(100.0 * count(*) filter
        (where state = 'dropped') / count(*), 1) from enrolments"""),
    ("placements that began a year ago or earlier: still at work after 180 days, percent", """
        select round(100.0 * count(*) filter (where coalesce(ended_on, current_date) - starts_on >= 180) / nullif(count(*), 0),
        1) from placements where verified_on is not null and starts_on < (select max(starts_on) - 365 from placements)"""),
    ("graduation reviews by state", "select state, count(*) from graduation_reviews group by 1 order by 1"),
    ("relapses by kind", "select kind, count(*) from relapses group by 1 order by 1"),
    ("referrals by state", "select state, count(*) from referrals group by 1 order by 2 desc"),
    ("offers by how they ended or stand, percent", """
        select state, round(100.0 * count(*) / sum(count(*)) over (), 1) from offers group by 1 order by 2 desc"""),
    ("exemptions on record, of them in force today", """
        select ground, count(*), count(*) filter (where ended_at is null and coalesce(until_on, 'infinity') >= current_date)
        from exemptions group by 1 order by 2 desc"""),
    ("notes: of a case, of kinds in percent, in confidence in percent; papers, addenda", """
        select round(count(*)::numeric / count(distinct case_id), 1), round(100.0 * avg((kind = 'progress')::int)), round(100.0
        * avg((kind = 'visit')::int)), round(100.0 * avg((kind = 'call')::int)), round(100.0 * avg((kind = 'incident')::int)),
        round(100.0 * avg((level = 'confidential')::int), 1), (select count(*) from attachments),
        (select count(*) from note_addenda) from case_notes"""),
    ("open cases: met within 14, 30, 100 days, longer ago, percent", """
        select round(100.0 * avg((ago <= 14)::int)), round(100.0 * avg((ago <= 30)::int)),
        round(100.0 * avg((ago <= 100)::int)), round(100.0
        * avg((ago > 100)::int), 1) from (select (select max(recorded_at)::date from timeline_entries) - contact_on
        as ago from cases where closed_at is null and contact_on is not null) c"""),
    ("approved plans: with a signature, a conference that was called, a taper, a mentor, percent", """
        select round(100.0 * count(s.plan_id) / count(*)), round(100.0 * count(*) filter (where exists(select from conferences f
        join conference_calls l on l.conference_id = f.id where f.plan_id = p.id)) / count(*)), round(100.0 * count(*) filter
        (where exists(select from aid_tapers t where t.plan_id = p.id)) / count(*), 1), round(100.0 * count(*) filter
        (where exists(select from plan_steps k where k.plan_id = p.id and k.kind = 'mentor')) / count(*), 1)
        from plans p left join plan_signatures s on s.plan_id = p.id where state = 'approved'"""),
    ("conferences to come, called off; decisions in a plan, let go, waiting", """
        select (select count(*) from conference_calls where state = 'planned'), (select count(*) from conference_calls
        where state = 'cancelled'), count(plan_id), count(let_go_reason), count(*) filter (where settled_at is null)
        from conference_decisions"""),
    ("vacancies by state", "select state, count(*) from vacancies group by 1 order by 2 desc"),
    ("applications by state", "select state, count(*) from applications group by 1 order by 2 desc"),
    ("questions to employers by answer", """
        select coalesce(answer, case when revoked_at is not null then 'revoked' else 'none yet' end), count(*)
        from employer_inquiries group by 1 order by 2 desc"""),
    ("books: businesses, months, of them at a loss in percent; capital by source", """
        select count(distinct placement_id), count(*), round(100.0 * avg((profit < 0)::int), 1), (select string_agg(source
        || ' ' || many, ', ') from (select source, count(*) as many from business_capital group by 1 order by 1) c)
        from business_months"""),
    ("mentors, of them going on; mentorings by outcome or state", """
        select count(*), count(*) filter (where until_on is null), (select string_agg(how || ' ' || many, ', ') from (select
        coalesce(outcome, state) as how, count(*) as many from mentorings group by 1 order by 1) t) from mentors"""),
    ("after a night: everybody by status, ground and band", """
        select status, coalesce(ground, band), count(*) from dependency_scores group by 1, 2 order by 1, 3 desc"""),
    ("after a night: people with a case of the last 24 months who are scored, by band", """
        select band, count(*) from dependency_scores s where status = 'scored' and exists (select from cases c
        where c.client_id = s.client_id and (c.closed_at is null or c.closed_at > s.as_of - interval '24 months'))
        group by 1 order by 2 desc"""),
    ("after a night: flags by office, by score and by lot", """
        select o.code, count(*) filter (where f.kind = 'score'), count(*) filter (where f.kind = 'sample')
        from dependency_flags f join organisations o on o.id = f.organisation_id group by 1 order by 2 desc, 1"""),
)  # fmt: skip


def told(ask: Ask) -> list[str]:
    """Every figure in lines."""
    lines = []
    for name, query in FIGURES:
        lines.append(name)
        lines += ["    " + "  ".join(str(value) for value in row) for row in ask(query)]
    return lines


def main(url: str) -> None:
    """Print them for this database."""
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.connect() as connection:
        print("\n".join(told(lambda query: [tuple(row) for row in connection.exec_driver_sql(query)])))  # noqa: T201
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
