"""Whose lines the rows of a file are: a part of it at a time, across the whole province, as the program itself.

The sender must not learn more from the answer than a person at a desk would be told (spec privacy.md). Of a restricted person
whom his office does not reach he learns nothing: the line is written where it belongs, and its row is shown as one of
somebody who is not registered. Whatever can be told from outside is found as if she were not there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from kessos_case.aid import import_queries as queries
from kessos_case.aid.rules.people import Doubt, Person, doubt_about
from kessos_case.aid.rules.rows import Fault, RowFault, Stated
from kessos_case.clients.rules import check_nik, search_forms
from kessos_case.core.db import Session
from kessos_case.core.keys import keyring
from kessos_case.core.months import Month
from kessos_case.reference.rules import RecipientUnit

Memberships = dict[UUID, list[tuple[UUID, Month, Month | None]]]


@dataclass(frozen=True)
class Office:
    """For whom a file is read, and which of its programmes are for households."""

    organisation_id: UUID
    household_programmes: frozenset[str]
    today: date


class Recipient(NamedTuple):
    """Whose line a row is: a person or a household, or neither and the doubt; `fault` where its NIK cannot be one.

    A recipient with a doubt is a hidden one, who `is_restricted` as others are whom the sender reaches.
    """

    client_id: UUID | None = None
    household_id: UUID | None = None
    doubt: Doubt | None = None
    fault: Fault | None = None
    is_restricted: bool = False

    @property
    def id(self) -> UUID | None:
        """Whoever it is."""
        return self.client_id or self.household_id


def office_of(session: Session, organisation_id: UUID, today: date) -> Office:
    """The office with what it needs to know."""
    units = queries.programmes(session)
    household = frozenset(code for code, (_, unit) in units.items() if unit == RecipientUnit.HOUSEHOLD)
    return Office(organisation_id, household, today)


def recipients(session: Session, office: Office, stated: Sequence[Stated]) -> list[Recipient]:
    """Whose line each of these rows is, in their order; four statements however many they are."""
    index = keyring().index
    hashes = [index("nik", row.nik) if row.nik else b"" for row in stated]
    found = queries.with_nik(session, hashes)
    hidden = _hidden(session, office, found)
    seen = [[person for person in persons if person.id not in hidden] for persons in found]
    meant = [visible or persons for visible, persons in zip(seen, found, strict=True)]
    homes = _homes(session, office, stated, meant)
    answers = [
        _recipient(row, persons, hidden, homes if row.programme in office.household_programmes else {})
        for row, persons in zip(stated, meant, strict=True)
    ]
    lost = [place for place, visible in enumerate(seen) if not visible]
    return _looked_for(session, office, stated, answers, lost)


def _recipient(row: Stated, persons: Sequence[Person], hidden: set[UUID], homes: Memberships) -> Recipient:
    doubt = doubt_about(row, persons)
    is_hidden = any(person.id in hidden for person in persons)
    if doubt is not None:
        return Recipient(doubt=Doubt.NOT_REGISTERED if is_hidden else doubt)
    [person] = persons
    household_id = household_in(homes.get(person.id, ()), row.first)
    shown = Doubt.NOT_REGISTERED if is_hidden else None
    return Recipient(None if household_id else person.id, household_id, shown, is_restricted=person.is_restricted)


def household_in(memberships: Sequence[tuple[UUID, Month, Month | None]], month: Month) -> UUID | None:
    """The household of these times in one that holds the month."""
    return next((home for home, first, last in memberships if first <= month and (last is None or month <= last)), None)


def _hidden(session: Session, office: Office, found: Sequence[Sequence[Person]]) -> set[UUID]:
    restricted = {person.id for persons in found for person in persons if person.is_restricted}
    if not restricted:
        return set()
    return restricted - queries.held_among(session, restricted, office.organisation_id, session.now)


def _homes(
    session: Session, office: Office, stated: Sequence[Stated], found: Sequence[Sequence[Person]]
) -> Memberships:
    wanted = {
        persons[0].id
        for row, persons in zip(stated, found, strict=True)
        if len(persons) == 1 and row.programme in office.household_programmes
    }
    return queries.memberships(session, wanted) if wanted else {}


def _looked_for(
    session: Session,
    office: Office,
    stated: Sequence[Stated],
    answers: list[Recipient],
    lost: Sequence[int],
) -> list[Recipient]:
    """The same, where nobody who is seen has the NIK asked by name and birth date: somebody may have another one."""
    for place in lost:
        if fault := _fault_of(stated[place].nik, office.today):
            answers[place] = Recipient(fault=fault)
    wanted = [
        (place, form, birth)
        for place in lost
        if not answers[place].fault
        for birth in [stated[place].birth_date]
        for form in search_forms(stated[place].name)[:1]
        if birth is not None
    ]
    for found in queries.named(session, [(form, birth) for _, form, birth in wanted]):
        place = wanted[found][0]
        doubt = Doubt.NIK_DIFFERS if stated[place].nik else Doubt.NIK_MISSING
        answers[place] = answers[place]._replace(doubt=doubt)
    return answers


def _fault_of(nik: str | None, today: date) -> Fault | None:
    """Why nobody can have this NIK; None when somebody could."""
    if nik is None:
        return None
    check = check_nik(nik, today=today, known_regions=())
    return ("nik", RowFault(check.codes[0])) if check.level == "invalid" else None
