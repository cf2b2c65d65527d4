"""A database without anything in it, for migrations."""

import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests import servers


@pytest.fixture
def empty(real_servers: None) -> Iterator[sa.Engine]:
    name = f"empty_{uuid.uuid4().hex[:10]}"
    with servers.admin() as connection:
        connection.execute(f"create database {name}")
    engine = servers.engine_of(name)
    yield engine
    engine.dispose()
    with servers.admin() as connection:
        connection.execute(f"drop database {name} with (force)")
