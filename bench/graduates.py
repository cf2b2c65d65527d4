"""Everybody of a province in a case, and of some what graduation looks at: candidates, who meets everything, who graduated.

Built by statements of PostgreSQL over bench/ledger.py's people; the same for the same size.
"""

import json
from typing import Any
from uuid import UUID

import psycopg

from kessos_case.cases.service.assessments import answers_place
from kessos_case.clients.service.cards import key_place
from kessos_case.core.ids import new_id
from kessos_case.core.keys import keyring

# Of a hundred: 4 who have a row of everything and lack something; among those without a line of aid (about 6) half are
# under a provisional verdict, the others confirmed, and a few have just come to meet everything.
ROLES = """
    create table bench_roles as
    select client_id, case_id, number, case
        when number % 100 < 4 then 'candidate'
        when has_aid then 'other'
        when number % 100 = 4 then 'ready'
        when number % 100 < 53 then 'provisional'
        else 'confirmed' end as role
    from (
        select c.client_id, c.id as case_id, row_number() over (order by c.client_id) as number,
            exists (select from disbursements d where d.client_id = c.client_id)
            or exists (select from household_members m join disbursements d on d.household_id = m.household_id
                       where m.client_id = c.client_id) as has_aid
        from cases c
    ) numbered
"""
EVERYBODY = """
    insert into cases (id, client_id, organisation_id, category_code, pathway, stage, stage_since, opened_at,
                       caseworker_id, version)
    select uuidv7(), c.id, (array(select id from organisations where kind = 'upt' order by code))[1 + (row_number() over
           (order by c.id)) %% (select count(*) from organisations where kind = 'upt')], 'PPKS-24', 'independence',
           'placement', '2025-01-06', '2024-01-06', %(by)s, 1
    from clients c where not exists (select from cases x where x.client_id = c.id)
"""
# Who has a row of everything; every third of the others has one or two, as in the middle of a case.
FULL = "r.role <> 'other'"
SOME = "(r.role <> 'other' or mod(r.number, 3) = 0)"


def _scored(**values: int) -> str:
    return json.dumps({"domains": {code: {"value": value} for code, value in values.items()}})


