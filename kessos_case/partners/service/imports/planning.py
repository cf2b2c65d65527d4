"""What each row would do to the directory: nothing, something new, a change with both values, or why it cannot.

The same rules as by hand: what a service, an agreement or a contact may be is asked of the functions that write them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid
from kessos_case.partners.rules.import_cells import RowFault
from kessos_case.partners.rules.import_rows import AGREEMENT, CAPACITY, COLUMNS, CONTACT, SERVICE, Fault, Row, same_name
from kessos_case.partners.service.contacts import checked_contact
from kessos_case.partners.service.directory import STATED, checked_service
from kessos_case.partners.service.imports.standing import AGREED, REACHED, ServiceKey, Standing, Thing
from kessos_case.partners.service.scope import manages, manages_all
from kessos_case.reference.service import known_region_codes


class Outcome(StrEnum):
    """What becomes of a row."""

    CREATE = "create"
    CHANGE = "change"
    NOTHING = "nothing"
    FAILED = "failed"


class Kind(StrEnum):
    """What a row can bring."""

    ORGANISATION = "organisation"
    SERVICE = "service"
    CAPACITY = "capacity"
    AGREEMENT = "agreement"
    CONTACT = "contact"


@dataclass(frozen=True)
class Change:
    """One column as it stands and as it will be; `before` is None for what is new."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Deed:
    """One thing to write: what of it (`thing`, without a row of its own while it is new), and what it is to say."""

    kind: Kind
    thing: Thing
    says: dict[str, Any]
    key: Any


@dataclass
class RowPlan:
    """What becomes of one row; the organisation by name where it has one, here or in the row."""

    row: Row
    organisation_name: str | None = None
    outcome: Outcome = Outcome.NOTHING
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)


_DEFAULTS: dict[str, Any] = {
    "min_age": None, "max_age": None, "sexes": [], "categories": [], "has_disability_access": False,
    "is_accredited": False, "allows_waiting": False, "is_active": True, "open_days": [], "opens_at": None,
    "closes_at": None, "application_process": None,
}  # fmt: skip
# From the name of a field to that of its column.
Column = Callable[[str], str]
# Lists without an order: the same codes in another order are no change.
_SETS = ("coverage", "sexes", "categories")


def plan_rows(session: Session, rows: Sequence[Row], found: Standing) -> list[RowPlan]:
    """Plan every row. What a row brings counts for those that follow; what a failed row would have brought does not."""
    planner = _Planner(session, found)
    return [planner.plan(row) for row in rows]


