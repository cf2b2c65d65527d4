"""Row-level security by raw SQL as the program's role: what the program forgets, the database refuses."""

import pytest
import sqlalchemy as sa

from kessos_case.core import db
from tests.factories import Make, dependency, nights

# Tables that belong to nobody: offices, users and what is public.
NOT_OWNED = {
    "alembic_version", "regions", "pas_groups", "categories", "programmes", "programme_amounts", "poverty_lines",
    "minimum_wages", "service_types", "permissions", "organisations", "users", "grants", "services",
    "service_capacities", "agreements", "service_pauses", "courses", "batches", "score_policies", "night_chunks",
    "organisation_contacts", "service_records", "course_requirements", "vacancies", "wards", "ward_beds", "house_rules",
    "course_records", "cohort_drawings",
}  # fmt: skip

# Kept in code, so that a policy which vanishes in a migration is missed.
EPISODE = ("aid_tapers", "assessments", "attachments", "case_agreements", "case_notes", "case_texts", "case_transitions",
           "conference_calls", "conference_decisions", "conference_guests", "conferences", "plan_goals", "plan_signatures",
           "plan_steps", "plans", "reunifications", "taper_steps")  # fmt: skip
FACTS = ("applications", "attendances", "business_capital", "business_months", "client_voices", "disbursements",
         "employer_inquiries", "enrolments", "income_statements", "placement_checks", "placements", "relapses")  # fmt: skip
HOUSE = ("bed_waits", "shift_entries", "shift_logs", "stay_events", "stays")
REACHED = ("alerts", "consents", "client_categories", "client_search", "exemptions", "household_members", "households")
IMPORTED = ("aid_import_files", "aid_import_rows")
BY_JOBS = (*EPISODE, *FACTS, *HOUSE, *REACHED, "mentors", "mentorings", "note_addenda",
           "cases", "case_transfers", "client_access", "clients", "graduation_reviews",
           "graduation_signatures", "idempotency_keys", "jobs", "offers", "referral_matches", "referral_photos",
           "referral_texts", "referral_transitions", "referrals", "tasks", "timeline_entries", "visits",
           "audit_seals", "aid_imports", *IMPORTED, "dependency_flags", "dependency_scores", "digests",
           "nights", "tokens", "contact_choices", "notifications", "messages", "photo_parts", "answer_links",
           "letters", "webhook_deliveries", "webhook_subscriptions")  # fmt: skip
OWN = (
    "contact_choices",
    "digests",
    "idempotency_keys",
    "jobs",
    "notifications",
    "photo_parts",
    "saved_filters",
    "tokens",
)
POLICIES = {
    ("cohort_lives", "reports"),
    *((table, "episode") for table in EPISODE),
    *((table, "casework") for table in FACTS),
    *((table, "house") for table in HOUSE),
    *((table, "reach") for table in REACHED),
    *((table, "import") for table in IMPORTED),
    *((table, "jobs") for table in BY_JOBS),
    *((table, "own") for table in OWN),
    ("audit_entries", "read_app"), ("audit_entries", "read_jobs"), ("audit_entries", "write_app"),
    ("audit_entries", "write_jobs"), ("audit_entries", "write_operator"), ("audit_seals", "read_app"),
    ("attachments", "remove"), ("attachments", "write"), ("case_notes", "change"), ("case_notes", "write"),
    ("mentorings", "both_offices"), ("mentors", "office"), ("note_addenda", "note"), ("note_addenda", "write"),
    ("aid_imports", "office"), ("dependency_flags", "case_office"), ("dependency_scores", "case_office"),
    ("case_transfers", "both_offices"), ("cases", "move"), ("cases", "open"), ("cases", "reach"),
    ("client_access", "end_ground"), ("client_access", "open_ground"), ("client_access", "reach"),
    ("clients", "change"), ("clients", "reach"), ("clients", "register"),
    ("duplicate_reviews", "raise"), ("duplicate_reviews", "team"), ("graduation_reviews", "open"),
    ("graduation_reviews", "reach"), ("graduation_reviews", "sign"), ("graduation_signatures", "reach"),
    ("graduation_signatures", "sign"), ("jobs", "count_waiting"), ("jobs", "import"),
    ("jobs", "night"), ("letters", "office"), ("messages", "count_messages"),
    ("nights", "read"), ("offers", "answer"), ("offers", "make"), ("offers", "reach"), ("referral_matches", "desk"),
    ("referral_photos", "reach"), ("referral_photos", "write"), ("referral_texts", "reach"),
    ("referral_texts", "write"), ("referral_transitions", "reach"), ("referral_transitions", "write"),
    ("referrals", "move"), ("referrals", "reach"), ("referrals", "send"), ("tasks", "about_people"),
    ("tasks", "ask"), ("tasks", "desk"), ("tasks", "settle"), ("timeline_entries", "reach"), ("timeline_entries", "write"),
    ("tokens", "sign_in"), ("visits", "casework"), ("visits", "visit"),
    ("webhook_deliveries", "count_deliveries"), ("webhook_deliveries", "office"), ("webhook_subscriptions", "office"),
}  # fmt: skip


