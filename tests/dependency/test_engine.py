"""The set-based engine agrees with the pure function on every input (spec dependency.md)."""

import json
import random
import time
from collections import Counter
from dataclasses import asdict, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from kessos_case.clients.rules import BirthDatePrecision, age_range_on
from kessos_case.core.months import first_day, months_later, parse_month
from kessos_case.dependency import engine
from kessos_case.dependency.engine import scope
from kessos_case.dependency.rules import (
    Band,
    ExemptionGround,
    Person,
    has_recent_aid,
    is_stage_open,
    net_by_month,
    score,
    status_of,
)
from kessos_case.dependency.service.policy import dependency_policy
from tests.dependency import ledgers

POLICY = dependency_policy()
T = parse_month("2026-06")


def differences(place: ledgers.Neighbourhood) -> list[tuple[int, object, object]]:
    """Row and both answers where the engine and the reference differ in any indicator, in points, band or lines."""
    measures, scores = ledgers.by_engine(place, POLICY.aid), ledgers.engine_scores(place, POLICY)
    found = []
    for row, expected in enumerate(ledgers.by_reference(place, POLICY.aid)):
        wanted = {name: value for name, value in asdict(expected).items() if name != "spells"}
        reached = score(expected, place.dwellers[row].facts, POLICY)
        wanted |= {"points": reached.points, "band": reached.band, "lines": reached.lines}
        got = ledgers.told(measures, row) | {
            "points": scores.points[row].item(),
            "band": tuple(Band)[scores.band[row]],
            "lines": scores.lines[row].item(),
        }
        if got != wanted:
            found.append((row, got, wanted))
    return found


@pytest.mark.parametrize("seed", range(40))
def test_both_agree_on_five_hundred_random_people(seed):
    assert differences(ledgers.neighbourhood(seed, 500)) == []


def test_the_random_ledgers_hold_what_they_are_to_prove():
    """A comparison of nothing agrees too: every case of the spec must occur among them, and often."""
    seen = Counter()
    for seed in range(24):
        place = ledgers.neighbourhood(seed, 250)
        measures, net = ledgers.by_engine(place, POLICY.aid), ledgers.engine_nets(place, POLICY.aid)
        seen["months below zero"] += int((net < 0).sum())
        seen["aid of the year below zero"] += int((net[:, -12:].sum(axis=1) < 0).sum())
        seen["current spell"] += int((measures.current_spell_length > 0).sum())
        seen["current spell cut at the left"] += int(measures.current_spell_left_censored.sum())
        seen["came back"] += int((measures.recidivism_count > 2).sum())
        seen["window cut"] += int(((measures.observed_months > 0) & (measures.observed_months < 60)).sum())
        seen["nothing observed"] += int((measures.observed_months == 0).sum())
        seen["share"] += int(measures.has_share.sum())
        seen["more than half"] += int(measures.dependent_50.sum())
        seen["income known, nothing to divide"] += int((measures.is_income_known & ~measures.has_share).sum())
        seen["late"] += sum(line.known_on > place.as_of for dweller in place.dwellers for line in dweller.own)
        seen["twice in one household in a month"] += sum(
            twice_in_one_household(dweller.memberships) for dweller in place.dwellers
        )
        seen["moved"] += sum(len({live.household for live in dweller.memberships}) > 1 for dweller in place.dwellers)
        for place_of_band, count in enumerate(np.bincount(ledgers.engine_scores(place, POLICY).band, minlength=4)):
            seen[tuple(Band)[place_of_band].value] += int(count)
    assert min(seen.values()) >= 20, seen


def twice_in_one_household(memberships) -> bool:
    """Do two memberships of one household meet in a month?"""
    return any(
        one.household == other.household and other.first <= (one.last or other.first)
        for one, other in pairwise(memberships)
    )


