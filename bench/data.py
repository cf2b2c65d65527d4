"""Made-up people in any number, by COPY: sealed, findable and reached as if they had been registered. Always the same."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from kessos_case.clients.rules import nik_deletions, search_forms
from kessos_case.clients.service.cards import key_place
from kessos_case.core.ids import new_id
from kessos_case.core.keys import keyring

SEED = 7
CHUNK = 10_000
START = datetime(2026, 1, 5, 1, tzinfo=UTC)
# How long ago the oldest case was opened that is still open.
CASELOAD = timedelta(days=900)

_FIRST = ("Siti", "Slamet", "Sri", "Budi", "Wahyu", "Nur", "Agus", "Dewi", "Hadi", "Ratna", "Joko", "Endang", "Yanto")
_SYLLABLES = ("wa", "ni", "su", "to", "ri", "ka", "mi", "jo", "ya", "ti", "pur", "han", "dro", "lis", "mar", "gun")
_REGIONS = ("35.09.12", "35.09.13", "35.09.01", "35.11.11", "35.78.08")

# The columns that are filled, by table; all else has its default or is null.
COLUMNS = {
    "client_access": ("id", "client_id", "organisation_id", "ground", "valid_from", "granted_by"),
    "clients": (
        "id", "data_key", "name", "aliases", "birth_date", "birth_date_precision", "sex", "nik_sealed", "nik_hash",
        "phone_sealed", "phone_hash", "region_code", "address_sealed", "confidentiality", "registered_at",
        "registered_by", "version",
    ),
    "client_categories": ("client_id", "category_code", "since_on"),
    "client_search": (
        "client_id", "forms", "birth_date", "birth_date_precision", "sex", "region_code", "nik_hash", "nik_deletions",
        "phone_hash", "is_restricted", "organisation_ids", "user_ids",
    ),
}  # fmt: skip


def add_people(database: psycopg.Connection[Any], count: int, organisation_id: UUID, user_id: UUID) -> list[UUID]:
    """Fill the four tables with `count` people of this office; returns their ids. One transaction a chunk."""
    dice, ids = random.Random(SEED), []
    indexes = database.execute(
        "select indexname, indexdef from pg_indexes where tablename = 'client_search' and indexdef like '% gin %'"
    ).fetchall()
    # Built once at the end: row by row they would take most of the time.
    for name, _ in indexes:
        database.execute(f"drop index {name}")
    for first in range(0, count, CHUNK):
        people = [_person(dice, number) for number in range(first, min(first + CHUNK, count))]
        with database.transaction(), database.cursor() as cursor:
            for table, columns in COLUMNS.items():
                with cursor.copy(f"copy {table} ({', '.join(columns)}) from stdin") as copy:
                    for row in _rows(table, people, organisation_id, user_id):
                        copy.write_row(row)
        ids += [person["id"] for person in people]
    for _, definition in indexes:
        database.execute(definition)
    database.execute("vacuum analyze")
    return ids


def add_cases(database: psycopg.Connection[Any], ids: list[UUID], user_id: UUID) -> None:
    """One open case for each of these people, in turn at every UPT, each with a task; the UPTs reach their people.

    The cases were opened over the years before the day on which this is made, the last one the day before.
    """
    offices = [row[0] for row in database.execute("select id from organisations where kind = 'upt' order by code")]
    dice, since = random.Random(SEED), datetime.now(UTC) - CASELOAD
    pace = (CASELOAD - timedelta(days=1)) / max(1, len(ids))
    for first in range(0, len(ids), CHUNK):
        rows = [
            _case(dice, since + (first + number) * pace, client_id, offices[(first + number) % len(offices)], user_id)
            for number, client_id in enumerate(ids[first : first + CHUNK])
        ]
        with database.transaction(), database.cursor() as cursor:
            for table, columns in CASE_COLUMNS.items():
                with cursor.copy(f"copy {table} ({', '.join(columns)}) from stdin") as copy:
                    for row in rows:
                        known = row | ({} if table == "cases" else {"id": new_id()})
                        copy.write_row([known[column] for column in columns])
    database.execute("vacuum analyze cases, tasks, client_access")


CASE_COLUMNS = {
    "client_access": ("id", "client_id", "organisation_id", "ground", "valid_from", "granted_by"),
    "cases": (
        "id", "client_id", "organisation_id", "category_code", "pathway", "stage", "stage_since", "opened_at",
        "caseworker_id", "version",
    ),
    "tasks": (
        "id", "kind", "subject_kind", "subject_id", "period", "client_id", "organisation_id", "role", "state", "due_at",
        "created_at", "version",
    ),
}  # fmt: skip


def _case(dice: random.Random, opened_at: datetime, client_id: UUID, office: UUID, user_id: UUID) -> dict[str, Any]:
    case_id = new_id()
    return {
        "id": case_id, "client_id": client_id, "organisation_id": office, "ground": "case",
        "valid_from": opened_at, "granted_by": user_id, "category_code": f"PPKS-{dice.randint(1, 26):02}",
        "pathway": "independence", "stage": dice.choice(("intake", "assessment", "planning", "training", "placement")),
        "stage_since": opened_at, "opened_at": opened_at, "caseworker_id": user_id, "version": 1,
        "kind": "consider_step_back", "subject_kind": "case", "subject_id": case_id, "period": "", "role": "caseworker",
        "state": "open", "due_at": datetime.now(UTC) + timedelta(days=dice.randint(-5, 90)), "created_at": opened_at,
    }  # fmt: skip


def _person(dice: random.Random, number: int) -> dict[str, Any]:
    born = date(1940, 1, 1) + timedelta(days=dice.randrange(28_000))
    region = dice.choice(_REGIONS)
    name = f"{dice.choice(_FIRST)} {''.join(dice.choices(_SYLLABLES, k=3)).title()} {number % 977}"
    nik = f"{region.replace('.', '')}{born:%d%m%y}{number % 9999 + 1:04}"
    phone = f"+6281{dice.randrange(10**9):09}"
    client_id, index = new_id(), keyring().index
    key, wrapped = keyring().new_data_key(key_place(client_id))

    def seal(field: str, text: str) -> bytes:
        return key.seal(text, f"clients:{field}:{client_id}")

    return {
        "id": client_id, "client_id": client_id, "data_key": wrapped, "name": name, "aliases": [], "birth_date": born,
        "birth_date_precision": "day", "sex": dice.choice("LP"), "region_code": region, "version": 1,
        "nik_sealed": seal("nik", nik), "nik_hash": index("nik", nik), "phone_sealed": seal("phone", phone),
        "phone_hash": index("phone", phone), "address_sealed": seal("address", f"Dusun {number % 40}, RT {number % 9}"),
        "confidentiality": "standard", "registered_at": START + timedelta(seconds=number), "is_restricted": False,
        "forms": f"|{'|'.join(search_forms(name, []))}|", "category_code": f"PPKS-{dice.randint(1, 26):02}",
        "since_on": START.date(), "nik_deletions": sorted(index("nik-deletion", text) for text in nik_deletions(nik)),
    }  # fmt: skip


def _rows(table: str, people: list[dict[str, Any]], organisation_id: UUID, user_id: UUID) -> Iterator[tuple[Any, ...]]:
    shared = {
        "registered_by": user_id, "granted_by": user_id, "organisation_id": organisation_id,
        "organisation_ids": [organisation_id], "user_ids": [], "ground": "registered", "valid_from": START,
    }  # fmt: skip
    for person in people:
        known = person | shared | ({"id": new_id()} if table == "client_access" else {})
        yield tuple(known[column] for column in COLUMNS[table])
