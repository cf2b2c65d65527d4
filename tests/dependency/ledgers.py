"""Random ledgers of whole neighbourhoods, seeded, and the same read by both: the reference and the engine. No tests here."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

import numpy as np

from kessos_case.core.months import Month, first_day, last_day, parse_month
from kessos_case.dependency import engine
from kessos_case.dependency.rules import (
    AidRule,
    DependencyPolicy,
    Fact,
    Indicators,
    KnownFacts,
    Membership,
    Payment,
    Statement,
    indicators,
    observed_for,
)

OWN = ("BPNT", "PKH", "JATIM", "ASPD", "KUBE", "STIPEND")
OF_HOUSEHOLDS = ("SEMBAKO", "BLT-DD", "PKH-SMA", "PKH-SD", "PKH-LANSIA", "PKH", "PENA")
COMPONENTS = (None, None, "Lansia", " anak ", "kepala keluarga")
# Rupiah that divide evenly and such that do not.
AMOUNTS = (1, 2, 7, 100_001, 200_000, 750_000, 3_000_000)


@dataclass(frozen=True)
class Dweller:
    """One person: his own lines, where he lived, what his household earned, from when he counts, what is known."""

    own: tuple[Payment, ...]
    memberships: tuple[Membership, ...]
    statements: tuple[Statement, ...]
    observed_from: Month
    facts: KnownFacts


@dataclass(frozen=True)
class Neighbourhood:
    """People and households with one ledger, looked at on one day."""

    as_of: date
    last: Month
    gap: int
    dwellers: tuple[Dweller, ...]
    of_households: dict[str, tuple[Payment, ...]]


def neighbourhood(seed: int, people: int) -> Neighbourhood:
    """Reversals whole and in part, advances, late lines, moves, exempt components, births that cut the window."""
    chance = random.Random(seed)
    last = chance.randrange(parse_month("2020-01"), parse_month("2028-01"))
    as_of = first_day(last + 1 + chance.randrange(2)) + timedelta(days=chance.randrange(28))
    households = [f"H{number}" for number in range(people // 2 + 1)]
    return Neighbourhood(
        as_of=as_of,
        last=last,
        gap=chance.choice((0, 1, 1, 2)),
        dwellers=tuple(_dweller(chance, last, households) for _ in range(people)),
        of_households={name: _payments(chance, last, OF_HOUSEHOLDS, name) for name in households},
    )


def _dweller(chance: random.Random, last: Month, households: Sequence[str]) -> Dweller:
    birth_date = chance.choice((None, first_day(last - 18 * 12 - chance.randrange(-4, 66))))
    known = chance.randrange(1 << len(Fact))
    return Dweller(
        own=_payments(chance, last, OWN, None),
        memberships=tuple(_memberships(chance, last, households)),
        statements=tuple(_statements(chance, last)),
        observed_from=observed_for(last - chance.choice((200, 59, 58, 24, 3, 0, -1)), birth_date),
        facts=KnownFacts(known, known & chance.randrange(1 << len(Fact))),
    )


def _payments(
    chance: random.Random, last: Month, programmes: Sequence[str], household: str | None
) -> tuple[Payment, ...]:
    lines = []
    for _ in range(chance.choice((0, 1, 4, 10, 20))):
        line = _payment(chance, last, programmes, household)
        lines.append(line)
        if chance.random() < 0.25:
            lines.append(_reversal(chance, line))
    # Long runs too, which single draws hardly make.
    if chance.random() < 0.4:
        begin, programme = last - chance.randrange(1, 64), chance.choice(programmes)
        lines += [
            Payment(programme, month, month, last_day(month), 200_000, household=household)
            for month in range(begin, min(last, begin + chance.randrange(1, 64)) + 1)
            if chance.random() < 0.93
        ]
    chance.shuffle(lines)
    return tuple(lines)


def _payment(chance: random.Random, last: Month, programmes: Sequence[str], household: str | None) -> Payment:
    first = last - chance.randrange(-6, 70)
    end = first + chance.choice((0, 0, 0, 2, 2, 5, 11, 70))
    # Paid before, within, after its months, and long after: some of it is not known yet.
    known_on = first_day(first) + timedelta(days=chance.randrange(-90, 400))
    component = chance.choice(COMPONENTS) if household else None
    return Payment(chance.choice(programmes), first, end, known_on, chance.choice(AMOUNTS), component, household)


def _reversal(chance: random.Random, line: Payment) -> Payment:
    """The whole line, or a part of it over some of its months: a month may end below zero."""
    first = chance.randint(line.first, line.last)
    months, amount = (first, chance.randint(first, line.last)), chance.randint(1, line.amount)
    if chance.random() < 0.6:
        months, amount = (line.first, line.last), line.amount
    known_on = line.known_on + timedelta(days=chance.randrange(200))
    return Payment(line.programme, *months, known_on, -amount, line.component, line.household)


def _memberships(chance: random.Random, last: Month, households: Sequence[str]) -> Iterator[Membership]:
    """None, one, or moves; now and then two in the same months, of one household too."""
    first, home = last - chance.randrange(0, 90), chance.choice(households)
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
        end = chance.choice((None, first + chance.randrange(0, 40)))
        yield Membership(home, first, end)
        if chance.random() < 0.8:
            home = chance.choice(households)
        if end is None and chance.random() < 0.9:
            return
        first = (end or first) + chance.randrange(-1, 6)


def _statements(chance: random.Random, last: Month) -> Iterator[Statement]:
    if chance.random() < 0.5:
        yield Statement(last - 11 - chance.randrange(2), last + chance.randrange(2), chance.choice((0, *AMOUNTS)))
    for _ in range(chance.randrange(5)):
        first = last - chance.randrange(-2, 14)
        yield Statement(first, first + chance.randrange(5), chance.choice((0, *AMOUNTS)))


def by_reference(place: Neighbourhood, aid: AidRule) -> list[Indicators]:
    """Each person by the pure function."""
    return [
        indicators(
            chain(
                dweller.own,
                *(place.of_households[name] for name in {each.household for each in dweller.memberships}),
            ),
            dweller.memberships,
            dweller.statements,
            as_of=place.as_of,
            last=place.last,
            observed_from=dweller.observed_from,
            gap=place.gap,
            aid=aid,
        )
        for dweller in place.dwellers
    ]


def engine_nets(place: Neighbourhood, aid: AidRule) -> engine.ledger.Rupiah:
    """Net rupiah of everybody by the engine; the lines are chosen here as the night's query chooses them."""
    rows = {name: row for row, name in enumerate(place.of_households)}
    own = [
        (row, line)
        for row, dweller in enumerate(place.dwellers)
        for line in dweller.own
        if line.known_on <= place.as_of and aid.counts(line.programme)
    ]
    of_households = [
        (rows[name], line)
        for name, lines in place.of_households.items()
        for line in lines
        if line.known_on <= place.as_of and aid.counts_for_household(line.programme, line.component)
    ]
    return engine.nets(
        len(place.dwellers), len(rows), _lines(own), _lines(of_households), _engine_memberships(place, rows), place.last
    )


