"""Who lives in the made-up world: households of several generations, people who come alone, and who lives where when."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from kessos_case.core.months import Month, first_day, last_day, month_of
from kessos_case.demo import words
from kessos_case.demo.book import NOT_YET
from kessos_case.demo.ground import Ground
from kessos_case.demo.process import LIVE_MONTHS, POPULATION

# kind of person who comes alone: weight, PPKS category, ages, sex (None: either)
_ALONE: tuple[tuple[int, str, tuple[int, int], str | None], ...] = (
    (5, "PPKS-01", (0, 4), None),
    (17, "PPKS-02", (6, 17), None),
    (4, "PPKS-03", (12, 17), "L"),
    (4, "PPKS-07", (5, 17), None),
    (19, "PPKS-08", (60, 92), None),
    (13, "PPKS-09", (18, 52), None),
    (5, "PPKS-10", (18, 45), "P"),
    (20, "PPKS-11", (19, 66), None),
    (8, "PPKS-12", (18, 68), None),
    (2, "PPKS-18", (15, 38), "P"),
    (3, "PPKS-19", (18, 50), "P"),
)
_NEGLECTED_CHILD = ("PPKS-01", "PPKS-02")
ADULT = 18
_LAST_BIRTH = 40
# Ages in days at which the mother of the children of a household is taken to be theirs.
_BEARING = range(16 * 365, 48 * 365)


@dataclass(eq=False)
class Person:
    """Somebody. `place` counts from 0; `alone` is the category of who came without a household."""

    place: int
    sex: str
    born: date
    village: str
    alone: str | None
    schooling: int
    drive: float
    is_disabled: bool
    is_severely_disabled: bool
    is_orphan: bool = False
    # Days on which a woman bore a child, or will; of a child who is known here, his birthday.
    births: list[date] = field(default_factory=list)
    came_on: date | None = None
    name: str = ""
    nik: str | None = None
    kk: str | None = None
    phone: str | None = None
    id: UUID = NOT_YET
    registered_at: datetime | None = None
    died_on: date | None = None
    categories: list[tuple[str, date]] = field(default_factory=list)

    def age_in(self, month: Month) -> int:
        """Whole years at the end of the month; below zero before birth."""
        day = last_day(month)
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


@dataclass(eq=False)
class Home:
    """A household: where, and with which number of a family card."""

    place: int
    village: str
    kk: str
    id: UUID = NOT_YET
    registered_at: datetime | None = None


@dataclass(eq=False)
class Stay:
    """A person's time in a household."""

    person: Person
    home: Home
    relation: str
    first: Month
    last: Month | None = None


@dataclass
class People:
    """Everybody, every household and every stay."""

    persons: list[Person] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)


