"""What stands in a case when the office has worked: who serves it, moves, answers, plans, visits, courses, work, beds.

Built by statements of PostgreSQL over bench/data.py's open cases, the words of plans under each person's key; the same for the
same size, counted back from the day on which it is made.
"""

from typing import Any
from uuid import UUID

import psycopg

from kessos_case.cases.service.plans import goal_place, step_place
from kessos_case.clients.service.cards import key_place
from kessos_case.core.ids import new_id
from kessos_case.core.keys import keyring

CHUNK = 5_000
# Of each UPT so many serve its cases, beside the one who asks.
WORKERS = 20
STAGES = ("intake", "assessment", "planning", "training", "placement")

# Each case with its number, what it has reached (1 intake .. 5 placement), the days since it was opened and since its stage.
_NUMBERED = f"""
    create table bench_work as
    select id as case_id, client_id, organisation_id as office, caseworker_id, n, reached,
        opened, least(opened, n % 61) as stood, least(opened, case when n % 9 = 0 then 70 + n % 50 else n % 28 end) as quiet
    from (select c.*, array_position(array{list(STAGES)}, stage) as reached,
                 (current_date - opened_at::date)::int as opened
          from (select *, row_number() over (order by opened_at, id)::int as n from cases) c) numbered
"""
_BEFORE = "now() - make_interval(days => {})"
_MADE = (
    # 1. Who serves it: an office has many, and a case in forty nobody yet.
    f"""insert into users (id, username, name, password_hash, organisation_id, is_active, created_at, version)
        select uuidv7(), 'bench.' || lower(o.code) || '.' || n, 'Pekerja ' || n, '-', o.id, true, now(), 1
        from organisations o, generate_series(1, {WORKERS}) n where o.kind = 'upt'""",
    """insert into grants (id, user_id, role, granted_at)
        select uuidv7(), id, 'caseworker', now() from users where username like 'bench.%'""",
    """update cases c set caseworker_id = case when w.n % 40 = 0 then null else u.ids[1 + w.n / 28 % cardinality(u.ids)] end,
            contact_on = case when w.reached > 1 then current_date - w.quiet end,
            stage_since = now() - make_interval(days => w.stood)
        from bench_work w, (select organisation_id, array_agg(id order by username) as ids from users group by 1) u
        where w.case_id = c.id and u.organisation_id = c.organisation_id""",
    """update tasks t set user_id = c.caseworker_id, role = 'caseworker' from cases c
        where c.client_id = t.client_id and c.organisation_id = t.organisation_id and c.caseworker_id is not null""",
    # 2. How it came here, and what was agreed.
    f"""insert into case_transitions (id, case_id, client_id, verb, from_stage, to_stage, detail, happened_at, recorded_at,
            user_id, organisation_id, policy_version)
        select uuidv7(), case_id, client_id, case place when 1 then 'open' else 'start_' || stages[place] end,
            case when place > 1 then stages[place - 1] end, stages[place], '{{}}', at, at, :by, office, 'bench'
        from (select w.*, place, array{list(STAGES)} as stages,
                {_BEFORE.format("(stood + (opened - stood) * (reached - place) / greatest(reached - 1, 1))")} as at
              from bench_work w, generate_series(1, 5) place where place <= reached) moved""",
    """insert into case_agreements (id, case_id, client_id, form, given_on, recorded_at, recorded_by)
        select uuidv7(), case_id, client_id, 'signed', current_date - opened, now() - make_interval(days => opened), :by
        from bench_work where reached > 1""",
    # 3. Answers: what a plan of this way needs, once, and of what has been served for long twice.
    """insert into assessments (id, case_id, client_id, instrument, instrument_version, state, scores, started_at, started_by,
            saved_at, completed_at, completed_by, policy_version, version)
        select uuidv7(), case_id, client_id, instrument, 1, 'completed', jsonb_build_object('flagged',
                jsonb_build_array('livelihood', 'problem_solving'), 'domains', jsonb_build_object('livelihood',
                jsonb_build_object('value', 1 + n % 3, 'level', 'low', 'unknown', '[]'::jsonb))),
            at, :by, at, at, :by, 'bench', 2
        from (select w.*, instrument, now() - make_interval(days => opened * (4 - again) / 4) as at
              from bench_work w, generate_series(1, 2) again,
                unnest(array['household_skills', 'social_functioning', 'gse10']) instrument
              where reached >= 3 and (again = 1 or opened > 200)) answered""",
    # 4. Meetings and attempts, the newest on the day that the case knows; reminders that are done, and some that are not.
    """insert into visits (id, client_id, case_id, kind, visited_on, was_met, outcome, recorded_at, recorded_by,
            organisation_id)
        select uuidv7(), client_id, case_id, case when place % 2 = 0 then 'visit' else 'call' end,
            current_date - quiet - (place - 1) * 23, place <> 3, case when place <> 3 then 'well' end, now(), :by, office
        from bench_work, generate_series(1, 4) place
        where reached > 1 and quiet + (place - 1) * 23 <= opened""",
    """insert into tasks (id, kind, subject_kind, subject_id, period, client_id, organisation_id, user_id, role, state, due_at,
            created_at, closed_at, closed_by, version)
        select uuidv7(), (array['reassess', 'contact_client', 'review_plan'])[place], 'case', w.case_id, 'bench', w.client_id,
            w.office, c.caseworker_id, 'caseworker', case when open then 'open' else 'done' end,
            now() + make_interval(days => w.n % 40 - 12), now() - make_interval(days => 20),
            case when not open then now() end, case when not open then :by::uuid end, 1
        from bench_work w join cases c on c.id = w.case_id, generate_series(1, 3) place, lateral (select place = 2 and
            w.n % 3 = 0 as open) now_open""",
    # 5. Courses and batches of each house, who learns there, and who has learnt.
    """insert into courses (id, organisation_id, name, skill, hours, capacity, is_active, created_at, version)
        select uuidv7(), id, 'Pelatihan ' || n, (array['sewing', 'catering', 'barber'])[n], 120, 200, true, now(), 1
        from organisations, generate_series(1, 3) n where kind = 'upt'""",
    """insert into batches (id, course_id, organisation_id, starts_on, ends_on, capacity, taken, created_at, version)
        select uuidv7(), id, organisation_id, current_date - 30 - 60 * n, current_date + 29 - 60 * n, 200, 0, now(), 1
        from courses, generate_series(0, 15) n""",
    """insert into enrolments (id, batch_id, course_id, organisation_id, case_id, client_id, state, starts_on, ends_on,
            requested_at, requested_by, passed, completed_on, version)
        select uuidv7(), b.id, b.course_id, w.office, w.case_id, w.client_id,
            case when w.reached = 4 then 'attending' else 'completed' end, b.starts_on, b.ends_on, now(), :by,
            case when w.reached = 5 then true end, case when w.reached = 5 then b.ends_on end, 1
        from bench_work w join lateral (select b.* from batches b where b.organisation_id = w.office
            and (w.reached = 4) = (b.starts_on > current_date - 60) order by b.id
            offset w.n % case when w.reached = 4 then 3 else 45 end limit 1) b on true where w.reached >= 4""",
    # 6. Work of those who are placed, with the first checks.
    """insert into placements (id, case_id, client_id, organisation_id, kind, business_sealed, occupation, starts_on,
            monthly_income, state, verified_on, verification_method, recorded_at, recorded_by, version)
        select uuidv7(), case_id, client_id, office, 'own_business', '-', 'pedagang', current_date - least(opened, 200),
            1500000, case when n % 3 = 0 then 'proposed' else 'active' end,
            case when n % 3 > 0 then current_date - least(opened, 190) end, case when n % 3 > 0 then 'visit' end, now(), :by, 1
        from bench_work where reached = 5""",
    """insert into placement_checks (id, placement_id, client_id, period, checked_on, still_active, monthly_income, method,
            recorded_at, recorded_by)
        select uuidv7(), p.id, p.client_id, k.period, p.starts_on + k.period, true, 1500000, 'visit', now(), :by
        from placements p, unnest(array[30, 90]) k (period)
        where p.state = 'active' and p.starts_on + k.period < current_date""",
    # 7. Beds for one in twelve.
    """insert into wards (id, organisation_id, name, sex, beds, taken, is_active, version)
        select uuidv7(), id, 'Bangsal ' || n, 'any', 400, 0, true, 1 from organisations, generate_series(1, 3) n
        where kind = 'upt'""",
    """insert into stays (id, case_id, client_id, organisation_id, ward_id, admitted_at, first_planned_until, planned_until,
            review_on, recorded_at, recorded_by, version)
        select uuidv7(), w.case_id, w.client_id, w.office, (array(select id from wards where organisation_id = w.office
                order by name))[1 + w.n % 3], now() - make_interval(days => w.opened), current_date + 100, current_date + 100,
            current_date + w.n % 80, now(), :by, 1
        from bench_work w where w.n / 28 % 12 = 0""",
    "update wards w set taken = (select count(*) from stays s where s.ward_id = w.id)",
)
_PLANNED = """select w.case_id, w.client_id, w.office, w.n, u.id, c.data_key
    from bench_work w join clients c on c.id = w.client_id
    join (select organisation_id, min(id::text)::uuid as id from users where username like 'bench.%%' group by 1) u
        on u.organisation_id = w.office
    where w.reached >= 4 order by w.n limit %s offset %s"""
