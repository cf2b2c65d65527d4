"""The curve of how long work lasts, as a picture: places in a drawing, from figures. Nothing is read here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

# Below this many a share of a hundred says more than anybody knows.
LEAST_FOR_SHARE = 10

WIDTH, HEIGHT = 320, 160
_LEFT, _TOP = 34, 10
_LAST_DAY = 365


@dataclass(frozen=True)
class Point:
    """One day of the curve: of `whole` pieces of work whose day has come, so many were kept, over, or not looked at."""

    days: int
    kept: int
    over: int
    unknown: int

    @property
    def whole(self) -> int:
        """How much work has come so far."""
        return self.kept + self.over + self.unknown

    @property
    def has_share(self) -> bool:
        """Is it enough for a share of a hundred?"""
        return self.whole >= LEAST_FOR_SHARE


@dataclass(frozen=True)
class Picture:
    """The drawing: the step line of what is known to be kept, the room above it for what nobody knows, and the days.

    A mark is (days, x, y of what is known to be kept, y of what may be kept at most).
    """

    line: str
    room: str
    marks: list[tuple[int, float, float, float]]


def points(found: Mapping[int, Mapping[str, int]]) -> list[Point]:
    """The days of the curve in their order."""
    return [Point(days, **counts) for days, counts in sorted(found.items())]


def picture(points: Sequence[Point]) -> Picture | None:
    """The drawing of the days that have come for enough work to say a share; None where there are none.

    It begins with all of it on the first day. Between two days that were looked at nothing is known, so the line steps.
    """
    come = [point for point in points if point.has_share]
    if not come:
        return None
    kept = [(0, 1.0), *((point.days, point.kept / point.whole) for point in come)]
    most = [(0, 1.0), *((point.days, (point.kept + point.unknown) / point.whole) for point in come)]
    lower, upper = _steps(kept), _steps(most)
    return Picture(
        line="M" + "L".join(_pair(x, y) for x, y in lower),
        room="M" + "L".join(_pair(x, y) for x, y in [*upper, *reversed(lower)]) + "Z",
        marks=[
            (days, *_place(days, share), _place(days, at_most)[1])
            for (days, share), (_days, at_most) in zip(kept[1:], most[1:], strict=True)
        ],
    )


def _steps(values: Sequence[tuple[int, float]]) -> list[tuple[float, float]]:
    """A value holds until the day on which the next one is known."""
    corners = [_place(*values[0])]
    for before, after in pairwise(values):
        corners += [_place(after[0], before[1]), _place(*after)]
    return corners


def _place(days: int, share: float) -> tuple[float, float]:
    x = _LEFT + days / _LAST_DAY * (WIDTH - _LEFT - 10)
    return round(x, 1), round(_TOP + (1 - share) * (HEIGHT - _TOP - 30), 1)


def _pair(x: float, y: float) -> str:
    return f"{x} {y}"
