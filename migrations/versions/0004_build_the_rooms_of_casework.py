"""Tables of tasks, consents, cases, plans, the directory, offers, training, work, aid and graduation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


# Words that a check allows from here on, and those that it allowed before.
CHECKS = {
    ("client_access", "ground"): (
        ("registered", "referral", "case", "aftercare", "break_glass"),
        ("registered", "referral", "aftercare", "break_glass"),
    ),
    ("grants", "role"): (
        ("caseworker", "supervisor", "tksk", "partner", "triage", "analyst", "dpo", "administrator", "co_signer"),
        ("caseworker", "supervisor", "tksk", "partner", "triage", "analyst", "dpo", "administrator"),
    ),
    ("referrals", "state"): (
        (
            "submitted",
            "returned",
            "routing",
            "offered",
            "waiting",
            "accepted",
            "met",
            "completed",
            "unmet",
            "rejected",
            "withdrawn",
        ),
        ("submitted", "returned", "rejected", "withdrawn"),
    ),
}
LEGAL_BASES = ("public_task", "consent", "contract", "legal_obligation", "vital_interest", "legitimate_interest")


def _allow(which: int) -> None:
    for (table, column), words in CHECKS.items():
        listed = ", ".join(f"'{word}'" for word in words[which])
        op.drop_constraint(op.f(f"ck_{table}_{column}"), table)
        op.create_check_constraint(op.f(f"ck_{table}_{column}"), table, f"{column} in ({listed})")


def upgrade() -> None:
    _allow(0)
    op.create_table(
        "courses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity between 1 and 1000", name=op.f("ck_courses_capacity")),
        sa.CheckConstraint("hours between 1 and 5000", name=op.f("ck_courses_hours")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_courses_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
    )
    op.create_index(op.f("ix_courses_organisation_id"), "courses", ["organisation_id"], unique=False)
    op.create_table(
        "services",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("service_type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("coverage", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("min_age", sa.SmallInteger(), nullable=True),
        sa.Column("max_age", sa.SmallInteger(), nullable=True),
        sa.Column("sexes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("categories", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("has_disability_access", sa.Boolean(), nullable=False),
        sa.Column("is_accredited", sa.Boolean(), nullable=False),
        sa.Column("allows_waiting", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("last_offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("cardinality(coverage) > 0", name=op.f("ck_services_covers_something")),
        sa.CheckConstraint(
            "max_age between min_age and 130 or (min_age is null and max_age between 0 and 130)",
            name=op.f("ck_services_max_age"),
        ),
        sa.CheckConstraint("min_age between 0 and 130", name=op.f("ck_services_min_age")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_services_organisation_id")),
        sa.ForeignKeyConstraint(["service_type"], ["service_types.code"], name=op.f("fk_services_service_type")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
    )
    op.create_index(op.f("ix_services_organisation_id"), "services", ["organisation_id"], unique=False)
    op.create_index(
        "ix_services_service_type", "services", ["service_type"], unique=False, postgresql_where=sa.text("is_active")
    )
    op.create_table(
        "agreements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_agreements_in_order")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_agreements_organisation_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_agreements_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_agreements_organisation_id_number")),
    )
    op.create_index(op.f("ix_agreements_recorded_by"), "agreements", ["recorded_by"], unique=False)
    op.create_table(
        "batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_batches_in_order")),
        sa.CheckConstraint("taken between 0 and capacity", name=op.f("ck_batches_not_overfull")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_batches_course_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_batches_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index(op.f("ix_batches_course_id"), "batches", ["course_id"], unique=False)
    op.create_index("ix_batches_organisation_id", "batches", ["organisation_id", "starts_on", "id"], unique=False)
    op.create_table(
        "service_capacities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("service_id"), "="),
            (sa.literal_column("daterange(starts_on, ends_on, '[]')"), "&&"),
            using="gist",
            name="ex_service_capacities_one_period",
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_service_capacities_in_order")),
        sa.CheckConstraint(
            "reserved >= 0 and taken >= 0 and reserved + taken <= places",
            name=op.f("ck_service_capacities_not_overfull"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_service_capacities_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_capacities")),
    )
    op.create_index(op.f("ix_service_capacities_service_id"), "service_capacities", ["service_id"], unique=False)
    op.create_table(
        "service_pauses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_service_pauses_in_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_service_pauses_organisation_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_service_pauses_recorded_by")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_service_pauses_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_pauses")),
    )
    op.create_index(
        "ix_service_pauses_organisation_id", "service_pauses", ["organisation_id", "starts_on"], unique=False
    )
    op.create_index(op.f("ix_service_pauses_recorded_by"), "service_pauses", ["recorded_by"], unique=False)
    op.create_index(op.f("ix_service_pauses_service_id"), "service_pauses", ["service_id"], unique=False)
    op.create_table(
        "alerts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind in ("
            "'violence', 'addiction_relapse', 'eviction', 'self_harm', 'shackling', 'exploitation', "
            "'health', 'visitor_safety')",
            name=op.f("ck_alerts_kind"),
        ),
        sa.CheckConstraint("severity in ('low', 'medium', 'high')", name=op.f("ck_alerts_severity")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_alerts_client_id")),
        sa.ForeignKeyConstraint(["ended_by"], ["users.id"], name=op.f("fk_alerts_ended_by")),
        sa.ForeignKeyConstraint(["raised_by"], ["users.id"], name=op.f("fk_alerts_raised_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index("ix_alerts_client_id", "alerts", ["client_id", "raised_at"], unique=False)
    op.create_index(op.f("ix_alerts_ended_by"), "alerts", ["ended_by"], unique=False)
    op.create_index(op.f("ix_alerts_raised_by"), "alerts", ["raised_by"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("category_code", sa.Text(), nullable=False),
        sa.Column("pathway", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("stage_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_reason", sa.Text(), nullable=True),
        sa.Column("caseworker_id", sa.Uuid(), nullable=True),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("previous_case_id", sa.Uuid(), nullable=True),
        sa.Column("successor_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("spm_type", sa.Text(), nullable=True),
        sa.Column("spm_level", sa.Text(), nullable=True),
        sa.Column("recommending_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("paused_from", sa.Date(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(close_reason is not null) = (stage = 'closed')", name=op.f("ck_cases_closed_for_a_reason")
        ),
        sa.CheckConstraint(
            "(stage in ('graduated', 'closed')) = (closed_at is not null)", name=op.f("ck_cases_closed_at_the_end")
        ),
        sa.CheckConstraint(
            "close_reason in ("
            "'moved', 'deceased', 'own_wish', 'lost_contact', 'absconded', 'referred_elsewhere', "
            "'not_eligible', 'age_limit', 'returned_to_family', 'sentenced', 'duplicate', 'goals_met_without_graduation', "
            "'transferred')",
            name=op.f("ck_cases_close_reason"),
        ),
        sa.CheckConstraint(
            "pathway in ('independence', 'reunification', 'long_term_care')", name=op.f("ck_cases_pathway")
        ),
        sa.CheckConstraint("spm_level in ('province', 'regency')", name=op.f("ck_cases_spm_level")),
        sa.CheckConstraint(
            "stage in ("
            "'intake', 'assessment', 'planning', 'training', 'rehabilitation', 'care', "
            "'placement', 'reunification', 'aftercare', 'graduated', 'closed')",
            name=op.f("ck_cases_stage"),
        ),
        sa.CheckConstraint("paused_until >= paused_from", name=op.f("ck_cases_pause_in_order")),
        sa.ForeignKeyConstraint(["caseworker_id"], ["users.id"], name=op.f("fk_cases_caseworker_id")),
        sa.ForeignKeyConstraint(["category_code"], ["categories.code"], name=op.f("fk_cases_category_code")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_cases_client_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_cases_organisation_id")),
        sa.ForeignKeyConstraint(["previous_case_id"], ["cases.id"], name=op.f("fk_cases_previous_case_id")),
        sa.ForeignKeyConstraint(
            ["recommending_organisation_id"], ["organisations.id"], name=op.f("fk_cases_recommending_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["successor_organisation_id"], ["organisations.id"], name=op.f("fk_cases_successor_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index(
        "ix_cases_caseload",
        "cases",
        ["organisation_id", "opened_at", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at is null"),
    )
    op.create_index(
        "ix_cases_caseworker",
        "cases",
        ["caseworker_id", "opened_at", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at is null"),
    )
    op.create_index(op.f("ix_cases_category_code"), "cases", ["category_code"], unique=False)
    op.create_index("ix_cases_client_id", "cases", ["client_id", "opened_at"], unique=False)
    op.create_index("ix_cases_organisation_id", "cases", ["organisation_id", "opened_at", "id"], unique=False)
    op.create_index(op.f("ix_cases_previous_case_id"), "cases", ["previous_case_id"], unique=False)
    op.create_index(
        op.f("ix_cases_recommending_organisation_id"), "cases", ["recommending_organisation_id"], unique=False
    )
    op.create_index(op.f("ix_cases_referral_id"), "cases", ["referral_id"], unique=False)
    op.create_index("ix_cases_successor_organisation_id", "cases", ["successor_organisation_id"], unique=False)
    op.create_index(
        "uq_cases_open",
        "cases",
        ["client_id", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("closed_at is null"),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("receiver_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("form in ('signed', 'oral_witnessed', 'guardian')", name=op.f("ck_consents_form")),
        sa.CheckConstraint(
            "purpose in ('disclosure', 'employer_contact', 'family_contact', 'photo', 'mentoring')",
            name=op.f("ck_consents_purpose"),
        ),
        sa.CheckConstraint("expires_on >= given_on", name=op.f("ck_consents_expires_after_given")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_consents_client_id")),
        sa.ForeignKeyConstraint(
            ["receiver_organisation_id"], ["organisations.id"], name=op.f("fk_consents_receiver_organisation_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_consents_recorded_by")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["users.id"], name=op.f("fk_consents_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_client_id", "consents", ["client_id", "purpose"], unique=False)
    op.create_index(
        op.f("ix_consents_receiver_organisation_id"), "consents", ["receiver_organisation_id"], unique=False
    )
    op.create_index(op.f("ix_consents_recorded_by"), "consents", ["recorded_by"], unique=False)
    op.create_index(op.f("ix_consents_withdrawn_by"), "consents", ["withdrawn_by"], unique=False)
    op.create_table(
        "disbursements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("programme_code", sa.Text(), nullable=False),
        sa.Column("component", sa.Text(), nullable=True),
        sa.Column("from_month", sa.Integer(), nullable=False),
        sa.Column("to_month", sa.Integer(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("source_reference", sa.Text(), nullable=True),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "reason in ('returned', 'wrong_person', 'wrong_amount', 'wrong_month', 'duplicate', 'not_paid')",
            name=op.f("ck_disbursements_reason"),
        ),
        sa.CheckConstraint("(reverses_id is null) = (amount > 0)", name=op.f("ck_disbursements_sign")),
        sa.CheckConstraint(
            "(reverses_id is null) = (reason is null)", name=op.f("ck_disbursements_reversal_has_reason")
        ),
        sa.CheckConstraint("to_month >= from_month", name=op.f("ck_disbursements_in_order")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_disbursements_client_id")),
        sa.ForeignKeyConstraint(["programme_code"], ["programmes.code"], name=op.f("fk_disbursements_programme_code")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_disbursements_recorded_by")),
        sa.ForeignKeyConstraint(["reverses_id"], ["disbursements.id"], name=op.f("fk_disbursements_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disbursements")),
        sa.UniqueConstraint("source_key", name=op.f("uq_disbursements_source_key")),
    )
    op.create_index("ix_disbursements_client_id", "disbursements", ["client_id", "to_month"], unique=False)
    op.create_index(op.f("ix_disbursements_programme_code"), "disbursements", ["programme_code"], unique=False)
    op.create_index(op.f("ix_disbursements_recorded_by"), "disbursements", ["recorded_by"], unique=False)
    op.create_index(op.f("ix_disbursements_reverses_id"), "disbursements", ["reverses_id"], unique=False)
    op.create_table(
        "income_statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("from_month", sa.Integer(), nullable=False),
        sa.Column("to_month", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("household_size", sa.SmallInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "source in ('wage_slip', 'employer', 'visit', 'business_books', 'self_report')",
            name=op.f("ck_income_statements_source"),
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_income_statements_amount")),
        sa.CheckConstraint("household_size between 1 and 30", name=op.f("ck_income_statements_household_size")),
        sa.CheckConstraint("to_month >= from_month", name=op.f("ck_income_statements_in_order")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_income_statements_client_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_income_statements_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_income_statements")),
    )
    op.create_index("ix_income_statements_client_id", "income_statements", ["client_id", "to_month"], unique=False)
    op.create_index(op.f("ix_income_statements_recorded_by"), "income_statements", ["recorded_by"], unique=False)
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'open') = (closed_at is null)", name=op.f("ck_tasks_closed_when_not_open")),
        sa.CheckConstraint(
            "role in ('caseworker', 'supervisor', 'tksk', 'partner', 'triage', 'analyst', 'dpo', 'administrator', 'co_signer')",
            name=op.f("ck_tasks_role"),
        ),
        sa.CheckConstraint("state in ('open', 'done', 'cancelled')", name=op.f("ck_tasks_state")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_tasks_client_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["users.id"], name=op.f("fk_tasks_closed_by")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_tasks_created_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_tasks_organisation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tasks_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("kind", "subject_id", "period", name=op.f("uq_tasks_kind_subject_id_period")),
    )
    op.create_index("ix_tasks_client_id", "tasks", ["client_id", "due_at"], unique=False)
    op.create_index(op.f("ix_tasks_closed_by"), "tasks", ["closed_by"], unique=False)
    op.create_index(op.f("ix_tasks_created_by"), "tasks", ["created_by"], unique=False)
    op.create_index(
        "ix_tasks_desk",
        "tasks",
        ["organisation_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_tasks_person",
        "tasks",
        ["user_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_tasks_subject_id", "tasks", ["subject_id"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_table(
        "assessments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("instrument_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("scores", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_by", sa.Uuid(), nullable=True),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'draft') = (completed_at is null)", name=op.f("ck_assessments_completed_when_no_draft")
        ),
        sa.CheckConstraint("state in ('draft', 'completed', 'superseded')", name=op.f("ck_assessments_state")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_assessments_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_assessments_client_id")),
        sa.ForeignKeyConstraint(["completed_by"], ["users.id"], name=op.f("fk_assessments_completed_by")),
        sa.ForeignKeyConstraint(["started_by"], ["users.id"], name=op.f("fk_assessments_started_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
    )
    op.create_index("ix_assessments_case_id", "assessments", ["case_id", "instrument", "completed_at"], unique=False)
    op.create_index(op.f("ix_assessments_client_id"), "assessments", ["client_id"], unique=False)
    op.create_index(op.f("ix_assessments_completed_by"), "assessments", ["completed_by"], unique=False)
    op.create_index(op.f("ix_assessments_started_by"), "assessments", ["started_by"], unique=False)
    op.create_index(
        "uq_assessments_draft",
        "assessments",
        ["case_id", "instrument"],
        unique=True,
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_table(
        "case_agreements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("lawful_ground", sa.Text(), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("form in ('signed', 'oral_witnessed', 'guardian')", name=op.f("ck_case_agreements_form")),
        sa.CheckConstraint(
            "lawful_ground in ('guardian_absent', 'emergency', 'court_order')",
            name=op.f("ck_case_agreements_lawful_ground"),
        ),
        sa.CheckConstraint(
            "form is not null or reason_sealed is not null", name=op.f("ck_case_agreements_ground_has_reason")
        ),
        sa.CheckConstraint("num_nonnulls(form, lawful_ground) = 1", name=op.f("ck_case_agreements_form_or_ground")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_agreements_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_case_agreements_client_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_case_agreements_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_agreements")),
    )
    op.create_index("ix_case_agreements_case_id", "case_agreements", ["case_id", "recorded_at"], unique=False)
    op.create_index(op.f("ix_case_agreements_client_id"), "case_agreements", ["client_id"], unique=False)
    op.create_index(op.f("ix_case_agreements_recorded_by"), "case_agreements", ["recorded_by"], unique=False)
    op.create_table(
        "case_transfers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("from_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("to_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("snapshot_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_by", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True),
        sa.Column("new_case_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('offered', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_case_transfers_state")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["users.id"], name=op.f("fk_case_transfers_answered_by")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_transfers_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_case_transfers_client_id")),
        sa.ForeignKeyConstraint(
            ["from_organisation_id"], ["organisations.id"], name=op.f("fk_case_transfers_from_organisation_id")
        ),
        sa.ForeignKeyConstraint(["new_case_id"], ["cases.id"], name=op.f("fk_case_transfers_new_case_id")),
        sa.ForeignKeyConstraint(["offered_by"], ["users.id"], name=op.f("fk_case_transfers_offered_by")),
        sa.ForeignKeyConstraint(
            ["to_organisation_id"], ["organisations.id"], name=op.f("fk_case_transfers_to_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_transfers")),
    )
    op.create_index(op.f("ix_case_transfers_answered_by"), "case_transfers", ["answered_by"], unique=False)
    op.create_index("ix_case_transfers_case_id", "case_transfers", ["case_id"], unique=False)
    op.create_index(op.f("ix_case_transfers_client_id"), "case_transfers", ["client_id"], unique=False)
    op.create_index(
        "ix_case_transfers_from_organisation_id", "case_transfers", ["from_organisation_id", "offered_at"], unique=False
    )
    op.create_index(op.f("ix_case_transfers_new_case_id"), "case_transfers", ["new_case_id"], unique=False)
    op.create_index(op.f("ix_case_transfers_offered_by"), "case_transfers", ["offered_by"], unique=False)
    op.create_index(
        "ix_case_transfers_to_organisation_id", "case_transfers", ["to_organisation_id", "offered_at"], unique=False
    )
    op.create_index(
        "uq_case_transfers_open",
        "case_transfers",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("state = 'offered'"),
    )
    op.create_table(
        "case_transitions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("from_stage", sa.Text(), nullable=True),
        sa.Column("to_stage", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_transitions_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_case_transitions_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_transitions")),
    )
    op.create_index("ix_case_transitions_case_id", "case_transitions", ["case_id", "recorded_at", "id"], unique=False)
    op.create_index(op.f("ix_case_transitions_client_id"), "case_transitions", ["client_id"], unique=False)
    op.create_table(
        "client_voices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("agrees or reason_sealed is not null", name=op.f("ck_client_voices_refusal_has_reason")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_client_voices_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_client_voices_client_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_client_voices_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_voices")),
    )
    op.create_index(op.f("ix_client_voices_case_id"), "client_voices", ["case_id"], unique=False)
    op.create_index("ix_client_voices_client_id", "client_voices", ["client_id", "asked_on"], unique=False)
    op.create_index(op.f("ix_client_voices_recorded_by"), "client_voices", ["recorded_by"], unique=False)
    op.create_table(
        "graduation_reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("verdict", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("recommended_by", sa.Uuid(), nullable=True),
        sa.Column("provisional_by", sa.Uuid(), nullable=True),
        sa.Column("provisional_on", sa.Date(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("deferred_until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("co_signer_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind in ('empowered', 'natural', 'reunified')", name=op.f("ck_graduation_reviews_kind")),
        sa.CheckConstraint(
            "state in ('eligible', 'recommended', 'provisional', 'confirmed', 'deferred', 'withdrawn')",
            name=op.f("ck_graduation_reviews_state"),
        ),
        sa.CheckConstraint(
            "provisional_by <> recommended_by", name=op.f("ck_graduation_reviews_provisional_by_another")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_graduation_reviews_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_graduation_reviews_client_id")),
        sa.ForeignKeyConstraint(["co_signer_id"], ["users.id"], name=op.f("fk_graduation_reviews_co_signer_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["users.id"], name=op.f("fk_graduation_reviews_opened_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_graduation_reviews_organisation_id")
        ),
        sa.ForeignKeyConstraint(["provisional_by"], ["users.id"], name=op.f("fk_graduation_reviews_provisional_by")),
        sa.ForeignKeyConstraint(["recommended_by"], ["users.id"], name=op.f("fk_graduation_reviews_recommended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_graduation_reviews")),
    )
    op.create_index("ix_graduation_reviews_case_id", "graduation_reviews", ["case_id", "opened_at"], unique=False)
    op.create_index("ix_graduation_reviews_client_id", "graduation_reviews", ["client_id"], unique=False)
    op.create_index("ix_graduation_reviews_co_signer_id", "graduation_reviews", ["co_signer_id"], unique=False)
    op.create_index(op.f("ix_graduation_reviews_opened_by"), "graduation_reviews", ["opened_by"], unique=False)
    op.create_index(
        "ix_graduation_reviews_organisation_id",
        "graduation_reviews",
        ["organisation_id", "opened_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_graduation_reviews_provisional_by"), "graduation_reviews", ["provisional_by"], unique=False
    )
    op.create_index(
        op.f("ix_graduation_reviews_recommended_by"), "graduation_reviews", ["recommended_by"], unique=False
    )
    op.create_index(
        "uq_graduation_reviews_live",
        "graduation_reviews",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("state in ('eligible', 'recommended', 'provisional')"),
    )
    op.create_table(
        "plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("comment_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("client_agreed_on", sa.Date(), nullable=True),
        sa.Column("client_agreed_form", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('draft', 'proposed', 'approved', 'returned', 'superseded')", name=op.f("ck_plans_state")
        ),
        sa.CheckConstraint("decided_by <> author_id", name=op.f("ck_plans_decided_by_another")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_plans_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_plans_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_plans_client_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_plans_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_plans_case_id_number")),
    )
    op.create_index(op.f("ix_plans_author_id"), "plans", ["author_id"], unique=False)
    op.create_index(op.f("ix_plans_client_id"), "plans", ["client_id"], unique=False)
    op.create_index(op.f("ix_plans_decided_by"), "plans", ["decided_by"], unique=False)
    op.create_index(
        "uq_plans_approved", "plans", ["case_id"], unique=True, postgresql_where=sa.text("state = 'approved'")
    )
    op.create_index(
        "uq_plans_undecided",
        "plans",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("state in ('draft', 'proposed')"),
    )
    op.create_table(
        "reunifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("home_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("is_safe", sa.Boolean(), nullable=False),
        sa.Column("guardian_consent_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Uuid(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "end_reason in ('returned_to_street', 'unsafe', 'family_refused', 'moved', 'deceased', 'other')",
            name=op.f("ck_reunifications_end_reason"),
        ),
        sa.CheckConstraint("kind in ('family', 'foster_family', 'community')", name=op.f("ck_reunifications_kind")),
        sa.CheckConstraint("ended_on >= starts_on", name=op.f("ck_reunifications_ends_after_start")),
        sa.CheckConstraint("starts_on is null or is_safe", name=op.f("ck_reunifications_only_into_safety")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reunifications_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_reunifications_client_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_reunifications_recorded_by")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_reunifications_region_code")),
        sa.ForeignKeyConstraint(["verified_by"], ["users.id"], name=op.f("fk_reunifications_verified_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reunifications")),
    )
    op.create_index("ix_reunifications_case_id", "reunifications", ["case_id", "assessed_on"], unique=False)
    op.create_index(op.f("ix_reunifications_client_id"), "reunifications", ["client_id"], unique=False)
    op.create_index(op.f("ix_reunifications_recorded_by"), "reunifications", ["recorded_by"], unique=False)
    op.create_index(op.f("ix_reunifications_region_code"), "reunifications", ["region_code"], unique=False)
    op.create_index(op.f("ix_reunifications_verified_by"), "reunifications", ["verified_by"], unique=False)
    op.create_table(
        "visits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("was_met", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("aftercare_month", sa.SmallInteger(), nullable=True),
        sa.Column("attends_school", sa.Boolean(), nullable=True),
        sa.Column("follows_treatment", sa.Boolean(), nullable=True),
        sa.Column("is_on_street", sa.Boolean(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind in ('visit', 'call')", name=op.f("ck_visits_kind")),
        sa.CheckConstraint("outcome in ('well', 'needs_support', 'at_risk')", name=op.f("ck_visits_outcome")),
        sa.CheckConstraint("aftercare_month between 1 and 60", name=op.f("ck_visits_aftercare_month")),
        sa.CheckConstraint("was_met = (outcome is not null)", name=op.f("ck_visits_outcome_when_met")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_visits_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_visits_client_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_visits_organisation_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_visits_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    op.create_index("ix_visits_case_id", "visits", ["case_id", "visited_on"], unique=False)
    op.create_index("ix_visits_client_id", "visits", ["client_id", "visited_on"], unique=False)
    op.create_index(op.f("ix_visits_organisation_id"), "visits", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_visits_recorded_by"), "visits", ["recorded_by"], unique=False)
    op.create_table(
        "case_texts",
        sa.Column("transition_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_texts_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_case_texts_client_id")),
        sa.ForeignKeyConstraint(["transition_id"], ["case_transitions.id"], name=op.f("fk_case_texts_transition_id")),
        sa.PrimaryKeyConstraint("transition_id", name=op.f("pk_case_texts")),
    )
    op.create_index(op.f("ix_case_texts_case_id"), "case_texts", ["case_id"], unique=False)
    op.create_index(op.f("ix_case_texts_client_id"), "case_texts", ["client_id"], unique=False)
    op.create_table(
        "conferences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("attendees", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decisions_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_conferences_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_conferences_client_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_conferences_plan_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_conferences_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conferences")),
    )
    op.create_index("ix_conferences_case_id", "conferences", ["case_id", "held_on"], unique=False)
    op.create_index(op.f("ix_conferences_client_id"), "conferences", ["client_id"], unique=False)
    op.create_index(op.f("ix_conferences_plan_id"), "conferences", ["plan_id"], unique=False)
    op.create_index(op.f("ix_conferences_recorded_by"), "conferences", ["recorded_by"], unique=False)
    op.create_table(
        "graduation_signatures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "step in ('recommendation', 'provisional', 'confirmation', 'deferral', 'withdrawal')",
            name=op.f("ck_graduation_signatures_step"),
        ),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_graduation_signatures_client_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_graduation_signatures_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["graduation_reviews.id"], name=op.f("fk_graduation_signatures_review_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_graduation_signatures_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_graduation_signatures")),
    )
    op.create_index(op.f("ix_graduation_signatures_client_id"), "graduation_signatures", ["client_id"], unique=False)
    op.create_index(
        op.f("ix_graduation_signatures_organisation_id"), "graduation_signatures", ["organisation_id"], unique=False
    )
    op.create_index(
        "ix_graduation_signatures_review_id", "graduation_signatures", ["review_id", "signed_at"], unique=False
    )
    op.create_index(op.f("ix_graduation_signatures_user_id"), "graduation_signatures", ["user_id"], unique=False)
    op.create_index(
        "uq_graduation_signatures_confirmation",
        "graduation_signatures",
        ["review_id", "user_id"],
        unique=True,
        postgresql_where=sa.text("step = 'confirmation'"),
    )
    op.create_table(
        "plan_goals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("drop_reason", sa.Text(), nullable=True),
        sa.Column("drop_accepted_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("carried_from", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state in ('open', 'met', 'dropped')", name=op.f("ck_plan_goals_state")),
        sa.ForeignKeyConstraint(["carried_from"], ["plan_goals.id"], name=op.f("fk_plan_goals_carried_from")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_plan_goals_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_plan_goals_client_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["users.id"], name=op.f("fk_plan_goals_closed_by")),
        sa.ForeignKeyConstraint(["drop_accepted_by"], ["users.id"], name=op.f("fk_plan_goals_drop_accepted_by")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_goals_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_goals")),
        sa.UniqueConstraint("plan_id", "position", name=op.f("uq_plan_goals_plan_id_position")),
    )
    op.create_index(op.f("ix_plan_goals_carried_from"), "plan_goals", ["carried_from"], unique=False)
    op.create_index("ix_plan_goals_case_id", "plan_goals", ["case_id"], unique=False)
    op.create_index(op.f("ix_plan_goals_client_id"), "plan_goals", ["client_id"], unique=False)
    op.create_index(op.f("ix_plan_goals_closed_by"), "plan_goals", ["closed_by"], unique=False)
    op.create_index(op.f("ix_plan_goals_drop_accepted_by"), "plan_goals", ["drop_accepted_by"], unique=False)
    op.create_table(
        "relapses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind in ('aid', 'new_case', 'work_lost', 'street')", name=op.f("ck_relapses_kind")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_relapses_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_relapses_client_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_relapses_organisation_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_relapses_recorded_by")),
        sa.ForeignKeyConstraint(["review_id"], ["graduation_reviews.id"], name=op.f("fk_relapses_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relapses")),
        sa.UniqueConstraint("review_id", "kind", "happened_on", name=op.f("uq_relapses_review_id_kind_happened_on")),
    )
    op.create_index(op.f("ix_relapses_case_id"), "relapses", ["case_id"], unique=False)
    op.create_index("ix_relapses_client_id", "relapses", ["client_id"], unique=False)
    op.create_index("ix_relapses_organisation_id", "relapses", ["organisation_id", "happened_on", "id"], unique=False)
    op.create_index(op.f("ix_relapses_recorded_by"), "relapses", ["recorded_by"], unique=False)
    op.create_table(
        "plan_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("responsible_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("link_kind", sa.Text(), nullable=True),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind in ('referral', 'course', 'placement', 'aid', 'mentor', 'visit', 'task', 'other')",
            name=op.f("ck_plan_steps_kind"),
        ),
        sa.CheckConstraint("state in ('open', 'in_progress', 'done', 'dropped')", name=op.f("ck_plan_steps_state")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_plan_steps_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_plan_steps_client_id")),
        sa.ForeignKeyConstraint(["goal_id"], ["plan_goals.id"], name=op.f("fk_plan_steps_goal_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_steps_plan_id")),
        sa.ForeignKeyConstraint(
            ["responsible_organisation_id"],
            ["organisations.id"],
            name=op.f("fk_plan_steps_responsible_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_steps")),
        sa.UniqueConstraint("goal_id", "position", name=op.f("uq_plan_steps_goal_id_position")),
    )
    op.create_index("ix_plan_steps_case_id", "plan_steps", ["case_id"], unique=False)
    op.create_index(op.f("ix_plan_steps_client_id"), "plan_steps", ["client_id"], unique=False)
    op.create_index("ix_plan_steps_link_id", "plan_steps", ["link_id"], unique=False)
    op.create_index("ix_plan_steps_plan_id", "plan_steps", ["plan_id"], unique=False)
    op.create_index(
        "ix_plan_steps_responsible_organisation_id", "plan_steps", ["responsible_organisation_id"], unique=False
    )
    op.create_table(
        "enrolments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("plan_step_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "during",
            postgresql.DATERANGE(),
            sa.Computed("daterange(starts_on, ends_on, '[]')", persisted=True),
            nullable=False,
        ),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("score", sa.SmallInteger(), nullable=True),
        sa.Column("certificate_no", sa.Text(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("drop_reason", sa.Text(), nullable=True),
        sa.Column("dropped_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("client_id"), "="),
            (sa.column("during"), "&&"),
            where=sa.text("state in ('enrolled', 'attending')"),
            using="gist",
            name="ex_enrolments_no_clash",
        ),
        sa.CheckConstraint(
            "(state = 'completed') = (passed is not null)", name=op.f("ck_enrolments_result_when_completed")
        ),
        sa.CheckConstraint(
            "(state = 'dropped') = (drop_reason is not null)", name=op.f("ck_enrolments_reason_when_dropped")
        ),
        sa.CheckConstraint(
            "drop_reason in ("
            "'own_wish', 'illness', 'found_work', 'family', 'absence', 'discipline', "
            "'batch_cancelled', 'case_closed', 'deceased')",
            name=op.f("ck_enrolments_drop_reason"),
        ),
        sa.CheckConstraint(
            "state in ('requested', 'waiting', 'enrolled', 'attending', 'completed', 'dropped')",
            name=op.f("ck_enrolments_state"),
        ),
        sa.CheckConstraint("score between 0 and 100", name=op.f("ck_enrolments_score")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_enrolments_batch_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_enrolments_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_enrolments_client_id")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_enrolments_course_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_enrolments_organisation_id")),
        sa.ForeignKeyConstraint(["plan_step_id"], ["plan_steps.id"], name=op.f("fk_enrolments_plan_step_id")),
        sa.ForeignKeyConstraint(["requested_by"], ["users.id"], name=op.f("fk_enrolments_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("certificate_no", name=op.f("uq_enrolments_certificate_no")),
    )
    op.create_index("ix_enrolments_batch_id", "enrolments", ["batch_id", "requested_at"], unique=False)
    op.create_index("ix_enrolments_case_id", "enrolments", ["case_id"], unique=False)
    op.create_index("ix_enrolments_client_id", "enrolments", ["client_id"], unique=False)
    op.create_index(op.f("ix_enrolments_course_id"), "enrolments", ["course_id"], unique=False)
    op.create_index(op.f("ix_enrolments_organisation_id"), "enrolments", ["organisation_id"], unique=False)
    op.create_index("ix_enrolments_plan_step_id", "enrolments", ["plan_step_id"], unique=False)
    op.create_index(op.f("ix_enrolments_requested_by"), "enrolments", ["requested_by"], unique=False)
    op.create_index(
        "uq_enrolments_live",
        "enrolments",
        ["batch_id", "case_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'dropped'"),
    )
    op.create_table(
        "placements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("plan_step_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=True),
        sa.Column("business_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("occupation", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("monthly_income", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("verification_method", sa.Text(), nullable=True),
        sa.Column("verified_by", sa.Uuid(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'ended') = (ended_on is not null)", name=op.f("ck_placements_ended_when_ended")),
        sa.CheckConstraint(
            "end_reason in ("
            "'resigned', 'dismissed', 'contract_over', 'better_work', 'business_closed', 'illness', "
            "'moved', 'deceased', 'never_started')",
            name=op.f("ck_placements_end_reason"),
        ),
        sa.CheckConstraint("kind in ('job', 'apprenticeship', 'own_business')", name=op.f("ck_placements_kind")),
        sa.CheckConstraint(
            "state <> 'active' or verified_on is not null", name=op.f("ck_placements_active_when_verified")
        ),
        sa.CheckConstraint("state in ('proposed', 'active', 'ended')", name=op.f("ck_placements_state")),
        sa.CheckConstraint(
            "verification_method in ('employer', 'visit', 'wage_slip', 'self_report')",
            name=op.f("ck_placements_verification_method"),
        ),
        sa.CheckConstraint("ended_on >= starts_on", name=op.f("ck_placements_ends_after_start")),
        sa.CheckConstraint("monthly_income >= 0", name=op.f("ck_placements_monthly_income")),
        sa.CheckConstraint(
            "num_nonnulls(employer_id, business_sealed) = 1", name=op.f("ck_placements_employer_or_business")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_placements_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_placements_client_id")),
        sa.ForeignKeyConstraint(["employer_id"], ["organisations.id"], name=op.f("fk_placements_employer_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_placements_organisation_id")),
        sa.ForeignKeyConstraint(["plan_step_id"], ["plan_steps.id"], name=op.f("fk_placements_plan_step_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_placements_recorded_by")),
        sa.ForeignKeyConstraint(["verified_by"], ["users.id"], name=op.f("fk_placements_verified_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placements")),
    )
    op.create_index("ix_placements_case_id", "placements", ["case_id", "starts_on"], unique=False)
    op.create_index("ix_placements_client_id", "placements", ["client_id", "starts_on"], unique=False)
    op.create_index(op.f("ix_placements_employer_id"), "placements", ["employer_id"], unique=False)
    op.create_index("ix_placements_organisation_id", "placements", ["organisation_id", "starts_on", "id"], unique=False)
    op.create_index("ix_placements_plan_step_id", "placements", ["plan_step_id"], unique=False)
    op.create_index(op.f("ix_placements_recorded_by"), "placements", ["recorded_by"], unique=False)
    op.create_index(op.f("ix_placements_verified_by"), "placements", ["verified_by"], unique=False)
    op.create_table(
        "attendances",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("presence", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("presence in ('present', 'excused', 'absent')", name=op.f("ck_attendances_presence")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_attendances_batch_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_attendances_client_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_attendances_enrolment_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_attendances_recorded_by")),
        sa.PrimaryKeyConstraint("enrolment_id", "held_on", name=op.f("pk_attendances")),
    )
    op.create_index("ix_attendances_batch_id", "attendances", ["batch_id", "held_on"], unique=False)
    op.create_index(op.f("ix_attendances_client_id"), "attendances", ["client_id"], unique=False)
    op.create_index(op.f("ix_attendances_recorded_by"), "attendances", ["recorded_by"], unique=False)
    op.create_table(
        "offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("capacity_id", sa.Uuid(), nullable=True),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("province_code", sa.Text(), sa.Computed("left(region_code, 2)", persisted=True), nullable=False),
        sa.Column("regency_code", sa.Text(), sa.Computed("left(region_code, 5)", persisted=True), nullable=False),
        sa.Column("district_code", sa.Text(), sa.Computed("left(region_code, 8)", persisted=True), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("snapshot_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("ranking", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_by_hand", sa.Boolean(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_by", sa.Uuid(), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("spm_type", sa.Text(), nullable=True),
        sa.Column("spm_level", sa.Text(), nullable=True),
        sa.Column("recommending_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("spm_level in ('province', 'regency')", name=op.f("ck_offers_spm_level")),
        sa.CheckConstraint(
            "state in ('open', 'accepted', 'declined', 'waiting', 'expired', 'revoked')", name=op.f("ck_offers_state")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["users.id"], name=op.f("fk_offers_answered_by")),
        sa.ForeignKeyConstraint(["capacity_id"], ["service_capacities.id"], name=op.f("fk_offers_capacity_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_offers_client_id")),
        sa.ForeignKeyConstraint(["offered_by"], ["users.id"], name=op.f("fk_offers_offered_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_offers_organisation_id")),
        sa.ForeignKeyConstraint(
            ["recommending_organisation_id"], ["organisations.id"], name=op.f("fk_offers_recommending_organisation_id")
        ),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name=op.f("fk_offers_referral_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_offers_region_code")),
        sa.ForeignKeyConstraint(["sender_id"], ["users.id"], name=op.f("fk_offers_sender_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_offers_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index(op.f("ix_offers_answered_by"), "offers", ["answered_by"], unique=False)
    op.create_index(op.f("ix_offers_capacity_id"), "offers", ["capacity_id"], unique=False)
    op.create_index("ix_offers_client_id", "offers", ["client_id"], unique=False)
    op.create_index(
        "ix_offers_expiring", "offers", ["expires_at"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index(
        "ix_offers_live", "offers", ["organisation_id"], unique=False, postgresql_where=sa.text("ended_at is null")
    )
    op.create_index(op.f("ix_offers_offered_by"), "offers", ["offered_by"], unique=False)
    op.create_index("ix_offers_organisation_id", "offers", ["organisation_id", "offered_at", "id"], unique=False)
    op.create_index("ix_offers_province", "offers", ["province_code", "offered_at", "id"], unique=False)
    op.create_index(
        op.f("ix_offers_recommending_organisation_id"), "offers", ["recommending_organisation_id"], unique=False
    )
    op.create_index("ix_offers_referral_id", "offers", ["referral_id", "offered_at"], unique=False)
    op.create_index("ix_offers_regency", "offers", ["regency_code", "offered_at", "id"], unique=False)
    op.create_index(op.f("ix_offers_region_code"), "offers", ["region_code"], unique=False)
    op.create_index(op.f("ix_offers_sender_id"), "offers", ["sender_id"], unique=False)
    op.create_index("ix_offers_service_id", "offers", ["service_id", "state"], unique=False)
    op.create_index(
        "uq_offers_accepted", "offers", ["referral_id"], unique=True, postgresql_where=sa.text("state = 'accepted'")
    )
    op.create_index(
        "uq_offers_live",
        "offers",
        ["referral_id", "service_id"],
        unique=True,
        postgresql_where=sa.text("state in ('open', 'waiting', 'accepted')"),
    )
    op.create_table(
        "placement_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.SmallInteger(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("still_active", sa.Boolean(), nullable=False),
        sa.Column("monthly_income", sa.BigInteger(), nullable=True),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "method in ('employer', 'visit', 'wage_slip', 'self_report')", name=op.f("ck_placement_checks_method")
        ),
        sa.CheckConstraint("monthly_income >= 0", name=op.f("ck_placement_checks_monthly_income")),
        sa.CheckConstraint("period in (30, 90, 180, 365)", name=op.f("ck_placement_checks_period")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_placement_checks_client_id")),
        sa.ForeignKeyConstraint(["placement_id"], ["placements.id"], name=op.f("fk_placement_checks_placement_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_placement_checks_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_checks")),
        sa.UniqueConstraint("placement_id", "period", name=op.f("uq_placement_checks_placement_id_period")),
    )
    op.create_index(op.f("ix_placement_checks_client_id"), "placement_checks", ["client_id"], unique=False)
    op.create_index(op.f("ix_placement_checks_recorded_by"), "placement_checks", ["recorded_by"], unique=False)
    op.add_column("clients", sa.Column("legal_basis", sa.Text(), server_default="public_task", nullable=False))
    op.create_check_constraint(
        op.f("ck_clients_legal_basis"), "clients", f"legal_basis in ({', '.join(map(repr, LEGAL_BASES))})"
    )
    op.add_column("clients", sa.Column("died_on", sa.Date(), nullable=True))
    op.add_column("referrals", sa.Column("plan_step_id", sa.Uuid(), nullable=True))
    op.add_column("referrals", sa.Column("parked_until", sa.Date(), nullable=True))
    op.add_column("referrals", sa.Column("no_shows", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("referrals", sa.Column("met_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("referrals", sa.Column("outcome", sa.Text(), nullable=True))
    op.create_index(op.f("ix_referrals_plan_step_id"), "referrals", ["plan_step_id"], unique=False)
    op.create_foreign_key(op.f("fk_referrals_plan_step_id"), "referrals", "plan_steps", ["plan_step_id"], ["id"])


def downgrade() -> None:
    _allow(1)
    op.drop_constraint(op.f("ck_clients_legal_basis"), "clients")
    op.drop_constraint(op.f("fk_referrals_plan_step_id"), "referrals", type_="foreignkey")
    op.drop_index(op.f("ix_referrals_plan_step_id"), table_name="referrals")
    op.drop_column("referrals", "outcome")
    op.drop_column("referrals", "met_at")
    op.drop_column("referrals", "no_shows")
    op.drop_column("referrals", "parked_until")
    op.drop_column("referrals", "plan_step_id")
    op.drop_column("clients", "died_on")
    op.drop_column("clients", "legal_basis")
    op.drop_index(op.f("ix_placement_checks_recorded_by"), table_name="placement_checks")
    op.drop_index(op.f("ix_placement_checks_client_id"), table_name="placement_checks")
    op.drop_table("placement_checks")
    op.drop_index(
        "uq_offers_live", table_name="offers", postgresql_where=sa.text("state in ('open', 'waiting', 'accepted')")
    )
    op.drop_index("uq_offers_accepted", table_name="offers", postgresql_where=sa.text("state = 'accepted'"))
    op.drop_index("ix_offers_service_id", table_name="offers")
    op.drop_index(op.f("ix_offers_sender_id"), table_name="offers")
    op.drop_index(op.f("ix_offers_region_code"), table_name="offers")
    op.drop_index("ix_offers_regency", table_name="offers")
    op.drop_index("ix_offers_referral_id", table_name="offers")
    op.drop_index(op.f("ix_offers_recommending_organisation_id"), table_name="offers")
    op.drop_index("ix_offers_province", table_name="offers")
    op.drop_index("ix_offers_organisation_id", table_name="offers")
    op.drop_index(op.f("ix_offers_offered_by"), table_name="offers")
    op.drop_index("ix_offers_live", table_name="offers", postgresql_where=sa.text("ended_at is null"))
    op.drop_index("ix_offers_expiring", table_name="offers", postgresql_where=sa.text("state = 'open'"))
    op.drop_index("ix_offers_client_id", table_name="offers")
    op.drop_index(op.f("ix_offers_capacity_id"), table_name="offers")
    op.drop_index(op.f("ix_offers_answered_by"), table_name="offers")
    op.drop_table("offers")
    op.drop_index(op.f("ix_attendances_recorded_by"), table_name="attendances")
    op.drop_index(op.f("ix_attendances_client_id"), table_name="attendances")
    op.drop_index("ix_attendances_batch_id", table_name="attendances")
    op.drop_table("attendances")
    op.drop_index(op.f("ix_placements_verified_by"), table_name="placements")
    op.drop_index(op.f("ix_placements_recorded_by"), table_name="placements")
    op.drop_index("ix_placements_plan_step_id", table_name="placements")
    op.drop_index("ix_placements_organisation_id", table_name="placements")
    op.drop_index(op.f("ix_placements_employer_id"), table_name="placements")
    op.drop_index("ix_placements_client_id", table_name="placements")
    op.drop_index("ix_placements_case_id", table_name="placements")
    op.drop_table("placements")
    op.drop_index("uq_enrolments_live", table_name="enrolments", postgresql_where=sa.text("state <> 'dropped'"))
    op.drop_index(op.f("ix_enrolments_requested_by"), table_name="enrolments")
    op.drop_index("ix_enrolments_plan_step_id", table_name="enrolments")
    op.drop_index(op.f("ix_enrolments_organisation_id"), table_name="enrolments")
    op.drop_index(op.f("ix_enrolments_course_id"), table_name="enrolments")
    op.drop_index("ix_enrolments_client_id", table_name="enrolments")
    op.drop_index("ix_enrolments_case_id", table_name="enrolments")
    op.drop_index("ix_enrolments_batch_id", table_name="enrolments")
    op.drop_table("enrolments")
    op.drop_index("ix_plan_steps_responsible_organisation_id", table_name="plan_steps")
    op.drop_index("ix_plan_steps_plan_id", table_name="plan_steps")
    op.drop_index("ix_plan_steps_link_id", table_name="plan_steps")
    op.drop_index(op.f("ix_plan_steps_client_id"), table_name="plan_steps")
    op.drop_index("ix_plan_steps_case_id", table_name="plan_steps")
    op.drop_table("plan_steps")
    op.drop_index(op.f("ix_relapses_recorded_by"), table_name="relapses")
    op.drop_index("ix_relapses_organisation_id", table_name="relapses")
    op.drop_index("ix_relapses_client_id", table_name="relapses")
    op.drop_index(op.f("ix_relapses_case_id"), table_name="relapses")
    op.drop_table("relapses")
    op.drop_index(op.f("ix_plan_goals_drop_accepted_by"), table_name="plan_goals")
    op.drop_index(op.f("ix_plan_goals_closed_by"), table_name="plan_goals")
    op.drop_index(op.f("ix_plan_goals_client_id"), table_name="plan_goals")
    op.drop_index("ix_plan_goals_case_id", table_name="plan_goals")
    op.drop_index(op.f("ix_plan_goals_carried_from"), table_name="plan_goals")
    op.drop_table("plan_goals")
    op.drop_index(
        "uq_graduation_signatures_confirmation",
        table_name="graduation_signatures",
        postgresql_where=sa.text("step = 'confirmation'"),
    )
    op.drop_index(op.f("ix_graduation_signatures_user_id"), table_name="graduation_signatures")
    op.drop_index("ix_graduation_signatures_review_id", table_name="graduation_signatures")
    op.drop_index(op.f("ix_graduation_signatures_organisation_id"), table_name="graduation_signatures")
    op.drop_index(op.f("ix_graduation_signatures_client_id"), table_name="graduation_signatures")
    op.drop_table("graduation_signatures")
    op.drop_index(op.f("ix_conferences_recorded_by"), table_name="conferences")
    op.drop_index(op.f("ix_conferences_plan_id"), table_name="conferences")
    op.drop_index(op.f("ix_conferences_client_id"), table_name="conferences")
    op.drop_index("ix_conferences_case_id", table_name="conferences")
    op.drop_table("conferences")
    op.drop_index(op.f("ix_case_texts_client_id"), table_name="case_texts")
    op.drop_index(op.f("ix_case_texts_case_id"), table_name="case_texts")
    op.drop_table("case_texts")
    op.drop_index(op.f("ix_visits_recorded_by"), table_name="visits")
    op.drop_index(op.f("ix_visits_organisation_id"), table_name="visits")
    op.drop_index("ix_visits_client_id", table_name="visits")
    op.drop_index("ix_visits_case_id", table_name="visits")
    op.drop_table("visits")
    op.drop_index(op.f("ix_reunifications_verified_by"), table_name="reunifications")
    op.drop_index(op.f("ix_reunifications_region_code"), table_name="reunifications")
    op.drop_index(op.f("ix_reunifications_recorded_by"), table_name="reunifications")
    op.drop_index(op.f("ix_reunifications_client_id"), table_name="reunifications")
    op.drop_index("ix_reunifications_case_id", table_name="reunifications")
    op.drop_table("reunifications")
    op.drop_index("uq_plans_undecided", table_name="plans", postgresql_where=sa.text("state in ('draft', 'proposed')"))
    op.drop_index("uq_plans_approved", table_name="plans", postgresql_where=sa.text("state = 'approved'"))
    op.drop_index(op.f("ix_plans_decided_by"), table_name="plans")
    op.drop_index(op.f("ix_plans_client_id"), table_name="plans")
    op.drop_index(op.f("ix_plans_author_id"), table_name="plans")
    op.drop_table("plans")
    op.drop_index(
        "uq_graduation_reviews_live",
        table_name="graduation_reviews",
        postgresql_where=sa.text("state in ('eligible', 'recommended', 'provisional')"),
    )
    op.drop_index(op.f("ix_graduation_reviews_recommended_by"), table_name="graduation_reviews")
    op.drop_index(op.f("ix_graduation_reviews_provisional_by"), table_name="graduation_reviews")
    op.drop_index("ix_graduation_reviews_organisation_id", table_name="graduation_reviews")
    op.drop_index(op.f("ix_graduation_reviews_opened_by"), table_name="graduation_reviews")
    op.drop_index("ix_graduation_reviews_co_signer_id", table_name="graduation_reviews")
    op.drop_index("ix_graduation_reviews_client_id", table_name="graduation_reviews")
    op.drop_index("ix_graduation_reviews_case_id", table_name="graduation_reviews")
    op.drop_table("graduation_reviews")
    op.drop_index(op.f("ix_client_voices_recorded_by"), table_name="client_voices")
    op.drop_index("ix_client_voices_client_id", table_name="client_voices")
    op.drop_index(op.f("ix_client_voices_case_id"), table_name="client_voices")
    op.drop_table("client_voices")
    op.drop_index(op.f("ix_case_transitions_client_id"), table_name="case_transitions")
    op.drop_index("ix_case_transitions_case_id", table_name="case_transitions")
    op.drop_table("case_transitions")
    op.drop_index("uq_case_transfers_open", table_name="case_transfers", postgresql_where=sa.text("state = 'offered'"))
    op.drop_index("ix_case_transfers_to_organisation_id", table_name="case_transfers")
    op.drop_index(op.f("ix_case_transfers_offered_by"), table_name="case_transfers")
    op.drop_index(op.f("ix_case_transfers_new_case_id"), table_name="case_transfers")
    op.drop_index("ix_case_transfers_from_organisation_id", table_name="case_transfers")
    op.drop_index(op.f("ix_case_transfers_client_id"), table_name="case_transfers")
    op.drop_index("ix_case_transfers_case_id", table_name="case_transfers")
    op.drop_index(op.f("ix_case_transfers_answered_by"), table_name="case_transfers")
    op.drop_table("case_transfers")
    op.drop_index(op.f("ix_case_agreements_recorded_by"), table_name="case_agreements")
    op.drop_index(op.f("ix_case_agreements_client_id"), table_name="case_agreements")
    op.drop_index("ix_case_agreements_case_id", table_name="case_agreements")
    op.drop_table("case_agreements")
    op.drop_index("uq_assessments_draft", table_name="assessments", postgresql_where=sa.text("state = 'draft'"))
    op.drop_index(op.f("ix_assessments_started_by"), table_name="assessments")
    op.drop_index(op.f("ix_assessments_completed_by"), table_name="assessments")
    op.drop_index(op.f("ix_assessments_client_id"), table_name="assessments")
    op.drop_index("ix_assessments_case_id", table_name="assessments")
    op.drop_table("assessments")
    op.drop_index("ix_tasks_subject_id", table_name="tasks", postgresql_where=sa.text("state = 'open'"))
    op.drop_index("ix_tasks_person", table_name="tasks", postgresql_where=sa.text("state = 'open'"))
    op.drop_index("ix_tasks_desk", table_name="tasks", postgresql_where=sa.text("state = 'open'"))
    op.drop_index(op.f("ix_tasks_created_by"), table_name="tasks")
    op.drop_index(op.f("ix_tasks_closed_by"), table_name="tasks")
    op.drop_index("ix_tasks_client_id", table_name="tasks")
    op.drop_table("tasks")
    op.drop_index(op.f("ix_income_statements_recorded_by"), table_name="income_statements")
    op.drop_index("ix_income_statements_client_id", table_name="income_statements")
    op.drop_table("income_statements")
    op.drop_index(op.f("ix_disbursements_reverses_id"), table_name="disbursements")
    op.drop_index(op.f("ix_disbursements_recorded_by"), table_name="disbursements")
    op.drop_index(op.f("ix_disbursements_programme_code"), table_name="disbursements")
    op.drop_index("ix_disbursements_client_id", table_name="disbursements")
    op.drop_table("disbursements")
    op.drop_index(op.f("ix_consents_withdrawn_by"), table_name="consents")
    op.drop_index(op.f("ix_consents_recorded_by"), table_name="consents")
    op.drop_index(op.f("ix_consents_receiver_organisation_id"), table_name="consents")
    op.drop_index("ix_consents_client_id", table_name="consents")
    op.drop_table("consents")
    op.drop_index("uq_cases_open", table_name="cases", postgresql_where=sa.text("closed_at is null"))
    op.drop_index("ix_cases_successor_organisation_id", table_name="cases")
    op.drop_index(op.f("ix_cases_referral_id"), table_name="cases")
    op.drop_index(op.f("ix_cases_recommending_organisation_id"), table_name="cases")
    op.drop_index(op.f("ix_cases_previous_case_id"), table_name="cases")
    op.drop_index("ix_cases_organisation_id", table_name="cases")
    op.drop_index("ix_cases_client_id", table_name="cases")
    op.drop_index(op.f("ix_cases_category_code"), table_name="cases")
    op.drop_index("ix_cases_caseworker", table_name="cases", postgresql_where=sa.text("closed_at is null"))
    op.drop_index("ix_cases_caseload", table_name="cases", postgresql_where=sa.text("closed_at is null"))
    op.drop_table("cases")
    op.drop_index(op.f("ix_alerts_raised_by"), table_name="alerts")
    op.drop_index(op.f("ix_alerts_ended_by"), table_name="alerts")
    op.drop_index("ix_alerts_client_id", table_name="alerts")
    op.drop_table("alerts")
    op.drop_index(op.f("ix_service_pauses_service_id"), table_name="service_pauses")
    op.drop_index(op.f("ix_service_pauses_recorded_by"), table_name="service_pauses")
    op.drop_index("ix_service_pauses_organisation_id", table_name="service_pauses")
    op.drop_table("service_pauses")
    op.drop_index(op.f("ix_service_capacities_service_id"), table_name="service_capacities")
    op.drop_table("service_capacities")
    op.drop_index("ix_batches_organisation_id", table_name="batches")
    op.drop_index(op.f("ix_batches_course_id"), table_name="batches")
    op.drop_table("batches")
    op.drop_index(op.f("ix_agreements_recorded_by"), table_name="agreements")
    op.drop_table("agreements")
    op.drop_index("ix_services_service_type", table_name="services", postgresql_where=sa.text("is_active"))
    op.drop_index(op.f("ix_services_organisation_id"), table_name="services")
    op.drop_table("services")
    op.drop_index(op.f("ix_courses_organisation_id"), table_name="courses")
    op.drop_table("courses")
