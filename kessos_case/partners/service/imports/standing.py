"""The directory as it stands where a table speaks of it, read once; rows are laid over it one after another."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.core.db import Session
from kessos_case.partners import import_queries
from kessos_case.partners.rules.import_rows import same_name
from kessos_case.partners.service.directory import as_stated

# Of a service: the code of its organisation, its type, its name.
ServiceKey = tuple[str, str, str]
AGREED = ("starts_on", "ends_on", "parties", "subject")
REACHED = ("position", "phone", "email")


@dataclass
class Thing:
    """Something that stands, or that a row before brings: what it says; `row` is what is stored of it."""

    says: dict[str, Any]
    row: Any = None


@dataclass
class Standing:
    """What is there, by what a table calls it."""

    offices: dict[str, Thing] = field(default_factory=dict)
    # Those that stood before the table: of a new one nobody can have been asked for anything yet.
    known_offices: set[UUID] = field(default_factory=set)
    services: dict[ServiceKey, Thing] = field(default_factory=dict)
    periods: dict[ServiceKey, list[Thing]] = field(default_factory=dict)
    agreements: dict[tuple[str, str], Thing] = field(default_factory=dict)
    contacts: dict[tuple[str, str], Thing] = field(default_factory=dict)

    def period_on(self, key: ServiceKey, day: date) -> Thing | None:
        """The period of a service that is open on the day."""
        return next((one for one in self.periods.get(key, []) if _holds(one, day)), None)


def standing(session: Session, codes: Iterable[str]) -> Standing:
    """What stands of these organisations; five statements for any number."""
    found = Standing()
    offices = import_queries.organisations(session, set(codes))
    for office in offices:
        says = {"kind": office.kind, "name": office.name, "region_code": office.region_code}
        found.offices[office.code] = Thing(says, office)
    code_of = {office.id: office.code for office in offices}
    found.known_offices = set(code_of)
    _add_services(session, found, code_of)
    for agreement in import_queries.agreements(session, code_of):
        says = {name: getattr(agreement, name) for name in AGREED}
        found.agreements[code_of[agreement.organisation_id], same_name(agreement.number)] = Thing(says, agreement)
    for contact in import_queries.contacts(session, code_of):
        says = {name: getattr(contact, name) for name in REACHED}
        found.contacts[code_of[contact.organisation_id], same_name(contact.name)] = Thing(says, contact)
    return found


def _add_services(session: Session, found: Standing, code_of: dict[UUID, str]) -> None:
    keys: dict[UUID, ServiceKey] = {}
    # Of two of one name the last one is meant, which is offered.
    for service in import_queries.services(session, code_of):
        key = (code_of[service.organisation_id], service.service_type, same_name(service.name))
        keys[service.id] = key
        found.services[key] = Thing(as_stated(service), service)
    meant = {thing.row.id for thing in found.services.values()}
    for period in import_queries.periods(session, meant):
        says = {name: getattr(period, name) for name in ("starts_on", "ends_on", "places")}
        found.periods.setdefault(keys[period.service_id], []).append(Thing(says, period))


def _holds(period: Thing, day: date) -> bool:
    holds: bool = period.says["starts_on"] <= day <= period.says["ends_on"]
    return holds
