"""Many referrals and the free places at once: the best there is, never worse than one by one, however the facts come."""

from collections import Counter
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kessos_case.referrals.rules import WHOLE, Asker, Batch, Slots, Urgency, assign, remaining
from kessos_case.referrals.rules.assignment import greedy, served
from kessos_case.referrals.service.flow import cheapest_flow

EMERGENCY, URGENT, ROUTINE = Urgency


def at(number: int) -> UUID:
    return UUID(int=number)


def asks(number: int, urgency: str = ROUTINE, waited: int = 0, **points: int) -> Asker:
    """A referral with the points of each service that it may go to, by the service's letter."""
    return Asker(at(number), urgency, waited, {service(letter): value for letter, value in points.items()})


def service(letter: str) -> UUID:
    return at(1000 + ord(letter))


def slots(letter: str, places: int, office: str | None = None) -> Slots:
    return Slots(service(letter), service(office or letter), places)


def paired(batch: Batch) -> dict[int, str]:
    """Who goes where, by numbers and letters."""
    found = assign(batch, cheapest_flow).pairs
    return {referral_id.int: chr(service_id.int - 1000) for referral_id, service_id in found.items()}


def batch(askers: list[Asker], offered: list[Slots], rooms: dict[str, int] | None = None, more: int = 0) -> Batch:
    """`rooms` by the letter of an organisation: for urgent ones, and for all with `more` for routine ones."""
    limits = {service(letter): {URGENT: room, ROUTINE: room + more} for letter, room in (rooms or {}).items()}
    return Batch(tuple(askers), tuple(offered), limits)


@st.composite
def batches(draw: st.DrawFn, most: int = 5, letters: str = "abc", *, with_rooms: bool = True) -> Batch:
    offered = [slots(letter, draw(st.integers(0, 2)), draw(st.sampled_from("yz"))) for letter in letters]
    points = st.dictionaries(st.sampled_from(letters), st.integers(0, WHOLE), max_size=len(letters))
    askers = [
        asks(number, draw(st.sampled_from(list(Urgency))), draw(st.integers(0, 3)), **draw(points))
        for number in range(1, draw(st.integers(0, most)) + 1)
    ]
    rooms = draw(st.dictionaries(st.sampled_from("yz"), st.integers(0, 2))) if with_rooms else {}
    return batch(askers, offered, rooms, draw(st.integers(0, 2)))


def keeps_limits(found: Batch, pairs: dict[UUID, UUID]) -> bool:
    left = remaining(found, pairs)
    return all(one.places >= 0 for one in left.slots) and all(
        number >= 0 for room in left.rooms.values() for number in room.values()
    )


def every_way(found: Batch):
    """All that could be given out within the limits."""
    choices = [[None, *asker.options] for asker in found.askers]
    for chosen in product(*choices):
        pairs = {
            asker.referral_id: service_id for asker, service_id in zip(found.askers, chosen, strict=True) if service_id
        }
        if keeps_limits(found, pairs):
            yield pairs


def worth(found: Batch, pairs: dict[UUID, UUID]) -> tuple[tuple[int, ...], int, int]:
    """How good it is: how many of each urgency, then the days that those have waited, then points."""
    counts = served(found, pairs)
    helped = [asker for asker in found.askers if asker.referral_id in pairs]
    places = {waited: place for place, waited in enumerate(sorted({asker.waited for asker in found.askers}))}
    return (
        tuple(counts[urgency] for urgency in Urgency),
        sum(places[asker.waited] for asker in helped),
        sum(asker.options[pairs[asker.referral_id]] for asker in helped),
    )


def no_worse(found: Batch, counts: Counter[str], than: Counter[str]) -> bool:
    return all(counts[urgency] >= than[urgency] for urgency in Urgency)


@given(batches())
@settings(max_examples=150, deadline=None)
def test_it_is_the_best_of_all_ways_that_serve_no_urgency_worse_than_one_by_one(found):
    made, floor = assign(found, cheapest_flow), served(found, greedy(found))
    fair = [pairs for pairs in every_way(found) if no_worse(found, served(found, pairs), floor)]
    best = max(worth(found, pairs) for pairs in fair)
    if made.is_exact:
        assert worth(found, made.pairs) == best
    else:
        assert worth(found, made.pairs) <= best
    assert max(len(pairs) for pairs in fair) <= made.most


@given(batches(with_rooms=False))
@settings(max_examples=50, deadline=None)
def test_without_a_limit_of_organisations_it_is_always_exact(found):
    assert assign(found, cheapest_flow).is_exact


@given(batches(most=12, letters="abcdef"))
@settings(max_examples=200, deadline=None)
def test_no_urgency_is_served_worse_than_one_by_one_and_no_limit_is_passed(found):
    made = assign(found, cheapest_flow)
    assert keeps_limits(found, made.pairs)
    assert no_worse(found, made.served, served(found, greedy(found)))
    offered = {asker.referral_id: asker.options for asker in found.askers}
    assert all(service_id in offered[referral_id] for referral_id, service_id in made.pairs.items())


