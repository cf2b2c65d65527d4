"""What became of those who finished a course: every person and course of a year has one fate, and sums of them. Values in, out.

The unit is one person, one course, one year; who took it twice in a year counts once, with what went better. A course ended
on its last day, or when the result was written where that was earlier. Whoever passed is
`placed` (verified work began within 180 days), `jobless` (180 days are over and nothing began), `unseen` (nobody saw so far:
the case was closed, the person died, or work was told and never verified) or `early` (180 days are not over). The placed are
`kept` (at work 180 days after it began), `lost`, `unchecked` (nobody looked, or died) or `recent`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from kessos_case.core.hiding import LEAST_TOLD, Line, hidden_among
from kessos_case.core.shares import Share, share_of
from kessos_case.reports.rules.means import median_of

# Days within which work begins after a course, and for which it is looked at after it began.
DAYS = 180
COUNTS = (
    "finished", "failed", "passed", "placed", "jobless", "unseen", "early", "kept", "lost", "unchecked", "recent", "waged",
)  # fmt: skip
_NAMES = (*COUNTS, "unwaged")
# Sums within a row: what makes up what.
_PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("finished", ("passed", "failed")),
    ("passed", ("placed", "jobless", "unseen", "early")),
    ("placed", ("kept", "lost", "unchecked", "recent")),
    ("placed", ("waged", "unwaged")),
)
# Wages are told to the nearest of these, as to researchers: an exact one is as good as a name.
WAGE_STEP = 100_000
# From so many on the bounds of a median are not the least and the best paid of them.
LEAST_BOUNDED = 9

ALL_YEARS = 0
PROVINCE = ""


@dataclass(frozen=True)
class Taught:
    """Those of one UPT who finished a course in one year, at the UPT or at a partner's, and what became of them.

    `wages` are rupiah a month.
    """

    course_id: UUID
    course_name: str
    skill: str
    organisation_id: UUID
    organisation_name: str
    year: int
    counts: Mapping[str, int]
    wages: tuple[int, ...] = ()


@dataclass(frozen=True)
class Wage:
    """The median wage of `n` people in jobs, and between what it lies; None is not told, or not known."""

    n: int | None
    median: int | None
    low: int | None
    high: int | None


@dataclass(frozen=True)
class Outcome:
    """What became of those of one row. None is a figure that is not told; a share of nobody is not known."""

    finished: int | None
    failed: int | None
    passed: int | None
    placed: int | None
    jobless: int | None
    unseen: int | None
    early: int | None
    kept: int | None
    lost: int | None
    unchecked: int | None
    recent: int | None
    placement: Share | None
    retention: Share | None
    wage: Wage


# What a row is about: the people of an office in a course (`taught:<course>:<office>`), all of a course, an office or a
# skill, or the province.
Row = str
Key = tuple[Row, int]
Cell = tuple[Row, int, str]


def row_of(kind: str, *of: object) -> Row:
    """The name of a row."""
    return ":".join(map(str, (kind, *of)))


def keys_of(one: Taught) -> list[Key]:
    """Every row and year in whose sum these people are: courses and skills are summed over all years only."""
    yearly = (row_of("taught", one.course_id, one.organisation_id), row_of("office", one.organisation_id), PROVINCE)
    always = (row_of("course", one.course_id), row_of("skill", one.skill))
    return [(row, year) for row in yearly for year in (one.year, ALL_YEARS)] + [(row, ALL_YEARS) for row in always]


def summed(taught: Iterable[Taught]) -> dict[Key, Counter[str]]:
    """The counts of every row, in every year and in all."""
    found: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    for one in taught:
        counts = {name: one.counts.get(name, 0) for name in COUNTS}
        counts["unwaged"] = counts["placed"] - counts["waged"]
        for key in keys_of(one):
            found[key].update(counts)
    return dict(found)


def hidden_figures(taught: Sequence[Taught]) -> frozenset[Cell]:
    """The figures that are told to nobody but the office itself: small ones, and such from which they would follow.

    Over all years, offices and skills at once, whatever a reader asks for: else one cut would give away another's.
    """
    cells = {(*key, name): count for key, counts in summed(taught).items() for name, count in counts.items()}
    return hidden_among(cells, _lines(taught))


def told(counts: Mapping[str, int], wages: Sequence[int], hidden: Collection[str] = ()) -> Outcome:
    """A row as it is told; `hidden` are the names of its figures that are not."""
    shown = {name: None if name in hidden else counts.get(name, 0) for name in COUNTS if name != "waged"}
    return Outcome(
        **shown,
        placement=_share(shown["placed"], shown["jobless"]),
        retention=_share(shown["kept"], shown["lost"]),
        wage=_wage(wages, is_told="waged" not in hidden),
    )


def wages_of(taught: Iterable[Taught]) -> dict[Key, list[int]]:
    """The wages of every row, as `summed` has the counts."""
    found: defaultdict[Key, list[int]] = defaultdict(list)
    for one in taught:
        for key in keys_of(one):
            found[key] += one.wages
    return dict(found)


def _share(part: int | None, rest: int | None) -> Share | None:
    return None if part is None or rest is None else share_of(part, part + rest)


def _wage(wages: Sequence[int], *, is_told: bool) -> Wage:
    """Also for the own office only of five people or more: fewer are no middle of anything."""
    if not is_told:
        return Wage(None, None, None, None)
    if len(wages) < LEAST_TOLD:
        return Wage(len(wages), None, None, None)
    middle = median_of(Counter(wages).items())
    is_bounded = len(wages) >= LEAST_BOUNDED
    low, high = (_rounded(bound) if is_bounded else None for bound in (middle.low, middle.high))
    return Wage(len(wages), _rounded(middle.value), low, high)


def _rounded(wage: float | None) -> int | None:
    return None if wage is None else int((wage + WAGE_STEP / 2) // WAGE_STEP * WAGE_STEP)


def _lines(taught: Sequence[Taught]) -> list[Line]:
    """What is summed of what: an office of its courses, the province of its offices, all of the years, a row in itself."""
    years = sorted({one.year for one in taught})
    parts: defaultdict[Row, set[Row]] = defaultdict(set)
    for one in taught:
        leaf, office = keys_of(one)[0][0], row_of("office", one.organisation_id)
        parts[office].add(leaf)
        parts[PROVINCE].add(office)
        parts[row_of("course", one.course_id)].add(leaf)
        parts[row_of("skill", one.skill)].add(leaf)
    yearly = {row for row in parts if row == PROVINCE or row.startswith("office:")}
    yearly |= {leaf for row in parts if row.startswith("office:") for leaf in parts[row]}
    lines: list[Line] = []
    for row, under in parts.items():
        for year in (*years, ALL_YEARS) if row in yearly else (ALL_YEARS,):
            lines += [((row, year, name), [(part, year, name) for part in sorted(under)]) for name in _NAMES]
    for row in (*yearly, *parts):
        lines += [line for year in (*years, ALL_YEARS) for line in _within(row, year)]
    lines += [((row, ALL_YEARS, name), [(row, year, name) for year in years]) for row in yearly for name in _NAMES]
    return lines


def _within(row: Row, year: int) -> list[Line]:
    return [((row, year, whole), [(row, year, part) for part in parts]) for whole, parts in _PARTS]
