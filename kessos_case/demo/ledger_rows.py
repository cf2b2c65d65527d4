"""The ledger's rows: each payment by the file that brought it, what was taken back, and the files themselves."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from kessos_case.aid.models import AidImport, Disbursement
from kessos_case.aid.rules import ImportState, source_key
from kessos_case.cases.rules import Stage
from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.months import Month, first_day, format_month, month_of
from kessos_case.demo.desk import Desk
from kessos_case.demo.episodes import Episode
from kessos_case.demo.ledger import Ledger, known_on
from kessos_case.demo.payments import Payment
from kessos_case.demo.people import People, Person, Stay

_COLUMNS = (
    "id", "client_id", "household_id", "programme_code", "component", "from_month", "to_month", "paid_on", "known_on",
    "amount", "source_reference", "source_key", "reverses_id", "reason", "import_id", "import_row", "recorded_at",
    "recorded_by",
)  # fmt: skip
_WATCHED = (Stage.PLACEMENT, Stage.REUNIFICATION, Stage.AFTERCARE)
# A file comes on this day of each month.
_IMPORT_DAY = 10


class LedgerRows:
    """Writes the ledger into the book; payments that no file has brought yet are not there."""

    def __init__(self, desk: Desk, people: People, cases: Iterable[Episode]) -> None:
        self._ground, self._staff, self._registry = desk.ground, desk.staff, desk.registry
        ground = desk.ground
        self._members: dict[int, list[Stay]] = {}
        for stay in people.stays:
            self._members.setdefault(stay.home.place, []).append(stay)
        self._watched = _on_the_way_out(cases)
        self._dice = ground.dice("imports")
        self._imports: dict[Month, UUID] = {}
        self._filled: dict[Month, int] = {}
        self._number = 0

    def write(self, ledger: Ledger) -> None:
        """All payments and reversals, then the files with their counts."""
        rows: list[tuple[Any, ...]] = []
        for payment in ledger.payments():
            rows += self._lines(payment)
        self._ground.book.extend(Disbursement, _COLUMNS, rows)
        for month, import_id in self._imports.items():
            self._file(month, import_id)

    def _lines(self, payment: Payment) -> list[tuple[Any, ...]]:
        day = self._brought_on(payment.paid_on)
        if day is None:
            return []
        month = month_of(day)
        import_id = self._imports.setdefault(month, self._ground.ids.at(_at(day)))
        self._filled[month] = self._filled.get(month, 0) + 1
        is_historic = month <= self._ground.live_from
        self._number += 1
        reference = f"CONTOH-{self._number}"
        line_id = self._ground.ids.at(_at(day))
        line = (
            line_id, payment.person and payment.person.id, payment.home and payment.home.id, payment.programme,
            payment.component, payment.first, payment.last, payment.paid_on,
            payment.paid_on if is_historic else max(payment.paid_on, day), payment.amount, reference,
            source_key(payment.programme, reference), None, None, import_id, self._filled[month] + 1, _at(day),
            self._staff.triage["35"],
        )  # fmt: skip
        if not is_historic and self._watched:
            watched = [person for person in self._whose(payment) if self._is_watched(person, day)]
            self._tell(watched, "aid_recorded", line_id, payment.paid_on, day)
        return [line, *self._back(payment, line_id, day)]

    def _whose(self, payment: Payment) -> Iterator[Person]:
        """The person, or who lived in the household in its months."""
        if payment.person:
            yield payment.person
        elif payment.home:
            for stay in self._members.get(payment.home.place, ()):
                if stay.first <= payment.last and (stay.last is None or stay.last >= payment.first):
                    yield stay.person

    def _is_watched(self, person: Person, day: date) -> bool:
        spans = self._watched.get(person.place, ())
        return any(since <= day and (until is None or day < until) for since, until in spans)

    def _tell(self, people: Iterable[Person], kind: str, line_id: UUID, paid_on: date, day: date) -> None:
        """What the timeline of each says: of a file for people on their way out of aid alone, of what was written by hand."""
        happened = min(datetime.combine(paid_on, time(16), OFFICE_ZONE), _at(day))
        for person in people:
            if person.registered_at and person.registered_at <= _at(day) and not _died_by(person, day):
                self._registry.tell(
                    person, kind, line_id, happened, by=self._staff.triage["35"], office=self._ground.province.id,
                    recorded_at=_at(day),
                )  # fmt: skip

    def _back(self, payment: Payment, line_id: UUID, known: date) -> list[tuple[Any, ...]]:
        """The reversal of a line, written by hand by somebody of the province; the whole of it."""
        if payment.taken_back is None:
            return []
        paid_on = payment.paid_on + timedelta(days=self._dice.randint(10, 90))
        recorded = self._ground.working_day(max(known, paid_on) + timedelta(days=self._dice.randint(1, 30)))
        if recorded >= self._ground.today:
            return []
        key = source_key(
            payment.programme, None, "reversal", line_id, payment.first, payment.last, payment.amount, paid_on,
            payment.taken_back,
        )  # fmt: skip
        back_id = self._ground.ids.at(_at(recorded))
        self._tell(self._whose(payment), "aid_reversed", back_id, paid_on, recorded)
        return [(
            back_id, payment.person and payment.person.id, payment.home and payment.home.id,
            payment.programme, payment.component, payment.first, payment.last, paid_on, max(paid_on, recorded),
            -payment.amount, None, key, line_id, payment.taken_back, None, None, _at(recorded),
            self._staff.triage["35"],
        )]  # fmt: skip

    def _brought_on(self, paid_on: date) -> date | None:
        """The day of the file that brings a payment: the historic one, or the first after it could be known."""
        live = first_day(self._ground.live_from) + timedelta(days=_IMPORT_DAY - 1)
        could = known_on(paid_on, self._dice)
        if could <= live:
            return live
        day = could.replace(day=_IMPORT_DAY)
        day = day if day >= could else first_day(month_of(could) + 1).replace(day=_IMPORT_DAY)
        return day if day < self._ground.today else None

    def _file(self, month: Month, import_id: UUID) -> None:
        moment = _at(first_day(month).replace(day=_IMPORT_DAY))
        count, by = self._filled[month], self._staff.triage["35"]
        self._ground.book.add(
            AidImport, id=import_id, organisation_id=self._ground.province.id, data_key=None,
            filename=f"contoh-{format_month(month)}.csv", media="csv", size=count * 110,
            content_hash=hashlib.sha256(f"{self._ground.seed}:{month}".encode()).digest(), programme_code=None,
            is_historic=month <= self._ground.live_from, state=str(ImportState.APPLIED), problem=None,
            problem_detail=None, total=count, done=count, ready=0, known=0, parked=0, failed=0, added=count, job_id=None,
            uploaded_at=moment, uploaded_by=by, applied_at=moment, applied_by=by, version=3,
        )  # fmt: skip


def _on_the_way_out(cases: Iterable[Episode]) -> dict[int, list[tuple[date, date | None]]]:
    """From when to when each person was in a stage in which every line of aid is told, by place of the person."""
    found: dict[int, list[tuple[date, date | None]]] = {}
    for case in cases:
        if begun := min((day for stage in _WATCHED if (day := case.entered(stage))), default=None):
            until = case.closed_at.date() if case.closed_at else None
            found.setdefault(case.person.place, []).append((begun, until))
    return found


def _died_by(person: Person, day: date) -> bool:
    return person.died_on is not None and person.died_on <= day


def _at(day: date) -> datetime:
    return datetime.combine(day, time(8), OFFICE_ZONE)
