"""Runs migrations on the connection that kessos_case/core/schema.py hands over, as the owner of the tables."""

from alembic import context

import kessos_case.access.models
import kessos_case.aid.models
import kessos_case.alumni.models
import kessos_case.cases.casework
import kessos_case.cases.models
import kessos_case.clients.models
import kessos_case.core.jobs
import kessos_case.dependency.models
import kessos_case.employment.models
import kessos_case.graduation.models
import kessos_case.letters.models
import kessos_case.nights.models
import kessos_case.notes.models
import kessos_case.notices.models
import kessos_case.partners.models
import kessos_case.reference.models
import kessos_case.referrals.models
import kessos_case.reports.models
import kessos_case.residence.models
import kessos_case.tasks.models
import kessos_case.training.models
import kessos_case.webhooks.models  # noqa: F401
from kessos_case.core.db import Base

# What alembic cannot compare faithfully: expression indexes and operator classes are held by tests/migrations.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