class _Planner:
    def __init__(self, session: Session, found: Standing) -> None:
        self._session, self._found = session, found
        self._today: date = office_day(session.now)
        self._is_administrator = manages_all(session)

    def plan(self, row: Row) -> RowPlan:
        made = RowPlan(row, faults=list(row.faults))
        if row.key is None:
            made.outcome = Outcome.FAILED
            return made
        code = row.stated["organisation_code"]
        office = self._found.offices.get(code)
        made.organisation_name = row.stated.get("organisation_name") or (office.says["name"] if office else None)
        if not self._reaches(code):
            made.faults.append(Fault("organisation_code", RowFault.SCOPE))
        else:
            for part in (self._office, self._service, self._capacity, self._agreement, self._contact):
                part(made, row)
        self._conclude(made)
        return made

    def _reaches(self, code: str) -> bool:
        office = self._found.offices.get(code)
        return self._is_administrator or (office is not None and manages(self._session, office.row.id))

    def _conclude(self, made: RowPlan) -> None:
        if made.faults:
            made.outcome, made.changes, made.deeds = Outcome.FAILED, [], []
            return
        made.changes.sort(key=lambda change: COLUMNS.index(change.field))
        is_new = any(deed.kind is Kind.SERVICE and not deed.thing.says for deed in made.deeds)
        made.outcome = Outcome.CREATE if is_new else Outcome.CHANGE if made.deeds else Outcome.NOTHING
        for deed in made.deeds:
            self._lay(deed)

    def _lay(self, deed: Deed) -> None:
        """Let the rows that follow see it."""
        if deed.kind is Kind.CAPACITY and not deed.thing.says:
            self._found.periods.setdefault(deed.key, []).append(deed.thing)
        else:
            places: dict[Kind, dict[Any, Thing]] = {
                Kind.ORGANISATION: self._found.offices, Kind.SERVICE: self._found.services,
                Kind.AGREEMENT: self._found.agreements, Kind.CONTACT: self._found.contacts,
            }  # fmt: skip
            if deed.kind in places:
                places[deed.kind][deed.key] = deed.thing
        deed.thing.says = deed.thing.says | deed.says

    def _office(self, made: RowPlan, row: Row) -> None:
        code = row.stated["organisation_code"]
        stated = {
            name: row.stated[column]
            for column, name in (
                ("organisation_kind", "kind"),
                ("organisation_name", "name"),
                ("region_code", "region_code"),
            )
            if column in row.stated
        }
        office = self._found.offices.get(code)
        if office is None:
            missing = [name for name in ("kind", "name") if name not in stated]
            made.faults += [Fault(f"organisation_{name}", RowFault.MISSING) for name in missing]
        elif stated.get("kind", office.says["kind"]) != office.says["kind"]:
            made.faults.append(Fault("organisation_kind", RowFault.KIND_FIXED))
        region = stated.get("region_code")
        if region and region not in known_region_codes(self._session):
            made.faults.append(Fault("region_code", RowFault.NOT_FOUND))
        changed = self._deed(made, Kind.ORGANISATION, code, office, {"region_code": None}, stated, _OF_OFFICE)
        if not self._is_administrator:
            made.faults += [Fault(_OF_OFFICE(name), RowFault.ADMINISTRATOR) for name in changed if name != "kind"]

    def _service(self, made: RowPlan, row: Row) -> None:
        stated = {_service_name(name): value for name, value in row.part(SERVICE).items()}
        key = _key(row)
        service = self._found.services.get(key)
        if service is None and "coverage" not in stated and "coverage" not in {fault.field for fault in made.faults}:
            made.faults.append(Fault("coverage", RowFault.MISSING))
            return
        changed = self._deed(made, Kind.SERVICE, key, service, _DEFAULTS, stated, _OF_SERVICE)
        if changed and "coverage" in (service.says if service else stated):
            base = service.says if service else dict.fromkeys(STATED) | _DEFAULTS
            made.faults += self._mistakes(base | stated)
        if "is_accredited" in changed and not self._is_administrator:
            made.faults.append(Fault("is_accredited", RowFault.ACCREDITATION))

    def _mistakes(self, stated: dict[str, Any]) -> list[Fault]:
        try:
            checked_service(self._session, stated)
        except Invalid as error:
            return [_fault(entry, _OF_SERVICE) for entry in error.errors]
        return []

    def _capacity(self, made: RowPlan, row: Row) -> None:
        stated = {name.removeprefix("capacity_"): value for name, value in row.part(CAPACITY).items()}
        if not stated or any(fault.field in CAPACITY for fault in made.faults):
            return
        key = _key(row)
        if stated.keys() == {"places"} and (open_now := self._found.period_on(key, self._today)):
            stated |= {name: open_now.says[name] for name in ("starts_on", "ends_on")}
        if missing := [name for name in ("places", "starts_on", "ends_on") if name not in stated]:
            made.faults += [Fault(f"capacity_{name}", RowFault.MISSING) for name in missing]
            return
        if stated["ends_on"] < stated["starts_on"]:
            made.faults.append(Fault("capacity_ends_on", RowFault.BEFORE_START))
            return
        self._period(made, key, stated)

    def _period(self, made: RowPlan, key: ServiceKey, stated: dict[str, Any]) -> None:
        days = (stated["starts_on"], stated["ends_on"])
        periods = self._found.periods.get(key, [])
        same = next((one for one in periods if (one.says["starts_on"], one.says["ends_on"]) == days), None)
        if same is None and any(one.says["starts_on"] <= days[1] and days[0] <= one.says["ends_on"] for one in periods):
            made.faults.append(Fault("capacity_starts_on", RowFault.PERIOD_OVERLAPS))
            return
        if same and same.row and stated["places"] < same.row.reserved + same.row.taken:
            made.faults.append(Fault("capacity_places", RowFault.CAPACITY_IN_USE))
            return
        self._deed(made, Kind.CAPACITY, key, same, {}, stated, _under("capacity"))

    def _agreement(self, made: RowPlan, row: Row) -> None:
        stated = {name.removeprefix("agreement_"): value for name, value in row.part(AGREEMENT).items()}
        if not stated or any(fault.field in AGREEMENT for fault in made.faults):
            return
        number = stated.get("number")
        if number is None:
            made.faults.append(Fault("agreement_number", RowFault.MISSING))
            return
        key = (row.stated["organisation_code"], same_name(number))
        if known := self._found.agreements.get(key):
            differing = [name for name in AGREED if name in stated and stated[name] != known.says[name]]
            made.faults += [Fault(f"agreement_{name}", RowFault.AGREEMENT_DIFFERS) for name in differing]
            return
        made.faults += [Fault(f"agreement_{name}", RowFault.MISSING) for name in AGREED[:2] if name not in stated]
        if stated.get("ends_on", date.max) < stated.get("starts_on", date.min):
            made.faults.append(Fault("agreement_ends_on", RowFault.BEFORE_START))
        if not self._is_administrator:
            made.faults.append(Fault("agreement_number", RowFault.AGREEMENT))
        self._deed(made, Kind.AGREEMENT, key, None, {"parties": [], "subject": None}, stated, _under("agreement"))

    def _contact(self, made: RowPlan, row: Row) -> None:
        stated = {name.removeprefix("contact_"): value for name, value in row.part(CONTACT).items()}
        if not stated or any(fault.field in CONTACT for fault in made.faults):
            return
        name = stated.get("name")
        if name is None:
            made.faults.append(Fault("contact_name", RowFault.MISSING))
            return
        key = (row.stated["organisation_code"], same_name(name))
        known = self._found.contacts.get(key)
        base = dict.fromkeys(REACHED)
        try:
            checked_contact(base | (known.says if known else {}) | stated)
        except Invalid as error:
            made.faults += [_fault(entry, _under("contact")) for entry in error.errors]
            return
        # The name found it; how it is written is no change.
        wanted = stated if known is None else {name: value for name, value in stated.items() if name != "name"}
        self._deed(made, Kind.CONTACT, key, known, base, wanted, _under("contact"))

    def _deed(
        self,
        made: RowPlan,
        kind: Kind,
        key: Any,
        known: Thing | None,
        defaults: dict[str, Any],
        stated: dict[str, Any],
        column: Column,
    ) -> set[str]:
        """Note what is to be written of one thing; the names of what it would change."""
        before: dict[str, Any] = known.says if known else {}
        wanted = stated if known else defaults | stated
        changed = {
            name: value for name, value in wanted.items() if name not in before or _differs(name, before[name], value)
        }
        told = {
            name: value for name, value in changed.items() if known or value not in (None, [], False) or name in stated
        }
        if changed:
            made.changes += [Change(column(name), before.get(name), told[name]) for name in told]
            made.deeds.append(Deed(kind, known or Thing({}), changed, key))
        # Something new says False and none by itself: that is nobody's wish.
        return set(changed) if known else {name for name, value in changed.items() if value != defaults.get(name, ...)}


