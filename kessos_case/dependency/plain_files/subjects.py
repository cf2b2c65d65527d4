"""Whom a plain file is about: each case of a JSON file, each person of a CSV ledger, with net rupiah by month."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kessos_case.core.months import Month, month_range
from kessos_case.dependency import engine
from kessos_case.dependency.plain_files.cases import Case, read_cases
from kessos_case.dependency.plain_files.tables import LedgerColumns, PlainPerson, read_ledger
from kessos_case.dependency.rules import WINDOW, AidRule, DependencyPolicy, Statement, net_by_month


@dataclass(frozen=True)
class Wish:
    """What the command was asked for; None where the file or the policy decides."""

    today: date
    as_of: date | None = None
    month: Month | None = None
    observed_from: Month | None = None
    gap: int | None = None
    aid: frozenset[str] | None = None
    incomes: Path | None = None
    people: Path | None = None


@dataclass(frozen=True)
class Beside:
    """What the files beside the ledger say, by person. `people` is None where no such file was given."""

    incomes: Mapping[str, Sequence[Statement]] = field(default_factory=dict)
    people: Mapping[str, PlainPerson] | None = None


@dataclass(frozen=True)
class Subject:
    """One person or case: net rupiah of the 60 months up to `last`, and from when on he is observed."""

    id: str
    net: Mapping[Month, int]
    statements: Sequence[Statement]
    as_of: date
    last: Month
    observed_from: Month
    gap: int
    # Net of what is paid to the severely disabled alone.
    disability_aid: int


@dataclass(frozen=True)
class Subjects:
    """Those of one file, and the codes of programmes that it names, in the order in which they appear."""

    programmes: Sequence[str]
    each: Iterator[Subject]


def from_cases(path: Path, wish: Wish, policy: DependencyPolicy, beside: Beside) -> Subjects:
    """The cases of a JSON file, in its order. What the command was asked for goes before what a case says.

    Raises MalformedFileError before the first of them is counted.
    """
    cases = read_cases(path, {"asof": wish.as_of, "T": wish.month, "obs_from": wish.observed_from})
    programmes = dict.fromkeys(payment.programme for case in cases for payment in case.payments)
    return Subjects(tuple(programmes), (_of_case(case, wish, policy, beside) for case in cases))


def _of_case(case: Case, wish: Wish, policy: DependencyPolicy, beside: Beside) -> Subject:
    return Subject(
        id=case.id,
        net=net_by_month(case.payments, (), as_of=case.as_of, last=case.last, aid=policy.aid),
        statements=(*case.statements, *beside.incomes.get(case.id, ())),
        as_of=case.as_of,
        last=case.last,
        observed_from=case.observed_from,
        gap=_first_said(wish.gap, case.gap, policy.window.gap),
        disability_aid=sum(
            line.amount
            for line in case.payments
            if line.known_on <= case.as_of and line.programme in policy.aid.severe_disability
        ),
    )


def from_table(path: Path, wish: Wish, policy: DependencyPolicy, beside: Beside) -> Subjects:
    """The people of a CSV ledger in the order in which they first appear, after them those of the other files alone.

    Raises MalformedFileError before the first of them is counted.
    """
    as_of = wish.as_of or wish.today
    last = _first_said(wish.month, policy.last_month(as_of))
    ledger = read_ledger(path, as_of)
    for name in (*beside.incomes, *(beside.people or ())):
        ledger.people.setdefault(name, len(ledger.people))
    return Subjects(tuple(ledger.programmes), _of_table(ledger, as_of, last, wish, policy, beside))


def _of_table(
    ledger: LedgerColumns, as_of: date, last: Month, wish: Wish, policy: DependencyPolicy, beside: Beside
) -> Iterator[Subject]:
    net, disability_aid = _sums(ledger, last, policy.aid)
    earliest = last - WINDOW + 1 if ledger.earliest is None else ledger.earliest
    for name, row in ledger.people.items():
        yield Subject(
            id=name,
            net=dict(zip(month_range(last - WINDOW + 1, last), net[row].tolist(), strict=True)),
            statements=beside.incomes.get(name, ()),
            as_of=as_of,
            last=last,
            observed_from=_first_said(wish.observed_from, earliest),
            gap=_first_said(wish.gap, policy.window.gap),
            disability_aid=int(disability_aid[row]),
        )


def _sums(ledger: LedgerColumns, last: Month, aid: AidRule) -> tuple[engine.Rupiah, engine.Rupiah]:
    """Net rupiah [people, 60], and of each person the net of programmes for the severely disabled."""
    people = len(ledger.people)
    counts = _lines_of(ledger, aid.consumption)
    disability = _lines_of(ledger, aid.severe_disability)
    disability_aid = np.zeros(people, np.int64)
    np.add.at(disability_aid, disability.owner, disability.amount)
    none, no_rupiah = np.zeros(0, np.int32), np.zeros(0, np.int64)
    nobody = engine.Memberships(none, none, none, none)
    return engine.nets(people, 0, counts, engine.Lines(none, none, none, no_rupiah), nobody, last), disability_aid


def _lines_of(ledger: LedgerColumns, programmes: frozenset[str]) -> engine.Lines:
    """The ledger's lines of these programmes as arrays."""
    chosen = [number for code, number in ledger.programmes.items() if code in programmes]
    is_chosen = np.isin(_ints(ledger.programme), chosen)
    owner, first, last = (_ints(column)[is_chosen] for column in (ledger.owner, ledger.first, ledger.last))
    return engine.Lines(owner, first, last, np.array(ledger.amount, np.int64)[is_chosen])


def _ints(column: Sequence[int]) -> npt.NDArray[np.int32]:
    return np.array(column, np.int32)


def _first_said(*said: int | None) -> int:
    return next(value for value in said if value is not None)