def test_the_formulas_of_the_spec_agree_on_words_of_sixty_months():
    """Spec, "Speed": one 64-bit word per person with bit 0 = T, gap 1."""
    words = np.random.default_rng(7).integers(0, 1 << 60, 5000, np.uint64)
    words &= np.random.default_rng(8).integers(0, 1 << 60, 5000, np.uint64) | words >> np.uint64(3)
    net = np.array([[int(word) >> (59 - column) & 1 for column in range(60)] for word in words], np.int64)
    measures = engine.measure(net, NO_STATEMENTS, last=T, observed_from=np.full(5000, T - 59, np.int32), gap=1)
    for row, word in enumerate(int(word) for word in words):
        bridged = word | (word << 1 & word >> 1)
        current = bridged if word & 1 else bridged >> 1 if word & 2 else 0
        assert measures.months_on_60[row] == word.bit_count()
        assert measures.recidivism_count[row] == max(0, (bridged & ~(bridged >> 1)).bit_count() - 1)
        assert measures.current_spell_length[row] == (current ^ (current + 1)).bit_count() - 1


NO_STATEMENTS = engine.Statements(*(np.array([], np.int64) for _ in range(4)))


def test_nobody_is_no_trouble():
    empty = ledgers.Neighbourhood(first_day(T + 1), T, 1, (), {})
    assert len(ledgers.by_engine(empty, POLICY.aid).aid_12) == 0
    assert len(ledgers.engine_scores(empty, POLICY).points) == 0


def test_a_share_of_sums_beyond_64_bits_when_multiplied_is_exact():
    aid, income = 10**16 + 1, 10**16
    told = engine.Statements(*(np.array([value]) for value in (0, T - 11, T, income)))
    net = np.zeros((1, 60), np.int64)
    net[0, -1] = aid
    measures = engine.measure(net, told, last=T, observed_from=np.array([T - 59]), gap=1)
    assert measures.share_bp[0] == 10_000 * aid // (aid + income) == 5000
    assert measures.dependent_50[0]


@pytest.mark.parametrize("seed", range(5))
def test_recent_aid_and_open_stages_are_found_alike(seed):
    place = ledgers.neighbourhood(seed, 200)
    staged = replace(POLICY.aid, consumption=POLICY.aid.staged)
    net = ledgers.engine_nets(place, staged)
    recent = engine.have_recent_aid(net, POLICY.scope.recent_months)
    are_open = engine.are_stages_open(net, last=place.last, as_of=place.as_of, aid=POLICY.aid)
    for row, dweller in enumerate(place.dwellers):
        lines = [*dweller.own, *(line for live in {each.household for each in dweller.memberships}
                                 for line in place.of_households[live])]  # fmt: skip
        by_month = net_by_month(lines, dweller.memberships, as_of=place.as_of, last=place.last, aid=staged)
        assert recent[row] == has_recent_aid(by_month, place.last, POLICY.scope.recent_months)
        assert are_open[row] == is_stage_open(by_month, last=place.last, as_of=place.as_of, aid=POLICY.aid)


@pytest.mark.parametrize("seed", range(4))
def test_everybodys_status_is_found_as_one_persons(seed):
    """Days around the birthdays that matter, 29 February among them, and every precision of a birth date."""
    chance = random.Random(seed)
    as_of = chance.choice((date(2026, 7, 5), date(2026, 2, 28), date(2028, 2, 29), date(2027, 3, 1)))
    people = [person_drawn(chance, as_of) for _ in range(1000)]
    recent = np.array([chance.random() < 0.7 for _ in people])
    found = scope.grounds(
        scope.People(
            born=np.array([birth_date for birth_date, _, _ in people], "M8[D]"),
            precision=np.array([scope.PRECISIONS.index(precision) for _, precision, _ in people]),
            exemptions=np.array([sum(scope.bit_of(ground) for ground in person.grounds) for _, _, person in people]),
            ends_in_care=np.array([person.last_pathway == "long_term_care" for _, _, person in people]),
            is_in_reunification=np.array(["reunification" in person.open_pathways for _, _, person in people]),
            is_in_independence=np.array(["independence" in person.open_pathways for _, _, person in people]),
            is_dead=np.array([person.is_dead for _, _, person in people]),
        ),
        recent,
        POLICY.scope,
        np.datetime64(as_of),
    )
    for (birth_date, precision, person), is_recent, place in zip(people, recent, found, strict=True):
        ages = age_range_on(birth_date, precision, as_of) if birth_date else None
        status, ground = status_of(replace(person, ages=ages, has_recent_aid=is_recent), POLICY.scope)
        assert scope.status_of_ground(place) is status
        assert (None if place == scope.SCORED else scope.GROUNDS[place]) is ground, (birth_date, precision, as_of)


