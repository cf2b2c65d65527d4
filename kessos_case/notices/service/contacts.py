"""How a user wants to be told: read and changed by himself alone. The number is sealed (ADR 0005)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kessos_case.access.models import User
from kessos_case.access.service import record
from kessos_case.core.db import Session, table_of
from kessos_case.core.errors import Invalid, field_error
from kessos_case.core.keys import keyring
from kessos_case.core.phone import normalise_phone
from kessos_case.notices.models import ContactChoice

# Version 0 is a user who has not chosen: what a first change says it has seen.
_BEGIN = postgresql.insert(table_of(ContactChoice)).on_conflict_do_nothing(index_elements=["user_id"])


@dataclass(frozen=True)
class ContactCard:
    """The own ways. `email` belongs to the account and is changed by an administrator."""

    email: str | None
    by_mail: bool
    by_message: str | None
    phone: str | None
    wants_digest: bool
    version: int

    def as_stated(self) -> dict[str, Any]:
        """What a request may change, for comparing versions."""
        names = ("by_mail", "by_message", "phone", "wants_digest")
        return {name: getattr(self, name) for name in names}


def own_contact(session: Session, *, lock: bool = False) -> ContactCard:
    """How the actor wants to be told; what holds for everybody where he has not chosen."""
    user_id = session.actor.user_id
    email = session.scalar(sa.select(User.email).where(User.id == user_id))
    choice = session.get(ContactChoice, user_id, with_for_update=lock) if user_id else None
    if choice is None:
        return ContactCard(email, True, None, None, True, 0)
    return ContactCard(
        email, choice.by_mail, choice.by_message, opened_phone(choice), choice.wants_digest, choice.version
    )


def change_contact(session: Session, changes: dict[str, Any]) -> ContactCard:
    """Change the own ways. Raises Invalid for a number that is none, and for messages without a number."""
    user_id = session.actor.user_id
    assert user_id is not None
    wanted = own_contact(session).as_stated() | changes
    wanted["phone"] = _number(wanted["phone"], wanted["by_message"])
    session.execute(
        _BEGIN.values(user_id=user_id, by_mail=True, by_message=None, phone_sealed=None, wants_digest=True, version=0)
    )
    choice = session.get_one(ContactChoice, user_id, with_for_update=True)
    choice.by_mail, choice.by_message = wanted["by_mail"], wanted["by_message"]
    choice.wants_digest = wanted["wants_digest"]
    if wanted["phone"] != opened_phone(choice):
        choice.phone_sealed = keyring().seal(wanted["phone"], _place(user_id)) if wanted["phone"] else None
    session.flush()
    record(session, "change", "contact", user_id, fields=sorted(changes))
    return own_contact(session)


def opened_phone(choice: ContactChoice) -> str | None:
    """The number of a user, for himself and for what sends to him."""
    return keyring().open(choice.phone_sealed, _place(choice.user_id)) if choice.phone_sealed else None


def _number(text: str | None, by_message: str | None) -> str | None:
    if not text:
        if by_message:
            missing = field_error("phone", "missing", "Give the number that messages go to.")
            raise Invalid("The choice has mistakes.", errors=[missing])
        return None
    try:
        return normalise_phone(text)
    except ValueError as error:
        raise Invalid("The choice has mistakes.", errors=[field_error("phone", "not_a_phone", str(error))]) from error


def _place(user_id: UUID) -> str:
    return f"contact_choices:phone:{user_id}"
