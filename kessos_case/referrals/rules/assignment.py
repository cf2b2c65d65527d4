"""Many referrals and the free places at once: what is best, and how it is found within all limits. Values in, values out.

Source: spec routing.md "One at a time, and many at once". The network is solved elsewhere; whoever calls hands in the solver.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from kessos_case.referrals.rules.network import URGENCIES, WHOLE, Asker, Batch, Nodes, Shares, Slots, Solver
from kessos_case.referrals.rules.words import Urgency

# How often a plan is looked for before everything that is limited is shared out.
_TRIES = 5


@dataclass(frozen=True)
class Assignment:
    """Who is to be offered to which service, and how it compares.

    `served` and `greedy` count by urgency, this way and one by one. `points` are those of the pairs. `is_exact` where no
    better one exists; else an organisation's limit had to be shared out over its services beforehand, and `most` is what no
    other way of sharing could exceed.
    """

    pairs: Mapping[UUID, UUID]
    served: Counter[str]
    greedy: Counter[str]
    points: int
    most: int
    is_exact: bool


def assign(batch: Batch, solver: Solver) -> Assignment:
    """Give each referral one place or none. The same facts give the same answer, however they come.

    Of every urgency at least as many are served as one by one would be; beyond that as many of the most pressing as can
    be, then of the next. Among these whoever has waited longer comes first, and then the sum of scores is the greatest.
    """
    ordered = _in_order(batch)
    alone = greedy(ordered)
    floors = served(ordered, alone)
    pairs, most, is_exact = _within_limits(ordered, alone, floors, solver)
    points = sum(asker.options[pairs[asker.referral_id]] for asker in ordered.askers if asker.referral_id in pairs)
    return Assignment(pairs, served(ordered, pairs), floors, points, most, is_exact)


def greedy(batch: Batch) -> dict[UUID, UUID]:
    """One by one, as the router does it: the most pressing first, then who has waited longest; each takes his best."""
    places = {slots.service_id: slots.places for slots in batch.slots}
    rooms, pairs = _Rooms(batch), {}
    for asker in sorted(batch.askers, key=_priority):
        open_to = [
            (-points, str(service_id), service_id)
            for service_id, points in asker.options.items()
            if places.get(service_id, 0) > 0 and rooms.left(asker, service_id) > 0
        ]
        if open_to:
            *_, chosen = min(open_to)
            pairs[asker.referral_id] = chosen
            places[chosen] -= 1
            rooms.use(asker, chosen)
    return pairs


def served(batch: Batch, pairs: Collection[UUID]) -> Counter[str]:
    """How many of these referrals there are of each urgency."""
    return Counter(asker.urgency for asker in batch.askers if asker.referral_id in pairs)


def remaining(batch: Batch, pairs: Mapping[UUID, UUID]) -> Batch:
    """The batch without those who have a place, and without what they use."""
    used, rooms = Counter(pairs.values()), _Rooms(batch)
    for asker in batch.askers:
        if asker.referral_id in pairs:
            rooms.use(asker, pairs[asker.referral_id])
    return Batch(
        tuple(asker for asker in batch.askers if asker.referral_id not in pairs),
        tuple(Slots(one.service_id, one.organisation_id, one.places - used[one.service_id]) for one in batch.slots),
        rooms.all,
    )


class _Rooms:
    """What each organisation can still bear."""

    def __init__(self, batch: Batch) -> None:
        self.all = {office: dict(room) for office, room in batch.rooms.items()}
        self._offices = {slots.service_id: slots.organisation_id for slots in batch.slots}
        # An offer counts for its own urgency and for the less pressing ones.
        self._counts = {
            urgency: batch.limited[batch.limited.index(urgency) :] if urgency in batch.limited else ()
            for urgency in URGENCIES
        }

    def left(self, asker: Asker, service_id: UUID) -> int:
        """How many more like this one; a great number where nothing limits it."""
        room = self.all.get(self._offices[service_id], {})
        return min(
            (room[urgency] for urgency in self._counts[Urgency(asker.urgency)] if urgency in room), default=WHOLE
        )

    def use(self, asker: Asker, service_id: UUID) -> None:
        """One more offer."""
        room = self.all.get(self._offices[service_id], {})
        for urgency in self._counts[Urgency(asker.urgency)]:
            if urgency in room:
                room[urgency] -= 1


def _priority(asker: Asker) -> tuple[int, int, str]:
    return URGENCIES.index(Urgency(asker.urgency)), -asker.waited, str(asker.referral_id)


def _in_order(batch: Batch) -> Batch:
    """The same, each list in its own order, so that a solver sees the same network whatever order the facts came in."""
    return Batch(
        tuple(sorted(batch.askers, key=_priority)),
        tuple(sorted((one for one in batch.slots if one.places > 0), key=lambda one: str(one.service_id))),
        batch.rooms,
    )


def _any_share(batch: Batch) -> dict[str, dict[UUID, int]]:
    """Of each service's places, how many its organisation could bear if it were asked for nothing else."""
    return {
        urgency: {
            one.service_id: max(0, min(one.places, batch.rooms.get(one.organisation_id, {}).get(urgency, one.places)))
            for one in batch.slots
        }
        for urgency in batch.limited
    }


