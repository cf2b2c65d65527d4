"""Whom to call at an organisation: people on duty and desks, never a client. An entry that is over is kept, not deleted."""

import re
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.phone import normalise_phone
from kessos_case.partners import queries
from kessos_case.partners.models import OrganisationContact
from kessos_case.partners.service.scope import managed

# One address, without a name beside it: what an API or a form lets pass is stricter.
_MAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")

CONTACT_STATED = ("name", "position", "phone", "email", "is_active")


def contact_for(
    session: Session, contact_id: UUID, *, organisation_id: UUID | None = None, lock: bool = False
) -> OrganisationContact:
    """The one door to a contact, of this organisation where it is named. Raises NotFound."""
    select = sa.select(OrganisationContact).where(OrganisationContact.id == contact_id)
    found = session.scalar(select.with_for_update().execution_options(populate_existing=True) if lock else select)
    if found is None or organisation_id not in (None, found.organisation_id):
        raise NotFound("There is no such contact.")
    return found


def phones_of(session: Session, organisation_id: UUID) -> list[str]:
    """The numbers, in E.164, by which an organisation is called today."""
    contacts = session.scalars(queries.contacts(organisation_id, is_active=True).order_by(OrganisationContact.name))
    return list(dict.fromkeys(contact.phone for contact in contacts if contact.phone))


def add_contact(session: Session, organisation_id: UUID, **stated: Any) -> OrganisationContact:
    """Write down whom to call, by phone, mail or both.

    Raises Forbidden `scope` for another's organisation, Invalid for a number that is none and for one who cannot be reached.
    """
    office = managed(session, organisation_id)
    made = made_contact(office.id, stated)
    session.add(made)
    session.flush()
    record(session, "create", "contact", made.id, organisation_id=str(office.id))
    return made


def change_contact(session: Session, contact: OrganisationContact, changes: dict[str, Any]) -> OrganisationContact:
    """Change a contact, or say with `is_active` that nobody is there any more. Raises as `add_contact` does."""
    managed(session, contact.organisation_id)
    values = checked_contact(contact_as_stated(contact) | changes)
    for name in changes:
        setattr(contact, name, values[name])
    session.flush()
    record(session, "change", "contact", contact.id, fields=sorted(changes))
    return contact


def made_contact(organisation_id: UUID, stated: dict[str, Any]) -> OrganisationContact:
    """A contact as it will be stored. Raises Invalid as `add_contact` does."""
    values = checked_contact({"position": None, "phone": None, "email": None, "is_active": True} | stated)
    return OrganisationContact(id=new_id(), organisation_id=organisation_id, **values)


def contact_as_stated(contact: OrganisationContact) -> dict[str, Any]:
    """The contact in the words of a request: what changes are laid over and compared with."""
    return {name: getattr(contact, name) for name in CONTACT_STATED}


def checked_contact(stated: dict[str, Any]) -> dict[str, Any]:
    """The values in their stored forms. Raises Invalid with every field that is wrong."""
    values, errors = dict(stated), []
    try:
        values["phone"] = normalise_phone(values["phone"]) if values["phone"] else None
    except ValueError as error:
        errors.append(field_error("phone", "not_a_phone", str(error)))
    if values["email"] and not _MAIL.fullmatch(values["email"]):
        errors.append(field_error("email", "not_a_mail", "This is no mail address."))
    if not values["phone"] and not values["email"]:
        errors.append(field_error("phone", "unreachable", "Give a telephone number or a mail address."))
    if errors:
        raise Invalid("The contact has mistakes.", errors=errors)
    return values
