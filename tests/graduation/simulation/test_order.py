"""No order of arrival of the same facts changes what is said in the end: for everybody of the simulation. No database."""

import json
import random
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from kessos_case.core.policies import policy as policy_file
from kessos_case.graduation.rules import Missing, Verdict, evaluate, read_policy, relapse_days, relapses_of
from tests.graduation.simulation.known import Record
from tests.graduation.simulation.lives import MONTHS, Home, Income, Life, first_of, life
from tests.graduation.simulation.slowly import is_believed

POLICY = read_policy(policy_file("graduation").content)
LIVES, PARTS = 5000, 10
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def written_otherwise(person: Life, dice: random.Random, by: date) -> Life:
    """The same life, each row of it written down on some other day until `by`."""

    def seen(on: date) -> date:
        return on + timedelta(days=dice.randint(0, max(0, (by - on).days)))

    return person._replace(
        incomes=[_stated_otherwise(each, dice, by) for each in person.incomes],
        works=[
            each._replace(
                seen=(known := seen(each.start)),
                end_seen=seen(each.end) if each.end_seen and each.end_seen <= by else each.end_seen,
                void_seen=max(known, each.void_seen) if each.void_seen and each.void_seen <= by else each.void_seen,
            )
            if each.seen <= by else each
            for each in person.works
        ],
        checks=[each._replace(seen=seen(each.on)) if each.seen <= by else each for each in person.checks],
        # Which UPT wrote it down is a matter of the rule and not of order.
        visits=[
            each if each.seen > by or person.transfer else each._replace(seen=seen(each.on)) for each in person.visits
        ],
        homes=[
            each if each.seen > by or person.transfer else _looked_otherwise(each, seen(each.on), by)
            for each in person.homes
        ],
        aid=[each._replace(seen=seen(first_of(each.first))) if each.seen <= by else each for each in person.aid],
    )  # fmt: skip


def _looked_otherwise(home: Home, seen: date, by: date) -> Home:
    consent = max(home.consent, seen) if home.consent and home.consent <= by else home.consent
    return home._replace(seen=seen, consent=consent)


def _stated_otherwise(stated: Income, dice: random.Random, by: date) -> Income:
    """On another day on which it is believed as well; when it comes too late is a matter of the rule and not of order."""
    if stated.seen > by or not is_believed(stated):
        return stated
    first, last = first_of(stated.last), min(by, first_of(stated.first + 4) - timedelta(days=1))
    return stated._replace(seen=first + timedelta(days=dice.randint(0, (last - first).days)))


def renamed(person: Life, dice: random.Random) -> tuple[Life, dict[str, str]]:
    """The same life under other ids, for ids are given in the order of writing; and the old id of each new one."""
    names: dict[UUID, UUID] = {}

    def anew(value: Any) -> Any:
        if isinstance(value, UUID):
            return names.setdefault(value, UUID(int=dice.getrandbits(128)))
        if isinstance(value, list):
            return [anew(each) for each in value]
        if isinstance(value, tuple) and any(isinstance(each, UUID | list) for each in value):
            found = [anew(each) for each in value]
            return value._make(found) if hasattr(value, "_make") else tuple(found)
        return value

    return anew(person), {str(new): str(old) for old, new in names.items()}


def one_name(person: Life, day: date) -> dict[str, str]:
    """One name for looks of one day at homes that on this day say the same: which is named hangs on nothing of weight."""
    first: dict[Any, UUID] = {}
    told = {
        look.id: (look.on, look.is_safe, look.starts, was_seen(look, day), bool(look.consent and look.consent <= day))
        for look in person.homes
    }
    return {str(each): str(first.setdefault(said, each)) for each, said in told.items()}


def was_seen(look: Home, day: date) -> bool:
    return bool(look.verified and look.on < look.verified <= day)


def said(verdict: Verdict, names: Mapping[str, str]) -> Any:
    """All that is told of a verdict, in no order. Which of two alike is named in words is not looked at."""
    told = [
        [each.code, each.value, each.notes, each.evidence, [[entry.code, *blank(entry)] for entry in each.missing]]
        for each in verdict.criteria
    ]
    lines = [[each.code, each.points, each.value, each.evidence] for each in verdict.lines]
    text = json.dumps([verdict.kind, told, lines])
    return in_no_order(json.loads(ID.sub(lambda found: names.get(found[0], found[0]), text) if names else text))


def verdict_of(record: Record, day: date) -> Verdict:
    return evaluate(record.known_on(day), POLICY)


def blank(entry: Missing) -> tuple[str, str]:
    return ID.sub("", entry.detail), ID.sub("", entry.way)


def in_no_order(value: Any) -> Any:
    return sorted(map(in_no_order, value), key=json.dumps) if isinstance(value, list) else value


def kinds(record: Record, day: date) -> object:
    return relapses_of(record.after(first_of(MONTHS[20]), day), POLICY)


def fell_back(record: Record, day: date) -> object:
    return relapse_days(record.after(first_of(MONTHS[20]), day), POLICY)


@pytest.mark.parametrize("part", range(PARTS))
def test_the_order_of_writing_changes_neither_verdict_nor_relapse(part):
    for number in range(part, LIVES, PARTS):
        dice, person = random.Random(number), life(number)
        day = person.day_in(dice.choice(MONTHS[24:]))
        once = Record(person)
        other, names = renamed(written_otherwise(person, dice, day), dice)
        later, same = Record(other), one_name(person, day)
        names = {new: same.get(old, old) for new, old in names.items()}
        assert said(verdict_of(later, day), names) == said(verdict_of(once, day), same), (number, day)
        assert kinds(later, day) == kinds(once, day), (number, day)


def test_rows_read_in_another_order_have_the_same_fingerprint_and_the_same_first_day_of_relapse():
    for number in range(0, LIVES, 20):
        dice, person = random.Random(number), life(number)
        day = person.day_in(dice.choice(MONTHS[24:]))
        once = Record(person)
        shuffled = Record(person, arranged=lambda rows, dice=dice: dice.sample(rows, len(rows)))
        assert verdict_of(shuffled, day).as_json() == verdict_of(once, day).as_json(), number
        assert fell_back(shuffled, day) == fell_back(once, day), (number, day)