def _shares(batch: Batch, alone: Mapping[UUID, UUID]) -> dict[str, dict[UUID, int]]:
    """What an organisation can bear, shared out over its services: to each what one by one uses, the rest as wanted.

    So the limit holds, and no fewer can be served than one by one.
    """
    rest, shares = remaining(batch, alone), _any_share(batch)
    wanted = Counter(service_id for asker in rest.askers for service_id in asker.options)
    ordered = sorted(batch.slots, key=lambda one: (-wanted[one.service_id], str(one.service_id)))
    for place, urgency in enumerate(batch.limited):
        counting = batch.limited[: place + 1]
        used = Counter(
            alone[one.referral_id] for one in batch.askers if one.referral_id in alone and one.urgency in counting
        )
        rooms = {office: room[urgency] for office, room in rest.rooms.items() if urgency in room}
        for one in ordered:
            free = shares[urgency][one.service_id] - used[one.service_id]
            more = max(0, min(free, rooms.get(one.organisation_id, free)))
            shares[urgency][one.service_id] = used[one.service_id] + more
            if one.organisation_id in rooms:
                rooms[one.organisation_id] -= more
    return shares


def _within_limits(
    batch: Batch, alone: Mapping[UUID, UUID], floors: Mapping[str, int], solver: Solver
) -> tuple[dict[UUID, UUID], int, bool]:
    """The best pairs, how many no plan could exceed, and whether nothing had to be shared out beforehand.

    Places of a service and what its organisation bears cross each other, which one network cannot say of both. So first
    each service may use all that its organisation bears. Where that asks too much of one, what it bears counts exactly,
    and each urgency may use all places; where that is too much too, it is shared out. The first two leave something out and
    forbid nothing: what they find within all limits is the best there is.
    """
    whole, shared_out, as_one, apart, most = _any_share(batch), _shares(batch, alone), set[UUID](), set[UUID](), 0
    for _ in range(_TRIES):
        shares = {
            urgency: {
                one.service_id: (shared_out if one.organisation_id in apart else whole)[urgency][one.service_id]
                for one in batch.slots
            }
            for urgency in batch.limited
        }
        pairs = _solved(batch, floors, shares, as_one, solver)
        most = most if apart else len(pairs)
        over = _overburdened(batch, pairs)
        if not over:
            return pairs, most, not apart
        apart |= over & as_one
        as_one = (as_one | over) - apart
    return _solved(batch, floors, shared_out, frozenset(), solver), most, False


def _overburdened(batch: Batch, pairs: Mapping[UUID, UUID]) -> set[UUID]:
    """The organisations that would be asked for more than they bear, or than one of their services has."""
    left = remaining(batch, pairs)
    asked = {
        office
        for office, room in left.rooms.items()
        for urgency, number in room.items()
        if number < 0 and number < batch.rooms[office][urgency]
    }
    return asked | {one.organisation_id for one in left.slots if one.places < 0}


def _solved(
    batch: Batch, floors: Mapping[str, int], shares: Shares, as_one: Collection[UUID], solver: Solver
) -> dict[UUID, UUID]:
    nodes = Nodes(batch, shares, as_one)
    counts = served(batch, nodes.pairs(solver(nodes.counting(floors))))
    return nodes.pairs(solver(nodes.scoring(counts)))