WELL, HUNGRY = (_scored(needs_and_rights=needs, roles=200, problem_solving=200) for needs in (2, 1))
UNSURE, SURE = (_scored(self_efficacy=total) for total in (20, 30))
FACTS = (
    f"""insert into income_statements (id, client_id, from_month, to_month, amount, source, household_size, recorded_at,
            recorded_by)
        select uuidv7(), r.client_id, s.first, s.last, 9000000, s.source, 1, s.at, %(by)s
        from bench_roles r, (values (24308, 24310, 'wage_slip', timestamptz '2025-12-05'),
            (24308, 24310, 'visit', '2025-12-05'), (24311, 24311, 'wage_slip', '2026-01-02')) s (first, last, source, at)
        where {SOME}""",
    f"""insert into placements (id, case_id, client_id, organisation_id, kind, business_sealed, occupation, starts_on, state,
            verified_on, verification_method, recorded_at, recorded_by, version)
        select uuidv7(), r.case_id, r.client_id, c.organisation_id, 'own_business', '-', 'pedagang', '2025-02-01', 'active',
            '2025-02-01', 'visit', '2025-02-01', %(by)s, 1 from bench_roles r join cases c on c.id = r.case_id where {SOME}""",
    """insert into placement_checks (id, placement_id, client_id, period, checked_on, still_active, method, recorded_at,
            recorded_by)
        select uuidv7(), p.id, p.client_id, k.period, p.starts_on + k.period, true, 'visit', '2025-09-01', %(by)s
        from placements p, (values (30), (90), (180)) k (period)""",
    f"""insert into plans (id, case_id, client_id, number, state, author_id, created_at, version)
        select uuidv7(), case_id, client_id, 1, 'approved', %(by)s, '2025-02-01', 1 from bench_roles r where {FULL}""",
    """insert into plan_goals (id, plan_id, case_id, client_id, position, domain, text_sealed, state)
        select uuidv7(), p.id, p.case_id, p.client_id, n, 'work', '-', 'met' from plans p, generate_series(1, 3) n""",
    f"""insert into assessments (id, case_id, client_id, instrument, instrument_version, state, scores, started_at, started_by,
            saved_at, completed_at, completed_by, policy_version, version)
        select uuidv7(), r.case_id, r.client_id, i.instrument, 1, 'completed',
            case when r.role = 'candidate' then i.low else i.scores end::jsonb, i.at, %(by)s, i.at, i.at, %(by)s, 'bench', 1
        from bench_roles r, (values
            ('social_functioning', timestamptz '2025-12-01', '{WELL}', '{HUNGRY}'),
            ('gse10', '2024-02-01', '{UNSURE}', '{UNSURE}'), ('gse10', '2025-12-01', '{SURE}', '{SURE}')
            ) i (instrument, at, scores, low)
        where {FULL}""",
    f"""insert into client_voices (id, client_id, case_id, asked_on, agrees, recorded_at, recorded_by)
        select uuidv7(), client_id, case_id, '2025-12-10', true, '2025-12-10', %(by)s from bench_roles r where {FULL}""",
    """insert into graduation_reviews (id, case_id, client_id, organisation_id, kind, state, verdict, fingerprint,
            policy_version, evaluated_at, opened_at, provisional_by, provisional_on, confirmed_on, version)
        select uuidv7(), r.case_id, r.client_id, c.organisation_id, 'empowered', r.role, '{"evidence": []}', 'bench', 'bench',
            '2025-12-01', '2025-12-01', %(by)s, '2025-12-15', case when r.role = 'confirmed' then date '2025-12-20' end, 1
        from bench_roles r join cases c on c.id = r.case_id where r.role in ('provisional', 'confirmed')""",
)
ANSWERS = {
    "savings": 2_000_000, "monthly_spending": 1_500_000, "income_sources": 2, "has_health_insurance": True,
    "has_social_support": True, "school_age_children": 0,
}  # fmt: skip
ASSESSED = (
    "id", "case_id", "client_id", "instrument", "instrument_version", "state", "answers_sealed", "scores", "started_at",
    "started_by", "saved_at", "completed_at", "completed_by", "policy_version", "version",
)  # fmt: skip


def add_graduates(database: psycopg.Connection[Any], user_id: UUID) -> dict[str, int]:
    """Fill the tables; how many there are of each role."""
    about = {"by": user_id}
    database.execute(EVERYBODY, about)
    database.execute("vacuum analyze cases")
    database.execute(ROLES)
    for statement in FACTS:
        database.execute(statement, about)
    _answer(database, user_id)
    database.execute("vacuum analyze")
    return dict(database.execute("select role, count(*) from bench_roles group by role").fetchall())


def _answer(database: psycopg.Connection[Any], user_id: UUID) -> None:
    """A key for each of those who have everything, and the household's answers under it."""
    people = database.execute(f"select client_id, case_id from bench_roles r where {FULL}").fetchall()
    with database.transaction(), database.cursor() as cursor:
        cursor.execute("create temp table given (id uuid, data_key bytea) on commit drop")
        keys = {client_id: keyring().new_data_key(key_place(client_id)) for client_id, _case_id in people}
        with cursor.copy("copy given from stdin") as copy:
            for client_id, (_key, wrapped) in keys.items():
                copy.write_row((client_id, wrapped))
        cursor.execute("update clients c set data_key = g.data_key from given g where g.id = c.id")
        with cursor.copy(f"copy assessments ({', '.join(ASSESSED)}) from stdin") as copy:
            for client_id, case_id in people:
                row_id, at = new_id(), "2025-12-01"
                sealed = keys[client_id][0].seal(json.dumps(ANSWERS), answers_place(row_id))
                copy.write_row(
                    (row_id, case_id, client_id, "household_skills", 1, "completed", sealed, '{"domains": {}}', at, user_id,
                     at, at, user_id, "bench", 1)
                )  # fmt: skip