def _under(part: str) -> Column:
    """The column of a field is called by its part: `capacity_places`."""
    return lambda name: f"{part}_{name}"


def _renamed(names: dict[str, str]) -> Column:
    """The column of a field is called as the field, but for these."""
    return lambda name: names.get(name, name)


def _service_name(column: str) -> str:
    return "name" if column == "service_name" else column


def _key(row: Row) -> ServiceKey:
    code, service_type, name = row.key or ("", "", "")
    return code, service_type, name


def _differs(name: str, before: Any, after: Any) -> bool:
    if name in _SETS:
        return set(before or ()) != set(after or ())
    return bool(before != after)


def _fault(entry: dict[str, Any], column: Column) -> Fault:
    """A mistake that a service of the directory names, as a fault of its column."""
    code = str(entry["code"])
    return Fault(column(str(entry["field"])), RowFault(code) if code in list(RowFault) else RowFault.REFUSED)


_OF_OFFICE = _renamed({"kind": "organisation_kind", "name": "organisation_name"})
_OF_SERVICE = _renamed({"name": "service_name"})


def named_codes(rows: Iterable[Row]) -> set[str]:
    """The codes of the organisations that the rows speak of."""
    return {row.stated["organisation_code"] for row in rows if "organisation_code" in row.stated}