def owned_tables(truth) -> list[str]:
    return sorted(set(truth.all("select tablename from pg_tables where schemaname = 'public'")) - NOT_OWNED)


def test_every_client_owned_table_has_forced_row_security(truth):
    query = "select relname from pg_class where relrowsecurity and relforcerowsecurity"
    # The search table is held for everyone but its owner, whom the program cannot become (see below).
    assert set(owned_tables(truth)) - set(truth.all(query)) == {"client_search"}
    assert (
        truth.one("select pg_get_userbyid(relowner) from pg_class where relname = 'client_search'") == "kessos_search"
    )
    assert truth.one("select pg_has_role('kessos_login', 'kessos_search', 'member')") is False


def test_the_policies_are_those_of_the_list(truth):
    assert set(truth.all("select tablename, policyname from pg_policies")) == POLICIES


@pytest.mark.parametrize("role", ["kessos_app", "kessos_jobs", "kessos_owner"])
def test_without_an_actor_no_table_of_people_shows_a_row(role: str, make: Make, truth):
    worker, tksk = make.caseworker(), make.user("tksk")
    make.client(worker, categories=["PPKS-24"])
    sent = make.referral(tksk)
    make.photo(tksk, sent.id)
    tables = owned_tables(truth)
    full = [name for name in tables if truth.one(f"select count(*) from {name}")]
    assert {"clients", "client_access", "client_search", "referrals", "referral_photos", "audit_entries"} <= set(full)
    with db.transaction(db.nobody()) as session:
        session.execute(sa.text(f"set local role {role}"))
        seen = {}
        for name in tables:
            with session.begin_nested() as point:
                try:
                    seen[name] = session.scalar(sa.text(f"select count(*) from {name}"))
                except sa.exc.ProgrammingError:
                    point.rollback()  # not even the right to ask
        # The owner's own functions check sign-ins and count what waits, and it may alter the table of derived forms.
        allowed = {"tokens", "jobs", "client_search"} if role == "kessos_owner" else set()
        assert {name for name, rows in seen.items() if rows} <= allowed


def test_a_caseworker_sees_only_his_office_by_raw_sql(make: Make):
    mine, other = make.caseworker(), make.caseworker("PSTW-MAGETAN")
    own, foreign = make.client(mine), make.client(other)
    with make.acting(mine) as session:
        found = set(session.scalars(sa.text("select id from clients")))
    assert own.id in found and foreign.id not in found


def test_the_program_cannot_change_what_only_grows(make: Make):
    worker = make.caseworker()
    make.client(worker)
    for table in ("audit_entries", "timeline_entries"):
        for verb in (f"update {table} set kind = 'x'", f"delete from {table}"):
            with pytest.raises(sa.exc.ProgrammingError), make.acting(worker) as session:
                session.execute(sa.text(verb))


def test_nor_can_the_owner_of_the_tables(make: Make, truth):
    make.client(make.caseworker())
    with pytest.raises(sa.exc.ProgrammingError, match="append-only"):
        truth.run("delete from timeline_entries")


