"""Maps of squares, one a regency, as a drawing: places and shades from figures. Nothing is read here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import ceil

from kessos_case.reference.service import tiles

# How many shades a figure can have beside none.
SHADES = 4
SIDE, HEIGHT, GAP = 64, 56, 4
CITY = "Kota "


@dataclass(frozen=True)
class Square:
    """One regency: its corner in the drawing, its name in two lines at most, its figure and how dark it is."""

    code: str
    x: int
    y: int
    name: str
    is_city: bool
    figure: int | None
    shade: str
    address: str | None

    @property
    def middle(self) -> int:
        """Where its words stand."""
        return self.x + SIDE // 2


@dataclass(frozen=True)
class Drawing:
    """The squares and their legend: (shade, from, to); a figure that is not told has a shade of its own."""

    squares: list[Square]
    legend: list[tuple[str, int, int]]
    width: int
    height: int
    has_hidden: bool


def drawing(
    names: Mapping[str, str], figures: Mapping[str, int | None], address: Callable[[str], str | None]
) -> Drawing:
    """A map of these figures by regency; one that is not among them has none. `address` leads to the rows, where there are."""
    steps = _steps(figures.values())
    squares = [
        Square(
            code=tile.code,
            x=tile.column * (SIDE + GAP),
            y=tile.row * (HEIGHT + GAP),
            name=names.get(tile.code, tile.code).removeprefix("Kabupaten ").removeprefix(CITY),
            is_city=names.get(tile.code, "").startswith(CITY),
            figure=figures.get(tile.code, 0),
            shade=_shade(figures.get(tile.code, 0), steps),
            address=address(tile.code) if figures.get(tile.code, 0) else None,
        )
        for tile in tiles()
    ]
    return Drawing(
        squares,
        [(f"shade-{place}", first, last) for place, (first, last) in enumerate(steps, start=1)],
        max(square.x for square in squares) + SIDE,
        max(square.y for square in squares) + HEIGHT,
        any(figure is None for figure in figures.values()),
    )


def shade_of(figure: int | None, figures: Iterable[int | None]) -> str:
    """How dark a figure is among these, for a table."""
    return _shade(figure, _steps(figures))


def _steps(figures: Iterable[int | None]) -> list[tuple[int, int]]:
    """Spans from the least figure to the greatest, as equal as can be; fewer than four where they differ by little.

    From the least and not from nothing: what serves everybody would else make all regencies look the same.
    """
    known = [figure for figure in figures if figure]
    if not known:
        return []
    least, most = min(known), max(known)
    ends = sorted({least + ceil((most - least + 1) * place / SHADES) - 1 for place in range(1, SHADES + 1)})
    return list(zip([least, *(end + 1 for end in ends[:-1])], ends, strict=True))


def _shade(figure: int | None, steps: list[tuple[int, int]]) -> str:
    if figure is None:
        return "shade-hidden"
    return next((f"shade-{place}" for place, (_, last) in enumerate(steps, start=1) if 0 < figure <= last), "shade-0")
