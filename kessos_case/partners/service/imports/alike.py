"""New entries of a table that may be old ones under another name: said in the dry run, for nobody but a person can tell.

A service is known by its organisation, its type and its name, an organisation by its code. What is renamed in a table comes
as new, and the old one would stand beside it with its places and its past.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from kessos_case.core.db import Session
from kessos_case.partners import import_queries as queries
from kessos_case.partners.models import Service
from kessos_case.partners.rules.alike import spellings
from kessos_case.partners.rules.import_rows import same_name
from kessos_case.partners.service.imports.planning import Kind, Outcome, RowPlan

# So many say enough.
_MOST = 3


@dataclass(frozen=True)
class Alike:
    """What stands already and may be meant: a service, or without one an organisation."""

    organisation_id: UUID
    name: str
    service_id: UUID | None = None


def note_alike(
    session: Session, plans: Iterable[RowPlan], stood: Iterable[Service], named: Collection[UUID]
) -> dict[int, list[Alike]]:
    """By number of the row: of each new service what it may be; `stood` are the services before, `named` those of the rows."""
    new = [plan for plan in plans if plan.outcome is Outcome.CREATE]
    unnamed = [service for service in stood if service.is_active and service.id not in named]
    found = {plan.row.number: _services(plan, unnamed) for plan in new} | _offices(session, new)
    return {number: alike[:_MOST] for number, alike in found.items() if alike}


def _services(plan: RowPlan, unnamed: Iterable[Service]) -> list[Alike]:
    """Services of the same organisation that no row names: of the same type, or of the same name."""
    code, service_type, name = plan.row.key or ("", "", "")
    return [
        Alike(service.organisation_id, service.name, service.id)
        for service in unnamed
        if service.organisation.code == code
        and (service.service_type == service_type or same_name(service.name) == name)
    ]


def _offices(session: Session, new: Iterable[RowPlan]) -> dict[int, list[Alike]]:
    brought = {
        plan.row.number: spellings(deed.says["name"])
        for plan in new
        for deed in plan.deeds
        if deed.kind is Kind.ORGANISATION and deed.thing.row is None
    }
    if not brought:
        return {}
    known: dict[str, list[Alike]] = {}
    for office_id, name in session.execute(queries.active_organisations()):
        for spelling in spellings(name):
            known.setdefault(spelling, []).append(Alike(office_id, name))
    return {
        number: list(dict.fromkeys(alike for spelling in sorted(said) for alike in known.get(spelling, ())))
        for number, said in brought.items()
    }
