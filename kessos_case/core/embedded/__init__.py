"""The real PostgreSQL and Valkey from two wheels, so that one command suffices on a laptop.

Nothing outside this package knows the difference to servers that DATABASE_URL and REDIS_URL name.
"""

from kessos_case.core.embedded.folder import EmbeddedServerError
from kessos_case.core.embedded.postgres import EmbeddedPostgres
from kessos_case.core.embedded.valkey import EmbeddedValkey, celery_broker_url

__all__ = ["EmbeddedPostgres", "EmbeddedServerError", "EmbeddedValkey", "celery_broker_url"]
