"""The register's rows: people and households sealed as registering does it, who reaches whom, and how they are found."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from kessos_case.clients.models import (
    Client,
    ClientAccess,
    ClientCategory,
    ClientSearch,
    Household,
    HouseholdMember,
    TimelineEntry,
)
from kessos_case.clients.rules import Confidentiality, confidentiality_of, is_restricted, nik_deletions, search_forms
from kessos_case.clients.service.cards import key_place
from kessos_case.core.keys import DataKey, keyring
from kessos_case.core.months import month_of
from kessos_case.demo.ground import Ground
from kessos_case.demo.people import Home, People, Person, Stay, registered_on
from kessos_case.demo.staff import Staff


@dataclass
class Reach:
    """Who reaches a person now, for search."""

    organisations: list[UUID] = field(default_factory=list)
    users: list[UUID] = field(default_factory=list)


class Registry:
    """Gives people their ids, keys and grounds, and writes them at the end, when everything about them is known."""

    def __init__(self, ground: Ground, staff: Staff, people: People) -> None:
        self._ground, self._staff, self._people = ground, staff, people
        self._dice = ground.dice("registry")
        self._reach: dict[UUID, Reach] = {}
        self.keys: dict[UUID, DataKey] = {}
        self._wrapped: dict[UUID, bytes] = {}
        self._registered_by: dict[UUID, UUID] = {}

    def register(self, opened: dict[int, tuple[date, UUID, UUID]]) -> None:
        """Everybody gets an id. `opened`: by place of the person, day, office and user of his first case."""
        members: dict[int, list[Stay]] = {}
        for stay in self._people.stays:
            members.setdefault(stay.home.place, []).append(stay)
        for home in self._people.homes:
            stays = members[home.place]
            day = registered_on(self._ground, min(stay.first for stay in stays), self._dice)
            home.registered_at = self._ground.moment(day, self._dice)
            home.id = self._ground.ids.at(home.registered_at)
            for stay in stays:
                self._enter(stay.person, max(day, stay.person.born + timedelta(days=30)), opened)
        for person in self._people.persons:
            if person.registered_at is None:
                self._enter(person, person.came_on or self._ground.today, opened)

    def give_access(
        self, person: Person, ground: str, since: datetime, *, organisation_id: UUID | None = None,
        user_id: UUID | None = None, until: datetime | None = None, by: UUID | None = None,
    ) -> None:  # fmt: skip
        """A ground on which an office or a person reaches somebody."""
        self._ground.book.add(
            ClientAccess, id=self._ground.ids.at(since), client_id=person.id, organisation_id=organisation_id,
            user_id=user_id, ground=ground, valid_from=since, valid_until=until, granted_by=by,
        )  # fmt: skip
        if until is None or until > self._ground.now:
            reach = self._reach.setdefault(person.id, Reach())
            holders = reach.organisations if organisation_id else reach.users
            holder = organisation_id or user_id
            if holder and holder not in holders:
                holders.append(holder)

    def tell(
        self, person: Person, kind: str, subject_id: UUID, at: datetime, *, by: UUID | None, office: UUID | None,
        recorded_at: datetime | None = None, visibility: str = "team",
    ) -> None:  # fmt: skip
        """An entry of the timeline."""
        self._ground.book.add(
            TimelineEntry, id=self._ground.ids.at(recorded_at or at), client_id=person.id, kind=kind,
            subject_id=subject_id, happened_at=at, recorded_at=recorded_at or at, user_id=by, organisation_id=office,
            visibility=visibility, detail={},
        )  # fmt: skip

    def seal(self, person: Person, text: str, place: str) -> bytes:
        """Words under the person's own key."""
        return self.keys[person.id].seal(text, place)

    def write(self) -> None:
        """Rows of people, categories, search, households and stays."""
        for person in self._people.persons:
            self._write_person(person)
        for home in self._people.homes:
            self._write_home(home)
        for stay in self._people.stays:
            self._write_stay(stay)

    def _enter(self, person: Person, day: date, opened: dict[int, tuple[date, UUID, UUID]]) -> None:
        """Registered by the desk of the place, or by the UPT that he came to first."""
        if person.registered_at is not None:
            return
        first_case = opened.get(person.place)
        office, by = self._ground.desk(person.village).id, self._staff.desk(person.village)
        if first_case and first_case[0] <= day:
            day, office, by = first_case
        at = self._ground.moment(min(day, self._ground.today), self._dice)
        if first_case and first_case[0] == day:
            # Before the desks open: whatever follows on that day comes after.
            at = at.replace(hour=0)
        person.registered_at, person.id = at, self._ground.ids.at(at)
        self.keys[person.id], self._wrapped[person.id] = keyring().new_data_key(key_place(person.id))
        self._registered_by[person.id] = by
        self.give_access(person, "registered", at, organisation_id=office, by=by)
        self.tell(person, "client_registered", person.id, at, by=by, office=office, visibility="referral")

    def _write_person(self, person: Person) -> None:
        at, key, index = person.registered_at, self.keys[person.id], keyring().index
        assert at is not None
        levels = [Confidentiality(self._ground.levels[code]) for code, _ in person.categories]
        level = confidentiality_of(levels)
        plain = {
            "nik": person.nik,
            "kk": person.kk,
            "phone": person.phone,
            "address": f"Jalan Contoh {person.place % 90 + 1}",
        }
        sealed = {name: key.seal(text, f"clients:{name}:{person.id}") if text else None for name, text in plain.items()}
        hashes = {name: index(name, text) if (text := plain[name]) else None for name in ("nik", "kk", "phone")}
        self._ground.book.add(
            Client, id=person.id, data_key=self._wrapped[person.id], name=person.name, temporary_label=None, aliases=[],
            birth_date=person.born, birth_date_precision="day" if person.nik else "year", sex=person.sex,
            nik_sealed=sealed["nik"], nik_hash=hashes["nik"], no_nik_reason=None if person.nik else "not_stated",
            kk_sealed=sealed["kk"], kk_hash=hashes["kk"], phone_sealed=sealed["phone"], phone_hash=hashes["phone"],
            region_code=person.village, address_sealed=sealed["address"], confidentiality=str(level),
            legal_basis="public_task", died_on=person.died_on, registered_at=at, registered_by=self._registered_by[person.id],
            version=1,
        )  # fmt: skip
        for code, since in dict(person.categories).items():
            self._ground.book.add(ClientCategory, client_id=person.id, category_code=code, since_on=since)
        self._write_search(person, hashes, is_restricted(level))

    def _write_search(self, person: Person, hashes: dict[str, Any], restricted: bool) -> None:
        index, reach = keyring().index, self._reach.get(person.id, Reach())
        deletions = sorted(index("nik-deletion", text) for text in nik_deletions(person.nik)) if person.nik else []
        self._ground.book.add(
            ClientSearch, client_id=person.id, forms=f"|{'|'.join(search_forms(person.name, []))}|",
            birth_date=person.born, birth_date_precision="day" if person.nik else "year", sex=person.sex,
            region_code=person.village, nik_hash=hashes["nik"], nik_deletions=deletions, phone_hash=hashes["phone"],
            is_restricted=restricted, organisation_ids=reach.organisations, user_ids=reach.users,
        )  # fmt: skip

    def _write_home(self, home: Home) -> None:
        assert home.registered_at is not None
        key, wrapped = keyring().new_data_key(f"households:data_key:{home.id}")
        self._ground.book.add(
            Household, id=home.id, data_key=wrapped, kk_sealed=key.seal(home.kk, f"households:kk:{home.id}"),
            kk_hash=keyring().index("kk", home.kk), region_code=home.village, registered_at=home.registered_at,
            registered_by=self._staff.desk(home.village), version=1,
        )  # fmt: skip

    def _write_stay(self, stay: Stay) -> None:
        at = max(stay.home.registered_at, stay.person.registered_at)  # type: ignore[type-var]
        assert at is not None
        died = month_of(stay.person.died_on) if stay.person.died_on else None
        last = min((month for month in (stay.last, died) if month is not None), default=None)
        if last is not None and last < stay.first:
            return
        self._ground.book.add(
            HouseholdMember, id=self._ground.ids.at(at), household_id=stay.home.id, client_id=stay.person.id,
            relation=stay.relation, from_month=stay.first, to_month=last, recorded_at=at,
            recorded_by=self._staff.desk(stay.home.village), voided_at=None, voided_by=None, version=1,
        )  # fmt: skip
