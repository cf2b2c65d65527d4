"""How the cases of a night are chosen: each range of them by what an index knows of it, however many others there are."""

import re
from uuid import UUID

import pytest
import sqlalchemy as sa

from kessos_case.core import db
from kessos_case.graduation import service
from tests.factories import Make

# Of everybody a row of everything; every third has a review that was confirmed.
FILLED = (
    """insert into clients (id, name, sex, confidentiality, aliases, registered_at, registered_by, version)
       select uuidv7(), 'Uji', 'P', 'standard', '{}', '2025-01-01', :by, 1 from generate_series(1, 4000)""",
    """insert into cases (id, client_id, organisation_id, category_code, pathway, stage, stage_since, opened_at, caseworker_id,
           version)
       select uuidv7(), id, :office, 'PPKS-24', 'independence', 'placement', '2025-01-06', '2024-01-06', :by, 1 from clients""",
    """insert into income_statements (id, client_id, from_month, to_month, amount, source, household_size, recorded_at,
           recorded_by)
       select uuidv7(), id, 24312, 24313, 1, 'visit', 1, '2026-02-20', :by from clients""",
    """insert into placements (id, case_id, client_id, organisation_id, kind, business_sealed, occupation, starts_on, state,
           verified_on, verification_method, recorded_at, recorded_by, version)
       select uuidv7(), id, client_id, organisation_id, 'own_business', '-', 'pedagang', '2025-02-01', 'active', '2025-02-01',
           'visit', '2025-02-01', :by, 1 from cases""",
    """insert into plans (id, case_id, client_id, number, state, author_id, created_at, version)
       select uuidv7(), id, client_id, 1, 'approved', :by, '2025-02-01', 1 from cases""",
    """insert into assessments (id, case_id, client_id, instrument, instrument_version, state, scores, started_at, started_by,
           saved_at, completed_at, completed_by, policy_version, version)
       select uuidv7(), id, client_id, 'social_functioning', 1, 'completed', '{"domains": {}}', '2026-02-01', :by,
           '2026-02-01', '2026-02-01', :by, 'test', 1 from cases""",
    """insert into client_voices (id, client_id, case_id, asked_on, agrees, recorded_at, recorded_by)
       select uuidv7(), client_id, id, '2026-02-01', true, '2026-02-01', :by from cases""",
    """insert into graduation_reviews (id, case_id, client_id, organisation_id, kind, state, verdict, fingerprint,
           policy_version, evaluated_at, opened_at, provisional_on, confirmed_on, version)
       select uuidv7(), id, client_id, organisation_id, 'empowered', 'confirmed', '{"evidence": []}', '-', '-', '2026-01-01',
           '2026-01-01', '2025-01-15', '2026-01-20', 1
       from (select *, row_number() over (order by id) as number from cases) c where number % 3 = 0""",
    """insert into disbursements (id, client_id, programme_code, from_month, to_month, paid_on, known_on, amount, source_key,
           recorded_at)
       select uuidv7(), id, 'SEMBAKO', 24290, 24290, '2024-04-01', '2024-04-01', 200000, uuidv4(), '2024-04-01'
       from clients, generate_series(1, 3)""",
)
TABLES = (
    "cases", "income_statements", "placements", "plans", "assessments", "client_voices", "graduation_reviews",
    "disbursements",
)  # fmt: skip


@pytest.fixture
def province(committed: sa.Engine, make_committed: Make, clock) -> list[UUID]:
    """Four thousand cases, of whom two in three have a row of everything; their ids in order."""
    worker = make_committed.caseworker()
    with committed.begin() as connection:
        for statement in FILLED:
            connection.execute(sa.text(statement), {"by": worker.id, "office": worker.organisation_id})
        connection.execute(sa.text(f"analyze {', '.join(TABLES)}"))
        return list(connection.scalars(sa.text("select id from cases order by id")))


def test_a_range_is_chosen_by_index_whoever_else_is_in_a_case(province):
    """As joins or hashes each chunk would read every table of the province, and a night grow with its square."""
    with db.transaction(db.system("test")) as session:
        select = service.cases_to_look_at(session, (province[2000], province[2099]))
        text = select.compile(session.connection(), compile_kwargs={"literal_binds": True})
        plan = "\n".join(session.connection().exec_driver_sql(f"explain {text}").scalars())
        found = session.scalars(select).all()
    # Of the confirmed ones nothing has come up.
    assert sorted(found) == [case_id for place, case_id in enumerate(province[:2100], 1) if place > 2000 and place % 3]
    read = {table for table in TABLES if f" on {table}" in plan}
    assert read == set(TABLES)
    assert set(re.findall(r"Seq Scan on (\w+)", plan)).isdisjoint(TABLES)
    # The one set that is made is that of the range's own reviews.
    assert plan.count("hashed SubPlan") == 1


def test_part_by_part_the_same_are_chosen_as_all_at_once(province):
    with db.transaction(db.system("test")) as session:
        at_once = set(session.scalars(service.cases_to_look_at(session)))
        parts = [set(session.scalars(service.cases_to_look_at(session, span))) for span in spans(province, 700)]
    assert set.union(*parts) == at_once
    assert len(at_once) == sum(map(len, parts)) == len(province) - len(province) // 3


def spans(ids: list[UUID], size: int) -> list[tuple[UUID, UUID]]:
    return [(ids[first], ids[min(first + size, len(ids)) - 1]) for first in range(0, len(ids), size)]