def test_a_grant_that_has_ended_opens_nothing(make: Make, clock):
    worker = make.caseworker()
    client = make.client(worker)
    with db.transaction(db.Credentials(role="kessos_owner", system="test")) as session:
        session.execute(sa.text("update grants set valid_until = :at where user_id = :id"),
                        {"at": clock.now, "id": worker.id})  # fmt: skip
    clock.move(minutes=1)
    with make.acting(worker) as session:
        assert session.actor.grants == ()
        assert session.scalar(sa.text("select count(*) from clients where id = :id"), {"id": client.id}) == 0


def test_access_on_a_ground_that_has_ended_is_closed(make: Make, truth, clock):
    worker = make.caseworker()
    client = make.client(worker)
    truth.run("update client_access set valid_until = :at", at=clock.now)
    clock.move(minutes=1)
    with make.acting(worker) as session:
        assert session.scalar(sa.text("select count(*) from clients where id = :id"), {"id": client.id}) == 0


@pytest.mark.parametrize(
    "change",
    [
        "aid_import_rows set amount = 1",
        "aid_import_rows set client_id = null",
        "aid_imports set is_historic = true",
        "household_members set household_id = gen_random_uuid()",
        "household_members set from_month = 0",
        "households set region_code = null",
        "dependency_flags set points = 0",
        "dependency_flags set organisation_id = gen_random_uuid()",
        "dependency_scores set points = 0",
        "nights set report = '{}'",
    ],
)
def test_the_program_changes_only_what_a_verb_changes(make: Make, change: str):
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), make.acting(make.caseworker()) as session:
        session.execute(sa.text(f"update {change}"))


def test_why_a_person_is_exempt_is_for_the_office_of_the_case(make: Make):
    worker, other = make.caseworker(), make.caseworker("PSTW-MAGETAN")
    case = dependency.long_aided(make, worker, months=0)
    dependency.exemption(make, worker, case.client_id)
    dependency.reached_by(other, case.client_id)
    for by, rows in ((worker, 1), (other, 0)):
        with make.acting(by) as session:
            assert session.scalar(sa.text("select count(*) from exemptions")) == rows


def test_nights_are_seen_by_whoever_may_read_them(make: Make):
    nights.begun()
    for role, rows in (("administrator", 1), ("caseworker", 0)):
        with make.acting(make.user(role)) as session:
            assert session.scalar(sa.text("select count(*) from nights")) == rows


def test_no_password_hash_can_be_read_by_the_program(make: Make):
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), make.acting(make.caseworker()) as session:
        session.execute(sa.text("select password_hash from users"))


def test_the_search_function_uses_its_trigram_index(make: Make):
    worker = make.caseworker()
    make.client(worker)
    # As inside the function, whose owner has a policy of its own.
    with make.acting(worker) as session:
        session.execute(sa.text("set local enable_seqscan = off"))
        session.execute(sa.text("set local role none"))
        session.execute(sa.text("set local role kessos_search"))
        plan = session.scalars(sa.text("explain select client_id from client_search s where 'sutanto' <% s.forms"))
        assert "ix_client_search_forms" in "\n".join(plan)


def test_a_list_of_an_office_is_driven_by_its_index(committed, make_committed: Make):
    """A policy's subquery alone would be asked for each person of the province. In a database whose pages are few."""
    from kessos_case.clients import queries

    worker = make_committed.caseworker()
    make_committed.client(worker)
    with make_committed.acting(worker) as session:
        session.execute(sa.text("set local enable_seqscan = off"))
        query = queries.clients().compile(session.connection(), compile_kwargs={"literal_binds": True})
        plan = "\n".join(session.scalars(sa.text(f"explain {query}")))
    assert "ix_client_access_organisation_id" in plan


def test_search_finds_nobody_for_nobody(make: Make):
    client = make.client(make.caseworker(), name="Sutanto Wibisono")
    calls = [
        "select count(*) from people_alike('{sutanto wibisono}', null, null, null, '{}', null, 10)",
        "select count(*) from people_found('sutanto wibisono', null, null, 10)",
        f"select count(*) from people_held('{{{client.id}}}')",
    ]
    with db.transaction(db.nobody()) as session:
        assert [session.scalar(sa.text(call)) for call in calls] == [0, 0, 0]
    with db.transaction(db.system("test")) as session:
        assert session.scalar(sa.text(calls[0])) == 1