class Settlement:
    """Draws people until there are as many as asked for."""

    def __init__(self, ground: Ground, count: int) -> None:
        self._ground, self._count = ground, count
        self._dice = ground.dice("people")
        self._serials: Counter[str] = Counter()
        self.people = People()

    def settle(self) -> People:
        """Households first, then those who come alone; then who moves; then who they are called."""
        alone = round(self._count * POPULATION.share_alone)
        while len(self.people.persons) < self._count - alone:
            self._found_household(self._count - alone - len(self.people.persons))
        for _ in range(alone):
            self._come_alone()
        self._move()
        for person in self.people.persons:
            self._name(person)
        return self.people

    def take_room(self, person: Person, month: Month) -> None:
        """Somebody who came alone lives in a household of his own from this month on."""
        self.people.stays.append(Stay(person, self._home(person.village), "head", month))

    def _village(self) -> str:
        district = self._dice.choice(self._ground.districts)
        return self._dice.choice(self._ground.villages.get(district, [district]))

    def _born(self, age: float) -> date:
        """The birthday of who is this old today, at least some weeks ago."""
        return self._ground.today - timedelta(days=max(40, int(age * 365.25) + self._dice.randrange(365)))

    def _person(self, sex: str, born: date, village: str, alone: str | None = None) -> Person:
        dice, age = self._dice, (self._ground.today - born).days / 365.25
        disabled = alone == "PPKS-09" or (alone is None and dice.random() < POPULATION.share_disabled)
        made = Person(
            place=len(self.people.persons), sex=sex, born=born, village=village, alone=alone,
            schooling=_schooling(dice, age, alone), drive=dice.gauss(0, 1), is_disabled=disabled,
            is_severely_disabled=disabled and dice.random() < POPULATION.share_severe_of_disabled,
        )  # fmt: skip
        self.people.persons.append(made)
        return made

    def _home(self, village: str) -> Home:
        day, month, year = self._dice.randint(1, 28), self._dice.randint(1, 12), self._dice.randint(8, 20)
        made = Home(len(self.people.homes), village, self._numbered(f"{_digits(village)}{day:02}{month:02}{year:02}"))
        self.people.homes.append(made)
        return made

    def _numbered(self, prefix: str) -> str:
        """The serials 99xx and, where a hundred are not enough, 98xx are nobody's."""
        serial = 9900 + self._serials[prefix] if self._serials[prefix] < 100 else 9900 - self._serials[prefix]
        self._serials[prefix] += 1
        return f"{prefix}{serial:04}"

    def _found_household(self, most: int) -> None:
        dice = self._dice
        size = min(most, dice.choices(POPULATION.household_sizes, POPULATION.household_weights)[0])
        home, by_woman = self._home(self._village()), dice.random() < POPULATION.share_headed_by_woman
        head_age = dice.triangular(24, 68, 41) if size > 1 else dice.triangular(22, 88, 66)
        members = [("head", self._person("P" if by_woman else "L", self._born(head_age), home.village))]
        if size > 1 and not by_woman:
            spouse_age = max(19, head_age - dice.gauss(3, 3))
            members.append(("spouse", self._person("P", self._born(spouse_age), home.village)))
        mother = members[-1][1] if members[-1][1].sex == "P" else None
        if size > 3 and dice.random() < 0.3:
            parent = self._person(
                dice.choice("LPP"), self._born(min(93, head_age + dice.uniform(20, 32))), home.village
            )
            members.append(("parent", parent))
        while len(members) < size:
            age = dice.uniform(0, max(1.0, min(30.0, head_age - 19)))
            child = self._person(dice.choice("LP"), self._born(age), home.village)
            child.is_orphan = by_woman and dice.random() < 0.15
            if mother and (child.born - mother.born).days in _BEARING:
                mother.births.append(child.born)
            members.append(("child", child))
        if mother and self._is_young(mother, self._ground.today) and dice.random() < POPULATION.share_expecting:
            mother.births.append(self._ground.today + timedelta(days=dice.randint(5, 265)))
        begun = self._ground.first - dice.randrange(60)
        for relation, person in members:
            since = max(begun, month_of(person.born))
            self.people.stays.append(Stay(person, home, relation, since))

    def _come_alone(self) -> None:
        dice = self._dice
        _, category, (youngest, oldest), sex = dice.choices(_ALONE, [kind[0] for kind in _ALONE])[0]
        came_on = self._ground.today - timedelta(days=dice.randrange(3, LIVE_MONTHS * 30))
        # The age is that on the day on which somebody came: a child of then may be grown up today.
        born = came_on - timedelta(days=max(20, int(dice.uniform(youngest, oldest + 0.9) * 365.25)))
        made = self._person(sex or dice.choice("LLP"), born, self._village(), category)
        made.came_on = came_on
        made.is_orphan = category in _NEGLECTED_CHILD and dice.random() < POPULATION.share_orphaned
        if made.sex == "P" and self._is_young(made, came_on) and dice.random() < POPULATION.share_with_birth:
            made.births.append(came_on + timedelta(days=dice.randint(-300, 240)))

    def _is_young(self, woman: Person, day: date) -> bool:
        return ADULT <= woman.age_in(month_of(day)) <= _LAST_BIRTH

    def _move(self) -> None:
        """Grown children leave home; parents who live alone move in with others of the same regency."""
        ground, dice = self._ground, self._dice
        sizes = Counter(stay.home.place for stay in self.people.stays)
        for stay in list(self.people.stays):
            months = range(max(stay.first + 1, ground.first + 1), ground.last + 1)
            if stay.relation == "child":
                month = next(
                    (m for m in months if 19 <= stay.person.age_in(m) < 34 and dice.random() < POPULATION.leaves_home),
                    None,
                )
                if month:
                    stay.last = month - 1
                    self.people.stays.append(Stay(stay.person, self._home(stay.home.village), "head", month))
            elif stay.relation == "head" and stay.person.age_in(ground.last) > 66 and sizes[stay.home.place] == 1:
                month = next((m for m in months if dice.random() < POPULATION.parent_moves_in), None)
                if month:
                    stay.last = month - 1
                    host = dice.choice(self.people.homes)
                    self.people.stays.append(Stay(stay.person, host, "parent", month))

    def _name(self, person: Person) -> None:
        dice = self._dice
        first = dice.choice(words.WOMEN if person.sex == "P" else words.MEN)
        second = f"{dice.choice(words.SYLLABLES)}{dice.choice(words.SYLLABLES)}{dice.choice(words.SECOND)}"
        person.name = f"{words.FAMILY} {first} {second.capitalize()}"
        lacking = POPULATION.share_alone_without_nik if person.alone else POPULATION.share_without_nik
        if dice.random() >= lacking:
            day = person.born.day + (40 if person.sex == "P" else 0)
            person.nik = self._numbered(f"{_digits(person.village)}{day:02}{person.born:%m%y}")
        if person.age_in(self._ground.last) > 14 and dice.random() < POPULATION.share_with_phone:
            person.phone = f"+62811000{dice.randrange(100_000):05}"


def _digits(village: str) -> str:
    return village.replace(".", "")[:6]


def _schooling(dice: random.Random, age: float, alone: str | None) -> int:
    """0 none, 1 primary, 2 junior, 3 senior secondary and more; the old and those from the street have less."""
    weights = (28, 40, 20, 12) if age > 55 else (16, 34, 27, 23) if alone else (6, 30, 30, 34)
    drawn = dice.choices((0, 1, 2, 3), weights)[0]
    return min(drawn, 0 if age < 13 else 1 if age < 16 else 2 if age < 19 else 3)


def registered_on(ground: Ground, home_first: Month, dice: random.Random) -> date:
    """When a household entered the register: half with the first load, the others since."""
    month = ground.live_from if dice.random() < 0.5 else dice.randint(ground.live_from, ground.last - 1)
    day = first_day(max(month, min(home_first, ground.last - 1))) + timedelta(days=dice.randrange(27))
    return min(ground.working_day(day), ground.today)
