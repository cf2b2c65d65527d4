"""What the made-up world stands on: the real regions, offices, prices and programmes, and how to tell time in it."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation
from kessos_case.core.clock import OFFICE_ZONE, office_day
from kessos_case.core.months import Month, first_day, month_of
from kessos_case.demo.book import Book, Ids
from kessos_case.demo.process import HISTORY_MONTHS, LIVE_MONTHS
from kessos_case.reference.models import Category, MinimumWage, PovertyLine, ProgrammeAmount, Region, ServiceType
from kessos_case.reference.service import upts

# What the minimum wage and the poverty line grew by a year where no figure is known.
_YEARLY_GROWTH = 1.06


@dataclass(frozen=True)
class Office:
    """An organisation of the reference data; `categories` are those that a UPT is for."""

    id: UUID
    code: str
    name: str
    region_code: str
    categories: tuple[str, ...] = ()


class Ground:
    """Reference data and the two clocks (`now` and the day of the office), read once; and the seed's dice by subject."""

    def __init__(self, connection: sa.Connection, now: datetime, seed: int) -> None:
        self.now, self.today, self.seed = now, office_day(now), seed
        self.last: Month = month_of(self.today)
        self.first: Month = self.last - HISTORY_MONTHS
        self.live_from: Month = self.last - LIVE_MONTHS
        self.book, self.ids = Book(), Ids(seed)
        self._read_places(connection)
        self._read_offices(connection)
        self._read_prices(connection)

    def dice(self, subject: str) -> random.Random:
        """The dice of one subject: what is drawn there changes nothing elsewhere."""
        return random.Random(f"{self.seed}:{subject}")  # nosec B311

    def moment(self, day: date, dice: random.Random) -> datetime:
        """An instant of this day at which an office works, never after now."""
        return min(self.opening(day) + timedelta(minutes=dice.randrange(430)), self.now)

    def opening(self, day: date) -> datetime:
        """When the desks open on this day."""
        return datetime.combine(day, time(8), OFFICE_ZONE).astimezone(UTC)

    def working_day(self, day: date) -> date:
        """The day itself, or the Monday after a weekend."""
        return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day

    def day_in(self, month: Month, dice: random.Random) -> date:
        """Some working day of a month, never one after its 26th."""
        return self.working_day(first_day(month) + timedelta(days=dice.randrange(24)))

    def course_after(self, day: date) -> date:
        """The day on which the courses of the next quarter begin."""
        month = month_of(day)
        return self.working_day(first_day(month - month % 3 + 3) + timedelta(days=4))

    def wage(self, region_code: str, month: Month) -> int:
        """The minimum wage of the regency, carried back over years that no file knows."""
        years = self._wages.get(region_code[:5]) or self._wages["35"]
        return _grown(years, month // 12)

    def poverty_line(self, month: Month) -> int:
        """The province's poverty line per head and month, carried on and back likewise."""
        return _grown(self._lines, month // 12)

    def desk(self, region_code: str) -> Office:
        """The Dinsos of the regency."""
        return self.dinsos[region_code[:5]]

    def _read_places(self, connection: sa.Connection) -> None:
        codes = connection.scalars(sa.select(Region.code).order_by(Region.code)).all()
        self.regencies = [code for code in codes if len(code) == 5]
        self.districts = [code for code in codes if len(code) == 8]
        self.villages: dict[str, list[str]] = {}
        for code in codes:
            if len(code) > 8:
                self.villages.setdefault(code[:8], []).append(code)

    def _read_offices(self, connection: sa.Connection) -> None:
        known = {upt.code: upt for upt in upts()}
        table = Organisation
        rows = connection.execute(
            sa.select(table.id, table.code, table.name, table.region_code, table.kind).order_by(table.code)
        ).all()
        self.upts = [
            Office(row.id, row.code, row.name, row.region_code or "35", known[row.code].categories)
            for row in rows
            if row.kind == "upt" and row.code in known
        ]
        self.dinsos = {
            row.region_code: Office(row.id, row.code, row.name, row.region_code) for row in rows if row.kind == "dinsos"
        }
        self.by_category: dict[str, list[Office]] = {}
        for upt in self.upts:
            for category in upt.categories:
                self.by_category.setdefault(category, []).append(upt)

    def _read_prices(self, connection: sa.Connection) -> None:
        self._wages: dict[str, dict[int, int]] = {}
        for row in connection.execute(sa.select(MinimumWage.region_code, MinimumWage.valid_from, MinimumWage.amount)):
            self._wages.setdefault(row.region_code, {})[row.valid_from.year] = row.amount
        middle = sorted(max(years.values()) for years in self._wages.values())[len(self._wages) // 2]
        self._wages["35"] = next(years for years in self._wages.values() if max(years.values()) == middle)
        lines = connection.execute(
            sa.select(PovertyLine.month, PovertyLine.amount).where(PovertyLine.region_code == "35")
        )
        self._lines = {row.month // 12: row.amount for row in lines.all()}
        amounts = connection.execute(
            sa.select(ProgrammeAmount.programme_code, ProgrammeAmount.amount).order_by(
                ProgrammeAmount.valid_from.desc()
            )
        )
        # What a programme pays; of years before its first figure we know no other.
        self.prices: dict[str, int] = dict(amounts.all())
        self.levels: dict[str, Any] = dict(connection.execute(sa.select(Category.code, Category.confidentiality)).all())
        self.service_levels: dict[str, Any] = dict(
            connection.execute(sa.select(ServiceType.code, ServiceType.confidentiality)).all()
        )
        self.service_names: dict[str, Any] = dict(
            connection.execute(sa.select(ServiceType.code, ServiceType.name_id)).all()
        )

    @cached_property
    def province(self) -> Office:
        """The Dinsos of the province."""
        return self.dinsos["35"]


def _grown(years: dict[int, int], year: int) -> int:
    """The figure of the year, else of the nearest known one, grown or shrunk."""
    nearest = min(years, key=lambda known: (abs(known - year), known))
    return int(years[nearest] * _YEARLY_GROWTH ** (year - nearest))
