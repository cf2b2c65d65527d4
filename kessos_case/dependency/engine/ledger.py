"""From lines of the ledger to net rupiah by person and month (spec dependency.md, "From ledger to indicators", 2 and 3).

The caller chooses the lines: known on the day, of consumption programmes, a household's without exempt components.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kessos_case.core.months import Month
from kessos_case.dependency.rules.policy import WINDOW

Ints = npt.NDArray[np.integer]
Rupiah = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# Lines or memberships that are laid out month by month at once: what they fill stays in the processor's cache.
_BLOCK = 1 << 14


@dataclass(frozen=True)
class Lines:
    """Columns of one length: the row of the owner (a person or a household), months first..last, whole rupiah (int64)."""

    owner: Ints
    first: Ints
    last: Ints
    amount: Rupiah


@dataclass(frozen=True)
class Memberships:
    """Columns of one length: rows of person and household, months first..last; one that goes on ends at T or later."""

    person: Ints
    household: Ints
    first: Ints
    last: Ints


@dataclass(frozen=True)
class Statements:
    """Columns of one length: what a person's household earned over first..last, whole rupiah (int64)."""

    person: Ints
    first: Ints
    last: Ints
    amount: Rupiah


def nets(
    people: int, households: int, own: Lines, of_households: Lines, memberships: Memberships, last: Month
) -> Rupiah:
    """Net rupiah [people, 60] of each person's own lines and of his households in the months in which he was theirs."""
    net = spread_over(people, WINDOW, own, last)
    if len(memberships.person) and len(of_households.owner):
        _add_households(net, spread_over(households, WINDOW, of_households, last), memberships, last)
    return net


def spread_over(rows: int, months: int, lines: Lines, last: Month) -> Rupiah:
    """Rupiah [rows, months] of the lines, the rightmost column being `last`; months outside are left away.

    Each line is spread as core.months.spread spreads it: evenly, the remainder to the earliest months, sign-symmetric.
    """
    total = np.zeros((rows, months), np.int64)
    flat = total.reshape(-1)
    start = last - months + 1
    is_single = lines.first == lines.last
    is_inside = is_single & (lines.first >= start) & (lines.first <= last)
    place = lines.owner[is_inside].astype(np.int64) * months + (lines.first[is_inside] - start)
    np.add.at(flat, place, lines.amount[is_inside])
    longer = np.flatnonzero(~is_single & (lines.last >= start) & (lines.first <= last))
    for begin in range(0, len(longer), _BLOCK):
        _add_longer(flat, _chosen(lines, longer[begin : begin + _BLOCK]), start, months)
    return total


def months_covered(rows: int, months: int, lines: Lines, last: Month) -> Flags:
    """[rows, months]: does any line cover the month? One of 0 rupiah covers too."""
    covered = np.zeros((rows, months), np.bool_)
    columns = np.arange(last - months + 1, last + 1)
    for begin in range(0, len(lines.owner), _BLOCK):
        block = _chosen(lines, slice(begin, begin + _BLOCK))
        is_in = (block.first[:, None] <= columns) & (columns <= block.last[:, None])
        line, column = np.nonzero(is_in)
        covered[block.owner[line], column] = True
    return covered


def _chosen(lines: Lines, places: Ints | slice) -> Lines:
    return Lines(lines.owner[places], lines.first[places], lines.last[places], lines.amount[places])


def _add_longer(flat: Rupiah, lines: Lines, start: Month, months: int) -> None:
    """Add the lines of several months, each expanded to those of its months that the columns hold."""
    length = lines.last.astype(np.int64) - lines.first + 1
    share, left_over = np.divmod(np.abs(lines.amount), length)
    begin = np.maximum(lines.first.astype(np.int64), start)
    count = np.minimum(lines.last.astype(np.int64), start + months - 1) - begin + 1
    line = np.repeat(np.arange(len(count)), count)
    month = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count) + begin[line]
    rupiah = share[line] + (month - lines.first[line] < left_over[line])
    place = lines.owner[line].astype(np.int64) * months + (month - start)
    np.add.at(flat, place, np.sign(lines.amount)[line] * rupiah)


def _add_households(net: Rupiah, of_household: Rupiah, memberships: Memberships, last: Month) -> None:
    """Add to each person his household's row in the months of each membership."""
    columns = np.arange(last - WINDOW + 1, last + 1)
    each = _once_a_month(memberships)
    # Rows of one person must not meet in one addition: the k-th membership of everybody at a time.
    rank = _rank(each.person)
    for turn in range(int(rank.max(initial=-1)) + 1):
        places = np.flatnonzero(rank == turn)
        for begin in range(0, len(places), _BLOCK):
            chosen = places[begin : begin + _BLOCK]
            is_in = (each.first[chosen, None] <= columns) & (columns <= each.last[chosen, None])
            net[each.person[chosen]] += of_household[each.household[chosen]] * is_in


def _rank(person: Ints) -> Ints:
    """0 for a person's first row, 1 for his second...; the rows lie in the order of persons."""
    places = np.arange(len(person))
    is_new = np.ones(len(person), np.bool_)
    is_new[1:] = person[1:] != person[:-1]
    return places - np.maximum.accumulate(np.where(is_new, places, 0))


def _once_a_month(memberships: Memberships) -> Memberships:
    """Sorted by person, and cut where two of one person in one household meet: its month counts once."""
    order = np.lexsort((memberships.first, memberships.household, memberships.person))
    person, household = memberships.person[order], memberships.household[order]
    first, last = memberships.first[order].astype(np.int64), memberships.last[order].astype(np.int64)
    is_same = np.zeros(len(order), np.bool_)
    is_same[1:] = (person[1:] == person[:-1]) & (household[1:] == household[:-1])
    # The running maximum of `last` within each group: every group is lifted above the one before it.
    span = int(last.max(initial=0)) + 1
    lift = np.cumsum(~is_same) * span
    latest = np.maximum.accumulate(last + lift) - lift
    first[1:] = np.where(is_same[1:], np.maximum(first[1:], latest[:-1] + 1), first[1:])
    return Memberships(person, household, first, last)
