"""The curves of the cohort report as pictures: places in a drawing, from points. Nothing is read here."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kessos_case.reports.rules.figures import LAST_DAY, Curve
from kessos_case.reports.rules.survival import Estimate

WIDTH, HEIGHT = 320, 160
_LEFT, _TOP, _RIGHT, _FLOOR = 34, 10, 310, 130
# Half years.
MARKS = (182, 365, 547, 730, 912, 1095)


@dataclass(frozen=True)
class Picture:
    """A step line, and around it the room in which it may lie."""

    line: str
    room: str


def picture(curve: Curve) -> Picture | None:
    """The drawing of a curve; None where nobody got there. A value holds until the day on which the next is known."""
    if not any(each.value for _day, each in curve.points):
        return None
    steps = _steps([(0, 0.0), *((day, each.value or 0.0) for day, each in curve.points)])
    low = _steps([(0, 0.0), *((day, _bound(each, each.low)) for day, each in curve.points)])
    high = _steps([(0, 0.0), *((day, _bound(each, each.high)) for day, each in curve.points)])
    return Picture(_path(steps), _path([*high, *reversed(low)]) + "Z")


def marks() -> list[tuple[float, int]]:
    """Where on the axis which month stands."""
    return [(_place(day, 0)[0], 6 * number) for number, day in enumerate(MARKS, 1)]


def _bound(each: Estimate, bound: float | None) -> float:
    return (each.value or 0.0) if bound is None else bound


def _steps(values: Sequence[tuple[int, float]]) -> list[tuple[float, float]]:
    corners = [_place(*values[0])]
    for before, after in pairwise(values):
        corners += [_place(after[0], before[1]), _place(*after)]
    return corners


def _place(day: int, share: float) -> tuple[float, float]:
    x = _LEFT + day / LAST_DAY * (_RIGHT - _LEFT)
    return round(x, 1), round(_TOP + (1 - share) * (_FLOOR - _TOP), 1)


def _path(corners: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in corners)
