"""All that waits and all that is free, as values, and the network of which a solver finds the best: arcs, costs, supplies."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from uuid import UUID

from kessos_case.referrals.rules.words import Urgency

# A score of 100.00 as a whole number: solvers of networks count in integers.
WHOLE = 10_000

URGENCIES = tuple(Urgency)


@dataclass(frozen=True)
class Asker:
    """A referral that waits: how pressing, for how many whole days, and the points (0 to `WHOLE`) of each service for it."""

    referral_id: UUID
    urgency: str
    waited: int
    options: Mapping[UUID, int]


@dataclass(frozen=True)
class Slots:
    """The places of one service that may be given out now."""

    service_id: UUID
    organisation_id: UUID
    places: int


@dataclass(frozen=True)
class Batch:
    """All that waits and all that is free.

    `rooms` says how many more offers an organisation can bear, by urgency: so many of this one and of the more pressing
    ones that are limited too. An urgency that is named nowhere is asked whatever there is to answer.
    """

    askers: tuple[Asker, ...]
    slots: tuple[Slots, ...]
    rooms: Mapping[UUID, Mapping[str, int]] = field(default_factory=dict)

    @cached_property
    def limited(self) -> tuple[str, ...]:
        """The urgencies that are limited, the most pressing first."""
        named = {urgency for room in self.rooms.values() for urgency in room}
        return tuple(urgency for urgency in URGENCIES if urgency in named)


@dataclass(frozen=True)
class Network:
    """Arcs (tail, head, capacity, cost of a unit) between nodes from 0, and what each node gives (> 0) or takes (< 0)."""

    arcs: tuple[tuple[int, int, int, int], ...]
    supplies: Mapping[int, int]


# The flow on each arc of the cheapest way to bring everything from where it is given to where it is taken.
Solver = Callable[[Network], Sequence[int]]


# Of each limited urgency: how many offers of it and of the more pressing ones each service may get.
Shares = Mapping[str, Mapping[UUID, int]]


class Nodes:
    """The nodes of a batch: urgencies, referrals, what each limited urgency may have of a service, services, what it may have
    of each organisation that counts `as_one`, and the end.

    The first arcs lead from referrals to services, in the same order in both networks.
    """

    def __init__(self, batch: Batch, shares: Shares, as_one: Collection[UUID]) -> None:
        self._batch, self._shares = batch, [shares[urgency] for urgency in batch.limited]
        classes, people, services = len(URGENCIES), len(batch.askers), len(batch.slots)
        self._classes = range(classes)
        self._askers = range(classes, classes + people)
        ways = [range(services * level, services * (level + 1)) for level in range(len(batch.limited) + 1)]
        *self._levels, self._services = [
            range(way.start + classes + people, way.stop + classes + people) for way in ways
        ]
        self._offices = {
            (office, level): self._services.stop + place
            for place, (office, level) in enumerate(
                (one, level) for one in sorted(as_one, key=str) for level in range(len(batch.limited))
            )
        }
        self._end = self._services.stop + len(self._offices)
        self._options = list(self._chosen())

    def _chosen(self) -> Iterable[tuple[int, int, int]]:
        numbers = {one.service_id: number for number, one in enumerate(self._batch.slots)}
        ways = dict(zip(self._batch.limited, self._levels, strict=True))
        for asker, node in self._members():
            way = ways.get(asker.urgency, self._services)
            known = sorted((numbers[one], points) for one, points in asker.options.items() if one in numbers)
            for number, points in known:
                yield node, way[number], points

    def pairs(self, flows: Sequence[int]) -> dict[UUID, UUID]:
        """Who goes where by these flows."""
        askers, slots = self._batch.askers, self._batch.slots
        return {
            askers[node - self._askers[0]].referral_id: slots[(way - self._askers.stop) % len(slots)].service_id
            for (node, way, _), flow in zip(self._options, flows, strict=False)
            if flow
        }

    def counting(self, floors: Mapping[str, int]) -> Network:
        """Serves as many as can be, the more pressing before the less; of each urgency no fewer than its floor.

        The members of one urgency are alike here. Counts that can be served form a polymatroid, in which single weights
        in this order find the first in the order of the alphabet of urgencies.
        """
        source, everybody = self._end + 1, len(self._batch.askers)
        arcs = [(tail, head, 1, 0) for tail, head, _ in self._options] + self._slots()
        sizes = Counter(asker.urgency for asker in self._batch.askers)
        dear = 2 * len(URGENCIES) * (everybody + 1)
        for urgency, node in zip(URGENCIES, self._classes, strict=True):
            worth = len(URGENCIES) - node
            arcs += [
                (source, node, floors.get(urgency, 0), -worth - dear),
                (source, node, sizes[urgency] - floors.get(urgency, 0), -worth),
            ]
        arcs += [(self._class_of(asker), node, 1, 0) for asker, node in self._members()]
        arcs.append((source, self._end, everybody, 0))
        return Network(tuple(arcs), {source: everybody, self._end: -everybody})

    def scoring(self, counts: Mapping[str, int]) -> Network:
        """Of each urgency exactly so many: those who have waited longest, then the greatest sum of points."""
        days = {waited: place for place, waited in enumerate(sorted({one.waited for one in self._batch.askers}))}
        # A day more counts for more than all points together.
        a_day = WHOLE * len(self._batch.askers) + 1
        arcs = [(tail, head, 1, -points) for tail, head, points in self._options] + self._slots()
        arcs += [(self._class_of(asker), node, 1, -days[asker.waited] * a_day) for asker, node in self._members()]
        supplies = {node: counts[urgency] for urgency, node in zip(URGENCIES, self._classes, strict=True)}
        return Network(tuple(arcs), supplies | {self._end: -sum(counts.values())})

    def _members(self) -> Iterable[tuple[Asker, int]]:
        return zip(self._batch.askers, self._askers, strict=True)

    def _class_of(self, asker: Asker) -> int:
        return self._classes[URGENCIES.index(Urgency(asker.urgency))]

    def _slots(self) -> list[tuple[int, int, int, int]]:
        """From what an urgency may have of a service to what the next may, or to its organisation; in the end to the end."""
        slots, ways = self._batch.slots, pairwise([*self._levels, self._services])
        arcs = [(node, self._end, one.places, 0) for node, one in zip(self._services, slots, strict=True)]
        for level, ((here, there), share) in enumerate(zip(ways, self._shares, strict=True)):
            for number, one in enumerate(slots):
                if (whole := self._offices.get((one.organisation_id, level))) is not None:
                    arcs.append((here[number], whole, one.places, 0))
                else:
                    arcs.append((here[number], there[number], share[one.service_id], 0))
        return arcs + [
            (node, self._offices.get((office, level + 1), self._end), self._room(office, level), 0)
            for (office, level), node in self._offices.items()
        ]

    def _room(self, office: UUID, level: int) -> int:
        return max(0, self._batch.rooms.get(office, {}).get(self._batch.limited[level], len(self._batch.askers)))
