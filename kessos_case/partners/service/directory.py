"""Services of an organisation: added, changed, and shown with how they stand today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation
from kessos_case.access.service import organisation_for, record
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Forbidden, Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.partners import queries
from kessos_case.partners.models import OrganisationContact, Service, ServiceCapacity, ServicePause
from kessos_case.partners.service.room import note_room
from kessos_case.partners.service.scope import managed, manages_all
from kessos_case.partners.service.upkeep import settle_confirmed, upkeep_policy
from kessos_case.reference.service import category_levels, known_region_codes, service_type_levels

STATED = (
    "service_type", "name", "coverage", "min_age", "max_age", "sexes", "categories", "has_disability_access",
    "is_accredited", "allows_waiting", "is_active", "open_days", "opens_at", "closes_at", "application_process",
)  # fmt: skip


@dataclass(frozen=True)
class ServiceCard:
    """A service as shown, with the period that is open today; `capacity` is None where none is."""

    id: UUID
    version: int
    organisation_id: UUID
    service_type: str
    name: str
    coverage: list[str]
    min_age: int | None
    max_age: int | None
    sexes: list[str]
    categories: list[str]
    has_disability_access: bool
    is_accredited: bool
    allows_waiting: bool
    is_active: bool
    open_days: list[int]
    opens_at: time | None
    closes_at: time | None
    application_process: str | None
    confirmed_on: date
    is_stale: bool
    capacity: ServiceCapacity | None
    free: int | None


@dataclass(frozen=True)
class PartnerCard:
    """An organisation as the directory shows it: what it offers, until when an agreement holds, what rests now or later.

    It was confirmed when the oldest of its services was, and is stale when one of them is.
    """

    id: UUID
    kind: str
    code: str
    name: str
    region_code: str | None
    services: list[ServiceCard]
    contacts: list[OrganisationContact]
    confirmed_on: date | None
    is_stale: bool
    agreement_until: date | None
    pauses: list[ServicePause]


def service_for(
    session: Session, service_id: UUID, *, organisation_id: UUID | None = None, lock: bool = False
) -> Service:
    """The one door to a service, of this organisation where it is named. Raises NotFound."""
    select = sa.select(Service).where(Service.id == service_id).execution_options(populate_existing=lock)
    found = session.scalar(select.with_for_update(of=Service) if lock else select)
    if found is None or organisation_id not in (None, found.organisation_id):
        raise NotFound("There is no such service.")
    return found


def read_service(session: Session, service_id: UUID) -> ServiceCard:
    """One service as shown. Raises NotFound."""
    return service_cards(session, [service_for(session, service_id)])[0]


def add_service(session: Session, organisation_id: UUID, **stated: Any) -> ServiceCard:
    """Offer a service.

    Raises Invalid naming each field that is wrong, Forbidden `scope` for another's organisation and `accreditation` when
    anyone but an administrator says that it is accredited.
    """
    office = managed(session, organisation_id)
    made = made_service(session, office.id, stated)
    session.flush()
    record(session, "create", "service", made.id, organisation_id=str(office.id))
    note_room(session)
    return service_cards(session, [made])[0]


def change_service(session: Session, service: Service, changes: dict[str, Any]) -> ServiceCard:
    """Change a service, or with no change confirm that it still stands so. Raises as `add_service` does."""
    managed(session, service.organisation_id)
    was_stale = upkeep_policy().is_stale(service.confirmed_on, office_day(session.now))
    lay_over(session, service, changes)
    session.flush()
    record(session, "change", "service", service.id, fields=sorted(changes))
    if changes:
        note_room(session)
    if was_stale:
        settle_confirmed(session, service.organisation_id)
    return service_cards(session, [service])[0]


def made_service(session: Session, organisation_id: UUID, stated: dict[str, Any]) -> Service:
    """A service as it will be stored with the next flush. Raises as `add_service` does, but for the scope."""
    values = checked_service(session, stated)
    _may_accredit(session, now=False, wanted=values.get("is_accredited", False))
    made = Service(id=new_id(), organisation_id=organisation_id, confirmed_on=office_day(session.now), **values)
    session.add(made)
    return made


def lay_over(session: Session, service: Service, changes: dict[str, Any]) -> None:
    """Let a service say this with the next flush; whoever says so confirms the rest. Raises as `made_service` does."""
    values = checked_service(session, as_stated(service) | changes)
    _may_accredit(session, now=service.is_accredited, wanted=values["is_accredited"])
    for name in changes:
        setattr(service, name, values[name])
    service.confirmed_on = office_day(session.now)


def note_offered(session: Session, service_id: UUID) -> None:
    """Remember that the service was offered somebody now: of two equals the one that waited longer comes first."""
    session.execute(sa.update(Service).where(Service.id == service_id).values(last_offered_at=session.now))


def as_stated(service: Service) -> dict[str, Any]:
    """The service in the words of a request: what changes are laid over and compared with."""
    return {name: getattr(service, name) for name in STATED}


def service_cards(session: Session, services: Iterable[Service]) -> list[ServiceCard]:
    """These services as shown; one statement more for any number."""
    found, today = list(services), office_day(session.now)
    # Other sessions and statements past the unit of work move the counts.
    select = queries.open_periods([service.id for service in found], today)
    periods = session.scalars(select.execution_options(populate_existing=True))
    open_now = {period.service_id: period for period in periods}
    days = upkeep_policy()
    return [
        _card(service, open_now.get(service.id), is_stale=days.is_stale(service.confirmed_on, today))
        for service in found
    ]


def _card(service: Service, period: ServiceCapacity | None, *, is_stale: bool) -> ServiceCard:
    return ServiceCard(
        id=service.id,
        version=service.version,
        organisation_id=service.organisation_id,
        **as_stated(service),
        confirmed_on=service.confirmed_on,
        is_stale=is_stale,
        capacity=period,
        free=period.places - period.reserved - period.taken if period else None,
    )


def read_partner(session: Session, organisation_id: UUID) -> PartnerCard:
    """One organisation with what it offers. Raises NotFound."""
    return partner_cards(session, [organisation_for(session, organisation_id)])[0]


def partner_cards(session: Session, organisations: Iterable[Organisation]) -> list[PartnerCard]:
    """These organisations with their active services; five statements for any number."""
    found, today = list(organisations), office_day(session.now)
    ids = [organisation.id for organisation in found]
    offers = service_cards(session, session.scalars(queries.services(*ids, is_active=True).order_by(Service.name)))
    until = {row.organisation_id: row.until for row in session.execute(queries.agreed_until(ids, today))}
    resting = session.scalars(queries.pauses_to_come(ids, today))
    reached = queries.contacts(*ids, is_active=True).order_by(OrganisationContact.name, OrganisationContact.id)
    by_office = _by_office(offers), _by_office(session.scalars(reached)), _by_office(resting)
    return [_partner_card(each, until.get(each.id), *(of.get(each.id, []) for of in by_office)) for each in found]


def _by_office(things: Iterable[Any]) -> dict[UUID, list[Any]]:
    """These things, in their order, by whose they are."""
    found: dict[UUID, list[Any]] = {}
    for thing in things:
        found.setdefault(thing.organisation_id, []).append(thing)
    return found


def _partner_card(
    organisation: Organisation,
    until: date | None,
    services: list[ServiceCard],
    contacts: list[OrganisationContact],
    pauses: list[ServicePause],
) -> PartnerCard:
    return PartnerCard(
        id=organisation.id,
        kind=organisation.kind,
        code=organisation.code,
        name=organisation.name,
        region_code=organisation.region_code,
        services=services,
        contacts=contacts,
        confirmed_on=min((service.confirmed_on for service in services), default=None),
        is_stale=any(service.is_stale for service in services),
        agreement_until=until,
        pauses=pauses,
    )


def checked_service(session: Session, stated: dict[str, Any]) -> dict[str, Any]:
    """The values in their stored forms. Raises Invalid with every field that is wrong."""
    values = stated | {
        name: list(dict.fromkeys(stated[name])) for name in ("coverage", "sexes", "categories") if name in stated
    }
    errors = []
    if "open_days" in values:
        values["open_days"] = sorted(set(values["open_days"]))
    if values["service_type"] not in service_type_levels(session):
        errors.append(field_error("service_type", "not_found", "There is no such service type."))
    for name, known in (("coverage", known_region_codes(session)), ("categories", category_levels(session))):
        wrong = [code for code in values.get(name, ()) if code not in known]
        errors += [field_error(name, "not_found", f"There is no {code}.") for code in wrong]
    least, most = values.get("min_age"), values.get("max_age")
    if least is not None and most is not None and most < least:
        errors.append(field_error("max_age", "below_min_age", "The greatest age is below the least."))
    errors += _wrong_hours(values.get("opens_at"), values.get("closes_at"))
    if errors:
        raise Invalid("The service has mistakes.", errors=errors)
    return values


def _wrong_hours(opens: time | None, closes: time | None) -> list[dict[str, Any]]:
    if (opens is None) != (closes is None):
        missing = "opens_at" if opens is None else "closes_at"
        return [field_error(missing, "missing", "Say when it opens and when it closes, or neither.")]
    if opens is not None and closes is not None and closes <= opens:
        return [field_error("closes_at", "before_opening", "It closes before it opens.")]
    return []


def _may_accredit(session: Session, *, now: bool, wanted: bool) -> None:
    if wanted != now and not manages_all(session):
        raise Forbidden("Only an administrator says whether a service is accredited.", code="accreditation")
