"""The months of a business as a picture: places in a drawing, from figures. Nothing is read here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kessos_case.core.months import Month

WIDTH, HEIGHT = 320, 160
# So many months at once.
SHOWN = 12
_LEFT, _RIGHT, _TOP, _BOTTOM = 10, 310, 12, 130


@dataclass(frozen=True)
class Line:
    """One series: strokes between months that follow one another, and a mark for each month that is known."""

    strokes: str
    marks: list[tuple[float, float]]


@dataclass(frozen=True)
class Chart:
    """The drawing: what came in and what was left, the height of zero, and the greatest figure with its height."""

    turnover: Line
    profit: Line
    zero: float
    most: int
    top: float
    first: Month
    last: Month


def chart(figures: Mapping[Month, tuple[int, int]], last: Month) -> Chart | None:
    """The last months up to `last`, (turnover, profit) by month; None with fewer than two. An unknown month leaves a gap."""
    months = [month for month in range(last - SHOWN + 1, last + 1) if month in figures]
    if len(months) < 2:
        return None
    most = max(1, *(max(figures[month]) for month in months))
    least = min(0, *(min(figures[month]) for month in months))

    def place(month: Month, value: int) -> tuple[float, float]:
        x = _LEFT + (month - (last - SHOWN + 1)) / (SHOWN - 1) * (_RIGHT - _LEFT)
        return round(x, 1), round(_BOTTOM - (value - least) / (most - least) * (_BOTTOM - _TOP), 1)

    turnover = _line(months, [place(month, figures[month][0]) for month in months])
    profit = _line(months, [place(month, figures[month][1]) for month in months])
    return Chart(turnover, profit, place(last, 0)[1], most, float(_TOP), last - SHOWN + 1, last)


def _line(months: Sequence[Month], marks: list[tuple[float, float]]) -> Line:
    strokes = ""
    for number, (x, y) in enumerate(marks):
        follows = number > 0 and months[number] - months[number - 1] == 1
        strokes += f"{'L' if follows else 'M'}{x} {y}"
    return Line(strokes, marks)
