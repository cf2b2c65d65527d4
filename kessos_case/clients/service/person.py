"""A person with what surrounds him in the register: dangers, what he allows, with whom he lives; and his timeline."""

from base64 import b64decode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.clients import person_queries as queries
from kessos_case.clients.models import Client, TimelineEntry
from kessos_case.clients.rules import AlertSeverity, Confidentiality, called, is_restricted
from kessos_case.clients.service.cards import ClientCard, card, data_key
from kessos_case.clients.service.consents import note_place, sees_story
from kessos_case.clients.service.registry import client_for
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.months import month_of
from kessos_case.core.paging import Page, PageRequest, page

_GRAVEST_FIRST = {AlertSeverity.HIGH: 0, AlertSeverity.MEDIUM: 1, AlertSeverity.LOW: 2}


@dataclass(frozen=True)
class Danger:
    """An alert that is open."""

    kind: str
    severity: str
    until_on: date | None
    note: str | None


@dataclass(frozen=True)
class Allowed:
    """A consent that holds: for what, to whom (None: anybody), until when."""

    purpose: str
    receiver_id: str | None
    expires_on: date | None


@dataclass(frozen=True)
class Relative:
    """Who stands in the same household; `label` without a name where he is hidden."""

    id: UUID
    label: str
    relation: str


@dataclass(frozen=True)
class Person:
    """A person as his own page shows him. `relation` is his own place in his household, None without one."""

    card: ClientCard
    dangers: list[Danger]
    allows: list[Allowed]
    relation: str | None
    relatives: list[Relative]
    categories: list[dict[str, str]]
    places: list[str]


def read_person(session: Session, client_id: UUID) -> Person:
    """Look at a person with what surrounds him, in two statements; the look is in the audit trail. Raises NotFound."""
    client = client_for(session, client_id)
    record(session, "read", "client", client.id, clients=[client.id], part="person")
    today = office_day(session.now)
    row = queries.surroundings(session, client.id, client.region_code, today, month_of(today))
    household = row.household or []
    return Person(
        card=card(session, client),
        dangers=_dangers(session, client, row.alerts or []),
        allows=[Allowed(one["purpose"], one["receiver_organisation_id"], _day(one)) for one in row.consents or []],
        relation=next((one["relation"] for one in household if one["id"] == str(client.id)), None),
        relatives=[_relative(one) for one in household if one["id"] != str(client.id)],
        categories=row.categories or [],
        places=row.places or [],
    )


def timeline_page(session: Session, client_id: UUID, kinds: Collection[str] | None, asked: PageRequest) -> Page:
    """What happened to a person, newest first, of these kinds where they are named; whoever shows it records the look."""
    keys = [TimelineEntry.happened_at, TimelineEntry.id]
    return page(session, queries.entries(client_id, kinds), keys, asked, descending=True)


def _dangers(session: Session, client: Client, rows: list[dict[str, Any]]) -> list[Danger]:
    """The gravest first; their story only for whoever `shown_alerts` tells it."""
    key = data_key(client) if sees_story(session) else None
    found = [
        Danger(
            kind=row["kind"],
            severity=row["severity"],
            until_on=date.fromisoformat(row["until_on"]) if row["until_on"] else None,
            note=key.open(b64decode(row["note"]), note_place(UUID(row["id"]))) if key and row["note"] else None,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: _GRAVEST_FIRST[AlertSeverity(one.severity)])


def _relative(row: dict[str, Any]) -> Relative:
    client_id = UUID(row["id"])
    hidden = is_restricted(Confidentiality(row["confidentiality"]))
    label = called(client_id, row["name"], row["temporary_label"], is_hidden=hidden)
    return Relative(client_id, label, row["relation"])


def _day(row: dict[str, Any]) -> date | None:
    return date.fromisoformat(row["expires_on"]) if row["expires_on"] else None