def _engine_memberships(place: Neighbourhood, rows: dict[str, int]) -> engine.Memberships:
    each = [
        (row, rows[live.household], live.first, place.last if live.last is None else live.last)
        for row, dweller in enumerate(place.dwellers)
        for live in dweller.memberships
    ]
    return engine.Memberships(*_columns(each, 4))


def by_engine(place: Neighbourhood, aid: AidRule) -> engine.Measures:
    """Everybody by the engine."""
    told = [
        (row, statement.first, statement.last, statement.amount)
        for row, dweller in enumerate(place.dwellers)
        for statement in dweller.statements
    ]
    return engine.measure(
        engine_nets(place, aid),
        engine.Statements(*_columns(told, 4)),
        last=place.last,
        observed_from=np.array([dweller.observed_from for dweller in place.dwellers], np.int32),
        gap=place.gap,
    )


def engine_scores(place: Neighbourhood, policy: DependencyPolicy) -> engine.Scores:
    """Everybody's points by the engine."""
    known = np.array([dweller.facts.known for dweller in place.dwellers], np.int16)
    true = np.array([dweller.facts.true for dweller in place.dwellers], np.int16)
    return engine.score(by_engine(place, policy.aid), known, true, policy)


def _lines(lines: list[tuple[int, Payment]]) -> engine.Lines:
    return engine.Lines(*_columns([(row, line.first, line.last, line.amount) for row, line in lines], 4))


def _columns(rows: list[tuple[int, ...]], count: int) -> list[np.ndarray]:
    columns = np.array(rows, np.int64).reshape(-1, count).T
    # The widths in which the night reads them: 32 bits for rows and months, 64 for rupiah.
    return [column.astype(np.int32) for column in columns[:-1]] + [columns[-1]]


def told(measures: engine.Measures, row: int) -> dict[str, object]:
    """One person of the engine as rules.Indicators tells him, without spells."""
    nullable = {
        "months_since_last_on": measures.was_on,
        "income_12": measures.is_income_known,
        "share_bp": measures.has_share,
        "dependent_50": measures.has_share,
    }
    names = (name for name in Indicators.__dataclass_fields__ if name != "spells")
    return {
        name: getattr(measures, name)[row].item() if name not in nullable or nullable[name][row] else None
        for name in names
    }