_COLUMNS = {
    "plans": (
        "id", "case_id", "client_id", "number", "state", "author_id", "created_at", "decided_at", "decided_by",
        "client_agreed_on", "version",
    ),
    "plan_goals": ("id", "plan_id", "case_id", "client_id", "position", "domain", "text_sealed", "state"),
    "plan_steps": (
        "id", "goal_id", "plan_id", "case_id", "client_id", "position", "kind", "text_sealed",
        "responsible_organisation_id", "due_on", "state",
    ),
}  # fmt: skip


def add_casework(database: psycopg.Connection[Any], user_id: UUID) -> None:
    """Fill the tables of casework for every open case there is; `user_id` has written all of it down."""
    database.execute(_NUMBERED)
    database.execute("analyze bench_work")
    for statement in _MADE:
        # By hand: `%` is a remainder here.
        database.execute(statement.replace(":by", f"'{user_id}'"))
    first = 0
    while planned := database.execute(_PLANNED, [CHUNK, first]).fetchall():
        _add_plans(database, planned, user_id)
        first += CHUNK
    database.execute("drop table bench_work")
    database.execute("vacuum analyze")


def _add_plans(database: psycopg.Connection[Any], planned: list[Any], user_id: UUID) -> None:
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _COLUMNS}
    [today] = database.execute("select current_date").fetchone() or ()
    for case_id, client_id, office, number, decider, wrapped in planned:
        key, plan_id = keyring().unwrap(wrapped, key_place(client_id)), new_id()
        rows["plans"].append((plan_id, case_id, client_id, 1, "approved", user_id, today, today, decider, today, 1))
        for position, domain in enumerate(("livelihood", "problem_solving"), 1):
            goal_id = new_id()
            goal = key.seal(f"Tujuan {position} dari orang ini sendiri", goal_place(goal_id))
            rows["plan_goals"].append((goal_id, plan_id, case_id, client_id, position, domain, goal, "open"))
            for place, kind in enumerate(("course", "visit"), 1):
                step_id, state = new_id(), "done" if (number + place) % 3 == 0 else "open"
                step = key.seal(f"Langkah {place} menuju tujuan {position}", step_place(step_id))
                rows["plan_steps"].append(
                    (step_id, goal_id, plan_id, case_id, client_id, place, kind, step, office, today, state)
                )
    with database.transaction(), database.cursor() as cursor:
        for table, columns in _COLUMNS.items():
            with cursor.copy(f"copy {table} ({', '.join(columns)}) from stdin") as copy:
                for row in rows[table]:
                    copy.write_row(row)
