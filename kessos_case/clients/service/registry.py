"""Register, read, change and find a client."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from kessos_case.access.service import record
from kessos_case.clients import queries
from kessos_case.clients.models import Client, ClientCategory, ClientSearch
from kessos_case.clients.rules import (
    BirthDatePrecision,
    Confidentiality,
    confidentiality_of,
    is_restricted,
    nik_deletions,
    normalise_kk,
    normalise_phone,
    search_forms,
)
from kessos_case.clients.service.access import give_access, write_timeline
from kessos_case.clients.service.cards import SEALED, ClientCard, card, data_key, key_place, nik_check, opened
from kessos_case.clients.service.duplicates import Candidate, candidates_for, raise_reviews
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.jobs import enqueue
from kessos_case.core.keys import keyring
from kessos_case.reference.service import category_levels, region_exists

_NIK_ERRORS = {
    "format": "A NIK has 16 digits.",
    "placeholder": "This is a placeholder, not a NIK.",
    "province": "The first two digits name no province.",
    "region_zero": "The region part holds 00.",
    "birth_date": "Digits 7 to 12 are no date of birth.",
    "serial": "The last four digits are 0000.",
}


# Built once: every look at a person asks it.
_CLIENT = sa.select(Client).where(Client.id == sa.bindparam("client_id"))
_CLIENT_LOCKED = _CLIENT.with_for_update(of=Client)


def client_for(session: Session, client_id: UUID, *, lock: bool = False) -> Client:
    """The one door to a client: whom this actor reaches. Raises NotFound, also for one who exists beyond the reach."""
    found = session.scalar(_CLIENT_LOCKED if lock else _CLIENT, {"client_id": client_id})
    if found is None:
        raise NotFound("There is no such client.")
    return found


def read_client(session: Session, client_id: UUID) -> ClientCard:
    """Look at a person; the look is written in the audit trail."""
    client = client_for(session, client_id)
    record(session, "read", "client", client.id, clients=[client.id])
    return card(session, client)


def register_client(session: Session, *, acknowledge_duplicates: Iterable[str] = (), **stated: Any) -> ClientCard:
    """Register a person, or a temporary identity for one without a name, held by the actor's organisation.

    Raises Invalid naming each wrong field, Conflict `possible_duplicates` with candidates until each is acknowledged.
    """
    client = Client(id=new_id(), registered_at=session.now, registered_by=session.actor.user_id, aliases=[])
    _, client.data_key = keyring().new_data_key(key_place(client.id))
    values = _checked(session, stated)
    _apply(session, client, values)
    wanted = _wanted(client, values.get("nik"))
    _one_at_a_time(session, wanted)
    doubles = candidates_for(session, wanted)
    _ask_about(doubles, frozenset(acknowledge_duplicates))
    # The ground comes first: nobody may write a person whom he does not reach.
    give_access(session, client.id, "registered", organisation_id=session.actor.organisation_id)
    session.add(client)
    session.flush()
    _index(session, client, wanted)
    raise_reviews(session, client.id, doubles)
    write_timeline(session, client.id, "client_registered", client.id, visibility="referral")
    record(session, "create", "client", client.id, clients=[client.id])
    return card(session, client)


def change_client(session: Session, client: Client, changes: dict[str, Any]) -> ClientCard:
    """Complete or correct a person's record. A likeness that a change brings out is left for review, not refused.

    Raises Invalid naming each wrong field.
    """
    values = _checked(session, as_stated(client) | changes)
    before = Confidentiality(client.confidentiality)
    _apply(session, client, {name: values[name] for name in changes})
    if Confidentiality(client.confidentiality) > before:
        # What was written of him elsewhere must be as secret. By the name of the job: who wrote it is above this room.
        enqueue(session, "referrals.keep_as_secret", queue="interactive", client_id=client.id)
    flag_modified(client, "aliases")  # a change of categories alone is a new version too
    session.flush()
    session.expire(client, ["category_codes"])
    wanted = _wanted(client, opened(client)["nik"])
    _index(session, client, wanted)
    raise_reviews(session, client.id, candidates_for(session, wanted, exclude=client.id))
    write_timeline(session, client.id, "client_changed", client.id, visibility="referral")
    record(session, "change", "client", client.id, clients=[client.id], fields=sorted(changes))
    return card(session, client)


def reveal_numbers(session: Session, client_id: UUID) -> dict[str, str | None]:
    """NIK, KK and phone in full, for who needs them to fill a form; each look is written in the audit trail."""
    client = client_for(session, client_id)
    record(session, "reveal", "client", client.id, clients=[client.id])
    plain = opened(client)
    return {name: plain[name] for name in ("nik", "kk", "phone")}


def search_clients(session: Session, text: str, limit: int) -> list[ClientCard]:
    """People the actor reaches by a name as spoken, a NIK or a phone number, best first."""
    digits = "".join(text.split()).replace("-", "").replace(".", "")
    index = keyring().index
    nik = index("nik", digits) if len(digits) == 16 and digits.isascii() and digits.isdigit() else None
    forms = search_forms(text)
    ids = queries.found(session, forms[0] if forms else None, nik, _phone_hash(text), limit)
    people = {client.id: client for client in session.scalars(sa.select(Client).where(Client.id.in_(ids)))}
    ordered = [people[client_id] for client_id in ids if client_id in people]
    return listed_cards(session, ordered)


def shown_people(session: Session, client_ids: Iterable[UUID]) -> dict[UUID, ClientCard]:
    """The cards, as a list shows them, of those of these people whom the actor reaches."""
    wanted = list(client_ids)
    found = listed_cards(session, session.scalars(sa.select(Client).where(Client.id.in_(wanted)))) if wanted else []
    return {card.id: card for card in found}


def listed_cards(session: Session, clients: Iterable[Client]) -> list[ClientCard]:
    """The cards of a list; one row of the trail names everyone on it."""
    cards = [card(session, client, in_list=True) for client in clients]
    record(session, "list", "client", clients=[shown.id for shown in cards])
    return cards


def _phone_hash(text: str) -> bytes | None:
    try:
        return keyring().index("phone", normalise_phone(text))
    except ValueError:
        return None


def as_stated(client: Client) -> dict[str, Any]:
    """The record in the words of a request, numbers in plain: what changes are laid over and compared with."""
    names = ("name", "temporary_label", "aliases", "birth_date", "birth_date_precision", "sex", "region_code")
    more = ("confidentiality", "no_nik_reason", "legal_basis")
    stated = {name: getattr(client, name) for name in (*names, *more)}
    return stated | opened(client) | {"categories": list(client.category_codes)}


def _checked(session: Session, stated: dict[str, Any]) -> dict[str, Any]:
    """The values in their stored forms. Raises Invalid with every field that is wrong."""
    values = dict(stated)
    errors = [*_check_person(session, values), *_check_numbers(session, values), *_check_places(session, values)]
    if errors:
        raise Invalid("The person's record has mistakes.", errors=errors)
    return values


def _check_person(session: Session, values: dict[str, Any]) -> list[dict[str, Any]]:
    errors = []
    if not values.get("name") and not values.get("temporary_label"):
        errors.append(field_error("name", "missing", "Give a name, or a temporary_label for a person without one."))
    birth_date, precision = values.get("birth_date"), values.get("birth_date_precision")
    if birth_date and birth_date > office_day(session.now):
        errors.append(field_error("birth_date", "in_future", "The birth date is after today."))
    if precision and not birth_date:
        errors.append(field_error("birth_date", "missing", "A precision needs a birth date."))
    values["birth_date_precision"] = (precision or BirthDatePrecision.DAY) if birth_date else None
    return errors


def _check_numbers(session: Session, values: dict[str, Any]) -> list[dict[str, Any]]:
    errors = []
    # A blank is how forms say that there is none.
    nik = (values.get("nik") or "").strip() or None
    if nik:
        check = nik_check(session, nik, values["sex"], values.get("birth_date"), values["birth_date_precision"])
        errors += [field_error("nik", code, _NIK_ERRORS[code]) for code in check.codes if check.level == "invalid"]
        nik = check.normalised
    values["nik"] = nik
    values["no_nik_reason"] = None if nik else values.get("no_nik_reason") or "not_stated"
    if values.get("kk"):
        values["kk"] = normalise_kk(values["kk"])
        if values["kk"] is None:
            errors.append(field_error("kk", "format", "A KK number has 16 digits."))
    if values.get("phone"):
        try:
            values["phone"] = normalise_phone(values["phone"])
        except ValueError as error:
            errors.append(field_error("phone", "format", str(error)))
    return errors


def _check_places(session: Session, values: dict[str, Any]) -> list[dict[str, Any]]:
    errors = []
    if values.get("region_code") and not region_exists(session, values["region_code"]):
        errors.append(field_error("region_code", "not_found", "There is no such region."))
    levels = category_levels(session)
    wanted = list(dict.fromkeys(values.get("categories") or []))
    errors += [field_error("categories", "not_found", f"There is no {code}.") for code in wanted if code not in levels]
    chosen = Confidentiality(values.get("confidentiality") or Confidentiality.STANDARD)
    known = [Confidentiality(levels[code]) for code in wanted if code in levels]
    # A category sets the least; nobody can make a child victim findable by a form field.
    values["categories"], values["confidentiality"] = wanted, confidentiality_of([chosen, *known])
    return errors


def _apply(session: Session, client: Client, values: dict[str, Any]) -> None:
    key = data_key(client)
    for name, value in values.items():
        if name in SEALED:
            sealed = key.seal(value, f"clients:{name}:{client.id}") if value and key else None
            setattr(client, f"{name}_sealed", sealed)
            if name != "address":
                setattr(client, f"{name}_hash", keyring().index(name, value) if value else None)
        elif name == "categories":
            _set_categories(session, client, value)
        elif name == "aliases":
            client.aliases = list(dict.fromkeys(value or []))
        else:
            setattr(client, name, value)


def _set_categories(session: Session, client: Client, codes: list[str]) -> None:
    kept = {category.category_code: category for category in client.categories if category.category_code in codes}
    today = office_day(session.now)
    client.categories = [
        kept.get(code) or ClientCategory(client_id=client.id, category_code=code, since_on=today) for code in codes
    ]


def _wanted(client: Client, nik: str | None) -> queries.Wanted:
    called = [client.name or client.temporary_label or "", *client.aliases]
    index = keyring().index
    return queries.Wanted(
        forms=search_forms(called[0], called[1:]),
        birth_date=client.birth_date if client.birth_date_precision == BirthDatePrecision.DAY else None,
        region_code=client.region_code,
        nik_hash=client.nik_hash,
        nik_deletions=sorted(index("nik-deletion", text) for text in nik_deletions(nik)) if nik else [],
        phone_hash=client.phone_hash,
    )


def _index(session: Session, client: Client, wanted: queries.Wanted) -> None:
    """Make the person findable under the derived forms of what the record says now."""
    row = {
        "forms": "|" + "|".join(wanted.forms) + "|",
        "birth_date": client.birth_date,
        "birth_date_precision": client.birth_date_precision,
        "sex": client.sex,
        "region_code": client.region_code,
        "nik_hash": client.nik_hash,
        "nik_deletions": list(wanted.nik_deletions),
        "phone_hash": client.phone_hash,
        "is_restricted": is_restricted(Confidentiality(client.confidentiality)),
    }
    found = sa.update(ClientSearch).where(ClientSearch.client_id == client.id).values(row)
    if session.scalar(found.returning(ClientSearch.client_id)) is None:
        holders = {"organisation_ids": [session.actor.organisation_id], "user_ids": []}
        session.execute(sa.insert(ClientSearch).values(client_id=client.id, **row, **holders))


def _one_at_a_time(session: Session, wanted: queries.Wanted) -> None:
    """Two desks that register the same person at the same moment must see each other."""
    name = wanted.nik_hash.hex() if wanted.nik_hash else "|".join(wanted.forms)
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"register:{name}", 0))))


def _ask_about(candidates: list[Candidate], acknowledged: frozenset[str]) -> None:
    """Raises Conflict while a candidate that may be shown has not been acknowledged."""
    open_ones = [
        candidate
        for candidate in candidates
        if not candidate.is_hidden and not {candidate.ref, str(candidate.client_id)} & acknowledged
    ]
    if open_ones:
        shown = [candidate.shown() for candidate in open_ones]
        errors = [
            field_error("acknowledge_duplicates", "possible_duplicate", ", ".join(entry["reasons"]), ref=entry["ref"])
            for entry in shown
        ]
        raise Conflict(
            "This person may be registered already.", code="possible_duplicates", errors=errors, candidates=shown
        )
