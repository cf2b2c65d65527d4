"""Which figures of a table are not told to those who may not see the people behind them.

A figure of fewer than five people is hidden, and then as many others that nobody can reckon it from the sums that stand
beside it (complementary suppression; Eurostat, Handbook on Statistical Disclosure Control, 4). None is told as nothing.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

# Figures of 1 up to below this are hidden (spec privacy.md).
LEAST_TOLD = 5
# The row and the column of the sums.
TOTAL = ""

Cell = tuple[str, str]
_K = TypeVar("_K", bound=Hashable)
# A sum and the parts that make it up.
Line = tuple[Any, Sequence[Any]]


def hidden_cells(cells: Mapping[Cell, int], also: Iterable[Cell] = ()) -> frozenset[Cell]:
    """The cells of a table (row, column), its sums under TOTAL among them, that are not told; `also` are hidden anyway.

    In every row and column that has hidden figures at least two of them are, and unless their sum is hidden too they are
    together not few: so none follows from the others.
    """
    return hidden_among(cells, _lines(cells), also)


def hidden_among(cells: Mapping[_K, int], lines: Iterable[Line], also: Iterable[_K] = ()) -> frozenset[_K]:
    """The same for figures that are bound together by any sums: each of these with its parts, the parts being figures too."""
    hidden = {cell for cell, count in cells.items() if 0 < count < LEAST_TOLD}
    hidden |= {cell for cell in also if cells.get(cell)}
    told = [(total, [part for part in parts if cells.get(part)]) for total, parts in lines]
    # Each turn hides at least one more, so it ends.
    while more := {cell for line in told for cell in [_next_to_hide(line, cells, hidden)] if cell}:
        hidden |= more
    return frozenset(hidden)


def _lines(cells: Mapping[Cell, int]) -> list[tuple[Cell, list[Cell]]]:
    """Each row and each column: its sum, and the parts that are not nothing."""
    lines: dict[tuple[int, str], list[Cell]] = {}
    for cell, count in sorted(cells.items()):
        for side in (0, 1):
            if count and cell[1 - side] != TOTAL:
                lines.setdefault((side, cell[side]), []).append(cell)
    return [((key, TOTAL) if side == 0 else (TOTAL, key), parts) for (side, key), parts in lines.items()]


def _next_to_hide(line: tuple[Any, list[Any]], cells: Mapping[Any, int], hidden: set[Any]) -> Any:
    total, parts = line
    dark = [cell for cell in parts if cell in hidden]
    is_many = len(dark) > 1 and sum(cells[cell] for cell in dark) >= LEAST_TOLD
    if is_many or bool(dark) == (total in hidden):
        return None
    shown = [cell for cell in parts if cell not in hidden]
    if shown:
        return min(shown, key=lambda cell: (cells[cell], cell))
    return total if total in cells and total not in hidden else None