def person_drawn(chance: random.Random, as_of: date) -> tuple[date | None, BirthDatePrecision, Person]:
    years = chance.choice((0, 12, 13, 17, 18, 19, 40, 54, 55, 59, 60, 61, 64, 65))
    around = first_day(parse_month(f"{as_of.year - years - 1}-02")) + timedelta(days=chance.randrange(365))
    birth_date = chance.choice((around, months_later(as_of, -12 * years), months_later(as_of, -12 * years - 6), None))
    return (
        birth_date,
        chance.choice(scope.PRECISIONS),
        Person(
            ages=None,
            has_recent_aid=True,
            grounds=tuple(ground for ground in ExemptionGround if chance.random() < 0.05),
            last_pathway=chance.choice((None, "independence", "independence", "long_term_care")),
            open_pathways=chance.choice(((), ("independence",), ("reunification",))),
            is_dead=chance.random() < 0.1,
        ),
    )


VECTORS = json.loads((Path(__file__).parent / "spell_vectors.json").read_text())["vectors"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_the_engine_passes_the_worked_cases(vector):
    params = vector["params"]
    last = parse_month(params["T"])
    lines = [
        (0, parse_month(line["from"]), parse_month(line["to"]), line["amount"])
        for line in vector["ledger"]
        if date.fromisoformat(line["posted"]) <= date.fromisoformat(params["asof"]) and POLICY.aid.counts(line["prog"])
    ]
    incomes = [(0, parse_month(told["from"]), parse_month(told["to"]), told["amount"]) for told in vector["income"]]
    nothing = ledgers._columns([], 4)
    net = engine.nets(
        1, 0, engine.Lines(*ledgers._columns(lines, 4)), engine.Lines(*nothing), engine.Memberships(*nothing), last
    )
    measures = engine.measure(
        net,
        engine.Statements(*ledgers._columns(incomes, 4)),
        last=last,
        observed_from=np.array([parse_month(params["obs_from"])]),
        gap=params["gap"],
    )
    assert ledgers.told(measures, 0) == {name: value for name, value in vector["expected"].items() if name != "spells"}


def test_a_chunk_of_the_night_costs_a_fraction_of_a_second():
    """50,000 people with 20 lines each and as many households with 12: a generous bound, for a shared machine."""
    chance = np.random.default_rng(1)
    people, last = 50_000, T
    own, of_households = many_lines(chance, people, 20), many_lines(chance, people, 12)
    live = engine.Memberships(
        np.arange(people), chance.permutation(people), np.full(people, last - 80), np.full(people, last)
    )
    begin = time.process_time()
    net = engine.nets(people, people, own, of_households, live, last)
    measures = engine.measure(net, NO_STATEMENTS, last=last, observed_from=np.full(people, last - 59), gap=1)
    engine.score(measures, np.zeros(people, np.int16), np.zeros(people, np.int16), POLICY)
    assert time.process_time() - begin < 2.5


def many_lines(chance: np.random.Generator, owners: int, each: int) -> engine.Lines:
    first = chance.integers(T - 70, T + 3, owners * each)
    return engine.Lines(
        np.repeat(np.arange(owners), each), first, first + chance.choice([0, 0, 0, 2], owners * each),
        chance.choice([200_000, 750_000, -200_000], owners * each),
    )  # fmt: skip