@given(batches(most=8, letters="abcd"), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_same_facts_give_the_same_answer_however_they_come(found, dice):
    askers, offered = list(found.askers), list(found.slots)
    dice.shuffle(askers)
    dice.shuffle(offered)
    turned = [Asker(one.referral_id, one.urgency, one.waited, dict(reversed(one.options.items()))) for one in askers]
    assert assign(Batch(tuple(turned), tuple(offered), found.rooms), cheapest_flow) == assign(found, cheapest_flow)


def test_one_who_has_another_way_leaves_the_place_to_one_who_has_none():
    both = [asks(1, waited=2, a=9000, b=8000), asks(2, waited=1, a=7000)]
    assert paired(batch(both, [slots("a", 1), slots("b", 1)])) == {1: "b", 2: "a"}
    assert greedy(batch(both, [slots("a", 1), slots("b", 1)])) == {at(1): service("a")}


def test_the_more_pressing_comes_first_however_long_the_other_has_waited():
    assert paired(batch([asks(1, ROUTINE, 400, a=10_000), asks(2, URGENT, 0, a=1)], [slots("a", 1)])) == {2: "a"}
    assert paired(batch([asks(1, URGENT, 400, a=10_000), asks(2, EMERGENCY, 0, a=1)], [slots("a", 1)])) == {2: "a"}


def test_within_an_urgency_a_day_more_of_waiting_counts_more_than_any_score():
    assert paired(batch([asks(1, waited=5, a=1), asks(2, waited=4, a=10_000)], [slots("a", 1)])) == {1: "a"}


def test_of_two_who_wait_as_long_the_better_score_wins():
    assert paired(batch([asks(1, a=10), asks(2, a=11)], [slots("a", 1)])) == {2: "a"}


def test_nobody_waits_for_ever():
    """Each day a new one comes with a better score, and one place is free: whoever came first goes first."""
    waiting, gone = [], []
    for day in range(10):
        waiting += [(2 * day + 1, day, 5000 + day), (2 * day + 2, day, 9000 + day)]
        asking = [asks(number, waited=day - since, a=points) for number, since, points in waiting]
        (served_now,) = paired(batch(asking, [slots("a", 1)]))
        gone.append(served_now)
        waiting = [one for one in waiting if one[0] != served_now]
    assert gone == [2, 1, 4, 3, 6, 5, 8, 7, 10, 9]


def test_the_place_that_one_by_one_would_give_to_an_urgent_person_is_not_taken_from_him():
    """A second emergency could be served only so; it stays with the router, which asks up to three for it."""
    three = [asks(1, EMERGENCY, 1, a=9000, b=8000), asks(2, EMERGENCY, 0, a=9000), asks(3, URGENT, 0, b=9000)]
    assert paired(batch(three, [slots("a", 1), slots("b", 1)])) == {1: "a", 3: "b"}


def test_an_organisation_is_not_asked_for_more_than_it_can_bear():
    four = [asks(number, waited=number, a=9000, b=8000) for number in range(1, 5)]
    assert paired(batch(four, [slots("a", 9, "y"), slots("b", 9, "y")], {"y": 2})) == {4: "a", 3: "a"}


def test_what_can_wait_for_days_may_be_asked_beside_more_of_what_cannot():
    four = [asks(1, URGENT, a=9), asks(2, URGENT, a=9), asks(3, a=9), asks(4, a=9), asks(5, a=9)]
    assert assign(batch(four, [slots("a", 9)], {"a": 1}, more=2), cheapest_flow).served == {URGENT: 1, ROUTINE: 2}


def test_an_emergency_is_asked_for_whatever_an_organisation_has_to_answer():
    two = [asks(1, EMERGENCY, a=9000), asks(2, URGENT, a=9000)]
    assert paired(batch(two, [slots("a", 9)], {"a": 0})) == {1: "a"}


@pytest.mark.parametrize("askers", [[], [asks(1)], [asks(1, z=5)]])
def test_where_nothing_fits_nobody_is_offered(askers):
    assert assign(batch(askers, [slots("a", 1)]), cheapest_flow).pairs == {}


def test_what_is_left_after_a_round_is_free_for_the_next():
    found = batch([asks(1, a=5), asks(2, EMERGENCY, a=5), asks(3, a=5)], [slots("a", 3)], {"a": 2})
    left = remaining(found, {at(1): service("a"), at(2): service("a")})
    assert [asker.referral_id for asker in left.askers] == [at(3)]
    assert (left.slots[0].places, left.rooms) == (1, {service("a"): {URGENT: 2, ROUTINE: 1}})
