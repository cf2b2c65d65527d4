"""Matched pairs: exact where they must be, near on the rest, in balance or not told. No database."""

from math import inf

import pytest

from kessos_case.core.ids import new_id
from kessos_case.reports.rules.matching import Person, balance, difference, matched


def person(age: float | None, starts: int | None = None, *, stays: int = 900, kind: str = "a") -> Person:
    return Person(new_id(), (kind,), (age, None, None, None, 0.0), starts, stays)


def ages(pairs: list[tuple[Person, Person]]) -> list[tuple[float | None, float | None]]:
    return [(one.traits[0], two.traits[0]) for one, two in pairs]


def test_the_nearest_is_taken_and_nobody_twice():
    course = [person(30, 10), person(31, 20)]
    assert ages(matched(course, [person(60), person(30), person(45)])) == [(30, 30), (31, 45)]


def test_nobody_is_beside_one_of_another_kind():
    assert matched([person(30, 10)], [person(30, kind="b")]) == []


def test_who_had_left_before_the_course_began_is_no_partner():
    course = [person(30, 100)]
    assert matched(course, [person(30, stays=100)]) == []
    assert len(matched(course, [person(30, stays=101)])) == 1


def test_what_is_not_known_is_beside_what_is_not_known():
    assert ages(matched([person(None, 1), person(40, 2)], [person(40), person(None)])) == [(None, None), (40, 40)]


def test_balance_says_how_far_apart_in_standard_deviations():
    course, others = [person(20, 1), person(30, 1)], [person(22), person(32), person(80)]
    found = {each.trait: each for each in balance(course, others, matched(course, others))}
    assert (found["age"].course, found["age"].others, found["age"].after) == (25, 27, pytest.approx(-0.4))
    assert found["age"].before < -0.4
    assert found["disability"].after == 0


def test_all_the_same_beside_all_another_is_out_of_all_balance():
    course, others = [person(20, 1)] * 3, [person(30)] * 3
    [age, *_rest] = balance(course, others, list(zip(course, others, strict=True)))
    assert abs(age.after) == inf


def test_the_difference_of_pairs_is_of_agresti_and_min():
    # 12 only in the course, 4 only beside it, 20 both, 14 neither: (12-4)/50, around 8/52.
    found = difference([(True, False)] * 12 + [(False, True)] * 4 + [(True, True)] * 20 + [(False, False)] * 14)
    assert (found.pairs, found.course, found.others, found.value) == (50, 32, 24, 0.16)
    assert (round(found.low, 3), round(found.high, 3)) == (0.004, 0.304)
